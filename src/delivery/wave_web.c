/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wave_web.c - the waves: list, creation with its count, one wave with its progress.
 */
#include "delivery/web.h"

#include "base/clock.h"
#include "delivery_tmpl.h"

static const char *const wave_states[] = {"", "Remplissage", "Prête", "Étiquettes en cours",
                                          "Arrêtée", "Étiquetée", "Abandonnée"};

static enum tone
wave_tone(enum wave_state s)
{
    return s == WAVE_LABELLED                       ? TONE_GOOD
           : s == WAVE_STOPPED || s == WAVE_GIVEN_UP ? TONE_WARN
                                                     : TONE_INFO;
}

/* ---- which orders: the choices ---- */

struct span {
    const char *code, *label;
    int from, to;
};
static const struct span spans[] = {
    {"tous", "Tous les territoires", TERRITORY_MAINLAND, TERRITORY_MARTIN},
    {"metropole", "France métropolitaine et Corse", TERRITORY_MAINLAND, TERRITORY_CORSICA},
    {"outre-mer", "Tout l’outre-mer", TERRITORY_GUADELOUPE, TERRITORY_MARTIN},
    {"guadeloupe", "Guadeloupe", TERRITORY_GUADELOUPE, TERRITORY_GUADELOUPE},
    {"martinique", "Martinique", TERRITORY_MARTINIQUE, TERRITORY_MARTINIQUE},
    {"guyane", "Guyane", TERRITORY_GUYANE, TERRITORY_GUYANE},
    {"reunion", "La Réunion", TERRITORY_REUNION, TERRITORY_REUNION},
    {"miquelon", "Saint-Pierre-et-Miquelon", TERRITORY_MIQUELON, TERRITORY_MIQUELON},
    {"mayotte", "Mayotte", TERRITORY_MAYOTTE, TERRITORY_MAYOTTE},
    {"barthelemy", "Saint-Barthélemy", TERRITORY_BARTHELEMY, TERRITORY_BARTHELEMY},
    {"martin", "Saint-Martin", TERRITORY_MARTIN, TERRITORY_MARTIN},
};
enum { SPANS = sizeof spans / sizeof spans[0] };

static struct str
span_label(const struct wave *w)
{
    for (int i = 0; i < SPANS; i++)
        if (spans[i].from == w->territory_from && spans[i].to == w->territory_to)
            return str_of(spans[i].label);
    return STR_NONE;
}

/* ---- the list ---- */

static struct str
ready_text(struct ctx *cx, const struct db_rows *rows)
{
    int64_t n = 0;

    for (size_t r = 0; r < rows->count; r++)
        n += row_int(rows, r, 1);
    if (n == 0)
        return STR("Aucun colis étiqueté n’attend le transporteur.");
    return str_printf(cx->arena, "%s le transporteur.",
                      fmt_plural(n, "colis étiqueté attend", "colis étiquetés attendent").z);
}

static enum err
show_waves(struct ctx *cx, const struct wave_list *list, struct waves_view *v)
{
    size_t count = list->count > WAVE_PAGE ? WAVE_PAGE : list->count;

    v->rows.item = ARENA_ARRAY(cx->arena, count + 1, struct wave_row);
    v->rows.count = count;
    for (size_t i = 0; i < count; i++) {
        const struct wave *w = &list->item[i];
        struct wave_counts n;
        struct campaign c;
        TRY(wave_count(cx, w->id, &n));
        TRY(campaign_by_id(cx, w->campaign_id, &c));
        v->rows.item[i] = (struct wave_row){
            .url = url_path(cx->arena, "/console/preparation/vagues/%lld", (long long)w->id),
            .name = str_printf(cx->arena, "Vague %lld", (long long)w->id),
            .campaign = c.policy->name,
            .carrier = carrier_label(cx, w->carrier),
            .filter = span_label(w),
            .state = str_of(wave_states[w->state]),
            .tone = wave_tone(w->state),
            .figures = str_printf(cx->arena, "%s sur %s",
                                  fmt_int(n.labelled + n.handed + n.later).z,
                                  fmt_int(n.all).z),
            .created_ms = w->created_ms,
        };
    }
    return OK;
}

