/* SPDX-License-Identifier: Apache-2.0 */
/* console_part.c - the pieces that an organiser's pages of its campaigns are put together from. */
#include "base/format.h"
#include "http/route.h"
#include "manage/manage.h"

enum { FACTS_MAX = 24, NOTICES_MAX = 12, ACTIONS_MAX = 8, PATH_MAX_BYTES = 200 };

bool
campaign_may_change(const struct ctx *cx)
{
    return (cx->actor.rights & RIGHT_ADMIN) != 0;
}

enum err
campaign_of_path(struct ctx *cx, struct req *req, struct campaign *out)
{
    struct campaign c;
    struct str slug;

    TRY(req_path_str(req, "slug", CAMPAIGN_SLUG_MAX, &slug));
    TRY(campaign_find(cx, slug, &c));
    if (c.organiser_id != cx->actor.organiser_id)
        return ERR_NOT_FOUND;
    *out = c;
    return OK;
}

struct url
campaign_url(struct ctx *cx, const struct campaign *c)
{
    return url_path(cx->arena, "/console/campagnes/%s", str_z(cx->arena, c->slug));
}

struct url
campaign_sub_url(struct ctx *cx, const struct campaign *c, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    struct str tail = str_vprintf(cx->arena, fmt, ap);
    va_end(ap);
    return (struct url){str_printf(cx->arena, "%.*s/%.*s", STR_FMT(campaign_url(cx, c).s),
                                   STR_FMT(tail))};
}

struct url
draft_url(struct ctx *cx, const struct campaign *c, int64_t id)
{
    return campaign_sub_url(cx, c, "brouillons/%lld", (long long)id);
}

enum err
campaign_console_begin(struct ctx *cx, struct req *req, const struct campaign *c, struct str title,
                       struct page *out)
{
    TRY(console_page(cx, req, title, out));
    page_crumb(cx, out, STR("Campagnes"), URL("console/campagnes"));
    page_crumb(cx, out, c->policy->name, campaign_url(cx, c));
    return OK;
}

struct console_table
console_table(struct ctx *cx, const char *id, struct str caption, const char *const *heads,
              size_t rows_max)
{
    struct console_table t = {.table = {.id = id, .caption = caption, .stacked = true}};

    t.table.columns = table_columns(cx->arena, heads);
    t.rows.item = ARENA_ARRAY(cx->arena, rows_max, struct console_row);
    return t;
}

struct console_cell *
console_row(struct ctx *cx, struct console_table *t)
{
    struct console_row *row = &t->rows.item[t->rows.count++];

    row->cells.count = t->table.columns.count;
    row->cells.item = ARENA_ARRAY(cx->arena, row->cells.count, struct console_cell);
    return row->cells.item;
}

void
console_fact(struct ctx *cx, struct summary_row_list *list, const char *term, struct str value)
{
    if (list->item == NULL)
        list->item = ARENA_ARRAY(cx->arena, FACTS_MAX, struct summary_row);
    assert(list->count < FACTS_MAX);
    if (value.len > 0)
        list->item[list->count++] = (struct summary_row){.term = str_of(term), .value = value};
}

void
console_notice(struct ctx *cx, struct notice_list *list, enum tone tone, struct str title,
               struct str text)
{
    if (list->item == NULL)
        list->item = ARENA_ARRAY(cx->arena, NOTICES_MAX, struct notice);
    assert(list->count < NOTICES_MAX);
    list->item[list->count++] = (struct notice){tone, title, text};
}

void
console_action(struct ctx *cx, struct action_link_list *list, const char *label, struct url url)
{
    if (list->item == NULL)
        list->item = ARENA_ARRAY(cx->arena, ACTIONS_MAX, struct action_link);
    assert(list->count < ACTIONS_MAX);
    list->item[list->count++] = (struct action_link){str_of(label), url};
}

struct str
when_text(struct ctx *cx, int64_t ms)
{
    return str_dup(cx->arena, str_of(fmt_date_time(ms, ZONE_PARIS).z));
}

struct str
int_text(struct ctx *cx, int64_t n)
{
    return str_dup(cx->arena, str_of(fmt_int(n).z));
}

/* ---- rules ---- */

