/* SPDX-License-Identifier: Apache-2.0 */
/*
 * open_data.c - the files: public, for any site to read, kept by caches for a while.
 *
 * The orders' files are read in spans of days from one snapshot and sent in pieces, as long as they
 * may be.
 */
#include "base/clock.h"
#include "http/csv_answer.h"
#include "http/route.h"
#include "open/open.h"
#include "stock/stock.h"
#include "json/json.h"

enum { SPAN_DAYS = 14 };

static int64_t
day_of(int64_t ms, enum zone zone)
{
    struct civil c = civil_of(ms, zone);

    return civil_day(c.year, c.month, c.day);
}

void
open_days(const struct campaign *c, int64_t now_ms, int64_t *from, int64_t *until)
{
    const struct policy *p = c->policy;
    int64_t first = now_ms;

    for (int i = 0; i < p->cohort_count; i++)
        for (int t = 1; t < TERRITORY_COUNT; t++)
            if ((p->cohort[i].territories >> t & 1) != 0 && p->cohort[i].opens_ms[t] < first)
                first = p->cohort[i].opens_ms[t];
    *until = day_of(now_ms, p->zone);
    /* An earlier version may have opened earlier than this one says. */
    *from = day_of(first, p->zone) - 366;
}

enum err
open_campaign(struct ctx *cx, struct req *req, struct campaign *out)
{
    struct str slug;

    if (!str_is(cx->app->conf->open_data, "1"))
        return ERR_NOT_FOUND;
    TRY(req_path_str(req, "slug", CAMPAIGN_SLUG_MAX, &slug));
    return campaign_find(cx, slug, out);
}

static void
for_everybody(struct ctx *cx, struct req *req, const char *cache)
{
    res_header(cx, req, "Access-Control-Allow-Origin", STR("*"));
    res_header(cx, req, "Cache-Control", str_of(cache));
}

/* ---- stock ---- */

static struct str
territories_of(struct arena *a, const struct policy *p, struct str pool)
{
    struct buf b;
    struct str s;

    buf_init(&b, 0);
    for (int i = 0; i < p->pool_count; i++)
        for (int t = 1; str_eq(p->pool[i].code, pool) && t < TERRITORY_COUNT; t++)
            if ((p->pool[i].territories >> t & 1) != 0)
                buf_printf(&b, "%s%s", b.len > 0 ? " " : "", territory_code((enum territory)t));
    s = buf_dup(&b, a);
    buf_release(&b);
    return s;
}

static struct str
label_of(const struct policy *p, struct str pool)
{
    for (int i = 0; i < p->pool_count; i++)
        if (str_eq(p->pool[i].code, pool))
            return p->pool[i].label;
    return STR_NONE;
}

/* GET /donnees/{slug}/stock.csv */
enum err
open_stock_csv(struct ctx *cx, struct req *req)
{
    static const char *const heads[] = {"at",    "campaign",    "pool",
                                        "label", "territories", "available"};
    struct short_str at = fmt_iso(cx->now_ms);
    struct stock_pool_list pools;
    struct campaign c;

    TRY(open_campaign(cx, req, &c));
    TRY(stock_list(cx, c.id, &pools));
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        csv_put(&req->out, i == 0, str_of(heads[i]));
    csv_end(&req->out);
    for (size_t i = 0; i < pools.count; i++) {
        const struct stock_pool *s = &pools.item[i];
        csv_put(&req->out, true, str_of(at.z));
        csv_put(&req->out, false, c.slug);
        csv_put(&req->out, false, s->code);
        csv_put(&req->out, false, label_of(c.policy, s->code));
        csv_put(&req->out, false, territories_of(cx->arena, c.policy, s->code));
        csv_put_i64(&req->out, false, s->available);
        csv_end(&req->out);
    }
    for_everybody(cx, req, "public, max-age=15");
    return res_body(req, 200, "text/csv; charset=utf-8; header=present");
}

/* GET /donnees/{slug}/stock.json */
enum err
open_stock_json(struct ctx *cx, struct req *req)
{
    struct stock_pool_list pools;
    struct campaign c;

    TRY(open_campaign(cx, req, &c));
    TRY(stock_list(cx, c.id, &pools));
    struct jw w = jw_begin(&req->out);
    jw_object(&w);
    jw_kstr(&w, "campaign", c.slug);
    jw_ktime(&w, "at", cx->now_ms);
    jw_key(&w, "pools");
    jw_array(&w);
    for (size_t i = 0; i < pools.count; i++) {
        const struct stock_pool *s = &pools.item[i];
        jw_object(&w);
        jw_kstr(&w, "pool", s->code);
        jw_kstr(&w, "label", label_of(c.policy, s->code));
        jw_kstr(&w, "territories", territories_of(cx->arena, c.policy, s->code));
        jw_kint(&w, "available", s->available);
        jw_close_object(&w);
    }
    jw_close_array(&w);
    jw_close_object(&w);
    buf_byte(&req->out, '\n');
    for_everybody(cx, req, "public, max-age=15");
    return res_json(req, 200);
}

/* ---- orders ---- */

