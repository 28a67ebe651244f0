/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parcel.c - cutting orders into parcels, and what becomes of one.
 */
#include "account/account.h"
#include "base/clock.h"
#include "base/parse.h"
#include "delivery/delivery_int.h"

/* ---- rows ---- */

struct parcel
parcel_from_row(const struct db_rows *rows, size_t r)
{
    return (struct parcel){
        .id = row_int(rows, r, 0),
        .order_id = row_int(rows, r, 1),
        .order_ref = row_str(rows, r, 2),
        .wave_id = row_int(rows, r, 3),
        .nth = (int)row_int(rows, r, 4),
        .pool_id = row_int(rows, r, 5),
        .carrier = row_str(rows, r, 6),
        .product = row_str(rows, r, 7),
        .sender_ref = row_str(rows, r, 8),
        .number = row_str(rows, r, 9),
        .partner_number = row_str(rows, r, 10),
        .weight_g = row_int(rows, r, 11),
        .state = (enum parcel_state)row_int(rows, r, 12),
        .problem = row_str(rows, r, 13),
        .packed_ms = row_int(rows, r, 14),
        .asked_ms = row_int(rows, r, 15),
        .labelled_ms = row_int(rows, r, 16),
        .handed_ms = row_int(rows, r, 17),
        .changed_ms = row_int(rows, r, 18),
        .tries = (int)row_int(rows, r, 19),
        .has_label = !row_null(rows, r, 20) ||
                     (str_is(row_str(rows, r, 6), "generic") && !row_null(rows, r, 9)),
    };
}

struct parcel_list
parcels_from_rows(struct ctx *cx, const struct db_rows *rows)
{
    struct parcel_list list = {ARENA_ARRAY(cx->arena, rows->count + 1, struct parcel),
                               rows->count};

    for (size_t r = 0; r < rows->count; r++)
        list.item[r] = parcel_from_row(rows, r);
    return list;
}

const char *
parcel_state_code(enum parcel_state s)
{
    static const char *const codes[] = {"",        "waiting",   "asked",    "labelled",
                                        "handed",  "delivered", "returned", "lost",
                                        "damaged", "cancelled", "refused"};

    return codes[s];
}

const char *
parcel_state_label(enum parcel_state s)
{
    static const char *const labels[] = {"", "À étiqueter", "Étiquette demandée", "Étiqueté",
                                         "Remis au transporteur", "Livré", "Revenu", "Perdu",
                                         "Endommagé", "Abandonné", "Refusé par le transporteur"};

    return labels[s];
}

static enum err
one(const struct db_rows *rows, struct parcel *out)
{
    if (rows->count == 0)
        return ERR_NOT_FOUND;
    *out = parcel_from_row(rows, 0);
    return OK;
}

enum err
parcel_by_id(struct ctx *cx, int64_t id, struct parcel *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PARCEL_FIND, &rows, db_int(id)));
    return one(&rows, out);
}

enum err
parcel_by_number(struct ctx *cx, struct str number, struct parcel *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PARCEL_FIND_NUMBER, &rows, db_str(number)));
    return one(&rows, out);
}

enum err
parcel_of_actor(struct ctx *cx, int64_t id, struct parcel *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PARCEL_FIND_MINE, &rows, db_int(id), db_int(cx->actor.organiser_id)));
    return one(&rows, out);
}

enum err
parcel_of_order(struct ctx *cx, int64_t order_id, struct parcel_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PARCEL_OF_ORDER, &rows, db_int(order_id)));
    *out = parcels_from_rows(cx, &rows);
    return OK;
}

enum err
parcel_items(struct ctx *cx, int64_t parcel_id, struct parcel_item_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PARCEL_ITEM_LIST, &rows, db_int(parcel_id)));
    out->item = ARENA_ARRAY(cx->arena, rows.count + 1, struct parcel_item);
    out->count = rows.count;
    for (size_t r = 0; r < rows.count; r++)
        out->item[r] = (struct parcel_item){(int)row_int(&rows, r, 0), row_int(&rows, r, 1)};
    return OK;
}

enum err
parcel_move(struct ctx *cx, int64_t id, unsigned from, enum parcel_state to, bool *moved)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    *moved = false;
    for (int s = PARCEL_WAITING; s <= PARCEL_REFUSED && !*moved; s++) {
        if ((from & (1u << s)) == 0)
            continue;
        TRY(db_run(cx, SQL_PARCEL_MOVE, &rows, db_int(id), db_int(s), db_int(to),
                   db_int(cx->now_ms)));
        *moved = rows.changed > 0;
    }
    return OK;
}

