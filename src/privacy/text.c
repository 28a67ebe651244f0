/* SPDX-License-Identifier: Apache-2.0 */
/* text.c - words that the pages about personal data share. */
#include "base/clock.h"
#include "base/format.h"
#include "privacy/privacy_view.h"
#include "registry/registry.h"
#include "staff/staff.h"

struct str
privacy_kind_text(enum privacy_kind k)
{
    return k == PRIVACY_ERASE ? STR("Effacement") : STR("Copie");
}

struct str
privacy_whose(struct ctx *cx, const struct privacy_request *r)
{
    if (r->siren == 0)
        return r->email.len > 0 ? r->email : STR("Un compte effacé");
    if (r->company.len > 0)
        return r->company;
    return str_printf(cx->arena, "Entreprise %s", fmt_siren(siren_str(cx->arena, r->siren)).z);
}

/* ---- how it stands ---- */

static struct str
asked_text(struct ctx *cx, const struct privacy_request *r, enum tone *tone, struct str *next)
{
    *tone = TONE_WARN;
    if (r->act_waits) {
        *next = STR("Une deuxième personne de votre équipe doit donner son accord, sous "
                    "Approbations.");
        return STR("Attend un accord");
    }
    *next = r->act_why.len > 0
                ? str_printf(cx->arena,
                             "L’accord a été refusé\u00a0: «\u00a0%.*s\u00a0» Demandez-le à "
                             "nouveau, ou répondez par un refus motivé.",
                             STR_FMT(r->act_why))
                : STR("Personne n’a donné son accord. Demandez-le à nouveau, ou répondez par un "
                      "refus motivé.");
    return STR("Sans accord");
}

static struct str
accepted_text(struct ctx *cx, const struct privacy_request *r, enum tone *tone, struct str *next)
{
    *tone = TONE_INFO;
    if (r->kind == PRIVACY_COPY) {
        *next = STR("La personne qui l’a demandée prend la copie et la remet.");
        return STR("À remettre");
    }
    if (r->not_before_ms > cx->now_ms) {
        *next = str_printf(cx->arena,
                           "L’effacement commence le %s. D’ici là, la personne peut retirer sa "
                           "demande.",
                           fmt_date_time(r->not_before_ms, ZONE_PARIS).z);
        return STR("Peut encore être retirée");
    }
    if (r->blocked > 0) {
        *tone = TONE_WARN;
        *next = STR("L’effacement se fait de lui-même dès que plus rien n’est en cours.");
        return str_printf(cx->arena, "Attend %s",
                          fmt_plural(r->blocked, "commande", "commandes").z);
    }
    *next = STR("L’effacement commence dans quelques minutes.");
    return STR("Va être effacée");
}

struct str
privacy_state_text(struct ctx *cx, const struct privacy_request *r, enum tone *tone,
                   struct str *next)
{
    *next = STR_NONE;
    switch (r->state) {
    case PRIVACY_ASKED:
        return asked_text(cx, r, tone, next);
    case PRIVACY_ACCEPTED:
        return accepted_text(cx, r, tone, next);
    case PRIVACY_UNDER_WAY:
        *tone = TONE_INFO;
        *next = r->blocked > 0 ? STR("Vos commandes sont effacées. Le reste attend la fin d’une "
                                     "commande en cours.")
                               : STR("L’effacement est en cours.");
        return r->blocked > 0 ? STR("Effacée en partie") : STR("En cours");
    case PRIVACY_DONE:
        *tone = TONE_GOOD;
        return r->kind == PRIVACY_ERASE ? STR("Effacée") : STR("Remise");
    case PRIVACY_REFUSED:
        *tone = TONE_BAD;
        return STR("Refusée");
    case PRIVACY_WITHDRAWN:
        *tone = TONE_INFO;
        return STR("Retirée");
    }
    return STR_NONE;
}

struct str
privacy_left_text(struct ctx *cx, const struct privacy_request *r, enum tone *tone)
{
    int64_t left = privacy_days_left(cx, r);

    *tone = left < 0 ? TONE_BAD : left <= PRIVACY_NEAR_DAYS ? TONE_WARN : TONE_INFO;
    if (left < 0)
        return str_printf(cx->arena, "En retard de %s", fmt_plural(-left, "jour", "jours").z);
    if (left == 0)
        return STR("Dernier jour");
    return str_printf(cx->arena, "%s", fmt_plural(left, "jour reste", "jours restent").z);
}

/* ---- lists ---- */