struct telling {
    struct req *req;
    struct campaign campaign;
    struct csv_file csv;
    struct jw json;
    bool is_json;
    bool begun;
    /* The day that is being read. */
    struct arena arena;
    int64_t day;
    struct open_row *row;
    size_t count, room;
};

static void
tell_row(struct telling *t, const struct open_row *r)
{
    if (t->is_json) {
        struct jw *w = &t->json;
        jw_object(w);
        jw_kstr(w, "day", r->day);
        jw_kstr(w, "department", r->department);
        jw_kz(w, "band", r->band);
        jw_kbool(w, "suppressed", r->small);
        jw_key(w, "orders");
        r->small ? jw_null(w) : jw_int(w, r->orders);
        jw_key(w, "units");
        r->small ? jw_null(w) : jw_int(w, r->units);
        jw_close_object(w);
        return;
    }
    csv_put(t->csv.out, true, r->day);
    csv_put(t->csv.out, false, r->department);
    csv_put(t->csv.out, false, str_of(r->band));
    if (r->small) {
        csv_put(t->csv.out, false, STR_NONE);
        csv_put(t->csv.out, false, STR_NONE);
    } else {
        csv_put_i64(t->csv.out, false, r->orders);
        csv_put_i64(t->csv.out, false, r->units);
    }
    csv_put(t->csv.out, false, r->small ? STR("true") : STR("false"));
    csv_file_row(&t->csv);
}

/* A day is told once all of it is read. */
static void
end_day(struct telling *t)
{
    open_day_hide(t->row, t->count);
    for (size_t i = 0; i < t->count; i++)
        tell_row(t, &t->row[i]);
    arena_clear(&t->arena);
    t->row = NULL;
    t->count = t->room = 0;
}

static enum err
read_group(void *arg, const struct figure_day *d)
{
    struct telling *t = arg;
    struct open_row r;

    if (t->count > 0 && d->day != t->day)
        end_day(t);
    if (!open_row_of(&t->arena, t->campaign.policy, d, &r))
        return OK;
    if (t->count == t->room) {
        struct open_row *more = ARENA_ARRAY(&t->arena, t->room * 2 + 64, struct open_row);
        if (t->count > 0)
            memcpy(more, t->row, t->count * sizeof *more);
        t->row = more;
        t->room = t->room * 2 + 64;
    }
    t->day = d->day;
    t->row[t->count++] = r;
    return OK;
}

static void
tell_head(struct ctx *cx, struct telling *t)
{
    static const char *const heads[] = {"day",    "department", "band",
                                        "orders", "units",      "suppressed"};
    int64_t as_of;

    for_everybody(cx, t->req, "public, max-age=600");
    if (!t->is_json) {
        csv_answer_begin(cx, &t->csv, CSV_RFC4180, t->req,
                         str_printf(cx->arena, "%.*s-orders.csv", STR_FMT(t->campaign.slug)), heads,
                         sizeof heads / sizeof heads[0]);
        return;
    }
    (void)!res_json(t->req, 200);
    t->json = jw_begin(&t->req->out);
    jw_object(&t->json);
    jw_kstr(&t->json, "campaign", t->campaign.slug);
    jw_ktime(&t->json, "at", figure_as_of(cx, &as_of) == OK ? as_of : 0);
    jw_kint(&t->json, "suppressed_up_to", OPEN_SMALL_MAX);
    jw_key(&t->json, "days");
    jw_array(&t->json);
}

static enum err
tell(struct ctx *cx, void *arg)
{
    struct telling *t = arg;
    int64_t from, until;

    if (t->begun)
        return ERR_BUSY; /* Run again after a lost connection: what was sent stays sent. */
    TRY(open_campaign(cx, t->req, &t->campaign));
    t->begun = true;
    tell_head(cx, t);
    open_days(&t->campaign, cx->now_ms, &from, &until);
    for (int64_t day = from; day < until; day += SPAN_DAYS) {
        int64_t end = day + SPAN_DAYS < until ? day + SPAN_DAYS : until;
        TRY(figure_each_day(cx, t->campaign.id, day, end, read_group, t));
        end_day(t);
        if (!t->is_json)
            TRY(csv_file_pass(&t->csv));
        else if (t->req->out.len >= FLUSH_BYTES)
            TRY(res_flush(t->req));
    }
    return OK;
}

static enum err
tell_all(struct ctx *cx, struct req *req, bool is_json)
{
    struct telling t = {.req = req, .is_json = is_json};
    enum err e = db_read(cx, tell, &t);

    arena_release(&t.arena);
    TRY(e);
    if (!is_json) {
        csv_answer_end(&t.csv, req);
        return OK;
    }
    jw_close_array(&t.json);
    jw_close_object(&t.json);
    buf_byte(&req->out, '\n');
    return OK;
}

/* GET /donnees/{slug}/commandes.csv */
enum err
open_orders_csv(struct ctx *cx, struct req *req)
{
    return tell_all(cx, req, false);
}

/* GET /donnees/{slug}/commandes.json */
enum err
open_orders_json(struct ctx *cx, struct req *req)
{
    return tell_all(cx, req, true);
}
