/* SPDX-License-Identifier: Apache-2.0 */
/*
 * make_good.c - goods that left and must not be used: as many packs are sent once more, or given
 * back in money. Called for each order of a recalled batch, in a transaction of its own.
 */
#include "base/format.h"
#include "care/care.h"
#include "staff/staff.h"
#include "track/track_mail.h"

static enum err
refuse(struct str *why, struct str text)
{
    *why = text;
    return ERR_CONFLICT;
}

/* How many packs of each line cover the units, of those that were not given back already. */
static enum err
cover(struct ctx *cx, const struct order *o, const struct make_good *g,
      int64_t packs[ORDER_LINES_MAX], bool *all)
{
    struct shortage_list gone;
    int64_t left = g->units;

    *all = true;
    TRY(shortage_of_order(cx, o->id, &gone));
    for (int i = 0; i < o->line_count; i++) {
        const struct order_line *l = &o->line[i];
        int64_t there = l->packs, each = l->units / l->packs;
        packs[i] = 0;
        for (size_t k = 0; k < gone.count; k++)
            there -= gone.item[k].line == i ? gone.item[k].packs : 0;
        if (str_eq(l->good_code, g->good) && left > 0) {
            int64_t wanted = (left + each - 1) / each;
            packs[i] = wanted < there ? wanted : there;
            left -= packs[i] * each;
        }
        *all = *all && packs[i] == l->packs;
    }
    return OK;
}

static enum err
give_back(struct ctx *cx, const struct order *o, const struct make_good *g,
          const int64_t packs[ORDER_LINES_MAX], bool all)
{
    bool moved;

    if (all) {
        TRY(order_come_back(cx, o->id, "recalled", &moved));
        return order_give_back(cx, o->id, false, "recalled", &moved);
    }
    for (int i = 0; i < o->line_count; i++)
        if (packs[i] > 0)
            TRY(order_give_back_part(cx, o, i, packs[i], MOVE_SPOIL, g->batch_id, g->reason));
    return OK;
}

/* The same packs from other units, in new parcels that wait for a wave. */
static enum err
send_again(struct ctx *cx, const struct order *o, const struct make_good *g,
           const int64_t packs[ORDER_LINES_MAX], struct str *why)
{
    struct campaign c;
    bool moved;

    TRY(order_come_back(cx, o->id, "recalled", &moved));
    for (int i = 0; i < o->line_count; i++) {
        const struct order_line *l = &o->line[i];
        int64_t units = packs[i] * (l->units / l->packs);
        struct stock_taking taking;
        bool taken;
        if (units == 0)
            continue;
        TRY(stock_spoil(cx, l->pool_id, o->id, g->batch_id, units));
        TRY(stock_take(cx, MOVE_RESELL, l->pool_id, units, &taking, &taken));
        if (!taken)
            return refuse(why, STR("Il ne reste pas assez de stock pour renvoyer."));
        TRY(stock_record(cx, &taking, o->id));
    }
    TRY(order_send_again(cx, o->id, "recalled", &moved));
    TRY(campaign_by_id(cx, o->campaign_id, &c));
    return parcel_add_packs(cx, o, c.organiser_id, 0, STR_NONE, packs);
}

static enum err
tell(struct ctx *cx, const struct order *o, const struct make_good *g, int64_t packs)
{
    struct short_str many = fmt_plural(packs, "lot", "lots");

    if (g->again)
        return track_mail_buyer(
            cx, o, "Nous vous renvoyons vos produits",
            str_printf(cx->arena,
                       "%.*s Nous vous renvoyons %s de votre commande %.*s, sans frais et sans "
                       "rien retirer à ce que vous pouvez commander. Vous recevrez le numéro du "
                       "colis quand il partira.\n\nN’utilisez pas les produits rappelés.",
                       STR_FMT(g->reason), many.z, STR_FMT(o->ref)),
            "recall_again");
    return track_mail_buyer(
        cx, o, "Nous vous remboursons",
        str_printf(cx->arena,
                   "%.*s Nous vous remboursons %s de votre commande %.*s sur la carte utilisée, et "
                   "vous pouvez à nouveau en commander autant. Vous n’avez rien à faire.\n\n"
                   "N’utilisez pas les produits rappelés.",
                   STR_FMT(g->reason), many.z, STR_FMT(o->ref)),
        "recall_given_back");
}

enum err
care_make_good(struct ctx *cx, const struct make_good *g, int64_t *packs, struct str *why)
{
    int64_t of_line[ORDER_LINES_MAX], sum = 0;
    struct campaign c;
    struct order o;
    bool all;

    assert(db_in_write(cx));
    TRY(order_lock(cx, g->order_id, &o));
    if (g->again && o.forgotten_ms != 0)
        return refuse(why, STR("Les coordonnées de livraison de cette commande sont effacées."));
    if (o.state != ORDER_HANDED && o.state != ORDER_DELIVERED)
        return refuse(why, o.state == ORDER_PREPARING
                               ? STR("Une partie de la commande n’est pas encore partie.")
                               : str_printf(cx->arena,
                                            "La commande est dans l’état «\u00a0%s\u00a0».",
                                            order_state_name(o.state)));
    TRY(cover(cx, &o, g, of_line, &all));
    for (int i = 0; i < o.line_count; i++)
        sum += of_line[i];
    if (sum == 0)
        return refuse(why, STR("Ces lots sont déjà remboursés."));
    TRY(g->again ? send_again(cx, &o, g, of_line, why) : give_back(cx, &o, g, of_line, all));
    struct audit a = {
        .act = g->again ? "order.recall_again" : "order.recall_given_back",
        .subject = "order", .subject_id = o.id,
        .after = str_printf(cx->arena, "{\"packs\":%lld}", (long long)sum),
        .reason = g->reason,
    };
    TRY(campaign_by_id(cx, o.campaign_id, &c));
    struct ctx as = *cx; /* A job's: the row belongs to the organiser. */
    as.actor.organiser_id = c.organiser_id;
    TRY(audit_add(&as, &a));
    *packs = sum;
    return tell(cx, &o, g, sum);
}
