/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_read.h - private to the compiler of policies: values out of a JSON tree, with every
 * fault noted by its path and the reading going on, so that an author sees all of them at once.
 */
#ifndef MAILLON_POLICY_POLICY_READ_H
#define MAILLON_POLICY_POLICY_READ_H

#include "json/json.h"
#include "policy/policy.h"

/* No VAT rate in France is above the normal one of the mainland (CGI article 278). */
enum { POLICY_FAULTS_MAX = 100, POLICY_TEXT_MAX = 4000, POLICY_RATE_MAX_BP = 2000 };

struct policy_reader {
    struct arena *arena;
    struct str text; /* The file, in which lines are looked up. */
    bool stored;     /* It was published before: see policy_compile_stored. */
    struct policy_fault_list faults;
    struct policy *p;
};

/* A value of the file and where it stands; value NULL: absent. */
struct place {
    const struct json *value;
    struct str path;
};

/* Notes what is wrong: english for the command line and the API, french for pages, where the name
 * of the field stands before it. */
void read_fault_words(struct policy_reader *r, struct str path, struct str english,
                      struct str french);
/* Both are printf texts of the same arguments. */
#define read_fault(r, path, english, french, ...)                                                 \
    read_fault_words((r), (path), str_printf((r)->arena, english __VA_OPT__(, ) __VA_ARGS__),     \
                     str_printf((r)->arena, french __VA_OPT__(, ) __VA_ARGS__))
struct place place_of(struct policy_reader *r, const struct place *object, const char *key);
struct place place_at(struct policy_reader *r, const struct place *array, size_t index);
struct str place_path(struct policy_reader *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Notes a fault unless the value is an object made of these keys (blank-separated; "comment" is
 * always allowed). */
bool read_object(struct policy_reader *r, const struct place *at, const char *keys);
/* The number of items, or 0 with a fault; an absent array is a fault when min > 0. */
size_t read_array(struct policy_reader *r, const struct place *at, size_t min, size_t max);

/* Lengths in characters; min 0 means optional. lines: line breaks are allowed. */
struct str read_text(struct policy_reader *r, const struct place *object, const char *key,
                     size_t min, size_t max, bool lines);
/* [a-z0-9-], 1 to 40, required. */
struct str read_code(struct policy_reader *r, const struct place *object, const char *key);
enum { READ_REQUIRED = INT32_MIN };
int read_int(struct policy_reader *r, const struct place *object, const char *key, int min, int max,
             int when_absent);
int64_t read_units(struct policy_reader *r, const struct place *object, const char *key,
                   int64_t min, int64_t max);
bool read_bool(struct policy_reader *r, const struct place *object, const char *key,
               bool when_absent);
/* "17.80" into cents; 0 when absent and not required. */
int64_t read_money(struct policy_reader *r, const struct place *object, const char *key,
                   bool required);
/* "5.5" into basis points. */
int read_rate(struct policy_reader *r, const struct place *object, const char *key);
/* {"min": 0, "max": 49}, both optional. */
void read_heads(struct policy_reader *r, const struct place *object, int *min, int *max);
/* Territory codes into bits; when_absent when there is no such member. */
unsigned read_territories(struct policy_reader *r, const struct place *object, const char *key,
                          unsigned when_absent);
unsigned read_networks(struct policy_reader *r, const struct place *object, const char *key);
/* Bits of enum band; every one, unknown included, when absent. */
unsigned read_bands(struct policy_reader *r, const struct place *object, const char *key);
/* Index of the good with the code the member holds; -1 with a fault. */
int read_good(struct policy_reader *r, const struct place *object);
/* A civil time of the zone. False with a fault. */
bool read_civil(struct policy_reader *r, const struct place *at, enum zone zone, int64_t *out);

#endif
