/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stock_recall.c - a batch that must not be used: who has it, what has not left, and their mail.
 *
 * Two people decide. Then, in one transaction: nothing is picked from the batch any more; orders
 * that have units of it and have not left the house give them back and wait for preparation anew,
 * their parcels are cancelled; what lies on the shelf goes to quarantine as far as the pool has
 * units that are neither sold nor held (the rest stays on the shelf, blocked, and is what must be
 * replaced); everybody the batch went to is noted. A job writes to them, each once.
 */
#include "account/account.h"
#include "base/csv.h"
#include "base/format.h"
#include "campaign/campaign.h"
#include "delivery/delivery.h"
#include "job/job.h"
#include "json/json.h"
#include "mail/mail.h"
#include "order/order.h"
#include "staff/staff.h"
#include "stock/stock_room.h"

const char *
recall_stage_text(enum recall_stage s)
{
    static const char *const texts[] = {"", "Mis de côté avant l’envoi", "En route", "Livré",
                                        "Revenu ou perdu"};

    assert(s >= RECALL_ASIDE && s <= RECALL_CAME_BACK);
    return texts[s];
}

enum err
recall_reach(struct ctx *cx, int64_t batch_id, int64_t orders[5], int64_t units[5])
{
    struct db_rows rows;

    memset(orders, 0, 5 * sizeof orders[0]);
    memset(units, 0, 5 * sizeof units[0]);
    TRY(db_run(cx, SQL_RECALL_REACH, &rows, db_int(batch_id)));
    for (size_t r = 0; r < rows.count; r++) {
        int64_t stage = row_int(&rows, r, 0);
        orders[stage] = row_int(&rows, r, 1);
        units[stage] = row_int(&rows, r, 2);
        orders[0] += orders[stage];
        units[0] += units[stage];
    }
    return OK;
}

/* JSON text of what the approver's act is given. */
static struct str
recall_args(struct ctx *cx, struct str instruction)
{
    struct buf b;

    buf_init(&b, 16384);
    struct jw w = jw_begin(&b);
    jw_object(&w);
    jw_kstr(&w, "instruction", instruction);
    jw_close_object(&w);
    struct str text = str_dup(cx->arena, (struct str){b.ptr, b.len});
    buf_release(&b);
    return text;
}

enum err
recall_ask(struct ctx *cx, int64_t batch_id, struct str reason, struct str instruction,
           struct stock_result *out)
{
    int64_t orders[5], units[5];
    struct batch batch;

    assert(db_in_write(cx));
    if (reason.len == 0 || instruction.len == 0)
        return ERR_INVALID;
    TRY(batch_by_id(cx, batch_id, &batch));
    *out = (struct stock_result){.no = STOCK_NAMELESS, .id = batch_id};
    if (batch.lot.len == 0)
        return OK;
    out->no = STOCK_RECALLED;
    if (batch.recalled_ms != 0)
        return OK;
    TRY(recall_reach(cx, batch_id, orders, units));
    struct str summary = str_printf(
        cx->arena,
        "Lot %.*s : %s concernées (%s unités), dont %s mises de côté avant l’envoi ; un message "
        "à chacune.",
        STR_FMT(batch.lot), fmt_plural(orders[0], "commande", "commandes").z, fmt_int(units[0]).z,
        fmt_int(orders[RECALL_ASIDE]).z);
    out->no = STOCK_DONE;
    return act_ask(cx, ACT_STOCK_RECALL, batch_id, recall_args(cx, instruction), summary, reason,
                   &out->id);
}

/* Cancels the order's parcels that have not left. *gone: one has, or its label is under way. */
static enum err
cancel_parcels(struct ctx *cx, int64_t order_id, bool *gone)
{
    unsigned here = 1u << PARCEL_WAITING | 1u << PARCEL_LABELLED | 1u << PARCEL_REFUSED;
    struct parcel_list parcels;

    *gone = false;
    TRY(parcel_of_order(cx, order_id, &parcels));
    for (size_t i = 0; i < parcels.count; i++)
        *gone = *gone || (here & 1u << parcels.item[i].state) == 0;
    for (size_t i = 0; i < parcels.count && !*gone; i++) {
        bool moved;
        TRY(parcel_move(cx, parcels.item[i].id, here, PARCEL_CANCELLED, &moved));
        *gone = !moved;
    }
    return OK;
}

/* An order that has not left gives its units of the batch back and waits anew. */
static enum err
set_aside(struct ctx *cx, int64_t recall_id, int64_t batch_id, int64_t order_id)
{
    struct order order;
    struct db_rows rows;
    bool gone, moved;

    TRY(order_lock(cx, order_id, &order));
    gone = order.state != ORDER_PAID && order.state != ORDER_PREPARING;
    if (!gone)
        TRY(cancel_parcels(cx, order_id, &gone));
    if (gone)
        return db_run(cx, SQL_RECALL_STAGE_SET, NULL, db_int(recall_id), db_int(order_id),
                      db_int(RECALL_ON_WAY));
    TRY(db_run(cx, SQL_RECALL_PICKS, &rows, db_int(order_id), db_int(batch_id)));
    for (size_t r = 0; r < rows.count; r++)
        /* All of its picks: the wave that takes it next picks it whole. */
        TRY(stock_unpick(cx, order_id, row_int(&rows, r, 0), 0));
    return order.state == ORDER_PREPARING
               ? order_unprepare(cx, order_id, "batch recalled", &moved)
               : OK;
}

