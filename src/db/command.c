/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command.c - arguments, messages and progress of commands. See command.h.
 */
#include "db/command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/civil.h"
#include "base/clock.h"
#include "base/format.h"
#include "base/parse.h"

/* Taken by main before a command sees its arguments. */
#define ARGS_EVERYWHERE "[--db ADDRESS] [--listen ADDRESS:PORT] [--json] [--help]"

static bool
is_option(const char *arg, const char *name, const char **value)
{
    size_t n = strlen(name);

    if (arg == NULL || strncmp(arg, "--", 2) != 0 || strncmp(arg + 2, name, n) != 0)
        return false;
    if (arg[2 + n] == '=') {
        *value = arg + 3 + n;
        return true;
    }
    *value = NULL;
    return arg[2 + n] == '\0';
}

/* Whether what follows an option can be its value: "--x" is the next option ("--name=--x"). */
static bool
has_value(const struct command_args *args, int option)
{
    const char *next = option + 1 < args->count ? args->arg[option + 1] : NULL;

    return next != NULL && strncmp(next, "--", 2) != 0;
}

bool
arg_option(struct command_args *args, const char *name, struct str *out)
{
    const char *value;

    for (int i = 0; i < args->count; i++) {
        if (!is_option(args->arg[i], name, &value))
            continue;
        if (value == NULL) {
            if (!has_value(args, i))
                return false; /* Left over: args_check names it. */
            value = args->arg[i + 1];
            args->arg[i + 1] = NULL;
        }
        args->arg[i] = NULL;
        *out = str_of(value);
        return true;
    }
    return false;
}

enum err
arg_option_int(struct command_args *args, const char *name, int64_t min, int64_t max, int64_t def,
               int64_t *out)
{
    struct str text;

    *out = def;
    if (!arg_option(args, name, &text))
        return OK;
    if (!parse_i64(text, min, max, out))
        return command_fail("--%s takes a whole number from %lld to %lld, not '%.*s'", name,
                            (long long)min, (long long)max, STR_FMT(text));
    return OK;
}

enum err
arg_option_day(struct command_args *args, const char *name, bool after, int64_t def, int64_t *out)
{
    struct str typed = STR_NONE;
    struct civil c;

    *out = def;
    if (!arg_option(args, name, &typed))
        return OK;
    if (!civil_parse(typed, &c))
        return command_fail("'%.*s' is not a day such as 2020-05-02", STR_FMT(typed));
    if (after)
        c = civil_from_day(civil_day(c.year, c.month, c.day) + 1);
    *out = civil_to_ms(&c, ZONE_PARIS);
    return OK;
}

bool
arg_flag(struct command_args *args, const char *name)
{
    const char *value;

    for (int i = 0; i < args->count; i++)
        if (is_option(args->arg[i], name, &value) && value == NULL) {
            args->arg[i] = NULL;
            return true;
        }
    return false;
}

enum err
arg_word(struct command_args *args, const char *what, struct str *out)
{
    for (int i = 0; i < args->count; i++) {
        if (args->arg[i] == NULL)
            continue;
        if (args->arg[i][0] == '-' && args->arg[i][1] != '\0')
            break;
        *out = str_of(args->arg[i]);
        args->arg[i] = NULL;
        return OK;
    }
    return command_fail("%s is missing\nusage: maillon %s", what, args->usage);
}

enum option_kind { OPTION_NONE, OPTION_FLAG, OPTION_VALUE };

/* As a usage says it: "[--csv]" stands alone, "[--out FILE]" takes a value. */
static enum option_kind
option_kind(const char *usage, struct str name)
{
    for (const char *at = strstr(usage, "--"); at != NULL; at = strstr(at, "--")) {
        at += 2;
        size_t n = strcspn(at, " ]|");
        if (str_eq(str_n(at, n), name))
            return at[n] == ' ' && at[n + 1] != '[' ? OPTION_VALUE : OPTION_FLAG;
    }
    return OPTION_NONE;
}

/* Whether the same option, a name of n bytes behind "--", stands before it. */
static bool
is_repeated(const struct command_args *args, int option, size_t n)
{
    for (int i = 0; i < option; i++)
        if (args->arg[i] != NULL && strncmp(args->arg[i], args->arg[option], n + 2) == 0 &&
            (args->arg[i][n + 2] == '\0' || args->arg[i][n + 2] == '='))
            return true;
    return false;
}

