/* SPDX-License-Identifier: Apache-2.0 */
/* role.c - the roles of an organiser's people, and their change. */
#include "account/account.h"
#include "account/token.h"
#include "http/session.h"
#include "staff/grant.h"

const struct staff_role staff_roles[STAFF_ROLES] = {
    {"admin", RIGHT_ADMIN, "Administrateur", "Dirige les campagnes, l’équipe et les réglages."},
    {"stock", RIGHT_STOCK, "Stock et logistique", "Reçoit, prépare et expédie la marchandise."},
    {"agent", RIGHT_AGENT, "Agent de chambre", "Examine les demandes des entreprises."},
    {"finance", RIGHT_FINANCE, "Finance", "Suit paiements, remboursements et factures."},
    {"auditor", RIGHT_AUDIT, "Auditeur", "Voit tout et ne change rien."},
};

struct str
staff_roles_text(struct arena *a, unsigned rights)
{
    struct str out = STR_NONE;

    for (int i = 0; i < STAFF_ROLES; i++)
        if ((rights & staff_roles[i].right) != 0)
            out = out.len == 0 ? str_of(staff_roles[i].title)
                               : str_printf(a, "%.*s, %s", STR_FMT(out), staff_roles[i].title);
    return out.len == 0 ? STR("Aucun rôle") : out;
}

bool
staff_roles_parse(struct str words, unsigned *rights)
{
    unsigned found = 0;
    struct str word;

    if (str_is(words, "none")) {
        *rights = 0;
        return true;
    }
    if (words.len == 0)
        return false;
    while (str_split(&words, ',', &word)) {
        int i = 0;
        word = str_trim(word);
        while (i < STAFF_ROLES && !str_is(word, staff_roles[i].name))
            i++;
        if (i == STAFF_ROLES)
            return false;
        found |= staff_roles[i].right;
    }
    *rights = found;
    return true;
}

struct str
staff_roles_words(struct arena *a, unsigned rights)
{
    struct str names = STR("");

    for (int i = 0; i < STAFF_ROLES; i++)
        if ((rights & staff_roles[i].right) != 0)
            names = str_printf(a, "%.*s%s%s", STR_FMT(names), names.len > 0 ? "," : "",
                               staff_roles[i].name);
    return names.len == 0 ? STR("none") : names;
}

/* {"email":"a@b.fr","roles":"admin,stock"}; addresses hold neither quote nor backslash. */
static struct str
roles_json(struct ctx *cx, struct str email, unsigned rights)
{
    struct str names = (rights & STAFF_ANY) == 0 ? STR("") : staff_roles_words(cx->arena, rights);

    return str_printf(cx->arena, "{\"email\":\"%.*s\",\"roles\":\"%.*s\"}", STR_FMT(email),
                      STR_FMT(names));
}

static enum err
last_admin(struct ctx *cx, int64_t account_id, int64_t organiser_id, bool *last)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_STAFF_ADMINS, &rows, db_int(organiser_id), db_int(account_id),
               db_int(RIGHT_ADMIN)));
    *last = rows.count == 0;
    return OK;
}

enum err
staff_set_roles(struct ctx *cx, int64_t account_id, int64_t organiser_id, unsigned rights)
{
    struct actor actor = cx->actor;
    struct account a;
    unsigned before;
    bool last = false, guarded;
    enum err e;

    assert(db_in_write(cx));
    rights &= STAFF_ANY;
    TRY(account_by_id(cx, account_id, &a));
    before = a.rights & STAFF_ANY;
    if (before != 0 && a.organiser_id != organiser_id)
        return ERR_CONFLICT;
    if ((before & RIGHT_ADMIN) != 0 && (rights & RIGHT_ADMIN) == 0)
        TRY(last_admin(cx, account_id, organiser_id, &last));
    if (last)
        return ERR_LIMIT;
    /* That there were two is noted before one goes, and when the second one comes. */
    TRY(grant_guarded(cx, organiser_id, &guarded));
    TRY(account_grant(cx, account_id, rights == 0 ? 0 : organiser_id, rights));
    TRY(grant_guarded(cx, organiser_id, &guarded));
    /* What the sessions hold is of before. */
    TRY(session_end_all(cx, account_id));
    if ((rights & RIGHT_ADMIN) == 0)
        TRY(token_revoke_staff(cx, account_id, organiser_id));
    cx->actor.organiser_id = organiser_id; /* A command has none of its own. */
    e = audit_add(cx, &(struct audit){.act = "staff.roles", .subject = "account",
                                      .subject_id = account_id,
                                      .before = roles_json(cx, a.email, before),
                                      .after = roles_json(cx, a.email, rights)});
    cx->actor = actor;
    return e;
}
