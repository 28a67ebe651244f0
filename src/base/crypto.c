/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto.c - the only file that includes libsodium for these needs. Its random source is the
 * kernel's, asked for many bytes at once because each request needs some: a thread keeps a few and
 * wipes what it gave away. Its HMAC takes keys of any length, as RFC 2104 says.
 */
#include "base/crypto.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(SHA256_BYTES == crypto_hash_sha256_BYTES, "one size of digest");
_Static_assert(SHA256_BYTES == crypto_auth_hmacsha256_BYTES, "one size of digest");

enum { RANDOM_SMALL = 64, RANDOM_POOL = 1024 };

/* Of this thread. The process never forks, so no two share one. */
struct random_pool {
    size_t left; /* At the start of bytes; what stood behind is given away and wiped. */
    unsigned char bytes[RANDOM_POOL];
};

static _Thread_local struct random_pool random_pool;

void
crypto_init(void)
{
    if (sodium_init() < 0) {
        fputs("maillon: libsodium cannot be initialised\n", stderr);
        abort();
    }
}

void
random_bytes(void *out, size_t len)
{
    if (len == 0)
        return;
    if (len > RANDOM_SMALL) {
        randombytes_buf(out, len);
        return;
    }
    if (random_pool.left < len) {
        randombytes_buf(random_pool.bytes, sizeof random_pool.bytes);
        random_pool.left = sizeof random_pool.bytes;
    }
    random_pool.left -= len;
    memcpy(out, random_pool.bytes + random_pool.left, len);
    memset(random_pool.bytes + random_pool.left, 0, len);
}

uint32_t
random_below(uint32_t below)
{
    assert(below > 0);
    return randombytes_uniform(below);
}

struct str
random_token(struct arena *a, size_t len)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    _Static_assert(sizeof(alphabet) == 32 + 1, "5 bits a character");
    char *token = arena_alloc(a, len + 1);

    random_bytes(token, len);
    /* 32 divides 256: the low five bits of a uniform byte are uniform, nothing is rejected. */
    for (size_t i = 0; i < len; i++)
        token[i] = alphabet[(unsigned char)token[i] & 31];
    return str_n(token, len);
}

static const unsigned char *
bytes_of(struct str s)
{
    return (const unsigned char *)(s.len == 0 ? "" : s.ptr);
}

void
sha256(struct str data, unsigned char out[SHA256_BYTES])
{
    crypto_hash_sha256(out, bytes_of(data), data.len);
}

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(struct sha256), "it fits");

void
sha256_init(struct sha256 *h)
{
    crypto_hash_sha256_init((crypto_hash_sha256_state *)(void *)h->state);
}

void
sha256_add(struct sha256 *h, struct str data)
{
    crypto_hash_sha256_update((crypto_hash_sha256_state *)(void *)h->state, bytes_of(data),
                              data.len);
}

void
sha256_end(struct sha256 *h, unsigned char out[SHA256_BYTES])
{
    crypto_hash_sha256_final((crypto_hash_sha256_state *)(void *)h->state, out);
}

_Static_assert(DIGEST_BYTES >= crypto_generichash_BYTES_MIN, "a size it gives");

void
content_digest(struct str data, unsigned char out[DIGEST_BYTES])
{
    crypto_generichash(out, DIGEST_BYTES, bytes_of(data), data.len, NULL, 0);
}

_Static_assert(sizeof(crypto_auth_hmacsha256_state) <= sizeof(struct hmac_key), "it fits");

void
hmac_key_init(struct hmac_key *k, struct str key)
{
    crypto_auth_hmacsha256_state state;

    crypto_auth_hmacsha256_init(&state, bytes_of(key), key.len);
    memcpy(k->state, &state, sizeof(state));
    sodium_memzero(&state, sizeof(state));
}

