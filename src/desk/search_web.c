/* SPDX-License-Identifier: Apache-2.0 */
/*
 * search_web.c - /console/recherche: one field. An exact hit opens its page; words give a list.
 * /console/telephone is the same search, whose companies open where orders are taken.
 */
#include "account/account.h"
#include "base/format.h"
#include "desk/desk_web.h"
#include "desk_tmpl.h"
#include "http/route.h"
#include "staff/staff.h"

enum { PAGE_ROWS = 25, REST_ROWS = 25, REST_LOOKED = 200 };

struct search {
    struct str typed;
    struct url place;
    bool by_phone;
    struct seek seek;
    bool by_town;
    int64_t page, after;
};

static struct url
company_url(struct ctx *cx, const struct search *s, int64_t siren)
{
    if (!s->by_phone)
        return desk_company_url(cx, siren);
    struct url u = url_path(cx->arena, "/console/telephone/%s",
                            siren_str(cx->arena, siren).ptr);
    return s->seek.siret == 0
               ? u
               : url_with(cx->arena, u, "siret", siret_str(cx->arena, s->seek.siret));
}

/* ---- exact readings ---- */

static enum err
order_ref_of(struct ctx *cx, enum sql_id find, struct str number, struct str *ref)
{
    struct db_rows rows;

    TRY(db_run(cx, find, &rows, db_int(cx->actor.organiser_id), db_str(number)));
    *ref = rows.count == 0 ? STR_NONE : row_str(&rows, 0, 0);
    return OK;
}

/* The order that the text names in one way or another; empty: none of this organiser. */
static enum err
order_named(struct ctx *cx, const struct seek *s, struct str *ref)
{
    struct order o;

    *ref = STR_NONE;
    if (s->ref.len > 0) {
        enum err e = order_of_organiser(cx, s->ref, &o);
        if (e == OK)
            *ref = o.ref;
        if (e != ERR_NOT_FOUND)
            return e;
    }
    if (s->invoice.len > 0)
        TRY(order_ref_of(cx, SQL_DESK_INVOICE_ORDER, s->invoice, ref));
    if (ref->len == 0 && s->parcel.len > 0)
        TRY(order_ref_of(cx, SQL_DESK_PARCEL_ORDER, s->parcel, ref));
    return OK;
}

/* The page that an exact reading opens; empty: none. */
static enum err
exact_hit(struct ctx *cx, const struct search *search, struct url *out)
{
    const struct seek *s = &search->seek;
    struct company_brief b;
    struct str ref;

    *out = (struct url){STR_NONE};
    if (s->siren != 0) {
        enum err e = registry_brief(cx, s->siren, &b);
        if (e == OK)
            *out = company_url(cx, search, s->siren);
        return e == ERR_NOT_FOUND ? OK : e;
    }
    TRY(order_named(cx, s, &ref));
    if (ref.len > 0)
        *out = desk_order_url(cx, ref);
    return OK;
}

/* ---- lists ---- */

static enum err
found_row(struct ctx *cx, const struct search *s, const struct company_brief *b, bool dealt,
          struct found_row *out)
{
    struct db_rows rows;

    *out = (struct found_row){
        .url = company_url(cx, s, b->siren),
        .name = account_company_name(cx->arena, b->siren, b->name, b->partial),
        .siren = desk_siren_text(cx->arena, b->siren),
        .town = desk_town(cx, b->postal_code, b->city),
        .state = b->active ? STR("Active") : STR("Cessée"),
        .tone = b->active ? TONE_GOOD : TONE_BAD,
    };
    if (!dealt)
        return OK;
    TRY(db_run(cx, SQL_DESK_LAST_ORDER, &rows, db_int(cx->actor.organiser_id),
               db_int(b->siren)));
    if (rows.count == 0)
        return OK;
    struct order o = {.state = (enum order_state)row_int(&rows, 0, 1),
                      .deadline_ms = row_int(&rows, 0, 3)};
    out->order = order_state_shown(&o, cx->now_ms);
    out->order_tone = order_tone(o.state);
    out->order_url = desk_order_url(cx, row_str(&rows, 0, 0));
    return OK;
}

static int
brief_cmp(const struct company_brief *a, const struct company_brief *b, bool by_town)
{
    int order = by_town ? str_cmp(a->city, b->city) : 0;

    if (order == 0)
        order = str_cmp(a->name, b->name);
    return order != 0 ? order : (a->siren > b->siren) - (a->siren < b->siren);
}

