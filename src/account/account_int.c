/* SPDX-License-Identifier: Apache-2.0 */
/*
 * account_int.c - hashes of codes, limits, history. See account_int.h.
 *
 * Codes are short, so a plain hash of one would be found by trying all: they are kept as an HMAC
 * under the instance's secret, together with what they are good for.
 */
#include "account/account_int.h"

#include "base/crypto.h"
#include "base/parse.h"
#include "http/session.h"
#include "mail/mail.h"

enum { MAC_PARTS_MAX = 4 };

enum err
account_mac(struct ctx *cx, const char *what, const struct str *parts, size_t count,
            struct str *out)
{
    struct str piece[1 + 2 * MAC_PARTS_MAX] = {str_of(what)};
    unsigned char mac[SHA256_BYTES];
    struct str secret;

    assert(count <= MAC_PARTS_MAX);
    TRY(secret_find(cx, &secret));
    for (size_t i = 0; i < count; i++) {
        piece[1 + 2 * i] = STR("\n");
        piece[2 + 2 * i] = parts[i];
    }
    hmac_sha256(secret, piece, 1 + 2 * count, mac);
    *out = hex_str(cx->arena, mac, sizeof mac);
    return OK;
}

struct str
account_digits(struct arena *a, size_t count)
{
    char *digits = arena_alloc(a, count + 1);

    for (size_t i = 0; i < count; i++)
        digits[i] = (char)('0' + random_below(10));
    return str_n(digits, count);
}

struct str
account_grouped(struct arena *a, struct str code)
{
    size_t half = code.len / 2;

    return str_printf(a, "%.*s %.*s", STR_FMT(str_sub(code, 0, half)),
                      STR_FMT(str_sub(code, half, code.len)));
}

struct str
account_typed(struct arena *a, struct str typed)
{
    struct str plain = utf8_plain_upper(a, typed);
    char *to = arena_alloc(a, plain.len + 1);
    size_t n = 0;

    for (size_t i = 0; i < plain.len; i++)
        if (plain.ptr[i] != ' ')
            to[n++] = plain.ptr[i];
    return str_n(to, n);
}

enum err
account_limit(struct ctx *cx, const char *what, struct str who, int64_t max, int64_t window_ms,
              bool *ok)
{
    struct db_rows rows;
    struct str mac;

    assert(db_in_write(cx));
    TRY(account_mac(cx, what, &who, 1, &mac));
    TRY(db_run(cx, SQL_ACCOUNT_LIMIT_COUNT, &rows, db_str(mac), db_int(cx->now_ms - window_ms)));
    *ok = row_int(&rows, 0, 0) < max;
    if (!*ok)
        return OK;
    return db_run(cx, SQL_ACCOUNT_LIMIT_ADD, NULL, db_str(mac), db_int(cx->now_ms));
}

enum err
account_event(struct ctx *cx, int64_t siren, int64_t account_id, const char *what, struct str note)
{
    assert(db_in_write(cx));
    return db_run(cx, SQL_ACCOUNT_EVENT_ADD, NULL, db_int(siren), db_int(account_id),
                  db_int(cx->actor.account_id), db_str(str_of(what)), db_str(note),
                  db_int(cx->now_ms));
}

enum err
account_mail(struct ctx *cx, int64_t account_id, const char *cause, int64_t subject_id,
             struct str subject, struct str text)
{
    struct mail m = {.subject = subject, .cause = cause, .subject_id = subject_id};
    struct account a;

    TRY(account_by_id(cx, account_id, &a));
    if (a.forgotten)
        return OK;
    m.to = a.email;
    m.text = mail_letter(cx, STR("Maillon"), text,
                         STR("Vous recevez ce message parce que cette adresse est celle d’un "
                             "compte sur ce service."));
    return mail_queue(cx, &m);
}
