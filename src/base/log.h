/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.h - structured logs: one JSON object a line on standard error.
 *
 * Each line has time, level, what (a fixed word, never user input), the request id when there is
 * one, and fields. Values are JSON-escaped, so no input can forge a line; cut at 2,000 bytes.
 * Never pass a secret, a code, a token, a cookie or an e-mail address: pass ids.
 */
#ifndef MAILLON_BASE_LOG_H
#define MAILLON_BASE_LOG_H

#include "base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log {
    char request_id[33]; /* Empty outside a request. */
};

enum log_kind { LOG_END, LOG_S, LOG_I };
struct log_field {
    enum log_kind kind;
    const char *name;
    struct str s;
    int64_t i;
};

#define LOG_STR(name, value) ((struct log_field){LOG_S, (name), (value), 0})
#define LOG_Z(name, value) ((struct log_field){LOG_S, (name), str_of(value), 0})
#define LOG_INT(name, value) ((struct log_field){LOG_I, (name), {0}, (int64_t)(value)})

void log_set_level(enum log_level min);
bool log_level_by_name(struct str name, enum log_level *out);
void log_write(const struct log *log, enum log_level level, const char *what,
               const struct log_field *fields);

/* Gathers this thread's lines until log_flush, which writes them at once: for a loop that answers
 * many requests in one go. A warning or an error is written immediately, after what was
 * gathered. */
void log_gather(void);
void log_flush(void);

/* log may be NULL. log_info(cx->log, "order_held", LOG_INT("order", id), LOG_STR("ref", ref)); */
#define LOG_LINE(log, level, what, ...)                                                           \
    log_write((log), (level), (what),                                                             \
              (const struct log_field[]){__VA_ARGS__ __VA_OPT__(, ){LOG_END, NULL, {0}, 0}})
#define log_debug(log, ...) LOG_LINE(log, LOG_DEBUG, __VA_ARGS__)
#define log_info(log, ...) LOG_LINE(log, LOG_INFO, __VA_ARGS__)
#define log_warn(log, ...) LOG_LINE(log, LOG_WARN, __VA_ARGS__)
#define log_error(log, ...) LOG_LINE(log, LOG_ERROR, __VA_ARGS__)

#endif
