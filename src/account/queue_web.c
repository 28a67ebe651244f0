/* SPDX-License-Identifier: Apache-2.0 */
/*
 * queue_web.c - the agents' queue, oldest first, by kind and age; and what was decided, with a
 * search. One case stands in agent_web.c.
 */
#include "account/account_web.h"
#include "agent_tmpl.h"
#include "base/clock.h"
#include "base/format.h"
#include "http/route.h"
#include "staff/staff.h"

enum { KINDS = 3, QUERY_MAX = 80, NAMES_LOOKED = 20 };

static const char *const kind_codes[KINDS] = {REVIEW_CLAIM, REVIEW_HEADCOUNT, REVIEW_NETWORK};
static const struct {
    const char *code;
    int days;
    const char *label;
} ages[REVIEW_AGES] = {
    {"1", 1, "Plus de 24 h"}, {"3", 3, "Plus de 3 jours"}, {"7", 7, "Plus de 7 jours"}};

/* ---- which part of the queue ---- */

static bool
kind_known(struct str kind)
{
    for (int i = 0; i < KINDS; i++)
        if (str_is(kind, kind_codes[i]))
            return true;
    return kind.len == 0;
}

enum err
queue_part_read(struct ctx *cx, struct req *req, struct queue_part *out)
{
    bool posted = req->method == METHOD_POST;

    *out = (struct queue_part){0};
    if (posted) {
        out->kind = req_form(req, "type");
        out->age = req_form(req, "age");
    } else {
        TRY(req_query_str(req, "type", 20, STR_NONE, &out->kind));
        TRY(req_query_str(req, "age", 10, STR_NONE, &out->age));
    }
    if (!kind_known(out->kind))
        return ERR_NOT_FOUND;
    out->by.kind = out->kind;
    for (int i = 0; i < REVIEW_AGES; i++)
        if (str_is(out->age, ages[i].code))
            out->by.until_ms = cx->now_ms - (int64_t)ages[i].days * CLOCK_DAY_MS;
    if (out->by.until_ms == 0)
        out->age = STR_NONE;
    return OK;
}

struct url
queue_part_url(struct ctx *cx, struct url u, const struct queue_part *part)
{
    if (part->kind.len > 0)
        u = url_with(cx->arena, u, "type", part->kind);
    return part->age.len > 0 ? url_with(cx->arena, u, "age", part->age) : u;
}

enum err
queue_previous(struct ctx *cx, struct req *req, struct previous_case *out)
{
    struct review r;
    int64_t id;

    *out = (struct previous_case){0};
    TRY(req_query_int(req, "precedent", 0, INT64_MAX, 0, &id));
    enum err e = id == 0 ? ERR_NOT_FOUND : review_find(cx, id, &r);
    if (e == ERR_NOT_FOUND)
        return OK;
    TRY(e);
    out->url = url_path(cx->arena, "/agent/dossiers/%lld", (long long)r.id);
    out->label = str_printf(cx->arena, "%.*s (%s)", STR_FMT(r.name),
                            r.state == REVIEW_OPEN ? "en attente" : review_state_text(&r));
    return OK;
}

/* ---- the queue ---- */

static struct kind_link
part_link(struct ctx *cx, const struct queue_part *now, struct str kind, struct str age,
          const char *label, int64_t count)
{
    struct queue_part to = {.kind = kind, .age = age};

    return (struct kind_link){
        .label = str_printf(cx->arena, "%s (%s)", label, fmt_int(count).z),
        .url = queue_part_url(cx, URL("agent"), &to),
        .is_current = str_eq(kind, now->kind) && str_eq(age, now->age),
    };
}

static enum err
show_parts(struct ctx *cx, const struct queue_part *part, struct queue_view *v)
{
    int64_t before[REVIEW_AGES];
    struct review_counts counts;

    for (int i = 0; i < REVIEW_AGES; i++)
        before[i] = cx->now_ms - (int64_t)ages[i].days * CLOCK_DAY_MS;
    TRY(review_counts(cx, before, &counts));
    v->kinds.item = ARENA_ARRAY(cx->arena, KINDS + 1, struct kind_link);
    v->kinds.item[v->kinds.count++] =
        part_link(cx, part, STR_NONE, STR_NONE, "Tous", counts.all);
    for (int i = 0; i < KINDS; i++)
        v->kinds.item[v->kinds.count++] =
            part_link(cx, part, str_of(kind_codes[i]), STR_NONE,
                      account_kind_text(str_of(kind_codes[i])).ptr, counts.kind[i]);
    v->ages.item = ARENA_ARRAY(cx->arena, REVIEW_AGES, struct kind_link);
    for (int i = 0; i < REVIEW_AGES; i++)
        v->ages.item[v->ages.count++] = part_link(cx, part, STR_NONE, str_of(ages[i].code),
                                                  ages[i].label, counts.older[i]);
    v->total = counts.all == 0 ? STR("Aucun dossier n’attend.")
                               : str_printf(cx->arena, "%s en attente.",
                                            fmt_plural(counts.all, "dossier", "dossiers").z);
    v->empty = (struct empty_state){
        counts.all > 0 ? STR("Aucun dossier dans ce tri") : STR("Aucun dossier à traiter"),
        counts.all > 0 ? STR("D’autres attendent\u00a0: enlevez le tri pour les voir.")
                       : STR("Les nouvelles demandes arrivent ici, la plus ancienne d’abord."),
        counts.all > 0 ? URL("agent") : URL("agent/decisions"),
        counts.all > 0 ? STR("Voir tous les dossiers") : STR("Voir les dossiers décidés")};
    return OK;
}

