/* SPDX-License-Identifier: Apache-2.0 */
/* A carrier's status file: good lines are applied, each other one has its reason; and a parcel that
 * was settled as lost turns up. */
#include "base/clock.h"
#include "track/status_file.h"
#include "track/trouble.h"
#include "test/parcels.h"

int test_status(void);

#define BYTES(z) {(z), sizeof(z) - 1}
#define HANDED (SHOP_NOW_MS - INT64_C(2) * CLOCK_DAY_MS) /* 2020-06-01 12:00 in Paris. */

/* Five orders of one parcel each: 1 to 3 with the carrier, 4 waits, 5 is cancelled here. */
struct desk {
    struct shop s;
    int64_t order[6];
    struct str number[6];
};

static void
desk_open(struct fixture *f, struct desk *d)
{
    shop_open(f, &d->s, 600, 0);
    for (int n = 1; n <= 5; n++) {
        shop_company(&d->s, n, 10, 1);
        d->order[n] = n <= 3 ? parcels_handed(&d->s, n, 1, 100 + n, true, HANDED)
                             : parcels_waiting(&d->s, n, 1, 100 + n, true);
    }
    fixture_sql(f, "UPDATE parcel SET number = '8L' || (4139207000 + id) || '0', labelled_ms = 1 "
                   "WHERE number IS NULL");
    for (int n = 1; n <= 5; n++)
        d->number[n] = parcels_get(&d->s, d->order[n], 1).number;
    char sql[100];
    snprintf(sql, sizeof sql, "UPDATE parcel SET state = 9 WHERE order_id = %lld",
             (long long)d->order[5]);
    fixture_sql(f, sql);
}

static enum err
hand_in(struct desk *d, struct str file, int64_t organiser_id, bool dry, struct status_result *r)
{
    struct ctx *cx = &d->s.f->cx;

    cx->actor.organiser_id = organiser_id;
    enum err e = status_file_run(cx, file, organiser_id, dry, r);
    assert_true((e == ERR_INVALID) == (r->why.len > 0));
    return e;
}

/* "#3" in the lines becomes the number of the third parcel. */
static struct str
lines_of(struct desk *d, const char *lines)
{
    struct arena *a = &d->s.f->arena;
    struct str out = STR_NONE;

    for (const char *c = lines; *c != '\0'; c++) {
        if (*c == '#') {
            struct str number = d->number[*++c - '0'];
            out = str_printf(a, "%.*s%.*s", STR_FMT(out), STR_FMT(number));
        } else {
            out = str_printf(a, "%.*s%c", STR_FMT(out), *c);
        }
    }
    return out;
}

static int
parcel_is(struct desk *d, int n)
{
    char sql[100];

    snprintf(sql, sizeof sql, "SELECT state FROM parcel WHERE order_id = %lld AND nth = 1",
             (long long)d->order[n]);
    return (int)fixture_int(d->s.f, sql);
}

