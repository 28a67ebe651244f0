/* SPDX-License-Identifier: Apache-2.0 */
/* policy_test.c - the demo's rules on the cases that sources, calendars and registers make hard. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "db/command.h"
#include "policy/policy_text.h"

int test_policy(void);

static struct arena arena;

static struct str
demo(const char *path)
{
    struct str json;

    assert_int_equal(OK, command_read_file(&arena, str_of(path), POLICY_JSON_MAX, &json));
    return json;
}

/* The text with its first "from" replaced, which must be there. */
static struct str
with(struct str json, const char *from, const char *to)
{
    const char *at = memmem(json.ptr, json.len, from, strlen(from));

    assert_non_null(at);
    size_t before = (size_t)(at - json.ptr), after = json.len - before - strlen(from);
    return str_printf(&arena, "%.*s%s%.*s", (int)before, json.ptr, to, (int)after,
                      at + strlen(from));
}

static const struct policy *
compiled(struct str json)
{
    struct policy_fault_list faults = { 0 };
    struct policy *p = NULL;
    enum err err = policy_compile(&arena, json, &p, &faults);

    for (size_t i = 0; i < faults.count; i++)
        print_message("%.*s %.*s\n", STR_FMT(faults.item[i].path), STR_FMT(faults.item[i].text));
    assert_int_equal(OK, err);
    return p;
}

static const struct policy *
masques(void)
{
    return compiled(demo("demo/masques-pme.json"));
}

static int64_t
at(const char *instant)
{
    int64_t ms = 0;

    assert_true(instant_parse(str_of(instant), &ms));
    return ms;
}

/* A plain company of the CCI, mainland, of this band. */
static struct buyer_facts
buyer(const char *band)
{
    struct buyer_facts f = {
        .active = true,
        .establishment_active = true,
        .heads = -1,
        .legal_category = 5710,
        .naf = STR("10.71C"),
        .networks = NETWORK_CCI,
        .network_source = NETWORK_DERIVED,
        .territory = TERRITORY_MAINLAND,
        .department = STR("69"),
    };

    if (*band != '\0')
        assert_true(band_by_code(str_of(band), &f.band));
    return f;
}

static void
assert_reason(const struct policy *p, const struct buyer_facts *f, const char *instant,
              enum reason want)
{
    struct eligibility e = policy_eligible(p, f, at(instant));

    if (e.reason != want)
        print_message("%s instead of %s\n", reason_code(e.reason), reason_code(want));
    assert_int_equal(want, e.reason);
    assert_true(eligibility_text(&arena, p, f, &e).len > 20);
}

static void
bands_decide_by_the_rules_of_may_2020(void **state)
{
    static const struct {
        const char *band;
        enum reason on_3_may, on_5_may;
        int64_t units_min, units_max;
    } row[] = {
        { "NN", REASON_NOT_OPEN_YET, REASON_OK, 6, 6 }, /* The owner alone: 4, up to one pack. */
        { "00", REASON_NOT_OPEN_YET, REASON_OK, 6, 6 },
        { "01", REASON_NOT_OPEN_YET, REASON_OK, 8, 12 },
        { "02", REASON_NOT_OPEN_YET, REASON_OK, 16, 24 },
        { "03", REASON_NOT_OPEN_YET, REASON_OK, 28, 40 },
        { "11", REASON_OK, REASON_OK, 44, 80 },
        { "12", REASON_OK, REASON_OK, 84, 200 },
        { "21", REASON_TOO_LARGE, REASON_TOO_LARGE, 0, 0 },
        { "53", REASON_TOO_LARGE, REASON_TOO_LARGE, 0, 0 },
        { "", REASON_NEEDS_HEADCOUNT, REASON_NEEDS_HEADCOUNT, 0, 0 },
    };
    const struct policy *p = masques();

    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct buyer_facts f = buyer(row[i].band);
        struct eligibility e = policy_eligible(p, &f, at("2020-05-05T10:00:00Z"));
        assert_reason(p, &f, "2020-05-03T10:00:00Z", row[i].on_3_may);
        assert_reason(p, &f, "2020-05-05T10:00:00Z", row[i].on_5_may);
        assert_int_equal(row[i].units_min, e.units_min);
        assert_int_equal(row[i].units_max, e.units_max);
    }
}

