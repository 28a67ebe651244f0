/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c - reads the command line, loads the settings, opens what the command needs, runs it.
 */
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/app.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/keep.h"
#include "base/parse.h"
#include "db/command.h"
#include "db/db.h"
#include "job/job.h"

enum { QUEUE_DEFAULT = 16384 }; /* Units; as the table of settings says. */

/* How many of argv the command's words take; 0 when they are not there. */
static int
words_match(const char *words, int argc, char **argv)
{
    struct str rest = str_of(words);
    struct str word;
    int n = 0;

    while (str_split(&rest, ' ', &word)) {
        if (n >= argc || argv[n] == NULL || !str_is(word, argv[n]))
            return 0;
        n++;
    }
    return n;
}

static const struct command *
command_find(int argc, char **argv, int *taken)
{
    const struct command *found = NULL;
    size_t count;
    const struct command *commands = command_table(&count);

    *taken = 0;
    for (size_t i = 0; i < count; i++) {
        int n = words_match(commands[i].words, argc, argv);
        if (n > *taken) {
            *taken = n;
            found = &commands[i];
        }
    }
    return found;
}

/* After a commit that queued a job: the workers need not wait for their next look. */
static void
after_commit(void *arg, unsigned bits)
{
    const struct app *app = arg;

    if ((bits & AFTER_JOBS) != 0 && app->jobs != NULL)
        job_wake(app->jobs);
}

/* Threads: a server needs enough of them that slow work (the provider's answer) does not keep
 * pages waiting; a command runs its units itself. */
static struct db_options
database_options(struct app *app, const struct command *cmd)
{
    int64_t workers = 1;
    int64_t queue = QUEUE_DEFAULT;

    if (!parse_i64(app->conf->queue, 1, 1000000, &queue))
        log_error(NULL, "setting_invalid", LOG_Z("name", "MAILLON_QUEUE"),
                  LOG_INT("used", queue));
    if (cmd->handler == serve_cmd &&
        (!parse_i64(app->conf->workers, 0, 1024, &workers) || workers == 0)) {
        workers = sysconf(_SC_NPROCESSORS_ONLN) * 4;
        workers = workers < 8 ? 8 : workers > 64 ? 64 : workers;
    }
    return (struct db_options){.workers = (int)workers,
                               .queue_max = (size_t)queue,
                               .batch_max = 256,
                               .after = after_commit,
                               .after_arg = app};
}

/* The folder of a SQLite file is made when it is missing: the first start needs no mkdir. */
static void
make_folder_of(const char *path)
{
    char folder[4096];
    size_t n = strlen(path);

    if (n >= sizeof folder)
        return;
    for (size_t i = 1; i < n; i++)
        if (path[i] == '/') {
            memcpy(folder, path, i);
            folder[i] = '\0';
            (void)mkdir(folder, 0750);
        }
}

/* A path with a slip in it must not become an empty database. */
static enum err
check_file(const struct command *cmd, const char *path)
{
    if (cmd->handler == serve_cmd || cmd->handler == db_migrate_cmd) {
        make_folder_of(path);
        return OK;
    }
    if (access(path, F_OK) == 0)
        return OK;
    return command_fail("there is no database at %s: --db or MAILLON_DB names it, \"maillon db "
                        "migrate\" makes it",
                        path);
}

/* The address may hold a password: only a path is shown. */
static enum err
open_failed(const struct conf *conf, enum err e)
{
    if (str_starts(conf->db, STR("sqlite:")))
        command_fail("the database %.*s cannot be opened; the reason stands above",
                     STR_FMT(conf->db));
    else if (str_starts(conf->db, STR("postgres")))
        command_fail("the PostgreSQL database cannot be reached; the reason stands above");
    else
        command_fail("--db or MAILLON_DB is sqlite:PATH or postgresql://...");
    return e;
}

static enum err
open_database(struct app *app, const struct command *cmd)
{
    const struct conf *conf = app->conf;
    struct db_options opt = database_options(app, cmd);
    int pending;

    if (str_starts(conf->db, STR("sqlite:")))
        TRY(check_file(cmd, conf->db.ptr + strlen("sqlite:")));
    enum err e = db_open(app, &opt);
    if (e != OK)
        return open_failed(conf, e);
    if (cmd->needs != NEEDS_SCHEMA)
        return OK;
    TRY(db_pending(app->pool, &pending));
    if (pending > 0)
        return command_fail("the database lacks %d step%s of the schema: run \"maillon db "
                            "migrate\"",
                            pending, pending == 1 ? "" : "s");
    return OK;
}