static void
each_line_that_is_left_out_says_why_and_the_others_are_applied(void **state)
{
    static const struct {
        const char *line, *code;
    } lines[] = {
        {"#1;LIVRE;2020-06-02 08:00;Lyon", NULL},
        {"8L41392078260;LIVRE;2020-06-02 08:00;Lyon", "unknown_parcel"},
        {";LIVRE;2020-06-02 08:00;Lyon", "no_parcel"},
        {"#2;PEUT-ETRE;2020-06-02 08:00;Lyon", "unknown_status"},
        {"#2;LIVRE;hier;Lyon", "wrong_date"},
        {"#2;LIVRE;31/06/2020 08:00;Lyon", "wrong_date"},
        {"#2;LIVRE;2020-06-02 25:00;Lyon", "wrong_date"},
        {"#2;LIVRE;02/06/2020;Lyon", "no_hour"},
        {"#2;LIVRE;2020-06-09 08:00;Lyon", "future_date"},
        {"#2;LIVRE;2020-05-09 08:00;Lyon", "early_date"},
        {"#4;LIVRE;2020-06-02 08:00;Lyon", "not_handed_over"},
        {"#5;LIVRE;2020-06-02 08:00;Lyon", "cancelled"},
        {"#1;livr\xC3\xA9;02/06/2020 08:00;Lyon", "repeated"},
        {"#3;LIVRE;2020-06-02 09:00;Lyon", "contradictory"},
        {"#3;RETOURNE;2020-06-02 09:00;Lyon", "contradictory"},
        {"#2;EN LIVRAISON;02/06/2020 8:00:30;Lyon", NULL},
        {"#2;LIVRE;\"2020-06-02 08:00;Lyon", "malformed"},
    };
    enum { LINES = sizeof lines / sizeof lines[0] };
    struct fixture *f = *state;
    struct desk d = {0};
    struct status_result r;
    size_t n = 0;

    desk_open(f, &d);
    struct str file = STR("Numéro de colis;Statut;Date;Lieu\n");
    for (size_t i = 0; i < LINES; i++)
        file = str_printf(&f->arena, "%.*s%.*s\n", STR_FMT(file),
                          STR_FMT(lines_of(&d, lines[i].line)));
    assert_int_equal(OK, hand_in(&d, file, d.s.campaign.organiser_id, false, &r));
    for (size_t i = 0; i < LINES; i++) {
        if (lines[i].code == NULL)
            continue;
        if (n == r.bad.count || r.bad.item[n].line != (int64_t)i + 2 ||
            strcmp(lines[i].code, r.bad.item[n].code) != 0)
            fail_msg("line %zu is not %s but %s of line %lld", i + 2, lines[i].code,
                     n == r.bad.count ? "none" : r.bad.item[n].code,
                     n == r.bad.count ? 0LL : (long long)r.bad.item[n].line);
        assert_true(r.bad.item[n].why != NULL && r.bad.item[n].why[0] != '\0');
        n++;
    }
    assert_int_equal(n, r.bad.count);
    assert_int_equal(n, r.bad_count);
    assert_int_equal(LINES, r.lines);
    assert_int_equal(2, r.fresh);
    assert_int_equal(2, fixture_count(f, "parcel_event"));
    assert_int_equal(PARCEL_DELIVERED, parcel_is(&d, 1));
    assert_int_equal(PARCEL_HANDED, parcel_is(&d, 2));
    assert_int_equal(PARCEL_HANDED, parcel_is(&d, 3));
    assert_int_equal(PARCEL_WAITING, parcel_is(&d, 4));
    assert_int_equal(PARCEL_CANCELLED, parcel_is(&d, 5));
    shop_check(&d.s);
}

static void
the_same_file_again_changes_nothing_and_a_dry_run_never_does(void **state)
{
    struct fixture *f = *state;
    struct desk d = {0};
    struct status_result r;

    desk_open(f, &d);
    struct str file = lines_of(&d, "colis,statut,date\n#1,LIVRE,2020-06-02T08:00:00Z\n"
                                   "#2,EN TRANSIT,2020-06-02T09:00:00Z\n");
    assert_int_equal(OK, hand_in(&d, file, 0, true, &r));
    assert_int_equal(2, r.fresh);
    assert_int_equal(0, fixture_count(f, "parcel_event"));
    assert_int_equal(PARCEL_HANDED, parcel_is(&d, 1));
    assert_int_equal(OK, hand_in(&d, file, 0, false, &r));
    assert_int_equal(2, r.fresh);
    assert_int_equal(0, r.bad_count);
    assert_int_equal(OK, hand_in(&d, file, 0, false, &r));
    assert_int_equal(0, r.fresh);
    assert_int_equal(2, r.known);
    assert_int_equal(2, fixture_count(f, "parcel_event"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM mail "
                                       "WHERE cause = 'order_delivered'"));
    /* News of before what is known is kept and moves nothing; it is said. */
    file = lines_of(&d, "colis,statut,date\n#1,EN LIVRAISON,2020-06-02T05:00:00Z\n");
    assert_int_equal(OK, hand_in(&d, file, 0, false, &r));
    assert_int_equal(1, r.fresh);
    assert_int_equal(1, r.older);
    assert_int_equal(PARCEL_DELIVERED, parcel_is(&d, 1));
    /* Parcels of somebody else are as unknown as those of nobody. */
    assert_int_equal(OK, hand_in(&d, file, d.s.campaign.organiser_id + 1, false, &r));
    assert_int_equal(1, r.bad_count);
    assert_string_equal("unknown_parcel", r.bad.item[0].code);
    shop_check(&d.s);
}

