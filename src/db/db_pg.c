/* SPDX-License-Identifier: Apache-2.0 */
/*
 * db_pg.c - PostgreSQL. Only this file and pg_row.c include libpq-fe.h.
 *
 * Values: the server infers the type of each parameter when the statement is prepared, because
 * the kind of the first value seen (it may be NULL) says nothing about the next one. Whole
 * numbers go as text, which any numeric type reads; text and bytes go in binary with their
 * length. A parameter whose place gives no type (SELECT ?1, ?1 IS NULL alone, ?1 + ?2) needs a
 * CAST in the .sql file; the test that prepares every statement finds it.
 *
 * Reads run in REPEATABLE READ, so that one unit sees one snapshot as on SQLite; writes in READ
 * COMMITTED with row locks taken by the statements.
 *
 * A COMMIT is never cancelled. When the connection breaks in it, or the server warns in it (it
 * does so when a standby did not confirm), the outcome is ERR_UNKNOWN. Broken anywhere else, the
 * unit surely did not happen and is run again on a new connection.
 */
#include <libpq-fe.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/parse.h"
#include "db/db_impl.h"
#include "db/pg_row.h"

enum {
    VERSION_MIN = 130000,
    PARAMS_MAX = 99, /* What mksql lets through. */
    INT_TEXT_MAX = 21,
    BACKOFF_MIN_MS = 100,
    BACKOFF_MAX_MS = 5000
};

static const char begin_write[] = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
static const char begin_read[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
                                 " SET LOCAL statement_timeout = '30s'";
/* Acknowledged means on disk, whatever the server's default; stronger settings are left alone.
 * Our statements are short steps along an index, which the server estimates as long ones when it
 * plans for any parameters: compiling them takes a hundred times as long as running them. */
static const char session_setup[] =
    "SET client_min_messages = warning; SET lock_timeout = '10s'; SET TimeZone = 'UTC';"
    " SET standard_conforming_strings = on; SET jit = off;"
    " SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')";

struct pg {
    struct db base; /* First: a struct db is this struct. */
    PGconn *conn;   /* NULL after it was lost. */
    enum tx kind;
    bool warned;    /* The server sent a warning. */
    int64_t retry_at_ns;
    int64_t backoff_ms;
    bool prepared[SQL_COUNT];
};

static struct pg *
pg_of(struct db *db)
{
    return (struct pg *)db;
}

/* ---- errors ---- */

static bool
state_is(const char *state, const char *list)
{
    return strlen(state) == 5 && strstr(list, state) != NULL;
}

static void
conn_drop(struct pg *pg)
{
    PQfinish(pg->conn);
    pg->conn = NULL;
    memset(pg->prepared, 0, sizeof pg->prepared);
}

/* Maps a failed result and clears it; logs what is nobody's expectation. */
static enum err
pg_error(struct pg *pg, struct log *log, const char *what, PGresult *res)
{
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
    const char *said = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
    struct str message = str_of(said == NULL ? PQerrorMessage(pg->conn) : said);
    enum err e = ERR_FAULT;

    if (state == NULL || PQstatus(pg->conn) != CONNECTION_OK ||
        state_is(state, "57P01 57P02 57P03 25006")) {
        /* 25006: a failover left us with a standby; a new connection finds the primary. */
        log_warn(log, "db_connection_lost", LOG_Z("statement", what), LOG_STR("message", message));
        conn_drop(pg);
        pg->base.again = true;
        PQclear(res);
        return ERR_BUSY;
    }
    if (state_is(state, "23505 23503 23P01"))
        e = ERR_CONFLICT;
    else if (state_is(state, "40001 40P01")) {
        pg->base.again = true;
        e = ERR_BUSY;
    } else {
        log_error(log, "db_error", LOG_Z("statement", what), LOG_Z("code", state),
                  LOG_STR("message", message));
        if (state_is(state, "55P03 57014 53100 53200 53300"))
            e = ERR_BUSY;
    }
    PQclear(res);
    return e;
}

static void
notice(void *arg, const PGresult *res)
{
    struct pg *pg = arg;
    const char *severity = PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);

    if (severity == NULL || strcmp(severity, "WARNING") != 0)
        return;
    pg->warned = true;
    log_warn(NULL, "db_warning",
             LOG_Z("message", PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY)));
}

/* ---- connecting ---- */

static enum err
conn_prepare(struct pg *pg)
{
    if (PQstatus(pg->conn) != CONNECTION_OK) {
        log_error(NULL, "db_not_connected", LOG_Z("message", PQerrorMessage(pg->conn)));
        return ERR_BUSY;
    }
    if (PQserverVersion(pg->conn) < VERSION_MIN) {
        log_error(NULL, "db_postgresql_too_old", LOG_INT("version", PQserverVersion(pg->conn)));
        return ERR_FAULT;
    }
    PQsetNoticeReceiver(pg->conn, notice, pg);
    PGresult *res = PQexec(pg->conn, session_setup);
    enum err e = PQresultStatus(res) == PGRES_TUPLES_OK ? OK : ERR_FAULT;
    if (e != OK)
        log_error(NULL, "db_session_not_set_up", LOG_Z("message", PQerrorMessage(pg->conn)));
    PQclear(res);
    return e;
}

