/* SPDX-License-Identifier: Apache-2.0 */
/* gallery_web.c - /demo/parts: every part of the face with invented values. */
#include "base/clock.h"
#include "gallery_tmpl.h"
#include "http/route.h"

/* A list in the arena from an array on the stack. */
#define LIST_SET(a, list, ...)                                                                    \
    do {                                                                                          \
        __typeof__((list).item[0]) rows_[] = {__VA_ARGS__};                                       \
        (list).item = arena_copy((a), rows_, sizeof rows_);                                       \
        (list).count = sizeof rows_ / sizeof rows_[0];                                            \
    } while (0)

static void
words_set(struct gallery_view *v)
{
    v->notices[0] = (struct notice){TONE_INFO, STR("Les ventes ouvrent samedi à 8\u00a0h"),
                                    STR("Préparez votre numéro SIRET.")};
    v->notices[1] = (struct notice){TONE_GOOD, STR("Votre entreprise peut commander"),
                                    STR("Jusqu’à 60 masques, dès maintenant.")};
    v->notices[2] = (struct notice){
        TONE_WARN, STR("Votre réservation expire dans 14 minutes"),
        STR("Payez avant 10\u00a0h\u00a030, sinon les masques sont rendus à tous.")};
    v->notices[3] = (struct notice){TONE_BAD, STR("Le paiement a été refusé"),
                                    STR("Rien n’a été débité. Essayez une autre carte.")};
}

static void
form_set(struct gallery_view *v, struct arena *a)
{
    v->siret = (struct field){.name = "siret", .label = STR("Numéro SIRET"),
                              .hint = STR("14 chiffres, sur vos factures"),
                              .value = STR("732 829 320 00074"), .inputmode = "numeric",
                              .required = true};
    v->wrong = (struct field){.name = "phone", .label = STR("Téléphone"), .type = "tel",
                              .hint = STR("Pour prévenir de la livraison"),
                              .value = STR("06 12"),
                              .error = STR("Ce numéro comporte 4 chiffres, il en faut 10."),
                              .autocomplete = "tel", .required = true};
    v->email = (struct field){.name = "email", .label = STR("Adresse électronique"),
                              .type = "email", .autocomplete = "email"};
    v->packs = (struct field){.name = "packs", .label = STR("Nombre de lots"), .required = true,
                              .error = STR("Choisissez un nombre de lots.")};
    v->band = (struct field){.name = "band", .label = STR("Effectif"), .required = true};
    v->note = (struct field){.name = "note", .label = STR("Précisions pour le livreur"),
                             .value = STR("Laisser devant le rideau.\nSonner deux fois.")};
    v->rules = (struct field){.name = "rules", .required = true,
                              .label = STR("J’accepte une livraison sans contact et sans "
                                           "signature"),
                              .hint = STR("Le colis est déposé, vous êtes prévenu par message.")};
    LIST_SET(a, v->choices, {STR("1"), STR("1 lot, 20 masques"), STR("48,80\u00a0€"), false},
             {STR("2"), STR("2 lots, 40 masques"), STR("97,59\u00a0€"), false});
    v->places = (struct field){.name = "places", .label = STR("Territoires"), .required = true};
    LIST_SET(a, v->territories, {STR("corsica"), STR("Corse"), STR_NONE, true},
             {STR("reunion"), STR("La Réunion"), STR_NONE, false});
    LIST_SET(a, v->bands, {STR("1"), STR("1 à 2 salariés"), STR_NONE, false},
             {STR("2"), STR("3 à 5 salariés"), STR_NONE, true});
    LIST_SET(a, v->errors, {"phone", v->wrong.error}, {"packs", v->packs.error});
    LIST_SET(a, v->steps.labels, STR("Quantité"), STR("Livraison"), STR("Vérification"),
             STR("Paiement"));
    v->steps.current = 2;
    LIST_SET(a, v->summary,
             {STR("Quantité"), STR("2 lots, soit 40 masques"),
              STR("Il vous en reste 20 ce mois-ci"),
              URL("demo/parts"), STR("la quantité")},
             {STR("Livraison"), STR("Boulangerie Lheureux, 12 rue des Lilas, 69003 Lyon"),
              STR_NONE,
              URL("demo/parts"), STR("l’adresse")},
             {STR("Total"), STR("97,59\u00a0€"), STR("dont TVA 5,5\u00a0%\u00a0: 5,09\u00a0€"),
              {STR_NONE}, STR_NONE});
}

