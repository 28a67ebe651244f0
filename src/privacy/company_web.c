/* SPDX-License-Identifier: Apache-2.0 */
/*
 * company_web.c - /console/entreprises/{siren}/donnees: what the organiser knows of a company, and
 * what its people ask for, entered as it came.
 */
#include <inttypes.h>

#include "base/clock.h"
#include "base/format.h"
#include "base/parse.h"
#include "desk/desk.h"
#include "http/route.h"
#include "mail/mail.h"
#include "privacy/privacy_view.h"
#include "privacy_tmpl.h"
#include "registry/registry.h"
#include "staff/staff.h"

enum { REASON_MIN = 10, REASON_MAX = 500, DAYS_BACK_MAX = 90 };

struct counts {
    int64_t orders, forgotten, complaints, people;
};

static enum err
counts_of(struct ctx *cx, int64_t siren, struct counts *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_PRIVACY_COMPANY_COUNTS, &rows, db_int(siren),
               db_int(cx->actor.organiser_id)));
    *out = (struct counts){row_int(&rows, 0, 0), row_int(&rows, 0, 1), row_int(&rows, 0, 2),
                           row_int(&rows, 0, 3)};
    return OK;
}

enum err
privacy_summary(struct ctx *cx, enum privacy_kind kind, int64_t siren, struct str *out)
{
    struct privacy_scope scope = {siren, cx->actor.organiser_id, 0};
    struct short_str number = fmt_siren(siren_str(cx->arena, siren));
    struct privacy_block_list blocks;
    struct counts n;

    TRY(counts_of(cx, siren, &n));
    if (kind == PRIVACY_COPY) {
        *out = str_printf(cx->arena,
                          "Remettre à la personne qui le demande une copie de ce que "
                          "l’organisateur sait de l’entreprise %s\u00a0: %s, factures, photos, "
                          "messages, personnes rattachées.",
                          number.z, fmt_plural(n.orders, "commande", "commandes").z);
        return OK;
    }
    TRY(privacy_blocks(cx, &scope, &blocks));
    *out = str_printf(cx->arena,
                      "Effacer ce que l’organisateur sait de l’entreprise %s\u00a0: %s (nom, "
                      "adresse, téléphone, réclamations, messages), et les comptes des personnes "
                      "qui n’agissent que pour elle. Les factures et le SIREN restent.%s",
                      number.z, fmt_plural(n.orders, "commande", "commandes").z,
                      blocks.count > 0 ? " L’effacement attendra la fin de ce qui est en cours."
                                       : "");
    return OK;
}

/* ---- the page ---- */

static enum err
company_of(struct ctx *cx, struct req *req, int64_t *siren, struct str *name)
{
    struct str text;
    struct company co = {0};
    bool dealt;

    TRY(req_path_str(req, "siren", 9, &text));
    if (siren_parse(text, siren) != NUMBER_OK)
        return ERR_NOT_FOUND;
    TRY(desk_dealt(cx, *siren, &dealt));
    if (!dealt)
        return ERR_NOT_FOUND;
    enum err e = registry_company(cx, *siren, &co);
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    *name = co.name.len > 0 && !co.partial
                ? co.name
                : str_printf(cx->arena, "Entreprise %s", fmt_siren(siren_str(cx->arena, *siren)).z);
    return OK;
}

static enum err
show_known(struct ctx *cx, int64_t siren, struct company_data_view *v)
{
    struct counts n;

    TRY(counts_of(cx, siren, &n));
    v->known.item = ARENA_ARRAY(cx->arena, 5, struct summary_row);
    privacy_fact(&v->known, "SIREN", v->number, STR_NONE);
    privacy_fact(&v->known, "Commandes chez vous", str_printf(cx->arena, "%s", fmt_int(n.orders).z),
                 n.forgotten == 0 ? STR_NONE
                                  : str_printf(cx->arena, "Dont %s",
                                               fmt_plural(n.forgotten, "déjà effacée",
                                                          "déjà effacées").z));
    privacy_fact(&v->known, "Réclamations", str_printf(cx->arena, "%s", fmt_int(n.complaints).z),
                 STR_NONE);
    privacy_fact(&v->known, "Personnes rattachées",
                 str_printf(cx->arena, "%s", fmt_int(n.people).z), STR_NONE);
    return OK;
}

