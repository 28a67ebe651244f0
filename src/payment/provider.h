/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider.h - what the payment room asks of a provider, and the one shape its news come in.
 *
 * begin, look_up, close and refund talk to the provider over the network: they are called outside
 * any transaction. read verifies and parses a notification and touches nothing else.
 */
#ifndef MAILLON_PAYMENT_PROVIDER_H
#define MAILLON_PAYMENT_PROVIDER_H

#include "http/req.h"
#include "payment/payment.h"

enum news_kind {
    NEWS_NONE,           /* Understood; nothing follows from it. */
    NEWS_PENDING,        /* The provider works on it: authorisation, debit under way. */
    NEWS_CAPTURED,       /* The money is ours. */
    NEWS_FAILED,         /* Refused, abandoned, expired: no money. */
    NEWS_REFUND_PENDING,
    NEWS_REFUND_DONE,
    NEWS_REFUND_FAILED,
    NEWS_DISPUTED,
    NEWS_DISPUTE_WON,
    NEWS_ASK             /* Something changed that only the provider's answer can tell. */
};

enum { NEWS_MAX = 32, NEWS_REF_MAX = 120 };

struct payment_news {
    enum news_kind kind;
    struct str event_key;   /* The same for the same news, however often it is sent. */
    struct str attempt_key; /* Names the attempt; empty when the news does not say. */
    int64_t attempt_id;     /* Our mark that the provider gives back; 0: none. */
    struct str shop;        /* Our address, given back with the mark; tells shops apart. */
    struct str order_ref;
    struct str ref;         /* The payment at the provider; for a refund the one given back. */
    struct str refund_ref;
    int64_t amount_cents;
    bool euros;
    bool has_mode;          /* It says whether its money is real ... */
    bool live;              /* ... and it is. */
    struct str site;        /* Lyra's shop number; empty elsewhere. */
    bool asked;             /* The provider's answer to our question, not a notification. */
    struct str word;        /* The provider's own word, for the log. */
};

struct news_list {
    struct payment_news item[NEWS_MAX];
    size_t count;
};

/* A notification as received. */
struct payment_notice {
    struct str body;
    struct str signature; /* Stripe-Signature; empty for Lyra. */
    int64_t now_ms;
};

/* How the buyer leaves: a form to post, or a page to be sent to. */
struct payment_exit {
    struct str url;
    struct pair_list fields; /* count 0: url is a page. */
    struct str attempt_key;
};

struct payment_row {
    struct payment pay;
    struct str order_ref;
    struct str attempt_key;
    struct str page_url;
    int64_t captured_cents;
    bool captured_euros;
    int64_t sent_ms;
    int checks;
};

struct refund_row {
    int64_t id;
    int64_t payment_id;
    struct str idem_key;
    int state;
    int64_t amount_cents;
    struct str provider_ref;
    int64_t created_ms;
    int tries;
    struct str_list others; /* References of other refunds of this payment, as they are known. */
};

/* What begin may tell the provider about the buyer. */
struct payer {
    struct str email;
    struct str company;
};

struct provider {
    const char *name;
    /* Needs no network when the buyer posts a form. ERR_BUSY: not reached, try again. */
    enum err (*begin)(struct ctx *cx, const struct payment_row *p, const struct payer *who,
                      struct payment_exit *out);
    /* All that the provider knows of the attempt; no news: it never heard of it. */
    enum err (*look_up)(struct ctx *cx, const struct payment_row *p, struct news_list *out);
    /* *closed: it cannot be paid any more. */
    enum err (*close)(struct ctx *cx, const struct payment_row *p, bool *closed);
    /* Gives back r->amount_cents under r->idem_key; asking twice gives back once. On an error
     * answer->word holds the provider's refusal, or is empty when there was no answer. ERR_DENIED:
     * nothing was given back, and this key will never be answered otherwise. */
    enum err (*refund)(struct ctx *cx, const struct payment_row *p, const struct refund_row *r,
                       struct payment_news *answer);
    /* ERR_DENIED: forged; ERR_INVALID: malformed. *why is a fixed sentence in either case. */
    enum err (*read)(struct ctx *cx, const struct payment_notice *n, struct news_list *out,
                     const char **why);
    /* The same without the verification, for a notification that was verified when it was
     * stored. */
    enum err (*parse)(struct ctx *cx, struct str body, struct news_list *out, const char **why);
    /* Where the browser may be sent, for the page's security policy. */
    struct str (*origin)(struct ctx *cx);
    /* How long after it was made the hosted page may still be paid. */
    int64_t page_life_ms;
};

extern const struct provider provider_lyra;
extern const struct provider provider_stripe;

/* The one new payments go to (setting PAY); NULL when its settings are not complete. */
const struct provider *provider_current(const struct ctx *cx);
const struct provider *provider_by_name(struct str name);

#endif
