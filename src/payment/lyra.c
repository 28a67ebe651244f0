/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lyra.c - signs and reads Lyra's messages. Pure: bytes in, values out.
 *
 * A notification's signature covers every field whose name starts with vads_, known to us or
 * not, empty or not. Only what was signed is read.
 */
#include "payment/lyra.h"

#include <stdlib.h>

#include "base/civil.h"
#include "base/crypto.h"
#include "base/parse.h"

static int
pair_cmp(const void *a, const void *b)
{
    return str_cmp(((const struct pair *)a)->name, ((const struct pair *)b)->name);
}

/* The signed fields, sorted. */
static struct pair_list
signed_fields(struct arena *a, const struct pair_list *fields)
{
    struct pair_list out = {ARENA_ARRAY(a, fields->count + 1, struct pair), 0};

    for (size_t i = 0; i < fields->count; i++)
        if (str_starts(fields->item[i].name, STR("vads_")))
            out.item[out.count++] = fields->item[i];
    qsort(out.item, out.count, sizeof out.item[0], pair_cmp);
    return out;
}

struct str
lyra_sign(struct arena *a, const struct pair_list *fields, struct str key)
{
    struct pair_list sorted = signed_fields(a, fields);
    struct str *part = ARENA_ARRAY(a, 2 * sorted.count + 1, struct str);
    unsigned char mac[SHA256_BYTES];
    size_t n = 0;

    for (size_t i = 0; i < sorted.count; i++) {
        part[n++] = sorted.item[i].value;
        part[n++] = STR("+");
    }
    part[n++] = key;
    hmac_sha256(key, part, n, mac);
    return base64_str(a, mac, sizeof mac);
}

static struct str
field_of(const struct pair_list *fields, const char *name)
{
    for (size_t i = 0; i < fields->count; i++)
        if (str_is(fields->item[i].name, name))
            return fields->item[i].value;
    return STR_NONE;
}

enum err
lyra_form_parse(struct arena *a, struct str body, struct pair_list *out, const char **why)
{
    struct pair_list list = {ARENA_ARRAY(a, LYRA_FIELDS_MAX, struct pair), 0};
    struct pair_list sorted;
    struct str part;

    if (body.len == 0 || body.len > LYRA_BODY_MAX) {
        *why = "corps vide ou trop long";
        return ERR_INVALID;
    }
    while (str_split(&body, '&', &part)) {
        size_t eq = str_find_byte(part, '=');
        struct pair *p = &list.item[list.count];

        if (list.count == LYRA_FIELDS_MAX) {
            *why = "trop de champs";
            return ERR_INVALID;
        }
        if (!url_decode(a, str_sub(part, 0, eq), true, &p->name) ||
            !url_decode(a, str_sub(part, eq + 1, part.len), true, &p->value)) {
            *why = "champ mal encode";
            return ERR_INVALID;
        }
        list.count++;
    }
    sorted = (struct pair_list){arena_copy(a, list.item, list.count * sizeof list.item[0]),
                                list.count};
    qsort(sorted.item, sorted.count, sizeof sorted.item[0], pair_cmp);
    for (size_t i = 1; i < sorted.count; i++)
        if (str_eq(sorted.item[i - 1].name, sorted.item[i].name)) {
            *why = "champ en double";
            return ERR_INVALID;
        }
    *out = list;
    return OK;
}

