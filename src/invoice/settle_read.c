/* SPDX-License-Identifier: Apache-2.0 */
/* settle_read.c - a settlement file into rows; see settle.h. Pure: no database. */
#include "base/csv.h"
#include "base/decode.h"
#include "invoice/settle.h"
#include "invoice/settle_text.h"

enum { HEADS_SHOWN = 12, SHOWN_BYTES = 40 };

static const char *const words[SETTLE_COLUMNS] = {"ref", "order", "amount", "fee", "type",
                                                  "currency"};

/* Names by which providers call them, in plain capitals, the preferred one first. */
static const char *const known[SETTLE_COLUMNS][8] = {
    [SETTLE_REF] = {"PAYMENT INTENT ID", "UUID", "TRANSACTION UUID", "VADS TRANS UUID",
                    "IDENTIFIANT DE TRANSACTION", "SOURCE ID", "TRANSACTION ID", NULL},
    [SETTLE_ORDER] = {"ORDER ID", "VADS ORDER ID", "REFERENCE COMMANDE", "COMMANDE", NULL},
    [SETTLE_GROSS] = {"GROSS", "MONTANT BRUT", "MONTANT", "AMOUNT", "VADS AMOUNT EUROS", NULL},
    [SETTLE_FEE] = {"FEE", "COMMISSION", "FRAIS", "FEES", NULL},
    [SETTLE_TYPE] = {"REPORTING CATEGORY", "TYPE", "TYPE D OPERATION", "VADS OPERATION TYPE",
                     "SENS", NULL},
    [SETTLE_CURRENCY_OF] = {"CURRENCY", "DEVISE", "MONNAIE", "CODE DEVISE", NULL},
};

const char *
settle_column_text(enum settle_column c)
{
    static const char *const texts[SETTLE_COLUMNS] = {
        "Référence de la transaction", "Référence de la commande", "Montant brut", "Frais",
        "Sens de l’opération", "Devise"};

    return texts[c];
}

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

/* At most max bytes, whole characters. */
static struct str
cut(struct str s, size_t max)
{
    size_t n = s.len < max ? s.len : max;

    while (n < s.len && n > 0 && ((unsigned char)s.ptr[n] & 0xC0) == 0x80)
        n--;
    return str_sub(s, 0, n);
}

/* ---- columns ---- */

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

static int
column_find(struct arena *a, const struct csv *c, struct str own, const char *const *names)
{
    for (int n = 0; own.len > 0 ? n == 0 : names[n] != NULL; n++)
        for (int f = 0; f < c->count; f++) {
            struct str name = utf8_plain_upper(a, c->field[f]);
            if (own.len > 0 ? str_eq(name, own) : str_is(name, names[n]))
                return f;
        }
    return -1;
}

static struct str
heads_text(struct arena *a, const struct csv *c)
{
    struct buf b;

    buf_init(&b, 0);
    for (int f = 0; f < c->count && f < HEADS_SHOWN; f++)
        buf_printf(&b, "%s«\u00a0%.*s\u00a0»", f > 0 ? ", " : "",
                   STR_FMT(cut(c->field[f], SHOWN_BYTES)));
    if (c->count > HEADS_SHOWN)
        buf_z(&b, "…");
    struct str s = buf_dup(&b, a);
    buf_release(&b);
    return s;
}

static bool
header_read(struct arena *a, const struct csv *c, struct str columns, struct settle_file *f,
            struct str *why)
{
    f->heads = (struct str_list){ARENA_ARRAY(a, (size_t)c->count, struct str), (size_t)c->count};
    for (int i = 0; i < c->count; i++)
        f->heads.item[i] = str_dup(a, c->field[i]);
    for (int col = 0; col < SETTLE_COLUMNS; col++)
        f->column[col] = column_find(a, c, configured(a, columns, words[col]), known[col]);
    bool named = f->column[SETTLE_REF] >= 0 || f->column[SETTLE_ORDER] >= 0;
    bool priced = f->column[SETTLE_GROSS] >= 0;
    if (named && priced)
        return true;
    *why = str_printf(
        a,
        "La première ligne ne nomme pas de colonne de %s. Colonnes trouvées\u00a0: %.*s. Le "
        "réglage MAILLON_SETTLE_COLUMNS donne d’autres noms.",
        named    ? "montant"
        : priced ? "référence de transaction ou de commande"
                 : "référence de transaction ou de commande, ni de montant",
        STR_FMT(heads_text(a, c)));
    return false;
}

/* ---- rows ---- */

