/* SPDX-License-Identifier: Apache-2.0 */
/*
 * postal.c - an address as NF Z10-011 wants it on an envelope.
 *
 * Six lines of 38 characters: organisation, person, building, number and street, box or locality,
 * postal code and town; a country takes one more. From the fourth line on everything is in
 * capitals without accents or punctuation. Words are abbreviated only where a line is too long,
 * those of the kind of street first, then titles, then articles are left out.
 */
#include "registry/registry.h"

enum { LINE_MAX_CHARS = 38, LABEL_MAX_CHARS = 32, WORDS_MAX = 64 };

struct words {
    struct str item[WORDS_MAX];
    size_t count;
};

struct abbreviation {
    const char *word, *brief; /* An empty brief leaves the word out. */
};

static const struct abbreviation street_kinds[] = {
    {"ALLEE", "ALL"},       {"ALLEES", "ALL"},      {"AVENUE", "AV"},      {"BOULEVARD", "BD"},
    {"CARREFOUR", "CAR"},   {"CHAUSSEE", "CHS"},    {"CHEMIN", "CHE"},     {"CITE", "CITE"},
    {"CORNICHE", "COR"},    {"COURS", "CRS"},       {"DOMAINE", "DOM"},    {"ESPLANADE", "ESP"},
    {"FAUBOURG", "FG"},     {"HAMEAU", "HAM"},      {"IMPASSE", "IMP"},    {"LOTISSEMENT", "LOT"},
    {"MONTEE", "MTE"},      {"PASSAGE", "PAS"},     {"PLACE", "PL"},       {"PLATEAU", "PLT"},
    {"PROMENADE", "PROM"},  {"QUARTIER", "QUA"},    {"RESIDENCE", "RES"},  {"ROUTE", "RTE"},
    {"SENTIER", "SEN"},     {"SQUARE", "SQ"},       {"TRAVERSE", "TRA"},   {"VILLAGE", "VLGE"},
    {"BATIMENT", "BAT"},    {"IMMEUBLE", "IMM"},    {"APPARTEMENT", "APP"}, {"ESCALIER", "ESC"},
    {"ETAGE", "ETG"},       {"ENTREE", "ENT"},      {"INDUSTRIELLE", "IND"},
    {"COMMERCIAL", "CCIAL"},
    {"CENTRE", "CTRE"},     {"ACTIVITES", "ACT"},   {"ARTISANALE", "ART"},
};

static const struct abbreviation titles[] = {
    {"SAINT", "ST"},        {"SAINTE", "STE"},      {"GENERAL", "GAL"},    {"MARECHAL", "MAL"},
    {"COLONEL", "CNL"},     {"COMMANDANT", "CDT"},  {"CAPITAINE", "CNE"},  {"LIEUTENANT", "LTT"},
    {"AMIRAL", "AML"},      {"DOCTEUR", "DR"},      {"PROFESSEUR", "PR"},  {"PRESIDENT", "PDT"},
    {"MONSEIGNEUR", "MGR"}, {"GRANDE", "GDE"},      {"GRAND", "GD"},       {"PETITE", "PTE"},
    {"PETIT", "PT"},        {"NOTRE", "N"},         {"DAME", "D"},         {"MADAME", "MME"},
    {"MONSIEUR", "M"},      {"COMPAGNIE", "CIE"},   {"ETABLISSEMENTS", "ETS"}, {"SOCIETE", "STE"},
    {"ASSOCIATION", "ASSOC"}, {"ENTREPRISE", "ENTR"}, {"FRANCAISE", "FSE"}, {"FRANCAIS", "FS"},
    {"NATIONALE", "NALE"},  {"NATIONAL", "NAL"},    {"INTERNATIONALE", "INTERN"},
    {"INTERNATIONAL", "INTERN"}, {"DEPARTEMENTALE", "DEP"}, {"DEPARTEMENTAL", "DEP"},
};

static const struct abbreviation articles[] = {
    {"DE", ""}, {"DU", ""}, {"DES", ""}, {"LA", ""}, {"LE", ""}, {"LES", ""},
    {"ET", ""}, {"D", ""},  {"L", ""},   {"A", ""},  {"AUX", ""}, {"AU", ""},
};

