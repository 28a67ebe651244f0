/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cookie.c - session tokens, CSRF tokens and the one-time message: values that travel in cookies
 * and forms. Nothing here touches the database.
 *
 * A token is a letter and 32 random bytes: 's' has a row in the database, 'a' (anonymous) has
 * none. The CSRF token is an HMAC of the cookie's value, so it needs no row either, and changes
 * at sign-in because the cookie does.
 */
#include "base/crypto.h"
#include "base/parse.h"
#include "http/exchange.h"

enum { TOKEN_BYTES = 32, TOKEN_LEN = 44, NOTICE_BYTES_MAX = 600 };

struct str
cookie_get(struct str header, struct str name)
{
    struct str part, value = STR_NONE;
    int found = 0;

    if (header.len == 0)
        header.ptr = NULL;
    while (str_split(&header, ';', &part)) {
        size_t eq;

        part = str_trim(part);
        eq = str_find_byte(part, '=');
        if (eq < part.len && str_eq(str_sub(part, 0, eq), name)) {
            value = str_sub(part, eq + 1, part.len);
            found++;
        }
    }
    /* A second one was planted by somebody: neither is believed. */
    return found == 1 ? value : STR_NONE;
}

static bool
is_base64url(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '_';
}

bool
session_token_valid(struct str token)
{
    if (token.len != TOKEN_LEN || (token.ptr[0] != 's' && token.ptr[0] != 'a'))
        return false;
    for (size_t i = 1; i < token.len; i++)
        if (!is_base64url(token.ptr[i]))
            return false;
    return true;
}

struct str
session_token_make(struct arena *a, bool signed_in)
{
    unsigned char bytes[TOKEN_BYTES];
    struct str body;

    random_bytes(bytes, sizeof bytes);
    body = base64url_str(a, bytes, sizeof bytes);
    return str_printf(a, "%c%.*s", signed_in ? 's' : 'a', STR_FMT(body));
}

struct str
csrf_token(struct arena *a, const struct http_env *env, struct str cookie)
{
    unsigned char mac[SHA256_BYTES];
    const struct str parts[] = {STR("csrf\n"), cookie};

    hmac_sha256_keyed(&env->key, parts, 2, mac);
    return base64url_str(a, mac, sizeof mac);
}

bool
csrf_valid(struct arena *a, const struct http_env *env, struct str cookie, struct str token)
{
    return cookie.len > 0 && token.len > 0 && secret_eq(csrf_token(a, env, cookie), token);
}

static struct str
notice_mac(struct arena *a, const struct http_env *env, struct str cookie, struct str hex)
{
    unsigned char mac[SHA256_BYTES];
    const struct str parts[] = {STR("notice\n"), cookie, STR("\n"), hex};

    hmac_sha256_keyed(&env->key, parts, 4, mac);
    return hex_str(a, mac, 16);
}

struct str
notice_seal(struct arena *a, const struct http_env *env, struct str cookie, struct str text)
{
    struct str hex = hex_str(a, text.ptr, text.len < NOTICE_BYTES_MAX ? text.len
                                                                       : NOTICE_BYTES_MAX);
    struct str mac = notice_mac(a, env, cookie, hex);

    return str_printf(a, "%.*s.%.*s", STR_FMT(hex), STR_FMT(mac));
}

struct str
notice_open(struct arena *a, const struct http_env *env, struct str cookie, struct str sealed)
{
    size_t dot = str_find_byte(sealed, '.');
    struct str hex = str_sub(sealed, 0, dot), text;
    char *bytes;

    if (dot == sealed.len || dot == 0 || dot % 2 != 0 || dot > 2 * NOTICE_BYTES_MAX)
        return STR_NONE;
    if (!secret_eq(notice_mac(a, env, cookie, hex), str_sub(sealed, dot + 1, sealed.len)))
        return STR_NONE;
    bytes = arena_alloc(a, dot / 2 + 1);
    if (!hex_parse(hex, bytes, dot / 2))
        return STR_NONE;
    text = str_n(bytes, dot / 2);
    return utf8_valid(text) ? text : STR_NONE;
}
