/* SPDX-License-Identifier: Apache-2.0 */
/*
 * generate.c - an invented company register.
 *
 * Each company is a function of the seed and its index alone, so that month 2 can be written
 * without month 1 at hand, and a company's fate (created, closed, moved, changed, gone) is drawn
 * from a stream of its own. SIRENs ascend with the index: eight digits from a ladder of equal
 * steps, then the check digit.
 */
#include "registry/generate.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "registry/generate_data.h"

enum { PLACES_MAX = 12, COMMUNES_MAX = 40000, FILE_BUFFER_BYTES = 1 << 20 };
enum { BASE_FIRST = 30000000, BASE_LAST = 99999990 };

enum fate { FATE_SAME, FATE_CREATED, FATE_GONE, FATE_CLOSED, FATE_MOVED, FATE_CHANGED };

struct commune {
    struct str code, label, postal_codes;
    int64_t until; /* Running sum of the population. */
};

struct place {
    int nic;
    bool active, head;
    const struct commune *commune;
    uint64_t seed; /* What is left of the address follows from it. */
};

struct unit {
    int64_t siren;
    uint64_t seed;
    const struct legal_form *form;
    const struct activity *activity;
    const char *band;
    bool active, partial, craft;
    int created_year;
    int place_count;
    struct place place[PLACES_MAX];
};

struct generator {
    const struct generate_options *opt;
    struct generate_result *result;
    struct commune *commune;
    size_t commune_count;
    int64_t population;
    FILE *units, *places;
};

/* ---- numbers ---- */

static uint64_t
mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

static uint64_t
next(uint64_t *state)
{
    *state += 0x9e3779b97f4a7c15U;
    return mix(*state);
}

static int
below(uint64_t *state, int n)
{
    return (int)(next(state) % (uint64_t)n);
}

static bool
chance(uint64_t *state, int of_thousand)
{
    return below(state, 1000) < of_thousand;
}

/* The digit that makes number x 10 + digit pass Luhn. */
static int
check_digit(int64_t number)
{
    int sum = 0;
    bool twice = true;

    for (; number > 0; number /= 10, twice = !twice) {
        int d = (int)(number % 10);
        if (twice)
            d = d > 4 ? 2 * d - 9 : 2 * d;
        sum += d;
    }
    return (10 - sum % 10) % 10;
}

static int64_t
siren_at(const struct generator *g, int64_t index, uint64_t *state)
{
    int64_t step = (BASE_LAST - BASE_FIRST) / g->opt->units;
    int64_t base = BASE_FIRST + index * step + (int64_t)(next(state) % (uint64_t)step);

    if (base == 35600000) /* La Poste's numbers follow another rule. */
        base--;
    return base * 10 + check_digit(base);
}

/* Sequence number in the company, then the digit that makes the SIRET pass. */
static int
nic_at(int64_t siren, int sequence)
{
    return sequence * 10 + check_digit(siren * 10000 + sequence);
}

/* ---- communes ---- */

static void
communes_load(struct generator *g)
{
    struct str rest = str_n(commune_table, commune_table_len), row;

    g->commune = calloc(commune_table_count, sizeof g->commune[0]);
    assert(g->commune != NULL);
    while (str_split(&rest, '\n', &row) && row.len > 0) {
        struct commune *c = &g->commune[g->commune_count++];
        int64_t people = 0;
        (void)str_split(&row, ';', &c->code);
        (void)str_split(&row, ';', &c->label);
        (void)str_split(&row, ';', &c->postal_codes);
        for (size_t i = 0; i < row.len; i++)
            people = people * 10 + (row.ptr[i] - '0');
        g->population += people;
        c->until = g->population;
    }
    assert(g->commune_count == commune_table_count);
}

/* By population: a large town has many companies. */
static const struct commune *
commune_draw(const struct generator *g, uint64_t *state)
{
    int64_t at = (int64_t)(next(state) % (uint64_t)g->population);
    size_t low = 0, high = g->commune_count - 1;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (g->commune[middle].until > at)
            high = middle;
        else
            low = middle + 1;
    }
    return &g->commune[low];
}

/* ---- a company ---- */

static const struct legal_form *
form_draw(uint64_t *state)
{
    int at = below(state, 10000);
    const struct legal_form *f = legal_forms;

    while (at >= f->weight)
        at -= (f++)->weight;
    return f;
}

static const char *
band_draw(uint64_t *state, const struct legal_form *form)
{
    const struct band_share *b = form->employer ? employer_bands : other_bands;
    int at = below(state, 10000);

    while (at >= b->weight)
        at -= (b++)->weight;
    return b->code;
}