static struct table
case_table(struct ctx *cx, const char *id, struct str caption, const char *const *heads)
{
    struct table t = {.id = id, .caption = caption, .stacked = true};

    while (heads[t.columns.count] != NULL)
        t.columns.count++;
    t.columns.item = ARENA_ARRAY(cx->arena, t.columns.count, struct table_column);
    for (size_t i = 0; i < t.columns.count; i++)
        t.columns.item[i] = (struct table_column){.label = str_of(heads[i]),
                                                  .is_number = i == 1};
    return t;
}

static struct queue_row
case_row(struct ctx *cx, const struct review *r)
{
    return (struct queue_row){
        .kind = account_kind_text(r->kind),
        .name = r->name,
        .number = account_siren_text(cx->arena, r->siren),
        .email = r->email,
        .asked = review_asked_text(cx->arena, r),
        .at_ms = r->created_ms,
        .url = url_path(cx->arena, "/agent/dossiers/%lld", (long long)r->id),
    };
}

static struct str
number_text(struct ctx *cx, int64_t n)
{
    return str_printf(cx->arena, "%lld", (long long)n);
}

/* GET /agent?type=KIND&age=DAYS&apres=MS&dossier=ID */
enum err
agent_queue_page(struct ctx *cx, struct req *req)
{
    static const char *const heads[] = {"Entreprise", "SIREN", "Type", "Demande", "Personne",
                                        "Depuis", NULL};
    struct queue_view v = {.pager = {.total = -1}};
    struct queue_part part;
    struct review_list list;

    TRY(queue_part_read(cx, req, &part));
    TRY(req_query_int(req, "apres", 0, INT64_MAX, 0, &part.by.after_ms));
    TRY(req_query_int(req, "dossier", 0, INT64_MAX, 0, &part.by.after_id));
    TRY(review_queue(cx, &part.by, &list));
    TRY(console_page(cx, req, STR("File d’attente"), &v.page));
    page_crumb(cx, &v.page, STR("File d’attente"), (struct url){STR_NONE});
    TRY(show_parts(cx, &part, &v));
    TRY(queue_previous(cx, req, &v.previous));
    v.table = case_table(cx, "dossiers", STR("Dossiers ouverts, le plus ancien d’abord"), heads);
    v.rows.count = list.count > REVIEW_PAGE ? REVIEW_PAGE : list.count;
    v.rows.item = ARENA_ARRAY(cx->arena, v.rows.count + 1, struct queue_row);
    for (size_t i = 0; i < v.rows.count; i++) {
        v.rows.item[i] = case_row(cx, &list.item[i]);
        v.rows.item[i].url = queue_part_url(cx, v.rows.item[i].url, &part);
    }
    struct url here = queue_part_url(cx, URL("agent"), &part);
    if (part.by.after_ms != 0 || part.by.after_id != 0)
        v.pager.previous = here;
    if (list.count > REVIEW_PAGE) {
        const struct review *last = &list.item[REVIEW_PAGE - 1];
        v.pager.next = url_with(
            cx->arena,
            url_with(cx->arena, here, "apres", number_text(cx, last->created_ms)), "dossier",
            number_text(cx, last->id));
    }
    agent_queue_html(&req->out, &v);
    return res_html(req, 200);
}

/* GET /agent/suivant?dossier=ID - passes over a case that may wait. */
enum err
agent_next_page(struct ctx *cx, struct req *req)
{
    struct queue_part part;
    struct review r;
    int64_t id, next;

    TRY(queue_part_read(cx, req, &part));
    TRY(req_query_int(req, "dossier", 1, INT64_MAX, 0, &id));
    TRY(review_find(cx, id, &r));
    TRY(review_next(cx, &part.by, &r, &next));
    if (next == 0)
        return res_redirect_notice(cx, req, queue_part_url(cx, URL("agent"), &part),
                                   STR("Aucun autre dossier n’attend."));
    return res_redirect(cx, req,
                        queue_part_url(cx, url_path(cx->arena, "/agent/dossiers/%lld",
                                                    (long long)next), &part));
}

