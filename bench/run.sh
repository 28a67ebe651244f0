#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# run.sh - the measurements that README's figures come from, some minutes in all; SHORT=1 for a
# quick look. A machine that does something else meanwhile gives lower figures.
set -uo pipefail
cd "$(dirname "$0")/.."

failed=0
uname -srm
grep -m1 '^model name' /proc/cpuinfo
echo "$(nproc) processors; load $(cut -d' ' -f1-3 /proc/loadavg)"
for bench in 'node bench/opening.mjs' 'bench/import.sh' 'build/bench/db_bench' \
    'node bench/board.mjs --engine sqlite' 'node bench/desk.mjs --engine sqlite'; do
    echo
    echo "== $bench"
    $bench || { echo "$bench failed" >&2; failed=1; }
    echo "load $(cut -d' ' -f1-3 /proc/loadavg)"
done
exit $failed
