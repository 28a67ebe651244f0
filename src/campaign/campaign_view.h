/* SPDX-License-Identifier: Apache-2.0 */
/*
 * campaign_view.h - what the pages of a campaign show, computed so that templates only print.
 */
#ifndef MAILLON_CAMPAIGN_CAMPAIGN_VIEW_H
#define MAILLON_CAMPAIGN_CAMPAIGN_VIEW_H

#include "campaign/campaign.h"
#include "html/parts.h"
#include "stock/stock.h"

/* A state in a word, with its tone. */
struct view_state {
    enum tone tone;
    struct str text;
};

struct view_pack {
    struct str label;
    struct str price_net, price_gross; /* "17,80 €" */
    struct str vat;                    /* "TVA 5,5 %"; the rule's note when there is no tax. */
    struct str for_whom;               /* "9 salariés au plus"; empty: everybody. */
    struct str each;                   /* Price of one unit, excluding VAT. */
};

struct view_pack_list {
    struct view_pack *item;
    size_t count;
};

struct view_good {
    struct str name;
    struct str_list conformity; /* Paragraphs. */
    struct view_pack_list packs;
};

struct view_good_list {
    struct view_good *item;
    size_t count;
};

/* Territories of a cohort whose clocks show the same at the opening, in the same state. */
struct view_opening {
    struct str cohort;
    struct str where;
    struct str opens, closes; /* Words; closes empty: open end. */
    int64_t opens_ms;         /* The next of them; 0: open or over. */
    struct view_state state;
};

struct view_opening_list {
    struct view_opening *item;
    size_t count;
};

struct view_gauge_list {
    struct gauge *item;
    size_t count;
};

/* The form "Vérifier mon entreprise". */
struct view_check {
    struct url action;
    struct field siret, heads;
    struct field_error_list errors;
};

struct campaign_view {
    struct page page;
    const struct policy *policy;
    struct url rules, check_url, live;
    int64_t now_ms;
    int version;
    struct str published;
    struct view_state state;
    struct str state_text;    /* What the tag does not say; may be empty. */
    int64_t opens_ms;         /* For the countdown; 0: none. */
    bool has_closes;
    struct view_good_list goods;
    struct view_opening_list openings;
    struct view_gauge_list gauges;
    struct str left, left_total; /* "9 400 000 masques" */
    struct str for_whom;
    struct view_check check;
    struct str_list delivery;
    struct str delivery_price;
};

struct view_card {
    struct url url;
    struct str name, summary, organiser, state_text;
    struct view_state state;
};

struct view_card_list {
    struct view_card *item;
    size_t count;
};

struct campaign_list_view {
    struct page page;
    struct view_card_list cards;
    struct empty_state empty;
};

struct verdict_view {
    struct page page;
    struct notice notice;
    struct str heading;
    struct str_list next;     /* What to do now, one sentence each. */
    struct summary_row_list facts;
    struct view_pack_list packs;
    struct url action;        /* Empty: nothing to press. */
    struct str action_label;
    int64_t opens_ms, now_ms; /* Countdown when opens_ms is not 0. */
    struct view_check check;  /* Another establishment. */
    struct url home, rules;
    bool found;
};

struct view_rule {
    struct str title;
    struct str_list text;
};

struct view_rule_list {
    struct view_rule *item;
    size_t count;
};

struct view_version {
    int number;
    struct str published;
};

struct view_version_list {
    struct view_version *item;
    size_t count;
};

struct rules_view {
    struct page page;
    const struct policy *policy;
    int version;
    struct str published;
    struct view_rule_list rules;
    struct view_opening_list openings;
    struct view_version_list versions;
    struct url home;
};

struct view_state view_state_of(const struct campaign *c, int64_t now_ms);
/* Beside the tag: "Ouverture le samedi 2 mai 2020 à 8 h"; may be empty. */
struct str view_state_text(struct arena *a, const struct campaign *c, int64_t now_ms);
struct view_opening_list view_openings(struct arena *a, const struct policy *p, int64_t now_ms);
/* Packs offered to headcounts of the range, priced for the territory. */
struct view_pack_list view_packs(struct arena *a, const struct policy *p, int good,
                                 enum territory t, int heads_min, int heads_max, int64_t now_ms);
struct view_good_list view_goods(struct arena *a, const struct policy *p, int64_t now_ms);
struct view_gauge_list view_gauges(struct arena *a, const struct campaign *c,
                                   const struct stock_pool_list *pools);
struct view_rule_list view_rules(struct arena *a, const struct policy *p);
/* Paragraphs of a text with line breaks. */
struct str_list view_lines(struct arena *a, struct str text);
/* Units that may still be promised, over all pools, in words. */
struct str view_left(struct arena *a, const struct campaign *c,
                     const struct stock_pool_list *pools);
/* The territory whose prices stand for all on the home page. */
enum territory view_territory(const struct policy *p);

#endif