static void
unit_draw(const struct generator *g, int64_t index, struct unit *u)
{
    uint64_t state = mix((uint64_t)g->opt->seed) + (uint64_t)index * 0xd1342543de82ef95U;

    memset(u, 0, sizeof *u);
    state = mix(state);
    u->siren = siren_at(g, index, &state);
    u->form = form_draw(&state);
    u->activity = &activities[below(&state, activity_count)];
    if (u->form->naf != NULL)
        u->activity = u->form->naf;
    u->band = band_draw(&state, u->form);
    u->active = chance(&state, 560);
    u->partial = u->form->person && chance(&state, 110);
    u->craft = u->activity->craft != NULL && chance(&state, 750);
    u->created_year = 2025 - below(&state, 1 + below(&state, 45));
    u->place_count = 1;
    while (u->place_count < PLACES_MAX - 1 && chance(&state, 232))
        u->place_count++;
    int head = below(&state, u->place_count);
    for (int i = 0; i < u->place_count; i++) {
        struct place *p = &u->place[i];
        p->nic = nic_at(u->siren, 1 + i);
        p->head = i == head;
        p->active = u->active && (p->head || chance(&state, 500));
        p->commune = i > 0 && chance(&state, 500) ? u->place[0].commune : commune_draw(g, &state);
        p->seed = next(&state);
    }
    u->seed = next(&state);
}

static enum fate
fate_draw(const struct generator *g, int64_t index)
{
    uint64_t state = mix((uint64_t)g->opt->seed ^ 0x5851f42d4c957f2dU) + (uint64_t)index;
    int at = below(&state, 1000);

    return at < 5    ? FATE_CREATED
           : at < 7  ? FATE_GONE
           : at < 11 ? FATE_CLOSED
           : at < 14 ? FATE_MOVED
           : at < 20 ? FATE_CHANGED
                     : FATE_SAME;
}

static void
unit_close(struct unit *u)
{
    u->active = false;
    for (int i = 0; i < u->place_count; i++)
        u->place[i].active = false;
}

/* The head office closes and opens elsewhere under a new number. */
static void
unit_move(const struct generator *g, struct unit *u)
{
    uint64_t state = mix(u->seed);
    struct place *to = &u->place[u->place_count];

    for (int i = 0; i < u->place_count; i++)
        if (u->place[i].head) {
            u->place[i].head = false;
            u->place[i].active = false;
        }
    to->nic = nic_at(u->siren, 1 + u->place_count);
    to->head = to->active = true;
    to->commune = commune_draw(g, &state);
    to->seed = next(&state);
    u->place_count++;
}

/* Applies what month 2 brings and counts it. False: the company is not in this month's file. */
static bool
month_apply(const struct generator *g, enum fate fate, struct unit *u)
{
    struct generate_result *r = g->result;

    if (g->opt->month == 1)
        return fate != FATE_CREATED;
    switch (fate) {
    case FATE_CREATED:
        r->created++;
        return true;
    case FATE_GONE:
        r->gone++;
        return false;
    case FATE_CLOSED:
        r->closed += u->active;
        unit_close(u);
        return true;
    case FATE_MOVED:
        if (u->active) {
            r->moved++;
            unit_move(g, u);
        }
        return true;
    case FATE_CHANGED:
        r->changed++;
        u->band = u->band[0] == '\0' ? "01" : "";
        return true;
    case FATE_SAME:
        break;
    }
    return true;
}

/* ---- rows ---- */

/* "name" quoted when it holds a comma or a quote. */
static void
put_text(FILE *f, const char *text)
{
    if (strpbrk(text, ",\"") == NULL) {
        fputs_unlocked(text, f);
        return;
    }
    putc_unlocked('"', f);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            putc_unlocked('"', f);
        putc_unlocked(*text, f);
    }
    putc_unlocked('"', f);
}

static void
company_name(uint64_t *state, const struct unit *u, char *out, size_t size)
{
    const char *family = last_names[below(state, last_name_count)];
    const char *other = last_names[below(state, last_name_count)];

    switch (below(state, 6)) {
    case 0:
        snprintf(out, size, "%s %s", u->activity->word, family);
        break;
    case 1:
        snprintf(out, size, "SARL %s ET FILS", family);
        break;
    case 2:
        snprintf(out, size, "%s, %s ET CIE", family, other);
        break;
    case 3:
        snprintf(out, size, "%s DE %s", u->activity->word, place_words[below(state, 16)]);
        break;
    case 4:
        snprintf(out, size, "%s \"%s\"", u->activity->word, place_words[below(state, 16)]);
        break;
    default:
        snprintf(out, size, "%.4s%.4s", family, other);
        break;
    }
}

