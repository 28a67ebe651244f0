/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_compile.c - a campaign file into a struct policy, one function a section.
 *
 * assets/campaign-1.schema.json is the published JSON Schema of the same format; a test holds the
 * two together.
 */
#include "policy/policy_check.h"

#include "base/format.h"

static void
organiser_read(struct policy_reader *r, const struct place *root)
{
    struct policy *p = r->p;
    struct place at = place_of(r, root, "organiser");

    if (!read_object(r, &at, "slug name contact_email seller"))
        return;
    p->organiser_slug = read_code(r, &at, "slug");
    p->organiser = read_text(r, &at, "name", 1, 120, false);
    p->contact_email = read_text(r, &at, "contact_email", 1, 254, false);
    size_t sign = str_find_byte(p->contact_email, '@');
    struct str domain = str_sub(p->contact_email, sign + 1, 254);
    if (p->contact_email.len > 0 &&
        (sign == 0 || domain.len == 0 || str_find_byte(domain, '@') < domain.len ||
         str_find_byte(p->contact_email, ' ') < p->contact_email.len))
        read_fault(r, place_path(r, "/organiser/contact_email"),
                   "must be an e-mail address: \"masques@example.fr\"",
                   "indiquez une adresse e-mail, par exemple nom@exemple.fr");
    policy_seller_read(r, &at);
}

static void
head_read(struct policy_reader *r, const struct place *root)
{
    struct policy *p = r->p;
    struct place zone = place_of(r, root, "zone"), schema = place_of(r, root, "$schema");

    if (schema.value != NULL && schema.value->kind != JSON_STR)
        read_fault(r, schema.path, "must be text in quotes", "écrivez un texte entre guillemets");
    p->slug = read_code(r, root, "slug");
    p->name = read_text(r, root, "name", 1, 120, false);
    p->summary = read_text(r, root, "summary", 1, 1000, true);
    p->zone = ZONE_PARIS;
    if (zone.value != NULL &&
        (zone.value->kind != JSON_STR || !zone_by_name(zone.value->s, &p->zone)))
        read_fault(r, zone.path, "must be a time zone of French territory: \"Europe/Paris\"",
                   "indiquez un fuseau horaire français, par exemple Europe/Paris");
    organiser_read(r, root);
}

static void
goods_read(struct policy_reader *r, const struct place *root)
{
    struct place list = place_of(r, root, "goods");
    size_t count = read_array(r, &list, 1, POLICY_GOODS_MAX);

    for (size_t i = 0; i < count; i++) {
        struct policy_good *g = &r->p->good[r->p->good_count++];
        struct place at = place_at(r, &list, i);
        if (!read_object(r, &at, "code name unit conformity vat_class weight_g"))
            continue;
        g->code = read_code(r, &at, "code");
        g->name = read_text(r, &at, "name", 1, 120, false);
        struct place unit = place_of(r, &at, "unit");
        if (read_object(r, &unit, "one many")) {
            g->unit_one = read_text(r, &unit, "one", 1, 40, false);
            g->unit_many = read_text(r, &unit, "many", 1, 40, false);
        }
        g->conformity = read_text(r, &at, "conformity", 1, POLICY_TEXT_MAX, true);
        g->vat_class = read_code(r, &at, "vat_class");
        g->weight_g = read_int(r, &at, "weight_g", 0, 1000000, 0);
    }
}

static void
packs_read(struct policy_reader *r, const struct place *root)
{
    struct place list = place_of(r, root, "packs");
    size_t count = read_array(r, &list, 1, POLICY_PACKS_MAX);

    for (size_t i = 0; i < count; i++) {
        struct policy_pack *k = &r->p->pack[r->p->pack_count++];
        struct place at = place_at(r, &list, i);
        if (!read_object(r, &at, "code label good units price heads"))
            continue;
        k->code = read_code(r, &at, "code");
        k->label = read_text(r, &at, "label", 1, 120, false);
        k->good = read_good(r, &at);
        k->units = read_int(r, &at, "units", 1, 1000000, READ_REQUIRED);
        k->price_cents = read_money(r, &at, "price", true);
        read_heads(r, &at, &k->heads_min, &k->heads_max);
    }
}

/* The normal rate, which is the highest, in basis points: CGI article 278; 296 for the three
 * overseas where the tax exists; it does not in Guyane and Mayotte (294-1), and the others are
 * outside it. */
