/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order_form.c - the order's form in three steps. See order_form.h.
 *
 * The steps keep no state on the server: what earlier steps learnt travels in hidden fields and
 * is checked again, whole, at the end. So the back button, a second tab and a lost connection
 * lose nothing, and an abandoned form costs nothing.
 */
#include "order/order_form.h"

#include "account/caller.h"
#include "base/crypto.h"
#include "base/format.h"
#include "base/parse.h"
#include "order/order_web.h"
#include "order_tmpl.h"

enum { PERSON_MAX = 38, LINE_MAX = 38, INSTRUCTIONS_MAX = 200 };

static const char *const delivery_fields[] = {"company",     "person", "complement", "street",
                                              "special",     "postal_code", "city",  "phone",
                                              "instructions", "contactless", "other_address",
                                              "place_sure", "caller_name", "caller_email",
                                              "caller_phone"};

static char *
pack_field(struct ctx *cx, const struct policy_pack *pack)
{
    return str_z(cx->arena, str_printf(cx->arena, "packs_%.*s", STR_FMT(pack->code)));
}

/* Sets the establishment that receives, with what admission asks of it. *found is false when the
 * company has no such one, or it is closed. */
static enum err
take_site(struct ctx *cx, struct order_form *o, int64_t siret, bool *found)
{
    enum err e = ERR_NOT_FOUND;

    if (siret_siren(siret) == o->ask.siren)
        e = order_facts(cx, siret, &o->facts, &o->company, &o->site);
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    *found = e == OK && o->site.active;
    o->ask.siret = siret;
    o->ask.facts = &o->facts;
    return OK;
}

/* The one that a sent form names, which must be one; when nothing was sent yet, the side's, else
 * the head office. Only then is the whole list read: a form sent at an opening is answered without
 * it. */
static enum err
read_site(struct ctx *cx, struct form *f, const struct order_side *side, struct order_form *o)
{
    struct str typed = req_form(f->req, "siret");
    struct establishment_list sites;
    const struct establishment *best = NULL;
    bool found = false;
    int64_t siret;

    if (f->req->method == METHOD_POST) {
        if (siret_parse(typed, &siret) == NUMBER_OK)
            TRY(take_site(cx, o, siret, &found));
        if (found)
            return OK;
        form_error(f, "siret",
                   "Choisissez l’un des établissements ouverts de votre entreprise.");
    }
    if (side->siret != 0)
        TRY(take_site(cx, o, side->siret, &found));
    if (found)
        return OK;
    TRY(registry_establishments(cx, o->ask.siren, 0, &sites));
    for (size_t i = 0; i < sites.count; i++)
        if (sites.item[i].active && (best == NULL || sites.item[i].head_office))
            best = &sites.item[i];
    if (best != NULL)
        TRY(take_site(cx, o, best->siret, &found));
    if (found)
        return OK;
    log_warn(cx->log, "company_without_site", LOG_INT("siren", o->ask.siren));
    return ERR_NOT_FOUND;
}

static void
read_packs(struct form *f, struct order_form *o, const struct policy *p)
{
    for (int i = 0; i < p->pack_count; i++) {
        const char *name = pack_field(f->cx, &p->pack[i]);
        if (req_form(f->req, name).len == 0)
            continue;
        int64_t packs = form_int(f, name, "Nombre de lots", 0, ORDER_PACKS_MAX);
        if (packs > 0 && o->ask.item_count < ORDER_LINES_MAX)
            o->ask.item[o->ask.item_count++] = (struct ask_item){i, packs};
    }
}

static void
other_address_ask(struct form *f, const struct order_form *o)
{
    if (o->place.other && !form_checked(f, "other_address"))
        form_error(f, "other_address", "Cette adresse n’est pas celle de l’établissement\u00a0: "
                                       "confirmez que votre entreprise y reçoit ses colis.");
}

