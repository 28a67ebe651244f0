/* SPDX-License-Identifier: Apache-2.0 */
/* invoice_job.c - writes the documents that have become due, every few seconds. */
#include "invoice/invoice.h"
#include "job/job.h"

enum err
invoice_issue_job(struct ctx *cx, const struct job *job)
{
    int issued, stuck;

    (void)job;
    return invoice_issue_due(cx, &issued, &stuck);
}