struct reading {
    struct arena *a;
    const struct csv *csv;
    struct settle_file *f;
};

static struct str
cell(const struct reading *r, enum settle_column column)
{
    int at = r->f->column[column];

    return at >= 0 && at < r->csv->count ? str_trim(r->csv->field[at]) : STR_NONE;
}

enum row_kind { ROW_PAYMENT, ROW_REFUND, ROW_FEE, ROW_OTHER, ROW_DISPUTE };

static bool
starts_any(struct str s, const char *const *starts)
{
    for (; *starts != NULL; starts++)
        if (str_starts(s, str_of(*starts)))
            return true;
    return false;
}

static enum row_kind
kind_of(const struct reading *r, int64_t cents)
{
    static const char *const fees[] = {"FEE", "FRAIS", "ABONNEMENT", "COMMISSION", "STRIPE FEE",
                                       "NETWORK COST", NULL};
    static const char *const others[] = {"PAYOUT", "VIREMENT", "TRANSFER", "TOPUP", "RESERVE",
                                         "REFUND FAILURE", "REMBOURSEMENT REJETE", NULL};
    static const char *const disputes[] = {"DISPUTE", "CHARGEBACK", "IMPAYE", "LITIGE",
                                           "CONTESTATION", NULL};
    static const char *const refunds[] = {"REFUND", "CREDIT", "REMBOURSEMENT", NULL};
    struct str t = utf8_plain_upper(r->a, cell(r, SETTLE_TYPE));

    if (starts_any(t, fees))
        return ROW_FEE;
    if (starts_any(t, others))
        return ROW_OTHER;
    if (starts_any(t, disputes))
        return ROW_DISPUTE;
    return cents < 0 || starts_any(t, refunds) ? ROW_REFUND : ROW_PAYMENT;
}

static void
fault(const struct reading *r, enum settle_kind kind, struct str ref, int64_t cents,
      struct str text)
{
    struct settle_file *f = r->f;

    if (f->fault == NULL)
        f->fault = ARENA_ARRAY(r->a, SETTLE_FAULTS_MAX, struct settle_fault);
    if (f->fault_count < SETTLE_FAULTS_MAX)
        f->fault[f->fault_count++] = (struct settle_fault){
            r->csv->line, kind, str_dup(r->a, ref), cents < 0 ? -cents : cents, text};
}

/* What was read, short enough for a message. */
static struct str
shown(const struct reading *r, struct str s)
{
    struct str part = cut(s, SHOWN_BYTES);

    return str_printf(r->a, "«\u00a0%.*s%s\u00a0»", STR_FMT(part),
                      part.len < s.len ? "…" : "");
}

/* The amount of a column; a fault that names column and value otherwise. */
static bool
amount_read(const struct reading *r, enum settle_column column, bool may_be_empty, int64_t *out)
{
    struct str value = cell(r, column), text;
    enum amount_result got = settle_amount(value, out);

    if (got == AMOUNT_GOOD)
        return true;
    if (got == AMOUNT_EMPTY && may_be_empty) {
        *out = 0;
        return true;
    }
    if (got == AMOUNT_EMPTY)
        text = STR("Le montant manque.");
    else if (got == AMOUNT_AMBIGUOUS)
        text = str_printf(r->a,
                          "%s\u00a0: %.*s peut se lire de deux façons. Écrivez les centimes, par "
                          "exemple 1234,00.",
                          settle_column_text(column), STR_FMT(shown(r, value)));
    else
        text = str_printf(r->a, "%s\u00a0: %.*s n’est pas un nombre d’euros et de centimes.",
                          settle_column_text(column), STR_FMT(shown(r, value)));
    fault(r, SETTLE_UNREADABLE, cell(r, SETTLE_REF), 0, text);
    return false;
}

static bool
in_euros(const struct reading *r)
{
    struct str s = str_upper(r->a, cell(r, SETTLE_CURRENCY_OF));

    return s.len == 0 || str_is(s, "EUR") || str_is(s, "978") || str_is(s, "€") ||
           str_is(s, "EURO") || str_is(s, "EUROS");
}

