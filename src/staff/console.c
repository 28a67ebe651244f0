/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console.c - what stands around every page of the console: who the organiser is, what the person
 * may open, and where somebody waits.
 */
#include "account/review.h"
#include "console_tmpl.h"
#include "care/care.h"
#include "http/route.h"
#include "invoice/settle.h"
#include "payment/payment.h"
#include "privacy/privacy.h"
#include "staff/staff_web.h"

static const struct {
    const char *path, *label;
} entries[] = {
#define NAV(path, label) {path, label},
#include "console_nav.h"
#undef NAV
};
enum { ENTRIES = sizeof entries / sizeof entries[0] };

bool
console_may_open(const struct ctx *cx, const char *path)
{
    for (size_t i = 0; i < route_count; i++)
        if (routes[i].method == METHOD_GET && strcmp(routes[i].path, path) == 0)
            return (cx->actor.rights & (unsigned)routes[i].right) != 0;
    return false;
}

static enum err
money_waiting(struct ctx *cx, int64_t *out)
{
    int64_t findings, files;

    TRY(payment_waiting(cx, out));
    TRY(settle_waiting(cx, &findings, &files));
    *out += findings;
    return OK;
}

/* What waits for this person behind a link. */
static enum err
waiting_at(struct ctx *cx, const char *path, int64_t *out)
{
    *out = 0;
    if (strcmp(path, "/console/approbations") == 0)
        return act_count_waiting(cx, out);
    if (strcmp(path, "/agent") == 0)
        return review_count(cx, out);
    if (strcmp(path, "/console/finances") == 0)
        return money_waiting(cx, out);
    if (strcmp(path, "/console/donnees") == 0)
        return privacy_count_open(cx, out);
    if (strcmp(path, "/console/livraison") == 0)
        return care_troubles_waiting(cx, out);
    if (strcmp(path, "/console/reclamations") == 0)
        return care_complaints_waiting(cx, out);
    return OK;
}

/* The longest path that the request's begins with is where the person is. */
static size_t
current_entry(struct str path)
{
    size_t best = ENTRIES, best_len = 0;

    for (size_t i = 0; i < ENTRIES; i++) {
        struct str p = str_of(entries[i].path);
        bool below = str_starts(path, p) && (path.len == p.len || path.ptr[p.len] == '/');
        if (below && p.len > best_len && (path.len == p.len || !str_is(p, "/console"))) {
            best = i;
            best_len = p.len;
        }
    }
    return best;
}

enum err
console_page(struct ctx *cx, struct req *req, struct str title, struct page *out)
{
    size_t current = current_entry(req->path);
    struct db_rows rows;

    *out = page_begin(cx, req, title);
    TRY(db_run(cx, SQL_STAFF_ORGANISER, &rows, db_int(cx->actor.organiser_id)));
    if (rows.count == 0)
        return OK;
    out->organiser = row_str(&rows, 0, 0);
    out->home = URL("console");
    page_theme(out, cx->arena, row_str(&rows, 0, 1));
    out->console.role = staff_roles_text(cx->arena, cx->actor.rights);
    out->console.links.item = ARENA_ARRAY(cx->arena, ENTRIES, struct console_link);
    for (size_t i = 0; i < ENTRIES; i++) {
        struct console_link *l = &out->console.links.item[out->console.links.count];
        if (!console_may_open(cx, entries[i].path))
            continue;
        *l = (struct console_link){
            .label = str_of(entries[i].label),
            .url = {str_of(entries[i].path)},
            .is_current = i == current,
        };
        TRY(waiting_at(cx, entries[i].path, &l->waiting));
        out->console.waiting += l->waiting;
        if (l->is_current)
            out->console.here = l->label;
        out->console.links.count++;
    }
    return OK;
}

/* GET /console */
enum err
console_home_page(struct ctx *cx, struct req *req)
{
    struct console_home_view v = {0};

    TRY(console_page(cx, req, STR("Console"), &v.page));
    v.waits.item = ARENA_ARRAY(cx->arena, v.page.console.links.count, struct console_wait);
    for (size_t i = 0; i < v.page.console.links.count; i++) {
        const struct console_link *l = &v.page.console.links.item[i];
        if (l->waiting > 0)
            v.waits.item[v.waits.count++] = (struct console_wait){
                .label = l->label, .url = l->url,
                .text = str_printf(cx->arena, "%s", fmt_plural(l->waiting, "élément attend",
                                                               "éléments attendent").z)};
    }
    v.roles.item = ARENA_ARRAY(cx->arena, STAFF_ROLES, struct summary_row);
    for (int i = 0; i < STAFF_ROLES; i++)
        if ((cx->actor.rights & staff_roles[i].right) != 0)
            v.roles.item[v.roles.count++] = (struct summary_row){
                .term = str_of(staff_roles[i].title), .value = str_of(staff_roles[i].what)};
    console_home_html(&req->out, &v);
    return res_html(req, 200);
}