/* A town that we do not know there is asked about once, never refused. */
static enum err
check_place(struct ctx *cx, struct form *f, struct order_form *o)
{
    TRY(order_address_check(cx, &o->site, &o->ask.address, &o->place));
    switch (o->place.fault) {
    case ADDRESS_FINE:
        break;
    case ADDRESS_CODE_FORM:
        form_error(f, "postal_code", "Le code postal comporte 5 chiffres, par exemple 69002.");
        return OK;
    case ADDRESS_CODE_UNKNOWN:
        form_error(f, "postal_code",
                   "Le code postal %.*s n’existe pas. Vérifiez-le. S’il s’agit d’un CEDEX, "
                   "écrivez-le dans la ville, par exemple « LYON CEDEX 03 ».",
                   STR_FMT(o->ask.address.postal_code));
        return OK;
    case ADDRESS_TERRITORY:
        form_error(f, "postal_code",
                   "La livraison se fait dans le territoire de l’établissement (%s). Choisissez "
                   "un établissement de l’autre territoire, ou corrigez l’adresse.",
                   territory_label(o->site.territory));
        return OK;
    case ADDRESS_TOWN:
        if (!form_checked(f, "place_sure"))
            form_error(f, "place_sure",
                       "Le code postal %.*s est celui de %.*s. Corrigez la ville ou le code "
                       "postal, ou confirmez que les deux sont exacts.",
                       STR_FMT(o->ask.address.postal_code), STR_FMT(o->place.towns));
        break;
    }
    other_address_ask(f, o);
    return OK;
}

/* The confirmation and the payment link go to this person. */
static enum err
read_caller(struct ctx *cx, struct form *f, struct order_form *o)
{
    struct order_contact *c = &o->contact;

    c->name = form_text(f, "caller_name", "Nom de la personne", 2, ORDER_CONTACT_NAME_MAX);
    TRY(account_caller_email(cx, f, "caller_email", &c->email));
    c->phone = form_phone(f, "caller_phone", "Téléphone de la personne", 1);
    o->ask.contact = c;
    return OK;
}

/* What the courier needs is what NF Z10-011 allows on a label: lines of 38 characters. */
static enum err
read_delivery(struct ctx *cx, struct form *f, struct order_form *o)
{
    struct order_address *to = &o->ask.address;
    bool assisted = o->ask.contact != NULL;

    if (assisted)
        TRY(read_caller(cx, f, o));
    to->company = form_text(f, "company", "Entreprise", 1, LINE_MAX);
    to->person = form_text(f, "person", "Personne ou service", 0, PERSON_MAX);
    to->complement = form_text(f, "complement", "Bâtiment, étage", 0, LINE_MAX);
    to->street = form_text(f, "street", "Numéro et rue", 1, LINE_MAX);
    to->special = form_text(f, "special", "Lieu-dit ou boîte postale", 0, LINE_MAX);
    to->postal_code = form_text(f, "postal_code", "Code postal", 1, 5);
    to->city = form_text(f, "city", "Ville", 1, 32);
    to->phone = form_phone(f, "phone", "Téléphone", assisted ? 0 : 1);
    if (assisted && to->phone.len == 0 && form_error_of(f, "phone").len == 0)
        to->phone = o->contact.phone;
    to->instructions = form_text(f, "instructions", "Consignes", 0, INSTRUCTIONS_MAX);
    TRY(check_place(cx, f, o));
    if (!form_checked(f, "contactless"))
        form_error(f, "contactless",
                   assisted ? "La personne doit accepter la livraison sans contact et sans "
                              "signature."
                            : "Acceptez la livraison sans contact et sans signature pour "
                              "continuer.");
    return OK;
}

enum err
order_form_read(struct ctx *cx, struct req *req, const struct order_side *side,
                const struct campaign *campaign, bool delivery, struct form *f,
                struct order_form *o)
{
    *o = (struct order_form){0};
    *f = form_begin(cx, req);
    o->ask.campaign = campaign;
    o->ask.siren = side->siren;
    o->ask.contact = side->assisted ? &o->contact : NULL;
    TRY(read_site(cx, f, side, o));
    read_packs(f, o, campaign->policy);
    o->quantity_wrong = form_failed(f);
    return delivery ? read_delivery(cx, f, o) : OK;
}