/* GET /console/preparation?avant=ID */
enum err
waves_page(struct ctx *cx, struct req *req)
{
    static const char *const heads[] = {"Vague", "État", "#Étiquettes", "Campagne",
                                        "Transporteur", "Territoire", "Créée le", NULL};
    struct waves_view v = {.may_act = web_may_act(cx)};
    struct wave_list list;
    struct db_rows rows;
    int64_t before;

    TRY(req_query_int(req, "avant", 1, INT64_MAX, 0, &before));
    TRY(wave_list_of(cx, before, &list));
    TRY(db_run(cx, SQL_HANDOVER_READY, &rows, db_int(cx->actor.organiser_id)));
    TRY(console_page(cx, req, STR("Préparation"), &v.page));
    page_crumb(cx, &v.page, STR("Préparation"), (struct url){STR_NONE});
    v.ready = ready_text(cx, &rows);
    v.table = table_headed(cx->arena, "vagues", STR("Vagues, la plus récente d’abord"), heads);
    v.table.stacked = true;
    TRY(show_waves(cx, &list, &v));
    v.pager = (struct pager){.total = -1, .from = 1, .to = (int64_t)v.rows.count};
    if (before > 0)
        v.pager.previous = URL("console/preparation");
    if (list.count > WAVE_PAGE)
        v.pager.next = url_with(cx->arena, URL("console/preparation"), "avant",
                                str_printf(cx->arena, "%lld",
                                           (long long)list.item[WAVE_PAGE - 1].id));
    v.empty = (struct empty_state){STR("Aucune vague"),
                                   STR("Créez une vague pour préparer les commandes payées."),
                                   v.may_act ? URL("console/preparation/nouvelle")
                                             : (struct url){STR_NONE},
                                   STR("Créer une vague")};
    waves_html(&req->out, &v);
    return res_html(req, 200);
}

/* ---- creation ---- */

static void
choice_add(struct choice_list *list, struct str value, struct str label, struct str chosen)
{
    list->item[list->count] = (struct choice){
        .value = value, .label = label, .checked = str_eq(value, chosen)};
    list->count++;
}

struct mine {
    struct campaign item[100];
    size_t count;
};

/* The actor's organiser's campaigns. */
static enum err
my_campaigns(struct ctx *cx, struct mine *out)
{
    struct campaign_list all;

    out->count = 0;
    TRY(campaign_list(cx, &all));
    for (size_t i = 0; i < all.count && out->count < 100; i++)
        if (all.item[i].organiser_id == cx->actor.organiser_id)
            out->item[out->count++] = all.item[i];
    return OK;
}

static enum err
show_pools(struct ctx *cx, const struct mine *mine, struct str chosen, struct wave_form_view *v)
{
    v->pools.item = ARENA_ARRAY(cx->arena, 1 + mine->count * 100, struct choice);
    choice_add(&v->pools, STR("0"), STR("Tous les entrepôts"), chosen);
    for (size_t i = 0; i < mine->count; i++) {
        struct stock_pool_list pools;
        TRY(stock_list(cx, mine->item[i].id, &pools));
        for (size_t k = 0; k < pools.count; k++) {
            struct str id = str_printf(cx->arena, "%lld", (long long)pools.item[k].id);
            choice_add(&v->pools, id,
                       str_printf(cx->arena, "%.*s, %.*s", STR_FMT(mine->item[i].slug),
                                  STR_FMT(pools.item[k].code)),
                       chosen);
        }
    }
    return OK;
}