/* Ligatures have no decomposition in Unicode, and are common in French. */
static struct str
ligatures_open(struct arena *a, struct str s)
{
    static const char *const pair[][2] = {
        {"œ", "OE"}, {"Œ", "OE"}, {"æ", "AE"}, {"Æ", "AE"}, {"ß", "SS"},
    };
    char *to = arena_alloc(a, s.len + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.len;) {
        size_t p = 0;
        while (p < 5 && !str_starts(str_sub(s, i, s.len - i), str_of(pair[p][0])))
            p++;
        if (p == 5) {
            to[n++] = s.ptr[i++];
            continue;
        }
        memcpy(to + n, pair[p][1], 2); /* Each of the signs is two bytes long. */
        n += 2;
        i += 2;
    }
    return str_n(to, n);
}

/* The words in capitals, letters and digits only. */
static struct words
words_of(struct arena *a, struct str s)
{
    struct str up = utf8_plain_upper(a, ligatures_open(a, s));
    struct words w = {0};
    size_t start = 0;

    for (size_t i = 0; i <= up.len; i++) {
        char c = i < up.len ? up.ptr[i] : ' ';
        if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
            continue;
        if (i > start && w.count < WORDS_MAX)
            w.item[w.count++] = str_sub(up, start, i - start);
        start = i + 1;
    }
    return w;
}

static size_t
words_len(const struct words *w, size_t from)
{
    size_t len = 0;

    for (size_t i = from; i < w->count; i++)
        len += w->item[i].len + (len > 0 && w->item[i].len > 0 ? 1 : 0);
    return len;
}

static struct str
words_join(struct arena *a, const struct words *w)
{
    struct str s = STR_NONE;

    for (size_t i = 0; i < w->count; i++)
        if (w->item[i].len > 0)
            s = str_printf(a, "%.*s%s%.*s", STR_FMT(s), s.len > 0 ? " " : "",
                           STR_FMT(w->item[i]));
    return s;
}

static void
words_shorten(struct words *w, size_t from, size_t max, const struct abbreviation *table,
              size_t count)
{
    for (size_t i = from; i < w->count && words_len(w, from) > max; i++)
        for (size_t t = 0; t < count; t++)
            if (str_is(w->item[i], table[t].word)) {
                w->item[i] = str_of(table[t].brief);
                break;
            }
}

#define COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))

static void
words_fit(struct words *w, size_t from, size_t max)
{
    words_shorten(w, from, max, street_kinds, COUNT_OF(street_kinds));
    words_shorten(w, from, max, titles, COUNT_OF(titles));
    /* An article that opens the label belongs to a name ("LE BOURG"). */
    size_t first = from < w->count ? w->item[from].len + 1 : 0;
    words_shorten(w, from + 1, max > first ? max - first : 0, articles, COUNT_OF(articles));
}

static bool
is_number(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return s.len > 0 && s.len <= 4;
}

/* "12BIS" in two. */
static void
number_split(struct words *w)
{
    struct str s = w->item[0];
    size_t digits = 0;

    while (digits < s.len && s.ptr[digits] >= '0' && s.ptr[digits] <= '9')
        digits++;
    if (digits == 0 || digits == s.len || w->count == WORDS_MAX)
        return;
    struct str rest = str_sub(s, digits, s.len - digits);
    if (!str_is(rest, "BIS") && !str_is(rest, "TER") && !str_is(rest, "QUATER") &&
        !(rest.len == 1 && rest.ptr[0] >= 'A' && rest.ptr[0] <= 'Z'))
        return;
    memmove(w->item + 2, w->item + 1, (w->count - 1) * sizeof w->item[0]);
    w->item[0] = str_sub(s, 0, digits);
    w->item[1] = rest;
    w->count++;
}

static void
words_remove(struct words *w, size_t at, size_t n)
{
    memmove(w->item + at, w->item + at + n, (w->count - at - n) * sizeof w->item[0]);
    w->count -= n;
}

