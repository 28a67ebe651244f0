/* SPDX-License-Identifier: Apache-2.0 */
/* campaign_cmd.c - check, publish, list, show and pause campaigns; ask for one verdict. */
#include <stdio.h>

#include "base/format.h"
#include "campaign/campaign_json.h"
#include "db/command.h"
#include "policy/policy_text.h"
#include "stock/stock.h"

/* Takes the buffer to standard output and frees it. */
static enum err
print_and_release(struct buf *b)
{
    enum err err = command_print(b);

    buf_release(b);
    return err;
}

/* FILE:LINE:COLUMN: /path text, so that an editor can jump there. */
static enum err
faults_print(const struct command_args *args, struct str file,
             const struct policy_fault_list *faults)
{
    struct buf b;

    buf_init(&b, 0);
    if (args->json) {
        struct jw w = jw_begin(&b);
        campaign_json_faults(&w, faults);
        buf_byte(&b, '\n');
        TRY(print_and_release(&b));
        return ERR_INVALID;
    }
    for (size_t i = 0; i < faults->count; i++) {
        const struct policy_fault *f = &faults->item[i];
        fprintf(stderr, "%.*s:%d:%d: %.*s %.*s\n", STR_FMT(file), f->line, f->column,
                STR_FMT(f->path), STR_FMT(f->text));
    }
    fprintf(stderr, "maillon: %zu fault%s in %.*s\n", faults->count, faults->count == 1 ? "" : "s",
            STR_FMT(file));
    return ERR_INVALID;
}

static enum err
file_read(struct ctx *cx, struct command_args *args, struct str *file, struct str *json)
{
    TRY(arg_word(args, "FILE", file));
    TRY(arg_end(args));
    TRY(command_read_file(cx->arena, *file, POLICY_JSON_MAX, json));
    *json = str_unmarked(*json);
    return OK;
}

/* Its faults are printed, also as JSON; they are no error of the reading. */
static enum err
file_check(struct ctx *cx, struct command_args *args, struct str file, bool *good)
{
    struct policy_fault_list faults = { 0 };
    struct policy *p = NULL;
    struct str json;
    struct buf b;

    TRY(command_read_file(cx->arena, file, POLICY_JSON_MAX, &json));
    enum err err = policy_compile(cx->arena, str_unmarked(json), &p, &faults);
    *good = err == OK;
    if (err != OK) {
        enum err told = faults_print(args, file, &faults);
        return err == ERR_INVALID && told == ERR_INVALID ? OK : ERR_FAULT;
    }
    buf_init(&b, 0);
    if (args->json) {
        struct jw w = jw_begin(&b);
        campaign_json_faults(&w, &faults);
    } else {
        buf_printf(&b, "%.*s: good (%s, %s, %s, %s)", STR_FMT(file),
                   fmt_plural(p->good_count, "good", "goods").z,
                   fmt_plural(p->pack_count, "pack", "packs").z,
                   fmt_plural(p->cohort_count, "cohort", "cohorts").z,
                   fmt_plural(p->pool_count, "pool", "pools").z);
    }
    buf_byte(&b, '\n');
    return print_and_release(&b);
}

static bool
words_left(const struct command_args *args)
{
    for (int i = 0; i < args->count; i++)
        if (args->arg[i] != NULL)
            return true;
    return false;
}

enum err
campaign_check_cmd(struct ctx *cx, struct command_args *args)
{
    bool all_good = true, good;
    struct str file;

    for (bool first = true; first || words_left(args); first = false) {
        TRY(arg_word(args, "FILE", &file));
        TRY(file_check(cx, args, file, &good));
        all_good = all_good && good;
        arena_clear(cx->arena);
    }
    return all_good ? OK : ERR_INVALID;
}

struct publishing {
    struct str json;
    struct campaign campaign;
    struct policy_fault_list faults;
};

static enum err
publish_unit(struct ctx *cx, void *arg)
{
    struct publishing *p = arg;

    return campaign_publish(cx, p->json, &p->campaign, &p->faults);
}

/* Moving dates is for demonstrations: the setting that shows the demo's pages must be on. */
static enum err
dates_move(struct ctx *cx, struct str cohort, struct publishing *p)
{
    if (!str_is(cx->app->conf->demo, "1"))
        return command_fail("--open-now changes the dates of the file: only for a demonstration "
                            "(MAILLON_DEMO=1)");
    if (str_is(cohort, "first"))
        cohort = STR_NONE;
    return policy_open_now(cx->arena, p->json, cohort, db_now_ms(cx->app->pool), &p->json,
                           &p->faults);
}