static void
an_exact_headcount_goes_before_the_band(void **state)
{
    static const struct {
        int heads;
        enum reason reason;
        int64_t units;
        const char *cohort;
    } row[] = {
        { 0, REASON_OK, 6, "moins-de-10" },   { 1, REASON_OK, 8, "moins-de-10" },
        { 9, REASON_OK, 40, "moins-de-10" },  { 10, REASON_OK, 44, "de-10-a-49" },
        { 49, REASON_OK, 200, "de-10-a-49" }, { 50, REASON_TOO_LARGE, 0, NULL },
    };
    const struct policy *p = masques();

    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct buyer_facts f = buyer("");
        f.heads = row[i].heads;
        struct eligibility e = policy_eligible(p, &f, at("2020-05-05T10:00:00Z"));
        assert_int_equal(row[i].reason, e.reason);
        assert_int_equal(row[i].units, e.units_min);
        assert_int_equal(row[i].units, e.units_max);
        if (row[i].cohort != NULL)
            assert_true(str_is(p->cohort[e.cohort].code, row[i].cohort));
    }
}

static void
two_heads_by_two_round_up_to_a_pack_of_six_only_where_the_policy_says_so(void **state)
{
    struct str json = with(demo("demo/masques-pme.json"), "\"per_head\": 4", "\"per_head\": 2");
    struct str down = with(json, "\"round_up\": true", "\"round_up\": false");
    struct str alone = with(down, "\"owner_counts\": true", "\"owner_counts\": false");
    struct buyer_facts f = buyer("NN");

    (void)state;
    assert_int_equal(6, policy_quota(compiled(json), 1));  /* (1 + owner) x 2 = 4 */
    assert_int_equal(8, policy_quota(compiled(json), 3));  /* One pack only: no second for 8. */
    assert_int_equal(4, policy_quota(compiled(down), 1));
    assert_int_equal(0, policy_quota(compiled(alone), 0)); /* 2 x 0 = 0 masks */
    assert_reason(compiled(alone), &f, "2020-05-05T10:00:00Z", REASON_TOO_SMALL);
    /* A pack of 40 is the smallest that 10 heads are offered. */
    assert_int_equal(40, policy_quota(compiled(json), 10));
    assert_int_equal(100, policy_quota(compiled(with(json, "\"round_up\": true",
                                                     "\"units_max\": 100")), 300));
}

static void
a_cohort_opens_and_closes_to_the_millisecond(void **state)
{
    struct str json = with(demo("demo/masques-pme.json"), "\"opens\": \"2020-05-02T08:00\"",
                           "\"opens\": \"2020-05-02T08:00\", \"closes\": \"2020-05-03T08:00\"");
    const struct policy *p = compiled(json);
    struct buyer_facts f = buyer("11");

    (void)state;
    assert_reason(p, &f, "2020-05-02T05:59:59.999Z", REASON_NOT_OPEN_YET);
    assert_reason(p, &f, "2020-05-02T06:00:00Z", REASON_OK);
    assert_reason(p, &f, "2020-05-03T05:59:59.999Z", REASON_OK);
    assert_reason(p, &f, "2020-05-03T06:00:00Z", REASON_CLOSED);
}

static void
overseas_territories_open_by_their_own_clocks(void **state)
{
    static const struct {
        enum territory where;
        const char *opens;
    } row[] = {
        { TERRITORY_GUADELOUPE, "2020-05-11T12:00:00Z" },
        { TERRITORY_MARTINIQUE, "2020-05-11T12:00:00Z" },
        { TERRITORY_GUYANE, "2020-05-11T11:00:00Z" },
        { TERRITORY_REUNION, "2020-05-11T04:00:00Z" },
        { TERRITORY_MAYOTTE, "2020-05-11T05:00:00Z" },
        { TERRITORY_MIQUELON, "2020-05-11T10:00:00Z" }, /* Summer time of North America. */
        { TERRITORY_MARTIN, "2020-05-11T12:00:00Z" },
    };
    const struct policy *p = masques();

    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct buyer_facts f = buyer("12");
        f.territory = row[i].where;
        struct eligibility e = policy_eligible(p, &f, at("2020-05-05T10:00:00Z"));
        assert_int_equal(REASON_NOT_OPEN_YET, e.reason);
        assert_int_equal(at(row[i].opens), e.opens_ms);
        e = policy_eligible(p, &f, at(row[i].opens));
        assert_int_equal(REASON_OK, e.reason);
    }
}

