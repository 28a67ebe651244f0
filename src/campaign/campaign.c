/* SPDX-License-Identifier: Apache-2.0 */
/*
 * campaign.c - campaigns and their published versions; the cache of compiled policies.
 *
 * A cached policy is found by campaign, version and digest. The digest matters: a transaction
 * that publishes version 4 may compile it and then be taken back, and the next version 4 is
 * another text.
 */
#include "campaign/campaign.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/crypto.h"
#include "stock/stock.h"

enum { CACHE_BUCKETS = 256 };

struct cached {
    struct cached *next;
    int64_t campaign_id, digest;
    int version;
    const struct policy *policy;
    struct arena arena; /* Holds the policy. */
};

struct policy_cache {
    pthread_mutex_t mutex;
    struct cached *bucket[CACHE_BUCKETS];
};

enum err
campaign_cache_open(struct app *app)
{
    struct policy_cache *c = calloc(1, sizeof *c);

    if (c == NULL || pthread_mutex_init(&c->mutex, NULL) != 0) {
        free(c);
        return ERR_FAULT;
    }
    app->policies = c;
    return OK;
}

void
campaign_cache_close(struct app *app)
{
    struct policy_cache *c = app->policies;

    if (c == NULL)
        return;
    for (int i = 0; i < CACHE_BUCKETS; i++)
        while (c->bucket[i] != NULL) {
            struct cached *e = c->bucket[i];
            c->bucket[i] = e->next;
            arena_release(&e->arena);
            free(e);
        }
    pthread_mutex_destroy(&c->mutex);
    free(c);
    app->policies = NULL;
}

static struct cached **
bucket_of(struct policy_cache *c, int64_t campaign_id, int version)
{
    uint64_t h = (uint64_t)campaign_id * 31 + (uint64_t)version;

    return &c->bucket[h % CACHE_BUCKETS];
}

static const struct policy *
cache_find(struct policy_cache *c, int64_t campaign_id, int version, int64_t digest)
{
    const struct policy *found = NULL;

    pthread_mutex_lock(&c->mutex);
    for (struct cached *e = *bucket_of(c, campaign_id, version); e != NULL; e = e->next)
        if (e->campaign_id == campaign_id && e->version == version && e->digest == digest)
            found = e->policy;
    pthread_mutex_unlock(&c->mutex);
    return found;
}

/* Takes the entry over, or gives it up when another thread was faster. */
static const struct policy *
cache_add(struct policy_cache *c, struct cached *fresh)
{
    const struct policy *before;

    pthread_mutex_lock(&c->mutex);
    struct cached **bucket = bucket_of(c, fresh->campaign_id, fresh->version);
    before = NULL;
    for (struct cached *e = *bucket; e != NULL; e = e->next)
        if (e->campaign_id == fresh->campaign_id && e->version == fresh->version &&
            e->digest == fresh->digest)
            before = e->policy;
    if (before == NULL) {
        fresh->next = *bucket;
        *bucket = fresh;
    }
    pthread_mutex_unlock(&c->mutex);
    if (before == NULL)
        return fresh->policy;
    arena_release(&fresh->arena);
    free(fresh);
    return before;
}

/* What was published compiled then; that it does not now is a mistake of ours. */
static enum err
stored_compile(struct ctx *cx, struct str json, struct cached *e)
{
    struct policy_fault_list faults = {0};
    struct policy *p = NULL;

    if (policy_compile_stored(&e->arena, str_dup(&e->arena, json), &p, &faults) != OK) {
        log_error(cx->log, "policy_unreadable", LOG_INT("campaign", e->campaign_id),
                  LOG_INT("version", e->version), LOG_STR("path", faults.item[0].path),
                  LOG_STR("text", faults.item[0].text));
        return ERR_FAULT;
    }
    p->campaign_id = e->campaign_id;
    p->version = e->version;
    e->policy = p;
    return OK;
}

