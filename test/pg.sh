#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# pg.sh start DIR [durable] | stop DIR - a PostgreSQL of one's own in DIR, for
# tests: it listens on a Unix socket in DIR only, and start prints its URL. It
# trusts who can reach the socket and, unless durable, does not wait for the
# disk, so it is fit for nothing else. As root the server runs as user postgres.
# One that is there already is started again.
set -euo pipefail

die() { echo "pg.sh: $*" >&2; exit 1; }

usage="usage: pg.sh start DIR [durable] | pg.sh stop DIR"
[ $# = 2 ] || { [ "$1" = start ] && [ "${3-}" = durable ]; } || die "$usage"
durable=${3-}
mkdir -p "$2"
dir=$(cd "$2" && pwd)

# The newest server that is installed; Debian keeps them off the PATH.
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb || true)")
[ -x "$bin/initdb" ] || die "PostgreSQL's server is missing: run 'make setup' first"

as_postgres() {
    if [ "$(id -u)" != 0 ]; then
        "$@"
    elif command -v runuser >/dev/null; then
        runuser -u postgres -- "$@"
    else
        su postgres -s /bin/sh -c '"$@"' -- sh "$@"
    fi
}

make() {
    # A socket's path must fit into 107 bytes.
    [ ${#dir} -lt 90 ] || die "the path $dir is too long for a socket"
    if [ "$(id -u)" = 0 ]; then
        chown postgres "$dir"
        chmod 755 "$dir"
    fi
    as_postgres "$bin/initdb" -D "$dir/data" -U maillon -A trust -E UTF8 --locale=C.UTF-8 \
        --no-sync > "$dir/initdb.log" 2>&1 || { cat "$dir/initdb.log" >&2; die "initdb failed"; }
    as_postgres tee -a "$dir/data/postgresql.conf" > /dev/null <<CONF
listen_addresses = ''
unix_socket_directories = '$dir'
port = 5432
max_connections = 200
deadlock_timeout = 100ms
shared_buffers = 64MB
logging_collector = off
CONF
    [ "$durable" = durable ] ||
        as_postgres tee -a "$dir/data/postgresql.conf" > /dev/null <<CONF
fsync = off
synchronous_commit = off
full_page_writes = off
CONF
}

start() {
    cd /
    made=
    [ -d "$dir/data" ] || { make; made=yes; }
    as_postgres "$bin/pg_ctl" -D "$dir/data" -l "$dir/server.log" -w -t 60 start > /dev/null ||
        { cat "$dir/server.log" >&2; die "the server did not start"; }
    [ -z "$made" ] || as_postgres "$bin/createdb" -h "$dir" -U maillon maillon_test
    echo "postgresql:///maillon_test?host=$dir&user=maillon"
}

stop() {
    [ -f "$dir/data/postmaster.pid" ] || return 0
    cd /
    as_postgres "$bin/pg_ctl" -D "$dir/data" -m immediate -w -t 30 stop > /dev/null
}

case $1 in
start) start ;;
stop) stop ;;
*) die "$usage" ;;
esac