/* At most DESK_FOUND_MAX, so that sorting here costs less than any index would. */
static enum err
briefs_sorted(struct ctx *cx, const int64_t *siren, size_t count, bool by_town,
              struct company_brief_list *out)
{
    *out = (struct company_brief_list){ARENA_ARRAY(cx->arena, count + 1, struct company_brief), 0};
    for (size_t i = 0; i < count; i++) {
        struct company_brief b;
        enum err e = registry_brief(cx, siren[i], &b);
        if (e == ERR_NOT_FOUND)
            continue;
        TRY(e);
        size_t k = out->count++;
        for (; k > 0 && brief_cmp(&out->item[k - 1], &b, by_town) > 0; k--)
            out->item[k] = out->item[k - 1];
        out->item[k] = b;
    }
    return OK;
}

static struct url
here(struct ctx *cx, const struct search *s, bool by_town)
{
    struct url u = url_with(cx->arena, s->place, "q", s->typed);

    return by_town ? url_with(cx->arena, u, "tri", STR("ville")) : u;
}

static enum err
show_known(struct ctx *cx, const struct search *s, const struct company_brief_list *all,
           struct search_view *v)
{
    static const char *const heads[] = {"Entreprise", "SIREN", "Siège", "État",
                                        "Dernière commande", NULL};
    size_t from = (size_t)(s->page - 1) * PAGE_ROWS;
    size_t until = from + PAGE_ROWS < all->count ? from + PAGE_ROWS : all->count;

    v->known_table = desk_table(cx, "connues", STR("Entreprises qui ont eu affaire à vous"),
                                heads);
    v->known_table.columns.item[0].sort = here(cx, s, false);
    v->known_table.columns.item[0].sorted = s->by_town ? SORTED_NOT : SORTED_UP;
    v->known_table.columns.item[2].sort = here(cx, s, true);
    v->known_table.columns.item[2].sorted = s->by_town ? SORTED_UP : SORTED_NOT;
    v->known.item = ARENA_ARRAY(cx->arena, PAGE_ROWS, struct found_row);
    for (size_t i = from; i < until; i++)
        TRY(found_row(cx, s, &all->item[i], true, &v->known.item[v->known.count++]));
    v->pager = (struct pager){.from = all->count == 0 ? 0 : (int64_t)from + 1,
                              .to = (int64_t)until, .total = (int64_t)all->count};
    if (s->page > 1)
        v->pager.previous = url_with(cx->arena, here(cx, s, s->by_town), "page",
                                     str_printf(cx->arena, "%lld", (long long)s->page - 1));
    if (until < all->count)
        v->pager.next = url_with(cx->arena, here(cx, s, s->by_town), "page",
                                 str_printf(cx->arena, "%lld", (long long)s->page + 1));
    return OK;
}

static bool
is_among(const struct company_brief_list *list, int64_t siren)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->item[i].siren == siren)
            return true;
    return false;
}

/* What was typed but for a postal code, which then chooses among the names found. */
static struct str
name_of(struct ctx *cx, const struct seek *s)
{
    struct str name = STR("");

    if (s->postal_code.len == 0 || s->words == 1)
        return STR_NONE;
    for (size_t i = 0; i < s->words; i++)
        if (!str_eq(s->word[i], s->postal_code))
            name = str_printf(cx->arena, "%.*s%s%.*s", STR_FMT(name), name.len > 0 ? " " : "",
                              STR_FMT(s->word[i]));
    return name;
}

/* The register's names that begin so, whoever they are. */
static enum err
show_rest(struct ctx *cx, const struct search *s, const struct company_brief_list *known,
          struct search_view *v)
{
    static const char *const heads[] = {"Entreprise", "SIREN", "Siège", "État", NULL};
    struct str name = name_of(cx, &s->seek);
    struct company_brief_list list;
    bool coded = name.len > 0;

    TRY(registry_by_name(cx, coded ? name : s->typed, s->after,
                         coded ? REST_LOOKED : REST_ROWS + 1, &list));
    v->rest_table = desk_table(cx, "registre", STR("Au registre, par le début du nom"), heads);
    v->rest.item = ARENA_ARRAY(cx->arena, REST_LOOKED + 1, struct found_row);
    size_t shown = !coded && list.count > REST_ROWS ? REST_ROWS : list.count;
    for (size_t i = 0; i < shown; i++) {
        const struct company_brief *b = &list.item[i];
        if (is_among(known, b->siren) ||
            (coded && !str_eq(b->postal_code, s->seek.postal_code)))
            continue;
        TRY(found_row(cx, s, b, false, &v->rest.item[v->rest.count++]));
    }
    v->shows_rest = v->rest.count > 0;
    if (!coded && list.count > REST_ROWS)
        v->rest_next = url_with(cx->arena, here(cx, s, s->by_town), "apres",
                                siren_str(cx->arena, list.item[REST_ROWS - 1].siren));
    return OK;
}

