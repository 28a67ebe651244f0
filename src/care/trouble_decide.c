/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trouble_decide.c - see trouble_decide.h. Each decision is one transaction: parcel, order, stock,
 * money, the audit row and the letter to the buyer stand or fall together.
 */
#include "care/trouble_decide.h"

#include "json/json.h"
#include "staff/staff.h"
#include "track/track.h"
#include "track/track_mail.h"

static enum err
refuse(struct str *why, struct str text)
{
    *why = text;
    return ERR_CONFLICT;
}

/* Closes the parcel's trouble, or writes a closed one, and audits it. */
static enum err
settle(struct ctx *cx, const struct parcel *p, enum parcel_state now_in,
       enum trouble_outcome outcome, struct str reason, int64_t new_parcel)
{
    static const char *const acts[] = {"", "parcel.send_again", "parcel.give_back",
                                       "parcel.was_delivered", "parcel.wait"};
    struct buf before = {0}, after = {0};
    bool closed, fresh;

    TRY(trouble_close(cx, p->id, outcome, reason, new_parcel, &closed));
    if (!closed) {
        TRY(trouble_open(cx, p, now_in == PARCEL_LOST ? TROUBLE_LOST : TROUBLE_DAMAGED, &fresh));
        TRY(trouble_close(cx, p->id, outcome, reason, new_parcel, &closed));
    }
    struct jw w = jw_begin(&before);
    jw_object(&w);
    jw_kz(&w, "state", parcel_state_label(p->state));
    jw_close_object(&w);
    w = jw_begin(&after);
    jw_object(&w);
    jw_kz(&w, "state", parcel_state_label(now_in));
    jw_kz(&w, "outcome", trouble_outcome_label(outcome));
    if (new_parcel != 0)
        jw_kint(&w, "new_parcel", new_parcel);
    jw_close_object(&w);
    struct audit a = {.act = acts[outcome], .subject = "parcel", .subject_id = p->id,
                      .before = buf_dup(&before, cx->arena), .after = buf_dup(&after, cx->arena),
                      .reason = reason};
    buf_release(&before);
    buf_release(&after);
    return audit_add(cx, &a);
}

static enum parcel_state
state_of_fate(enum parcel_fate fate)
{
    return fate == FATE_LOST     ? PARCEL_LOST
           : fate == FATE_BROKEN ? PARCEL_DAMAGED
                                 : PARCEL_RETURNED;
}

/* The parcel goes where its fate says. It must have left, and its trouble not be settled yet. */
static enum err
move_to_fate(struct ctx *cx, const struct parcel *p, enum parcel_fate fate, struct str *why)
{
    unsigned from = 1u << PARCEL_HANDED | 1u << PARCEL_DELIVERED | 1u << PARCEL_RETURNED |
                    1u << PARCEL_LOST | 1u << PARCEL_DAMAGED;
    struct trouble_list past;
    int64_t found;
    bool moved;

    TRY(trouble_of_parcel(cx, p->id, &past));
    for (size_t i = 0; i < past.count && p->state != PARCEL_DELIVERED; i++)
        if (past.item[i].outcome == OUTCOME_AGAIN || past.item[i].outcome == OUTCOME_GIVEN_BACK)
            return refuse(why, STR("Ce colis est déjà réglé, il a été renvoyé ou remboursé."));
    TRY(trouble_spare_of(cx, p->id, &found));
    if (found != 0)
        return refuse(why, STR("Ce colis est en trop\u00a0: l’entreprise garde celui qu’il "
                               "remplace. Rien n’est à renvoyer ni à rembourser."));
    TRY(parcel_move(cx, p->id, from, state_of_fate(fate), &moved));
    return moved ? OK
                 : refuse(why, STR("Ce colis n’est pas encore parti\u00a0: rien n’est à renvoyer "
                                   "ni à rembourser ici."));
}

/* What is still owed of the parcel's packs: those that were given back already are not. *sum: all
 * of it. */
