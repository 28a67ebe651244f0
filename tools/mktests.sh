#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# mktests.sh FILE_test.c... - writes the program that runs the unit tests:
# all of them, or the modules named on its command line. Each FILE_test.c
# exports int test_FILE(void), which returns how many of its tests failed.
set -eu

names=
for file; do
    name=${file##*/}
    names="$names ${name%_test.c}"
done

cat <<'C'
/* Made by tools/mktests.sh. */
#include <stdio.h>
#include <string.h>

struct module {
    const char *name;
    int (*run)(void);
};

C
for name in $names; do echo "int test_$name(void);"; done
echo
echo 'static const struct module modules[] = {'
for name in $names; do echo "    { \"$name\", test_$name },"; done
cat <<'C'
    { NULL, NULL },
};

static int
module_run(const struct module *m)
{
    int failed = m->run();

    if (failed != 0)
        fprintf(stderr, "FAILED: %s (%d)\n", m->name, failed);
    return failed != 0;
}

static int
module_named(const char *name)
{
    for (const struct module *m = modules; m->name != NULL; m++)
        if (strcmp(m->name, name) == 0)
            return module_run(m);
    fprintf(stderr, "no unit test is named '%s'; they are:", name);
    for (const struct module *m = modules; m->name != NULL; m++)
        fprintf(stderr, " %s", m->name);
    fputc('\n', stderr);
    return 1;
}

int
main(int argc, char **argv)
{
    int failed = 0;
    int count = 0;

    for (int i = 1; i < argc; i++, count++)
        failed += module_named(argv[i]);
    for (const struct module *m = modules; argc == 1 && m->name != NULL; m++, count++)
        failed += module_run(m);
    printf("%d modules, %d failed\n", count, failed);
    return failed != 0;
}
C
