/* SPDX-License-Identifier: Apache-2.0 */
/* campaign_try_cmd.c - "maillon campaign try": runs a trial and prints it as tables. */
#include <stdio.h>

#include "base/format.h"
#include "campaign/campaign_json.h"
#include "db/command.h"

struct trying {
    struct trial trial;
    int64_t stock[POLICY_POOLS_MAX];
    struct freshness mirror;
    int64_t uptake; /* Percent. */
};

/* The register's size for the progress, and the stock of a campaign that is published already. */
static enum err
prepare_unit(struct ctx *cx, void *arg)
{
    struct trying *t = arg;
    const struct policy *p = t->trial.policy;
    struct stock_pool_list pools = { 0 };
    struct campaign c;

    TRY(registry_freshness(cx, &t->mirror));
    for (int i = 0; i < p->pool_count; i++)
        t->stock[i] = p->pool[i].units;
    enum err err = campaign_find(cx, p->slug, &c);
    if (err == ERR_NOT_FOUND)
        return OK;
    TRY(err);
    TRY(stock_list(cx, c.id, &pools));
    for (int i = 0; i < p->pool_count; i++)
        for (size_t j = 0; j < pools.count; j++)
            if (str_eq(pools.item[j].code, p->pool[i].code))
                t->stock[i] = pools.item[j].available;
    return OK;
}

static void
row_scale(struct trial_row *row, int64_t percent)
{
    row->units_min = row->units_min * percent / 100;
    row->units_max = row->units_max * percent / 100;
}

/* Claims shrink to what the expected share of companies would ask for; companies stay counted. */
static void
uptake_apply(struct trial *t, int64_t percent)
{
    row_scale(&t->eligible, percent);
    row_scale(&t->open, percent);
    for (int i = 0; i < POLICY_COHORTS_MAX; i++)
        row_scale(&t->cohort[i], percent);
    for (int i = 0; i < TERRITORY_COUNT; i++)
        row_scale(&t->territory[i], percent);
    for (int i = 0; i < BAND_COUNT; i++)
        row_scale(&t->band[i], percent);
    for (int i = 0; i < POLICY_POOLS_MAX; i++)
        row_scale(&t->pool[i], percent);
}

/* printf pads by bytes; labels hold accents. */
static void
cell(struct buf *b, struct str s, size_t width, bool right)
{
    size_t len = utf8_count(s);

    if (!right)
        buf_str(b, s);
    for (size_t i = len; i < width; i++)
        buf_byte(b, ' ');
    if (right)
        buf_str(b, s);
}

static void
cell_int(struct buf *b, int64_t n)
{
    struct short_str s = fmt_int(n);

    cell(b, str_of(s.z), 16, true);
}

static void
row_print(struct buf *b, struct str label, const struct trial_row *row)
{
    buf_z(b, "  ");
    cell(b, label, 52, false);
    cell_int(b, row->companies);
    cell_int(b, row->units_min);
    cell_int(b, row->units_max);
    buf_byte(b, '\n');
}

static void
head_print(struct buf *b, const char *title)
{
    buf_byte(b, '\n');
    cell(b, str_of(title), 54, false);
    cell(b, STR("companies"), 16, true);
    cell(b, STR("units, least"), 16, true);
    cell(b, STR("units, most"), 16, true);
    buf_byte(b, '\n');
}

static void
groups_print(struct buf *b, const struct trial *t)
{
    head_print(b, "By cohort");
    for (int i = 0; i < t->policy->cohort_count; i++)
        row_print(b, t->policy->cohort[i].label, &t->cohort[i]);
    head_print(b, "By territory");
    for (int i = 0; i < TERRITORY_COUNT; i++)
        if (t->territory[i].companies > 0)
            row_print(b, str_of(territory_label((enum territory)i)), &t->territory[i]);
    head_print(b, "By headcount band");
    for (int i = 0; i < BAND_COUNT; i++)
        if (t->band[i].companies > 0)
            row_print(b, i == BAND_UNKNOWN ? STR("unknown") : str_of(band_code((enum band)i)),
                      &t->band[i]);
}

/* "covers 160 %, lasts 24 days": in one period everybody may claim once. */
static void
lasts_print(struct buf *b, const char *when, int64_t stock, int64_t units, int period_days)
{
    if (units == 0) {
        buf_printf(b, "    %s: nobody claims anything\n", when);
        return;
    }
    double times = (double)stock / (double)units;
    buf_printf(b, "    %s: covers %.0f %% of one period's claims", when, times * 100);
    if (period_days > 0)
        buf_printf(b, ", lasts %.0f days", times * period_days);
    buf_byte(b, '\n');
}

