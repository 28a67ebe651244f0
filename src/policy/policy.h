/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy.h - the rules of a campaign, as data: read from JSON, checked, compiled, never changed.
 *
 * A published version is immutable; an order keeps the version it was made under. Everything here
 * is pure: no database, no clock.
 *
 * Beside it: pieces of French about a policy (policy_text.h); every rule in words, and what differs
 * between two policies (policy_words.h); forms over a campaign file (policy_form.h); two changes of
 * one file put together (policy_merge.h). The room's other headers are the compiler's own.
 */
#ifndef MAILLON_POLICY_POLICY_H
#define MAILLON_POLICY_POLICY_H

#include "base/err.h"
#include "registry/registry.h"

enum { POLICY_GOODS_MAX = 16, POLICY_PACKS_MAX = 32, POLICY_COHORTS_MAX = 64, POLICY_POOLS_MAX = 64,
       POLICY_VAT_MAX = 128, POLICY_NAF_MAX = 256, POLICY_CATEGORIES_MAX = 256,
       POLICY_DEPARTMENTS_MAX = 128, POLICY_JSON_MAX = 512 * 1024 };

/* Who sells, as an invoice must say it (CGI annex II 242 nonies A, Code de commerce R123-237 and
 * L441-9). Checked as one: all that is mandatory is there, or given is false and no invoice can be
 * issued. */
struct policy_seller {
    bool given;
    struct str name, form;    /* "Masques Distribution", "SAS" */
    struct str capital;       /* "50 000 euros"; empty for those who have none. */
    struct str complement, street, postal_code, city;
    int64_t siren;
    struct str rcs;           /* City of the trade register; empty for those who are not in it. */
    struct str vat_number;
    struct str iban;          /* Without spaces; may be empty. */
    struct str penalties;     /* Rate of penalties for late payment. */
    struct str discount;      /* Discount for early payment, or that there is none. */
    bool vat_on_debits;
    struct str prefix;        /* Of the series of numbers: "MASQ". */
};

struct policy_good {
    struct str code;       /* [a-z0-9-], unique in the campaign */
    struct str name;       /* "Masque lavable, catégorie 1" */
    struct str unit_one, unit_many; /* "masque", "masques" */
    struct str conformity; /* Text shown beside it: norm, tests, washing. */
    struct str vat_class;  /* Names the VAT rules that apply: "masque". */
    int weight_g;          /* Of one unit. */
};

struct policy_pack {
    struct str code;
    struct str label;      /* "Lot de 6 masques" */
    int good;              /* Index. */
    int units;             /* Units of the good in a pack. */
    int64_t price_cents;   /* Excluding VAT. */
    int heads_min, heads_max; /* Headcount it is offered to; 0 .. INT32_MAX: all. */
};

/* The rate for goods of vat_class delivered in these territories at that time. */
struct policy_vat {
    struct str vat_class;
    unsigned territories;  /* 1 << enum territory */
    int64_t from_ms, until_ms; /* [from, until) */
    int rate_bp;
    struct str note;       /* On the order when not empty: "Exportation, article 294 du CGI". */
    bool is_local;         /* Without tax overseas, and no export: stock that is there already. */
};

struct policy_cohort {
    struct str code, label;
    unsigned bands;        /* 1 << enum band */
    int heads_min, heads_max; /* On the accepted exact headcount when known. */
    unsigned territories, networks; /* networks 0: any */
    /* By territory, because civil times differ; [opens, closes). INT64_MAX closes: open end. */
    int64_t opens_ms[TERRITORY_COUNT], closes_ms[TERRITORY_COUNT];
};

struct policy_pool {
    struct str code, label; /* A warehouse's share for these territories. */
    unsigned territories;
    int good;
    int64_t units;          /* Stock at first publication; later changes are stock movements. */
};

enum delay_from { DELAY_FROM_ORDER, DELAY_FROM_PAYMENT, DELAY_FROM_DELIVERY };

struct policy {
    int64_t campaign_id;
    int version;
    struct str slug, name, organiser, organiser_slug, contact_email, summary;
    struct policy_seller seller;
    enum zone zone;
    struct str delivery_text;   /* "Colissimo sans signature, 5 jours ouvrés" */
    int64_t delivery_cents;     /* Excluding VAT; 0: included. */
    struct policy_good good[POLICY_GOODS_MAX];
    int good_count;
    struct policy_pack pack[POLICY_PACKS_MAX];
    int pack_count;
    struct policy_vat vat[POLICY_VAT_MAX];
    int vat_count;
    struct policy_cohort cohort[POLICY_COHORTS_MAX];
    int cohort_count;
    struct policy_pool pool[POLICY_POOLS_MAX];
    int pool_count;
    /* eligibility */
    int heads_min, heads_max;   /* Employees of the legal unit. */
    unsigned networks;          /* Must have one of these; 0: not asked. */
    unsigned territories;
    struct str department[POLICY_DEPARTMENTS_MAX]; /* Of the establishment; empty: all. */
    int department_count;
    int category[POLICY_CATEGORIES_MAX]; /* Legal categories by prefix (5 is 5xxx); empty: all. */
    int category_count;
    bool category_excluded;     /* The list says who may not. */
    struct str naf[POLICY_NAF_MAX];      /* NAF by prefix; empty: all. */
    int naf_count;
    bool naf_excluded;
    /* quota */
    int per_head;               /* Units a head, or 0: headcount gives no limit ... */
    int period_days;            /* ... in this many days, counted from the campaign's first opening
                                   (0: in the whole campaign). */
    int64_t period_origin_ms;
    bool owner_counts;          /* The owner is one head more. */
    bool round_up;              /* A quota smaller than the smallest pack becomes one pack. */
    int units_max;              /* Per company and period whatever the headcount; 0: none. */
    /* orders */
    int delay_days;             /* Between two orders; 0: none. */
    bool delay_working_days;
    enum delay_from delay_from;
    int hold_minutes;           /* Until an unpaid order frees its stock. */
    int assisted_hold_minutes;  /* The same of an order that an agent enters: its buyer must read
                                   a mail first. At least hold_minutes. */
    bool one_pack_size;         /* One pack size per order. */
};

