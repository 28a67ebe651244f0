/* SPDX-License-Identifier: Apache-2.0 */
/* mail_web.c - /demo/mail: the outbox, readable, where the demo setting is on and nowhere else. */
#include <inttypes.h>

#include "http/route.h"
#include "mail_tmpl.h"

enum { PAGE_MAILS = 30, EXCERPT_CHARS = 110 };

/* The first words after the greeting, where a code stands. */
static struct str
excerpt_of(struct arena *a, struct str text)
{
    struct buf b;
    struct str rest = text;
    struct str line;
    struct str out;

    buf_init(&b, 0);
    while (b.len < EXCERPT_CHARS && str_split(&rest, '\n', &line)) {
        line = str_trim(line);
        if (str_is(line, "--"))
            break;
        if (line.len == 0 || str_is(line, "Bonjour,"))
            continue;
        if (b.len > 0)
            buf_byte(&b, ' ');
        buf_str(&b, line);
    }
    if (b.len > EXCERPT_CHARS) {
        size_t n = EXCERPT_CHARS;

        while (n > 0 && ((unsigned char)b.ptr[n] & 0xC0) == 0x80)
            n--;
        b.len = n;
        buf_z(&b, "…");
    }
    out = buf_dup(&b, a);
    buf_release(&b);
    return out;
}

static struct mail_item
item_of(struct arena *a, const struct mail_row *row)
{
    struct mail_item m = {.row = *row, .url = url_path(a, "/demo/mail/%" PRId64, row->id)};

    m.excerpt = row->text.len > 0 ? excerpt_of(a, row->text) : STR("Texte effacé");
    m.tone = row->sent_ms != 0 ? TONE_GOOD : row->refused_ms != 0 ? TONE_BAD
             : row->tries > 0                                     ? TONE_WARN
                                                                  : TONE_INFO;
    m.state = m.tone == TONE_GOOD   ? STR("Envoyé")
              : m.tone == TONE_BAD  ? STR("Refusé")
              : m.tone == TONE_WARN ? STR("Nouvel essai")
                                    : STR("En attente");
    return m;
}

/* GET /demo/mail?before=ID */
enum err
mail_list_page(struct ctx *cx, struct req *req)
{
    struct table_column columns[] = {
        {.label = STR("Date")}, {.label = STR("Destinataire")}, {.label = STR("Message")},
        {.label = STR("État")},
    };
    struct mail_list_view v = {0};
    struct mail_row_list rows;
    int64_t before_id;

    TRY(req_query_int(req, "before", 1, INT64_MAX, INT64_MAX, &before_id));
    TRY(mail_recent(cx, before_id, PAGE_MAILS + 1, &rows));
    v.mails.count = rows.count > PAGE_MAILS ? PAGE_MAILS : rows.count;
    v.mails.item = ARENA_ARRAY(cx->arena, v.mails.count, struct mail_item);
    for (size_t i = 0; i < v.mails.count; i++)
        v.mails.item[i] = item_of(cx->arena, &rows.item[i]);
    v.page = page_begin(cx, req, STR("Messages"));
    page_crumb(cx, &v.page, STR("Messages"), (struct url){STR_NONE});
    v.table = (struct table){.id = "mails", .caption = STR("Messages écrits"),
                             .stacked = true,
                             .columns = {columns, sizeof columns / sizeof columns[0]}};
    v.pager.total = -1;
    if (before_id != INT64_MAX)
        v.pager.previous = URL("demo/mail");
    if (rows.count > PAGE_MAILS)
        v.pager.next = url_with(cx->arena, URL("demo/mail"), "before",
                                str_printf(cx->arena, "%" PRId64, rows.item[PAGE_MAILS - 1].id));
    v.empty = (struct empty_state){.title = STR("Aucun message pour l’instant"),
                                   .text = STR("Demandez un code de connexion\u00a0: il "
                                               "arrivera ici."),
                                   .action = URL("connexion"),
                                   .action_label = STR("Se connecter")};
    mail_list_html(&req->out, &v);
    return res_html(req, 200);
}

static struct mail_line_list
lines_of(struct arena *a, struct str text)
{
    struct mail_line_list l = {0};
    struct str rest = text;
    struct str line;

    while (str_split(&rest, '\n', &line))
        l.count++;
    l.item = ARENA_ARRAY(a, l.count, struct mail_line);
    l.count = 0;
    rest = text;
    while (str_split(&rest, '\n', &line)) {
        l.item[l.count].text = line;
        l.item[l.count++].url = url_external(str_trim(line));
    }
    return l;
}

/* GET /demo/mail/{id} */
enum err
mail_page(struct ctx *cx, struct req *req)
{
    struct mail_page_view v = {0};
    struct mail_row row;
    struct summary_row *fact;
    int64_t id;

    TRY(req_path_int(req, "id", &id));
    TRY(mail_find(cx, id, &row));
    v.mail = item_of(cx->arena, &row);
    v.lines = lines_of(cx->arena, row.text.len > 0 ? row.text : STR("Texte effacé"));
    fact = ARENA_ARRAY(cx->arena, 4, struct summary_row);
    fact[0] = (struct summary_row){.term = STR("À"), .value = row.to};
    fact[1] = (struct summary_row){
        .term = STR("Écrit"),
        .value = str_dup(cx->arena, str_of(fmt_date_time(row.created_ms, ZONE_PARIS).z))};
    fact[2] = (struct summary_row){.term = STR("État"), .value = v.mail.state, .note = row.answer};
    fact[3] = (struct summary_row){.term = STR("Cause"), .value = row.cause};
    v.facts = (struct summary_row_list){fact, 4};
    v.page = page_begin(cx, req, row.subject);
    page_crumb(cx, &v.page, STR("Messages"), URL("demo/mail"));
    page_crumb(cx, &v.page, row.subject, (struct url){STR_NONE});
    mail_page_html(&req->out, &v);
    return res_html(req, 200);
}
