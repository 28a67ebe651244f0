/* SPDX-License-Identifier: Apache-2.0 */
/* members.c - reading a chamber's list of members. */
#include "registry/members.h"

#include "base/clock.h"

enum { MEMBERS_STEP = 2000, EMAIL_BYTES_MAX = 254, PHONE_BYTES_MAX = 20, HEAD_BYTES = 4096 };

enum member_column { M_SIREN, M_EMAIL, M_PHONE, MEMBER_COLUMNS };

static const struct {
    enum member_column column;
    const char *name; /* Plain capitals. */
} names[] = {
    {M_SIREN, "SIREN"},     {M_SIREN, "NUMERO SIREN"}, {M_SIREN, "N SIREN"},
    {M_EMAIL, "E MAIL"},    {M_EMAIL, "EMAIL"},        {M_EMAIL, "MAIL"},
    {M_EMAIL, "COURRIEL"},  {M_EMAIL, "ADRESSE MAIL"}, {M_EMAIL, "ADRESSE E MAIL"},
    {M_EMAIL, "MEL"},       {M_PHONE, "TELEPHONE"},    {M_PHONE, "TEL"},
    {M_PHONE, "PHONE"},     {M_PHONE, "NUMERO DE TELEPHONE"},
};

struct member {
    int64_t siren;
    char email[EMAIL_BYTES_MAX + 1];
    char phone[PHONE_BYTES_MAX + 1];
};

struct members {
    const struct members_options *opt;
    struct members_result *result;
    struct source source;
    struct csv csv;
    int column[MEMBER_COLUMNS];
    int columns;
    int64_t listed_ms;
    struct rejects rejects;
    struct member *page; /* MEMBERS_STEP of them. */
    size_t count;
    /* What one write tells; set anew by each attempt, so that none counts twice. */
    int64_t unknown, struck, page_last;
    int64_t strike_after; /* SIREN up to which the rest was looked at. */
    bool more;
};

static enum err
fail(struct members *m, const char *what, const char *detail)
{
    snprintf(m->result->why, sizeof m->result->why, "%.150s: %s%.200s", m->opt->path, what,
             detail);
    return ERR_INVALID;
}

/* Whichever of the two stands more often in the first line. */
static char
separator_of(const char *head, size_t len)
{
    size_t commas = 0, semicolons = 0;

    for (size_t i = 0; i < len && head[i] != '\n'; i++) {
        commas += head[i] == ',';
        semicolons += head[i] == ';';
    }
    return semicolons > commas ? ';' : ',';
}

/* The first bytes, read ahead to find the separator, are given to the CSV reader again. */
struct replay {
    struct source *source;
    char head[HEAD_BYTES];
    size_t len, at;
};

static long
replay_read(void *arg, char *to, size_t cap)
{
    struct replay *r = arg;
    size_t n = r->len - r->at;

    if (n == 0)
        return source_read(r->source, to, cap);
    if (n > cap)
        n = cap;
    memcpy(to, r->head + r->at, n);
    r->at += n;
    return (long)n;
}

/* "N° SIREN", "Téléphone" and "e-mail" alike in plain capitals, single spaces. */
static void
name_plain(struct str s, char *out, size_t size)
{
    struct arena a = {0};
    struct str up = utf8_plain_upper(&a, s);
    size_t n = 0;

    for (size_t i = 0; i < up.len && n + 1 < size; i++) {
        bool letter = up.ptr[i] >= 'A' && up.ptr[i] <= 'Z';
        if (letter)
            out[n++] = up.ptr[i];
        else if (n > 0 && out[n - 1] != ' ')
            out[n++] = ' ';
    }
    while (n > 0 && out[n - 1] == ' ')
        n--;
    out[n] = '\0';
    arena_release(&a);
}

static void
columns_find(struct members *m)
{
    m->columns = m->csv.count;
    for (int c = 0; c < MEMBER_COLUMNS; c++)
        m->column[c] = -1;
    for (int f = 0; f < m->csv.count; f++) {
        char plain[64];
        if (!utf8_valid(m->csv.field[f]))
            continue;
        name_plain(m->csv.field[f], plain, sizeof plain);
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            if (m->column[names[i].column] < 0 && strcmp(plain, names[i].name) == 0)
                m->column[names[i].column] = f;
    }
}

