/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every command: COMMAND(words, handler, needs, usage, help). See db/command.h. The first line of
 * help is shown in the list, the whole by "maillon help WORDS". Included several times: no
 * include guard.
 */

/* main */
COMMAND("help", help_cmd, NEEDS_NOTHING, "help [COMMAND]",
        "Lists the commands, or explains one.\n"
        "\"maillon help settings\" lists the settings and their environment variables.")
COMMAND("version", version_cmd, NEEDS_NOTHING, "version [--json]",
        "Prints the versions of the program and of the libraries it stands on.")
COMMAND("routes", routes_cmd, NEEDS_NOTHING, "routes [--json]",
        "Lists every URL with its method, right, mode and limits.")
COMMAND("serve", serve_cmd, NEEDS_DB, "serve [--listen ADDRESS:PORT] [--port-file FILE]",
        "Serves pages, API and jobs until SIGTERM or SIGINT.\n"
        "Applies waiting migrations first. --port-file writes the bound port, for port 0.")

/* job */
COMMAND("jobs", jobs_cmd, NEEDS_SCHEMA, "jobs [--json] [--retry ID]",
        "Lists background jobs by kind, and those given up with their last error.\n"
        "--retry ID lets a job that was given up run again, with all its attempts.")

/* db */
COMMAND("db migrate", db_migrate_cmd, NEEDS_DB, "db migrate [--json]",
        "Applies the steps of the schema that wait, each in its own transaction.\n"
        "\"maillon serve\" does the same when it starts.")
COMMAND("db status", db_status_cmd, NEEDS_DB, "db status [--json]",
        "Lists the steps of the schema: applied, waiting, edited or unknown.\n"
        "Exits 1 when an applied step differs from the program's, or is of a newer program.")
COMMAND("db backup", db_backup_cmd, NEEDS_DB, "db backup FILE [--json]",
        "Writes a consistent copy of an SQLite database while the server runs.\n"
        "FILE must not exist. A copy made with cp is not safe. For PostgreSQL use its own tools.")
COMMAND("db check", db_check_cmd, NEEDS_DB, "db check [--json]",
        "Checks that the database is whole and that its engine keeps what it acknowledges.\n"
        "Exits 1 and names what is wrong. \"maillon check\" verifies the program's own figures.")
/* check */
COMMAND("check", check_cmd, NEEDS_SCHEMA, "check [--reopen] [--json]",
        "Verifies the invariants of stock, orders and money over the whole history.\n"
        "Prints what broke and exits 1. --reopen opens sales again that a breach had closed,\n"
        "when all invariants hold.")