static enum err
owed(struct ctx *cx, const struct parcel *p, const struct order *o, int64_t packs[ORDER_LINES_MAX],
     int64_t *sum)
{
    struct parcel_item_list items;
    struct shortage_list gone;

    *sum = 0;
    memset(packs, 0, ORDER_LINES_MAX * sizeof packs[0]);
    TRY(parcel_items(cx, p->id, &items));
    TRY(shortage_of_order(cx, o->id, &gone));
    for (size_t i = 0; i < items.count; i++) {
        int line = items.item[i].line;
        int64_t left = o->line[line].packs;
        for (size_t k = 0; k < gone.count; k++)
            left -= gone.item[k].line == line ? gone.item[k].packs : 0;
        packs[line] = items.item[i].packs < left ? items.item[i].packs : left;
        *sum += packs[line];
    }
    return OK;
}

/* What was in the parcel is gone: as much as is owed is taken from the stock once more. */
static enum err
replace_goods(struct ctx *cx, const struct order *o, const int64_t packs[ORDER_LINES_MAX],
              struct str *why)
{
    for (int i = 0; i < o->line_count; i++) {
        const struct order_line *l = &o->line[i];
        int64_t units = packs[i] * (l->units / l->packs);
        struct stock_taking taking;
        bool taken;

        if (units == 0)
            continue;
        TRY(stock_move(cx, MOVE_SPOIL, l->pool_id, o->id, units));
        TRY(stock_take(cx, MOVE_RESELL, l->pool_id, units, &taking, &taken));
        if (!taken)
            return refuse(why, STR("Il ne reste pas assez de stock pour renvoyer ce colis. "
                                   "Remboursez-le, ou attendez la prochaine réception."));
        TRY(stock_record(cx, &taking, o->id));
    }
    return OK;
}

/* The order leaves HANDED or DELIVERED so that it can be sent or given back. */
static enum err
bring_back(struct ctx *cx, struct order *o, const char *cause, struct str *why)
{
    bool moved;

    if (o->state == ORDER_HANDED || o->state == ORDER_DELIVERED) {
        TRY(order_come_back(cx, o->id, cause, &moved));
        o->state = ORDER_RETURNED;
    }
    if (o->state == ORDER_RETURNED || o->state == ORDER_PREPARING)
        return OK;
    return refuse(why, str_printf(cx->arena, "La commande est dans l’état «\u00a0%s\u00a0». Rien "
                                             "n’est à renvoyer ni à rembourser.",
                                  order_state_name(o->state)));
}

enum err
trouble_send_again(struct ctx *cx, const struct parcel *p, enum parcel_fate fate,
                   struct str reason, struct str *why)
{
    int64_t again, recalled, packs[ORDER_LINES_MAX], sum;
    struct order o;
    bool moved;

    assert(db_in_write(cx));
    TRY(order_lock(cx, p->order_id, &o));
    if (o.forgotten_ms != 0)
        return refuse(why, STR("Les coordonnées de livraison de cette commande sont effacées : "
                               "remboursez-la."));
    TRY(stock_recalled_of(cx, o.id, &recalled));
    if (fate == FATE_BACK_FIT && recalled > 0)
        return refuse(why, STR("Ce que contient ce colis est rappelé et ne repart pas. Choisissez "
                               "le mauvais état, ou le remboursement."));
    TRY(owed(cx, p, &o, packs, &sum));
    if (sum == 0)
        return refuse(why, STR("Ce que contenait ce colis est déjà remboursé."));
    TRY(move_to_fate(cx, p, fate, why));
    TRY(bring_back(cx, &o, "a parcel is sent again", why));
    if (fate != FATE_BACK_FIT)
        TRY(replace_goods(cx, &o, packs, why));
    if (o.state == ORDER_RETURNED)
        TRY(order_send_again(cx, o.id, "a parcel is sent again", &moved));
    TRY(parcel_again(cx, p, packs, &again));
    TRY(settle(cx, p, state_of_fate(fate), OUTCOME_AGAIN, reason, again));
    return track_mail_buyer(
        cx, &o, "Votre colis est renvoyé",
        str_printf(cx->arena,
                   "Le colis %.*s de votre commande %.*s %s. Nous vous en renvoyons un autre, sans "
                   "frais et sans rien retirer à ce que vous pouvez commander. Vous recevrez son "
                   "numéro quand il partira.\n\nMotif noté\u00a0: %.*s",
                   STR_FMT(p->number), STR_FMT(o.ref),
                   fate == FATE_LOST     ? "est perdu"
                   : fate == FATE_BROKEN ? "est arrivé en mauvais état"
                                         : "nous est revenu",
                   STR_FMT(reason)),
        "parcel_again");
}