/* As a spreadsheet writes "Unicode text", with its mark; of what stands in these files. */
static struct str
utf16(struct arena *a, struct str text)
{
    char *to = arena_alloc(a, 2 * text.len + 2);
    size_t n = 0;

    to[n++] = '\xFF';
    to[n++] = '\xFE';
    for (size_t i = 0; i < text.len; i++) {
        to[n++] = text.ptr[i];
        to[n++] = '\0';
    }
    return str_n(to, n);
}

static void
every_encoding_is_read_and_what_is_no_such_file_is_refused_whole(void **state)
{
    static const struct {
        struct str file;
        const char *why;
    } bad[] = {
        {BYTES(""), "vide"},
        {BYTES("PK\x03\x04 colis;statut;date\n"), "classeur"},
        {BYTES("colis;statut;date\n8L1;LI\0VRE;2020\n"), "pas du texte"},
        {BYTES("colis;statut;date\n8L1;LIVRE\x07;2020\n"), "ligne 2"},
        {BYTES("Colis;Etat;Quand\n8L1;LIVRE;2020\n"), "«\u00a0Quand\u00a0»"},
        {BYTES("Reference;Etat;Date\n8L1;LIVRE;2020\n"), "du colis"},
        {BYTES("colis;\"statut;date\n"), "guillemet"},
    };
    struct fixture *f = *state;
    struct desk d = {0};
    struct status_result r;

    desk_open(f, &d);
    struct str file = lines_of(&d, "colis\tstatut\tdate\tlieu\n"
                                   "#1\tEN TRANSIT\t02/06/2020 08:00\tLyon\n");
    assert_int_equal(OK, hand_in(&d, utf16(&f->arena, file), 0, false, &r));
    assert_string_equal("UTF-16", r.encoding);
    assert_int_equal(1, r.fresh);
    file = lines_of(&d, "Num\xE9ro de colis;Statut;Date;Lieu\n"
                        "#2;Livr\xE9;02/06/2020 08:00;N\xEEmes\n");
    assert_int_equal(OK, hand_in(&d, file, 0, false, &r));
    assert_string_equal("Windows-1252", r.encoding);
    assert_int_equal(PARCEL_DELIVERED, parcel_is(&d, 2));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM parcel_event "
                                       "WHERE place = 'N\xC3\xAEmes'"));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(ERR_INVALID, hand_in(&d, bad[i].file, 0, false, &r));
        if (!str_contains(r.why, str_of(bad[i].why)))
            fail_msg("file %zu: %.*s", i, STR_FMT(r.why));
    }
    assert_int_equal(2, fixture_count(f, "parcel_event"));
}

static void
a_file_that_is_too_long_is_refused_before_anything_is_written(void **state)
{
    struct fixture *f = *state;
    struct desk d = {0};
    struct status_result r;
    struct buf b;

    desk_open(f, &d);
    struct str line = lines_of(&d, "#1;LIVRE;2020-06-02 08:00\n");
    buf_init(&b, 1 << 20);
    buf_str(&b, STR("colis;statut;date\n"));
    for (int i = 0; i <= STATUS_LINES_MAX; i++)
        buf_str(&b, line);
    assert_int_equal(ERR_INVALID, hand_in(&d, buf_view(&b), 0, false, &r));
    assert_true(str_contains(r.why, STR("lignes")));
    buf_release(&b);
    assert_int_equal(0, fixture_count(f, "parcel_event"));
}