static void
openings_follow_summer_time_and_skipped_hours_are_refused(void **state)
{
    struct str json = demo("demo/masques-pme.json");
    struct policy_fault_list faults = { 0 };
    struct buyer_facts f = buyer("11");
    struct policy *p = NULL;

    (void)state;
    /* 29 March 2020: clocks go from 2 h to 3 h. */
    const struct policy *before =
        compiled(with(json, "2020-05-02T08:00", "2020-03-29T01:59"));
    assert_int_equal(at("2020-03-29T00:59:00Z"),
                     policy_eligible(before, &f, at("2020-03-25T10:00:00Z")).opens_ms);
    const struct policy *after = compiled(with(json, "2020-05-02T08:00", "2020-03-29T03:00"));
    assert_int_equal(at("2020-03-29T01:00:00Z"),
                     policy_eligible(after, &f, at("2020-03-25T10:00:00Z")).opens_ms);
    assert_int_equal(ERR_INVALID,
                     policy_compile(&arena, with(json, "2020-05-02T08:00", "2020-03-29T02:30"), &p,
                                    &faults));
    assert_true(str_is(faults.item[0].path, "/cohorts/0/opens"));
}

static void
networks_are_never_refused_silently(void **state)
{
    const struct policy *p = masques();
    struct str json = demo("demo/masques-pme.json");
    const struct policy *cci = compiled(with(json, "[\"cci\", \"cma\"]", "[\"cci\"]"));
    const struct policy *cma = compiled(with(json, "[\"cci\", \"cma\"]", "[\"cma\"]"));
    struct buyer_facts f = buyer("11");

    (void)state;
    f.networks = 0;
    f.network_source = NETWORK_UNKNOWN;
    assert_reason(p, &f, "2020-05-05T10:00:00Z", REASON_NEEDS_NETWORK);
    f.network_source = NETWORK_NOT;
    assert_reason(p, &f, "2020-05-05T10:00:00Z", REASON_NETWORK);
    f.network_source = NETWORK_DERIVED;
    f.networks = NETWORK_CMA;
    assert_reason(p, &f, "2020-05-05T10:00:00Z", REASON_OK);
    /* An artisan may be a merchant too, which the register does not tell. */
    assert_reason(cci, &f, "2020-05-05T10:00:00Z", REASON_NEEDS_NETWORK);
    /* No craft code: the register does tell. */
    f.networks = NETWORK_CCI;
    assert_reason(cma, &f, "2020-05-05T10:00:00Z", REASON_NETWORK);
    f.networks = NETWORK_CCI | NETWORK_CMA;
    assert_reason(cma, &f, "2020-05-05T10:00:00Z", REASON_OK);
}

static void
what_never_heals_comes_before_what_time_heals(void **state)
{
    const struct policy *p = masques(), *aura = compiled(demo("demo/aura.json"));
    struct buyer_facts f = buyer("");

    (void)state;
    f.active = false;
    f.network_source = NETWORK_UNKNOWN;
    f.networks = 0;
    assert_reason(p, &f, "2020-04-01T10:00:00Z", REASON_CEASED);
    f.active = true;
    f.territory = TERRITORY_NONE; /* Abroad. */
    assert_reason(p, &f, "2020-04-01T10:00:00Z", REASON_TERRITORY);
    f = buyer("21");
    f.department = STR("75");
    assert_reason(aura, &f, "2020-05-07T10:00:00Z", REASON_TERRITORY);
    f.department = STR("01");
    assert_reason(aura, &f, "2020-05-05T10:00:00Z", REASON_NOT_OPEN_YET);
    assert_reason(aura, &f, "2020-05-07T10:00:00Z", REASON_OK);
    f.legal_category = 7210;
    assert_reason(aura, &f, "2020-05-07T10:00:00Z", REASON_LEGAL_CATEGORY);
    /* Everything is over: asking for a headcount would be a waste of the buyer's time. */
    f = buyer("");
    assert_reason(aura, &f, "2020-07-01T10:00:00Z", REASON_CLOSED);
    assert_reason(aura, &f, "2020-05-07T10:00:00Z", REASON_NEEDS_HEADCOUNT);
}