/* Brings the number to its form ("12 BIS" to 12 B, "12 A 14" to 12) and returns where the
 * street's label starts. */
static size_t
number_normalise(struct words *w)
{
    static const struct abbreviation repetition[] = {
        {"BIS", "B"}, {"TER", "T"}, {"QUATER", "Q"}, {"QUINQUIES", "C"},
    };

    if (w->count == 0)
        return 0;
    if (w->item[0].ptr[0] >= '0' && w->item[0].ptr[0] <= '9')
        number_split(w);
    if (!is_number(w->item[0]))
        return 0;
    if (w->count > 2 && is_number(w->item[2]) &&
        (str_is(w->item[1], "A") || str_is(w->item[1], "ET")))
        words_remove(w, 1, 2);
    if (w->count < 2)
        return 1;
    for (size_t i = 0; i < COUNT_OF(repetition); i++)
        if (str_is(w->item[1], repetition[i].word))
            w->item[1] = str_of(repetition[i].brief);
    return w->item[1].len == 1 && w->item[1].ptr[0] >= 'A' && w->item[1].ptr[0] <= 'Z' ? 2 : 1;
}

static size_t
skip(struct str s, size_t i, const char *set)
{
    while (i < s.len && s.ptr[i] != '\0' && strchr(set, s.ptr[i]) != NULL)
        i++;
    return i;
}

/* "12-14 RUE" or "12 / 14 RUE": a range keeps its first number. */
static struct str
range_cut(struct arena *a, struct str street)
{
    static const char digits[] = "0123456789";
    struct str s = str_trim(street);
    size_t number = skip(s, 0, digits);
    size_t sign = skip(s, number, " ");
    size_t second = skip(s, skip(s, sign, "-/"), " ");
    size_t end = skip(s, second, digits);

    if (number == 0 || skip(s, sign, "-/") != sign + 1 || end == second || end - second > 4)
        return s;
    return str_printf(a, "%.*s%.*s", (int)number, s.ptr, (int)(s.len - end), s.ptr + end);
}

static bool
line_add(struct postal *p, struct str s)
{
    if (s.len == 0)
        return true;
    if (p->count == 6)
        return false;
    p->line[p->count++] = s;
    return true;
}

static struct str
street_line(struct arena *a, struct str street)
{
    struct words w = words_of(a, range_cut(a, street));
    size_t label = number_normalise(&w);

    words_fit(&w, label, LABEL_MAX_CHARS);
    return words_join(a, &w);
}

/* "B.P. 89" is read as BP 89. */
static struct str
special_line(struct arena *a, struct str special)
{
    struct words w = words_of(a, special);

    if (w.count > 2 && w.item[0].len == 1 && w.item[1].len == 1 && w.item[0].ptr[0] == 'B' &&
        w.item[1].ptr[0] == 'P') {
        words_remove(&w, 0, 1);
        w.item[0] = STR("BP");
    }
    words_fit(&w, 0, LINE_MAX_CHARS);
    return words_join(a, &w);
}

/* "PARIS 8" and "LYON 3EME ARRONDISSEMENT" are written PARIS and LYON: the postal code tells. */
static void
arrondissement_drop(struct words *w)
{
    if (w->count < 2 || w->item[1].ptr[0] < '0' || w->item[1].ptr[0] > '9')
        return;
    if (!str_is(w->item[0], "PARIS") && !str_is(w->item[0], "LYON") &&
        !str_is(w->item[0], "MARSEILLE"))
        return;
    for (size_t i = 1; i < w->count; i++)
        if (str_is(w->item[i], "CEDEX"))
            return;
    w->count = 1;
}

static struct str
city_line(struct arena *a, const struct postal_in *in)
{
    struct words w = words_of(a, in->city);

    arrondissement_drop(&w);
    words_fit(&w, 0, LABEL_MAX_CHARS);
    struct str city = words_join(a, &w);
    struct words code = words_of(a, in->postal_code);
    struct str joined = words_join(a, &code);
    return str_printf(a, "%.*s%s%.*s", STR_FMT(joined), joined.len > 0 ? " " : "", STR_FMT(city));
}

