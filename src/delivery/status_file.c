/* SPDX-License-Identifier: Apache-2.0 */
/* status_file.c - see status_file.h. */
#include "delivery/status_file.h"

#include <stdlib.h>

#include "base/civil.h"
#include "base/clock.h"
#include "base/csv.h"
#include "base/parse.h"
#include "delivery/delivery_int.h"

enum column { COL_NUMBER, COL_STATUS, COL_DATE, COL_PLACE, COLUMNS };

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

/* Windows-1252 becomes UTF-8; its five unused bytes become a question mark. */
static struct str
from_1252(struct arena *a, struct str s)
{
    static const uint16_t high[32] = {
        0x20ac, '?', 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160,
        0x2039, 0x152, '?', 0x17d, '?', '?', 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
        0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, '?', 0x17e, 0x178};
    char *to = arena_alloc(a, s.len * 3 + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++) {
        unsigned c = (unsigned char)s.ptr[i];
        if (c >= 0x80 && c < 0xa0)
            c = high[c - 0x80];
        if (c < 0x80) {
            to[n++] = (char)c;
        } else if (c < 0x800) {
            to[n++] = (char)(0xc0 | c >> 6);
            to[n++] = (char)(0x80 | (c & 0x3f));
        } else {
            to[n++] = (char)(0xe0 | c >> 12);
            to[n++] = (char)(0x80 | (c >> 6 & 0x3f));
            to[n++] = (char)(0x80 | (c & 0x3f));
        }
    }
    return str_n(to, n);
}

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
        line, str_dup(r->cx->arena, text_cut(what, 60)), why, code};
}

/* "02/05/2020 08:00", with or without seconds. */
static bool
date_french(struct str s, struct civil *c)
{
    int64_t d, m, y, h = 0, min = 0, sec = 0;

    if (s.len < 10 || s.ptr[2] != '/' || s.ptr[5] != '/' ||
        !parse_i64(str_sub(s, 0, 2), 1, 31, &d) || !parse_i64(str_sub(s, 3, 2), 1, 12, &m) ||
        !parse_i64(str_sub(s, 6, 4), 2000, 2200, &y))
        return false;
    struct str t = str_sub(s, 10, s.len);
    if (t.len != 6 && t.len != 9)
        return false;
    if (t.ptr[0] != ' ' || t.ptr[3] != ':' || !parse_i64(str_sub(t, 1, 2), 0, 23, &h) ||
        !parse_i64(str_sub(t, 4, 2), 0, 59, &min) ||
        (t.len == 9 && (t.ptr[6] != ':' || !parse_i64(str_sub(t, 7, 2), 0, 59, &sec))))
        return false;
    *c = (struct civil){.year = (int)y, .month = (int)m, .day = (int)d, .hour = (int)h,
                        .minute = (int)min, .second = (int)sec};
    return civil_date_valid(c->year, c->month, c->day);
}

