/* SPDX-License-Identifier: Apache-2.0 */
/*
 * migrate.c - brings a database to the schema of this program, one step at a time.
 *
 * Each step of schema/ runs in a transaction of its own together with the row that records it, so
 * a step is applied wholly or not at all. What is applied is looked up inside that transaction,
 * under a lock (SQLite: the write lock; PostgreSQL: an advisory lock), so two programs started at
 * once do the work once. A released step never changes: its checksum is compared.
 */
#include "db/migrate.h"

#include "db/db_impl.h"

static const char step_table[] = "CREATE TABLE IF NOT EXISTS schema_step ("
                                 "number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, "
                                 "checksum TEXT NOT NULL, applied_ms BIGINT NOT NULL)";

static const struct schema_step *
step_find(int64_t number)
{
    for (size_t i = 0; i < schema_step_count; i++)
        if (schema_steps[i].number == number)
            return &schema_steps[i];
    return NULL;
}

/* Applied steps are the first ones of the program, unchanged; *out counts them. */
static enum err
applied_check(struct ctx *cx, size_t *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_DB_TABLE_EXISTS, &rows, db_str(STR("schema_step"))));
    if (row_int(&rows, 0, 0) == 0) {
        *out = 0;
        return OK;
    }
    TRY(db_run(cx, SQL_DB_STEPS, &rows));
    for (size_t i = 0; i < rows.count; i++) {
        const struct schema_step *step = step_find(row_int(&rows, i, 0));
        if (step == NULL) {
            log_error(cx->log, "db_schema_is_newer_than_the_program",
                      LOG_INT("step", row_int(&rows, i, 0)), LOG_STR("name", row_str(&rows, i, 1)));
            return ERR_FAULT;
        }
        if (step != &schema_steps[i]) {
            log_error(cx->log, "db_schema_lacks_an_earlier_step",
                      LOG_INT("step", schema_steps[i].number), LOG_Z("name", schema_steps[i].name),
                      LOG_INT("applied", step->number));
            return ERR_FAULT;
        }
        if (!str_is(row_str(&rows, i, 2), step->checksum)) {
            log_error(cx->log, "db_schema_step_was_edited", LOG_INT("step", step->number),
                      LOG_Z("name", step->name), LOG_STR("applied", row_str(&rows, i, 2)),
                      LOG_Z("program", step->checksum));
            return ERR_FAULT;
        }
    }
    *out = rows.count;
    return OK;
}

/* Applies the next step; *arg becomes how many are applied after it. */
static enum err
step_unit(struct ctx *cx, void *arg)
{
    size_t *applied = arg;

    bool pg = db_engine(cx) == DB_PG;

    if (pg) /* Another process may be at it for long. */
        TRY(cx->db->driver->script(cx, "SET LOCAL lock_timeout = 0"));
    TRY(db_run(cx, SQL_DB_MIGRATE_LOCK, NULL));
    TRY(cx->db->driver->script(cx, step_table));
    TRY(applied_check(cx, applied));
    if (*applied == schema_step_count)
        return OK;
    const struct schema_step *step = &schema_steps[*applied];
    enum err e = cx->db->driver->script(cx, pg ? step->pg : step->sqlite);
    if (e != OK) {
        log_error(cx->log, "db_schema_step_failed", LOG_INT("step", step->number),
                  LOG_Z("name", step->name));
        return ERR_FAULT;
    }
    TRY(db_run(cx, SQL_DB_STEP_ADD, NULL, db_int(step->number), db_str(str_of(step->name)),
               db_str(str_of(step->checksum)), db_int(cx->now_ms)));
    log_info(cx->log, "db_schema_step_applied", LOG_INT("step", step->number),
             LOG_Z("name", step->name));
    ++*applied;
    return OK;
}

enum err
db_migrate(struct db_pool *pool)
{
    struct arena arena = {0};
    struct ctx cx = {.app = pool->app, .arena = &arena, .log = &pool->log};
    size_t applied = 0;
    enum err e;

    do {
        e = db_write(&cx, step_unit, &applied);
        arena_clear(&arena);
    } while (e == OK && applied < schema_step_count);
    arena_release(&arena);
    return e;
}

static enum err
pending_unit(struct ctx *cx, void *arg)
{
    return applied_check(cx, arg);
}

enum err
db_pending(struct db_pool *pool, int *out)
{
    struct arena arena = {0};
    struct ctx cx = {.app = pool->app, .arena = &arena, .log = &pool->log};
    size_t applied = 0;
    enum err e = db_read(&cx, pending_unit, &applied);

    arena_release(&arena);
    if (e == OK)
        *out = (int)(schema_step_count - applied);
    return e;
}

static enum err
steps_unit(struct ctx *cx, void *arg)
{
    struct db_rows *rows = arg;
    struct db_rows exists;

    *rows = (struct db_rows){0};
    TRY(db_run(cx, SQL_DB_TABLE_EXISTS, &exists, db_str(STR("schema_step"))));
    if (row_int(&exists, 0, 0) == 0)
        return OK;
    return db_run(cx, SQL_DB_STEPS, rows);
}

enum err
migrate_status(struct ctx *cx, struct migrate_status_list *out)
{
    struct db_rows rows;
    size_t i = 0;

    TRY(db_read(cx, steps_unit, &rows));
    size_t max = rows.count > schema_step_count ? rows.count : schema_step_count;
    struct migrate_status *item = ARENA_ARRAY(cx->arena, max, struct migrate_status);
    for (; i < rows.count; i++) {
        const struct schema_step *step = step_find(row_int(&rows, i, 0));
        item[i].number = row_int(&rows, i, 0);
        item[i].name = row_str(&rows, i, 1);
        item[i].applied_ms = row_int(&rows, i, 3);
        item[i].state = step == NULL                                    ? STEP_UNKNOWN
                        : str_is(row_str(&rows, i, 2), step->checksum) ? STEP_APPLIED
                                                                        : STEP_EDITED;
    }
    for (; i < schema_step_count; i++) {
        item[i].number = schema_steps[i].number;
        item[i].name = str_of(schema_steps[i].name);
        item[i].state = STEP_WAITING;
    }
    *out = (struct migrate_status_list){item, i};
    return OK;
}
