/* SPDX-License-Identifier: Apache-2.0 */
/* policy_read.c - see policy_read.h. Each message says what to write instead. */
#include "policy/policy_read.h"

#include "base/format.h"
#include "base/parse.h"
#include "policy/policy_locate.h"

#define NBSP "\u00a0"
#define TEXT_FR "écrivez un texte, entre guillemets dans le fichier"
#define TWICE_FR "cité deux fois, une suffit"

void
read_fault_words(struct policy_reader *r, struct str path, struct str english, struct str french)
{
    struct policy_fault *f;

    if (r->faults.count == POLICY_FAULTS_MAX)
        return;
    if (r->faults.item == NULL)
        r->faults.item = ARENA_ARRAY(r->arena, POLICY_FAULTS_MAX, struct policy_fault);
    f = &r->faults.item[r->faults.count++];
    f->path = path;
    f->text = english;
    f->words = french;
    policy_locate(r->text, path, &f->line, &f->column);
}

struct str
place_path(struct policy_reader *r, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    struct str s = str_vprintf(r->arena, fmt, ap);
    va_end(ap);
    return s;
}

struct place
place_of(struct policy_reader *r, const struct place *object, const char *key)
{
    const struct json *o = object->value;

    return (struct place){
        .value = o != NULL && o->kind == JSON_OBJECT ? json_get(o, key) : NULL,
        .path = place_path(r, "%.*s/%s", STR_FMT(object->path), key),
    };
}

struct place
place_at(struct policy_reader *r, const struct place *array, size_t index)
{
    return (struct place){
        .value = &array->value->item[index],
        .path = place_path(r, "%.*s/%zu", STR_FMT(array->path), index),
    };
}

static bool
word_in(const char *words, struct str word)
{
    struct str rest = str_of(words), part;

    while (str_split(&rest, ' ', &part))
        if (str_eq(part, word))
            return true;
    return false;
}

/* A key as it may stand in a message: printable, short. */
static struct str
key_shown(struct policy_reader *r, struct str key)
{
    if (utf8_has_control(key, ""))
        return STR("?");
    return str_dup(r->arena, str_sub(key, 0, 60));
}

bool
read_object(struct policy_reader *r, const struct place *at, const char *keys)
{
    if (at->value == NULL) {
        read_fault(r, at->path, "is missing: write an object {...} with %s",
                   "cette partie manque, écrivez un objet {...} avec %s", keys);
        return false;
    }
    if (at->value->kind != JSON_OBJECT) {
        read_fault(r, at->path, "must be an object {...} with %s",
                   "écrivez un objet {...} avec %s", keys);
        return false;
    }
    for (size_t i = 0; i < at->value->count; i++) {
        struct str key = at->value->member[i].key;
        if (!word_in(keys, key) && !str_is(key, "comment"))
            read_fault(r, at->path, "has no member \"%.*s\"; known ones: %s comment",
                       "«\u00a0%.*s\u00a0» n’existe pas ici, les noms connus sont %s comment",
                       STR_FMT(key_shown(r, key)), keys);
    }
    struct place comment = place_of(r, at, "comment");
    if (comment.value != NULL && comment.value->kind != JSON_STR)
        read_fault(r, comment.path, "must be text in quotes", TEXT_FR);
    return true;
}

size_t
read_array(struct policy_reader *r, const struct place *at, size_t min, size_t max)
{
    if (at->value == NULL && min == 0)
        return 0;
    if (at->value == NULL || at->value->kind != JSON_ARRAY) {
        read_fault(r, at->path, "must be a list [...]", "écrivez une liste [...]");
        return 0;
    }
    if (at->value->count < min)
        read_fault(r, at->path, "needs at least %zu entry", "choisissez-en au moins %zu", min);
    if (at->value->count > max) {
        read_fault(r, at->path, "has %zu entries; at most %zu are allowed",
                   "il y en a %zu, %zu au plus sont admis", at->value->count, max);
        return max;
    }
    return at->value->count;
}

struct str
read_text(struct policy_reader *r, const struct place *object, const char *key, size_t min,
          size_t max, bool lines)
{
    struct place at = place_of(r, object, key);

    if (at.value == NULL && min == 0)
        return STR_NONE;
    if (at.value == NULL || at.value->kind != JSON_STR) {
        read_fault(r, at.path, "must be text in quotes", TEXT_FR);
        return STR_NONE;
    }
    struct str s = at.value->s;
    if (str_trim(s).len < min)
        read_fault(r, at.path, "must not be empty", "ce champ est vide, remplissez-le");
    else if (utf8_count(s) > max)
        read_fault(r, at.path, "has %zu characters; at most %zu are allowed",
                   "il y a %zu caractères, écrivez-en %zu au plus", utf8_count(s), max);
    else if (utf8_has_control(s, lines ? "\n" : ""))
        read_fault_words(r, at.path,
                         str_printf(r->arena, "holds a control character%s",
                                    lines ? " (line breaks are \\n)" : " or a line break"),
                         lines ? STR("retirez les caractères invisibles")
                               : STR("retirez les caractères invisibles et les retours à la "
                                     "ligne"));
    else
        return str_dup(r->arena, s);
    return STR_NONE;
}