static struct str
field(const struct members *m, enum member_column c)
{
    int at = m->column[c];

    return at < 0 ? STR_NONE : str_trim(m->csv.field[at]);
}

static bool
email_valid(struct str s)
{
    size_t at = str_find_byte(s, '@');
    struct str domain;

    if (at == 0 || at >= s.len || s.len > EMAIL_BYTES_MAX || !utf8_valid(s) ||
        utf8_has_control(s, ""))
        return false;
    domain = str_sub(s, at + 1, s.len - at - 1);
    for (size_t i = 0; i < s.len; i++)
        if (memchr(" ,;<>()[]\"\\", s.ptr[i], 11) != NULL)
            return false;
    return str_find_byte(domain, '@') == domain.len && str_contains(domain, STR(".")) &&
           domain.ptr[0] != '.' && domain.ptr[domain.len - 1] != '.';
}

/* Digits, and one plus sign in front. */
static bool
phone_read(struct str s, char *out)
{
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool digit = (c >= '0' && c <= '9') || (c == '+' && n == 0);
        if (!digit && memchr(" .-/()", c, 6) == NULL && (unsigned char)c < 0x80)
            return false;
        if (digit && n == PHONE_BYTES_MAX)
            return false;
        if (digit)
            out[n++] = c;
    }
    out[n] = '\0';
    return n == 0 || n >= 6;
}

static const char *
member_read(const struct members *m, struct member *out, const char **column)
{
    struct str email = field(m, M_EMAIL);

    *column = "";
    if (m->csv.count != m->columns)
        return m->csv.count < m->columns ? "fewer fields than the header"
                                         : "more fields than the header";
    *column = "siren";
    enum number_fault f = siren_parse(field(m, M_SIREN), &out->siren);
    if (f != NUMBER_OK)
        return f == NUMBER_EMPTY       ? "empty"
               : f == NUMBER_CHARACTER ? "something else than digits"
               : f == NUMBER_LENGTH    ? "wrong number of digits (were leading zeros lost?)"
                                       : "check digit does not fit";
    *column = "e-mail";
    if (email.len > 0 && !email_valid(email))
        return "not an e-mail address";
    memcpy(out->email, email.len > 0 ? email.ptr : "", email.len);
    out->email[email.len] = '\0';
    *column = "telephone";
    return phone_read(field(m, M_PHONE), out->phone) ? NULL : "not a telephone number";
}

static enum err
page_unit(struct ctx *cx, void *arg)
{
    struct members *m = arg;
    enum sql_id put = m->opt->network == NETWORK_CCI ? SQL_MEMBER_PUT_CCI : SQL_MEMBER_PUT_CMA;
    struct db_rows rows;
    int64_t unknown = 0;

    for (size_t i = 0; i < m->count; i++) {
        const struct member *one = &m->page[i];
        TRY(db_run(cx, put, NULL, db_int(one->siren), db_int(m->listed_ms),
                   db_str(str_of(one->email)), db_str(str_of(one->phone))));
        TRY(db_run(cx, SQL_COMPANY_EXISTS, &rows, db_int(one->siren)));
        unknown += rows.count == 0;
    }
    m->unknown = unknown;
    return OK;
}

static enum err
unit_write(struct ctx *outer, unit_fn fn, struct members *m)
{
    struct ctx cx = *outer;
    struct arena scratch = {0};

    cx.arena = &scratch;
    enum err e = db_write(&cx, fn, m);
    arena_release(&scratch);
    return e;
}

static enum err
page_write(struct ctx *cx, struct members *m)
{
    if (m->count == 0)
        return OK;
    TRY(unit_write(cx, page_unit, m));
    m->result->listed += (int64_t)m->count;
    m->result->unknown += m->unknown;
    m->count = 0;
    return OK;
}

