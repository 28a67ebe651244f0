/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv_test.c - records, bad records and line numbers, read through sources that give one byte,
 * a few or everything at a time.
 */
#include "base/csv.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

int test_csv(void);

struct text_source {
    struct str rest;
    size_t step;
    bool fails_at_end;
};

static long
text_read(void *arg, char *to, size_t cap)
{
    struct text_source *t = arg;
    size_t n = t->rest.len < t->step ? t->rest.len : t->step;

    if (n > cap)
        n = cap;
    if (n == 0 && t->fails_at_end)
        return -1;
    if (n > 0)
        memcpy(to, t->rest.ptr, n);
    t->rest = str_sub(t->rest, n, t->rest.len);
    return (long)n;
}

/* "line:field|field|" for a record, "line!why" for a bad one, each ended by ";". */
static void
read_all(struct str text, size_t step, char sep, struct buf *out)
{
    struct text_source t = {text, step, false};
    struct csv *c = malloc(sizeof(*c));
    enum csv_result result;

    csv_init(c, text_read, &t, sep);
    while ((result = csv_next(c)) != CSV_END) {
        assert_int_not_equal(result, CSV_FAILED);
        buf_i64(out, c->line);
        if (result == CSV_BAD) {
            buf_printf(out, "!%s;", c->why);
            continue;
        }
        buf_byte(out, ':');
        for (int i = 0; i < c->count; i++) {
            assert_true(!c->ascii || utf8_valid(c->field[i]));
            buf_str(out, c->field[i]);
            buf_byte(out, '|');
        }
        buf_byte(out, ';');
    }
    assert_int_equal(csv_next(c), CSV_END);
    assert_int_equal(c->bytes_read, text.len);
    csv_release(c);
    free(c);
}

static void
expect_sep(const char *text, size_t len, char sep, const char *want)
{
    static const size_t steps[] = {1, 2, 3, 7, 16, 31, 33, 100, SIZE_MAX};
    struct buf out = {0};
    struct arena a = {0};

    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        buf_clear(&out);
        read_all(str_n(text, len), steps[i], sep, &out);
        assert_string_equal(buf_dup(&out, &a).ptr, want);
    }
    buf_release(&out);
    arena_release(&a);
}

static void
expect(const char *text, const char *want)
{
    expect_sep(text, strlen(text), ',', want);
}

static void
plain_records_are_cut(void **state)
{
    (void)state;
    expect("", "");
    expect("a", "1:a|;");
    expect("a,b\nc,d\n", "1:a|b|;2:c|d|;");
    expect("a,b\r\nc,d", "1:a|b|;2:c|d|;");
    expect(",,\n,\n", "1:|||;2:||;");
    expect("\xEF\xBB\xBFsiren,é\n", "1:siren|é|;");
    expect("\xEF\xBB\xBF", "");
    expect("a\rb,c\n", "1:a\rb|c|;");
    expect_sep("a,b;c\n", 6, ';', "1:a,b|c|;");
    expect("0123456789012345678901234567890,x\n0123456789012345678901234567890123,y\n",
           "1:0123456789012345678901234567890|x|;2:0123456789012345678901234567890123|y|;");
}

static void
empty_lines_are_passed_over_and_counted(void **state)
{
    (void)state;
    expect("\n\r\n\na\n\n\nb\n\r\n\n", "4:a|;7:b|;");
    expect("\n", "");
    expect("\"\"\na", "1:|;2:a|;");
}

static void
quoted_fields_are_unescaped(void **state)
{
    (void)state;
    expect("\"a,b\",\"c\"\"d\",\"\"\n", "1:a,b|c\"d||;");
    expect("\"\"\"\"\"\",\"\"\"x\"\n", "1:\"\"|\"x|;");
    expect("\"a\nb\r\nc\",d\r\ne,\"\n\"\nf", "1:a\nb\r\nc|d|;4:e|\n|;6:f|;");
    expect("x,\"last\"", "1:x|last|;");
    expect("x,\"last\"\r\n", "1:x|last|;");
    expect("x,\"last\"\r", "1:x|last|;");
    expect("\"0123456789012345678901234567890123456789\",\"é\"\"\"\n",
           "1:0123456789012345678901234567890123456789|é\"|;");
}

static void
a_bad_record_costs_one_line(void **state)
{
    (void)state;
    expect("a\nb\"c,d\ne\n", "1:a|;2!a quote inside a field that does not begin with one;3:e|;");
    expect("\"a\"b\nc\n", "1!text after a closing quote;2:c|;");
    expect("\"a\"\rb\nc\n", "1!text after a closing quote;2:c|;");
    expect("a,\"b\nc\nd", "1!a quote is opened and never closed;2:c|;3:d|;");
    expect("\"", "1!a quote is opened and never closed;");
    /* The stray quote of line 1 matches the opening one of line 3, which must not be lost. */
    expect("a,\"b\nc,d\n\"e\",f\n",
           "1!text after a closing quote;2:c|d|;3:e|f|;");
    expect_sep("a\0b,c\nd\n", 8, ',', "1!a NUL byte;2:d|;");
    expect_sep("\"a\0b\",c\nd\n", 10, ',', "1!a NUL byte;2:d|;");
    expect_sep("\0", 1, ',', "1!a NUL byte;");
}