/* Lines 1 to 3 keep their case: control characters and runs of spaces go. */
static struct str
upper_part_line(struct arena *a, struct str s)
{
    char *to = arena_alloc(a, s.len + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c > ' ' && c != 0x7f)
            to[n++] = (char)c;
        else if (n > 0 && to[n - 1] != ' ')
            to[n++] = ' ';
    }
    return str_trim(str_n(to, n));
}

/* Too long: in capitals, abbreviated. */
static struct str
upper_part_fit(struct arena *a, struct str s)
{
    s = upper_part_line(a, s);
    if (utf8_count(s) <= LINE_MAX_CHARS)
        return s;
    struct words w = words_of(a, s);
    words_fit(&w, 0, LINE_MAX_CHARS);
    return words_join(a, &w);
}

/* A legal name can be any length and the buyer cannot change it: it goes on into the person's
 * line when that is free, and ends at a word otherwise. */
static void
company_lines(struct arena *a, struct str name, bool second_free, struct str *first,
              struct str *second)
{
    *first = upper_part_fit(a, name);
    if (utf8_count(*first) <= LINE_MAX_CHARS)
        return;
    /* What was abbreviated is ASCII: bytes are characters. */
    struct str s = *first;
    size_t cut = LINE_MAX_CHARS;
    while (cut > 0 && s.ptr[cut] != ' ')
        cut--;
    if (cut == 0)
        cut = LINE_MAX_CHARS;
    *first = str_trim(str_sub(s, 0, cut));
    if (!second_free)
        return;
    struct str rest = str_trim(str_sub(s, cut, s.len - cut));
    cut = rest.len;
    if (cut > LINE_MAX_CHARS)
        for (cut = LINE_MAX_CHARS; cut > 0 && rest.ptr[cut] != ' ';)
            cut--;
    *second = str_trim(str_sub(rest, 0, cut > 0 ? cut : LINE_MAX_CHARS));
}

static bool
postal_code_valid(struct str code)
{
    if (code.len != 5)
        return false;
    for (size_t i = 0; i < code.len; i++)
        if (code.ptr[i] < '0' || code.ptr[i] > '9')
            return false;
    return true;
}

static enum err
refuse(const char **field, const char *name)
{
    *field = name;
    return ERR_INVALID;
}

enum err
postal_lines(struct arena *a, const struct postal_in *in, struct postal *out, const char **field)
{
    struct postal p = {0};
    struct str first = STR_NONE, second = upper_part_fit(a, in->person);
    struct str third = upper_part_fit(a, in->complement);
    struct str street = street_line(a, in->street), special = special_line(a, in->special);
    struct str city = city_line(a, in);

    company_lines(a, in->company, second.len == 0, &first, &second);
    if (first.len == 0 && second.len == 0)
        return refuse(field, "company");
    if (utf8_count(second) > LINE_MAX_CHARS)
        return refuse(field, "person");
    if (utf8_count(third) > LINE_MAX_CHARS)
        return refuse(field, "complement");
    if (street.len > LINE_MAX_CHARS)
        return refuse(field, "street");
    if (special.len > LINE_MAX_CHARS)
        return refuse(field, "special");
    if (in->country.len == 0 && !postal_code_valid(str_trim(in->postal_code)))
        return refuse(field, "postal_code");
    if (words_of(a, in->city).count == 0 || city.len > LINE_MAX_CHARS)
        return refuse(field, "city");

    struct words country_words = words_of(a, in->country);
    struct str country = words_join(a, &country_words);
    if (country.len > LINE_MAX_CHARS || (country.len == 0) != (in->country.len == 0))
        return refuse(field, "country");
    bool fits = line_add(&p, first) && line_add(&p, second) && line_add(&p, third) &&
                line_add(&p, street) && line_add(&p, special) && line_add(&p, city) &&
                line_add(&p, country);
    if (!fits)
        return refuse(field, "complement");
    *out = p;
    return OK;
}
