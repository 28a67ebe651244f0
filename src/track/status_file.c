/* SPDX-License-Identifier: Apache-2.0 */
/* status_file.c - see status_file.h. */
#include "track/status_file.h"

#include <stdlib.h>

#include "base/civil.h"
#include "base/clock.h"
#include "base/csv.h"
#include "base/decode.h"
#include "base/parse.h"

enum column { COL_NUMBER, COL_STATUS, COL_DATE, COL_PLACE, COLUMNS };
enum { HEADS_SHOWN = 8, HEAD_SHOWN_MAX = 30 };

static const struct {
    const char *name;
    enum column column;
} names[] = {
    {"COLIS", COL_NUMBER}, {"NUMERO", COL_NUMBER}, {"NUMERO DE COLIS", COL_NUMBER},
    {"NUMERO COLIS", COL_NUMBER}, {"PARCEL", COL_NUMBER}, {"PARCEL NUMBER", COL_NUMBER},
    {"TRACKING", COL_NUMBER}, {"STATUT", COL_STATUS}, {"STATUS", COL_STATUS},
    {"ETAT", COL_STATUS}, {"CODE", COL_STATUS}, {"DATE", COL_DATE}, {"INSTANT", COL_DATE},
    {"DATE HEURE", COL_DATE}, {"HORODATAGE", COL_DATE}, {"TIMESTAMP", COL_DATE},
    {"LIEU", COL_PLACE}, {"PLACE", COL_PLACE}, {"LOCATION", COL_PLACE}, {"BUREAU", COL_PLACE},
};

static const struct {
    const char *word, *code;
} words[] = {
    {"ANNONCE", "DR1"}, {"PRIS EN CHARGE", "PC1"}, {"EN TRANSIT", "ET1"},
    {"EN COURS D ACHEMINEMENT", "ET1"}, {"EN LIVRAISON", "MD2"},
    {"EN COURS DE LIVRAISON", "MD2"}, {"RETARDE", "DI3"}, {"LIVRE", "DI1"},
    {"DELIVERED", "DI1"}, {"LIVRE A L EXPEDITEUR", "DI2"}, {"NON DISTRIBUABLE", "ND1"},
    {"UNDELIVERABLE", "ND1"}, {"AU GUICHET", "AG1"}, {"POINT DE RETRAIT", "AG1"},
    {"RETOURNE", "RE1"}, {"RETOUR", "RE1"}, {"RETURNED", "RE1"}, {"ENDOMMAGE", "DAM"},
    {"DAMAGED", "DAM"}, {"PERDU", "PER"}, {"LOST", "PER"},
};

struct reading {
    struct ctx *cx;
    struct status_result *out;
    struct str text;
    size_t at;
    int where[COLUMNS];
    struct status_line *line;
    size_t count;
    int64_t organiser_id;
    bool dry;
    int64_t bad_count;     /* Found before anything was applied. */
    size_t bad_kept;
};

static long
source(void *arg, char *to, size_t cap)
{
    struct reading *r = arg;
    struct str part = str_sub(r->text, r->at, cap);

    if (part.len > 0)
        memcpy(to, part.ptr, part.len);
    r->at += part.len;
    return (long)part.len;
}

static void
bad(struct reading *r, int64_t line, struct str what, const char *code, const char *why)
{
    struct status_result *out = r->out;

    out->bad_count++;
    if (out->bad.count == STATUS_BAD_KEPT)
        return;
    out->bad.item[out->bad.count++] = (struct status_bad){
        line, str_dup(r->cx->arena, utf8_cut(what, 60)), why, code};
}

/* "8:00", "08:00" or "08:00:00". */
static bool
hour_read(struct str s, struct civil *c)
{
    size_t colon = str_find_byte(s, ':');
    struct str rest = str_sub(s, colon + 1, s.len);
    int64_t h, min, sec = 0;

    if (!parse_i64(str_sub(s, 0, colon), 0, 23, &h) || rest.len < 2 ||
        !parse_i64(str_sub(rest, 0, 2), 0, 59, &min))
        return false;
    if (rest.len > 2 && (rest.len != 5 || rest.ptr[2] != ':' ||
                         !parse_i64(str_sub(rest, 3, 2), 0, 59, &sec)))
        return false;
    c->hour = (int)h;
    c->minute = (int)min;
    c->second = (int)sec;
    return true;
}

