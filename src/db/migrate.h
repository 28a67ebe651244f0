/* SPDX-License-Identifier: Apache-2.0 */
/*
 * migrate.h - which steps of the schema a database has. db.h has what applies them.
 */
#ifndef MAILLON_DB_MIGRATE_H
#define MAILLON_DB_MIGRATE_H

#include "db/db.h"

enum step_state {
    STEP_APPLIED,
    STEP_WAITING,
    STEP_EDITED, /* Applied, but the program's text of it differs. */
    STEP_UNKNOWN /* Applied by a newer program. */
};

struct migrate_status {
    int64_t number;
    struct str name;
    int64_t applied_ms; /* 0: not yet. */
    enum step_state state;
};

struct migrate_status_list {
    struct migrate_status *item;
    size_t count;
};

/* All steps in order, in cx->arena. */
NODISCARD enum err migrate_status(struct ctx *cx, struct migrate_status_list *out);

#endif
