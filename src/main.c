/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c - reads the command line, loads the settings, opens what the command needs, runs it.
 */
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "db/command.h"
#include "db/db.h"
#include "app/app.h"

static const struct command commands[] = {
#define COMMAND(words, handler, needs, usage, help) {words, handler, needs, usage, help},
#include "commands.h"
#undef COMMAND
};

const struct command *
command_table(size_t *count)
{
    *count = sizeof commands / sizeof commands[0];
    return commands;
}

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

    *taken = 0;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        int n = words_match(commands[i].words, argc, argv);
        if (n > *taken) {
            *taken = n;
            found = &commands[i];
        }
    }
    return found;
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

static enum err
open_database(struct app *app, const struct command *cmd)
{
    const struct conf *conf = app->conf;
    struct db_options opt = {.workers = 1, .queue_max = 64};
    int pending;

    if (str_starts(conf->db, STR("sqlite:")))
        make_folder_of(conf->db.ptr + strlen("sqlite:"));
    TRY(db_open(app, &opt));
    if (cmd->needs != NEEDS_SCHEMA)
        return OK;
    TRY(db_pending(app->pool, &pending));
    if (pending > 0)
        return command_fail("the database lacks %d migration(s): run \"maillon db migrate\"",
                            pending);
    return OK;
}

static int
run(const struct command *cmd, const struct conf *conf, struct command_args *args)
{
    struct app app = {.conf = conf};
    struct arena arena = {0};
    struct log log = {0};
    struct ctx cx = {.app = &app, .arena = &arena, .log = &log, .now_ms = clock_now_ms()};
    enum err e = OK;

    /* serve opens the database itself, with as many workers as it needs. */
    if (cmd->needs != NEEDS_NOTHING && cmd->handler != serve_cmd)
        e = open_database(&app, cmd);
    if (e == OK)
        e = features_open(&app);
    if (e == OK)
        e = cmd->handler(&cx, args);
    features_close(&app);
    if (app.pool != NULL)
        db_close(app.pool);
    arena_release(&arena);
    if (e != OK && e != ERR_INVALID)
        fprintf(stderr, "maillon: %s failed: %s\n", cmd->words, err_name(e));
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
    if (conf_load(&conf) != OK || global_options(&args, &conf) != OK)
        return 2;
    int from = 1;
    while (from < argc && argv[from] == NULL)
        from++;
    cmd = command_find(argc - from, argv + from, &taken);
    if (cmd == NULL) {
        fprintf(stderr, "maillon: there is no command '%s'; see \"maillon help\"\n",
                from < argc ? argv[from] : "");
        return 2;
    }
    args.words = cmd->words;
    args.usage = cmd->usage;
    args.arg = argv + from + taken;
    args.count = argc - from - taken;
    return run(cmd, &conf, &args);
}
