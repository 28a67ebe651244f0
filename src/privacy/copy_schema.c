/* SPDX-License-Identifier: Apache-2.0 */
/*
 * copy_schema.c - "maillon privacy schema": the JSON Schema of donnees.json, made of the same lists
 * that it is written by. doc/personal-data.schema.json is its output; a test compares the two.
 */
#include "db/command.h"
#include "json/json.h"
#include "order/order.h"
#include "privacy/copy.h"
#include "registry/territory.h"

struct schema {
    struct jw w;
    struct arena a;
};

static void
type_put(struct schema *s, const char *type, bool may_be_null)
{
    jw_key(&s->w, "type");
    if (!may_be_null) {
        jw_z(&s->w, type);
        return;
    }
    jw_array(&s->w);
    jw_z(&s->w, type);
    jw_z(&s->w, "null");
    jw_close_array(&s->w);
}

/* Words from the first to the last number. */
static void
words_put(struct schema *s, enum known_form form, int64_t first, int64_t last)
{
    jw_key(&s->w, "enum");
    jw_array(&s->w);
    for (int64_t n = first; n <= last; n++)
        jw_z(&s->w, copy_word(form, n));
    jw_close_array(&s->w);
}

static void
word_form_put(struct schema *s, enum known_form form)
{
    static const struct {
        enum known_form form;
        int first, last;
    } range[] = {
        {FORM_TERRITORY, 0, TERRITORY_COUNT - 1}, {FORM_ORDER_STATE, 0, ORDER_RETURNED},
        {FORM_PARCEL_STATE, 1, 10},               {FORM_PAYMENT_STATE, 1, 7},
        {FORM_REFUND_STATE, 1, 4},                {FORM_CLAIM_STATE, 1, 5},
        {FORM_REVIEW_STATE, 1, 3},                {FORM_COMPLAINT_STATE, 1, 4},
        {FORM_COMPLAINT_KIND, 1, 4},              {FORM_SIDE, 1, 2},
        {FORM_DOCUMENT, 1, 2},                    {FORM_BAND, 0, BAND_COUNT - 1},
    };

    for (size_t i = 0; i < sizeof range / sizeof range[0]; i++)
        if (range[i].form == form)
            words_put(s, form, range[i].first, range[i].last);
}

static void
value_put(struct schema *s, enum known_form form)
{
    jw_object(&s->w);
    switch (form) {
    case FORM_INT:
        type_put(s, "integer", false);
        break;
    case FORM_YES:
        type_put(s, "boolean", false);
        break;
    case FORM_INSTANT:
        type_put(s, "string", true);
        jw_kz(&s->w, "format", "date-time");
        break;
    case FORM_DAY:
        type_put(s, "string", false);
        jw_kz(&s->w, "pattern", "^(\\d{4}-\\d\\d-\\d\\d)?$");
        break;
    case FORM_SIREN:
        type_put(s, "string", false);
        jw_kz(&s->w, "pattern", "^\\d{9}$");
        break;
    case FORM_SIRET:
        type_put(s, "string", false);
        jw_kz(&s->w, "pattern", "^\\d{14}$");
        break;
    case FORM_TEXT:
        type_put(s, "string", true);
        break;
    case FORM_BYTES:
    case FORM_REF:
    case FORM_FILE:
        type_put(s, "string", false);
        break;
    default:
        word_form_put(s, form);
    }
    jw_close_object(&s->w);
}

static void
list_put(struct schema *s, const char *table)
{
    jw_key(&s->w, table);
    jw_object(&s->w);
    jw_kz(&s->w, "type", "array");
    jw_key(&s->w, "items");
    jw_object(&s->w);
    jw_kstr(&s->w, "$ref", str_printf(&s->a, "#/$defs/%s", table));
    jw_close_object(&s->w);
    jw_close_object(&s->w);
}

/* The tables of a part, each once: a company's copy and an account's have one schema. */
static void
part_put(struct schema *s, enum copy_part part)
{
    size_t n;
    const struct copy_section *all = copy_sections(&n);

    for (size_t i = 0; i < n; i++)
        if (all[i].part == part)
            list_put(s, all[i].table);
}

static void
columns_put(struct schema *s, const char *table, bool names_only)
{
    size_t n;
    const struct known *k = known_columns(table, &n);

    for (size_t i = 0; i < n; i++) {
        if (k[i].form == FORM_NOT)
            continue;
        if (names_only) {
            jw_z(&s->w, copy_key(&s->a, &k[i]));
            continue;
        }
        jw_key(&s->w, copy_key(&s->a, &k[i]));
        value_put(s, k[i].form);
    }
}

