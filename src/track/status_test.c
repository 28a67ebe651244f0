/* SPDX-License-Identifier: Apache-2.0 */
/* A carrier's status file: good lines are applied, each other one has its reason. */
#include "base/clock.h"
#include "test/parcels.h"
#include "track/status_file.h"

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

int
test_status(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(each_line_that_is_left_out_says_why_and_the_others_are_applied),
        DB_TEST(the_same_file_again_changes_nothing_and_a_dry_run_never_does),
        DB_TEST(every_encoding_is_read_and_what_is_no_such_file_is_refused_whole),
        DB_TEST(a_file_that_is_too_long_is_refused_before_anything_is_written),
    };

    return cmocka_run_group_tests_name("status", tests, NULL, NULL);
}
