/* SPDX-License-Identifier: Apache-2.0 */
/*
 * draft_part_web.c - the forms that change a draft's rules one part at a time, and its whole file.
 *
 * What was typed is kept in the draft even when it is wrong; the errors stand beside the fields.
 * A form names the state of the draft it was made from (rev): where somebody else changed the
 * draft meanwhile it is shown again, with what was typed, and nothing is written.
 */
#include "base/format.h"
#include "draft_tmpl.h"
#include "http/route.h"
#include "manage/draft_web.h"
#include "policy/policy_form.h"

#define NBSP "\u00a0"

enum { PART_MAX = 40 };

struct part {
    struct campaign campaign;
    struct draft draft;
    struct json *tree;
    struct form_spot spot;
};

/* ERR_CONFLICT: the draft's text is no JSON object, so no form can show it. */
static enum err
part_of_path(struct ctx *cx, struct req *req, struct part *out)
{
    struct str name;

    TRY(draft_of_path(cx, req, &out->campaign, &out->draft));
    TRY(req_path_str(req, "part", PART_MAX, &name));
    if (json_parse(cx->arena, out->draft.json, POLICY_JSON_MAX, &out->tree, NULL) != OK ||
        out->tree->kind != JSON_OBJECT)
        return ERR_CONFLICT;
    return policy_spot(out->tree, name, &out->spot) ? OK : ERR_NOT_FOUND;
}

static enum err
only_the_file(struct ctx *cx, struct req *req, const struct part *p)
{
    return res_redirect_notice(cx, req,
                               campaign_sub_url(cx, &p->campaign, "brouillons/%lld/fichier",
                                                (long long)p->draft.id),
                               STR("Le texte de ce brouillon ne se lit pas" NBSP
                                   ": corrigez d’abord le fichier."));
}

/* ---- showing ---- */

/* Opens a fold where it has something to say. */
static struct part_input_list
folded(struct ctx *cx, const struct form_input_list *inputs)
{
    struct part_input_list out = {ARENA_ARRAY(cx->arena, inputs->count, struct part_input),
                                  inputs->count};
    size_t first = 0;

    for (size_t i = 0; i < inputs->count; i++) {
        const struct form_input *in = &inputs->item[i];
        const char *before = i == 0 ? NULL : inputs->item[i - 1].fold;
        if (in->fold != NULL && (before == NULL || strcmp(before, in->fold) != 0))
            first = i;
        out.item[i].input = *in;
        out.item[i].fold_first = in->fold != NULL ? first : SIZE_MAX;
        if (in->fold != NULL && (in->field.error.len > 0 || in->field.value.len > 0))
            out.item[first].fold_is_open = true;
    }
    return out;
}

static void
errors_place(struct form_input_list *inputs, struct field_error_list errors)
{
    for (size_t i = 0; i < inputs->count; i++)
        for (size_t k = 0; k < errors.count; k++)
            if (strcmp(inputs->item[i].field.name, errors.item[k].name) == 0)
                inputs->item[i].field.error = errors.item[k].text;
}

static enum err
part_show(struct ctx *cx, struct req *req, const struct part *p, struct form_input_list inputs,
          struct field_error_list errors, struct notice warning, int status)
{
    struct draft_part_view v = {.errors = errors, .warning = warning, .rev = p->draft.rev};
    struct str name = policy_spot_name(cx->arena, &p->spot);

    v.title = policy_spot_title(cx->arena, p->tree, &p->spot);
    TRY(draft_page_begin(cx, req, &p->campaign, &p->draft, v.title, &v.page));
    v.page.has_error = errors.count > 0;
    errors_place(&inputs, errors);
    v.inputs = folded(cx, &inputs);
    v.action = campaign_sub_url(cx, &p->campaign, "brouillons/%lld/modifier/%.*s",
                                (long long)p->draft.id, STR_FMT(name));
    v.back = draft_url(cx, &p->campaign, p->draft.id);
    v.may_remove = policy_spot_removable(p->tree, &p->spot);
    draft_part_html(&req->out, &v);
    return res_html(req, status);
}