/* "2020-05-02" or "02/05/2020". */
static bool
day_read(struct str s, struct civil *c)
{
    bool iso = s.len == 10 && s.ptr[4] == '-' && s.ptr[7] == '-';
    bool french = s.len == 10 && s.ptr[2] == '/' && s.ptr[5] == '/';
    int64_t y, m, d;

    if ((!iso && !french) || !parse_i64(str_sub(s, iso ? 0 : 6, 4), 2000, 2200, &y) ||
        !parse_i64(str_sub(s, iso ? 5 : 3, 2), 1, 12, &m) ||
        !parse_i64(str_sub(s, iso ? 8 : 0, 2), 1, 31, &d))
        return false;
    *c = (struct civil){.year = (int)y, .month = (int)m, .day = (int)d};
    return civil_date_valid(c->year, c->month, c->day);
}

enum dated { DATE_GOOD, DATE_WRONG, DATE_NO_HOUR };

static enum dated
date_read(struct str s, int64_t *ms)
{
    struct civil c;

    if (instant_parse(s, ms))
        return DATE_GOOD;
    if (!day_read(str_sub(s, 0, 10), &c))
        return DATE_WRONG;
    struct str hour = str_sub(s, 10, s.len);
    if (hour.len == 0)
        return DATE_NO_HOUR;
    if ((hour.ptr[0] != ' ' && hour.ptr[0] != 'T') ||
        !hour_read(str_trim(str_sub(hour, 1, hour.len)), &c))
        return DATE_WRONG;
    *ms = civil_to_ms(&c, ZONE_PARIS);
    return DATE_GOOD;
}

static struct str
code_read(struct arena *a, struct str s)
{
    struct str plain = utf8_plain_upper(a, s);

    if (track_code_find(plain) != NULL)
        return plain;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (str_is(plain, words[i].word))
            return str_of(words[i].code);
    return STR_NONE;
}

static struct str
number_read(struct arena *a, struct str s)
{
    char *to = arena_alloc(a, s.len + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] != ' ' && s.ptr[i] != '\'')
            to[n++] = s.ptr[i];
    return str_upper(a, str_n(to, n));
}

static enum err
refused(struct reading *r, struct str why)
{
    r->out->why = why;
    return ERR_INVALID;
}

/* The names in the file, for somebody who looks for the one that is missing. */
static struct str
heads_text(struct arena *a, const struct csv *csv)
{
    struct str text = STR_NONE;

    for (int i = 0; i < csv->count && i < HEADS_SHOWN; i++)
        text = str_printf(a, "%.*s%s«\u00a0%.*s\u00a0»", STR_FMT(text), i > 0 ? ", " : "",
                          STR_FMT(utf8_cut(str_trim(csv->field[i]), HEAD_SHOWN_MAX)));
    return text;
}

/* The header: where each column stands. */
static enum err
header_read(struct reading *r, const struct csv *csv)
{
    static const char *const wanted[] = {"du colis (colis, numero, parcel)",
                                         "du statut (statut, status, code)",
                                         "de la date (date, instant)"};
    struct arena *a = r->cx->arena;

    for (int c = 0; c < COLUMNS; c++)
        r->where[c] = -1;
    for (int i = 0; i < csv->count; i++) {
        struct str plain = utf8_plain_upper(a, csv->field[i]);
        for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
            if (str_is(plain, names[k].name) && r->where[names[k].column] < 0)
                r->where[names[k].column] = i;
    }
    for (int c = COL_NUMBER; c <= COL_DATE; c++)
        if (r->where[c] < 0)
            return refused(r, str_printf(a,
                                         "La première ligne ne nomme pas la colonne %s. Colonnes "
                                         "trouvées\u00a0: %.*s.",
                                         wanted[c], STR_FMT(heads_text(a, csv))));
    return OK;
}

static struct str
field(const struct reading *r, const struct csv *csv, enum column c)
{
    return r->where[c] < 0 || r->where[c] >= csv->count ? STR_NONE
                                                        : str_trim(csv->field[r->where[c]]);
}

static void
line_read(struct reading *r, const struct csv *csv)
{
    struct arena *a = r->cx->arena;
    struct str number = number_read(a, field(r, csv, COL_NUMBER));
    struct str status = field(r, csv, COL_STATUS), date = field(r, csv, COL_DATE);
    struct status_line l = {.line = csv->line, .number = number};
    enum dated dated = date_read(date, &l.event.at_ms);

    l.event.code = code_read(a, status);
    l.event.place = str_dup(a, utf8_cut(field(r, csv, COL_PLACE), TRACK_PLACE_MAX));
    if (number.len == 0 || number.len > 20)
        bad(r, csv->line, number, "no_parcel", "Le numéro de colis manque ou est trop long.");
    else if (l.event.code.len == 0)
        bad(r, csv->line, status, "unknown_status", "Ce statut est inconnu.");
    else if (dated == DATE_NO_HOUR)
        bad(r, csv->line, date, "no_hour",
            "L’heure manque\u00a0: écrivez par exemple 2020-05-02 08:00.");
    else if (dated == DATE_WRONG)
        bad(r, csv->line, date, "wrong_date",
            "Cette date est illisible\u00a0: écrivez par exemple 2020-05-02 08:00 ou 02/05/2020 "
            "08:00.");
    else
        r->line[r->count++] = l;
}

