#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# mktests.sh FILE_test.c... - writes the table of the unit tests (test/unit.h): each FILE_test.c
# exports int test_FILE(void), which returns how many of its tests failed.
set -eu

names=
for file; do
    name=${file##*/}
    names="$names ${name%_test.c}"
done

echo '/* Made by tools/mktests.sh. */'
echo '#include "test/unit.h"'
echo
for name in $names; do echo "int test_$name(void);"; done
echo
echo 'const struct unit_module unit_modules[] = {'
for name in $names; do echo "    { \"$name\", test_$name },"; done
echo '};'
echo 'const int unit_module_count = (int)(sizeof unit_modules / sizeof unit_modules[0]);'
