/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stock_cmd.c - "maillon stock": pools, batches, movements and who has a lot, as text, JSON or CSV.
 * Long lists go out page by page from one snapshot.
 */
#include "base/format.h"
#include "campaign/campaign.h"
#include "db/command.h"
#include "json/json.h"
#include "order/order.h"
#include "stock/stock_room.h"

/* ---- a table in one of three forms ---- */

enum { PAGE = 200, COLUMNS_MAX = 16 };
enum cell { CELL_TEXT, CELL_INT, CELL_TIME, CELL_DAY };
struct column {
    const char *name;
    enum cell cell;
    int width;      /* Of the text form. */
};
enum form { AS_TEXT, AS_JSON, AS_CSV };
struct table {
    enum form form;
    const struct column *column;
    size_t columns;
    struct buf out;
    struct jw w;
    int64_t rows;
};
/* Text where the column is text, else the number. */
struct value {
    struct str s;
    int64_t n;
};

static void
table_begin(struct table *t, const struct column *column, size_t columns, const char *list)
{
    assert(columns <= COLUMNS_MAX);
    t->column = column;
    t->columns = columns;
    if (t->form == AS_JSON) {
        jw_key(&t->w, list);
        jw_array(&t->w);
        return;
    }
    for (size_t i = 0; i < columns; i++)
        if (t->form == AS_CSV)
            csv_put(&t->out, i == 0, str_of(column[i].name));
        else
            buf_printf(&t->out, column[i].cell == CELL_INT ? "%s%*s" : "%s%-*s", i == 0 ? "" : "  ",
                       column[i].width, column[i].name);
    if (t->form == AS_CSV)
        csv_end(&t->out);
    else
        buf_byte(&t->out, '\n');
}

/* A moment or a day as files and JSON have it; empty: none. */
static struct short_str
when(enum cell cell, int64_t n)
{
    struct short_str text = {""};
    struct civil c;

    if (n == 0)
        return text;
    if (cell == CELL_TIME)
        return fmt_iso(n);
    c = civil_from_day(n);
    snprintf(text.z, sizeof text.z, "%04d-%02d-%02d", c.year, c.month, c.day);
    return text;
}

static void
put_json(struct table *t, const struct column *c, const struct value *v)
{
    struct short_str text = when(c->cell, c->cell >= CELL_TIME ? v->n : 0);

    if (c->cell == CELL_TEXT)
        jw_kstr(&t->w, c->name, v->s);
    else if (c->cell == CELL_INT)
        jw_kint(&t->w, c->name, v->n);
    else
        jw_kz(&t->w, c->name, v->n == 0 ? NULL : text.z);
}

static void
put_text(struct table *t, const struct column *c, const struct value *v)
{
    struct short_str text = when(c->cell, c->cell >= CELL_TIME ? v->n : 0);
    struct str s = c->cell == CELL_TEXT ? v->s : str_of(text.z);

    if (c->cell == CELL_INT) {
        buf_printf(&t->out, "%*lld", c->width, (long long)v->n);
        return;
    }
    buf_str(&t->out, s.len == 0 ? STR("-") : s);
    for (int pad = c->width - (s.len == 0 ? 1 : (int)utf8_count(s)); pad > 0; pad--)
        buf_byte(&t->out, ' ');
}

static void
table_row(struct table *t, const struct value *v)
{
    if (t->form == AS_JSON)
        jw_object(&t->w);
    for (size_t i = 0; i < t->columns; i++) {
        const struct column *c = &t->column[i];
        if (t->form == AS_TEXT && i > 0)
            buf_z(&t->out, "  ");
        if (t->form == AS_JSON)
            put_json(t, c, &v[i]);
        else if (t->form == AS_TEXT)
            put_text(t, c, &v[i]);
        else if (c->cell == CELL_INT)
            csv_put_i64(&t->out, i == 0, v[i].n);
        else if (c->cell == CELL_TEXT)
            csv_put(&t->out, i == 0, v[i].s);
        else
            csv_put(&t->out, i == 0, str_of(when(c->cell, v[i].n).z));
    }
    if (t->form == AS_JSON)
        jw_close_object(&t->w);
    else if (t->form == AS_CSV)
        csv_end(&t->out);
    else
        buf_byte(&t->out, '\n');
    t->rows++;
}

