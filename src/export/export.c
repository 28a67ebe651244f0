/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export.c - what the files hold: their columns, and their rows in batches.
 *
 * The statement of a kind gives its key first, then the columns of its list in their order; a test
 * compares the two.
 */
#include "export/export.h"

#include "base/format.h"
#include "base/parse.h"
#include "delivery/delivery.h"
#include "order/order.h"
#include "payment/payment.h"
#include "registry/registry.h"

enum form {
    TEXT,
    WHOLE,
    CENTS,   /* 97.59 */
    BP,      /* 5.5, percent */
    INSTANT, /* Empty for 0. */
    YES,     /* true, false */
    SIREN,
    SIRET,
    ID, /* Empty for 0. */
    TERRITORY,
    BAND, /* INSEE's code of the headcount, as text. */
    ORDER_STATE,
    PARCEL_STATE,
    PAYMENT_STATE,
    REFUND_STATE,
    MOVEMENT
};

struct column {
    const char *head;
    enum form form;
};

/* The first ORDER_ANONYMOUS of them do not tell who bought: a file of their own. */
static const struct column orders[] = {
    {"order", TEXT},           {"campaign", TEXT},      {"rules_version", WHOLE},
    {"state", ORDER_STATE},    {"ordered_at", INSTANT}, {"paid_at", INSTANT},
    {"delivered_at", INSTANT}, {"units", WHOLE},        {"units_short", WHOLE},
    {"delivery_net", CENTS},   {"net", CENTS},          {"vat", CENTS},
    {"total", CENTS},          {"total_short", CENTS},  {"territory", TERRITORY},
    {"department", TEXT},      {"cohort", TEXT},        {"band", BAND},
    {"siren", SIREN},          {"siret", SIRET},        {"company", TEXT},
    {"email", TEXT},           {"to_company", TEXT},    {"to_person", TEXT},
    {"to_complement", TEXT},   {"to_street", TEXT},     {"to_special", TEXT},
    {"to_postal_code", TEXT},  {"to_city", TEXT},       {"to_phone", TEXT},
    {"to_instructions", TEXT}};
enum { ORDER_ANONYMOUS = 18 };
static const struct column lines[] = {{"order", TEXT},     {"campaign", TEXT},  {"line", WHOLE},
                                      {"good", TEXT},      {"pack", TEXT},      {"packs", WHOLE},
                                      {"units", WHOLE},    {"pack_net", CENTS}, {"net", CENTS},
                                      {"vat_percent", BP}, {"vat", CENTS},      {"pool", TEXT}};
static const struct column parcels[] = {
    {"order", TEXT},         {"campaign", TEXT},       {"nth", WHOLE},
    {"pool", TEXT},          {"carrier", TEXT},        {"product", TEXT},
    {"our_reference", TEXT}, {"number", TEXT},         {"partner_number", TEXT},
    {"grams", WHOLE},        {"state", PARCEL_STATE},  {"wave", ID},
    {"packed_at", INSTANT},  {"labelled_at", INSTANT}, {"handed_at", INSTANT},
    {"changed_at", INSTANT}, {"problem", TEXT}};
static const struct column movements[] = {
    {"movement", WHOLE}, {"at", INSTANT},  {"campaign", TEXT}, {"pool", TEXT},
    {"kind", MOVEMENT},  {"units", WHOLE}, {"order", TEXT},    {"good", TEXT},
    {"lot", TEXT},       {"account", ID},  {"reason", TEXT}};
static const struct column payments[] = {
    {"payment", WHOLE},       {"order", TEXT},       {"campaign", TEXT},
    {"provider", TEXT},       {"attempt", TEXT},     {"provider_reference", TEXT},
    {"state", PAYMENT_STATE}, {"asked", CENTS},      {"captured", CENTS},
    {"refunded", CENTS},      {"begun_at", INSTANT}, {"captured_at", INSTANT},
    {"pays_the_order", YES}};
static const struct column refunds[] = {
    {"refund", WHOLE},       {"payment", WHOLE}, {"order", TEXT},
    {"campaign", TEXT},      {"provider", TEXT}, {"provider_reference", TEXT},
    {"state", REFUND_STATE}, {"amount", CENTS},  {"begun_at", INSTANT},
    {"done_at", INSTANT},    {"tries", WHOLE},   {"cause", TEXT}};

struct kind {
    const struct column *column;
    size_t count;
    enum sql_id batch;
};

#define KIND(list, statement)                         \
    {                                                 \
        list, sizeof list / sizeof list[0], statement \
    }