static void
row_read(const struct reading *r)
{
    struct str ref = cell(r, SETTLE_REF), order = cell(r, SETTLE_ORDER);
    struct settle_file *f = r->f;
    int64_t cents, fee;

    if (r->csv->count != (int)f->heads.count) {
        fault(r, SETTLE_UNREADABLE, STR_NONE, 0,
              str_printf(r->a, "La ligne a %d colonnes, la première en a %zu.", r->csv->count,
                         f->heads.count));
        return;
    }
    if (!amount_read(r, SETTLE_GROSS, false, &cents) || !amount_read(r, SETTLE_FEE, true, &fee))
        return;
    enum row_kind kind = kind_of(r, cents);
    struct str named = ref.len > 0 ? ref : order;
    if (!in_euros(r)) {
        fault(r, SETTLE_CURRENCY, named, cents,
              str_printf(r->a, "Ligne en %.*s", STR_FMT(cell(r, SETTLE_CURRENCY_OF))));
        return;
    }
    f->fees_cents += kind == ROW_FEE && fee == 0 ? -cents : fee;
    if (kind == ROW_FEE || kind == ROW_OTHER) {
        f->ignored++;
        return;
    }
    if (named.len == 0) {
        fault(r, SETTLE_UNREADABLE, STR_NONE, cents,
              STR("La ligne ne nomme ni transaction ni commande."));
        return;
    }
    if (kind == ROW_DISPUTE) {
        fault(r, SETTLE_DISPUTE, named, cents,
              cents < 0 ? STR("Repris par la banque") : STR("Rendu par la banque"));
        return;
    }
    f->row[f->count++] = (struct settle_row){
        .line = r->csv->line,
        .is_refund = kind == ROW_REFUND,
        .ref = str_dup(r->a, ref),
        .order_ref = str_dup(r->a, order),
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

/* The separator that the first line has most of. */
static char
separator(struct str s)
{
    static const char marks[] = {',', ';', '\t'};
    struct str first = str_sub(s, 0, str_find_byte(s, '\n'));
    size_t count[3] = {0}, best = 0;

    for (size_t i = 0; i < first.len; i++)
        for (size_t m = 0; m < 3; m++)
            count[m] += first.ptr[i] == marks[m];
    for (size_t m = 1; m < 3; m++)
        if (count[m] > count[best])
            best = m;
    return marks[best];
}

static enum err
rows_read(struct arena *a, struct csv *c, struct str columns, struct settle_file *f,
          struct str *why)
{
    struct reading r = {a, c, f};
    enum csv_result got = csv_next(c);

    if (got != CSV_RECORD) {
        *why = STR("La première ligne est mal formée\u00a0: elle doit nommer les colonnes.");
        return ERR_INVALID;
    }
    if (!header_read(a, c, columns, f, why))
        return ERR_INVALID;
    while ((got = csv_next(c)) == CSV_RECORD || got == CSV_BAD) {
        if (f->count + (size_t)f->ignored + f->fault_count >= SETTLE_ROWS_MAX) {
            *why = str_printf(a, "Le fichier a plus de %d lignes\u00a0: partagez-le.",
                              SETTLE_ROWS_MAX);
            return ERR_INVALID;
        }
        if (f->fault_count == SETTLE_FAULTS_MAX) {
            *why = str_printf(a,
                              "Plus de %d lignes ne se lisent pas\u00a0: rien n’est retenu. La "
                              "première, ligne %lld\u00a0: %.*s",
                              SETTLE_FAULTS_MAX, (long long)f->fault[0].line,
                              STR_FMT(f->fault[0].text));
            return ERR_INVALID;
        }
        if (got == CSV_BAD)
            fault(&r, SETTLE_UNREADABLE, STR_NONE, 0,
                  STR("Les guillemets de la ligne ne se ferment pas."));
        else
            row_read(&r);
    }
    if (f->count + f->fault_count + (size_t)f->ignored == 0) {
        *why = STR("Le fichier ne porte aucune ligne sous ses titres.");
        return ERR_INVALID;
    }
    return OK;
}

enum err
settle_parse(struct arena *a, struct str bytes, struct str columns, struct settle_file *out,
             struct str *why)
{
    struct settle_file f = {0};
    struct str text;
    struct csv c;

    *why = STR_NONE;
    if (bytes.len > SETTLE_BYTES_MAX) {
        *why = STR("Le fichier dépasse 16\u00a0Mo\u00a0: partagez-le.");
        return ERR_INVALID;
    }
    TRY(text_decode(a, bytes, &text, &f.encoding, why));
    size_t lines = line_count(text);
    f.row = ARENA_ARRAY(a, lines < SETTLE_ROWS_MAX ? lines : SETTLE_ROWS_MAX + 1,
                        struct settle_row);
    f.sep = separator(text);
    struct source src = {text};
    csv_init(&c, read_some, &src, f.sep);
    enum err e = rows_read(a, &c, columns, &f, why);
    csv_release(&c);
    if (e == OK)
        *out = f;
    return e;
}
