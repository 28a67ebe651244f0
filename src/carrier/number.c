/* SPDX-License-Identifier: Apache-2.0 */
/*
 * number.c - parcel numbers: national ones of 13 characters (two of product, ten digits, a key)
 * and international ones (UPU S10).
 */
#include "carrier/carrier.h"

enum { NUMBER_LEN = 13, S10_DIGITS = 8 };

static bool
all_digits(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return s.len > 0;
}

static bool
is_letter(char c)
{
    return c >= 'A' && c <= 'Z';
}

int
parcel_key_national(struct str digits)
{
    int sum = 0;

    assert(all_digits(digits));
    for (size_t i = 0; i < digits.len; i++)
        sum += (digits.ptr[digits.len - 1 - i] - '0') * (i % 2 == 0 ? 3 : 1);
    return (10 - sum % 10) % 10;
}

int
parcel_key_s10(struct str digits)
{
    static const int weight[S10_DIGITS] = {8, 6, 4, 2, 3, 5, 9, 7};
    int sum = 0;

    assert(digits.len == S10_DIGITS && all_digits(digits));
    for (size_t i = 0; i < S10_DIGITS; i++)
        sum += (digits.ptr[i] - '0') * weight[i];
    int key = 11 - sum % 11;
    return key == 10 ? 0 : key == 11 ? 5 : key;
}

bool
parcel_number_valid(struct str n)
{
    if (n.len != NUMBER_LEN)
        return false;
    if (is_letter(n.ptr[0]) && is_letter(n.ptr[1]) && is_letter(n.ptr[11])) {
        struct str digits = str_sub(n, 2, S10_DIGITS);
        return is_letter(n.ptr[12]) && all_digits(digits) && n.ptr[10] >= '0' &&
               n.ptr[10] <= '9' && parcel_key_s10(digits) == n.ptr[10] - '0';
    }
    struct str digits = str_sub(n, 2, 10);
    bool first = (n.ptr[0] >= '0' && n.ptr[0] <= '9') || is_letter(n.ptr[0]);
    bool second = (n.ptr[1] >= '0' && n.ptr[1] <= '9') || is_letter(n.ptr[1]);
    return first && second && all_digits(digits) && n.ptr[12] >= '0' && n.ptr[12] <= '9' &&
           parcel_key_national(digits) == n.ptr[12] - '0';
}
