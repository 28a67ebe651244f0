/* SPDX-License-Identifier: Apache-2.0 */
/*
 * print.c - labels, delivery notes, pick and packing lists, hand-over lists, as PDF.
 */
#include "delivery/print.h"

#include "base/format.h"

enum { A4_W = 210, A4_H = 297, A5_W = 148, A5_H = 210, LABEL_W = 100, LABEL_H = 150,
       MARGIN = 15, FOOT_Y = 282 };

struct str
grams_text(struct arena *a, int64_t grams)
{
    return str_printf(a, "%lld,%03lld\u00a0kg", (long long)(grams / 1000),
                      (long long)(grams % 1000));
}

struct str
carrier_label(struct ctx *cx, struct str name)
{
    const struct carrier *c = carrier_by_name(name);

    if (c == &carrier_generic)
        return cx->app->conf->generic_name;
    return c == NULL ? name : str_of(c->label);
}

/* Lines of an address, joined by line ends; empty ones left out. */
static struct str
address_text(struct arena *a, const struct order *o)
{
    const struct order_address *to = &o->address;
    struct str lines[] = {to->company, to->person, to->complement, to->street, to->special};
    struct str text = STR_NONE;

    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (lines[i].len > 0)
            text = str_printf(a, "%.*s%.*s\n", STR_FMT(text), STR_FMT(lines[i]));
    return str_printf(a, "%.*s%.*s %.*s%s%s", STR_FMT(text), STR_FMT(to->postal_code),
                      STR_FMT(to->city), territory_customs(o->territory) ? "\n" : "",
                      territory_customs(o->territory) ? territory_label(o->territory) : "");
}

static struct str
sender_text(struct arena *a, const struct sender *s)
{
    return str_printf(a, "%.*s\n%.*s%s%.*s\n%.*s %.*s", STR_FMT(s->company),
                      STR_FMT(s->complement), s->complement.len > 0 ? ", " : "",
                      STR_FMT(s->street), STR_FMT(s->postal_code), STR_FMT(s->city));
}

/* "8L 41392 07826 0": groups are read out more easily. */
static struct str
number_text(struct arena *a, struct str n)
{
    if (n.len != 13)
        return n;
    return str_printf(a, "%.2s %.5s %.5s %.1s", n.ptr, n.ptr + 2, n.ptr + 7, n.ptr + 12);
}

/* ---- one label ---- */

void
print_label(struct ctx *cx, struct paper *p, const struct parcel_ask *ask)
{
    struct str carrier = carrier_label(cx, ask->p.carrier);
    double y = 6;

    paper_box(p, 3, 3, LABEL_W - 6, LABEL_H - 6);
    paper_cell(p, 6, y, 60, 13, PAPER_BOLD, carrier);
    paper_cell(p, 70, y, 24, 13, PAPER_BOLD, ask->p.product);
    y = 14;
    paper_rule(p, 3, y, LABEL_W - 6);
    paper_text(p, 6, y + 2, 60, 7, PAPER_PLAIN, STR("Expéditeur"));
    paper_text(p, 6, y + 6, 88, 8, PAPER_PLAIN, sender_text(cx->arena, &ask->label.sender));
    y = 34;
    paper_rule(p, 3, y, LABEL_W - 6);
    paper_text(p, 6, y + 2, 60, 7, PAPER_PLAIN, STR("Destinataire"));
    paper_text(p, 6, y + 7, 88, 11, PAPER_BOLD, address_text(cx->arena, &ask->label.o));
    if (ask->label.o.address.phone.len > 0)
        paper_cell(p, 6, 80, 88, 9, PAPER_PLAIN,
                   str_printf(cx->arena, "Tél. %.*s", STR_FMT(ask->label.o.address.phone)));
    paper_rule(p, 3, 87, LABEL_W - 6);
    paper_cell(p, 6, 89, 88, 10, PAPER_BOLD, str_of(contactless_steps[0].label));
    if (ask->label.o.address.instructions.len > 0)
        paper_text(p, 6, 94.5, 88, 7.5, PAPER_PLAIN,
                   utf8_cut(ask->label.o.address.instructions, 110));
    paper_rule(p, 3, 103, LABEL_W - 6);
    (void)paper_code128(p, 12, 106, 76, 22, ask->p.number);
    paper_cell(p, 24, 129, 70, 12, PAPER_BOLD, number_text(cx->arena, ask->p.number));
    struct str weight = grams_text(cx->arena, ask->p.weight_g);
    paper_cell(p, 6, 138, 88, 8, PAPER_PLAIN,
               str_printf(cx->arena, "Réf. %.*s   %.*s", STR_FMT(ask->p.sender_ref),
                          STR_FMT(weight)));
}

