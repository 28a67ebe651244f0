/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session.c - who acts: the session's row and the API token's.
 *
 * The row is read inside the unit of the request, so that rights taken away hold at once. The
 * cookie itself is made and checked in cookie.c.
 */
#include "http/session.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/parse.h"
#include "http/exchange.h"

enum { TOUCH_MS = 5 * 60 * 1000, SECRET_BYTES = 32, SWEEP_MAX = 50 };

struct str
token_hash(struct arena *a, struct str token)
{
    unsigned char hash[SHA256_BYTES];

    sha256(token, hash);
    return hex_str(a, hash, sizeof hash);
}

/* The actor as handlers see it: a company only while the right to act for it is held, an organiser
 * only with a right of its people. */
static void
actor_set(struct ctx *cx, const struct session *s)
{
    cx->actor = (struct actor){
        .account_id = s->account_id,
        .organiser_id = (s->rights & STAFF_ANY) != 0 ? s->organiser_id : 0,
        .siren = (s->rights & RIGHT_COMPANY) != 0 ? s->siren : 0,
        .rights = s->rights,
    };
}

static enum err
session_seen(struct ctx *cx, struct exchange *ex, int64_t seen_ms)
{
    if (cx->now_ms - seen_ms < TOUCH_MS)
        return OK;
    if (ex->unit.mode == UNIT_WRITE)
        return db_run(cx, SQL_SESSION_TOUCH, NULL, db_str(ex->claim.id_hash),
                      db_int(cx->now_ms));
    ex->touch = true;
    return OK;
}

enum err
session_load(struct ctx *cx, struct exchange *ex)
{
    struct session *s = &ex->req.session;
    struct db_rows rows;

    if (!ex->claim.signed_in) {
        s->token = ex->claim.cookie;
        return OK;
    }
    TRY(db_run(cx, SQL_SESSION_FIND, &rows, db_str(ex->claim.id_hash)));
    /* Gone or old: nobody, and page_begin gives a new anonymous cookie. */
    if (rows.count == 0 || row_int(&rows, 0, 7) <= cx->now_ms ||
        row_int(&rows, 0, 6) + SESSION_IDLE_MS <= cx->now_ms)
        return OK;
    *s = (struct session){
        .id_hash = ex->claim.id_hash,
        .token = ex->claim.cookie,
        .account_id = row_int(&rows, 0, 0),
        .organiser_id = row_int(&rows, 0, 1),
        .siren = row_int(&rows, 0, 2),
        .company = row_str(&rows, 0, 3),
        .email = row_str(&rows, 0, 4),
        .rights = (unsigned)row_int(&rows, 0, 5),
        .waiting = (unsigned)row_int(&rows, 0, 8),
        .created_ms = row_int(&rows, 0, 10),
        .confirmed_ms = row_int(&rows, 0, 9),
    };
    actor_set(cx, s);
    return session_seen(cx, ex, row_int(&rows, 0, 6));
}

static struct str
cookie_name(const struct req *req)
{
    return req->env != NULL ? req->env->cookie : STR("maillon");
}

enum err
session_start(struct ctx *cx, struct req *req, int64_t account_id, struct str email,
              unsigned rights, int64_t organiser_id)
{
    struct session s = {
        .account_id = account_id,
        .organiser_id = organiser_id,
        .email = email,
        .rights = rights | RIGHT_SIGNED,
    };

    assert(db_in_write(cx));
    if (req->session.id_hash.len > 0)
        TRY(db_run(cx, SQL_SESSION_DELETE, NULL, db_str(req->session.id_hash)));
    TRY(db_run(cx, SQL_SESSION_DELETE_EXPIRED, NULL, db_int(cx->now_ms),
               db_int(SWEEP_MAX)));
    s.token = session_token_make(req->arena, true);
    s.id_hash = token_hash(req->arena, s.token);
    TRY(db_run(cx, SQL_SESSION_INSERT, NULL, db_str(s.id_hash), db_int(account_id),
               db_int(organiser_id), db_str(email), db_int((int64_t)s.rights),
               db_int(cx->now_ms), db_int(cx->now_ms + SESSION_MAX_MS)));
    req->session = s;
    actor_set(cx, &s);
    res_cookie(req, cookie_name(req), s.token, SESSION_MAX_MS / 1000);
    return OK;
}

enum err
session_set_company(struct ctx *cx, struct req *req, int64_t siren, struct str name)
{
    struct session *s = &req->session;

    assert(db_in_write(cx));
    if (s->id_hash.len == 0)
        return ERR_LOGIN;
    s->siren = siren;
    s->company = name;
    if (siren != 0)
        s->rights |= RIGHT_COMPANY;
    else
        s->rights &= ~(unsigned)RIGHT_COMPANY;
    TRY(db_run(cx, SQL_SESSION_COMPANY, NULL, db_str(s->id_hash), db_int(siren), db_str(name),
               db_int((int64_t)s->rights)));
    actor_set(cx, s);
    return OK;
}

