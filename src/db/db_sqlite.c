/* SPDX-License-Identifier: Apache-2.0 */
/*
 * db_sqlite.c - the embedded engine. Only this file, wal_vfs.c and page_cache.c
 * include sqlite3.h.
 *
 * WAL with a full fsync at each commit: NORMAL would lose acknowledged orders at a power cut. The
 * WAL goes back into the database between two batches, never inside a commit. Statements are
 * prepared once per connection and stay; they are reset as soon as they have been read, because
 * an open one would hold the snapshot and with it the checkpoint.
 *
 * The process opens a database file through SQLite only: POSIX drops a process's locks on a file
 * when any descriptor of it is closed.
 */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "db/db_impl.h"
#include "db/page_cache.h"
#include "db/turn.h"
#include "db/wal_vfs.h"

enum {
    VERSION_MIN = 3051003, /* Older ones can corrupt a WAL that two connections use. */
    BUSY_MS = 10000,       /* For other processes: commands run while the server runs. */
    BUSY_LOOK_NS = 1000 * 1000,
    CHECKPOINT_PAGES = 4096,  /* 16 MB of WAL, then it is copied back. */
    WAL_PAGES_MAX = 32768,    /* 128 MB: from here on readers are waited for, for a moment. */
    WAL_WAIT_MS = 200
};

enum control { BEGIN_READ, BEGIN_WRITE, COMMIT, ROLLBACK, SAVE, SAVE_DROP, SAVE_BACK, CONTROLS };

