/* SPDX-License-Identifier: Apache-2.0 */
/* payment_care.c - see payment_care.h. */
#include "payment/payment_care.h"

#include "http/server.h"
#include "job/job.h"
#include "staff/staff.h"

static const struct alarm_kind kinds[] = {
    {"capture_differs", "Autre montant payé",
     "La banque a encaissé un autre montant que celui de la commande, ou une autre devise. Le "
     "paiement est rendu en entier et la commande n’est pas payée.",
     "Vérifiez que le remboursement est fait. Si cela se répète, faites vérifier les réglages de "
     "la boutique chez le prestataire."},
    {"second_capture", "Second paiement de la même commande",
     "La commande est payée deux fois. Elle garde le premier paiement, le second est rendu en "
     "entier.",
     "Vérifiez que le remboursement est fait\u00a0; il n’y a rien d’autre à faire."},
    {"capture_without_money", "Encaissement sans montant",
     "Le prestataire annonce un encaissement sans montant ou sans référence. Rien n’est changé "
     "ici.",
     "Cherchez la transaction dans l’espace du prestataire et demandez-lui ce qu’il en est."},
    {"refund_exceeds_payment", "Remboursement supérieur au paiement",
     "Le prestataire annonce avoir rendu plus que ce qui a été payé. Rien n’est changé ici.",
     "Comparez avec l’espace du prestataire, puis signalez-lui l’écart."},
    {"refund_from_outside", "Remboursement fait chez le prestataire",
     "Quelqu’un a remboursé dans l’espace du prestataire. C’est repris ici avec son avoir\u00a0; "
     "si tout est rendu, la commande est close.",
     "Vérifiez qu’il était voulu. Remboursez plutôt d’ici\u00a0: le motif y est gardé."},
    {"refund_failed", "Remboursement rejeté",
     "La banque a rejeté le remboursement, parfois après l’avoir accepté. Un nouveau est tenté une "
     "heure plus tard.",
     "S’il est rejeté encore, demandez un RIB à l’entreprise, faites un virement et notez-le sur "
     "la page du remboursement."},
    {"refund_late", "Remboursement en attente depuis 24 heures",
     "Le prestataire n’a pas confirmé le remboursement. Il continue d’être demandé.",
     "Ouvrez le remboursement\u00a0: la réponse du prestataire dit pourquoi. Au besoin, faites un "
     "virement et notez-le."},
    {"payment_disputed", "Paiement contesté",
     "La banque du client a repris la somme, ou la contestation est perdue. La commande est "
     "suspendue\u00a0; ni stock ni droits ne sont libérés.",
     "Répondez dans l’espace du prestataire avant la date limite, avec la preuve de remise du "
     "transporteur. Perdue, la somme se passe à la main en comptabilité."},
    {"disputed_and_refunded", "Paiement contesté et remboursé",
     "La banque du client conteste un paiement que nous remboursons ou avons remboursé : la "
     "somme peut partir deux fois.",
     "Répondez dans l’espace du prestataire avant la date limite, avec la preuve du "
     "remboursement."},
    {"dispute_won", "Contestation gagnée",
     "La somme est de nouveau à vous. La commande reprend où elle en était.",
     "Rien à faire, sinon vérifier que la commande est bien partie."},
    {"news_not_ours", "Notification d’une autre boutique",
     "Une notification signée de votre clé vient d’une autre boutique, d’un autre site ou du mode "
     "test. Elle est gardée, pas appliquée.",
     "Si plusieurs sites partagent la boutique, classez. Sinon, faites vérifier l’adresse de "
     "notification chez le prestataire."},
    {"news_of_another_order", "Notification contradictoire",
     "Une notification désigne un paiement connu et une autre commande que la sienne. Elle est "
     "gardée, pas appliquée.",
     "Comparez les deux références dans l’espace du prestataire et signalez-lui l’erreur."},
    {"payment_news_given_up", "Notification sans paiement",
     "Aucun paiement d’ici ne correspond après 24 heures, et le prestataire ne confirme rien.",
     "Cherchez la transaction dans l’espace du prestataire\u00a0: elle vient peut-être d’un autre "
     "site. Si de l’argent est là, remboursez-le depuis cet espace."},
};