static enum err
show_form(struct ctx *cx, struct req *req, struct form *f, struct wave_form_view *v, int status)
{
    struct mine *mine = ARENA_NEW(cx->arena, struct mine);

    TRY(console_page(cx, req, STR("Créer une vague"), &v->page));
    v->page.has_error = form_failed(f);
    v->errors = form_errors(f);
    page_crumb(cx, &v->page, STR("Préparation"), URL("console/preparation"));
    page_crumb(cx, &v->page, STR("Créer une vague"), (struct url){STR_NONE});
    TRY(my_campaigns(cx, mine));
    v->campaign = form_field(f, "campaign", STR("Campagne"), STR_NONE, STR_NONE);
    v->carrier = form_field(f, "carrier", STR("Transporteur"), STR_NONE, cx->app->conf->carrier);
    v->pool = form_field(f, "pool", STR("Entrepôt"), STR_NONE, STR("0"));
    v->territory = form_field(f, "territory", STR("Territoire"), STR_NONE, STR("tous"));
    v->age = form_field(f, "age", STR("Payées depuis au moins (heures)"),
                        STR("0 pour toutes les commandes payées."), STR("0"));
    v->limit = form_field(f, "limit", STR("Commandes au plus"), STR("20\u00a0000 au plus."),
                          STR("500"));
    v->age.inputmode = v->limit.inputmode = "numeric";
    v->campaign.required = v->carrier.required = v->pool.required = true;
    v->territory.required = v->age.required = v->limit.required = true;
    v->campaigns.item = ARENA_ARRAY(cx->arena, mine->count + 1, struct choice);
    for (size_t i = 0; i < mine->count; i++)
        choice_add(&v->campaigns, mine->item[i].slug, mine->item[i].policy->name,
                   v->campaign.value);
    v->carriers.item = ARENA_ARRAY(cx->arena, CARRIERS, struct choice);
    for (int i = 0; i < CARRIERS; i++)
        choice_add(&v->carriers, str_of(carriers[i]->name),
                   carrier_label(cx, str_of(carriers[i]->name)), v->carrier.value);
    v->territories.item = ARENA_ARRAY(cx->arena, SPANS, struct choice);
    for (int i = 0; i < SPANS; i++)
        choice_add(&v->territories, str_of(spans[i].code), str_of(spans[i].label),
                   v->territory.value);
    TRY(show_pools(cx, mine, v->pool.value, v));
    v->now = form_field(f, "labels", STR("Demander les étiquettes aussitôt"), STR_NONE, STR_NONE);
    v->labels = req->method == METHOD_GET || str_is(req_form(req, "labels"), "1");
    wave_form_html(&req->out, v);
    return res_html(req, status);
}

/* GET /console/preparation/nouvelle */
enum err
wave_new_page(struct ctx *cx, struct req *req)
{
    struct wave_form_view v = {0};
    struct form f = form_begin(cx, req);

    return show_form(cx, req, &f, &v, 200);
}

static enum err
read_campaign(struct ctx *cx, struct form *f, struct wave *w)
{
    struct str slug = form_text(f, "campaign", "Campagne", 1, CAMPAIGN_SLUG_MAX);
    struct mine *mine = ARENA_NEW(cx->arena, struct mine);
    struct stock_pool_list pools;
    int64_t pool = form_int(f, "pool", "Entrepôt", 0, INT64_MAX);
    bool known = pool == 0;

    TRY(my_campaigns(cx, mine));
    for (size_t i = 0; i < mine->count; i++)
        if (str_eq(mine->item[i].slug, slug))
            w->campaign_id = mine->item[i].id;
    if (w->campaign_id == 0) {
        form_error(f, "campaign", "Choisissez une de vos campagnes.");
        return OK;
    }
    TRY(stock_list(cx, w->campaign_id, &pools));
    for (size_t k = 0; k < pools.count; k++)
        known = known || pools.item[k].id == pool;
    if (!known)
        form_error(f, "pool", "Cet entrepôt n’est pas celui de la campagne choisie.");
    w->pool_id = pool;
    return OK;
}

static enum err
read_wave(struct ctx *cx, struct form *f, struct wave *w, struct str *lacks)
{
    static const char *const allowed[] = {"colissimo", "generic", NULL};
    struct str territory = form_text(f, "territory", "Territoire", 1, 20);

    *w = (struct wave){.organiser_id = cx->actor.organiser_id};
    TRY(read_campaign(cx, f, w));
    w->carrier = form_choice(f, "carrier", "Transporteur", allowed);
    for (int i = 0; i < SPANS; i++)
        if (str_is(territory, spans[i].code)) {
            w->territory_from = spans[i].from;
            w->territory_to = spans[i].to;
        }
    if (w->territory_to == 0)
        form_error(f, "territory", "Choisissez un territoire de la liste.");
    int64_t hours = form_int(f, "age", "Âge", 0, 24 * 365);
    w->paid_until_ms = cx->now_ms - hours * CLOCK_HOUR_MS;
    w->wanted = form_int(f, "limit", "Commandes au plus", 1, WAVE_MAX);
    w->labels_wanted = form_checked(f, "labels");
    const struct carrier *c = carrier_by_name(w->carrier);
    *lacks = c == NULL ? STR_NONE : c->lacks(cx);
    return OK;
}

