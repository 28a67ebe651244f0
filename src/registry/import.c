/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import.c - the walk: units, establishments and what we hold, side by side in SIREN order.
 *
 * Each step looks at one company, compares it and its establishments with our rows, and notes
 * what must be written. Notes are written in transactions of about WRITE_TARGET_NS, so that the
 * orders of a running server wait no longer than that behind one; how far we came and what was
 * counted is written in the same transaction. A run that was cut short therefore goes on where it
 * was, and what lies between is found equal.
 *
 * Numbers that are missing from the files are only noted on the way. They are closed at the end,
 * once both files were read whole and the missing ones are a share that a month can explain: a
 * file cut in half must not close half of the country.
 */
#include "registry/import_int.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/parse.h"
#include "db/command.h"

enum {
    OPS_GOOD = 16384, /* Notes are written at the latest between two companies. */
    OPS_MIN = 512,
    HELD_MAX = 20,
    HELD_GOOD = 14,
    CURSOR_ROWS = 4096,
    MEGABYTE = 1000000,
    SHARE_ROWS_MIN = 10000, /* Before so many rows a share says nothing. */
    WRITE_TARGET_NS = 10 * 1000 * 1000,
    PAUSE_LOOK_NS = 500 * 1000,
    PAUSE_LOOKS_MAX = 100,
    PLACE_COLS = 15
};

enum err
import_fail(struct import *im, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(im->result->why, sizeof im->result->why, fmt, ap);
    va_end(ap);
    return ERR_INVALID;
}

/* ---- writing ---- */

static enum err
ops_unit(struct ctx *cx, void *arg)
{
    struct import *im = arg;
    char counts[COUNTS_TEXT_MAX];
    struct db_rows rows;

    TRY(db_run_all(cx, im->op, im->op_count));
    import_counts_text(&im->done_counts, counts);
    TRY(db_run(cx, SQL_REGISTRY_IMPORT_PROGRESS, &rows, db_int(im->id), db_str(str_of(im->token)),
               db_int(im->done_siren), db_str(str_of(counts)), db_int(im->named)));
    return rows.changed == 1 ? OK : ERR_CONFLICT;
}

static void
held_release(struct feed *f)
{
    while (f->held != NULL) {
        struct batch *b = f->held;
        f->held = b->next;
        stream_give_back(&f->stream, b);
    }
    f->held_count = 0;
}

/* Runs fn as one write with a scratch arena of its own. */
static enum err
import_unit(struct import *im, unit_fn fn)
{
    struct ctx cx = *im->cx;
    struct arena scratch = {0};

    cx.arena = &scratch;
    cx.now_ms = 0;
    enum err e = db_write(&cx, fn, im);
    arena_release(&scratch);
    if (e == ERR_CONFLICT)
        return import_fail(im, "another import of the register has taken over; this one stops");
    return e;
}

static enum err
share_check(struct import *im, bool end)
{
    int64_t rows = atomic_load(&im->rejects.rows);

    pthread_mutex_lock(&im->rejects.lock);
    int64_t bad = im->rejects.count;
    pthread_mutex_unlock(&im->rejects.lock);
    if ((!end && rows < SHARE_ROWS_MIN) || bad * 10000 <= im->opt->bad_share_bp * rows)
        return OK;
    return import_fail(im,
                "%lld of %lld rows are bad, more than the share of %.2f %% that is tolerated "
                "(--max-bad); nothing is closed, and what was written stays correct row by row",
                (long long)bad, (long long)rows, (double)im->opt->bad_share_bp / 100);
}

/* Whoever waits in another process gets his turn, and those who come with him. */
void
import_pause(const struct import *im)
{
    static const struct timespec look = {0, PAUSE_LOOK_NS};

    for (int i = 0; i < PAUSE_LOOKS_MAX && db_is_awaited(im->cx->app->pool); i++)
        (void)nanosleep(&look, NULL);
}

