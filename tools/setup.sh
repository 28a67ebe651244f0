#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# setup.sh [--npm] - installs what packages.apt and package-lock.json ask for and
# is not there yet; does nothing, quickly, when all is there. With --npm only the
# second.
set -euo pipefail
cd "$(dirname "$0")/.."

die() { echo "setup: $*" >&2; exit 1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "these packages are missing, and neither root nor sudo is at hand:
    apt-get install --no-install-recommends ${missing[*]}"
    fi
}

installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Is what "a|b|cmd:c|file:d" asks for there?
satisfied() {
    local one
    for one in ${1//|/ }; do
        case $one in
        cmd:*) command -v "${one#cmd:}" >/dev/null && return 0 ;;
        file:*) [ -e "${one#file:}" ] && return 0 ;;
        *) case $1 in *cmd:*|*file:*) ;; *) installed "$one" && return 0 ;; esac ;;
        esac
    done
    return 1
}

# The first alternative that apt can install.
choice() {
    local one
    for one in ${1//|/ }; do
        case $one in
        cmd:*|file:*) ;;
        *) [ -n "$(apt-cache policy "$one" 2>/dev/null | grep 'Candidate: [^(]')" ] &&
            { echo "$one"; return 0; } ;;
        esac
    done
    return 1
}

apt_setup() {
    local line wanted=() one
    missing=()
    while read -r line; do
        line=${line%%#*}
        line=${line// /}
        [ -n "$line" ] || continue
        satisfied "$line" || wanted+=("$line")
    done < packages.apt
    [ ${#wanted[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null ||
        die "needs ${wanted[*]}; this is not Debian, so install them by hand"
    for one in "${wanted[@]}"; do missing+=("${one%%|*}"); done
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get -q update || die "apt-get update failed: is the network there?"
    missing=()
    for one in "${wanted[@]}"; do
        missing+=("$(choice "$one")") || die "apt knows no package for '$one'"
    done
    echo "setup: installing ${missing[*]}"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends \
        "${missing[@]}" || die "apt-get install failed"
}

node_check() {
    command -v node >/dev/null || die "node is missing: apt-get install nodejs npm"
    node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 18 ? 0 : 1)' ||
        die "node is $(node --version); 18 or newer is needed"
}

# No package may run a script of its own: nothing native is built, nothing else
# is downloaded.
npm_setup() {
    local stamp=node_modules/.maillon-lock
    [ -f "$stamp" ] && cmp -s package-lock.json "$stamp" && return 0
    node_check
    echo "setup: npm ci"
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error ||
        die "npm ci failed: is the network there?"
    cp package-lock.json "$stamp"
}

# Other builds of this tree may be setting up at the same time.
mkdir -p build
exec 9>build/.setup.lock
flock 9

[ "${1-}" = --npm ] || apt_setup
npm_setup