/* The faults of this form's inputs, in words, the field named first. */
static struct field_error_list
own_faults(struct ctx *cx, const struct part *p, const struct form_input_list *inputs,
           const struct policy_fault_list *faults)
{
    struct field_error_list out = {ARENA_ARRAY(cx->arena, faults->count, struct field_error), 0};

    for (size_t i = 0; i < faults->count; i++) {
        const char *name = policy_form_input_of(cx->arena, &p->spot, faults->item[i].path);
        bool told = false;
        for (size_t k = 0; name != NULL && k < out.count; k++)
            told = told || strcmp(out.item[k].name, name) == 0;
        for (size_t k = 0; name != NULL && !told && k < inputs->count; k++)
            if (strcmp(inputs->item[k].field.name, name) == 0)
                out.item[out.count++] = (struct field_error){
                    inputs->item[k].field.name,
                    str_printf(cx->arena, "%.*s" NBSP ": %.*s.",
                               STR_FMT(inputs->item[k].field.label),
                               STR_FMT(faults->item[i].words))};
    }
    return out;
}

/* GET /console/campagnes/{slug}/brouillons/{id}/modifier/{part} */
enum err
draft_part_page(struct ctx *cx, struct req *req)
{
    struct draft_check check;
    struct part p;
    enum err e = part_of_path(cx, req, &p);

    if (e == ERR_CONFLICT)
        return only_the_file(cx, req, &p);
    TRY(e);
    if (draft_is_fixed(&p.draft))
        return draft_refuse_fixed(cx, req, &p.campaign, &p.draft);
    struct form_input_list inputs = policy_form_show(cx->arena, p.tree, &p.spot);
    TRY(draft_check(cx, &p.campaign, p.draft.json, &check));
    struct field_error_list errors = own_faults(cx, &p, &inputs, &check.faults);
    return part_show(cx, req, &p, inputs, errors, (struct notice){0}, 200);
}

/* ---- taking ---- */

static struct str
written(struct ctx *cx, const struct json *tree)
{
    struct buf b;

    buf_init(&b, POLICY_JSON_MAX);
    json_write(&b, tree);
    struct str s = b.overflow ? STR_NONE : buf_dup(&b, cx->arena);
    buf_release(&b);
    return s;
}

static struct notice
changed_notice(struct ctx *cx, const struct draft *d)
{
    return (struct notice){
        TONE_WARN, STR("Le brouillon a changé pendant que vous écriviez"),
        str_printf(cx->arena, "%.*s l’a modifié le %.*s. Vérifiez ce que vous avez écrit, puis "
                              "enregistrez à nouveau.",
                   STR_FMT(d->changed_by), STR_FMT(when_text(cx, d->changed_ms)))};
}

static enum err
part_remove(struct ctx *cx, struct req *req, struct part *p)
{
    if (!policy_spot_removable(p->tree, &p->spot))
        return ERR_INVALID;
    policy_spot_remove(p->tree, &p->spot);
    TRY(draft_save(cx, &p->draft, written(cx, p->tree)));
    return res_redirect_notice(cx, req, draft_url(cx, &p->campaign, p->draft.id),
                               STR("Le groupe est retiré du brouillon."));
}

static enum err
part_save(struct ctx *cx, struct req *req, struct part *p)
{
    struct draft_check check;
    struct field_error_list typed =
        policy_form_apply(cx->arena, p->tree, &p->spot, &req->form);
    struct str json = written(cx, p->tree);

    if (json.len == 0)
        return ERR_LIMIT;
    TRY(draft_save(cx, &p->draft, json));
    TRY(draft_check(cx, &p->campaign, json, &check));
    struct form_input_list inputs =
        policy_form_show_typed(cx->arena, p->tree, &p->spot, &req->form);
    struct field_error_list errors =
        typed.count > 0 ? typed : own_faults(cx, p, &inputs, &check.faults);
    if (errors.count > 0)
        return part_show(cx, req, p, inputs, errors, (struct notice){0}, 422);
    return res_redirect_notice(cx, req, draft_url(cx, &p->campaign, p->draft.id),
                               check.faults.count > 0
                                   ? STR("C’est enregistré. Il reste des points à corriger.")
                                   : STR("C’est enregistré dans le brouillon."));
}

