/* SPDX-License-Identifier: Apache-2.0 */
/*
 * app.h - what main.c and the commands beside it share.
 */
#ifndef MAILLON_APP_APP_H
#define MAILLON_APP_APP_H

#include "db/command.h"

#define MAILLON_VERSION "0.1.0"

struct command {
    const char *words;
    command_fn handler;
    enum command_needs needs;
    const char *usage;
    const char *help;
};

const struct command *command_table(size_t *count);

/* Process-wide state of features (compiled policies). */
NODISCARD enum err features_open(struct app *app);
void features_close(struct app *app);

#endif