void
order_form_ask_packs(struct form *f, const struct order_form *o)
{
    const struct policy *p = o->ask.campaign->policy;
    int heads_min = 0, heads_max = INT32_MAX;
    bool known = policy_heads(&o->facts, &heads_min, &heads_max);

    for (int i = 0; i < p->pack_count; i++)
        if (!known || policy_pack_offered(&p->pack[i], heads_min, heads_max)) {
            form_error(f, pack_field(f->cx, &p->pack[i]),
                       "Indiquez combien de lots vous souhaitez, par exemple 1.");
            return;
        }
}

static enum order_step
step_to_show(struct str to, const struct form *f, const struct order_placed *placed, bool delivery)
{
    if (str_is(to, "quantite") || placed->decision->refusal != REFUSAL_NONE)
        return STEP_QUANTITY;
    if (delivery && !form_failed(f))
        return STEP_CHECK;
    return STEP_DELIVERY;
}

enum err
order_form_step(struct ctx *cx, struct req *req, const struct order_side *side,
                const struct campaign *campaign)
{
    struct order_placed placed;
    struct order_form o;
    struct form f;
    struct str to = req_form(req, "to");
    bool delivery = str_is(to, "verification");

    TRY(order_form_read(cx, req, side, campaign, false, &f, &o));
    bool quantity_wrong = form_failed(&f);
    TRY(order_preview(cx, &o.ask, &placed));
    if (placed.decision->refusal == REFUSAL_EMPTY)
        order_form_ask_packs(&f, &o);
    if (quantity_wrong || form_failed(&f))
        return order_form_show(cx, req, side, &f, &o, STEP_QUANTITY, &placed, 422);
    if (delivery && placed.decision->refusal == REFUSAL_NONE)
        TRY(order_form_read(cx, req, side, campaign, true, &f, &o));
    TRY(order_preview(cx, &o.ask, &placed));
    return order_form_show(cx, req, side, &f, &o, step_to_show(to, &f, &placed, delivery),
                           &placed, 422);
}

/* ---- showing ---- */

static struct field
text_field(const struct form *f, const char *name, const char *label, const char *hint,
           struct str initial, const char *autocomplete, bool required)
{
    struct field field = form_field(f, name, str_of(label), str_of(hint), initial);

    field.autocomplete = autocomplete;
    field.required = required;
    return field;
}

static enum err
show_sites(struct ctx *cx, const struct form *f, const struct order_form *o,
           struct order_form_view *v)
{
    struct establishment_list sites;

    TRY(registry_establishments(cx, o->ask.siren, 0, &sites));
    v->site = form_field(f, "siret", STR("Établissement livré"), STR_NONE, STR_NONE);
    v->site.required = true;
    v->sites.item = ARENA_ARRAY(cx->arena, sites.count, struct choice);
    for (size_t i = 0; i < sites.count; i++) {
        const struct establishment *e = &sites.item[i];
        if (!e->active)
            continue;
        struct str siret = siret_str(cx->arena, e->siret);
        v->sites.item[v->sites.count++] = (struct choice){
            .value = siret,
            .label = str_printf(cx->arena, "%.*s%s%.*s (%s)", STR_FMT(e->street),
                                e->street.len > 0 ? ", " : "", STR_FMT(e->city),
                                fmt_siret(siret).z),
            .checked = e->siret == o->ask.siret,
        };
    }
    return OK;
}

/* Only packs that are for this headcount are offered; the others would be refused. */
static void
show_packs(struct ctx *cx, const struct form *f, const struct order_form *o,
           struct order_form_view *v)
{
    const struct policy *p = v->policy;
    int heads_min = 0, heads_max = INT32_MAX;
    bool known = policy_heads(&o->facts, &heads_min, &heads_max);

