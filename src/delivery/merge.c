/* SPDX-License-Identifier: Apache-2.0 */
/*
 * merge.c - several PDFs become one, by qpdf: labels come one file each, printers want one.
 */
#include "delivery/paper.h"

#include <qpdf/qpdf-c.h>
#include <stdlib.h>

enum { DOCUMENT_PAGES_MAX = 20 };

static bool
failed(QPDF_ERROR_CODE code)
{
    return (code & QPDF_ERRORS) != 0;
}

static bool
pages_add(qpdf_data to, qpdf_data from)
{
    int pages = qpdf_get_num_pages(from);

    if (pages < 1 || pages > DOCUMENT_PAGES_MAX)
        return false;
    for (int i = 0; i < pages; i++)
        if (failed(qpdf_add_page(to, from, qpdf_get_page_n(from, (size_t)i), QPDF_FALSE)))
            return false;
    return true;
}

static bool
written(qpdf_data to, struct buf *out)
{
    if (failed(qpdf_init_write_memory(to)) || failed(qpdf_write(to)))
        return false;
    buf_put(out, qpdf_get_buffer(to), qpdf_get_buffer_length(to));
    return !out->overflow;
}

enum err
pdf_join(const struct str *pdfs, size_t count, struct buf *out)
{
    /* A page that was added is read from its own document until the whole is written. */
    qpdf_data *from = calloc(count + 1, sizeof *from);
    qpdf_data to = qpdf_init();
    bool good = from != NULL && !failed(qpdf_empty_pdf(to));

    qpdf_silence_errors(to);
    for (size_t i = 0; good && i < count; i++) {
        from[i] = qpdf_init();
        qpdf_silence_errors(from[i]);
        qpdf_set_suppress_warnings(from[i], QPDF_TRUE);
        good = !failed(qpdf_read_memory(from[i], "label", pdfs[i].ptr, pdfs[i].len, NULL)) &&
               pages_add(to, from[i]);
    }
    good = good && written(to, out);
    qpdf_cleanup(&to);
    for (size_t i = 0; from != NULL && i < count; i++)
        if (from[i] != NULL)
            qpdf_cleanup(&from[i]);
    free(from);
    return good ? OK : ERR_INVALID;
}
