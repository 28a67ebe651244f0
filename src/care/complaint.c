/* SPDX-License-Identifier: Apache-2.0 */
/* complaint.c - see complaint.h. */
#include "care/complaint.h"

#include "care/trouble_decide.h"
#include "staff/staff.h"
#include "track/track_mail.h"

enum { SIDE_BUYER = 1, SIDE_ORGANISER };

const char *
complaint_kind_label(enum complaint_kind k)
{
    static const char *const labels[] = {"", "Colis non reçu", "Colis ou produits abîmés",
                                         "Il manque des lots", "Produits différents"};

    return labels[k];
}

const char *
complaint_state_label(enum complaint_state s)
{
    static const char *const labels[] = {"", "À traiter", "Réponse donnée", "Acceptée",
                                         "Refusée"};

    return labels[s];
}

enum err
complaint_possible(struct ctx *cx, const struct order *o, bool *out)
{
    struct parcel_list parcels;

    *out = (o->state == ORDER_HANDED || o->state == ORDER_DELIVERED ||
            o->state == ORDER_RETURNED) &&
           o->forgotten_ms == 0;
    if (o->state != ORDER_PREPARING || o->forgotten_ms != 0)
        return OK;
    /* The first parcel of several may be there, or lost, while the others wait. */
    TRY(parcel_of_order(cx, o->id, &parcels));
    for (size_t i = 0; i < parcels.count; i++)
        *out = *out || parcels.item[i].handed_ms > 0;
    return OK;
}

static struct complaint_list
from_rows(struct ctx *cx, const struct db_rows *rows)
{
    struct complaint_list list = {ARENA_ARRAY(cx->arena, rows->count + 1, struct complaint),
                                  rows->count};

    for (size_t r = 0; r < rows->count; r++)
        list.item[r] = (struct complaint){
            .id = row_int(rows, r, 0),
            .order_id = row_int(rows, r, 1),
            .siren = row_int(rows, r, 2),
            .kind = (enum complaint_kind)row_int(rows, r, 3),
            .state = (enum complaint_state)row_int(rows, r, 4),
            .outcome = (enum complaint_outcome)row_int(rows, r, 5),
            .reopened = row_int(rows, r, 6) != 0,
            .account_id = row_int(rows, r, 7),
            .created_ms = row_int(rows, r, 8),
            .changed_ms = row_int(rows, r, 9),
            .order_ref = row_str(rows, r, 10),
            .company = row_str(rows, r, 11),
        };
    return list;
}

enum err
complaint_of_order(struct ctx *cx, int64_t order_id, struct complaint_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_COMPLAINT_OF_ORDER, &rows, db_int(order_id)));
    *out = from_rows(cx, &rows);
    return OK;
}

enum err
complaint_messages(struct ctx *cx, int64_t id, struct complaint_message_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_COMPLAINT_MESSAGES, &rows, db_int(id)));
    out->item = ARENA_ARRAY(cx->arena, rows.count + 1, struct complaint_message);
    out->count = rows.count;
    for (size_t r = 0; r < rows.count; r++)
        out->item[r] = (struct complaint_message){
            row_int(&rows, r, 3), row_int(&rows, r, 0) == SIDE_BUYER, row_str(&rows, r, 1),
            row_int(&rows, r, 2)};
    return OK;
}

enum err
complaint_photos(struct ctx *cx, int64_t id, struct complaint_photo_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_COMPLAINT_PHOTOS, &rows, db_int(id)));
    out->item = ARENA_ARRAY(cx->arena, rows.count + 1, struct complaint_photo);
    out->count = rows.count;
    for (size_t r = 0; r < rows.count; r++)
        out->item[r] = (struct complaint_photo){row_int(&rows, r, 0), row_int(&rows, r, 3),
                                                (int)row_int(&rows, r, 1),
                                                (int)row_int(&rows, r, 2)};
    return OK;
}

static enum err
message(struct ctx *cx, int64_t id, int side, struct str text, const struct photo *photos,
        int count)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_COMPLAINT_MESSAGE_ADD, &rows, db_int(id), db_int(side),
               db_int(cx->actor.account_id), db_str(text), db_int(cx->now_ms)));
    for (int i = 0; i < count; i++)
        TRY(db_run(cx, SQL_COMPLAINT_PHOTO_ADD, NULL, db_int(id), db_str(str_of(photos[i].type)),
                   db_int(photos[i].width), db_int(photos[i].height),
                   db_blob(photos[i].bytes.ptr, photos[i].bytes.len),
                   db_int(row_int(&rows, 0, 0))));
    return OK;
}

static enum err
mail_buyer(struct ctx *cx, const struct order *o, const char *subject, struct str text,
           const char *cause)
{
    return track_mail_page(cx, o, subject, text, "Voir la réclamation", "/reclamation", cause);
}