    v->packs.item = ARENA_ARRAY(cx->arena, (size_t)p->pack_count, struct pack_view);
    for (int i = 0; i < p->pack_count; i++) {
        const struct policy_pack *pack = &p->pack[i];
        const struct policy_vat *vat =
            policy_vat_of(p, pack->good, o->facts.territory, cx->now_ms);
        if (vat == NULL || (known && !policy_pack_offered(pack, heads_min, heads_max)))
            continue;
        struct pack_view *view = &v->packs.item[v->packs.count++];
        *view = (struct pack_view){.pack = pack,
                                   .good = &p->good[pack->good],
                                   .gross_cents = pack->price_cents +
                                                  (pack->price_cents * vat->rate_bp + 5000) / 10000,
                                   .vat_bp = vat->rate_bp};
        view->field = form_field(f, pack_field(cx, pack), STR("Nombre de lots"), STR_NONE,
                                 STR_NONE);
        view->field.inputmode = "numeric";
        view->field.required = true;
        v->vat_note = vat->note;
    }
}

/* The first max bytes of a line, whole characters only. */
static struct str
cut_line(struct str s, size_t max)
{
    size_t n = s.len < max ? s.len : max;

    while (n < s.len && n > 0 && ((unsigned char)s.ptr[n] & 0xC0) == 0x80)
        n--;
    return str_n(s.ptr, n);
}

static void
show_caller(const struct form *f, struct order_form_view *v)
{
    v->caller_name = text_field(f, "caller_name", "Nom de la personne", "", STR_NONE, "off", true);
    v->caller_email = text_field(f, "caller_email", "Son adresse e-mail",
                                 "La confirmation et le lien de paiement y partent : "
                                 "faites-la épeler.", STR_NONE, "off", true);
    v->caller_email.type = "email";
    v->caller_phone = text_field(f, "caller_phone", "Son téléphone", "", STR_NONE, "off", true);
    v->caller_phone.type = "tel";
}

static void
show_delivery(const struct form *f, const struct order_form *o, struct order_form_view *v)
{
    const struct establishment *s = &o->site;

    if (v->assisted)
        show_caller(f, v);
    v->company = text_field(f, "company", "Entreprise", "", cut_line(o->company.name, LINE_MAX),
                            "organization", true);
    v->person = text_field(f, "person", "Personne ou service", "", STR_NONE, "name", false);
    v->complement = text_field(f, "complement", "Bâtiment, étage, porte", "", s->complement,
                               "address-line2", false);
    v->street = text_field(f, "street", "Numéro et rue", "38 caractères au plus.", s->street,
                           "address-line1", true);
    v->special = text_field(f, "special", "Lieu-dit ou boîte postale", "", s->special, NULL, false);
    v->postal_code = text_field(f, "postal_code", "Code postal", "", s->postal_code, "postal-code",
                                true);
    v->postal_code.inputmode = "numeric";
    v->city = text_field(f, "city", "Ville", "", s->city, "address-level2", true);
    v->phone = text_field(f, "phone", v->assisted ? "Téléphone sur place" : "Téléphone",
                          v->assisted ? "Sans réponse, le livreur appelle la personne ci-dessus."
                                      : "Le livreur s’en sert s’il ne trouve pas l’adresse.",
                          STR_NONE, "tel", !v->assisted);
    v->phone.type = "tel";
    v->instructions = text_field(f, "instructions", "Consignes pour le livreur",
                                 "Par exemple\u00a0: code de la porte, horaires d’ouverture.",
                                 STR_NONE, NULL, false);
    v->other_address = text_field(
        f, "other_address",
        v->assisted ? "L’entreprise reçoit ses colis à cette autre adresse, la personne le confirme"
                    : "Mon entreprise reçoit ses colis à cette autre adresse",
        "", STR_NONE, NULL, false);
    v->other_address.required = true;
    v->other_checked = req_form(f->req, "other_address").len > 0;
    v->shows_other = o->place.other || v->other_address.error.len > 0;
    v->place_sure = text_field(f, "place_sure", "Ce code postal et cette ville sont exacts", "",
                               STR_NONE, NULL, true);
    v->place_checked = req_form(f->req, "place_sure").len > 0;
    v->shows_place = o->place.fault == ADDRESS_TOWN;
    v->contactless =
        text_field(f, "contactless",
                   v->assisted ? "La personne accepte la livraison sans contact et sans signature"
                               : "J’accepte la livraison sans contact et sans signature",
                   "", STR_NONE, NULL, true);
    v->contactless_checked = req_form(f->req, "contactless").len > 0;
}

