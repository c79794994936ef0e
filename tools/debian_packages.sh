#!/bin/bash
# Sees to it that the Debian or Ubuntu packages for `python`, `demo` or `test` are there:
# says what is missing, asks before it uses sudo, and installs only that.
set -euo pipefail
cd "$(dirname "$0")/.."

python=(python3-venv)
wiki=(mediawiki php-cli php-sqlite3 php-mbstring php-intl php-xml lua5.1)
databases=(postgresql mariadb-server-core mariadb-client-core)
# The driver of the browser tests needs libatomic, which a bare machine does not have.
browser=(chromium fonts-noto-core fonts-noto-cjk libatomic1)

case ${1:-} in
    python) wanted=("${python[@]}") ;;
    demo) wanted=("${wiki[@]}") ;;
    test) wanted=("${wiki[@]}" "${databases[@]}" "${browser[@]}" git) ;;
    *) echo "usage: $0 python|demo|test" >&2; exit 2 ;;
esac

if ! command -v apt-get >/dev/null; then
    echo "This is not Debian or Ubuntu: please install yourself: ${wanted[*]}" >&2
    exit 1
fi

missing=()
for package in "${wanted[@]}"; do
    state=$(dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null || true)
    [[ $state == "install ok installed" ]] || missing+=("$package")
done
((${#missing[@]})) || exit 0

echo "To be installed, with what they need, and no service started: ${missing[*]}"
if ((EUID == 0)); then
    exec tools/install_with_services_off.sh "${missing[@]}"
fi
if ! command -v sudo >/dev/null || [[ ! -t 0 ]]; then
    echo "Please install them as root: apt-get install ${missing[*]}" >&2
    exit 1
fi
read -r -p "Install them with sudo? [y/N] " answer
[[ $answer == [yY]* ]] || exit 1
exec sudo tools/install_with_services_off.sh "${missing[@]}"
