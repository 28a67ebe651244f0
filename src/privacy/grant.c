/* SPDX-License-Identifier: Apache-2.0 */
/* grant.c - copies that may be taken, and how each ended. */
#include "base/clock.h"
#include "base/parse.h"
#include "privacy/privacy_int.h"

enum err
privacy_grant(struct ctx *cx, const struct privacy_request *r, int64_t account_id)
{
    assert(db_in_write(cx));
    return db_run(cx, SQL_PRIVACY_FILE_GRANT, NULL, db_int(r->organiser_id), db_int(account_id),
                  db_int(r->id), db_int(r->siren), db_int(cx->now_ms),
                  db_int(cx->now_ms + PRIVACY_GRANT_HOURS * (int64_t)CLOCK_HOUR_MS));
}
