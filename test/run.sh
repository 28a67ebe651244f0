#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# run.sh [--fast] - every test, as root or not, without a terminal. Each step
# writes build/test/STEP.log; a summary with times ends the run, and its exit
# status is 1 when a step failed. --fast leaves out what takes long (all
# that is built with sanitizers, conversations, browser and torture).
set -uo pipefail
cd "$(dirname "$0")/.."
unset MAKEFLAGS MAKELEVEL MFLAGS

fast=no
[ "${1-}" = --fast ] && fast=yes
jobs=$(nproc 2>/dev/null || echo 2)
logs=build/test
mkdir -p "$logs"
temp=$(mktemp -d "${TMPDIR:-/tmp}/maillon-test.XXXXXX") || exit 1
pg_started=no
summary=()
blame=()
failed=0

finish() {
    [ $pg_started = yes ] && test/pg.sh stop "$temp/pg"
    rm -rf "$temp"
}
trap finish EXIT
trap 'exit 130' INT TERM

# step NAME SECONDS COMMAND... - runs it with a limit, keeps its output, goes on.
step() {
    local name=$1 limit=$2 start=$SECONDS status
    shift 2
    printf '== %s\n' "$name"
    timeout --kill-after=10 "$limit" "$@" > "$logs/$name.log" 2>&1 < /dev/null
    status=$?
    if [ $status = 0 ]; then
        summary+=("$(printf '%-14s ok      %4d s' "$name" $((SECONDS - start)))")
        return 0
    fi
    failed=1
    tail -n "${MAILLON_TEST_TAIL:-60}" "$logs/$name.log"
    [ $status = 124 ] && echo "$name: stopped after $limit seconds"
    # What failed, by name and with its first words, is said last: whoever
    # sees only the end of a long output sees that.
    mapfile -t -O "${#blame[@]}" blame < <(
        grep -E -A 14 '^ *not ok|FAILED|runtime error|ERROR: ' "$logs/$name.log" |
            grep -E 'not ok|FAILED|rror|expected|actual|\.mjs:[0-9]|\.c:[0-9]' |
            cut -c 1-200 | head -12)
    summary+=("$(printf '%-14s FAILED  %4d s  see %s' \
        "$name" $((SECONDS - start)) "$logs/$name.log")")
    return 1
}

skip() {
    summary+=("$(printf '%-14s skipped         %s' "$1" "$2")")
}

report() {
    printf '\n'
    printf '%s\n' "${summary[@]}"
    [ ${#blame[@]} = 0 ] || printf '%s\n' '' "${blame[@]}"
    [ $failed = 0 ] && echo "all tests passed" || echo "SOME TESTS FAILED"
    exit $failed
}

# One PostgreSQL for the whole run. Without one half of the tests would be
# missing, so that is a failure unless the caller brings a server.
postgres() {
    if [ -n "${MAILLON_TEST_PG-}" ]; then
        return 0
    fi
    if MAILLON_TEST_PG=$(test/pg.sh start "$temp/pg" 2> "$logs/postgres.log"); then
        pg_started=yes
        export MAILLON_TEST_PG
    else
        cat "$logs/postgres.log"
        summary+=("postgres       FAILED          ($logs/postgres.log)")
        failed=1
    fi
}

chmod 755 "$temp" # The server runs as another user when we are root.
export MAILLON_TEST_TMP=$temp

# Buyers by the thousand are written by a program of the benches.
step build 1800 make -j"$jobs" all unit build/bench/fill || report
postgres
if [ $fast = yes ]; then
    step tidy 120 node tools/tidy.mjs --fast
else
    step tidy 600 node tools/tidy.mjs
fi
step unit 600 build/unit
[ $fast = yes ] && report

step fuzz-replay 1800 make -j"$jobs" fuzz-replay
step asan 1800 make -j"$jobs" asan
shopt -s nullglob
conversations=(test/*.test.mjs)
if [ ${#conversations[@]} -gt 0 ]; then
    step conversations 1800 node --test --test-concurrency=2 "${conversations[@]}"
else
    skip conversations "there is no test/*.test.mjs"
fi
torture=(test/torture/*.mjs)
if [ ${#torture[@]} -gt 0 ]; then
    TORTURE_ROUNDS=${TORTURE_SHARE:-5} step torture 900 test/torture.sh
else
    skip torture "there is no test/torture/*.mjs"
fi
report