/* Where a rule is changed in a draft. */
static struct url
change_url(struct ctx *cx, const struct url *draft, struct str form)
{
    if (draft == NULL || form.len == 0)
        return (struct url){STR_NONE};
    return (struct url){str_printf(cx->arena, "%.*s/modifier/%.*s", STR_FMT(draft->s),
                                   STR_FMT(form))};
}

static struct summary_row
rule_row(struct ctx *cx, const struct policy_rule *r, const struct url *draft)
{
    struct str what = r->subject.len == 0
                          ? r->term
                          : str_printf(cx->arena, "%.*s, %.*s", STR_FMT(r->subject),
                                       STR_FMT(r->term));

    return (struct summary_row){.term = r->term, .value = r->text,
                                .change = change_url(cx, draft, r->form), .change_what = what};
}

struct words_section_list
words_sections(struct ctx *cx, const struct policy *p, const struct url *draft)
{
    struct policy_rule_list rules = policy_words(cx->arena, p);
    struct words_section_list out = {ARENA_ARRAY(cx->arena, WORDS_PARTS, struct words_section),
                                     WORDS_PARTS};
    struct str group = STR_NONE;

    for (int i = 0; i < WORDS_PARTS; i++) {
        out.item[i].title = str_of(words_part_title((enum words_part)i));
        out.item[i].id = str_printf(cx->arena, "regles-%d", i + 1);
        out.item[i].subjects.item = ARENA_ARRAY(cx->arena, rules.count, struct words_subject);
    }
    for (size_t i = 0; i < rules.count; i++) {
        const struct policy_rule *r = &rules.item[i];
        struct words_section *section = &out.item[r->part];
        struct words_subject_list *subjects = &section->subjects;
        if (subjects->count == 0 || !str_eq(group, r->group)) {
            struct words_subject *s = &subjects->item[subjects->count++];
            s->title = r->subject;
            s->rows.item = ARENA_ARRAY(cx->arena, rules.count, struct summary_row);
            group = r->group;
        }
        struct summary_row_list *rows = &subjects->item[subjects->count - 1].rows;
        if (draft == NULL && r->group.len > 0 && str_eq(r->text, r->subject))
            continue; /* It stands above already. */
        rows->item[rows->count++] = rule_row(cx, r, draft);
    }
    return out;
}

struct console_table
changes_table(struct ctx *cx, const char *id, struct str caption, struct str before,
              struct str after, const struct policy_change_list *changes)
{
    const char *heads[] = {"Règle", str_z(cx->arena, before), str_z(cx->arena, after), NULL};
    struct console_table t = console_table(cx, id, caption, heads, changes->count);

    for (size_t i = 0; i < changes->count; i++) {
        const struct policy_change *c = &changes->item[i];
        struct console_cell *cell = console_row(cx, &t);
        cell[0].text = c->term;
        cell[1].text = c->before.len > 0 ? c->before : STR("rien");
        cell[2].text = c->after.len > 0 ? c->after : STR("rien");
    }
    return t;
}

struct fault_row_list
fault_rows(struct ctx *cx, struct str json, const struct policy_fault_list *faults,
           const struct url *draft)
{
    static const struct json none = {.kind = JSON_NULL};
    const struct json *tree = &none;
    struct json *parsed;
    struct fault_row_list out = {ARENA_ARRAY(cx->arena, faults->count, struct fault_row),
                                 faults->count};

    if (json_parse(cx->arena, json, POLICY_JSON_MAX, &parsed, NULL) == OK)
        tree = parsed;
    for (size_t i = 0; i < faults->count; i++) {
        const struct policy_fault *f = &faults->item[i];
        struct str title = policy_fault_title(cx->arena, tree, f->path);
        struct str path = f->path.len > 0 ? f->path : STR("fichier");
        out.item[i] = (struct fault_row){
            .where = f->line == 0 ? path
                                  : str_printf(cx->arena, "%.*s, ligne %d", STR_FMT(path),
                                               f->line),
            .text = title.len == 0 ? f->words
                                   : str_printf(cx->arena, "%.*s\u00a0: %.*s", STR_FMT(title),
                                                STR_FMT(f->words)),
            .url = change_url(cx, draft, policy_spot_of(cx->arena, f->path)),
        };
    }
    return out;
}
