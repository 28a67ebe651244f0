/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dispatch.c - from a parsed request to its handler, by the route table alone.
 *
 * On the loop: target, route, method, sizes, media type, rate, cookie, CSRF. What needs the
 * database runs in the unit, in the handler's own transaction: session or token, right, handler.
 */
#include "base/clock.h"
#include "base/crypto.h"
#include "base/parse.h"
#include "http/exchange.h"
#include "http/guard.h"
#include "http/multipart.h"
#include "http/session.h"
#include "http/stream.h"

const struct route routes[] = {
#define ROUTE(method, path, handler, mode, right, body_max, rate)                                 \
    {METHOD_##method, path, handler, #handler, UNIT_##mode, right, body_max, rate},
#include "routes.h"
#undef ROUTE
};
const size_t route_count = sizeof routes / sizeof routes[0];

static bool
is_api(const struct req *req)
{
    return str_starts(req->path, STR("/api/"));
}

static bool
is_hook(const struct req *req)
{
    return str_starts(req->path, STR("/hook/"));
}

static bool
method_of(struct str name, enum http_method *out)
{
    static const char *const names[METHOD_COUNT] = {"GET", "POST", "PUT", "DELETE"};

    for (int m = 0; m < METHOD_COUNT; m++) {
        if (str_is(name, names[m])) {
            *out = (enum http_method)m;
            return true;
        }
    }
    return false;
}

static void
claim_read(struct exchange *ex)
{
    struct claim *c = &ex->claim;
    struct str value;

    if (is_api(&ex->req)) {
        value = req_header(&ex->req, "authorization");
        if (value.len > 7 && str_eq_nocase(str_sub(value, 0, 7), STR("bearer ")))
            c->bearer = str_trim(str_sub(value, 7, value.len));
        if (c->bearer.len > 0 && c->bearer.len <= API_TOKEN_LEN_MAX)
            c->id_hash = token_hash(&ex->arena, c->bearer);
        return;
    }
    value = cookie_get(req_header(&ex->req, "cookie"), ex->env->cookie);
    if (!session_token_valid(value))
        return;
    c->cookie = value;
    c->signed_in = value.ptr[0] == 's';
    if (c->signed_in)
        c->id_hash = token_hash(&ex->arena, value);
}

/* The general limit and the route's own; a route with a negative one has that alone. */
static bool
rate_allows(struct exchange *ex)
{
    const struct http_env *env = ex->env;
    const struct route *r = ex->req.route;
    int64_t now = clock_mono_ns() / 1000000;

    if (env->rate_general == 0)
        return true;
    if (r->rate >= 0 && !rate_take(env->rate, ex->req.client_ip, -1, env->rate_general, now))
        return false;
    return r->rate == 0 || rate_take(env->rate, ex->req.client_ip, (int)(r - routes),
                                     r->rate > 0 ? r->rate : -r->rate, now);
}

static int
media_check(struct exchange *ex)
{
    struct str type = req_header(&ex->req, "content-type");

    if (!ex->has_body || is_hook(&ex->req))
        return 0;
    if (is_api(&ex->req))
        return guard_media_type(type, "application/json") ? 0 : 415;
    if (guard_media_type(type, "application/x-www-form-urlencoded"))
        return 0;
    if (ex->body_max < FORM_UPLOAD_MIN || multipart_boundary(type).len == 0)
        return 415;
    /* Nobody who has not signed in makes us hold so many bytes. */
    return ex->claim.signed_in ? 0 : 403;
}

/* "/aide/" for "/aide": people type it, and other sites link it. */
static bool
slash_moved(struct exchange *ex)
{
    struct req *req = &ex->req;
    struct str path = req->path, target = req->target;
    size_t mark = str_find_byte(target, '?');
    unsigned allow;

    if (path.len < 2 || path.ptr[path.len - 1] != '/' || target.ptr[mark - 1] != '/' ||
        !guard_local_path(target))
        return false;
    if (route_match(ex->env->tree, METHOD_GET, str_sub(path, 0, path.len - 1), &allow,
                    &req->path_params) == NULL)
        return false;
    ex->moved = str_printf(&ex->arena, "%.*s%.*s", (int)mark - 1, target.ptr,
                           (int)(target.len - mark), target.ptr + mark);
    return true;
}

int
dispatch_head(struct exchange *ex, struct str method)
{
    struct req *req = &ex->req;
    int status = guard_fields(&req->headers, ex->http10);

    if (status != 0)
        return status;
    status = guard_target(&ex->arena, req->target, req_header(req, "host"), &req->path,
                          ex->query_pair, QUERY_FIELDS_MAX, &req->query);
    if (str_is(req->target, "*") && str_is(method, "OPTIONS")) {
        req->path = STR("*");
        ex->allow = (1U << METHOD_COUNT) - 1;
        return 405;
    }
    if (status != 0)
        return status;
    ex->is_head = str_is(method, "HEAD");
    req->method = METHOD_GET;
    ex->known_method = ex->is_head || method_of(method, &req->method);
    req->path_params.item = ex->path_pair;
    req->route = route_match(ex->env->tree, req->method, req->path, &ex->allow,
                             &req->path_params);
    if (!ex->known_method)
        req->route = NULL;
    if (req->route == NULL && ex->allow == 0 && req->method == METHOD_GET && slash_moved(ex))
        return 308;
    if (req->route == NULL)
        return ex->allow != 0 ? 405 : 404;
    if (req->route->right == RIGHT_DEMO && !ex->env->demo)
        return 404;
    ex->body_max = req->route->body_max;
    if (ex->body_declared > (int64_t)ex->body_max || (ex->has_body && ex->body_max == 0))
        return 413;
    if (ex->has_body && req->method == METHOD_GET)
        return 400;
    if (!rate_allows(ex))
        return 429;
    claim_read(ex);
    return media_check(ex);
}

/* Browsers say where a request comes from; when they do, it must be from here. */
static bool
same_site(const struct exchange *ex)
{
    struct str site = req_header(&ex->req, "sec-fetch-site");
    struct str origin = req_header(&ex->req, "origin");
    struct str host = req_header(&ex->req, "host");
    size_t slashes;

    if (site.len > 0 && !str_is(site, "same-origin") && !str_is(site, "none"))
        return false;
    if (origin.len == 0 || str_eq_nocase(origin, ex->env->origin))
        return true;
    slashes = str_starts(origin, STR("https://")) ? 8 : 7;
    return origin.len > slashes && str_starts(origin, STR("http")) && host.len > 0 &&
           str_eq_nocase(str_sub(origin, slashes, origin.len), host);
}

static int
form_check(struct exchange *ex)
{
    struct req *req = &ex->req;
    struct pair *room;
    size_t fields = 1;

    struct str type = req_header(req, "content-type");

    if (multipart_boundary(type).len > 0 && ex->body_max >= FORM_UPLOAD_MIN)
        return multipart_form(&ex->arena, req->body, multipart_boundary(type), &req->form,
                              &req->files)
                   ? 0
                   : 400;
    if (!guard_media_type(type, "application/x-www-form-urlencoded"))
        return 0;
    for (size_t i = 0; i < req->body.len; i++)
        fields += req->body.ptr[i] == '&';
    if (fields > FORM_FIELDS_MAX)
        return 413;
    room = ARENA_ARRAY(&ex->arena, fields, struct pair);
    return guard_pairs(&ex->arena, req->body, room, fields, &req->form) ? 0 : 400;
}

static void
unit_done(struct unit *u, enum err e)
{
    struct exchange *ex = u->arg;

    ex->result = e;
    stream_drain(ex);
    exchange_post(ex);
}

static bool
page_request(const struct req *req)
{
    return !is_api(req) && !is_hook(req);
}

static bool
is_page(const struct exchange *ex, struct str path)
{
    struct pair room[PATH_PARTS_MAX];
    struct pair_list params = {room, 0};
    unsigned allow;

    return route_match(ex->env->tree, METHOD_GET, path, &allow, &params) != NULL;
}

/* What was asked for; of a form the page where it is filled in: at its path or the one above. */
static struct str
page_wanted(const struct exchange *ex)
{
    struct str path = ex->req.path;

    if (ex->req.method == METHOD_GET || is_page(ex, path))
        return ex->req.target;
    while (path.len > 1 && path.ptr[--path.len] != '/')
        ;
    return is_page(ex, path) ? path : STR_NONE;
}

static struct url
leads_back(struct ctx *cx, const struct exchange *ex, struct url to)
{
    struct str page = page_wanted(ex);

    return guard_local_path(page) ? url_with(cx->arena, to, "vers", page) : to;
}

/* To the sign-in page, which leads back here. */
static enum err
login_redirect(struct ctx *cx, struct exchange *ex)
{
    struct url to = leads_back(cx, ex, URL("connexion"));

    /* A form went for nothing: the page says so. (A notice would be sealed for another session.) */
    if (ex->req.method == METHOD_POST)
        to = url_with(cx->arena, to, "finie", STR("1"));
    return res_redirect(cx, &ex->req, to);
}

/* To the page that takes the second proof. A form is drawn there again with all that was typed; a
 * page is come back to. */
static enum err
proof_ask(struct ctx *cx, struct exchange *ex, bool *answered)
{
    struct req *req = &ex->req;

    *answered = true;
    if (req->method == METHOD_POST && ex->unit.mode != UNIT_READ && ex->env->confirm != NULL)
        return ex->env->confirm(cx, req, answered);
    return res_redirect(cx, req, leads_back(cx, ex, URL("connexion/verification")));
}

/* Whether the actor may; OK with *answered set when another page was given instead. */
static enum err
right_check(struct ctx *cx, struct exchange *ex, bool *answered)
{
    struct req *req = &ex->req;
    unsigned need = (unsigned)req->route->right & ~(unsigned)RIGHT_FRESH;
    bool fresh = ((unsigned)req->route->right & RIGHT_FRESH) != 0;

    if (need == RIGHT_NONE || need == RIGHT_DEMO || (cx->actor.rights & need) != 0)
        return !fresh || session_fresh(cx, req) ? OK : proof_ask(cx, ex, answered);
    if (page_request(req) && (req->session.waiting & need) != 0) {
        *answered = true;
        return res_redirect(cx, req, leads_back(cx, ex, URL("connexion/verification")));
    }
    if (!page_request(req))
        return (cx->actor.rights == 0) ? ERR_LOGIN : ERR_DENIED;
    if ((cx->actor.rights & RIGHT_SIGNED) == 0)
        return ERR_LOGIN;
    if (need == RIGHT_COMPANY) {
        *answered = true;
        return res_redirect(cx, req, leads_back(cx, ex, URL("entreprises")));
    }
    return ERR_DENIED;
}

static enum err
actor_load(struct ctx *cx, void *arg)
{
    struct exchange *ex = arg;

    if (!is_api(&ex->req))
        return session_load(cx, ex);
    if (ex->claim.bearer.len == 0)
        return OK;
    return ex->claim.id_hash.len == 0
               ? ERR_LOGIN
               : token_load(cx, ex->claim.id_hash, &cx->actor, &ex->touch);
}

static enum err
actor_find(struct ctx *cx, struct exchange *ex)
{
    bool needs_rows = ex->claim.signed_in || ex->claim.bearer.len > 0;

    if (ex->unit.mode == UNIT_LATE && needs_rows)
        return db_read(cx, actor_load, ex);
    if (needs_rows || ex->claim.cookie.len > 0)
        return actor_load(cx, ex);
    return OK;
}

static enum err
unit_try(struct ctx *cx, struct exchange *ex)
{
    bool answered = false;

    TRY(actor_find(cx, ex));
    TRY(right_check(cx, ex, &answered));
    if (answered)
        return OK;
    TRY(ex->req.route->handler(cx, &ex->req));
    assert(ex->req.again_ms == 0 || ex->unit.mode == UNIT_READ);
    assert(ex->stream == NULL || ex->unit.mode == UNIT_LATE);
    if (ex->req.status == 0 || ex->req.out.overflow) {
        log_error(cx->log, "response_missing", LOG_Z("route", ex->req.route->name),
                  LOG_INT("overflow", ex->req.out.overflow));
        return ERR_FAULT;
    }
    return OK;
}

static enum err
unit_run(struct ctx *cx, void *arg)
{
    struct exchange *ex = arg;
    enum err e;

    res_reset(&ex->req);
    ex->req.session = (struct session){0};
    ex->touch = false;
    ex->drawn = OK;
    cx->actor = (struct actor){0};
    e = unit_try(cx, ex);
    if (e == OK) {
        /* It outlives the unit's arena, as all of the response does. */
        ex->req.form_action = str_dup(&ex->arena, ex->req.form_action);
        return OK;
    }
    /* The error's page is drawn here, while the session is known; it commits nothing. */
    res_reset(&ex->req);
    ex->drawn = e;
    if (e == ERR_LOGIN && page_request(&ex->req))
        (void)!login_redirect(cx, ex);
    else
        error_draw(ex, cx, err_http(e), e);
    return e;
}

bool
dispatch_again(struct exchange *ex)
{
    ex->unit = (struct unit){.mode = ex->req.route->mode, .run = unit_run, .done = unit_done,
                             .arg = ex};
    memcpy(ex->unit.log.request_id, ex->req.request_id.ptr, 32);
    return db_submit(ex->env->app->pool, &ex->unit);
}

int
dispatch_submit(struct exchange *ex)
{
    struct req *req = &ex->req;
    int status = 0;

    req->body = str_n(ex->body, ex->body_len);
    if (req->method != METHOD_GET && !is_api(req)) {
        status = form_check(ex);
        if (status == 0 && !is_hook(req) &&
            (!same_site(ex) || !csrf_valid(&ex->arena, ex->env, ex->claim.cookie,
                                           req_form(req, CSRF_FIELD)))) {
            ex->log_cause = "csrf";
            status = 403;
        }
    } else if (is_api(req) && ex->has_body && !utf8_valid(req->body)) {
        status = 400;
    }
    if (status != 0)
        return status;
    return dispatch_again(ex) ? 0 : 503;
}

/* ---- the last use, noted after the answer ---- */

struct touch {
    struct unit unit;
    bool is_token;
    char id_hash[2 * SHA256_BYTES];
};

static enum err
touch_run(struct ctx *cx, void *arg)
{
    const struct touch *t = arg;
    struct db_value hash = db_str(str_n(t->id_hash, sizeof t->id_hash));

    if (t->is_token)
        return db_run(cx, SQL_TOKEN_USED, NULL, hash, db_int(cx->now_ms / CLOCK_DAY_MS));
    return db_run(cx, SQL_SESSION_TOUCH, NULL, hash, db_int(cx->now_ms));
}

static void
touch_done(struct unit *u, enum err e)
{
    (void)e; /* The next page tries again. */
    free(u->arg);
}

void
dispatch_touch(struct exchange *ex)
{
    struct touch *t;

    if (!ex->touch || ex->claim.id_hash.len != sizeof t->id_hash)
        return;
    t = calloc(1, sizeof *t);
    if (t == NULL)
        return;
    t->is_token = is_api(&ex->req);
    memcpy(t->id_hash, ex->claim.id_hash.ptr, sizeof t->id_hash);
    t->unit = (struct unit){.mode = UNIT_WRITE, .run = touch_run, .done = touch_done, .arg = t};
    if (!db_submit(ex->env->app->pool, &t->unit))
        free(t);
}
