/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stock_text.c - codes of movements; what an act by hand came to, in words: what was wrong, and
 * what to do.
 */
#include "base/format.h"
#include "stock/stock_room.h"

static const char *const movement_codes[] = {"",       "receive", "hold",     "release", "sell",
                                             "resell", "return",  "withdraw", "spoil",
                                             "quarantine", "clear", "scrap",  "send"};
_Static_assert(sizeof movement_codes / sizeof movement_codes[0] == MOVE_COUNT + 1, "one each");

const char *
movement_code(enum movement m)
{
    assert(m >= MOVE_RECEIVE && m <= MOVE_COUNT);
    return movement_codes[m];
}

bool
movement_by_code(struct str code, enum movement *out)
{
    for (int m = MOVE_RECEIVE; m <= MOVE_COUNT; m++)
        if (str_is(code, movement_codes[m])) {
            *out = (enum movement)m;
            return true;
        }
    return false;
}

static struct str
short_of_pool(struct arena *a, const struct stock_result *r)
{
    return str_printf(
        a,
        "Impossible sans passer sous ce qui est vendu ou réservé : %s unités seulement sont libres "
        "dans ce stock, il en manque %s. Choisissez une quantité plus petite, ou faites d’abord "
        "entrer un remplacement (réception, transfert) ou remboursez des commandes.",
        fmt_int(r->there).z, fmt_int(r->units).z);
}

static struct str
later(struct arena *a, const struct stock_result *r)
{
    struct civil c = civil_from_day(r->day);

    switch (r->no) {
    case STOCK_NOTE_TWICE:
        return str_printf(a,
                          "Ce bon de livraison est déjà reçu pour ce lot, le %s (%s unités "
                          "acceptées). Si c’est le reste d’une livraison, saisissez le numéro du "
                          "bon qui l’accompagne.",
                          fmt_date_time(r->at_ms, ZONE_PARIS).z, fmt_int(r->units).z);
    case STOCK_OTHER_END:
        if (r->day == 0)
            return STR("Ce lot est connu sans date de péremption. Vérifiez l’étiquette, ou "
                       "laissez la date vide.");
        return str_printf(a,
                          "Ce lot est connu avec une autre date de péremption : %02d/%02d/%04d. "
                          "Vérifiez l’étiquette.",
                          c.day, c.month, c.year);
    case STOCK_MORE:
        return str_printf(a,
                          "C’est %s unités de plus que ce qui est attendu (%s). Comptez à "
                          "nouveau ; si le compte est bon, confirmez-le et dites pourquoi.",
                          fmt_int(r->units).z, fmt_int(r->there).z);
    case STOCK_SHORT_BATCH:
        return str_printf(a,
                          "Il n’y a que %s unités de ce lot à cet endroit, il en manque %s. "
                          "Choisissez une quantité plus petite.",
                          fmt_int(r->there).z, fmt_int(r->units).z);
    default:
        return str_printf(a,
                          "Il ne reste que %s unités en route. Comptez à nouveau ; si le compte "
                          "est bon, enregistrez %s, puis demandez une correction d’inventaire du "
                          "lot pour ce qui est en plus.",
                          fmt_int(r->there).z, fmt_int(r->there).z);
    }
}

struct str
stock_result_text(struct arena *a, const struct stock_result *r)
{
    switch (r->no) {
    case STOCK_DONE:
        return STR("C’est fait.");
    case STOCK_AGAIN:
        return STR("C’était déjà fait, rien n’a changé.");
    case STOCK_ASKED:
        return STR("La mise au rebut attend l’accord d’une autre personne.");
    case STOCK_NOT_FOUND:
        return STR("Il n’y a rien sous ce numéro.");
    case STOCK_ANNOUNCED:
        return STR("Ce bon de livraison est déjà annoncé pour ce lot.");
    case STOCK_CLOSED:
        return STR("Rien n’est plus attendu ici : c’est déjà reçu, annulé ou clos.");
    case STOCK_RECALLED:
        return STR("Ce lot est rappelé : il ne peut ni entrer en stock ni être libéré. "
                   "Refusez-le, ou mettez-le au rebut.");
    case STOCK_SHORT_POOL:
        return short_of_pool(a, r);
    case STOCK_OTHER_GOOD:
        return STR("Choisissez deux stocks différents du même produit et de la même vente.");
    case STOCK_SAME:
        return str_printf(a, "Le compte est celui du stock (%s unités) : rien à corriger.",
                          fmt_int(r->there).z);
    case STOCK_MOVED:
        return STR("La quarantaine de ce lot a changé depuis que cette page est ouverte : "
                   "vérifiez que ce n’est pas déjà fait.");
    case STOCK_NAMELESS:
        return STR("Ces unités n’ont pas de numéro de lot : elles ne peuvent pas être rappelées. "
                   "Mettez-les en quarantaine.");
    default:
        return later(a, r);
    }
}
