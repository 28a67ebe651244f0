/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figure_map.c - départements coloured by how many of their companies have ordered: the share of
 * those that may, or their number where that is not known. Five classes of one width, from a round
 * step; the legend and the table beneath say the same in words.
 */
#include "base/format.h"
#include "figure/department.h"
#include "figure/figure_view.h"

enum { TILE_LEFT = 8, TILE_TOP = 340, TILE_ACROSS = 66, TILE_DOWN = 52, TILES_A_ROW = 2,
       SHARE_SCALE = 100 };

struct str
place_name(struct arena *a, struct str code)
{
    if (code.len == 0)
        return STR("Sans département");
    for (size_t i = 0; i < department_table_count; i++)
        if (str_is(code, department_table[i].code))
            return str_printf(a, "%s (%s)", department_table[i].name, department_table[i].code);
    return str_printf(a, "Département %.*s", STR_FMT(code));
}

static const struct place *
place_find(const struct place_list *places, const char *code)
{
    for (size_t i = 0; i < places->count; i++)
        if (str_is(places->item[i].code, code))
            return &places->item[i];
    return NULL;
}

/* What is coloured: basis points of the share, or companies. */
static int64_t
value_of(const struct place *p, bool has_share)
{
    if (p == NULL || !has_share)
        return p == NULL ? 0 : p->companies;
    if (p->eligible <= 0)
        return p->companies > 0 ? 100 * SHARE_SCALE : 0;
    int64_t bp = p->companies * 100 * SHARE_SCALE / p->eligible;
    return p->companies > 0 && bp == 0 ? 1 : bp > 100 * SHARE_SCALE ? 100 * SHARE_SCALE : bp;
}

static int
level_of(int64_t value, int64_t step)
{
    if (value <= 0)
        return 0;
    int64_t level = (value + step - 1) / step;
    return level >= MAP_LEVELS ? MAP_LEVELS - 1 : (int)level;
}

static struct str
title_of(struct arena *a, const struct department *d, const struct place *p, bool has_share)
{
    int64_t companies = p == NULL ? 0 : p->companies;

    if (has_share && p != NULL && p->eligible > 0)
        return str_printf(a, "%s\u00a0: %.*s", d->name,
                          STR_FMT(board_share(a, p->companies, p->eligible)));
    return str_printf(a, "%s\u00a0: %s", d->name,
                      fmt_plural(companies, "entreprise", "entreprises").z);
}

/* "5 à 10 %"; whole companies: "21 à 40". */
static struct str
class_text(struct arena *a, int level, int64_t step, bool has_share)
{
    int64_t from = step * (level - 1), to = step * level;

    if (has_share)
        return level == 1 ? str_printf(a, "jusqu’à %s", fmt_percent_bp(to).z)
                          : str_printf(a, "%s à %s", fmt_int(from / SHARE_SCALE).z,
                                       fmt_percent_bp(to).z);
    return step == 1 ? str_printf(a, "%s", fmt_int(to).z)
                     : str_printf(a, "%s à %s", fmt_int(from + 1).z, fmt_int(to).z);
}

static void
classes_fill(struct arena *a, struct board_map *m, int64_t step)
{
    m->classes.item = ARENA_ARRAY(a, MAP_LEVELS, struct map_class);
    m->classes.count = MAP_LEVELS;
    m->classes.item[0] = (struct map_class){0, STR("aucune")};
    for (int i = 1; i < MAP_LEVELS; i++)
        m->classes.item[i] = (struct map_class){i, class_text(a, i, step, m->has_share)};
}

static void
department_draw(struct arena *a, struct board_map *m, const struct department *d,
                const struct place *p, int64_t step)
{
    struct map_shape shape = {str_of(d->path), title_of(a, d, p, m->has_share),
                              level_of(value_of(p, m->has_share), step)};

    if (d->path[0] != '\0') {
        m->shapes.item[m->shapes.count++] = shape;
        if (d->inset[0] == '\0')
            return;
        shape.path = str_of(d->inset);
        m->inset.item[m->inset.count++] = shape;
        return;
    }
    int64_t n = (int64_t)m->tiles.count;
    m->tiles.item[m->tiles.count++] = (struct map_tile){
        TILE_LEFT + n % TILES_A_ROW * TILE_ACROSS, TILE_TOP + n / TILES_A_ROW * TILE_DOWN,
        str_of(d->code), shape.title, shape.level};
}

void
map_draw(struct arena *a, const struct place_list *places, bool has_share, struct board_map *m)
{
    size_t count = department_table_count;
    int64_t most = 1, seen = 0;

    m->has_share = has_share;
    for (size_t i = 0; i < places->count; i++) {
        int64_t value = value_of(&places->item[i], has_share);
        most = value > most ? value : most;
        seen += places->item[i].companies > 0 && places->item[i].code.len > 0 ? 1 : 0;
    }
    /* Of shares whole percents, and no class beyond all of them. */
    int64_t step = has_share ? chart_step((most + SHARE_SCALE - 1) / SHARE_SCALE, MAP_LEVELS - 1)
                             : chart_step(most, MAP_LEVELS - 1);
    if (has_share)
        step = SHARE_SCALE * (step > 20 ? 20 : step);
    m->shapes.item = ARENA_ARRAY(a, count, struct map_shape);
    m->inset.item = ARENA_ARRAY(a, count, struct map_shape);
    m->tiles.item = ARENA_ARRAY(a, count, struct map_tile);
    for (size_t i = 0; i < count; i++) {
        const struct department *d = &department_table[i];
        const struct place *p = place_find(places, d->code);
        department_draw(a, m, d, p, step);
    }
    classes_fill(a, m, step);
    m->summary = str_printf(a, "Des entreprises ont commandé dans %s.",
                            fmt_plural(seen, "département", "départements").z);
}
