/* SPDX-License-Identifier: Apache-2.0 */
/*
 * complaint_web.c - complaints as the buyer writes them and as the organiser decides them.
 */
#include "care_tmpl.h"
#include "delivery/care_view.h"
#include "delivery/web.h"

#define HERE "console/reclamations"

static enum tone
state_tone(enum complaint_state s)
{
    return s == COMPLAINT_ACCEPTED   ? TONE_GOOD
           : s == COMPLAINT_REFUSED  ? TONE_BAD
           : s == COMPLAINT_ANSWERED ? TONE_INFO
                                     : TONE_WARN;
}

static enum err
show_thread(struct ctx *cx, const struct complaint *c, bool staff, struct complaint_shown *out)
{
    struct complaint_message_list messages;
    struct complaint_photo_list photos;

    TRY(complaint_messages(cx, c->id, &messages));
    TRY(complaint_photos(cx, c->id, &photos));
    *out = (struct complaint_shown){.title = str_of(complaint_kind_label(c->kind)),
                                    .state = str_of(complaint_state_label(c->state)),
                                    .tone = state_tone(c->state), .at_ms = c->changed_ms};
    out->said.item = ARENA_ARRAY(cx->arena, messages.count + 1, struct said);
    out->said.count = messages.count;
    for (size_t i = 0; i < messages.count; i++)
        out->said.item[i] = (struct said){messages.item[i].of_buyer ? STR("L’acheteur")
                                                                    : STR("L’organisateur"),
                                          messages.item[i].text.len > 0
                                              ? messages.item[i].text
                                              : STR("Texte effacé."),
                                          messages.item[i].at_ms};
    out->photos.item = ARENA_ARRAY(cx->arena, photos.count + 1, struct photo_shown);
    out->photos.count = photos.count;
    for (size_t i = 0; i < photos.count; i++)
        out->photos.item[i] = (struct photo_shown){
            staff ? url_path(cx->arena, "/" HERE "/photos/%lld", (long long)photos.item[i].id)
                  : url_path(cx->arena, "/reclamations/photos/%lld",
                             (long long)photos.item[i].id),
            (int)i + 1, photos.item[i].width, photos.item[i].height};
    return OK;
}

/* ---- the buyer ---- */

static enum err
order_here(struct ctx *cx, struct req *req, struct order *out)
{
    struct str ref;

    TRY(req_path_str(req, "ref", ORDER_REF_LEN, &ref));
    return order_by_ref(cx, cx->actor.siren, str_upper(cx->arena, ref), out);
}

static struct url
buyer_url(struct ctx *cx, const struct order *o)
{
    return url_path(cx->arena, "/commandes/%s/reclamation", str_z(cx->arena, o->ref));
}

static bool
may_reply(const struct complaint *c)
{
    return c->state == COMPLAINT_OPEN || c->state == COMPLAINT_ANSWERED ||
           (c->state == COMPLAINT_REFUSED && !c->reopened);
}

static void
show_open_form(struct ctx *cx, const struct form *f, struct complaint_buyer_view *v)
{
    v->kind = form_field(f, "kind", STR("Que s’est-il passé\u00a0?"), STR_NONE, STR_NONE);
    v->kind.required = true;
    v->photos = form_field(f, "photos", STR("Photos"),
                           STR("3 au plus, JPEG, PNG ou WebP, 5\u00a0Mo chacune. Le lieu et "
                               "l’appareil inscrits dans la photo sont effacés."), STR_NONE);
    v->kinds.item = ARENA_ARRAY(cx->arena, COMPLAINT_WRONG, struct choice);
    for (int k = COMPLAINT_MISSING; k <= COMPLAINT_WRONG; k++) {
        struct str code = care_number(cx->arena, k);
        v->kinds.item[v->kinds.count++] = (struct choice){
            .value = code, .label = str_of(complaint_kind_label((enum complaint_kind)k)),
            .checked = str_eq(code, v->kind.value)};
    }
}