static enum err
show_requests(struct ctx *cx, int64_t siren, struct company_data_view *v)
{
    static const char *const heads[] = {"Demande", "Reçue le", "Échéance", "État", NULL};
    struct privacy_request_list list;

    TRY(privacy_of_company(cx, siren, &list));
    privacy_rows_show(cx, &list, 50, &v->requests);
    v->has_requests = list.count > 0;
    v->table = privacy_table(cx, "demandes", STR("Demandes, la dernière d’abord"), heads);
    return OK;
}

static struct choice_list
choices(struct ctx *cx, const char *const *values, const char *const *labels,
        const char *const *hints, size_t count, struct str chosen)
{
    struct choice_list list = {ARENA_ARRAY(cx->arena, count, struct choice), count};

    for (size_t i = 0; i < count; i++)
        list.item[i] = (struct choice){.value = str_of(values[i]),
                                       .label = str_of(labels[i]),
                                       .hint = hints == NULL ? STR_NONE : str_of(hints[i]),
                                       .checked = str_is(chosen, values[i])};
    return list;
}

static const char *const kind_values[] = {"effacement", "copie", NULL};
static const char *const channel_values[] = {"mail", "courrier", "telephone", "personne", NULL};

static void
show_form(struct ctx *cx, const struct form *f, struct str address, struct company_data_view *v)
{
    static const char *const kinds[] = {"Effacer les données", "Remettre une copie des données"};
    static const char *const hints[] = {
        "Définitif. Attend la fin des commandes en cours, puis se fait de lui-même.",
        "Un fichier .zip, pour vous seul pendant 24\u00a0heures, à remettre à la personne."};
    static const char *const channels[] = {"Par e-mail", "Par courrier", "Par téléphone",
                                           "En personne"};

    v->kind = form_field(f, "sorte", STR("Ce qui est demandé"), STR_NONE, STR_NONE);
    v->kinds = choices(cx, kind_values, kinds, hints, 2, v->kind.value);
    v->channel = form_field(f, "voie", STR("Comment la demande est venue"), STR_NONE, STR_NONE);
    v->channels = choices(cx, channel_values, channels, NULL, 4, v->channel.value);
    v->received = form_field(f, "recue", STR("Reçue le"),
                             STR("La réponse est due un mois après."), STR_NONE);
    v->received.type = "date";
    v->reply = form_field(f, "adresse", STR("Adresse e-mail pour la réponse"),
                          STR("La personne y apprend que sa demande est reçue, puis faite. Elle "
                              "s’efface avec la demande."),
                          address);
    v->reply.type = "email";
    v->reason = form_field(f, "motif", STR("Motif et vérification de l’identité"),
                           STR("Par exemple\u00a0: lettre signée, rappel au numéro connu. Sans nom "
                               "ni coordonnées\u00a0: il reste au journal."),
                           STR_NONE);
    v->kind.required = v->channel.required = v->received.required = v->reason.required = true;
}

static enum err
show(struct ctx *cx, struct req *req, const struct form *f, int64_t siren, struct str name,
     int status)
{
    struct privacy_scope scope = {siren, cx->actor.organiser_id, 0};
    struct company_data_view v = {.errors = form_errors(f), .name = name};
    struct privacy_block_list blocks;
    struct str title = STR("Données personnelles");
    struct db_rows rows;

    v.number = str_printf(cx->arena, "%s", fmt_siren(siren_str(cx->arena, siren)).z);
    TRY(console_page(cx, req, str_printf(cx->arena, "Données de %.*s", STR_FMT(name)), &v.page));
    v.page.has_error = form_failed(f);
    if (console_may_open(cx, "/console/entreprises/{siren}"))
        v.company = url_path(cx->arena, "/console/entreprises/%s",
                             str_z(cx->arena, siren_str(cx->arena, siren)));
    page_crumb(cx, &v.page, title, URL("console/donnees"));
    page_crumb(cx, &v.page, name, (struct url){STR_NONE});
    TRY(show_known(cx, siren, &v));
    TRY(privacy_blocks(cx, &scope, &blocks));
    privacy_blocks_show(cx, &blocks, true, &v.blocks);
    v.elsewhere = privacy_elsewhere_text(cx, blocks.elsewhere);
    TRY(show_requests(cx, siren, &v));
    v.may_ask = (cx->actor.rights & (unsigned)ANSWERS_PEOPLE) != 0;
    v.action = url_path(cx->arena, "/console/entreprises/%s/donnees",
                        str_z(cx->arena, siren_str(cx->arena, siren)));
    TRY(db_run(cx, SQL_PRIVACY_COMPANY_ADDRESS, &rows, db_int(siren)));
    show_form(cx, f, rows.count > 0 ? row_str(&rows, 0, 0) : STR_NONE, &v);
    company_data_html(&req->out, &v);
    return res_html(req, status);
}

