/* SPDX-License-Identifier: Apache-2.0 */
/* case_view.c - what an agent sees around a case: the register, people, other cases, history. */
#include "account/account_web.h"
#include "base/format.h"

static void
add_row(struct summary_row_list *list, const char *term, struct str value)
{
    list->item[list->count++] = (struct summary_row){.term = str_of(term), .value = value};
}

static struct str
day_text(struct ctx *cx, int64_t ms)
{
    return str_printf(cx->arena, "%s", fmt_short_date(ms, ZONE_PARIS).z);
}

static void
show_company(struct ctx *cx, const struct company *co, struct case_view *v)
{
    struct arena *a = cx->arena;

    v->company.item = ARENA_ARRAY(a, 10, struct summary_row);
    add_row(&v->company, "Entreprise", account_company_name(a, co->siren, co->name, co->partial));
    add_row(&v->company, "SIREN", account_siren_text(a, co->siren));
    add_row(&v->company, "État", co->active ? STR("Active") : STR("Cessée"));
    if (co->partial)
        add_row(&v->company, "Diffusion", STR("Partielle : ne rien communiquer à des tiers"));
    add_row(&v->company, "Effectif", account_band_text(a, co));
    add_row(&v->company, "Réseau", account_network_text(a, co));
    add_row(&v->company, "Activité (NAF)", co->naf.len > 0 ? co->naf : STR("Inconnue"));
    add_row(&v->company, "Catégorie juridique", company_form_text(a, co->legal_category));
    add_row(&v->company, "Territoire du siège", str_of(territory_label(co->territory)));
    add_row(&v->company, "E-mail connu de la chambre",
            co->chamber_email.len > 0 ? account_masked_email(a, co->chamber_email)
                                      : STR("Aucune"));
}

static enum err
show_sites(struct ctx *cx, int64_t siren, struct case_view *v)
{
    struct establishment_list list;

    TRY(registry_establishments(cx, siren, 0, &list));
    v->sites.item = ARENA_ARRAY(cx->arena, list.count, struct case_line);
    for (size_t i = 0; i < list.count; i++) {
        const struct establishment *e = &list.item[i];
        if (!e->active)
            continue;
        v->sites.item[v->sites.count++] = (struct case_line){
            .title = str_printf(cx->arena, "%s%s", fmt_siret(siret_str(cx->arena, e->siret)).z,
                                e->head_office ? " (siège)" : ""),
            .text = str_printf(cx->arena, "%.*s%s%.*s %.*s", STR_FMT(e->street),
                               e->street.len > 0 ? ", " : "", STR_FMT(e->postal_code),
                               STR_FMT(e->city)),
        };
    }
    return OK;
}

static enum err
show_people(struct ctx *cx, int64_t siren, struct case_view *v)
{
    struct company_holder_list holders;
    struct claim_list claims;

    TRY(account_company_holders(cx, siren, &holders));
    v->holders.item = ARENA_ARRAY(cx->arena, holders.count, struct case_line);
    v->holders.count = holders.count;
    for (size_t i = 0; i < holders.count; i++) {
        const struct company_holder *h = &holders.item[i];
        struct str proof = account_proof_text(h->proof);
        v->holders.item[i] = (struct case_line){
            .when = day_text(cx, h->since_ms),
            .title = h->email,
            .text = str_printf(cx->arena, "%.*s%s", STR_FMT(proof),
                               h->ended_ms != 0    ? " (a pris fin)"
                               : h->frozen_ms != 0 ? " (contesté)"
                                                   : ""),
        };
    }
    TRY(claim_of_company(cx, siren, &claims));
    v->claims.item = ARENA_ARRAY(cx->arena, claims.count, struct case_line);
    v->claims.count = claims.count;
    for (size_t i = 0; i < claims.count; i++)
        v->claims.item[i] = (struct case_line){
            .when = day_text(cx, claims.item[i].created_ms),
            .title = claims.item[i].email,
            .text = str_printf(cx->arena, "%s%s", claim_state_text(claims.item[i].state),
                               claims.item[i].contested ? ", contestée" : ""),
        };
    return OK;
}

static enum err
show_history(struct ctx *cx, const struct review *r, struct case_view *v)
{
    struct account_event_list events;
    struct review_list reviews;

    TRY(review_seen_of_company(cx, r->siren, &reviews));
    v->reviews.item = ARENA_ARRAY(cx->arena, reviews.count, struct case_line);
    for (size_t i = 0; i < reviews.count; i++) {
        const struct review *o = &reviews.item[i];
        struct str kind = account_kind_text(o->kind), asked = review_asked_text(cx->arena, o);
        if (o->id == r->id)
            continue;
        v->reviews.item[v->reviews.count++] = (struct case_line){
            .when = day_text(cx, o->created_ms),
            .title = str_printf(cx->arena, "%.*s, %s", STR_FMT(kind), review_state_text(o)),
            .text = str_printf(cx->arena, "%.*s (%.*s) %.*s", STR_FMT(asked), STR_FMT(o->email),
                               STR_FMT(o->reason)),
        };
    }
    TRY(account_events(cx, r->siren, &events));
    v->events.item = ARENA_ARRAY(cx->arena, events.count, struct case_line);
    v->events.count = events.count;
    for (size_t i = 0; i < events.count; i++) {
        const struct account_event *e = &events.item[i];
        struct str note = str_is(e->what, "linked") ? account_proof_text(e->note) : e->note;
        v->events.item[i] = (struct case_line){
            .when = str_printf(cx->arena, "%s", fmt_date_time(e->at_ms, ZONE_PARIS).z),
            .title = account_event_text(e->what),
            .text = str_printf(cx->arena, "%.*s%s%.*s%s%.*s", STR_FMT(e->about),
                               e->who.len > 0 && !str_eq(e->who, e->about) ? ", par " : "",
                               STR_FMT(str_eq(e->who, e->about) ? STR_NONE : e->who),
                               note.len > 0 ? ". " : "", STR_FMT(note)),
        };
    }
    return OK;
}

static enum err
show_request(struct ctx *cx, const struct review *r, struct case_view *v)
{
    struct company_declaration d;
    struct claim c;

    TRY(account_declaration(cx, r->siren, &d));
    v->request.item = ARENA_ARRAY(cx->arena, 6, struct summary_row);
    add_row(&v->request, "Demandé par", r->email);
    if (r->entered_by != 0)
        add_row(&v->request, "Saisi au téléphone par", r->entered_email);
    add_row(&v->request, "Le", str_printf(cx->arena, "%s",
                                         fmt_date_time(r->created_ms, ZONE_PARIS).z));
    add_row(&v->request, "Effectif retenu",
            d.heads < 0 ? STR("Aucun") : str_printf(cx->arena, "%d", d.heads));
    if (!str_is(r->kind, REVIEW_CLAIM))
        return OK;
    TRY(claim_by_id(cx, r->asked, &c));
    v->is_contested = c.contested;
    add_row(&v->request, "SIRET indiqué",
            str_printf(cx->arena, "%s", fmt_siret(siret_str(cx->arena, c.siret)).z));
    return OK;
}

enum err
case_fill(struct ctx *cx, const struct review *r, struct case_view *v)
{
    struct company co;

    TRY(registry_company(cx, r->siren, &co));
    v->company_page = url_path(cx->arena, "/console/entreprises/%s",
                               str_z(cx->arena, siren_str(cx->arena, r->siren)));
    show_company(cx, &co, v);
    TRY(show_request(cx, r, v));
    TRY(show_sites(cx, r->siren, v));
    TRY(show_people(cx, r->siren, v));
    return show_history(cx, r, v);
}