static int
normal_rate(enum territory t)
{
    if (t == TERRITORY_MAINLAND || t == TERRITORY_CORSICA)
        return POLICY_RATE_MAX_BP;
    return t == TERRITORY_GUADELOUPE || t == TERRITORY_MARTINIQUE || t == TERRITORY_REUNION ? 850
                                                                                            : 0;
}

static void
rate_check(struct policy_reader *r, const struct place *at, const struct policy_vat *v)
{
    for (int t = TERRITORY_NONE + 1; t < TERRITORY_COUNT; t++) {
        int max = normal_rate((enum territory)t);
        if (r->stored || (v->territories & 1U << t) == 0 || v->rate_bp <= max)
            continue;
        read_fault_words(r, place_of(r, at, "rate").path,
                         str_printf(r->arena, "is above the normal rate of %s, %d.%d",
                                    territory_code((enum territory)t), max / 100, max / 10 % 10),
                         str_printf(r->arena, "ce taux dépasse le taux normal (%s\u00a0: %s)",
                                    territory_label((enum territory)t), fmt_percent_bp(max).z));
        return;
    }
}

static void
vat_read(struct policy_reader *r, const struct place *root)
{
    struct place list = place_of(r, root, "vat");
    size_t count = read_array(r, &list, 1, POLICY_VAT_MAX);

    for (size_t i = 0; i < count; i++) {
        struct policy_vat *v = &r->p->vat[r->p->vat_count++];
        struct place at = place_at(r, &list, i);
        if (!read_object(r, &at, "class territories from until rate note export"))
            continue;
        v->vat_class = read_code(r, &at, "class");
        v->territories = read_territories(r, &at, "territories", 0);
        v->rate_bp = read_rate(r, &at, "rate");
        rate_check(r, &at, v);
        v->note = read_text(r, &at, "note", 0, 300, false);
        v->is_local = !read_bool(r, &at, "export", true);
        struct place from = place_of(r, &at, "from"), until = place_of(r, &at, "until");
        v->from_ms = INT64_MIN;
        v->until_ms = INT64_MAX;
        /* Tax law counts in Paris dates wherever the goods go. */
        if (from.value != NULL)
            (void)read_civil(r, &from, ZONE_PARIS, &v->from_ms);
        if (until.value != NULL && until.value->kind != JSON_NULL)
            (void)read_civil(r, &until, ZONE_PARIS, &v->until_ms);
        if (v->from_ms >= v->until_ms)
            read_fault(r, until.path, "must be later than \"from\"",
                       "indiquez une fin qui suit le début");
    }
}

/* {"only": [...]} or {"except": [...]}; returns the list's place, value NULL when there is none. */
static struct place
choice_read(struct policy_reader *r, const struct place *object, const char *key, bool *excluded,
            size_t max, size_t *count)
{
    struct place at = place_of(r, object, key);
    struct place only = place_of(r, &at, "only"), except = place_of(r, &at, "except");

    *count = 0;
    if (at.value == NULL || !read_object(r, &at, "only except"))
        return (struct place){ .value = NULL };
    if ((only.value == NULL) == (except.value == NULL)) {
        read_fault(r, at.path, "needs either \"only\" or \"except\", with a list",
                   "indiquez soit «\u00a0only\u00a0», soit «\u00a0except\u00a0», avec une liste");
        return (struct place){ .value = NULL };
    }
    *excluded = except.value != NULL;
    struct place list = *excluded ? except : only;
    *count = read_array(r, &list, 1, max);
    return list;
}

static bool
digit(char c)
{
    return c >= '0' && c <= '9';
}

static void
categories_read(struct policy_reader *r, const struct place *object)
{
    size_t count;
    struct place list = choice_read(r, object, "legal_categories", &r->p->category_excluded,
                                    POLICY_CATEGORIES_MAX, &count);

    for (size_t i = 0; i < count; i++) {
        struct place at = place_at(r, &list, i);
        struct str s = at.value->kind == JSON_STR ? at.value->s : STR_NONE;
        bool good = s.len >= 1 && s.len <= 4 && s.ptr[0] != '0';
        int prefix = 0;
        for (size_t j = 0; j < s.len && good; j++) {
            good = digit(s.ptr[j]);
            prefix = prefix * 10 + (s.ptr[j] - '0');
        }
        if (good)
            r->p->category[r->p->category_count++] = prefix;
        else
            read_fault(r, at.path,
                       "must be a legal category of the register or its first digits: \"5499\"",
                       "indiquez une catégorie juridique ou ses premiers chiffres, par exemple "
                       "5499");
    }
}