static void
activities_and_categories_match_by_prefix(void **state)
{
    struct str json = demo("demo/masques-pme.json");
    const char *here = "\"heads\": { \"min\": 0, \"max\": 49 },\n    \"networks\"";
    const struct policy *only = compiled(with(
        json, here, "\"activities\": {\"only\": [\"10.7\", \"47\"]}, \"networks\""));
    const struct policy *except = compiled(with(
        json, here, "\"legal_categories\": {\"except\": [\"57\", \"1000\"]}, \"networks\""));
    struct buyer_facts f = buyer("11");

    (void)state;
    assert_reason(only, &f, "2020-05-05T10:00:00Z", REASON_OK);
    f.naf = STR("11.05Z");
    assert_reason(only, &f, "2020-05-05T10:00:00Z", REASON_ACTIVITY);
    f.naf = STR_NONE;
    assert_reason(only, &f, "2020-05-05T10:00:00Z", REASON_ACTIVITY);
    assert_reason(except, &f, "2020-05-05T10:00:00Z", REASON_LEGAL_CATEGORY);
    f.legal_category = 5499;
    assert_reason(except, &f, "2020-05-05T10:00:00Z", REASON_OK);
    f.legal_category = 1000;
    assert_reason(except, &f, "2020-05-05T10:00:00Z", REASON_LEGAL_CATEGORY);
}

static void
vat_depends_on_class_territory_and_date(void **state)
{
    const struct policy *p = masques();

    (void)state;
    /* 24 March 2020 begins at 23 h UTC of the 23rd in Paris. */
    assert_int_equal(2000, policy_vat_of(p, 0, TERRITORY_MAINLAND,
                                         at("2020-03-23T22:59:59.999Z"))->rate_bp);
    assert_int_equal(550, policy_vat_of(p, 0, TERRITORY_MAINLAND,
                                        at("2020-03-23T23:00:00Z"))->rate_bp);
    assert_int_equal(550, policy_vat_of(p, 0, TERRITORY_CORSICA,
                                        at("2020-05-02T10:00:00Z"))->rate_bp);
    const struct policy_vat *v =
        policy_vat_of(p, 0, TERRITORY_REUNION, at("2020-05-11T10:00:00Z"));
    assert_int_equal(0, v->rate_bp);
    assert_true(str_contains(v->note, STR("294")));
    assert_null(policy_vat_of(p, 0, TERRITORY_NONE, at("2020-05-11T10:00:00Z")));
}

static void
pools_serve_their_territories(void **state)
{
    const struct policy *p = masques();

    (void)state;
    assert_int_equal(0, policy_pool_of(p, 0, TERRITORY_CORSICA));
    assert_int_equal(1, policy_pool_of(p, 0, TERRITORY_MAYOTTE));
    assert_int_equal(-1, policy_pool_of(p, 0, TERRITORY_NONE));
    assert_int_equal(10000000, p->pool[0].units + p->pool[1].units);
}

static void
periods_keep_their_civil_hour_over_the_change_of_clocks(void **state)
{
    const struct policy *p = compiled(with(demo("demo/masques-pme.json"), "\"period_days\": 15",
                                           "\"period_days\": 15, \"origin\": \"2020-10-20\""));
    int64_t start, end;

    (void)state;
    policy_period(p, at("2020-11-03T22:59:59.999Z"), &start, &end);
    assert_int_equal(at("2020-10-19T22:00:00Z"), start);
    assert_int_equal(at("2020-11-03T23:00:00Z"), end); /* 15 days and an hour later. */
    policy_period(p, end, &start, &end);
    assert_int_equal(at("2020-11-03T23:00:00Z"), start);
    assert_int_equal(at("2020-11-18T23:00:00Z"), end);
    policy_period(p, at("2020-01-01T00:00:00Z"), &start, &end);
    assert_int_equal(at("2020-10-19T22:00:00Z"), start);
    policy_period(compiled(demo("demo/aura.json")), at("2020-05-30T00:00:00Z"), &start, &end);
    assert_int_equal(at("2020-05-29T07:00:00Z"), start);
}