static void
what_was_settled_as_lost_and_is_delivered_waits_for_a_person_once(void **state)
{
    struct fixture *f = *state;
    struct desk d = {0};
    struct status_result r;
    struct str why = STR_NONE;
    struct ctx *cx = &f->cx;

    desk_open(f, &d);
    cx->actor = (struct actor){.account_id = 1, .organiser_id = d.s.campaign.organiser_id,
                               .rights = RIGHT_SIGNED | RIGHT_STOCK};
    struct parcel p = parcels_get(&d.s, d.order[1], 1);
    fixture_begin(f);
    assert_int_equal(OK, trouble_send_again(cx, &p, FATE_LOST, STR("introuvable"), &why));
    assert_int_equal(OK, fixture_commit(f));
    struct str file = lines_of(&d, "colis;statut;date\n#1;LIVRE;2020-06-02 08:00\n");
    assert_int_equal(OK, hand_in(&d, file, 0, false, &r));
    assert_int_equal(PARCEL_LOST, parcel_is(&d, 1));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM parcel_trouble "
                                       "WHERE kind = 6 AND closed_ms = 0"));
    shop_check(&d.s);
    /* Told once more: it is the same case, also when it is closed. */
    file = lines_of(&d, "colis;statut;date\n#1;LIVRE;2020-06-02 10:00\n");
    assert_int_equal(OK, hand_in(&d, file, 0, false, &r));
    cx->actor.organiser_id = d.s.campaign.organiser_id;
    fixture_begin(f);
    assert_int_equal(OK, trouble_note(cx, &p, STR("l’entreprise rend le double"), &why));
    assert_int_equal(OK, fixture_commit(f));
    fixture_begin(f);
    assert_int_equal(ERR_CONFLICT, trouble_note(cx, &p, STR("encore"), &why));
    fixture_rollback(f);
    assert_true(why.len > 0);
    file = lines_of(&d, "colis;statut;date\n#1;LIVRE;2020-06-02 11:00\n");
    assert_int_equal(OK, hand_in(&d, file, 0, false, &r));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM parcel_trouble WHERE kind = 6"));
    assert_int_equal(0, fixture_int(f, "SELECT COUNT(*) FROM parcel_trouble "
                                       "WHERE closed_ms = 0"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM audit WHERE act = 'parcel.note'"));
    shop_check(&d.s);
}

/* The first order's parcel is sent again as lost, then delivered. */
static struct parcel
found_after_it_was_sent_again(struct desk *d)
{
    struct fixture *f = d->s.f;
    struct ctx *cx = &f->cx;
    struct status_result r;
    struct str why = STR_NONE;

    cx->actor = (struct actor){.account_id = 1, .organiser_id = d->s.campaign.organiser_id,
                               .rights = RIGHT_SIGNED | RIGHT_STOCK};
    struct parcel p = parcels_get(&d->s, d->order[1], 1);
    fixture_begin(f);
    assert_int_equal(OK, trouble_send_again(cx, &p, FATE_LOST, STR("introuvable"), &why));
    assert_int_equal(OK, fixture_commit(f));
    struct str file = lines_of(d, "colis;statut;date\n#1;LIVRE;2020-06-02 08:00\n");
    assert_int_equal(OK, hand_in(d, file, 0, false, &r));
    cx->actor.organiser_id = d->s.campaign.organiser_id;
    return parcels_get(&d->s, d->order[1], 1);
}

static enum err
tried(struct desk *d,
      enum err (*act)(struct ctx *cx, const struct parcel *p, struct str reason, struct str *why),
      const struct parcel *p)
{
    struct str why = STR_NONE;

    fixture_begin(d->s.f);
    enum err e = act(&d->s.f->cx, p, STR("livré selon le transporteur"), &why);
    assert_true((e == ERR_CONFLICT) == (why.len > 0));
    if (e == OK)
        assert_int_equal(OK, fixture_commit(d->s.f));
    else
        fixture_rollback(d->s.f);
    return e;
}

static void
a_replacement_that_is_still_here_is_stopped_and_its_units_are_free(void **state)
{
    struct fixture *f = *state;
    struct desk d = {0};

    desk_open(f, &d);
    int64_t free = fixture_int(f, "SELECT SUM(available) FROM stock_slot");
    int64_t sold = fixture_int(f, "SELECT SUM(sold) FROM stock_slot");
    struct parcel p = found_after_it_was_sent_again(&d);
    assert_int_equal(free - 6, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    assert_int_equal(ERR_CONFLICT, tried(&d, trouble_ask_return, &p));
    /* While the carrier may be making its label, nobody knows whether it leaves. */
    fixture_sql(f, "UPDATE parcel SET state = 2 WHERE state = 1 AND nth = 2");
    assert_int_equal(ERR_CONFLICT, tried(&d, trouble_stop, &p));
    fixture_sql(f, "UPDATE parcel SET state = 3, number = '8L41392999990' "
                   "WHERE state = 2 AND nth = 2");
    assert_int_equal(OK, tried(&d, trouble_stop, &p));
    assert_int_equal(PARCEL_DELIVERED, parcel_is(&d, 1));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM parcel WHERE nth = 2 AND state = 9 "
                                       "AND problem <> ''"));
    assert_int_equal(free, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    assert_int_equal(sold, fixture_int(f, "SELECT SUM(sold) FROM stock_slot"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE cause = 'parcel_stopped'"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM audit WHERE act = 'parcel.stop'"));
    assert_int_equal(0, fixture_int(f, "SELECT COUNT(*) FROM parcel_trouble WHERE closed_ms = 0"));
    char sql[100];
    snprintf(sql, sizeof sql, "SELECT state FROM orders WHERE id = %lld", (long long)d.order[1]);
    assert_int_equal(ORDER_DELIVERED, fixture_int(f, sql));
    shop_check(&d.s);
    assert_int_equal(ERR_CONFLICT, tried(&d, trouble_stop, &p));
    shop_check(&d.s);
}

static void
a_replacement_that_has_left_is_asked_back(void **state)
{
    struct fixture *f = *state;
    struct desk d = {0};

    desk_open(f, &d);
    struct parcel p = found_after_it_was_sent_again(&d);
    parcels_hand_rest(&d.s, d.order[1], SHOP_NOW_MS);
    f->cx.actor.organiser_id = d.s.campaign.organiser_id;
    int64_t free = fixture_int(f, "SELECT SUM(available) FROM stock_slot");
    assert_int_equal(ERR_CONFLICT, tried(&d, trouble_stop, &p));
    assert_int_equal(OK, tried(&d, trouble_ask_return, &p));
    assert_int_equal(PARCEL_LOST, parcel_is(&d, 1));
    assert_int_equal(free, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM mail "
                                       "WHERE cause = 'parcel_return_asked'"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM audit "
                                       "WHERE act = 'parcel.ask_return'"));
    shop_check(&d.s);
}