/* Hidden fields for what the other steps asked; the step's own fields are visible. */
static void
carry(struct ctx *cx, const struct req *req, struct order_form_view *v)
{
    const struct policy *p = v->policy;
    size_t max = (size_t)p->pack_count + 1 + sizeof delivery_fields / sizeof delivery_fields[0];

    v->carried.item = ARENA_ARRAY(cx->arena, max, struct pair_view);
    if (v->step != STEP_QUANTITY) {
        v->carried.item[v->carried.count++] = (struct pair_view){"siret", req_form(req, "siret")};
        for (int i = 0; i < p->pack_count; i++) {
            const char *name = pack_field(cx, &p->pack[i]);
            if (req_form(req, name).len > 0)
                v->carried.item[v->carried.count++] =
                    (struct pair_view){name, req_form(req, name)};
        }
    }
    if (v->step == STEP_DELIVERY)
        return;
    for (size_t i = 0; i < sizeof delivery_fields / sizeof delivery_fields[0]; i++)
        if (req_form(req, delivery_fields[i]).len > 0)
            v->carried.item[v->carried.count++] =
                (struct pair_view){delivery_fields[i], req_form(req, delivery_fields[i])};
}

static void
show_allowance(struct ctx *cx, const struct order_side *side, const struct order_form *o,
               const struct admit_out *d, struct order_form_view *v)
{
    const struct policy_good *g = &v->policy->good[0];

    if (o->facts.heads < 0 && d->eligibility.units_max > d->eligibility.units_min)
        v->headcount = side->headcount;
    /* The refusal says when and how much; "may order" beside it would contradict it. Under a key
     * that served before nothing was counted. */
    if (d->refusal == REFUSAL_ELIGIBILITY || d->refusal == REFUSAL_KEY)
        return;
    if (v->policy->per_head == 0 && v->policy->units_max == 0) {
        v->allowance = STR("Indiquez combien de lots vous souhaitez.");
        return;
    }
    v->allowance = str_printf(cx->arena, "%sentreprise peut commander jusqu’à %s %.*s pour "
                                         "cette période, tous établissements compris.",
                              side->assisted ? "L’" : "Votre ", fmt_int(d->units_left).z,
                              STR_FMT(d->units_left > 1 ? g->unit_many : g->unit_one));
}

/* Beside each pack how many the company may take of it alone. */
static void
show_most(struct ctx *cx, const struct admit_out *d, struct order_form_view *v)
{
    if (v->policy->per_head == 0 && v->policy->units_max == 0)
        return;
    for (size_t i = 0; i < v->packs.count; i++) {
        struct pack_view *p = &v->packs.item[i];
        int64_t most = d->units_left / p->pack->units;
        if (most > 0)
            p->field.hint = str_printf(cx->arena, "%s.",
                                       fmt_plural(most, "lot au plus", "lots au plus").z);
    }
}

static void
show_totals(const struct admit_out *d, struct order_form_view *v)
{
    const struct policy_good *g;

    v->has_total = d->refusal == REFUSAL_NONE;
    if (!v->has_total)
        return;
    g = &v->policy->good[d->line[0].good];
    v->units = d->units;
    v->net_cents = d->net_cents;
    v->vat_cents = d->vat_cents;
    v->total_cents = d->total_cents;
    v->delivery_cents = d->delivery_cents;
    v->unit_name = d->units > 1 ? g->unit_many : g->unit_one;
}