static void
a_minimum_delay_ends_at_the_start_of_a_day(void **state)
{
    const struct policy *p = masques(), *aura = compiled(demo("demo/aura.json"));

    (void)state;
    assert_int_equal(at("2020-05-16T22:00:00Z"),
                     policy_delay_end(p, TERRITORY_MAINLAND, at("2020-05-02T14:30:00Z")));
    assert_int_equal(at("2020-05-26T20:00:00Z"),
                     policy_delay_end(p, TERRITORY_REUNION, at("2020-05-11T20:30:00Z")));
    /* Ten working days from Thursday 30 April 2020: 1, 8 and 21 May are holidays. */
    assert_int_equal(at("2020-05-17T22:00:00Z"),
                     policy_delay_end(aura, TERRITORY_MAINLAND, at("2020-04-30T10:00:00Z")));
}

static void
packs_are_offered_by_headcount_and_claims_are_whole(void **state)
{
    const struct policy *p = masques(), *aura = compiled(demo("demo/aura.json"));

    (void)state;
    assert_true(policy_pack_offered(&p->pack[0], 9, 9));
    assert_false(policy_pack_offered(&p->pack[0], 10, 19));
    assert_true(policy_pack_offered(&p->pack[1], 10, 19));
    assert_int_equal(18, policy_packs_units(p, 4, policy_quota(p, 4)));   /* 20: 3 packs of 6 */
    assert_int_equal(40, policy_packs_units(p, 12, policy_quota(p, 12))); /* 52: one of 40 */
    assert_int_equal(90, policy_packs_units(aura, 18, policy_quota(aura, 18))); /* 50 + 20 + 20 */
}

struct broken {
    const char *from, *to, *path;
};

