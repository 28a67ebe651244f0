/* SPDX-License-Identifier: Apache-2.0 */
/*
 * back.c - where a visitor was on the way to when we asked who they are or for which company.
 */
#include "account/account_web.h"
#include "base/format.h"
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

struct str
account_back_siret(struct arena *a, struct str back)
{
    /* Of the path itself, and of one that it carries. */
    const struct str names[] = {STR("?siret="), STR("&siret="), STR("%3Fsiret%3D"),
                                STR("%26siret%3D")};
    int64_t siret;

    for (size_t i = 0; i < back.len; i++)
        for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
            struct str rest = str_n(back.ptr + i, back.len - i);
            if (str_starts(rest, names[k]) && rest.len >= names[k].len + 14 &&
                siret_parse(str_n(rest.ptr + names[k].len, 14), &siret) == NUMBER_OK)
                return str_printf(a, "%s", fmt_siret(siret_str(a, siret)).z);
        }
    return STR_NONE;
}

struct url
account_towards(struct arena *a, struct url page, struct str back)
{
    return back.len > 0 ? url_with(a, page, "vers", back) : page;
}
