/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dry_run_web.c - a dry run: begun, watched while it works, stopped, and read. What was found
 * always says what it was found on, and when that is no longer so.
 */
#include "base/clock.h"
#include "base/format.h"
#include "dry_run_tmpl.h"
#include "http/route.h"
#include "json/json.h"
#include "manage/draft_web.h"
#include "manage/dry_run_words.h"
#include "policy/policy_text.h"

#define NBSP "\u00a0"

enum { OLD_MS = CLOCK_DAY_MS, TABLES_MAX = 5, CHANGES_MAX = 8, REASONS_TOLD = 3 };

static struct url
run_url(struct ctx *cx, const struct campaign *c, int64_t id)
{
    return campaign_sub_url(cx, c, "simulations/%lld", (long long)id);
}

/* POST /console/campagnes/{slug}/brouillons/{id}/simulation */
enum err
dry_run_begin_form(struct ctx *cx, struct req *req)
{
    struct draft_check check;
    struct campaign c;
    struct draft d;
    int64_t id;

    TRY(draft_of_path(cx, req, &c, &d));
    TRY(draft_check(cx, &c, d.json, &check));
    if (check.policy == NULL || d.base_version != c.version || d.state != DRAFT_OPEN)
        return res_redirect_notice(cx, req, draft_url(cx, &c, d.id),
                                   STR("Seul un brouillon ouvert, sans erreur et sur la version "
                                       "en vigueur se simule."));
    enum err e = dry_run_begin(cx, &c, d.id, d.json, &id);
    if (e == ERR_LIMIT)
        return res_redirect_failed(cx, req, draft_url(cx, &c, d.id),
                                   STR("Plusieurs simulations sont déjà en cours. Attendez "
                                       "qu’elles finissent, ou arrêtez-en une."));
    TRY(e);
    return res_redirect(cx, req, run_url(cx, &c, id));
}

static enum err
run_of_path(struct ctx *cx, struct req *req, struct campaign *c, struct dry_run *run)
{
    int64_t id;

    TRY(campaign_of_path(cx, req, c));
    TRY(req_path_int(req, "id", &id));
    return dry_run_find(cx, c->id, id, run);
}

/* POST /console/campagnes/{slug}/simulations/{id}/arret */
enum err
dry_run_cancel_form(struct ctx *cx, struct req *req)
{
    struct campaign c;
    struct dry_run run;
    bool ended;

    TRY(run_of_path(cx, req, &c, &run));
    TRY(dry_run_cancel(cx, run.id, &ended));
    return res_redirect_notice(cx, req, run_url(cx, &c, run.id),
                               ended ? STR("La simulation est arrêtée.")
                                     : STR("La simulation était déjà finie."));
}

/* ---- while it works ---- */

static struct str
done_text(struct ctx *cx, const struct dry_run *run)
{
    if (run->total == 0)
        return STR("");
    return str_printf(cx->arena, "%s sur %s", fmt_int(run->done).z, fmt_int(run->total).z);
}

static struct str
left_text(struct ctx *cx, const struct dry_run *run)
{
    int64_t left_ms = dry_run_left_ms(run);

    if (run->state == DRY_RUN_WAITING)
        return STR("Elle commence dans un instant.");
    if (left_ms < 0)
        return STR("");
    return str_printf(cx->arena, "Encore %s environ.", fmt_duration(left_ms + 1000).z);
}

/* GET /console/campagnes/{slug}/simulations/{id}/etat - for the page's script. */
enum err
dry_run_figures_get(struct ctx *cx, struct req *req)
{
    struct campaign c;
    struct dry_run run;

    TRY(run_of_path(cx, req, &c, &run));
    struct jw w = jw_begin(&req->out);
    jw_object(&w);
    jw_kstr(&w, "words", done_text(cx, &run));
    jw_kstr(&w, "progress", str_printf(cx->arena, "%lld", (long long)run.done));
    jw_kstr(&w, "left", left_text(cx, &run));
    jw_kbool(&w, "reload", !dry_run_is_live(&run) || dry_run_is_stuck(&run, cx->now_ms));
    jw_close_object(&w);
    res_header(cx, req, "Cache-Control", STR("no-store"));
    return res_json(req, 200);
}