static void
every_fault_is_named_by_its_path(void **state)
{
    static const struct broken row[] = {
        { "\"slug\": \"masques-pme\"", "\"slug\": \"Masques PME\"", "/slug" },
        { "\"summary\": ", "\"sumary\": ", "" },
        { "\"price\": \"17.80\"", "\"price\": 17.80", "/packs/0/price" },
        { "\"price\": \"17.80\"", "\"price\": \"17,80\"", "/packs/0/price" },
        { "\"price\": \"17.80\"", "\"price\": \"17.805\"", "/packs/0/price" },
        { "\"price\": \"17.80\"", "\"price\": \"-1\"", "/packs/0/price" },
        { "\"price\": \"17.80\"", "\"price\": \"0\"", "/packs/0/price" }, /* Nothing to pay. */
        { "\"units\": 6", "\"units\": 0", "/packs/0/units" },
        { "\"units\": 6", "\"units\": \"6\"", "/packs/0/units" },
        { "\"rate\": \"5.5\"", "\"rate\": \"101\"", "/vat/0/rate" },
        { "\"rate\": \"5.5\"", "\"rate\": \"55\"", "/vat/0/rate" },
        { "\"rate\": \"5.5\"", "\"rate\": \"20.01\"", "/vat/0/rate" },
        { "\"rate\": \"0\"", "\"rate\": \"2.1\"", "/vat/2/rate" }, /* Guyane knows none. */
        { "\"from\": \"2020-03-24\"", "\"from\": \"2020-02-30\"", "/vat/0/from" },
        { "\"from\": \"2020-03-24\"", "\"from\": \"2020-03-23\"", "/vat/1" },
        { "\"from\": \"2020-03-24\"", "\"from\": \"2020-06-24\"", "/vat" },
        { "\"networks\": [\"cci\", \"cma\"]", "\"networks\": [\"cci\", \"x\"]",
          "/eligibility/networks/1" },
        { "[\"11\", \"12\"]", "[\"11\", \"13\"]", "/cohorts/0/bands/1" },
        { "[\"11\", \"12\"]", "[\"11\", \"11\"]", "/cohorts/0/bands/1" },
        { "[\"11\", \"12\"]", "[\"11\", \"21\"]", "/cohorts/0/bands" },
        { "\"opens\": \"2020-05-02T08:00\"", "\"opens\": \"2020-05-02 08:00\"",
          "/cohorts/0/opens" },
        { "\"opens\": \"2020-05-02T08:00\"", "\"opens\": {\"mainland\": \"2020-05-02T08:00\"}",
          "/cohorts/0/opens" },
        { "\"opens\": \"2020-05-02T08:00\"", "\"closes\": null", "/cohorts/0/opens" },
        { "\"max\": 9 }", "\"max\": 8 }", "/packs" }, /* Nobody sells to nine. */
        { "\"code\": \"lot-40\"", "\"code\": \"lot-6\"", "/packs/1/code" },
        { "\"good\": \"masque\"", "\"good\": \"gel\"", "/packs/0/good" },
        { "\"per_head\": 4", "\"per_head\": 4.5", "/quota/per_head" },
        { "\"per_head\": 4,", "", "/quota" },
        { "\"owner_counts\": true", "\"owner_counts\": 1", "/quota/owner_counts" },
        { "\"days\": 15,", "", "/orders/delay" },
        { "\"days\": 15", "\"days\": 15, \"working_days\": 10", "/orders/delay" },
        { "\"from\": \"order\"", "\"from\": \"basket\"", "/orders/delay/from" },
        { "\"hold_minutes\": 30", "\"hold_minutes\": 1", "/orders/hold_minutes" },
        { "\"assisted_hold_minutes\": 1440", "\"assisted_hold_minutes\": 20",
          "/orders/assisted_hold_minutes" },
        { "\"assisted_hold_minutes\": 1440", "\"assisted_hold_minutes\": 20000",
          "/orders/assisted_hold_minutes" },
        { "\"contact_email\": \"contact@", "\"contact_email\": \"contact",
          "/organiser/contact_email" },
        { "\"territories\": [\"mainland\", \"corsica\"],\n      \"units\"",
          "\"territories\": [\"mainland\"],\n      \"units\"", "/pools" },
    };
    struct str json = demo("demo/masques-pme.json");

    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct policy_fault_list faults = { 0 };
        struct policy *p = NULL;
        bool named = false;
        assert_int_equal(ERR_INVALID, policy_compile(&arena, with(json, row[i].from, row[i].to), &p,
                                                     &faults));
        assert_null(p);
        for (size_t j = 0; j < faults.count; j++)
            named = named || str_is(faults.item[j].path, row[i].path);
        if (!named)
            print_message("%s: %.*s %.*s\n", row[i].to, STR_FMT(faults.item[0].path),
                          STR_FMT(faults.item[0].text));
        assert_true(named);
        assert_true(faults.item[0].line > 0 && faults.item[0].column > 0);
    }
}

static void
all_faults_are_listed_with_their_lines(void **state)
{
    struct str json = with(with(demo("demo/masques-pme.json"), "\"17.80\"", "17.8"),
                           "\"hold_minutes\": 30", "\"hold_minutes\": true");
    struct policy_fault_list faults = { 0 };
    struct policy *p = NULL;

    (void)state;
    assert_int_equal(ERR_INVALID, policy_compile(&arena, json, &p, &faults));
    assert_int_equal(2, faults.count);
    for (size_t i = 0; i < faults.count; i++) {
        struct str rest = json, line = STR_NONE;
        for (int n = 0; n < faults.item[i].line; n++)
            assert_true(str_split(&rest, '\n', &line));
        assert_true(str_contains(line, i == 0 ? STR("17.8") : STR("hold_minutes")));
    }
    assert_int_equal(ERR_INVALID, policy_compile(&arena, STR("{\"slug\": \n}"), &p, &faults));
    assert_int_equal(1, faults.count);
    assert_int_equal(2, faults.item[0].line);
    assert_int_equal(ERR_INVALID, policy_compile(&arena, STR("[]"), &p, &faults));
    assert_int_equal(ERR_INVALID, policy_compile(&arena, STR(""), &p, &faults));
}

