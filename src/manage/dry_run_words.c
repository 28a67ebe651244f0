/* SPDX-License-Identifier: Apache-2.0 */
/* dry_run_words.c - see dry_run_words.h. */
#include "manage/dry_run_words.h"

#include "base/clock.h"
#include "base/format.h"
#include "policy/policy_text.h"
#include "policy/policy_words.h"

#define NBSP "\u00a0"

enum { NAMED_BANDS = 2 };

const char *
reason_words(enum reason r)
{
    static const char *const words[REASON_COUNT] = {
        [REASON_OK] = "Peut commander",
        [REASON_NOT_OPEN_YET] = "Pas encore ouvert",
        [REASON_CLOSED] = "Groupe fermé",
        [REASON_CEASED] = "Entreprise fermée",
        [REASON_TOO_LARGE] = "Effectif trop grand",
        [REASON_TOO_SMALL] = "Effectif trop petit, ou droit nul",
        [REASON_NETWORK] = "Réseau non admis",
        [REASON_TERRITORY] = "Territoire ou département non desservi",
        [REASON_LEGAL_CATEGORY] = "Catégorie juridique non admise",
        [REASON_ACTIVITY] = "Activité non admise",
        [REASON_NO_COHORT] = "Aucun groupe pour elle",
        [REASON_NEEDS_HEADCOUNT] = "Effectif inconnu, à déclarer",
        [REASON_NEEDS_NETWORK] = "Réseau inconnu, à justifier",
        [REASON_PAUSED] = "Ventes suspendues",
    };
    return words[r];
}

const char *
dry_run_state_text(enum dry_run_state s)
{
    static const char *const texts[] = { "", "En attente", "En cours", "Terminée", "Arrêtée",
                                         "Impossible" };
    return texts[s];
}

struct str
difference_text(struct arena *a, int64_t before, int64_t after)
{
    if (before == after)
        return STR("inchangé");
    return str_printf(a, "%s" NBSP "%s", after > before ? "+" : "−",
                      fmt_int(after > before ? after - before : before - after).z);
}

static struct str
companies_text(struct arena *a, int64_t n)
{
    return str_dup(a, str_of(fmt_plural(n, "entreprise", "entreprises").z));
}

/* The band with the most companies that was not named yet; -1: none. */
static int
largest_band(const struct comparison_side *s, unsigned named)
{
    int best = -1;

    for (int b = 0; b < BAND_COUNT; b++)
        if (!(named & 1U << b) && s->band[b] > 0 && (best < 0 || s->band[b] > s->band[best]))
            best = b;
    return best;
}

static struct str
band_companies(struct arena *a, const struct comparison_side *s, int b)
{
    struct str size = policy_band_text(a, (enum band)b);

    if (b == BAND_UNKNOWN)
        return str_printf(a, "%s d’effectif inconnu", fmt_int(s->band[b]).z);
    if (b == BAND_NN || b == BAND_00)
        return str_printf(a, "%s sans salarié%s", fmt_int(s->band[b]).z,
                          b == BAND_00 ? " au 31 décembre" : "");
    return str_printf(a, "%s de %.*s salariés", fmt_int(s->band[b]).z, STR_FMT(size));
}

struct str
comparison_side_text(struct arena *a, const struct comparison_side *s)
{
    struct str part[NAMED_BANDS + 1], text = companies_text(a, s->companies);
    int64_t overseas = 0;
    unsigned named = 0;
    size_t parts = 0;

    for (int t = TERRITORY_CORSICA + 1; t < TERRITORY_COUNT; t++)
        overseas += s->territory[t];
    for (int i = 0; i < NAMED_BANDS; i++) {
        int b = largest_band(s, named);
        if (b < 0 || s->band[b] == s->companies)
            break;
        named |= 1U << b;
        part[parts++] = band_companies(a, s, b);
    }
    if (overseas > 0)
        part[parts++] = str_printf(a, "%s outre-mer", fmt_int(overseas).z);
    for (size_t i = 0; i < parts; i++)
        text = str_printf(a, "%.*s%s%.*s", STR_FMT(text),
                          i == 0 ? ", dont " : i + 1 == parts ? " et " : ", ", STR_FMT(part[i]));
    return text;
}

/* ---- how long it lasts ---- */

