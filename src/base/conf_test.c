/* SPDX-License-Identifier: Apache-2.0 */
/* conf_test.c - settings from an environment made for the test, secrets from files. */
#include "base/keep.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

int test_conf(void);

/* Loads under exactly these variables; complaints go to complaint, when given. */
static enum err
load_with(char *const *env, struct conf *c, char complaint[400])
{
    char **saved_env = environ;
    int pair[2], saved_err = dup(STDERR_FILENO);

    assert_int_equal(pipe(pair), 0);
    fflush(stderr);
    dup2(pair[1], STDERR_FILENO);
    environ = (char **)(uintptr_t)env;
    enum err e = conf_load(c);
    if (e == OK)
        e = keep_check(c);
    environ = saved_env;
    fflush(stderr);
    dup2(saved_err, STDERR_FILENO);
    close(saved_err);
    close(pair[1]);
    ssize_t n = read(pair[0], complaint, 399);
    complaint[n < 0 ? 0 : n] = '\0';
    close(pair[0]);
    return e;
}

struct secret_file {
    char path[64];
    char variable[128];
};

static void
secret_file_make(struct secret_file *f, const char *content, size_t len)
{
    snprintf(f->path, sizeof(f->path), "/tmp/maillon-conf-XXXXXX");
    int fd = mkstemp(f->path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, content, len), (ssize_t)len);
    close(fd);
    snprintf(f->variable, sizeof(f->variable), "MAILLON_SECRET_FILE=%s", f->path);
}

static void
defaults_hold_where_nothing_is_set(void **state)
{
    char *env[] = {NULL};
    char complaint[400];
    struct conf c;

    (void)state;
    assert_int_equal(load_with(env, &c, complaint), OK);
    assert_string_equal(complaint, "");
    assert_string_equal(c.db.ptr, "sqlite:var/maillon.db");
    assert_string_equal(c.listen.ptr, "127.0.0.1:8080");
    assert_string_equal(c.secret.ptr, "");
}

static void
the_environment_overrides(void **state)
{
    char db[] = "MAILLON_DB=postgresql://x", mode[] = "MAILLON_LYRA_MODE=PRODUCTION";
    char empty[] = "MAILLON_MAIL_FROM=", key[] = "MAILLON_LYRA_KEY=k";
    char *env[] = {db, mode, empty, key, NULL};
    char complaint[400];
    struct conf c;

    (void)state;
    assert_int_equal(load_with(env, &c, complaint), OK);
    assert_true(str_is(c.db, "postgresql://x"));
    assert_true(str_is(c.lyra_mode, "PRODUCTION"));
    assert_true(str_is(c.mail_from, ""));
    assert_true(str_is(c.lyra_key, "k"));
}

/* Every period has a setting with a default, and a bad one is refused by name. */
static void
periods_are_days_within_bounds(void **state)
{
    char good[] = "MAILLON_KEEP_ORDERS=36500", empty[] = "MAILLON_KEEP_MAILS=";
    static const char *const bad[] = {"0", "36501", "-1", "90 days", "1e3", "0x10"};
    char *env[] = {good, empty, NULL};
    char complaint[400];
    struct conf c;

    (void)state;
    assert_int_equal(load_with(env, &c, complaint), OK);
    assert_int_equal(36500, keep_days(&c, KEEP_ORDERS));
    assert_int_equal(90, keep_days(&c, KEEP_MAILS));
    assert_int_equal(1000 - INT64_C(90) * 86400000, keep_before_ms(&c, KEEP_MAILS, 1000));
    for (int k = 0; k < KEEP_COUNT; k++)
        assert_true(conf_default(str_of(keep_setting((enum keep)k))).len > 0);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char line[64];
        char *wrong[] = {line, NULL};
        snprintf(line, sizeof line, "MAILLON_KEEP_LABELS=%s", bad[i]);
        assert_int_equal(load_with(wrong, &c, complaint), ERR_INVALID);
        assert_non_null(strstr(complaint, "MAILLON_KEEP_LABELS: '"));
        assert_non_null(strstr(complaint, "days from 1 to 36500"));
    }
}

