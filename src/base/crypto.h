/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto.h - random, hashes, message authentication: a thin face over libsodium, which only
 * crypto.c includes.
 */
#ifndef MAILLON_BASE_CRYPTO_H
#define MAILLON_BASE_CRYPTO_H

#include "base/str.h"

enum { SHA256_BYTES = 32 };

/* Once at start; ends the process when the library cannot be used. */
void crypto_init(void);

void random_bytes(void *out, size_t len);
/* 0 .. below-1, unbiased. */
uint32_t random_below(uint32_t below);
/* len characters of Crockford's base 32 (no I, L, O, U), upper case. */
struct str random_token(struct arena *a, size_t len);

/* 128 bits of BLAKE2b: whether two contents of our own are the same. A third of SHA-256's work. */
enum { DIGEST_BYTES = 16 };
void content_digest(struct str data, unsigned char out[DIGEST_BYTES]);

void sha256(struct str data, unsigned char out[SHA256_BYTES]);
/* The same of data that comes in parts. */
struct sha256 {
    _Alignas(8) unsigned char state[128];
};
void sha256_init(struct sha256 *h);
void sha256_add(struct sha256 *h, struct str data);
void sha256_end(struct sha256 *h, unsigned char out[SHA256_BYTES]);
/* Of several parts joined; no copy is made. */
void hmac_sha256(struct str key, const struct str *parts, size_t count,
                 unsigned char out[SHA256_BYTES]);
/* The same in two steps, for a key in constant use: half of the work is done once. */
struct hmac_key {
    _Alignas(8) unsigned char state[256];
};
void hmac_key_init(struct hmac_key *k, struct str key);
void hmac_sha256_keyed(const struct hmac_key *k, const struct str *parts, size_t count,
                       unsigned char out[SHA256_BYTES]);
void hmac_sha256_hex(struct str key, struct str data, char out[2 * SHA256_BYTES + 1]);
/* A keyed hash of one number, SipHash-2-4: for tables and permutations, not for signatures. */
struct short_key {
    unsigned char bytes[16];
};
uint64_t short_hash(const struct short_key *key, uint64_t n);
/* Text that only the holder of the key can read, in hexadecimal; what names its use, so that what
 * is sealed for one is worth nothing for another. secret_open is false when it was changed or
 * sealed otherwise. */
struct str secret_seal(struct arena *a, struct str key, const char *what, struct str plain);
bool secret_open(struct arena *a, struct str key, const char *what, struct str sealed,
                 struct str *plain);
/* Whether two texts are equal, in a time that depends on their lengths only. */
bool secret_eq(struct str a, struct str b);

#endif