enum err
complaint_open(struct ctx *cx, const struct order *o, enum complaint_kind kind, struct str text,
               const struct photo *photos, int count)
{
    struct complaint_list past;
    struct db_rows rows;
    bool possible;

    TRY(complaint_of_order(cx, o->id, &past));
    TRY(complaint_possible(cx, o, &possible));
    if (!possible || past.count >= COMPLAINTS_PER_ORDER)
        return ERR_CONFLICT;
    TRY(db_run(cx, SQL_COMPLAINT_ADD, &rows, db_int(o->id), db_int(kind),
               db_int(cx->actor.account_id), db_int(cx->now_ms)));
    if (rows.count == 0)
        return ERR_CONFLICT;
    TRY(message(cx, row_int(&rows, 0, 0), SIDE_BUYER, text, photos, count));
    return mail_buyer(
        cx, o, "Votre réclamation est reçue",
        str_printf(cx->arena,
                   "Nous avons reçu votre réclamation sur la commande %.*s (%s). Une personne "
                   "l’examine et vous écrit. Vous n’avez rien d’autre à faire\u00a0; gardez les "
                   "produits et l’emballage jusque-là.",
                   STR_FMT(o->ref), complaint_kind_label(kind)),
        "complaint_open");
}

static enum err
set(struct ctx *cx, const struct complaint *c, enum complaint_state to,
    enum complaint_outcome outcome, bool reopened)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_COMPLAINT_SET, &rows, db_int(c->id), db_int(c->state), db_int(to),
               db_int(outcome), db_int(reopened), db_int(cx->now_ms)));
    return rows.changed == 1 ? OK : ERR_CONFLICT;
}

enum err
complaint_reply(struct ctx *cx, const struct complaint *c, struct str text,
                const struct photo *photos, int count)
{
    struct complaint_photo_list sent;
    struct complaint_list all;

    if (c->state == COMPLAINT_ACCEPTED || (c->state == COMPLAINT_REFUSED && c->reopened))
        return ERR_CONFLICT;
    if (c->state == COMPLAINT_REFUSED) { /* Only when no other was opened since. */
        TRY(complaint_of_order(cx, c->order_id, &all));
        if (all.item[all.count - 1].id != c->id)
            return ERR_CONFLICT;
    }
    TRY(complaint_photos(cx, c->id, &sent));
    if (sent.count + (size_t)count > COMPLAINT_PHOTOS_ALL)
        return ERR_LIMIT;
    TRY(set(cx, c, COMPLAINT_OPEN, GRANT_NONE, c->reopened || c->state == COMPLAINT_REFUSED));
    return message(cx, c->id, SIDE_BUYER, text, photos, count);
}

enum err
complaint_queue(struct ctx *cx, enum complaint_state s, int64_t after_ms, int64_t after_id,
                struct complaint_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_COMPLAINT_QUEUE, &rows, db_int(cx->actor.organiser_id), db_int(s),
               db_int(after_ms), db_int(after_id), db_int(COMPLAINT_PAGE + 1)));
    *out = from_rows(cx, &rows);
    return OK;
}

enum err
complaint_search(struct ctx *cx, struct str order_ref, struct complaint_list *out)
{
    struct db_rows rows;
    int64_t order;

    TRY(order_id_of_ref(cx, order_ref, &order));
    TRY(db_run(cx, SQL_COMPLAINT_SEARCH, &rows, db_int(order), db_str(order_ref),
               db_int(cx->actor.organiser_id)));
    *out = from_rows(cx, &rows);
    return OK;
}

enum err
complaint_counts(struct ctx *cx, int64_t by_state[COMPLAINT_REFUSED + 1])
{
    struct db_rows rows;

    for (int s = 0; s <= COMPLAINT_REFUSED; s++)
        by_state[s] = 0;
    TRY(db_run(cx, SQL_COMPLAINT_COUNTS, &rows, db_int(cx->actor.organiser_id)));
    for (size_t r = 0; r < rows.count; r++)
        by_state[row_int(&rows, r, 0)] = row_int(&rows, r, 1);
    return OK;
}

