/* SPDX-License-Identifier: Apache-2.0 */
/* policy_input.c - from the values of a campaign file to the inputs of a form. */
#include <stdio.h>

#include "base/format.h"
#include "base/parse.h"
#include "policy/policy_form_int.h"
#include "policy/policy_words.h"

#define NBSP "\u00a0"

static struct form_input *
input(struct form_work *w, enum form_input_kind kind, const char *name, struct str label,
      const char *hint, struct str value)
{
    if (w->inputs.count == w->room) {
        size_t room = w->room == 0 ? 16 : w->room * 2;
        struct form_input *grown = ARENA_ARRAY(w->arena, room, struct form_input);
        for (size_t i = 0; i < w->inputs.count; i++)
            grown[i] = w->inputs.item[i];
        w->inputs.item = grown;
        w->room = room;
    }
    struct form_input *in = &w->inputs.item[w->inputs.count++];
    *in = (struct form_input){
        .kind = kind,
        .field = { .name = name, .label = label, .hint = str_of(hint), .value = value,
                   .type = "text" },
    };
    return in;
}

static struct form_input *
rule_input(struct form_work *w, const struct form_rule *rule, enum form_input_kind kind,
           struct str value)
{
    struct form_input *in = input(w, kind, rule->name, str_of(rule->label), rule->hint, value);

    in->field.required = rule->required;
    return in;
}

static const char *
sub_name(struct form_work *w, const struct form_rule *rule, const char *what)
{
    return str_z(w->arena, str_printf(w->arena, "%s-%s", rule->name, what));
}

const struct json *
form_at(struct form_work *w, const struct json *object, const char *path)
{
    struct str rest = str_of(path), part;

    while (object != NULL && str_split(&rest, '/', &part))
        object = json_get(object, str_z(w->arena, part));
    return object;
}

/* ---- texts and numbers ---- */

/* What stands there, whatever it is. */
static struct str
plain(struct arena *a, const struct json *v)
{
    if (v == NULL)
        return STR_NONE;
    if (v->kind == JSON_STR)
        return v->s;
    if (v->kind == JSON_INT)
        return str_printf(a, "%lld", (long long)v->i);
    if (v->kind == JSON_REAL)
        return str_printf(a, "%.17g", v->real);
    return STR_NONE;
}

/* "17.80" as people write it: "17,80". */
static struct str
with_comma(struct arena *a, struct str s)
{
    size_t point = str_find_byte(s, '.');

    if (point == s.len || point == 0)
        return s;
    for (size_t i = 0; i < s.len; i++)
        if (i != point && (s.ptr[i] < '0' || s.ptr[i] > '9'))
            return s;
    return str_printf(a, "%.*s,%.*s", (int)point, s.ptr, (int)(s.len - point - 1),
                      s.ptr + point + 1);
}

/* Without seconds that are none; what is no civil time stays as it is, in a field of text. */
static struct form_input *
clock_input(struct form_work *w, struct form_input *in, bool date_only)
{
    struct str s = in->field.value;
    struct civil c;

    if (s.len == 0 || (civil_parse(s, &c) && (!date_only || s.len == 10)))
        in->field.type = date_only ? "date" : "datetime-local";
    if (!date_only && s.len == 10 && civil_parse(s, &c))
        in->field.value = str_printf(w->arena, "%.*sT00:00", STR_FMT(s));
    if (s.len == 19 && str_ends(s, STR(":00")) && civil_parse(s, &c))
        in->field.value = str_sub(s, 0, 16);
    return in;
}

/* ---- ticks ---- */


static void
tick(struct form_work *w, struct form_input *in, struct str value, struct str label, bool checked)
{
    if (in->choices.item == NULL)
        in->choices.item = ARENA_ARRAY(w->arena, BAND_COUNT + TERRITORY_COUNT, struct choice);
    in->choices.item[in->choices.count++] = (struct choice){
        .value = value, .label = label, .checked = checked,
    };
}

unsigned
form_territories(const struct json *list, unsigned when_absent)
{
    unsigned bits = 0;
    enum territory t;

    if (list == NULL || list->kind != JSON_ARRAY)
        return when_absent;
    for (size_t i = 0; i < list->count; i++)
        if (list->item[i].kind == JSON_STR && territory_by_code(list->item[i].s, &t))
            bits |= 1U << t;
    return bits & TERRITORY_ALL;
}

unsigned
form_territories_default(const struct form_work *w)
{
    if (w->spot.section->list == NULL)
        return TERRITORY_ALL;
    if (strcmp(w->spot.section->list, "vat") == 0)
        return 0;
    return form_territories(json_get(json_get(w->tree, "eligibility"), "territories"),
                            TERRITORY_ALL);
}