enum err
parcel_note(struct ctx *cx, int64_t id, struct str text)
{
    return db_run(cx, SQL_PARCEL_SET_NOTE, NULL, db_int(id), db_str(text), db_int(cx->now_ms));
}

/* ---- cutting ---- */

int64_t
conf_grams(struct str setting, int64_t fallback)
{
    int64_t g;

    return parse_i64(setting, 1, 1000000, &g) ? g : fallback;
}

static struct cut_parcel *
cut_open(struct cut_parcel *out, int *count, int max, int64_t pool_id, int64_t box_g)
{
    if (*count >= max)
        return NULL;
    struct cut_parcel *p = &out[(*count)++];
    *p = (struct cut_parcel){.pool_id = pool_id, .weight_g = box_g};
    return p;
}

static bool
is_empty(const struct cut_parcel *p)
{
    for (int i = 0; i < ORDER_LINES_MAX; i++)
        if (p->packs[i] > 0)
            return false;
    return true;
}

/* Puts all packs of one line into parcels of its pool, beginning with the one that is open. */
static bool
cut_line(const struct cut_line *l, int line, int64_t box_g, int64_t max_g,
         struct cut_parcel *out, int *count, int max, struct cut_parcel **open)
{
    int64_t left = l->packs;

    while (left > 0) {
        int64_t room = *open == NULL ? -1 : max_g - (*open)->weight_g;
        int64_t fit = l->pack_g <= 0 ? left : room < 0 ? 0 : room / l->pack_g;
        if (*open != NULL && fit == 0 && is_empty(*open))
            fit = 1; /* Too heavy by itself: alone in its parcel. */
        if (*open == NULL || fit == 0) {
            *open = cut_open(out, count, max, l->pool_id, box_g);
            if (*open == NULL)
                return false;
            continue;
        }
        int64_t packs = fit < left ? fit : left;
        (*open)->packs[line] += packs;
        (*open)->weight_g += packs * l->pack_g;
        left -= packs;
    }
    return true;
}

int
parcel_cut(const struct cut_line *lines, int count, int64_t box_g, int64_t max_g,
           struct cut_parcel *out, int max)
{
    int made = 0;

    for (int i = 0; i < count; i++) {
        struct cut_parcel *open = NULL;
        bool seen = false;
        for (int k = 0; k < i; k++)
            seen = seen || lines[k].pool_id == lines[i].pool_id;
        for (int k = i; !seen && k < count; k++)
            if (lines[k].pool_id == lines[i].pool_id &&
                !cut_line(&lines[k], k, box_g, max_g, out, &made, max, &open))
                return -1;
    }
    return made;
}

enum err
order_pack_weights(struct ctx *cx, const struct order *o, int64_t pack_g[ORDER_LINES_MAX])
{
    int64_t unit_g = conf_grams(cx->app->conf->parcel_unit_g, 15);
    const struct policy *policy;

    TRY(campaign_policy(cx, o->campaign_id, o->version, &policy));
    for (int i = 0; i < o->line_count; i++) {
        const struct order_line *l = &o->line[i];
        int64_t each = unit_g;
        for (int g = 0; g < policy->good_count; g++)
            if (str_eq(policy->good[g].code, l->good_code) && policy->good[g].weight_g > 0)
                each = policy->good[g].weight_g;
        pack_g[i] = each * (l->units / l->packs);
    }
    return OK;
}

enum err
parcel_add(struct ctx *cx, const struct order *o, int64_t organiser_id, int64_t wave_id,
           struct str carrier, const struct cut_parcel *cut, int64_t *id)
{
    const char *product = territory_customs(o->territory) ? "COM" : "DOM";
    struct db_rows rows;

    TRY(db_run(cx, SQL_PARCEL_NTH, &rows, db_int(o->id)));
    int64_t nth = row_int(&rows, 0, 0) + 1;
    struct str ref = str_printf(cx->arena, "%.*s-%lld", STR_FMT(o->ref), (long long)nth);
    TRY(db_run(cx, SQL_PARCEL_INSERT, &rows, db_int(organiser_id), db_int(o->id),
               db_int_or_null(wave_id), db_int(nth), db_int(cut->pool_id), db_str(carrier),
               db_str(str_of(product)), db_str(ref), db_int(cut->weight_g),
               db_int(cx->now_ms)));
    *id = row_int(&rows, 0, 0);
    for (int i = 0; i < o->line_count; i++)
        if (cut->packs[i] > 0)
            TRY(db_run(cx, SQL_PARCEL_ITEM_INSERT, NULL, db_int(*id), db_int(i),
                       db_int(cut->packs[i])));
    return OK;
}