enum err
print_labels(struct ctx *cx, const struct parcel_ask *asks, size_t count, struct buf *out)
{
    struct paper *p = paper_open(out, LABEL_W, LABEL_H, "Étiquettes");

    for (size_t i = 0; i < count; i++) {
        print_label(cx, p, &asks[i]);
        paper_page(p);
    }
    return paper_close(p);
}

/* ---- the note ---- */

static double
contents(struct ctx *cx, struct paper *p, const struct parcel_ask *ask, double y)
{
    paper_cell(p, 12, y, 90, 9, PAPER_BOLD, STR("Contenu"));
    paper_cell(p, 110, y, 26, 9, PAPER_BOLD, STR("Quantité"));
    y += 5;
    paper_rule(p, 12, y, A5_W - 24);
    for (int i = 0; i < ask->label.good_count; i++) {
        double height = paper_text(p, 12, y + 1.5, 95, 9, PAPER_PLAIN, ask->label.good[i].name);
        paper_cell(p, 110, y + 1.5, 26, 9, PAPER_PLAIN,
                   str_printf(cx->arena, "%s", fmt_int(ask->label.good[i].units).z));
        y += height + 3;
        paper_rule(p, 12, y, A5_W - 24);
    }
    return y;
}

void
print_note(struct ctx *cx, struct paper *p, const struct parcel_ask *ask)
{
    double y = 10;

    paper_text(p, 12, y, 80, 14, PAPER_BOLD, STR("Bon de livraison"));
    (void)paper_code128(p, 92, y, 44, 10, ask->p.sender_ref);
    paper_cell(p, 92, y + 11, 44, 8, PAPER_PLAIN,
               str_printf(cx->arena, "Commande %.*s", STR_FMT(ask->label.o.ref)));
    paper_text(p, 12, 28, 60, 8, PAPER_PLAIN, sender_text(cx->arena, &ask->label.sender));
    paper_text(p, 74, 28, 62, 9, PAPER_BOLD, address_text(cx->arena, &ask->label.o));
    struct str number = ask->p.number.len > 0 ? number_text(cx->arena, ask->p.number)
                                              : STR("sans étiquette");
    struct str weight = grams_text(cx->arena, ask->p.weight_g);
    paper_text(p, 12, 62, 124, 9, PAPER_PLAIN,
               str_printf(cx->arena, "Colis %.*s, n° %.*s, %.*s", STR_FMT(ask->p.sender_ref),
                          STR_FMT(number), STR_FMT(weight)));
    y = contents(cx, p, ask, 70) + 4;
    paper_text(p, 12, y, 124, 9, PAPER_BOLD, STR("Livré sans contact et sans signature"));
    y += 6;
    for (int i = 0; i < CONTACTLESS_STEPS; i++)
        y += paper_text(p, 12, y, 124, 8.5, PAPER_PLAIN,
                        str_printf(cx->arena, "• %s", contactless_steps[i].receiver)) + 1;
    paper_text(p, 12, y + 3, 124, 8, PAPER_PLAIN,
               STR("Un article manque ou est abîmé ? Dites-le depuis la page de votre commande, "
                   "avec une photo."));
}

