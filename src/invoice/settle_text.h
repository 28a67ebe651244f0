/* SPDX-License-Identifier: Apache-2.0 */
/* settle_text.h - texts of a settlement file into amounts. Private to invoice/. */
#ifndef MAILLON_INVOICE_SETTLE_TEXT_H
#define MAILLON_INVOICE_SETTLE_TEXT_H

#include "base/str.h"

enum amount_result {
    AMOUNT_GOOD,
    AMOUNT_EMPTY,
    AMOUNT_BAD,       /* No number of euros and cents. */
    AMOUNT_AMBIGUOUS  /* "1,234": thousands or thousandths. */
};
/* "1 234,50", "1,234.50", "-12.3", "12,30-", "(12,30)", "12,30 EUR", into cents. */
enum amount_result settle_amount(struct str s, int64_t *cents);

#endif