enum err
order_cut(struct ctx *cx, const struct order *o, const int64_t packs[ORDER_LINES_MAX],
          struct cut_parcel cut[PARCELS_PER_ORDER_MAX], int *count)
{
    struct cut_line lines[ORDER_LINES_MAX];
    int64_t pack_g[ORDER_LINES_MAX];

    TRY(order_pack_weights(cx, o, pack_g));
    for (int i = 0; i < o->line_count; i++)
        lines[i] = (struct cut_line){o->line[i].pool_id, packs[i], pack_g[i]};
    *count = parcel_cut(lines, o->line_count, conf_grams(cx->app->conf->parcel_box_g, 150),
                        conf_grams(cx->app->conf->parcel_max_g, 30000), cut,
                        PARCELS_PER_ORDER_MAX);
    return OK;
}

enum err
parcel_add_packs(struct ctx *cx, const struct order *o, int64_t organiser_id, int64_t wave_id,
                 struct str carrier, const int64_t packs[ORDER_LINES_MAX])
{
    struct cut_parcel cut[PARCELS_PER_ORDER_MAX];
    int64_t id;
    int count;

    TRY(order_cut(cx, o, packs, cut, &count));
    if (count < 0)
        log_error(cx->log, "order_too_heavy", LOG_INT("order", o->id));
    for (int i = 0; i < count; i++)
        TRY(parcel_add(cx, o, organiser_id, wave_id, carrier, &cut[i], &id));
    return count > 0 ? OK : ERR_LIMIT;
}

static enum err
organiser_of(struct ctx *cx, int64_t campaign_id, int64_t *out)
{
    struct campaign c;

    TRY(campaign_by_id(cx, campaign_id, &c));
    *out = c.organiser_id;
    return OK;
}

enum err
parcel_again(struct ctx *cx, const struct parcel *p, const int64_t *packs, int64_t *new_id)
{
    struct cut_parcel cut = {.pool_id = p->pool_id, .weight_g = p->weight_g};
    int64_t organiser, pack_g[ORDER_LINES_MAX];
    struct parcel_item_list items;
    struct order o;

    assert(db_in_write(cx));
    TRY(order_by_id(cx, p->order_id, &o));
    TRY(organiser_of(cx, o.campaign_id, &organiser));
    TRY(order_pack_weights(cx, &o, pack_g));
    TRY(parcel_items(cx, p->id, &items));
    for (size_t i = 0; i < items.count; i++) {
        int line = items.item[i].line;
        cut.packs[line] = packs == NULL ? items.item[i].packs : packs[line];
        cut.weight_g -= (items.item[i].packs - cut.packs[line]) * pack_g[line];
    }
    cut.weight_g = cut.weight_g > 0 ? cut.weight_g : 1;
    return parcel_add(cx, &o, organiser, 0, STR_NONE, &cut, new_id);
}

/* ---- labels ---- */

struct str
parcel_track_url(const struct ctx *cx, const struct parcel *p)
{
    const struct carrier *c = carrier_by_name(p->carrier);
    struct str page = c == &carrier_generic ? cx->app->conf->generic_track_url
                      : c == NULL           ? STR_NONE
                                            : str_of(c->track_page);

    if (page.len == 0 || p->number.len == 0)
        return STR_NONE;
    return str_printf(cx->arena, "%.*s%.*s", STR_FMT(page), STR_FMT(p->number));
}

static enum err
sender_load(struct ctx *cx, int64_t pool_id, struct sender *out)
{
    const struct conf *c = cx->app->conf;
    struct warehouse w;

    TRY(warehouse_of_pool(cx, pool_id, &w));
    if (warehouse_has_address(&w))
        *out = (struct sender){w.company, w.street, w.complement, w.postal_code,
                               w.city, w.phone, w.email};
    else
        *out = (struct sender){c->sender_company, c->sender_street, STR_NONE,
                               c->sender_postal_code, c->sender_city, c->sender_phone,
                               c->sender_email};
    return OK;
}

enum err
parcel_label_ask(struct ctx *cx, const struct parcel *p, struct parcel_ask *out)
{
    const struct conf *conf = cx->app->conf;
    struct parcel_item_list items;
    int64_t pack_g[ORDER_LINES_MAX];
    struct label_ask *l = &out->label;
    const struct policy *policy;

    *out = (struct parcel_ask){
        .p = *p,
        .label = {.product = p->product, .sender_ref = p->sender_ref, .weight_g = p->weight_g}};
    TRY(order_by_id(cx, p->order_id, &l->o));
    TRY(account_email(cx, l->o.account_id, &l->email));
    TRY(sender_load(cx, p->pool_id, &l->sender));
    TRY(parcel_items(cx, p->id, &items));
    TRY(order_pack_weights(cx, &l->o, pack_g));
    TRY(campaign_policy(cx, l->o.campaign_id, l->o.version, &policy));
    for (size_t i = 0; i < items.count; i++) {
        const struct order_line *of = &l->o.line[items.item[i].line];
        struct label_good *g = &l->good[l->good_count++];
        *g = (struct label_good){
            .name = policy->good[of->good].name,
            .units = items.item[i].packs * (of->units / of->packs),
            .weight_g = items.item[i].packs * pack_g[items.item[i].line],
            .net_cents = items.item[i].packs * of->price_cents,
            .hs_code = conf->customs_hs,
            .origin = conf->customs_origin,
        };
        l->goods_net_cents += g->net_cents;
    }
    return OK;
}

