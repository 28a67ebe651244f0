/* SPDX-License-Identifier: Apache-2.0 */
/*
 * complaint_web.c - complaints as their buyer reads and writes them; photos for both sides.
 */
#include "care/care_view.h"
#include "care_tmpl.h"

enum tone
complaint_tone(enum complaint_state s)
{
    return s == COMPLAINT_ACCEPTED   ? TONE_GOOD
           : s == COMPLAINT_REFUSED  ? TONE_BAD
           : s == COMPLAINT_ANSWERED ? TONE_INFO
                                     : TONE_WARN;
}

/* What the buyer may expect now. */
static struct str
next_text(const struct complaint *c)
{
    static const char *const grants[] = {
        "", "Acceptée\u00a0: le colis vous est renvoyé, sans frais.",
        "Acceptée\u00a0: ce que contenait le colis vous est remboursé sur la carte utilisée.",
        "Acceptée\u00a0: les lots en cause vous sont remboursés sur la carte utilisée."};

    switch (c->state) {
    case COMPLAINT_OPEN:
        return STR("Une personne examine votre réclamation et vous écrira.");
    case COMPLAINT_ANSWERED:
        return STR("Nous vous avons répondu. Écrivez-nous ci-dessous s’il le faut.");
    case COMPLAINT_ACCEPTED:
        return str_of(grants[c->outcome]);
    case COMPLAINT_REFUSED:
        break;
    }
    return c->reopened ? STR("Refusée après avoir été contestée. Cette décision est définitive.")
                       : STR("Refusée. Vous pouvez contester une fois.");
}

static void
photos_of(struct ctx *cx, const struct complaint_photo_list *all, int64_t message_id, bool first,
          bool staff, struct said *out)
{
    out->photos.item = ARENA_ARRAY(cx->arena, all->count + 1, struct photo_shown);
    for (size_t i = 0; i < all->count; i++) {
        const struct complaint_photo *p = &all->item[i];
        if (p->message_id != message_id && !(p->message_id == 0 && first))
            continue;
        out->photos.item[out->photos.count] = (struct photo_shown){
            staff ? url_path(cx->arena, "/console/reclamations/photos/%lld", (long long)p->id)
                  : url_path(cx->arena, "/reclamations/photos/%lld", (long long)p->id),
            (int)out->photos.count + 1, p->width, p->height};
        out->photos.count++;
    }
    out->photos_words = str_printf(cx->arena, "%s", fmt_plural((int64_t)out->photos.count,
                                                               "photo", "photos").z);
}

enum err
complaint_thread_show(struct ctx *cx, const struct complaint *c, const struct order *o, bool staff,
                      struct complaint_shown *out)
{
    struct complaint_message_list messages;
    struct complaint_photo_list photos;
    struct campaign campaign;

    TRY(complaint_messages(cx, c->id, &messages));
    TRY(complaint_photos(cx, c->id, &photos));
    TRY(campaign_by_id(cx, o->campaign_id, &campaign));
    *out = (struct complaint_shown){.title = str_of(complaint_kind_label(c->kind)),
                                    .state = str_of(complaint_state_label(c->state)),
                                    .next = next_text(c),
                                    .tone = complaint_tone(c->state),
                                    .at_ms = c->changed_ms,
                                    .zone = staff ? ZONE_PARIS : territory_zone(o->territory),
                                    .opens_photos = staff};
    struct str buyer = staff ? o->address.company : STR("Vous");
    out->said.item = ARENA_ARRAY(cx->arena, messages.count + 1, struct said);
    out->said.count = messages.count;
    for (size_t i = 0; i < messages.count; i++) {
        const struct complaint_message *m = &messages.item[i];
        out->said.item[i] = (struct said){.who = m->of_buyer ? buyer
                                                             : campaign.policy->organiser,
                                          .text = m->text.len > 0 ? m->text
                                                                  : STR("Texte effacé."),
                                          .at_ms = m->at_ms, .is_mine = m->of_buyer != staff};
        photos_of(cx, &photos, m->id, i == 0, staff, &out->said.item[i]);
    }
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

/* What may be written, and where it goes. */
static enum err
show_writing(struct ctx *cx, const struct form *f, const struct order *o,
             const struct complaint_list *list, struct complaint_buyer_view *v)
{
    const struct complaint *last = list->count > 0 ? &list->item[list->count - 1] : NULL;
    bool possible;

    TRY(complaint_possible(cx, o, &possible));
    v->may_reply = last != NULL && may_reply(last);
    v->may_contest = v->may_reply && last->state == COMPLAINT_REFUSED;
    v->may_open = !v->may_reply && possible && list->count < COMPLAINTS_PER_ORDER;
    v->closed = possible ? STR("Cette commande a déjà reçu plusieurs réclamations, toutes "
                               "décidées. On ne peut plus en ouvrir d’autre.")
                         : STR("Une réclamation s’ouvre une fois la commande remise au "
                               "transporteur.");
    v->text = form_field(f, "text", v->may_reply ? STR("Votre message") : STR("Racontez"),
                         v->may_contest ? STR("Ce qui n’a pas été pris en compte.")
                                        : STR("Ce qui manque ou ce qui est abîmé, et depuis "
                                              "quand."),
                         STR_NONE);
    v->text.required = true;
    show_open_form(cx, f, v);
    return OK;
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
        TRY(complaint_thread_show(cx, &list.item[i], o, false, &v.complaints.item[i]));
    TRY(show_writing(cx, f, o, &list, &v));
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
            form_error(f, "photos", "La photo %d dépasse 5\u00a0Mo ou 60 millions de points. "
                                    "Réduisez-la.", count + 1);
        else if (e != OK)
            form_error(f, "photos", "Le fichier %d n’est pas une photo JPEG, PNG ou WebP "
                                    "entière.", count + 1);
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
    struct str kind = form_choice(&f, "kind", "Ce qui s’est passé", kinds);
    struct str text = form_long_text(&f, "text", "Racontez", COMPLAINT_TEXT_MIN,
                                     COMPLAINT_TEXT_MAX);
    int count = read_photos(&f, photos);
    if (form_failed(&f))
        return show_buyer(cx, req, &f, &o, 422);
    enum err e = complaint_open(cx, &o, (enum complaint_kind)(kind.ptr[0] - '0'), text, photos,
                                count);
    if (e == ERR_CONFLICT)
        return res_redirect_failed(cx, req, buyer_url(cx, &o),
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
    struct photo photos[COMPLAINT_PHOTOS];
    struct complaint_list list;
    struct order o;

    TRY(order_here(cx, req, &o));
    TRY(complaint_of_order(cx, o.id, &list));
    if (list.count == 0)
        return ERR_NOT_FOUND;
    struct str text = form_long_text(&f, "text", "Votre message", COMPLAINT_TEXT_MIN,
                                     COMPLAINT_TEXT_MAX);
    int count = read_photos(&f, photos);
    if (form_failed(&f))
        return show_buyer(cx, req, &f, &o, 422);
    enum err e = complaint_reply(cx, &list.item[list.count - 1], text, photos, count);
    if (e == ERR_LIMIT) {
        form_error(&f, "photos", "Une réclamation porte 9 photos au plus. Envoyez votre message "
                                 "sans photo.");
        return show_buyer(cx, req, &f, &o, 422);
    }
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