enum news_kind
lyra_status_kind(struct str status, bool credit)
{
    static const struct {
        const char *word;
        enum news_kind debit, credit;
    } table[] = {
        {"AUTHORISED", NEWS_CAPTURED, NEWS_REFUND_DONE},
        {"CAPTURED", NEWS_CAPTURED, NEWS_REFUND_DONE},
        {"ACCEPTED", NEWS_CAPTURED, NEWS_REFUND_DONE},
        {"PARTIALLY_AUTHORISED", NEWS_CAPTURED, NEWS_REFUND_DONE},
        {"INITIAL", NEWS_PENDING, NEWS_REFUND_PENDING},
        {"WAITING_AUTHORISATION", NEWS_PENDING, NEWS_REFUND_PENDING},
        {"WAITING_AUTHORISATION_TO_VALIDATE", NEWS_PENDING, NEWS_REFUND_PENDING},
        {"AUTHORISED_TO_VALIDATE", NEWS_PENDING, NEWS_REFUND_PENDING},
        {"UNDER_VERIFICATION", NEWS_PENDING, NEWS_REFUND_PENDING},
        {"PRE_AUTHORISED", NEWS_PENDING, NEWS_REFUND_PENDING},
        {"WAITING_FOR_PAYMENT", NEWS_PENDING, NEWS_REFUND_PENDING},
        {"SUSPENDED", NEWS_PENDING, NEWS_REFUND_PENDING},
        {"PENDING", NEWS_PENDING, NEWS_REFUND_PENDING},
        {"REFUND_TO_RETRY", NEWS_PENDING, NEWS_REFUND_PENDING},
        {"ABANDONED", NEWS_FAILED, NEWS_REFUND_FAILED},
        {"NOT_CREATED", NEWS_FAILED, NEWS_REFUND_FAILED},
        {"CANCELLED", NEWS_FAILED, NEWS_REFUND_FAILED},
        {"REFUSED", NEWS_FAILED, NEWS_REFUND_FAILED},
        {"EXPIRED", NEWS_FAILED, NEWS_REFUND_FAILED},
        {"CAPTURE_FAILED", NEWS_FAILED, NEWS_REFUND_FAILED},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (str_is(status, table[i].word))
            return credit ? table[i].credit : table[i].debit;
    /* A status that came after this was written: only the provider can explain it. */
    return NEWS_ASK;
}

struct str
lyra_date(struct arena *a, int64_t ms)
{
    struct civil c = civil_of(ms, ZONE_UTC);

    return str_printf(a, "%04d%02d%02d%02d%02d%02d", c.year, c.month, c.day, c.hour, c.minute,
                      c.second);
}

struct str
lyra_attempt_key(struct arena *a, int64_t created_ms, int64_t number)
{
    struct str date = lyra_date(a, created_ms);

    assert(number >= 0 && number < LYRA_TRANS_PER_DAY);
    return str_printf(a, "%.*s-%06lld", STR_FMT(date), (long long)number);
}

/* Words of the protocol: short, printable, no space. */
static bool
is_word(struct str s, size_t max)
{
    if (s.len > max)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] <= ' ' || s.ptr[i] > '~')
            return false;
    return true;
}

static int64_t
int_or_zero(struct str s)
{
    int64_t n = 0;

    return parse_i64(s, 0, INT64_MAX / 2, &n) ? n : 0;
}

static struct str
event_key(struct arena *a, const struct payment_news *n, struct str uuid, struct str operation)
{
    struct str what = uuid.len > 0 ? uuid : n->attempt_key;

    return str_printf(a, "%.*s:%.*s:%.*s", STR_FMT(what), STR_FMT(operation), STR_FMT(n->word));
}

/* What the gateway charged: of a partial authorisation only the part. */
static bool
notice_amount(const struct pair_list *f, struct payment_news *n)
{
    const char *amount = "vads_amount";
    const char *currency = "vads_currency";

    if (str_is(n->word, "PARTIALLY_AUTHORISED") &&
        field_of(f, "vads_effective_amount").len > 0) {
        amount = "vads_effective_amount";
        if (field_of(f, "vads_effective_currency").len > 0)
            currency = "vads_effective_currency";
    }
    n->euros = str_is(field_of(f, currency), "978");
    return parse_i64(field_of(f, amount), 0, INT64_C(100000000000), &n->amount_cents);
}

