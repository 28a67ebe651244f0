/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail_send.c - hands a composed message to the relay (libcurl) or puts it into a folder.
 *
 * The relay is spoken to in TLS with a certificate that must be right, unless it is this machine.
 * An answer 5xx to the message itself (MAIL, RCPT, DATA) is a no for good; all else (4xx, no
 * connection, a wrong password, a bad certificate) may be better later, and says so to the
 * operator meanwhile. What the relay says is kept with the message and never logged: it holds the
 * address.
 */
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mail/mail_int.h"

/* Some relays make a stranger wait for their greeting. */
enum { GREETING_TIMEOUT_S = 60, PATH_LEN_MAX = 1024 };

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;

static void
curl_begin(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* The relay's words as text fit for a column and a page. */
static void
answer_set(struct mail_answer *answer, int code, const char *text, size_t len)
{
    size_t used = 0;

    answer->code = code;
    for (size_t i = 0; i < len && used + 1 < sizeof answer->text; i++)
        answer->text[used++] = text[i] >= ' ' && text[i] <= '~' ? text[i] : ' ';
    while (used > 0 && answer->text[used - 1] == ' ')
        used--;
    answer->text[used] = '\0';
}

bool
mail_needs_tls(struct str url)
{
    size_t scheme = str_starts(url, STR("smtps://")) ? 8 : str_starts(url, STR("smtp://")) ? 7 : 0;
    struct str rest = str_sub(url, scheme, url.len);
    struct str host = str_sub(rest, 0, str_find_byte(rest, rest.len > 0 && rest.ptr[0] == '['
                                                               ? ']' : ':'));

    if (scheme == 8)
        return true;
    if (str_starts(host, STR("127."))) {
        for (size_t i = 0; i < host.len; i++)
            if (host.ptr[i] != '.' && (host.ptr[i] < '0' || host.ptr[i] > '9'))
                return true; /* A name that only begins like the address. */
        return false;
    }
    return !str_eq_nocase(host, STR("localhost")) && !str_is(host, "[::1");
}

/* ---- a folder ---- */

static enum mail_result
folder_failed(struct mail_answer *answer, const char *what)
{
    char text[sizeof answer->text];
    int len = snprintf(text, sizeof text, "%s: %s", what, strerror(errno));

    answer_set(answer, 0, text, len < (int)sizeof text ? (size_t)len : sizeof text - 1);
    return MAIL_LATER;
}

static bool
write_all(int fd, const struct buf *b)
{
    for (size_t done = 0; done < b->len;) {
        ssize_t n = write(fd, b->ptr + done, b->len - done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return fsync(fd) == 0;
}

/* Under its final name the file is whole. */
static enum mail_result
folder_put(struct str folder, const struct mail_row *m, const struct buf *message,
           struct mail_answer *answer)
{
    char path[PATH_LEN_MAX];
    char part[PATH_LEN_MAX + 8];
    int len = snprintf(path, sizeof path, "%.*s/%010" PRId64 ".eml", STR_FMT(folder), m->id);
    bool written;
    int fd;

    if (len < 0 || len >= (int)sizeof path) {
        errno = ENAMETOOLONG;
        return folder_failed(answer, "mail folder");
    }
    snprintf(part, sizeof part, "%s.part", path);
    for (size_t i = 1; i <= folder.len; i++)
        if (path[i] == '/') {
            path[i] = '\0';
            (void)mkdir(path, 0750);
            path[i] = '/';
        }
    fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (fd < 0)
        return folder_failed(answer, part);
    written = write_all(fd, message);
    if (close(fd) != 0 || !written || rename(part, path) != 0) {
        (void)folder_failed(answer, path);
        (void)unlink(part);
        return MAIL_LATER;
    }
    return MAIL_SENT;
}

/* ---- SMTP ---- */

struct talk {
    const struct buf *message;
    size_t sent;
    bool message_begun; /* MAIL was said: what follows is about this message. */
    bool ended;         /* QUIT was said: its answer tells nothing. */
    int code;
    char line[200];
    size_t line_len;
};

static size_t
read_message(char *to, size_t size, size_t count, void *arg)
{
    struct talk *t = arg;
    size_t n = size * count;

    if (n > t->message->len - t->sent)
        n = t->message->len - t->sent;
    if (n > 0)
        memcpy(to, t->message->ptr + t->sent, n);
    t->sent += n;
    return n;
}

/* Sees the conversation. Of what we send only "MAIL" and "QUIT" are looked for: it holds the
 * password. */
static int
overhear(CURL *curl, curl_infotype kind, char *data, size_t size, void *arg)
{
    struct talk *t = arg;

    (void)curl;
    if (kind == CURLINFO_HEADER_OUT && size >= 5 && memcmp(data, "MAIL ", 5) == 0)
        t->message_begun = true;
    if (kind == CURLINFO_HEADER_OUT && size >= 4 && memcmp(data, "QUIT", 4) == 0)
        t->ended = true;
    if (kind == CURLINFO_HEADER_IN && size >= 3 && !t->ended) {
        t->line_len = size < sizeof t->line ? size : sizeof t->line;
        memcpy(t->line, data, t->line_len);
        t->code = 0;
        for (int i = 0; i < 3 && data[i] >= '0' && data[i] <= '9'; i++)
            t->code = t->code * 10 + (data[i] - '0');
    }
    return 0;
}

static size_t
discard(char *data, size_t size, size_t count, void *arg)
{
    (void)data;
    (void)arg;
    return size * count;
}

/* Asked about once a second. */
static int
give_up(void *arg, curl_off_t down_all, curl_off_t down, curl_off_t up_all, curl_off_t up)
{
    const struct app *app = arg;

    (void)down_all;
    (void)down;
    (void)up_all;
    (void)up;
    return atomic_load(&app->stopping);
}

static CURLcode
smtp_set_up(CURL *curl, const struct app *app, struct arena *a, struct talk *t,
            struct curl_slist *to)
{
    const struct conf *conf = app->conf;
    struct str from = mail_address_of(conf->mail_from);
    struct str domain = str_sub(from, str_find_byte(from, '@') + 1, from.len);
    struct str url = str_printf(a, "%.*s/%.*s", STR_FMT(conf->mail),
                                STR_FMT(domain.len > 0 ? domain : STR("localhost")));
    long tls = mail_needs_tls(conf->mail) ? CURLUSESSL_ALL : CURLUSESSL_NONE;
    CURLcode rc = CURLE_OK;

#define SET(option, value)                                                                        \
    if (rc == CURLE_OK)                                                                           \
    rc = curl_easy_setopt(curl, option, value)
    SET(CURLOPT_URL, url.ptr);
    SET(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_USE_SSL, tls);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_CONNECTTIMEOUT, (long)GREETING_TIMEOUT_S);
    SET(CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)MAIL_TRY_S);
    SET(CURLOPT_TIMEOUT, (long)MAIL_TRY_S);
    SET(CURLOPT_NOPROGRESS, 0L);
    SET(CURLOPT_XFERINFOFUNCTION, give_up);
    SET(CURLOPT_XFERINFODATA, (void *)(uintptr_t)app);
    SET(CURLOPT_MAIL_FROM, str_z(a, from));
    SET(CURLOPT_MAIL_RCPT, to);
    SET(CURLOPT_UPLOAD, 1L);
    SET(CURLOPT_READFUNCTION, read_message);
    SET(CURLOPT_READDATA, t);
    SET(CURLOPT_WRITEFUNCTION, discard);
    SET(CURLOPT_VERBOSE, 1L);
    SET(CURLOPT_DEBUGFUNCTION, overhear);
    SET(CURLOPT_DEBUGDATA, t);
    if (conf->mail_user.len > 0) {
        SET(CURLOPT_USERNAME, str_z(a, conf->mail_user));
        SET(CURLOPT_PASSWORD, str_z(a, conf->mail_password));
    }
#undef SET
    return rc;
}

static enum mail_result
smtp_result(CURLcode rc, const struct talk *t, struct mail_answer *answer)
{
    const char *why = curl_easy_strerror(rc);

    if (rc == CURLE_OK)
        return MAIL_SENT;
    /* Only an answer of 400 and above explains the failure; else the connection does. */
    if (t->code >= 400)
        answer_set(answer, t->code, t->line, t->line_len);
    else
        answer_set(answer, 0, why, strlen(why));
    return t->message_begun && t->code >= 500 && t->code < 600 ? MAIL_REFUSED : MAIL_LATER;
}

static enum mail_result
smtp_send(const struct app *app, const struct mail_row *m, const struct buf *message,
          struct mail_answer *answer)
{
    struct talk talk = {.message = message};
    struct arena a = {0};
    struct curl_slist *to;
    CURL *curl;
    CURLcode rc = CURLE_OUT_OF_MEMORY;

    pthread_once(&curl_once, curl_begin);
    curl = curl_easy_init();
    to = curl_slist_append(NULL, str_z(&a, m->to));
    if (curl != NULL && to != NULL)
        rc = smtp_set_up(curl, app, &a, &talk, to);
    if (curl != NULL && rc == CURLE_OK)
        rc = curl_easy_perform(curl);
    curl_easy_cleanup(curl);
    curl_slist_free_all(to);
    arena_release(&a);
    return smtp_result(rc, &talk, answer);
}

enum mail_result
mail_send(const struct app *app, const struct mail_row *m, const struct buf *message,
          struct mail_answer *answer)
{
    const struct conf *conf = app->conf;
    static const char unknown[] = "MAILLON_MAIL is none of dir:PATH, smtp://, smtps://";

    *answer = (struct mail_answer){0};
    if (str_starts(conf->mail, STR("dir:")))
        return folder_put(str_sub(conf->mail, 4, conf->mail.len), m, message, answer);
    if (str_starts(conf->mail, STR("smtp://")) || str_starts(conf->mail, STR("smtps://")))
        return smtp_send(app, m, message, answer);
    answer_set(answer, 0, unknown, sizeof unknown - 1);
    return MAIL_LATER;
}
