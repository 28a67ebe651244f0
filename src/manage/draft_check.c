/* SPDX-License-Identifier: Apache-2.0 */
/*
 * draft_check.c - what can be said of a draft before anybody publishes it: its faults, what it
 * changes, what would happen the moment it is in force, and what is easily overlooked.
 */
#include "base/buf.h"
#include "base/clock.h"
#include "base/format.h"
#include "json/json.h"
#include "manage/draft.h"
#include "policy/policy_locate.h"
#include "policy/policy_text.h"
#include "stock/stock.h"

#define NBSP "\u00a0"

enum { SOON_MS = CLOCK_MINUTE_MS, WARNINGS_MAX = 8 + POLICY_POOLS_MAX, JOURNAL_CHANGES = 60,
       JOURNAL_TEXT = 400, JOURNAL_BYTES = 200 * 1024 };

/* ---- still this campaign ---- */

static void
fault_add(struct arena *a, struct draft_check *out, struct str json, struct str path,
          const char *text, struct str words)
{
    struct policy_fault *grown = ARENA_ARRAY(a, out->faults.count + 1, struct policy_fault);
    struct policy_fault *f = &grown[out->faults.count];

    for (size_t i = 0; i < out->faults.count; i++)
        grown[i] = out->faults.item[i];
    *f = (struct policy_fault){ .path = path, .text = str_of(text), .words = words };
    policy_locate(json, path, &f->line, &f->column);
    out->faults.item = grown;
    out->faults.count++;
}

static int
pool_of(const struct policy *p, struct str code)
{
    for (int i = 0; i < p->pool_count; i++)
        if (str_eq(p->pool[i].code, code))
            return i;
    return -1;
}

static void
identity_check(struct arena *a, const struct policy *now, struct str json, const struct policy *p,
               struct draft_check *out)
{
    if (!str_eq(p->slug, now->slug))
        fault_add(a, out, json, STR("/slug"), "must stay as it is",
                  str_printf(a, "laissez «\u00a0%.*s\u00a0», ou c’est une autre vente",
                             STR_FMT(now->slug)));
    if (!str_eq(p->organiser_slug, now->organiser_slug))
        fault_add(a, out, json, STR("/organiser/slug"), "must stay as it is",
                  str_printf(a, "laissez «\u00a0%.*s\u00a0», c’est le vôtre",
                             STR_FMT(now->organiser_slug)));
    for (int i = 0; i < p->pool_count; i++) {
        int k = pool_of(now, p->pool[i].code);
        if (k >= 0 && !str_eq(p->good[p->pool[i].good].code, now->good[now->pool[k].good].code))
            fault_add(a, out, json, str_printf(a, "/pools/%d/good", i),
                      "must stay as it is: the units are there",
                      str_printf(a, "laissez «\u00a0%.*s\u00a0», ce stock en contient déjà",
                                 STR_FMT(now->good[now->pool[k].good].code)));
    }
}

/* ---- at once ---- */

/* 0 to come, 1 open, 2 over. */
static int
phase(const struct policy *p, int cohort, int t, int64_t at_ms)
{
    const struct policy_cohort *c;

    if (cohort < 0)
        return 0;
    c = &p->cohort[cohort];
    if (!(c->territories & p->territories & 1U << t) || at_ms < c->opens_ms[t])
        return 0;
    return at_ms < c->closes_ms[t] ? 1 : 2;
}

static int
cohort_of(const struct policy *p, struct str code)
{
    for (int i = 0; i < p->cohort_count; i++)
        if (str_eq(p->cohort[i].code, code))
            return i;
    return -1;
}

static void
now_add(struct draft_now_list *list, const struct policy_cohort *c, enum draft_news news, int t)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->item[i].news == news && str_eq(list->item[i].cohort, c->code)) {
            list->item[i].territories |= 1U << t;
            return;
        }
    list->item[list->count++] = (struct draft_now){ c->code, c->label, news, 1U << t };
}

/* Compared with what holds now; a minute is as good as now to somebody who approves. */
static void
now_find(struct arena *a, const struct policy *now, const struct policy *p, int64_t now_ms,
         struct draft_now_list *out)
{
    out->item = ARENA_ARRAY(a, 3 * POLICY_COHORTS_MAX * 2, struct draft_now);
    for (int i = 0; i < p->cohort_count; i++) {
        int k = cohort_of(now, p->cohort[i].code);
        for (int t = 1; t < TERRITORY_COUNT; t++) {
            int was = phase(now, k, t, now_ms), is = phase(p, i, t, now_ms + SOON_MS);
            if (is == was || (was == 0 && is == 2))
                continue;
            now_add(out, &p->cohort[i],
                    is == 1 ? NEWS_OPENS : is == 2 ? NEWS_CLOSES : NEWS_WAITS, t);
        }
    }
    for (int k = 0; k < now->cohort_count; k++)
        for (int t = 1; t < TERRITORY_COUNT; t++)
            if (cohort_of(p, now->cohort[k].code) < 0 && phase(now, k, t, now_ms) == 1)
                now_add(out, &now->cohort[k], NEWS_CLOSES, t);
}

