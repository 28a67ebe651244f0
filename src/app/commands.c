/* SPDX-License-Identifier: Apache-2.0 */
/*
 * commands.c - the table of commands and of URLs, made from their declarations.
 */
#include "account/account.h"
#include "app/app.h"
#include "campaign/campaign.h"
#include "http/route.h"

static const struct command commands[] = {
#define COMMAND(words, handler, needs, usage, help) {words, handler, needs, usage, help},
#include "commands.h"
#undef COMMAND
};

const struct command *
command_table(size_t *count)
{
    *count = sizeof commands / sizeof commands[0];
    return commands;
}

enum err
features_open(struct app *app)
{
    return campaign_cache_open(app);
}

void
features_close(struct app *app)
{
    campaign_cache_close(app);
}
