#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# fuzz.sh [--replay] NAME... - runs fuzz targets on their corpora in
# test/corpus/NAME. New inputs that reach new code stay in build/fuzz/new/NAME
# until a developer copies them to the corpus; crashes stay in build/fuzz.
set -eu

replay=no
if [ "${1-}" = --replay ]; then replay=yes; shift; fi
export ASAN_OPTIONS="${ASAN_OPTIONS-detect_leaks=1}"

failed=
for name; do
    corpus=test/corpus/$name
    mkdir -p "$corpus"
    echo "fuzz: $name"
    if [ $replay = yes ]; then
        build/asan/replay/"$name" "$corpus" || failed="$failed $name"
    else
        new=build/fuzz/new/$name
        mkdir -p "$new"
        dictionary=
        [ -f "test/corpus/$name.dict" ] && dictionary=-dict=test/corpus/$name.dict
        build/fuzz/"$name" -runs="${FUZZ_RUNS:-10000000}" -max_len="${FUZZ_LEN:-4096}" \
            -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 \
            -artifact_prefix="build/fuzz/crash-$name-" $dictionary "$new" "$corpus" ||
            failed="$failed $name"
    fi
done
[ -z "$failed" ] || { echo "fuzz: failed:$failed" >&2; exit 1; }