/* Defaults stand before the URL, which may override them; what must hold stands after it. */
static enum err
conn_open(struct pg *pg)
{
    struct arena scratch = {0};
    const char *url = str_z(&scratch, pg->base.pool->target);
    const char *const key[] = {"connect_timeout", "keepalives_idle", "tcp_user_timeout",
                               "target_session_attrs", "fallback_application_name", "dbname",
                               "client_encoding", NULL};
    const char *const value[] = {"5", "10", "30000", "read-write", "maillon", url, "UTF8", NULL};
    int64_t now_ns = clock_mono_ns();
    enum err e;

    if (now_ns < pg->retry_at_ns) {
        arena_release(&scratch);
        return ERR_BUSY;
    }
    pg->conn = PQconnectdbParams(key, value, 1);
    arena_release(&scratch);
    e = conn_prepare(pg);
    if (e == OK) {
        pg->backoff_ms = 0;
        pg->retry_at_ns = 0;
        return OK;
    }
    conn_drop(pg);
    pg->backoff_ms = pg->backoff_ms == 0 ? BACKOFF_MIN_MS : 2 * pg->backoff_ms;
    if (pg->backoff_ms > BACKOFF_MAX_MS)
        pg->backoff_ms = BACKOFF_MAX_MS;
    pg->retry_at_ns = clock_mono_ns() + pg->backoff_ms * 1000000;
    return e;
}

static void
pg_close(struct db *db)
{
    PQfinish(pg_of(db)->conn);
    free(pg_of(db));
}

static enum err
pg_open(struct db_pool *pool, bool writer, struct db **out)
{
    struct pg *pg = calloc(1, sizeof *pg);

    (void)writer; /* All connections are alike. */
    assert(pg != NULL);
    pg->base.driver = &db_pg_driver;
    pg->base.pool = pool;
    enum err e = conn_open(pg);
    if (e != OK) {
        free(pg);
        return e;
    }
    *out = &pg->base;
    return OK;
}

/* ---- transactions ---- */

static enum err
pg_begin(struct db *db, enum tx kind, struct log *log)
{
    struct pg *pg = pg_of(db);
    enum err e = ERR_BUSY;

    pg->kind = kind;
    /* A connection that broke while it lay idle is noticed here, and nothing is lost by it. */
    for (int attempt = 0; attempt < 2; attempt++) {
        if (pg->conn == NULL)
            TRY(conn_open(pg));
        PGresult *res = PQexec(pg->conn, kind == TX_WRITE ? begin_write : begin_read);
        if (PQresultStatus(res) == PGRES_COMMAND_OK) {
            PQclear(res);
            return OK;
        }
        e = pg_error(pg, log, "BEGIN", res);
        if (pg->conn != NULL)
            break;
    }
    return e;
}

static void
pg_rollback(struct db *db)
{
    struct pg *pg = pg_of(db);
    bool again = db->again;

    if (pg->conn == NULL)
        return;
    PGresult *res = PQexec(pg->conn, "ROLLBACK");
    if (PQresultStatus(res) == PGRES_COMMAND_OK)
        PQclear(res);
    else
        pg_error(pg, NULL, "ROLLBACK", res);
    db->again = again;
}

static enum err
pg_commit(struct db *db, struct log *log)
{
    struct pg *pg = pg_of(db);
    bool read = pg->kind == TX_READ; /* Whatever COMMIT says, all has been read. */

    pg->warned = false;
    PGresult *res = PQexec(pg->conn, "COMMIT");
    if (PQresultStatus(res) == PGRES_COMMAND_OK) {
        /* COMMIT of a failed transaction answers ROLLBACK. */
        bool committed = strcmp(PQcmdStatus(res), "COMMIT") == 0;
        PQclear(res);
        if (!committed)
            return ERR_FAULT;
        return pg->warned && !read ? ERR_UNKNOWN : OK;
    }
    enum err e = pg_error(pg, log, "COMMIT", res);
    if (read)
        return OK;
    if (pg->conn == NULL) {
        db->again = false;
        return ERR_UNKNOWN;
    }
    return e; /* Refused by a server that is well: it did not take effect. */
}

/* ---- statements ---- */

struct params {
    const char *value[PARAMS_MAX];
    int len[PARAMS_MAX];
    int format[PARAMS_MAX]; /* 0 text, 1 binary. */
    char number[PARAMS_MAX][INT_TEXT_MAX];
};

