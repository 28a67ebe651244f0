/* SPDX-License-Identifier: Apache-2.0 */
/* settle.c - settlement files as they are kept: drafts, results, what a person did; see settle.h.
 * The comparison itself is in settle_run.c. */
#include "invoice/settle.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/parse.h"
#include "job/job.h"
#include "json/json.h"
#include "staff/staff.h"

static const struct {
    const char *code, *text, *advice;
} kinds[] = {
    [SETTLE_UNKNOWN] = {"unknown", "Transaction inconnue",
                        "Cherchez-la dans l’espace du prestataire\u00a0: elle vient peut-être d’un "
                        "autre site de la même boutique. Sinon, demandez-lui à quoi elle "
                        "correspond."},
    [SETTLE_AMOUNT] = {"amount", "Autre montant",
                       "Comparez avec l’espace du prestataire\u00a0: une capture ou un "
                       "remboursement partiels faits là-bas expliquent souvent l’écart."},
    [SETTLE_REPEATED] = {"repeated", "Ligne répétée dans le fichier",
                         "Vérifiez à la banque que ce montant n’est versé qu’une fois\u00a0; versé "
                         "deux fois, signalez-le au prestataire."},
    [SETTLE_EARLIER] = {"earlier", "Déjà dans un relevé précédent",
                        "Si les deux relevés se recouvrent, il n’y a rien à faire. Si la banque a "
                        "reçu deux fois ce montant, signalez-le au prestataire."},
    [SETTLE_UNREADABLE] = {"unreadable", "Ligne illisible",
                           "Rapprochez cette ligne à la main, ou corrigez-la et déposez un fichier "
                           "qui ne porte qu’elle."},
    [SETTLE_CURRENCY] = {"currency", "Autre devise que l’euro",
                         "Toutes les ventes sont en euros\u00a0: demandez au prestataire d’où "
                         "vient cette ligne."},
    [SETTLE_MISSING] = {"missing", "Paiement absent du relevé",
                        "Attendez le relevé suivant, qui le portera peut-être. S’il n’y est pas, "
                        "demandez au prestataire quand il le verse."},
    [SETTLE_DISPUTE] = {"dispute", "Contestation",
                        "La banque du client a repris ou rendu cette somme\u00a0: répondez dans "
                        "l’espace du prestataire avec la preuve de livraison."},
};

const char *
settle_kind_code(enum settle_kind k)
{
    assert(k >= SETTLE_UNKNOWN && k <= SETTLE_DISPUTE);
    return kinds[k].code;
}

const char *
settle_kind_text(enum settle_kind k)
{
    assert(k >= SETTLE_UNKNOWN && k <= SETTLE_DISPUTE);
    return kinds[k].text;
}

const char *
settle_kind_advice(enum settle_kind k)
{
    assert(k >= SETTLE_UNKNOWN && k <= SETTLE_DISPUTE);
    return kinds[k].advice;
}

/* ---- drafts ---- */

struct adding {
    struct str name, bytes, digest;
    int64_t lines, fees_cents, id;
    bool known;
};

static enum err
add_unit(struct ctx *cx, void *arg)
{
    struct adding *n = arg;
    struct db_rows rows;

    TRY(db_run(cx, SQL_SETTLE_INSERT, &rows, db_int(cx->actor.organiser_id), db_str(n->digest),
               db_str(n->name), db_int(n->lines), db_int(n->fees_cents), db_int(cx->now_ms),
               db_int(cx->actor.account_id)));
    n->known = rows.count == 0;
    if (n->known) {
        TRY(db_run(cx, SQL_SETTLE_FIND_DIGEST, &rows, db_int(cx->actor.organiser_id),
                   db_str(n->digest)));
        if (rows.count == 0)
            return ERR_BUSY; /* Thrown away this very moment. */
        n->id = row_int(&rows, 0, 0);
        return OK;
    }
    n->id = row_int(&rows, 0, 0);
    return db_run(cx, SQL_SETTLE_FILE_INSERT, NULL, db_int(n->id),
                  db_blob(n->bytes.ptr, n->bytes.len));
}