const struct alarm_kind *
alarm_kind_of(struct str what)
{
    static const struct alarm_kind other = {
        "", "Anomalie de paiement",
        "Le journal du serveur dit ce qui s’est passé.",
        "Prévenez le service technique avec la référence ci-dessus."};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (str_is(what, kinds[i].what))
            return &kinds[i];
    return &other;
}

/* ---- alarms ---- */

enum err
alarm_put(struct ctx *cx, const char *what, const struct payment_news *n, int64_t payment_id)
{
    struct str ref = n->refund_ref.len > 0 ? n->refund_ref : n->ref;

    log_error(cx->log, what, LOG_INT("payment", payment_id), LOG_STR("order", n->order_ref),
              LOG_STR("ref", ref), LOG_STR("word", n->word), LOG_INT("cents", n->amount_cents));
    metric_add("payment_alarms", 1);
    return db_run(cx, SQL_ALARM_INSERT, NULL, db_str(str_of(what)), db_int(payment_id),
                  db_str(n->order_ref), db_str(ref), db_int(n->amount_cents), db_int(cx->now_ms));
}

static struct alarm
alarm_from_row(const struct db_rows *rows, size_t r)
{
    return (struct alarm){
        .id = row_int(rows, r, 0),
        .what = row_str(rows, r, 1),
        .payment_id = row_int(rows, r, 2),
        .order_ref = row_str(rows, r, 3),
        .ref = row_str(rows, r, 4),
        .cents = row_int(rows, r, 5),
        .at_ms = row_int(rows, r, 6),
        .handled_ms = row_int(rows, r, 7),
        .handled_by = row_str(rows, r, 8),
        .note = row_str(rows, r, 9),
        .state = (enum payment_state)row_int(rows, r, 10),
    };
}

enum err
alarm_list_open(struct ctx *cx, int64_t before_id, struct alarm_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ALARM_OPEN, &rows, db_int(cx->actor.organiser_id), db_int(before_id)));
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct alarm);
    out->count = rows.count;
    for (size_t r = 0; r < rows.count; r++)
        out->item[r] = alarm_from_row(&rows, r);
    return OK;
}

enum err
alarm_find(struct ctx *cx, int64_t id, struct alarm *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ALARM_GET, &rows, db_int(id), db_int(cx->actor.organiser_id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = alarm_from_row(&rows, 0);
    return OK;
}

enum err
alarm_handle(struct ctx *cx, int64_t id, struct str note, bool *moved)
{
    struct alarm a;
    struct db_rows rows;

    assert(db_in_write(cx));
    TRY(alarm_find(cx, id, &a));
    TRY(db_run(cx, SQL_ALARM_HANDLE, &rows, db_int(id), db_int(cx->actor.organiser_id),
               db_int(cx->now_ms), db_int(cx->actor.account_id), db_str(note)));
    *moved = rows.changed > 0;
    if (!*moved)
        return OK;
    return audit_add(cx, &(struct audit){
                             .act = "payment.alarm_handle",
                             .subject = "payment",
                             .subject_id = a.payment_id,
                             .after = str_printf(cx->arena, "{\"alarm\":%lld,\"what\":\"%.*s\"}",
                                                 (long long)id, STR_FMT(a.what)),
                             .reason = note,
                         });
}

enum err
payment_waiting(struct ctx *cx, int64_t *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_ALARM_COUNT, &rows, db_int(cx->actor.organiser_id)));
    *out = row_int(&rows, 0, 0);
    return OK;
}

/* ---- refunds ---- */

static struct waiting_refund
waiting_from_row(const struct db_rows *rows, size_t r)
{
    return (struct waiting_refund){
        .id = row_int(rows, r, 0),
        .payment_id = row_int(rows, r, 1),
        .cents = row_int(rows, r, 2),
        .created_ms = row_int(rows, r, 3),
        .tries = row_int(rows, r, 4),
        .next_ms = row_int(rows, r, 5),
        .problem = row_str(rows, r, 6),
        .order_ref = row_str(rows, r, 7),
        .provider = row_str(rows, r, 8),
        .provider_ref = row_str(rows, r, 9),
        .open = row_int(rows, r, 10) == REFUND_DUE || row_int(rows, r, 10) == REFUND_SENT,
        .cause = row_str(rows, r, 11),
    };
}

