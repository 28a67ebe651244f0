/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stripe.c - verifies and reads Stripe's events. Pure: bytes in, values out.
 *
 * Order is not guaranteed and duplicates come, so an event says what the object was when it was
 * made; what it leads to is decided in payment.c.
 */
#include "payment/stripe.h"

#include "base/crypto.h"
#include "base/parse.h"

enum { SIGNATURES_MAX = 16, HEADER_MAX = 4096 };

struct signature_header {
    struct str stamp;
    struct str v1[SIGNATURES_MAX];
    size_t count;
};

static bool
header_parse(struct str header, struct signature_header *out)
{
    struct str part;

    if (header.len == 0 || header.len > HEADER_MAX)
        return false;
    while (str_split(&header, ',', &part)) {
        size_t eq = str_find_byte(part, '=');
        struct str name = str_trim(str_sub(part, 0, eq));
        struct str value = str_sub(part, eq + 1, part.len);

        if (str_is(name, "t"))
            out->stamp = value;
        else if (str_is(name, "v1") && out->count < SIGNATURES_MAX)
            out->v1[out->count++] = value;
    }
    return out->stamp.len > 0 && out->count > 0;
}

static bool
any_matches(const struct signature_header *h, struct str body, struct str secret)
{
    const struct str part[] = {h->stamp, STR("."), body};
    unsigned char mac[SHA256_BYTES];
    unsigned char given[SHA256_BYTES];
    bool match = false;

    hmac_sha256(secret, part, sizeof part / sizeof part[0], mac);
    for (size_t i = 0; i < h->count; i++)
        if (hex_parse(h->v1[i], given, sizeof given) &&
            secret_eq(str_n((const char *)given, sizeof given),
                      str_n((const char *)mac, sizeof mac)))
            match = true;
    return match;
}

enum err
stripe_verify(struct str header, struct str body, struct str secrets, int64_t now_ms,
              const char **why)
{
    struct signature_header h = {0};
    struct str secret;
    int64_t stamp;
    bool match = false;

    if (!header_parse(header, &h) || !parse_i64(h.stamp, 0, INT64_C(100000000000), &stamp)) {
        *why = "Stripe-Signature missing or malformed";
        return ERR_INVALID;
    }
    while (str_split(&secrets, ',', &secret)) {
        secret = str_trim(secret);
        if (secret.len > 0 && any_matches(&h, body, secret))
            match = true;
    }
    if (!match) {
        *why = "no signature matches";
        return ERR_DENIED;
    }
    if (stamp < now_ms / 1000 - STRIPE_TOLERANCE_S) {
        *why = "signature too old";
        return ERR_DENIED;
    }
    return OK;
}

/* Ids and references: printable, no space. */
static bool
is_word(struct str s)
{
    if (s.len > NEWS_REF_MAX)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] <= ' ' || s.ptr[i] > '~')
            return false;
    return true;
}

/* A field that is an id, or the expanded object that bears it. */
static struct str
id_of(const struct json *object, const char *key)
{
    const struct json *v = json_get(object, key);

    if (v == NULL)
        return STR_NONE;
    return v->kind == JSON_STR ? v->s : json_get_str(v, "id");
}

static void
mark_read(const struct json *object, struct payment_news *n)
{
    const struct json *metadata = json_get(object, "metadata");
    int64_t id = 0;

    if (parse_i64(json_get_str(metadata, "attempt"), 1, INT64_MAX / 2, &id))
        n->attempt_id = id;
    n->shop = json_get_str(metadata, "shop");
    n->order_ref = json_get_str(metadata, "order");
}

static bool
money_read(const struct json *object, const char *key, struct payment_news *n)
{
    n->amount_cents = json_get_int(object, key, -1);
    n->euros = str_eq_nocase(json_get_str(object, "currency"), STR("eur"));
    n->has_mode = json_get(object, "livemode") != NULL;
    n->live = json_get_bool(object, "livemode", false);
    return n->amount_cents >= 0;
}

static bool
words_good(const struct payment_news *n)
{
    return is_word(n->attempt_key) && is_word(n->order_ref) && is_word(n->ref) &&
           is_word(n->refund_ref) && n->shop.len <= 200;
}