/* Between two pages. */
static enum err
table_flush(struct table *t)
{
    enum err e = command_print(&t->out);

    buf_clear(&t->out);
    return e;
}

/* ---- what the commands share ---- */

struct listing {
    struct str slug, pool, lot, good, order;
    struct campaign campaign;
    int64_t pool_id, batch_id, order_id, from_ms, to_ms, before_id;
    enum movement kind;
    struct table t;
    struct arena rows; /* Of a page. */
};

/* Of the next page: what the last one read is let go. */
static struct ctx
page_ctx(const struct ctx *cx, struct listing *l)
{
    struct ctx page = *cx;

    arena_clear(&l->rows);
    page.arena = &l->rows;
    return page;
}

static enum err
listing_find(struct ctx *cx, struct listing *l)
{
    enum err e = campaign_find(cx, l->slug, &l->campaign);

    if (l->t.rows > 0)
        return ERR_BUSY; /* Run again after a lost connection: what is printed stays printed. */
    if (e == ERR_NOT_FOUND)
        return command_fail("there is no campaign '%.*s'; see \"maillon campaign list\"",
                            STR_FMT(l->slug));
    TRY(e);
    cx->actor.organiser_id = l->campaign.organiser_id;
    if (l->pool.len > 0) {
        e = stock_pool_id(cx, l->campaign.id, l->pool, &l->pool_id);
        if (e == ERR_NOT_FOUND)
            return command_fail("the campaign has no pool '%.*s'; see \"maillon stock show "
                                "%.*s\"",
                                STR_FMT(l->pool), STR_FMT(l->slug));
        TRY(e);
    }
    return OK;
}

/* A lot may be of several goods. */
static enum err
listing_lot(struct ctx *cx, struct listing *l)
{
    struct db_rows rows;
    size_t found = 0;

    TRY(db_run(cx, SQL_STOCK_CMD_LOT, &rows, db_int(l->campaign.id),
               db_str(stock_code(cx->arena, l->lot))));
    for (size_t r = 0; r < rows.count; r++)
        if (l->good.len == 0 || str_eq(row_str(&rows, r, 1), l->good)) {
            l->batch_id = row_int(&rows, r, 0);
            found++;
        }
    if (found == 0)
        return command_fail("the campaign has no such lot '%.*s'; see \"maillon stock batches "
                            "%.*s\"",
                            STR_FMT(l->lot), STR_FMT(l->slug));
    if (found > 1)
        return command_fail("the lot '%.*s' is of several goods: add --good, %.*s or another",
                            STR_FMT(l->lot), STR_FMT(row_str(&rows, 0, 1)));
    return OK;
}

static enum err
listing_run(struct ctx *cx, const struct command_args *args, struct listing *l, unit_fn unit)
{
    bool csv = l->t.form == AS_CSV;

    if (args->json && csv)
        return command_fail("--csv or --json, not both");
    l->t.form = csv ? AS_CSV : args->json ? AS_JSON : AS_TEXT;
    buf_init(&l->t.out, 0);
    l->t.w = jw_begin(&l->t.out);
    enum err e = db_read(cx, unit, l);
    if (e == OK)
        e = table_flush(&l->t);
    buf_release(&l->t.out);
    arena_release(&l->rows);
    return e;
}

static void
listing_head(struct listing *l)
{
    if (l->t.form != AS_JSON)
        return;
    jw_object(&l->t.w);
    jw_kstr(&l->t.w, "campaign", l->campaign.slug);
}

static void
listing_end(struct listing *l)
{
    if (l->t.form != AS_JSON)
        return;
    jw_close_object(&l->t.w);
    buf_byte(&l->t.out, '\n');
}

/* ---- stock show ---- */