static const char *const control_texts[CONTROLS] = {
    [BEGIN_READ] = "BEGIN",
    [BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",
    [SAVE] = "SAVEPOINT unit",
    [SAVE_DROP] = "RELEASE unit",
    [SAVE_BACK] = "ROLLBACK TO unit",
};

struct lite {
    struct db base; /* First: a struct db is this struct. */
    sqlite3 *conn;
    bool saved;          /* The unit's savepoint is open. */
    int wal_pages;       /* After the last commit. */
    int checkpoint_at;   /* Pages in the WAL that call for the next checkpoint. */
    struct turn turn;
    bool begins;         /* A write transaction: who waits for that, asks for its turn. */
    int64_t busy_ms;     /* How long to wait for other processes, */
    int64_t busy_since_ns; /* and since when. */
    size_t scratch_cap;  /* Cells. */
    struct db_value *scratch;
    sqlite3_stmt *control[CONTROLS];
    sqlite3_stmt *stmt[SQL_COUNT];
    bool writes[SQL_COUNT];
    bool gives_id[SQL_COUNT]; /* Its RETURNING is left to us: see text_without_id. */
};

static struct lite *
lite_of(struct db *db)
{
    return (struct lite *)db;
}

/* Maps a result code; logs what is nobody's expectation. what: a statement's name. */
static enum err
lite_error(struct lite *l, struct log *log, const char *what, int rc)
{
    switch (rc) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
    case SQLITE_CONSTRAINT_FOREIGNKEY:
        return ERR_CONFLICT;
    default:
        break;
    }
    log_error(log, "db_error", LOG_Z("statement", what), LOG_INT("code", rc),
              LOG_Z("message", sqlite3_errmsg(l->conn)));
    if ((rc & 0xff) == SQLITE_CORRUPT || (rc & 0xff) == SQLITE_NOTADB)
        db_stop_writes(l->base.pool, "the database file is damaged");
    if ((rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_LOCKED) {
        l->base.again = true;
        return ERR_BUSY;
    }
    return ERR_FAULT;
}

static enum err
control_run(struct lite *l, enum control c, struct log *log, int *code)
{
    int rc = sqlite3_step(l->control[c]);

    sqlite3_reset(l->control[c]);
    if (code != NULL)
        *code = rc;
    return rc == SQLITE_DONE ? OK : lite_error(l, log, control_texts[c], rc);
}

/* SQLite's own waiting sleeps up to a tenth of a second between two looks, longer than another
 * process keeps the lock or leaves it free. */
static int
busy_wait(void *arg, int looks)
{
    static const struct timespec look = {0, BUSY_LOOK_NS};
    struct lite *l = arg;
    int64_t now = clock_mono_ns();

    if (looks == 0)
        l->busy_since_ns = now;
    if (now - l->busy_since_ns > l->busy_ms * 1000000)
        return 0;
    if (l->begins)
        turn_ask(&l->turn);
    (void)nanosleep(&look, NULL);
    return 1;
}

/* ---- opening ---- */

static int
checkpoint_pages(const struct lite *l)
{
    int pages = l->base.pool->test_checkpoint_pages;

    return pages > 0 ? pages : CHECKPOINT_PAGES;
}

static int
wal_grew(void *arg, sqlite3 *conn, const char *name, int pages)
{
    (void)conn;
    (void)name;
    struct lite *l = arg;

    if (pages < l->wal_pages) /* It began anew. */
        l->checkpoint_at = checkpoint_pages(l);
    l->wal_pages = pages;
    return SQLITE_OK;
}

/* Also when SQLite itself gave the transaction up. */
static void
rolled_back(void *arg)
{
    wal_vfs_forget(((struct lite *)arg)->conn);
}

static enum err
pragma_run(struct lite *l, const char *sql)
{
    int rc = sqlite3_exec(l->conn, sql, NULL, NULL, NULL);

    return rc == SQLITE_OK ? OK : lite_error(l, NULL, sql, rc);
}

/* PRAGMA journal_mode answers with the mode it really has. */
static enum err
wal_switch_on(struct lite *l)
{
    sqlite3_stmt *stmt;
    int rc = sqlite3_prepare_v2(l->conn, "PRAGMA journal_mode = WAL", -1, &stmt, NULL);

    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    const char *mode = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(stmt, 0) : NULL;
    bool wal = str_is(str_of(mode), "wal");
    sqlite3_finalize(stmt);
    if (wal)
        return OK;
    log_error(NULL, "db_wal_refused", LOG_Z("message", sqlite3_errmsg(l->conn)));
    return ERR_FAULT;
}

static enum err
settings_apply(struct lite *l, bool writer)
{
    TRY(pragma_run(l, "PRAGMA foreign_keys = ON"));
    TRY(pragma_run(l, "PRAGMA synchronous = FULL"));
    if (!writer) {
        TRY(pragma_run(l, "PRAGMA mmap_size = 1073741824"));
        TRY(pragma_run(l, "PRAGMA temp_store = MEMORY"));
        TRY(pragma_run(l, "PRAGMA cache_size = -16384"));
        return pragma_run(l, "PRAGMA query_only = ON");
    }
    /* A savepoint keeps the pages it may have to put back in one block of 64 KB, which is more than
     * an order needs, and beyond that in a file. MEMORY would mean a block for each kilobyte. */
    TRY(pragma_run(l, "PRAGMA temp_store = FILE"));
    /* Without memory mapping: with it each page read is first looked for in the WAL, even one that
     * the cache holds, and the writer's cache holds most of what an order reads. */
    TRY(pragma_run(l, "PRAGMA cache_size = -65536"));
    /* What is emptied leaves no bytes in the pages that are written anyway. */
    TRY(pragma_run(l, "PRAGMA secure_delete = FAST"));
    TRY(pragma_run(l, "PRAGMA journal_size_limit = 268435456"));
    TRY(wal_switch_on(l));
    l->checkpoint_at = checkpoint_pages(l);
    sqlite3_wal_hook(l->conn, wal_grew, l); /* Takes the place of automatic checkpoints. */
    sqlite3_rollback_hook(l->conn, rolled_back, l);
    return OK;
}

static enum err
controls_prepare(struct lite *l)
{
    for (int c = 0; c < CONTROLS; c++) {
        int rc = sqlite3_prepare_v3(l->conn, control_texts[c], -1, SQLITE_PREPARE_PERSISTENT,
                                    &l->control[c], NULL);
        if (rc != SQLITE_OK)
            return lite_error(l, NULL, control_texts[c], rc);
    }
    return OK;
}

/* The file holds personal data: it is nobody else's to read. SQLite gives the WAL the same
 * rights. Does nothing when the file is there, so no lock of ours can be lost. */
static void
file_create(const char *path)
{
    const char *slash = strrchr(path, '/');
    struct arena scratch = {0};

    if (slash != NULL && slash != path)
        mkdir(str_z(&scratch, str_n(path, (size_t)(slash - path))), 0700);
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
    arena_release(&scratch);
}

static void
lite_close(struct db *db)
{
    struct lite *l = lite_of(db);

    for (int c = 0; c < CONTROLS; c++)
        sqlite3_finalize(l->control[c]);
    for (int i = 0; i < SQL_COUNT; i++)
        sqlite3_finalize(l->stmt[i]);
    int rc = sqlite3_close(l->conn);
    if (rc != SQLITE_OK)
        log_error(NULL, "db_close_failed", LOG_INT("code", rc));
    turn_close(&l->turn);
    free(l->scratch);
    free(l);
}

static enum err
lite_open(struct db_pool *pool, bool writer, struct db **out)
{
    struct lite *l = calloc(1, sizeof *l);
    struct arena scratch = {0};
    enum err e;

    assert(l != NULL);
    if (sqlite3_libversion_number() < VERSION_MIN) {
        log_error(NULL, "db_sqlite_too_old", LOG_Z("version", sqlite3_libversion()));
        free(l);
        return ERR_FAULT;
    }
    page_cache_install();
    l->base.driver = &db_sqlite_driver;
    l->base.pool = pool;
    const char *path = str_z(&scratch, pool->target);
    l->turn.fd = -1;
    l->busy_ms = BUSY_MS;
    if (writer) {
        file_create(path);
        turn_open(&l->turn, path);
    }
    int rc = sqlite3_open_v2(path, &l->conn,
                             SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                             writer ? wal_vfs_name() : NULL);
    arena_release(&scratch);
    e = rc == SQLITE_OK ? OK : lite_error(l, NULL, "open", rc);
    sqlite3_busy_handler(l->conn, busy_wait, l);
    if (e == OK)
        e = settings_apply(l, writer);
    if (e == OK)
        e = controls_prepare(l);
    if (e != OK) {
        log_error(NULL, "db_not_opened", LOG_STR("path", pool->target));
        lite_close(&l->base);
        return e == ERR_BUSY ? ERR_BUSY : ERR_FAULT;
    }
    *out = &l->base;
    return OK;
}

/* ---- transactions ---- */

static enum err
lite_begin(struct db *db, enum tx kind, struct log *log)
{
    struct lite *l = lite_of(db);

    l->saved = false;
    db->unit_open = false;
    if (kind != TX_WRITE)
        return control_run(l, BEGIN_READ, log, NULL);
    l->begins = true;
    enum err e = control_run(l, BEGIN_WRITE, log, NULL);
    l->begins = false;
    turn_taken(&l->turn);
    return e;
}

static bool
lite_is_awaited(struct db *db)
{
    return turn_is_asked(&lite_of(db)->turn);
}

static void
lite_rollback(struct db *db)
{
    struct lite *l = lite_of(db);

    /* A full disk may have ended the transaction already. */
    if (!sqlite3_get_autocommit(l->conn) && control_run(l, ROLLBACK, NULL, NULL) != OK)
        db_stop_writes(db->pool, "a rollback failed");
}

static enum err
lite_commit(struct db *db, struct log *log)
{
    struct lite *l = lite_of(db);
    int rc;

    if (control_run(l, COMMIT, log, &rc) == OK)
        return OK;
    lite_rollback(db);
    /* After a failed write or fsync nobody knows what the disk holds, and trying again would
     * only ask the page cache. Recovery at the next start reads what is there. */
    if ((rc & 0xff) == SQLITE_IOERR)
        db_stop_writes(db->pool, "writing to the disk failed");
    return ERR_UNKNOWN;
}

static bool
lite_unit_end(struct db *db, bool keep)
{
    struct lite *l = lite_of(db);
    enum err e = OK;

    db->unit_open = false;
    if (sqlite3_get_autocommit(l->conn)) {
        l->saved = false;
        return false;
    }
    if (!l->saved)
        return true; /* It wrote nothing. */
    l->saved = false;
    if (!keep)
        e = control_run(l, SAVE_BACK, NULL, NULL);
    if (e == OK)
        e = control_run(l, SAVE_DROP, NULL, NULL);
    if (e == OK)
        return true;
    lite_rollback(db);
    return false;
}

static void
lite_tend(struct db *db)
{
    struct lite *l = lite_of(db);
    int pages = 0;
    int copied = 0;
    bool wait = l->wal_pages > WAL_PAGES_MAX;

    if (l->wal_pages < l->checkpoint_at)
        return;
    if (wait)
        l->busy_ms = WAL_WAIT_MS;
    int rc = sqlite3_wal_checkpoint_v2(
        l->conn, NULL, wait ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE, &pages,
        &copied);
    l->busy_ms = BUSY_MS;
    /* When a reader held pages back the next attempt waits for as many new ones. */
    l->checkpoint_at = pages + checkpoint_pages(l);
    if (rc == SQLITE_OK || rc == SQLITE_BUSY)
        return;
    log_error(NULL, "db_checkpoint_failed", LOG_INT("code", rc),
              LOG_Z("message", sqlite3_errmsg(l->conn)));
    if ((rc & 0xff) == SQLITE_IOERR)
        db_stop_writes(db->pool, "writing to the disk failed");
}

/*
 * Before a server builds on what recovery found in the log: copied into the database and synced.
 * A sync that failed in an earlier life may have left pages that can be read but are not on the
 * disk and that no later sync brings there; an order behind them would go with them at a power cut.
 */
static enum err
lite_settle(struct db *db)
{
    struct lite *l = lite_of(db);

    l->checkpoint_at = 0;
    lite_tend(db);
    return atomic_load(&db->pool->stopped) ? ERR_FAULT : OK;
}

/* ---- statements ---- */

/* How much of the text to prepare. For RETURNING SQLite opens a temporary table at each run, which
 * costs as much as the row itself; the id of the one row that a plain INSERT made is known without
 * it. */
static int
text_without_id(struct str sql, bool *gives_id)
{
    struct str tail = STR("RETURNING id");

    *gives_id = str_starts(sql, STR("INSERT")) && str_ends(sql, tail) &&
                str_contains(sql, STR("VALUES")) && !str_contains(sql, STR("SELECT")) &&
                !str_contains(sql, STR("CONFLICT"));
    return (int)(sql.len - (*gives_id ? tail.len : 0));
}

static enum err
stmt_ready(struct lite *l, struct log *log, enum sql_id id, sqlite3_stmt **out)
{
    if (l->stmt[id] == NULL) {
        int len = text_without_id(str_of(sql_texts[id].sqlite), &l->gives_id[id]);
        int rc = sqlite3_prepare_v3(l->conn, sql_texts[id].sqlite, len, SQLITE_PREPARE_PERSISTENT,
                                    &l->stmt[id], NULL);
        if (rc != SQLITE_OK)
            return lite_error(l, log, sql_texts[id].name, rc);
        l->writes[id] = !sqlite3_stmt_readonly(l->stmt[id]);
    }
    if (l->base.unit_open && !l->saved && l->writes[id]) {
        TRY(control_run(l, SAVE, log, NULL));
        l->saved = true;
    }
    *out = l->stmt[id];
    return OK;
}

/* The values outlive the step, so nothing is copied. */
static int
stmt_bind(sqlite3_stmt *stmt, const struct db_value *values, size_t count)
{
    int rc = SQLITE_OK;

    for (size_t i = 0; i < count && rc == SQLITE_OK; i++) {
        const struct db_value *v = &values[i];
        const char *bytes = v->s.ptr == NULL ? "" : v->s.ptr;
        int at = (int)i + 1;
        switch (v->kind) {
        case DB_NULL:
            rc = sqlite3_bind_null(stmt, at);
            break;
        case DB_INT:
            rc = sqlite3_bind_int64(stmt, at, v->i);
            break;
        case DB_TEXT:
            rc = sqlite3_bind_text64(stmt, at, bytes, v->s.len, SQLITE_STATIC, SQLITE_UTF8);
            break;
        case DB_BLOB:
            rc = sqlite3_bind_blob64(stmt, at, bytes, v->s.len, SQLITE_STATIC);
            break;
        }
    }
    return rc;
}

/* False for a number with a fraction: portable statements have none. The text is SQLite's. */
static bool
column_view(sqlite3_stmt *stmt, int col, struct db_value *out)
{
    size_t len;

    switch (sqlite3_column_type(stmt, col)) {
    case SQLITE_INTEGER:
        *out = db_int(sqlite3_column_int64(stmt, col));
        return true;
    case SQLITE_TEXT:
        out->s.ptr = (const char *)sqlite3_column_text(stmt, col);
        len = (size_t)sqlite3_column_bytes(stmt, col);
        *out = db_str(str_n(out->s.ptr, len));
        return true;
    case SQLITE_BLOB:
        out->s.ptr = sqlite3_column_blob(stmt, col);
        len = (size_t)sqlite3_column_bytes(stmt, col);
        *out = db_blob(out->s.ptr, len);
        return true;
    case SQLITE_NULL:
        *out = db_null();
        return true;
    default:
        return false;
    }
}

static struct db_value *
scratch_room(struct lite *l, size_t cells)
{
    if (cells > l->scratch_cap) {
        size_t cap = cells > 2 * l->scratch_cap ? cells + 64 : 2 * l->scratch_cap;
        l->scratch = reallocarray(l->scratch, cap, sizeof *l->scratch);
        assert(l->scratch != NULL);
        l->scratch_cap = cap;
    }
    return l->scratch;
}

static bool
row_copy(struct ctx *cx, sqlite3_stmt *stmt, struct db_rows *out)
{
    struct lite *l = lite_of(cx->db);
    size_t base = out->count * out->cols;
    struct db_value *cell = scratch_room(l, base + out->cols) + base;

    for (size_t c = 0; c < out->cols; c++) {
        if (!column_view(stmt, (int)c, &cell[c]))
            return false;
        if (cell[c].kind == DB_TEXT || cell[c].kind == DB_BLOB)
            cell[c].s.ptr = arena_copy(cx->arena, cell[c].s.ptr, cell[c].s.len);
    }
    out->count++;
    return true;
}

/* Steps to the end, collecting rows; the cells are gathered in scratch and copied once. */
static int
stmt_collect(struct ctx *cx, sqlite3_stmt *stmt, struct db_rows *out)
{
    int rc;

    if (out != NULL)
        *out = (struct db_rows){.cols = (size_t)sqlite3_column_count(stmt)};
    while ((rc = sqlite3_step(stmt)) == SQLITE_ROW)
        if (out != NULL && !row_copy(cx, stmt, out))
            return SQLITE_MISMATCH;
    if (rc == SQLITE_DONE && out != NULL && out->count > 0)
        out->cell = arena_copy(cx->arena, lite_of(cx->db)->scratch,
                               out->count * out->cols * sizeof *out->cell);
    return rc;
}

/* The row that RETURNING id would have given. */
static void
id_row(struct ctx *cx, struct db_rows *out)
{
    struct db_value id = db_int(sqlite3_last_insert_rowid(lite_of(cx->db)->conn));

    *out = (struct db_rows){.count = 1, .cols = 1, .cell = arena_copy(cx->arena, &id, sizeof id)};
}

static enum err
lite_run(struct ctx *cx, enum sql_id id, struct db_rows *out, const struct db_value *values,
         size_t count)
{
    struct lite *l = lite_of(cx->db);
    sqlite3_stmt *stmt = NULL;
    enum err e = OK;

    TRY(stmt_ready(l, cx->log, id, &stmt));
    int rc = stmt_bind(stmt, values, count);
    if (rc == SQLITE_OK)
        rc = stmt_collect(cx, stmt, out);
    if (rc != SQLITE_DONE)
        e = lite_error(l, cx->log, sql_texts[id].name, rc);
    else if (out != NULL && l->gives_id[id])
        id_row(cx, out);
    if (e == OK && out != NULL && l->writes[id])
        out->changed = sqlite3_changes64(l->conn);
    sqlite3_reset(stmt);
    return e;
}

static enum err
lite_each(struct ctx *cx, enum sql_id id, db_row_fn fn, void *arg, const struct db_value *values,
          size_t count)
{
    struct lite *l = lite_of(cx->db);
    sqlite3_stmt *stmt = NULL;
    enum err e = OK;

    TRY(stmt_ready(l, cx->log, id, &stmt));
    size_t cols = (size_t)sqlite3_column_count(stmt);
    struct db_value *cell = ARENA_ARRAY(cx->arena, cols, struct db_value);
    int rc = stmt_bind(stmt, values, count);
    while (rc == SQLITE_OK && e == OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        rc = SQLITE_OK;
        for (size_t c = 0; c < cols; c++)
            if (!column_view(stmt, (int)c, &cell[c]))
                rc = SQLITE_MISMATCH;
        if (rc == SQLITE_OK)
            e = fn(arg, cell, cols);
    }
    if (rc != SQLITE_DONE && rc != SQLITE_OK) {
        e = lite_error(l, cx->log, sql_texts[id].name, rc);
        l->base.failed = true;
    }
    sqlite3_reset(stmt);
    return e;
}

static enum err
lite_script(struct ctx *cx, const char *sql)
{
    struct lite *l = lite_of(cx->db);

    if (l->base.unit_open && !l->saved) {
        TRY(control_run(l, SAVE, cx->log, NULL));
        l->saved = true;
    }
    int rc = sqlite3_exec(l->conn, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? OK : lite_error(l, cx->log, "script", rc);
}

static enum err
lite_query(struct ctx *cx, const char *sql, struct db_rows *out)
{
    struct lite *l = lite_of(cx->db);
    sqlite3_stmt *stmt = NULL;
    enum err e = OK;
    int rc = sqlite3_prepare_v2(l->conn, sql, -1, &stmt, NULL);

    if (rc == SQLITE_OK)
        rc = stmt_collect(cx, stmt, out);
    if (rc != SQLITE_DONE)
        e = lite_error(l, cx->log, "query", rc);
    sqlite3_finalize(stmt);
    return e;
}

static enum err
lite_backup(struct db *db, struct str path)
{
    struct lite *l = lite_of(db);
    struct arena scratch = {0};
    const char *to = str_z(&scratch, path);
    sqlite3 *copy = NULL;
    int fd = open(to, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0) {
        log_error(NULL, "db_backup_not_created", LOG_STR("path", path),
                  LOG_Z("why", strerror(errno)));
        arena_release(&scratch);
        return ERR_INVALID;
    }
    close(fd);
    int rc = sqlite3_open_v2(to, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, NULL);
    sqlite3_backup *backup = NULL;
    if (rc == SQLITE_OK)
        backup = sqlite3_backup_init(copy, "main", l->conn, "main");
    if (backup != NULL) {
        /* All at once: one snapshot. In steps, each commit meanwhile would start it over. */
        sqlite3_backup_step(backup, -1);
        rc = sqlite3_backup_finish(backup);
    } else if (rc == SQLITE_OK) {
        rc = sqlite3_errcode(copy);
    }
    /* So that the copy is one file. */
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(copy, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    if (rc != SQLITE_OK) {
        log_error(NULL, "db_backup_failed", LOG_STR("path", path),
                  LOG_Z("message", sqlite3_errmsg(copy)));
        unlink(to);
    }
    sqlite3_close(copy);
    arena_release(&scratch);
    return rc == SQLITE_OK ? OK : ERR_FAULT;
}

const struct db_driver db_sqlite_driver = {
    .engine = DB_SQLITE,
    .open = lite_open,
    .close = lite_close,
    .begin = lite_begin,
    .commit = lite_commit,
    .rollback = lite_rollback,
    .unit_end = lite_unit_end,
    .tend = lite_tend,
    .is_awaited = lite_is_awaited,
    .settle = lite_settle,
    .run = lite_run,
    .each = lite_each,
    .script = lite_script,
    .query = lite_query,
    .backup = lite_backup,
};

const char *
db_sqlite_version(void)
{
    return sqlite3_libversion();
}
