/* SPDX-License-Identifier: Apache-2.0 */
/*
 * account_web.h - what the pages of sign-in, companies, account and the agents' queue show.
 * Private to account/.
 */
#ifndef MAILLON_ACCOUNT_ACCOUNT_WEB_H
#define MAILLON_ACCOUNT_ACCOUNT_WEB_H

#include "account/account.h"
#include "html/parts.h"
#include "http/form.h"

struct sign_in_view {
    struct page page;
    struct field_error_list errors;
    struct field email;
    struct str back;
};

struct code_view {
    struct page page;
    struct field_error_list errors;
    struct field code;
    struct str email;
    int64_t minutes;   /* The code still lives; 0: no code can be typed, ask for a new one. */
    bool can_again;    /* Another code may be asked for now. */
};

#endif
