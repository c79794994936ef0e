#!/bin/bash
# Installs what the named lock files list, and nothing else, into .venv; then withcare.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}
pip=(.venv/bin/python -m pip --disable-pip-version-check --no-input)

# A bare machine has none; a version that is too old is for a person to replace.
if [[ $python = python3 ]] && ! command -v python3 >/dev/null; then
    tools/debian_packages.sh python
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "withcare needs Python 3.11 or newer: install one and name it, as in" >&2
    echo "    make test PYTHON=python3.12" >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    tools/debian_packages.sh python
fi
# An interrupted start leaves a .venv without pip.
if ! "${pip[@]}" --version >/dev/null 2>&1; then
    "$python" -m venv --clear .venv
fi

echo "Installing into .venv from: $*"
"${pip[@]}" install --quiet --require-hashes --no-deps "${@/#/--requirement=}"
"${pip[@]}" install --quiet --no-deps --no-build-isolation --editable .
