/* SPDX-License-Identifier: Apache-2.0 */
/* postal_code.c - what is known of a postal code. See postal_code.h. */
#include "registry/postal_code.h"

#include "registry/commune.h"

enum { TOWN_WORDS_MAX = 12, TOWN_LEN_MAX = 60, TOWNS_SHOWN = 3 };

/* ---- towns ---- */

/* The words that tell towns apart, joined: ST is SAINT, articles and arrondissements go. */
static struct str
town_key(struct arena *a, struct str town)
{
    static const char *const empty[] = {"LE",  "LA",  "LES",  "L",   "D",     "DE",    "DU",
                                        "DES", "SUR", "SOUS", "EN",  "ET",    "AUX",   "AU",
                                        "A",   "LEZ", "LES",  "S",   "CEDEX", "ARRONDISSEMENT",
                                        "ER",  "EME", "E"};
    static const char *const whole[][2] = {{"ST", "SAINT"}, {"STE", "SAINTE"}, {"STS", "SAINTS"}};
    struct str rest = utf8_plain_upper(a, town), word, key = STR_NONE;

    for (int i = 0; i < TOWN_WORDS_MAX && str_split(&rest, ' ', &word); i++) {
        bool skip = word.len == 0 || (word.ptr[0] >= '0' && word.ptr[0] <= '9');
        for (size_t k = 0; k < sizeof empty / sizeof empty[0]; k++)
            skip |= str_is(word, empty[k]);
        for (size_t k = 0; k < sizeof whole / sizeof whole[0]; k++)
            if (str_is(word, whole[k][0]))
                word = str_of(whole[k][1]);
        if (!skip)
            key = str_printf(a, "%.*s%s%.*s", STR_FMT(key), key.len > 0 ? " " : "",
                             STR_FMT(word));
    }
    return str_sub(key, 0, TOWN_LEN_MAX);
}

/* Levenshtein's distance of two short texts. */
static int
distance(struct str a, struct str b)
{
    int row[TOWN_LEN_MAX + 1];

    for (size_t j = 0; j <= b.len; j++)
        row[j] = (int)j;
    for (size_t i = 0; i < a.len; i++) {
        int corner = row[0];
        row[0] = (int)i + 1;
        for (size_t j = 0; j < b.len; j++) {
            int best = corner + (a.ptr[i] != b.ptr[j]);
            best = row[j] + 1 < best ? row[j] + 1 : best;
            corner = row[j + 1];
            row[j + 1] = corner + 1 < best ? corner + 1 : best;
        }
    }
    return row[b.len];
}

static bool
has_word(struct str text, struct str word)
{
    struct str part;

    while (str_split(&text, ' ', &part))
        if (str_eq(part, word))
            return true;
    return false;
}

/* A word of some length in common; SAINT alone says nothing. */
static bool
share_word(struct str a, struct str b)
{
    struct str word;

    while (str_split(&a, ' ', &word))
        if (word.len > 2 && !str_is(word, "SAINT") && !str_is(word, "SAINTE") &&
            has_word(b, word))
            return true;
    return false;
}

static bool
keys_resemble(struct str a, struct str b)
{
    size_t longer = a.len > b.len ? a.len : b.len;

    return share_word(a, b) || distance(a, b) <= (longer < 5 ? 1 : longer < 10 ? 2 : 3);
}

bool
town_resembles(struct arena *a, struct str typed, struct str label)
{
    return keys_resemble(town_key(a, typed), town_key(a, label));
}

/* ---- the table of communes ---- */

static struct str
row_code(size_t i)
{
    return str_n(postal_table[i].code, 5);
}