unsigned
form_networks(const struct json *list)
{
    unsigned bits = 0;

    for (size_t i = 0; list != NULL && list->kind == JSON_ARRAY && i < list->count; i++)
        bits |= str_is(list->item[i].s, "cci")   ? NETWORK_CCI
                : str_is(list->item[i].s, "cma") ? NETWORK_CMA
                                                 : 0;
    return bits;
}

unsigned
form_bands(const struct json *list)
{
    unsigned bits = 0;
    enum band b;

    if (list == NULL || list->kind != JSON_ARRAY)
        return BANDS_ALL;
    for (size_t i = 0; i < list->count; i++)
        if (list->item[i].kind == JSON_STR && band_by_code(list->item[i].s, &b))
            bits |= 1U << b;
    return bits;
}

unsigned
form_bands_of(const struct json *heads)
{
    int64_t min = json_get_int(heads, "min", 0), max = json_get_int(heads, "max", INT32_MAX);
    unsigned bits = 0;
    int low, high;

    if (min <= 0 && max >= INT32_MAX)
        return BANDS_ALL;
    for (int b = 1; b < BAND_COUNT; b++)
        if (band_bounds((enum band)b, &low, &high) && low <= max && high >= min)
            bits |= 1U << b;
    return bits;
}

static void
territories_show(struct form_work *w, const struct form_rule *rule, const struct json *v)
{
    unsigned bits = form_territories(v, form_territories_default(w));
    struct form_input *in = rule_input(w, rule, INPUT_TICKS, STR_NONE);

    for (int t = 1; t < TERRITORY_COUNT; t++)
        tick(w, in, str_of(territory_code((enum territory)t)),
             str_of(territory_label((enum territory)t)), bits & 1U << t);
}

static void
networks_show(struct form_work *w, const struct form_rule *rule, const struct json *v)
{
    unsigned bits = form_networks(v);
    struct form_input *in = rule_input(w, rule, INPUT_TICKS, STR_NONE);

    tick(w, in, STR("cci"), STR("Chambres de commerce et d’industrie (CCI)"), bits & NETWORK_CCI);
    tick(w, in, STR("cma"), STR("Chambres de métiers et de l’artisanat (CMA)"),
         bits & NETWORK_CMA);
}

/* ---- rules of several inputs ---- */

static void
heads_show(struct form_work *w, const struct form_rule *rule, const struct json *v)
{
    struct form_input *in = input(w, INPUT_LINE, sub_name(w, rule, "min"),
                                  str_printf(w->arena, "%s, de", rule->label), rule->hint,
                                  plain(w->arena, json_get(v, "min")));

    in->field.inputmode = "numeric";
    in = input(w, INPUT_LINE, sub_name(w, rule, "max"), str_printf(w->arena, "%s, à", rule->label),
               "", plain(w->arena, json_get(v, "max")));
    in->field.inputmode = "numeric";
}

static void
bands_show(struct form_work *w, const struct form_rule *rule, const struct json *object)
{
    unsigned bits = form_bands(form_at(w, object, "bands"));
    struct form_input *in = input(w, INPUT_TICKS, sub_name(w, rule, "tranches"),
                                  STR("Tranches d’effectif du registre"),
                                  "Elles décident tant que l’effectif exact n’est pas déclaré.",
                                  STR_NONE);

    in->fold = "Tranches d’effectif du registre";
    in->field.required = true;
    for (int b = 1; b < BAND_COUNT; b++)
        tick(w, in, str_of(band_code((enum band)b)),
             str_printf(w->arena, "%.*s (%s)",
                        STR_FMT(policy_band_text(w->arena, (enum band)b)),
                        band_code((enum band)b)), bits & 1U << b);
    tick(w, in, STR("inconnu"), STR("Inconnu du registre"), bits & 1U << BAND_UNKNOWN);
}

static void
clock_show(struct form_work *w, const struct form_rule *rule, const struct json *object)
{
    const struct json *v = form_at(w, object, rule->path);
    bool several = v != NULL && v->kind == JSON_OBJECT;
    unsigned bits = form_territories(form_at(w, object, "territories"),
                                     form_territories_default(w));
    struct form_input *in = rule_input(
        w, rule, INPUT_LINE, plain(w->arena, several ? json_get(v, "default") : v));

    clock_input(w, in, false);
    for (int t = 1; t < TERRITORY_COUNT; t++) {
        const char *code = territory_code((enum territory)t);
        if (!(bits & 1U << t) || (bits & (bits - 1)) == 0)
            continue;
        in = input(w, INPUT_LINE, sub_name(w, rule, code),
                   str_printf(w->arena, "%s, %s", rule->label,
                              territory_label((enum territory)t)), "",
                   plain(w->arena, several ? json_get(v, code) : NULL));
        clock_input(w, in, false);
        in->fold = str_z(w->arena, str_printf(w->arena, "%s" NBSP ": autre heure selon le "
                                                        "territoire", rule->label));
    }
}