/* Parcel nth of the order, by the carrier's word at this hour of 3 June. */
static void
news_of(struct desk *d, int64_t order, int nth, const char *status, int hour)
{
    struct parcel p = parcels_get(&d->s, order, nth);
    struct status_result r;
    struct str file = str_printf(&d->s.f->arena, "colis;statut;date\n%.*s;%s;2020-06-03 %02d:00\n",
                                 STR_FMT(p.number), status, hour);

    assert_int_equal(OK, hand_in(d, file, 0, false, &r));
    assert_int_equal(1, r.fresh);
    d->s.f->cx.actor.organiser_id = d->s.campaign.organiser_id;
}

static enum err
take_back(struct desk *d, int64_t order, int nth, enum parcel_fate fate)
{
    struct parcel p = parcels_get(&d->s, order, nth);
    struct str why = STR_NONE;

    fixture_begin(d->s.f);
    enum err e = trouble_take_back(&d->s.f->cx, &p, fate, STR("examiné"), &why);
    assert_true((e == ERR_CONFLICT) == (why.len > 0));
    if (e == OK)
        assert_int_equal(OK, fixture_commit(d->s.f));
    else
        fixture_rollback(d->s.f);
    return e;
}

static int64_t
open_spares(struct fixture *f)
{
    return fixture_int(f, "SELECT COUNT(*) FROM parcel_trouble WHERE kind = 7 AND closed_ms = 0");
}

static int64_t
order_state_of(struct desk *d, int64_t order)
{
    char sql[100];

    snprintf(sql, sizeof sql, "SELECT state FROM orders WHERE id = %lld", (long long)order);
    return fixture_int(d->s.f, sql);
}

/* The first parcel was found, its replacement had left and is asked back. */
static void
replacement_asked_back(struct desk *d)
{
    struct parcel p = found_after_it_was_sent_again(d);

    parcels_hand_rest(&d->s, d->order[1], SHOP_NOW_MS);
    d->s.f->cx.actor.organiser_id = d->s.campaign.organiser_id;
    assert_int_equal(OK, tried(d, trouble_ask_return, &p));
}