struct table
privacy_table(struct ctx *cx, const char *id, struct str caption, const char *const *heads)
{
    struct table t = table_headed(cx->arena, id, caption, heads);

    t.stacked = true;
    return t;
}

void
privacy_fact(struct summary_row_list *list, const char *term, struct str value, struct str note)
{
    if (value.len > 0)
        list->item[list->count++] =
            (struct summary_row){.term = str_of(term), .value = value, .note = note};
}

static struct str
short_day(struct ctx *cx, int64_t day)
{
    return str_printf(cx->arena, "%s", fmt_short_date(day * CLOCK_DAY_MS, ZONE_UTC).z);
}

void
privacy_rows_show(struct ctx *cx, const struct privacy_request_list *list, size_t max,
                  struct request_row_list *out)
{
    struct str next;

    out->count = list->count > max ? max : list->count;
    out->item = ARENA_ARRAY(cx->arena, out->count + 1, struct request_row);
    for (size_t i = 0; i < out->count; i++) {
        const struct privacy_request *r = &list->item[i];
        struct request_row *row = &out->item[i];
        *row = (struct request_row){
            .url = url_path(cx->arena, "/console/donnees/%lld", (long long)r->id),
            .title = privacy_kind_text(r->kind),
            .whose = privacy_whose(cx, r),
            .received = short_day(cx, r->received_day),
        };
        row->state = privacy_state_text(cx, r, &row->tone, &next);
        if (privacy_is_open(r)) {
            row->due = short_day(cx, r->due_day);
            row->left = privacy_left_text(cx, r, &row->left_tone);
        } else {
            row->due = str_printf(cx->arena, "%s", fmt_short_date(r->closed_ms, ZONE_PARIS).z);
        }
    }
}

void
privacy_blocks_show(struct ctx *cx, const struct privacy_block_list *list, bool is_staff,
                    struct block_row_list *out)
{
    const char *page = "/console/commandes/{ref}";
    bool linked = !is_staff || console_may_open(cx, page);

    out->count = list->count;
    out->item = ARENA_ARRAY(cx->arena, list->count + 1, struct block_row);
    for (size_t i = 0; i < list->count; i++) {
        const struct privacy_block *b = &list->item[i];
        out->item[i] = (struct block_row){
            .title = b->ref,
            .text = b->complaint                  ? STR("Réclamation à décider")
                    : !order_is_open(b->state)    ? STR("Facture ou avoir à écrire")
                                                  : str_of(order_state_name(b->state)),
        };
        if (linked)
            out->item[i].url = url_path(cx->arena, is_staff ? "/console/commandes/%s"
                                                            : "/commandes/%s",
                                        str_z(cx->arena, b->ref));
    }
}

struct str
privacy_elsewhere_text(struct ctx *cx, int64_t count)
{
    if (count == 0)
        return STR_NONE;
    return str_printf(cx->arena,
                      "L’entreprise a %s en cours chez un autre organisateur. Ce qui est commun "
                      "(comptes des personnes, demandes, déclarations) sera effacé quand ce sera "
                      "fini\u00a0; le reste n’attend pas.",
                      fmt_plural(count, "commande", "commandes").z);
}

struct str
privacy_table_text(struct str what)
{
    static const struct {
        const char *table, *text;
    } words[] = {
        {"account", "Comptes"},
        {"account_event", "Notes de l’historique"},
        {"api_token", "Jetons de l’API"},
        {"claim", "Demandes d’agir pour l’entreprise"},
        {"company_declaration", "Déclarations d’effectif et de réseau"},
        {"company_link", "Liens entre une personne et l’entreprise"},
        {"complaint", "Réclamations"},
        {"complaint_message", "Textes de réclamations"},
        {"complaint_photo", "Photos de réclamations"},
        {"letter", "Courriers d’activation"},
        {"mail", "Messages envoyés"},
        {"order_shortage", "Motifs de manquants"},
        {"orders", "Commandes\u00a0: nom, adresse, téléphone"},
        {"parcel", "Colis\u00a0: messages du transporteur"},
        {"parcel_document", "Étiquettes du transporteur"},
        {"parcel_event", "Suivi des colis\u00a0: lieux"},
        {"parcel_trouble", "Motifs d’incidents de livraison"},
        {"payment", "Pages de paiement"},
        {"payment_event", "Avis du prestataire de paiement"},
        {"registry_member", "Coordonnées données par une chambre"},
        {"review", "Explications et motifs de dossiers"},
    };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (str_is(what, words[i].table))
            return str_of(words[i].text);
    return what;
}