/* ---- by the kind of what was typed ---- */

static enum err
search_words(struct ctx *cx, const struct search *s, struct search_view *v)
{
    struct company_brief_list known;
    struct desk_found found;

    TRY(desk_find(cx, &s->seek, &found));
    TRY(briefs_sorted(cx, found.siren, found.count, s->by_town, &known));
    if (s->after == 0)
        TRY(show_known(cx, s, &known, v));
    if (found.more && s->after == 0)
        v->narrow = str_printf(cx->arena, "Plus de %d entreprises correspondent\u00a0: ajoutez un "
                                          "mot, une ville ou un code postal.", DESK_FOUND_MAX);
    if (s->page == 1)
        TRY(show_rest(cx, s, &known, v));
    return OK;
}

/* The companies that an address leads to, of those the organiser has dealt with; an address that
 * leads to others' only is answered as an unknown one. */
static enum err
search_email(struct ctx *cx, const struct search *s, struct search_view *v, struct url *only)
{
    struct company_brief_list known;
    int64_t siren[DESK_FOUND_MAX];
    struct db_rows rows;
    struct account a;
    size_t count = 0;
    bool dealt;
    enum err e = account_by_email(cx, s->seek.email, &a);

    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    TRY(db_run(cx, SQL_DESK_ACCOUNT_COMPANIES, &rows, db_int(a.id)));
    for (size_t r = 0; r < rows.count && count < DESK_FOUND_MAX; r++) {
        TRY(desk_dealt(cx, row_int(&rows, r, 0), &dealt));
        if (dealt)
            siren[count++] = row_int(&rows, r, 0);
    }
    if (count == 1)
        *only = company_url(cx, s, siren[0]);
    TRY(briefs_sorted(cx, siren, count, s->by_town, &known));
    return show_known(cx, s, &known, v);
}

/* In words: what it was taken for. */
static enum seek_kind
kind_of(const struct seek *s)
{
    return s->email.len > 0 ? SEEK_EMAIL
           : s->siret != 0  ? SEEK_SIRET
           : s->siren != 0  ? SEEK_SIREN
           : s->fault.len > 0 ? SEEK_WRONG
           : s->words > 0     ? SEEK_WORDS
                              : SEEK_NOTHING;
}

static bool
has_digit(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] >= '0' && s.ptr[i] <= '9')
            return true;
    return false;
}

/* "Compris comme la référence d’une commande ou des mots du nom." Few references are letters only,
 * and many words are ten letters long. */
static struct str
understood_text(struct arena *a, const struct search *search)
{
    const struct seek *s = &search->seek;
    enum seek_kind kind = kind_of(s), also[] = {SEEK_ORDER, SEEK_INVOICE, SEEK_PARCEL};
    const struct str named[] = {s->ref, s->invoice, s->parcel};
    struct str text = STR("");

    if (kind == SEEK_NOTHING)
        return STR("Écrivez au moins deux lettres, ou un numéro.");
    if (kind == SEEK_WRONG)
        return STR_NONE;
    for (size_t i = 0; i < 3; i++)
        if (named[i].len > 0 && has_digit(search->typed))
            text = str_printf(a, "%.*s%s ou ", STR_FMT(text), seek_kind_text(also[i]));
    return str_printf(a, "Compris comme %.*s%s.", STR_FMT(text), seek_kind_text(kind));
}