enum err
settle_add(struct ctx *cx, struct str name, struct str bytes, int64_t *id, bool *known,
           struct str *why)
{
    unsigned char hash[SHA256_BYTES];
    struct adding n = {.name = name, .bytes = bytes};
    struct settle_file f;

    TRY(settle_parse(cx->arena, bytes, cx->app->conf->settle_columns, &f, why));
    n.lines = (int64_t)(f.count + f.fault_count) + f.ignored;
    n.fees_cents = f.fees_cents;
    sha256(bytes, hash);
    n.digest = hex_str(cx->arena, hash, sizeof hash);
    TRY(db_write(cx, add_unit, &n));
    *id = n.id;
    *known = n.known;
    return OK;
}

enum err
settle_preview(struct ctx *cx, int64_t id, struct settle_file *out)
{
    struct db_rows rows;
    struct str why;

    TRY(db_run(cx, SQL_SETTLE_FILE, &rows, db_int(id)));
    if (rows.count == 0 || row_int(&rows, 0, 1) != cx->actor.organiser_id ||
        row_int(&rows, 0, 2) != SETTLE_DRAFT)
        return ERR_NOT_FOUND;
    return settle_parse(cx->arena, row_str(&rows, 0, 0), cx->app->conf->settle_columns, out,
                        &why);
}

enum err
settle_start(struct ctx *cx, int64_t id)
{
    struct settlement s;
    struct db_rows rows;
    struct buf b;

    assert(db_in_write(cx));
    TRY(settle_find(cx, id, &s));
    TRY(db_run(cx, SQL_SETTLE_BEGIN, &rows, db_int(id), db_int(cx->actor.organiser_id)));
    if (rows.changed == 0)
        return ERR_CONFLICT;
    buf_init(&b, 4096);
    struct jw w = jw_begin(&b);
    jw_object(&w);
    jw_kstr(&w, "name", s.name);
    jw_kint(&w, "lines", s.lines);
    jw_close_object(&w);
    struct str after = buf_dup(&b, cx->arena);
    buf_release(&b);
    TRY(audit_add(cx, &(struct audit){.act = "settlement.read", .subject = "settlement",
                                      .subject_id = id, .after = after}));
    return job_add_once(cx, JOB_SETTLE, id, STR_NONE, 0);
}

static enum err
drop(struct ctx *cx, int64_t id, int64_t organiser_id)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_SETTLE_FILE_DELETE, NULL, db_int(id)));
    TRY(db_run(cx, SQL_SETTLE_DELETE, &rows, db_int(id), db_int(organiser_id)));
    return rows.changed == 1 ? OK : ERR_CONFLICT;
}

enum err
settle_drop(struct ctx *cx, int64_t id)
{
    struct settlement s;

    assert(db_in_write(cx));
    TRY(settle_find(cx, id, &s));
    return s.state == SETTLE_DRAFT ? drop(cx, id, cx->actor.organiser_id) : ERR_CONFLICT;
}

static enum err
purge_unit(struct ctx *cx, void *arg)
{
    struct db_rows rows;

    (void)arg;
    TRY(db_run(cx, SQL_SETTLE_OLD_DRAFTS, &rows, db_int(cx->now_ms - CLOCK_DAY_MS)));
    for (size_t r = 0; r < rows.count; r++)
        TRY(drop(cx, row_int(&rows, r, 0), row_int(&rows, r, 1)));
    return OK;
}

/* Drafts that nobody wanted for a day. */
enum err
settle_purge_job(struct ctx *cx, const struct job *job)
{
    (void)job;
    return db_write(cx, purge_unit, NULL);
}

/* ---- reading ---- */

