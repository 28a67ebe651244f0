/* SPDX-License-Identifier: Apache-2.0 */
/*
 * res.c - the response a handler fills, its head on the wire, and the frame of a page.
 *
 * Header values are checked where they are set: a CR, LF or NUL from data would end the header,
 * so it is a mistake of ours and asserted away by dropping the value.
 */
#include "http/exchange.h"

#include "base/parse.h"
#include "json/json.h"

enum { RES_HEADERS_MAX = 24, EVENTS_AGAIN_MS_MIN = 200 };

void
res_reset(struct req *req)
{
    req->status = 0;
    req->res_headers.count = 0;
    req->content_type = NULL;
    req->form_action = STR_NONE;
    req->res_trailers.count = 0;
    req->event = NULL;
    req->again_ms = 0;
    buf_clear(&req->out);
}

static enum err
res_set(struct req *req, int status, const char *content_type)
{
    req->status = status;
    req->content_type = content_type;
    return OK;
}

enum err
res_html(struct req *req, int status)
{
    return res_set(req, status, "text/html; charset=utf-8");
}

enum err
res_json(struct req *req, int status)
{
    return res_set(req, status, "application/json");
}

enum err
res_body(struct req *req, int status, const char *content_type)
{
    return res_set(req, status, content_type);
}

static bool
header_safe(struct str value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];

        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

static void
field_add(struct req *req, struct pair_list *l, const char *name, struct str value)
{
    if (!header_safe(value))
        return;
    if (l->item == NULL)
        l->item = ARENA_ARRAY(req->arena, RES_HEADERS_MAX, struct pair);
    assert(l->count < RES_HEADERS_MAX);
    l->item[l->count++] = (struct pair){str_of(name), str_dup(req->arena, value)};
}

static void
header_add(struct req *req, const char *name, struct str value)
{
    field_add(req, &req->res_headers, name, value);
}

void
res_header(struct ctx *cx, struct req *req, const char *name, struct str value)
{
    (void)cx;
    header_add(req, name, value);
}

void
res_trailer(struct req *req, const char *name, struct str value)
{
    field_add(req, &req->res_trailers, name, value);
}

enum err
res_events(struct ctx *cx, struct req *req, const char *name, int again_ms)
{
    assert(again_ms >= EVENTS_AGAIN_MS_MIN);
    req->event = name;
    req->again_ms = again_ms;
    res_header(cx, req, "X-Accel-Buffering", STR("no")); /* nginx passes each event on. */
    return res_set(req, 200, "text/event-stream");
}

void
res_cookie(struct req *req, struct str name, struct str value, int64_t max_age_s)
{
    struct pair_list *l = &req->res_headers;
    bool secure = req->env != NULL && req->env->secure;
    struct str line, start = str_printf(req->arena, "%.*s=", STR_FMT(name));

    for (size_t i = 0; i < l->count; i++) {
        if (str_is(l->item[i].name, "Set-Cookie") && str_starts(l->item[i].value, start)) {
            l->item[i] = l->item[--l->count];
            break;
        }
    }
    line = str_printf(req->arena, "%.*s%.*s; Path=/; HttpOnly; SameSite=Lax%s", STR_FMT(start),
                      STR_FMT(value), secure ? "; Secure" : "");
    if (max_age_s >= 0)
        line = str_printf(req->arena, "%.*s; Max-Age=%lld", STR_FMT(line), (long long)max_age_s);
    header_add(req, "Set-Cookie", line);
}

enum err
res_redirect(struct ctx *cx, struct req *req, struct url to)
{
    (void)cx;
    buf_clear(&req->out);
    header_add(req, "Location", to.s);
    return res_set(req, 303, NULL);
}

enum err
res_redirect_notice(struct ctx *cx, struct req *req, struct url to, struct str notice)
{
    if (req->env != NULL)
        res_cookie(req, req->env->notice,
                   notice_seal(req->arena, req->env, req->session.token, notice), 120);
    return res_redirect(cx, req, to);
}

/* Before the words of a notice that warns. */
#define WARNS "!"

enum err
res_redirect_failed(struct ctx *cx, struct req *req, struct url to, struct str notice)
{
    return res_redirect_notice(cx, req, to,
                               str_printf(req->arena, WARNS "%.*s", STR_FMT(notice)));
}

enum err
res_redirect_out(struct ctx *cx, struct req *req, struct str url)
{
    /* http only for a gateway on this machine (the sandbox). */
    if (!str_starts(url, STR("https://")) && !str_starts(url, STR("http://localhost")) &&
        !str_starts(url, STR("http://127.0.0.1")))
        return ERR_FAULT;
    return res_redirect(cx, req, (struct url){url});
}

