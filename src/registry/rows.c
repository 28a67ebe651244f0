/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rows.c - the columns of INSEE's two stock files, found by name and checked.
 *
 * Layouts differ (2019 to 2026 gained columns in the middle), so nothing is read by position.
 * "[ND]" stands for what a partly diffused person does not publish and is read as nothing.
 */
#include "registry/rows.h"

#include "base/parse.h"

enum { NAME_BYTES_MAX = 400, FIELD_BYTES_MAX = 200, CODE_BYTES_MAX = 12 };

/* enum, header, required? */
#define UNIT_COLUMNS(X)                                                                           \
    X(U_SIREN, "siren", true)                                                                     \
    X(U_DIFFUSION, "statutDiffusionUniteLegale", false)                                           \
    X(U_CREATED, "dateCreationUniteLegale", false)                                                \
    X(U_FIRST_NAME, "prenom1UniteLegale", false)                                                  \
    X(U_USED_FIRST_NAME, "prenomUsuelUniteLegale", false)                                         \
    X(U_BAND, "trancheEffectifsUniteLegale", true)                                                \
    X(U_BAND_YEAR, "anneeEffectifsUniteLegale", false)                                            \
    X(U_STATE, "etatAdministratifUniteLegale", true)                                              \
    X(U_LAST_NAME, "nomUniteLegale", false)                                                       \
    X(U_USED_LAST_NAME, "nomUsageUniteLegale", false)                                             \
    X(U_NAME, "denominationUniteLegale", true)                                                    \
    X(U_USUAL_NAME, "denominationUsuelle1UniteLegale", false)                                     \
    X(U_CATEGORY, "categorieJuridiqueUniteLegale", true)                                          \
    X(U_NAF, "activitePrincipaleUniteLegale", true)                                               \
    X(U_HEAD_NIC, "nicSiegeUniteLegale", true)

#define PLACE_COLUMNS(X)                                                                          \
    X(P_SIRET, "siret", true)                                                                     \
    X(P_DIFFUSION, "statutDiffusionEtablissement", false)                                         \
    X(P_BAND, "trancheEffectifsEtablissement", false)                                             \
    X(P_CRAFT, "activitePrincipaleRegistreMetiersEtablissement", true)                            \
    X(P_HEAD, "etablissementSiege", true)                                                         \
    X(P_COMPLEMENT, "complementAdresseEtablissement", false)                                      \
    X(P_NUMBER, "numeroVoieEtablissement", false)                                                 \
    X(P_REPETITION, "indiceRepetitionEtablissement", false)                                       \
    X(P_STREET_KIND, "typeVoieEtablissement", false)                                              \
    X(P_STREET, "libelleVoieEtablissement", true)                                                 \
    X(P_POSTAL_CODE, "codePostalEtablissement", true)                                             \
    X(P_CITY, "libelleCommuneEtablissement", true)                                                \
    X(P_FOREIGN_CITY, "libelleCommuneEtrangerEtablissement", false)                               \
    X(P_SPECIAL, "distributionSpecialeEtablissement", false)                                      \
    X(P_COMMUNE, "codeCommuneEtablissement", true)                                                \
    X(P_CEDEX, "codeCedexEtablissement", false)                                                   \
    X(P_CEDEX_CITY, "libelleCedexEtablissement", false)                                           \
    X(P_COUNTRY, "libellePaysEtrangerEtablissement", false)                                       \
    X(P_STATE, "etatAdministratifEtablissement", true)                                            \
    X(P_SIGN, "enseigne1Etablissement", false)                                                    \
    X(P_USUAL_NAME, "denominationUsuelleEtablissement", false)

#define COLUMN_ENUM(value, name, required) value,
enum unit_column { UNIT_COLUMNS(COLUMN_ENUM) UNIT_COLUMN_COUNT };
enum place_column { PLACE_COLUMNS(COLUMN_ENUM) PLACE_COLUMN_COUNT };