bool
stripe_session_news(struct arena *a, const struct json *session, struct payment_news *out)
{
    struct str status = json_get_str(session, "status");
    struct str paid = json_get_str(session, "payment_status");
    struct payment_news n = {0};

    mark_read(session, &n);
    if (n.order_ref.len == 0)
        n.order_ref = json_get_str(session, "client_reference_id");
    n.attempt_key = json_get_str(session, "id");
    n.ref = id_of(session, "payment_intent");
    n.word = str_is(status, "complete") ? paid : status;
    if (n.attempt_key.len == 0 || !money_read(session, "amount_total", &n) || !words_good(&n) ||
        !is_word(n.word))
        return false;
    if (str_is(paid, "paid") && n.ref.len > 0)
        n.kind = NEWS_CAPTURED;
    else if (str_is(status, "expired"))
        n.kind = NEWS_FAILED;
    else if (str_is(status, "complete"))
        n.kind = NEWS_PENDING;
    else
        n.kind = NEWS_NONE;
    n.event_key = str_printf(a, "session:%.*s:%.*s", STR_FMT(n.attempt_key), STR_FMT(n.word));
    *out = n;
    return true;
}

bool
stripe_refund_news(struct arena *a, const struct json *refund, struct payment_news *out)
{
    struct payment_news n = {0};

    mark_read(refund, &n);
    n.ref = id_of(refund, "payment_intent");
    n.refund_ref = json_get_str(refund, "id");
    n.word = json_get_str(refund, "status");
    if (n.ref.len == 0 || n.refund_ref.len == 0 || !money_read(refund, "amount", &n) ||
        !words_good(&n) || !is_word(n.word))
        return false;
    if (str_is(n.word, "succeeded"))
        n.kind = NEWS_REFUND_DONE;
    else if (str_is(n.word, "failed") || str_is(n.word, "canceled"))
        n.kind = NEWS_REFUND_FAILED;
    else
        n.kind = NEWS_REFUND_PENDING;
    n.event_key = str_printf(a, "refund:%.*s:%.*s", STR_FMT(n.refund_ref), STR_FMT(n.word));
    *out = n;
    return true;
}

static bool
dispute_news(const struct json *dispute, bool closed, struct payment_news *out)
{
    struct payment_news n = {0};

    mark_read(dispute, &n);
    n.ref = id_of(dispute, "payment_intent");
    n.word = json_get_str(dispute, "status");
    if (n.ref.len == 0 || !money_read(dispute, "amount", &n) || !words_good(&n) ||
        !is_word(n.word))
        return false;
    /* warning_closed: the bank only asked, and took nothing. */
    bool won = str_is(n.word, "won") || str_is(n.word, "warning_closed");
    n.kind = closed && won ? NEWS_DISPUTE_WON : NEWS_DISPUTED;
    *out = n;
    return true;
}

/* A refunded charge does not name the refund: the list at Stripe does. */
static bool
charge_news(const struct json *charge, struct payment_news *out)
{
    struct payment_news n = {0};

    mark_read(charge, &n);
    n.ref = id_of(charge, "payment_intent");
    n.word = STR("refunded");
    n.kind = NEWS_ASK;
    if (n.ref.len == 0 || !money_read(charge, "amount", &n) || !words_good(&n))
        return false;
    *out = n;
    return true;
}

static bool
object_news(struct arena *a, struct str type, const struct json *object,
            struct payment_news *out)
{
    if (str_starts(type, STR("checkout.session."))) {
        if (!stripe_session_news(a, object, out))
            return false;
        if (str_is(type, "checkout.session.async_payment_failed"))
            out->kind = NEWS_FAILED;
        return true;
    }
    if (str_starts(type, STR("refund.")) || str_is(type, "charge.refund.updated"))
        return stripe_refund_news(a, object, out);
    if (str_is(type, "charge.refunded"))
        return charge_news(object, out);
    if (str_is(type, "charge.dispute.created") || str_is(type, "charge.dispute.closed"))
        return dispute_news(object, str_is(type, "charge.dispute.closed"), out);
    *out = (struct payment_news){.kind = NEWS_NONE};
    return true;
}

enum err
stripe_event_read(struct arena *a, struct str body, struct news_list *out, const char **why)
{
    struct json *event;
    struct json_error where;
    struct payment_news n = {0};

    if (json_parse(a, body, STRIPE_BODY_MAX, &event, &where) != OK ||
        event->kind != JSON_OBJECT) {
        *why = "body is not a JSON object";
        return ERR_INVALID;
    }
    struct str id = json_get_str(event, "id");
    struct str type = json_get_str(event, "type");
    const struct json *object = json_get(json_get(event, "data"), "object");
    if (id.len == 0 || type.len == 0 || !is_word(id) || !is_word(type)) {
        *why = "event without id or type";
        return ERR_INVALID;
    }
    if (object == NULL || object->kind != JSON_OBJECT || !object_news(a, type, object, &n)) {
        *why = "data.object is not what the type says";
        return ERR_INVALID;
    }
    n.event_key = id;
    n.has_mode = true;
    n.live = json_get_bool(event, "livemode", false);
    if (n.word.len == 0)
        n.word = type;
    out->item[0] = n;
    out->count = 1;
    return OK;
}
