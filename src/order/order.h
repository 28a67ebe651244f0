/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order.h - from a quantity asked to an order held, paid or freed.
 *
 * order_admit decides, purely; order_place loads what it needs, decides, takes stock and writes
 * in one transaction. States and late or duplicated events follow the transition table in
 * order_state.c. Each transition is one row of order_event: actor, time, cause; never changed.
 */
#ifndef MAILLON_ORDER_ORDER_H
#define MAILLON_ORDER_ORDER_H

#include "base/tally.h"
#include "campaign/campaign.h"
#include "db/db.h"
#include "stock/stock.h"

enum order_state {
    ORDER_HELD = 1,   /* Stock reserved until deadline_ms. */
    ORDER_PAYING,     /* A payment attempt is under way. */
    ORDER_PAID,
    ORDER_PREPARING,
    ORDER_HANDED,     /* To the carrier. */
    ORDER_DELIVERED,
    ORDER_EXPIRED,
    ORDER_CANCELLED,
    ORDER_REFUND_DUE,
    ORDER_REFUNDED,
    ORDER_DISPUTED,
    ORDER_RETURNED
};
/* Something of it is still to be done: paid, sent, brought back, given back, judged by a bank. */
bool order_is_open(enum order_state s);
/* Nothing of it is. A dispute that is lost has no state: one that nobody touched since before_ms
 * (keep_disputes_ms) is over. */
bool order_is_over(enum order_state s, int64_t changed_ms, int64_t before_ms);
const char *order_state_code(enum order_state s); /* "held" */
/* One sentence for the buyer. */
const char *order_state_text(enum order_state s);
const char *order_state_name(enum order_state s); /* "Réservée" */

enum { ORDER_LINES_MAX = 8, ORDER_REF_LEN = 10, ORDER_PACKS_MAX = 100000 };

struct order_line {
    int pack, good;        /* Indexes in the policy. */
    struct str pack_code, good_code;
    int64_t packs;
    int64_t units;
    int64_t price_cents;   /* Of one pack, excl. VAT. */
    int64_t net_cents;
    int vat_bp;
    int64_t vat_cents;
    int64_t pool_id;
};

struct order_address { /* At most 38 characters a line when printed; see registry/postal. */
    struct str company, person, complement, street, special, postal_code, city, commune;
    struct str phone, instructions;
};

struct order {
    int64_t id;
    struct str ref;        /* Public, ORDER_REF_LEN of Crockford base 32; not guessable. */
    int64_t campaign_id;
    int version;           /* Policy it was made under. */
    int64_t siren, siret;  /* Company; establishment delivered to. */
    int64_t account_id;
    enum order_state state;
    int64_t created_ms, deadline_ms, paid_ms, delivered_ms, changed_ms;
    int64_t units;         /* Sum over lines. */
    int64_t delivery_cents; /* In net_cents. */
    int64_t net_cents, vat_cents, total_cents;
    bool lengthened;       /* The hold was lengthened for payment once. */
    int64_t payment_id;    /* The payment that paid it; 0: none. */
    enum territory territory;
    struct order_address address;
    int64_t forgotten_ms;  /* Whom it was delivered to is gone since then; 0: it is there. */
    struct order_line line[ORDER_LINES_MAX];
    int line_count;
};

struct order_list {
    struct order *item;
    size_t count;
};

/* Applied by payment/ inside its own transaction. Each answers OK also when the event is late or
 * repeated, and says in *what what followed. */
enum order_outcome {
    OUTCOME_PAID,        /* The order is now paid by this payment. */
    OUTCOME_ALREADY,     /* Nothing to do: same or older event. */
    OUTCOME_REFUND,      /* This payment must be given back whole (sold out, second payment,
                            wrong amount, cancelled). */
    OUTCOME_UNPAID       /* Back to HELD, or left as it is. */
};

struct order_event {
    enum order_state from, to; /* from 0: made. */
    int64_t at_ms;
    struct str actor;          /* "buyer", "agent", "provider", "system" */
    struct str cause;          /* order_words.h says it in French. */
    int64_t account_id;        /* Whose session it was; 0: none. */
};

struct order_event_list {
    struct order_event *item;
    size_t count;
};