static struct str
count_text(struct ctx *cx, const struct wave *w, int64_t orders, int64_t left)
{
    int64_t taken = orders + left < w->wanted ? orders + left : w->wanted;
    struct short_str all = fmt_plural(orders, "commande payée", "commandes payées");
    struct short_str rest = fmt_plural(left, "colis en attente d’une commande déjà préparée",
                                       "colis en attente de commandes déjà préparées");

    return str_printf(cx->arena, "%s%s%s%s. La vague en prendra %s.",
                      orders > WAVE_MAX ? "Plus de " : "", all.z, left > 0 ? " et " : "",
                      left > 0 ? rest.z : "", fmt_int(taken).z);
}

/* POST /console/preparation/nouvelle: act "count" or "create". */
enum err
wave_new_form(struct ctx *cx, struct req *req)
{
    struct wave_form_view v = {0};
    struct form f = form_begin(cx, req);
    int64_t orders = 0, left = 0;
    struct wave w;

    TRY(read_wave(cx, &f, &w, &v.lacks));
    bool create = str_is(req_form(req, "act"), "create");
    if (!form_failed(&f))
        TRY(wave_preview(cx, &w, &orders, &left));
    if (!form_failed(&f) && create && v.lacks.len > 0)
        form_error(&f, "carrier", "Ce transporteur n’est pas réglé : il manque %.*s.",
                   STR_FMT(v.lacks));
    if (!form_failed(&f) && create && orders + left == 0)
        form_error(&f, "territory", "Aucune commande payée ne répond à ces critères. "
                                    "Élargissez-les.");
    if (form_failed(&f))
        return show_form(cx, req, &f, &v, 422);
    if (!create) {
        v.has_preview = true;
        v.preview = (struct notice){orders + left > 0 ? TONE_INFO : TONE_WARN,
                                    STR("Ce que la vague prendrait"),
                                    count_text(cx, &w, orders, left)};
        return show_form(cx, req, &f, &v, 200);
    }
    TRY(wave_create(cx, &w));
    struct audit a = {.act = "wave.create",
                      .subject = "wave",
                      .subject_id = w.id,
                      .after = str_printf(cx->arena, "{\"carrier\":\"%.*s\",\"wanted\":%lld}",
                                          STR_FMT(w.carrier), (long long)w.wanted)};
    TRY(audit_add(cx, &a));
    return res_redirect(cx, req,
                        url_path(cx->arena, "/console/preparation/vagues/%lld",
                                 (long long)w.id));
}

/* ---- one wave ---- */

static void
show_actions(struct ctx *cx, const struct wave *w, const struct wave_counts *n,
             struct wave_view *v)
{
    long long id = w->id;
    int64_t open = n->waiting + n->asked;
    bool still = w->state == WAVE_READY || w->state == WAVE_STOPPED || w->state == WAVE_LABELLED;

    if (v->may_act && n->waiting + n->labelled + n->refused > 0)
        v->pack = web_in_wave(cx, URL("console/preparation/emballage"), w->id);
    v->can_label = still && n->waiting + n->asked > 0;
    v->can_stop = w->state == WAVE_LABELLING;
    v->can_give_up = still && n->waiting + n->refused > 0;
    v->label_word = w->state == WAVE_READY ? STR("Demander les étiquettes")
                                           : STR("Reprendre les étiquettes");
    v->label_url = url_path(cx->arena, "/console/preparation/vagues/%lld/etiquettes", id);
    v->stop_url = url_path(cx->arena, "/console/preparation/vagues/%lld/arret", id);
    v->give_up_url = url_path(cx->arena, "/console/preparation/vagues/%lld/abandon", id);
    v->is_running = w->state == WAVE_LABELLING || w->state == WAVE_FILLING;
    v->has_progress = n->all > 0;
    v->progress = (struct meter){
        .id = "avancement",
        .label = STR("Étiquettes"),
        .words = str_printf(cx->arena, "%s sur %s", fmt_int(n->all - open - n->refused).z,
                            fmt_int(n->all).z),
        .done = n->all - open - n->refused,
        .total = n->all,
    };
    int64_t left = wave_left_ms(w, n, cx->now_ms);
    if (left >= 0)
        v->left = str_printf(cx->arena, "Encore %s environ.", fmt_duration(left + 1000).z);
}