static enum err
set_all_aside(struct ctx *cx, int64_t recall_id, int64_t batch_id)
{
    int64_t after = 0;
    struct db_rows rows;

    do {
        TRY(db_run(cx, SQL_RECALL_ASIDE, &rows, db_int(recall_id), db_int(after)));
        for (size_t r = 0; r < rows.count; r++) {
            after = row_int(&rows, r, 0);
            TRY(set_aside(cx, recall_id, batch_id, after));
        }
    } while (rows.count > 0);
    return OK;
}

/* As much of the shelf as is neither sold nor held goes to quarantine. */
static enum err
quarantine_shelf(struct ctx *cx, int64_t batch_id)
{
    struct batch_in_pool_list pools;

    TRY(batch_pools(cx, batch_id, 0, &pools));
    for (size_t i = 0; i < pools.count; i++) {
        const struct batch_in_pool *p = &pools.item[i];
        struct db_rows rows;
        struct stock_result r;
        TRY(db_run(cx, SQL_POOL_AVAILABLE, &rows, db_int(p->pool_id)));
        int64_t free = row_int(&rows, 0, 0), units = p->on_hand < free ? p->on_hand : free;
        if (units == 0)
            continue;
        TRY(quarantine_move(cx, BATCH_SET_ASIDE, p->pool_id, batch_id, units, STR("lot rappelé"),
                            &r));
        if (r.no != STOCK_DONE)
            return ERR_BUSY; /* A sale came between the look and the lock: once more. */
    }
    return OK;
}

enum err
stock_recall_act(struct ctx *cx, const struct act_request *r, struct str *why)
{
    struct json *args;
    struct json_error fault;
    struct batch batch;
    struct db_rows rows;

    TRY(json_parse(cx->arena, r->args, 65536, &args, &fault));
    TRY(batch_by_id(cx, r->subject_id, &batch));
    TRY(db_run(cx, SQL_RECALL_MARK, &rows, db_int(batch.id), db_int(cx->now_ms)));
    if (rows.changed == 0) {
        *why = STR("Ce lot est déjà rappelé.");
        return ERR_CONFLICT;
    }
    TRY(db_run(cx, SQL_RECALL_MARK_POOLS, NULL, db_int(batch.id)));
    TRY(db_run(cx, SQL_RECALL_INSERT, &rows, db_int(batch.id), db_str(r->reason),
               db_str(json_get_str(args, "instruction")), db_int(r->asked_by),
               db_int(cx->actor.account_id), db_int(cx->now_ms)));
    int64_t recall = row_int(&rows, 0, 0);
    TRY(db_run(cx, SQL_RECALL_ORDERS_INSERT, NULL, db_int(recall), db_int(batch.id)));
    TRY(set_all_aside(cx, recall, batch.id));
    TRY(quarantine_shelf(cx, batch.id));
    TRY(job_add_once(cx, JOB_STOCK_RECALL_MAIL, recall, STR_NONE, 0));
    return audit_add(cx, &(struct audit){
                             .act = "stock.recall",
                             .subject = "batch",
                             .subject_id = batch.id,
                             .after = str_printf(cx->arena, "{\"recall\":%lld}",
                                                 (long long)recall),
                             .reason = r->reason,
                         });
}

