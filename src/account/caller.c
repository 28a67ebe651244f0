/* SPDX-License-Identifier: Apache-2.0 */
/* caller.c - see caller.h. */
#include "account/caller.h"

#include "account/account.h"
#include "mail/mail.h"

enum err
account_caller_email(struct ctx *cx, struct form *f, const char *name, struct str *out)
{
    struct str own;

    *out = form_email(f, name, "Adresse e-mail");
    if (out->len == 0)
        return OK;
    TRY(account_email(cx, cx->actor.account_id, &own));
    if (!mail_address_valid(*out))
        form_error(f, name, "Nous ne pouvons pas écrire à cette adresse. Faites-la épeler.");
    else if (str_eq_nocase(*out, own))
        form_error(f, name, "C’est votre adresse. Donnez celle de la personne qui appelle.");
    return OK;
}