static enum err
show_unit(struct ctx *cx, void *arg)
{
    static const struct column columns[] = {
        {"pool", CELL_TEXT, 18},       {"warehouse", CELL_TEXT, 20}, {"received", CELL_INT, 10},
        {"expected", CELL_INT, 10},    {"available", CELL_INT, 11},  {"held", CELL_INT, 9},
        {"sold", CELL_INT, 9},         {"handed", CELL_INT, 9},      {"quarantined", CELL_INT, 12},
        {"withdrawn", CELL_INT, 10},   {"sent", CELL_INT, 8}};
    struct listing *l = arg;
    struct stock_gauge_list list;

    TRY(listing_find(cx, l));
    TRY(stock_gauges(cx, l->campaign.id, &list));
    listing_head(l);
    table_begin(&l->t, columns, sizeof columns / sizeof columns[0], "pools");
    for (size_t i = 0; i < list.count; i++) {
        const struct stock_gauge *g = &list.item[i];
        table_row(&l->t,
                  (struct value[]){{.s = g->code}, {.s = g->warehouse}, {.n = g->received},
                                   {.n = g->expected}, {.n = g->available}, {.n = g->held},
                                   {.n = g->sold}, {.n = g->handed}, {.n = g->quarantined},
                                   {.n = g->withdrawn}, {.n = g->sent}});
    }
    if (l->t.form == AS_JSON)
        jw_close_array(&l->t.w);
    listing_end(l);
    return OK;
}

enum err
stock_show_cmd(struct ctx *cx, struct command_args *args)
{
    struct listing l = {0};

    if (arg_flag(args, "csv"))
        l.t.form = AS_CSV;
    TRY(arg_word(args, "CAMPAIGN", &l.slug));
    TRY(arg_end(args));
    return listing_run(cx, args, &l, show_unit);
}

/* ---- stock batches ---- */

static enum err
batches_unit(struct ctx *cx, void *arg)
{
    static const struct column columns[] = {
        {"lot", CELL_TEXT, 16},       {"good", CELL_TEXT, 14},       {"pool", CELL_TEXT, 18},
        {"expires", CELL_DAY, 12},    {"received", CELL_INT, 9},     {"on_hand", CELL_INT, 9},
        {"picked", CELL_INT, 8},      {"handed", CELL_INT, 9},       {"quarantined", CELL_INT, 12},
        {"scrapped", CELL_INT, 9},    {"sent", CELL_INT, 8},         {"recalled", CELL_TIME, 0}};
    struct listing *l = arg;
    int64_t batch = 0, pool = 0;
    struct db_rows rows;

    TRY(listing_find(cx, l));
    listing_head(l);
    table_begin(&l->t, columns, sizeof columns / sizeof columns[0], "batches");
    do {
        struct ctx page = page_ctx(cx, l);
        TRY(db_run(&page, SQL_STOCK_CMD_BATCHES, &rows, db_int(l->campaign.id), db_int(l->pool_id),
                   db_int(batch), db_int(pool), db_int(PAGE)));
        for (size_t r = 0; r < rows.count; r++) {
            struct value v[] = {{.s = row_str(&rows, r, 4)}, {.s = row_str(&rows, r, 3)},
                                {.s = row_str(&rows, r, 2)}, {.n = row_int(&rows, r, 5)},
                                {.n = row_int(&rows, r, 7)}, {.n = row_int(&rows, r, 8)},
                                {.n = row_int(&rows, r, 9)}, {.n = row_int(&rows, r, 10)},
                                {.n = row_int(&rows, r, 11)}, {.n = row_int(&rows, r, 12)},
                                {.n = row_int(&rows, r, 13)}, {.n = row_int(&rows, r, 6)}};
            table_row(&l->t, v);
            batch = row_int(&rows, r, 0);
            pool = row_int(&rows, r, 1);
        }
        TRY(table_flush(&l->t));
    } while (rows.count == PAGE);
    if (l->t.form == AS_JSON)
        jw_close_array(&l->t.w);
    listing_end(l);
    return OK;
}

enum err
stock_batches_cmd(struct ctx *cx, struct command_args *args)
{
    struct listing l = {0};

    if (arg_flag(args, "csv"))
        l.t.form = AS_CSV;
    (void)arg_option(args, "pool", &l.pool);
    TRY(arg_word(args, "CAMPAIGN", &l.slug));
    TRY(arg_end(args));
    return listing_run(cx, args, &l, batches_unit);
}

/* ---- stock movements ---- */

