#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# run.sh [--fast] - every test, as root or not, without a terminal. Each step
# writes build/test/STEP.log; a summary with times ends the run, and its exit
# status is 1 when a step failed. --fast leaves out what takes long (all
# that is built with sanitizers, conversations, browser and torture).
#
# After the build two lanes run side by side: what is compiled with sanitizers,
# which computes, and what talks to a server, which also waits. So each test
# runs on a busy machine; one that fails there has a defect.
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
: > "$temp/summary"
: > "$temp/blame"
: > "$temp/running"

finish() {
    [ $pg_started = yes ] && test/pg.sh stop "$temp/pg"
    rm -rf "$temp"
}
interrupted() {
    trap '' INT TERM
    while read -r pid; do kill "$pid"; done < "$temp/running" 2> /dev/null
    wait
    exit 130
}
trap finish EXIT
trap interrupted INT TERM

# step NAME SECONDS COMMAND... - runs it with a limit, keeps its output, goes on.
step() {
    local name=$1 limit=$2 start=$SECONDS status
    shift 2
    printf '== %s\n' "$name"
    timeout --kill-after=10 "$limit" "$@" > "$logs/$name.log" 2>&1 < /dev/null &
    echo $! >> "$temp/running"
    wait $!
    status=$?
    if [ $status = 0 ]; then
        printf '%-14s ok      %4d s\n' "$name" $((SECONDS - start)) >> "$temp/summary"
        return 0
    fi
    printf '%-14s FAILED  %4d s  see %s\n' "$name" $((SECONDS - start)) "$logs/$name.log" \
        >> "$temp/summary"
    tail -n "${MAILLON_TEST_TAIL:-60}" "$logs/$name.log"
    [ $status = 124 ] && echo "$name: stopped after $limit seconds"
    # What failed, by name and with its first words, is said last: whoever
    # sees only the end of a long output sees that.
    grep -E -A 14 '^ *not ok|FAILED|runtime error|ERROR: ' "$logs/$name.log" |
        grep -E 'not ok|FAILED|rror|expected|actual|\.mjs:[0-9]|\.c:[0-9]' |
        cut -c 1-200 | head -12 >> "$temp/blame"
    echo "$name" >> "$temp/failed"
    return 1
}

report() {
    printf '\n'
    cat "$temp/summary"
    printf '%-14s %12d s\n' "in all" $SECONDS
    [ ! -s "$temp/blame" ] || { echo; cat "$temp/blame"; }
    [ ! -e "$temp/failed" ] && echo "all tests passed" && exit 0
    echo "SOME TESTS FAILED"
    exit 1
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
        echo "postgres       FAILED          ($logs/postgres.log)" | tee -a "$temp/failed" \
            >> "$temp/summary"
    fi
}

# What compiles and computes: the corpora and the unit tests under ASan and UBSan.
sanitized() {
    step sanitize 1800 make -j"$jobs" sanitized
    step fuzz-replay 900 make fuzz-replay
    step asan 900 make asan
}

# What talks to a server.
spoken() {
    # The longest first, so that none of them is left over at the end.
    local long=(test/{erasure,refund,board,desk,track,stock,papers,buy,prepare}.test.mjs) file
    local conversations=("${long[@]}")
    for file in test/*.test.mjs; do
        [[ " ${long[*]} " = *" $file "* ]] || conversations+=("$file")
    done
    # Most of their time they wait.
    step conversations 1800 node --test --test-concurrency=$((jobs * 2)) "${conversations[@]}"
    TORTURE_ROUNDS=${TORTURE_SHARE:-5} step torture 900 test/torture.sh
}

chmod 755 "$temp" # The server runs as another user when we are root.
export MAILLON_TEST_TMP=$temp

# Buyers by the thousand are written by a program of the benches.
step build 1800 make -j"$jobs" all unit build/bench/fill || report
postgres
if [ $fast = yes ]; then
    step tidy 120 node tools/tidy.mjs --fast
    step unit 600 build/unit -j"$jobs"
    report
fi
sanitized &
step unit 600 build/unit -j"$jobs"
step tidy 600 node tools/tidy.mjs
spoken
wait
report