/* Compiles. On ERR_INVALID, *faults lists each error with its JSON path ("/packs/1/price") and
 * what to write instead; all of them, not the first. *out is in a. */
struct policy_fault {
    struct str path, text;
    struct str words;           /* The same in French, as a request: "indiquez ..." */
    int line, column;           /* 0 when only the path is known. */
};
struct policy_fault_list {
    struct policy_fault *item;
    size_t count;
};
NODISCARD enum err policy_compile(struct arena *a, struct str json, struct policy **out,
                                  struct policy_fault_list *faults);
/* The same of what was published: an impossible VAT rate or number, which older programs let pass,
 * is no fault, for its orders go on and the next version mends it. */
NODISCARD enum err policy_compile_stored(struct arena *a, struct str json, struct policy **out,
                                         struct policy_fault_list *faults);

/* For demonstrations and trials only: the same file with every opening, closing and period origin
 * moved by one whole number of days, such that the cohort with this code (empty: the first to
 * open) has opened, at most a day before now_ms. VAT dates are law and stay. The text returned is
 * what must be stored, so that what is published always tells its true dates. */
NODISCARD enum err policy_open_now(struct arena *a, struct str json, struct str cohort,
                                   int64_t now_ms, struct str *out,
                                   struct policy_fault_list *faults);

/* VAT for a good delivered to a territory at an instant; NULL: no rule covers it. */
const struct policy_vat *policy_vat_of(const struct policy *p, int good, enum territory t,
                                       int64_t at_ms);
/* First pool (in the policy's order) that serves the territory with the good; -1: none. */
int policy_pool_of(const struct policy *p, int good, enum territory t);

/* ---- who may buy, how much, when: pure ---- */

enum reason { /* English code in the API by reason_code(), French sentence by eligibility_text(). */
    REASON_OK,
    REASON_NOT_OPEN_YET,
    REASON_CLOSED,
    REASON_CEASED,            /* Company or establishment closed in the register. */
    REASON_TOO_LARGE,
    REASON_TOO_SMALL,
    REASON_NETWORK,           /* Known to belong to none of the networks. */
    REASON_TERRITORY,
    REASON_LEGAL_CATEGORY,
    REASON_ACTIVITY,
    REASON_NO_COHORT,
    REASON_NEEDS_HEADCOUNT,   /* No band, or the declared figure is outside it: review. */
    REASON_NEEDS_NETWORK,     /* The register does not tell: attestation and review. */
    REASON_PAUSED,            /* Sales closed for now by the organiser or the checker. */
    REASON_COUNT
};

struct buyer_facts {          /* What admission knows of a company. */
    bool active;
    bool establishment_active;
    enum band band;
    int heads;                /* Accepted exact headcount (owner not counted); -1: none. */
    int legal_category;
    struct str naf;
    unsigned networks;
    enum network_source network_source;
    enum territory territory; /* Of the establishment that orders. */
    struct str department;    /* Of the same, by commune: "69", "2A", "974"; may be empty. */
};

struct eligibility {
    enum reason reason;       /* REASON_OK: may order now. */
    int cohort;               /* Index, -1: none. */
    int64_t opens_ms, closes_ms; /* Of that cohort in that territory; 0 when no cohort. */
    int64_t units_min, units_max; /* Quota of a period; equal when the headcount is exact. */
    int64_t period_start_ms, period_end_ms; /* Of the period that holds now. */
};

/* The verdict now. Reasons that are for ever come before those that time heals. */
struct eligibility policy_eligible(const struct policy *p, const struct buyer_facts *f,
                                   int64_t now_ms);
/* Quota of one period for this many employees. */
int64_t policy_quota(const struct policy *p, int heads);
/* Units in whole packs that a quota allows to a company of that many employees. */
int64_t policy_packs_units(const struct policy *p, int heads, int64_t quota);
/* Employees as far as they are known: the accepted figure, else the band. False: not at all. */
bool policy_heads(const struct buyer_facts *f, int *min, int *max);
/* Whether a pack is offered to a company with this many employees (any number of the range). */
bool policy_pack_offered(const struct policy_pack *pack, int heads_min, int heads_max);
/* First instant at which the minimum delay, counted from since_ms, is over: the start of a civil
 * day of the territory. since_ms itself when the policy asks for no delay. */
int64_t policy_delay_end(const struct policy *p, enum territory t, int64_t since_ms);
/* The quota period that holds now; before the first opening the first period. */
void policy_period(const struct policy *p, int64_t now_ms, int64_t *start_ms, int64_t *end_ms);
/* How long an unpaid order holds its stock: "30 minutes", "24 heures", "3 jours". */
struct str policy_hold_text(struct arena *a, int minutes);
const char *reason_code(enum reason r);       /* "not_open_yet" */
/* Says why, since when, until when, and what can be done; plain text, whole sentences. */
struct str eligibility_text(struct arena *a, const struct policy *p, const struct buyer_facts *f,
                            const struct eligibility *e);

#endif