static void
a_secret_comes_from_a_file_without_its_line_end(void **state)
{
    static const char *const contents[] = {"s3cret é", "s3cret é\n", "s3cret é\r\n"};
    char complaint[400];

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct secret_file f = {0};
        secret_file_make(&f, contents[i], strlen(contents[i]));
        char *env[] = {f.variable, NULL};
        struct conf c;
        assert_int_equal(load_with(env, &c, complaint), OK);
        assert_string_equal(c.secret.ptr, "s3cret é");
        free((char *)(uintptr_t)c.secret.ptr);
        unlink(f.path);
    }
}

/* Each complaint names the variable; none shows what the file holds. */
static void
bad_secret_files_are_refused_by_name(void **state)
{
    static char large[64 * 1024 + 1];
    const struct {
        const char *content;
        size_t len;
    } bad[] = {{"", 0}, {"\n", 1}, {"hush\0hush", 9}, {"hush\xff", 5}, {"hush\nhush", 9},
               {large, sizeof(large)}};
    char complaint[400];

    (void)state;
    memset(large, 'x', sizeof(large));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct secret_file f = {0};
        struct conf c = {.db = STR("untouched")};
        secret_file_make(&f, bad[i].content, bad[i].len);
        char *env[] = {f.variable, NULL};
        assert_int_equal(load_with(env, &c, complaint), ERR_INVALID);
        assert_non_null(strstr(complaint, "maillon: MAILLON_SECRET_FILE: "));
        assert_null(strstr(complaint, "hush"));
        assert_true(str_is(c.db, "untouched"));
        unlink(f.path);
    }
}

static void
a_missing_file_and_a_double_setting_are_refused(void **state)
{
    char missing[] = "MAILLON_LYRA_KEY_FILE=/nowhere/at/all", plain[] = "MAILLON_LYRA_KEY=hush";
    char folder[] = "MAILLON_LYRA_KEY_FILE=/", broken[] = "MAILLON_LISTEN=\xff";
    char control[] = "MAILLON_MAIL_FROM=a@b\r\nBcc: c@d";
    char *envs[][3] = {{missing, NULL, NULL},
                       {folder, NULL, NULL},
                       {plain, missing, NULL},
                       {broken, NULL, NULL},
                       {control, NULL, NULL}};
    static const char *const says[] = {"No such file", "Is a directory", "without _FILE too",
                                       "MAILLON_LISTEN: the value is not UTF-8",
                                       "MAILLON_MAIL_FROM: the value holds a control character"};
    char complaint[400];
    struct conf c;

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(load_with(envs[i], &c, complaint), ERR_INVALID);
        assert_non_null(strstr(complaint, says[i]));
        assert_null(strstr(complaint, "hush"));
    }
}

static void
what_is_no_secret_is_not_read_from_a_file(void **state)
{
    char file[] = "MAILLON_DB_FILE=/nowhere";
    char *env[] = {file, NULL};
    char complaint[400];
    struct conf c;

    (void)state;
    assert_int_equal(load_with(env, &c, complaint), OK);
    assert_true(str_is(c.db, "sqlite:var/maillon.db"));
}

static void
one_setting_is_changed_by_its_name(void **state)
{
    struct conf c = {0};

    (void)state;
    assert_true(conf_set(&c, STR("DB"), STR("sqlite:x")));
    assert_true(str_is(c.db, "sqlite:x"));
    assert_true(conf_set(&c, STR("STRIPE_HOOK_SECRET"), STR("whsec_1")));
    assert_true(str_is(c.stripe_hook_secret, "whsec_1"));
    assert_false(conf_set(&c, STR("db"), STR("y")));
    assert_false(conf_set(&c, STR("MAILLON_DB"), STR("y")));
    assert_false(conf_set(&c, STR_NONE, STR("y")));
    assert_true(str_is(c.db, "sqlite:x"));
}

int
test_conf(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_hold_where_nothing_is_set),
        cmocka_unit_test(the_environment_overrides),
        cmocka_unit_test(periods_are_days_within_bounds),
        cmocka_unit_test(a_secret_comes_from_a_file_without_its_line_end),
        cmocka_unit_test(bad_secret_files_are_refused_by_name),
        cmocka_unit_test(a_missing_file_and_a_double_setting_are_refused),
        cmocka_unit_test(what_is_no_secret_is_not_read_from_a_file),
        cmocka_unit_test(one_setting_is_changed_by_its_name),
    };

    return cmocka_run_group_tests_name("conf", tests, NULL, NULL);
}
