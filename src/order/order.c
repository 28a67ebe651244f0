/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order.c - the store: loading orders, placing one. The transitions are in order_state.c.
 */
#include "order/order.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/parse.h"
#include "order/admit.h"
#include "order/order_contact.h"
#include "order/order_ref.h"
#include "order/order_state.h"

/* The one place that knows the columns of order_find and its sisters. */
static struct order
order_from_row(const struct db_rows *rows, size_t r)
{
    return (struct order){
        .id = row_int(rows, r, 0),
        .ref = row_str(rows, r, 1),
        .campaign_id = row_int(rows, r, 2),
        .version = (int)row_int(rows, r, 3),
        .siren = row_int(rows, r, 4),
        .siret = row_int(rows, r, 5),
        .account_id = row_int(rows, r, 6),
        .state = (enum order_state)row_int(rows, r, 7),
        .created_ms = row_int(rows, r, 8),
        .deadline_ms = row_int(rows, r, 9),
        .paid_ms = row_int(rows, r, 10),
        .delivered_ms = row_int(rows, r, 11),
        .changed_ms = row_int(rows, r, 12),
        .lengthened = row_int(rows, r, 13) != 0,
        .payment_id = row_int(rows, r, 14),
        .units = row_int(rows, r, 15),
        .delivery_cents = row_int(rows, r, 16),
        .net_cents = row_int(rows, r, 17),
        .vat_cents = row_int(rows, r, 18),
        .total_cents = row_int(rows, r, 19),
        .territory = (enum territory)row_int(rows, r, 20),
        .address = {row_str(rows, r, 21), row_str(rows, r, 22), row_str(rows, r, 23),
                    row_str(rows, r, 24), row_str(rows, r, 25), row_str(rows, r, 26),
                    row_str(rows, r, 27), row_str(rows, r, 28), row_str(rows, r, 29),
                    row_str(rows, r, 30)},
        .forgotten_ms = row_int(rows, r, 31),
    };
}

static int
pack_index(const struct policy *p, struct str code)
{
    for (int i = 0; i < p->pack_count; i++)
        if (str_eq(p->pack[i].code, code))
            return i;
    return -1;
}

static enum err
load_lines(struct ctx *cx, struct order *o)
{
    struct db_rows rows;
    const struct policy *policy;

    TRY(campaign_policy(cx, o->campaign_id, o->version, &policy));
    TRY(db_run(cx, SQL_ORDER_LINES, &rows, db_int(o->id)));
    assert(rows.count <= ORDER_LINES_MAX);
    o->line_count = (int)rows.count;
    for (size_t r = 0; r < rows.count; r++) {
        struct order_line *l = &o->line[r];
        *l = (struct order_line){
            .pack = pack_index(policy, row_str(&rows, r, 0)),
            .pack_code = row_str(&rows, r, 0),
            .good_code = row_str(&rows, r, 1),
            .packs = row_int(&rows, r, 2),
            .units = row_int(&rows, r, 3),
            .price_cents = row_int(&rows, r, 4),
            .net_cents = row_int(&rows, r, 5),
            .vat_bp = (int)row_int(&rows, r, 6),
            .vat_cents = row_int(&rows, r, 7),
            .pool_id = row_int(&rows, r, 8),
        };
        if (l->pack < 0) {
            log_error(cx->log, "order_pack_unknown", LOG_INT("order", o->id),
                      LOG_STR("pack", l->pack_code));
            return ERR_FAULT;
        }
        l->good = policy->pack[l->pack].good;
    }
    return OK;
}

static enum err
load_one(struct ctx *cx, const struct db_rows *rows, struct order *out)
{
    if (rows->count == 0)
        return ERR_NOT_FOUND;
    struct order o = order_from_row(rows, 0);
    TRY(load_lines(cx, &o));
    *out = o;
    return OK;
}

enum err
order_by_id(struct ctx *cx, int64_t id, struct order *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ORDER_FIND, &rows, db_int(id)));
    return load_one(cx, &rows, out);
}

enum err
order_lock(struct ctx *cx, int64_t id, struct order *out)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_ORDER_FIND_LOCK, &rows, db_int(id)));
    return load_one(cx, &rows, out);
}