static void
show_facts(struct ctx *cx, const struct wave *w, const struct wave_counts *n,
           struct str campaign, struct wave_view *v)
{
    struct arena *a = cx->arena;

    v->rows.item = ARENA_ARRAY(a, 12, struct summary_row);
    summary_add(&v->rows, "Campagne", campaign);
    summary_add(&v->rows, "Transporteur", carrier_label(cx, w->carrier));
    summary_add(&v->rows, "Territoire", span_label(w));
    summary_add(&v->rows, "Créée", str_printf(a, "%s", fmt_date_time(w->created_ms,
                                                                     ZONE_PARIS).z));
    summary_add(&v->rows, "Commandes prises",
                str_printf(a, "%s, %s demandées au plus", fmt_int(w->orders).z,
                           fmt_int(w->wanted).z));
    summary_add(&v->rows, "Colis",
                str_printf(a, "%s, dont %s", fmt_int(n->all).z,
                           fmt_plural(n->packed, "emballé", "emballés").z));
    if (n->problems > 0)
        summary_add(&v->rows, "À regarder",
                    str_printf(a, "%s", fmt_plural(n->problems, "colis", "colis").z));
}

enum { LEFT_OUT_SHOWN = 50 };

/* Orders that make too many parcels, by name: somebody has to decide about them. */
static enum err
show_left_out(struct ctx *cx, const struct wave *w, struct wave_view *v)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_WAVE_LEFT_OUT_LIST, &rows, db_int(w->id), db_int(LEFT_OUT_SHOWN + 1)));
    if (rows.count == 0)
        return OK;
    bool more = rows.count > LEFT_OUT_SHOWN;
    size_t shown = more ? LEFT_OUT_SHOWN : rows.count;
    v->left_out = (struct notice){
        TONE_WARN,
        more ? str_printf(cx->arena, "Plus de %d commandes sont laissées de côté", LEFT_OUT_SHOWN)
             : str_printf(cx->arena, "%s de côté",
                          fmt_plural((int64_t)shown, "commande est laissée",
                                     "commandes sont laissées").z),
        str_printf(cx->arena,
                   "Il y faudrait plus de %d colis de %.*s au plus. Elles restent payées\u00a0: "
                   "augmentez le poids d’un colis (MAILLON_PARCEL_MAX_G) puis créez une autre "
                   "vague, ou convenez d’un remboursement avec l’entreprise.",
                   PARCELS_PER_ORDER_MAX,
                   STR_FMT(grams_text(cx->arena,
                                      conf_grams(cx->app->conf->parcel_max_g, 30000))))};
    v->left_out_orders.item = ARENA_ARRAY(cx->arena, shown, struct link);
    for (size_t r = 0; r < shown; r++)
        v->left_out_orders.item[v->left_out_orders.count++] = (struct link){
            url_path(cx->arena, "/console/commandes/%.*s", STR_FMT(row_str(&rows, r, 0))),
            str_printf(cx->arena, "%.*s, %.*s", STR_FMT(row_str(&rows, r, 0)),
                       STR_FMT(row_str(&rows, r, 1))),
            false};
    return OK;
}

static const struct {
    const char *file, *label;
} papers[] = {{"prelevement", "Prélèvement"}, {"prelevement.pdf", "Prélèvement (PDF)"},
              {"colisage.pdf", "Colisage (PDF)"}, {"etiquettes.pdf", "Étiquettes (PDF)"},
              {"bons.pdf", "Bons de livraison (PDF)"}};
enum { PAPERS = sizeof papers / sizeof papers[0], WHOLE_PAPERS = 2 /* Never cut. */ };

static struct url
paper_url(struct ctx *cx, const struct wave *w, int which)
{
    return url_path(cx->arena, "/console/preparation/vagues/%lld/%s", (long long)w->id,
                    papers[which].file);
}

