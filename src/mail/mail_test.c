/* SPDX-License-Identifier: Apache-2.0 */
/* mail_test.c - the outbox on both engines, and messages as they go over the wire. */
#include <stdio.h>

#include "base/clock.h"
#include "job/job.h"
#include "mail/mail_int.h"
#include "test/fixture.h"

int test_mail(void);

static struct mail
letter(void)
{
    return (struct mail){
        .to = STR("boulangerie@exemple.fr"),
        .subject = STR("Votre code"),
        .text = STR("Bonjour,\n\nVotre code : 123 456\n"),
        .cause = "sign_in",
        .subject_id = 7,
    };
}

static void
a_queued_mail_is_one_row_and_one_job(void **state)
{
    struct fixture *f = *state;
    struct mail m = letter();
    struct mail_row row;

    fixture_begin(f);
    assert_int_equal(OK, mail_queue(&f->cx, &m));
    assert_int_equal(OK, mail_find(&f->cx, 1, &row));
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(1, fixture_count(f, "mail"));
    assert_int_equal(1, fixture_count(f, "job"));
    assert_true(str_eq(row.to, m.to));
    assert_true(str_eq(row.text, m.text));
    assert_true(str_is(row.cause, "sign_in"));
    assert_int_equal(0, row.sent_ms);
}

static void
what_does_not_fit_a_header_is_refused_and_leaves_nothing(void **state)
{
    static const struct str bad_to[] = {
        {"", 0}, {"a", 1}, {"@b.fr", 5}, {"a@", 2}, {"a@b@c.fr", 8}, {"a b@c.fr", 8},
        {"a@c.fr\r\nBcc: x@y.fr", 20}, {"a@c.fr\n", 7}, {"a@c.fr\0", 7}, {"<a@c.fr>", 8},
        {"a@c.fr,b@c.fr", 13}, {"\xC3\xA9@c.fr", 7}, {"a@.fr", 5}, {"a@c..fr", 7},
        {"a:b@c.fr", 8}, {"a@c.fr.", 7}, {"\"a\"@c.fr", 8},
    };
    static const struct str bad_subject[] = {
        {"", 0}, {"a\r\nBcc: x@y.fr", 14}, {"a\nb", 3}, {"a\rb", 3}, {"a\0b", 3}, {"\xC3", 1},
        {"a\x7f", 2},
    };
    static const struct str bad_text[] = {{"", 0}, {"a\0b", 3}, {"a\rb", 3}, {"\xFF", 1}};
    struct fixture *f = *state;
    struct mail m;

    fixture_begin(f);
    for (size_t i = 0; i < sizeof bad_to / sizeof bad_to[0]; i++) {
        m = letter();
        m.to = bad_to[i];
        assert_int_equal(ERR_INVALID, mail_queue(&f->cx, &m));
    }
    for (size_t i = 0; i < sizeof bad_subject / sizeof bad_subject[0]; i++) {
        m = letter();
        m.subject = bad_subject[i];
        assert_int_equal(ERR_INVALID, mail_queue(&f->cx, &m));
    }
    for (size_t i = 0; i < sizeof bad_text / sizeof bad_text[0]; i++) {
        m = letter();
        m.text = bad_text[i];
        assert_int_equal(ERR_INVALID, mail_queue(&f->cx, &m));
    }
    assert_int_equal(OK, fixture_commit(f));
    assert_int_equal(0, fixture_count(f, "mail"));
    assert_int_equal(0, fixture_count(f, "job"));
}

static void
queue_one(struct fixture *f)
{
    struct mail m = letter();

    fixture_begin(f);
    assert_int_equal(OK, mail_queue(&f->cx, &m));
    assert_int_equal(OK, fixture_commit(f));
}

static size_t
file_read(struct fixture *f, char *bytes, size_t size)
{
    char path[200];
    FILE *file;
    size_t len;

    snprintf(path, sizeof path, "%s/box/0000000001.eml", f->dir);
    file = fopen(path, "rb");
    assert_non_null(file);
    len = fread(bytes, 1, size - 1, file);
    fclose(file);
    bytes[len] = '\0';
    return len;
}