enum err
import_write(struct import *im, bool end)
{
    TRY(share_check(im, end));
    if (im->op_count > 0 || end) {
        int64_t start = clock_mono_ns();
        TRY(import_unit(im, ops_unit));
        int64_t took = clock_mono_ns() - start;
        if (took > WRITE_TARGET_NS && im->op_limit > OPS_MIN)
            im->op_limit -= im->op_limit / 4;
        else if (took < WRITE_TARGET_NS / 2 && im->op_limit < OPS_GOOD)
            im->op_limit += im->op_limit / 4;
        import_pause(im);
    }
    im->written += (int64_t)im->op_count;
    im->op_count = 0;
    arena_clear(&im->arena);
    held_release(&im->units);
    held_release(&im->places);
    if (!im->opt->quiet)
        progress_step(&im->progress, (atomic_load(&im->units.stream.source.at) +
                                      atomic_load(&im->places.stream.source.at)) /
                                         MEGABYTE);
    if (im->opt->stop_after_rows > 0 && im->written >= im->opt->stop_after_rows)
        return import_fail(im, "stopped as asked");
    return OK;
}

/* Between two companies. */
static enum err
ops_write_when_due(struct import *im)
{
    if (im->op_count < im->op_limit && im->units.held_count < HELD_GOOD &&
        im->places.held_count < HELD_GOOD)
        return OK;
    return import_write(im, false);
}

/* Inside a company only what must be: were the run cut short here, its first establishments
 * would be found equal next time and not be counted as created. */
static enum err
ops_write_when_full(struct import *im)
{
    if (im->op_count + 3 < OPS_MAX && im->places.held_count < HELD_MAX)
        return OK;
    return import_write(im, false);
}

void
import_op(struct import *im, enum sql_id id, const struct db_value *value, size_t count)
{
    size_t i = im->op_count++;

    assert(im->op_count <= OPS_MAX && count <= OP_VALUES_MAX);
    memcpy(im->op_value[i], value, count * sizeof value[0]);
    im->op[i] = (struct db_call){id, count, im->op_value[i]};
}

/* ---- the three sides of the walk ---- */

static void
feed_next_batch(struct feed *f, bool referenced)
{
    if (f->batch != NULL && referenced) {
        f->batch->next = f->held;
        f->held = f->batch;
        f->held_count++;
    } else if (f->batch != NULL) {
        stream_give_back(&f->stream, f->batch);
    }
    f->batch = stream_take(&f->stream);
    f->at = 0;
}

/* The row at hand is there or the stream is at its end; then a bad end is an error. */
static enum err
feed_ready(struct import *im, struct feed *f, bool *more)
{
    while (f->batch == NULL || f->at == f->batch->count) {
        feed_next_batch(f, im->op_count > 0);
        if (f->batch == NULL) {
            *more = false;
            return f->stream.why[0] == '\0' ? OK : import_fail(im, "%s", f->stream.why);
        }
    }
    *more = true;
    return OK;
}

static enum err
unit_at_hand(struct import *im, const struct unit_row **out)
{
    bool more;

    TRY(feed_ready(im, &im->units, &more));
    *out = more ? &im->units.batch->row.unit[im->units.at] : NULL;
    return OK;
}

static enum err
place_at_hand(struct import *im, const struct place_row **out)
{
    bool more;

    TRY(feed_ready(im, &im->places, &more));
    *out = more ? &im->places.batch->row.place[im->places.at] : NULL;
    return OK;
}

static enum err
cursor_unit(struct ctx *cx, void *arg)
{
    struct cursor *c = arg;

    return db_run(cx, c->id, &c->rows, db_int(c->after), db_int(CURSOR_ROWS));
}

/* Our row at hand; NULL after the last. Its cells live until the page is turned. */
enum err
import_row(struct import *im, struct cursor *c, const struct db_value **out)
{
    if (c->at == c->rows.count && !c->exhausted) {
        struct ctx cx = *im->cx;
        arena_clear(&c->arena);
        cx.arena = &c->arena;
        TRY(db_read(&cx, cursor_unit, c));
        c->at = 0;
        c->exhausted = c->rows.count < CURSOR_ROWS;
        if (c->rows.count > 0)
            c->after = row_int(&c->rows, c->rows.count - 1, 0);
    }
    *out = c->at < c->rows.count ? c->rows.cell + c->at * c->rows.cols : NULL;
    return OK;
}

static bool
cells_equal(const struct db_value *a, const struct db_value *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (a[i].kind != b[i].kind || (a[i].kind == DB_INT ? a[i].i != b[i].i
                                                            : !str_eq(a[i].s, b[i].s)))
            return false;
    return true;
}

/* ---- establishments ---- */

