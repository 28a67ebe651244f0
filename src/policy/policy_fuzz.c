/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_fuzz.c - any bytes as a campaign file: no crash, faults that name a place, and rules that
 * hold their own bounds.
 */
#include "policy/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
verdict_holds(struct arena *a, const struct policy *p, const struct buyer_facts *f, int64_t now_ms)
{
    struct eligibility e = policy_eligible(p, f, now_ms);

    assert(e.reason >= REASON_OK && e.reason < REASON_COUNT);
    assert(e.units_min >= 0 && e.units_min <= e.units_max);
    assert(e.period_start_ms < e.period_end_ms);
    if (e.reason == REASON_OK) {
        assert(e.cohort >= 0 && e.cohort < p->cohort_count);
        assert(now_ms >= e.opens_ms && now_ms < e.closes_ms);
        for (int g = 0; g < p->good_count; g++) {
            assert(policy_vat_of(p, g, f->territory, now_ms) != NULL);
            assert(policy_pool_of(p, g, f->territory) >= 0);
        }
    }
    if (e.reason == REASON_NOT_OPEN_YET)
        assert(now_ms < e.opens_ms);
    assert(eligibility_text(a, p, f, &e).len > 0);
    assert(policy_delay_end(p, f->territory, now_ms) >= now_ms - 86400000);
}

static void
policy_holds(struct arena *a, const struct policy *p)
{
    static const int64_t instants[] = { 1588000000000, 1588400000000, 1589200000000,
                                        1800000000000 };

    for (int b = 0; b < BAND_COUNT; b++)
        for (int t = 0; t < TERRITORY_COUNT; t++) {
            struct buyer_facts f = {
                .active = true,
                .establishment_active = true,
                .band = (enum band)b,
                .heads = b % 3 == 0 ? b * 7 : -1,
                .legal_category = 5710,
                .naf = STR("10.71C"),
                .networks = NETWORK_CCI,
                .network_source = NETWORK_DERIVED,
                .territory = (enum territory)t,
                .department = STR("69"),
            };
            verdict_holds(a, p, &f, instants[(b + t) % 4]);
        }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena a;
    struct str json = str_n((const char *)data, size), moved = STR_NONE;
    struct policy_fault_list faults = { 0 };
    struct policy *p = NULL;

    arena_clear(&a);
    enum err err = policy_compile(&a, json, &p, &faults);
    assert((err == OK) == (p != NULL));
    assert(err == OK || (err == ERR_INVALID && faults.count > 0));
    for (size_t i = 0; i < faults.count; i++)
        assert(faults.item[i].text.len > 0 && faults.item[i].line >= 0);
    if (err != OK)
        return 0;
    policy_holds(&a, p);
    if (policy_open_now(&a, json, STR_NONE, 1800000000000, &moved, &faults) != OK)
        return 0;
    /* Only a skipped hour or a year out of bounds can spoil moved dates. */
    err = policy_compile(&a, moved, &p, &faults);
    assert(err == OK || err == ERR_INVALID);
    return 0;
}
