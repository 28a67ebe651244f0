/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order_address.h - whether an address can be delivered to, for the form and for the API.
 *
 * VAT, stock pool and time zone follow the territory of the establishment that orders. So another
 * address must lie in the same territory; the establishment's own is never questioned.
 */
#ifndef MAILLON_ORDER_ORDER_ADDRESS_H
#define MAILLON_ORDER_ORDER_ADDRESS_H

#include "order/order.h"

enum address_fault {
    ADDRESS_FINE,
    ADDRESS_CODE_FORM,    /* Not five digits. */
    ADDRESS_CODE_UNKNOWN, /* Five digits that are no postal code. */
    ADDRESS_TERRITORY,    /* Of another territory than the establishment. */
    ADDRESS_TOWN          /* The town does not look like one of the code's: ask, do not refuse. */
};

struct address_check {
    enum address_fault fault;
    bool other;       /* Not the establishment's own. */
    struct str towns; /* ADDRESS_TOWN: of that postal code. */
};

/* Reads street, postal_code and city of *to, sets its commune (empty: not known). */
NODISCARD enum err order_address_check(struct ctx *cx, const struct establishment *site,
                                       struct order_address *to, struct address_check *out);

#endif
