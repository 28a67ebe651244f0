/* SPDX-License-Identifier: Apache-2.0 */
/* totp.c - codes by liboath, their store, recovery codes. See totp.h. */
#include "staff/totp.h"

#include <liboath/oath.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "http/session.h"
#include "staff/staff.h"

static const char seal_use[] = "staff totp";

/* ---- codes ---- */

struct str
totp_code(struct arena *a, struct str key, int64_t step)
{
    char *digits = arena_alloc(a, TOTP_DIGITS + 1);
    int rc = oath_hotp_generate(key.ptr, key.len, (uint64_t)step, TOTP_DIGITS, false,
                                OATH_HOTP_DYNAMIC_TRUNCATION, digits);

    assert(rc == OATH_OK);
    return str_n(digits, TOTP_DIGITS);
}

struct str
totp_key_text(struct arena *a, struct str key)
{
    char *text = NULL;
    size_t len = 0;
    struct str out;

    assert(oath_base32_encode(key.ptr, key.len, &text, &len) == OATH_OK);
    out = str_dup(a, str_n(text, len));
    free(text);
    return out;
}

struct str
totp_uri(struct arena *a, struct str key, struct str email)
{
    struct buf b;
    struct str out;

    buf_init(&b, 0);
    buf_z(&b, "otpauth://totp/Maillon:");
    for (size_t i = 0; i < email.len; i++) {
        unsigned char c = (unsigned char)email.ptr[i];
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '.' || c == '-' || c == '_')
            buf_byte(&b, (char)c);
        else
            buf_printf(&b, "%%%02X", c);
    }
    buf_z(&b, "?secret=");
    buf_str(&b, totp_key_text(a, key));
    buf_z(&b, "&issuer=Maillon");
    out = buf_dup(&b, a);
    buf_release(&b);
    return out;
}

/* Without the spaces and hyphens that group it, in capitals. */
static struct str
typed_plain(struct arena *a, struct str typed)
{
    char *out = arena_alloc(a, typed.len + 1);
    size_t len = 0;

    for (size_t i = 0; i < typed.len; i++)
        if (typed.ptr[i] != ' ' && typed.ptr[i] != '-')
            out[len++] = typed.ptr[i];
    return str_upper(a, str_n(out, len));
}

int64_t
totp_match(struct arena *a, struct str key, struct str typed, int64_t now_ms)
{
    int64_t now = now_ms / 1000 / TOTP_STEP_S, found = 0;

    typed = typed_plain(a, typed);
    /* All three are computed and compared, so that time tells nothing. */
    for (int64_t step = now - 1; step <= now + 1; step++)
        if (secret_eq(totp_code(a, key, step), typed))
            found = step;
    return found;
}

static bool
is_digits(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return s.len > 0;
}

/* ---- the store ---- */

static enum err
recovery_hash(struct ctx *cx, int64_t account_id, struct str code, struct str *out)
{
    unsigned char digest[SHA256_BYTES];
    struct str secret;
    const struct str parts[] = {
        STR("staff recovery "), str_printf(cx->arena, "%lld ", (long long)account_id), code};
    char *hex = arena_alloc(cx->arena, 2 * SHA256_BYTES + 1);

    TRY(secret_find(cx, &secret));
    hmac_sha256(secret, parts, 3, digest);
    for (int i = 0; i < SHA256_BYTES; i++) {
        hex[2 * i] = "0123456789abcdef"[digest[i] >> 4];
        hex[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
    }
    *out = str_n(hex, 2 * SHA256_BYTES);
    return OK;
}

enum err
totp_state(struct ctx *cx, int64_t account_id, struct totp_state *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_TOTP_FIND, &rows, db_int(account_id)));
    *out = (struct totp_state){.enrolled = rows.count > 0};
    if (rows.count > 0) {
        out->made_ms = row_int(&rows, 0, 2);
        out->recovery_left = (int)row_int(&rows, 0, 3);
    }
    return OK;
}

static enum err
recovery_check(struct ctx *cx, int64_t account_id, struct str typed, enum totp_result *out)
{
    struct db_rows rows;
    struct str hash;

    *out = TOTP_WRONG;
    if (typed.len != RECOVERY_CHARS)
        return OK;
    TRY(recovery_hash(cx, account_id, typed, &hash));
    TRY(db_run(cx, SQL_RECOVERY_TAKE, &rows, db_int(account_id), db_str(hash),
               db_int(cx->now_ms)));
    if (rows.changed != 1)
        return OK;
    *out = TOTP_RECOVERY;
    return db_run(cx, SQL_TOTP_TRIES_RESET, NULL, db_int(account_id));
}

static enum err
code_check(struct ctx *cx, int64_t account_id, struct str sealed, int64_t last_step,
           struct str typed, enum totp_result *out)
{
    struct db_rows taken;
    struct str secret, key;
    int64_t step;

    TRY(secret_find(cx, &secret));
    if (!secret_open(cx->arena, secret, seal_use, sealed, &key)) {
        log_error(cx->log, "totp_unreadable", LOG_INT("account", account_id));
        return ERR_FAULT; /* The instance's secret was changed. */
    }
    step = totp_match(cx->arena, key, typed, cx->now_ms);
    *out = TOTP_WRONG;
    if (step == 0 || step <= last_step)
        return OK;
    TRY(db_run(cx, SQL_TOTP_TAKEN, &taken, db_int(account_id), db_int(step)));
    if (taken.changed == 1)
        *out = TOTP_OK;
    return OK;
}