static enum err
notice_news(struct arena *a, const struct pair_list *f, struct payment_news *out,
            const char **why)
{
    struct str date = field_of(f, "vads_trans_date");
    struct str number = field_of(f, "vads_trans_id");
    struct str uuid = field_of(f, "vads_trans_uuid");
    struct str operation = field_of(f, "vads_operation_type");
    bool credit = str_is(operation, "CREDIT");
    struct payment_news n = {0};

    n.word = field_of(f, "vads_trans_status");
    n.order_ref = field_of(f, "vads_order_id");
    n.site = field_of(f, "vads_site_id");
    n.has_mode = true;
    n.live = str_is(field_of(f, "vads_ctx_mode"), "PRODUCTION");
    n.shop = field_of(f, "vads_ext_info_shop");
    n.attempt_id = int_or_zero(field_of(f, "vads_ext_info_attempt"));
    if (!is_word(n.word, 40) || n.word.len == 0 || !is_word(n.order_ref, 63) ||
        !is_word(date, 14) || !is_word(number, 6) || !is_word(uuid, 64) ||
        !is_word(operation, 20) || !is_word(n.site, 8) || n.shop.len > 200) {
        *why = "champ illisible";
        return ERR_INVALID;
    }
    if (uuid.len == 0 && (date.len == 0 || number.len == 0)) {
        *why = "vads_trans_uuid ou vads_trans_id manque";
        return ERR_INVALID;
    }
    if (!notice_amount(f, &n)) {
        *why = "vads_amount illisible";
        return ERR_INVALID;
    }
    if (!credit && date.len > 0 && number.len > 0)
        n.attempt_key = str_printf(a, "%.*s-%.*s", STR_FMT(date), STR_FMT(number));
    n.ref = credit ? field_of(f, "vads_parent_trans_uuid") : uuid;
    n.refund_ref = credit ? uuid : STR_NONE;
    n.kind = str_is(operation, "VERIFICATION") ? NEWS_NONE : lyra_status_kind(n.word, credit);
    n.event_key = event_key(a, &n, uuid, operation);
    *out = n;
    return OK;
}

static enum err
notice_fill(struct arena *a, const struct pair_list *f, struct news_list *out, const char **why)
{
    TRY(notice_news(a, f, &out->item[0], why));
    out->count = 1;
    return OK;
}

enum err
lyra_notice_read(struct arena *a, struct str body, struct str key, struct news_list *out,
                 const char **why)
{
    struct pair_list f;

    TRY(lyra_form_parse(a, body, &f, why));
    if (key.len == 0 || !secret_eq(field_of(&f, "signature"), lyra_sign(a, &f, key))) {
        *why = "signature invalide";
        return ERR_DENIED;
    }
    /* The browser's return carries a good signature too; only the server's message has these. */
    if (field_of(&f, "vads_hash").len == 0 && field_of(&f, "vads_url_check_src").len == 0) {
        *why = "ceci est un retour de navigateur, pas une notification";
        return ERR_INVALID;
    }
    return notice_fill(a, &f, out, why);
}

enum err
lyra_notice_parse(struct arena *a, struct str body, struct news_list *out, const char **why)
{
    struct pair_list f;

    TRY(lyra_form_parse(a, body, &f, why));
    return notice_fill(a, &f, out, why);
}

/* ---- REST V4 ---- */

struct str
lyra_rest_hash(struct arena *a, struct str answer, struct str key)
{
    char *plain = arena_alloc(a, answer.len + 1);
    char hex[2 * SHA256_BYTES + 1];
    size_t n = 0;

    /* Some servers escape the slashes of the JSON text again on its way. */
    for (size_t i = 0; i < answer.len; i++) {
        if (answer.ptr[i] == '\\' && i + 1 < answer.len && answer.ptr[i + 1] == '/')
            continue;
        plain[n++] = answer.ptr[i];
    }
    hmac_sha256_hex(key, str_n(plain, n), hex);
    return str_dup(a, str_n(hex, 2 * SHA256_BYTES));
}

static struct str
transaction_attempt_key(struct arena *a, const struct json *details)
{
    const struct json *card = json_get(details, "cardDetails");
    struct str number = json_get_str(card, "legacyTransId");
    int64_t ms;

    if (number.len == 0 || !is_word(number, 6) ||
        !instant_parse(json_get_str(card, "legacyTransDate"), &ms))
        return STR_NONE;
    struct str date = lyra_date(a, ms);
    return str_printf(a, "%.*s-%.*s", STR_FMT(date), STR_FMT(number));
}

/* metadata.attempt is a text where the form sent it and may be a number where REST did. */
static int64_t
metadata_int(const struct json *metadata, const char *key)
{
    int64_t n = json_get_int(metadata, key, 0);

    return n > 0 ? n : int_or_zero(json_get_str(metadata, key));
}