static enum err
search_run(struct ctx *cx, const struct search *s, struct search_view *v, struct url *open)
{
    enum seek_kind kind = kind_of(&s->seek);
    struct freshness fresh;

    TRY(exact_hit(cx, s, open));
    if (open->s.len > 0)
        return OK;
    if (kind == SEEK_WORDS)
        TRY(search_words(cx, s, v));
    if (kind == SEEK_EMAIL && (cx->actor.rights & SEES_PEOPLE) == 0)
        v->notice = (struct notice){TONE_INFO, STR("Recherche par adresse e-mail"),
                                    STR("Vos rôles ne permettent pas de chercher une personne par "
                                        "son adresse.")};
    else if (kind == SEEK_EMAIL)
        TRY(search_email(cx, s, v, open));
    if (kind == SEEK_WRONG)
        v->notice = (struct notice){TONE_WARN, STR("Vérifiez ce qui est saisi"), s->seek.fault};
    if (kind == SEEK_SIREN || kind == SEEK_SIRET) {
        TRY(registry_freshness(cx, &fresh));
        v->notice = (struct notice){
            TONE_WARN, STR("Ce numéro n’est pas au registre"),
            fresh.imported_ms == 0
                ? STR("Le registre n’a pas encore été importé.")
                : str_printf(cx->arena, "Le numéro est bien formé. Le registre a été importé le "
                                        "%s\u00a0: une entreprise plus récente n’y est pas "
                                        "encore.",
                             fmt_date(fresh.imported_ms, ZONE_PARIS).z)};
    }
    return OK;
}

static void
show_empty(const struct search *s, struct search_view *v)
{
    if (!v->searched && s->by_phone) {
        v->empty = (struct empty_state){STR("Cherchez l’entreprise qui appelle"),
                                        STR("Faites-vous dicter le numéro SIRET ou SIREN\u00a0: il "
                                            "ouvre ce qu’elle peut commander. À défaut, son nom, "
                                            "et la ville ou le code postal."),
                                        (struct url){STR_NONE}, STR_NONE};
        return;
    }
    v->empty = v->searched
                   ? (struct empty_state){STR("Rien ne correspond"),
                                          STR("Vérifiez l’orthographe, essayez un seul mot du nom, "
                                              "ou le numéro SIRET. Les entreprises du registre "
                                              "sont cherchées par le début de leur nom."),
                                          (struct url){STR_NONE}, STR_NONE}
                   : (struct empty_state){STR("Cherchez une entreprise ou une commande"),
                                          STR("Un numéro ouvre directement sa page\u00a0: SIREN, "
                                              "SIRET, commande, facture, colis. Une adresse e-mail "
                                              "ouvre l’entreprise. Des mots cherchent dans les "
                                              "noms et les villes."),
                                          URL("console/commandes"), STR("Voir les commandes")};
}

static enum err
search_page(struct ctx *cx, struct req *req, bool by_phone)
{
    struct search_view v = {.pager = {.total = -1}, .by_phone = by_phone};
    struct search s = {.by_phone = by_phone,
                       .place = by_phone ? URL("console/telephone") : URL("console/recherche")};
    struct str sort;
    struct url open = {STR_NONE};

    TRY(req_query_str(req, "q", SEEK_TYPED_MAX, STR_NONE, &s.typed));
    TRY(req_query_str(req, "tri", 10, STR_NONE, &sort));
    TRY(req_query_int(req, "page", 1, DESK_FOUND_MAX / PAGE_ROWS, 1, &s.page));
    TRY(req_query_int(req, "apres", 1, 999999999, 0, &s.after));
    s.typed = str_trim(s.typed);
    s.by_town = str_is(sort, "ville");
    s.seek = seek_read(cx->arena, s.typed);
    v.searched = s.typed.len > 0;
    TRY(search_run(cx, &s, &v, &open));
    if (open.s.len > 0)
        return res_redirect(cx, req, open);
    TRY(console_page(cx, req, by_phone ? STR("Commande par téléphone") : STR("Recherche"),
                     &v.page));
    page_crumb(cx, &v.page, by_phone ? STR("Téléphone") : STR("Recherche"),
               (struct url){STR_NONE});
    v.box = (struct search_box){
        .action = s.place, .value = s.typed, .clear = s.place,
        .label = by_phone ? STR("SIREN, SIRET ou nom de l’entreprise qui appelle")
                          : STR("SIREN, SIRET, commande, facture, colis, e-mail, nom ou ville")};
    if (v.searched)
        v.understood = understood_text(cx->arena, &s);
    show_empty(&s, &v);
    desk_search_html(&req->out, &v);
    return res_html(req, 200);
}

/* GET /console/recherche?q=&tri=&page=&apres= */
enum err
desk_search_page(struct ctx *cx, struct req *req)
{
    return search_page(cx, req, false);
}

/* GET /console/telephone?q=&tri=&page=&apres= - which company calls. */
enum err
phone_start_page(struct ctx *cx, struct req *req)
{
    return search_page(cx, req, true);
}
