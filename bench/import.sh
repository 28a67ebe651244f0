#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# import.sh - the company register into SQLite, beside sqlite3 reading the same two files into
# plain text tables with .import. UNITS chooses the size of the invented register, SHORT=1 takes
# a tenth. Wall time, processor time and peak memory of both.
set -euo pipefail
cd "$(dirname "$0")/.."

units=${UNITS:-1005000} # Some belong to month 2 alone: a million are left.
[ -z "${SHORT-}" ] || units=$((units / 10))
program=$PWD/build/maillon
dir=$(mktemp -d "${TMPDIR:-/tmp}/maillon-import.XXXXXX")
trap 'rm -rf "$dir"' EXIT

# The most memory a process has held, read until it ends.
watch_memory() {
    local peak=0 now
    while now=$(awk '/^VmHWM:/ { print $2 }' "/proc/$1/status" 2>/dev/null) && [ -n "$now" ]; do
        peak=$now
        sleep 0.05
    done
    echo "$peak" > "$dir/peak"
}

# timed LABEL COMMAND... - runs it and prints what it took.
timed() {
    local label=$1 watcher
    shift
    TIMEFORMAT='%R %U %S'
    {
        time {
            "$@" > "$dir/out" 2> "$dir/err" &
            pid=$!
            watch_memory $pid &
            watcher=$!
            wait $pid || { cat "$dir/err" >&2; exit 1; }
        }
    } 2> "$dir/time"
    wait $watcher
    read -r wall user system < "$dir/time"
    printf '%-34s %7.2f s   %6.2f s of processor   %4d MB\n' "$label" "$wall" \
        "$(awk "BEGIN { print $user + $system }")" $(($(cat "$dir/peak") / 1024))
}

u=$dir/StockUniteLegale_utf8.csv
e=$dir/StockEtablissement_utf8.csv
timed 'generate' "$program" registry generate --units "$units" --seed 7 --out "$dir"
cat "$dir/out"
ls -l "$u" "$e" | awk '{ bytes += $5 } END { printf "%.0f MB of CSV\n", bytes / 1e6 }'

export MAILLON_DB=sqlite:$dir/maillon.db
"$program" db migrate > /dev/null 2>&1
timed 'maillon registry import' "$program" registry import --units "$u" --establishments "$e"
ours=$wall
timed 'the same files again' "$program" registry import --units "$u" --establishments "$e"
"$program" registry generate --units "$units" --seed 7 --month 2 --out "$dir" > /dev/null
timed 'the next month' "$program" registry import --units "$u" --establishments "$e"
rm -f "$dir"/maillon.db*

"$program" registry generate --units "$units" --seed 7 --out "$dir" > /dev/null
timed 'sqlite3 with two .import' sqlite3 "$dir/plain.db" ".import --csv $u units" \
    ".import --csv $e establishments"
awk "BEGIN { printf \"maillon takes %.0f %% of sqlite3's time\\n\", 100 * $ours / $wall
             exit !($ours < $wall) }"
