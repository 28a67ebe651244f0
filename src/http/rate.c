/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rate.c - token buckets by client address and route.
 *
 * A table of fixed size in sets of four: a flood of addresses can push out old buckets but not
 * take memory. The key is hashed with a random seed, so that nobody can aim at a set. An IPv6
 * client is its /64: one subscriber holds that many addresses.
 */
#include <arpa/inet.h>
#include <pthread.h>

#include "base/crypto.h"
#include "http/exchange.h"

enum { SETS = 16384, WAYS = 4, LOCKS = 64 };

struct bucket {
    uint64_t key;
    int64_t milli;     /* Thousandths of a token. */
    int64_t since_ms;
};

struct rate_table {
    struct bucket set[SETS][WAYS];
    pthread_mutex_t lock[LOCKS];
    uint64_t seed[2];
};

struct rate_table *
rate_new(void)
{
    struct rate_table *t = calloc(1, sizeof *t);

    if (t == NULL)
        abort();
    random_bytes(t->seed, sizeof t->seed);
    for (int i = 0; i < LOCKS; i++)
        pthread_mutex_init(&t->lock[i], NULL);
    return t;
}

void
rate_free(struct rate_table *t)
{
    if (t == NULL)
        return;
    for (int i = 0; i < LOCKS; i++)
        pthread_mutex_destroy(&t->lock[i]);
    free(t);
}

static uint64_t
mix(uint64_t h)
{
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93U;
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93U;
    return h ^ (h >> 32);
}

static uint64_t
key_of(const struct rate_table *t, struct str ip, int route)
{
    unsigned char bytes[16] = {0};
    char z[INET6_ADDRSTRLEN];
    uint64_t h = t->seed[0] ^ (uint64_t)(route + 1), part[2];

    if (ip.len < sizeof z) {
        memcpy(z, ip.ptr, ip.len);
        z[ip.len] = '\0';
        if (inet_pton(AF_INET, z, bytes) != 1 && inet_pton(AF_INET6, z, bytes) == 1)
            memset(bytes + 8, 0, 8);
    }
    memcpy(part, bytes, sizeof part);
    h = mix(h ^ part[0]);
    h = mix(h ^ part[1] ^ t->seed[1]);
    return h == 0 ? 1 : h;
}

bool
rate_take(struct rate_table *t, struct str ip, int route, int64_t per_minute, int64_t now_ms)
{
    uint64_t key = key_of(t, ip, route);
    size_t at = (size_t)(key % SETS);
    struct bucket *b = NULL, *oldest = &t->set[at][0];
    int64_t full = per_minute * 1000;
    bool taken;

    pthread_mutex_lock(&t->lock[at % LOCKS]);
    for (int i = 0; i < WAYS && b == NULL; i++) {
        if (t->set[at][i].key == key)
            b = &t->set[at][i];
        if (t->set[at][i].since_ms < oldest->since_ms)
            oldest = &t->set[at][i];
    }
    if (b == NULL) {
        b = oldest;
        *b = (struct bucket){key, full, now_ms};
    }
    if (now_ms > b->since_ms) {
        int64_t passed = now_ms - b->since_ms < 60000 ? now_ms - b->since_ms : 60000;

        b->milli += passed * per_minute / 60;
        b->since_ms = now_ms;
        if (b->milli > full)
            b->milli = full;
    }
    taken = b->milli >= 1000;
    if (taken)
        b->milli -= 1000;
    pthread_mutex_unlock(&t->lock[at % LOCKS]);
    return taken;
}