static void
figures_set(struct gallery_view *v, struct arena *a)
{
    LIST_SET(a, v->stats, {STR("1\u202f284"), STR("commandes par minute"),
             STR("+ 12\u00a0% en une heure"),
                           TONE_GOOD},
             {STR("98,2\u00a0%"), STR("paiements aboutis"), STR("− 0,4 point"), TONE_WARN},
             {STR("6"), STR("dossiers attendent une personne"), STR_NONE, TONE_INFO});
    v->meter = (struct meter){"m1", STR("Part de votre quota utilisée"), STR("40 masques sur 60"),
                              40, 60};
    v->gauge = (struct gauge){"g1", STR("Stock de la métropole"), STR("masque"), STR("masques"),
                              412000, 36000, 552000};
    v->chart = (struct bar_chart){.id = "c1", .title = STR("Masques réservés par cohorte"),
                                  .label_head = STR("Cohorte"), .value_head = STR("Masques")};
    LIST_SET(a, v->chart.bars, {STR("Moins de 3 salariés"), 182000, STR("182\u202f000")},
             {STR("3 à 9 salariés"), 240500, STR("240\u202f500")},
             {STR("10 à 49 salariés"), 129500, STR("129\u202f500")});
    v->search = (struct search_box){URL("demo/parts"), STR("Chercher une commande"), STR("Lyon"),
                                    URL("demo/parts")};
    v->table = (struct table){.id = "t1", .caption = STR("Commandes du jour"),
                              .export = URL("demo/parts")};
    LIST_SET(a, v->table.columns, {STR("Référence"), false, URL("demo/parts"), SORTED_NOT},
             {STR("Entreprise"), false, {STR_NONE}, SORTED_NOT},
             {STR("Masques"), true, URL("demo/parts"), SORTED_NOT},
             {STR("Montant"), true, {STR_NONE}, SORTED_NOT},
             {STR("Date"), false, URL("demo/parts"), SORTED_DOWN},
             {STR("État"), false, {STR_NONE}, SORTED_NOT});
    LIST_SET(a, v->rows,
             {STR("M-7KQ2-9F3A"), STR("Boulangerie Lheureux"), 40, 9759, v->now_ms, TONE_GOOD,
              STR("Payée")},
             {STR("M-2B8D-44TX"), STR("Garage & fils <Dupont>"), 1200, 292780, v->now_ms,
              TONE_INFO, STR("Réservée")},
             {STR("M-90ZC-A1QP"), STR("Salon Élégance"), 20, 4880, v->now_ms, TONE_BAD,
              STR("Expirée")});
    v->pager = (struct pager){21, 40, 132, URL("demo/parts"), URL("demo/parts")};
}

static void
ends_set(struct gallery_view *v, struct arena *a)
{
    LIST_SET(a, v->timeline,
             {STR("Réservée"), STR_NONE, v->now_ms - 7200000, ZONE_PARIS, STEP_DONE},
             {STR("Payée"), STR("97,59\u00a0€ par carte"), v->now_ms - 7000000,
              ZONE_PARIS, STEP_DONE},
             {STR("En préparation"), STR("Le colis part demain."), v->now_ms, ZONE_PARIS,
              STEP_NOW},
             {STR("Livrée sans contact"), STR_NONE, 0, ZONE_PARIS, STEP_NEXT});
    v->empty = (struct empty_state){STR("Vous n’avez pas encore de commande"),
                                    STR("Commencez par vérifier ce que votre entreprise peut "
                                        "commander."),
                                    URL(""), STR("Vérifier mon entreprise")};
    v->confirmation = (struct confirmation){STR("Votre commande est payée"), STR("M-7KQ2-9F3A"),
                                            STR("Un message vient de vous être envoyé. Le colis "
                                                "part sous deux jours ouvrés.")};
}

/* GET /demo/parts */
enum err
gallery_page(struct ctx *cx, struct req *req)
{
    struct gallery_view v = {.now_ms = cx->now_ms,
                             .opens_ms = cx->now_ms + 2 * CLOCK_DAY_MS + 3 * CLOCK_HOUR_MS};

    v.page = page_begin(cx, req, STR("Éléments"));
    page_crumb(cx, &v.page, STR("Démonstration"), URL("demo/parts"));
    page_crumb(cx, &v.page, STR("Éléments"), (struct url){STR_NONE});
    words_set(&v);
    form_set(&v, cx->arena);
    figures_set(&v, cx->arena);
    ends_set(&v, cx->arena);
    gallery_html(&req->out, &v);
    return res_html(req, 200);
}