/* One document in its portions. */
static struct portion_set
portions_of(struct ctx *cx, const struct wave *w, int which, const struct db_rows *ends)
{
    struct portion_set s = {.name = papers[which].label};
    int64_t before = 0, first = 1;

    s.title = str_printf(cx->arena, "%s, %s", papers[which].label,
                         fmt_plural((int64_t)ends->count, "fichier", "fichiers").z);
    s.links.item = ARENA_ARRAY(cx->arena, ends->count, struct link);
    for (size_t r = 0; r < ends->count; r++) {
        int64_t last = row_int(ends, r, 0), count = row_int(ends, r, 1);
        struct url u = url_with(cx->arena, paper_url(cx, w, which), "apres",
                                str_printf(cx->arena, "%lld", (long long)before));
        s.links.item[s.links.count++] = (struct link){
            url_with(cx->arena, u, "jusqua", str_printf(cx->arena, "%lld", (long long)last)),
            str_printf(cx->arena, "%s à %s", fmt_int(first).z, fmt_int(first + count - 1).z),
            false};
        before = last;
        first += count;
    }
    return s;
}

static enum err
show_papers(struct ctx *cx, const struct wave *w, const struct wave_counts *n,
            struct wave_view *v)
{
    bool cut = n->all > LABELS_PER_FILE;
    struct db_rows ends;

    v->papers.item = ARENA_ARRAY(cx->arena, PAPERS, struct link);
    for (int i = 0; i < (cut ? WHOLE_PAPERS : PAPERS); i++)
        v->papers.item[v->papers.count++] = (struct link){paper_url(cx, w, i),
                                                          str_of(papers[i].label), false};
    if (!cut)
        return OK;
    TRY(db_run(cx, SQL_WAVE_PORTIONS, &ends, db_int(w->id), db_int(LABELS_PER_FILE)));
    v->portions.item = ARENA_ARRAY(cx->arena, PAPERS, struct portion_set);
    for (int i = WHOLE_PAPERS; i < PAPERS; i++)
        v->portions.item[v->portions.count++] = portions_of(cx, w, i, &ends);
    return OK;
}

static void
show_states(struct ctx *cx, const struct wave *w, const struct wave_counts *n, int64_t state,
            struct wave_view *v)
{
    const struct {
        int state;
        int64_t count;
    } kept[] = {{0, n->all}, {PARCEL_WAITING, n->waiting}, {PARCEL_ASKED, n->asked},
                {PARCEL_LABELLED, n->labelled}, {PARCEL_HANDED, n->handed},
                {PARCEL_REFUSED, n->refused}};
    size_t count = sizeof kept / sizeof kept[0];

    v->states.item = ARENA_ARRAY(cx->arena, count, struct link);
    for (size_t i = 0; i < count; i++) {
        struct url u = url_path(cx->arena, "/console/preparation/vagues/%lld", (long long)w->id);
        if (kept[i].state != 0)
            u = url_with(cx->arena, u, "etat", str_printf(cx->arena, "%d", kept[i].state));
        v->states.item[v->states.count++] = (struct link){
            u,
            str_printf(cx->arena, "%s (%s)",
                       kept[i].state == 0 ? "Tous"
                                          : parcel_state_label((enum parcel_state)kept[i].state),
                       fmt_int(kept[i].count).z),
            state == kept[i].state};
    }
}