/* The one that the header has most of. */
static char
separator_of(struct str text)
{
    struct str head = str_sub(text, 0, str_find_byte(text, '\n'));
    size_t semi = 0, comma = 0, tab = 0;

    for (size_t i = 0; i < head.len; i++) {
        semi += head.ptr[i] == ';';
        comma += head.ptr[i] == ',';
        tab += head.ptr[i] == '\t';
    }
    return semi >= comma && semi >= tab && semi > 0 ? ';' : tab > comma ? '\t' : ',';
}

static enum err
text_read(struct reading *r)
{
    enum csv_result got;
    bool header = false;
    enum err e = OK;
    struct csv csv;

    csv_init(&csv, source, r, separator_of(r->text));
    while (e == OK && (got = csv_next(&csv)) != CSV_END) {
        if (got == CSV_FAILED)
            e = refused(r, STR("Le fichier ne peut pas être lu."));
        else if (!header && got == CSV_BAD)
            e = refused(r, STR("La première ligne doit nommer les colonnes, et elle est mal "
                               "formée\u00a0: un guillemet n’est pas fermé."));
        else if (!header) {
            header = true;
            e = header_read(r, &csv);
        } else if (++r->out->lines > STATUS_LINES_MAX)
            e = refused(r, STR("Ce fichier a plus de 20\u00a0000 lignes. Découpez-le."));
        else if (got == CSV_BAD)
            bad(r, csv.line, STR_NONE, "malformed",
                "Cette ligne est mal formée\u00a0: un guillemet n’est pas fermé ou un champ est de "
                "trop.");
        else
            line_read(r, &csv);
    }
    csv_release(&csv);
    if (e == OK && !header)
        return refused(r, STR("Ce fichier est vide."));
    return e;
}

/* Whether news of a parcel in this state can be; else it is said why not. */
static bool
may_have_news(struct reading *r, const struct status_line *l, const struct parcel *p)
{
    bool here = p->state == PARCEL_WAITING || p->state == PARCEL_ASKED ||
                p->state == PARCEL_LABELLED || p->state == PARCEL_REFUSED;

    if (p->state == PARCEL_CANCELLED)
        bad(r, l->line, l->number, "cancelled",
            "Ce colis est annulé chez nous\u00a0: vérifiez qu’il n’est pas parti.");
    else if (here && track_code_find(l->event.code)->sense != SENSE_ANNOUNCED)
        bad(r, l->line, l->number, "not_handed_over",
            "Ce colis n’a pas été remis au transporteur chez nous\u00a0: enregistrez d’abord sa "
            "remise.");
    else if (l->event.at_ms > r->cx->now_ms + CLOCK_DAY_MS)
        bad(r, l->line, l->number, "future_date", "Cette date est à venir.");
    else if (l->event.at_ms < p->labelled_ms - CLOCK_DAY_MS)
        bad(r, l->line, l->number, "early_date",
            "Cette date est d’avant la préparation du colis.");
    else
        return true;
    return false;
}

static enum err
line_apply(struct reading *r, const struct status_line *l)
{
    struct track_event event = l->event;
    struct track_event_list one = {&event, 1}, all;
    struct parcel p;
    int fresh;

    enum err e = parcel_by_number(r->cx, l->number, &p);
    if (e == OK && r->organiser_id != 0)
        e = parcel_of_actor(r->cx, p.id, &p);
    if (e == ERR_NOT_FOUND) {
        bad(r, l->line, l->number, "unknown_parcel", "Ce colis nous est inconnu.");
        return OK;
    }
    TRY(e);
    if (!may_have_news(r, l, &p))
        return OK;
    TRY(track_events_of(r->cx, p.id, &all));
    for (size_t i = 0; i < all.count; i++)
        if (all.item[i].at_ms == event.at_ms && str_eq(all.item[i].code, event.code)) {
            r->out->known++;
            return OK;
        }
    r->out->older += all.count > 0 && event.at_ms < all.item[all.count - 1].at_ms;
    TRY(track_apply(r->cx, &p, &one, TRACK_FILE, &fresh));
    r->out->fresh += fresh;
    return OK;
}

