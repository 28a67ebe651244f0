/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stream.c - one register file read by its own thread, in batches.
 *
 * The number of batches is fixed, so a slow importer slows the reader down and memory stays
 * bounded whatever the file's size.
 */
#include "registry/rows.h"

#include <stdlib.h>

void
rejects_add(struct rejects *r, const char *path, int64_t line, const char *column,
            const char *reason)
{
    pthread_mutex_lock(&r->lock);
    r->count++;
    if (r->shown != NULL && r->count <= REJECTS_SHOWN)
        fprintf(r->shown, "%s:%lld: %s%s%s\n", path, (long long)line, column,
                column[0] == '\0' ? "" : ": ", reason);
    if (r->shown != NULL && r->count == REJECTS_SHOWN + 1)
        fprintf(r->shown, "(more rows are bad; --rejects FILE lists them all)\n");
    if (r->file != NULL) {
        struct buf b = {0};
        csv_put(&b, true, str_of(path));
        csv_put_i64(&b, false, line);
        csv_put(&b, false, str_of(column));
        csv_put(&b, false, str_of(reason));
        csv_end(&b);
        fwrite(b.ptr, 1, b.len, r->file);
        buf_release(&b);
    }
    pthread_mutex_unlock(&r->lock);
}

static enum err
open_failed(struct stream *s, const char *what, const char *detail)
{
    snprintf(s->why, sizeof s->why, "%.100s: %s%.240s", s->source.path, what, detail);
    csv_release(&s->csv);
    source_close(&s->source);
    return ERR_INVALID;
}

enum err
stream_open(struct stream *s, enum stream_kind kind, const char *path, struct rejects *rejects)
{
    char missing[300] = "";

    *s = (struct stream){.kind = kind, .rejects = rejects};
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->wake, NULL);
    s->ready_tail = &s->ready;
    if (source_open(&s->source, path) != OK) {
        snprintf(s->why, sizeof s->why, "%.150s: %.200s", path, s->source.why);
        return ERR_INVALID;
    }
    csv_init(&s->csv, source_read, &s->source, ',');
    switch (csv_next(&s->csv)) {
    case CSV_RECORD:
        break;
    case CSV_END:
        return open_failed(s, "", "the file is empty");
    case CSV_BAD:
        return open_failed(s, "line 1: ", s->csv.why);
    case CSV_FAILED:
        return open_failed(s, "", s->source.why);
    }
    if (s->csv.count == 1)
        return open_failed(s, "", "line 1 is not the header of a register file: it has one "
                                    "column; fields are separated by commas");
    if (!columns_map(s, missing, sizeof missing))
        return open_failed(s, "the header lacks these columns: ", missing);
    return OK;
}

static struct batch *
batch_get(struct stream *s)
{
    struct batch *b;

    pthread_mutex_lock(&s->lock);
    while (s->spare == NULL && s->made == QUEUE_BATCHES && !s->stopping)
        pthread_cond_wait(&s->wake, &s->lock);
    b = s->stopping ? NULL : s->spare;
    if (b != NULL)
        s->spare = b->next;
    bool make = b == NULL && !s->stopping;
    if (make)
        s->made++;
    pthread_mutex_unlock(&s->lock);
    if (make)
        b = malloc(sizeof *b);
    if (b == NULL)
        return NULL;
    b->next = NULL;
    b->count = 0;
    b->text_used = 0;
    return b;
}

static void
batch_hand_over(struct stream *s, struct batch *b)
{
    pthread_mutex_lock(&s->lock);
    *s->ready_tail = b;
    s->ready_tail = &b->next;
    pthread_cond_broadcast(&s->wake);
    pthread_mutex_unlock(&s->lock);
}

static void
stream_fail(struct stream *s, const char *why)
{
    pthread_mutex_lock(&s->lock);
    snprintf(s->why, sizeof s->why, "%.150s: %.200s", s->source.path, why);
    pthread_mutex_unlock(&s->lock);
}

