/* SPDX-License-Identifier: Apache-2.0 */
/* invoice_part.c - refunds in part: what packs cost to the cent, and what they were for. */
#include "invoice/invoice_int.h"

enum err
parts_taken(struct ctx *cx, int64_t payment_id, const struct order *o,
            int64_t packs[ORDER_LINES_MAX])
{
    struct db_rows rows;

    memset(packs, 0, ORDER_LINES_MAX * sizeof packs[0]);
    TRY(db_run(cx, SQL_REFUND_PART_TAKEN, &rows, db_int(payment_id)));
    for (size_t r = 0; r < rows.count; r++) {
        int64_t line = row_int(&rows, r, 0);
        assert(line >= 0 && line < o->line_count);
        packs[line] = row_int(&rows, r, 1);
    }
    return OK;
}

/* Net of all lines (and delivery) of one rate, with these packs gone. */
static int64_t
net_left(const struct order *o, const int64_t gone[ORDER_LINES_MAX], int bp)
{
    int bp_max = 0;
    int64_t net = 0;

    for (int i = 0; i < o->line_count; i++) {
        bp_max = o->line[i].vat_bp > bp_max ? o->line[i].vat_bp : bp_max;
        if (o->line[i].vat_bp == bp)
            net += (o->line[i].packs - gone[i]) * o->line[i].price_cents;
    }
    return bp == bp_max ? net + o->delivery_cents : net;
}

enum err
invoice_part_price(struct ctx *cx, const struct order *o, struct credit_part *part, int count,
                   int64_t *cents)
{
    int64_t gone[ORDER_LINES_MAX], sum = 0;
    bool seen[ORDER_LINES_MAX] = {false};

    assert(count > 0 && count <= ORDER_LINES_MAX);
    TRY(parts_taken(cx, o->payment_id, o, gone));
    for (int i = 0; i < count; i++) {
        int l = part[i].line;
        if (l < 0 || l >= o->line_count || seen[l] || part[i].packs < 1 ||
            part[i].packs > o->line[l].packs - gone[l])
            return ERR_INVALID;
        seen[l] = true;
    }
    for (int i = 0; i < count; i++) {
        const struct order_line *l = &o->line[part[i].line];
        int64_t before = doc_vat_of(net_left(o, gone, l->vat_bp), l->vat_bp);
        gone[part[i].line] += part[i].packs;
        part[i].net_cents = part[i].packs * l->price_cents;
        part[i].vat_cents = before - doc_vat_of(net_left(o, gone, l->vat_bp), l->vat_bp);
        sum += part[i].net_cents + part[i].vat_cents;
    }
    *cents = sum;
    return OK;
}

enum err
invoice_part_put(struct ctx *cx, int64_t refund_id, const struct credit_part *part, int count)
{
    struct db_rows rows;
    int64_t sum = 0;

    assert(db_in_write(cx));
    for (int i = 0; i < count; i++)
        sum += part[i].net_cents + part[i].vat_cents;
    TRY(db_run(cx, SQL_REFUND_AMOUNT, &rows, db_int(refund_id)));
    assert(rows.count == 1 && row_int(&rows, 0, 0) == sum);
    for (int i = 0; i < count; i++)
        TRY(db_run(cx, SQL_REFUND_PART_INSERT, NULL, db_int(refund_id), db_int(part[i].line),
                   db_int(part[i].packs), db_int(part[i].net_cents), db_int(part[i].vat_cents)));
    return OK;
}