/* The first row of that code; postal_table_count when there is none. */
static size_t
table_first(struct str code)
{
    size_t low = 0, high = postal_table_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (str_cmp(row_code(middle), code) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* "69382;LYON;69002;30000\n" */
static void
table_row(size_t i, struct str *commune, struct str *label)
{
    struct str line = str_sub(str_n(commune_table, commune_table_len), postal_table[i].at, 200);

    (void)str_split(&line, ';', commune);
    (void)str_split(&line, ';', label);
}

static void
town_show(struct arena *a, struct str label, int *shown, struct postal_place *out)
{
    if (str_contains(out->towns, label) || *shown == TOWNS_SHOWN)
        return;
    (*shown)++;
    out->towns = str_printf(a, "%.*s%s%.*s", STR_FMT(out->towns), out->towns.len > 0 ? ", " : "",
                            STR_FMT(label));
}

static void
table_find(struct arena *a, struct str code, struct str town, struct postal_place *out)
{
    struct str key = town_key(a, town);
    int shown = 0, exact = 0, fits = 0;

    for (size_t i = table_first(code); i < postal_table_count && str_eq(row_code(i), code); i++) {
        struct str commune, label, department;
        enum territory territory = TERRITORY_NONE;
        table_row(i, &commune, &label);
        (void)territory_of_commune(commune, &department, &territory);
        struct str label_key = town_key(a, label);
        bool is_exact = str_eq(key, label_key);
        bool is_near = is_exact || keys_resemble(key, label_key);
        out->known = true;
        out->territories |= 1U << territory;
        out->town_fits |= is_near;
        exact += is_exact;
        fits += is_near;
        if (is_exact ? exact == 1 : is_near && exact == 0)
            out->commune = commune;
        town_show(a, label, &shown, out);
    }
    /* Two that fit alike tell none. */
    if (exact > 1 || (exact == 0 && fits > 1))
        out->commune = STR_NONE;
}

/* ---- what no table holds ---- */

static bool
is_cedex(struct arena *a, struct str town)
{
    return has_word(utf8_plain_upper(a, town), STR("CEDEX"));
}

/* By its first digits: the département, but for 20 (Corsica); the northern islands share theirs
 * with Guadeloupe. 0: there is no such one. */
static unsigned
territories_by_prefix(struct str code)
{
    const unsigned islands = 1U << TERRITORY_GUADELOUPE | 1U << TERRITORY_BARTHELEMY |
                             1U << TERRITORY_MARTIN;
    static const enum territory overseas[] = {TERRITORY_MARTINIQUE, TERRITORY_GUYANE,
                                              TERRITORY_REUNION, TERRITORY_MIQUELON,
                                              TERRITORY_MAYOTTE};
    int two = (code.ptr[0] - '0') * 10 + (code.ptr[1] - '0');
    int third = code.ptr[2] - '0';

    if (two == 20)
        return 1U << TERRITORY_CORSICA;
    if (two >= 1 && two <= 95)
        return 1U << TERRITORY_MAINLAND;
    if (two != 97)
        return 0;
    return third <= 1 ? islands : third <= 6 ? 1U << overseas[third - 2] : 0;
}

enum err
postal_code_find(struct ctx *cx, struct str code, struct str town, struct postal_place *out)
{
    struct postal_place p = {0};
    struct db_rows rows;

    assert(code.len == 5);
    table_find(cx->arena, code, town, &p);
    if (!p.known) {
        p.town_fits = true;
        TRY(db_run(cx, SQL_REGISTRY_POSTAL_CODE_FIND, &rows, db_str(code)));
        p.known = rows.count > 0;
        for (size_t i = 0; i < rows.count; i++)
            p.territories |= 1U << row_int(&rows, i, 0);
    }
    if (!p.known && is_cedex(cx->arena, town)) {
        p.territories = territories_by_prefix(code);
        p.known = p.territories != 0;
    }
    /* A CEDEX is named after the sorting centre, which may be another town. */
    p.town_fits |= is_cedex(cx->arena, town);
    /* Monaco and the Pacific: they exist, and are no territory of the register. */
    if (!p.known && str_starts(code, STR("98"))) {
        p.known = true;
        p.territories = 1U << TERRITORY_NONE;
    }
    *out = p;
    return OK;
}
