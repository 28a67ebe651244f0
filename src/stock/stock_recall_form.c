/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stock_recall_form.c - asking for a batch's recall, and for what follows for those who have it.
 */
#include "http/route.h"
#include "staff/staff.h"
#include "stock/stock_web.h"

static const struct {
    const char *word, *label, *hint;
    enum recall_follow follow;
} follows[] = {
    {"renvoyer", "Renvoyer autant de lots, dans la limite du stock",
     "Hors quota, sans frais. Ce que le stock ne permet pas attendra une décision.", FOLLOW_AGAIN},
    {"rembourser", "Rembourser ces lots",
     "Sur la carte utilisée. Les droits à commander reviennent.", FOLLOW_BACK},
    {"plus-tard", "Décider plus tard", "Les entreprises sont prévenues tout de suite.",
     FOLLOW_WAITS},
};
enum { CHOICES = sizeof follows / sizeof follows[0] };

/* The first so many of the choices; the one typed is chosen. */
static struct choice_list
choices_of(struct ctx *cx, struct req *req, size_t count)
{
    struct choice_list list = {ARENA_ARRAY(cx->arena, count, struct choice), count};

    for (size_t i = 0; i < count; i++)
        list.item[i] = (struct choice){str_of(follows[i].word), str_of(follows[i].label),
                                       str_of(follows[i].hint),
                                       str_is(req_form(req, "suite"), follows[i].word)};
    return list;
}

static enum recall_follow
follow_read(struct form *f, size_t count)
{
    const char *words[CHOICES + 1] = {NULL};

    for (size_t i = 0; i < count; i++)
        words[i] = follows[i].word;
    struct str word = form_choice(f, "suite", "Pour ce qui est parti", words);
    for (size_t i = 0; i < count; i++)
        if (str_is(word, follows[i].word))
            return follows[i].follow;
    return FOLLOW_WAITS;
}

/* ---- recall ---- */

static enum err
recall_show(struct ctx *cx, struct req *req, struct form *f, const struct stock_act *a)
{
    struct stock_form_view v = {
        .button = STR("Demander le rappel"),
        .lead = STR("Une autre personne approuve le rappel. Alors le lot est bloqué, ce qui n’est "
                    "pas parti est mis de côté, et chaque entreprise reçoit un message."),
    };
    int64_t orders[5], units[5];

    TRY(stock_act_begin(cx, req, a, "Rappeler", "rappel", &v));
    TRY(recall_reach(cx, a->batch.id, orders, units));
    for (int s = RECALL_ASIDE; s <= RECALL_CAME_BACK; s++)
        stock_fact(cx, &v.facts,
                   s == RECALL_ASIDE ? STR("Préparé, pas encore parti")
                                     : str_of(recall_stage_text((enum recall_stage)s)),
                   str_printf(cx->arena, "%s, %s unités",
                              fmt_plural(orders[s], "commande", "commandes").z,
                              fmt_int(units[s]).z));
    stock_input_add(cx, &v, f, INPUT_LONG, "motif", "Ce qui ne va pas",
                    "Les entreprises lisent cette phrase.", STR(""));
    stock_input_add(cx, &v, f, INPUT_LONG, "consigne", "Ce que les entreprises doivent faire",
                    "Par exemple\u00a0: n’utilisez pas ces masques, nous les reprenons.", STR(""));
    stock_input_add(cx, &v, f, INPUT_RADIOS, "suite", "Pour ce qui est parti", "", STR(""))
        ->choices = choices_of(cx, req, CHOICES);
    stock_input_add(cx, &v, f, INPUT_CHECK, "confirme",
                    "Je demande le rappel de toutes les unités de ce lot", "", STR(""));
    return stock_form_show(cx, req, f, &v);
}

/* GET /console/stock/lots/{id}/rappel */
enum err
stock_recall_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct stock_act a;

    TRY(stock_act_load(cx, req, &a));
    return recall_show(cx, req, &f, &a);
}

/* POST /console/stock/lots/{id}/rappel */
enum err
stock_recall_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct stock_result r;
    struct stock_act a;

    TRY(stock_act_load(cx, req, &a));
    struct str reason = form_long_text(&f, "motif", "Ce qui ne va pas", 3, 300);
    struct str what = form_long_text(&f, "consigne", "Ce que les entreprises doivent faire", 3,
                                     600);
    enum recall_follow follow = follow_read(&f, CHOICES);
    stock_check_confirmed(&f);
    if (form_failed(&f))
        return recall_show(cx, req, &f, &a);
    TRY(recall_ask(cx, a.batch.id, reason, what, follow, &r));
    if (r.no != STOCK_DONE) {
        form_error(&f, "motif", "%s", stock_result_text(cx->arena, &r).ptr);
        return recall_show(cx, req, &f, &a);
    }
    return res_redirect_notice(cx, req, batch_url(cx, a.batch.id, ""),
                               STR("Le rappel attend l’accord d’une autre personne."));
}

/* ---- what follows ---- */

static enum err
follow_show(struct ctx *cx, struct req *req, struct form *f, const struct stock_act *a)
{
    struct stock_form_view v = {
        .button = STR("Demander"),
        .lead = STR("Pour les commandes du lot rappelé dont la suite n’est pas décidée. Une autre "
                    "personne approuve, puis chaque entreprise reçoit un message."),
    };
    struct recall recall;

    TRY(stock_act_begin(cx, req, a, "Suite du rappel", "suite", &v));
    TRY(recall_of_batch(cx, a->batch.id, &recall));
    for (int i = FOLLOW_WAITS; i < FOLLOWS; i++)
        stock_fact(cx, &v.facts, str_of(recall_follow_text((enum recall_follow)i)),
                   str_printf(cx->arena, "%s, %s unités",
                              fmt_plural(recall.by_follow[i], "commande", "commandes").z,
                              fmt_int(recall.units_by_follow[i]).z));
    stock_input_add(cx, &v, f, INPUT_RADIOS, "suite", "Pour celles qui attendent", "", STR(""))
        ->choices = choices_of(cx, req, CHOICES - 1);
    stock_input_add(cx, &v, f, INPUT_TEXT, "motif", "Motif", "Lu par la personne qui approuve.",
                    STR(""));
    return stock_form_show(cx, req, f, &v);
}

/* GET /console/stock/lots/{id}/suite */
enum err
stock_follow_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct stock_act a;

    TRY(stock_act_load(cx, req, &a));
    return follow_show(cx, req, &f, &a);
}

/* POST /console/stock/lots/{id}/suite */
enum err
stock_follow_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct stock_result r;
    struct stock_act a;

    TRY(stock_act_load(cx, req, &a));
    enum recall_follow follow = follow_read(&f, CHOICES - 1);
    struct str reason = form_text(&f, "motif", "Motif", 3, 300);
    if (form_failed(&f))
        return follow_show(cx, req, &f, &a);
    TRY(recall_follow_ask(cx, a.batch.id, follow, reason, &r));
    if (r.no != STOCK_DONE) {
        form_error(&f, "suite", "Aucune commande n’attend de décision pour ce lot.");
        return follow_show(cx, req, &f, &a);
    }
    return res_redirect_notice(cx, req, batch_url(cx, a.batch.id, ""),
                               STR("La demande attend l’accord d’une autre personne."));
}
