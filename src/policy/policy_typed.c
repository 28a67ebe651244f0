/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_typed.c - from what was typed into a form to the campaign file.
 *
 * An input that still says what the file says is not written: so nothing that was not touched
 * changes, not even in its spelling.
 */
#include "base/parse.h"
#include "policy/policy_form_int.h"

enum { CODES_MAX = 300 };

/* ---- reading what was typed ---- */

/* Browsers send CR LF. */
static struct str
lines_normal(struct arena *a, struct str s)
{
    char *to = arena_alloc(a, s.len + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] != '\r')
            to[n++] = s.ptr[i];
    return str_n(to, n);
}

struct str
form_typed(const struct form_work *w, const char *name)
{
    for (size_t i = 0; i < w->typed->count; i++)
        if (str_is(w->typed->item[i].name, name)) {
            struct str s = utf8_nfc(w->arena, w->typed->item[i].value);
            return str_trim(lines_normal(w->arena, s));
        }
    return STR_NONE;
}

static bool
is_ticked(const struct form_work *w, const struct form_input *in, struct str value)
{
    return form_typed(w, str_z(w->arena, str_printf(w->arena, "%s-%.*s", in->field.name,
                                                    STR_FMT(value)))).len > 0;
}

/* "1" and "0" for each choice, so that two states can be compared. */
static struct str
ticks_text(struct arena *a, const struct form_input *in, const struct form_work *w)
{
    char *text = arena_alloc(a, in->choices.count + 1);

    for (size_t i = 0; i < in->choices.count; i++) {
        const struct choice *c = &in->choices.item[i];
        text[i] = (w == NULL ? c->checked : is_ticked(w, in, c->value)) ? '1' : '0';
    }
    return str_n(text, in->choices.count);
}

struct str
form_input_value(struct arena *a, const struct form_input *in)
{
    return in->kind == INPUT_TICKS ? ticks_text(a, in, NULL) : in->field.value;
}

struct str
form_input_typed(const struct form_work *w, const struct form_input *in)
{
    struct str typed;

    if (in->kind == INPUT_TICKS)
        return ticks_text(w->arena, in, w);
    typed = form_typed(w, in->field.name);
    if (in->kind == INPUT_FLAG)
        return typed.len > 0 ? STR("1") : STR_NONE;
    return typed;
}

static bool
is_touched(const struct form_work *w, size_t first, size_t count)
{
    for (size_t i = first; i < first + count; i++) {
        const struct form_input *in = &w->inputs.item[i];
        if (!str_eq(form_input_typed(w, in), str_trim(form_input_value(w->arena, in))))
            return true;
    }
    return false;
}

/* ---- putting ---- */

/* The object that holds the last part of the path, made on the way; *key: that part. */
static struct json *
holder(struct form_work *w, struct json *object, const char *path, struct str *key)
{
    struct str rest = str_of(path), part;

    (void)str_split(&rest, '/', &part);
    while (rest.ptr != NULL) {
        struct json *next = json_at(object, str_printf(w->arena, "/%.*s", STR_FMT(part)));
        object = next != NULL ? next
                              : json_put(w->arena, object, part, json_empty(JSON_OBJECT));
        (void)str_split(&rest, '/', &part);
    }
    *key = part;
    return object;
}

static void
put(struct form_work *w, struct json *object, const char *path, struct json value)
{
    struct str key;
    struct json *at = holder(w, object, path, &key);

    json_put(w->arena, at, key, value);
}

static void
drop(struct form_work *w, struct json *object, const char *path)
{
    struct str key;
    struct json *at = holder(w, object, path, &key);

    json_remove(at, key);
}

/* Bytes of the blank that stands there: U+0020, U+00A0, U+202F; 0: none. */
static size_t
blank_at(struct str s, size_t i)
{
    return s.ptr[i] == ' '                                    ? 1
           : str_starts(str_sub(s, i, 2), STR("\u00a0")) ? 2
           : str_starts(str_sub(s, i, 3), STR("\u202f")) ? 3
                                                          : 0;
}