static enum err
policy_load(struct ctx *cx, int64_t id, int version, int64_t digest, const struct policy **out)
{
    const struct policy *found = cache_find(cx->app->policies, id, version, digest);
    struct db_rows rows;

    if (found != NULL) {
        *out = found;
        return OK;
    }
    TRY(db_run(cx, SQL_CAMPAIGN_VERSION_JSON, &rows, db_int(id), db_int(version)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    struct cached *e = calloc(1, sizeof *e);
    if (e == NULL)
        return ERR_FAULT;
    *e = (struct cached){.campaign_id = id, .version = version, .digest = digest};
    arena_init(&e->arena);
    enum err err = stored_compile(cx, row_str(&rows, 0, 0), e);
    if (err != OK) {
        arena_release(&e->arena);
        free(e);
        return err;
    }
    *out = cache_add(cx->app->policies, e);
    return OK;
}

struct str
campaign_stop_message(const struct campaign *c)
{
    if (c->closed)
        return STR("Les commandes sont suspendues le temps d’une vérification. Celles qui sont "
                   "déjà passées restent valables.");
    return c->paused ? c->pause_message : STR_NONE;
}

/* A row without its policy; *digest names the version in force. */
static struct campaign
campaign_row(const struct db_rows *rows, size_t i, int64_t *digest)
{
    *digest = row_int(rows, i, 4);
    return (struct campaign){
        .id = row_int(rows, i, 0),
        .organiser_id = row_int(rows, i, 1),
        .slug = row_str(rows, i, 2),
        .version = (int)row_int(rows, i, 3),
        .published_ms = row_int(rows, i, 5),
        .paused = row_int(rows, i, 6) != 0,
        .closed = row_int(rows, i, 8) != 0,
        .pause_message = row_str(rows, i, 7),
    };
}

static enum err
campaign_from(struct ctx *cx, const struct db_rows *rows, size_t i, struct campaign *out)
{
    int64_t digest;
    struct campaign c;

    if (rows->count == 0)
        return ERR_NOT_FOUND;
    c = campaign_row(rows, i, &digest);
    TRY(policy_load(cx, c.id, c.version, digest, &c.policy));
    *out = c;
    return OK;
}

enum err
campaign_find(struct ctx *cx, struct str slug, struct campaign *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_CAMPAIGN_BY_SLUG, &rows, db_str(slug)));
    return campaign_from(cx, &rows, 0, out);
}

enum err
campaign_by_id(struct ctx *cx, int64_t id, struct campaign *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_CAMPAIGN_BY_KEY, &rows, db_int(id)));
    return campaign_from(cx, &rows, 0, out);
}

enum err
campaign_policy(struct ctx *cx, int64_t id, int version, const struct policy **out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_CAMPAIGN_VERSION_DIGEST, &rows, db_int(id), db_int(version)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    return policy_load(cx, id, version, row_int(&rows, 0, 0), out);
}

static enum err
list_from(struct ctx *cx, const struct db_rows *rows, struct campaign_list *out)
{
    struct campaign_list list = {ARENA_ARRAY(cx->arena, rows->count, struct campaign), rows->count};

    for (size_t i = 0; i < rows->count; i++)
        TRY(campaign_from(cx, rows, i, &list.item[i]));
    *out = list;
    return OK;
}

enum err
campaign_list(struct ctx *cx, struct campaign_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_CAMPAIGN_ALL, &rows));
    return list_from(cx, &rows, out);
}

enum err
campaign_list_of(struct ctx *cx, int64_t organiser_id, struct campaign_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_CAMPAIGN_OF_ORGANISER, &rows, db_int(organiser_id)));
    return list_from(cx, &rows, out);
}

enum err
campaign_versions(struct ctx *cx, int64_t id, struct campaign_version_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_CAMPAIGN_VERSIONS, &rows, db_int(id)));
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct campaign_version);
    out->count = rows.count;
    for (size_t i = 0; i < rows.count; i++)
        out->item[i] = (struct campaign_version){
            .version = (int)row_int(&rows, i, 0),
            .published_ms = row_int(&rows, i, 1),
            .account_id = row_int(&rows, i, 2),
        };
    return OK;
}

enum err
campaign_version_json(struct ctx *cx, int64_t id, int version, struct str *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_CAMPAIGN_VERSION_JSON, &rows, db_int(id), db_int(version)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = row_str(&rows, 0, 0);
    return OK;
}

int64_t
campaign_digest(struct str json)
{
    unsigned char hash[SHA256_BYTES];
    int64_t digest;

    sha256(json, hash);
    memcpy(&digest, hash, sizeof digest);
    return digest;
}