static void
a_replacement_that_was_asked_back_is_taken_back_and_nothing_is_owed(void **state)
{
    struct fixture *f = *state;
    struct desk d = {0};
    struct str why = STR_NONE;

    desk_open(f, &d);
    int64_t free = fixture_int(f, "SELECT SUM(available) FROM stock_slot");
    int64_t sold = fixture_int(f, "SELECT SUM(sold) FROM stock_slot");
    replacement_asked_back(&d);
    assert_int_equal(ERR_CONFLICT, take_back(&d, d.order[1], 2, FATE_BACK_FIT));
    news_of(&d, d.order[1], 2, "RETOURNE", 8);
    assert_int_equal(1, open_spares(f));
    assert_int_equal(0, fixture_int(f, "SELECT COUNT(*) FROM mail WHERE cause = "
                                       "'parcel_returned'"));
    struct parcel p = parcels_get(&d.s, d.order[1], 2);
    fixture_begin(f);
    assert_int_equal(ERR_CONFLICT,
                     trouble_send_again(&f->cx, &p, FATE_BACK_FIT, STR("revenu"), &why));
    fixture_rollback(f);
    fixture_begin(f);
    assert_int_equal(ERR_CONFLICT,
                     trouble_give_back(&f->cx, &p, FATE_BACK_FIT, STR("revenu"), &why));
    fixture_rollback(f);
    assert_int_equal(OK, take_back(&d, d.order[1], 2, FATE_BACK_FIT));
    assert_int_equal(ORDER_DELIVERED, order_state_of(&d, d.order[1]));
    assert_int_equal(PARCEL_DELIVERED, parcels_get(&d.s, d.order[1], 1).state);
    assert_int_equal(free, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    assert_int_equal(sold, fixture_int(f, "SELECT SUM(sold) FROM stock_slot"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM mail "
                                       "WHERE cause = 'parcel_taken_back'"));
    assert_int_equal(1, fixture_int(f, "SELECT COUNT(*) FROM audit WHERE act = "
                                       "'parcel.take_back'"));
    assert_int_equal(0, fixture_int(f, "SELECT COUNT(*) FROM parcel_trouble WHERE closed_ms = 0"));
    shop_check(&d.s);
    assert_int_equal(ERR_CONFLICT, take_back(&d, d.order[1], 2, FATE_BACK_FIT));
}

static void
a_replacement_that_comes_back_spoilt_or_never_stays_written_off(void **state)
{
    struct fixture *f = *state;
    struct desk d = {0};

    desk_open(f, &d);
    replacement_asked_back(&d);
    int64_t free = fixture_int(f, "SELECT SUM(available) FROM stock_slot");
    int64_t sold = fixture_int(f, "SELECT SUM(sold) FROM stock_slot");
    /* Refused at the door, as asked: no case yet, and no letter. */
    news_of(&d, d.order[1], 2, "NON DISTRIBUABLE", 8);
    assert_int_equal(0, open_spares(f));
    news_of(&d, d.order[1], 2, "RETOURNE", 9);
    assert_int_equal(OK, take_back(&d, d.order[1], 2, FATE_BACK_SPOILT));
    assert_int_equal(ORDER_DELIVERED, order_state_of(&d, d.order[1]));
    assert_int_equal(free, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    assert_int_equal(sold, fixture_int(f, "SELECT SUM(sold) FROM stock_slot"));
    shop_check(&d.s);
}

static void
a_lost_parcel_that_was_settled_and_comes_back_itself_goes_on_the_shelf(void **state)
{
    struct fixture *f = *state;
    struct desk d = {0};
    struct str why = STR_NONE;

    desk_open(f, &d);
    f->cx.actor = (struct actor){.account_id = 1, .organiser_id = d.s.campaign.organiser_id,
                                 .rights = RIGHT_SIGNED | RIGHT_STOCK};
    int64_t free = fixture_int(f, "SELECT SUM(available) FROM stock_slot");
    struct parcel again = parcels_get(&d.s, d.order[1], 1);
    struct parcel money = parcels_get(&d.s, d.order[2], 1);
    int64_t units = fixture_int(f, "SELECT units FROM orders ORDER BY id LIMIT 1");
    fixture_begin(f);
    assert_int_equal(OK, trouble_send_again(&f->cx, &again, FATE_LOST, STR("introuvable"), &why));
    assert_int_equal(OK, trouble_give_back(&f->cx, &money, FATE_LOST, STR("introuvable"), &why));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(free - units, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    news_of(&d, d.order[1], 1, "RETOURNE", 8);
    news_of(&d, d.order[2], 1, "RETOURNE", 8);
    assert_int_equal(2, open_spares(f));
    assert_int_equal(ORDER_PREPARING, order_state_of(&d, d.order[1]));
    assert_int_equal(OK, take_back(&d, d.order[1], 1, FATE_BACK_FIT));
    assert_int_equal(free, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    assert_int_equal(OK, take_back(&d, d.order[2], 1, FATE_BACK_SPOILT));
    assert_int_equal(free, fixture_int(f, "SELECT SUM(available) FROM stock_slot"));
    assert_int_equal(ORDER_PREPARING, order_state_of(&d, d.order[1]));
    assert_int_equal(0, fixture_int(f, "SELECT COUNT(*) FROM parcel_trouble WHERE closed_ms = 0"));
    shop_check(&d.s);
    /* What was sent instead goes its own way. */
    parcels_hand_rest(&d.s, d.order[1], SHOP_NOW_MS);
    news_of(&d, d.order[1], 2, "LIVRE", 9);
    assert_int_equal(ORDER_DELIVERED, order_state_of(&d, d.order[1]));
    shop_check(&d.s);
}

static void
one_that_was_given_back_in_money_has_nothing_to_stop(void **state)
{
    struct fixture *f = *state;
    struct desk d = {0};
    struct str why = STR_NONE;
    struct status_result r;

    desk_open(f, &d);
    f->cx.actor = (struct actor){.account_id = 1, .organiser_id = d.s.campaign.organiser_id,
                                 .rights = RIGHT_SIGNED | RIGHT_STOCK};
    struct parcel p = parcels_get(&d.s, d.order[2], 1);
    fixture_begin(f);
    assert_int_equal(OK, trouble_give_back(&f->cx, &p, FATE_LOST, STR("introuvable"), &why));
    assert_int_equal(OK, fixture_commit(f));
    struct str file = lines_of(&d, "colis;statut;date\n#2;LIVRE;2020-06-02 08:00\n");
    assert_int_equal(OK, hand_in(&d, file, 0, false, &r));
    f->cx.actor.organiser_id = d.s.campaign.organiser_id;
    assert_int_equal(ERR_CONFLICT, tried(&d, trouble_stop, &p));
    assert_int_equal(ERR_CONFLICT, tried(&d, trouble_ask_return, &p));
    assert_int_equal(OK, tried(&d, trouble_note, &p));
    shop_check(&d.s);
}

int
test_status(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(each_line_that_is_left_out_says_why_and_the_others_are_applied),
        DB_TEST(the_same_file_again_changes_nothing_and_a_dry_run_never_does),
        DB_TEST(every_encoding_is_read_and_what_is_no_such_file_is_refused_whole),
        DB_TEST(a_file_that_is_too_long_is_refused_before_anything_is_written),
        DB_TEST(what_was_settled_as_lost_and_is_delivered_waits_for_a_person_once),
        DB_TEST(a_replacement_that_is_still_here_is_stopped_and_its_units_are_free),
        DB_TEST(a_replacement_that_has_left_is_asked_back),
        DB_TEST(a_replacement_that_was_asked_back_is_taken_back_and_nothing_is_owed),
        DB_TEST(a_replacement_that_comes_back_spoilt_or_never_stays_written_off),
        DB_TEST(a_lost_parcel_that_was_settled_and_comes_back_itself_goes_on_the_shelf),
        DB_TEST(one_that_was_given_back_in_money_has_nothing_to_stop),
    };

    return cmocka_run_group_tests_name("status", tests, NULL, NULL);
}