struct str
read_code(struct policy_reader *r, const struct place *object, const char *key)
{
    struct place at = place_of(r, object, key);
    struct str s = at.value != NULL && at.value->kind == JSON_STR ? at.value->s : STR_NONE;
    bool good = s.len >= 1 && s.len <= 40;

    for (size_t i = 0; i < s.len && good; i++)
        good = (s.ptr[i] >= 'a' && s.ptr[i] <= 'z') || (s.ptr[i] >= '0' && s.ptr[i] <= '9') ||
               (s.ptr[i] == '-' && i > 0);
    if (good)
        return str_dup(r->arena, s);
    read_fault(r, at.path, "must be a short name of a-z, 0-9 and '-', such as \"pack-6\"",
               "écrivez un nom court en a-z, 0-9 et tirets, par exemple «\u00a0lot-6\u00a0»");
    return STR_NONE;
}

int64_t
read_units(struct policy_reader *r, const struct place *object, const char *key, int64_t min,
           int64_t max)
{
    struct place at = place_of(r, object, key);

    if (at.value != NULL && at.value->kind == JSON_INT && at.value->i >= min && at.value->i <= max)
        return at.value->i;
    read_fault_words(r, at.path,
                     str_printf(r->arena, "must be a whole number from %lld to %lld",
                                (long long)min, (long long)max),
                     str_printf(r->arena, "indiquez un nombre entier de %s à %s", fmt_int(min).z,
                                fmt_int(max).z));
    return min;
}

int
read_int(struct policy_reader *r, const struct place *object, const char *key, int min, int max,
         int when_absent)
{
    if (when_absent != READ_REQUIRED && place_of(r, object, key).value == NULL)
        return when_absent;
    return (int)read_units(r, object, key, min, max);
}

bool
read_bool(struct policy_reader *r, const struct place *object, const char *key, bool when_absent)
{
    struct place at = place_of(r, object, key);

    if (at.value == NULL)
        return when_absent;
    if (at.value->kind != JSON_BOOL)
        read_fault(r, at.path, "must be true or false, without quotes",
                   "écrivez true ou false, sans guillemets");
    return at.value->kind == JSON_BOOL && at.value->b;
}

/* Digits, and at most two behind a point: hundredths. A float would not be exact. */
static bool
hundredths(struct str s, int64_t max, int64_t *out)
{
    size_t point = str_find_byte(s, '.');
    struct str whole = str_sub(s, 0, point);
    struct str part = point < s.len ? str_sub(s, point + 1, s.len) : STR("0");
    int64_t high, low;

    if (whole.len == 0 || whole.ptr[0] == '-' || (whole.len > 1 && whole.ptr[0] == '0') ||
        part.len == 0 || part.len > 2 || part.ptr[0] == '-')
        return false;
    if (!parse_i64(whole, 0, max / 100, &high) || !parse_i64(part, 0, 99, &low))
        return false;
    *out = high * 100 + (part.len == 1 ? low * 10 : low);
    return *out <= max;
}

int64_t
read_money(struct policy_reader *r, const struct place *object, const char *key, bool required)
{
    struct place at = place_of(r, object, key);
    int64_t cents;

    if (at.value == NULL && !required)
        return 0;
    if (at.value != NULL && at.value->kind == JSON_STR &&
        hundredths(at.value->s, 1000000000, &cents))
        return cents;
    read_fault(r, at.path,
               "must be an amount in euros in quotes, with a point and at most two decimals: "
               "\"17.80\"",
               "indiquez un montant en euros, avec deux décimales au plus, par exemple 17,80");
    return 0;
}

int
read_rate(struct policy_reader *r, const struct place *object, const char *key)
{
    struct place at = place_of(r, object, key);
    int64_t bp;

    if (at.value != NULL && at.value->kind == JSON_STR &&
        hundredths(at.value->s, r->stored ? 10000 : POLICY_RATE_MAX_BP, &bp))
        return (int)bp;
    read_fault(r, at.path, "must be a rate in percent in quotes, from \"0\" to \"20\": \"5.5\"",
               "indiquez un taux de 0 à 20\u00a0%%, par exemple 5,5");
    return 0;
}

