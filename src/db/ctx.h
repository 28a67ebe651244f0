/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ctx.h - all that one request, one job or one command may touch. Owned by one thread.
 *
 * It is passed first everywhere and is not allowed to grow.
 */
#ifndef MAILLON_DB_CTX_H
#define MAILLON_DB_CTX_H

#include <stdatomic.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/log.h"

struct db;
struct db_pool;
struct policy_cache;
struct job_workers;

/* What lives as long as the process; made by main, read by all. */
struct app {
    const struct conf *conf;
    struct db_pool *pool;
    struct policy_cache *policies; /* campaign/: compiled policy versions, immutable. */
    struct job_workers *jobs;      /* job/: NULL unless this process serves. */
    atomic_bool stopping;          /* The process ends: who waits for others gives up. */
};

/* What a person or a token may do; a route names the one it needs. Bits, so that one session can
 * hold several. */
enum right {
    RIGHT_NONE = 0,
    RIGHT_SIGNED = 1 << 0,    /* Signed in. */
    RIGHT_COMPANY = 1 << 1,   /* Acts for actor.siren, proven. */
    RIGHT_AGENT = 1 << 2,     /* Reviews companies of actor.organiser_id. */
    RIGHT_ADMIN = 1 << 3,     /* Steers actor.organiser_id. */
    RIGHT_DEMO = 1 << 4,      /* Only where the demo setting is on; nobody else ever has it. */
    RIGHT_API_READ = 1 << 5,  /* Bearer token: reads. */
    RIGHT_API_ORDER = 1 << 6, /* Bearer token of a company: orders. */
    RIGHT_API_ADMIN = 1 << 7, /* Bearer token of an organiser. */
    RIGHT_STOCK = 1 << 8,     /* Stock and logistics of actor.organiser_id. */
    RIGHT_FINANCE = 1 << 9,   /* Money of actor.organiser_id. */
    RIGHT_AUDIT = 1 << 10,    /* Sees everything of actor.organiser_id, changes nothing. */
    /* Of a route only, beside others: the person has shown the second proof lately. A POST that
     * bears it is a WRITE or LATE. */
    RIGHT_FRESH = 1 << 11
};

/* Who of an organiser's people sees what; a route may name several bits and takes any of them.
 * Changes are for single roles: a route that writes never names RIGHT_AUDIT. */
#define SEES_STOCK   (RIGHT_ADMIN | RIGHT_STOCK | RIGHT_AUDIT)
#define SEES_MONEY   (RIGHT_ADMIN | RIGHT_FINANCE | RIGHT_AUDIT)
#define SEES_BUYERS  (RIGHT_ADMIN | RIGHT_AGENT | RIGHT_FINANCE | RIGHT_STOCK | RIGHT_AUDIT)
#define STAFF_ANY    (SEES_BUYERS)
/* Who answers what people ask about their data. */
#define ANSWERS_PEOPLE (RIGHT_ADMIN | RIGHT_AGENT)
/* Who may ask for, and grant, a file with personal data. */
#define ASKS_BUYERS  (RIGHT_ADMIN | RIGHT_AGENT | RIGHT_FINANCE | RIGHT_STOCK)
/* Who may approve one or other of the dangerous acts of src/acts.h. */
#define APPROVES     (RIGHT_ADMIN | RIGHT_AGENT | RIGHT_FINANCE | RIGHT_STOCK)

/* Who acts. Filled by the dispatcher from the session or the token, never from the request. */
struct actor {
    int64_t account_id;   /* 0: nobody. */
    int64_t organiser_id; /* 0: none. */
    int64_t siren;        /* 0 unless RIGHT_COMPANY. */
    unsigned rights;      /* enum right bits. */
    struct str token_hash; /* Of the API token that is presented; empty: none is. */
};

enum { AFTER_JOBS = 1 << 0 }; /* A job was queued: wake the workers. */

struct ctx {
    const struct app *app;
    struct db *db;       /* One connection; a transaction is open unless the unit is LATE. */
    struct arena *arena; /* Freed as a whole when the ctx ends. */
    struct log *log;     /* Knows the request id. */
    int64_t now_ms;      /* Read once: the same "now" throughout. */
    struct actor actor;
    unsigned after;      /* AFTER_* bits, acted on once the transaction has committed. */
};

#endif