enum err
print_notes(struct ctx *cx, const struct parcel_ask *asks, size_t count, struct buf *out)
{
    struct paper *p = paper_open(out, A5_W, A5_H, "Bons de livraison");

    for (size_t i = 0; i < count; i++) {
        print_note(cx, p, &asks[i]);
        paper_page(p);
    }
    return paper_close(p);
}

/* ---- lists ---- */

static double
list_head(struct paper *p, struct str title, struct str below)
{
    paper_text(p, MARGIN, 12, 120, 15, PAPER_BOLD, title);
    paper_text(p, MARGIN, 20, 180, 9, PAPER_PLAIN, below);
    paper_rule(p, MARGIN, 27, A4_W - 2 * MARGIN);
    return 30;
}

double
print_packing(struct paper *p, const struct parcel_ask *ask, double y)
{
    double down = y + 2;

    paper_box(p, MARGIN, y + 2, 5, 5);
    (void)paper_code128(p, 24, y + 2, 46, 10, ask->p.sender_ref);
    paper_cell(p, 24, y + 13, 46, 8, PAPER_BOLD, ask->p.sender_ref);
    paper_cell(p, 74, down, 60, 9, PAPER_BOLD, ask->label.o.address.company);
    paper_cell(p, 74, down + 5, 60, 8, PAPER_PLAIN, ask->label.o.address.city);
    paper_cell(p, 74, down + 9.5, 60, 8, PAPER_PLAIN, ask->p.number);
    for (int i = 0; i < ask->label.good_count; i++) {
        struct short_str units = fmt_int(ask->label.good[i].units);
        paper_cell(p, 134, down, 14, 9, PAPER_BOLD, str_of(units.z));
        paper_cell(p, 149, down, 46, 8, PAPER_PLAIN, ask->label.good[i].name);
        down += 5;
    }
    y = down > y + 19 ? down + 1 : y + 19;
    paper_rule(p, MARGIN, y, A4_W - 2 * MARGIN);
    return y;
}

enum err
print_packing_list(struct ctx *cx, const struct wave *w, const struct parcel_ask *asks,
                   size_t count, struct buf *out)
{
    struct paper *p = paper_open(out, A4_W, A4_H, "Liste de colisage");
    struct str title = str_printf(cx->arena, "Colisage, vague %lld", (long long)w->id);
    struct str below = str_printf(cx->arena, "%s. Cochez, ou confirmez par le code-barres.",
                                  fmt_plural((int64_t)count, "colis", "colis").z);
    double y = list_head(p, title, below);

    for (size_t i = 0; i < count; i++) {
        if (y + 22 + 5 * asks[i].label.good_count > FOOT_Y) {
            paper_page(p);
            y = list_head(p, title, below);
        }
        y = print_packing(p, &asks[i], y);
    }
    paper_page(p);
    return paper_close(p);
}

enum err
print_pick_list(struct ctx *cx, const struct wave *w, const struct pick_list *picks,
                struct buf *out)
{
    struct paper *p = paper_open(out, A4_W, A4_H, "Liste de prélèvement");
    struct str title = str_printf(cx->arena, "Prélèvement, vague %lld", (long long)w->id);
    struct short_str made = fmt_date_time(w->created_ms, ZONE_PARIS);
    double y = list_head(p, title, str_printf(cx->arena, "Créée le %s", made.z));

    for (size_t i = 0; i < picks->count; i++) {
        const struct pick *k = &picks->item[i];
        if (y + 12 > FOOT_Y) {
            paper_page(p);
            y = list_head(p, title, STR("Suite"));
        }
        paper_box(p, MARGIN, y + 2, 5, 5);
        paper_cell(p, 24, y + 2, 40, 9, PAPER_BOLD, k->pool);
        paper_cell(p, 66, y + 2, 70, 9, PAPER_PLAIN, k->good);
        paper_cell(p, 138, y + 2, 30, 9, PAPER_PLAIN, k->pack);
        paper_cell(p, 170, y + 2, 26, 11, PAPER_BOLD,
                   str_printf(cx->arena, "%s", fmt_plural(k->packs, "lot", "lots").z));
        y += 9;
        paper_rule(p, MARGIN, y, A4_W - 2 * MARGIN);
    }
    paper_page(p);
    return paper_close(p);
}

