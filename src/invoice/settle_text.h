/* SPDX-License-Identifier: Apache-2.0 */
/* settle_text.h - bytes of a settlement file into text, texts into amounts. Private to invoice/. */
#ifndef MAILLON_INVOICE_SETTLE_TEXT_H
#define MAILLON_INVOICE_SETTLE_TEXT_H

#include "base/buf.h"
#include "base/err.h"

/* UTF-8 without its mark, from UTF-8, UTF-16 with its mark, or Windows-1252. ERR_INVALID with *why:
 * empty, or no text at all, with the kind of file where it can be told. */
NODISCARD enum err settle_decode(struct arena *a, struct str bytes, struct str *text,
                                 const char **encoding, struct str *why);

enum amount_result {
    AMOUNT_GOOD,
    AMOUNT_EMPTY,
    AMOUNT_BAD,       /* No number of euros and cents. */
    AMOUNT_AMBIGUOUS  /* "1,234": thousands or thousandths. */
};
/* "1 234,50", "1,234.50", "-12.3", "12,30-", "(12,30)", "12,30 EUR", into cents. */
enum amount_result settle_amount(struct str s, int64_t *cents);

#endif