void
res_attachment(struct ctx *cx, struct req *req, struct str name)
{
    char *z = str_z(req->arena, name);

    (void)cx;
    for (size_t i = 0; z[i] != '\0'; i++) {
        char c = z[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '.' || c == '_' || c == '-'))
            z[i] = '_';
    }
    header_add(req, "Content-Disposition",
               str_printf(req->arena, "attachment; filename=\"%s\"", z));
}

enum err
res_problem(struct ctx *cx, struct req *req, int status, enum problem which, struct str detail,
            const struct field_error_list *errors)
{
    const struct problem_words *words = problem_words(which);
    struct str base = req->env != NULL ? req->env->app->conf->base_url : STR_NONE;
    struct jw w;

    (void)cx;
    buf_clear(&req->out);
    w = jw_begin(&req->out);
    jw_object(&w);
    jw_kstr(&w, "type", str_printf(req->arena, "%.*s/problems/%s", STR_FMT(base),
                                     words->path));
    jw_kz(&w, "title", words->title);
    jw_kint(&w, "status", status);
    if (detail.len > 0)
        jw_kstr(&w, "detail", detail);
    if (req->request_id.len > 0)
        jw_kstr(&w, "instance", str_printf(req->arena, "urn:maillon:request:%.*s",
                                           STR_FMT(req->request_id)));
    if (errors != NULL && errors->count > 0) {
        jw_key(&w, "errors");
        jw_array(&w);
        for (size_t i = 0; i < errors->count; i++) {
            jw_object(&w);
            jw_kz(&w, "field", errors->item[i].name);
            jw_kstr(&w, "detail", errors->item[i].text);
            jw_close_object(&w);
        }
        jw_close_array(&w);
    }
    jw_close_object(&w);
    return res_set(req, status, "application/problem+json");
}

/* ---- the head on the wire ---- */

const char *
http_reason(int status)
{
    static const struct {
        int status;
        const char *text;
    } reasons[] = {
        {200, "OK"}, {201, "Created"}, {202, "Accepted"}, {204, "No Content"},
        {301, "Moved Permanently"}, {303, "See Other"}, {304, "Not Modified"},
        {308, "Permanent Redirect"}, {400, "Bad Request"}, {401, "Unauthorized"},
        {403, "Forbidden"}, {404, "Not Found"}, {405, "Method Not Allowed"},
        {408, "Request Timeout"}, {409, "Conflict"}, {410, "Gone"}, {413, "Content Too Large"},
        {414, "URI Too Long"}, {415, "Unsupported Media Type"}, {417, "Expectation Failed"},
        {422, "Unprocessable Content"}, {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"}, {500, "Internal Server Error"},
        {501, "Not Implemented"}, {503, "Service Unavailable"},
        {505, "HTTP Version Not Supported"},
    };

    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].status == status)
            return reasons[i].text;
    return "Other";
}

#define CSP_START                                                                                 \
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "          \
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'; "         \
    "base-uri 'none'; form-action 'self'"

struct str
res_fixed_head(struct arena *a, const struct http_env *env, bool html)
{
    static const char common[] = "X-Content-Type-Options: nosniff\r\n"
                                 "Referrer-Policy: same-origin\r\n";
    static const char page[] =
        "Cross-Origin-Opener-Policy: same-origin\r\n"
        "Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=(), "
        "browsing-topics=()\r\n";
    static const char sealed[] =
        "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n";
    const char *hsts =
        env->secure ? "Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n" : "";

    return str_printf(a, "%s%s%s", common, hsts, html ? page : sealed);
}

static bool
header_has(const struct req *req, const char *name)
{
    for (size_t i = 0; i < req->res_headers.count; i++)
        if (str_is(req->res_headers.item[i].name, name))
            return true;
    return false;
}

static void
head_line(struct buf *b, const char *name, struct str value)
{
    buf_z(b, name);
    buf_put(b, ": ", 2);
    buf_str(b, value);
    buf_put(b, "\r\n", 2);
}

static void
head_allow(struct buf *b, unsigned allow)
{
    static const char *const names[METHOD_COUNT] = {"GET, HEAD", "POST", "PUT", "DELETE"};
    const char *sep = "Allow: ";

    for (int m = 0; m < METHOD_COUNT; m++) {
        if ((allow & 1U << m) != 0) {
            buf_z(b, sep);
            buf_z(b, names[m]);
            sep = ", ";
        }
    }
    buf_put(b, "\r\n", 2);
}

