/* SPDX-License-Identifier: Apache-2.0 */
/* figure_cmd.c - "maillon figures": shows the figures of each campaign, and makes them anew. */
#include "base/format.h"
#include "campaign/campaign.h"
#include "db/command.h"
#include "figure/figure.h"
#include "json/json.h"

struct campaign_figures {
    struct campaign campaign;
    struct figure_group_list groups;
    struct figure_money money;
    struct figure_group sum; /* Over all groups. */
};

struct listing {
    struct str slug;         /* Empty: every campaign, sums only. */
    int64_t as_of_ms;
    struct campaign_figures *item;
    size_t count;
};

static void
group_add(struct figure_group *sum, const struct figure_group *g)
{
    sum->companies += g->companies;
    sum->held.orders += g->held.orders;
    sum->held.units += g->held.units;
    sum->sold.orders += g->sold.orders;
    sum->sold.units += g->sold.units;
    sum->sold_cents += g->sold_cents;
}

static enum err
listing_unit(struct ctx *cx, void *arg)
{
    struct listing *l = arg;
    struct campaign_list all;

    TRY(figure_as_of(cx, &l->as_of_ms));
    if (l->slug.len > 0) {
        all.item = ARENA_NEW(cx->arena, struct campaign);
        all.count = 1;
        TRY(campaign_find(cx, l->slug, &all.item[0]));
    } else {
        TRY(campaign_list(cx, &all));
    }
    l->item = ARENA_ARRAY(cx->arena, all.count, struct campaign_figures);
    l->count = all.count;
    for (size_t i = 0; i < all.count; i++) {
        struct campaign_figures *f = &l->item[i];
        f->campaign = all.item[i];
        TRY(figure_groups(cx, f->campaign.id, &f->groups));
        TRY(figure_money(cx, f->campaign.id, &f->money));
        for (size_t g = 0; g < f->groups.count; g++)
            group_add(&f->sum, &f->groups.item[g]);
    }
    return OK;
}

static void
group_json(struct jw *w, const struct figure_group *g)
{
    jw_kint(w, "companies", g->companies);
    jw_kint(w, "held_orders", g->held.orders);
    jw_kint(w, "held_units", g->held.units);
    jw_kint(w, "sold_orders", g->sold.orders);
    jw_kint(w, "sold_units", g->sold.units);
    jw_kint(w, "sold_cents", g->sold_cents);
}

static void
groups_json(struct jw *w, const struct figure_group_list *groups)
{
    jw_key(w, "groups");
    jw_array(w);
    for (size_t i = 0; i < groups->count; i++) {
        const struct figure_group *g = &groups->item[i];
        jw_object(w);
        jw_kstr(w, "cohort", g->cohort);
        jw_kz(w, "territory", territory_code(g->territory));
        jw_kstr(w, "department", g->department);
        jw_kz(w, "band", band_code(g->band));
        group_json(w, g);
        jw_close_object(w);
    }
    jw_close_array(w);
}

static void
print_json(struct buf *out, const struct listing *l)
{
    struct jw w = jw_begin(out);

    jw_object(&w);
    jw_ktime(&w, "as_of", l->as_of_ms);
    jw_key(&w, "campaigns");
    jw_array(&w);
    for (size_t i = 0; i < l->count; i++) {
        const struct campaign_figures *f = &l->item[i];
        jw_object(&w);
        jw_kstr(&w, "slug", f->campaign.slug);
        group_json(&w, &f->sum);
        jw_kint(&w, "captured_cents", f->money.captured_cents);
        jw_kint(&w, "due_cents", f->money.due_cents);
        jw_kint(&w, "refunded_cents", f->money.refunded_cents);
        if (l->slug.len > 0)
            groups_json(&w, &f->groups);
        jw_close_object(&w);
    }
    jw_close_array(&w);
    jw_close_object(&w);
    buf_byte(out, '\n');
}

static void
print_groups(struct buf *out, const struct figure_group_list *groups)
{
    buf_printf(out, "\n  %-24s %-12s %-4s %-4s %10s %10s %10s\n", "cohort", "territory", "dep",
               "band", "companies", "held", "sold");
    for (size_t i = 0; i < groups->count; i++) {
        const struct figure_group *g = &groups->item[i];
        buf_printf(out, "  %-24.*s %-12s %-4.*s %-4s %10lld %10lld %10lld\n", STR_FMT(g->cohort),
                   territory_code(g->territory), STR_FMT(g->department), band_code(g->band),
                   (long long)g->companies, (long long)g->held.units, (long long)g->sold.units);
    }
}

static void
print_text(struct buf *out, const struct listing *l)
{
    if (l->as_of_ms == 0)
        buf_printf(out, "Nothing has been folded yet: a running server does it, and --rebuild.\n");
    else
        buf_printf(out, "as of %s\n", fmt_iso(l->as_of_ms).z);
    for (size_t i = 0; i < l->count; i++) {
        const struct campaign_figures *f = &l->item[i];
        buf_printf(out,
                   "%.*s\n  companies  %lld\n  held       %lld orders, %lld units\n"
                   "  sold       %lld orders, %lld units, %s\n"
                   "  money      %s captured, %s to give back, %s given back\n",
                   STR_FMT(f->campaign.slug), (long long)f->sum.companies,
                   (long long)f->sum.held.orders, (long long)f->sum.held.units,
                   (long long)f->sum.sold.orders, (long long)f->sum.sold.units,
                   fmt_euros(f->sum.sold_cents).z, fmt_euros(f->money.captured_cents).z,
                   fmt_euros(f->money.due_cents).z, fmt_euros(f->money.refunded_cents).z);
        if (l->slug.len > 0)
            print_groups(out, &f->groups);
    }
}

/* What the server's job does, until nothing is left, and before that all of it anew. */
static enum err
rebuild_all(struct ctx *cx)
{
    bool done = false;

    TRY(figure_rebuild(cx));
    while (!done)
        TRY(figure_fold(cx, &done));
    return OK;
}

static bool
has_word(const struct command_args *args)
{
    for (int i = 0; i < args->count; i++)
        if (args->arg[i] != NULL)
            return true;
    return false;
}

enum err
figures_cmd(struct ctx *cx, struct command_args *args)
{
    struct listing l = {0};
    struct buf out = {0};
    bool rebuild = arg_flag(args, "rebuild");

    if (has_word(args))
        TRY(arg_word(args, "CAMPAIGN", &l.slug));
    TRY(arg_end(args));
    if (rebuild)
        TRY(rebuild_all(cx));
    enum err e = db_read(cx, listing_unit, &l);
    if (e == ERR_NOT_FOUND)
        (void)command_fail("there is no such campaign; see \"maillon campaign list\"");
    TRY(e);
    if (args->json)
        print_json(&out, &l);
    else
        print_text(&out, &l);
    e = command_print(&out);
    buf_release(&out);
    return e;
}
