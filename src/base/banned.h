/* SPDX-License-Identifier: Apache-2.0 */
/*
 * banned.h - functions that do not compile here, because each has cost somebody dearly.
 * Included by every source file through the compiler's command line.
 */
#ifndef MAILLON_BASE_BANNED_H
#define MAILLON_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Not poisoned: glib's headers define the macro anew, which a poisoned word does not allow. */
#undef alloca
#define alloca(size) alloca_is_banned(size)

#pragma GCC poison strcpy strcat sprintf vsprintf strncpy strncat atoi atol atoll atof
#pragma GCC poison strtok gets sscanf localtime gmtime ctime asctime mktime system popen
#pragma GCC poison rand srand setenv putenv tmpnam mktemp

#endif