static bool
res_is_page(const struct req *req)
{
    return req->content_type != NULL &&
           strncmp(req->content_type, "text/html", sizeof "text/html" - 1) == 0;
}

void
res_head(struct exchange *ex, struct str date, bool keep, enum res_end end)
{
    const struct req *req = &ex->req;
    struct buf *b = &ex->out_head;
    bool html = res_is_page(req);

    buf_clear(b);
    buf_put(b, "HTTP/1.1 ", 9);
    buf_i64(b, req->status);
    buf_byte(b, ' ');
    buf_z(b, http_reason(req->status));
    buf_put(b, "\r\n", 2);
    head_line(b, "Date", date);
    if (req->content_type != NULL)
        head_line(b, "Content-Type", str_of(req->content_type));
    if (end == END_CHUNKED) {
        buf_z(b, "Transfer-Encoding: chunked\r\n");
    } else if (end == END_LENGTH && req->status != 304 && req->status != 204) {
        buf_put(b, "Content-Length: ", 16);
        buf_i64(b, (int64_t)req->out.len);
        buf_put(b, "\r\n", 2);
    }
    buf_str(b, html ? ex->env->head_html : ex->env->head_other);
    if (html) {
        buf_z(b, CSP_START);
        if (req->form_action.len > 0 && header_safe(req->form_action)) {
            buf_byte(b, ' ');
            buf_str(b, req->form_action);
        }
        buf_put(b, "\r\n", 2);
    }
    if (!header_has(req, "Cache-Control"))
        buf_z(b, "Cache-Control: no-store\r\n");
    if (req->request_id.len > 0)
        head_line(b, "X-Request-Id", req->request_id);
    for (size_t i = 0; i < req->res_headers.count; i++) {
        buf_str(b, req->res_headers.item[i].name);
        buf_put(b, ": ", 2);
        buf_str(b, req->res_headers.item[i].value);
        buf_put(b, "\r\n", 2);
    }
    if (req->status == 405)
        head_allow(b, ex->allow);
    if (!keep)
        buf_z(b, "Connection: close\r\n");
    else if (ex->http10)
        buf_z(b, "Connection: keep-alive\r\n");
    buf_put(b, "\r\n", 2);
}

/* ---- the frame of a page ---- */

/* An anonymous visitor gets a cookie without a row, so that the page's forms have a token. */
static void
page_session(struct req *req)
{
    struct session *s = &req->session;

    if (s->token.len > 0)
        return;
    s->token = session_token_make(req->arena, false);
    res_cookie(req, req->env->cookie, s->token, -1);
}

static struct str
page_notice(struct req *req)
{
    const struct http_env *env = req->env;
    struct str sealed = cookie_get(req_header(req, "cookie"), env->notice);
    struct str text;

    if (sealed.len == 0)
        return STR_NONE;
    text = notice_open(req->arena, env, req->session.token, sealed);
    res_cookie(req, env->notice, STR_NONE, 0);
    return text;
}

struct page
page_plain(const struct ctx *cx, const struct req *req, struct str title)
{
    struct page p = {.title = title, .service = STR("Maillon"), .home = URL("")};

    p.who = req->session.email;
    p.company = req->session.company;
    p.is_staff = ((req->session.rights | req->session.waiting) & STAFF_ANY) != 0;
    if (cx->app != NULL && cx->app->conf != NULL) {
        p.is_demo = str_is(cx->app->conf->demo, "1");
        p.is_open = str_is(cx->app->conf->open_data, "1");
    }
    if (req->env != NULL && req->session.token.len > 0)
        p.csrf = csrf_token(req->arena, req->env, req->session.token);
    return p;
}

struct page
page_begin(struct ctx *cx, struct req *req, struct str title)
{
    struct page p;

    if (req->env == NULL)
        return page_plain(cx, req, title);
    page_session(req);
    p = page_plain(cx, req, title);
    if (str_contains(req_header(req, "cookie"), req->env->notice))
        p.notice = page_notice(req);
    p.notice_warns = str_starts(p.notice, STR(WARNS));
    if (p.notice_warns)
        p.notice = str_n(p.notice.ptr + 1, p.notice.len - 1);
    return p;
}

void
page_crumb(struct ctx *cx, struct page *p, struct str label, struct url url)
{
    struct crumb *grown = ARENA_ARRAY(cx->arena, p->crumbs.count + 1, struct crumb);

    for (size_t i = 0; i < p->crumbs.count; i++)
        grown[i] = p->crumbs.item[i];
    grown[p->crumbs.count] = (struct crumb){label, url};
    p->crumbs.item = grown;
    p->crumbs.count++;
}
