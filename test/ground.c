/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ground.c - see ground.h.
 */
#include "test/ground.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "db/db_impl.h"

enum { URL_MAX = 600, SQL_MAX = 16 * 1024 };

/* A database that this file itself has open. */
struct house {
    struct app app;
    struct conf conf;
    struct log log;
    struct arena arena;
    char url[URL_MAX];
};

static struct {
    char dir[64], path[80]; /* SQLite: the file that is copied; empty before it is made. */
    char name[32];          /* PostgreSQL: the database; empty while there is none. */
    struct house pg;        /* Open while there is one. */
    bool ends;              /* ground_end is registered. */
} ground;

static void
must(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "ground: %s\n", what);
    abort();
}

static void
house_open(struct house *h)
{
    struct db_options opt = {.workers = 1};

    arena_init(&h->arena);
    h->conf = (struct conf){.db = str_of(h->url)};
    h->app = (struct app){.conf = &h->conf};
    must(db_open(&h->app, &opt) == OK, "the database cannot be opened");
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

/* ---- SQLite ---- */

static void ground_end(void);

static void
ground_begin(void)
{
    crypto_init();
    if (!ground.ends)
        must(atexit(ground_end) == 0, "no memory");
    ground.ends = true;
}

static void
sqlite_make(void)
{
    const char *tmp = getenv("TMPDIR");
    struct house h = {0};

    ground_begin();
    snprintf(ground.dir, sizeof ground.dir, "%.40s/maillon-XXXXXX", tmp == NULL ? "/tmp" : tmp);
    must(mkdtemp(ground.dir) != NULL, "no folder can be made in TMPDIR");
    snprintf(ground.path, sizeof ground.path, "%s/ground.db", ground.dir);
    snprintf(h.url, sizeof h.url, "sqlite:%s", ground.path);
    house_open(&h);
    must(db_migrate(h.app.pool) == OK, "the schema cannot be applied");
    house_close(&h);
}

void
ground_copy_sqlite(const char *path)
{
    struct stat st;

    if (ground.path[0] == '\0')
        sqlite_make();
    int from = open(ground.path, O_RDONLY | O_CLOEXEC);
    int to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    must(from >= 0 && to >= 0 && fstat(from, &st) == 0, "the database cannot be copied");
    for (off_t left = st.st_size; left > 0;) {
        ssize_t n = sendfile(to, from, NULL, (size_t)left);
        must(n > 0, "the database cannot be copied");
        left -= n;
    }
    must(close(from) == 0 && close(to) == 0, "the database cannot be copied");
}

/* ---- PostgreSQL ---- */

static void
url_of(char *url, size_t size, const char *more, const char *value)
{
    const char *base = getenv("MAILLON_TEST_PG");

    must(base != NULL, "MAILLON_TEST_PG is not set");
    int n = snprintf(url, size, "%s%c%s%s", base, strchr(base, '?') == NULL ? '?' : '&', more,
                     value);
    must(n > 0 && (size_t)n < size, "MAILLON_TEST_PG is too long");
}

/* In the database that all processes share, outside any transaction. */
static void
shared_command(const char *verb, const char *rest)
{
    struct house h = {0};
    char sql[160];

    url_of(h.url, sizeof h.url, "application_name=", "ground");
    house_open(&h);
    struct ctx cx = house_ctx(&h);
    cx.db = h.app.pool->main;
    snprintf(sql, sizeof sql, "%s %s %s", verb, ground.name, rest);
    must(cx.db->driver->script(&cx, sql) == OK, "the database of the tests cannot be made");
    house_close(&h);
}

static enum err
script_unit(struct ctx *cx, void *arg)
{
    return cx->db->driver->script(cx, arg);
}

static void
pg_make(void)
{
    char sql[SQL_MAX] = "";
    FILE *file = fopen("test/ground.sql", "r");
    uint64_t mark;

    ground_begin();
    must(file != NULL && fread(sql, 1, sizeof sql - 1, file) > 0 && feof(file) != 0,
         "test/ground.sql cannot be read");
    fclose(file);
    random_bytes(&mark, sizeof mark);
    snprintf(ground.name, sizeof ground.name, "t_%016llx", (unsigned long long)mark);
    shared_command("CREATE DATABASE", "");
    url_of(ground.pg.url, sizeof ground.pg.url, "application_name=ground&dbname=", ground.name);
    house_open(&ground.pg);
    struct ctx cx = house_ctx(&ground.pg);
    must(db_migrate(ground.pg.app.pool) == OK, "the schema cannot be applied");
    must(db_write(&cx, script_unit, sql) == OK, "test/ground.sql does not run");
}

static void
pg_drop(void)
{
    house_close(&ground.pg);
    shared_command("DROP DATABASE", "WITH (FORCE)");
    ground.name[0] = '\0';
}

void
ground_lend_pg(char *url, size_t size)
{
    if (ground.name[0] == '\0')
        pg_make();
    url_of(url, size, "application_name=test&dbname=", ground.name);
}

static enum err
reset_unit(struct ctx *cx, void *arg)
{
    return cx->db->driver->query(cx, "SELECT ground.reset()", arg);
}

void
ground_return_pg(void)
{
    struct ctx cx = house_ctx(&ground.pg);
    struct db_rows rows;

    must(db_write(&cx, reset_unit, &rows) == OK, "ground.reset() fails");
    bool good = row_int(&rows, 0, 0) == 1;
    arena_clear(&ground.pg.arena);
    if (!good)
        pg_drop();
}

static void
ground_end(void)
{
    if (ground.path[0] != '\0') {
        unlink(ground.path);
        rmdir(ground.dir);
    }
    if (ground.name[0] != '\0')
        pg_drop();
}