/* What the command did not say itself. */
static void
say_failure(const struct command *cmd, enum err e)
{
    static const struct {
        enum err e;
        const char *text;
    } more[] = {
        {ERR_FAULT, "what is wrong stands above"},
        {ERR_BUSY, "the database is busy or away; nothing was changed, try again"},
        {ERR_UNKNOWN, "whether the last change was kept is not known; look before trying again"},
        {ERR_CONFLICT, "something else has changed it meanwhile; look, then try again"},
        {ERR_NOT_FOUND, "nothing was done"},
    };
    const char *text = err_name(e);

    if (e == OK || e == ERR_INVALID)
        return;
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++)
        if (more[i].e == e)
            text = more[i].text;
    command_fail("%s: %s", cmd->words, text);
}

static int
run(const struct command *cmd, const struct conf *conf, struct command_args *args)
{
    struct app app = {.conf = conf};
    struct arena arena = {0};
    struct log log = {0};
    struct ctx cx = {.app = &app, .arena = &arena, .log = &log, .now_ms = clock_now_ms()};
    enum err e = OK;

    if (cmd->needs != NEEDS_NOTHING)
        e = open_database(&app, cmd);
    if (e == OK)
        e = features_open(&app);
    if (e == OK)
        e = cmd->handler(&cx, args);
    features_close(&app);
    if (app.pool != NULL)
        db_close(app.pool);
    arena_release(&arena);
    say_failure(cmd, e);
    return err_exit(e);
}

/* Takes --db and --json, which every command knows. */
static enum err
global_options(struct command_args *args, struct conf *conf)
{
    struct str value;
    enum log_level level;

    args->json = arg_flag(args, "json");
    if (arg_option(args, "db", &value))
        conf->db = value;
    if (arg_option(args, "listen", &value))
        conf->listen = value;
    if (!log_level_by_name(conf->log_level, &level))
        return command_fail("MAILLON_LOG_LEVEL: '%.*s' is none of debug, info, warn, error",
                            STR_FMT(conf->log_level));
    log_set_level(level);
    return OK;
}

/* "db" alone is the beginning of several: they are named. */
static void
say_unknown(const char *word)
{
    size_t count, n = strlen(word);
    const struct command *commands = command_table(&count);
    const char *separator = "";

    for (size_t i = 0; i < count; i++)
        if (n > 0 && strncmp(commands[i].words, word, n) == 0 && commands[i].words[n] == ' ') {
            fprintf(stderr, "%s%s", separator[0] == '\0' ? "maillon: one of: " : separator,
                    commands[i].words);
            separator = ", ";
        }
    if (separator[0] == '\0')
        command_fail("there is no command '%s'; see \"maillon help\"", word);
    else
        fprintf(stderr, "; see \"maillon help %s\"\n", word);
}

int
main(int argc, char **argv)
{
    static struct conf conf;
    struct rlimit no_core = {0, 0};
    const struct command *cmd;
    int taken;

    /* A core file would hold customers' data and keys. */
    (void)setrlimit(RLIMIT_CORE, &no_core);
    signal(SIGPIPE, SIG_IGN);
    umask(027);
    crypto_init();
    if (argc < 2) {
        char *none[] = {NULL};
        struct command_args empty = {.words = "help", .usage = "help", .arg = none};
        (void)help_cmd(NULL, &empty);
        return 2;
    }
    /* Global options may stand before the words: maillon --db X registry show. */
    struct command_args args = {.usage = "COMMAND", .arg = argv + 1, .count = argc - 1};
    bool help = arg_flag(&args, "help");
    if (conf_load(&conf) != OK || keep_check(&conf) != OK || global_options(&args, &conf) != OK)
        return 2;
    int from = 1;
    while (from < argc && argv[from] == NULL)
        from++;
    cmd = command_find(argc - from, argv + from, &taken);
    if (help) {
        struct command_args words = {.words = "help", .usage = "help [COMMAND]"};
        words.arg = argv + from;
        words.count = cmd != NULL ? taken : from < argc ? 1 : 0;
        return err_exit(help_cmd(NULL, &words));
    }
    if (cmd == NULL) {
        if (args_check(&args) == OK)
            say_unknown(from < argc ? argv[from] : "");
        return 2;
    }
    args.words = cmd->words;
    args.usage = cmd->usage;
    args.arg = argv + from + taken;
    args.count = argc - from - taken;
    if (args_check(&args) != OK)
        return 2;
    return run(cmd, &conf, &args);
}