struct column {
    const char *name;
    bool required;
};
#define COLUMN_ROW(value, name, required) [value] = {name, required},
static const struct column unit_columns[] = {UNIT_COLUMNS(COLUMN_ROW)};
static const struct column place_columns[] = {PLACE_COLUMNS(COLUMN_ROW)};

static const struct row_fault no_fault = {NULL, NULL};

static struct row_fault
fault(const struct stream *s, int column, const char *reason)
{
    const struct column *table = s->kind == STREAM_UNITS ? unit_columns : place_columns;

    return (struct row_fault){table[column].name, reason};
}

bool
columns_map(struct stream *s, char *why, size_t why_size)
{
    bool units = s->kind == STREAM_UNITS;
    const struct column *table = units ? unit_columns : place_columns;
    int count = units ? (int)UNIT_COLUMN_COUNT : (int)PLACE_COLUMN_COUNT;
    int missing = 0;
    size_t n = 0;

    s->columns = s->csv.count;
    for (int i = 0; i < count; i++) {
        s->column[i] = -1;
        for (int f = 0; f < s->csv.count; f++)
            if (str_is(s->csv.field[f], table[i].name))
                s->column[i] = f;
        if (s->column[i] >= 0 || !table[i].required)
            continue;
        if (n < why_size)
            n += (size_t)snprintf(why + n, why_size - n, "%s%s", missing == 0 ? "" : ", ",
                                  table[i].name);
        missing++;
    }
    return missing == 0;
}

static struct str
get(const struct stream *s, int column)
{
    int at = s->column[column];

    if (at < 0)
        return STR_NONE;
    struct str v = s->csv.field[at];
    return v.len == 4 && memcmp(v.ptr, "[ND]", 4) == 0 ? STR_NONE : v;
}

/* Copies into the batch; control characters become spaces. */
static struct str
keep(struct batch *b, struct str s)
{
    char *to = b->text + b->text_used;

    for (size_t i = 0; i < s.len; i++)
        to[i] = (unsigned char)s.ptr[i] < ' ' ? ' ' : s.ptr[i];
    b->text_used += s.len;
    return str_n(to, s.len);
}

/* Several parts with a space between those that are there. */
static struct str
keep_joined(struct batch *b, const struct str *part, size_t count)
{
    struct str all = {b->text + b->text_used, 0};

    for (size_t i = 0; i < count; i++) {
        if (part[i].len == 0)
            continue;
        if (all.len > 0) {
            b->text[b->text_used++] = ' ';
            all.len++;
        }
        all.len += keep(b, part[i]).len;
    }
    return all;
}

/* Each of these columns must be UTF-8 and no longer than max. */
static struct row_fault
text_check(const struct stream *s, const int *column, size_t count, size_t max)
{
    for (size_t i = 0; i < count; i++) {
        struct str v = get(s, column[i]);
        if (v.len > max)
            return fault(s, column[i], "longer than any register text");
        if (!s->csv.ascii && !utf8_valid(v))
            return fault(s, column[i], "not UTF-8");
    }
    return no_fault;
}

static bool
digits_value(struct str s, size_t len, int64_t *out)
{
    int64_t n = 0;

    if (s.len != len)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        n = n * 10 + (s.ptr[i] - '0');
    }
    *out = n;
    return true;
}

static const char *
number_reason(enum number_fault f)
{
    switch (f) {
    case NUMBER_EMPTY:
        return "empty";
    case NUMBER_CHARACTER:
        return "something else than digits";
    case NUMBER_LENGTH:
        return "wrong number of digits (were leading zeros lost?)";
    default:
        return "check digit does not fit";
    }
}

