/* SPDX-License-Identifier: Apache-2.0 */
/*
 * power_test.c - SQLite with the write gatherer (wal_vfs.c) on a disk that loses its power, fills
 * or fails (test/disk.h). What was acknowledged is there, what was refused is not, a unit is there
 * whole or not at all, and the server goes on or says that it cannot.
 *
 * Only here is the order of writes and syncs looked at; MAILLON_SEED repeats a trial that failed,
 * MAILLON_POWER_ROUNDS makes more of them (test/torture/power.mjs).
 */
#include "test/disk.h"
#include "test/fixture.h"

#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/parse.h"
#include "db/db_impl.h"

int test_power(void);

enum {
    UNITS_MAX = 1200,
    UNITS = 240,
    BURST_MAX = 30,
    CUTS = 200,
    LYING_CUTS = 20,
    EPISODES = 24,
    VALUE_MAX = 200000
};

/* One life of the program on one database. */
struct house {
    struct app app;
    struct conf conf;
    struct log log;
    struct arena arena;
    char db[200];
};

struct trial {
    struct house house;
    struct disk *disk;
    uint64_t seed, first_seed;
    char dir[64];
    char path[100], cut_path[100];
    size_t opened_at;          /* The first page was made under SQLite's own rollback journal,
                                  which the disk does not watch: from here on there is the log. */
    size_t ready_at;           /* From this event on the schema stands. */
    enum err result[UNITS_MAX];    /* Of each unit that was handed over. */
    size_t acked_at[UNITS_MAX];    /* The event before which it was answered. */
    int given;
    char *value;
};

static enum err
house_open(struct house *h, const char *path)
{
    struct db_options opt = {.workers = 2, .queue_max = 4096};

    snprintf(h->db, sizeof h->db, "sqlite:%s", path);
    arena_init(&h->arena);
    h->conf = (struct conf){.db = str_of(h->db)};
    h->app = (struct app){.conf = &h->conf};
    enum err e = db_open(&h->app, &opt);
    if (e != OK)
        arena_release(&h->arena);
    return e;
}

static void
house_close(struct house *h)
{
    db_close(h->app.pool);
    arena_release(&h->arena);
}

static struct ctx
house_ctx(struct house *h)
{
    return (struct ctx){.app = &h->app, .arena = &h->arena, .log = &h->log};
}

/* ---- a trial ---- */

static uint64_t
seed_of_run(void)
{
    const char *given = getenv("MAILLON_SEED");
    int64_t seed;

    if (given != NULL && parse_i64(str_of(given), 0, INT64_MAX, &seed))
        return (uint64_t)seed;
    random_bytes(&seed, sizeof seed);
    return (uint64_t)seed & INT64_MAX;
}

static int
rounds_of_run(void)
{
    const char *given = getenv("MAILLON_POWER_ROUNDS");
    int64_t rounds = 1;

    if (given != NULL)
        assert_true(parse_i64(str_of(given), 1, 1000000, &rounds));
    return (int)rounds;
}

static uint64_t
below(struct trial *t, uint64_t bound)
{
    return disk_random(&t->seed) % bound;
}

static void
trial_open(struct trial *t, uint64_t seed)
{
    const char *tmp = getenv("TMPDIR");

    *t = (struct trial){.seed = seed, .first_seed = seed};
    crypto_init();
    t->value = malloc(VALUE_MAX);
    assert_non_null(t->value);
    snprintf(t->dir, sizeof t->dir, "%.40s/maillon-XXXXXX", tmp == NULL ? "/tmp" : tmp);
    assert_non_null(mkdtemp(t->dir));
    snprintf(t->path, sizeof t->path, "%s/test.db", t->dir);
    snprintf(t->cut_path, sizeof t->cut_path, "%s/cut.db", t->dir);
    t->disk = disk_new(t->path, seed);
    assert_int_equal(OK, house_open(&t->house, t->path));
    t->opened_at = disk_now(t->disk);
    assert_int_equal(OK, db_migrate(t->house.app.pool));
    t->ready_at = disk_now(t->disk);
}

