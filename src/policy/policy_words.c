/* SPDX-License-Identifier: Apache-2.0 */
/* policy_words.c - the rules of a policy, one by one, in words; see policy_words.h. */
#include "policy/policy_words.h"

#include "base/format.h"
#include "policy/policy_text.h"

#define NBSP "\u00a0"

enum { BANDS_ALL = (1 << BAND_COUNT) - 1 };

/* The list being written, and what the next rules are about. */
struct words {
    struct arena *arena;
    const struct policy *p;
    struct policy_rule_list list;
    size_t room;
    enum words_part part;
    struct str group, subject, form;
    const char *kind;
};

const char *
words_part_title(enum words_part part)
{
    static const char *const titles[WORDS_PARTS] = {
        [WORDS_SALE] = "La vente",
        [WORDS_WHO] = "Qui peut acheter",
        [WORDS_WHEN] = "Groupes et dates",
        [WORDS_MUCH] = "Combien",
        [WORDS_GOODS] = "Articles, lots et prix",
        [WORDS_VAT] = "TVA",
        [WORDS_ORDERS] = "Commande et livraison",
        [WORDS_STOCK] = "Stocks",
        [WORDS_SELLER] = "Vendeur, pour les factures",
    };
    return titles[part];
}

/* The rules that follow are of this part, about nothing narrower. */
static void
part(struct words *w, enum words_part which, const char *form)
{
    w->part = which;
    w->group = w->subject = STR_NONE;
    w->kind = NULL;
    w->form = str_of(form);
}

/* ... and about this one of several. */
static void
about(struct words *w, const char *kind, const char *list, struct str code, struct str subject,
      struct str form)
{
    w->group = str_printf(w->arena, "%s/%.*s", list, STR_FMT(code));
    w->subject = subject;
    w->kind = kind;
    w->form = form;
}