/* NN, NN.N, NN.NN or NN.NNL, as the register writes it. */
static bool
naf_valid(struct str s)
{
    if (s.len < 2 || s.len > 6 || s.len == 3)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (i == 2 ? s.ptr[i] != '.'
            : i == 5 ? s.ptr[i] < 'A' || s.ptr[i] > 'Z'
                     : !digit(s.ptr[i]))
            return false;
    return true;
}

static void
activities_read(struct policy_reader *r, const struct place *object)
{
    size_t count;
    struct place list =
        choice_read(r, object, "activities", &r->p->naf_excluded, POLICY_NAF_MAX, &count);

    for (size_t i = 0; i < count; i++) {
        struct place at = place_at(r, &list, i);
        if (at.value->kind == JSON_STR && naf_valid(at.value->s))
            r->p->naf[r->p->naf_count++] = str_dup(r->arena, at.value->s);
        else
            read_fault(r, at.path,
                       "must be an activity code (NAF) or its first characters: \"10.71C\"",
                       "indiquez un code d’activité (NAF) ou son début, par exemple 10.71C");
    }
}

/* 01 to 95 without 20, 2A, 2B, 971 to 978. */
static bool
department_valid(struct str s)
{
    if (s.len == 3)
        return s.ptr[0] == '9' && s.ptr[1] == '7' && s.ptr[2] >= '1' && s.ptr[2] <= '8';
    if (s.len != 2 || str_is(s, "2A") || str_is(s, "2B"))
        return s.len == 2;
    if (!digit(s.ptr[0]) || !digit(s.ptr[1]))
        return false;
    int number = (s.ptr[0] - '0') * 10 + (s.ptr[1] - '0');
    return number >= 1 && number <= 95 && number != 20;
}

static void
departments_read(struct policy_reader *r, const struct place *object)
{
    struct policy *p = r->p;
    struct place list = place_of(r, object, "departments");
    size_t count = read_array(r, &list, list.value != NULL, POLICY_DEPARTMENTS_MAX);

    for (size_t i = 0; i < count; i++) {
        struct place at = place_at(r, &list, i);
        struct str s = at.value->kind == JSON_STR ? at.value->s : STR_NONE;
        if (!department_valid(s)) {
            read_fault(r, at.path, "must be the code of a département: \"69\", \"2A\", \"974\"",
                       "indiquez des codes de département, par exemple 69, 2A, 974");
            continue;
        }
        for (int j = 0; j < p->department_count; j++)
            if (str_eq(p->department[j], s))
                read_fault(r, at.path, "stands in the list twice",
                           "un département est cité deux fois, une suffit");
        p->department[p->department_count++] = str_dup(r->arena, s);
    }
}

static void
eligibility_read(struct policy_reader *r, const struct place *root)
{
    struct policy *p = r->p;
    struct place at = place_of(r, root, "eligibility");

    p->heads_max = INT32_MAX;
    p->territories = TERRITORY_ALL;
    if (!read_object(r, &at, "heads networks territories departments legal_categories activities"))
        return;
    read_heads(r, &at, &p->heads_min, &p->heads_max);
    p->networks = read_networks(r, &at, "networks");
    p->territories = read_territories(r, &at, "territories", TERRITORY_ALL);
    departments_read(r, &at);
    categories_read(r, &at);
    activities_read(r, &at);
}

/* One civil time for all, read in each territory's zone, or an object by territory with an
 * optional "default". Absent or null: when_absent. */
