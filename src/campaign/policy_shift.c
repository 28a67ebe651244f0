/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_shift.c - a campaign file whose openings lie around now, for demonstrations.
 *
 * The text itself is rewritten, civil time by civil time, so that the version that is stored and
 * shown tells the dates it obeys; nothing in the program ever reads a date relatively.
 */
#include "base/clock.h"
#include "campaign/policy.h"
#include "json/json.h"

struct shift {
    struct arena *arena;
    struct jw out;
    int64_t days;
};

static struct str
civil_moved(struct shift *s, struct str text)
{
    struct civil c;

    if (!civil_parse(text, &c))
        return text;
    struct civil d = civil_from_day(civil_day(c.year, c.month, c.day) + s->days);
    return str_printf(s->arena, "%04d-%02d-%02dT%02d:%02d:%02d", d.year, d.month, d.day, c.hour,
                      c.minute, c.second);
}

/* Writes a value again; moved: the texts in it are civil times. The reader bounds the depth. */
static void
value_write(struct shift *s, const struct json *v, bool moved)
{
    switch (v->kind) {
    case JSON_BOOL:
        jw_bool(&s->out, v->b);
        break;
    case JSON_INT:
        jw_int(&s->out, v->i);
        break;
    case JSON_STR:
        jw_str(&s->out, moved ? civil_moved(s, v->s) : v->s);
        break;
    case JSON_ARRAY:
        jw_array(&s->out);
        for (size_t i = 0; i < v->count; i++)
            value_write(s, &v->item[i], moved);
        jw_close_array(&s->out);
        break;
    case JSON_OBJECT:
        jw_object(&s->out);
        for (size_t i = 0; i < v->count; i++) {
            struct str key = v->member[i].key;
            bool time = str_is(key, "opens") || str_is(key, "closes") || str_is(key, "origin");
            jw_key(&s->out, str_z(s->arena, key));
            value_write(s, &v->member[i].value,
                        !str_is(key, "comment") && (moved || time));
        }
        jw_close_object(&s->out);
        break;
    default: /* A compiled file holds no other numbers than whole ones. */
        jw_null(&s->out);
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
        *faults = (struct policy_fault_list){ f, 1 };
        return ERR_INVALID;
    }
    TRY(json_parse(a, json, POLICY_JSON_MAX, &tree, &why));
    buf_init(&text, POLICY_JSON_MAX * 2);
    struct shift s = { .arena = a, .out = jw_begin(&text) };
    s.days = days_until(opens_ms, territory_zone(where), now_ms);
    value_write(&s, tree, false);
    *out = buf_dup(&text, a);
    bool overflow = text.overflow;
    buf_release(&text);
    return overflow ? ERR_LIMIT : OK;
}