/* ---- what was decided ---- */

struct decided_search {
    struct str q, outcome;
    struct review_past by;
};

static struct choice_list
choices_of(struct ctx *cx, const char *const *code, const char *const *label, size_t count,
           struct str chosen)
{
    struct choice_list list = {ARENA_ARRAY(cx->arena, count, struct choice), count};

    for (size_t i = 0; i < count; i++)
        list.item[i] = (struct choice){.value = str_of(code[i]), .label = str_of(label[i]),
                                       .checked = str_is(chosen, code[i])};
    return list;
}

/* Newest decision first, from companies one after the other. */
static void
merge(struct review_list *all, const struct review_list *some)
{
    for (size_t i = 0; i < some->count; i++) {
        size_t k = all->count++;
        for (; k > 0 && all->item[k - 1].decided_ms < some->item[i].decided_ms; k--)
            all->item[k] = all->item[k - 1];
        all->item[k] = some->item[i];
    }
}

static enum err
decided_by_name(struct ctx *cx, const struct decided_search *s, struct review_list *out)
{
    struct company_brief_list names;
    struct review_list some;

    TRY(registry_by_name(cx, s->q, 0, NAMES_LOOKED, &names));
    out->item = ARENA_ARRAY(cx->arena, NAMES_LOOKED * 50, struct review);
    for (size_t i = 0; i < names.count; i++) {
        TRY(review_decided_of_company(cx, names.item[i].siren, &s->by, &some));
        merge(out, &some);
    }
    if (out->count > REVIEW_PAGE)
        out->count = REVIEW_PAGE; /* Another search narrows it; there is no page to turn. */
    return OK;
}

/* A number is a company's, an address a person's or an agent's, anything else a name. */
static enum err
decided_find(struct ctx *cx, struct decided_search *s, struct review_list *out,
             struct str *understood)
{
    struct account a;
    int64_t number;

    *out = (struct review_list){0};
    if (s->q.len == 0)
        return review_decided(cx, &s->by, out);
    if (siren_parse(s->q, &number) == NUMBER_OK) {
        *understood = STR("Dossiers de l’entreprise de ce SIREN.");
        return review_decided_of_company(cx, number, &s->by, out);
    }
    if (siret_parse(s->q, &number) == NUMBER_OK) {
        *understood = STR("Dossiers de l’entreprise de ce SIRET.");
        return review_decided_of_company(cx, siret_siren(number), &s->by, out);
    }
    if (str_find_byte(s->q, '@') == s->q.len) {
        *understood = STR("Dossiers des entreprises dont le nom commence ainsi.");
        return decided_by_name(cx, s, out);
    }
    enum err e = account_by_email(cx, s->q, &a);
    *understood = STR("Dossiers demandés par cette adresse.");
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    if (a.organiser_id != cx->actor.organiser_id)
        return review_decided_of_account(cx, a.id, &s->by, out);
    *understood = STR("Dossiers décidés par cette personne de l’équipe.");
    s->by.agent_id = a.id;
    return review_decided(cx, &s->by, out);
}

static void
decided_fields(struct ctx *cx, const struct form *f, const struct decided_search *s,
               struct decided_view *v)
{
    static const char *const kinds[] = {"", REVIEW_CLAIM, REVIEW_HEADCOUNT, REVIEW_NETWORK};
    static const char *const kind_labels[] = {"Tous", "Agir pour l’entreprise", "Effectif",
                                              "Réseau (CCI, CMA)"};
    static const char *const outcomes[] = {"", "accepte", "refuse", "clos"};
    static const char *const outcome_labels[] = {"Toutes", "Acceptés", "Refusés",
                                               "Clos sans décision"};

    v->q = form_field(f, "q", STR("SIREN, SIRET, nom ou adresse e-mail"), STR_NONE, s->q);
    v->kind = form_field(f, "type", STR("Type"), STR_NONE, STR_NONE);
    v->outcome = form_field(f, "decision", STR("Décision"), STR_NONE, STR_NONE);
    v->q.required = v->kind.required = v->outcome.required = true;
    v->kinds = choices_of(cx, kinds, kind_labels, 4, s->by.kind);
    v->outcomes = choices_of(cx, outcomes, outcome_labels, 4, s->outcome);
    v->is_filtered = s->q.len > 0 || s->by.kind.len > 0 || s->outcome.len > 0;
}