/* Whether another parcel of the order is with the buyer, on its way or to be sent. */
static enum err
others_count(struct ctx *cx, const struct parcel *p, bool *out)
{
    struct parcel_list list;
    int64_t unsettled;

    TRY(parcel_of_order(cx, p->order_id, &list));
    TRY(track_unsettled(cx, p->order_id, &unsettled));
    /* This one is among them: it went wrong and nothing is settled. */
    *out = unsettled > 1;
    for (size_t i = 0; i < list.count; i++)
        if (list.item[i].id != p->id && list.item[i].state == PARCEL_DELIVERED)
            *out = true;
    return OK;
}

static enum err
give_back_parcel(struct ctx *cx, const struct order *o, const int64_t packs[ORDER_LINES_MAX],
                 enum movement what, struct str reason, struct str *why)
{
    enum err e = OK;

    for (int i = 0; i < o->line_count && e == OK; i++)
        if (packs[i] > 0)
            e = order_give_back_part(cx, o, i, packs[i], what, 0, reason);
    return e == ERR_CONFLICT ? refuse(why, TROUBLE_PAID_OUT) : e;
}

enum err
trouble_give_back(struct ctx *cx, const struct parcel *p, enum parcel_fate fate,
                  struct str reason, struct str *why)
{
    bool fit = fate == FATE_BACK_FIT, others, moved;
    int64_t packs[ORDER_LINES_MAX], sum;
    struct shortage_list before;
    struct order o;

    assert(db_in_write(cx));
    TRY(order_lock(cx, p->order_id, &o));
    TRY(owed(cx, p, &o, packs, &sum));
    TRY(move_to_fate(cx, p, fate, why));
    if (sum == 0 || o.state == ORDER_REFUND_DUE || o.state == ORDER_REFUNDED) {
        /* It was given back before, and the buyer told then: only the case ends. */
        TRY(settle(cx, p, state_of_fate(fate), OUTCOME_GIVEN_BACK, reason, 0));
        return track_deliver_if_all(cx, o.id);
    }
    TRY(others_count(cx, p, &others));
    TRY(shortage_of_order(cx, o.id, &before));
    /* A payment of which a part went back already has its rest given back as a part too. */
    bool part = others || before.count > 0;
    if (part && o.state != ORDER_HANDED && o.state != ORDER_DELIVERED &&
        o.state != ORDER_PREPARING && o.state != ORDER_RETURNED)
        return bring_back(cx, &o, "", why);
    if (part) {
        TRY(give_back_parcel(cx, &o, packs, fit ? MOVE_RETURN : MOVE_SPOIL, reason, why));
    } else {
        TRY(bring_back(cx, &o, "a parcel is given back", why));
        TRY(order_give_back(cx, o.id, fit, "the parcel did not arrive", &moved));
    }
    TRY(settle(cx, p, state_of_fate(fate), OUTCOME_GIVEN_BACK, reason, 0));
    if (part)
        TRY(track_deliver_if_all(cx, o.id));
    return track_mail_buyer(
        cx, &o, "Nous vous remboursons",
        str_printf(cx->arena,
                   "Le colis %.*s de votre commande %.*s %s. Nous vous remboursons ce qu’il "
                   "contenait sur la carte utilisée, et vous pouvez à nouveau en commander "
                   "autant.\n\nMotif noté\u00a0: %.*s",
                   STR_FMT(p->number), STR_FMT(o.ref),
                   fate == FATE_LOST     ? "est perdu"
                   : fate == FATE_BROKEN ? "est arrivé en mauvais état"
                                         : "nous est revenu",
                   STR_FMT(reason)),
        "parcel_given_back");
}