enum { PLACE_ACTIVE = 1, PLACE_GONE = 4, PLACE_COMMUNE = 11, PLACE_CRAFT = 13 };

static void
place_values(const struct place_row *p, struct db_value v[PLACE_COLS])
{
    const struct db_value all[PLACE_COLS] = {
        db_int(p->siret),       db_int(p->active),   db_int(p->head_office),
        db_int(p->partial),     db_int(0),           db_int(p->band),
        db_str(p->sign),        db_str(p->complement), db_str(p->street),
        db_str(p->special),     db_str(p->postal_code), db_str(p->commune),
        db_str(p->city),        db_str(p->craft_code), db_str(p->country),
    };

    memcpy(v, all, sizeof all);
}

/* What the establishments tell of their company. */
struct seen {
    int64_t head_siret;
    char head_commune[8];
    bool craft;
};

static void
head_note(struct seen *s, int64_t siret, struct str commune)
{
    s->head_siret = siret;
    memset(s->head_commune, 0, sizeof s->head_commune);
    memcpy(s->head_commune, commune.ptr, commune.len < 7 ? commune.len : 7);
}

/* Each postal code in use, once a run and territory. */
static void
postal_code_note(struct import *im, const struct place_row *p)
{
    struct str department;
    enum territory territory;
    int64_t code;

    if (!p->active || p->postal_code.len != 5 ||
        !parse_i64(p->postal_code, 0, POSTAL_CODES - 1, &code) ||
        !territory_of_commune(p->commune, &department, &territory) ||
        (im->seen[code] & 1U << territory) != 0)
        return;
    im->seen[code] |= (uint16_t)(1U << territory);
    const struct db_value v[] = {db_str(p->postal_code), db_int(territory)};
    import_op(im, SQL_REGISTRY_POSTAL_CODE_PUT, v, 2);
}

static void
place_compare(struct import *im, const struct place_row *p, const struct db_value *old)
{
    struct import_counts *c = &im->result->counts;
    struct db_value v[PLACE_COLS];

    place_values(p, v);
    if (old == NULL)
        c->places_created++;
    else if (cells_equal(v, old, PLACE_COLS)) {
        c->places_same++;
        return;
    } else if (old[PLACE_ACTIVE].i != 0 && !p->active)
        c->places_closed++;
    else if (old[PLACE_ACTIVE].i == 0 && p->active)
        c->places_reopened++;
    else
        c->places_changed++;
    import_op(im, SQL_ESTABLISHMENT_PUT, v, PLACE_COLS);
}

/* Notes our establishments before siret as missing from the file, or passes over them: also when
 * the rows that stand there could not be read. */
static enum err
places_gone_before(struct import *im, int64_t siret, bool note)
{
    const struct db_value *old;
    const struct place_row *p;

    TRY(place_at_hand(im, &p));
    note = note && !(p != NULL ? p->after_gap : im->places.stream.gap);
    for (;;) {
        TRY(import_row(im, &im->establishments, &old));
        if (old == NULL || old[0].i >= siret)
            return OK;
        if (note && old[PLACE_GONE].i == 0) {
            const struct db_value v[] = {db_int(1), old[0]};
            import_op(im, SQL_REGISTRY_GONE_PUT, v, 2);
            im->result->counts.places_gone++;
        }
        im->establishments.at++;
        TRY(ops_write_when_full(im));
    }
}

/* A refused row leaves ours as it is, and ours tells what the company needs to know. */
static void
place_see(struct seen *s, int64_t head_siret, const struct place_row *p,
          const struct db_value *old)
{
    bool mine = p->refused && old != NULL;
    struct str commune = mine ? old[PLACE_COMMUNE].s : p->commune;

    if (p->siret == head_siret || (p->head_office && s->head_siret == 0))
        head_note(s, p->siret, commune);
    if (mine)
        s->craft |= old[PLACE_ACTIVE].i != 0 && old[PLACE_CRAFT].s.len > 0;
    else
        s->craft |= p->active && p->craft_code.len > 0;
}

