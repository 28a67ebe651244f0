/* SPDX-License-Identifier: Apache-2.0 */
/*
 * letter.c - activation letters: batches for the printer. See claim.h.
 *
 * A code is derived from the claim, a random nonce and the instance's secret, so that a batch cut
 * short is written again with the same codes, and the database alone tells none of them.
 */
#include "account/account_int.h"
#include "account/claim.h"
#include "base/clock.h"
#include "base/parse.h"

static struct str
number_text(struct ctx *cx, int64_t n)
{
    return str_printf(cx->arena, "%lld", (long long)n);
}

enum err
letter_code_hash(struct ctx *cx, int64_t claim_id, struct str code, struct str *out)
{
    const struct str parts[] = {number_text(cx, claim_id), code};

    return account_mac(cx, "letter hash", parts, 2, out);
}

static enum err
letter_code(struct ctx *cx, int64_t claim_id, struct str nonce, struct str *out)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    const struct str parts[] = {number_text(cx, claim_id), nonce};
    char *code = arena_alloc(cx->arena, LETTER_CODE_LEN + 1);
    unsigned char bytes[32];
    struct str mac;

    TRY(account_mac(cx, "letter code", parts, 2, &mac));
    if (!hex_parse(mac, bytes, sizeof bytes))
        return ERR_FAULT;
    for (int i = 0; i < LETTER_CODE_LEN; i++)
        code[i] = alphabet[bytes[i] & 31];
    *out = str_n(code, LETTER_CODE_LEN);
    return OK;
}

enum err
letter_address(struct ctx *cx, const struct company *co, struct postal *out, bool *fits)
{
    struct establishment head;
    const char *field;
    enum err e = co->head_siret == 0 ? ERR_NOT_FOUND
                                     : registry_establishment(cx, co->head_siret, &head);

    *fits = false;
    if (e == ERR_NOT_FOUND)
        return OK;
    TRY(e);
    /* Where diffusion is partial the register gives no street and no name. */
    if (head.postal_code.len == 0 || co->name.len == 0 ||
        (head.street.len == 0 && head.special.len == 0))
        return OK;
    struct postal_in in = {
        .company = co->name,
        .person = STR("A L ATTENTION DU REPRESENTANT LEGAL"),
        .complement = head.complement,
        .street = head.street,
        .special = head.special,
        .postal_code = head.postal_code,
        .city = head.city,
        .country = head.country,
    };
    e = postal_lines(cx->arena, &in, out, &field);
    if (e == ERR_INVALID) {
        /* A long name is no reason to send nothing. */
        in.company = str_sub(utf8_plain_upper(cx->arena, co->name), 0, 38);
        in.complement = STR_NONE;
        e = postal_lines(cx->arena, &in, out, &field);
    }
    *fits = e == OK;
    return e == ERR_INVALID ? OK : e;
}

static enum err
batch_make(struct ctx *cx, int64_t *batch)
{
    int64_t expires = cx->now_ms + INT64_C(1) * LETTER_LIFE_DAYS * CLOCK_DAY_MS;
    struct db_rows rows, made;

    *batch = 0;
    TRY(db_run(cx, SQL_LETTER_WAITING, &rows));
    if (rows.count == 0)
        return OK;
    TRY(db_run(cx, SQL_LETTER_BATCH_ADD, &made, db_int(cx->now_ms), db_int((int64_t)rows.count)));
    *batch = row_int(&made, 0, 0);
    for (size_t i = 0; i < rows.count; i++) {
        int64_t claim = row_int(&rows, i, 0);
        struct str code, hash;
        TRY(letter_code(cx, claim, row_str(&rows, i, 1), &code));
        TRY(letter_code_hash(cx, claim, code, &hash));
        TRY(db_run(cx, SQL_LETTER_SET_BATCH, NULL, db_int(claim), db_int(*batch), db_str(hash),
                   db_int(expires)));
    }
    return OK;
}

enum err
letter_batch_take(struct ctx *cx, int64_t *batch, bool *resumed)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_LETTER_BATCH_OPEN, &rows));
    *resumed = rows.count > 0;
    if (!*resumed)
        return batch_make(cx, batch);
    *batch = row_int(&rows, 0, 0);
    return OK;
}

enum err
letter_batch_read(struct ctx *cx, int64_t batch, struct letter_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_LETTER_OF_BATCH, &rows, db_int(batch)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct letter);
    out->count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        struct letter *l = &out->item[i];
        struct company co;
        struct str code;
        l->claim_id = row_int(&rows, i, 0);
        l->expires_ms = row_int(&rows, i, 2);
        TRY(registry_company(cx, row_int(&rows, i, 3), &co));
        l->siret = co.head_siret;
        TRY(letter_code(cx, l->claim_id, row_str(&rows, i, 1), &code));
        l->code = account_grouped(cx->arena, code);
        TRY(letter_address(cx, &co, &l->address, &l->fits));
    }
    return OK;
}

enum err
letter_batch_written(struct ctx *cx, int64_t batch)
{
    assert(db_in_write(cx));
    return db_run(cx, SQL_LETTER_BATCH_DONE, NULL, db_int(batch), db_int(cx->now_ms));
}
