/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command.h - how a command of the program is declared and reads its arguments.
 *
 * COMMAND(words, handler, needs, usage, help) in src/commands.h. A handler runs like a LATE unit:
 * no transaction is open, it calls db_read and db_write. Results go to standard output (JSON when
 * cmd->json), progress and messages to standard error. The exit code follows err_exit.
 */
#ifndef MAILLON_DB_COMMAND_H
#define MAILLON_DB_COMMAND_H

#include "base/buf.h"
#include "base/err.h"
#include "db/ctx.h"

enum command_needs {
    NEEDS_NOTHING, /* No database is opened; cx->db and the pool are NULL. */
    NEEDS_SCHEMA,  /* Opened; refused with a hint when migrations wait. */
    NEEDS_DB       /* Opened, whatever its schema. */
};

struct command_args {
    const char *words; /* "registry import" */
    const char *usage; /* Shown with an argument error; says which options there are. */
    char **arg;        /* What follows the words; taken ones become NULL. */
    int count;
    bool json;         /* --json was given. */
};

typedef enum err (*command_fn)(struct ctx *cx, struct command_args *args);

/* The table declares its handlers. */
#define COMMAND(words, handler, needs, usage, help)                                               \
    enum err handler(struct ctx *cx, struct command_args *args);
#include "commands.h"
#undef COMMAND

/* Before a handler runs: each option is one of the usage, has a value when the usage names one, and
 * stands there once. ERR_INVALID with a message that names the first that is wrong. */
NODISCARD enum err args_check(const struct command_args *args);

/* --name VALUE or --name=VALUE. False when absent; *out untouched. */
bool arg_option(struct command_args *args, const char *name, struct str *out);
/* The same as a number: ERR_INVALID with a message when it is none; default when absent. */
NODISCARD enum err arg_option_int(struct command_args *args, const char *name, int64_t min,
                                  int64_t max, int64_t def, int64_t *out);
/* The same as a day in Paris: the instant at which it begins or, with after, ends. */
NODISCARD enum err arg_option_day(struct command_args *args, const char *name, bool after,
                                  int64_t def, int64_t *out);
/* --name */
bool arg_flag(struct command_args *args, const char *name);
/* The next word that is not an option; take options first. ERR_INVALID with a message that names
 * what is missing. */
NODISCARD enum err arg_word(struct command_args *args, const char *what, struct str *out);
/* Nothing may be left. ERR_INVALID with a message that names the first word left. */
NODISCARD enum err arg_end(const struct command_args *args);

/* A line on standard error that starts with "maillon: ". Returns ERR_INVALID. */
enum err command_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Writes to standard output what is in b. ERR_FAULT when it cannot. */
NODISCARD enum err command_print(const struct buf *b);
/* A whole file into the arena, at most max bytes; messages on standard error. */
NODISCARD enum err command_read_file(struct arena *a, struct str path, size_t max,
                                     struct str *out);

/* Progress with time left on standard error: rewritten in place on a terminal, a line every few
 * seconds otherwise. total 0: not known. */
struct progress {
    const char *what;
    int64_t total, done, start_ns, shown_ns;
};
void progress_begin(struct progress *p, const char *what, int64_t total);
void progress_step(struct progress *p, int64_t done);
void progress_end(struct progress *p);

#endif
