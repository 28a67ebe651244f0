/* SPDX-License-Identifier: Apache-2.0 */
/* company_text.c - a company's facts, proofs and history in words. */
#include "account/company_text.h"

#include "base/format.h"

struct str
account_siren_text(struct arena *a, int64_t siren)
{
    return str_printf(a, "%s", fmt_siren(siren_str(a, siren)).z);
}

struct str
account_band_text(struct arena *a, const struct company *c)
{
    struct str year = STR_NONE;
    int min, max;

    if (!band_bounds(c->band, &min, &max))
        return STR("Le registre n’indique pas l’effectif");
    if (c->band_year != 0)
        year = str_printf(a, " (année %d)", c->band_year);
    if (min == max)
        return str_printf(a, "%s%.*s", min == 0 ? "Aucun salarié" : fmt_plural(min, "salarié",
                                                                              "salariés").z,
                          STR_FMT(year));
    if (max == INT32_MAX)
        return str_printf(a, "%s salariés ou plus%.*s", fmt_int(min).z, STR_FMT(year));
    return str_printf(a, "%s à %s salariés%.*s", fmt_int(min).z, fmt_int(max).z, STR_FMT(year));
}

struct str
account_network_text(struct arena *a, const struct company *c)
{
    static const char *const sources[] = {"", "", " (déduit du registre)",
                                          " (liste de la chambre)"};
    const char *names = c->networks == (NETWORK_CCI | NETWORK_CMA) ? "CCI et CMA"
                        : c->networks == NETWORK_CCI               ? "CCI"
                        : c->networks == NETWORK_CMA               ? "CMA"
                        : c->network_source == NETWORK_UNKNOWN     ? "Le registre ne le dit pas"
                                                                   : "Aucun";

    return str_printf(a, "%s%s", names, c->networks == 0 ? "" : sources[c->network_source]);
}

struct str
account_proof_text(struct str proof)
{
    return str_is(proof, "chamber")  ? STR("Code envoyé à l’adresse connue de la chambre")
           : str_is(proof, "letter") ? STR("Code du courrier envoyé au siège")
           : str_is(proof, "review") ? STR("Décision d’un agent")
           : str_is(proof, "demo")   ? STR("Démonstration")
                                     : proof;
}

struct str
account_kind_text(struct str kind)
{
    return str_is(kind, "claim")       ? STR("Agir pour l’entreprise")
           : str_is(kind, "headcount") ? STR("Effectif")
                                       : STR("Réseau (CCI, CMA)");
}

struct str
account_event_text(struct str what)
{
    static const struct {
        const char *what, *text;
    } texts[] = {
        {"linked", "Peut agir pour l’entreprise"},
        {"link_ended", "Ne peut plus agir pour l’entreprise"},
        {"claim_code_sent", "Code envoyé à l’adresse de la chambre"},
        {"letter_asked", "Courrier demandé"},
        {"review_asked", "Examen demandé"},
        {"given_up", "Demande retirée"},
        {"contested", "Demande contestée"},
        {"heads_declared", "Effectif déclaré, conforme au registre"},
        {"claim_accepted", "Demande acceptée"},
        {"claim_refused", "Demande refusée"},
        {"headcount_accepted", "Effectif accepté"},
        {"headcount_refused", "Effectif refusé"},
        {"review_reopened", "Dossier rouvert"},
        {"network_accepted", "Réseau accepté"},
        {"network_refused", "Réseau refusé"},
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (str_is(what, texts[i].what))
            return str_of(texts[i].text);
    return what;
}

const char *
claim_state_text(enum claim_state s)
{
    static const char *const texts[] = {"", "preuve attendue", "en examen", "prouvée", "refusée",
                                        "retirée"};

    return texts[s];
}

struct str
review_asked_text(struct arena *a, const struct review *r)
{
    if (str_is(r->kind, REVIEW_CLAIM))
        return STR("Agir au nom de l’entreprise");
    if (str_is(r->kind, REVIEW_HEADCOUNT))
        return str_printf(a, "%s déclarés", fmt_plural(r->asked, "salarié", "salariés").z);
    return r->asked == NETWORK_CCI   ? STR("Relève d’une CCI")
           : r->asked == NETWORK_CMA ? STR("Relève d’une CMA")
                                     : STR("Relève d’une CCI et d’une CMA");
}

const char *
review_state_text(const struct review *r)
{
    static const char *const texts[] = {"", "ouvert", "accepté", "refusé", "clos"};

    return texts[review_is_moot(r) ? REVIEW_MOOT : r->state];
}

const char *const account_network_codes[] = {"cci", "cma", "cci-cma", NULL};

struct choice_list
account_network_choices(struct arena *a, struct str checked)
{
    static const char *const labels[] = {"Une chambre de commerce et d’industrie (CCI)",
                                         "Une chambre de métiers et de l’artisanat (CMA)",
                                         "Les deux"};
    struct choice_list list = {ARENA_ARRAY(a, 3, struct choice), 3};

    for (size_t i = 0; i < list.count; i++)
        list.item[i] = (struct choice){.value = str_of(account_network_codes[i]),
                                       .label = str_of(labels[i]),
                                       .checked = str_is(checked, account_network_codes[i])};
    return list;
}

unsigned
account_network_read(struct str code)
{
    return str_is(code, "cci")   ? NETWORK_CCI
           : str_is(code, "cma") ? NETWORK_CMA
                                 : NETWORK_CCI | NETWORK_CMA;
}
