/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pause_web.c - closing sales for now, with what the public reads, and opening them again. One
 * person is enough, with a fresh proof: seconds count.
 */
#include "base/format.h"
#include "http/route.h"
#include "manage/manage.h"
#include "manage_tmpl.h"

#define NBSP "\u00a0"

enum { MESSAGE_MAX = 300, REASON_MAX = 500 };
#define MESSAGE_USUAL                                                                             \
    "Les commandes sont suspendues pour le moment. Elles reprendront ici dès que possible."

static enum err
pause_show(struct ctx *cx, struct req *req, struct form *f, const struct campaign *c,
           bool preview)
{
    struct pause_view v = {.is_paused = c->paused, .errors = form_errors(f)};
    struct str title = c->paused ? STR("Ventes suspendues") : STR("Suspendre les ventes");
    struct campaign_pause_list pauses;

    TRY(campaign_pauses(cx, c->id, &pauses));
    TRY(campaign_console_begin(cx, req, c, title, &v.page));
    page_crumb(cx, &v.page, title, (struct url){STR_NONE});
    v.page.has_error = form_failed(f);
    if (c->paused && pauses.count > 0 && pauses.item[0].from_ms > 0)
        v.now = (struct notice){
            TONE_WARN,
            str_printf(cx->arena, "Suspendues depuis %s",
                       fmt_duration(cx->now_ms - pauses.item[0].from_ms).z),
            str_printf(cx->arena, "Depuis le %.*s, par %.*s.",
                       STR_FMT(when_text(cx, pauses.item[0].from_ms)),
                       STR_FMT(pauses.item[0].paused_by))};
    v.message = form_field(f, "message", STR("Message public"),
                           STR("Une ou deux phrases" NBSP ": pourquoi, et si possible jusqu’à "
                               "quand."),
                           c->paused ? c->pause_message : STR(MESSAGE_USUAL));
    v.reason = form_field(f, "motif", STR("Motif"),
                          STR("Pour l’équipe. Il est gardé au journal et n’est pas public."),
                          STR_NONE);
    v.resume_reason = form_field(f, "motif-reprise", STR("Motif de la reprise"),
                                 STR("Il est gardé au journal."), STR_NONE);
    v.message.required = v.reason.required = v.resume_reason.required = true;
    v.action = campaign_sub_url(cx, c, "suspension");
    v.preview = campaign_sub_url(cx, c, "suspension/apercu");
    v.resume = campaign_sub_url(cx, c, "reprise");
    v.back = campaign_url(cx, c);
    v.has_preview = preview;
    v.preview_name = c->policy->name;
    v.preview_text = v.message.value;
    pause_html(&req->out, &v);
    return res_html(req, form_failed(f) ? 422 : 200);
}

/* GET /console/campagnes/{slug}/suspension */
enum err
pause_page(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct campaign c;

    TRY(campaign_of_path(cx, req, &c));
    return pause_show(cx, req, &f, &c, false);
}

/* On one line: it stands beside a tag and in the API. */
static struct str
message_read(struct form *f)
{
    struct str message = form_long_text(f, "message", "Message public", 10, MESSAGE_MAX);
    char *line = str_z(f->cx->arena, message);

    for (char *c = line; *c != '\0'; c++)
        if (*c == '\n' || *c == '\t')
            *c = ' ';
    message = str_of(line);
    if (message.len > CAMPAIGN_MESSAGE_MAX)
        form_error(f, "message", "Message public" NBSP ": raccourcissez-le un peu.");
    return message;
}

/* POST /console/campagnes/{slug}/suspension/apercu - as the public would read it; changes
 * nothing. */
enum err
pause_preview_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct campaign c;

    TRY(campaign_of_path(cx, req, &c));
    (void)message_read(&f);
    return pause_show(cx, req, &f, &c, !form_failed(&f));
}

/* POST /console/campagnes/{slug}/suspension */
enum err
pause_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str message = message_read(&f);
    struct str reason = form_text(&f, "motif", "Motif", 3, REASON_MAX);
    struct campaign c;

    TRY(campaign_of_path(cx, req, &c));
    if (form_failed(&f))
        return pause_show(cx, req, &f, &c, false);
    TRY(campaign_pause(cx, c.id, message, reason));
    return res_redirect_notice(cx, req, campaign_url(cx, &c),
                               c.paused ? STR("Le message public est changé.")
                                        : STR("Les ventes sont suspendues. Les commandes déjà "
                                              "passées peuvent être payées et livrées."));
}

/* POST /console/campagnes/{slug}/reprise */
enum err
resume_form(struct ctx *cx, struct req *req)
{
    struct form f = form_begin(cx, req);
    struct str reason = form_text(&f, "motif-reprise", "Motif de la reprise", 3, REASON_MAX);
    struct campaign c;

    TRY(campaign_of_path(cx, req, &c));
    if (form_failed(&f) && c.paused)
        return pause_show(cx, req, &f, &c, false);
    TRY(campaign_resume(cx, c.id, reason));
    return res_redirect_notice(cx, req, campaign_url(cx, &c),
                               c.paused ? STR("Les ventes ont repris.")
                                        : STR("Les ventes étaient déjà ouvertes."));
}