static const struct kind kinds[EXPORT_KINDS] = {
    [EXPORT_ORDERS] = {orders, ORDER_ANONYMOUS, SQL_EXPORT_ORDERS},
    [EXPORT_LINES] = KIND(lines, SQL_EXPORT_LINES),
    [EXPORT_PARCELS] = KIND(parcels, SQL_EXPORT_PARCELS),
    [EXPORT_MOVEMENTS] = KIND(movements, SQL_EXPORT_MOVEMENTS),
    [EXPORT_PAYMENTS] = KIND(payments, SQL_EXPORT_PAYMENTS),
    [EXPORT_REFUNDS] = KIND(refunds, SQL_EXPORT_REFUNDS),
    [EXPORT_BUYERS] = KIND(orders, SQL_EXPORT_BUYERS),
};
_Static_assert(sizeof orders / sizeof orders[0] <= EXPORT_COLUMNS_MAX, "the widest file");

const struct export_words export_words[EXPORT_KINDS] = {
    [EXPORT_ORDERS] = {"orders", "orders.export", "Commandes",
                       "Une ligne par commande, sans l’entreprise\u00a0: état, dates, quantités, "
                       "montants, département, cohorte."},
    [EXPORT_LINES] = {"lines", "lines.export", "Lignes de commande",
                      "Une ligne par article commandé\u00a0: lot, quantité, prix, TVA, entrepôt."},
    [EXPORT_PARCELS] = {"parcels", "parcels.export", "Colis",
                        "Une ligne par colis\u00a0: numéro, transporteur, poids, état, dates."},
    [EXPORT_MOVEMENTS] = {"movements", "movements.export", "Mouvements de stock",
                          "Une ligne par mouvement\u00a0: réception, réservation, vente, retour, "
                          "quarantaine, transfert."},
    [EXPORT_PAYMENTS] = {"payments", "payments.export", "Paiements",
                         "Une ligne par tentative de paiement\u00a0: état, montant encaissé, "
                         "montant rendu, référence du prestataire."},
    [EXPORT_REFUNDS] = {"refunds", "refunds.export", "Remboursements",
                        "Une ligne par remboursement\u00a0: montant, état, cause."},
    [EXPORT_BUYERS] = {"buyers", "buyers.export", "Commandes avec l’acheteur",
                       "Une ligne par commande, avec SIREN, SIRET, nom, adresse e-mail et "
                       "adresse de livraison."},
};

bool
export_by_name(struct str name, enum export_kind *out)
{
    for (int k = 0; k < EXPORT_KINDS; k++) {
        if (str_is(name, export_words[k].name)) {
            *out = (enum export_kind)k;
            return true;
        }
    }
    return false;
}

size_t
export_heads(enum export_kind kind, const char *heads[EXPORT_COLUMNS_MAX])
{
    for (size_t i = 0; i < kinds[kind].count; i++)
        heads[i] = kinds[kind].column[i].head;
    return kinds[kind].count;
}

/* ---- one field ---- */

static const char *
code_of(enum form form, int64_t n)
{
    switch (form) {
    case ORDER_STATE:
        return order_state_code((enum order_state)n);
    case PARCEL_STATE:
        return parcel_state_code((enum parcel_state)n);
    case PAYMENT_STATE:
        return payment_state_code((enum payment_state)n);
    case REFUND_STATE:
        return refund_state_code(n);
    case MOVEMENT:
        return movement_code((enum movement)n);
    case BAND:
        return band_code((enum band)n);
    default:
        return territory_code((enum territory)n);
    }
}

/* n / 100 with two decimals, or as few as there are. */
static void
put_hundredths(struct buf *out, int64_t n, bool both, char point)
{
    int64_t rest = n < 0 ? -(n % 100) : n % 100;

    if (n < 0 && n > -100)
        buf_byte(out, '-');
    buf_i64(out, n / 100);
    if (!both && rest == 0)
        return;
    buf_byte(out, point);
    buf_byte(out, (char)('0' + rest / 10));
    if (both || rest % 10 != 0)
        buf_byte(out, (char)('0' + rest % 10));
}

static void
put_padded(struct buf *out, int64_t n, int digits)
{
    char text[20];

    for (int i = digits; i > 0; i--, n /= 10)
        text[i - 1] = (char)('0' + n % 10);
    buf_put(out, text, (size_t)digits);
}

static void
put_number(struct csv_file *f, enum form form, int64_t n)
{
    char point = f->kind == CSV_FRENCH ? ',' : '.';
    struct buf *out = f->out;
    struct short_str at;

    switch (form) {
    case CENTS:
        put_hundredths(out, n, true, point);
        return;
    case BP:
        put_hundredths(out, n, false, point);
        return;
    case INSTANT:
        if (n == 0)
            return;
        at = fmt_iso(n);
        buf_z(out, at.z);
        return;
    case YES:
        buf_z(out, n != 0 ? "true" : "false");
        return;
    case SIREN:
        put_padded(out, n, 9);
        return;
    case SIRET:
        put_padded(out, n, 14);
        return;
    case WHOLE:
    case ID:
        if (form == WHOLE || n != 0)
            buf_i64(out, n);
        return;
    default:
        buf_z(out, code_of(form, n));
    }
}