/* POST /console/campagnes/{slug}/brouillons/{id}/modifier/{part} */
enum err
draft_part_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    int64_t rev = form_int(&f, "rev", "État du brouillon", 1, INT64_MAX);
    struct part p;
    enum err e = part_of_path(cx, req, &p);

    if (e == ERR_CONFLICT)
        return only_the_file(cx, req, &p);
    TRY(e);
    if (form_failed(&f))
        return ERR_INVALID;
    if (draft_is_fixed(&p.draft))
        return draft_refuse_fixed(cx, req, &p.campaign, &p.draft);
    if (rev != p.draft.rev)
        return part_show(cx, req, &p,
                         policy_form_show_typed(cx->arena, p.tree, &p.spot, &req->form),
                         form_errors(&f), changed_notice(cx, &p.draft), 422);
    return str_is(req_form(req, "geste"), "retirer") ? part_remove(cx, req, &p)
                                                     : part_save(cx, req, &p);
}

/* ---- the whole file ---- */

static enum err
file_show(struct ctx *cx, struct req *req, struct form *f, const struct campaign *c,
          const struct draft *d, struct str text, struct notice warning, int status)
{
    struct draft_file_view v = {.errors = form_errors(f), .warning = warning, .rev = d->rev};
    struct draft_check check;

    TRY(draft_page_begin(cx, req, c, d, STR("Fichier des règles"), &v.page));
    v.page.has_error = form_failed(f);
    TRY(draft_check(cx, c, text, &check));
    v.faults = fault_rows(cx, text, &check.faults, NULL);
    v.text = (struct field){.name = "texte", .label = STR("Texte du fichier (JSON)"),
                            .hint = STR("Le format est décrit par le schéma publié."),
                            .value = text, .error = form_error_of(f, "texte"),
                            .required = true};
    v.action = campaign_sub_url(cx, c, "brouillons/%lld/fichier", (long long)d->id);
    v.json = campaign_sub_url(cx, c, "brouillons/%lld/regles.json", (long long)d->id);
    v.back = draft_url(cx, c, d->id);
    v.may_change = campaign_may_change(cx) && !draft_is_fixed(d);
    draft_file_html(&req->out, &v);
    return res_html(req, status);
}

/* GET /console/campagnes/{slug}/brouillons/{id}/fichier */
enum err
draft_file_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct campaign c;
    struct draft d;

    TRY(draft_of_path(cx, req, &c, &d));
    return file_show(cx, req, &f, &c, &d, d.json, (struct notice){0}, 200);
}

/* What was pasted, or the file that was sent. */
static struct str
text_read(struct ctx *cx, struct req *req, struct form *f)
{
    struct str text = req_form(req, "texte");

    for (size_t i = 0; i < req->files.count; i++)
        if (str_is(req->files.item[i].field, "fichier"))
            text = req->files.item[i].body;
    text = str_unmarked(text);
    if (str_trim(text).len == 0)
        form_error(f, "texte", "Collez le texte du fichier, ou choisissez le fichier.");
    else if (text.len > POLICY_JSON_MAX)
        form_error(f, "texte", "Ce fichier est trop long (%s octets, %s au plus).",
                   fmt_int((int64_t)text.len).z, fmt_int(POLICY_JSON_MAX).z);
    else if (!utf8_valid(text))
        form_error(f, "texte", "Ce fichier n’est pas du texte en UTF-8" NBSP ": enregistrez-le "
                               "dans ce codage.");
    return form_failed(f) ? STR("") : str_dup(cx->arena, text);
}

/* POST /console/campagnes/{slug}/brouillons/{id}/fichier */
enum err
draft_file_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct draft_check check;
    struct campaign c;
    struct draft d;

    TRY(draft_of_path(cx, req, &c, &d));
    int64_t rev = form_int(&f, "rev", "État du brouillon", 1, INT64_MAX);
    struct str text = text_read(cx, req, &f);
    if (draft_is_fixed(&d))
        return draft_refuse_fixed(cx, req, &c, &d);
    if (form_failed(&f))
        return file_show(cx, req, &f, &c, &d, d.json, (struct notice){0}, 422);
    if (rev != d.rev)
        return file_show(cx, req, &f, &c, &d, text, changed_notice(cx, &d), 422);
    TRY(draft_save(cx, &d, text));
    TRY(draft_check(cx, &c, text, &check));
    if (check.faults.count > 0)
        return file_show(cx, req, &f, &c, &d, text, (struct notice){0}, 422);
    return res_redirect_notice(cx, req, draft_url(cx, &c, d.id),
                               STR("Le fichier est enregistré dans le brouillon."));
}
