/* SPDX-License-Identifier: Apache-2.0 */
/* campaign_rules.c - the rules of a campaign in words, for the page that publishes them. */
#include "campaign/campaign_view.h"
#include "policy/policy_text.h"

#define NBSP "\u00a0"

enum { RULES_MAX = 10, RULE_LINES_MAX = 64 };

/* The list being written. */
struct rules {
    struct arena *arena;
    struct view_rule_list list;
};

static void
title(struct rules *r, const char *text)
{
    struct view_rule *rule = &r->list.item[r->list.count++];

    assert(r->list.count <= RULES_MAX);
    rule->title = str_of(text);
    rule->text.item = ARENA_ARRAY(r->arena, RULE_LINES_MAX, struct str);
}

static void line(struct rules *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void
line(struct rules *r, const char *fmt, ...)
{
    struct str_list *text = &r->list.item[r->list.count - 1].text;
    va_list ap;

    if (text->count == RULE_LINES_MAX)
        return;
    va_start(ap, fmt);
    text->item[text->count++] = str_vprintf(r->arena, fmt, ap);
    va_end(ap);
}

static void
who(struct rules *r, const struct policy *p)
{
    struct buf codes;

    title(r, "Qui peut acheter");
    line(r, "Effectif" NBSP ": %.*s. L’effectif est celui de l’entreprise entière (SIREN), tous "
            "établissements réunis, dirigeant non compris.",
         STR_FMT(policy_heads_text(r->arena, p->heads_min, p->heads_max)));
    line(r, "Réseaux" NBSP ": %.*s.", STR_FMT(policy_networks_text(p->networks)));
    line(r, "Territoires" NBSP ": %.*s.",
         STR_FMT(policy_territories_text(r->arena, p->territories)));
    if (p->department_count > 0)
        line(r, "Départements de l’établissement livré" NBSP ": %.*s.",
             STR_FMT(policy_departments_text(r->arena, p)));
    buf_init(&codes, 8192);
    for (int i = 0; i < p->category_count; i++)
        buf_printf(&codes, "%s%d", i == 0 ? "" : ", ", p->category[i]);
    if (p->category_count > 0)
        line(r, "Catégories juridiques %s" NBSP ": celles qui commencent par %.*s.",
             p->category_excluded ? "exclues" : "admises", STR_FMT(buf_view(&codes)));
    buf_clear(&codes);
    for (int i = 0; i < p->naf_count; i++)
        buf_printf(&codes, "%s%.*s", i == 0 ? "" : ", ", STR_FMT(p->naf[i]));
    if (p->naf_count > 0)
        line(r, "Activités (NAF) %s" NBSP ": celles qui commencent par %.*s.",
             p->naf_excluded ? "exclues" : "admises", STR_FMT(buf_view(&codes)));
    buf_release(&codes);
    line(r, "Si le registre ne donne pas l’effectif ou le réseau d’une entreprise, elle le "
            "déclare et une personne vérifie.");
}

static void
how_much(struct rules *r, const struct policy *p)
{
    struct arena *a = r->arena;

    title(r, "Combien");
    if (p->per_head > 0)
        line(r, "%.*s par salarié%s%s.", STR_FMT(policy_units_text(a, p, p->per_head)),
             p->owner_counts ? ", le dirigeant comptant pour un" : "",
             p->period_days > 0 ? "" : ", pour toute la durée de la vente");
    if (p->units_max > 0)
        line(r, "Au plus %.*s par entreprise%s.", STR_FMT(policy_units_text(a, p, p->units_max)),
             p->period_days > 0 ? " et par période" : "");
    if (p->period_days > 0)
        line(r, "Ce droit vaut pour une période de %d jours, comptée à partir du %s.",
             p->period_days, fmt_date_time(p->period_origin_ms, p->zone).z);
    line(r, p->round_up ? "Une entreprise dont le droit est plus petit qu’un lot peut commander un "
                          "lot entier."
                        : "Une entreprise dont le droit est plus petit qu’un lot ne peut rien "
                          "commander.");
    line(r, "Le droit est celui de l’entreprise (SIREN)" NBSP ": les commandes de tous ses "
            "établissements comptent, y compris celles qui attendent leur paiement.");
}

static void
packs(struct rules *r, const struct policy *p)
{
    title(r, "Lots et prix");
    for (int i = 0; i < p->pack_count; i++) {
        const struct policy_pack *k = &p->pack[i];
        bool all = k->heads_min <= p->heads_min && k->heads_max >= p->heads_max;
        line(r, "%.*s" NBSP ": %s hors taxes%s%.*s.", STR_FMT(k->label),
             fmt_euros(k->price_cents).z, all ? "" : ", pour les entreprises de ",
             STR_FMT(all ? STR("") : policy_heads_text(r->arena, k->heads_min,
                                                       k->heads_max < p->heads_max
                                                           ? k->heads_max
                                                           : p->heads_max)));
    }
    if (p->one_pack_size)
        line(r, "Une commande ne contient qu’une seule taille de lot.");
}

static void
vat(struct rules *r, const struct policy *p)
{
    title(r, "TVA");
    for (int i = 0; i < p->vat_count; i++) {
        const struct policy_vat *v = &p->vat[i];
        struct str from = STR(""), until = STR("");
        if (v->from_ms != INT64_MIN)
            from = str_printf(r->arena, " à partir du %s", fmt_date(v->from_ms, ZONE_PARIS).z);
        if (v->until_ms != INT64_MAX)
            until = str_printf(r->arena, " avant le %s", fmt_date(v->until_ms, ZONE_PARIS).z);
        line(r, "%.*s" NBSP ": %s%.*s%.*s.%s%.*s",
             STR_FMT(policy_territories_text(r->arena, v->territories)),
             fmt_percent_bp(v->rate_bp).z, STR_FMT(from), STR_FMT(until),
             v->note.len > 0 ? " " : "", STR_FMT(v->note));
    }
}

static void
orders(struct rules *r, const struct policy *p)
{
    static const char *const from[] = { "la commande", "le paiement de la commande",
                                        "la livraison de la commande" };

    title(r, "Commande et paiement");
    if (p->delay_days > 0)
        line(r, "Délai entre deux commandes" NBSP ": %d jour%s%s, comptés depuis %s précédente.",
             p->delay_days, p->delay_days >= 2 ? "s" : "",
             !p->delay_working_days   ? ""
             : p->delay_days >= 2 ? " ouvrés"
                                  : " ouvré",
             from[p->delay_from]);
    else
        line(r, "Aucun délai n’est imposé entre deux commandes.");
    line(r, "Une commande réserve les lots pendant %.*s, le temps de payer. Sans paiement, ils "
            "sont remis en vente.",
         STR_FMT(policy_hold_text(r->arena, p->hold_minutes)));
    if (p->assisted_hold_minutes > p->hold_minutes)
        line(r, "Une commande prise par téléphone les réserve pendant %.*s" NBSP ": le lien de "
                "paiement part par e-mail.",
             STR_FMT(policy_hold_text(r->arena, p->assisted_hold_minutes)));
    line(r, "Une commande annulée, expirée ou remboursée ne compte plus.");
}

static void
delivery(struct rules *r, const struct policy *p)
{
    struct str_list text = view_lines(r->arena, p->delivery_text);

    title(r, "Livraison");
    for (size_t i = 0; i < text.count; i++)
        line(r, "%.*s", STR_FMT(text.item[i]));
    if (p->delivery_cents > 0)
        line(r, "Prix de la livraison" NBSP ": %s hors taxes par commande.",
             fmt_euros(p->delivery_cents).z);
}

struct view_rule_list
view_rules(struct arena *a, const struct policy *p)
{
    struct rules r = { .arena = a };

    r.list.item = ARENA_ARRAY(a, RULES_MAX, struct view_rule);
    who(&r, p);
    how_much(&r, p);
    packs(&r, p);
    vat(&r, p);
    orders(&r, p);
    delivery(&r, p);
    return r.list;
}