/* All establishments of the unit at hand. */
static enum err
places_walk(struct import *im, const struct unit_row *u, struct seen *seen)
{
    int64_t end = (u->siren + 1) * 100000;
    const struct place_row *p;
    const struct db_value *old;

    for (;;) {
        TRY(place_at_hand(im, &p));
        if (p == NULL || p->siret >= end)
            break;
        TRY(places_gone_before(im, p->siret, true));
        TRY(import_row(im, &im->establishments, &old));
        if (old != NULL && old[0].i != p->siret)
            old = NULL;
        im->result->counts.places_read++;
        place_see(seen, u->head_siret, p, old);
        if (!p->refused) {
            place_compare(im, p, old);
            postal_code_note(im, p);
        }
        if (old != NULL)
            im->establishments.at++;
        im->places.at++;
        TRY(ops_write_when_full(im));
    }
    return places_gone_before(im, end, true);
}

/* Establishments up to a SIREN whose unit is not there. */
static enum err
places_refuse_before(struct import *im, int64_t siren, const char *reason)
{
    const struct place_row *p;

    for (;;) {
        TRY(place_at_hand(im, &p));
        if (p == NULL || siret_siren(p->siret) >= siren)
            return OK;
        if (siret_siren(p->siret) > im->resume_siren) {
            im->result->counts.places_read++;
            rejects_add(&im->rejects, im->places.stream.source.path, p->line, "siret", reason);
        }
        if (p->after_gap)
            TRY(places_gone_before(im, p->siret, false));
        im->places.at++;
        /* What is noted holds the batches it came from: a long run of such rows would hold all. */
        TRY(ops_write_when_full(im));
    }
}

/* ---- companies ---- */

static void
company_values(struct import *im, const struct unit_row *u, const struct seen *seen,
               struct db_value v[COMPANY_COLS])
{
    unsigned networks;
    enum network_source source;

    networks_derive(u->legal_category, u->naf, seen->craft, &networks, &source);
    const struct db_value all[COMPANY_COLS] = {
        db_int(u->siren),
        db_str(u->name),
        db_int(u->active),
        db_int(u->partial),
        db_int(0),
        db_int(u->band),
        db_int(u->band_year),
        db_int(u->legal_category),
        db_str(u->naf),
        db_int(seen->head_siret),
        db_str(str_dup(&im->arena, str_of(seen->head_commune))),
        db_int(networks),
        db_int(source),
        db_int(u->created_day),
    };
    memcpy(v, all, sizeof all);
}

/* The index holds the names of companies that are active. It follows at once where a name goes,
 * with the next run where one comes. */
static void
name_compare(struct import *im, const struct unit_row *u, const struct db_value *old)
{
    struct str was = old != NULL && old[COMPANY_ACTIVE].i != 0 ? old[COMPANY_NAME].s : STR_NONE;
    struct str is = u->active ? u->name : STR_NONE;
    bool same = str_eq(was, is) && (old == NULL || old[COMPANY_CATEGORY].i == u->legal_category);

    if (!same && was.len > 0) {
        const struct db_value v[] = {
            db_str(names_key(&im->arena, was, old[COMPANY_CATEGORY].i)), old[0]};
        import_op(im, SQL_COMPANY_NAME_DROP, v, 2);
    }
    if (is.len > 0 && (!same || im->name_all))
        names_note(&im->names, &im->arena, u->siren, is, u->legal_category);
}

static void
company_compare(struct import *im, const struct unit_row *u, const struct seen *seen,
                const struct db_value *old)
{
    struct import_counts *c = &im->result->counts;
    struct db_value v[COMPANY_COLS];

    name_compare(im, u, old);
    company_values(im, u, seen, v);
    if (old == NULL)
        c->companies_created++;
    else if (cells_equal(v, old, COMPANY_COLS)) {
        c->companies_same++;
        return;
    } else if (old[COMPANY_ACTIVE].i != 0 && !u->active)
        c->companies_closed++;
    else if (old[COMPANY_ACTIVE].i == 0 && u->active)
        c->companies_reopened++;
    else if (old[COMPANY_HEAD].i != seen->head_siret)
        c->companies_moved++;
    else
        c->companies_changed++;
    import_op(im, SQL_COMPANY_PUT, v, COMPANY_COLS);
}

