#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# torture.sh - runs every test/torture/*.mjs TORTURE_ROUNDS times (each reads
# the number from its environment). MAILLON_TEST_PG names a PostgreSQL; without
# it one is started for the run.
set -uo pipefail
cd "$(dirname "$0")/.."
export TORTURE_ROUNDS=${TORTURE_ROUNDS:-200}

# The buyers are written by a program of the benches; power cuts are a unit test.
make -s build/bench/fill build/unit || exit 1

temp=
finish() {
    [ -z "$temp" ] && return
    test/pg.sh stop "$temp"
    rm -rf "$temp"
}
trap finish EXIT
trap 'exit 130' INT TERM

if [ -z "${MAILLON_TEST_PG-}" ]; then
    temp=$(mktemp -d "${TMPDIR:-/tmp}/maillon-pg.XXXXXX") || exit 1
    MAILLON_TEST_PG=$(test/pg.sh start "$temp") || exit 1
    export MAILLON_TEST_PG
fi

shopt -s nullglob
failed=
for trial in test/torture/*.mjs; do
    echo "torture: $trial, $TORTURE_ROUNDS rounds"
    timeout --kill-after=10 "$((600 + 20 * TORTURE_ROUNDS))" node "$trial" ||
        failed="$failed $trial"
done
[ -z "$failed" ] || { echo "torture: failed:$failed" >&2; exit 1; }
