#!/bin/bash
# Writes requirements/*.lock anew from pyproject.toml: exact versions and hashes, and
# no address or path, whatever this machine's pip is set to.
set -euo pipefail
cd "$(dirname "$0")/.."

# Settings of this machine could bring in a package that nobody else can fetch.
export PIP_CONFIG_FILE=/dev/null
unset PIP_FIND_LINKS PIP_INDEX_URL PIP_EXTRA_INDEX_URL

compile() { # NAME [pip-compile's own options]
    echo "requirements/$1.lock"
    .venv/bin/pip-compile --quiet pyproject.toml --output-file "requirements/$1.lock" \
        --build-deps-for editable --generate-hashes --no-header --no-emit-index-url \
        --no-emit-trusted-host --no-emit-find-links --strip-extras --allow-unsafe \
        "${@:2}"
}

# The widest first: the others take its versions, so that any two can stand together.
compile test --extra test "$@"
compile core --constraint requirements/test.lock
compile web --extra web --constraint requirements/test.lock
compile bot --extra bot --constraint requirements/test.lock