enum err
complaint_find(struct ctx *cx, int64_t id, struct complaint *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_COMPLAINT_FIND, &rows, db_int(id), db_int(cx->actor.organiser_id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = from_rows(cx, &rows).item[0];
    return OK;
}

/* ---- deciding ---- */

static enum err
refuse(struct str *why, struct str text)
{
    *why = text;
    return ERR_CONFLICT;
}

/* What stock and money note of it. The answer itself is a letter to a person: it stands with the
 * complaint alone, which can be emptied. */
static struct str
grant_reason(struct ctx *cx, const struct complaint *c)
{
    return str_printf(cx->arena, "Réclamation n° %lld acceptée.", (long long)c->id);
}

static enum err
grant_parcel(struct ctx *cx, const struct complaint *c, const struct complaint_decision *d,
             struct str *why)
{
    enum parcel_fate fate = c->kind == COMPLAINT_MISSING ? FATE_LOST : FATE_BROKEN;
    struct parcel p;

    if (parcel_of_actor(cx, d->parcel_id, &p) != OK || p.order_id != c->order_id)
        return refuse(why, STR("Choisissez un colis de cette commande."));
    return d->outcome == GRANT_AGAIN ? trouble_send_again(cx, &p, fate, grant_reason(cx, c), why)
                                     : trouble_give_back(cx, &p, fate, grant_reason(cx, c), why);
}

static enum err
grant_part(struct ctx *cx, const struct complaint *c, const struct complaint_decision *d,
           struct str *why)
{
    struct shortage_list gone;
    struct order o;
    int64_t left;

    TRY(order_lock(cx, c->order_id, &o));
    if (o.state != ORDER_HANDED && o.state != ORDER_DELIVERED)
        return refuse(why, STR("Une partie de la commande n’est pas encore partie. Renvoyez ou "
                               "remboursez plutôt le colis en cause."));
    if (d->line < 0 || d->line >= o.line_count)
        return refuse(why, STR("Choisissez un produit de cette commande."));
    left = o.line[d->line].packs;
    TRY(shortage_of_order(cx, o.id, &gone));
    for (size_t i = 0; i < gone.count; i++)
        if (gone.item[i].line == d->line)
            left -= gone.item[i].packs;
    if (d->packs < 1 || d->packs > left)
        return refuse(why, str_printf(cx->arena, "Il reste %lld lots de ce produit à rembourser "
                                                 "au plus.", (long long)left));
    enum err e = order_give_back_part(cx, &o, d->line, d->packs, MOVE_SPOIL, 0,
                                      grant_reason(cx, c));
    return e == ERR_CONFLICT ? refuse(why, TROUBLE_PAID_OUT) : e;
}

static enum err
tell(struct ctx *cx, const struct complaint *c, const struct complaint_decision *d)
{
    static const char *const said[] = {"Nous avons répondu à votre réclamation",
                                       "Votre réclamation est acceptée",
                                       "Votre réclamation n’est pas acceptée"};
    static const char *const grants[] = {"", " Le colis vous est renvoyé, sans frais.",
                                         " Ce que contenait le colis vous est remboursé.",
                                         " Les lots en cause vous sont remboursés."};
    const char *what = said[d->to - COMPLAINT_ANSWERED];
    struct order o;

    TRY(order_by_id(cx, c->order_id, &o));
    return mail_buyer(
        cx, &o, what,
        str_printf(cx->arena, "%s.%s\n\n%.*s%s", what, grants[d->outcome], STR_FMT(d->text),
                   d->to == COMPLAINT_ANSWERED
                       ? "\n\nPour répondre ou envoyer une photo, ouvrez la page de la réclamation."
                   : d->to == COMPLAINT_REFUSED && !c->reopened
                       ? "\n\nVous pouvez contester ce refus une fois, depuis la page de la "
                         "réclamation."
                       : ""),
        "complaint_decided");
}

enum err
complaint_decide(struct ctx *cx, const struct complaint *c, const struct complaint_decision *d,
                 struct str *why)
{
    static const char *const acts[] = {"", "", "complaint.answer", "complaint.accept",
                                       "complaint.refuse"};

    assert(db_in_write(cx));
    if (c->state != COMPLAINT_OPEN && c->state != COMPLAINT_ANSWERED)
        return refuse(why, STR("Cette réclamation est déjà décidée."));
    if (d->outcome == GRANT_AGAIN || d->outcome == GRANT_REFUND)
        TRY(grant_parcel(cx, c, d, why));
    else if (d->outcome == GRANT_PART)
        TRY(grant_part(cx, c, d, why));
    enum err e = set(cx, c, d->to, d->outcome, c->reopened);
    if (e == ERR_CONFLICT)
        return refuse(why, STR("Quelqu’un d’autre vient de traiter cette réclamation."));
    TRY(e);
    TRY(message(cx, c->id, SIDE_ORGANISER, d->text, NULL, 0));
    struct audit a = {
        .act = acts[d->to], .subject = "complaint", .subject_id = c->id,
        .before = str_printf(cx->arena, "{\"state\":%d}", (int)c->state),
        .after = str_printf(cx->arena, "{\"state\":%d,\"outcome\":%d}", (int)d->to,
                            (int)d->outcome),
    };
    TRY(audit_add(cx, &a));
    return tell(cx, c, d);
}