static void
instants_read(struct policy_reader *r, const struct place *cohort, const char *key,
              unsigned territories, int64_t when_absent, int64_t out[TERRITORY_COUNT])
{
    struct place at = place_of(r, cohort, key);
    struct place common = place_of(r, &at, "default");
    bool by_territory = at.value != NULL && at.value->kind == JSON_OBJECT;
    int64_t unused;

    if (by_territory)
        (void)read_object(r, &at, "default mainland corsica guadeloupe martinique guyane reunion "
                                  "miquelon mayotte barthelemy martin");
    if (by_territory && common.value != NULL &&
        (common.value->kind != JSON_NULL || when_absent == 0) &&
        !read_civil(r, &common, r->p->zone, &unused))
        return;
    for (int t = 0; t < TERRITORY_COUNT; t++) {
        struct place own = by_territory ? place_of(r, &at, territory_code(t)) : at;
        out[t] = when_absent;
        if (by_territory && own.value != NULL && !(territories & 1U << t))
            read_fault(r, own.path, "is not among the cohort's territories",
                       "ce territoire n’est pas de ceux du groupe");
        if (!(territories & 1U << t))
            continue;
        if (by_territory && own.value == NULL)
            own = common;
        if (own.value == NULL || own.value->kind == JSON_NULL) {
            if (when_absent == 0) {
                read_fault_words(r, at.path,
                                 str_printf(r->arena,
                                            "is missing for %s: write \"2020-05-02T08:00\"",
                                            territory_code(t)),
                                 str_printf(r->arena, "indiquez la date et l’heure pour %s",
                                            territory_label(t)));
                return;
            }
        } else if (!read_civil(r, &own, territory_zone(t), &out[t])) {
            return; /* Once is enough: the others read the same text. */
        }
    }
}

static void
cohorts_read(struct policy_reader *r, const struct place *root)
{
    struct place list = place_of(r, root, "cohorts");
    size_t count = read_array(r, &list, 1, POLICY_COHORTS_MAX);

    for (size_t i = 0; i < count; i++) {
        struct policy_cohort *c = &r->p->cohort[r->p->cohort_count++];
        struct place at = place_at(r, &list, i);
        if (!read_object(r, &at, "code label bands heads territories networks opens closes"))
            continue;
        c->code = read_code(r, &at, "code");
        c->label = read_text(r, &at, "label", 1, 120, false);
        c->bands = read_bands(r, &at, "bands");
        read_heads(r, &at, &c->heads_min, &c->heads_max);
        c->territories = read_territories(r, &at, "territories", r->p->territories);
        c->networks = read_networks(r, &at, "networks");
        instants_read(r, &at, "opens", c->territories, 0, c->opens_ms);
        instants_read(r, &at, "closes", c->territories, INT64_MAX, c->closes_ms);
    }
}

static void
quota_read(struct policy_reader *r, const struct place *root)
{
    struct policy *p = r->p;
    struct place at = place_of(r, root, "quota");
    struct place origin = place_of(r, &at, "origin");

    if (!read_object(r, &at, "per_head period_days origin owner_counts round_up units_max"))
        return;
    p->per_head = read_int(r, &at, "per_head", 0, 1000000, 0);
    p->period_days = read_int(r, &at, "period_days", 0, 3660, 0);
    p->owner_counts = read_bool(r, &at, "owner_counts", false);
    p->round_up = read_bool(r, &at, "round_up", false);
    p->units_max = read_int(r, &at, "units_max", 1, 100000000, 0);
    p->period_origin_ms = INT64_MAX;
    if (origin.value != NULL)
        (void)read_civil(r, &origin, p->zone, &p->period_origin_ms);
    for (int i = 0; i < p->cohort_count && origin.value == NULL; i++)
        for (int t = 0; t < TERRITORY_COUNT; t++)
            if (p->cohort[i].opens_ms[t] != 0 && p->cohort[i].opens_ms[t] < p->period_origin_ms)
                p->period_origin_ms = p->cohort[i].opens_ms[t];
}

static void
delay_read(struct policy_reader *r, const struct place *orders)
{
    struct policy *p = r->p;
    struct place at = place_of(r, orders, "delay");
    struct place days = place_of(r, &at, "days"), working = place_of(r, &at, "working_days");
    struct place from = place_of(r, &at, "from");
    static const char *const froms[] = { "order", "payment", "delivery" };

    if (at.value == NULL || !read_object(r, &at, "days working_days from"))
        return;
    p->delay_working_days = working.value != NULL;
    if ((days.value == NULL) == (working.value == NULL))
        read_fault(r, at.path, "needs either \"days\" or \"working_days\"",
                   "indiquez un nombre de jours, ou de jours ouvrés");
    else
        p->delay_days = read_int(r, &at, p->delay_working_days ? "working_days" : "days", 1, 366,
                                 READ_REQUIRED);
    for (int i = 0; i < 3 && from.value != NULL && from.value->kind == JSON_STR; i++)
        if (str_is(from.value->s, froms[i])) {
            p->delay_from = (enum delay_from)i;
            return;
        }
    read_fault(r, from.path, "must be \"order\", \"payment\" or \"delivery\"",
               "choisissez la commande, le paiement ou la livraison");
}