static bool
date_read(struct arena *a, struct str s, int64_t *ms)
{
    struct civil c;

    if (instant_parse(s, ms))
        return true;
    if (s.len < 16)
        return false;
    char *z = str_z(a, s);
    if (z[4] == '-' && z[10] == ' ')
        z[10] = 'T';
    if (!date_french(s, &c) && !civil_parse(str_of(z), &c))
        return false;
    *ms = civil_to_ms(&c, ZONE_PARIS);
    return true;
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

/* The header: where each column stands. */
static bool
header_read(struct reading *r, const struct csv *csv)
{
    for (int c = 0; c < COLUMNS; c++)
        r->where[c] = -1;
    for (int i = 0; i < csv->count; i++) {
        struct str plain = utf8_plain_upper(r->cx->arena, csv->field[i]);
        for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
            if (str_is(plain, names[k].name) && r->where[names[k].column] < 0)
                r->where[names[k].column] = i;
    }
    return r->where[COL_NUMBER] >= 0 && r->where[COL_STATUS] >= 0 && r->where[COL_DATE] >= 0;
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

    l.event.code = code_read(a, status);
    l.event.place = str_dup(a, text_cut(field(r, csv, COL_PLACE), TRACK_PLACE_MAX));
    if (number.len == 0 || number.len > 20)
        bad(r, csv->line, number, "no_parcel", "Le numéro de colis manque ou est trop long.");
    else if (l.event.code.len == 0)
        bad(r, csv->line, status, "unknown_status", "Ce statut est inconnu.");
    else if (!date_read(a, date, &l.event.at_ms))
        bad(r, csv->line, date, "wrong_date",
            "Cette date est illisible\u00a0: écrivez par exemple 2020-05-02 08:00.");
    else if (utf8_has_control(l.event.place, ""))
        bad(r, csv->line, STR_NONE, "wrong_place", "Le lieu contient des caractères invisibles.");
    else
        r->line[r->count++] = l;
}

static enum err
refused(struct reading *r, const char *why)
{
    r->out->why = str_of(why);
    return ERR_INVALID;
}

static enum err
text_read(struct reading *r)
{
    size_t first = str_find_byte(r->text, '\n');
    struct str head = str_sub(r->text, 0, first);
    char sep = str_find_byte(head, ';') < head.len ? ';' : ',';
    enum csv_result got;
    bool header = false;
    enum err e = OK;
    struct csv csv;

    csv_init(&csv, source, r, sep);
    while (e == OK && (got = csv_next(&csv)) != CSV_END) {
        if (got == CSV_FAILED)
            e = refused(r, "Le fichier ne peut pas être lu.");
        else if (!header && (got == CSV_BAD || !header_read(r, &csv)))
            e = refused(r, "La première ligne doit nommer les colonnes\u00a0: colis, statut et "
                           "date (et lieu, s’il est connu).");
        else if (!header)
            header = true;
        else if (++r->out->lines > STATUS_LINES_MAX)
            e = refused(r, "Ce fichier a plus de 20\u00a0000 lignes. Découpez-le.");
        else if (got == CSV_BAD)
            bad(r, csv.line, STR_NONE, "malformed",
                "Cette ligne est mal formée\u00a0: un guillemet n’est pas fermé ou un champ est de "
                "trop.");
        else
            line_read(r, &csv);
    }
    csv_release(&csv);
    if (e == OK && !header)
        return refused(r, "Ce fichier est vide.");
    return e;
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
    if (event.at_ms > r->cx->now_ms + CLOCK_DAY_MS) {
        bad(r, l->line, l->number, "future_date", "Cette date est à venir.");
        return OK;
    }
    if (event.at_ms < p.labelled_ms - CLOCK_DAY_MS) {
        bad(r, l->line, l->number, "early_date", "Cette date est d’avant la préparation du "
                                                 "colis.");
        return OK;
    }
    TRY(track_events_of(r->cx, p.id, &all));
    for (size_t i = 0; i < all.count; i++)
        if (all.item[i].at_ms == event.at_ms && str_eq(all.item[i].code, event.code)) {
            r->out->known++;
            return OK;
        }
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

/* Repeated lines are said, and applied once. */
static void
find_repeated(struct reading *r)
{
    size_t kept = 0;

    for (size_t i = 0; i < r->count; i++) {
        const struct status_line *l = &r->line[i];
        const struct status_line *last = kept > 0 ? &r->line[kept - 1] : NULL;
        bool again = last != NULL && last->event.at_ms == l->event.at_ms &&
                     str_eq(last->number, l->number) && str_eq(last->event.code, l->event.code);
        if (again)
            bad(r, l->line, l->number, "repeated", "Cette ligne répète une autre du fichier.");
        else
            r->line[kept++] = *l;
    }
    r->count = kept;
}

static enum err
apply_unit(struct ctx *cx, void *arg)
{
    struct reading *r = arg;

    /* It may be run again. */
    r->cx = cx;
    r->out->fresh = r->out->known = 0;
    r->out->bad_count = r->bad_count;
    r->out->bad.count = r->bad_kept;
    for (size_t i = 0; i < r->count; i++)
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
        return refused(&r, "Ce fichier dépasse 8\u00a0Mo\u00a0: envoyez-le en plusieurs fois.");
    if (str_find_byte(file, '\0') < file.len)
        return refused(&r, "Ce fichier n’est pas un texte\u00a0: exportez-le en CSV.");
    r.text = utf8_valid(file) ? file : from_1252(cx->arena, file);
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