void
read_heads(struct policy_reader *r, const struct place *object, int *min, int *max)
{
    struct place at = place_of(r, object, "heads");

    *min = 0;
    *max = INT32_MAX;
    if (at.value == NULL || !read_object(r, &at, "min max"))
        return;
    *min = read_int(r, &at, "min", 0, 10000000, 0);
    *max = read_int(r, &at, "max", 0, 10000000, INT32_MAX);
    if (*min > *max)
        read_fault(r, at.path, "has a min above its max",
                   "le plus petit effectif dépasse le plus grand");
}

unsigned
read_territories(struct policy_reader *r, const struct place *object, const char *key,
                 unsigned when_absent)
{
    struct place at = place_of(r, object, key);
    unsigned bits = 0;

    if (at.value == NULL && when_absent != 0)
        return when_absent;
    size_t count = read_array(r, &at, 1, TERRITORY_COUNT);
    for (size_t i = 0; i < count; i++) {
        struct place item = place_at(r, &at, i);
        enum territory t;
        if (item.value->kind != JSON_STR || !territory_by_code(item.value->s, &t) ||
            t == TERRITORY_NONE)
            read_fault(r, item.path,
                       "must be one of mainland corsica guadeloupe martinique guyane reunion "
                       "miquelon mayotte barthelemy martin",
                       "choisissez parmi mainland corsica guadeloupe martinique guyane reunion "
                       "miquelon mayotte barthelemy martin");
        else if (bits & 1U << t)
            read_fault(r, item.path, "stands in the list twice", TWICE_FR);
        else
            bits |= 1U << t;
    }
    return bits;
}

unsigned
read_networks(struct policy_reader *r, const struct place *object, const char *key)
{
    struct place at = place_of(r, object, key);
    size_t count = read_array(r, &at, 0, 2);
    unsigned bits = 0;

    for (size_t i = 0; i < count; i++) {
        struct place item = place_at(r, &at, i);
        unsigned bit = 0;
        if (item.value->kind == JSON_STR)
            bit = str_is(item.value->s, "cci")   ? NETWORK_CCI
                  : str_is(item.value->s, "cma") ? NETWORK_CMA
                                                 : 0;
        if (bit == 0)
            read_fault(r, item.path, "must be \"cci\" or \"cma\"",
                       "choisissez «\u00a0cci\u00a0» ou «\u00a0cma\u00a0»");
        else if (bits & bit)
            read_fault(r, item.path, "stands in the list twice", TWICE_FR);
        bits |= bit;
    }
    return bits;
}

unsigned
read_bands(struct policy_reader *r, const struct place *object, const char *key)
{
    struct place at = place_of(r, object, key);
    unsigned bits = 0;

    if (at.value == NULL)
        return (1U << BAND_COUNT) - 1;
    size_t count = read_array(r, &at, 1, BAND_COUNT);
    for (size_t i = 0; i < count; i++) {
        struct place item = place_at(r, &at, i);
        enum band b;
        if (item.value->kind != JSON_STR || item.value->s.len == 0 ||
            !band_by_code(item.value->s, &b) || b == BAND_UNKNOWN)
            read_fault(r, item.path,
                       "must be a headcount band of the register: NN 00 01 02 03 11 12 21 22 31 "
                       "32 41 42 51 52 53",
                       "choisissez des tranches connues" NBSP "; l’effectif inconnu ne peut être "
                       "admis qu’avec toutes les tranches");
        else if (bits & 1U << b)
            read_fault(r, item.path, "stands in the list twice", TWICE_FR);
        else
            bits |= 1U << b;
    }
    return bits;
}

int
read_good(struct policy_reader *r, const struct place *object)
{
    struct place at = place_of(r, object, "good");

    if (at.value != NULL && at.value->kind == JSON_STR)
        for (int i = 0; i < r->p->good_count; i++)
            if (str_eq(r->p->good[i].code, at.value->s))
                return i;
    read_fault(r, at.path, "must be the code of one of /goods",
               "choisissez le code d’un des articles de la vente");
    return -1;
}

bool
read_civil(struct policy_reader *r, const struct place *at, enum zone zone, int64_t *out)
{
    struct civil c;

    if (at->value == NULL || at->value->kind != JSON_STR || !civil_parse(at->value->s, &c) ||
        c.year < 2000 || c.year > 2099) {
        read_fault(r, at->path,
                   "must be a date and hour as clocks there show them: \"2020-05-02T08:00\"",
                   "indiquez une date et une heure, par exemple 2020-05-02T08:00");
        return false;
    }
    int64_t ms = civil_to_ms(&c, zone);
    struct civil back = civil_of(ms, zone);
    if (back.hour != c.hour || back.minute != c.minute) {
        read_fault(r, at->path, "names an hour that summer time skips in %s",
                   "cette heure n’existe pas, le passage à l’heure d’été la saute (%s)",
                   zone_name(zone));
        return false;
    }
    *out = ms;
    return true;
}