struct str
draft_now_text(struct arena *a, const struct draft_now *n)
{
    static const char *const what[] = {
        "peut commander dès la publication",
        "ne peut plus commander dès la publication",
        "ne peut plus commander dès la publication, jusqu’à sa nouvelle ouverture",
    };
    return str_printf(a, "«\u00a0%.*s\u00a0» %s (%.*s).", STR_FMT(n->label), what[n->news],
                      STR_FMT(policy_territories_text(a, n->territories)));
}

/* ---- easily overlooked ---- */

static void
warn(struct str_list *list, struct str text)
{
    if (list->count < WARNINGS_MAX)
        list->item[list->count++] = text;
}

static enum err
warnings_find(struct ctx *cx, const struct campaign *c, const struct policy *p,
              struct str_list *out)
{
    struct arena *a = cx->arena;
    struct stock_pool_list pools;

    out->item = ARENA_ARRAY(a, WARNINGS_MAX, struct str);
    TRY(stock_list(cx, c->id, &pools));
    for (size_t i = 0; i < pools.count; i++) {
        const struct stock_pool *s = &pools.item[i];
        if (pool_of(p, s->code) < 0 && pool_of(c->policy, s->code) >= 0 &&
            s->available + s->held > 0)
            warn(out, str_printf(a, "Le stock «\u00a0%.*s\u00a0» n’est plus en vente" NBSP
                                    ": il y reste %s.", STR_FMT(s->code),
                                 fmt_plural(s->available + s->held, "unité", "unités").z));
    }
    for (int i = 0; i < p->pool_count; i++)
        if (pool_of(c->policy, p->pool[i].code) < 0)
            warn(out, str_printf(a, "Le stock «\u00a0%.*s\u00a0» est nouveau" NBSP
                                    ": il naît avec %s, qui doivent exister.",
                                 STR_FMT(p->pool[i].label),
                                 fmt_plural(p->pool[i].units, "unité", "unités").z));
    if (p->period_origin_ms != c->policy->period_origin_ms)
        warn(out, str_printf(a, "Le décompte des quotas part d’une autre date (%s)" NBSP
                                ": des commandes déjà passées comptent dans une autre période, ou "
                                "plus du tout.", fmt_date_time(p->period_origin_ms, p->zone).z));
    return OK;
}

enum err
draft_check(struct ctx *cx, const struct campaign *c, struct str json, struct draft_check *out)
{
    struct policy *p = NULL;

    *out = (struct draft_check){ .policy = NULL };
    enum err err = policy_compile(cx->arena, json, &p, &out->faults);
    if (err == ERR_INVALID)
        return OK;
    TRY(err);
    identity_check(cx->arena, c->policy, json, p, out);
    out->changes = policy_diff(cx->arena, c->policy, p);
    if (out->faults.count > 0)
        return OK;
    out->policy = p;
    now_find(cx->arena, c->policy, p, cx->now_ms, &out->now);
    return warnings_find(cx, c, p, &out->warnings);
}

/* ---- for the journal ---- */

static struct str
shortened(struct str s)
{
    size_t n = JOURNAL_TEXT;

    if (s.len <= n)
        return s;
    while (n > 0 && ((unsigned char)s.ptr[n] & 0xC0) == 0x80)
        n--;
    return str_sub(s, 0, n);
}

/* A key that no earlier change has. */
static struct str
key_for(struct arena *a, const struct policy_change_list *changes, size_t i)
{
    int same = 1;

    for (size_t k = 0; k < i; k++)
        same += str_eq(changes->item[k].term, changes->item[i].term);
    return same == 1 ? changes->item[i].term
                     : str_printf(a, "%.*s (%d)", STR_FMT(changes->item[i].term), same);
}

struct str
draft_changes_json(struct arena *a, const struct policy_change_list *changes, bool after)
{
    struct buf b;

    buf_init(&b, JOURNAL_BYTES);
    struct jw w = jw_begin(&b);
    jw_object(&w);
    for (size_t i = 0; i < changes->count && i < JOURNAL_CHANGES; i++) {
        const struct policy_change *c = &changes->item[i];
        jw_kstr(&w, str_z(a, key_for(a, changes, i)), shortened(after ? c->after : c->before));
    }
    jw_close_object(&w);
    struct str s = buf_dup(&b, a);
    buf_release(&b);
    return s;
}
