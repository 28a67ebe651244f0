/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session.h - sessions in the database, the cookie, the CSRF token.
 *
 * The cookie holds 32 random bytes; the database their SHA-256 only. HttpOnly, SameSite=Lax (a
 * payment gateway posts back across sites: nothing depends on the cookie at the return), Secure
 * when the base URL is https. An anonymous visitor gets a session at the first page with a form
 * that needs one; its CSRF token is an HMAC of the cookie's value.
 */
#ifndef MAILLON_HTTP_SESSION_H
#define MAILLON_HTTP_SESSION_H

#include "http/req.h"

enum {
    SESSION_IDLE_MS = 12 * 3600 * 1000,
    SESSION_MAX_MS = 7 * 86400 * 1000,
    SESSION_FRESH_MS = 10 * 60 * 1000
};

/* Starts a session for an account (sign-in): a new token, the old one removed. Needs a write. */
NODISCARD enum err session_start(struct ctx *cx, struct req *req, int64_t account_id,
                                 struct str email, unsigned rights, int64_t organiser_id);
/* The company this session acts for; gives or takes RIGHT_COMPANY. Needs a write. */
NODISCARD enum err session_set_company(struct ctx *cx, struct req *req, int64_t siren,
                                       struct str name);
/* Holds these rights back until session_confirm, which gives them and notes the second proof. Need
 * a write. */
NODISCARD enum err session_hold(struct ctx *cx, struct req *req, unsigned rights);
NODISCARD enum err session_confirm(struct ctx *cx, struct req *req);
/* Whether the second proof was given lately enough for a dangerous act. */
bool session_fresh(const struct ctx *cx, const struct req *req);
/* Whether they signed in lately enough for what a stolen session must not do: the code was typed in
 * the last minutes. */
bool session_young(const struct ctx *cx, const struct req *req);
NODISCARD enum err session_end(struct ctx *cx, struct req *req);
/* All sessions of an account (rights taken away, address changed). Needs a write. */
NODISCARD enum err session_end_all(struct ctx *cx, int64_t account_id);
/* All but the present one. Needs a write. */
NODISCARD enum err session_end_others(struct ctx *cx, struct req *req);
/* All sessions that act for this company through that account lose it. Needs a write. */
NODISCARD enum err session_drop_company(struct ctx *cx, int64_t account_id, int64_t siren);

/* ---- bearer tokens of the API ---- */

/* Who a token acts as: ERR_LOGIN when it is unknown, expired or revoked. Notes the day of its last
 * use when a write transaction is open. */
NODISCARD enum err token_find(struct ctx *cx, struct str token, struct actor *out);
/* What the database keeps of a token or a cookie: SHA-256 in hexadecimal. */
struct str token_hash(struct arena *a, struct str token);

/* ---- the key for signed values ---- */

/* conf->secret, or the one kept in the database, made at the first start. Runs a write of its
 * own; *out is in cx->arena. */
NODISCARD enum err secret_load(struct ctx *cx, struct str *out);
/* The same inside an open transaction; ERR_FAULT when secret_load never ran on this database. */
NODISCARD enum err secret_find(struct ctx *cx, struct str *out);

/* The hidden field of every form that carries page.csrf. */
#define CSRF_FIELD "csrf"

#endif
