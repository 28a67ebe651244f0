/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track_laposte.c - answers of La Poste's suivi v2, and how often to ask. Pure.
 *
 * One identifier gives an object, several an array of them. Each holds a returnCode of its own
 * and, when it is known, shipment.event, newest first.
 */
#include "base/civil.h"
#include "base/clock.h"
#include "track/track_int.h"
#include "json/json.h"

#define DAYS(n) ((int64_t)(n) * CLOCK_DAY_MS)

enum { ANSWERS_MAX = 64, REPLY_MAX = 1024 * 1024, PARCEL_NUMBER_MAX = 15 };

/* At most max characters of valid text, control characters made spaces. */
static struct str
tame(struct arena *a, struct str s, size_t max)
{
    char *to = arena_alloc(a, s.len + 1);
    size_t n = 0, signs = 0;

    for (size_t i = 0; i < s.len; i++) {
        bool starts = ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
        if (starts && signs++ == max)
            break;
        to[n++] = (unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f ? ' ' : s.ptr[i];
    }
    struct str out = str_trim(str_n(to, n));
    return utf8_valid(out) && !utf8_has_control(out, "") ? out : STR_NONE;
}

static bool
event_read(struct arena *a, const struct json *j, struct track_event *out)
{
    struct str code = json_get_str(j, "code");
    int64_t at;

    if (code.len == 0 || code.len > 8 || !instant_parse(json_get_str(j, "date"), &at) || at <= 0)
        return false;
    *out = (struct track_event){.at_ms = at, .code = code,
                                .label = tame(a, json_get_str(j, "label"), TRACK_LABEL_MAX)};
    return true;
}

/* Newest first becomes oldest first; what cannot be read is left out. */
static struct track_event_list
events_read(struct arena *a, const struct json *events)
{
    struct track_event_list list = {NULL, 0};

    if (events == NULL || events->kind != JSON_ARRAY)
        return list;
    size_t count = events->count < TRACK_EVENTS_MAX ? events->count : TRACK_EVENTS_MAX;
    list.item = ARENA_ARRAY(a, count + 1, struct track_event);
    for (size_t i = count; i-- > 0;)
        if (events->item[i].kind == JSON_OBJECT &&
            event_read(a, &events->item[i], &list.item[list.count]))
            list.count++;
    return list;
}

static struct track_answer
answer_read(struct arena *a, const struct json *j)
{
    struct track_answer out = {STR_NONE, TRACK_BAD, {NULL, 0}};

    if (j->kind != JSON_OBJECT)
        return out;
    const struct json *shipment = json_get(j, "shipment");
    int64_t code = json_get_int(j, "returnCode", 0);
    struct str inside = STR_NONE;
    if (shipment != NULL && shipment->kind == JSON_OBJECT)
        inside = json_get_str(shipment, "idShip");
    out.number = json_get_str(j, "idShip");
    if (out.number.len > 0 && inside.len > 0 && !str_eq(out.number, inside))
        return out; /* Two parcels' news in one answer: whose it is nobody can tell. */
    if (out.number.len == 0)
        out.number = inside;
    if (out.number.len > PARCEL_NUMBER_MAX)
        out.number = STR_NONE;
    if (code == 404 || code == 400 || code == 104 || code == 207) {
        out.kind = TRACK_UNKNOWN;
    } else if (code == 200 && shipment != NULL && shipment->kind == JSON_OBJECT) {
        out.kind = TRACK_NEWS;
        out.events = events_read(a, json_get(shipment, "event"));
    }
    return out;
}

enum err
laposte_read(struct arena *a, struct str reply, struct track_answer_list *out)
{
    struct json_error why;
    struct json *root;

    if (json_parse(a, reply, REPLY_MAX, &root, &why) != OK)
        return ERR_INVALID;
    if (root->kind != JSON_OBJECT && root->kind != JSON_ARRAY)
        return ERR_INVALID;
    size_t count = root->kind == JSON_OBJECT ? 1 : root->count;
    if (count > ANSWERS_MAX)
        return ERR_INVALID;
    out->item = ARENA_ARRAY(a, count + 1, struct track_answer);
    out->count = count;
    for (size_t i = 0; i < count; i++)
        out->item[i] = answer_read(a, root->kind == JSON_OBJECT ? root : &root->item[i]);
    return OK;
}

int64_t
track_next_ms(int64_t handed_ms, enum track_sense last, int64_t now_ms)
{
    int64_t age = now_ms - handed_ms, pause;

    if (age > DAYS(60) || last == SENSE_DELIVERED || last == SENSE_RETURNED)
        return 0;
    if (age < TRACK_FIRST_MS)
        return handed_ms + TRACK_FIRST_MS;
    if (last == SENSE_OUT)
        pause = 2 * CLOCK_HOUR_MS;
    else if (age < DAYS(4))
        pause = 4 * CLOCK_HOUR_MS;
    else if (age < DAYS(10))
        pause = 8 * CLOCK_HOUR_MS;
    else
        pause = age < DAYS(21) ? 12 * CLOCK_HOUR_MS : CLOCK_DAY_MS;
    return now_ms + pause;
}