static void rule(struct words *w, const char *key, const char *term, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

static void
rule(struct words *w, const char *key, const char *term, const char *fmt, ...)
{
    struct policy_rule *r;
    va_list ap;

    if (w->list.count == w->room) {
        size_t room = w->room == 0 ? 64 : w->room * 2;
        struct policy_rule *grown = ARENA_ARRAY(w->arena, room, struct policy_rule);
        for (size_t i = 0; i < w->list.count; i++)
            grown[i] = w->list.item[i];
        w->list.item = grown;
        w->room = room;
    }
    r = &w->list.item[w->list.count++];
    *r = (struct policy_rule){
        .part = w->part, .group = w->group, .kind = w->kind, .subject = w->subject,
        .form = w->form, .term = str_of(term),
        .key = w->group.len == 0 ? str_of(key)
                                 : str_printf(w->arena, "%.*s/%s", STR_FMT(w->group), key),
    };
    va_start(ap, fmt);
    r->text = str_vprintf(w->arena, fmt, ap);
    va_end(ap);
}

/* ---- pieces ---- */

struct str
policy_band_text(struct arena *a, enum band b)
{
    int low, high;

    if (!band_bounds(b, &low, &high))
        return STR("inconnu");
    if (b == BAND_NN)
        return STR("sans salarié");
    if (b == BAND_00)
        return STR("0 au 31 décembre");
    if (high == INT32_MAX)
        return str_printf(a, "%s ou plus", fmt_int(low).z);
    return str_printf(a, "%s à %s", fmt_int(low).z, fmt_int(high).z);
}

static struct str
bands_text(struct arena *a, unsigned bands)
{
    struct str s = STR_NONE;

    if (bands == BANDS_ALL)
        return STR("toutes, effectif inconnu compris");
    for (int b = 0; b < BAND_COUNT; b++)
        if (bands & 1U << b)
            s = str_printf(a, "%.*s%s%.*s", STR_FMT(s), s.len == 0 ? "" : ", ",
                           STR_FMT(policy_band_text(a, (enum band)b)));
    return s;
}

static bool
same_clock(int64_t x_ms, enum zone x, int64_t y_ms, enum zone y)
{
    if (x_ms == INT64_MAX || y_ms == INT64_MAX)
        return x_ms == y_ms;
    struct civil c = civil_of(x_ms, x), d = civil_of(y_ms, y);
    return c.year == d.year && c.month == d.month && c.day == d.day && c.hour == d.hour &&
           c.minute == d.minute && c.second == d.second;
}

/* Those of the territories whose clocks show then what t's does. */
static unsigned
clock_group(unsigned territories, const int64_t ms[TERRITORY_COUNT], int t)
{
    unsigned group = 0;

    for (int u = 1; u < TERRITORY_COUNT; u++)
        if ((territories & 1U << u) && same_clock(ms[t], territory_zone((enum territory)t), ms[u],
                                                  territory_zone((enum territory)u)))
            group |= 1U << u;
    return group;
}

static bool
elsewhere(const struct policy *p, unsigned territories)
{
    for (int t = 1; t < TERRITORY_COUNT; t++)
        if ((territories & 1U << t) && territory_zone((enum territory)t) != p->zone)
            return true;
    return false;
}

static struct str
clock_text(struct arena *a, int64_t ms, int t)
{
    if (ms == INT64_MAX)
        return STR("sans date de fin");
    return str_dup(a, str_of(fmt_date_time(ms, territory_zone((enum territory)t)).z));
}

struct str
policy_clocks_text(struct arena *a, const struct policy *p, unsigned territories,
                   const int64_t ms[TERRITORY_COUNT])
{
    struct str s = STR_NONE;
    unsigned left = territories;

    for (int t = 1; t < TERRITORY_COUNT; t++) {
        if (!(left & 1U << t))
            continue;
        unsigned group = clock_group(territories, ms, t);
        const char *local = ms[t] != INT64_MAX && elsewhere(p, group)
                                ? ", à l’heure de chaque territoire" : "";
        left &= ~group;
        if (group == territories)
            return str_printf(a, "%.*s%s", STR_FMT(clock_text(a, ms[t], t)), local);
        s = str_printf(a, "%.*s%s%.*s" NBSP ": %.*s%s", STR_FMT(s), s.len == 0 ? "" : "\u00a0; ",
                       STR_FMT(policy_territories_text(a, group)),
                       STR_FMT(clock_text(a, ms[t], t)), local);
    }
    return s;
}

static struct str
form_of(struct words *w, const char *what, int index)
{
    return str_printf(w->arena, "%s-%d", what, index + 1);
}

/* ---- the parts ---- */

static void
sale(struct words *w)
{
    const struct policy *p = w->p;

    part(w, WORDS_SALE, "vente");
    rule(w, "name", "Nom", "%.*s", STR_FMT(p->name));
    rule(w, "summary", "Présentation", "%.*s", STR_FMT(p->summary));
    rule(w, "contact", "Adresse de contact", "%.*s", STR_FMT(p->contact_email));
    part(w, WORDS_SALE, "");
    rule(w, "organiser", "Organisateur", "%.*s (%.*s)", STR_FMT(p->organiser),
         STR_FMT(p->organiser_slug));
    rule(w, "slug", "Nom dans les adresses", "%.*s", STR_FMT(p->slug));
    rule(w, "zone", "Heure de la vente", "%s", zone_name(p->zone));
}

static void
who(struct words *w)
{
    const struct policy *p = w->p;
    struct str list = STR_NONE;

    part(w, WORDS_WHO, "admission");
    rule(w, "heads", "Effectif", "%.*s",
         STR_FMT(policy_heads_text(w->arena, p->heads_min, p->heads_max)));
    rule(w, "networks", "Réseaux", "%.*s", STR_FMT(policy_networks_text(p->networks)));
    rule(w, "territories", "Territoires", "%.*s",
         STR_FMT(policy_territories_text(w->arena, p->territories)));
    rule(w, "departments", "Départements", "%.*s",
         STR_FMT(p->department_count == 0 ? STR("tous") : policy_departments_text(w->arena, p)));
    for (int i = 0; i < p->category_count; i++)
        list = str_printf(w->arena, "%.*s%s%d", STR_FMT(list), i == 0 ? "" : ", ", p->category[i]);
    rule(w, "categories", "Catégories juridiques", "%s%.*s",
         p->category_count == 0 ? "toutes"
         : p->category_excluded ? "toutes sauf celles qui commencent par "
                                : "seulement celles qui commencent par ", STR_FMT(list));
    list = STR_NONE;
    for (int i = 0; i < p->naf_count; i++)
        list = str_printf(w->arena, "%.*s%s%.*s", STR_FMT(list), i == 0 ? "" : ", ",
                          STR_FMT(p->naf[i]));
    rule(w, "activities", "Activités (NAF)", "%s%.*s",
         p->naf_count == 0 ? "toutes"
         : p->naf_excluded ? "toutes sauf celles qui commencent par "
                           : "seulement celles qui commencent par ", STR_FMT(list));
}

static void
cohorts(struct words *w)
{
    const struct policy *p = w->p;

    part(w, WORDS_WHEN, "");
    for (int i = 0; i < p->cohort_count; i++) {
        const struct policy_cohort *c = &p->cohort[i];
        about(w, "Groupe", "cohorts", c->code, c->label, form_of(w, "groupe", i));
        rule(w, "label", "Nom", "%.*s", STR_FMT(c->label));
        rule(w, "opens", "Ouverture", "%.*s",
             STR_FMT(policy_clocks_text(w->arena, p, c->territories, c->opens_ms)));
        rule(w, "closes", "Fermeture", "%.*s",
             STR_FMT(policy_clocks_text(w->arena, p, c->territories, c->closes_ms)));
        rule(w, "heads", "Effectif", "%.*s",
             STR_FMT(policy_heads_text(w->arena, c->heads_min, c->heads_max)));
        rule(w, "bands", "Tranches du registre", "%.*s", STR_FMT(bands_text(w->arena, c->bands)));
        rule(w, "territories", "Territoires", "%.*s",
             STR_FMT(policy_territories_text(w->arena, c->territories)));
        rule(w, "networks", "Réseaux", "%.*s", STR_FMT(policy_networks_text(c->networks)));
    }
}

static void
how_much(struct words *w)
{
    const struct policy *p = w->p;
    struct str period = STR("pour toute la vente");

    part(w, WORDS_MUCH, "quota");
    if (p->period_days > 0)
        period = str_printf(w->arena, "par période de %s",
                            fmt_plural(p->period_days, "jour", "jours").z);
    if (p->per_head > 0)
        rule(w, "quota", "Quota", "%.*s par personne, %.*s",
             STR_FMT(policy_units_text(w->arena, p, p->per_head)), STR_FMT(period));
    else
        rule(w, "quota", "Quota", "le même pour tous, %.*s", STR_FMT(period));
    rule(w, "owner", "Personnes comptées", "%s",
         p->owner_counts ? "les salariés et le dirigeant" : "les salariés seulement");
    if (p->units_max > 0)
        rule(w, "max", "Maximum par entreprise", "%.*s",
             STR_FMT(policy_units_text(w->arena, p, p->units_max)));
    else
        rule(w, "max", "Maximum par entreprise", "aucun");
    rule(w, "round", "Droit plus petit qu’un lot", "%s",
         p->round_up ? "un lot entier" : "aucune commande");
    rule(w, "origin", "Décompte depuis le", "%s", fmt_date_time(p->period_origin_ms, p->zone).z);
}

static void
goods(struct words *w)
{
    const struct policy *p = w->p;

    part(w, WORDS_GOODS, "");
    for (int i = 0; i < p->good_count; i++) {
        const struct policy_good *g = &p->good[i];
        about(w, "Article", "goods", g->code, g->name, STR_NONE);
        rule(w, "name", "Nom", "%.*s", STR_FMT(g->name));
        rule(w, "unit", "Unité", "%.*s, %.*s", STR_FMT(g->unit_one), STR_FMT(g->unit_many));
        rule(w, "conformity", "Conformité", "%.*s", STR_FMT(g->conformity));
        rule(w, "vat_class", "Classe de TVA", "%.*s", STR_FMT(g->vat_class));
        rule(w, "weight", "Poids d’une unité", "%s" NBSP "g", fmt_int(g->weight_g).z);
    }
    for (int i = 0; i < p->pack_count; i++) {
        const struct policy_pack *k = &p->pack[i];
        about(w, "Lot", "packs", k->code, k->label, form_of(w, "lot", i));
        rule(w, "label", "Nom", "%.*s", STR_FMT(k->label));
        rule(w, "units", "Contenu", "%s × %.*s", fmt_int(k->units).z,
             STR_FMT(p->good[k->good].name));
        rule(w, "price", "Prix", "%s hors taxes", fmt_euros(k->price_cents).z);
        rule(w, "heads", "Pour", "%.*s",
             STR_FMT(policy_heads_text(w->arena, k->heads_min, k->heads_max)));
    }
}

static void
vat(struct words *w)
{
    const struct policy *p = w->p;

    for (int i = 0; i < p->vat_count; i++) {
        const struct policy_vat *v = &p->vat[i];
        struct str term = policy_territories_text(w->arena, v->territories), until = STR_NONE;
        struct str key = str_printf(w->arena, "vat/%.*s/%x/%lld", STR_FMT(v->vat_class),
                                    v->territories, (long long)v->from_ms);
        if (v->from_ms != INT64_MIN)
            term = str_printf(w->arena, "%.*s, à partir du %s", STR_FMT(term),
                              fmt_date(v->from_ms, ZONE_PARIS).z);
        if (p->good_count > 1)
            term = str_printf(w->arena, "%.*s (classe %.*s)", STR_FMT(term),
                              STR_FMT(v->vat_class));
        if (v->until_ms != INT64_MAX)
            until = str_printf(w->arena, ", avant le %s", fmt_date(v->until_ms, ZONE_PARIS).z);
        part(w, WORDS_VAT, "");
        w->form = form_of(w, "tva", i);
        rule(w, key.ptr, term.ptr, "%s%.*s%s%.*s", fmt_percent_bp(v->rate_bp).z, STR_FMT(until),
             v->note.len > 0 ? " - " : "", STR_FMT(v->note));
    }
}

static void
orders(struct words *w)
{
    static const char *const from[] = { "la commande", "le paiement", "la livraison" };
    const struct policy *p = w->p;

    part(w, WORDS_ORDERS, "commande");
    if (p->delay_days > 0)
        rule(w, "delay", "Délai entre deux commandes", "%s, depuis %s précédent%s",
             p->delay_working_days ? fmt_plural(p->delay_days, "jour ouvré", "jours ouvrés").z
                                   : fmt_plural(p->delay_days, "jour", "jours").z,
             from[p->delay_from], p->delay_from == DELAY_FROM_PAYMENT ? "" : "e");
    else
        rule(w, "delay", "Délai entre deux commandes", "aucun");
    rule(w, "hold", "Réservation sans paiement", "%.*s",
         STR_FMT(policy_hold_text(w->arena, p->hold_minutes)));
    rule(w, "assisted_hold", "Réservation par téléphone", "%.*s",
         STR_FMT(policy_hold_text(w->arena, p->assisted_hold_minutes)));
    rule(w, "sizes", "Tailles de lot dans une commande", "%s",
         p->one_pack_size ? "une seule" : "plusieurs");
    rule(w, "delivery", "Livraison", "%.*s", STR_FMT(p->delivery_text));
    if (p->delivery_cents > 0)
        rule(w, "delivery_price", "Prix de la livraison", "%s hors taxes par commande",
             fmt_euros(p->delivery_cents).z);
    else
        rule(w, "delivery_price", "Prix de la livraison", "compris");
}

static void
pools(struct words *w)
{
    const struct policy *p = w->p;

    part(w, WORDS_STOCK, "");
    for (int i = 0; i < p->pool_count; i++) {
        const struct policy_pool *l = &p->pool[i];
        about(w, "Stock", "pools", l->code, l->label, form_of(w, "stock", i));
        rule(w, "label", "Nom", "%.*s", STR_FMT(l->label));
        rule(w, "good", "Article", "%.*s", STR_FMT(p->good[l->good].name));
        rule(w, "territories", "Territoires servis", "%.*s",
             STR_FMT(policy_territories_text(w->arena, l->territories)));
        rule(w, "units", "Unités à la création", "%s", fmt_int(l->units).z);
    }
}

static void
seller(struct words *w)
{
    const struct policy_seller *s = &w->p->seller;

    part(w, WORDS_SELLER, "");
    if (!s->given) {
        rule(w, "seller", "Mentions du vendeur", "absentes, aucune facture ne peut être établie");
        return;
    }
    rule(w, "seller/name", "Nom", "%.*s", STR_FMT(s->name));
    rule(w, "seller/form", "Forme juridique", "%.*s", STR_FMT(s->form));
    rule(w, "seller/capital", "Capital", "%.*s", STR_FMT(s->capital.len > 0 ? s->capital
                                                                              : STR("aucun")));
    rule(w, "seller/address", "Adresse", "%.*s%s%.*s, %.*s %.*s", STR_FMT(s->complement),
         s->complement.len > 0 ? ", " : "", STR_FMT(s->street), STR_FMT(s->postal_code),
         STR_FMT(s->city));
    rule(w, "seller/siren", "SIREN", "%s", fmt_siren(siren_str(w->arena, s->siren)).z);
    rule(w, "seller/rcs", "Registre du commerce", "%.*s", STR_FMT(s->rcs.len > 0 ? s->rcs
                                                                               : STR("aucun")));
    rule(w, "seller/vat", "Numéro de TVA", "%.*s", STR_FMT(s->vat_number));
    rule(w, "seller/iban", "IBAN", "%.*s", STR_FMT(s->iban.len > 0 ? s->iban : STR("aucun")));
    rule(w, "seller/penalties", "Pénalités de retard", "%.*s", STR_FMT(s->penalties));
    rule(w, "seller/discount", "Escompte", "%.*s", STR_FMT(s->discount));
    rule(w, "seller/debits", "TVA sur les débits", "%s", s->vat_on_debits ? "oui" : "non");
    rule(w, "seller/prefix", "Série des factures", "%.*s", STR_FMT(s->prefix));
}

struct policy_rule_list
policy_words(struct arena *a, const struct policy *p)
{
    struct words w = { .arena = a, .p = p };

    sale(&w);
    who(&w);
    cohorts(&w);
    how_much(&w);
    goods(&w);
    vat(&w);
    orders(&w);
    pools(&w);
    seller(&w);
    return w.list;
}