/* Codes with commas between; *excluded: of an "except". */
static struct str
codes_text(struct arena *a, const struct json *list)
{
    struct str s = STR_NONE;

    for (size_t i = 0; list != NULL && list->kind == JSON_ARRAY && i < list->count; i++)
        s = str_printf(a, "%.*s%s%.*s", STR_FMT(s), i == 0 ? "" : ", ",
                       STR_FMT(plain(a, &list->item[i])));
    return s;
}

static void
pick(struct form_work *w, struct form_input *in, const char *value, const char *label)
{
    tick(w, in, str_of(value), str_of(label), str_is(in->field.value, value));
}

static void
listed_show(struct form_work *w, const struct form_rule *rule, const struct json *v)
{
    const struct json *only = json_get(v, "only"), *except = json_get(v, "except");
    struct form_input *in = input(w, INPUT_PICK, sub_name(w, rule, "sens"), str_of(rule->label),
                                  "", except != NULL ? STR("except")
                                      : only != NULL ? STR("only")
                                                     : STR("toutes"));

    in->field.required = true;
    pick(w, in, "toutes", "Toutes");
    pick(w, in, "only", "Seulement celles-ci");
    pick(w, in, "except", "Toutes sauf celles-ci");
    input(w, INPUT_LINE, rule->name, str_printf(w->arena, "%s, codes", rule->label), rule->hint,
          codes_text(w->arena, except != NULL ? except : only));
}

static void
delay_show(struct form_work *w, const struct form_rule *rule, const struct json *v)
{
    const struct json *working = json_get(v, "working_days"), *days = json_get(v, "days");
    struct str from = json_get_str(v, "from");
    struct form_input *in = rule_input(w, rule, INPUT_LINE,
                                       plain(w->arena, working != NULL ? working : days));

    in->field.inputmode = "numeric";
    in = input(w, INPUT_PICK, sub_name(w, rule, "unite"), STR("Délai compté en"), "",
               working != NULL ? STR("working_days") : STR("days"));
    in->field.required = true;
    pick(w, in, "days", "jours");
    pick(w, in, "working_days", "jours ouvrés, fériés de chaque territoire exclus");
    in = input(w, INPUT_PICK, sub_name(w, rule, "depuis"), STR("Délai compté depuis"), "",
               from.len > 0 ? from : STR("order"));
    in->field.required = true;
    pick(w, in, "order", "la commande précédente");
    pick(w, in, "payment", "son paiement");
    pick(w, in, "delivery", "sa livraison");
}

void
form_rule_show(struct form_work *w, const struct form_rule *rule, const struct json *object)
{
    const struct json *v = form_at(w, object, rule->path);
    struct form_input *in;

    switch (rule->kind) {
    case RULE_INT:
        rule_input(w, rule, INPUT_LINE, plain(w->arena, v))->field.inputmode = "numeric";
        break;
    case RULE_MONEY:
    case RULE_RATE:
        in = rule_input(w, rule, INPUT_LINE, with_comma(w->arena, plain(w->arena, v)));
        in->field.inputmode = "decimal";
        break;
    case RULE_LINE:
    case RULE_NOTE:
        rule_input(w, rule, INPUT_LINE, plain(w->arena, v));
        break;
    case RULE_LINES:
        rule_input(w, rule, INPUT_LINES, plain(w->arena, v));
        break;
    case RULE_FLAG:
        rule_input(w, rule, INPUT_FLAG,
                   v != NULL && v->kind == JSON_BOOL && v->b ? STR("1") : STR_NONE);
        break;
    case RULE_DATE:
        clock_input(w, rule_input(w, rule, INPUT_LINE, plain(w->arena, v)), true);
        break;
    case RULE_CLOCK:
        clock_show(w, rule, object);
        break;
    case RULE_TERRITORIES:
        territories_show(w, rule, v);
        break;
    case RULE_NETWORKS:
        networks_show(w, rule, v);
        break;
    case RULE_SIZE:
        heads_show(w, rule, v);
        bands_show(w, rule, object);
        break;
    case RULE_HEADS:
        heads_show(w, rule, v);
        break;
    case RULE_WORDS:
        rule_input(w, rule, INPUT_LINE, codes_text(w->arena, v));
        break;
    case RULE_LISTED:
        listed_show(w, rule, v);
        break;
    case RULE_DELAY:
        delay_show(w, rule, v);
        break;
    }
}