/* The option at i; *value tells whether the next argument is its value. */
static enum err
option_check(const struct command_args *args, int i, bool *value)
{
    const char *arg = args->arg[i];
    size_t n = strncmp(arg, "--", 2) == 0 ? strcspn(arg + 2, "=") : 0;
    bool joined = n > 0 && arg[n + 2] == '=';
    enum option_kind everywhere = option_kind(ARGS_EVERYWHERE, str_n(arg + 2, n));
    enum option_kind kind = everywhere;
    const char *wrong = NULL;

    if (kind == OPTION_NONE)
        kind = option_kind(args->usage, str_n(arg + 2, n));
    *value = kind == OPTION_VALUE && !joined;
    if (n == 0 || kind == OPTION_NONE)
        wrong = "is no option here";
    else if (kind == OPTION_FLAG && joined)
        wrong = "takes no value";
    else if (*value && !has_value(args, i))
        wrong = "lacks its value";
    else if (everywhere != OPTION_NONE || is_repeated(args, i, n))
        wrong = "is given twice"; /* One of those for every command was taken before. */
    if (wrong == NULL)
        return OK;
    return command_fail("'%s' %s\nusage: maillon %s", arg, wrong, args->usage);
}

enum err
args_check(const struct command_args *args)
{
    for (int i = 0; i < args->count; i++) {
        const char *arg = args->arg[i];
        bool value = false;

        if (arg != NULL && arg[0] == '-' && arg[1] != '\0')
            TRY(option_check(args, i, &value));
        i += value ? 1 : 0;
    }
    return OK;
}

enum err
arg_end(const struct command_args *args)
{
    for (int i = 0; i < args->count; i++)
        if (args->arg[i] != NULL)
            return command_fail("'%s' is not expected here\nusage: maillon %s", args->arg[i],
                                args->usage);
    return OK;
}

enum err
command_fail(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    fputs("maillon: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    return ERR_INVALID;
}

enum err
command_print(const struct buf *b)
{
    if (b->overflow) {
        command_fail("the result is too large to print");
        return ERR_FAULT;
    }
    if (fwrite(b->ptr, 1, b->len, stdout) != b->len || fflush(stdout) != 0) {
        command_fail("cannot write the result: %s", strerror(errno));
        return ERR_FAULT;
    }
    return OK;
}

static bool
read_all(int fd, char *to, size_t len)
{
    while (len > 0) {
        ssize_t n = read(fd, to, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        to += n;
        len -= (size_t)n;
    }
    return true;
}

enum err
command_read_file(struct arena *a, struct str path, size_t max, struct str *out)
{
    struct stat st;
    char *z = str_z(a, path);
    int fd = open(z, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return command_fail("%s: %s", z, strerror(errno));
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || (size_t)st.st_size > max) {
        close(fd);
        return command_fail("%s: not a file of at most %zu bytes", z, max);
    }
    char *bytes = arena_alloc(a, (size_t)st.st_size + 1);
    bool whole = read_all(fd, bytes, (size_t)st.st_size);
    close(fd);
    if (!whole)
        return command_fail("%s: could not be read whole", z);
    *out = str_n(bytes, (size_t)st.st_size);
    return OK;
}

void
progress_begin(struct progress *p, const char *what, int64_t total)
{
    *p = (struct progress){what, total, 0, clock_mono_ns(), 0};
}

static void
progress_show(const struct progress *p, bool last)
{
    int64_t spent_ms = (clock_mono_ns() - p->start_ns) / 1000000;
    const char *end = isatty(STDERR_FILENO) && !last ? "\r" : "\n";

    if (last || p->total <= 0 || p->done <= 0) {
        fprintf(stderr, "%s: %lld in %.1f s%-24s%s", p->what, (long long)p->done,
                (double)spent_ms / 1000.0, "", end);
        return;
    }
    int64_t done = p->done < p->total ? p->done : p->total;
    int64_t left_ms = (int64_t)((double)spent_ms * (double)(p->total - done) / (double)done);
    fprintf(stderr, "%s: %lld %%, %lld s left%-24s%s", p->what,
            (long long)(done * 100 / p->total), (long long)(left_ms + 999) / 1000, "", end);
}

void
progress_step(struct progress *p, int64_t done)
{
    int64_t now = clock_mono_ns();
    int64_t pause_ns = isatty(STDERR_FILENO) ? 200000000LL : 5000000000LL;

    p->done = done;
    if (now - p->start_ns < 1000000000LL || now - p->shown_ns < pause_ns)
        return; /* Nothing for what takes less than a second. */
    p->shown_ns = now;
    progress_show(p, false);
}

void
progress_end(struct progress *p)
{
    if (p->shown_ns != 0)
        progress_show(p, true);
}