static void
decided_pages(struct ctx *cx, const struct decided_search *s, const struct review_list *list,
              struct decided_view *v)
{
    struct url here = URL("agent/decisions");

    if (s->q.len > 0)
        here = url_with(cx->arena, here, "q", s->q);
    if (s->by.kind.len > 0)
        here = url_with(cx->arena, here, "type", s->by.kind);
    if (s->outcome.len > 0)
        here = url_with(cx->arena, here, "decision", s->outcome);
    v->pager.total = -1;
    if (s->by.before_ms != 0)
        v->pager.previous = here;
    if (list->count <= REVIEW_PAGE || (s->q.len > 0 && s->by.agent_id == 0))
        return;
    const struct review *last = &list->item[REVIEW_PAGE - 1];
    v->pager.next = url_with(
        cx->arena, url_with(cx->arena, here, "avant", number_text(cx, last->decided_ms)),
        "dossier", number_text(cx, last->id));
}

static enum err
decided_read(struct ctx *cx, struct req *req, struct decided_search *s)
{
    TRY(req_query_str(req, "q", QUERY_MAX, STR_NONE, &s->q));
    TRY(req_query_str(req, "type", 20, STR_NONE, &s->by.kind));
    TRY(req_query_str(req, "decision", 20, STR_NONE, &s->outcome));
    TRY(req_query_int(req, "avant", 0, INT64_MAX, 0, &s->by.before_ms));
    TRY(req_query_int(req, "dossier", 0, INT64_MAX, 0, &s->by.before_id));
    s->q = str_trim(s->q);
    s->by.state = str_is(s->outcome, "accepte")  ? REVIEW_ACCEPTED
                  : str_is(s->outcome, "refuse") ? REVIEW_REFUSED
                  : str_is(s->outcome, "clos")   ? REVIEW_MOOT
                                                 : 0;
    (void)cx;
    return kind_known(s->by.kind) ? OK : ERR_NOT_FOUND;
}

static struct str
outcome_text(const struct review *r)
{
    return review_is_moot(r)              ? STR("Clos")
           : r->state == REVIEW_ACCEPTED ? STR("Accepté")
                                         : STR("Refusé");
}

/* GET /agent/decisions?q=&type=&decision=&avant=&dossier= */
enum err
agent_decided_page(struct ctx *cx, struct req *req)
{
    static const char *const heads[] = {"Entreprise", "SIREN", "Demande", "Personne", "Décision",
                                        "Par", "Le", NULL};
    struct form f = form_begin(cx, req);
    struct decided_view v = {0};
    struct decided_search s = {0};
    struct review_list list;

    TRY(decided_read(cx, req, &s));
    TRY(decided_find(cx, &s, &list, &v.understood));
    TRY(console_page(cx, req, STR("Dossiers décidés"), &v.page));
    page_crumb(cx, &v.page, STR("File d’attente"), URL("agent"));
    page_crumb(cx, &v.page, STR("Dossiers décidés"), (struct url){STR_NONE});
    decided_fields(cx, &f, &s, &v);
    v.table = case_table(cx, "decides", STR("Dossiers décidés, le plus récent d’abord"), heads);
    bool cut = list.count > REVIEW_PAGE && (s.q.len == 0 || s.by.agent_id != 0);
    v.rows.count = cut ? REVIEW_PAGE : list.count;
    v.rows.item = ARENA_ARRAY(cx->arena, v.rows.count + 1, struct queue_row);
    for (size_t i = 0; i < v.rows.count; i++) {
        const struct review *r = &list.item[i];
        v.rows.item[i] = case_row(cx, r);
        v.rows.item[i].outcome = outcome_text(r);
        v.rows.item[i].tone = review_is_moot(r)              ? TONE_INFO
                              : r->state == REVIEW_ACCEPTED ? TONE_GOOD
                                                            : TONE_BAD;
        v.rows.item[i].who = review_is_moot(r)           ? STR("Aucun agent")
                             : r->decided_by.len > 0 ? r->decided_by
                                                     : STR("Un agent");
        v.rows.item[i].at_ms = r->decided_ms;
    }
    decided_pages(cx, &s, &list, &v);
    v.empty = (struct empty_state){
        STR("Aucun dossier décidé"),
        v.is_filtered ? STR("Aucun ne correspond à cette recherche.")
                      : STR("Les décisions s’inscrivent ici, avec leur motif."),
        v.is_filtered ? URL("agent/decisions") : URL("agent"),
        v.is_filtered ? STR("Tout voir") : STR("Voir la file d’attente")};
    agent_decided_html(&req->out, &v);
    return res_html(req, 200);
}
