/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stream.h - an answer in pieces: what a worker thread and the loop share while the handler runs.
 *
 * One piece is on its way at most. The worker fills req.out, waits until the last piece was taken
 * by the kernel, swaps the buffers and posts the exchange; the loop writes the piece and says so.
 * So a slow client slows its own export, memory stays at two pieces, and the exchange stands in
 * the loop's inbox once at most.
 */
#ifndef MAILLON_HTTP_STREAM_H
#define MAILLON_HTTP_STREAM_H

#include <pthread.h>

#include "http/exchange.h"

struct stream {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct buf piece; /* The loop's while is_out. */
    bool is_out;
    bool gone;  /* Nobody reads any more. */
    bool begun; /* Loop only: the head was sent. */
    int64_t until_ns;
};

/* Worker: waits until no piece is on its way. Before the exchange is posted as finished. */
void stream_drain(struct exchange *ex);
/* Loop: the exchange that came stands for a piece, not for its end. */
bool stream_is_out(struct exchange *ex);
/* Loop: the piece was written, or will not be: gone. */
void stream_taken(struct exchange *ex, bool gone);
/* The exchange is given back. */
void stream_free(struct exchange *ex);

#endif
