/* SPDX-License-Identifier: Apache-2.0 */
/*
 * health.c - /healthz: the process answers. /readyz: it can take an order, tried for real with a
 * write transaction and the order path's own question.
 */
#include "base/clock.h"
#include "http/exchange.h"
#include "json/json.h"

/* GET /healthz */
enum err
health_get(struct ctx *cx, struct req *req)
{
    (void)cx;
    buf_z(&req->out, "{\"status\":\"ok\"}\n");
    return res_json(req, 200);
}

static enum err
ready_write(struct ctx *cx, void *arg)
{
    struct exchange *ex = arg;

    TRY(db_run(cx, SQL_READY_MARK, NULL, db_str(STR("ready")), db_int(cx->now_ms)));
    return ex->env->ready != NULL ? ex->env->ready(cx) : OK;
}

/* GET /readyz */
enum err
ready_get(struct ctx *cx, struct req *req)
{
    struct exchange *ex = (struct exchange *)req; /* Its first member. */
    int64_t start = clock_mono_ns();
    enum err e = db_write(cx, ready_write, ex);
    struct jw w;

    if (e != OK)
        log_warn(cx->log, "not_ready", LOG_Z("why", err_name(e)));
    w = jw_begin(&req->out);
    jw_object(&w);
    jw_kz(&w, "status", e == OK ? "ready" : "not ready");
    jw_kint(&w, "write_us", (clock_mono_ns() - start) / 1000);
    jw_close_object(&w);
    buf_byte(&req->out, '\n');
    return res_json(req, e == OK ? 200 : 503);
}