enum err
trouble_was_delivered(struct ctx *cx, const struct parcel *p, struct str reason, struct str *why)
{
    unsigned from = 1u << PARCEL_HANDED | 1u << PARCEL_RETURNED | 1u << PARCEL_LOST |
                    1u << PARCEL_DAMAGED;
    struct trouble_list past;
    struct order o;
    bool moved;

    TRY(order_lock(cx, p->order_id, &o));
    TRY(trouble_of_parcel(cx, p->id, &past));
    for (size_t i = 0; i < past.count; i++)
        if (past.item[i].outcome == OUTCOME_AGAIN || past.item[i].outcome == OUTCOME_GIVEN_BACK)
            return refuse(why, STR("Ce colis est déjà réglé, il a été renvoyé ou remboursé."));
    TRY(parcel_move(cx, p->id, from, PARCEL_DELIVERED, &moved));
    if (!moved)
        return refuse(why, STR("Ce colis n’est pas en route, ou il est déjà livré."));
    TRY(settle(cx, p, PARCEL_DELIVERED, OUTCOME_DELIVERED, reason, 0));
    if (o.state == ORDER_RETURNED) {
        TRY(order_send_again(cx, o.id, "it was delivered after all", &moved));
        TRY(order_hand_over(cx, o.id, "it was delivered after all", &moved));
    }
    return track_deliver_if_all(cx, o.id);
}

enum { IN_THE_HOUSE = 1u << PARCEL_WAITING | 1u << PARCEL_REFUSED | 1u << PARCEL_LABELLED };

bool
trouble_stoppable(const struct parcel *replacement)
{
    return replacement->id != 0 && (1u << replacement->state & IN_THE_HOUSE) != 0;
}

/* The packs of the parcel that stays are on the shelf for others, and what was written off in
 * their place is with the buyer. */
static enum err
free_goods(struct ctx *cx, const struct parcel *found, const struct parcel *stays,
           const struct order *o)
{
    struct str reason = str_printf(cx->arena, "colis %.*s retrouvé chez son destinataire",
                                   STR_FMT(found->number));
    struct parcel_item_list items;

    TRY(parcel_items(cx, stays->id, &items));
    for (size_t i = 0; i < items.count; i++) {
        const struct order_line *l = &o->line[items.item[i].line];
        TRY(stock_found(cx, l->pool_id, o->id, items.item[i].packs * (l->units / l->packs),
                        reason));
    }
    return OK;
}

static enum err
close_found(struct ctx *cx, const struct parcel *p, const struct parcel *instead,
            enum trouble_outcome outcome, const char *act, struct str reason, struct str *why)
{
    bool closed;

    TRY(trouble_close(cx, p->id, outcome, reason, 0, &closed));
    if (!closed)
        return refuse(why, STR("Ce cas est déjà réglé."));
    struct audit a = {.act = act, .subject = "parcel", .subject_id = p->id,
                      .after = str_printf(cx->arena, "{\"replacement\":\"%.*s\"}",
                                          STR_FMT(instead->sender_ref)),
                      .reason = reason};
    return audit_add(cx, &a);
}

enum err
trouble_stop(struct ctx *cx, const struct parcel *p, struct str reason, struct str *why)
{
    struct parcel instead;
    struct order o;
    bool moved;

    assert(db_in_write(cx));
    TRY(order_lock(cx, p->order_id, &o));
    TRY(trouble_replacement(cx, p->id, &instead));
    if (instead.id == 0)
        return refuse(why, STR("Ce colis est remboursé\u00a0: rien n’est à arrêter."));
    if (o.state != ORDER_PREPARING)
        return refuse(why, str_printf(cx->arena,
                                      "La commande est dans l’état «\u00a0%s\u00a0».",
                                      order_state_name(o.state)));
    TRY(parcel_move(cx, instead.id, IN_THE_HOUSE, PARCEL_CANCELLED, &moved));
    if (!moved)
        return refuse(why, instead.state == PARCEL_ASKED
                               ? STR("L’étiquette du remplacement est demandée au transporteur. "
                                     "Réessayez quand il a répondu.")
                               : STR("Le colis de remplacement n’est plus ici\u00a0: il ne peut "
                                     "plus être arrêté."));
    TRY(close_found(cx, p, &instead, OUTCOME_STOPPED, "parcel.stop", reason, why));
    TRY(parcel_note(cx, instead.id, STR("Envoi arrêté\u00a0: le premier colis est arrivé. Remettez "
                                        "en rayon ce qui est déjà emballé.")));
    TRY(free_goods(cx, p, &instead, &o));
    TRY(parcel_move(cx, p->id, 1u << PARCEL_LOST, PARCEL_DELIVERED, &moved));
    if (!moved)
        return refuse(why, STR("Ce colis n’est plus tenu pour perdu."));
    TRY(track_mail_buyer(
        cx, &o, "L’envoi de remplacement est arrêté",
        str_printf(cx->arena,
                   "Le colis %.*s de votre commande %.*s, que nous tenions pour perdu, est livré "
                   "selon le transporteur. Nous ne vous en envoyons donc pas d’autre. Vous n’avez "
                   "rien à faire.\n\nVous ne l’avez pas reçu\u00a0? Signalez-le depuis la page de "
                   "la commande.",
                   STR_FMT(p->number), STR_FMT(o.ref)),
        "parcel_stopped"));
    TRY(order_close_if_sent(cx, o.id));
    return track_deliver_if_all(cx, o.id);
}