void
hmac_sha256_keyed(const struct hmac_key *k, const struct str *parts, size_t count,
                  unsigned char out[SHA256_BYTES])
{
    crypto_auth_hmacsha256_state state;

    memcpy(&state, k->state, sizeof(state));
    for (size_t i = 0; i < count; i++)
        crypto_auth_hmacsha256_update(&state, bytes_of(parts[i]), parts[i].len);
    crypto_auth_hmacsha256_final(&state, out);
    sodium_memzero(&state, sizeof(state));
}

void
hmac_sha256(struct str key, const struct str *parts, size_t count,
            unsigned char out[SHA256_BYTES])
{
    struct hmac_key k;

    hmac_key_init(&k, key);
    hmac_sha256_keyed(&k, parts, count, out);
    sodium_memzero(&k, sizeof(k));
}

void
hmac_sha256_hex(struct str key, struct str data, char out[2 * SHA256_BYTES + 1])
{
    unsigned char digest[SHA256_BYTES];

    hmac_sha256(key, &data, 1, digest);
    sodium_bin2hex(out, 2 * SHA256_BYTES + 1, digest, sizeof(digest));
}

_Static_assert(sizeof(((struct short_key *)0)->bytes) == crypto_shorthash_KEYBYTES, "it fits");
_Static_assert(sizeof(uint64_t) == crypto_shorthash_BYTES, "one size of short hash");

/* The bytes are put in order, so that the hash is the same on every processor. */
uint64_t
short_hash(const struct short_key *key, uint64_t n)
{
    unsigned char in[8];
    unsigned char out[crypto_shorthash_BYTES];
    uint64_t hash = 0;

    for (size_t i = 0; i < sizeof(in); i++)
        in[i] = (unsigned char)(n >> 8 * i);
    crypto_shorthash(out, in, sizeof(in), key->bytes);
    for (size_t i = 0; i < sizeof(out); i++)
        hash |= (uint64_t)out[i] << 8 * i;
    return hash;
}

bool
secret_eq(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || sodium_memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* ---- sealed text: libsodium's secretbox, a random nonce before it ---- */

enum { NONCE = crypto_secretbox_NONCEBYTES, MAC = crypto_secretbox_MACBYTES };

_Static_assert(SHA256_BYTES == crypto_secretbox_KEYBYTES, "a digest is a key");

struct str
secret_seal(struct arena *a, struct str key, const char *what, struct str plain)
{
    const struct str parts[] = {STR("seal "), str_of(what)};
    size_t len = NONCE + MAC + plain.len;
    unsigned char *box = arena_alloc(a, len);
    char *hex = arena_alloc(a, 2 * len + 1);
    unsigned char k[SHA256_BYTES];

    hmac_sha256(key, parts, 2, k);
    randombytes_buf(box, NONCE);
    crypto_secretbox_easy(box + NONCE, bytes_of(plain), plain.len, box, k);
    sodium_memzero(k, sizeof k);
    sodium_bin2hex(hex, 2 * len + 1, box, len);
    return str_n(hex, 2 * len);
}

bool
secret_open(struct arena *a, struct str key, const char *what, struct str sealed,
            struct str *plain)
{
    const struct str parts[] = {STR("seal "), str_of(what)};
    size_t len = sealed.len / 2;
    unsigned char *box = arena_alloc(a, len + 1);
    unsigned char *text = arena_alloc(a, len + 1);
    unsigned char k[SHA256_BYTES];
    bool ok;

    if (len < NONCE + MAC || sealed.len % 2 != 0 ||
        sodium_hex2bin(box, len, sealed.ptr, sealed.len, NULL, NULL, NULL) != 0)
        return false;
    hmac_sha256(key, parts, 2, k);
    ok = crypto_secretbox_open_easy(text, box + NONCE, len - NONCE, box, k) == 0;
    sodium_memzero(k, sizeof k);
    if (ok)
        *plain = str_n((char *)text, len - NONCE - MAC);
    return ok;
}