static enum err
ref_key_take(struct ctx *cx, const struct db_rows *rows, size_t col, struct short_key *key)
{
    if (rows->count == 1 && !row_null(rows, 0, col) && ref_key_read(row_str(rows, 0, col), key))
        return OK;
    log_error(cx->log, "order_ref_key_missing");
    return ERR_FAULT;
}

enum err
order_id_of_ref(struct ctx *cx, struct str ref, int64_t *out)
{
    struct short_key key;
    struct db_rows rows;

    TRY(db_run(cx, SQL_ORDER_REF_KEY, &rows));
    TRY(ref_key_take(cx, &rows, 0, &key));
    *out = ref_id(&key, ref);
    return OK;
}

enum err
order_by_ref(struct ctx *cx, int64_t siren, struct str ref, struct order *out)
{
    struct db_rows rows;
    int64_t id;

    TRY(order_id_of_ref(cx, ref, &id));
    TRY(db_run(cx, SQL_ORDER_FIND_REF, &rows, db_int(siren), db_int(id), db_str(ref)));
    return load_one(cx, &rows, out);
}

enum err
order_by_ref_alone(struct ctx *cx, struct str ref, struct order *out)
{
    struct order o;
    int64_t id;

    TRY(order_id_of_ref(cx, ref, &id));
    TRY(order_by_id(cx, id, &o));
    if (!str_eq(o.ref, ref))
        return ERR_NOT_FOUND;
    *out = o;
    return OK;
}

enum err
order_of_organiser(struct ctx *cx, struct str ref, struct order *out)
{
    struct db_rows rows;
    int64_t id;

    TRY(order_id_of_ref(cx, ref, &id));
    TRY(db_run(cx, SQL_ORDER_FIND_OWN, &rows, db_int(cx->actor.organiser_id), db_int(id),
               db_str(ref)));
    return load_one(cx, &rows, out);
}

static enum err
load_many(struct ctx *cx, const struct db_rows *rows, struct order_list *out)
{
    struct order *item = ARENA_ARRAY(cx->arena, rows->count, struct order);

    for (size_t r = 0; r < rows->count; r++) {
        item[r] = order_from_row(rows, r);
        TRY(load_lines(cx, &item[r]));
    }
    *out = (struct order_list){item, rows->count};
    return OK;
}

enum err
order_of_contact(struct ctx *cx, int64_t account_id, struct order_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ORDER_OF_CONTACT, &rows, db_int(account_id)));
    return load_many(cx, &rows, out);
}

enum err
order_of_company(struct ctx *cx, int64_t siren, int64_t before_id, struct order_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ORDER_OF_SIREN, &rows, db_int(siren),
               db_int(before_id == 0 ? INT64_MAX : before_id)));
    return load_many(cx, &rows, out);
}

enum err
order_events(struct ctx *cx, int64_t order_id, struct order_event_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ORDER_EVENTS_OF, &rows, db_int(order_id)));
    out->count = rows.count;
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct order_event);
    for (size_t r = 0; r < rows.count; r++)
        out->item[r] = (struct order_event){
            (enum order_state)row_int(&rows, r, 0), (enum order_state)row_int(&rows, r, 1),
            row_int(&rows, r, 2), row_str(&rows, r, 3), row_str(&rows, r, 4),
            row_int(&rows, r, 5)};
    return OK;
}

/* ---- placing ---- */

/* Everything that makes two requests with one key the same order or not. */
static struct str
ask_hash(struct ctx *cx, const struct order_ask *ask)
{
    const struct policy *p = ask->campaign->policy;
    const struct order_address *d = &ask->address;
    const struct order_contact nobody = {0}, *c = ask->contact != NULL ? ask->contact : &nobody;
    struct str part[] = {d->company, d->person, d->complement, d->street, d->special,
                         d->postal_code, d->city, d->commune, d->phone, d->instructions,
                         c->email, c->name, c->phone};
    size_t parts = sizeof part / sizeof part[0] - (ask->contact != NULL ? 0 : 3);
    unsigned char digest[DIGEST_BYTES];
    struct buf b = {0};

    buf_printf(&b, "%lld %lld", (long long)ask->campaign->id, (long long)ask->siret);
    for (int i = 0; i < ask->item_count; i++) {
        /* By code: an index could mean another pack in a later version of the policy. */
        int pack = ask->item[i].pack;
        bool known = pack >= 0 && pack < p->pack_count;
        buf_byte(&b, ' ');
        buf_str(&b, known ? p->pack[pack].code : STR("?"));
        buf_printf(&b, ":%lld", (long long)ask->item[i].packs);
    }
    for (size_t i = 0; i < parts; i++) {
        buf_byte(&b, '\0'); /* Cannot occur in a field, so fields cannot run together. */
        buf_str(&b, part[i]);
    }
    content_digest(buf_view(&b), digest);
    buf_release(&b);
    return hex_str(cx->arena, digest, sizeof digest);
}