/* The nine columns from the acronym to the association's number, and the names further on. */
static void
unit_row(const struct generator *g, const struct unit *u)
{
    FILE *f = g->units;
    uint64_t state = u->seed;
    char name[200] = "";
    bool person = u->form->person;
    const char *first = first_names[below(&state, first_name_count)];
    const char *second = first_names[below(&state, first_name_count)];
    const char *last = last_names[below(&state, last_name_count)];
    int head = 0;
    int month = 1 + below(&state, 12), day = 1 + below(&state, 28);

    company_name(&state, u, name, sizeof name);
    for (int i = 0; i < u->place_count; i++)
        if (u->place[i].head)
            head = u->place[i].nic;
    fprintf(f, "%09lld,%s,,%d-%02d-%02d,", (long long)u->siren, u->partial ? "P" : "O",
            u->created_year, month, day);
    if (u->partial)
        fputs_unlocked("[ND],[ND],[ND],[ND],[ND],[ND],[ND],[ND],,", f);
    else if (person)
        fprintf(f, ",%s,%s,%s,,,%s,,,", chance(&state, 600) ? "M" : "F", first,
                chance(&state, 400) ? second : "", first);
    else
        fputs_unlocked(",,,,,,,,,", f);
    fprintf(f, "%s,%s,2026-0%d-%02dT0%d:%02d:09.127,%d,%s,%s,%d-%02d-%02d,%s,", u->band,
            u->band[0] == '\0' || u->band[0] == 'N' ? "" : "2023", 1 + below(&state, 9), day,
            below(&state, 10), 10 + below(&state, 50), 1 + below(&state, 6),
            u->active ? "PME" : "", u->active ? "2023" : "", u->created_year, month, day,
            u->active ? "A" : "C");
    if (u->partial)
        fputs_unlocked("[ND],[ND],[ND],[ND],[ND],[ND],", f);
    else if (person)
        fprintf(f, "%s,%s,,,,,", last,
                chance(&state, 100) ? last_names[below(&state, last_name_count)] : "");
    else {
        fputs_unlocked(",,", f);
        put_text(f, name);
        fputs_unlocked(",,,,", f);
    }
    fprintf(f, "%d,%s,NAFRev2,%05d,%s,,%s,%s\n", u->form->code, u->activity->naf, head,
            chance(&state, 20) ? "O" : "N", u->form->employer && u->band[0] > '0' ? "O" : "N",
            u->active ? u->activity->naf25 : "");
}

/* One of the commune's postal codes; a few companies have a CEDEX of their own. */
static void
postal_code_draw(uint64_t *state, const struct commune *c, char out[6])
{
    size_t count = (c->postal_codes.len + 1) / 6;

    memcpy(out, c->postal_codes.ptr + 6 * (size_t)below(state, (int)count), 5);
    out[5] = '\0';
}

static void
place_address(FILE *f, uint64_t *state, const struct unit *u, const struct place *p)
{
    char code[6];
    const struct commune *c = p->commune;
    bool cedex = !u->form->person && chance(state, 20);
    bool number = chance(state, 850);

    postal_code_draw(state, c, code);
    if (u->partial) {
        fprintf(f, "[ND],[ND],[ND],[ND],[ND],[ND],[ND],[ND],%.*s,,[ND],%.*s,[ND],[ND],,,[ND],"
                   "[ND],[ND],[ND],[ND],[ND],[ND],[ND],[ND],,,[ND],,[ND],[ND],,,",
                STR_FMT(c->label), STR_FMT(c->code));
        return;
    }
    int house = 1 + below(state, 1 + below(state, 240));
    fputs_unlocked(chance(state, 120) ? complements[below(state, complement_count)] : "", f);
    if (number)
        fprintf(f, ",%d,%s,,,", house, chance(state, 40) ? "B" : "");
    else
        fputs_unlocked(",,,,,", f);
    fputs_unlocked(streets[below(state, street_count)], f); /* "RUE,DE LA PAIX" */
    fprintf(f, ",%s,%.*s,,%s,%.*s,", code, STR_FMT(c->label),
            cedex ? boxes[below(state, box_count)] : "", STR_FMT(c->code));
    if (cedex)
        fprintf(f, "%.3s9%d,%.*s CEDEX,", code, below(state, 10), STR_FMT(c->label));
    else
        fputs_unlocked(",,", f);
    fprintf(f, ",,%.*s%04d_B,%d.%d,%d.%d,,,,,,,,,,,,,,,", STR_FMT(c->code), below(state, 10000),
            100000 + below(state, 1100000), below(state, 1000000), 6100000 + below(state, 1000000),
            below(state, 1000000));
}