static double
handover_foot(struct ctx *cx, struct paper *p, const struct handover *h, double y)
{
    struct str weight = grams_text(cx->arena, h->weight_g);

    paper_text(p, MARGIN, y + 5, 180, 10, PAPER_BOLD,
               str_printf(cx->arena, "Total : %s, %.*s",
                          fmt_plural(h->parcels, "colis", "colis").z, STR_FMT(weight)));
    paper_text(p, MARGIN, y + 13, 180, 8.5, PAPER_PLAIN,
               STR("Remise sans contact : les colis sont posés, le livreur les prend une fois "
                   "l’expéditeur éloigné. Heure de passage et nom du livreur :"));
    paper_rule(p, MARGIN, y + 27, 100);
    return y + 30;
}

enum err
print_handover(struct ctx *cx, const struct handover *h, const struct parcel_list *parcels,
               struct buf *out)
{
    struct paper *p = paper_open(out, A4_W, A4_H, "Bordereau de remise");
    struct str carrier = carrier_label(cx, h->carrier);
    struct str title = str_printf(cx->arena, "Bordereau de remise %lld", (long long)h->id);
    struct short_str at = fmt_date_time(h->created_ms, ZONE_PARIS);
    struct str below = str_printf(cx->arena, "%.*s, %s", STR_FMT(carrier), at.z);
    double y = list_head(p, title, below);

    for (size_t i = 0; i < parcels->count; i++) {
        const struct parcel *c = &parcels->item[i];
        if (y + 7 > FOOT_Y) {
            paper_page(p);
            y = list_head(p, title, below);
        }
        paper_cell(p, MARGIN, y + 1, 12, 8, PAPER_PLAIN,
                   str_printf(cx->arena, "%zu", i + 1));
        paper_cell(p, 28, y + 1, 52, 9, PAPER_BOLD, number_text(cx->arena, c->number));
        paper_cell(p, 84, y + 1, 46, 8, PAPER_PLAIN, c->sender_ref);
        paper_cell(p, 132, y + 1, 18, 8, PAPER_PLAIN, c->product);
        paper_cell(p, 152, y + 1, 40, 8, PAPER_PLAIN, grams_text(cx->arena, c->weight_g));
        y += 6;
        paper_rule(p, MARGIN, y, A4_W - 2 * MARGIN);
    }
    if (y + 32 > FOOT_Y) {
        paper_page(p);
        y = list_head(p, title, below);
    }
    handover_foot(cx, p, h, y);
    paper_page(p);
    return paper_close(p);
}

/* ---- what is picked ---- */

enum err
pick_list_of(struct ctx *cx, const struct wave *w, struct pick_list *out)
{
    struct campaign c;
    struct db_rows rows;

    TRY(campaign_by_id(cx, w->campaign_id, &c));
    TRY(db_run(cx, SQL_WAVE_PICKS, &rows, db_int(w->id)));
    out->item = ARENA_ARRAY(cx->arena, rows.count + 1, struct pick);
    out->count = rows.count;
    for (size_t r = 0; r < rows.count; r++) {
        struct pick *k = &out->item[r];
        *k = (struct pick){row_str(&rows, r, 0), row_str(&rows, r, 1), row_str(&rows, r, 2),
                           row_int(&rows, r, 3), row_int(&rows, r, 4), row_int(&rows, r, 5)};
        for (int g = 0; g < c.policy->good_count; g++)
            if (str_eq(c.policy->good[g].code, k->good))
                k->good = c.policy->good[g].name;
        for (int g = 0; g < c.policy->pack_count; g++)
            if (str_eq(c.policy->pack[g].code, k->pack))
                k->pack = c.policy->pack[g].label;
        for (int g = 0; g < c.policy->pool_count; g++)
            if (str_eq(c.policy->pool[g].code, k->pool) && c.policy->pool[g].label.len > 0)
                k->pool = c.policy->pool[g].label;
    }
    return OK;
}