/* Oldest first; of one instant in the order of their references, whatever the rows came in. */
static int
past_order_by_age(const void *a, const void *b)
{
    const struct past_order *x = a, *y = b;

    if (x->created_ms != y->created_ms)
        return x->created_ms < y->created_ms ? -1 : 1;
    return str_cmp(x->ref, y->ref);
}

/* Fills in->past; *again is the order this key made before, 0 when none did, with its hash. */
static enum err
load_past(struct ctx *cx, const struct order_ask *ask, struct admit_in *in, int64_t *again,
          struct str *hash)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ORDER_PAST, &rows, db_int(ask->siren), db_int(ask->campaign->id),
               db_str(ask->key)));
    struct past_order *past = ARENA_ARRAY(cx->arena, rows.count, struct past_order);
    *again = 0;
    in->past = past;
    for (size_t r = 0; r < rows.count; r++) {
        if (row_str(&rows, r, 8).len > 0) {
            *again = row_int(&rows, r, 0);
            *hash = row_str(&rows, r, 8);
        }
        if (row_int(&rows, r, 7) == ask->campaign->id)
            past[in->past_count++] =
                (struct past_order){row_str(&rows, r, 1), (enum order_state)row_int(&rows, r, 2),
                                    row_int(&rows, r, 3), row_int(&rows, r, 4),
                                    row_int(&rows, r, 5), row_int(&rows, r, 6)};
    }
    if (in->past_count > 1)
        qsort(past, in->past_count, sizeof *past, past_order_by_age);
    return OK;
}

/* One pool may serve several lines: its demand is summed, then taken at once. */
static enum err
take_stock(struct ctx *cx, struct admit_out *d, struct stock_taking *taking, int *taken_count,
           bool *enough)
{
    *taken_count = 0;
    *enough = true;
    for (int i = 0; i < d->line_count && *enough; i++) {
        int64_t units = 0;
        bool first = true;
        for (int k = 0; k < d->line_count; k++) {
            if (d->line[k].pool_id != d->line[i].pool_id)
                continue;
            first = first && k >= i;
            units += d->line[k].units;
        }
        if (!first)
            continue;
        TRY(stock_take(cx, MOVE_HOLD, d->line[i].pool_id, units, &taking[*taken_count], enough));
        if (*enough)
            (*taken_count)++;
    }
    for (int i = 0; !*enough && i < *taken_count; i++)
        TRY(stock_untake(cx, &taking[i]));
    return OK;
}

static struct str
cohort_code(const struct policy *p, const struct admit_out *d)
{
    return d->eligibility.cohort < 0 ? STR("") : p->cohort[d->eligibility.cohort].code;
}

/* INT64_MAX: the policy sets no quota. */
static int64_t
quota_of(const struct policy *p, const struct admit_out *d)
{
    return p->per_head == 0 && p->units_max == 0 ? INT64_MAX : d->eligibility.units_min;
}

static enum err
next_id(struct ctx *cx, struct order *o)
{
    struct short_key key;
    struct db_rows rows;

    TRY(db_run(cx, SQL_ORDER_NEXT, &rows));
    TRY(ref_key_take(cx, &rows, 1, &key));
    o->id = row_int(&rows, 0, 0);
    o->ref = ref_make(cx->arena, &key, o->id);
    return OK;
}