static bool
date_day(struct str s, int64_t *day)
{
    int64_t y, m, d;

    if (s.len != 10 || s.ptr[4] != '-' || s.ptr[7] != '-' ||
        !digits_value(str_sub(s, 0, 4), 4, &y) || !digits_value(str_sub(s, 5, 2), 2, &m) ||
        !digits_value(str_sub(s, 8, 2), 2, &d) || !civil_date_valid((int)y, (int)m, (int)d))
        return false;
    *day = civil_day((int)y, (int)m, (int)d);
    return true;
}

/* Whoever is not openly diffused is treated as partly diffused: P, and N before March 2023. */
static bool
is_partial(struct str status)
{
    return status.len > 0 && !str_is(status, "O");
}

static bool
state_read(struct str s, const char *closed, bool *active)
{
    *active = str_is(s, "A");
    return *active || str_is(s, closed);
}

static struct row_fault
unit_codes(const struct stream *s, struct unit_row *u)
{
    int64_t n;
    struct str v = get(s, U_BAND);

    u->partial = is_partial(get(s, U_DIFFUSION));
    if (!state_read(get(s, U_STATE), "C", &u->active))
        return fault(s, U_STATE, "neither A nor C");
    if (!band_by_code(v, &u->band))
        return fault(s, U_BAND, "not a headcount band");
    v = get(s, U_BAND_YEAR);
    if (v.len > 0) {
        if (!digits_value(v, 4, &n))
            return fault(s, U_BAND_YEAR, "not a year");
        u->band_year = (int)n;
    }
    v = get(s, U_CATEGORY);
    if (v.len > 0) {
        if (!digits_value(v, 4, &n))
            return fault(s, U_CATEGORY, "not four digits");
        u->legal_category = (int)n;
    }
    v = get(s, U_HEAD_NIC);
    if (v.len > 0) {
        if (!digits_value(v, 5, &n))
            return fault(s, U_HEAD_NIC, "not five digits");
        u->head_siret = u->siren * 100000 + n;
    }
    v = get(s, U_CREATED);
    if (v.len > 0 && !date_day(v, &u->created_day))
        return fault(s, U_CREATED, "not a date YYYY-MM-DD");
    return no_fault;
}

/* A company has its registered name; a person its names as used. */
static void
unit_name(const struct stream *s, struct batch *b, struct unit_row *u)
{
    struct str name = get(s, U_NAME);
    struct str person[2] = {get(s, U_USED_FIRST_NAME), get(s, U_USED_LAST_NAME)};

    if (u->partial)
        return;
    if (person[0].len == 0)
        person[0] = get(s, U_FIRST_NAME);
    if (person[1].len == 0)
        person[1] = get(s, U_LAST_NAME);
    if (name.len == 0 && person[1].len == 0)
        name = get(s, U_USUAL_NAME);
    u->name = name.len > 0 ? keep(b, name) : keep_joined(b, person, 2);
}

/* A row that is cut or that runs into the next is not what its header says. */
static struct row_fault
field_count(const struct stream *s)
{
    if (s->csv.count < s->columns)
        return (struct row_fault){"", "fewer fields than the header"};
    if (s->csv.count > s->columns)
        return (struct row_fault){"", "more fields than the header"};
    return (struct row_fault){0};
}

struct row_fault
unit_read(const struct stream *s, struct batch *b, struct unit_row *out)
{
    static const int names[] = {U_FIRST_NAME,     U_USED_FIRST_NAME, U_LAST_NAME,
                                U_USED_LAST_NAME, U_NAME,            U_USUAL_NAME};
    static const int codes[] = {U_NAF};
    struct row_fault f;

    memset(out, 0, sizeof *out);
    out->line = s->csv.line;
    f = field_count(s);
    if (f.reason != NULL)
        return f;
    enum number_fault nf = siren_parse(get(s, U_SIREN), &out->siren);
    if (nf != NUMBER_OK)
        return fault(s, U_SIREN, number_reason(nf));
    f = unit_codes(s, out);
    if (f.reason != NULL)
        return f;
    f = text_check(s, names, sizeof names / sizeof names[0], NAME_BYTES_MAX);
    if (f.reason == NULL)
        f = text_check(s, codes, 1, CODE_BYTES_MAX);
    if (f.reason != NULL)
        return f;
    unit_name(s, b, out);
    out->naf = keep(b, get(s, U_NAF));
    return no_fault;
}