enum err
campaign_publish_cmd(struct ctx *cx, struct command_args *args)
{
    struct publishing p = { 0 };
    struct str file, cohort;
    bool moves = arg_option(args, "open-now", &cohort);
    struct buf b;

    TRY(file_read(cx, args, &file, &p.json));
    enum err err = moves ? dates_move(cx, cohort, &p) : OK;
    if (err == OK)
        err = db_write(cx, publish_unit, &p);
    if (err == ERR_INVALID && p.faults.count > 0)
        return faults_print(args, file, &p.faults);
    TRY(err);
    buf_init(&b, 0);
    if (args->json) {
        struct jw w = jw_begin(&b);
        campaign_json(&w, &p.campaign, cx->now_ms);
        buf_byte(&b, '\n');
    } else {
        buf_printf(&b, "%.*s: version %d in force since %s\n", STR_FMT(p.campaign.slug),
                   p.campaign.version, fmt_iso(p.campaign.published_ms).z);
    }
    return print_and_release(&b);
}

static enum err
list_unit(struct ctx *cx, void *arg)
{
    return campaign_list(cx, arg);
}

enum err
campaign_list_cmd(struct ctx *cx, struct command_args *args)
{
    struct campaign_list list;
    struct buf b;

    TRY(arg_end(args));
    TRY(db_read(cx, list_unit, &list));
    buf_init(&b, 0);
    if (args->json) {
        struct jw w = jw_begin(&b);
        campaign_json_list(&w, &list, db_now_ms(cx->app->pool));
        buf_byte(&b, '\n');
        return print_and_release(&b);
    }
    for (size_t i = 0; i < list.count; i++)
        buf_printf(&b, "%-24.*s version %-4d %s  %s%.*s\n", STR_FMT(list.item[i].slug),
                   list.item[i].version, fmt_iso(list.item[i].published_ms).z,
                   list.item[i].paused ? "[paused] " : "", STR_FMT(list.item[i].policy->name));
    if (list.count == 0)
        buf_z(&b, "no campaign is published yet: maillon campaign publish FILE\n");
    return print_and_release(&b);
}

struct showing {
    struct str slug;
    int64_t version; /* 0: the one in force. */
    struct campaign campaign;
    struct stock_pool_list pools;
    struct campaign_version_list versions;
    struct str json;
};

static enum err
show_unit(struct ctx *cx, void *arg)
{
    struct showing *s = arg;

    TRY(campaign_find(cx, s->slug, &s->campaign));
    TRY(stock_list(cx, s->campaign.id, &s->pools));
    TRY(campaign_versions(cx, s->campaign.id, &s->versions));
    return campaign_version_json(cx, s->campaign.id,
                                 s->version == 0 ? s->campaign.version : (int)s->version, &s->json);
}

static void
show_print(struct buf *b, const struct showing *s)
{
    buf_printf(b, "%.*s (%.*s)\norganiser  %.*s\n", STR_FMT(s->campaign.policy->name),
               STR_FMT(s->campaign.slug), STR_FMT(s->campaign.policy->organiser));
    if (s->campaign.paused)
        buf_printf(b, "paused     %.*s\n", STR_FMT(s->campaign.pause_message));
    for (size_t i = 0; i < s->versions.count; i++)
        buf_printf(b, "version    %d, published %s\n", s->versions.item[i].version,
                   fmt_iso(s->versions.item[i].published_ms).z);
    for (size_t i = 0; i < s->pools.count; i++) {
        const struct stock_pool *l = &s->pools.item[i];
        buf_printf(b, "pool       %.*s: %s available, %s held, %s sold, %s withdrawn\n",
                   STR_FMT(l->code), fmt_int(l->available).z, fmt_int(l->held).z,
                   fmt_int(l->sold).z, fmt_int(l->withdrawn).z);
    }
}

enum err
campaign_show_cmd(struct ctx *cx, struct command_args *args)
{
    struct showing s = { 0 };
    bool source = arg_flag(args, "source");
    struct buf b;

    TRY(arg_option_int(args, "version", 1, INT32_MAX, 0, &s.version));
    TRY(arg_word(args, "SLUG", &s.slug));
    TRY(arg_end(args));
    enum err err = db_read(cx, show_unit, &s);
    if (err == ERR_NOT_FOUND)
        (void)command_fail("there is no such campaign or version; see \"maillon campaign list\"");
    TRY(err);
    buf_init(&b, 0);
    if (source) {
        buf_str(&b, s.json);
    } else if (args->json) {
        struct jw w = jw_begin(&b);
        campaign_json_full(&w, &s.campaign, &s.pools, db_now_ms(cx->app->pool));
        buf_byte(&b, '\n');
    } else {
        show_print(&b, &s);
    }
    return print_and_release(&b);
}