/* One fault that only the database could tell. */
static enum err
fault_one(struct ctx *cx, const char *path, struct str text, struct str words,
          struct policy_fault_list *faults)
{
    faults->item = ARENA_NEW(cx->arena, struct policy_fault);
    faults->item[0] = (struct policy_fault){.path = str_of(path), .text = text, .words = words};
    faults->count = 1;
    return ERR_INVALID;
}

/* Finds or makes the organiser; another one than the acting one is refused. */
static enum err
organiser_put(struct ctx *cx, const struct policy *p, int64_t *id)
{
    struct db_rows rows;

    if (cx->actor.organiser_id != 0) {
        TRY(db_run(cx, SQL_ORGANISER_BY_SLUG, &rows, db_str(p->organiser_slug)));
        if (rows.count == 0 || row_int(&rows, 0, 0) != cx->actor.organiser_id)
            return ERR_DENIED;
    }
    TRY(db_run(cx, SQL_ORGANISER_PUT, &rows, db_str(p->organiser_slug), db_str(p->organiser),
               db_str(p->contact_email), db_int(cx->now_ms)));
    *id = row_int(&rows, 0, 0);
    return OK;
}

static enum err
pools_open(struct ctx *cx, const struct policy *p)
{
    for (int i = 0; i < p->pool_count; i++) {
        bool created;
        TRY(stock_pool_open(cx, p->campaign_id, p->pool[i].code, p->pool[i].units, &created));
    }
    return OK;
}

/* Puts the text in force as the next version, unless it is so already. */
static enum err
version_put(struct ctx *cx, struct str json, struct campaign *c, int64_t digest_in_force)
{
    int64_t digest = campaign_digest(json);
    struct db_rows rows;

    TRY(db_run(cx, SQL_CAMPAIGN_VERSION_DIGEST, &rows, db_int(c->id), db_int(c->version)));
    bool first = rows.count == 0;
    if (!first && digest == digest_in_force)
        return OK;
    if (!first)
        c->version++;
    c->published_ms = cx->now_ms;
    TRY(db_run(cx, SQL_CAMPAIGN_VERSION_ADD, NULL, db_int(c->id), db_int(c->version),
               db_int(digest), db_str(json), db_int(cx->now_ms), db_int(cx->actor.account_id)));
    return db_run(cx, SQL_CAMPAIGN_SET_VERSION, NULL, db_int(c->id), db_int(c->version),
                  db_int(digest), db_int(cx->now_ms));
}

enum err
campaign_publish(struct ctx *cx, struct str json, struct campaign *out,
                 struct policy_fault_list *faults)
{
    struct policy *p = NULL;
    struct campaign c;
    struct db_rows rows;
    int64_t organiser_id, digest;

    assert(db_in_write(cx));
    TRY(policy_compile(cx->arena, json, &p, faults));
    TRY(organiser_put(cx, p, &organiser_id));
    TRY(db_run(cx, SQL_CAMPAIGN_PUT, &rows, db_int(organiser_id), db_str(p->slug),
               db_int(campaign_digest(json)), db_int(cx->now_ms)));
    c = campaign_row(&rows, 0, &digest);
    if (c.organiser_id != organiser_id)
        return fault_one(cx, "/slug",
                         str_printf(cx->arena,
                                    "\"%.*s\" is a campaign of another organiser: choose another",
                                    STR_FMT(p->slug)),
                         STR("une vente d’un autre organisateur porte ce nom, choisissez-en un "
                             "autre"),
                         faults);
    TRY(version_put(cx, json, &c, digest));
    p->campaign_id = c.id;
    p->version = c.version;
    TRY(pools_open(cx, p));
    log_info(cx->log, "campaign_published", LOG_INT("campaign", c.id),
             LOG_INT("version", c.version));
    c.policy = p;
    *out = c;
    return OK;
}

struct buyer_facts
campaign_company_facts(const struct company *c)
{
    return (struct buyer_facts){
        .active = c->active,
        .establishment_active = true,
        .band = c->band,
        .heads = -1,
        .legal_category = c->legal_category,
        .naf = c->naf,
        .networks = c->networks,
        .network_source = c->network_source,
        .territory = c->territory,
        .department = c->department,
    };
}