static struct row_fault
place_codes(const struct stream *s, struct place_row *p)
{
    struct str v = get(s, P_HEAD), dep;
    enum territory t;

    p->partial = is_partial(get(s, P_DIFFUSION));
    if (!state_read(get(s, P_STATE), "F", &p->active))
        return fault(s, P_STATE, "neither A nor F");
    if (!band_by_code(get(s, P_BAND), &p->band))
        return fault(s, P_BAND, "not a headcount band");
    p->head_office = str_is(v, "true");
    if (!p->head_office && !str_is(v, "false"))
        return fault(s, P_HEAD, "neither true nor false");
    v = get(s, P_COMMUNE);
    if (v.len > 0 && !territory_of_commune(v, &dep, &t))
        return fault(s, P_COMMUNE, "not a commune code");
    v = get(s, P_CRAFT);
    if (v.len != 0 && v.len != 6 && v.len != 5)
        return fault(s, P_CRAFT, "not a craft code of six characters");
    return no_fault;
}

/* A partly diffused place keeps its commune, which the register gives, and nothing finer. */
static void
place_texts(const struct stream *s, struct batch *b, struct place_row *p)
{
    struct str street[4] = {get(s, P_NUMBER), get(s, P_REPETITION), get(s, P_STREET_KIND),
                            get(s, P_STREET)};
    struct str cedex = get(s, P_CEDEX), city = get(s, P_CITY), sign = get(s, P_SIGN);

    p->commune = keep(b, get(s, P_COMMUNE));
    p->craft_code = keep(b, get(s, P_CRAFT));
    p->country = keep(b, get(s, P_COUNTRY));
    if (p->country.len > 0)
        city = get(s, P_FOREIGN_CITY);
    else if (cedex.len > 0 && get(s, P_CEDEX_CITY).len > 0)
        city = get(s, P_CEDEX_CITY);
    p->city = keep(b, city);
    if (p->partial)
        return;
    p->postal_code = keep(b, cedex.len > 0 ? cedex : get(s, P_POSTAL_CODE));
    p->street = keep_joined(b, street, 4);
    p->complement = keep(b, get(s, P_COMPLEMENT));
    p->special = keep(b, get(s, P_SPECIAL));
    p->sign = keep(b, sign.len > 0 ? sign : get(s, P_USUAL_NAME));
}

struct row_fault
place_read(const struct stream *s, struct batch *b, struct place_row *out)
{
    static const int texts[] = {P_COMPLEMENT, P_NUMBER,  P_REPETITION,   P_STREET_KIND,
                                P_STREET,     P_CITY,    P_FOREIGN_CITY, P_SPECIAL,
                                P_CEDEX_CITY, P_COUNTRY, P_SIGN,         P_USUAL_NAME};
    static const int codes[] = {P_CRAFT, P_POSTAL_CODE, P_COMMUNE, P_CEDEX};
    struct row_fault f;

    memset(out, 0, sizeof *out);
    out->line = s->csv.line;
    f = field_count(s);
    if (f.reason != NULL)
        return f;
    enum number_fault nf = siret_parse(get(s, P_SIRET), &out->siret);
    if (nf != NUMBER_OK)
        return fault(s, P_SIRET, number_reason(nf));
    f = place_codes(s, out);
    if (f.reason == NULL)
        f = text_check(s, texts, sizeof texts / sizeof texts[0], FIELD_BYTES_MAX);
    if (f.reason == NULL)
        f = text_check(s, codes, sizeof codes / sizeof codes[0], CODE_BYTES_MAX);
    if (f.reason != NULL)
        return f;
    place_texts(s, b, out);
    return no_fault;
}