static void
trial_close(struct trial *t)
{
    DIR *dir = opendir(t->dir);
    struct dirent *entry;

    house_close(&t->house);
    disk_free(t->disk);
    while (dir != NULL && (entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.')
            unlinkat(dirfd(dir), entry->d_name, 0);
    closedir(dir);
    rmdir(t->dir);
    free(t->value);
}

/* ---- units ---- */

struct put {
    struct unit unit; /* First: done gets this. */
    struct trial *trial;
    int n;
    sem_t *finished;
};

/* The value of a row follows from its number, so that whoever finds one can tell. */
static struct str
value_of(struct trial *t, int n)
{
    uint64_t mix = (uint64_t)n;
    size_t len = 1 + disk_random(&mix) % (n % 17 == 5 ? VALUE_MAX : 3000);

    for (size_t i = 0; i < len; i++)
        t->value[i] = (char)('a' + (i * 7 + (size_t)n + (i >> 8)) % 26);
    return str_n(t->value, len);
}

static bool
is_refused(int n)
{
    return n % 7 == 3;
}

static enum err
put_unit(struct ctx *cx, void *arg)
{
    struct put *p = arg;
    struct trial *t = p->trial;
    struct str name = str_printf(cx->arena, "row %d", p->n);
    struct str count = str_printf(cx->arena, "%d", p->n);

    TRY(db_run(cx, SQL_DB_SETTING_PUT, NULL, db_str(name), db_str(value_of(t, p->n))));
    TRY(db_run(cx, SQL_DB_SETTING_PUT, NULL, db_str(STR("count")), db_str(count)));
    return is_refused(p->n) ? ERR_DENIED : OK;
}

static void
put_done(struct unit *u, enum err e)
{
    struct put *p = (struct put *)u;

    p->trial->result[p->n] = e;
    p->trial->acked_at[p->n] = disk_now(p->trial->disk);
    sem_post(p->finished);
}

/* Hands over count units at once and waits; how many the pool took. */
static int
burst(struct trial *t, int count)
{
    struct put put[BURST_MAX];
    sem_t finished;
    int taken = 0;

    sem_init(&finished, 0, 0);
    for (int i = 0; i < count; i++) {
        put[i] = (struct put){.trial = t, .n = t->given, .finished = &finished};
        put[i].unit = (struct unit){
            .mode = UNIT_WRITE, .run = put_unit, .done = put_done, .arg = &put[i]};
        if (!db_submit(t->house.app.pool, &put[i].unit))
            break;
        t->given++;
        taken++;
    }
    for (int i = 0; i < taken; i++)
        while (sem_wait(&finished) != 0)
            assert(errno == EINTR);
    sem_destroy(&finished);
    return taken;
}

/* In a small cache a transaction does not find room: it writes pages before it commits. The log is
 * copied back after so many pages. */
static void
trial_start(struct trial *t, bool small_cache, int pages)
{
    struct db_pool *pool = t->house.app.pool;
    struct ctx cx = house_ctx(&t->house);

    cx.db = pool->main;
    if (small_cache)
        assert_int_equal(OK, pool->driver->script(&cx, "PRAGMA cache_size = 10"));
    pool->test_checkpoint_pages = pages;
    assert_int_equal(OK, db_start(pool));
}

static int
some_pages(struct trial *t)
{
    return 8 + (int)below(t, 300);
}

static void
trial_restart(struct trial *t)
{
    house_close(&t->house);
    assert_int_equal(OK, house_open(&t->house, t->path));
}

/* ---- what is there afterwards ---- */

struct found {
    bool sound;          /* The engine's own check passes. */
    bool whole;          /* Each row has its value, and the count is the last row's. */
    bool row[UNITS_MAX];
};

static void
rows_read(struct trial *t, const struct db_rows *rows, struct found *out)
{
    int last = -1;
    int count = -1;

    out->whole = true;
    for (size_t r = 0; r < rows->count; r++) {
        struct str name = row_str(rows, r, 0);
        struct str value = row_str(rows, r, 1);
        bool is_row = str_starts(name, STR("row "));
        struct str digits = is_row ? str_sub(name, 4, name.len) : value;
        int64_t n = -1;
        if (!parse_i64(digits, 0, UNITS_MAX - 1, &n)) {
            out->whole = false;
        } else if (is_row) {
            out->row[n] = true;
            out->whole = out->whole && str_eq(value, value_of(t, (int)n));
            last = (int)n > last ? (int)n : last;
        } else {
            count = (int)n;
        }
    }
    out->whole = out->whole && last == count;
}

/* As a server would find it at its next start. */
static struct found
look(struct trial *t, const char *path, bool ready)
{
    struct house h = {0};
    struct found found = {.whole = true};
    struct db_rows rows = {0};

    if (house_open(&h, path) != OK)
        return found;
    struct ctx cx = house_ctx(&h);
    cx.db = h.app.pool->main;
    const struct db_driver *driver = cx.db->driver;
    enum err e = driver->begin(cx.db, TX_READ, &h.log);
    if (e == OK)
        e = driver->query(&cx, "PRAGMA integrity_check", &rows);
    found.sound = e == OK && rows.count == 1 && str_is(row_str(&rows, 0, 0), "ok");
    if (found.sound && ready) {
        e = driver->query(&cx, "SELECT name, value FROM setting"
                               " WHERE name = 'count' OR name LIKE 'row %'", &rows);
        found.sound = e == OK;
        if (e == OK)
            rows_read(t, &rows, &found);
    }
    driver->rollback(cx.db);
    house_close(&h);
    return found;
}

/* What contradicts the answers given before that cut; NULL: nothing. */
static const char *
contradiction(const struct trial *t, const struct found *found, size_t cut)
{
    bool gap = false;

    if (!found->sound)
        return "the database is damaged";
    if (!found->whole)
        return "a unit is there in part";
    for (int n = 0; n < t->given; n++) {
        if (found->row[n] && is_refused(n))
            return "a refused unit is there";
        if (t->result[n] == OK && t->acked_at[n] <= cut && !found->row[n])
            return "an acknowledged unit is gone";
        if (found->row[n] && t->result[n] != OK && t->result[n] != ERR_UNKNOWN)
            return "a failed unit is there";
        if (found->row[n] && gap)
            return "a unit is there and one before it is not";
        gap = gap || (t->result[n] == OK && !found->row[n]);
    }
    return NULL;
}

/* Cuts the power at this moment in one of the ways it can go. */
static const char *
cut_and_look(struct trial *t, size_t cut, bool lying)
{
    uint64_t way = disk_random(&t->seed);
    bool ready = t->ready_at <= cut;

    disk_cut(t->disk, cut, way, lying, t->cut_path);
    struct found found = look(t, t->cut_path, ready);
    if (!ready)
        return found.sound ? NULL : "the database is damaged";
    return contradiction(t, &found, cut);
}

static int
by_size(const void *a, const void *b)
{
    size_t x = *(const size_t *)a;
    size_t y = *(const size_t *)b;

    return (x > y) - (x < y);
}

/* Counts the cuts after which something is wrong, and names the first. */
static int
cuts_wrong(struct trial *t, int count, size_t from, bool lying)
{
    size_t at[CUTS];
    size_t end = disk_now(t->disk);
    int wrong = 0;

    for (int i = 0; i < count; i++)
        at[i] = from + below(t, end - from + 1);
    qsort(at, (size_t)count, sizeof at[0], by_size);
    for (int i = 0; i < count; i++) {
        const char *what = cut_and_look(t, at[i], lying);
        if (what == NULL)
            continue;
        if (wrong++ == 0 && !lying)
            print_error("power cut after event %zu of %zu: %s. MAILLON_SEED=%llu repeats it\n",
                        at[i], end, what, (unsigned long long)t->first_seed);
    }
    return wrong;
}

static void
work(struct trial *t, int until)
{
    while (t->given < until) {
        int most = until - t->given < BURST_MAX ? until - t->given : BURST_MAX;
        int count = 1 + (int)below(t, (uint64_t)most);
        assert_int_equal(count, burst(t, count));
    }
}

static void
what_was_acknowledged_outlives_a_power_cut_at_any_moment(void **state)
{
    uint64_t seed = seed_of_run();
    int rounds = rounds_of_run();
    struct trial t;

    (void)state;
    for (int round = 0; round < rounds; round++, seed++) {
        trial_open(&t, seed);
        trial_start(&t, seed % 2 == 0, some_pages(&t));
        work(&t, UNITS / 2);
        trial_restart(&t);
        trial_start(&t, seed % 2 != 0, some_pages(&t));
        work(&t, UNITS);
        int wrong = cuts_wrong(&t, CUTS, t.opened_at, false);
        print_message("           seed %llu: %zu writes and syncs, %d power cuts, %d wrong\n",
                      (unsigned long long)seed, disk_now(t.disk), CUTS, wrong);
        trial_close(&t);
        assert_int_equal(0, wrong);
    }
}

/* The trial would see it if syncs were left out. */
static void
a_disk_that_only_pretends_to_sync_is_found_out(void **state)
{
    struct trial t;

    (void)state;
    trial_open(&t, seed_of_run());
    trial_start(&t, false, some_pages(&t));
    work(&t, UNITS / 4);
    assert_true(cuts_wrong(&t, LYING_CUTS, t.ready_at, true) > LYING_CUTS / 4);
    trial_close(&t);
}

/* ---- a disk that fills or fails ---- */

static volatile sig_atomic_t terms;

static void
term_seen(int sig)
{
    (void)sig;
    terms = terms + 1;
}

static bool
is_stopped(struct trial *t)
{
    return atomic_load(&t->house.app.pool->stopped);
}

static void
nothing_is_contradicted(struct trial *t)
{
    struct found found = look(t, t->path, true);
    const char *what = contradiction(t, &found, disk_now(t->disk));

    if (what != NULL)
        print_error("%s. MAILLON_SEED=%llu repeats it\n", what,
                    (unsigned long long)t->first_seed);
    assert_null(what);
}

/* After the trouble: what is refused is refused for its own reason, all else succeeds. */
static void
all_is_well_again(struct trial *t)
{
    int from = t->given;

    assert_int_equal(10, burst(t, 10));
    for (int n = from; n < t->given; n++)
        assert_int_equal(is_refused(n) ? ERR_DENIED : OK, t->result[n]);
}

/* The server ends when it cannot go on, and starts again: on the mended disk, or it leaves the log
 * behind because the disk is still broken. */
static void
restart_after(struct trial *t, bool broken_meanwhile)
{
    bool was_stopped = is_stopped(t);

    while (was_stopped && terms == 0)
        sched_yield();
    assert_int_equal(was_stopped ? 1 : 0, terms);
    assert_int_equal(was_stopped ? 0 : 1, burst(t, 1));
    if (broken_meanwhile)
        disk_fail(t->disk, DISK_WRITE | DISK_TRUNCATE | DISK_SYNC, 1, DISK_BROKEN, true);
    house_close(&t->house);
    disk_heal(t->disk);
    assert_int_equal(OK, house_open(&t->house, t->path));
    terms = 0;
}

/* One fault at a random moment of some bursts. */
static void
episode(struct trial *t, int number)
{
    static const unsigned ops[] = {DISK_WRITE, DISK_SYNC, DISK_READ,
                                   DISK_WRITE | DISK_TRUNCATE | DISK_SYNC};
    enum disk_fault fault = below(t, 2) == 0 ? DISK_FULL : DISK_BROKEN;
    unsigned which = ops[number % 4];
    bool lasts = below(t, 3) == 0;

    disk_fail(t->disk, which, 1 + (int)below(t, 12), fault, lasts);
    for (int i = 0; i < 6 && disk_failures(t->disk) == 0 && !is_stopped(t); i++)
        burst(t, 1 + (int)below(t, 5));
    if (lasts && !is_stopped(t))
        burst(t, 5);
    disk_heal(t->disk);
    burst(t, 1); /* Whoever answers it has finished what it did after the burst before. */
    nothing_is_contradicted(t);
    if (which == DISK_WRITE && fault == DISK_FULL)
        assert_false(is_stopped(t)); /* There may be room again: it goes on. */
    if (is_stopped(t) || below(t, 3) == 0) {
        restart_after(t, below(t, 2) == 0);
        trial_start(t, below(t, 2) == 0, some_pages(t));
    }
    all_is_well_again(t);
    nothing_is_contradicted(t);
}

/* And the power may go at any moment of all that. */
static void
a_disk_that_fills_or_fails_makes_no_answer_untrue(void **state)
{
    struct sigaction term = {.sa_handler = term_seen};
    struct sigaction before;
    uint64_t seed = seed_of_run();
    int rounds = rounds_of_run();
    struct trial t;

    (void)state;
    sigaction(SIGTERM, &term, &before);
    for (int round = 0; round < rounds; round++, seed++) {
        terms = 0;
        trial_open(&t, seed);
        trial_start(&t, seed % 2 == 0, some_pages(&t));
        for (int i = 0; i < EPISODES; i++)
            episode(&t, i);
        int wrong = cuts_wrong(&t, CUTS / 4, t.opened_at, false);
        print_message("           seed %llu: %d faults, %d units, %d power cuts, %d wrong\n",
                      (unsigned long long)seed, EPISODES, t.given, CUTS / 4, wrong);
        trial_close(&t);
        assert_int_equal(0, wrong);
    }
    sigaction(SIGTERM, &before, NULL);
}

/* Frames that a failed sync left behind can be read at the next start, so they are recovered; but
 * they are not on the disk, and what is written behind them would go with them. */
static void
what_a_failed_sync_left_is_not_built_upon(void **state)
{
    struct sigaction term = {.sa_handler = term_seen};
    struct sigaction before;
    uint64_t seed = seed_of_run();
    struct trial t;

    (void)state;
    sigaction(SIGTERM, &term, &before);
    for (int i = 0; i < 4; i++, seed++) { /* What comes of a failed sync differs. */
        terms = 0;
        trial_open(&t, seed);
        trial_start(&t, false, 1000);
        work(&t, 20);
        int from = t.given;
        disk_fail(t.disk, DISK_SYNC, 1, DISK_BROKEN, true);
        burst(&t, 5);
        assert_int_equal(ERR_UNKNOWN, t.result[from]);
        for (int n = from; n < t.given; n++)
            assert_int_not_equal(OK, t.result[n]);
        restart_after(&t, true);
        size_t restarted = disk_now(t.disk);
        trial_start(&t, false, 1000);
        work(&t, 60);
        assert_int_equal(0, cuts_wrong(&t, CUTS / 10, restarted, false));
        trial_close(&t);
    }
    sigaction(SIGTERM, &before, NULL);
}

/* ---- two processes ---- */

struct fill {
    const char *name;
    char byte;
    size_t bytes;
    enum err verdict;
};

static enum err
fill_unit(struct ctx *cx, void *arg)
{
    struct fill *f = arg;
    char *value = arena_alloc(cx->arena, f->bytes);

    memset(value, f->byte, f->bytes);
    TRY(db_run(cx, SQL_DB_SETTING_PUT, NULL, db_str(str_of(f->name)),
               db_str(str_n(value, f->bytes))));
    return f->verdict;
}

/* A transaction larger than the cache writes pages before it commits. Rolled back, it must not
 * put what it had gathered over the commit that another process makes at that place. */
static void
a_rolled_back_transaction_leaves_the_log_to_others(void **state)
{
    struct fill big = {"big", 'x', VALUE_MAX, ERR_DENIED};
    struct fill theirs = {"theirs", 'b', VALUE_MAX, OK}; /* As long: it covers all of it. */
    struct fill ours = {"ours", 'c', 500, OK};
    struct house other = {0};
    struct db_rows rows;
    struct trial t;

    (void)state;
    trial_open(&t, seed_of_run());
    struct ctx cx = house_ctx(&t.house);
    cx.db = t.house.app.pool->main;
    assert_int_equal(OK, cx.db->driver->script(&cx, "PRAGMA cache_size = 10"));
    cx.db = NULL;
    assert_int_equal(ERR_DENIED, db_write(&cx, fill_unit, &big));
    assert_int_equal(OK, house_open(&other, t.path));
    struct ctx other_cx = house_ctx(&other);
    assert_int_equal(OK, db_write(&other_cx, fill_unit, &theirs));
    assert_int_equal(OK, db_write(&cx, fill_unit, &ours));
    house_close(&other);
    trial_restart(&t);
    assert_true(look(&t, t.path, true).sound);
    cx = house_ctx(&t.house);
    cx.db = t.house.app.pool->main;
    assert_int_equal(OK, cx.db->driver->begin(cx.db, TX_READ, &t.house.log));
    assert_int_equal(OK, cx.db->driver->query(&cx, "SELECT name, length(value) FROM setting"
                                                   " WHERE name IN ('big', 'ours', 'theirs')"
                                                   " ORDER BY name", &rows));
    cx.db->driver->rollback(cx.db);
    assert_int_equal(2, rows.count);
    assert_int_equal(500, row_int(&rows, 0, 1));
    assert_int_equal(VALUE_MAX, row_int(&rows, 1, 1));
    trial_close(&t);
}

int
test_power(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_acknowledged_outlives_a_power_cut_at_any_moment),
        cmocka_unit_test(a_disk_that_only_pretends_to_sync_is_found_out),
        cmocka_unit_test(a_disk_that_fills_or_fails_makes_no_answer_untrue),
        cmocka_unit_test(what_a_failed_sync_left_is_not_built_upon),
        cmocka_unit_test(a_rolled_back_transaction_leaves_the_log_to_others),
    };
    return cmocka_run_group_tests_name("power", tests, NULL, NULL);
}
