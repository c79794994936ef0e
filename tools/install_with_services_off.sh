#!/bin/bash
# Installs the named Debian packages as root without starting the services they bring:
# they would pull in a web server and start a database that nobody asked for.
set -euo pipefail

policy=/usr/sbin/policy-rc.d
clusters=/etc/postgresql-common/createcluster.d
cluster_setting=$clusters/withcare-setup.conf
mark="# written by withcare's set-up, for as long as it runs"
log=$(mktemp --suffix=-withcare-packages.log)

allow_services_again() {
    # A policy that was here before us stays.
    if grep -qsF "$mark" "$policy"; then rm -f "$policy"; fi
    rm -f "$cluster_setting"
    rmdir --ignore-fail-on-non-empty -p "$clusters" 2>/dev/null || true
}
trap allow_services_again EXIT
trap 'exit 1' HUP INT TERM

allow_services_again # what a killed run has left
if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\n%s\nexit 101\n' "$mark" >"$policy"
    chmod 755 "$policy"
fi
mkdir -p "$clusters"
printf '%s\ncreate_main_cluster = false\n' "$mark" >"$cluster_setting"

export DEBIAN_FRONTEND=noninteractive
{
    # Lists that cannot be renewed may still do.
    apt-get update -q || true
    apt-get install --yes -q --no-install-recommends \
        -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confold "$@"
} </dev/null >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    echo "The packages could not be installed; the whole story is in $log" >&2
    exit 1
}
rm -f "$log"
