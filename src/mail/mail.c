/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail.c - the outbox, and the message as it goes over the wire.
 *
 * A message is checked when it is queued, so that nothing that cannot be sent is ever committed:
 * no header value holds a CR, LF or NUL, and the text is valid UTF-8. It is composed when it is
 * sent; the row keeps the Message-ID, so that a second attempt is the same message.
 */
#include "mail/mail_int.h"

#include <inttypes.h>

#include "base/civil.h"
#include "base/crypto.h"
#include "base/parse.h"
#include "job/job.h"

enum {
    LINE_MAX_QP = 75,     /* Before the "=" of a soft line break. */
    WORD_BYTES_MAX = 39,  /* In one encoded word; leaves room for "Subject: ". */
    PLAIN_HEADER_MAX = 66,
    MESSAGE_ID_LEN = 26
};

bool
mail_address_valid(struct str s)
{
    size_t at = str_find_byte(s, '@');
    struct str domain = str_sub(s, at + 1, s.len);

    if (s.len > MAIL_ADDRESS_MAX || at == 0 || at > 64 || at + 1 >= s.len)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        if (c <= ' ' || c >= 0x7f || strchr("<>()[],;:\\\"", c) != NULL)
            return false;
    }
    if (str_find_byte(domain, '@') != domain.len || domain.ptr[0] == '.' || domain.ptr[0] == '-')
        return false;
    return domain.ptr[domain.len - 1] != '.' && !str_contains(s, STR(".."));
}

struct str
mail_address_of(struct str from)
{
    size_t open = str_find_byte(from, '<');
    struct str address = str_trim(from);

    if (open < from.len) {
        struct str rest = str_sub(from, open + 1, from.len);

        address = str_sub(rest, 0, str_find_byte(rest, '>'));
    }
    return mail_address_valid(address) ? address : STR_NONE;
}

static bool
is_fit(const struct mail *m)
{
    return mail_address_valid(m->to) && m->subject.len > 0 && utf8_valid(m->subject) &&
           !utf8_has_control(m->subject, "") && utf8_count(m->subject) <= MAIL_SUBJECT_MAX &&
           m->text.len > 0 && m->text.len <= MAIL_TEXT_MAX && utf8_valid(m->text) &&
           !utf8_has_control(m->text, "\n\t");
}

enum err
mail_queue(struct ctx *cx, const struct mail *m)
{
    struct str from = mail_address_of(cx->app->conf->mail_from);
    struct str domain = str_sub(from, str_find_byte(from, '@') + 1, from.len);
    struct str message_id;
    struct db_rows rows;

    assert(db_in_write(cx));
    assert(m->cause != NULL && m->cause[0] != '\0');
    if (str_ends(m->to, STR("@invalid")))
        return OK; /* The pseudonym of somebody who was forgotten: nobody reads there. */
    if (!is_fit(m))
        return ERR_INVALID;
    message_id = str_printf(cx->arena, "%.*s@%.*s",
                            STR_FMT(random_token(cx->arena, MESSAGE_ID_LEN)),
                            STR_FMT(domain.len > 0 ? domain : STR("localhost")));
    TRY(db_run(cx, SQL_MAIL_ADD, &rows, db_str(str_of(m->cause)), db_int(m->subject_id),
               db_str(m->to), db_str(m->subject), db_str(m->text), db_str(message_id),
               db_int(cx->now_ms), db_int(m->last)));
    return job_add(cx, JOB_MAIL_SEND, row_int(&rows, 0, 0), STR_NONE, m->send_ms);
}

struct str
mail_letter(struct ctx *cx, struct str service, struct str text, struct str why)
{
    struct buf b;
    struct str letter;

    buf_init(&b, MAIL_TEXT_MAX);
    buf_z(&b, "Bonjour,\n\n");
    buf_str(&b, str_trim(text));
    buf_z(&b, "\n\n-- \n");
    buf_str(&b, service);
    buf_byte(&b, '\n');
    buf_str(&b, cx->app->conf->base_url);
    buf_z(&b, "\n\n");
    if (why.len > 0) {
        buf_str(&b, why);
        buf_byte(&b, '\n');
    }
    buf_z(&b, "Ce message est envoyé automatiquement\u00a0: personne ne lit les réponses.\n");
    letter = buf_dup(&b, cx->arena);
    buf_release(&b);
    return letter;
}

static struct mail_row
mail_from_row(const struct db_rows *rows, size_t i)
{
    return (struct mail_row){
        .id = row_int(rows, i, 0),
        .cause = row_str(rows, i, 1),
        .to = row_str(rows, i, 2),
        .subject = row_str(rows, i, 3),
        .text = row_str(rows, i, 4),
        .message_id = row_str(rows, i, 5),
        .created_ms = row_int(rows, i, 6),
        .tries = row_int(rows, i, 7),
        .sent_ms = row_int(rows, i, 8),
        .refused_ms = row_int(rows, i, 9),
        .code = row_int(rows, i, 10),
        .answer = row_str(rows, i, 11),
    };
}

enum err
mail_find(struct ctx *cx, int64_t id, struct mail_row *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_MAIL_FIND, &rows, db_int(id)));
    if (rows.count == 0)
        return ERR_NOT_FOUND;
    *out = mail_from_row(&rows, 0);
    return OK;
}

enum err
mail_recent(struct ctx *cx, int64_t before_id, int64_t count, struct mail_row_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_MAIL_RECENT, &rows, db_int(before_id), db_int(count)));
    out->item = ARENA_ARRAY(cx->arena, rows.count, struct mail_row);
    out->count = rows.count;
    for (size_t i = 0; i < rows.count; i++)
        out->item[i] = mail_from_row(&rows, i);
    return OK;
}

