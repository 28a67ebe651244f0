/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_shift.c - a campaign file whose openings lie around now, for demonstrations.
 *
 * The text itself is rewritten, civil time by civil time, so that the version that is stored and
 * shown tells the dates it obeys; nothing in the program ever reads a date relatively.
 */
#include "base/clock.h"
#include "json/json_tree.h"
#include "policy/policy.h"

static struct str
civil_moved(struct arena *a, struct str text, int64_t days)
{
    struct civil c;

    if (!civil_parse(text, &c))
        return text;
    struct civil d = civil_from_day(civil_day(c.year, c.month, c.day) + days);
    return str_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d", d.year, d.month, d.day, c.hour, c.minute,
                      c.second);
}

/* moved: the texts in the value are civil times. The reader bounds the depth. */
static void
value_move(struct arena *a, struct json *v, int64_t days, bool moved)
{
    if (v->kind == JSON_STR && moved)
        v->s = civil_moved(a, v->s, days);
    for (size_t i = 0; v->kind == JSON_ARRAY && i < v->count; i++)
        value_move(a, &v->item[i], days, moved);
    for (size_t i = 0; v->kind == JSON_OBJECT && i < v->count; i++) {
        struct str key = v->member[i].key;
        bool time = str_is(key, "opens") || str_is(key, "closes") || str_is(key, "origin");
        if (!str_is(key, "comment"))
            value_move(a, &v->member[i].value, days, moved || time);
    }
}

/* The earliest opening of the cohort (of any, when the code is empty) and where. */
static bool
opening_find(const struct policy *p, struct str code, int64_t *ms, enum territory *where)
{
    bool found = false;

    for (int i = 0; i < p->cohort_count; i++)
        for (int t = 1; t < TERRITORY_COUNT; t++)
            if ((p->cohort[i].territories & 1U << t) &&
                (code.len == 0 || str_eq(code, p->cohort[i].code)) &&
                (!found || p->cohort[i].opens_ms[t] < *ms)) {
                *ms = p->cohort[i].opens_ms[t];
                *where = (enum territory)t;
                found = true;
            }
    return found;
}

/* Whole days that bring the opening to the last time its clock showed that hour. */
static int64_t
days_until(int64_t opens_ms, enum zone zone, int64_t now_ms)
{
    struct civil opens = civil_of(opens_ms, zone), today = civil_of(now_ms, zone), moved;
    int64_t days = civil_day(today.year, today.month, today.day) -
                   civil_day(opens.year, opens.month, opens.day);

    moved = today;
    moved.hour = opens.hour;
    moved.minute = opens.minute;
    moved.second = opens.second;
    return civil_to_ms(&moved, zone) > now_ms ? days - 1 : days;
}

enum err
policy_open_now(struct arena *a, struct str json, struct str cohort, int64_t now_ms,
                struct str *out, struct policy_fault_list *faults)
{
    struct policy *p = NULL;
    struct json *tree = NULL;
    struct json_error why;
    enum territory where = TERRITORY_NONE;
    int64_t opens_ms = 0;
    struct buf text;

    TRY(policy_compile(a, json, &p, faults));
    if (!opening_find(p, cohort, &opens_ms, &where)) {
        struct policy_fault *f = ARENA_NEW(a, struct policy_fault);
        f->path = STR("/cohorts");
        f->text = str_printf(a, "has no cohort \"%.*s\" to open now", STR_FMT(cohort));
        f->words = str_printf(a, "aucun groupe «\u00a0%.*s\u00a0» à ouvrir", STR_FMT(cohort));
        *faults = (struct policy_fault_list){ f, 1 };
        return ERR_INVALID;
    }
    TRY(json_parse(a, json, POLICY_JSON_MAX, &tree, &why));
    value_move(a, tree, days_until(opens_ms, territory_zone(where), now_ms), false);
    buf_init(&text, POLICY_JSON_MAX * 2);
    json_write(&text, tree);
    *out = buf_dup(&text, a);
    bool overflow = text.overflow;
    buf_release(&text);
    return overflow ? ERR_LIMIT : OK;
}
