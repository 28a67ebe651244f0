/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - reads the command line and picks a command. */
#include <stdio.h>

int
main(void)
{
    puts("maillon");
    return 0;
}