/* A number as a number, anything else as the text that it is. */
static struct json
number(struct form_work *w, struct str typed)
{
    char *text = arena_alloc(w->arena, typed.len + 1);
    size_t n = 0;
    int64_t value;

    for (size_t i = 0; i < typed.len;) {
        size_t blank = blank_at(typed, i);
        if (blank == 0)
            text[n++] = typed.ptr[i];
        i += blank == 0 ? 1 : blank;
    }
    if (parse_i64(str_n(text, n), INT64_MIN, INT64_MAX, &value))
        return json_int(value);
    return json_text(typed);
}

static void
number_put(struct form_work *w, struct json *object, const char *path, struct str typed)
{
    if (typed.len == 0)
        drop(w, object, path);
    else
        put(w, object, path, number(w, typed));
}

static struct json
money(struct form_work *w, struct str typed)
{
    int64_t cents;

    if (!parse_cents(typed, &cents) || cents < 0)
        return json_text(typed);
    return json_text(str_printf(w->arena, "%lld.%02d", (long long)(cents / 100),
                                (int)(cents % 100)));
}

static struct json
rate(struct form_work *w, struct str typed)
{
    char *text = str_z(w->arena, typed);
    size_t n = 0;

    for (size_t i = 0; i < typed.len; i++)
        if (typed.ptr[i] != ' ' && typed.ptr[i] != '%')
            text[n++] = typed.ptr[i] == ',' ? '.' : typed.ptr[i];
    return json_text(str_n(text, n));
}

/* Digits of the text from *at on; -1: there are none. */
static int
digits(struct str s, size_t *at)
{
    int n = -1;

    while (*at < s.len && s.ptr[*at] >= '0' && s.ptr[*at] <= '9' && n < 100000)
        n = (n < 0 ? 0 : n) * 10 + (s.ptr[(*at)++] - '0');
    return n;
}

static void
skip(struct str s, size_t *at, const char *bytes)
{
    while (*at < s.len && strchr(bytes, s.ptr[*at]) != NULL)
        ++*at;
}

/* "02/05/2020 8 h 30" and "2020-05-02 08:30" as the file writes them; what is neither stays. */
static struct json
civil_time(struct form_work *w, struct str typed)
{
    bool french = typed.len > 2 && (typed.ptr[2] == '/' || typed.ptr[1] == '/');
    size_t at = 0;
    int part[5] = { 0 }, count = 0;

    for (; count < 5 && at < typed.len; count++) {
        part[count] = digits(typed, &at);
        if (part[count] < 0)
            break;
        skip(typed, &at, count < 2 ? (french ? "/" : "-") : count == 2 ? " T" : "h: ");
    }
    if (at < typed.len || count < 3)
        return json_text(typed);
    if (french) {
        int day = part[0];
        part[0] = part[2];
        part[2] = day;
    }
    if (count == 3)
        return json_text(str_printf(w->arena, "%04d-%02d-%02d", part[0], part[1], part[2]));
    return json_text(str_printf(w->arena, "%04d-%02d-%02dT%02d:%02d", part[0], part[1], part[2],
                                part[3], part[4]));
}

/* Codes between commas, semicolons and blanks. */
static struct json
codes(struct form_work *w, struct str typed)
{
    struct json list = json_empty(JSON_ARRAY);
    size_t from = 0;

    list.item = ARENA_ARRAY(w->arena, CODES_MAX, struct json);
    for (size_t i = 0; i <= typed.len && list.count < CODES_MAX; i++) {
        bool ends = i == typed.len || strchr(" ,;\n\t", typed.ptr[i]) != NULL;
        if (ends && i > from)
            list.item[list.count++] =
                json_text(str_upper(w->arena, str_sub(typed, from, i - from)));
        if (ends)
            from = i + 1;
    }
    return list;
}

