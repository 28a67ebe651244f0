/* SPDX-License-Identifier: Apache-2.0 */
/* turn.c - which process waits for SQLite's one writer. See turn.h. */
#include "db/turn.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

void
turn_open(struct turn *t, const char *database_path)
{
    const char *slash = strrchr(database_path, '/');
    char folder[PATH_MAX] = ".";

    *t = (struct turn){.fd = -1};
    size_t len = slash == NULL ? 0 : (size_t)(slash - database_path) + 1;
    if (len >= sizeof folder)
        return;
    if (len > 0) {
        memcpy(folder, database_path, len);
        folder[len] = '\0';
    }
    t->fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

void
turn_close(struct turn *t)
{
    if (t->fd >= 0)
        close(t->fd);
    t->fd = -1;
}

/* Refused while somebody asks in the very same moment; then the next look asks again. */
void
turn_ask(struct turn *t)
{
    if (t->fd >= 0 && !t->asked)
        t->asked = flock(t->fd, LOCK_SH | LOCK_NB) == 0;
}

void
turn_taken(struct turn *t)
{
    if (t->asked)
        (void)flock(t->fd, LOCK_UN);
    t->asked = false;
}

bool
turn_is_asked(struct turn *t)
{
    assert(!t->asked);
    if (t->fd < 0)
        return false;
    if (flock(t->fd, LOCK_EX | LOCK_NB) != 0)
        return errno == EWOULDBLOCK;
    (void)flock(t->fd, LOCK_UN);
    return false;
}