static void
params_fill(struct params *p, const struct db_value *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct db_value *v = &values[i];
        p->value[i] = NULL;
        p->format[i] = v->kind == DB_TEXT || v->kind == DB_BLOB;
        p->len[i] = 0;
        if (v->kind == DB_INT) {
            snprintf(p->number[i], INT_TEXT_MAX, "%lld", (long long)v->i);
            p->value[i] = p->number[i];
        } else if (v->kind != DB_NULL) {
            p->value[i] = v->s.ptr == NULL ? "" : v->s.ptr;
            p->len[i] = (int)v->s.len;
        }
    }
}

enum { STMT_NAME_MAX = 16 };

static enum err
stmt_ready(struct pg *pg, struct log *log, enum sql_id id, char name[STMT_NAME_MAX])
{
    if (pg->conn == NULL) { /* Lost at an earlier statement that the unit ignored. */
        pg->base.again = true;
        return ERR_BUSY;
    }
    snprintf(name, STMT_NAME_MAX, "s%d", (int)id);
    if (pg->prepared[id])
        return OK;
    PGresult *res = PQprepare(pg->conn, name, sql_texts[id].pg, 0, NULL);
    if (PQresultStatus(res) != PGRES_COMMAND_OK)
        return pg_error(pg, log, sql_texts[id].name, res);
    PQclear(res);
    pg->prepared[id] = true;
    return OK;
}

static bool
result_good(const PGresult *res)
{
    return PQresultStatus(res) == PGRES_TUPLES_OK || PQresultStatus(res) == PGRES_COMMAND_OK;
}

/* Copies a good result and clears it. */
static enum err
result_take(struct ctx *cx, const char *what, PGresult *res, struct db_rows *out)
{
    int bad_type;
    bool good = out == NULL || pg_rows(cx->arena, res, out, &bad_type);

    PQclear(res);
    if (good)
        return OK;
    log_error(cx->log, "db_column_type", LOG_Z("statement", what), LOG_INT("oid", bad_type));
    return ERR_FAULT;
}

static enum err
pg_run(struct ctx *cx, enum sql_id id, struct db_rows *out, const struct db_value *values,
       size_t count)
{
    struct pg *pg = pg_of(cx->db);
    char name[STMT_NAME_MAX];
    struct params p;

    TRY(stmt_ready(pg, cx->log, id, name));
    params_fill(&p, values, count);
    PGresult *res = PQexecPrepared(pg->conn, name, (int)count, p.value, p.len, p.format, 1);
    if (!result_good(res))
        return pg_error(pg, cx->log, sql_texts[id].name, res);
    int64_t changed = 0;
    if (out != NULL && sql_texts[id].write)
        (void)parse_i64(str_of(PQcmdTuples(res)), 0, INT64_MAX, &changed);
    TRY(result_take(cx, sql_texts[id].name, res, out));
    if (out != NULL)
        out->changed = changed;
    return OK;
}

/* ---- many statements at once ---- */

/* So many travel before their answers are read: these must fit the socket's buffers, for while
 * we send nobody reads. */
enum { PIPELINE_STEP = 256 };

/* Sends them and a mark; false when the connection does not take them. */
static bool
pipeline_send(struct pg *pg, const struct db_call *calls, size_t count)
{
    char name[STMT_NAME_MAX];
    struct params p;

    for (size_t i = 0; i < count; i++) {
        snprintf(name, sizeof name, "s%d", (int)calls[i].id);
        params_fill(&p, calls[i].values, calls[i].count);
        if (PQsendQueryPrepared(pg->conn, name, (int)calls[i].count, p.value, p.len, p.format,
                                1) != 1)
            return false;
    }
    return PQpipelineSync(pg->conn) == 1;
}

/* Reads up to the mark. *bad is the first result that is no success, *at the call's index; those
 * behind it were not run. */
static void
pipeline_read(struct pg *pg, PGresult **bad, size_t *at)
{
    size_t seen = 0;
    int nothing = 0;

    while (nothing < 2) { /* An end follows each result; two mean that the connection is gone. */
        PGresult *res = PQgetResult(pg->conn);
        if (res == NULL) {
            nothing++;
            continue;
        }
        nothing = 0;
        ExecStatusType status = PQresultStatus(res);
        if (status == PGRES_PIPELINE_SYNC) {
            PQclear(res);
            return;
        }
        if (*bad == NULL && !result_good(res)) {
            *bad = res;
            *at = seen;
        } else {
            PQclear(res);
        }
        seen++;
    }
    if (*bad == NULL)
        *bad = PQmakeEmptyPGresult(pg->conn, PGRES_FATAL_ERROR);
}

