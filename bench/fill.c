/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fill.c - companies that are ready to order, for benches and torture: register rows, accepted
 * headcounts, accounts, links and signed-in sessions, written through the program's own
 * statements into the database that MAILLON_DB names. The program must have migrated it.
 *
 *   fill --companies N [--from K] [--heads H] [--sites E] [--requests FILE --path PATH]
 *   fill --ref ID
 *
 * Prints a line for each company: SIREN, SIRETs with commas between, the session's cookie and its
 * CSRF token (made with MAILLON_SECRET as http/cookie.c does), tabs between. FILE gets one POST
 * for each company that reserves one pack, in the form that load.c reads. The second prints the
 * reference that the order of this id has, for orders that were written past the program.
 */
#include <stdio.h>
#include <stdlib.h>

#include "app/app.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/parse.h"
#include "http/exchange.h"
#include "http/session.h"
#include "order/order_ref.h"
#include "registry/registry.h"

enum { SIREN_FROM = 20000000, UNIT_COMPANIES = 500, SITES_MAX = 50 };

struct fill {
    int64_t from, companies, heads, sites;
    int64_t next, until; /* Of the unit under way. */
    struct str *token;   /* Of each company. */
    struct http_env env;
    const char *path;
    FILE *requests;
};

/* The digit that makes all of them pass Luhn's check. */
static int64_t
with_check_digit(int64_t digits)
{
    int sum = 0;
    int64_t rest = digits;

    for (bool twice = true; rest > 0; rest /= 10, twice = !twice) {
        int d = (int)(rest % 10) * (twice ? 2 : 1);
        sum += d > 9 ? d - 9 : d;
    }
    return digits * 10 + (10 - sum % 10) % 10;
}

static int64_t
siren_of(int64_t n)
{
    return with_check_digit(SIREN_FROM + n);
}

static int64_t
siret_of(int64_t n, int64_t site)
{
    return with_check_digit(siren_of(n) * 10000 + site + 1);
}

static int
band_of(int64_t heads)
{
    int min, max;

    for (int b = BAND_NN; b < BAND_COUNT; b++)
        if (band_bounds((enum band)b, &min, &max) && heads >= min && heads <= max)
            return b;
    return BAND_UNKNOWN;
}

static enum err
company_write(struct ctx *cx, const struct fill *f, int64_t n)
{
    struct str name = str_printf(cx->arena, "SOCIETE %lld", (long long)n);
    int64_t siren = siren_of(n);

    TRY(db_run(cx, SQL_COMPANY_PUT, NULL, db_int(siren), db_str(name), db_int(1), db_int(0),
               db_int(0), db_int(band_of(f->heads)), db_int(2019), db_int(5710),
               db_str(STR("47.11A")), db_int(siret_of(n, 0)), db_str(STR("69382")), db_int(1),
               db_int(NETWORK_DERIVED), db_int(10000)));
    for (int64_t site = 0; site < f->sites; site++)
        TRY(db_run(cx, SQL_ESTABLISHMENT_PUT, NULL, db_int(siret_of(n, site)), db_int(1),
                   db_int(site == 0), db_int(0), db_int(0), db_int(band_of(f->heads)),
                   db_str(STR("")), db_str(STR("")),
                   db_str(str_printf(cx->arena, "%d RUE DU TEST", (int)site + 1)),
                   db_str(STR("")), db_str(STR("69002")), db_str(STR("69382")),
                   db_str(STR("LYON")), db_str(STR("")), db_str(STR(""))));
    return OK;
}

static enum err
buyer_write(struct ctx *cx, struct fill *f, int64_t n)
{
    struct str email = str_printf(cx->arena, "acheteur%lld@example.org", (long long)n);
    struct str name = str_printf(cx->arena, "SOCIETE %lld", (long long)n);
    struct str hash = token_hash(cx->arena, f->token[n - f->from]);
    struct db_rows rows;

    TRY(db_run(cx, SQL_ACCOUNT_INSERT, &rows, db_str(email), db_int(cx->now_ms)));
    int64_t account = row_int(&rows, 0, 0);
    TRY(db_run(cx, SQL_ACCOUNT_LINK_INSERT, NULL, db_int(account), db_int(siren_of(n)),
               db_str(STR("review")), db_int(cx->now_ms)));
    TRY(db_run(cx, SQL_ACCOUNT_DECLARE, NULL, db_int(siren_of(n)), db_int(f->heads), db_int(0),
               db_int(cx->now_ms), db_int(account)));
    TRY(db_run(cx, SQL_SESSION_INSERT, NULL, db_str(hash), db_int(account), db_int(0),
               db_str(email), db_int(RIGHT_SIGNED), db_int(cx->now_ms),
               db_int(cx->now_ms + SESSION_MAX_MS)));
    return db_run(cx, SQL_SESSION_COMPANY, NULL, db_str(hash), db_int(siren_of(n)), db_str(name),
                  db_int(RIGHT_SIGNED | RIGHT_COMPANY));
}

static enum err
fill_unit(struct ctx *cx, void *arg)
{
    struct fill *f = arg;

    for (int64_t n = f->next; n < f->until; n++) {
        TRY(company_write(cx, f, n));
        TRY(buyer_write(cx, f, n));
    }
    return OK;
}