static enum err
session_keep_proof(struct ctx *cx, struct req *req)
{
    const struct session *s = &req->session;

    actor_set(cx, s);
    return db_run(cx, SQL_SESSION_PROOF, NULL, db_str(s->id_hash), db_int((int64_t)s->rights),
                  db_int((int64_t)s->waiting), db_int(s->confirmed_ms));
}

enum err
session_hold(struct ctx *cx, struct req *req, unsigned rights)
{
    struct session *s = &req->session;

    assert(db_in_write(cx) && s->id_hash.len > 0);
    s->waiting = s->rights & rights;
    s->rights &= ~rights;
    s->confirmed_ms = 0;
    return session_keep_proof(cx, req);
}

enum err
session_confirm(struct ctx *cx, struct req *req)
{
    struct session *s = &req->session;

    assert(db_in_write(cx) && s->id_hash.len > 0);
    s->rights |= s->waiting;
    s->waiting = 0;
    s->confirmed_ms = cx->now_ms;
    return session_keep_proof(cx, req);
}

bool
session_young(const struct ctx *cx, const struct req *req)
{
    return req->session.account_id != 0 &&
           cx->now_ms - req->session.created_ms < SESSION_FRESH_MS;
}

bool
session_fresh(const struct ctx *cx, const struct req *req)
{
    int64_t at_ms = req->session.confirmed_ms;

    return at_ms != 0 && cx->now_ms - at_ms < SESSION_FRESH_MS;
}

enum err
session_end(struct ctx *cx, struct req *req)
{
    assert(db_in_write(cx));
    if (req->session.id_hash.len > 0)
        TRY(db_run(cx, SQL_SESSION_DELETE, NULL, db_str(req->session.id_hash)));
    req->session = (struct session){0};
    cx->actor = (struct actor){0};
    res_cookie(req, cookie_name(req), STR_NONE, 0);
    return OK;
}

enum err
session_end_all(struct ctx *cx, int64_t account_id)
{
    assert(db_in_write(cx));
    return db_run(cx, SQL_SESSION_DELETE_ACCOUNT, NULL, db_int(account_id));
}

enum err
session_end_others(struct ctx *cx, struct req *req)
{
    assert(db_in_write(cx) && req->session.id_hash.len > 0);
    return db_run(cx, SQL_SESSION_DELETE_OTHERS, NULL, db_int(req->session.account_id),
                  db_str(req->session.id_hash));
}

enum err
session_drop_company(struct ctx *cx, int64_t account_id, int64_t siren)
{
    assert(db_in_write(cx));
    return db_run(cx, SQL_SESSION_DROP_COMPANY, NULL, db_int(account_id), db_int(siren),
                  db_int(~(int64_t)RIGHT_COMPANY));
}

enum err
token_load(struct ctx *cx, struct str hash, struct actor *out, bool *stale)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_TOKEN_FIND, &rows, db_str(hash)));
    if (rows.count == 0 || !row_null(&rows, 0, 6) || row_int(&rows, 0, 4) <= cx->now_ms)
        return ERR_LOGIN;
    *stale = row_int(&rows, 0, 5) != cx->now_ms / CLOCK_DAY_MS;
    *out = (struct actor){
        .account_id = row_int(&rows, 0, 0),
        .organiser_id = row_int(&rows, 0, 1),
        .siren = row_int(&rows, 0, 2),
        .rights = (unsigned)row_int(&rows, 0, 3),
        .token_hash = hash,
    };
    return OK;
}

enum err
token_find(struct ctx *cx, struct str token, struct actor *out)
{
    bool stale = false;
    struct str hash;

    if (token.len == 0 || token.len > API_TOKEN_LEN_MAX)
        return ERR_LOGIN;
    hash = token_hash(cx->arena, token);
    TRY(token_load(cx, hash, out, &stale));
    if (stale && db_in_write(cx))
        return db_run(cx, SQL_TOKEN_USED, NULL, db_str(hash),
                      db_int(cx->now_ms / CLOCK_DAY_MS));
    return OK;
}

static enum err
secret_run(struct ctx *cx, void *arg)
{
    struct str *out = arg;
    unsigned char bytes[SECRET_BYTES];
    struct db_rows rows;

    random_bytes(bytes, sizeof bytes);
    TRY(db_run(cx, SQL_SECRET_INSERT, NULL, db_str(hex_str(cx->arena, bytes, sizeof bytes))));
    TRY(db_run(cx, SQL_SECRET_FIND, &rows));
    *out = row_str(&rows, 0, 0);
    return OK;
}

enum err
secret_load(struct ctx *cx, struct str *out)
{
    const struct conf *conf = cx->app->conf;

    if (conf->secret.len > 0) {
        *out = conf->secret;
        return OK;
    }
    return db_write(cx, secret_run, out);
}

enum err
secret_find(struct ctx *cx, struct str *out)
{
    struct db_rows rows;

    if (cx->app->conf->secret.len > 0) {
        *out = cx->app->conf->secret;
        return OK;
    }
    TRY(db_run(cx, SQL_SECRET_FIND, &rows));
    if (rows.count == 0)
        return ERR_FAULT;
    *out = row_str(&rows, 0, 0);
    return OK;
}
