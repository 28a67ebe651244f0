/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_test.c - whatever the values, a call is one write and one line with one JSON object.
 *
 * Standard error is a datagram socket meanwhile: each write(2) arrives as a message of its own.
 */
#include "base/log.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

int test_log(void);

enum { LINE_MAX_BYTES = 64 * 1024 };

struct capture {
    int pair[2];
    int saved;
    char z[LINE_MAX_BYTES];
    size_t len;
};

static int
capture_begin(void **state)
{
    struct capture *c = calloc(1, sizeof(*c));

    *state = c;
    if (c == NULL || socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, c->pair) != 0)
        return -1;
    log_set_level(LOG_INFO); /* A database test before this one quietens the process. */
    c->saved = dup(STDERR_FILENO);
    return dup2(c->pair[1], STDERR_FILENO) < 0 ? -1 : 0;
}

static int
capture_end(void **state)
{
    struct capture *c = *state;

    dup2(c->saved, STDERR_FILENO);
    close(c->saved);
    close(c->pair[0]);
    close(c->pair[1]);
    free(c);
    log_set_level(LOG_INFO);
    return 0;
}

/* Takes the next message; false when nothing was written. */
static bool
capture_next(struct capture *c)
{
    ssize_t n = recv(c->pair[0], c->z, sizeof(c->z) - 1, 0);

    c->len = n < 0 ? 0 : (size_t)n;
    c->z[c->len] = '\0';
    return n > 0;
}

static const char *
skip_string(const char *p)
{
    assert_int_equal(*p, '"');
    for (p++; *p != '"'; p++) {
        assert_true((unsigned char)*p >= 0x20);
        if (*p != '\\')
            continue;
        p++;
        assert_non_null(strchr("\"\\u", *p));
        for (int i = 0; *p == 'u' && i < 4; i++)
            assert_non_null(strchr("0123456789abcdef", p[1 + i]));
    }
    return p + 1;
}

/* A flat object of texts, whole numbers and true, on one line, in UTF-8. */
static void
expect_one_object(const struct capture *c)
{
    const char *p = c->z;

    assert_true(utf8_valid(str_n(c->z, c->len)));
    assert_int_equal(*p, '{');
    do {
        p = skip_string(p + 1);
        assert_int_equal(*p++, ':');
        if (*p == '"')
            p = skip_string(p);
        else if (*p == 't')
            p += strlen("true");
        else
            p += strspn(p, "-0123456789");
    } while (*p == ',');
    assert_string_equal(p, "}\n");
    assert_int_equal(strlen(c->z), c->len);
}

static void
a_line_has_its_parts(void **state)
{
    struct capture *c = *state;
    struct log log = {.request_id = "req-1"};

    log_info(&log, "order_held", LOG_INT("order", INT64_MIN), LOG_Z("ref", "A-1"));
    assert_true(capture_next(c));
    expect_one_object(c);
    assert_non_null(strstr(c->z, "{\"time\":\"20"));
    assert_non_null(strstr(c->z, "\"level\":\"info\",\"what\":\"order_held\",\"request\":\"req-1\","
                                 "\"order\":-9223372036854775808,\"ref\":\"A-1\"}\n"));
    assert_false(capture_next(c));

    log_error(NULL, "alone");
    assert_true(capture_next(c));
    expect_one_object(c);
    assert_null(strstr(c->z, "request"));
}

static void
levels_below_the_least_are_silent(void **state)
{
    struct capture *c = *state;
    enum log_level level = LOG_ERROR;

    log_debug(NULL, "quiet");
    assert_false(capture_next(c));
    assert_true(log_level_by_name(STR("debug"), &level));
    log_set_level(level);
    log_debug(NULL, "loud");
    assert_true(capture_next(c));
    assert_false(log_level_by_name(STR("Debug"), &level));
    assert_false(log_level_by_name(STR_NONE, &level));
    assert_int_equal(level, LOG_DEBUG);
    log_set_level(LOG_ERROR);
    log_warn(NULL, "quiet");
    assert_false(capture_next(c));
    log_set_level(LOG_INFO);
}

