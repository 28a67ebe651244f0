/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stock_part.c - the pieces that the stock pages are put together from.
 */
#include "base/parse.h"
#include "stock/stock_web.h"
#include "stock_tmpl.h"

bool
stock_may_write(const struct ctx *cx)
{
    return (cx->actor.rights & (RIGHT_STOCK | RIGHT_ADMIN)) != 0;
}

void
stock_crumbs(struct ctx *cx, struct page *p, struct str last)
{
    page_crumb(cx, p, STR("Stock"), last.len == 0 ? (struct url){STR_NONE} : URL("console/stock"));
    if (last.len > 0)
        page_crumb(cx, p, last, (struct url){STR_NONE});
}

enum { LINKS_MAX = 12, FACTS_MAX = 24, TABLES_MAX = 6 };

void
stock_action(struct ctx *cx, struct stock_link_list *list, struct str label, struct url url)
{
    if (list->item == NULL)
        list->item = ARENA_ARRAY(cx->arena, LINKS_MAX, struct stock_link);
    assert(list->count < LINKS_MAX);
    list->item[list->count++] = (struct stock_link){label, url, false};
}

void
stock_fact(struct ctx *cx, struct summary_row_list *list, struct str term, struct str value)
{
    if (list->item == NULL)
        list->item = ARENA_ARRAY(cx->arena, FACTS_MAX, struct summary_row);
    assert(list->count < FACTS_MAX);
    list->item[list->count++] = (struct summary_row){.term = term, .value = value};
}

struct stock_table
stock_table_begin(struct ctx *cx, const char *id, struct str caption, const char *const *heads,
                  size_t rows_max)
{
    struct stock_table t = {.table = {.id = id, .caption = caption, .stacked = true},
                            .pager = {.total = -1}};

    t.table.columns = table_columns(cx->arena, heads);
    t.rows.item = ARENA_ARRAY(cx->arena, rows_max, struct stock_row);
    return t;
}

struct stock_cell *
stock_row_add(struct ctx *cx, struct stock_table *t)
{
    struct stock_row *row = &t->rows.item[t->rows.count++];

    row->cells.count = t->table.columns.count;
    row->cells.item = ARENA_ARRAY(cx->arena, row->cells.count, struct stock_cell);
    memset(row->cells.item, 0, row->cells.count * sizeof row->cells.item[0]);
    return row->cells.item;
}

void
stock_tables_add(struct ctx *cx, struct stock_page_view *v, const struct stock_table *t)
{
    if (v->tables.item == NULL)
        v->tables.item = ARENA_ARRAY(cx->arena, TABLES_MAX, struct stock_table);
    assert(v->tables.count < TABLES_MAX);
    v->tables.item[v->tables.count++] = *t;
}

struct stock_input *
stock_input_add(struct ctx *cx, struct stock_form_view *v, const struct form *f, enum input kind,
                const char *name, const char *label, const char *hint, struct str initial)
{
    if (v->inputs.item == NULL)
        v->inputs.item = ARENA_ARRAY(cx->arena, FORM_INPUTS_MAX, struct stock_input);
    assert(v->inputs.count < FORM_INPUTS_MAX);
    struct stock_input *in = &v->inputs.item[v->inputs.count++];
    *in = (struct stock_input){
        .kind = kind, .field = form_field(f, name, str_of(label), str_of(hint), initial)};
    in->field.required = true;
    in->checked = kind == INPUT_CHECK && str_is(in->field.value, "1");
    return in;
}

struct str
stock_day_text(struct arena *a, int64_t day)
{
    struct civil c = civil_from_day(day);

    return day == 0 ? STR_NONE : str_printf(a, "%02d/%02d/%04d", c.day, c.month, c.year);
}

/* 02/05/2020 as 2020-05-02, anything else as it is. */
static struct str
iso_day(struct arena *a, struct str s)
{
    if (s.len != 10 || s.ptr[2] != '/' || s.ptr[5] != '/')
        return s;
    return str_printf(a, "%.4s-%.2s-%.2s", s.ptr + 6, s.ptr + 3, s.ptr);
}

int64_t
form_day(struct form *f, const char *name, const char *label, bool required)
{
    struct str s = form_text(f, name, label, required ? 1 : 0, 10);
    struct civil c;

    if (s.len == 0)
        return 0;
    struct str iso = iso_day(f->cx->arena, s);
    if (iso.len == 10 && civil_parse(iso, &c) && c.year >= 2000 && c.year < 2200)
        return civil_day(c.year, c.month, c.day);
    form_error(f, name, "%s\u00a0: écrivez la date comme 02/05/2020.", label);
    return 0;
}

struct choice_list
pool_choices(struct ctx *cx, const struct pool_info_list *pools, int64_t now)
{
    struct choice_list list = {ARENA_ARRAY(cx->arena, pools->count, struct choice), 0};

    for (size_t i = 0; i < pools->count; i++) {
        const struct pool_info *p = &pools->item[i];
        list.item[list.count++] = (struct choice){
            .value = str_printf(cx->arena, "%lld", (long long)p->id),
            .label = str_printf(cx->arena, "%.*s - %.*s (%.*s)", STR_FMT(p->label),
                                STR_FMT(p->good_name), STR_FMT(p->warehouse)),
            .checked = p->id == now,
        };
    }
    return list;
}

const struct pool_info *
pool_of(const struct pool_info_list *pools, int64_t id)
{
    for (size_t i = 0; i < pools->count; i++)
        if (pools->item[i].id == id)
            return &pools->item[i];
    return NULL;
}

enum err
stock_form_show(struct ctx *cx, struct req *req, struct form *f, struct stock_form_view *v)
{
    (void)cx;
    v->errors = form_errors(f);
    v->page.has_error = form_failed(f);
    stock_form_html(&req->out, v);
    return res_html(req, form_failed(f) ? 422 : 200);
}