static void
request_write(struct fill *f, struct arena *a, int64_t n, struct str csrf)
{
    struct str cookie = f->token[n - f->from];
    struct str body = str_printf(
        a,
        "csrf=%.*s&key=%lldcle%016llx&siret=%lld&packs_lot-6=1&company=SOCIETE+%lld&"
        "person=&complement=&street=1+RUE+DU+TEST&special=&postal_code=69002&city=LYON&"
        "phone=0472000000&instructions=&contactless=1",
        STR_FMT(csrf), (long long)n, (unsigned long long)n * 0x9e3779b97f4a7c15u,
        (long long)siret_of(n, 0), (long long)n);
    struct str text = str_printf(
        a,
        "POST %s HTTP/1.1\r\nHost: localhost:8080\r\n"
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
        "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
        "Accept-Language: fr,fr-FR;q=0.8,en;q=0.3\r\nAccept-Encoding: gzip, deflate, br\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n"
        "Sec-Fetch-Site: same-origin\r\nCookie: maillon=%.*s\r\n\r\n%.*s",
        f->path, body.len, STR_FMT(cookie), STR_FMT(body));
    unsigned char length[4] = {(unsigned char)(text.len >> 24), (unsigned char)(text.len >> 16),
                               (unsigned char)(text.len >> 8), (unsigned char)text.len};

    if (fwrite(length, 1, 4, f->requests) != 4 ||
        fwrite(text.ptr, 1, text.len, f->requests) != text.len) {
        perror("fill: the requests cannot be written");
        exit(1);
    }
}

static void
buyer_print(struct fill *f, struct arena *a, int64_t n)
{
    struct str cookie = f->token[n - f->from];
    struct str csrf = csrf_token(a, &f->env, cookie);

    printf("%09lld\t", (long long)siren_of(n));
    for (int64_t site = 0; site < f->sites; site++)
        printf("%s%014lld", site == 0 ? "" : ",", (long long)siret_of(n, site));
    printf("\t%.*s\t%.*s\n", STR_FMT(cookie), STR_FMT(csrf));
    if (f->requests != NULL)
        request_write(f, a, n, csrf);
}

/* A step that visits each of n places once, far from the one before: buyers come in no order of
 * their numbers, so what is found and written by number lies all over the database. */
static int64_t
stride_of(int64_t n)
{
    int64_t stride = n * 618 / 1000 + 1;

    for (;; stride++) {
        int64_t a = n, b = stride;
        while (b != 0) {
            int64_t rest = a % b;
            a = b;
            b = rest;
        }
        if (a == 1)
            return stride;
    }
}

static enum err
fill_run(struct ctx *cx, struct fill *f)
{
    int64_t stride = stride_of(f->companies);
    struct arena keep = {0};
    int64_t end = f->from + f->companies;

    f->token = ARENA_ARRAY(&keep, (size_t)f->companies, struct str);
    for (int64_t i = 0; i < f->companies; i++)
        f->token[i] = session_token_make(&keep, true);
    for (f->next = f->from; f->next < end; f->next = f->until) {
        f->until = f->next + UNIT_COMPANIES < end ? f->next + UNIT_COMPANIES : end;
        TRY(db_write(cx, fill_unit, f));
        arena_clear(cx->arena);
    }
    for (int64_t i = 0; i < f->companies; i++) {
        buyer_print(f, cx->arena, f->from + i * stride % f->companies);
        arena_clear(cx->arena);
    }
    arena_release(&keep);
    return OK;
}

static enum err
ref_unit(struct ctx *cx, void *arg)
{
    const int64_t *id = arg;
    struct short_key key;
    struct db_rows rows;

    TRY(db_run(cx, SQL_ORDER_REF_KEY, &rows));
    if (!ref_key_read(row_str(&rows, 0, 0), &key))
        return ERR_INVALID;
    printf("%.*s\n", STR_FMT(ref_make(cx->arena, &key, *id)));
    return OK;
}

static int64_t
option(int argc, char **argv, const char *name, int64_t min, int64_t max, int64_t def)
{
    int64_t n = def;

    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], name) == 0 && !parse_i64(str_of(argv[i + 1]), min, max, &n)) {
            fprintf(stderr, "fill: %s takes a number of %lld to %lld\n", name, (long long)min,
                    (long long)max);
            exit(2);
        }
    return n;
}

static const char *
option_text(int argc, char **argv, const char *name)
{
    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return argv[i + 1];
    return NULL;
}

int
main(int argc, char **argv)
{
    static struct conf conf;
    struct db_options opt = {.workers = 1};
    struct app app = {.conf = &conf};
    struct arena arena = {0};
    struct log log = {0};
    struct ctx cx = {.app = &app, .arena = &arena, .log = &log};
    struct fill f = {
        .companies = option(argc, argv, "--companies", 1, 9000000, 0),
        .from = option(argc, argv, "--from", 0, 9000000, 0),
        .heads = option(argc, argv, "--heads", 0, 49, 0),
        .sites = option(argc, argv, "--sites", 1, SITES_MAX, 1),
        .path = option_text(argc, argv, "--path"),
    };
    int64_t ref_id = option(argc, argv, "--ref", 1, INT64_C(1) << 49, 0);
    const char *requests = option_text(argc, argv, "--requests");

    crypto_init();
    if ((f.companies == 0) == (ref_id == 0) || (requests != NULL && f.path == NULL)) {
        fprintf(stderr, "usage: fill --companies N [--from K] [--heads H] [--sites E] "
                        "[--requests FILE --path PATH]\n       fill --ref ID\n");
        return 2;
    }
    if (requests != NULL && (f.requests = fopen(requests, "we")) == NULL) {
        perror(requests);
        return 1;
    }
    if (conf_load(&conf) != OK || db_open(&app, &opt) != OK)
        return 1;
    hmac_key_init(&f.env.key, conf.secret);
    enum err e = ref_id > 0 ? db_read(&cx, ref_unit, &ref_id) : fill_run(&cx, &f);
    if (e != OK)
        fprintf(stderr, "fill: %s\n", err_name(e));
    db_close(app.pool);
    arena_release(&arena);
    return e != OK || (f.requests != NULL && fclose(f.requests) != 0);
}