static enum err
movements_page(struct ctx *cx, const struct listing *l, struct db_rows *rows)
{
    struct db_value campaign = db_int(l->campaign.id), pool = db_int(l->pool_id);
    struct db_value kind = db_int(l->kind), batch = db_int(l->batch_id);
    struct db_value from = db_int(l->from_ms), to = db_int(l->to_ms);
    struct db_value before = db_int(l->before_id), limit = db_int(PAGE);

    if (l->order_id != 0)
        return db_run(cx, SQL_STOCK_CMD_MOVES_OF, rows, campaign, pool, kind, batch, from, to,
                      before, limit, db_int(l->order_id));
    return db_run(cx, SQL_STOCK_CMD_MOVES, rows, campaign, pool, kind, batch, from, to, before,
                  limit);
}

/* What narrows the list, looked up. */
static enum err
movements_filter(struct ctx *cx, struct listing *l)
{
    struct order o;

    TRY(listing_find(cx, l));
    if (l->lot.len > 0)
        TRY(listing_lot(cx, l));
    if (l->order.len == 0)
        return OK;
    TRY(order_id_of_ref(cx, str_upper(cx->arena, l->order), &l->order_id));
    enum err e = l->order_id == 0 ? ERR_NOT_FOUND : order_by_id(cx, l->order_id, &o);
    if (e == ERR_NOT_FOUND || (e == OK && o.campaign_id != l->campaign.id))
        return command_fail("the campaign has no order '%.*s'", STR_FMT(l->order));
    return e;
}

static enum err
movements_unit(struct ctx *cx, void *arg)
{
    static const struct column columns[] = {
        {"movement", CELL_INT, 9}, {"at", CELL_TIME, 22},  {"pool", CELL_TEXT, 18},
        {"kind", CELL_TEXT, 12},   {"units", CELL_INT, 9},  {"order", CELL_TEXT, 13},
        {"good", CELL_TEXT, 14},   {"lot", CELL_TEXT, 16},  {"by", CELL_TEXT, 26},
        {"reason", CELL_TEXT, 0}};
    struct listing *l = arg;
    struct db_rows rows;

    TRY(movements_filter(cx, l));
    listing_head(l);
    table_begin(&l->t, columns, sizeof columns / sizeof columns[0], "movements");
    do {
        struct ctx page = page_ctx(cx, l);
        TRY(movements_page(&page, l, &rows));
        for (size_t r = 0; r < rows.count; r++) {
            enum movement kind = (enum movement)row_int(&rows, r, 3);
            struct value v[] = {{.n = row_int(&rows, r, 0)}, {.n = row_int(&rows, r, 1)},
                                {.s = row_str(&rows, r, 2)}, {.s = str_of(movement_code(kind))},
                                {.n = row_int(&rows, r, 4)}, {.s = row_str(&rows, r, 5)},
                                {.s = row_str(&rows, r, 6)}, {.s = row_str(&rows, r, 7)},
                                {.s = row_str(&rows, r, 8)}, {.s = row_str(&rows, r, 9)}};
            table_row(&l->t, v);
            l->before_id = v[0].n;
        }
        TRY(table_flush(&l->t));
    } while (l->t.form == AS_CSV && rows.count == PAGE);
    bool more = rows.count == PAGE;
    if (l->t.form == AS_JSON) {
        jw_close_array(&l->t.w);
        if (more)
            jw_kint(&l->t.w, "before", l->before_id);
    } else if (l->t.form == AS_TEXT && more) {
        buf_printf(&l->t.out, "older ones: --before %lld\n", (long long)l->before_id);
    }
    listing_end(l);
    return OK;
}

enum err
stock_movements_cmd(struct ctx *cx, struct command_args *args)
{
    struct listing l = {0};
    struct str kind;

    if (arg_flag(args, "csv"))
        l.t.form = AS_CSV;
    (void)arg_option(args, "pool", &l.pool);
    (void)arg_option(args, "lot", &l.lot);
    (void)arg_option(args, "good", &l.good);
    (void)arg_option(args, "order", &l.order);
    TRY(arg_option_day(args, "from", false, 0, &l.from_ms));
    TRY(arg_option_day(args, "to", true, INT64_MAX, &l.to_ms));
    TRY(arg_option_int(args, "before", 1, INT64_MAX, INT64_MAX, &l.before_id));
    if (arg_option(args, "kind", &kind) && !movement_by_code(kind, &l.kind))
        return command_fail("'%.*s' is no kind of movement: receive, hold, release, sell, resell, "
                            "return, withdraw, spoil, quarantine, clear, scrap, send",
                            STR_FMT(kind));
    TRY(arg_word(args, "CAMPAIGN", &l.slug));
    TRY(arg_end(args));
    return listing_run(cx, args, &l, movements_unit);
}