enum err
mail_about(struct ctx *cx, const char *cause, int64_t subject_id, struct mail_note_list *out)
{
    struct db_rows rows;

    TRY(db_run(cx, SQL_MAIL_ABOUT, &rows, db_int(subject_id), db_str(str_of(cause))));
    *out = (struct mail_note_list){ARENA_ARRAY(cx->arena, rows.count, struct mail_note),
                                   rows.count};
    for (size_t i = 0; i < rows.count; i++)
        out->item[i] = (struct mail_note){
            .id = row_int(&rows, i, 0),
            .to = row_str(&rows, i, 1),
            .subject = row_str(&rows, i, 2),
            .created_ms = row_int(&rows, i, 3),
            .sent_ms = row_int(&rows, i, 4),
            .refused_ms = row_int(&rows, i, 5),
        };
    return OK;
}

/* ---- letting go ---- */

enum err
mail_forget_about(struct ctx *cx, const char *cause, int64_t subject_id, struct tally *t)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_MAIL_FORGET_ABOUT, &rows, db_int(subject_id), db_str(str_of(cause))));
    tally_add(t, "mail", rows.changed);
    return OK;
}

enum err
mail_forget(struct ctx *cx, int64_t id, struct tally *t)
{
    struct db_rows rows;

    assert(db_in_write(cx));
    TRY(db_run(cx, SQL_MAIL_FORGET, &rows, db_int(id)));
    tally_add(t, "mail", rows.changed);
    return OK;
}

/* ---- composing ---- */

static bool
is_plain_header(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < ' ' || s.ptr[i] > '~')
            return false;
    return s.len <= PLAIN_HEADER_MAX && !str_contains(s, STR("=?"));
}

/* RFC 2047: encoded words of whole characters, one a line. */
static void
header_text(struct buf *out, struct str s)
{
    struct arena a = {0};
    bool first = true;

    if (is_plain_header(s)) {
        buf_str(out, s);
        return;
    }
    while (s.len > 0) {
        size_t n = s.len < WORD_BYTES_MAX ? s.len : WORD_BYTES_MAX;

        while (n < s.len && n > 1 && ((unsigned char)s.ptr[n] & 0xC0) == 0x80)
            n--;
        buf_z(out, first ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
        buf_str(out, base64_str(&a, s.ptr, n));
        buf_z(out, "?=");
        s = str_sub(s, n, s.len);
        first = false;
    }
    arena_release(&a);
}

/* A dot alone and "From " at the head of a line mean something to mail programs on the way. */
static bool
is_qp_plain(struct str line, size_t i)
{
    char c = line.ptr[i];

    if (c == ' ' || c == '\t')
        return i + 1 < line.len;
    if (i == 0 && (c == '.' || str_starts(line, STR("From "))))
        return false;
    return c > ' ' && c <= '~' && c != '=';
}

static void
quoted_printable_line(struct buf *out, struct str line)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t column = 0;

    for (size_t i = 0; i < line.len; i++) {
        unsigned char c = (unsigned char)line.ptr[i];
        bool plain = is_qp_plain(line, i);
        size_t width = plain ? 1 : 3;

        if (column + width > LINE_MAX_QP) {
            buf_z(out, "=\r\n");
            column = 0;
        }
        if (plain) {
            buf_byte(out, (char)c);
        } else {
            buf_byte(out, '=');
            buf_byte(out, digits[c >> 4]);
            buf_byte(out, digits[c & 15]);
        }
        column += width;
    }
    buf_z(out, "\r\n");
}

static void
date_header(struct buf *out, int64_t ms)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct civil c = civil_of(ms, ZONE_UTC);

    buf_printf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[c.weekday], c.day,
               months[c.month - 1], c.year, c.hour, c.minute, c.second);
}

static void
from_header(struct buf *out, struct str from)
{
    struct str address = mail_address_of(from);
    struct str name = str_trim(str_sub(from, 0, str_find_byte(from, '<')));

    buf_z(out, "From: ");
    if (str_find_byte(from, '<') == from.len || !utf8_valid(name) || utf8_has_control(name, ""))
        name = STR("Maillon");
    if (is_plain_header(name))
        buf_byte(out, '"');
    for (size_t i = 0; is_plain_header(name) && i < name.len; i++)
        if (name.ptr[i] != '"' && name.ptr[i] != '\\')
            buf_byte(out, name.ptr[i]);
    if (is_plain_header(name))
        buf_byte(out, '"');
    else
        header_text(out, name);
    buf_printf(out, "\r\n <%.*s>\r\n", STR_FMT(address));
}

void
mail_compose(struct buf *out, const struct conf *conf, const struct mail_row *m)
{
    struct str rest = m->text;
    struct str line;

    date_header(out, m->created_ms);
    buf_printf(out, "Message-ID: <%.*s>\r\n", STR_FMT(m->message_id));
    from_header(out, conf->mail_from);
    buf_printf(out, "To: %.*s\r\nSubject: ", STR_FMT(m->to));
    header_text(out, m->subject);
    buf_z(out, "\r\nMIME-Version: 1.0\r\n"
               "Content-Type: text/plain; charset=utf-8\r\n"
               "Content-Transfer-Encoding: quoted-printable\r\n"
               "Content-Language: fr\r\n"
               "Auto-Submitted: auto-generated\r\n"
               "X-Auto-Response-Suppress: All\r\n"
               "\r\n");
    /* The last line's own newline makes no empty line. */
    if (str_ends(rest, STR("\n")))
        rest.len--;
    while (str_split(&rest, '\n', &line))
        quoted_printable_line(out, line);
}