static enum err
show_buyer(struct ctx *cx, struct req *req, const struct form *f, const struct order *o,
           int status)
{
    struct complaint_buyer_view v = {.errors = form_errors(f), .ref = o->ref};
    struct complaint_list list;

    TRY(complaint_of_order(cx, o->id, &list));
    v.page = page_begin(cx, req, STR("Réclamation"));
    v.page.has_error = form_failed(f);
    v.back = url_path(cx->arena, "/commandes/%s", str_z(cx->arena, o->ref));
    page_crumb(cx, &v.page, STR("Mes commandes"), URL("commandes"));
    page_crumb(cx, &v.page, o->ref, v.back);
    page_crumb(cx, &v.page, STR("Réclamation"), (struct url){STR_NONE});
    v.open = buyer_url(cx, o);
    v.reply = url_path(cx->arena, "/commandes/%s/reclamation/reponse", str_z(cx->arena, o->ref));
    v.complaints.item = ARENA_ARRAY(cx->arena, list.count + 1, struct complaint_shown);
    v.complaints.count = list.count;
    for (size_t i = 0; i < list.count; i++)
        TRY(show_thread(cx, &list.item[i], false, &v.complaints.item[i]));
    const struct complaint *last = list.count > 0 ? &list.item[list.count - 1] : NULL;
    v.may_reply = last != NULL && may_reply(last);
    v.may_contest = v.may_reply && last->state == COMPLAINT_REFUSED;
    v.may_open = !v.may_reply && complaint_possible(o) && list.count < COMPLAINTS_PER_ORDER;
    v.closed = complaint_possible(o)
                   ? STR("Cette commande a déjà reçu plusieurs réclamations\u00a0: écrivez à "
                         "l’organisateur.")
                   : STR("Une réclamation s’ouvre une fois la commande remise au transporteur.");
    v.text = form_field(f, "text", v.may_reply ? STR("Votre message") : STR("Racontez"),
                        STR("Ce qui manque ou ce qui est abîmé, et depuis quand."), STR_NONE);
    v.text.required = true;
    show_open_form(cx, f, &v);
    complaint_buyer_html(&req->out, &v);
    return res_html(req, status);
}

/* GET /commandes/{ref}/reclamation */
enum err
complaint_buyer_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct order o;

    TRY(order_here(cx, req, &o));
    return show_buyer(cx, req, &f, &o, 200);
}

static int
read_photos(struct form *f, struct photo photos[COMPLAINT_PHOTOS])
{
    int count = 0;

    for (size_t i = 0; i < f->req->files.count; i++) {
        const struct form_file *file = &f->req->files.item[i];
        if (!str_is(file->field, "photos"))
            continue;
        if (count == COMPLAINT_PHOTOS) {
            form_error(f, "photos", "Envoyez 3 photos au plus.");
            return 0;
        }
        enum err e = photo_read(f->cx->arena, file->body, &photos[count]);
        if (e == ERR_LIMIT)
            form_error(f, "photos", "La photo %zu dépasse 5\u00a0Mo ou 60 millions de points. "
                                    "Réduisez-la.", i + 1);
        else if (e != OK)
            form_error(f, "photos", "Le fichier %zu n’est pas une photo JPEG, PNG ou WebP "
                                    "entière.", i + 1);
        else
            count++;
    }
    return count;
}

/* POST /commandes/{ref}/reclamation */
enum err
complaint_open_form(struct ctx *cx, struct req *req)
{
    static const char *const kinds[] = {"1", "2", "3", "4", NULL};
    struct form f = form_begin(cx, req);
    struct photo photos[COMPLAINT_PHOTOS];
    struct order o;

    TRY(order_here(cx, req, &o));
    struct str kind = form_choice(&f, "kind", "Que s’est-il passé\u00a0?", kinds);
    struct str text = form_long_text(&f, "text", "Racontez", COMPLAINT_TEXT_MIN,
                                     COMPLAINT_TEXT_MAX);
    int count = read_photos(&f, photos);
    if (form_failed(&f))
        return show_buyer(cx, req, &f, &o, 422);
    enum err e = complaint_open(cx, &o, (enum complaint_kind)(kind.ptr[0] - '0'), text, photos,
                                count);
    if (e == ERR_CONFLICT)
        return res_redirect_notice(cx, req, buyer_url(cx, &o),
                                   STR("Une réclamation est déjà en cours pour cette commande."));
    TRY(e);
    return res_redirect_notice(cx, req, buyer_url(cx, &o),
                               STR("Votre réclamation est envoyée. Vous recevrez un message."));
}

