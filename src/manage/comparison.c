/* SPDX-License-Identifier: Apache-2.0 */
/*
 * comparison.c - see comparison.h. Counts are kept by codes, not by the numbers of this program,
 * so that another version of it reads them the same.
 */
#include "manage/comparison.h"

static void
side_add(struct comparison_side *s, const struct buyer_facts *f, enum reason reason)
{
    s->companies++;
    s->territory[f->territory]++;
    s->band[f->band]++;
    s->reason[reason]++;
}

void
comparison_add(struct comparison *c, const struct company *company)
{
    struct buyer_facts f = campaign_company_facts(company);
    struct trial_verdict was = trial_add(&c->before, &f), is = trial_add(&c->after, &f);

    if (!was.is_eligible && is.is_eligible)
        side_add(&c->gained, &f, was.reason);
    if (was.is_eligible && !is.is_eligible)
        side_add(&c->lost, &f, is.reason);
    c->opened += was.reason != REASON_OK && is.reason == REASON_OK;
    c->shut += was.reason == REASON_OK && is.reason != REASON_OK;
    if (!was.is_eligible || !is.is_eligible)
        return;
    c->more += is.units_max > was.units_max;
    c->fewer += is.units_max < was.units_max;
    if (was.reason == REASON_NOT_OPEN_YET && is.reason == REASON_NOT_OPEN_YET) {
        c->sooner += is.opens_ms < was.opens_ms;
        c->later += is.opens_ms > was.opens_ms;
    }
}

/* ---- as JSON ---- */

static const char *
band_key(int b)
{
    return b == BAND_UNKNOWN ? "unknown" : band_code((enum band)b);
}

static const char *
territory_key(int t)
{
    return territory_code((enum territory)t);
}

static const char *
reason_key(int r)
{
    return reason_code((enum reason)r);
}

typedef const char *(*key_fn)(int);

static void
row_write(struct jw *w, const struct trial_row *row)
{
    jw_array(w);
    jw_int(w, row->companies);
    jw_int(w, row->units_min);
    jw_int(w, row->units_max);
    jw_close_array(w);
}

static void
rows_write(struct jw *w, const char *name, const struct trial_row *rows, int count, key_fn key)
{
    jw_key(w, name);
    if (key == NULL)
        jw_array(w);
    else
        jw_object(w);
    for (int i = 0; i < count; i++) {
        if (key != NULL && rows[i].companies == 0)
            continue;
        if (key != NULL)
            jw_key(w, key(i));
        row_write(w, &rows[i]);
    }
    if (key == NULL)
        jw_close_array(w);
    else
        jw_close_object(w);
}

static void
counts_write(struct jw *w, const char *name, const int64_t *counts, int count, key_fn key)
{
    jw_key(w, name);
    jw_object(w);
    for (int i = 0; i < count; i++)
        if (counts[i] != 0)
            jw_kint(w, key(i), counts[i]);
    jw_close_object(w);
}

static void
trial_write(struct jw *w, const char *name, const struct trial *t)
{
    jw_key(w, name);
    jw_object(w);
    jw_kint(w, "companies", t->companies);
    jw_kint(w, "without_pack", t->without_pack);
    rows_write(w, "eligible", &t->eligible, 1, NULL);
    rows_write(w, "open", &t->open, 1, NULL);
    rows_write(w, "cohort", t->cohort, t->policy->cohort_count, NULL);
    rows_write(w, "pool", t->pool, t->policy->pool_count, NULL);
    rows_write(w, "territory", t->territory, TERRITORY_COUNT, territory_key);
    rows_write(w, "band", t->band, BAND_COUNT, band_key);
    counts_write(w, "refused", t->refused, REASON_COUNT, reason_key);
    jw_close_object(w);
}

static void
side_write(struct jw *w, const char *name, const struct comparison_side *s)
{
    jw_key(w, name);
    jw_object(w);
    jw_kint(w, "companies", s->companies);
    counts_write(w, "territory", s->territory, TERRITORY_COUNT, territory_key);
    counts_write(w, "band", s->band, BAND_COUNT, band_key);
    counts_write(w, "reason", s->reason, REASON_COUNT, reason_key);
    jw_close_object(w);
}

void
comparison_write(struct jw *w, const struct comparison *c)
{
    jw_object(w);
    trial_write(w, "before", &c->before);
    trial_write(w, "after", &c->after);
    side_write(w, "gained", &c->gained);
    side_write(w, "lost", &c->lost);
    jw_kint(w, "more", c->more);
    jw_kint(w, "fewer", c->fewer);
    jw_kint(w, "opened", c->opened);
    jw_kint(w, "shut", c->shut);
    jw_kint(w, "sooner", c->sooner);
    jw_kint(w, "later", c->later);
    jw_close_object(w);
}

static int64_t
int_at(const struct json *list, size_t i)
{
    return list != NULL && list->kind == JSON_ARRAY && i < list->count &&
                   list->item[i].kind == JSON_INT
               ? list->item[i].i
               : 0;
}

static struct trial_row
row_read(const struct json *v)
{
    return (struct trial_row){ int_at(v, 0), int_at(v, 1), int_at(v, 2) };
}

static void
rows_read(const struct json *v, struct trial_row *rows, int count, key_fn key)
{
    for (int i = 0; i < count; i++) {
        const struct json *row = key != NULL ? json_get(v, key(i))
                                 : v != NULL && v->kind == JSON_ARRAY && (size_t)i < v->count
                                     ? &v->item[i]
                                     : NULL;
        rows[i] = row_read(row);
    }
}

static void
counts_read(const struct json *v, int64_t *counts, int count, key_fn key)
{
    for (int i = 0; i < count; i++)
        counts[i] = json_get_int(v, key(i), 0);
}

static void
trial_read(const struct json *v, struct trial *t)
{
    t->companies = json_get_int(v, "companies", 0);
    t->without_pack = json_get_int(v, "without_pack", 0);
    rows_read(json_get(v, "eligible"), &t->eligible, 1, NULL);
    rows_read(json_get(v, "open"), &t->open, 1, NULL);
    rows_read(json_get(v, "cohort"), t->cohort, POLICY_COHORTS_MAX, NULL);
    rows_read(json_get(v, "pool"), t->pool, POLICY_POOLS_MAX, NULL);
    rows_read(json_get(v, "territory"), t->territory, TERRITORY_COUNT, territory_key);
    rows_read(json_get(v, "band"), t->band, BAND_COUNT, band_key);
    counts_read(json_get(v, "refused"), t->refused, REASON_COUNT, reason_key);
}

static void
side_read(const struct json *v, struct comparison_side *s)
{
    s->companies = json_get_int(v, "companies", 0);
    counts_read(json_get(v, "territory"), s->territory, TERRITORY_COUNT, territory_key);
    counts_read(json_get(v, "band"), s->band, BAND_COUNT, band_key);
    counts_read(json_get(v, "reason"), s->reason, REASON_COUNT, reason_key);
}

void
comparison_read(const struct json *tree, struct comparison *c)
{
    trial_read(json_get(tree, "before"), &c->before);
    trial_read(json_get(tree, "after"), &c->after);
    side_read(json_get(tree, "gained"), &c->gained);
    side_read(json_get(tree, "lost"), &c->lost);
    c->more = json_get_int(tree, "more", 0);
    c->fewer = json_get_int(tree, "fewer", 0);
    c->opened = json_get_int(tree, "opened", 0);
    c->shut = json_get_int(tree, "shut", 0);
    c->sooner = json_get_int(tree, "sooner", 0);
    c->later = json_get_int(tree, "later", 0);
}
