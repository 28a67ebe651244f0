/* SPDX-License-Identifier: Apache-2.0 */
/* siret_fuzz.c - any bytes typed as a number: no crash, and what is accepted is written back. */
#include "registry/registry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena a;
    struct str typed = str_n((const char *)data, size);
    int64_t n = 0, again = 0;
    enum number_fault f = siret_parse(typed, &n);

    arena_clear(&a);
    if (f == NUMBER_OK) {
        assert(n > 0 && n <= 99999999999999);
        assert(siret_parse(siret_str(&a, n), &again) == NUMBER_OK && again == n);
        assert(siren_parse(siren_str(&a, siret_siren(n)), &again) == NUMBER_OK);
        assert(vat_number(&a, again).len == 13);
    } else {
        assert(n == 0);
        assert(number_fault_text(&a, f, "SIRET", typed).len > 0);
    }
    f = siren_parse(typed, &n);
    if (f == NUMBER_OK)
        assert(siren_parse(siren_str(&a, n), &again) == NUMBER_OK && again == n);
    else
        assert(number_fault_text(&a, f, "SIREN", typed).len > 0);

    struct str department = STR_NONE;
    enum territory t = TERRITORY_NONE;
    if (territory_of_commune(typed, &department, &t))
        assert(department.len <= 3 && t < TERRITORY_COUNT);
    return 0;
}