static struct settlement
from_row(const struct db_rows *rows, size_t r)
{
    return (struct settlement){
        .id = row_int(rows, r, 0),
        .name = row_str(rows, r, 1),
        .at_ms = row_int(rows, r, 2),
        .lines = row_int(rows, r, 3),
        .matched = row_int(rows, r, 4),
        .gross_cents = row_int(rows, r, 5),
        .fee_cents = row_int(rows, r, 6),
        .state = (enum settle_state)row_int(rows, r, 7),
        .compared = row_int(rows, r, 8),
        .findings = row_int(rows, r, 9),
        .open = row_int(rows, r, 10),
    };
}

enum err
settle_find(struct ctx *cx, int64_t id, struct settlement *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_SETTLE_GET, &rows, db_int(id), db_int(cx->actor.organiser_id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = from_row(&rows, 0);
    return OK;
}

enum err
settle_list(struct ctx *cx, int64_t before_id, struct settlement_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_SETTLE_PAGE, &rows, db_int(cx->actor.organiser_id), db_int(before_id)));
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct settlement);
    out->count = rows.count;
    for (size_t r = 0; r < rows.count; r++)
        out->item[r] = from_row(&rows, r);
    return OK;
}

static struct settle_finding
finding_from_row(const struct db_rows *rows, size_t r)
{
    return (struct settle_finding){
        .seq = row_int(rows, r, 0),
        .line = row_int(rows, r, 1),
        .kind = (enum settle_kind)row_int(rows, r, 2),
        .ref = row_str(rows, r, 3),
        .theirs_cents = row_int(rows, r, 4),
        .ours_cents = row_int(rows, r, 5),
        .detail = row_str(rows, r, 6),
        .handled_ms = row_int(rows, r, 7),
        .handled_by = row_str(rows, r, 8),
        .note = row_str(rows, r, 9),
    };
}

enum err
settle_findings(struct ctx *cx, int64_t id, int kind, bool all, int64_t from_seq,
                struct settle_finding_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_SETTLE_FINDINGS, &rows, db_int(id), db_int(kind), db_int(all),
               db_int(from_seq)));
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct settle_finding);
    out->count = rows.count;
    for (size_t r = 0; r < rows.count; r++)
        out->item[r] = finding_from_row(&rows, r);
    return OK;
}

enum err
settle_finding_get(struct ctx *cx, int64_t id, int64_t seq, struct settle_finding *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_SETTLE_FINDING, &rows, db_int(id), db_int(seq)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = finding_from_row(&rows, 0);
    return OK;
}

enum err
settle_handle(struct ctx *cx, int64_t id, int64_t seq, enum settle_kind kind, struct str note,
              int64_t *count)
{
    struct db_value who = db_int_or_null(cx->actor.account_id);
    struct db_rows rows;

    assert(db_in_write(cx));
    if (seq >= 0)
        TRY(db_run(cx, SQL_SETTLE_HANDLE, &rows, db_int(id), db_int(seq), db_int(cx->now_ms), who,
                   db_str(note)));
    else
        TRY(db_run(cx, SQL_SETTLE_HANDLE_KIND, &rows, db_int(id), db_int(kind),
                   db_int(cx->now_ms), who, db_str(note)));
    *count = rows.changed;
    if (rows.changed == 0)
        return OK;
    return audit_add(cx, &(struct audit){
                             .act = "settlement.handle",
                             .subject = "settlement",
                             .subject_id = id,
                             .after = str_printf(cx->arena, "{\"kind\":\"%s\",\"count\":%lld}",
                                                 settle_kind_code(kind), (long long)rows.changed),
                             .reason = note,
                         });
}

enum err
settle_waiting(struct ctx *cx, int64_t *findings, int64_t *files)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_SETTLE_WAITING, &rows, db_int(cx->actor.organiser_id)));
    *findings = row_int(&rows, 0, 0);
    *files = row_int(&rows, 0, 1);
    return OK;
}
