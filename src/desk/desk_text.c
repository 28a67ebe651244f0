/* SPDX-License-Identifier: Apache-2.0 */
/* desk_text.c - what the pages of the desk share. */
#include "base/format.h"
#include "desk/desk_web.h"

struct table
desk_table(struct ctx *cx, const char *id, struct str caption, const char *const *heads)
{
    struct table t = table_headed(cx->arena, id, caption, heads);

    t.stacked = true;
    return t;
}

void
desk_fact(struct summary_row_list *list, const char *term, struct str value)
{
    if (value.len > 0)
        summary_add(list, term, value);
}

struct url
desk_company_url(struct ctx *cx, int64_t siren)
{
    return url_path(cx->arena, "/console/entreprises/%s",
                    str_z(cx->arena, siren_str(cx->arena, siren)));
}

struct url
desk_order_url(struct ctx *cx, struct str ref)
{
    return url_path(cx->arena, "/console/commandes/%s", str_z(cx->arena, ref));
}

struct str
desk_siren_text(struct arena *a, int64_t siren)
{
    return str_printf(a, "%s", fmt_siren(siren_str(a, siren)).z);
}

struct str
desk_day(struct ctx *cx, int64_t ms)
{
    return str_printf(cx->arena, "%s", fmt_short_date(ms, ZONE_PARIS).z);
}

struct str
desk_time(struct ctx *cx, int64_t ms)
{
    return str_printf(cx->arena, "%s", fmt_date_time(ms, ZONE_PARIS).z);
}

struct str
desk_euros(struct ctx *cx, int64_t cents)
{
    return str_printf(cx->arena, "%s", fmt_euros(cents).z);
}

struct str
desk_town(struct ctx *cx, struct str postal_code, struct str city)
{
    return str_printf(cx->arena, "%.*s%s%.*s", STR_FMT(postal_code),
                      postal_code.len > 0 && city.len > 0 ? " " : "", STR_FMT(city));
}