enum err
recall_of_batch(struct ctx *cx, int64_t batch_id, struct recall *out)
{
    struct db_rows rows;
    struct batch batch;

    TRY(batch_by_id(cx, batch_id, &batch));
    TRY(db_run(cx, SQL_RECALL_FIND, &rows, db_int(batch_id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = (struct recall){
        .id = row_int(&rows, 0, 0),
        .batch_id = batch_id,
        .at_ms = row_int(&rows, 0, 1),
        .reason = row_str(&rows, 0, 2),
        .instruction = row_str(&rows, 0, 3),
        .orders = row_int(&rows, 0, 4),
        .mailed = row_int(&rows, 0, 5),
    };
    return OK;
}

enum err
batch_orders(struct ctx *cx, int64_t batch_id, int64_t after_order, struct recall_order_list *out)
{
    struct db_rows rows;
    struct batch batch;

    TRY(batch_by_id(cx, batch_id, &batch)); /* Of the actor's organiser. */
    TRY(db_run(cx, SQL_BATCH_ORDERS, &rows, db_int(batch_id), db_int(after_order)));
    out->count = rows.count;
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct recall_order);
    for (size_t r = 0; r < rows.count; r++)
        out->item[r] = (struct recall_order){
            .order_id = row_int(&rows, r, 0),
            .ref = row_str(&rows, r, 1),
            .siret = row_int(&rows, r, 2),
            .company = row_str(&rows, r, 3),
            .postal_code = row_str(&rows, r, 4),
            .city = row_str(&rows, r, 5),
            .phone = row_str(&rows, r, 6),
            .email = row_str(&rows, r, 7),
            .units = row_int(&rows, r, 8),
            .stage = (enum recall_stage)row_int(&rows, r, 9),
            .mailed_ms = row_int(&rows, r, 10),
        };
    return OK;
}

enum err
batch_orders_csv(struct ctx *cx, int64_t batch_id, struct buf *out)
{
    static const char *const heads[] = {"commande",  "siret",      "entreprise", "code_postal",
                                        "ville",     "telephone",  "courriel",   "unites",
                                        "situation", "prevenue_le"};
    struct recall_order_list list;
    int64_t after = 0;

    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        csv_put(out, i == 0, str_of(heads[i]));
    csv_end(out);
    do {
        TRY(batch_orders(cx, batch_id, after, &list));
        for (size_t i = 0; i < list.count; i++) {
            const struct recall_order *o = &list.item[i];
            after = o->order_id;
            csv_put(out, true, o->ref);
            csv_put(out, false, str_printf(cx->arena, "%014lld", (long long)o->siret));
            csv_put(out, false, o->company);
            csv_put(out, false, o->postal_code);
            csv_put(out, false, o->city);
            csv_put(out, false, o->phone);
            csv_put(out, false, o->email);
            csv_put_i64(out, false, o->units);
            csv_put(out, false, str_of(recall_stage_text(o->stage)));
            csv_put(out, false, o->mailed_ms == 0 ? STR_NONE : instant_str(cx->arena,
                                                                           o->mailed_ms));
            csv_end(out);
        }
    } while (list.count > 0);
    return OK;
}

/* ---- the mails ---- */

static struct str
mail_body(struct ctx *cx, const struct db_rows *rows, size_t r, struct str good)
{
    bool aside = row_int(rows, r, 2) == RECALL_ASIDE;
    struct str lot = row_str(rows, r, 6), ref = row_str(rows, r, 3);

    if (aside)
        return str_printf(
            cx->arena,
            "Votre commande %.*s devait contenir %s unités du lot %.*s (%.*s). Ce lot est "
            "rappelé : %.*s\n\nVotre commande n’est pas partie. Nous la préparons à nouveau avec "
            "un autre lot, vous n’avez rien à faire.",
            STR_FMT(ref), fmt_int(row_int(rows, r, 1)).z, STR_FMT(lot), STR_FMT(good),
            STR_FMT(row_str(rows, r, 7)));
    return str_printf(cx->arena,
                      "Votre commande %.*s contient %s unités du lot %.*s (%.*s). Ce lot est "
                      "rappelé : %.*s\n\nCe que vous devez faire : %.*s",
                      STR_FMT(ref), fmt_int(row_int(rows, r, 1)).z, STR_FMT(lot), STR_FMT(good),
                      STR_FMT(row_str(rows, r, 7)), STR_FMT(row_str(rows, r, 8)));
}

struct mailing {
    int64_t recall_id;
    size_t done;
};

/* The next hundred: the mail and the note that it is queued stand or fall together. */
static enum err
mail_some(struct ctx *cx, void *arg)
{
    struct mailing *m = arg;
    struct db_rows rows, marked;
    struct campaign campaign;
    struct str to;

    TRY(db_run(cx, SQL_RECALL_UNMAILED, &rows, db_int(m->recall_id)));
    for (size_t r = 0; r < rows.count; r++) {
        TRY(db_run(cx, SQL_RECALL_MAILED, &marked, db_int(m->recall_id),
                   db_int(row_int(&rows, r, 0)), db_int(cx->now_ms)));
        if (marked.changed == 0)
            continue;
        TRY(account_email(cx, row_int(&rows, r, 4), &to));
        if (to.len == 0)
            continue; /* Ordered through a token: the list shows a telephone number. */
        TRY(campaign_by_id(cx, row_int(&rows, r, 5), &campaign));
        struct str good = campaign.policy->good_count == 1 ? campaign.policy->good[0].name
                                                           : campaign.policy->name;
        TRY(mail_queue(cx, &(struct mail){
                               .to = to,
                               .subject = str_printf(cx->arena, "Rappel de produit - commande %.*s",
                                                     STR_FMT(row_str(&rows, r, 3))),
                               .text = mail_letter(cx, campaign.policy->name,
                                                   mail_body(cx, &rows, r, good),
                                                   STR("Vous recevez ce message parce que vous "
                                                       "avez commandé ce produit.")),
                               .cause = "stock_recall",
                               .subject_id = row_int(&rows, r, 0),
                           }));
    }
    m->done = rows.count;
    return OK;
}

enum err
stock_recall_mail_job(struct ctx *cx, const struct job *job)
{
    struct mailing m = {.recall_id = job->subject_id};

    do {
        TRY(db_write(cx, mail_some, &m));
    } while (m.done > 0);
    return OK;
}
