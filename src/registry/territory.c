/* SPDX-License-Identifier: Apache-2.0 */
/*
 * territory.c - from a commune to its département and its territory.
 *
 * Always by INSEE commune code: a postal code can serve communes of two départements (about
 * twenty do), and Corsica's start with 20 where its communes start with 2A and 2B.
 */
#include "registry/territory.h"

static const struct {
    const char *code, *label, *department;
    enum zone zone;
} territories[TERRITORY_COUNT] = {
#define TERRITORY_ROW(value, code, label, zone, dep) [value] = {code, label, dep, zone},
    TERRITORY_MAP(TERRITORY_ROW)
#undef TERRITORY_ROW
};

const char *
territory_code(enum territory t)
{
    assert(t < TERRITORY_COUNT);
    return territories[t].code;
}

const char *
territory_label(enum territory t)
{
    assert(t < TERRITORY_COUNT);
    return territories[t].label;
}

enum zone
territory_zone(enum territory t)
{
    assert(t < TERRITORY_COUNT);
    return territories[t].zone;
}

bool
territory_by_code(struct str code, enum territory *out)
{
    for (int i = 0; i < TERRITORY_COUNT; i++)
        if (str_is(code, territories[i].code)) {
            *out = (enum territory)i;
            return true;
        }
    return false;
}

static bool
all_digits(const char *p, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (p[i] < '0' || p[i] > '9')
            return false;
    return true;
}

/* Overseas: the département has three digits. The Pacific has registers of its own (98x), and 99
 * stands for foreign countries: neither is a territory here. */
static enum territory
overseas(struct str department)
{
    for (int i = TERRITORY_GUADELOUPE; i < TERRITORY_COUNT; i++)
        if (str_is(department, territories[i].department))
            return (enum territory)i;
    return TERRITORY_NONE;
}

bool
territory_of_commune(struct str commune, struct str *department, enum territory *out)
{
    if (commune.len != 5)
        return false;
    const char *c = commune.ptr;
    if (c[0] == '2' && (c[1] == 'A' || c[1] == 'B')) {
        if (!all_digits(c + 2, 3))
            return false;
        *department = str_sub(commune, 0, 2);
        *out = TERRITORY_CORSICA;
        return true;
    }
    if (!all_digits(c, 5))
        return false;
    if (c[0] == '9' && c[1] >= '7') {
        *department = c[1] == '9' ? STR_NONE : str_sub(commune, 0, 3);
        *out = overseas(*department);
        return true;
    }
    int number = (c[0] - '0') * 10 + (c[1] - '0');
    if (number < 1 || number > 95 || number == 20)
        return false;
    *department = str_sub(commune, 0, 2);
    *out = TERRITORY_MAINLAND;
    return true;
}