/* ---- batches ---- */

struct batch {
    const struct kind *kind;
    struct csv_file *file;
    int64_t key;
    int64_t rows;
};

static enum err
batch_row(void *arg, const struct db_value *cell, size_t cols)
{
    struct batch *b = arg;
    const struct kind *k = b->kind;

    assert(cols == 1 + k->count);
    for (size_t i = 0; i < k->count; i++) {
        const struct db_value *v = &cell[1 + i];

        if (k->column[i].form == TEXT) {
            csv_put_after(b->file->out, i == 0 ? '\0' : b->file->sep, v->s);
            continue;
        }
        if (i > 0)
            buf_byte(b->file->out, b->file->sep);
        put_number(b->file, k->column[i].form, v->i);
    }
    csv_file_row(b->file);
    b->key = cell[0].i;
    b->rows++;
    return OK;
}

enum err
export_write(struct ctx *cx, const struct export_ask *ask, struct csv_file *f)
{
    struct batch b = {.kind = &kinds[ask->kind], .file = f};

    if (f->rows > 0)
        return ERR_BUSY; /* Run again after a lost connection: what was sent stays sent. */
    do {
        b.rows = 0;
        TRY(db_each(cx, b.kind->batch, batch_row, &b, db_int(ask->organiser_id),
                    db_int(ask->campaign_id), db_int(ask->from_ms), db_int(ask->to_ms),
                    db_int(b.key)));
        TRY(csv_file_pass(f));
    } while (b.rows >= CSV_BATCH_ROWS); /* Lines: an order has one at least. */
    return OK;
}

/* ---- what was taken ---- */

enum err
export_begin(struct ctx *cx, const struct export_ask *ask, int64_t *id)
{
    struct db_rows rows;

    assert((ask->kind == EXPORT_BUYERS) == (ask->grant_id != 0) || cx->actor.account_id == 0);
    TRY(db_run(cx, SQL_EXPORT_BEGIN, &rows, db_int(ask->organiser_id), db_int(cx->actor.account_id),
               db_str(str_of(export_words[ask->kind].name)), db_int(ask->campaign_id),
               db_int(ask->from_ms), db_int(ask->to_ms), db_int_or_null(ask->grant_id),
               db_int(cx->now_ms)));
    *id = row_int(&rows, 0, 0);
    return OK;
}

enum err
export_end(struct ctx *cx, int64_t id, const struct csv_file *f, bool whole)
{
    struct str digest = whole ? hex_str(cx->arena, f->digest, sizeof f->digest) : STR("");

    return db_run(cx, SQL_EXPORT_END, NULL, db_int(id), db_int(whole ? EXPORT_WHOLE : EXPORT_CUT),
                  db_int(f->rows), db_int(f->bytes), db_str(digest),
                  db_int(db_now_ms(cx->app->pool))); /* Not when it began. */
}

enum err
export_done_list(struct ctx *cx, int64_t before_id, struct export_done_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_EXPORT_DONE, &rows, db_int(cx->actor.organiser_id),
               db_int(before_id == 0 ? INT64_MAX : before_id)));
    out->count = rows.count;
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct export_done);
    for (size_t r = 0; r < rows.count; r++) {
        struct export_done *d = &out->item[r];

        *d = (struct export_done){.id = row_int(&rows, r, 0),
                                  .email = row_str(&rows, r, 1),
                                  .campaign = row_str(&rows, r, 3),
                                  .from_ms = row_int(&rows, r, 4),
                                  .to_ms = row_int(&rows, r, 5),
                                  .state = (enum export_state)row_int(&rows, r, 6),
                                  .begun_ms = row_int(&rows, r, 7),
                                  .ended_ms = row_int(&rows, r, 8),
                                  .rows = row_int(&rows, r, 9),
                                  .bytes = row_int(&rows, r, 10),
                                  .sha256 = row_str(&rows, r, 11)};
        if (!export_by_name(row_str(&rows, r, 2), &d->kind))
            return ERR_FAULT;
    }
    return OK;
}

enum err
export_grant_list(struct ctx *cx, struct export_grant_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_EXPORT_GRANTS, &rows, db_int(cx->actor.account_id),
               db_int(cx->actor.organiser_id), db_int(cx->now_ms)));
    out->count = rows.count;
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct export_grant);
    for (size_t r = 0; r < rows.count; r++)
        out->item[r] = (struct export_grant){.ask = {.organiser_id = cx->actor.organiser_id,
                                                     .kind = EXPORT_BUYERS,
                                                     .campaign_id = row_int(&rows, r, 1),
                                                     .from_ms = row_int(&rows, r, 2),
                                                     .to_ms = row_int(&rows, r, 3),
                                                     .grant_id = row_int(&rows, r, 0)},
                                             .expires_ms = row_int(&rows, r, 4),
                                             .campaign = row_str(&rows, r, 5)};
    return OK;
}