/* POST /commandes/{ref}/reclamation/reponse */
enum err
complaint_reply_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct complaint_list list;
    struct order o;

    TRY(order_here(cx, req, &o));
    TRY(complaint_of_order(cx, o.id, &list));
    if (list.count == 0)
        return ERR_NOT_FOUND;
    struct str text = form_long_text(&f, "text", "Votre message", COMPLAINT_TEXT_MIN,
                                     COMPLAINT_TEXT_MAX);
    if (form_failed(&f))
        return show_buyer(cx, req, &f, &o, 422);
    enum err e = complaint_reply(cx, &list.item[list.count - 1], text);
    if (e == ERR_CONFLICT)
        return res_redirect_notice(cx, req, buyer_url(cx, &o),
                                   STR("Cette réclamation est close."));
    TRY(e);
    return res_redirect_notice(cx, req, buyer_url(cx, &o), STR("Votre message est envoyé."));
}

/* Bytes that a buyer sent: shown as the picture they were found to be, and never as a page. */
static enum err
send_photo(struct ctx *cx, struct req *req, const struct db_rows *rows)
{
    if (rows->count == 0)
        return ERR_NOT_FOUND;
    struct str type = row_str(rows, 0, 0);
    buf_str(&req->out, row_str(rows, 0, 1));
    res_header(cx, req, "Cache-Control", STR("private, no-store"));
    return res_body(req, 200, str_is(type, "image/png")    ? "image/png"
                              : str_is(type, "image/webp") ? "image/webp"
                                                           : "image/jpeg");
}

/* GET /reclamations/photos/{id} */
enum err
complaint_photo_get(struct ctx *cx, struct req *req)
{
    struct db_rows rows;
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    TRY(db_run(cx, SQL_COMPLAINT_PHOTO_OF_COMPANY, &rows, db_int(id), db_int(cx->actor.siren)));
    return send_photo(cx, req, &rows);
}

/* GET /console/reclamations/photos/{id} */
enum err
complaint_staff_photo_get(struct ctx *cx, struct req *req)
{
    struct db_rows rows;
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    TRY(db_run(cx, SQL_COMPLAINT_PHOTO_OF_ORGANISER, &rows, db_int(id),
               db_int(cx->actor.organiser_id)));
    return send_photo(cx, req, &rows);
}

/* ---- the organiser ---- */

static enum err
show_states(struct ctx *cx, int64_t state, struct care_list_view *v)
{
    int64_t counts[COMPLAINT_REFUSED + 1];

    TRY(complaint_counts(cx, counts));
    v->nav = STR("État des réclamations");
    v->lead = counts[COMPLAINT_OPEN] == 0
                  ? STR("Aucune réclamation n’attend de réponse.")
                  : str_printf(cx->arena, "%s une réponse.",
                               fmt_plural(counts[COMPLAINT_OPEN], "réclamation attend",
                                          "réclamations attendent").z);
    v->kinds.item = ARENA_ARRAY(cx->arena, COMPLAINT_REFUSED, struct link);
    for (int s = COMPLAINT_OPEN; s <= COMPLAINT_REFUSED; s++)
        v->kinds.item[v->kinds.count++] = (struct link){
            .url = url_with(cx->arena, URL(HERE), "etat", care_number(cx->arena, s)),
            .label = str_printf(cx->arena, "%s (%s)",
                                complaint_state_label((enum complaint_state)s),
                                fmt_int(counts[s]).z),
            .is_current = s == state};
    return OK;
}

/* GET /console/reclamations?etat=S&apres=MS&cas=ID */
enum err
complaint_queue_page(struct ctx *cx, struct req *req)
{
    static const char *const heads[] = {"Réclamation", "Ce qui s’est passé", "Commande",
                                        "Entreprise", "Depuis", NULL};
    struct care_list_view v = {0};
    struct complaint_list list;
    int64_t state, after_ms, after_id;

    TRY(req_query_int(req, "etat", COMPLAINT_OPEN, COMPLAINT_REFUSED, COMPLAINT_OPEN, &state));
    TRY(req_query_int(req, "apres", 0, INT64_MAX, 0, &after_ms));
    TRY(req_query_int(req, "cas", 0, INT64_MAX, 0, &after_id));
    TRY(console_page(cx, req, STR("Réclamations"), &v.page));
    page_crumb(cx, &v.page, STR("Réclamations"), (struct url){STR_NONE});
    TRY(show_states(cx, state, &v));
    TRY(complaint_queue(cx, (enum complaint_state)state, after_ms, after_id, &list));
    size_t count = list.count > COMPLAINT_PAGE ? COMPLAINT_PAGE : list.count;
    v.table = web_table(cx, "reclamations", STR("Réclamations, la plus ancienne d’abord"), heads);
    v.table.stacked = true;
    v.rows.item = ARENA_ARRAY(cx->arena, count + 1, struct care_row);
    v.rows.count = count;
    for (size_t i = 0; i < count; i++) {
        const struct complaint *c = &list.item[i];
        v.rows.item[i] = (struct care_row){
            url_path(cx->arena, "/" HERE "/%lld", (long long)c->id),
            str_printf(cx->arena, "Réclamation %lld", (long long)c->id),
            str_of(complaint_kind_label(c->kind)), c->order_ref,
            care_siren(cx->arena, c->siren), state_tone(c->state), c->changed_ms};
    }
    struct url here = url_with(cx->arena, URL(HERE), "etat", care_number(cx->arena, state));
    v.pager.total = -1;
    if (after_ms != 0)
        v.pager.previous = here;
    if (list.count > COMPLAINT_PAGE)
        v.pager.next = url_with(
            cx->arena,
            url_with(cx->arena, here, "apres",
                     care_number(cx->arena, list.item[COMPLAINT_PAGE - 1].changed_ms)),
            "cas", care_number(cx->arena, list.item[COMPLAINT_PAGE - 1].id));
    v.empty = (struct empty_state){STR("Aucune réclamation dans cet état"),
                                   STR("Les acheteurs en ouvrent depuis la page de leur "
                                       "commande."), (struct url){STR_NONE}, STR_NONE};
    care_list_html(&req->out, &v);
    return res_html(req, 200);
}

