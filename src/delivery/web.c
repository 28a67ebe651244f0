/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web.c - tables and facts as the pages of preparation show them.
 */
#include "delivery/web.h"

bool
web_may_act(const struct ctx *cx)
{
    return (cx->actor.rights & (RIGHT_STOCK | RIGHT_ADMIN)) != 0;
}

enum err
web_parcels_of_wave(struct ctx *cx, int64_t wave_id, int64_t state, int64_t after, int limit,
                    struct parcel_list *out)
{
    struct db_rows rows;

    if (state == 0)
        TRY(db_run(cx, SQL_PARCEL_OF_WAVE, &rows, db_int(wave_id), db_int(after),
                   db_int(limit)));
    else
        TRY(db_run(cx, SQL_PARCEL_OF_WAVE_STATE, &rows, db_int(wave_id), db_int(state),
                   db_int(after), db_int(limit)));
    *out = parcels_from_rows(cx, &rows);
    return OK;
}

static enum tone
parcel_tone(const struct parcel *p)
{
    if (p->state == PARCEL_REFUSED || p->state == PARCEL_LOST || p->state == PARCEL_DAMAGED)
        return TONE_BAD;
    if (p->problem.len > 0 || p->state == PARCEL_RETURNED || p->state == PARCEL_CANCELLED)
        return TONE_WARN;
    return p->state >= PARCEL_LABELLED ? TONE_GOOD : TONE_INFO;
}

void
web_parcel_table(struct ctx *cx, const struct parcel_list *list, struct str caption,
                 struct url here, int64_t after, struct table *table,
                 struct parcel_row_list *rows, struct pager *pager)
{
    static const char *const heads[] = {"Colis", "État", "Numéro", "#Poids", "Emballage", NULL};
    size_t count = list->count > PARCEL_PAGE ? PARCEL_PAGE : list->count;

    *table = table_headed(cx->arena, "colis", caption, heads);
    table->stacked = true; /* Each cell says by itself what it is. */
    rows->item = ARENA_ARRAY(cx->arena, count + 1, struct parcel_row);
    rows->count = count;
    for (size_t i = 0; i < count; i++) {
        const struct parcel *p = &list->item[i];
        rows->item[i] = (struct parcel_row){
            .url = url_path(cx->arena, "/console/preparation/colis/%lld", (long long)p->id),
            .ref = p->sender_ref,
            .number = p->number.len > 0 ? p->number : STR("Sans étiquette"),
            .weight = grams_text(cx->arena, p->weight_g),
            .state = str_of(parcel_state_label(p->state)),
            .problem = p->problem,
            .tone = parcel_tone(p),
            .packing = p->packed_ms > 0           ? STR("Emballé")
                       : p->state >= PARCEL_HANDED && p->state <= PARCEL_DAMAGED
                           ? STR("Non confirmé")
                       : p->state == PARCEL_CANCELLED ? STR_NONE
                                                      : STR("À emballer"),
        };
    }
    *pager = (struct pager){.total = -1, .from = count > 0, .to = (int64_t)count};
    if (after > 0)
        pager->previous = here;
    if (list->count > PARCEL_PAGE)
        pager->next = url_with(cx->arena, here, "apres",
                               str_printf(cx->arena, "%lld",
                                          (long long)list->item[PARCEL_PAGE - 1].id));
}