/* 1, 2, 4 ... seconds, at most a minute. */
static int64_t
pause_ms(int tries)
{
    int shift = tries < 6 ? tries : 6;
    int64_t ms = INT64_C(500) << shift;

    return ms < CLOCK_MINUTE_MS ? ms : CLOCK_MINUTE_MS;
}

static enum err
set_open(struct ctx *cx, const struct parcel *p, enum parcel_state to, struct str problem,
         int64_t next_ms)
{
    return db_run(cx, SQL_PARCEL_SET_OPEN, NULL, db_int(p->id), db_int(to), db_str(problem),
                  db_int(next_ms), db_int(cx->now_ms));
}

static enum err
made(struct ctx *cx, const struct parcel *p, const struct label_answer *a)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PARCEL_SET_MADE, &rows, db_int(p->id), db_str(a->number),
               db_str(a->partner_number), db_int(cx->now_ms)));
    if (rows.count == 0) {
        log_error(cx->log, "parcel_number_taken", LOG_INT("parcel", p->id),
                  LOG_STR("number", a->number));
        return set_open(cx, p, PARCEL_ASKED,
                        str_printf(cx->arena,
                                   "Le numéro reçu (%.*s) est déjà celui d’un autre colis. À "
                                   "vérifier chez le transporteur.",
                                   STR_FMT(a->number)),
                        NEVER_MS);
    }
    if (a->label.len > 0)
        TRY(db_run(cx, SQL_PARCEL_DOCUMENT_PUT, NULL, db_int(p->id), db_int(1),
                   db_str(a->label_type), db_blob(a->label.ptr, a->label.len)));
    if (a->cn23.len > 0)
        TRY(db_run(cx, SQL_PARCEL_DOCUMENT_PUT, NULL, db_int(p->id), db_int(2),
                   db_str(STR("application/pdf")), db_blob(a->cn23.ptr, a->cn23.len)));
    return OK;
}

enum { FINDS_MAX = 8 };

enum err
parcel_answer(struct ctx *cx, const struct carrier *c, const struct parcel *p,
              const struct label_answer *a, bool found)
{
    int64_t settle = conf_grams(cx->app->conf->carrier_settle_ms, 30000);
    bool can_find = c->can_find != NULL && c->can_find(cx) && p->tries < FINDS_MAX;

    assert(db_in_write(cx));
    switch (a->outcome) {
    case LABEL_MADE:
        return made(cx, p, a);
    case LABEL_REFUSED:
        return set_open(cx, p, PARCEL_REFUSED, a->why, 0);
    case LABEL_LATER:
        return set_open(cx, p, PARCEL_WAITING, a->why, cx->now_ms + pause_ms(p->tries));
    case LABEL_NONE:
        return set_open(cx, p, PARCEL_WAITING, STR_NONE, 0);
    case LABEL_UNKNOWN:
        break;
    }
    /* A found answer that is still unclear: the carrier itself is in disorder. */
    int64_t next = !can_find ? NEVER_MS : cx->now_ms + (found ? 4 * settle : settle);
    struct str why = can_find ? a->why
                              : str_printf(cx->arena, "%.*s À vérifier chez le transporteur.",
                                           STR_FMT(a->why));
    return set_open(cx, p, PARCEL_ASKED, why, next);
}

enum err
order_close_if_sent(struct ctx *cx, int64_t order_id)
{
    struct db_rows unsent, sent;
    struct order o;
    bool moved;

    TRY(db_run(cx, SQL_PARCEL_UNSENT, &unsent, db_int(order_id)));
    TRY(db_run(cx, SQL_PARCEL_SENT, &sent, db_int(order_id)));
    if (row_int(&unsent, 0, 0) > 0 || row_int(&sent, 0, 0) == 0)
        return OK;
    TRY(order_by_id(cx, order_id, &o));
    if (o.state != ORDER_PREPARING)
        return OK;
    return order_hand_over(cx, order_id, "every parcel is with the carrier", &moved);
}