static enum err
insert_order(struct ctx *cx, const struct order_ask *ask, const struct buyer_facts *facts,
             const struct admit_out *d, struct str hash, struct order *o)
{
    const struct policy *p = ask->campaign->policy;
    const struct order_address *to = &ask->address;
    int minutes = ask->contact != NULL ? p->assisted_hold_minutes : p->hold_minutes;

    *o = (struct order){
        .campaign_id = ask->campaign->id,
        .version = ask->campaign->version,
        .siren = ask->siren,
        .siret = ask->siret,
        .account_id = cx->actor.account_id,
        .state = ORDER_HELD,
        .created_ms = cx->now_ms,
        .changed_ms = cx->now_ms,
        .deadline_ms = cx->now_ms + (int64_t)minutes * CLOCK_MINUTE_MS,
        .units = d->units,
        .delivery_cents = d->delivery_cents,
        .net_cents = d->net_cents,
        .vat_cents = d->vat_cents,
        .total_cents = d->total_cents,
        .territory = facts->territory,
        .address = *to,
        .line_count = d->line_count,
    };
    memcpy(o->line, d->line, sizeof o->line);
    if (ask->contact != NULL)
        TRY(contact_account(cx, ask->contact->email, &o->account_id));
    TRY(next_id(cx, o));
    TRY(db_run(cx, SQL_ORDER_INSERT, NULL, db_int(o->id), db_str(o->ref), db_int(o->campaign_id),
               db_int(o->version), db_int(o->siren), db_int(o->siret), db_int(o->account_id),
               db_int(o->state), db_int(o->created_ms), db_int(o->deadline_ms), db_int(o->units),
               db_int(o->delivery_cents), db_int(o->net_cents), db_int(o->vat_cents),
               db_int(o->total_cents), db_int(o->territory), db_str(facts->department),
               db_str(cohort_code(p, d)), db_int(quota_of(p, d)),
               db_int(p->period_days == 0 ? 0 : d->eligibility.period_start_ms),
               db_str(ask->key), db_str(hash),
               db_str(to->company), db_str(to->person), db_str(to->complement),
               db_str(to->street), db_str(to->special), db_str(to->postal_code),
               db_str(to->city), db_str(to->commune), db_str(to->phone),
               db_str(to->instructions), db_int(facts->band)));
    for (int i = 0; i < o->line_count; i++) {
        struct order_line *l = &o->line[i];
        l->pack_code = p->pack[l->pack].code;
        l->good_code = p->good[l->good].code;
        TRY(db_run(cx, SQL_ORDER_LINE_INSERT, NULL, db_int(o->id), db_int(i),
                   db_str(l->pack_code), db_str(l->good_code), db_int(l->packs),
                   db_int(l->units), db_int(l->price_cents), db_int(l->net_cents),
                   db_int(l->vat_bp), db_int(l->vat_cents), db_int(l->pool_id)));
    }
    if (ask->contact == NULL)
        return order_event_add(cx, o->id, 0, ORDER_HELD, "buyer", "reserved");
    TRY(contact_put(cx, o, ask->contact));
    return order_event_add(cx, o->id, 0, ORDER_HELD, "agent", "reserved by telephone");
}

/* The same key again: the same order, or a refusal when the content differs. */
static enum err
replay(struct ctx *cx, int64_t id, struct str old_hash, struct str hash, struct order_placed *out)
{
    if (!str_eq(old_hash, hash)) {
        out->decision->refusal = REFUSAL_KEY;
        return OK;
    }
    TRY(order_by_id(cx, id, &out->order));
    out->ok = true;
    out->replay = true;
    return OK;
}

/* Loads, decides; the order is not written. */
static enum err
judge(struct ctx *cx, const struct order_ask *ask, struct admit_in *in, struct buyer_facts *facts,
      struct order_placed *out)
{
    struct company company;
    struct establishment est;
    struct str closed;

    if (siret_siren(ask->siret) != ask->siren)
        return ERR_NOT_FOUND;
    if (ask->facts != NULL)
        *facts = *ask->facts;
    else
        TRY(order_facts(cx, ask->siret, facts, &company, &est));
    TRY(sales_closed(cx, &closed));
    in->policy = ask->campaign->policy;
    in->facts = facts;
    in->now_ms = cx->now_ms;
    in->item = ask->item;
    in->item_count = ask->item_count;
    order_admit(in, out->decision);
    if (ask->campaign->paused || closed.len > 0) {
        out->decision->refusal = REFUSAL_ELIGIBILITY;
        out->decision->eligibility.reason = REASON_PAUSED;
    }
    return OK;
}