enum err
trouble_ask_return(struct ctx *cx, const struct parcel *p, struct str reason, struct str *why)
{
    struct parcel instead;
    struct order o;
    bool fresh;
    int open;

    assert(db_in_write(cx));
    TRY(order_lock(cx, p->order_id, &o));
    TRY(trouble_replacement(cx, p->id, &instead));
    if (instead.state != PARCEL_HANDED && instead.state != PARCEL_DELIVERED)
        return refuse(why, STR("Aucun colis de remplacement n’est parti."));
    TRY(close_found(cx, p, &instead, OUTCOME_RETURN_ASKED, "parcel.ask_return", reason, why));
    TRY(trouble_kind_open(cx, instead.id, &open));
    if (open != 0) /* What was unsettled about it is of another kind now. */
        TRY(trouble_open(cx, &instead, TROUBLE_SPARE, &fresh));
    return track_mail_buyer(
        cx, &o, "Deux colis pour une même commande",
        str_printf(cx->arena,
                   "Le colis %.*s de votre commande %.*s, que nous tenions pour perdu, est livré "
                   "selon le transporteur. Celui qui le remplace, %.*s, était déjà parti\u00a0: il "
                   "est en trop. %s\n\nVous n’avez rien reçu la première fois\u00a0? Gardez ce "
                   "colis, et signalez-le depuis la page de la commande.",
                   STR_FMT(p->number), STR_FMT(o.ref), STR_FMT(instead.number),
                   instead.state == PARCEL_HANDED
                       ? "Refusez-le quand il se présente, il nous reviendra sans frais."
                       : "Gardez-le fermé et répondez-nous\u00a0: nous vous dirons comment le "
                         "rendre, sans frais."),
        "parcel_return_asked");
}

/* A replacement came back: its units are on the shelf, and those of the first parcel, written off
 * until now, are the order's. */
static enum err
take_back_units(struct ctx *cx, const struct parcel *p, const struct order *o, bool replacement)
{
    struct str reason = str_printf(cx->arena, "colis %.*s en trop, revenu en bon état",
                                   STR_FMT(p->number));
    struct parcel_item_list items;

    TRY(parcel_items(cx, p->id, &items));
    for (size_t i = 0; i < items.count; i++) {
        const struct order_line *l = &o->line[items.item[i].line];
        int64_t units = items.item[i].packs * (l->units / l->packs);
        if (replacement)
            TRY(stock_unpick(cx, o->id, l->pool_id, units));
        TRY(replacement ? stock_found(cx, l->pool_id, o->id, units, reason)
                        : stock_regain(cx, l->pool_id, o->id, units, reason));
    }
    return OK;
}