static enum err
companies_gone_before(struct import *im, int64_t siren, bool note)
{
    const struct db_value *old;

    for (;;) {
        TRY(import_row(im, &im->companies, &old));
        if (old == NULL || old[0].i >= siren)
            return OK;
        if (note && old[COMPANY_GONE].i == 0) {
            const struct db_value v[] = {db_int(0), old[0]};
            import_op(im, SQL_REGISTRY_GONE_PUT, v, 2);
            im->result->counts.companies_gone++;
        } else {
            im->result->counts.companies_left++;
        }
        im->companies.at++;
        TRY(ops_write_when_full(im));
    }
}

/* A unit whose row was refused: it and its establishments stay as they are. */
static enum err
company_leave(struct import *im, const struct unit_row *u, const struct db_value *old)
{
    im->result->counts.companies_left += old != NULL;
    TRY(places_refuse_before(im, u->siren + 1, "the row of its legal unit was refused"));
    return places_gone_before(im, (u->siren + 1) * 100000, false);
}

static enum err
company_step(struct import *im, const struct unit_row *u)
{
    struct seen seen = {0};
    const struct db_value *old;

    TRY(places_refuse_before(im, u->siren, "its legal unit is not in the other file"));
    TRY(companies_gone_before(im, u->siren, !u->after_gap));
    TRY(places_gone_before(im, u->siren * 100000, !u->after_gap));
    TRY(import_row(im, &im->companies, &old));
    if (old != NULL && old[0].i != u->siren)
        old = NULL;
    im->result->counts.units_read++;
    if (u->refused) {
        TRY(company_leave(im, u, old));
    } else {
        TRY(places_walk(im, u, &seen));
        company_compare(im, u, &seen, old);
        im->result->counts.units_active += u->active;
    }
    if (old != NULL)
        im->companies.at++;
    im->done_siren = u->siren;
    im->done_counts = im->result->counts;
    return OK;
}

static enum err
walk(struct import *im)
{
    const struct unit_row *u;

    for (;;) {
        TRY(unit_at_hand(im, &u));
        if (u == NULL)
            break;
        if (u->siren > im->resume_siren) {
            TRY(company_step(im, u));
            if (names_full(&im->names))
                TRY(import_names(im, im->done_siren, false));
            TRY(ops_write_when_due(im));
        }
        im->units.at++;
    }
    TRY(places_refuse_before(im, INT64_MAX, "its legal unit is not in the other file"));
    TRY(companies_gone_before(im, INT64_MAX, !im->units.stream.gap));
    TRY(places_gone_before(im, INT64_MAX, !im->units.stream.gap));
    im->done_siren = SIREN_LAST;
    im->done_counts = im->result->counts;
    return import_names(im, SIREN_LAST, true);
}

/* ---- begin and end ---- */

static enum err
begin_unit(struct ctx *cx, void *arg)
{
    struct import *im = arg;
    struct str units = str_of(im->units.stream.source.mark);
    struct str places = str_of(im->places.stream.source.mark);
    struct str token = random_token(cx->arena, sizeof im->token - 1);
    char counts[COUNTS_TEXT_MAX];
    struct db_rows rows;

    memcpy(im->token, token.ptr, token.len);
    im->result->resumed = false;
    TRY(db_run(cx, SQL_REGISTRY_NAMES_WHOLE, &rows, db_int(SIREN_LAST)));
    im->name_all = row_int(&rows, 0, 0) == 0;
    TRY(db_run(cx, SQL_REGISTRY_IMPORT_OPEN, &rows));
    if (rows.count == 1 && str_eq(row_str(&rows, 0, 1), units) &&
        str_eq(row_str(&rows, 0, 2), places) &&
        import_counts_parse(row_str(&rows, 0, 4), &im->result->counts)) {
        im->id = row_int(&rows, 0, 0);
        im->resume_siren = row_int(&rows, 0, 3);
        im->named = row_int(&rows, 0, 5);
        im->result->resumed = im->resume_siren > 0;
        return db_run(cx, SQL_REGISTRY_IMPORT_RESUME, NULL, db_int(im->id), db_str(token));
    }
    im->result->counts = (struct import_counts){0};
    import_counts_text(&im->result->counts, counts);
    TRY(db_run(cx, SQL_REGISTRY_IMPORT_ABANDON, NULL));
    TRY(db_run(cx, SQL_REGISTRY_GONE_CLEAR, NULL));
    TRY(db_run(cx, SQL_REGISTRY_IMPORT_BEGIN, &rows, db_str(token), db_str(units),
               db_str(places), db_int(cx->now_ms), db_str(str_of(counts))));
    im->id = row_int(&rows, 0, 0);
    im->resume_siren = 0;
    return OK;
}

