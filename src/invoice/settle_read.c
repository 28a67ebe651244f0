/* SPDX-License-Identifier: Apache-2.0 */
/* settle_read.c - a settlement file into rows; see settle.h. Pure: no database. */
#include "base/csv.h"
#include "base/parse.h"
#include "invoice/settle.h"

enum column { COL_REF, COL_ORDER, COL_AMOUNT, COL_FEE, COL_TYPE, COL_COUNT };

static const char *const column_words[COL_COUNT] = {"ref", "order", "amount", "fee", "type"};

/* Names by which providers call them, in plain capitals, the preferred one first. */
static const char *const known[COL_COUNT][8] = {
    [COL_REF] = {"PAYMENT INTENT ID", "UUID", "TRANSACTION UUID", "VADS TRANS UUID",
                 "IDENTIFIANT DE TRANSACTION", "SOURCE ID", "TRANSACTION ID", NULL},
    [COL_ORDER] = {"ORDER ID", "VADS ORDER ID", "REFERENCE COMMANDE", "COMMANDE", NULL},
    [COL_AMOUNT] = {"GROSS", "MONTANT BRUT", "MONTANT", "AMOUNT", "VADS AMOUNT EUROS", NULL},
    [COL_FEE] = {"FEE", "COMMISSION", "FRAIS", "FEES", NULL},
    [COL_TYPE] = {"REPORTING CATEGORY", "TYPE", "TYPE D OPERATION", "VADS OPERATION TYPE", "SENS",
                  NULL},
};

struct source {
    struct str left;
};

static long
read_some(void *arg, char *to, size_t cap)
{
    struct source *s = arg;
    size_t n = s->left.len < cap ? s->left.len : cap;

    if (n > 0)
        memcpy(to, s->left.ptr, n);
    s->left = str_sub(s->left, n, s->left.len);
    return (long)n;
}