/* The first parcel counts as delivered, and the order with it. */
static enum err
found_is_kept(struct ctx *cx, struct order *o, int64_t found_id, struct str *why)
{
    bool moved;

    TRY(parcel_move(cx, found_id, 1u << PARCEL_LOST, PARCEL_DELIVERED, &moved));
    if (!moved)
        return refuse(why, STR("Le colis que celui-ci remplace n’est plus tenu pour perdu."));
    if (o->state == ORDER_RETURNED)
        TRY(order_send_again(cx, o->id, "the replacement came back, the first one is kept",
                             &moved));
    TRY(order_close_if_sent(cx, o->id));
    return track_deliver_if_all(cx, o->id);
}

/* To whoever was asked to give it back. */
static enum err
mail_taken_back(struct ctx *cx, const struct parcel *p, const struct order *o,
                enum parcel_fate fate)
{
    return track_mail_buyer(
        cx, o, "Le colis en trop nous est revenu",
        str_printf(cx->arena,
                   "Le colis %.*s de votre commande %.*s, que nous vous avions demandé de rendre, "
                   "%s. Votre commande est complète avec le premier colis\u00a0: vous n’avez plus "
                   "rien à faire, et rien d’autre ne vous sera envoyé.\n\nVous n’avez pas reçu le "
                   "premier\u00a0? Signalez-le depuis la page de la commande.",
                   STR_FMT(p->number), STR_FMT(o->ref),
                   fate == FATE_LOST ? "n’est plus attendu" : "nous est revenu"),
        "parcel_taken_back");
}

enum err
trouble_take_back(struct ctx *cx, const struct parcel *p, enum parcel_fate fate,
                  struct str reason, struct str *why)
{
    unsigned from = 1u << PARCEL_HANDED | 1u << PARCEL_DELIVERED | 1u << PARCEL_RETURNED;
    bool moved, closed;
    int64_t found;
    struct order o;
    int open;

    assert(db_in_write(cx));
    TRY(order_lock(cx, p->order_id, &o));
    TRY(trouble_kind_open(cx, p->id, &open));
    TRY(trouble_spare_of(cx, p->id, &found));
    if (open != TROUBLE_SPARE)
        return refuse(why, STR("Ce colis n’est pas en trop, ou ce cas est déjà réglé."));
    TRY(parcel_move(cx, p->id, from, state_of_fate(fate), &moved));
    if (!moved)
        return refuse(why, STR("Ce colis n’est pas revenu."));
    if (found != 0)
        TRY(bring_back(cx, &o, "the replacement came back", why));
    if (fate == FATE_BACK_FIT)
        TRY(take_back_units(cx, p, &o, found != 0));
    TRY(trouble_close(cx, p->id, OUTCOME_TAKEN_BACK, reason, 0, &closed));
    struct audit a = {.act = "parcel.take_back", .subject = "parcel", .subject_id = p->id,
                      .after = str_printf(cx->arena, "{\"state\":\"%s\",\"fit\":%s}",
                                          parcel_state_label(state_of_fate(fate)),
                                          fate == FATE_BACK_FIT ? "true" : "false"),
                      .reason = reason};
    TRY(audit_add(cx, &a));
    if (found == 0)
        return OK;
    TRY(mail_taken_back(cx, p, &o, fate));
    return found_is_kept(cx, &o, found, why);
}

enum err
trouble_note(struct ctx *cx, const struct parcel *p, struct str reason, struct str *why)
{
    bool closed;

    TRY(trouble_close(cx, p->id, OUTCOME_NOTED, reason, 0, &closed));
    if (!closed)
        return refuse(why, STR("Ce cas est déjà réglé."));
    struct audit a = {.act = "parcel.note", .subject = "parcel", .subject_id = p->id,
                      .reason = reason};
    return audit_add(cx, &a);
}

enum err
trouble_wait(struct ctx *cx, const struct parcel *p, struct str reason, struct str *why)
{
    bool closed;

    if (p->state != PARCEL_HANDED)
        return refuse(why, STR("Ce colis n’est plus en route\u00a0: décidez s’il est renvoyé ou "
                               "remboursé."));
    TRY(trouble_close(cx, p->id, OUTCOME_WAITED, reason, 0, &closed));
    if (!closed)
        return refuse(why, STR("Ce cas est déjà réglé."));
    struct audit a = {.act = "parcel.wait", .subject = "parcel", .subject_id = p->id,
                      .reason = reason};
    return audit_add(cx, &a);
}
