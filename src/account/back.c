/* SPDX-License-Identifier: Apache-2.0 */
/*
 * back.c - where a visitor was on the way to when we asked who they are or for which company.
 */
#include "account/account_web.h"
#include "http/guard.h"

enum { BACK_MAX = 600 };

struct str
account_back(struct str path)
{
    /* Leading back to the sign-in would go round in circles. */
    if (path.len > BACK_MAX || !guard_local_path(path) || str_starts(path, STR("/connexion")))
        return STR_NONE;
    return path;
}

struct url
account_towards(struct arena *a, struct url page, struct str back)
{
    return back.len > 0 ? url_with(a, page, "vers", back) : page;
}