/* Who was on the telephone for an order that an agent entered. The agent's word is no proof that
 * this person acts for the company: no link is made, and the order belongs to the company. Mails
 * about it go to the address; it is paid through a link (payment_link) or by whoever is linked. */
struct order_contact {
    struct str name, email, phone;
    int64_t account_id;    /* Of the address; set by order_place, as are the rest. */
    int64_t agent_id;
    int64_t link;          /* Number of the payment link that is good. */
    int64_t at_ms;
};
enum { ORDER_CONTACT_NAME_MAX = 80 };

/* What somebody asks for. Strings are checked by the caller (forms, API). */
struct ask_item {
    int pack; /* Index in the policy. */
    int64_t packs;
};
struct order_ask {
    const struct campaign *campaign;
    int64_t siren;         /* From the session or token, never from the form; of an agent's order
                              the company that the agent has before them. */
    int64_t siret;         /* One of its establishments. */
    struct str key;        /* Idempotency key made by the client. */
    const struct buyer_facts *facts; /* Of siret, read in this transaction; NULL: not yet. */
    struct ask_item item[ORDER_LINES_MAX];
    int item_count;
    struct order_address address;
    const struct order_contact *contact; /* An agent enters it for this person, with the policy's
                                            longer hold; NULL: the buyer does. */
};

struct admit_out; /* order/admit.h */
struct order_placed {
    bool ok;               /* order is valid. */
    bool replay;           /* It was made by an earlier request with this key. */
    struct order order;
    struct admit_out *decision; /* Why not, when !ok; its text is refusal. */
    struct str refusal;
};

/* Facts for admission: company, establishment, accepted headcount and network decisions
 * (account/review) put together. ERR_NOT_FOUND: no such establishment. */
NODISCARD enum err order_facts(struct ctx *cx, int64_t siret, struct buyer_facts *out,
                               struct company *company, struct establishment *est);
/* Decides and reserves in the open write transaction. OK also for a refusal. ERR_NOT_FOUND: the
 * establishment is unknown or another company's. The same key and the same content give the same
 * order again, whatever has become of it; the same key with another content is refused. */
NODISCARD enum err order_place(struct ctx *cx, const struct order_ask *ask,
                               struct order_placed *out);
/* The decision alone, for a page that asks before the buyer does. Any transaction. */
NODISCARD enum err order_preview(struct ctx *cx, const struct order_ask *ask,
                                 struct order_placed *out);

/* Of one company, newest first, before_id 0: from the newest; at most 50. */
NODISCARD enum err order_of_company(struct ctx *cx, int64_t siren, int64_t before_id,
                                    struct order_list *out);
NODISCARD enum err order_events(struct ctx *cx, int64_t order_id, struct order_event_list *out);
/* HELD or PAYING -> CANCELLED, stock freed; PAID -> REFUND_DUE, stock back, refund queued. *o is
 * brought up to date. actor: "buyer" or "agent". ERR_CONFLICT: too late (handed to the carrier, or
 * over already). */
NODISCARD enum err order_cancel(struct ctx *cx, struct order *o, const char *actor,
                                const char *cause);
/* HELD or PAYING whose deadline is over -> EXPIRED; nothing otherwise. */
NODISCARD enum err order_expire(struct ctx *cx, int64_t order_id);

/* Sales closed by the invariant checker; *why empty when open. */
NODISCARD enum err sales_closed(struct ctx *cx, struct str *why);
NODISCARD enum err sales_close(struct ctx *cx, struct str why);
NODISCARD enum err sales_open(struct ctx *cx);

/* Loads an order for a change: on PostgreSQL its row is locked. */
NODISCARD enum err order_lock(struct ctx *cx, int64_t id, struct order *out);
NODISCARD enum err order_by_id(struct ctx *cx, int64_t id, struct order *out);
/* The id that an order with this reference has; 0: none can have it. Whether it is the caller's to
 * see, and has that reference, is asked of its row. */
NODISCARD enum err order_id_of_ref(struct ctx *cx, struct str ref, int64_t *out);
/* Of this company only (siren from the session). */
NODISCARD enum err order_by_ref(struct ctx *cx, int64_t siren, struct str ref, struct order *out);
/* Whoever's it is: for a page that is opened by something else than who is signed in. */
NODISCARD enum err order_by_ref_alone(struct ctx *cx, struct str ref, struct order *out);
/* Of a campaign of the actor's organiser only. */
NODISCARD enum err order_of_organiser(struct ctx *cx, struct str ref, struct order *out);