static void
table_put(struct schema *s, const char *table)
{
    jw_key(&s->w, table);
    jw_object(&s->w);
    jw_kz(&s->w, "type", "object");
    jw_key(&s->w, "required");
    jw_array(&s->w);
    columns_put(s, table, true);
    jw_close_array(&s->w);
    jw_key(&s->w, "properties");
    jw_object(&s->w);
    columns_put(s, table, false);
    if (strcmp(table, "orders") == 0)
        part_put(s, PART_ORDER);
    jw_close_object(&s->w);
    jw_kbool(&s->w, "additionalProperties", false);
    jw_close_object(&s->w);
}

static bool
is_first(const struct copy_section *all, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(all[k].table, all[i].table) == 0)
            return false;
    return true;
}

static void
defs_put(struct schema *s)
{
    size_t n;
    const struct copy_section *all = copy_sections(&n);

    jw_key(&s->w, "$defs");
    jw_object(&s->w);
    for (size_t i = 0; i < n; i++)
        if (is_first(all, i))
            table_put(s, all[i].table);
    table_put(s, "orders");
    jw_close_object(&s->w);
}

static void
companies_put(struct schema *s)
{
    jw_key(&s->w, "companies");
    jw_object(&s->w);
    jw_kz(&s->w, "type", "array");
    jw_key(&s->w, "items");
    jw_object(&s->w);
    jw_kz(&s->w, "type", "object");
    jw_key(&s->w, "properties");
    jw_object(&s->w);
    part_put(s, PART_COMPANY);
    list_put(s, "orders");
    jw_close_object(&s->w);
    jw_kbool(&s->w, "additionalProperties", false);
    jw_close_object(&s->w);
    jw_close_object(&s->w);
}

static void
const_put(struct schema *s, const char *key, const char *value)
{
    jw_key(&s->w, key);
    jw_object(&s->w);
    jw_kz(&s->w, "const", value);
    jw_close_object(&s->w);
}

static void
plain_put(struct schema *s, const char *key, enum known_form form)
{
    jw_key(&s->w, key);
    value_put(s, form);
}

static void
top_put(struct schema *s)
{
    static const char *const required[] = {"format",  "version",   "made_at", "service", "about",
                                           "account", "companies"};

    jw_key(&s->w, "required");
    jw_array(&s->w);
    for (size_t i = 0; i < sizeof required / sizeof required[0]; i++)
        jw_z(&s->w, required[i]);
    jw_close_array(&s->w);
    jw_key(&s->w, "properties");
    jw_object(&s->w);
    const_put(s, "format", "maillon-personal-data");
    jw_key(&s->w, "version");
    jw_object(&s->w);
    jw_kint(&s->w, "const", COPY_VERSION);
    jw_close_object(&s->w);
    plain_put(s, "made_at", FORM_INSTANT);
    plain_put(s, "service", FORM_REF);
    jw_key(&s->w, "about");
    jw_object(&s->w);
    jw_key(&s->w, "enum");
    jw_array(&s->w);
    jw_z(&s->w, "account");
    jw_z(&s->w, "company");
    jw_close_array(&s->w);
    jw_close_object(&s->w);
    plain_put(s, "siren", FORM_SIREN);
    part_put(s, PART_ACCOUNT);
    list_put(s, copy_mails.table);
    companies_put(s);
    jw_close_object(&s->w);
    jw_kbool(&s->w, "additionalProperties", false);
}

enum err
privacy_schema_cmd(struct ctx *cx, struct command_args *args)
{
    struct schema s = {0};
    struct buf b;

    (void)cx;
    TRY(arg_end(args));
    buf_init(&b, 0);
    s.w = jw_begin(&b);
    jw_object(&s.w);
    jw_kz(&s.w, "$schema", "https://json-schema.org/draft/2020-12/schema");
    jw_kz(&s.w, "title", "Copy of the personal data that a Maillon instance holds: donnees.json");
    jw_kz(&s.w, "type", "object");
    top_put(&s);
    defs_put(&s);
    jw_close_object(&s.w);
    buf_byte(&b, '\n');
    enum err e = command_print(&b);
    buf_release(&b);
    arena_release(&s.a);
    return e;
}