static void
too_many_fields_are_one_bad_record(void **state)
{
    struct buf text = {0}, want = {0};
    struct arena a = {0};

    (void)state;
    for (int quoted = 0; quoted < 2; quoted++) {
        buf_clear(&text);
        for (int i = 0; i < CSV_FIELDS_MAX + quoted; i++)
            buf_z(&text, i == 0 ? "x" : i == CSV_FIELDS_MAX ? ",\"y\"\"\"" : ",\"\"\"\"");
        buf_z(&text, quoted ? "\nafter\n" : ",\nafter\n");
        read_all(buf_view(&text), 50, ',', &want);
    }
    assert_string_equal(buf_dup(&want, &a).ptr,
                        "1!the record has more than 256 fields;2:after|;"
                        "1!the record has more than 256 fields;2:after|;");
    buf_release(&text);
    buf_release(&want);
    arena_release(&a);
}

/* Exactly the limit is read; one more byte is not, quoted or plain, and reading goes on. */
static void
a_record_too_long_is_left_behind(void **state)
{
    (void)state;
    for (size_t len = CSV_RECORD_BYTES_MAX - 1; len <= CSV_RECORD_BYTES_MAX + 1; len++) {
        for (int quoted = 0; quoted < 2; quoted++) {
            struct buf text = {0}, out = {0};
            char *big = malloc(len);

            memset(big, 'x', len);
            if (quoted)
                big[0] = big[len - 1] = '"';
            buf_put(&text, big, len);
            buf_z(&text, "\nafter,1\n");
            read_all(buf_view(&text), 65536, ',', &out);
            assert_true(str_ends(buf_view(&out), STR(";2:after|1|;")));
            assert_int_equal(str_contains(buf_view(&out), STR("longer than 1 MiB")),
                             len > CSV_RECORD_BYTES_MAX);
            buf_release(&text);
            buf_release(&out);
            free(big);
        }
    }
}

static void
a_quote_never_closed_in_a_long_file_costs_one_line(void **state)
{
    struct buf text = {0};
    struct csv *c = malloc(sizeof(*c));
    int64_t records = 0, bad = 0;
    enum csv_result result;

    (void)state;
    buf_z(&text, "1,\"open\n");
    for (int i = 0; i < 300000; i++)
        buf_z(&text, "12345,abcd\n");
    struct text_source t = {buf_view(&text), 70000, false};
    csv_init(c, text_read, &t, ',');
    while ((result = csv_next(c)) != CSV_END) {
        bad += result == CSV_BAD;
        records += result == CSV_RECORD && c->count == 2 && str_is(c->field[1], "abcd");
    }
    assert_int_equal(bad, 1);
    assert_int_equal(records, 300000);
    assert_int_equal(c->next_line, 300002);
    csv_release(c);
    free(c);
    buf_release(&text);
}

static void
a_failing_source_is_reported(void **state)
{
    struct text_source t = {STR("a,b\nc"), 3, true};
    struct csv *c = malloc(sizeof(*c));

    (void)state;
    csv_init(c, text_read, &t, ',');
    assert_int_equal(csv_next(c), CSV_FAILED);
    csv_release(c);
    free(c);
}

static void
fields_are_written_so_that_no_sheet_runs_them(void **state)
{
    static const char *const cases[][2] = {
        {"plain", "plain"},          {"a b", "a b"},          {"", "\"\""},
        {"a,b", "\"a,b\""},          {"a;b", "\"a;b\""},      {"say \"x\"", "\"say \"\"x\"\"\""},
        {"two\nlines", "\"two\nlines\""}, {"=1+1", "\"'=1+1\""}, {"+33", "\"'+33\""},
        {"-5", "\"'-5\""},           {"@x", "\"'@x\""},       {"\tx", "\"'\tx\""},
        {"\rx", "\"'\rx\""},         {"'=x", "'=x"},          {"a=b", "a=b"},
        {"\xEF\xBB\xBFx", "\"\xEF\xBB\xBFx\""},
    };
    struct arena a = {0};
    struct buf b = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        buf_clear(&b);
        csv_put(&b, true, str_of(cases[i][0]));
        assert_string_equal(buf_dup(&b, &a).ptr, cases[i][1]);
    }
    buf_clear(&b);
    csv_put(&b, true, STR("x"));
    csv_put(&b, false, STR_NONE);
    csv_put_i64(&b, false, -5);
    csv_put(&b, false, str_n("\0=", 2));
    csv_end(&b);
    assert_true(str_eq(buf_view(&b), str_n("x,,-5,\"'\0=\"\r\n", 13)));
    buf_release(&b);
    arena_release(&a);
}

int
test_csv(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_records_are_cut),
        cmocka_unit_test(empty_lines_are_passed_over_and_counted),
        cmocka_unit_test(quoted_fields_are_unescaped),
        cmocka_unit_test(a_bad_record_costs_one_line),
        cmocka_unit_test(too_many_fields_are_one_bad_record),
        cmocka_unit_test(a_record_too_long_is_left_behind),
        cmocka_unit_test(a_quote_never_closed_in_a_long_file_costs_one_line),
        cmocka_unit_test(a_failing_source_is_reported),
        cmocka_unit_test(fields_are_written_so_that_no_sheet_runs_them),
    };

    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