/* *found is false for an order that its buyer entered. */
NODISCARD enum err order_contact_find(struct ctx *cx, int64_t order_id, struct order_contact *out,
                                      bool *found);
/* Orders entered for the person of an account, newest first, at most 50. */
NODISCARD enum err order_of_contact(struct ctx *cx, int64_t account_id, struct order_list *out);
/* Mails about the order go to this address from now on, and the payment link is a new one. Needs a
 * write. ERR_INVALID: no address. */
NODISCARD enum err order_contact_change(struct ctx *cx, struct order *o, struct str email,
                                        struct order_contact *c);

/* HELD -> PAYING; *again is true when it was PAYING already. The hold is lengthened once, by a
 * bounded time, to outlive the provider's page. ERR_CONFLICT: neither HELD nor PAYING. */
NODISCARD enum err order_pay_begin(struct ctx *cx, struct order *o, bool *again);
/* A capture of amount_cents was confirmed for payment_id. Late ones re-take stock and quota. */
NODISCARD enum err order_pay_success(struct ctx *cx, int64_t order_id, int64_t payment_id,
                                     int64_t amount_cents, enum order_outcome *what);
NODISCARD enum err order_pay_failed(struct ctx *cx, int64_t order_id, int64_t payment_id,
                                    enum order_outcome *what);
/* The whole of the order's own payment was given back: REFUND_DUE -> REFUNDED. A paid order that
 * nobody cancelled here was given back at the provider: its stock is freed too. */
NODISCARD enum err order_refunded(struct ctx *cx, int64_t order_id, int64_t payment_id);
/* What happens to the goods after payment; actor "agent" when a person of the organiser acts,
 * "carrier" or "system" otherwise. Needs a write. OK and *moved false when the order is there or
 * further already (repeated or late news). ERR_CONFLICT: it cannot go there from where it is. */
NODISCARD enum err order_prepare(struct ctx *cx, int64_t order_id, const char *cause,
                                 bool *moved); /* PAID -> PREPARING */
NODISCARD enum err order_unprepare(struct ctx *cx, int64_t order_id, const char *cause,
                                   bool *moved); /* PREPARING -> PAID */
NODISCARD enum err order_hand_over(struct ctx *cx, int64_t order_id, const char *cause,
                                   bool *moved); /* PREPARING -> HANDED */
NODISCARD enum err order_deliver(struct ctx *cx, int64_t order_id, int64_t at_ms,
                                 const char *cause, bool *moved); /* HANDED -> DELIVERED */
NODISCARD enum err order_come_back(struct ctx *cx, int64_t order_id, const char *cause,
                                   bool *moved); /* HANDED, DELIVERED -> RETURNED */
/* RETURNED -> PREPARING: sent again. */
NODISCARD enum err order_send_again(struct ctx *cx, int64_t order_id, const char *cause,
                                    bool *moved);
/* Whether it can be given back whole: PAID, PREPARING with no parcel at the carrier's or the
 * buyer's, or RETURNED. */
NODISCARD enum err order_can_give_back(struct ctx *cx, const struct order *o, bool *out);
/* Such an order -> REFUND_DUE by the organiser: what the order still has sold goes back to its pool
 * when restock is set, and the payment is given back whole. *moved is false for an order that is
 * being or was given back. ERR_CONFLICT: not paid, or all or a part of it is on its way. */
NODISCARD enum err order_give_back(struct ctx *cx, int64_t order_id, bool restock,
                                   const char *cause, bool *moved);

/* PAID or HANDED -> DISPUTED. */
NODISCARD enum err order_disputed(struct ctx *cx, int64_t order_id, int64_t payment_id);
/* The dispute is won: DISPUTED -> where the order was before. */
NODISCARD enum err order_undisputed(struct ctx *cx, int64_t order_id, int64_t payment_id);

/* Empties whom a DELIVERED, EXPIRED, CANCELLED, REFUNDED or DISPUTED order went to; place, amounts
 * and history stay. Such an order can only be given back from then on: a late payment goes back,
 * and it is not sent again. Nothing for any other, or once more. Needs a write. */
NODISCARD enum err order_forget(struct ctx *cx, int64_t id, struct tally *t);

#endif