enum err
refund_list_waiting(struct ctx *cx, struct waiting_refund_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_REFUND_WAITING, &rows, db_int(cx->actor.organiser_id)));
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct waiting_refund);
    out->count = rows.count;
    for (size_t r = 0; r < rows.count; r++)
        out->item[r] = waiting_from_row(&rows, r);
    return OK;
}

enum err
refund_find_waiting(struct ctx *cx, int64_t id, struct waiting_refund *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_REFUND_WAITING_ONE, &rows, db_int(id), db_int(cx->actor.organiser_id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = waiting_from_row(&rows, 0);
    return OK;
}

enum err
refund_again(struct ctx *cx, int64_t id)
{
    struct waiting_refund r;

    assert(db_in_write(cx));
    TRY(refund_find_waiting(cx, id, &r));
    if (!r.open)
        return ERR_CONFLICT;
    TRY(db_run(cx, SQL_REFUND_TRY_NOW, NULL, db_int(id), db_int(cx->now_ms)));
    return job_add_once(cx, JOB_PAYMENT_REFUND, id, STR_NONE, 0);
}

enum err
refund_by_hand(struct ctx *cx, int64_t id, struct str reference, struct str reason)
{
    struct waiting_refund r;
    enum applied what;

    assert(db_in_write(cx));
    TRY(refund_find_waiting(cx, id, &r));
    if (!r.open)
        return ERR_CONFLICT;
    const struct provider *pv = provider_by_name(r.provider);
    assert(pv != NULL);
    /* The same road as the provider's own confirmation. */
    struct payment_news n = {
        .kind = NEWS_REFUND_DONE,
        .attempt_id = r.payment_id,
        .order_ref = r.order_ref,
        .ref = r.provider_ref,
        .refund_ref = str_printf(cx->arena, "transfer:%lld:%.*s", (long long)id,
                                 STR_FMT(reference)),
        .amount_cents = r.cents,
        .euros = true,
        .asked = true,
        .word = STR("by hand"),
    };
    TRY(payment_apply(cx, pv, &n, STR_NONE, 0, &what));
    if (what != NEWS_APPLIED)
        return ERR_CONFLICT;
    return audit_add(cx, &(struct audit){
                             .act = "payment.refund_by_hand",
                             .subject = "payment",
                             .subject_id = r.payment_id,
                             .after = str_printf(cx->arena, "{\"refund\":%lld,\"cents\":%lld}",
                                                 (long long)id, (long long)r.cents),
                             .reason = reason,
                         });
}

/* ---- parked notifications ---- */

/* What the notification says, read again from its bytes. */
static void
event_words(struct ctx *cx, const struct db_rows *rows, size_t r, struct parked_event *e)
{
    const struct provider *pv = provider_by_name(e->provider);
    struct news_list *list = ARENA_NEW(cx->arena, struct news_list);
    const char *why;

    if (pv == NULL || pv->parse(cx, row_str(rows, r, 7), list, &why) != OK)
        return;
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->item[i].event_key, row_str(rows, r, 2))) {
            e->cents = list->item[i].amount_cents;
            e->ref = list->item[i].ref;
            e->word = list->item[i].word;
        }
}

enum err
event_list_parked(struct ctx *cx, struct parked_event_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_EVENT_PARKED, &rows, db_int(cx->actor.organiser_id)));
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct parked_event);
    out->count = rows.count;
    for (size_t r = 0; r < rows.count; r++) {
        out->item[r] = (struct parked_event){
            .id = row_int(&rows, r, 0),
            .provider = row_str(&rows, r, 1),
            .order_ref = row_str(&rows, r, 3),
            .received_ms = row_int(&rows, r, 4),
            .tries = row_int(&rows, r, 5),
            .next_ms = row_int(&rows, r, 6),
        };
        event_words(cx, &rows, r, &out->item[r]);
    }
    return OK;
}

enum err
event_again(struct ctx *cx, int64_t id)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_EVENT_TRY_NOW, &rows, db_int(id), db_int(cx->now_ms)));
    return rows.changed == 0 ? OK : job_add_once(cx, JOB_PAYMENT_PARKED, id, STR_NONE, 0);
}