static const struct {
    const char *code, *label, *hint;
    enum complaint_state to;
    enum complaint_outcome outcome;
} choices[] = {
    {"repondre", "Répondre ou demander une précision", "La réclamation reste ouverte.",
     COMPLAINT_ANSWERED, GRANT_NONE},
    {"renvoyer", "Accepter\u00a0: renvoyer le colis choisi", "Hors quota, sans frais.",
     COMPLAINT_ACCEPTED, GRANT_AGAIN},
    {"rembourser", "Accepter\u00a0: rembourser le colis choisi", "", COMPLAINT_ACCEPTED,
     GRANT_REFUND},
    {"partie", "Accepter\u00a0: rembourser des lots", "Choisissez le produit et le nombre de lots.",
     COMPLAINT_ACCEPTED, GRANT_PART},
    {"refuser", "Refuser", "L’acheteur peut contester une fois.", COMPLAINT_REFUSED, GRANT_NONE},
};
enum { CHOICES = sizeof choices / sizeof choices[0] };

struct showing {
    struct req *req;
    struct form *f;
    int64_t id;
    int status;
};

static bool
may_act(const struct ctx *cx)
{
    return (cx->actor.rights & (RIGHT_STOCK | RIGHT_ADMIN | RIGHT_AGENT)) != 0;
}

static enum err
show_choices(struct ctx *cx, const struct form *f, const struct order *o,
             struct complaint_case_view *v)
{
    struct parcel_list parcels;

    v->decision = form_field(f, "decision", STR("Décision"), STR_NONE, STR_NONE);
    v->decision.required = true;
    v->decisions.item = ARENA_ARRAY(cx->arena, CHOICES, struct choice);
    for (int i = 0; i < CHOICES; i++)
        v->decisions.item[v->decisions.count++] = (struct choice){
            str_of(choices[i].code), str_of(choices[i].label), str_of(choices[i].hint),
            str_is(v->decision.value, choices[i].code)};
    v->parcel = form_field(f, "parcel", STR("Colis à renvoyer ou à rembourser"), STR_NONE,
                           STR_NONE);
    TRY(parcel_of_order(cx, o->id, &parcels));
    v->parcels.item = ARENA_ARRAY(cx->arena, parcels.count + 1, struct choice);
    for (size_t i = 0; i < parcels.count; i++) {
        const struct parcel *p = &parcels.item[i];
        struct str id = care_number(cx->arena, p->id);
        v->parcels.item[v->parcels.count++] = (struct choice){
            .value = id, .label = str_printf(cx->arena, "%.*s, %s", STR_FMT(p->number),
                                             parcel_state_label(p->state)),
            .checked = str_eq(id, v->parcel.value)};
    }
    v->line = form_field(f, "line", STR("Produit"), STR_NONE, STR_NONE);
    v->lines.item = ARENA_ARRAY(cx->arena, ORDER_LINES_MAX, struct choice);
    for (int i = 0; i < o->line_count; i++) {
        struct str n = care_number(cx->arena, i);
        v->lines.item[v->lines.count++] = (struct choice){
            .value = n, .label = str_printf(cx->arena, "%.*s × %s", STR_FMT(o->line[i].pack_code),
                                            fmt_int(o->line[i].packs).z),
            .checked = str_eq(n, v->line.value)};
    }
    v->packs = form_field(f, "packs", STR("Lots à rembourser"), STR_NONE, STR_NONE);
    v->packs.inputmode = "numeric";
    v->text = form_field(f, "text", STR("Message à l’acheteur"),
                         STR("Ce qui a été vérifié, et ce qui va se passer."), STR_NONE);
    v->text.required = true;
    return OK;
}