static void
place_row(const struct generator *g, const struct unit *u, const struct place *p)
{
    FILE *f = g->places;
    uint64_t state = p->seed;
    int year = u->created_year + below(&state, 2026 - u->created_year + 1) / 2;
    int month = 1 + below(&state, 12), day = 1 + below(&state, 28);

    fprintf(f,
            "%09lld,%05d,%09lld%05d,%s,%d-%02d-%02d,%s,%s,%s,2026-0%d-%02dT0%d:%02d:11.045,%s,%d,",
            (long long)u->siren, p->nic, (long long)u->siren, p->nic, u->partial ? "P" : "O", year,
            month, day, u->band, u->band[0] == '\0' || u->band[0] == 'N' ? "" : "2023",
            u->craft ? u->activity->craft : "", 1 + below(&state, 9), day, below(&state, 10),
            10 + below(&state, 50), p->head ? "true" : "false", 1 + below(&state, 5));
    place_address(f, &state, u, p);
    fprintf(f, "%d-%02d-%02d,%s,", year, month, day, p->active ? "A" : "F");
    if (u->partial)
        fputs_unlocked("[ND],[ND],[ND],[ND],", f);
    else if (chance(&state, 150))
        fprintf(f, "%s DE %s,,,,", u->activity->word, place_words[below(&state, 16)]);
    else
        fputs_unlocked(",,,,", f);
    fprintf(f, "%s,NAFRev2,%s,%s\n", u->activity->naf, u->band[0] > '0' ? "O" : "N",
            p->active ? u->activity->naf25 : "");
}

/* ---- files ---- */

static enum err
fail(struct generator *g, const char *name)
{
    snprintf(g->result->why, sizeof g->result->why, "%.200s/%s: %s", g->opt->dir, name,
             strerror(errno));
    return ERR_INVALID;
}

static FILE *
file_make(const struct generator *g, const char *name)
{
    char path[4096];

    if (snprintf(path, sizeof path, "%s/%s", g->opt->dir, name) >= (int)sizeof path) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    FILE *f = fopen(path, "we");
    if (f != NULL)
        (void)setvbuf(f, NULL, _IOFBF, FILE_BUFFER_BYTES);
    return f;
}

static enum err
rows_write(struct generator *g)
{
    for (int64_t i = 0; i < g->opt->units; i++) {
        struct unit u;
        unit_draw(g, i, &u);
        if (!month_apply(g, fate_draw(g, i), &u))
            continue;
        unit_row(g, &u);
        for (int p = 0; p < u.place_count; p++)
            place_row(g, &u, &u.place[p]);
        g->result->units++;
        g->result->establishments += u.place_count;
        if (ferror(g->units) || ferror(g->places))
            return fail(g, "StockUniteLegale_utf8.csv or StockEtablissement_utf8.csv");
    }
    return OK;
}

static enum err
files_write(struct generator *g)
{
    enum err e = OK;

    if (mkdir(g->opt->dir, 0777) != 0 && errno != EEXIST)
        return fail(g, "");
    g->units = file_make(g, "StockUniteLegale_utf8.csv");
    if (g->units == NULL)
        return fail(g, "StockUniteLegale_utf8.csv");
    g->places = file_make(g, "StockEtablissement_utf8.csv");
    if (g->places == NULL) {
        e = fail(g, "StockEtablissement_utf8.csv");
        fclose(g->units);
        return e;
    }
    fputs(unit_header, g->units);
    fputs(place_header, g->places);
    e = rows_write(g);
    if (fclose(g->units) != 0 && e == OK)
        e = fail(g, "StockUniteLegale_utf8.csv");
    if (fclose(g->places) != 0 && e == OK)
        e = fail(g, "StockEtablissement_utf8.csv");
    return e;
}

enum err
generate_run(const struct generate_options *opt, struct generate_result *out)
{
    struct generator g = {.opt = opt, .result = out};

    *out = (struct generate_result){0};
    communes_load(&g);
    enum err e = files_write(&g);
    free(g.commune);
    return e;
}