static void
orders_read(struct policy_reader *r, const struct place *root)
{
    struct policy *p = r->p;
    struct place at = place_of(r, root, "orders"), delivery = place_of(r, root, "delivery");

    if (read_object(r, &at, "delay hold_minutes assisted_hold_minutes one_pack_size")) {
        delay_read(r, &at);
        p->hold_minutes = read_int(r, &at, "hold_minutes", 5, 1440, READ_REQUIRED);
        p->assisted_hold_minutes =
            read_int(r, &at, "assisted_hold_minutes", 5, 10080, p->hold_minutes);
        if (p->assisted_hold_minutes < p->hold_minutes)
            read_fault(r, place_of(r, &at, "assisted_hold_minutes").path,
                       "must not be shorter than hold_minutes",
                       "ne soyez pas plus bref que pour une commande en ligne");
        p->one_pack_size = read_bool(r, &at, "one_pack_size", false);
    }
    if (read_object(r, &delivery, "text price")) {
        p->delivery_text = read_text(r, &delivery, "text", 1, 1000, true);
        p->delivery_cents = read_money(r, &delivery, "price", false);
    }
}

static void
pools_read(struct policy_reader *r, const struct place *root)
{
    struct place list = place_of(r, root, "pools");
    size_t count = read_array(r, &list, 1, POLICY_POOLS_MAX);

    for (size_t i = 0; i < count; i++) {
        struct policy_pool *l = &r->p->pool[r->p->pool_count++];
        struct place at = place_at(r, &list, i);
        if (!read_object(r, &at, "code label good territories units"))
            continue;
        l->code = read_code(r, &at, "code");
        l->label = read_text(r, &at, "label", 1, 120, false);
        l->good = read_good(r, &at);
        l->territories = read_territories(r, &at, "territories", r->p->territories);
        l->units = read_units(r, &at, "units", 0, 1000000000000);
    }
}

static enum err
compile(struct arena *a, struct str json, bool stored, struct policy **out,
        struct policy_fault_list *faults)
{
    struct policy_reader r = { .arena = a, .text = json, .stored = stored,
                               .p = ARENA_NEW(a, struct policy) };
    struct json_error why = { 0 };
    struct json *tree = NULL;

    if (json_parse(a, json, POLICY_JSON_MAX, &tree, &why) != OK) {
        struct policy_fault *f = ARENA_NEW(a, struct policy_fault);
        *f = (struct policy_fault){
            .path = STR(""), .text = why.text, .line = why.line, .column = why.column,
            .words = str_printf(a, "ce n’est pas du JSON à partir d’ici (%.*s)" "\u00a0"
                                   ": il manque sans doute une virgule, un guillemet ou une "
                                   "accolade juste avant", STR_FMT(why.text)),
        };
        *faults = (struct policy_fault_list){ f, 1 };
        return ERR_INVALID;
    }
    struct place root = { .value = tree, .path = STR("") };
    if (read_object(&r, &root, "$schema slug name summary zone organiser goods packs vat "
                               "eligibility cohorts quota orders delivery pools")) {
        head_read(&r, &root);
        goods_read(&r, &root);
        packs_read(&r, &root);
        vat_read(&r, &root);
        eligibility_read(&r, &root);
        cohorts_read(&r, &root);
        quota_read(&r, &root);
        orders_read(&r, &root);
        pools_read(&r, &root);
        if (r.faults.count == 0)
            policy_check(&r);
    }
    if (r.faults.count > 0) {
        *faults = r.faults;
        return ERR_INVALID;
    }
    *out = r.p;
    return OK;
}

enum err
policy_compile(struct arena *a, struct str json, struct policy **out,
               struct policy_fault_list *faults)
{
    return compile(a, json, false, out, faults);
}

enum err
policy_compile_stored(struct arena *a, struct str json, struct policy **out,
                      struct policy_fault_list *faults)
{
    return compile(a, json, true, out, faults);
}