static void
a_folder_gets_the_whole_message_and_the_row_says_so(void **state)
{
    struct fixture *f = *state;
    char bytes[4000];
    int ran;

    f->conf.mail = str_printf(&f->arena, "dir:%s/box", f->dir);
    f->conf.mail_from = STR("Les masques <ne-pas-repondre@exemple.fr>");
    queue_one(f);
    assert_int_equal(OK, job_run_due(&f->cx, &ran));
    assert_int_equal(1, ran);
    file_read(f, bytes, sizeof bytes);
    assert_non_null(strstr(bytes, "From: \"Les masques\"\r\n <ne-pas-repondre@exemple.fr>\r\n"));
    assert_non_null(strstr(bytes, "\r\nTo: boulangerie@exemple.fr\r\n"));
    assert_non_null(strstr(bytes, "\r\nSubject: Votre code\r\n"));
    assert_non_null(strstr(bytes, "\r\nAuto-Submitted: auto-generated\r\n"));
    assert_non_null(strstr(bytes, "\r\n\r\nBonjour,\r\n\r\nVotre code : 123 456\r\n"));
    assert_int_equal(1, fixture_int(f, "SELECT count(*) FROM mail WHERE sent_ms IS NOT NULL"
                                       " AND tries = 1"));
    assert_int_equal(0, fixture_count(f, "job"));
}

/* A folder that cannot be written must delay the message, not lose it. */
static void
a_mail_that_cannot_go_out_waits_and_says_why(void **state)
{
    struct fixture *f = *state;
    int ran;

    f->conf.mail = STR("dir:/proc/maillon-cannot-be-made");
    queue_one(f);
    assert_int_equal(OK, job_run_due(&f->cx, &ran));
    assert_int_equal(1, ran);
    assert_int_equal(1, fixture_int(f, "SELECT count(*) FROM mail WHERE sent_ms IS NULL"
                                       " AND refused_ms IS NULL AND answer IS NOT NULL"));
    assert_int_equal(1, fixture_count(f, "job"));
    assert_int_equal(OK, job_run_due(&f->cx, &ran));
    assert_int_equal(0, ran);
    f->conf.mail = str_printf(&f->arena, "dir:%s/box", f->dir);
    fixture_clock(f, clock_now_ms() + CLOCK_MINUTE_MS);
    assert_int_equal(OK, job_run_due(&f->cx, &ran));
    assert_int_equal(1, ran);
    assert_int_equal(1, fixture_int(f, "SELECT count(*) FROM mail WHERE sent_ms IS NOT NULL"
                                       " AND tries = 2 AND answer IS NULL"));
}

/* What is emptied stays as a row, is never sent, and counts as nothing the next time. */
static void
old_messages_are_emptied(void **state)
{
    struct fixture *f = *state;
    struct purge p = {.before_ms = 1600000000000 + 30 * (int64_t)CLOCK_SECOND_MS,
                      .until_ns = INT64_MAX, .dry = true};
    int ran;

    f->conf.mail = str_printf(&f->arena, "dir:%s/box", f->dir);
    fixture_clock(f, 1600000000000);
    queue_one(f);
    fixture_clock(f, 1600000000000 + 60 * (int64_t)CLOCK_SECOND_MS);
    queue_one(f);
    assert_int_equal(OK, mail_purge_old(&f->cx, &p));
    assert_int_equal(1, p.count);
    assert_int_equal(0, fixture_int(f, "SELECT count(*) FROM mail WHERE body IS NULL"));
    p = (struct purge){.before_ms = p.before_ms, .until_ns = INT64_MAX};
    assert_int_equal(OK, mail_purge_old(&f->cx, &p));
    assert_int_equal(1, p.count);
    assert_int_equal(1, fixture_int(f, "SELECT id FROM mail WHERE body IS NULL AND "
                                       "recipient = '' AND subject <> ''"));
    assert_int_equal(OK, job_run_due(&f->cx, &ran));
    assert_int_equal(2, ran);
    assert_int_equal(2, fixture_int(f, "SELECT id FROM mail WHERE sent_ms IS NOT NULL"));
}

static enum err
queue_last(struct ctx *cx, void *arg)
{
    struct mail m = {.to = STR("gone@exemple.fr"), .subject = STR("Adieu"),
                     .text = STR("Le dernier message.\n"), .cause = "privacy_done", .last = true};

    (void)arg;
    return mail_queue(cx, &m);
}

/* The last message to somebody whose address goes: nothing of it stays once it is out. */
static void
a_last_message_is_emptied_as_soon_as_it_is_sent(void **state)
{
    struct fixture *f = *state;
    int ran;

    f->conf.mail = str_printf(&f->arena, "dir:%s/box", f->dir);
    assert_int_equal(OK, db_write(&f->cx, queue_last, NULL));
    queue_one(f);
    assert_int_equal(OK, job_run_due(&f->cx, &ran));
    assert_int_equal(2, fixture_int(f, "SELECT count(*) FROM mail WHERE sent_ms IS NOT NULL"));
    assert_int_equal(1, fixture_int(f, "SELECT count(*) FROM mail WHERE recipient = '' AND "
                                       "body IS NULL AND cause = 'privacy_done'"));
    assert_int_equal(1, fixture_int(f, "SELECT count(*) FROM mail WHERE body IS NOT NULL"));
}