/* ---- stock recipients ---- */

static const char *const stage_codes[] = {"", "set_aside", "on_way", "delivered", "came_back"};
static const char *const follow_codes[] = {"",          "undecided", "to_send",
                                           "to_refund", "sent",      "refunded"};

static enum err
recipients_head(struct ctx *cx, struct listing *l)
{
    struct recall recall;
    enum err e = recall_of_batch(cx, l->batch_id, &recall);

    if (e != ERR_NOT_FOUND)
        TRY(e);
    listing_head(l);
    if (l->t.form == AS_JSON) {
        jw_kstr(&l->t.w, "lot", l->lot);
        jw_ktime(&l->t.w, "recalled_at", e == OK ? recall.at_ms : 0);
    } else if (l->t.form == AS_TEXT && e == OK) {
        buf_printf(&l->t.out, "recalled %s: %.*s\n%lld orders, %lld written to\n",
                   fmt_iso(recall.at_ms).z, STR_FMT(recall.reason), (long long)recall.orders,
                   (long long)recall.mailed);
    }
    return OK;
}

static enum err
recipients_note(struct ctx *cx, void *arg)
{
    struct listing *l = arg;

    TRY(listing_find(cx, l));
    TRY(listing_lot(cx, l));
    return batch_orders_note(cx, l->batch_id);
}

static enum err
recipients_unit(struct ctx *cx, void *arg)
{
    static const struct column columns[] = {
        {"order", CELL_TEXT, 13},      {"siret", CELL_TEXT, 16},  {"units", CELL_INT, 7},
        {"stage", CELL_TEXT, 12},     {"told", CELL_TIME, 22},   {"follow", CELL_TEXT, 11},
        {"packs", CELL_INT, 6},        {"postal", CELL_TEXT, 8}, {"city", CELL_TEXT, 22},
        {"phone", CELL_TEXT, 15},      {"email", CELL_TEXT, 28},  {"company", CELL_TEXT, 0}};
    struct listing *l = arg;
    struct recall_order_list list;
    int64_t after = 0;

    if (l->t.rows > 0)
        return ERR_BUSY;
    TRY(recipients_head(cx, l));
    table_begin(&l->t, columns, sizeof columns / sizeof columns[0], "recipients");
    do {
        struct ctx page = page_ctx(cx, l);
        TRY(batch_orders(&page, l->batch_id, after, PAGE, &list));
        for (size_t i = 0; i < list.count; i++) {
            const struct recall_order *o = &list.item[i];
            struct str siret = str_printf(page.arena, "%014lld", (long long)o->siret);
            struct value v[] = {{.s = o->ref}, {.s = siret}, {.n = o->units},
                                {.s = str_of(stage_codes[o->stage])}, {.n = o->mailed_ms},
                                {.s = str_of(follow_codes[o->follow])}, {.n = o->follow_packs},
                                {.s = o->postal_code}, {.s = o->city}, {.s = o->phone},
                                {.s = o->email}, {.s = o->company}};
            table_row(&l->t, v);
            after = o->order_id;
        }
        TRY(table_flush(&l->t));
    } while (list.count == PAGE);
    if (l->t.form == AS_JSON)
        jw_close_array(&l->t.w);
    listing_end(l);
    return OK;
}

enum err
stock_recipients_cmd(struct ctx *cx, struct command_args *args)
{
    struct listing l = {0};

    if (arg_flag(args, "csv"))
        l.t.form = AS_CSV;
    (void)arg_option(args, "good", &l.good);
    TRY(arg_word(args, "CAMPAIGN", &l.slug));
    TRY(arg_word(args, "LOT", &l.lot));
    TRY(arg_end(args));
    TRY(db_write(cx, recipients_note, &l));
    return listing_run(cx, args, &l, recipients_unit);
}
