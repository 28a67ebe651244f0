/* SPDX-License-Identifier: Apache-2.0 */
/*
 * serve_cmd.c - the server: migrations, threads, HTTP, jobs, and an orderly stop.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "app/app.h"
#include "db/db.h"
#include "http/server.h"
#include "job/job.h"
#include "order/order.h"
#include "staff/staff.h"

enum { JOB_THREADS = 4, STOP_GRACE_MS = 10000 };

/* /readyz: what an order needs besides its buyer. Pages may answer while this does not. */
static enum err
order_path_ready(struct ctx *cx)
{
    struct campaign_list campaigns;
    struct str closed;

    TRY(campaign_list(cx, &campaigns));
    TRY(sales_closed(cx, &closed));
    if (closed.len > 0)
        return ERR_BUSY;
    for (size_t i = 0; i < campaigns.count; i++) {
        struct stock_pool_list pools;
        TRY(stock_list(cx, campaigns.item[i].id, &pools));
    }
    return OK;
}

/* For scripts and tests that let the system choose the port. Written whole, then named. */
static enum err
write_port_file(struct ctx *cx, struct str path, int port)
{
    char *to = str_z(cx->arena, path);
    char *tmp = str_z(cx->arena, str_printf(cx->arena, "%s.new", to));
    int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

    if (fd < 0)
        return command_fail("%s: %s", tmp, strerror(errno));
    int n = dprintf(fd, "%d\n", port);
    if (close(fd) != 0 || n < 0 || rename(tmp, to) != 0)
        return command_fail("%s: %s", to, strerror(errno));
    return OK;
}

static void
wait_for_stop(const sigset_t *stop)
{
    int sig;

    while (sigwait(stop, &sig) != 0 || (sig != SIGTERM && sig != SIGINT))
        continue;
    log_info(NULL, "stopping", LOG_INT("signal", sig));
}

static enum err
serve(struct ctx *cx, struct app *app, struct str port_file, const sigset_t *stop)
{
    struct http_options opt = {.ready = order_path_ready, .confirm = staff_confirm};
    struct http_server *server;
    int port;
    enum err e;

    TRY(db_start(app->pool));
    TRY(job_start(app, JOB_THREADS, &app->jobs));
    e = http_start(app, &opt, &server, &port);
    if (e == OK && port_file.len > 0)
        e = write_port_file(cx, port_file, port);
    if (e == OK) {
        log_info(NULL, "serving", LOG_STR("listen", app->conf->listen), LOG_INT("port", port),
                 LOG_STR("base_url", app->conf->base_url));
        wait_for_stop(stop);
        http_stop(server, STOP_GRACE_MS);
    }
    struct job_workers *jobs = app->jobs;
    atomic_store(&app->stopping, true);
    app->jobs = NULL;
    job_stop(jobs);
    return e;
}

enum err
serve_cmd(struct ctx *cx, struct command_args *args)
{
    /* main owns the struct and made it writable; commands see it const. */
    struct app *app = (struct app *)cx->app;
    struct str port_file = STR_NONE;
    sigset_t stop;

    (void)arg_option(args, "port-file", &port_file);
    TRY(arg_end(args));
    /* Blocked before any thread starts, so that only sigwait gets them. */
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    pthread_sigmask(SIG_BLOCK, &stop, NULL);
    TRY(db_migrate(app->pool));
    return serve(cx, app, port_file, &stop);
}