static struct json
ticked(struct form_work *w, const struct form_input *in)
{
    struct json list = json_empty(JSON_ARRAY);

    list.item = ARENA_ARRAY(w->arena, in->choices.count, struct json);
    for (size_t i = 0; i < in->choices.count; i++)
        if (is_ticked(w, in, in->choices.item[i].value))
            list.item[list.count++] = json_text(in->choices.item[i].value);
    return list;
}

/* ---- rules of several inputs ---- */

static void
heads_put(struct form_work *w, const struct form_rule *rule, struct json *object, size_t first)
{
    struct str min = form_input_typed(w, &w->inputs.item[first]);
    struct str max = form_input_typed(w, &w->inputs.item[first + 1]);
    struct str key;
    struct json *at;

    if (min.len == 0 && max.len == 0) {
        drop(w, object, rule->path);
        return;
    }
    at = holder(w, object, rule->path, &key);
    struct json *heads = json_at(at, str_printf(w->arena, "/%.*s", STR_FMT(key)));
    if (heads == NULL)
        heads = json_put(w->arena, at, key, json_empty(JSON_OBJECT));
    number_put(w, heads, "min", min);
    number_put(w, heads, "max", max);
}

static void
bands_set(struct form_work *w, struct json *object, unsigned bands)
{
    struct json list = json_empty(JSON_ARRAY);

    if (bands == BANDS_ALL) {
        drop(w, object, "bands");
        return;
    }
    for (int b = 1; b < BAND_COUNT; b++)
        if (bands & 1U << b)
            json_append(w->arena, &list, json_text(str_of(band_code((enum band)b))));
    put(w, object, "bands", list);
}

/* Bands that were those of the old bounds follow the new ones, unless they were ticked anew. */
static void
size_put(struct form_work *w, const struct form_rule *rule, struct json *object, size_t first)
{
    const struct form_input *in = &w->inputs.item[first + 2];
    bool follows = form_bands(form_at(w, object, "bands")) ==
                   form_bands_of(form_at(w, object, rule->path));

    if (is_touched(w, first, 2))
        heads_put(w, rule, object, first);
    if (is_touched(w, first + 2, 1)) {
        struct json list = ticked(w, in);
        if (list.count == in->choices.count)
            drop(w, object, "bands");
        else
            put(w, object, "bands", list);
    } else if (follows) {
        bands_set(w, object, form_bands_of(form_at(w, object, rule->path)));
    }
}

/* One time for all territories where that is what was typed, else an object by territory. */
static void
clock_put(struct form_work *w, const struct form_rule *rule, struct json *object, size_t first,
          size_t count)
{
    struct str common = form_input_typed(w, &w->inputs.item[first]);
    const struct json *was = form_at(w, object, rule->path);
    struct json times = json_empty(JSON_OBJECT);

    if (common.len > 0)
        json_put(w->arena, &times, STR("default"), civil_time(w, common));
    for (size_t i = first + 1; i < first + count; i++) {
        const struct form_input *in = &w->inputs.item[i];
        struct str code = str_sub(str_of(in->field.name), strlen(rule->name) + 1, 40);
        struct str typed = form_input_typed(w, in);
        const struct json *own = json_get(was, str_z(w->arena, code));
        if (typed.len > 0)
            json_put(w->arena, &times, code, civil_time(w, typed));
        else if (own != NULL && own->kind == JSON_NULL) /* Without an end there, and still so. */
            json_put(w->arena, &times, code, json_empty(JSON_NULL));
    }
    if (times.count == 0)
        drop(w, object, rule->path);
    else if (times.count == 1 && common.len > 0)
        put(w, object, rule->path, times.member[0].value);
    else
        put(w, object, rule->path, times);
}

/* Times for territories that the entry has no more. */
static void
clock_prune(struct form_work *w, const struct form_rule *rule, struct json *object)
{
    struct json *v = json_at(object, str_printf(w->arena, "/%s", rule->path));
    unsigned bits = form_territories(form_at(w, object, "territories"),
                                     form_territories_default(w));

    for (int t = 1; v != NULL && v->kind == JSON_OBJECT && t < TERRITORY_COUNT; t++)
        if (!(bits & 1U << t))
            json_remove(v, str_of(territory_code((enum territory)t)));
}

