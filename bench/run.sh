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
for bench in opening import; do
    [ -e "bench/$bench.mjs" ] || [ -e "bench/$bench.sh" ] || continue
    echo
    echo "== $bench"
    if [ -e "bench/$bench.mjs" ]; then
        node "bench/$bench.mjs" || failed=1
    else
        "bench/$bench.sh" || failed=1
    fi
done
exit $failed