enum err
totp_check(struct ctx *cx, int64_t account_id, struct str typed, enum totp_result *out)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    typed = typed_plain(cx->arena, typed);
    TRY(db_run(cx, SQL_TOTP_COUNT_TRY, &rows, db_int(account_id), db_int(cx->now_ms),
               db_int(TOTP_WINDOW_MS), db_int(TOTP_TRIES)));
    if (rows.count == 0) {
        struct totp_state state;
        TRY(totp_state(cx, account_id, &state));
        *out = state.enrolled ? TOTP_LIMIT : TOTP_NONE;
        return OK;
    }
    if (is_digits(typed) && typed.len == TOTP_DIGITS)
        TRY(code_check(cx, account_id, row_str(&rows, 0, 0), row_int(&rows, 0, 1), typed, out));
    else
        TRY(recovery_check(cx, account_id, typed, out));
    if (*out == TOTP_WRONG && row_int(&rows, 0, 2) >= TOTP_TRIES)
        *out = TOTP_SPENT;
    return OK;
}

enum err
totp_enrol(struct ctx *cx, int64_t account_id, struct str key, int64_t last_step)
{
    struct str secret;

    assert(db_in_write(cx) && key.len == TOTP_KEY_BYTES);
    TRY(secret_find(cx, &secret));
    return db_run(cx, SQL_TOTP_PUT, NULL, db_int(account_id),
                  db_str(secret_seal(cx->arena, secret, seal_use, key)), db_int(cx->now_ms),
                  db_int(last_step));
}

enum err
totp_recovery_make(struct ctx *cx, int64_t account_id, struct str_list *out)
{
    struct str hash;

    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_RECOVERY_DELETE, NULL, db_int(account_id)));
    out->count = RECOVERY_CODES;
    out->item = ARENA_ARRAY(cx->arena, RECOVERY_CODES, struct str);
    for (int i = 0; i < RECOVERY_CODES; i++) {
        struct str code = random_token(cx->arena, RECOVERY_CHARS);
        TRY(recovery_hash(cx, account_id, code, &hash));
        TRY(db_run(cx, SQL_RECOVERY_INSERT, NULL, db_int(account_id), db_str(hash)));
        out->item[i] = str_printf(cx->arena, "%.4s-%.4s-%.4s", code.ptr, code.ptr + 4,
                                  code.ptr + 8);
    }
    return OK;
}

enum err
totp_forget(struct ctx *cx, int64_t account_id)
{
    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_RECOVERY_DELETE, NULL, db_int(account_id)));
    return db_run(cx, SQL_TOTP_DELETE, NULL, db_int(account_id));
}

enum err
totp_reset(struct ctx *cx, int64_t account_id, struct str email)
{
    TRY(totp_forget(cx, account_id));
    TRY(session_end_all(cx, account_id));
    TRY(audit_add(cx, &(struct audit){.act = "staff.totp_reset", .subject = "account",
                                      .subject_id = account_id}));
    return totp_tell(cx, email, STR("Votre double vérification est remise à zéro"),
                     STR("Un administrateur a remis à zéro votre double vérification.\n\nÀ votre "
                         "prochaine connexion, vous enregistrerez de nouveau une application de "
                         "codes.\n\nSi vous ne l’avez pas demandé, prévenez-le tout de suite."));
}

enum err
totp_offer(struct ctx *cx, struct str session_hash, struct str *key)
{
    unsigned char digest[SHA256_BYTES];
    struct str secret;
    const struct str parts[] = {STR("staff totp offer "), session_hash};

    TRY(secret_find(cx, &secret));
    hmac_sha256(secret, parts, 2, digest);
    *key = str_dup(cx->arena, str_n((char *)digest, TOTP_KEY_BYTES));
    return OK;
}

/* ---- the demonstration ---- */

struct str
totp_demo_key(struct arena *a, struct str email)
{
    unsigned char digest[SHA256_BYTES];

    sha256(str_printf(a, "maillon demo %.*s", STR_FMT(email)), digest);
    return str_dup(a, str_n((char *)digest, TOTP_KEY_BYTES));
}

enum err
totp_demo_people(struct ctx *cx, struct totp_demo_list *out)
{
    struct db_rows rows;
    struct str secret, key;

    TRY(secret_find(cx, &secret));
    TRY(db_run(cx, SQL_DEMO_STAFF, &rows));
    *out = (struct totp_demo_list){ARENA_ARRAY(cx->arena, rows.count, struct totp_demo), 0};
    for (size_t i = 0; i < rows.count; i++) {
        struct str email = row_str(&rows, i, 1);
        if (!secret_open(cx->arena, secret, seal_use, row_str(&rows, i, 3), &key) ||
            !secret_eq(key, totp_demo_key(cx->arena, email)))
            continue;
        out->item[out->count++] = (struct totp_demo){email, (unsigned)row_int(&rows, i, 2), key};
    }
    return OK;
}
