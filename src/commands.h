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