/* ---- what it was found on ---- */

static void
stale_notices(struct ctx *cx, const struct campaign *c, const struct draft *d,
              const struct dry_run *run, const struct freshness *now, struct notice_list *out)
{
    if (run->base_version != c->version)
        console_notice(cx, out, TONE_WARN, STR("La comparaison est ancienne"),
                       str_printf(cx->arena,
                                  "Elle compare avec la version %d" NBSP "; la version %d est en "
                                  "vigueur.", run->base_version, c->version));
    if (run->digest != d->digest && d->state == DRAFT_OPEN)
        console_notice(cx, out, TONE_WARN, STR("Le brouillon a changé depuis"),
                       STR("Cette simulation porte sur un texte plus ancien."));
    if (run->imported_ms != now->imported_ms || run->mixed)
        console_notice(cx, out, TONE_WARN, STR("Le registre a changé"),
                       run->mixed ? STR("Un nouveau registre a été importé pendant la simulation"
                                        NBSP ": ses chiffres mêlent les deux.")
                                  : STR("Un nouveau registre a été importé depuis."));
    if (cx->now_ms - run->changed_ms > OLD_MS)
        console_notice(cx, out, TONE_INFO, STR("Ces chiffres datent"),
                       str_printf(cx->arena,
                                  "La simulation a plus d’un jour (%s)" NBSP ": le stock et le "
                                  "rythme des commandes ont pu changer.",
                                  fmt_duration(cx->now_ms - run->changed_ms).z));
}

static void
facts_show(struct ctx *cx, const struct dry_run *run, struct dry_run_view *v)
{
    console_fact(cx, &v->facts, "Demandée", str_printf(cx->arena, "%.*s, par %.*s",
                                                       STR_FMT(when_text(cx, run->asked_ms)),
                                                       STR_FMT(run->asked_by)));
    console_fact(cx, &v->facts, "Instant essayé", when_text(cx, run->at_ms));
    console_fact(cx, &v->facts, "Comparée à", str_printf(cx->arena, "la version %d",
                                                         run->base_version));
    if (run->state != DRY_RUN_WAITING)
        console_fact(cx, &v->facts, "Registre",
                     run->imported_ms == 0 ? STR("vide ou sans date d’import")
                                           : str_printf(cx->arena, "importé le %.*s",
                                                        STR_FMT(when_text(cx, run->imported_ms))));
    if (run->state == DRY_RUN_DONE)
        console_fact(cx, &v->facts, "Entreprises essayées",
                     str_printf(cx->arena, "%s actives, en %s", fmt_int(run->done).z,
                                fmt_duration(run->changed_ms - run->began_ms + 999).z));
}

/* ---- figures ---- */

static void
stat_add(struct ctx *cx, struct dry_run_view *v, const char *label, int64_t before, int64_t after)
{
    v->stats.item[v->stats.count++] = (struct stat){
        .figure = int_text(cx, after), .label = str_of(label),
        .change = difference_text(cx->arena, before, after),
        .tone = after > before ? TONE_GOOD : after < before ? TONE_WARN : TONE_INFO};
}

static void
stats_show(struct ctx *cx, const struct dry_run_result *r, struct dry_run_view *v)
{
    const struct trial *b = &r->counts->before, *a = &r->counts->after;

    v->stats.item = ARENA_ARRAY(cx->arena, 4, struct stat);
    stat_add(cx, v, "entreprises admises, maintenant ou plus tard", b->eligible.companies,
             a->eligible.companies);
    stat_add(cx, v, "peuvent commander dès maintenant", b->open.companies, a->open.companies);
    stat_add(cx, v, "unités qu’elles peuvent demander au plus, par période",
             b->eligible.units_max, a->eligible.units_max);
    if (a->without_pack > 0 || b->without_pack > 0)
        stat_add(cx, v, "admises mais sans droit à un lot entier", b->without_pack,
                 a->without_pack);
}