static void
long_lines_and_accents_stay_within_the_wire_s_limits(void **state)
{
    struct conf conf = {.mail_from = STR("\xC3\x89tat <a@b.fr>")};
    struct mail_row m = {
        .to = STR("c@d.fr"),
        .subject = STR("R\xC3\xA9servation confirm\xC3\xA9\x65\xC2\xA0: quarante masques "
                       "\xE2\x80\x94 retrait \xC3\xA0 Saint-\xC3\x89tienne-de-Saint-"
                       "Geoirs d\xC3\xA8s lundi"),
        .message_id = STR("ID@b.fr"),
        .created_ms = 1588399200000,
    };
    struct buf text;
    struct buf out;
    size_t column = 0;

    (void)state;
    buf_init(&text, 0);
    buf_init(&out, 0);
    for (int i = 0; i < 300; i++)
        buf_z(&text, "\xC3\xA9=a ");
    buf_z(&text, "\n.\nFrom me \n..x\n");
    m.text = buf_view(&text);
    mail_compose(&out, &conf, &m);
    for (size_t i = 0; i < out.len; i++) {
        unsigned char c = (unsigned char)out.ptr[i];

        assert_true(c == '\r' || c == '\n' || (c >= ' ' && c <= '~'));
        assert_true(c != '\n' || (i > 0 && out.ptr[i - 1] == '\r'));
        column = c == '\n' ? 0 : column + 1;
        assert_true(column <= 78); /* With the CR. */
    }
    assert_true(str_contains(buf_view(&out), STR("Date: Sat, 2 May 2020 06:00:00 +0000\r\n")));
    assert_true(str_contains(buf_view(&out), STR("\r\n=2E\r\n=46rom me=20\r\n=2E.x\r\n")));
    assert_true(str_contains(buf_view(&out), STR("Subject: =?UTF-8?B?")));
    buf_release(&text);
    buf_release(&out);
}

static void
only_this_machine_may_be_spoken_to_without_tls(void **state)
{
    (void)state;
    assert_false(mail_needs_tls(STR("smtp://localhost:25")));
    assert_false(mail_needs_tls(STR("smtp://127.0.0.1:2525")));
    assert_false(mail_needs_tls(STR("smtp://[::1]:25")));
    assert_true(mail_needs_tls(STR("smtps://localhost:465")));
    assert_true(mail_needs_tls(STR("smtp://relais.exemple.fr:587")));
    assert_true(mail_needs_tls(STR("smtp://relais.exemple.fr")));
    assert_true(mail_needs_tls(STR("smtp://localhost.exemple.fr:25")));
    assert_true(mail_needs_tls(STR("smtp://127.exemple.fr:25")));
    assert_true(mail_needs_tls(STR("smtp://10.0.0.1:25")));
}

static void
a_letter_says_who_writes_and_why(void **state)
{
    struct fixture *f = *state;
    struct str text;

    f->conf.base_url = STR("https://masques.exemple.fr");
    text = mail_letter(&f->cx, STR("Masques"), STR("Votre commande est prête.\n"),
                       STR("Vous recevez ce message parce que vous avez commandé."));
    assert_true(str_starts(text, STR("Bonjour,\n\nVotre commande est prête.\n\n-- \nMasques\n"
                                     "https://masques.exemple.fr\n\nVous recevez")));
}

int
test_mail(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(a_queued_mail_is_one_row_and_one_job),
        DB_TEST(what_does_not_fit_a_header_is_refused_and_leaves_nothing),
        DB_TEST(a_folder_gets_the_whole_message_and_the_row_says_so),
        DB_TEST(a_mail_that_cannot_go_out_waits_and_says_why),
        DB_TEST(old_messages_are_emptied),
        DB_TEST(a_last_message_is_emptied_as_soon_as_it_is_sent),
        cmocka_unit_test(long_lines_and_accents_stay_within_the_wire_s_limits),
        cmocka_unit_test(only_this_machine_may_be_spoken_to_without_tls),
        DB_TEST(a_letter_says_who_writes_and_why),
    };

    return cmocka_run_group_tests_name("mail", tests, NULL, NULL);
}