static void
a_demonstration_opens_now_and_keeps_the_law(void **state)
{
    struct policy_fault_list faults = { 0 };
    struct str json = demo("demo/masques-pme.json"), moved = STR_NONE;
    int64_t now = at("2026-11-22T06:59:59Z"); /* 7:59:59 in Paris, winter. */
    struct buyer_facts small = buyer("01"), overseas = buyer("01");

    (void)state;
    assert_int_equal(OK, policy_open_now(&arena, json, STR("moins-de-10"), now, &moved, &faults));
    const struct policy *p = compiled(moved);
    overseas.territory = TERRITORY_REUNION;
    struct eligibility e = policy_eligible(p, &small, now);
    assert_int_equal(REASON_OK, e.reason);
    assert_int_equal(at("2026-11-21T07:00:00Z"), e.opens_ms); /* 8 h the day before. */
    assert_int_equal(REASON_NOT_OPEN_YET, policy_eligible(p, &overseas, now).reason);
    assert_int_equal(at("2026-11-19T07:00:00Z"), p->period_origin_ms);
    assert_int_equal(masques()->vat[0].from_ms, p->vat[0].from_ms);
    assert_int_equal(OK, policy_open_now(&arena, json, STR("moins-de-10"), now + 1000, &moved,
                                         &faults));
    e = policy_eligible(compiled(moved), &small, now + 1000);
    assert_int_equal(now + 1000, e.opens_ms);
    assert_int_equal(ERR_INVALID,
                     policy_open_now(&arena, json, STR("nobody"), now, &moved, &faults));
    assert_true(str_is(faults.item[0].path, "/cohorts"));
}

static void
texts_say_why_and_what_next(void **state)
{
    const struct policy *p = masques();
    struct buyer_facts f = buyer("12");
    struct eligibility e = policy_eligible(p, &f, at("2020-05-02T05:00:00Z"));
    struct str text = eligibility_text(&arena, p, &f, &e);

    (void)state;
    assert_true(str_contains(text, STR("samedi 2 mai 2020 à 8")));
    assert_true(str_contains(text, STR("84 à 200")));
    f.territory = TERRITORY_REUNION;
    e = policy_eligible(p, &f, at("2020-05-02T05:00:00Z"));
    assert_true(str_contains(eligibility_text(&arena, p, &f, &e), STR("La Réunion")));
    f = buyer("21");
    e = policy_eligible(p, &f, at("2020-05-02T05:00:00Z"));
    text = eligibility_text(&arena, p, &f, &e);
    assert_true(str_contains(text, STR("50 à 99")));
    assert_true(str_contains(text, p->contact_email));
}

static int
arena_end(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

int
test_policy(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bands_decide_by_the_rules_of_may_2020),
        cmocka_unit_test(an_exact_headcount_goes_before_the_band),
        cmocka_unit_test(two_heads_by_two_round_up_to_a_pack_of_six_only_where_the_policy_says_so),
        cmocka_unit_test(a_cohort_opens_and_closes_to_the_millisecond),
        cmocka_unit_test(overseas_territories_open_by_their_own_clocks),
        cmocka_unit_test(openings_follow_summer_time_and_skipped_hours_are_refused),
        cmocka_unit_test(networks_are_never_refused_silently),
        cmocka_unit_test(what_never_heals_comes_before_what_time_heals),
        cmocka_unit_test(activities_and_categories_match_by_prefix),
        cmocka_unit_test(vat_depends_on_class_territory_and_date),
        cmocka_unit_test(pools_serve_their_territories),
        cmocka_unit_test(periods_keep_their_civil_hour_over_the_change_of_clocks),
        cmocka_unit_test(a_minimum_delay_ends_at_the_start_of_a_day),
        cmocka_unit_test(packs_are_offered_by_headcount_and_claims_are_whole),
        cmocka_unit_test(every_fault_is_named_by_its_path),
        cmocka_unit_test(all_faults_are_listed_with_their_lines),
        cmocka_unit_test(a_demonstration_opens_now_and_keeps_the_law),
        cmocka_unit_test(texts_say_why_and_what_next),
    };
    return cmocka_run_group_tests_name("policy", tests, NULL, arena_end);
}