bool
lyra_transaction_news(struct arena *a, const struct json *t, struct str order_ref,
                      struct payment_news *out)
{
    const struct json *details = json_get(t, "transactionDetails");
    const struct json *metadata = json_get(t, "metadata");
    struct str uuid = json_get_str(t, "uuid");
    struct str operation = json_get_str(t, "operationType");
    bool credit = str_is(operation, "CREDIT");
    struct payment_news n = {0};

    n.word = json_get_str(t, "detailedStatus");
    n.order_ref = order_ref;
    n.site = json_get_str(t, "shopId");
    n.shop = json_get_str(metadata, "shop");
    n.attempt_id = metadata_int(metadata, "attempt");
    n.amount_cents = json_get_int(t, "amount", -1);
    n.euros = str_is(json_get_str(t, "currency"), "EUR");
    if (uuid.len == 0 || !is_word(uuid, 64) || n.word.len == 0 || !is_word(n.word, 40) ||
        !is_word(operation, 20) || n.amount_cents < 0 || !is_word(order_ref, 63))
        return false;
    if (str_is(n.word, "PARTIALLY_AUTHORISED")) {
        n.amount_cents = json_get_int(details, "effectiveAmount", n.amount_cents);
        if (n.amount_cents < 0)
            return false;
    }
    n.attempt_key = credit ? STR_NONE : transaction_attempt_key(a, details);
    n.ref = credit ? json_get_str(details, "parentTransactionUuid") : uuid;
    n.refund_ref = credit ? uuid : STR_NONE;
    n.kind = str_is(operation, "VERIFICATION") ? NEWS_NONE : lyra_status_kind(n.word, credit);
    n.event_key = event_key(a, &n, uuid, operation);
    *out = n;
    return true;
}

void
lyra_payment_news(struct arena *a, const struct json *payment, struct news_list *out)
{
    const struct json *list = json_get(payment, "transactions");
    struct str order_ref = json_get_str(json_get(payment, "orderDetails"), "orderId");
    struct str mode = json_get_str(json_get(payment, "orderDetails"), "mode");

    if (list == NULL || list->kind != JSON_ARRAY)
        return;
    for (size_t i = 0; i < list->count && out->count < NEWS_MAX; i++) {
        struct payment_news *n = &out->item[out->count];

        if (!lyra_transaction_news(a, &list->item[i], order_ref, n))
            continue;
        n->has_mode = mode.len > 0;
        n->live = str_is(mode, "PRODUCTION");
        if (n->site.len == 0)
            n->site = json_get_str(payment, "shopId");
        out->count++;
    }
}

static enum err
answer_fill(struct arena *a, const struct pair_list *f, struct news_list *out, const char **why)
{
    struct json *answer;
    struct json_error where;

    if (json_parse(a, field_of(f, "kr-answer"), LYRA_BODY_MAX, &answer, &where) != OK ||
        answer->kind != JSON_OBJECT) {
        *why = "kr-answer illisible";
        return ERR_INVALID;
    }
    lyra_payment_news(a, answer, out);
    return OK;
}

enum err
lyra_rest_notice_read(struct arena *a, struct str body, struct str password,
                      struct news_list *out, const char **why)
{
    struct pair_list f;

    TRY(lyra_form_parse(a, body, &f, why));
    if (!str_is(field_of(&f, "kr-hash-algorithm"), "sha256_hmac") ||
        !str_is(field_of(&f, "kr-hash-key"), "password")) {
        *why = "kr-hash-algorithm ou kr-hash-key inattendu";
        return ERR_INVALID;
    }
    struct str hash = lyra_rest_hash(a, field_of(&f, "kr-answer"), password);
    if (password.len == 0 || !secret_eq(field_of(&f, "kr-hash"), hash)) {
        *why = "signature invalide";
        return ERR_DENIED;
    }
    return answer_fill(a, &f, out, why);
}

enum err
lyra_rest_notice_parse(struct arena *a, struct str body, struct news_list *out, const char **why)
{
    struct pair_list f;

    TRY(lyra_form_parse(a, body, &f, why));
    return answer_fill(a, &f, out, why);
}
