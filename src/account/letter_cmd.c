/* SPDX-License-Identifier: Apache-2.0 */
/*
 * letter_cmd.c - "maillon account letters": a batch of activation letters for the printer.
 *
 * The batch is fixed in the database first, the file written beside its name and moved there once
 * it is on the disk, the batch marked last. A run that was cut short is taken up by the next one,
 * which writes the same letters with the same codes.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "account/claim.h"
#include "base/csv.h"
#include "base/format.h"
#include "db/command.h"
#include "http/session.h"
#include "json/json.h"

struct letters {
    int64_t batch;
    bool resumed; /* Cut short before. */
    bool asked;   /* --batch: printed once more. */
    struct letter_list list;
};

static enum err
take_unit(struct ctx *cx, void *arg)
{
    struct letters *l = arg;

    return letter_batch_take(cx, &l->batch, &l->resumed);
}

static enum err
read_unit(struct ctx *cx, void *arg)
{
    struct letters *l = arg;

    return letter_batch_read(cx, l->batch, &l->list);
}

static enum err
written_unit(struct ctx *cx, void *arg)
{
    const struct letters *l = arg;

    return letter_batch_written(cx, l->batch);
}

static void
write_csv(struct buf *b, struct arena *a, const struct letters *l)
{
    buf_z(b, "batch,letter,siret,line1,line2,line3,line4,line5,line6,code,valid_until\r\n");
    for (size_t i = 0; i < l->list.count; i++) {
        const struct letter *t = &l->list.item[i];
        if (!t->fits)
            continue;
        csv_put_i64(b, true, l->batch);
        csv_put_i64(b, false, t->claim_id);
        csv_put(b, false, siret_str(a, t->siret));
        for (int k = 0; k < 6; k++)
            csv_put(b, false, k < t->address.count ? t->address.line[k] : STR_NONE);
        csv_put(b, false, t->code);
        csv_put(b, false, str_printf(a, "%s", fmt_short_date(t->expires_ms, ZONE_PARIS).z));
        csv_end(b);
    }
}

/* One page a letter, a form feed between. */
static void
write_text(struct buf *b, struct arena *a, struct str base_url, const struct letters *l)
{
    bool first = true;

    for (size_t i = 0; i < l->list.count; i++) {
        const struct letter *t = &l->list.item[i];
        if (!t->fits)
            continue;
        buf_z(b, first ? "" : "\f");
        first = false;
        for (int k = 0; k < t->address.count; k++)
            buf_printf(b, "%40s%.*s\n", "", STR_FMT(t->address.line[k]));
        buf_printf(b,
                   "\n\nMadame, Monsieur,\n\nUne personne demande à agir au nom de votre "
                   "entreprise\n(SIREN %s) sur :\n%.*s\n\nSi vous êtes d’accord, donnez-lui ce "
                   "code :\n\n        %.*s\n\nElle le saisit sur %.*s/entreprises/code\navant le "
                   "%s.\n\nSi vous n’êtes pas d’accord, ne faites rien : sans le code,\nrien ne "
                   "se passe.\n\nRéférence : lot %" PRId64 ", lettre %" PRId64 "\n",
                   fmt_siren(siren_str(a, siret_siren(t->siret))).z, STR_FMT(base_url),
                   STR_FMT(t->code), STR_FMT(base_url), fmt_date(t->expires_ms, ZONE_PARIS).z,
                   l->batch, t->claim_id);
    }
}

/* Whole or not at all: nobody prints half a batch. */
static enum err
file_put(struct arena *a, struct str path, const struct buf *b)
{
    char *to = str_z(a, path);
    char *part = str_z(a, str_printf(a, "%s.part", to));
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    size_t done = 0;

    if (fd < 0)
        return command_fail("cannot write %s", part);
    while (done < b->len) {
        ssize_t n = write(fd, b->ptr + done, b->len - done);
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    bool ok = done == b->len && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    if (!ok || rename(part, to) != 0) {
        (void)unlink(part);
        return command_fail("cannot write all of %s; run the command again", to);
    }
    return OK;
}

static enum err
report(const struct command_args *args, const struct letters *l, int64_t now_ms)
{
    size_t unfit = 0;
    struct buf b;
    enum err e;

    /* The codes of one batch end together. */
    if (l->list.count > 0 && l->list.item[0].expires_ms <= now_ms)
        fprintf(stderr, "maillon: the codes of batch %" PRId64 " ended on %s: do not print it; "
                        "people ask for a new letter\n",
                l->batch, fmt_iso(l->list.item[0].expires_ms).z);

    for (size_t i = 0; i < l->list.count; i++) {
        if (l->list.item[i].fits)
            continue;
        unfit++;
        fprintf(stderr, "maillon: letter %" PRId64 " left out: the register no longer gives an "
                        "address that fits\n", l->list.item[i].claim_id);
    }
    buf_init(&b, 0);
    if (args->json)
        buf_printf(&b, "{\"batch\":%" PRId64 ",\"letters\":%zu,\"left_out\":%zu,\"resumed\":%s}\n",
                   l->batch, l->list.count - unfit, unfit, l->resumed ? "true" : "false");
    else if (l->batch == 0)
        buf_z(&b, "no letter waits\n");
    else
        buf_printf(&b, "batch %" PRId64 ": %zu letters%s\n", l->batch, l->list.count - unfit,
                   l->resumed ? " (a batch that was cut short, written again)"
                   : l->asked ? " (written once more)"
                              : "");
    e = command_print(&b);
    buf_release(&b);
    return e;
}

enum err
account_letters_cmd(struct ctx *cx, struct command_args *args)
{
    struct letters l = {0};
    struct str out, secret;
    struct buf b;
    enum err e;

    if (!arg_option(args, "out", &out))
        return command_fail("--out FILE is needed; usage: maillon %s", args->usage);
    TRY(arg_option_int(args, "batch", 1, INT64_MAX, 0, &l.batch));
    TRY(arg_end(args));
    if (!str_ends(out, STR(".csv")) && !str_ends(out, STR(".txt")))
        return command_fail("the file's name ends in .csv or .txt");
    TRY(secret_load(cx, &secret));
    l.asked = l.batch != 0;
    if (l.batch == 0)
        TRY(db_write(cx, take_unit, &l));
    if (l.batch == 0)
        return report(args, &l, cx->now_ms);
    e = db_read(cx, read_unit, &l);
    if (e == ERR_NOT_FOUND)
        (void)command_fail("there is no batch %" PRId64, l.batch);
    TRY(e);
    buf_init(&b, 64 * 1024 * 1024);
    if (str_ends(out, STR(".csv")))
        write_csv(&b, cx->arena, &l);
    else
        write_text(&b, cx->arena, cx->app->conf->base_url, &l);
    e = file_put(cx->arena, out, &b);
    buf_release(&b);
    TRY(e);
    TRY(db_write(cx, written_unit, &l));
    return report(args, &l, cx->now_ms);
}