static void
no_value_can_forge_a_line(void **state)
{
    static const char *const hostile[] = {
        "\"}\n{\"time\":\"2020-01-01T00:00:00.000Z\",\"level\":\"info\",\"what\":\"forged\"}",
        "a\r\nb\x1b[2K\x1b[1A\x7f",
        "\\\"\\\\\\",
        "\xff\xfe\xc3\x28\xed\xa0\x80\xf4\x90\x80\x80",
        "\xe2\x80\xae reversed \xe2\x80\xa8 next line \xe2\x80\xa9\xe2\x81\xa6\xc2\x85\xc2\x9b",
        "cut in the middle \xf0\x9f\x98",
        "\xe2\x80",
        "",
    };
    struct capture *c = *state;

    for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
        log_info(NULL, hostile[i], LOG_Z(hostile[i], hostile[i]), LOG_INT("last", i));
        assert_true(capture_next(c));
        expect_one_object(c);
        assert_null(strstr(c->z, "\xe2\x80\xae"));
        assert_null(strstr(c->z, "\xe2\x80\xa8"));
        assert_null(strstr(c->z, "\xc2\x9b"));
        assert_non_null(strstr(c->z, "\"last\":"));
        assert_false(capture_next(c));
    }
    log_info(NULL, "nul", LOG_STR("v", str_n("a\0b", 3)), LOG_STR("none", STR_NONE));
    assert_true(capture_next(c));
    expect_one_object(c);
    assert_non_null(strstr(c->z, "\"v\":\"a\\u0000b\",\"none\":\"\""));
}

/* Every single byte and pair of bytes, as values. */
static void
every_byte_is_harmless(void **state)
{
    struct capture *c = *state;
    char two[2];

    for (int n = 0; n < 65536; n += 7) {
        two[0] = (char)(n >> 8);
        two[1] = (char)n;
        log_info(NULL, "b", LOG_STR("v", str_n(two, 2)));
        assert_true(capture_next(c));
        expect_one_object(c);
    }
}

static void
long_values_are_cut_between_characters(void **state)
{
    struct capture *c = *state;
    char big[9000];

    for (size_t shift = 0; shift < 4; shift++) {
        memset(big, 'a', sizeof(big));
        for (size_t i = shift; i + 2 <= sizeof(big); i += 2)
            memcpy(big + i, "é", 2);
        log_info(NULL, "big", LOG_STR("v", str_n(big, sizeof(big))), LOG_INT("after", 1));
        assert_true(capture_next(c));
        expect_one_object(c);
        assert_true(c->len < 2200);
        assert_non_null(strstr(c->z, "…\",\"after\":1}"));
    }
    /* Twelve times 2,000 bytes of six characters each cannot all fit: the line says so. */
    memset(big, 1, sizeof(big));
    struct str v = str_n(big, sizeof(big));
    log_info(NULL, "huge", LOG_STR("a", v), LOG_STR("b", v), LOG_STR("c", v), LOG_INT("d", 4));
    assert_true(capture_next(c));
    expect_one_object(c);
    assert_true(c->len <= 16 * 1024);
    assert_non_null(strstr(c->z, ",\"cut\":true}\n"));
    assert_false(capture_next(c));
}

static void
gathered_lines_are_one_write(void **state)
{
    struct capture *c = *state;

    log_gather();
    log_info(NULL, "first", LOG_INT("n", INT64_MIN));
    log_info(NULL, "second");
    assert_false(capture_next(c));
    log_warn(NULL, "third");
    assert_true(capture_next(c));
    assert_non_null(strstr(c->z, "\"first\",\"n\":-9223372036854775808}\n"));
    assert_non_null(strstr(c->z, "\"third\"}\n"));
    log_info(NULL, "fourth");
    assert_false(capture_next(c));
    log_flush();
    assert_true(capture_next(c));
    log_info(NULL, "fifth");
    assert_true(capture_next(c));
}

int
test_log(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_has_its_parts),
        cmocka_unit_test(levels_below_the_least_are_silent),
        cmocka_unit_test(no_value_can_forge_a_line),
        cmocka_unit_test(every_byte_is_harmless),
        cmocka_unit_test(long_values_are_cut_between_characters),
        cmocka_unit_test(gathered_lines_are_one_write),
    };

    return cmocka_run_group_tests_name("log", tests, capture_begin, capture_end);
}