/* "Elles étaient refusées : réseau non admis (1 200), ..." */
static struct str
reasons_text(struct ctx *cx, const struct comparison_side *s, const char *begin)
{
    struct str text = STR_NONE;
    unsigned told = 0;

    for (int n = 0; n < REASONS_TOLD; n++) {
        int best = -1;
        for (int i = 0; i < REASON_COUNT; i++)
            if (!(told & 1U << i) && s->reason[i] > 0 &&
                (best < 0 || s->reason[i] > s->reason[best]))
                best = i;
        if (best < 0)
            break;
        told |= 1U << best;
        text = str_printf(cx->arena, "%.*s%s%s (%s)", STR_FMT(text), n == 0 ? begin : ", ",
                          reason_words((enum reason)best), fmt_int(s->reason[best]).z);
    }
    return text.len == 0 ? text : str_printf(cx->arena, "%.*s.", STR_FMT(text));
}

static void sentence(struct ctx *cx, struct dry_run_view *v, int64_t count, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

static void
sentence(struct ctx *cx, struct dry_run_view *v, int64_t count, const char *fmt, ...)
{
    va_list ap;

    if (count == 0)
        return;
    va_start(ap, fmt);
    v->changes.item[v->changes.count++] = str_vprintf(cx->arena, fmt, ap);
    va_end(ap);
}

static void
count_sentence(struct ctx *cx, struct dry_run_view *v, const char *what, int64_t count)
{
    sentence(cx, v, count, "%s" NBSP ": %s.", what,
             fmt_plural(count, "entreprise", "entreprises").z);
}

static void
changes_show(struct ctx *cx, const struct comparison *c, struct dry_run_view *v)
{
    struct arena *a = cx->arena;

    v->changes.item = ARENA_ARRAY(a, CHANGES_MAX, struct str);
    sentence(cx, v, c->gained.companies, "Nouvelles" NBSP ": +" NBSP "%.*s. %.*s",
             STR_FMT(comparison_side_text(a, &c->gained)),
             STR_FMT(reasons_text(cx, &c->gained, "Ce qui les excluait" NBSP ": ")));
    sentence(cx, v, c->lost.companies, "Exclues" NBSP ": −" NBSP "%.*s. %.*s",
             STR_FMT(comparison_side_text(a, &c->lost)),
             STR_FMT(reasons_text(cx, &c->lost, "Ce qui les exclurait" NBSP ": ")));
    count_sentence(cx, v, "Droit plus grand", c->more);
    count_sentence(cx, v, "Droit plus petit", c->fewer);
    count_sentence(cx, v, "Commande possible tout de suite, et pas aujourd’hui", c->opened);
    count_sentence(cx, v, "Commande possible aujourd’hui, et plus après", c->shut);
    count_sentence(cx, v, "Ouverture avancée", c->sooner);
    count_sentence(cx, v, "Ouverture reculée", c->later);
}

/* ---- tables ---- */

static void
count_cells(struct ctx *cx, struct console_table *t, struct str label,
            const struct trial_row *before, const struct trial_row *after)
{
    struct console_cell *cell = console_row(cx, t);

    cell[0].text = label;
    cell[1].text = int_text(cx, before->companies);
    cell[2].text = int_text(cx, after->companies);
    cell[3].text = difference_text(cx->arena, before->companies, after->companies);
    cell[4].text = after->units_min == after->units_max
                       ? int_text(cx, after->units_max)
                       : str_printf(cx->arena, "%s à %s", fmt_int(after->units_min).z,
                                    fmt_int(after->units_max).z);
}

static struct console_table
count_table(struct ctx *cx, const char *id, const char *head, const char *caption, size_t rows)
{
    const char *heads[] = {head, "#Avant", "#Après", "#Différence", "#Unités par période", NULL};

    return console_table(cx, id, str_of(caption), heads, rows);
}

static const struct trial_row *
cohort_row(const struct trial *t, struct str code)
{
    static const struct trial_row none = {0};

    for (int i = 0; i < t->policy->cohort_count; i++)
        if (str_eq(t->policy->cohort[i].code, code))
            return &t->cohort[i];
    return &none;
}

static void
cohorts_show(struct ctx *cx, const struct comparison *c, struct dry_run_view *v)
{
    struct console_table t = count_table(cx, "groupes", "Groupe", "Entreprises admises, par groupe",
                                         2 * POLICY_COHORTS_MAX);
    const struct policy *before = c->before.policy, *after = c->after.policy;

    for (int i = 0; i < after->cohort_count; i++)
        count_cells(cx, &t, after->cohort[i].label,
                    cohort_row(&c->before, after->cohort[i].code), &c->after.cohort[i]);
    for (int i = 0; i < before->cohort_count; i++) {
        struct trial_row none = {0};
        bool kept = false;
        for (int k = 0; k < after->cohort_count && !kept; k++)
            kept = str_eq(after->cohort[k].code, before->cohort[i].code);
        if (!kept)
            count_cells(cx, &t, str_printf(cx->arena, "%.*s (retiré)",
                                           STR_FMT(before->cohort[i].label)),
                        &c->before.cohort[i], &none);
    }
    v->tables.item[v->tables.count++] = t;
}

static void
places_show(struct ctx *cx, const struct comparison *c, struct dry_run_view *v)
{
    struct console_table t = count_table(cx, "territoires", "Territoire",
                                         "Entreprises admises, par territoire", TERRITORY_COUNT);

    for (int i = 1; i < TERRITORY_COUNT; i++)
        if (c->before.territory[i].companies + c->after.territory[i].companies > 0)
            count_cells(cx, &t, str_of(territory_label((enum territory)i)),
                        &c->before.territory[i], &c->after.territory[i]);
    v->tables.item[v->tables.count++] = t;
}

static void
bands_show(struct ctx *cx, const struct comparison *c, struct dry_run_view *v)
{
    struct console_table t = count_table(cx, "tranches", "Effectif",
                                         "Entreprises admises, par tranche d’effectif",
                                         BAND_COUNT);

    for (int i = 0; i < BAND_COUNT; i++)
        if (c->before.band[i].companies + c->after.band[i].companies > 0)
            count_cells(cx, &t, policy_band_text(cx->arena, (enum band)i), &c->before.band[i],
                        &c->after.band[i]);
    v->tables.item[v->tables.count++] = t;
}

static void
refusals_show(struct ctx *cx, const struct comparison *c, struct dry_run_view *v)
{
    static const char *const heads[] = {"Motif", "#Avant", "#Après", "#Différence", NULL};
    struct console_table t = console_table(cx, "refus", STR("Entreprises refusées, ou dont il "
                                                            "faut vérifier quelque chose"),
                                           heads, REASON_COUNT);

    for (int i = 0; i < REASON_COUNT; i++) {
        int64_t before = c->before.refused[i], after = c->after.refused[i];
        if (before + after == 0)
            continue;
        struct console_cell *cell = console_row(cx, &t);
        cell[0].text = str_of(reason_words((enum reason)i));
        cell[1].text = int_text(cx, before);
        cell[2].text = int_text(cx, after);
        cell[3].text = difference_text(cx->arena, before, after);
    }
    v->tables.item[v->tables.count++] = t;
}

/* What part of the most that everybody may claim in a period is there. */
static struct str
covered_text(struct ctx *cx, int64_t stock, int64_t units)
{
    double part = units == 0 ? 0 : (double)stock / (double)units;

    if (units == 0)
        return STR_NONE;
    if (part >= 10)
        return STR("plus de 10 fois");
    return str_printf(cx->arena, "%d" NBSP "%%", (int)(part * 100));
}

static void
stock_show(struct ctx *cx, const struct dry_run_result *r, struct dry_run_view *v)
{
    static const char *const heads[] = {
        "Stock", "#Reste", "#Demandes d’une période", "#Part couverte", "Tient au rythme actuel",
        "Tient si chacun commande la même part de son droit", NULL};
    const struct policy *p = r->after;
    struct console_table t = console_table(
        cx, "stocks", str_printf(cx->arena, "Stock et demandes (%.*s)",
                                 STR_FMT(pace_text(cx->arena, &r->pace))),
        heads, (size_t)p->pool_count);

    for (int i = 0; i < p->pool_count; i++) {
        const struct trial_row *row = &r->counts->after.pool[i];
        struct console_cell *cell = console_row(cx, &t);
        struct str then = pool_lasts_then_text(cx->arena, r, i);
        cell[0].text = p->pool[i].label;
        cell[1].text = int_text(cx, r->stock[i]);
        cell[2].text = str_printf(cx->arena, "%s à %s", fmt_int(row->units_min).z,
                                  fmt_int(row->units_max).z);
        cell[3].text = covered_text(cx, r->stock[i], row->units_max);
        cell[4].text = pool_lasts_text(cx->arena, r, i);
        cell[5].text = then;
    }
    v->tables.item[v->tables.count++] = t;
}

static enum err
result_show(struct ctx *cx, const struct dry_run *run, struct dry_run_view *v)
{
    struct dry_run_result r;

    TRY(dry_run_result(cx, run, &r));
    if (r.counts->after.companies == 0) {
        console_notice(cx, &v->notices, TONE_WARN, STR("Le registre est vide"),
                       STR("Aucune entreprise n’a pu être essayée. Importez le registre, puis "
                           "simulez de nouveau."));
        return OK;
    }
    stats_show(cx, &r, v);
    changes_show(cx, r.counts, v);
    v->tables.item = ARENA_ARRAY(cx->arena, TABLES_MAX, struct console_table);
    stock_show(cx, &r, v);
    cohorts_show(cx, r.counts, v);
    places_show(cx, r.counts, v);
    bands_show(cx, r.counts, v);
    refusals_show(cx, r.counts, v);
    return OK;
}

static struct view_tag
state_tag(const struct dry_run *run, bool stuck)
{
    if (stuck)
        return (struct view_tag){TONE_BAD, STR("Interrompue")};
    return (struct view_tag){run->state == DRY_RUN_DONE     ? TONE_GOOD
                             : run->state == DRY_RUN_FAILED ? TONE_BAD
                                                            : TONE_INFO,
                             str_of(dry_run_state_text(run->state))};
}

static void
progress_show(struct ctx *cx, const struct dry_run *run, struct dry_run_view *v)
{
    v->progress = (struct meter){.id = "avancement", .label = STR("Entreprises essayées"),
                                 .words = done_text(cx, run), .done = run->done,
                                 .total = run->total};
    v->left = left_text(cx, run);
}

/* GET /console/campagnes/{slug}/simulations/{id} */
enum err
dry_run_page(struct ctx *cx, struct req *req)
{
    struct dry_run_view v = {0};
    struct freshness fresh;
    struct campaign c;
    struct dry_run run;
    struct draft d;

    TRY(run_of_path(cx, req, &c, &run));
    TRY(draft_find(cx, c.id, run.draft_id, &d));
    TRY(registry_freshness(cx, &fresh));
    v.title = str_printf(cx->arena, "Simulation du brouillon %lld", (long long)d.id);
    TRY(draft_page_begin(cx, req, &c, &d, STR("Simulation"), &v.page));
    bool stuck = dry_run_is_stuck(&run, cx->now_ms);
    v.state = state_tag(&run, stuck);
    v.is_live = dry_run_is_live(&run) && !stuck;
    v.here = run_url(cx, &c, run.id);
    v.live = campaign_sub_url(cx, &c, "simulations/%lld/etat", (long long)run.id);
    v.cancel = campaign_sub_url(cx, &c, "simulations/%lld/arret", (long long)run.id);
    v.draft = draft_url(cx, &c, d.id);
    v.again = campaign_sub_url(cx, &c, "brouillons/%lld/simulation", (long long)d.id);
    v.may_change = campaign_may_change(cx);
    v.may_again = v.may_change && !v.is_live && d.state == DRAFT_OPEN;
    facts_show(cx, &run, &v);
    if (v.is_live)
        progress_show(cx, &run, &v);
    if (stuck)
        console_notice(cx, &v.notices, TONE_BAD, STR("La simulation ne donne plus signe de vie"),
                       STR("Simulez de nouveau. Si cela se répète, prévenez la personne qui "
                           "exploite le service."));
    if (run.state == DRY_RUN_DONE) {
        stale_notices(cx, &c, &d, &run, &fresh, &v.notices);
        TRY(result_show(cx, &run, &v));
    }
    dry_run_html(&req->out, &v);
    return res_html(req, 200);
}
