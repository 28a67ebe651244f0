/* SPDX-License-Identifier: Apache-2.0 */
/* order_address.c - whether an address can be delivered to. See order_address.h. */
#include "order/order_address.h"

#include "base/parse.h"
#include "registry/postal_code.h"

static bool
is_own(const struct order_address *to, const struct establishment *site)
{
    return str_eq_nocase(to->street, site->street) &&
           str_eq(to->postal_code, site->postal_code) && str_eq_nocase(to->city, site->city);
}

static bool
is_five_digits(struct str code)
{
    int64_t number;

    return code.len == 5 && code.ptr[0] >= '0' && code.ptr[0] <= '9' &&
           parse_i64(code, 0, 99999, &number);
}

enum err
order_address_check(struct ctx *cx, const struct establishment *site, struct order_address *to,
                    struct address_check *out)
{
    struct postal_place place;

    *out = (struct address_check){.fault = ADDRESS_CODE_FORM};
    if (!is_five_digits(to->postal_code))
        return OK;
    out->fault = ADDRESS_FINE;
    to->commune = site->commune;
    out->other = !is_own(to, site);
    /* The register knows where that is, also when it spells the town its own way. */
    if (!out->other || (str_eq(to->postal_code, site->postal_code) &&
                        str_eq_nocase(to->city, site->city)))
        return OK;
    TRY(postal_code_find(cx, to->postal_code, to->city, &place));
    if (str_eq(to->postal_code, site->postal_code)) {
        place.known = true;
        place.territories |= 1U << site->territory;
    }
    to->commune = place.commune;
    out->towns = place.towns;
    if (!place.known)
        out->fault = ADDRESS_CODE_UNKNOWN;
    else if ((place.territories & 1U << site->territory) == 0)
        out->fault = ADDRESS_TERRITORY;
    else if (!place.town_fits)
        out->fault = ADDRESS_TOWN;
    return OK;
}