/* The files are in the order of their numbers; the import is a walk along it. */
static bool
order_check(struct stream *s, int64_t key, int64_t line)
{
    char why[200];

    if (key > s->last_key) {
        s->last_key = key;
        return true;
    }
    snprintf(why, sizeof why,
             "line %lld: %0*lld stands after %0*lld; the file must be in the order of its "
             "numbers, as INSEE ships it: sort its lines (all but the first)",
             (long long)line, s->kind == STREAM_UNITS ? 9 : 14, (long long)key,
             s->kind == STREAM_UNITS ? 9 : 14, (long long)s->last_key);
    stream_fail(s, why);
    return false;
}

/* One record into the batch. False when the file cannot go on. */
static bool
record_add(struct stream *s, struct batch *b)
{
    bool units = s->kind == STREAM_UNITS;
    struct unit_row *u = &b->row.unit[b->count];
    struct place_row *p = &b->row.place[b->count];
    struct row_fault f = units ? unit_read(s, b, u) : place_read(s, b, p);
    int64_t key = units ? u->siren : p->siret;

    atomic_fetch_add_explicit(&s->rejects->rows, 1, memory_order_relaxed);
    if (key != 0 && key == s->last_key) {
        rejects_add(s->rejects, s->source.path, s->csv.line, units ? "siren" : "siret",
                    "the same number as the row before");
        return true;
    }
    if (key != 0 && !order_check(s, key, s->csv.line))
        return false;
    if (units)
        u->after_gap = s->gap;
    else
        p->after_gap = s->gap;
    s->gap = key == 0;
    if (f.reason == NULL) {
        b->count++;
        return true;
    }
    rejects_add(s->rejects, s->source.path, s->csv.line, f.column, f.reason);
    if (key == 0)
        return true;
    if (units)
        u->refused = true;
    else
        p->refused = true;
    b->count++;
    return true;
}

/* Fills a batch; false at the end of the file, good or bad. */
static bool
batch_fill(struct stream *s, struct batch *b)
{
    while (b->count < BATCH_ROWS && b->text_used + ROW_TEXT_MAX <= BATCH_TEXT_BYTES)
        switch (csv_next(&s->csv)) {
        case CSV_RECORD:
            if (!record_add(s, b))
                return false;
            break;
        case CSV_BAD:
            atomic_fetch_add_explicit(&s->rejects->rows, 1, memory_order_relaxed);
            rejects_add(s->rejects, s->source.path, s->csv.line, "", s->csv.why);
            s->gap = true;
            break;
        case CSV_FAILED:
            stream_fail(s, s->source.why);
            return false;
        case CSV_END:
            return false;
        }
    return true;
}

static void *
stream_main(void *arg)
{
    struct stream *s = arg;
    struct batch *b;
    bool more = true;

    while (more && (b = batch_get(s)) != NULL) {
        more = batch_fill(s, b);
        batch_hand_over(s, b);
    }
    pthread_mutex_lock(&s->lock);
    s->ended = true;
    pthread_cond_broadcast(&s->wake);
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

void
stream_start(struct stream *s)
{
    int rc = pthread_create(&s->thread, NULL, stream_main, s);

    assert(rc == 0);
    s->threaded = true;
}

struct batch *
stream_take(struct stream *s)
{
    struct batch *b;

    pthread_mutex_lock(&s->lock);
    while (s->ready == NULL && !s->ended)
        pthread_cond_wait(&s->wake, &s->lock);
    b = s->ready;
    if (b != NULL) {
        s->ready = b->next;
        if (s->ready == NULL)
            s->ready_tail = &s->ready;
        b->next = NULL;
    }
    pthread_mutex_unlock(&s->lock);
    return b;
}

void
stream_give_back(struct stream *s, struct batch *b)
{
    pthread_mutex_lock(&s->lock);
    b->next = s->spare;
    s->spare = b;
    pthread_cond_broadcast(&s->wake);
    pthread_mutex_unlock(&s->lock);
}

static void
batches_free(struct batch *b)
{
    while (b != NULL) {
        struct batch *next = b->next;
        free(b);
        b = next;
    }
}

void
stream_close(struct stream *s)
{
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    pthread_cond_broadcast(&s->wake);
    pthread_mutex_unlock(&s->lock);
    if (s->threaded)
        pthread_join(s->thread, NULL);
    batches_free(s->ready);
    batches_free(s->spare);
    csv_release(&s->csv);
    source_close(&s->source);
    pthread_mutex_destroy(&s->lock);
    pthread_cond_destroy(&s->wake);
}
