/* SPDX-License-Identifier: Apache-2.0 */
/*
 * network.c - which chambers a company belongs to, as far as the register tells.
 *
 * The craft code is given by the CMA itself, so it is proof. Nothing open says who is a member of
 * a CCI: its electors are merchants of the RCS, commercial companies and public industrial
 * bodies, which the legal category approximates. A sole trader without craft code may be a
 * shopkeeper as well as a doctor: unknown, and never a silent no, except where the activity is
 * that of a regulated profession or a farm.
 */
#include "registry/import.h"

static bool
naf_starts(struct str naf, const char *prefix)
{
    return str_starts(naf, str_of(prefix));
}

static bool
is_farm(struct str naf)
{
    return naf_starts(naf, "01.");
}

/* Law and accounts, doctors and other care, veterinary care, architects. */
static bool
is_liberal(struct str naf)
{
    static const char *const prefix[] = {"69.10", "69.20", "71.11", "75.00", "86.2", "86.90"};

    for (size_t i = 0; i < sizeof prefix / sizeof prefix[0]; i++)
        if (naf_starts(naf, prefix[i]))
            return true;
    return false;
}

/* Companies of liberal professions: SELCA, SELARL, SELAFA, SELAS. */
static bool
is_liberal_company(int category)
{
    return category == 5385 || category == 5485 || category == 5585 || category == 5685 ||
           category == 5785;
}

static bool
is_commercial(int category)
{
    int family = category / 100;

    return (family >= 52 && family <= 58) || family == 41 || category == 3120;
}

static bool
is_outside(int category)
{
    int family = category / 100;

    return family == 65 || family == 92 || category / 1000 == 7;
}

void
networks_derive(int legal_category, struct str naf, bool craft, unsigned *networks,
                enum network_source *source)
{
    *networks = craft ? NETWORK_CMA : 0;
    if (is_commercial(legal_category) && !is_liberal_company(legal_category) && !is_farm(naf))
        *networks |= NETWORK_CCI;
    if (*networks != 0)
        *source = NETWORK_DERIVED;
    else if (is_outside(legal_category) || is_liberal_company(legal_category) || is_farm(naf) ||
             (legal_category == 1000 && is_liberal(naf)))
        *source = NETWORK_NOT;
    else
        *source = NETWORK_UNKNOWN;
}
