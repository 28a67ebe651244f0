/* SPDX-License-Identifier: Apache-2.0 */
/*
 * turn.h - which process waits for SQLite's one writer. For db_sqlite.c.
 *
 * SQLite lets a process that waits look again from time to time and tells nobody that it waits. A
 * process with much to write would begin anew each time before the other looks. So who waits
 * says so, by a shared lock (flock) on the folder of the database: nothing to clean up, and the
 * kernel drops it with the process. Who has much to write asks, and lets others go first. No
 * system call is made by anybody who neither waits nor asks.
 */
#ifndef MAILLON_DB_TURN_H
#define MAILLON_DB_TURN_H

#include <stdbool.h>

struct turn {
    int fd; /* The folder; -1: it cannot be opened, and nobody is told anything. */
    bool asked;
};

void turn_open(struct turn *t, const char *database_path);
void turn_close(struct turn *t);
void turn_ask(struct turn *t);
void turn_taken(struct turn *t);
/* Another connection waits. Not between turn_ask and turn_taken of this one. */
bool turn_is_asked(struct turn *t);

#endif