/* Windows-1252 0x80 to 0x9F; 0: no character. */
static const unsigned high[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

static void
put_utf8(struct buf *b, unsigned c)
{
    if (c < 0x80) {
        buf_byte(b, (char)c);
    } else if (c < 0x800) {
        buf_byte(b, (char)(0xC0 | c >> 6));
        buf_byte(b, (char)(0x80 | (c & 0x3F)));
    } else {
        buf_byte(b, (char)(0xE0 | c >> 12));
        buf_byte(b, (char)(0x80 | (c >> 6 & 0x3F)));
        buf_byte(b, (char)(0x80 | (c & 0x3F)));
    }
}

static struct str
from_windows(struct arena *a, struct str s)
{
    struct buf b;

    buf_init(&b, SETTLE_BYTES_MAX * (size_t)3);
    for (size_t i = 0; i < s.len; i++) {
        unsigned c = (unsigned char)s.ptr[i];
        unsigned mapped = c >= 0x80 && c < 0xA0 ? high[c - 0x80] : c;
        put_utf8(&b, mapped == 0 ? '?' : mapped);
    }
    struct str out = buf_dup(&b, a);
    buf_release(&b);
    return out;
}

/* The name that the setting gives a column; empty: none. */
static struct str
configured(struct arena *a, struct str columns, const char *word)
{
    struct str rest = columns, part;

    while (str_split(&rest, ',', &part)) {
        size_t eq = str_find_byte(part, '=');
        if (str_is(str_trim(str_sub(part, 0, eq)), word))
            return utf8_plain_upper(a, str_sub(part, eq + 1, part.len));
    }
    return STR_NONE;
}

static bool
header_read(struct arena *a, const struct csv *c, struct str columns, int at[COL_COUNT])
{
    for (int col = 0; col < COL_COUNT; col++) {
        struct str own = configured(a, columns, column_words[col]);
        at[col] = -1;
        for (int n = 0; at[col] < 0 && (own.len > 0 ? n == 0 : known[col][n] != NULL); n++)
            for (int f = 0; f < c->count && at[col] < 0; f++) {
                struct str name = utf8_plain_upper(a, c->field[f]);
                if (own.len > 0 ? str_eq(name, own) : str_is(name, known[col][n]))
                    at[col] = f;
            }
    }
    return (at[COL_REF] >= 0 || at[COL_ORDER] >= 0) && at[COL_AMOUNT] >= 0;
}

static struct str
cell(const struct csv *c, int at)
{
    return at >= 0 && at < c->count ? str_trim(c->field[at]) : STR_NONE;
}

/* "-12,30" too. Empty is 0 where that is allowed. */
static bool
signed_cents(struct str s, bool may_be_empty, int64_t *out)
{
    bool minus = s.len > 0 && s.ptr[0] == '-';

    if (s.len == 0) {
        *out = 0;
        return may_be_empty;
    }
    if (minus)
        s = str_trim(str_sub(s, 1, s.len));
    if (s.len == 0 || s.ptr[0] == '-' || !parse_cents(s, out))
        return false;
    if (minus)
        *out = -*out;
    return true;
}

enum row_kind { ROW_PAYMENT, ROW_REFUND, ROW_OTHER };

static enum row_kind
kind_of(struct arena *a, struct str type, int64_t cents)
{
    struct str t = utf8_plain_upper(a, type);

    if (str_starts(t, STR("FEE")) || str_starts(t, STR("PAYOUT")) || str_starts(t, STR("FRAIS")) ||
        str_starts(t, STR("VIREMENT")) || str_starts(t, STR("ABONNEMENT")))
        return ROW_OTHER;
    if (cents < 0 || str_starts(t, STR("REFUND")) || str_starts(t, STR("CREDIT")) ||
        str_starts(t, STR("REMBOURSEMENT")))
        return ROW_REFUND;
    return ROW_PAYMENT;
}

static void
fault(struct arena *a, struct settle_file *f, int64_t line, const char *text)
{
    if (f->fault == NULL)
        f->fault = ARENA_ARRAY(a, SETTLE_FAULTS_MAX, struct settle_fault);
    if (f->fault_count < SETTLE_FAULTS_MAX)
        f->fault[f->fault_count++] = (struct settle_fault){line, str_of(text)};
}

static void
row_read(struct arena *a, const struct csv *c, const int at[COL_COUNT], struct settle_file *f)
{
    struct str ref = cell(c, at[COL_REF]), order = cell(c, at[COL_ORDER]);
    int64_t cents, fee;

    if (!signed_cents(cell(c, at[COL_AMOUNT]), false, &cents)) {
        fault(a, f, c->line, "Le montant n’est pas un nombre d’euros.");
        return;
    }
    if (!signed_cents(cell(c, at[COL_FEE]), true, &fee)) {
        fault(a, f, c->line, "Les frais ne sont pas un nombre d’euros.");
        return;
    }
    enum row_kind kind = kind_of(a, cell(c, at[COL_TYPE]), cents);
    f->fees_cents += fee;
    if (kind == ROW_OTHER) {
        f->ignored++;
        return;
    }
    if (ref.len == 0 && order.len == 0) {
        fault(a, f, c->line, "La ligne ne nomme aucune transaction.");
        return;
    }
    f->row[f->count++] = (struct settle_row){
        .line = c->line,
        .is_refund = kind == ROW_REFUND,
        .ref = str_dup(a, ref),
        .order_ref = str_dup(a, order),
        .cents = cents < 0 ? -cents : cents,
        .fee_cents = fee,
    };
}

static size_t
line_count(struct str s)
{
    size_t n = 2;

    for (size_t i = 0; i < s.len; i++)
        n += s.ptr[i] == '\n';
    return n;
}

/* The separator that the first line has more of. */
static char
separator(struct str s)
{
    struct str first = str_sub(s, 0, str_find_byte(s, '\n'));
    int commas = 0, semicolons = 0;

    for (size_t i = 0; i < first.len; i++) {
        commas += first.ptr[i] == ',';
        semicolons += first.ptr[i] == ';';
    }
    return semicolons > commas ? ';' : ',';
}

static enum err
rows_read(struct arena *a, struct csv *c, struct str columns, struct settle_file *f,
          struct str *why)
{
    int at[COL_COUNT];
    enum csv_result r = csv_next(c);

    if (r != CSV_RECORD || !header_read(a, c, columns, at)) {
        *why = STR("La première ligne ne nomme pas les colonnes attendues\u00a0: une référence de "
                   "transaction et un montant. Le réglage SETTLE_COLUMNS donne d’autres noms.");
        return ERR_INVALID;
    }
    while ((r = csv_next(c)) == CSV_RECORD || r == CSV_BAD) {
        if (f->count + f->fault_count >= SETTLE_ROWS_MAX ||
            f->fault_count == SETTLE_FAULTS_MAX) {
            *why = STR("Le fichier a trop de lignes, ou trop de lignes illisibles.");
            return ERR_INVALID;
        }
        if (r == CSV_BAD)
            fault(a, f, c->line, "La ligne est mal formée (guillemets ou nombre de colonnes).");
        else
            row_read(a, c, at, f);
    }
    return OK;
}

enum err
settle_parse(struct arena *a, struct str bytes, struct str columns, struct settle_file *out,
             struct str *why)
{
    struct settle_file f = {0};
    struct csv c;

    *why = STR_NONE;
    if (bytes.len == 0 || bytes.len > SETTLE_BYTES_MAX) {
        *why = bytes.len == 0 ? STR("Le fichier est vide.") : STR("Le fichier dépasse 16 Mo.");
        return ERR_INVALID;
    }
    if (str_find_byte(bytes, '\0') < bytes.len) {
        *why = STR("Ce fichier n’est pas du texte.");
        return ERR_INVALID;
    }
    if (!utf8_valid(bytes))
        bytes = from_windows(a, bytes);
    size_t lines = line_count(bytes);
    f.row = ARENA_ARRAY(a, lines < SETTLE_ROWS_MAX ? lines : SETTLE_ROWS_MAX + 1,
                        struct settle_row);
    struct source src = {bytes};
    csv_init(&c, read_some, &src, separator(bytes));
    enum err e = rows_read(a, &c, columns, &f, why);
    csv_release(&c);
    if (e == OK)
        *out = f;
    return e;
}