static void
pools_print(struct buf *b, const struct trying *t)
{
    const struct policy *p = t->trial.policy;

    head_print(b, "Stock by pool");
    for (int i = 0; i < p->pool_count; i++) {
        row_print(b, p->pool[i].label, &t->trial.pool[i]);
        buf_printf(b, "    stock: %s\n", fmt_int(t->stock[i]).z);
        lasts_print(b, "if all claim the least", t->stock[i], t->trial.pool[i].units_min,
                    p->period_days);
        lasts_print(b, "if all claim the most", t->stock[i], t->trial.pool[i].units_max,
                    p->period_days);
    }
}

static void
refusals_print(struct buf *b, const struct trial *t)
{
    buf_byte(b, '\n');
    cell(b, STR("Refused, or not yet decided"), 54, false);
    cell(b, STR("companies"), 16, true);
    buf_byte(b, '\n');
    for (int i = 0; i < REASON_COUNT; i++) {
        if (t->refused[i] == 0)
            continue;
        buf_z(b, "  ");
        cell(b, str_of(reason_code((enum reason)i)), 52, false);
        cell_int(b, t->refused[i]);
        buf_byte(b, '\n');
    }
    if (t->without_pack > 0)
        buf_printf(b, "\nNOTE: %s eligible companies may claim less than one pack: they can order "
                      "nothing (see /quota/round_up).\n",
                   fmt_int(t->without_pack).z);
}

static enum err
trying_print(const struct command_args *args, const struct trying *t)
{
    struct buf b;

    buf_init(&b, 0);
    if (args->json) {
        struct jw w = jw_begin(&b);
        campaign_json_trial(&w, &t->trial, t->stock, t->mirror.imported_ms);
        buf_byte(&b, '\n');
    } else {
        buf_printf(&b, "%.*s tried at %s on %s active companies\n",
                   STR_FMT(t->trial.policy->name), fmt_iso(t->trial.now_ms).z,
                   fmt_int(t->trial.companies).z);
        if (t->uptake != 100)
            buf_printf(&b, "Units are those of %d %% of the companies.\n", (int)t->uptake);
        head_print(&b, "");
        row_print(&b, STR("may order now or later"), &t->trial.eligible);
        row_print(&b, STR("of these, now"), &t->trial.open);
        groups_print(&b, &t->trial);
        pools_print(&b, t);
        refusals_print(&b, &t->trial);
    }
    enum err err = command_print(&b);
    buf_release(&b);
    return err;
}

static enum err
file_compile(struct ctx *cx, struct str file, struct policy **out)
{
    struct policy_fault_list faults = { 0 };
    struct str json;

    TRY(command_read_file(cx->arena, file, POLICY_JSON_MAX, &json));
    enum err err = policy_compile(cx->arena, str_unmarked(json), out, &faults);
    for (size_t i = 0; err != OK && i < faults.count; i++)
        fprintf(stderr, "%.*s:%d:%d: %.*s %.*s\n", STR_FMT(file), faults.item[i].line,
                faults.item[i].column, STR_FMT(faults.item[i].path), STR_FMT(faults.item[i].text));
    return err;
}

enum err
campaign_try_cmd(struct ctx *cx, struct command_args *args)
{
    struct trying *t = ARENA_NEW(cx->arena, struct trying);
    struct progress progress;
    struct policy *p = NULL;
    struct str file, at = STR_NONE;

    t->trial.now_ms = db_now_ms(cx->app->pool);
    if (arg_option(args, "at", &at) && !instant_parse(at, &t->trial.now_ms))
        return command_fail("--at takes an instant such as 2020-05-02T06:00:00Z, not '%.*s'",
                            STR_FMT(at));
    TRY(arg_option_int(args, "uptake", 1, 100, 100, &t->uptake));
    TRY(arg_word(args, "FILE", &file));
    TRY(arg_end(args));
    TRY(file_compile(cx, file, &p));
    t->trial.policy = p;
    TRY(db_read(cx, prepare_unit, t));
    if (t->mirror.companies == 0)
        return command_fail("the register is empty: maillon registry import first");
    progress_begin(&progress, "campaign try", t->mirror.active);
    t->trial.progress = &progress;
    enum err err = trial_run(cx, &t->trial);
    progress_step(&progress, t->trial.companies);
    progress_end(&progress);
    TRY(err);
    uptake_apply(&t->trial, t->uptake);
    return trying_print(args, t);
}
