/* SPDX-License-Identifier: Apache-2.0 */
/* track_cmd.c - "maillon delivery track": asks the tracking service now, within its politeness. */
#include "base/civil.h"
#include "track/track_int.h"
#include "db/command.h"
#include "json/json.h"

static const char *const state_words[] = {"", "waiting", "asked", "labelled", "handed",
                                          "delivered", "returned", "lost", "damaged", "cancelled",
                                          "refused"};

/* One parcel, before and after it was asked about. */
struct followed {
    struct str number;
    struct parcel p;
    struct track_event_list events;
};

static enum err
parcel_unit(struct ctx *cx, void *arg)
{
    struct followed *f = arg;

    TRY(parcel_by_number(cx, f->number, &f->p));
    return track_events_of(cx, f->p.id, &f->events);
}

static void
put_parcel(struct ctx *cx, struct jw *w, const struct followed *f)
{
    jw_kstr(w, "number", f->p.number);
    jw_kstr(w, "order", f->p.order_ref);
    jw_kz(w, "state", state_words[f->p.state]);
    jw_key(w, "events");
    jw_array(w);
    for (size_t i = 0; i < f->events.count; i++) {
        jw_object(w);
        jw_kstr(w, "at", instant_str(cx->arena, f->events.item[i].at_ms));
        jw_kstr(w, "code", f->events.item[i].code);
        jw_kstr(w, "label", f->events.item[i].label);
        jw_close_object(w);
    }
    jw_close_array(w);
}

static void
print_json(struct ctx *cx, struct buf *b, const struct track_tally *t, const struct followed *f)
{
    struct jw w = jw_begin(b);

    jw_object(&w);
    jw_kint(&w, "parcels", t->parcels);
    jw_kint(&w, "requests", t->calls);
    jw_kint(&w, "new", t->fresh);
    if (f != NULL)
        put_parcel(cx, &w, f);
    if (t->why.len > 0)
        jw_kstr(&w, "problem", t->why);
    if (t->until_ms > cx->now_ms)
        jw_kstr(&w, "not_before", instant_str(cx->arena, t->until_ms));
    jw_close_object(&w);
    buf_byte(b, '\n');
}

static void
print_text(struct ctx *cx, struct buf *b, const struct track_tally *t, const struct followed *f)
{
    if (f == NULL)
        buf_printf(b, "%lld parcels asked about in %lld requests: %lld new\n",
                   (long long)t->parcels, (long long)t->calls, (long long)t->fresh);
    else
        buf_printf(b, "%.*s: %s, %zu news, %lld new\n", STR_FMT(f->p.number),
                   state_words[f->p.state], f->events.count, (long long)t->fresh);
    for (size_t i = 0; f != NULL && i < f->events.count; i++) {
        struct str at = instant_str(cx->arena, f->events.item[i].at_ms);
        buf_printf(b, "  %.*s %.*s %.*s\n", STR_FMT(at), STR_FMT(f->events.item[i].code),
                   STR_FMT(f->events.item[i].label));
    }
}

/* The service gave nothing; the exit code says so. */
static enum err
problem(struct ctx *cx, const struct track_tally *t)
{
    if (t->why.len == 0)
        return OK;
    if (t->until_ms > cx->now_ms)
        (void)command_fail("the tracking service: %.*s; not asked again before %.*s",
                           STR_FMT(t->why), STR_FMT(instant_str(cx->arena, t->until_ms)));
    else
        (void)command_fail("the tracking service: %.*s", STR_FMT(t->why));
    return ERR_BUSY;
}

enum err
delivery_track_cmd(struct ctx *cx, struct command_args *args)
{
    struct followed f = {0};
    struct track_tally tally;
    struct buf b = {0};
    bool one = false;

    for (int i = 0; i < args->count; i++)
        one = one || args->arg[i] != NULL;
    if (one)
        TRY(arg_word(args, "NUMBER", &f.number));
    TRY(arg_end(args));
    if (!track_enabled(cx))
        return command_fail("there is no key: set MAILLON_LAPOSTE_KEY");
    f.number = str_upper(cx->arena, f.number);
    enum err e = one ? db_read(cx, parcel_unit, &f) : OK;
    if (e == ERR_NOT_FOUND)
        (void)command_fail("no parcel has the number '%.*s'", STR_FMT(f.number));
    TRY(e);
    TRY(track_ask(cx, one ? &f.p : NULL, &tally));
    cx->now_ms = db_now_ms(cx->app->pool);
    if (one)
        TRY(db_read(cx, parcel_unit, &f));
    if (args->json)
        print_json(cx, &b, &tally, one ? &f : NULL);
    else
        print_text(cx, &b, &tally, one ? &f : NULL);
    e = command_print(&b);
    buf_release(&b);
    TRY(e);
    return problem(cx, &tally);
}
