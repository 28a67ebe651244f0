/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pg_row.c - PostgreSQL's binary results as cells.
 *
 * bool, the integers and numeric become DB_INT, so that sum() and a comparison give the same on
 * both engines; text-like types DB_TEXT; bytea DB_BLOB. The OIDs are those of the system
 * catalogue, which never change.
 */
#include "db/pg_row.h"

enum oid {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_CHAR = 18,
    OID_NAME = 19,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_OID = 26,
    OID_JSON = 114,
    OID_UNKNOWN = 705,
    OID_BPCHAR = 1042,
    OID_VARCHAR = 1043,
    OID_NUMERIC = 1700,
    OID_VOID = 2278
};

enum { NUMERIC_HEAD = 8, NUMERIC_BASE = 10000, NUMERIC_NEGATIVE = 0x4000 };

static uint64_t
be_read(const unsigned char *p, size_t len)
{
    uint64_t n = 0;

    for (size_t i = 0; i < len; i++)
        n = n << 8 | p[i];
    return n;
}

/* Counts, then digits of base 10,000, the first of weight 10,000^weight. */
static bool
numeric_read(const unsigned char *p, size_t len, int64_t *out)
{
    int64_t n = 0;

    if (len < NUMERIC_HEAD)
        return false;
    int digits = (int)be_read(p, 2);
    int weight = (int16_t)be_read(p + 2, 2);
    unsigned sign = (unsigned)be_read(p + 4, 2);
    if (len != NUMERIC_HEAD + 2 * (size_t)digits || (sign != 0 && sign != NUMERIC_NEGATIVE))
        return false; /* Not a number, or infinite. */
    for (int i = 0; i < digits || i <= weight; i++) {
        int64_t digit = i < digits ? (int64_t)be_read(p + NUMERIC_HEAD + 2 * i, 2) : 0;
        if (i > weight) {
            if (digit != 0)
                return false; /* A fraction. */
            continue;
        }
        if (sign != 0)
            digit = -digit; /* On the way, so that the smallest value fits. */
        if (__builtin_mul_overflow(n, (int64_t)NUMERIC_BASE, &n) ||
            __builtin_add_overflow(n, digit, &n))
            return false;
    }
    *out = n;
    return true;
}

static bool
cell_read(struct arena *a, const PGresult *res, int row, int col, struct db_value *out)
{
    const char *bytes = PQgetvalue(res, row, col);
    const unsigned char *p = (const unsigned char *)bytes;
    size_t len = (size_t)PQgetlength(res, row, col);

    if (PQgetisnull(res, row, col)) {
        *out = db_null();
        return true;
    }
    switch ((enum oid)PQftype(res, col)) {
    case OID_BOOL:
    case OID_OID:
        *out = db_int((int64_t)be_read(p, len));
        return true;
    case OID_INT2:
        *out = db_int((int16_t)be_read(p, len));
        return true;
    case OID_INT4:
        *out = db_int((int32_t)be_read(p, len));
        return true;
    case OID_INT8:
        *out = db_int((int64_t)be_read(p, len));
        return true;
    case OID_NUMERIC:
        *out = db_int(0);
        return numeric_read(p, len, &out->i);
    case OID_TEXT:
    case OID_VARCHAR:
    case OID_BPCHAR:
    case OID_CHAR:
    case OID_NAME:
    case OID_UNKNOWN:
    case OID_JSON:
        *out = db_str(str_n(arena_copy(a, bytes, len), len));
        return true;
    case OID_BYTEA:
        *out = db_blob(arena_copy(a, bytes, len), len);
        return true;
    case OID_VOID:
        *out = db_null();
        return true;
    }
    return false;
}

bool
pg_rows(struct arena *a, const PGresult *res, struct db_rows *out, int *bad_type)
{
    int count = PQntuples(res);
    int cols = PQnfields(res);
    struct db_value *cell = NULL;

    if (count > 0)
        cell = ARENA_ARRAY(a, (size_t)count * (size_t)cols, struct db_value);
    for (int r = 0; r < count; r++)
        for (int c = 0; c < cols; c++)
            if (!cell_read(a, res, r, c, &cell[r * cols + c])) {
                *bad_type = (int)PQftype(res, c);
                return false;
            }
    *out = (struct db_rows){.count = (size_t)count, .cols = (size_t)cols, .cell = cell};
    return true;
}