static enum err
show_case(struct ctx *cx, void *arg)
{
    const struct showing *s = arg;
    struct complaint_case_view v = {.errors = form_errors(s->f)};
    struct complaint c;
    struct order o;

    TRY(complaint_find(cx, s->id, &c));
    TRY(order_by_id(cx, c.order_id, &o));
    TRY(console_page(cx, s->req, str_printf(cx->arena, "Réclamation %lld", (long long)c.id),
                     &v.page));
    v.page.has_error = form_failed(s->f);
    page_crumb(cx, &v.page, STR("Réclamations"), URL(HERE));
    page_crumb(cx, &v.page, v.page.title, (struct url){STR_NONE});
    v.facts.item = ARENA_ARRAY(cx->arena, 8, struct summary_row);
    web_fact(&v.facts, "Commande", o.ref);
    web_fact(&v.facts, "État de la commande", str_of(order_state_name(o.state)));
    web_fact(&v.facts, "Entreprise", care_siren(cx->arena, c.siren));
    web_fact(&v.facts, "Destinataire", o.address.company);
    web_fact(&v.facts, "Déjà contestée", c.reopened ? STR("Oui") : STR("Non"));
    TRY(show_thread(cx, &c, true, &v.complaint));
    v.may_act = may_act(cx) && (c.state == COMPLAINT_OPEN || c.state == COMPLAINT_ANSWERED);
    v.action = url_path(cx->arena, "/" HERE "/%lld", (long long)c.id);
    TRY(show_choices(cx, s->f, &o, &v));
    complaint_case_html(&s->req->out, &v);
    return res_html(s->req, s->status);
}

/* GET /console/reclamations/{id} */
enum err
complaint_case_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct showing s = {.req = req, .f = &f, .status = 200};

    TRY(req_path_int(req, "id", &s.id));
    return show_case(cx, &s);
}

struct deciding {
    int64_t id;
    struct complaint_decision d;
    struct str why;
};

static enum err
decide_unit(struct ctx *cx, void *arg)
{
    struct deciding *d = arg;
    struct complaint c;

    TRY(complaint_find(cx, d->id, &c));
    return complaint_decide(cx, &c, &d->d, &d->why);
}

/* POST /console/reclamations/{id} */
enum err
complaint_case_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct showing s = {.req = req, .f = &f, .status = 422};
    struct str typed = req_form(req, "decision");
    struct deciding d = {0};

    TRY(req_path_int(req, "id", &d.id));
    s.id = d.id;
    for (int i = 0; i < CHOICES; i++)
        if (str_is(typed, choices[i].code)) {
            d.d.to = choices[i].to;
            d.d.outcome = choices[i].outcome;
        }
    if (d.d.to == 0)
        form_error(&f, "decision", "Choisissez une réponse ou une décision.");
    if (d.d.outcome == GRANT_AGAIN || d.d.outcome == GRANT_REFUND)
        d.d.parcel_id = form_int(&f, "parcel", "Colis", 1, INT64_MAX);
    if (d.d.outcome == GRANT_PART) {
        d.d.line = (int)form_int(&f, "line", "Produit", 0, ORDER_LINES_MAX - 1);
        d.d.packs = form_int(&f, "packs", "Lots à rembourser", 1, ORDER_PACKS_MAX);
    }
    d.d.text = form_long_text(&f, "text", "Message à l’acheteur", COMPLAINT_TEXT_MIN,
                              TROUBLE_REASON_MAX);
    if (form_failed(&f))
        return db_read(cx, show_case, &s);
    enum err e = db_write(cx, decide_unit, &d);
    if (e == ERR_CONFLICT && d.why.len > 0) {
        form_error(&f, "decision", "%.*s", STR_FMT(d.why));
        s.status = 409;
        return db_read(cx, show_case, &s);
    }
    TRY(e);
    return res_redirect_notice(cx, req, URL(HERE), STR("C’est envoyé à l’acheteur."));
}