struct pausing {
    struct str slug, message;
    bool paused;
};

static enum err
pause_unit(struct ctx *cx, void *arg)
{
    const struct pausing *p = arg;
    struct campaign c;

    TRY(campaign_find(cx, p->slug, &c));
    return p->paused ? campaign_pause(cx, c.id, p->message, STR(""))
                     : campaign_resume(cx, c.id, STR(""));
}

static enum err
pause_run(struct ctx *cx, struct pausing *p)
{
    enum err err = db_write(cx, pause_unit, p);

    if (err == ERR_NOT_FOUND)
        (void)command_fail("there is no such campaign; see \"maillon campaign list\"");
    if (err == ERR_INVALID)
        (void)command_fail("the message has at most %d bytes", CAMPAIGN_MESSAGE_MAX);
    return err;
}

enum err
campaign_pause_cmd(struct ctx *cx, struct command_args *args)
{
    struct pausing p = { .paused = true };

    TRY(arg_word(args, "SLUG", &p.slug));
    TRY(arg_word(args, "MESSAGE", &p.message));
    TRY(arg_end(args));
    if (!utf8_valid(p.message) || utf8_has_control(p.message, ""))
        return command_fail("the message must be plain UTF-8 text on one line");
    return pause_run(cx, &p);
}

enum err
campaign_resume_cmd(struct ctx *cx, struct command_args *args)
{
    struct pausing p = { .paused = false };

    TRY(arg_word(args, "SLUG", &p.slug));
    TRY(arg_end(args));
    return pause_run(cx, &p);
}

struct asking {
    struct str slug;
    int64_t siret, heads;
    struct campaign_verdict verdict;
    bool unknown_campaign;
};

static enum err
ask_unit(struct ctx *cx, void *arg)
{
    struct asking *a = arg;
    struct campaign c;
    enum err err = campaign_find(cx, a->slug, &c);

    a->unknown_campaign = err == ERR_NOT_FOUND;
    TRY(err);
    return campaign_verdict(cx, &c, a->siret, (int)a->heads, &a->verdict);
}

static enum err
ask_print(struct ctx *cx, const struct command_args *args, const struct asking *a)
{
    const struct campaign_verdict *v = &a->verdict;
    struct buf b;

    buf_init(&b, 0);
    if (args->json) {
        struct jw w = jw_begin(&b);
        campaign_json_verdict(&w, v);
        buf_byte(&b, '\n');
        return print_and_release(&b);
    }
    buf_printf(&b, "SIRET      %.*s\nterritory  %s\nband       %s\nverdict    %s\n",
               STR_FMT(siret_str(cx->arena, a->siret)), territory_code(v->facts.territory),
               v->facts.band == BAND_UNKNOWN ? "unknown" : band_code(v->facts.band),
               reason_code(v->e.reason));
    if (v->e.units_max > 0)
        buf_printf(&b, "quantity   %.*s\n",
                   STR_FMT(policy_units_range(cx->arena, v->campaign.policy, v->e.units_min,
                                              v->e.units_max)));
    if (v->e.opens_ms != 0)
        buf_printf(&b, "opens      %s\n", fmt_iso(v->e.opens_ms).z);
    buf_printf(&b, "%.*s\n", STR_FMT(v->text));
    return print_and_release(&b);
}

enum err
eligibility_cmd(struct ctx *cx, struct command_args *args)
{
    struct asking a = { 0 };
    struct str siret;

    TRY(arg_option_int(args, "heads", 0, 10000000, -1, &a.heads));
    TRY(arg_word(args, "CAMPAIGN", &a.slug));
    TRY(arg_word(args, "SIRET", &siret));
    TRY(arg_end(args));
    enum number_fault fault = siret_parse(siret, &a.siret);
    if (fault != NUMBER_OK)
        return command_fail("'%.*s' is not a valid SIRET (14 digits)", STR_FMT(siret));
    enum err err = db_read(cx, ask_unit, &a);
    if (err == ERR_NOT_FOUND)
        (void)command_fail(a.unknown_campaign
                               ? "there is no such campaign; see \"maillon campaign list\""
                               : "the register has no such establishment");
    TRY(err);
    return ask_print(cx, args, &a);
}