static void
listed_put(struct form_work *w, const struct form_rule *rule, struct json *object, size_t first)
{
    struct str way = form_input_typed(w, &w->inputs.item[first]);
    struct str typed = form_input_typed(w, &w->inputs.item[first + 1]);
    bool one_way = str_is(way, "only") || str_is(way, "except");

    if (!one_way && typed.len > 0) {
        w->errors.item[w->errors.count++] = (struct field_error){
            w->inputs.item[first].field.name,
            str_printf(w->arena, "%s\u00a0: choisissez «\u00a0seulement\u00a0» ou "
                                 "«\u00a0sauf\u00a0», ou videz les codes.", rule->label)};
        return;
    }
    if (!one_way) {
        drop(w, object, rule->path);
        return;
    }
    struct json choice = json_empty(JSON_OBJECT);
    json_put(w->arena, &choice, way, codes(w, typed));
    put(w, object, rule->path, choice);
}

static void
delay_put(struct form_work *w, const struct form_rule *rule, struct json *object, size_t first)
{
    struct str days = form_input_typed(w, &w->inputs.item[first]);
    struct str unit = form_input_typed(w, &w->inputs.item[first + 1]);
    struct str from = form_input_typed(w, &w->inputs.item[first + 2]);
    struct json delay = json_empty(JSON_OBJECT);

    if (days.len == 0 || str_is(days, "0")) {
        drop(w, object, rule->path);
        return;
    }
    json_put(w->arena, &delay, str_is(unit, "working_days") ? unit : STR("days"),
             number(w, days));
    json_put(w->arena, &delay, STR("from"), json_text(from));
    put(w, object, rule->path, delay);
}

/* What was typed into one input, other than what the file has. */
static void
value_put(struct form_work *w, const struct form_rule *rule, struct json *object,
          const struct form_input *in)
{
    struct str typed = form_input_typed(w, in);

    if (typed.len == 0 && rule->kind != RULE_FLAG && rule->kind != RULE_LINE &&
        rule->kind != RULE_LINES && in->kind != INPUT_TICKS) {
        drop(w, object, rule->path);
        return;
    }
    switch (rule->kind) {
    case RULE_INT:
        put(w, object, rule->path, number(w, typed));
        break;
    case RULE_MONEY:
        put(w, object, rule->path, money(w, typed));
        break;
    case RULE_RATE:
        put(w, object, rule->path, rate(w, typed));
        break;
    case RULE_FLAG:
        put(w, object, rule->path, json_bool(typed.len > 0));
        break;
    case RULE_DATE:
        put(w, object, rule->path, civil_time(w, typed));
        break;
    case RULE_WORDS:
        put(w, object, rule->path, codes(w, typed));
        break;
    case RULE_TERRITORIES:
        put(w, object, rule->path, ticked(w, in));
        break;
    case RULE_NETWORKS: {
        struct json list = ticked(w, in);
        if (list.count == 0)
            drop(w, object, rule->path);
        else
            put(w, object, rule->path, list);
        break;
    }
    default:
        put(w, object, rule->path, json_text(str_dup(w->arena, typed)));
    }
}

void
form_rule_put(struct form_work *w, const struct form_rule *rule, struct json *object, size_t first,
              size_t count)
{
    if (rule->kind == RULE_CLOCK)
        clock_prune(w, rule, object);
    if (!is_touched(w, first, count))
        return;
    switch (rule->kind) {
    case RULE_CLOCK:
        clock_put(w, rule, object, first, count);
        break;
    case RULE_HEADS:
        heads_put(w, rule, object, first);
        break;
    case RULE_SIZE:
        size_put(w, rule, object, first);
        break;
    case RULE_LISTED:
        listed_put(w, rule, object, first);
        break;
    case RULE_DELAY:
        delay_put(w, rule, object, first);
        break;
    default:
        value_put(w, rule, object, &w->inputs.item[first]);
    }
}