static struct str
days_text(struct arena *a, int64_t days)
{
    if (days == 0)
        return STR("moins d’un jour");
    if (days > 3650)
        return STR("plus de dix ans");
    return str_dup(a, str_of(fmt_plural(days, "jour", "jours").z));
}

struct str
pool_lasts_text(struct arena *a, const struct dry_run_result *r, int pool)
{
    int64_t days = pace_days(&r->pace, pool, r->stock[pool]);

    if (r->stock[pool] <= 0)
        return STR("épuisé");
    if (r->pace.orders < PACE_ORDERS_MIN)
        return STR("trop peu de commandes pour le dire");
    if (days < 0)
        return STR("personne ne commande dans ce stock");
    return days_text(a, days);
}

struct str
pool_lasts_then_text(struct arena *a, const struct dry_run_result *r, int pool)
{
    int64_t days = pace_days(&r->pace, pool, r->stock[pool]), before = 0;
    int64_t after = r->counts->after.pool[pool].units_max;

    for (int i = 0; i < r->before->pool_count; i++)
        if (str_eq(r->before->pool[i].code, r->after->pool[pool].code))
            before = r->counts->before.pool[i].units_max;
    if (days < 0 || before <= 0 || after <= 0)
        return STR_NONE;
    return days_text(a, (int64_t)((double)days * (double)before / (double)after));
}

struct str
pace_text(struct arena *a, const struct pace *p)
{
    int64_t hours = (p->window_ms + CLOCK_HOUR_MS / 2) / CLOCK_HOUR_MS;
    struct short_str orders = fmt_plural(p->orders, "commande", "commandes");

    if (p->orders == 0)
        return STR("aucune commande récente");
    if (hours >= 48)
        return str_printf(a, "d’après %s des %lld derniers jours", orders.z,
                          (long long)((hours + 12) / 24));
    if (hours >= 2)
        return str_printf(a, "d’après %s des %lld dernières heures", orders.z, (long long)hours);
    return str_printf(a, "d’après %s de la dernière heure", orders.z);
}

/* ---- the whole ---- */

static struct str
stock_sentence(struct arena *a, const struct dry_run_result *r)
{
    struct str s = STR_NONE;

    if (r->pace.orders < PACE_ORDERS_MIN)
        return STR("Trop peu de commandes récentes pour dire combien de temps le stock tient.");
    for (int i = 0; i < r->after->pool_count && i < 3; i++)
        s = str_printf(a, "%.*s%s«\u00a0%.*s\u00a0»" NBSP ": %.*s", STR_FMT(s),
                       i == 0 ? "" : "\u00a0; ",
                       STR_FMT(r->after->pool[i].label), STR_FMT(pool_lasts_text(a, r, i)));
    return str_printf(a, "Au rythme actuel le stock tient" NBSP ": %.*s.", STR_FMT(s));
}

enum err
dry_run_headline(struct ctx *cx, const struct dry_run *r, struct str *out)
{
    struct arena *a = cx->arena;
    struct dry_run_result found;
    struct str s;

    TRY(dry_run_result(cx, r, &found));
    const struct comparison *c = found.counts;
    if (c->after.companies == 0) {
        *out = STR("le registre est vide, aucune entreprise n’a pu être essayée.");
        return OK;
    }
    s = str_printf(a, "%.*s admises (%.*s), pour %.*s au plus par période (%.*s).",
                   STR_FMT(companies_text(a, c->after.eligible.companies)),
                   STR_FMT(difference_text(a, c->before.eligible.companies,
                                           c->after.eligible.companies)),
                   STR_FMT(policy_units_text(a, found.after, c->after.eligible.units_max)),
                   STR_FMT(difference_text(a, c->before.eligible.units_max,
                                           c->after.eligible.units_max)));
    if (c->gained.companies > 0)
        s = str_printf(a, "%.*s Nouvelles" NBSP ": %.*s.", STR_FMT(s),
                       STR_FMT(comparison_side_text(a, &c->gained)));
    if (c->lost.companies > 0)
        s = str_printf(a, "%.*s Exclues" NBSP ": %.*s.", STR_FMT(s),
                       STR_FMT(comparison_side_text(a, &c->lost)));
    *out = str_printf(a, "%.*s %.*s", STR_FMT(s), STR_FMT(stock_sentence(a, &found)));
    return OK;
}