/* One pass over the file; cx NULL: only checks. */
static enum err
records_read(struct ctx *cx, struct members *m)
{
    for (;;) {
        const char *column = "", *reason = NULL;
        switch (csv_next(&m->csv)) {
        case CSV_END:
            return cx == NULL ? OK : page_write(cx, m);
        case CSV_FAILED:
            return fail(m, "", m->source.why);
        case CSV_BAD:
            reason = m->csv.why;
            break;
        case CSV_RECORD:
            reason = member_read(m, &m->page[m->count], &column);
            break;
        }
        m->result->lines += cx == NULL;
        if (reason != NULL && cx == NULL)
            rejects_add(&m->rejects, m->opt->path, m->csv.line, column, reason);
        if (reason != NULL || cx == NULL)
            continue;
        m->count++;
        if (m->count == MEMBERS_STEP)
            TRY(page_write(cx, m));
    }
}

static enum err
pass(struct ctx *cx, struct members *m)
{
    struct replay replay = {.source = &m->source};
    enum err e = OK;

    if (source_open(&m->source, m->opt->path) != OK)
        return fail(m, "", m->source.why);
    long n = source_read(&m->source, replay.head, sizeof replay.head);
    replay.len = n > 0 ? (size_t)n : 0;
    csv_init(&m->csv, replay_read, &replay, separator_of(replay.head, replay.len));
    if (n < 0 || csv_next(&m->csv) != CSV_RECORD)
        e = fail(m, "line 1: ", n < 0 ? m->source.why : "no header line could be read");
    if (e == OK)
        columns_find(m);
    if (e == OK && m->column[M_SIREN] < 0)
        e = fail(m, "line 1: ", "no column is named siren");
    if (e == OK)
        e = records_read(cx, m);
    csv_release(&m->csv);
    source_close(&m->source);
    return e;
}

static enum err
strike_unit(struct ctx *cx, void *arg)
{
    struct members *m = arg;
    enum sql_id drop =
        m->opt->network == NETWORK_CCI ? SQL_MEMBER_DROP_CCI : SQL_MEMBER_DROP_CMA;
    struct db_rows rows;

    TRY(db_run(cx, SQL_MEMBER_PAGE_END, &rows, db_int(m->strike_after), db_int(MEMBERS_STEP)));
    m->more = !row_null(&rows, 0, 0);
    if (!m->more)
        return OK;
    m->page_last = row_int(&rows, 0, 0);
    TRY(db_run(cx, drop, &rows, db_int(m->strike_after), db_int(m->page_last),
               db_int(m->listed_ms)));
    m->struck = rows.changed;
    return OK;
}

/* Those of the network that this list no longer names. */
static enum err
strike_rest(struct ctx *cx, struct members *m)
{
    m->strike_after = 0;
    for (;;) {
        TRY(unit_write(cx, strike_unit, m));
        if (!m->more)
            return OK;
        m->result->struck += m->struck;
        m->strike_after = m->page_last;
    }
}

static enum err
run(struct ctx *cx, struct members *m)
{
    if (m->opt->rejects != NULL) {
        m->rejects.file = fopen(m->opt->rejects, "we");
        if (m->rejects.file == NULL)
            return fail(m, "the list of rejects cannot be written: ", m->opt->rejects);
        fputs("file,line,column,reason\r\n", m->rejects.file);
    }
    TRY(pass(NULL, m));
    m->result->rejected = m->rejects.count;
    if (m->rejects.count * 10000 > m->opt->bad_share_bp * m->result->lines)
        return fail(m, "",
                    "more lines are bad than is tolerated (--max-bad); nothing was written");
    TRY(pass(cx, m));
    return m->opt->replace ? strike_rest(cx, m) : OK;
}

enum err
members_run(struct ctx *cx, const struct members_options *opt, struct members_result *out)
{
    struct members m = {.opt = opt, .result = out, .listed_ms = cx->now_ms};

    *out = (struct members_result){0};
    m.page = calloc(MEMBERS_STEP, sizeof m.page[0]);
    assert(m.page != NULL);
    pthread_mutex_init(&m.rejects.lock, NULL);
    m.rejects.shown = opt->quiet ? NULL : stderr;
    enum err e = run(cx, &m);
    if (m.rejects.file != NULL && fclose(m.rejects.file) != 0 && e == OK)
        e = fail(&m, "the list of rejects cannot be written: ", opt->rejects);
    pthread_mutex_destroy(&m.rejects.lock);
    free(m.page);
    return e;
}