static enum err
pg_run_all(struct ctx *cx, const struct db_call *calls, size_t count)
{
    struct pg *pg = pg_of(cx->db);
    char name[STMT_NAME_MAX];
    PGresult *bad = NULL;
    size_t first = 0, at = 0;

    for (size_t i = 0; i < count; i++)
        TRY(stmt_ready(pg, cx->log, calls[i].id, name));
    if (count == 0 || pg->conn == NULL || PQenterPipelineMode(pg->conn) != 1)
        return count == 0 ? OK : ERR_FAULT;
    for (; first < count && bad == NULL; first += PIPELINE_STEP) {
        size_t n = count - first < PIPELINE_STEP ? count - first : PIPELINE_STEP;
        if (pipeline_send(pg, calls + first, n))
            pipeline_read(pg, &bad, &at);
        else
            bad = PQmakeEmptyPGresult(pg->conn, PGRES_FATAL_ERROR);
        at += bad == NULL ? 0 : first;
    }
    (void)PQexitPipelineMode(pg->conn);
    return bad == NULL ? OK : pg_error(pg, cx->log, sql_texts[calls[at].id].name, bad);
}

/* ---- results row by row ---- */

/* Results have to be read to their end before the next statement, even when fn has had enough. */
static enum err
each_drain(struct ctx *cx, enum sql_id id, db_row_fn fn, void *arg)
{
    struct pg *pg = pg_of(cx->db);
    struct arena scratch = {0};
    enum err e = OK;
    enum err failed = OK;
    PGresult *res;

    while (pg->conn != NULL && (res = PQgetResult(pg->conn)) != NULL) {
        if (PQresultStatus(res) != PGRES_SINGLE_TUPLE) {
            if (result_good(res))
                PQclear(res);
            else
                failed = pg_error(pg, cx->log, sql_texts[id].name, res);
            continue;
        }
        struct db_rows row;
        struct ctx inner = {.arena = &scratch, .log = cx->log};
        if (e != OK) {
            PQclear(res);
            continue;
        }
        arena_clear(&scratch);
        e = result_take(&inner, sql_texts[id].name, res, &row);
        if (e == OK)
            e = fn(arg, row.cell, row.cols);
    }
    arena_release(&scratch);
    cx->db->failed |= failed != OK;
    return failed != OK ? failed : e;
}

static enum err
pg_each(struct ctx *cx, enum sql_id id, db_row_fn fn, void *arg, const struct db_value *values,
        size_t count)
{
    struct pg *pg = pg_of(cx->db);
    char name[STMT_NAME_MAX];
    struct params p;

    TRY(stmt_ready(pg, cx->log, id, name));
    params_fill(&p, values, count);
    if (PQsendQueryPrepared(pg->conn, name, (int)count, p.value, p.len, p.format, 1) != 1 ||
        PQsetSingleRowMode(pg->conn) != 1) {
        PGresult *res = PQmakeEmptyPGresult(pg->conn, PGRES_FATAL_ERROR);
        cx->db->failed = true;
        return pg_error(pg, cx->log, sql_texts[id].name, res);
    }
    return each_drain(cx, id, fn, arg);
}

static enum err
pg_script(struct ctx *cx, const char *sql)
{
    struct pg *pg = pg_of(cx->db);
    PGresult *res = PQexec(pg->conn, sql);

    if (!result_good(res))
        return pg_error(pg, cx->log, "script", res);
    PQclear(res);
    return OK;
}

static enum err
pg_query(struct ctx *cx, const char *sql, struct db_rows *out)
{
    struct pg *pg = pg_of(cx->db);
    PGresult *res = PQexecParams(pg->conn, sql, 0, NULL, NULL, NULL, NULL, 1);

    if (!result_good(res))
        return pg_error(pg, cx->log, "query", res);
    return result_take(cx, "query", res, out);
}

static enum err
pg_clock_offset(struct db *db, int64_t *out_ms)
{
    struct pg *pg = pg_of(db);
    struct arena scratch = {0};
    struct db_rows rows = {0};
    struct ctx cx = {.arena = &scratch, .db = db};

    if (pg->conn == NULL)
        TRY(conn_open(pg));
    int64_t from_ms = clock_now_ms();
    enum err e = pg_query(
        &cx, "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)", &rows);
    int64_t to_ms = clock_now_ms();
    if (e == OK)
        *out_ms = row_int(&rows, 0, 0) - (from_ms + (to_ms - from_ms) / 2);
    arena_release(&scratch);
    return e;
}

const struct db_driver db_pg_driver = {
    .engine = DB_PG,
    .open = pg_open,
    .close = pg_close,
    .begin = pg_begin,
    .commit = pg_commit,
    .rollback = pg_rollback,
    .run = pg_run,
    .run_all = pg_run_all,
    .each = pg_each,
    .script = pg_script,
    .query = pg_query,
    .clock_offset = pg_clock_offset,
};
