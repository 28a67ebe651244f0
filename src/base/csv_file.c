/* SPDX-License-Identifier: Apache-2.0 */
/* csv_file.c - a table as a CSV file, counted and hashed on its way out. */
#include "base/csv_file.h"

void
csv_file_begin(struct csv_file *f, enum csv_kind kind, struct buf *out, csv_sink sink, void *arg,
               const char *const *heads, size_t count)
{
    *f = (struct csv_file){.out = out, .kind = kind, .sink = sink, .arg = arg};
    f->sep = kind == CSV_FRENCH ? ';' : ',';
    sha256_init(&f->hash);
    if (kind == CSV_FRENCH)
        buf_z(out, "\xEF\xBB\xBF");
    for (size_t i = 0; i < count; i++)
        csv_put_after(out, i == 0 ? '\0' : f->sep, str_of(heads[i]));
    csv_end(out);
}

void
csv_file_put(struct csv_file *f, struct str value)
{
    csv_put_after(f->out, f->in_row ? f->sep : '\0', value);
    f->in_row = true;
}

void
csv_file_put_i64(struct csv_file *f, int64_t value)
{
    if (f->in_row)
        buf_byte(f->out, f->sep);
    csv_put_i64(f->out, true, value);
    f->in_row = true;
}

void
csv_file_row(struct csv_file *f)
{
    csv_end(f->out);
    f->in_row = false;
    f->rows++;
}

static void
note_bytes(struct csv_file *f)
{
    sha256_add(&f->hash, buf_view(f->out));
    f->bytes += (int64_t)f->out->len;
}

enum err
csv_file_pass(struct csv_file *f)
{
    if (f->out->len < CSV_PASS_BYTES)
        return OK;
    note_bytes(f);
    return f->sink(f->arg);
}

void
csv_file_end(struct csv_file *f)
{
    note_bytes(f);
    sha256_end(&f->hash, f->digest);
}