/* In the order of their dates, so that what is late in the file is not late in life. */
static int
by_date(const void *x, const void *y)
{
    const struct status_line *a = x, *b = y;

    if (a->event.at_ms != b->event.at_ms)
        return a->event.at_ms < b->event.at_ms ? -1 : 1;
    int order = str_cmp(a->number, b->number);
    if (order == 0)
        order = str_cmp(a->event.code, b->event.code);
    if (order != 0)
        return order;
    return a->line < b->line ? -1 : 1;
}

static int
by_line(const void *x, const void *y)
{
    const struct status_bad *a = x, *b = y;

    return a->line < b->line ? -1 : a->line > b->line;
}

/* At one instant a parcel cannot be delivered and come back, be lost or be refused. */
static bool
contradict(const struct status_line *a, const struct status_line *b)
{
    enum track_sense x = track_code_find(a->event.code)->sense;
    enum track_sense y = track_code_find(b->event.code)->sense;
    enum track_sense other = x == SENSE_DELIVERED ? y : x;

    return (x == SENSE_DELIVERED) != (y == SENSE_DELIVERED) &&
           (other == SENSE_RETURNED || other == SENSE_LOST || other == SENSE_UNDELIVERABLE);
}

/* Lines from..to are of one parcel and one instant. */
static void
find_contradictions(struct reading *r, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        for (size_t k = from; k < to; k++)
            if (!r->line[i].refused && contradict(&r->line[i], &r->line[k])) {
                bad(r, r->line[i].line, r->line[i].number, "contradictory",
                    "Une autre ligne dit le contraire du même colis, au même instant.");
                r->line[i].refused = true;
            }
}

/* Repeated lines are said, and applied once; of contradictory ones none is. */
static void
find_repeated(struct reading *r)
{
    size_t kept = 0, from = 0;

    for (size_t i = 0; i < r->count; i++) {
        const struct status_line *l = &r->line[i];
        const struct status_line *last = kept > 0 ? &r->line[kept - 1] : NULL;
        bool same = last != NULL && last->event.at_ms == l->event.at_ms &&
                    str_eq(last->number, l->number);
        if (same && str_eq(last->event.code, l->event.code)) {
            bad(r, l->line, l->number, "repeated", "Cette ligne répète une autre du fichier.");
            continue;
        }
        if (!same) {
            find_contradictions(r, from, kept);
            from = kept;
        }
        r->line[kept++] = *l;
    }
    find_contradictions(r, from, kept);
    r->count = kept;
}

static enum err
apply_unit(struct ctx *cx, void *arg)
{
    struct reading *r = arg;

    /* It may be run again. */
    r->cx = cx;
    r->out->fresh = r->out->known = r->out->older = 0;
    r->out->bad_count = r->bad_count;
    r->out->bad.count = r->bad_kept;
    for (size_t i = 0; i < r->count; i++)
        if (!r->line[i].refused)
            TRY(line_apply(r, &r->line[i]));
    return r->dry ? ERR_CONFLICT : OK; /* Rolled back: it was only to see. */
}

enum err
status_file_run(struct ctx *cx, struct str file, int64_t organiser_id, bool dry,
                struct status_result *out)
{
    struct reading r = {.cx = cx, .out = out, .organiser_id = organiser_id, .dry = dry};

    *out = (struct status_result){0};
    out->bad.item = ARENA_ARRAY(cx->arena, STATUS_BAD_KEPT, struct status_bad);
    if (file.len > STATUS_BYTES_MAX)
        return refused(&r, STR("Ce fichier dépasse 8\u00a0Mo\u00a0: envoyez-le en plusieurs "
                               "fois."));
    TRY(text_decode(cx->arena, file, &r.text, &out->encoding, &out->why));
    r.line = ARENA_ARRAY(cx->arena, STATUS_LINES_MAX, struct status_line);
    TRY(text_read(&r));
    if (r.count > 1)
        qsort(r.line, r.count, sizeof r.line[0], by_date);
    find_repeated(&r);
    r.bad_count = out->bad_count;
    r.bad_kept = out->bad.count;
    enum err e = db_write(cx, apply_unit, &r);
    if (e != OK && !(dry && e == ERR_CONFLICT))
        return e;
    if (out->bad.count > 1)
        qsort(out->bad.item, out->bad.count, sizeof out->bad.item[0], by_line);
    return OK;
}