static enum err
finish_unit(struct ctx *cx, void *arg)
{
    struct import *im = arg;
    char counts[COUNTS_TEXT_MAX];
    struct db_rows rows;

    import_counts_text(&im->result->counts, counts);
    im->result->companies =
        import_counts_known(&im->result->counts) + im->result->counts.companies_created;
    TRY(db_run(cx, SQL_REGISTRY_IMPORT_FINISH, &rows, db_int(im->id),
               db_str(str_of(im->token)), db_int(cx->now_ms), db_str(str_of(counts)),
               db_int(im->result->companies), db_int(SIREN_LAST)));
    return rows.changed == 1 ? OK : ERR_CONFLICT;
}

static enum err
run_open(struct import *im)
{
    int64_t total;

    if (im->opt->rejects != NULL) {
        im->rejects.file = fopen(im->opt->rejects, "we");
        if (im->rejects.file == NULL)
            return import_fail(im, "%.300s: cannot be written", im->opt->rejects);
        fputs("file,line,column,reason\r\n", im->rejects.file);
    }
    TRY(import_unit(im, begin_unit));
    im->companies.after = im->resume_siren;
    im->done_siren = im->resume_siren;
    im->done_counts = im->result->counts;
    im->establishments.after = (im->resume_siren + 1) * 100000 - 1;
    if (im->resume_siren == 0)
        im->establishments.after = 0;
    total = im->units.stream.source.size + im->places.stream.source.size;
    if (!im->opt->quiet)
        progress_begin(&im->progress, "register, MB", total / MEGABYTE);
    stream_start(&im->units.stream);
    stream_start(&im->places.stream);
    TRY(import_names_catch_up(im));
    TRY(walk(im));
    TRY(import_gone_check(im));
    TRY(import_gone_close(im));
    TRY(import_unit(im, finish_unit));
    if (!im->opt->quiet)
        progress_end(&im->progress);
    return OK;
}

static void
feed_close(struct feed *f)
{
    held_release(f);
    if (f->batch != NULL)
        stream_give_back(&f->stream, f->batch);
    stream_close(&f->stream);
}

static enum err
streams_open(struct import *im)
{
    struct stream *units = &im->units.stream, *places = &im->places.stream;

    if (stream_open(units, STREAM_UNITS, im->opt->units, &im->rejects) != OK)
        return import_fail(im, "%s", units->why);
    if (stream_open(places, STREAM_PLACES, im->opt->places, &im->rejects) == OK)
        return OK;
    stream_close(units);
    return import_fail(im, "%s", places->why);
}

enum err
import_run(struct ctx *cx, const struct import_options *opt, struct import_result *out)
{
    struct import *im = calloc(1, sizeof *im);
    int64_t start = clock_mono_ns();

    assert(im != NULL);
    *out = (struct import_result){0};
    im->cx = cx;
    im->opt = opt;
    im->result = out;
    im->companies.id = SQL_COMPANY_RANGE;
    im->establishments.id = SQL_ESTABLISHMENT_RANGE;
    im->op_limit = OPS_GOOD / 4;
    im->op = calloc(OPS_MAX, sizeof im->op[0]);
    im->op_value = calloc(OPS_MAX, sizeof im->op_value[0]);
    assert(im->op != NULL && im->op_value != NULL);
    pthread_mutex_init(&im->rejects.lock, NULL);
    im->rejects.shown = opt->quiet ? NULL : stderr;
    enum err e = streams_open(im);
    if (e == OK) {
        e = run_open(im);
        feed_close(&im->units);
        feed_close(&im->places);
    }
    if (im->rejects.file != NULL && fclose(im->rejects.file) != 0 && e == OK)
        e = import_fail(im, "%.300s: cannot be written", opt->rejects);
    out->rejected = im->rejects.count;
    out->elapsed_ms = (clock_mono_ns() - start) / 1000000;
    arena_release(&im->arena);
    arena_release(&im->companies.arena);
    arena_release(&im->establishments.arena);
    names_release(&im->names);
    pthread_mutex_destroy(&im->rejects.lock);
    free(im->op);
    free(im->op_value);
    free(im);
    return e;
}
