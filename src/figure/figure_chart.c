/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figure_chart.c - bars over time as SVG path data. All bars are one path, so that a chart of a
 * hundred weighs little.
 */
#include "base/format.h"
#include "figure/figure_view.h"

enum { LEFT = 560, RIGHT = 40, TOP = 120, BOTTOM = 260, LINES = 4, TICK_DROP = 190,
       LABEL_RISE = 45, LABEL_GAP = 70, LEAST = 15 };

int64_t
chart_step(int64_t value, int64_t n)
{
    static const int64_t firsts[] = {1, 2, 5};
    int64_t ten = 1;

    for (;;) {
        for (size_t i = 0; i < sizeof firsts / sizeof firsts[0]; i++)
            if (firsts[i] * ten * n >= value)
                return firsts[i] * ten;
        ten *= 10;
    }
}

static void
grid(struct arena *a, struct chart *c, int64_t step, int64_t lines)
{
    int64_t height = CHART_HEIGHT - TOP - BOTTOM;
    struct buf b = {0};

    c->up.item = ARENA_ARRAY(a, (size_t)lines + 1, struct chart_text);
    for (int64_t i = 0; i <= lines; i++) {
        int64_t y = TOP + height - height * i / lines;
        buf_printf(&b, "M%d %lldH%d", LEFT, (long long)y, CHART_WIDTH - RIGHT);
        c->up.item[c->up.count++] = (struct chart_text){
            LEFT - LABEL_GAP, y + LABEL_RISE, str_printf(a, "%s", fmt_int(step * i).z)};
    }
    c->lines = str_dup(a, buf_view(&b));
    buf_release(&b);
}

static void
rows_fill(struct arena *a, struct chart *c, const struct chart_bar *bar, size_t count, size_t each)
{
    c->rows.item = ARENA_ARRAY(a, count / each + 1, struct chart_row);
    for (size_t i = 0; i < count; i += each) {
        int64_t sum = 0;
        for (size_t k = i; k < count && k < i + each; k++)
            sum += bar[k].value;
        if (sum > 0)
            c->rows.item[c->rows.count++] = (struct chart_row){
                bar[i].label, str_printf(a, "%s", fmt_int(sum).z)};
    }
}

void
chart_draw(struct arena *a, struct chart *c, const struct chart_bar *bar, size_t count,
           int growing, size_t bars_a_row)
{
    int64_t width = CHART_WIDTH - LEFT - RIGHT, height = CHART_HEIGHT - TOP - BOTTOM;
    int64_t most = 1;
    struct buf full = {0}, open = {0};

    for (size_t i = 0; i < count; i++)
        most = bar[i].value > most ? bar[i].value : most;
    int64_t step = chart_step(most, LINES);
    int64_t lines = (most + step - 1) / step;
    grid(a, c, step, lines);
    rows_fill(a, c, bar, count, bars_a_row);
    c->across.item = ARENA_ARRAY(a, count, struct chart_text);
    for (size_t i = 0; i < count; i++) {
        int64_t x = LEFT + width * (int64_t)i / (int64_t)count;
        int64_t next = LEFT + width * (int64_t)(i + 1) / (int64_t)count;
        int64_t rise = height * bar[i].value / (step * lines);
        if (bar[i].tick.len > 0)
            c->across.item[c->across.count++] =
                (struct chart_text){x, CHART_HEIGHT - BOTTOM + TICK_DROP, bar[i].tick};
        if (bar[i].value <= 0)
            continue;
        if (rise < LEAST) /* Something is seen, however little it is. */
            rise = LEAST;
        buf_printf((int)i == growing ? &open : &full, "M%lld %dv%lldh%lldv%lldz", (long long)x,
                   CHART_HEIGHT - BOTTOM, (long long)-rise, (long long)((next - x) * 4 / 5),
                   (long long)rise);
    }
    c->bars = str_dup(a, buf_view(&full));
    c->growing = str_dup(a, buf_view(&open));
    buf_release(&full);
    buf_release(&open);
}