/* GET /console/entreprises/{siren}/donnees */
enum err
company_data_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str name;
    int64_t siren;

    TRY(company_of(cx, req, &siren, &name));
    return show(cx, req, &f, siren, name, 200);
}

/* ---- the form ---- */

static int64_t
form_received(struct form *f)
{
    int64_t today = privacy_today(f->cx->now_ms), day = 0;
    struct str typed = form_text(f, "recue", "Reçue le", 1, 10);
    struct civil c;

    if (form_error_of(f, "recue").len > 0)
        return 0;
    if (!civil_parse(typed, &c) || typed.len != 10) {
        form_error(f, "recue", "Indiquez un jour qui existe, par exemple 02/05/2020.");
        return 0;
    }
    day = civil_day(c.year, c.month, c.day);
    if (day > today)
        form_error(f, "recue", "Ce jour n’est pas encore venu.");
    else if (day < today - DAYS_BACK_MAX)
        form_error(f, "recue", "Ce jour est trop ancien\u00a0: %d jours en arrière au plus.",
                   DAYS_BACK_MAX);
    return day;
}

static struct privacy_wish
form_wish(struct form *f, int64_t siren)
{
    struct privacy_wish w = {.siren = siren, .channel = CHANNEL_MAIL};
    struct str kind = form_choice(f, "sorte", "Ce qui est demandé", kind_values);
    struct str channel = form_choice(f, "voie", "Comment la demande est venue", channel_values);

    w.kind = str_is(kind, "copie") ? PRIVACY_COPY : PRIVACY_ERASE;
    for (int i = 0; channel_values[i] != NULL; i++)
        if (str_is(channel, channel_values[i]))
            w.channel = (enum privacy_channel)(CHANNEL_MAIL + i);
    w.received_day = form_received(f);
    if (str_trim(req_form(f->req, "adresse")).len > 0)
        w.reply_to = form_email(f, "adresse", "Adresse e-mail pour la réponse");
    if (w.reply_to.len > 0 && !mail_address_valid(w.reply_to) &&
        form_error_of(f, "adresse").len == 0)
        form_error(f, "adresse", "Nous ne pouvons pas écrire à cette adresse. Vérifiez-la.");
    w.reason = form_long_text(f, "motif", "Motif", REASON_MIN, REASON_MAX);
    return w;
}

/* POST /console/entreprises/{siren}/donnees */
enum err
company_data_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct privacy_wish w;
    struct str name;
    int64_t siren, id;

    TRY(company_of(cx, req, &siren, &name));
    w = form_wish(&f, siren);
    if (form_failed(&f))
        return show(cx, req, &f, siren, name, 422);
    TRY(privacy_summary(cx, w.kind, siren, &w.summary));
    enum err e = privacy_ask(cx, &w, &id);
    if (e == ERR_CONFLICT) { /* Nothing was written. */
        form_error(&f, "sorte", "Une telle demande est déjà en cours pour cette entreprise.");
        return show(cx, req, &f, siren, name, 422);
    }
    TRY(e);
    return res_redirect_notice(cx, req, url_path(cx->arena, "/console/donnees/%" PRId64, id),
                               STR("La demande est enregistrée. Elle attend l’accord d’une "
                                   "deuxième personne."));
}
