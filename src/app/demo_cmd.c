/* SPDX-License-Identifier: Apache-2.0 */
/*
 * demo_cmd.c - the people of the demonstration: buyers who act for real companies of the register
 * extract, an agent and an administrator. tools/demo.sh has imported and published before.
 *
 * The companies are found, not named: the first of the register that may order and is of the kind
 * wanted, so the demonstration stands on any extract.
 */
#include "account/account.h"
#include "app/app.h"
#include "base/format.h"
#include "campaign/campaign.h"
#include "db/db.h"
#include "http/session.h"
#include "staff/staff.h"

struct demo_buyer {
    const char *email;
    const char *slug;
    unsigned bands;  /* 1 << enum band */
    bool overseas;
    const char *what;
};

static const struct demo_buyer buyers[] = {
    {"commerce@exemple.fr", "masques-pme", 1 << BAND_01 | 1 << BAND_02, false,
     "a small company of the mainland"},
    {"atelier@exemple.fr", "masques-pme", 1 << BAND_11 | 1 << BAND_12, false,
     "a company of 10 to 49 people"},
    {"outremer@exemple.fr", "masques-pme", 1 << BAND_01 | 1 << BAND_02 | 1 << BAND_11, true,
     "a company overseas: no VAT, its own stock"},
    {"region@exemple.fr", "aura", 1 << BAND_01 | 1 << BAND_02 | 1 << BAND_03, false,
     "a company of Auvergne-Rhône-Alpes, in the regional campaign"},
};
enum { BUYERS = sizeof buyers / sizeof buyers[0] };

/* Of each organiser; the address is NAME-SLUG@exemple.fr. */
static const struct {
    const char *name;
    unsigned rights;
} team[] = {
    {"admin", RIGHT_ADMIN | RIGHT_AGENT}, {"admin2", RIGHT_ADMIN},   {"agent", RIGHT_AGENT},
    {"stock", RIGHT_STOCK},               {"stock2", RIGHT_STOCK},   {"finance", RIGHT_FINANCE},
    {"audit", RIGHT_AUDIT},
};
enum { TEAM = sizeof team / sizeof team[0] };

struct search {
    struct arena *arena;
    const struct policy *policy[BUYERS];
    int64_t now_ms;
    struct company found[BUYERS];
};

static bool
fits(const struct search *s, int i, const struct company *c)
{
    struct buyer_facts facts = {
        .active = c->active,
        .establishment_active = true,
        .band = c->band,
        .heads = -1,
        .legal_category = c->legal_category,
        .naf = c->naf,
        .networks = c->networks,
        .network_source = c->network_source,
        .territory = c->territory,
        .department = c->department,
    };

    if (s->policy[i] == NULL || c->partial || c->name.len == 0 || c->head_siret == 0 ||
        (1U << c->band & buyers[i].bands) == 0)
        return false;
    if ((c->territory > TERRITORY_CORSICA) != buyers[i].overseas)
        return false;
    for (int k = 0; k < i; k++)
        if (s->found[k].siren == c->siren)
            return false; /* Another buyer's already. */
    return policy_eligible(s->policy[i], &facts, s->now_ms).reason == REASON_OK;
}

static enum err
look_at(void *arg, const struct company *c)
{
    struct search *s = arg;

    for (int i = 0; i < BUYERS; i++)
        if (s->found[i].siren == 0 && fits(s, i, c)) {
            s->found[i] = *c;
            s->found[i].name = str_dup(s->arena, c->name);
            break;
        }
    return OK;
}

static enum err
find_companies(struct ctx *cx, void *arg)
{
    struct search *s = arg;

    for (int i = 0; i < BUYERS; i++) {
        struct campaign c;
        enum err e = campaign_find(cx, str_of(buyers[i].slug), &c);
        if (e == ERR_NOT_FOUND)
            continue;
        TRY(e);
        s->policy[i] = c.policy;
    }
    return registry_each_active(cx, look_at, s);
}

static enum err
make_people(struct ctx *cx, void *arg)
{
    const struct search *s = arg;
    struct campaign_list campaigns;
    struct account account;

    for (int i = 0; i < BUYERS; i++) {
        if (s->found[i].siren == 0)
            continue;
        TRY(account_for_email(cx, str_of(buyers[i].email), &account));
        TRY(account_link_company(cx, account.id, s->found[i].siren, "demo"));
    }
    TRY(campaign_list(cx, &campaigns));
    for (size_t i = 0; i < campaigns.count; i++) {
        char *slug = str_z(cx->arena, campaigns.item[i].policy->organiser_slug);
        for (int k = 0; k < TEAM; k++) {
            struct str email = str_printf(cx->arena, "%s-%s@exemple.fr", team[k].name, slug);
            TRY(account_for_email(cx, email, &account));
            if ((account.rights & STAFF_ANY) == 0)
                TRY(account_grant(cx, account.id, campaigns.item[i].organiser_id,
                                  team[k].rights));
            TRY(staff_demo_proof(cx, account.id, email));
        }
    }
    return OK;
}

static void
print_guide(struct ctx *cx, struct buf *out, const struct search *s)
{
    struct str url = cx->app->conf->base_url;

    buf_printf(out, "\n  The demonstration is ready.\n\n"
                    "  Look:     %.*s/\n"
                    "  Sign in:  %.*s/connexion   with one of the addresses below\n"
                    "  Codes:    %.*s/demo/mail   every mail of the demonstration\n\n",
               STR_FMT(url), STR_FMT(url), STR_FMT(url));
    for (int i = 0; i < BUYERS; i++)
        if (s->found[i].siren != 0)
            buf_printf(out, "  %-22s %s\n  %-22s %.*s, SIRET %s\n", buyers[i].email,
                       buyers[i].what, "", STR_FMT(s->found[i].name),
                       fmt_siret(siret_str(cx->arena, s->found[i].head_siret)).z);
    buf_printf(out, "  The organisers' people: admin, admin2, agent, stock, stock2, finance or "
                    "audit,\n  then -masques-pme@exemple.fr or -aura@exemple.fr: console at "
                    "/console.\n  After the mail's code they are asked for six digits of a "
                    "telephone,\n  which stand at %.*s/demo/codes.\n", STR_FMT(url));
    buf_z(out, "  Any other address works too: claim a company by its SIRET.\n"
               "  Test cards are written on the payment page.\n\n");
}

enum err
demo_cmd(struct ctx *cx, struct command_args *args)
{
    struct search s = {.arena = cx->arena, .now_ms = cx->now_ms};
    struct buf out = {0};
    struct str secret;

    TRY(arg_end(args));
    if (!str_is(cx->app->conf->demo, "1"))
        return command_fail("this makes people who may sign in: only where MAILLON_DEMO is 1");
    TRY(secret_load(cx, &secret)); /* Keys are sealed under it. */
    TRY(db_read(cx, find_companies, &s));
    TRY(db_write(cx, make_people, &s));
    print_guide(cx, &out, &s);
    enum err e = command_print(&out);
    buf_release(&out);
    return e;
}
