/* SPDX-License-Identifier: Apache-2.0 */
/*
 * queue.c - how units reach the threads of the pool.
 *
 * One lock, held for a few instructions. The condition is signalled only when a thread sleeps on
 * it, so handing work to a busy consumer costs no system call.
 */
#include "db/db_impl.h"

void
queue_init(struct db_queue *q)
{
    *q = (struct db_queue){0};
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->wake, NULL);
    q->tail = &q->head;
}

void
queue_release(struct db_queue *q)
{
    assert(q->head == NULL);
    pthread_cond_destroy(&q->wake);
    pthread_mutex_destroy(&q->lock);
}

bool
queue_push(struct db_queue *q, struct unit *u, size_t max, bool internal)
{
    bool wake;

    u->next = NULL;
    pthread_mutex_lock(&q->lock);
    size_t *count = u->mode == UNIT_WRITE ? &q->writes : &q->reads;
    if ((q->closing && !internal) || (max > 0 && *count >= max)) {
        pthread_mutex_unlock(&q->lock);
        return false;
    }
    *q->tail = u;
    q->tail = &u->next;
    ++*count;
    wake = q->sleepers > 0;
    pthread_mutex_unlock(&q->lock);
    if (wake)
        pthread_cond_signal(&q->wake);
    return true;
}

struct unit *
queue_take(struct db_queue *q, size_t max)
{
    struct unit *first;
    struct unit *last = NULL;

    pthread_mutex_lock(&q->lock);
    while (q->head == NULL && !q->closing) {
        q->sleepers++;
        pthread_cond_wait(&q->wake, &q->lock);
        q->sleepers--;
    }
    first = q->head;
    for (size_t n = 0; n < max && q->head != NULL; n++) {
        last = q->head;
        q->head = last->next;
        if (last->mode == UNIT_WRITE)
            q->writes--;
        else
            q->reads--;
    }
    if (q->head == NULL)
        q->tail = &q->head;
    if (last != NULL)
        last->next = NULL;
    pthread_mutex_unlock(&q->lock);
    return first;
}

void
queue_close(struct db_queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->closing = true;
    pthread_cond_broadcast(&q->wake);
    pthread_mutex_unlock(&q->lock);
}