/* GET /console/preparation/vagues/{id}?etat=N&apres=ID&suivre=1 */
enum err
wave_page(struct ctx *cx, struct req *req)
{
    struct wave_view v = {.may_act = web_may_act(cx)};
    int64_t id, state, after, follow;
    struct parcel_list parcels;
    struct wave_counts n;
    struct campaign c;
    struct wave w;

    TRY(req_path_int(req, "id", &id));
    TRY(req_query_int(req, "etat", 0, PARCEL_REFUSED, 0, &state));
    TRY(req_query_int(req, "apres", 0, INT64_MAX, 0, &after));
    TRY(req_query_int(req, "suivre", 0, 1, 0, &follow));
    TRY(wave_of_actor(cx, id, &w));
    TRY(wave_count(cx, id, &n));
    TRY(web_parcels_of_wave(cx, id, state, after, PARCEL_PAGE + 1, &parcels));
    TRY(console_page(cx, req, str_printf(cx->arena, "Vague %lld", (long long)id), &v.page));
    page_crumb(cx, &v.page, STR("Préparation"), URL("console/preparation"));
    page_crumb(cx, &v.page, v.page.title, (struct url){STR_NONE});
    v.state = str_of(wave_states[w.state]);
    v.tone = wave_tone(w.state);
    v.self = url_path(cx->arena, "/console/preparation/vagues/%lld", (long long)id);
    v.follow = url_with(cx->arena, v.self, "suivre", STR("1"));
    show_actions(cx, &w, &n, &v);
    v.follows = follow == 1 && v.is_running;
    if (v.follows)
        res_header(cx, req, "Refresh", STR("5"));
    TRY(campaign_by_id(cx, w.campaign_id, &c));
    show_facts(cx, &w, &n, c.policy->name, &v);
    TRY(show_left_out(cx, &w, &v));
    TRY(show_papers(cx, &w, &n, &v));
    show_states(cx, &w, &n, state, &v);
    struct url here = state == 0 ? v.self
                                 : url_with(cx->arena, v.self, "etat",
                                            str_printf(cx->arena, "%lld", (long long)state));
    web_parcel_table(cx, &parcels, STR("Colis de la vague"), here, after, &v.table, &v.parcels,
                     &v.pager);
    v.empty = (struct empty_state){STR("Aucun colis"),
                                   w.state == WAVE_FILLING
                                       ? STR("La vague se remplit : actualisez dans un instant.")
                                       : STR("Aucun colis de la vague n’est dans cet état."),
                                   (struct url){STR_NONE}, STR_NONE};
    wave_html(&req->out, &v);
    return res_html(req, 200);
}

/* ---- acts ---- */

static enum err
back_to_wave(struct ctx *cx, struct req *req, int64_t id, struct str notice)
{
    return res_redirect_notice(
        cx, req, url_path(cx->arena, "/console/preparation/vagues/%lld", (long long)id), notice);
}

static enum err
log_act(struct ctx *cx, const char *act, const struct wave *w, struct str after)
{
    struct audit a = {.act = act,
                      .subject = "wave",
                      .subject_id = w->id,
                      .before = str_printf(cx->arena, "{\"state\":%d}", (int)w->state),
                      .after = after};

    return audit_add(cx, &a);
}

/* POST /console/preparation/vagues/{id}/etiquettes */
enum err
wave_labels_form(struct ctx *cx, struct req *req)
{
    struct wave w;
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    TRY(wave_of_actor(cx, id, &w));
    if (w.state == WAVE_LABELLING)
        return back_to_wave(cx, req, id, STR("Les étiquettes sont déjà en cours."));
    TRY(wave_labels(cx, &w));
    TRY(log_act(cx, "wave.label", &w, STR_NONE));
    return back_to_wave(cx, req, id, STR("Les étiquettes sont demandées."));
}

/* POST /console/preparation/vagues/{id}/arret */
enum err
wave_stop_form(struct ctx *cx, struct req *req)
{
    struct wave w;
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    TRY(wave_of_actor(cx, id, &w));
    if (w.state != WAVE_LABELLING)
        return back_to_wave(cx, req, id, STR("Aucune étiquette n’est en cours."));
    TRY(wave_stop(cx, &w));
    TRY(log_act(cx, "wave.stop", &w, STR_NONE));
    return back_to_wave(cx, req, id,
                        STR("Arrêt demandé : les demandes déjà parties se terminent."));
}

/* POST /console/preparation/vagues/{id}/abandon */
enum err
wave_give_up_form(struct ctx *cx, struct req *req)
{
    int64_t id, orders;
    struct wave w;

    TRY(req_path_int(req, "id", &id));
    TRY(wave_of_actor(cx, id, &w));
    if (w.state == WAVE_GIVEN_UP)
        return back_to_wave(cx, req, id, STR("La vague est déjà abandonnée."));
    TRY(wave_give_up(cx, &w, &orders));
    TRY(log_act(cx, "wave.give_up", &w,
                str_printf(cx->arena, "{\"orders\":%lld}", (long long)orders)));
    return back_to_wave(cx, req, id,
                        str_printf(cx->arena, "%s en attente d’une autre vague.",
                                   fmt_plural(orders, "commande revient",
                                              "commandes reviennent").z));
}
