/* SPDX-License-Identifier: Apache-2.0 */
/* turn_test.c - who waits for the writer of another process is seen, and gets his turn. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "db/turn.h"
#include "test/fixture.h"

int test_turn(void);

static void
an_asked_turn_is_seen_until_it_is_taken(void **state)
{
    char folder[] = "/tmp/maillon-turn.XXXXXX", path[64];
    struct turn one, other, third;

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/x.db", folder);
    turn_open(&one, path);
    turn_open(&other, path);
    turn_open(&third, path);
    assert_false(turn_is_asked(&one));
    turn_ask(&other);
    turn_ask(&third);
    assert_true(turn_is_asked(&one));
    turn_taken(&other);
    assert_true(turn_is_asked(&one));
    turn_close(&third); /* As when its process ends. */
    assert_false(turn_is_asked(&one));
    turn_close(&one);
    turn_close(&other);
    assert_int_equal(0, rmdir(folder));
}

static void
a_folder_that_is_not_there_asks_nobody(void **state)
{
    struct turn t;

    (void)state;
    turn_open(&t, "/nowhere/at/all/x.db");
    turn_ask(&t);
    assert_false(turn_is_asked(&t));
    turn_taken(&t);
    turn_close(&t);
}

/* ---- two pools on one file, as two processes have ---- */

struct second {
    struct fixture *f;
    struct app app;
    atomic_bool done;
};

static enum err
write_unit(struct ctx *cx, void *arg)
{
    (void)arg;
    return db_run(cx, SQL_READY_MARK, NULL, db_str(STR("second")), db_int(1));
}

static void *
second_writes(void *arg)
{
    struct second *s = arg;
    struct arena arena = {0};
    struct log log = {0};
    struct ctx cx = {.app = &s->app, .arena = &arena, .log = &log};

    enum err e = db_write(&cx, write_unit, NULL);
    arena_release(&arena);
    atomic_store(&s->done, true);
    return e == OK ? NULL : s;
}

static void
until(struct fixture *f, bool awaited)
{
    static const struct timespec look = {0, 1000000};

    for (int i = 0; i < 30000 && db_is_awaited(f->app.pool) != awaited; i++)
        (void)nanosleep(&look, NULL);
    assert_true(db_is_awaited(f->app.pool) == awaited);
}

static void
who_waits_for_the_writer_is_seen_and_served(void **state)
{
    struct fixture *f = *state;
    struct second s = {.f = f, .app = {.conf = f->app.conf}};
    struct db_options opt = {.workers = 1, .queue_max = 16};
    pthread_t thread;
    void *failed;

    if (f->engine == DB_PG) {
        assert_false(db_is_awaited(f->app.pool));
        return;
    }
    assert_int_equal(OK, db_open(&s.app, &opt));
    fixture_begin(f);
    assert_int_equal(OK, write_unit(&f->cx, NULL));
    assert_false(db_is_awaited(f->app.pool));
    assert_int_equal(0, pthread_create(&thread, NULL, second_writes, &s));
    until(f, true);
    assert_false(atomic_load(&s.done));
    assert_int_equal(OK, fixture_commit(f));
    until(f, false);
    assert_int_equal(0, pthread_join(thread, &failed));
    assert_null(failed);
    db_close(s.app.pool);
    assert_int_equal(1, fixture_count(f, "health_mark"));
}

int
test_turn(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_asked_turn_is_seen_until_it_is_taken),
        cmocka_unit_test(a_folder_that_is_not_there_asks_nobody),
        DB_TEST(who_waits_for_the_writer_is_seen_and_served),
    };

    return cmocka_run_group_tests_name("turn", tests, NULL, NULL);
}