/* While sales are paused, with what the organiser has to say about it. */
static struct str
refusal_words(struct ctx *cx, const struct order_ask *ask, const struct admit_in *in,
              const struct admit_out *out)
{
    struct str message = campaign_stop_message(ask->campaign);

    if (out->refusal == REFUSAL_ELIGIBILITY && out->eligibility.reason == REASON_PAUSED &&
        message.len > 0)
        return str_printf(cx->arena, "Les commandes sont suspendues pour le moment. %.*s",
                          STR_FMT(message));
    return refusal_text(cx->arena, in, out);
}

static enum err
place_now(struct ctx *cx, const struct order_ask *ask, const struct buyer_facts *facts,
          struct str hash, struct order_placed *out)
{
    struct admit_out *d = out->decision;
    struct stock_taking *taking =
        ARENA_ARRAY(cx->arena, (size_t)d->line_count, struct stock_taking);
    int taken;
    bool enough;

    for (int i = 0; i < d->line_count; i++)
        TRY(stock_pool_id(cx, ask->campaign->id, ask->campaign->policy->pool[d->pool[i]].code,
                          &d->line[i].pool_id));
    TRY(take_stock(cx, d, taking, &taken, &enough));
    if (!enough) {
        d->refusal = REFUSAL_STOCK;
        return OK;
    }
    TRY(insert_order(cx, ask, facts, d, hash, &out->order));
    for (int i = 0; i < taken; i++)
        TRY(stock_record(cx, &taking[i], out->order.id));
    out->ok = true;
    return OK;
}

enum err
order_place(struct ctx *cx, const struct order_ask *ask, struct order_placed *out)
{
    struct admit_in in = {0};
    struct buyer_facts facts;
    struct str hash = ask_hash(cx, ask);
    struct str old_hash;
    int64_t again;

    assert(db_in_write(cx));
    assert(ask->siren > 0);
    *out = (struct order_placed){.decision = ARENA_NEW(cx->arena, struct admit_out)};
    TRY(db_run(cx, SQL_ORDER_LOCK_COMPANY, NULL, db_int(ask->campaign->id << 32 ^ ask->siren)));
    TRY(load_past(cx, ask, &in, &again, &old_hash));
    if (again != 0) {
        TRY(replay(cx, again, old_hash, hash, out));
    } else {
        TRY(judge(cx, ask, &in, &facts, out));
        if (out->decision->refusal == REFUSAL_NONE)
            TRY(place_now(cx, ask, &facts, hash, out));
    }
    if (!out->ok)
        out->refusal = refusal_words(cx, ask, &in, out->decision);
    return OK;
}

enum err
order_preview(struct ctx *cx, const struct order_ask *ask, struct order_placed *out)
{
    struct admit_in in = {0};
    struct buyer_facts facts;
    struct str old_hash;
    int64_t again;

    *out = (struct order_placed){.decision = ARENA_NEW(cx->arena, struct admit_out)};
    TRY(load_past(cx, ask, &in, &again, &old_hash));
    TRY(judge(cx, ask, &in, &facts, out));
    out->ok = out->decision->refusal == REFUSAL_NONE;
    if (!out->ok)
        out->refusal = refusal_words(cx, ask, &in, out->decision);
    return OK;
}

/* ---- sales closed ---- */

enum err
sales_closed(struct ctx *cx, struct str *why)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_SALES_CLOSED_FIND, &rows));
    *why = rows.count == 0 ? STR_NONE : row_str(&rows, 0, 0);
    return OK;
}

enum err
sales_close(struct ctx *cx, struct str why)
{
    return db_run(cx, SQL_SALES_CLOSED_INSERT, NULL, db_int(cx->now_ms), db_str(why));
}

enum err
sales_open(struct ctx *cx)
{
    return db_run(cx, SQL_SALES_CLOSED_DELETE, NULL);
}

enum err
order_forget(struct ctx *cx, int64_t id, struct tally *t)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_ORDER_FORGET, &rows, db_int(id), db_int(cx->now_ms)));
    tally_add(t, "orders", rows.changed);
    TRY(db_run(cx, SQL_ORDER_CONTACT_FORGET, &rows, db_int(id)));
    tally_add(t, "order_contact", rows.changed);
    return OK;
}
