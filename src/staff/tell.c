/* SPDX-License-Identifier: Apache-2.0 */
/* tell.c - mail to an organiser's people. */
#include "mail/mail.h"
#include "staff/staff.h"

enum err
staff_tell(struct ctx *cx, int64_t organiser_id, unsigned rights, const int64_t but[TELL_BUT],
           const char *cause, int64_t subject_id, struct str subject, struct str text,
           struct str path)
{
    struct mail m = {.subject = subject, .cause = cause, .subject_id = subject_id};
    struct db_rows rows;

    if (path.len > 0)
        text = str_printf(cx->arena, "%.*s\n\n%.*s%.*s", STR_FMT(text),
                          STR_FMT(cx->app->conf->base_url), STR_FMT(path));
    m.text = mail_letter(cx, STR("Maillon"), text,
                         STR("Vous recevez ce message parce que vous faites partie de l’équipe de "
                             "l’organisateur."));
    TRY(db_run(cx, SQL_STAFF_WITH, &rows, db_int(organiser_id), db_int(rights)));
    for (size_t i = 0; i < rows.count; i++) {
        int64_t id = row_int(&rows, i, 0);
        if (but != NULL && (id == but[0] || id == but[1]))
            continue;
        m.to = row_str(&rows, i, 1);
        enum err e = mail_queue(cx, &m);
        if (e != OK && e != ERR_INVALID) /* An address that takes no mail stops no act. */
            return e;
    }
    return OK;
}