/* A refusal that a click heals leads there. */
static void
show_refusal(struct ctx *cx, const struct order_side *side, const struct order_placed *placed,
             struct order_form_view *v)
{
    const struct admit_out *d = placed->decision;

    if (d->refusal == REFUSAL_NONE || (d->refusal == REFUSAL_EMPTY && v->step == STEP_QUANTITY))
        return;
    v->refusal = placed->refusal;
    v->blocked = d->refusal == REFUSAL_HOLD || d->refusal == REFUSAL_DELAY ||
                 (d->refusal == REFUSAL_ELIGIBILITY &&
                  d->eligibility.reason == REASON_PAUSED) ||
                 (d->refusal == REFUSAL_QUOTA && d->units_left == 0);
    if (d->refusal == REFUSAL_HOLD) {
        v->refusal_link = (struct url){str_printf(
            cx->arena, "%.*s/%.*s", STR_FMT(side->orders.s), STR_FMT(d->hold_ref))};
        v->refusal_label = side->assisted ? STR("Voir la commande en attente")
                                          : STR("Reprendre la commande en attente");
    }
    if (d->refusal == REFUSAL_ELIGIBILITY &&
        (d->eligibility.reason == REASON_NEEDS_HEADCOUNT ||
         d->eligibility.reason == REASON_NEEDS_NETWORK)) {
        v->refusal_link = side->headcount;
        v->refusal_label = STR("Compléter la situation de l’entreprise");
    }
}

enum err
order_form_show(struct ctx *cx, struct req *req, const struct order_side *side,
                const struct form *f, struct order_form *o, enum order_step step,
                const struct order_placed *placed, int status)
{
    static const char *const titles[] = {"", "Choisir la quantité", "Livraison sans contact",
                                         "Vérifier et réserver"};
    struct str labels[] = {STR("Quantité"), STR("Livraison"), STR("Vérification")};
    const struct policy *p = o->ask.campaign->policy;
    struct order_form_view v = {.page = side->page,
                                .campaign = o->ask.campaign,
                                .policy = p,
                                .step = step,
                                .steps = {{labels, 3}, step},
                                .errors = form_errors(f),
                                .action_step = side->step,
                                .action_place = side->place,
                                .assisted = side->assisted,
                                .back = side->back,
                                .back_label = side->back_label,
                                .mail_to = o->contact.email};

    v.page.title = str_of(titles[step]);
    v.page.has_error = v.errors.count > 0;
    v.hold = policy_hold_text(cx->arena, side->assisted ? p->assisted_hold_minutes
                                                        : p->hold_minutes);
    show_refusal(cx, side, placed, &v);
    v.page.has_error = v.page.has_error || (v.refusal.len > 0 && req->method == METHOD_POST);
    TRY(show_sites(cx, f, o, &v));
    show_packs(cx, f, o, &v);
    show_allowance(cx, side, o, placed->decision, &v);
    if (v.allowance.len > 0)
        show_most(cx, placed->decision, &v);
    show_totals(placed->decision, &v);
    if (step == STEP_DELIVERY)
        show_delivery(f, o, &v);
    if (step == STEP_CHECK) {
        v.summary = order_summary(cx, v.policy, placed->decision->line,
                                  placed->decision->line_count, &o->ask.address);
        v.key = random_token(cx->arena, 24);
    }
    carry(cx, req, &v);
    order_form_html(&req->out, &v);
    /* A step answers a form. With "no-store" the back button would lead to the browser's own page
     * about sending it again; signing out empties what is kept (sign_out_form). */
    res_header(cx, req, "Cache-Control", STR("private, no-cache"));
    return res_html(req, v.errors.count > 0 || v.refusal.len > 0 ? status : 200);
}
