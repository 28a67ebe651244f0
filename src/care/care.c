/* SPDX-License-Identifier: Apache-2.0 */
/*
 * care.c - what the pages of troubles and of complaints say about an order.
 */
#include "care/care_view.h"

#include "account/account.h"

bool
care_may_act(const struct ctx *cx)
{
    return (cx->actor.rights & (RIGHT_STOCK | RIGHT_ADMIN)) != 0;
}

struct str
care_number(struct arena *a, int64_t n)
{
    return str_printf(a, "%lld", (long long)n);
}

struct str
care_siren(struct arena *a, int64_t siren)
{
    struct str digits = str_printf(a, "%09lld", (long long)siren);

    return str_printf(a, "%s", fmt_siren(digits).z);
}

enum err
care_troubles_waiting(struct ctx *cx, int64_t *out)
{
    int64_t counts[TROUBLE_KINDS + 1];

    TRY(trouble_counts(cx, counts));
    *out = counts[0];
    return OK;
}

enum err
care_complaints_waiting(struct ctx *cx, int64_t *out)
{
    int64_t counts[COMPLAINT_REFUSED + 1];

    TRY(complaint_counts(cx, counts));
    *out = counts[COMPLAINT_OPEN];
    return OK;
}

static enum err
in_words(struct ctx *cx, const struct order *o, const int64_t packs[ORDER_LINES_MAX],
         struct str *out)
{
    const struct policy *policy;

    *out = STR_NONE;
    TRY(campaign_policy(cx, o->campaign_id, o->version, &policy));
    for (int i = 0; i < o->line_count; i++)
        if (packs[i] > 0)
            *out = str_printf(cx->arena, "%.*s%s%s × %.*s", STR_FMT(*out),
                              out->len > 0 ? ", " : "", fmt_int(packs[i]).z,
                              STR_FMT(policy->pack[o->line[i].pack].label));
    return OK;
}

enum err
care_contents(struct ctx *cx, const struct order *o, struct str *out)
{
    int64_t packs[ORDER_LINES_MAX];

    for (int i = 0; i < o->line_count; i++)
        packs[i] = o->line[i].packs;
    return in_words(cx, o, packs, out);
}

enum err
care_parcel_contents(struct ctx *cx, const struct order *o, int64_t parcel_id, struct str *out)
{
    int64_t packs[ORDER_LINES_MAX] = {0};
    struct parcel_item_list items;

    TRY(parcel_items(cx, parcel_id, &items));
    for (size_t i = 0; i < items.count; i++)
        packs[items.item[i].line] = items.item[i].packs;
    return in_words(cx, o, packs, out);
}

enum err
care_facts(struct ctx *cx, const struct order *o, struct summary_row_list *out)
{
    const struct order_address *to = &o->address;
    struct arena *a = cx->arena;
    struct str email;

    TRY(account_email(cx, o->account_id, &email));
    summary_add(out, "Commande", str_printf(a, "%.*s, %s", STR_FMT(o->ref),
                                           order_state_name(o->state)));
    summary_add(out, "Destinataire",
             str_printf(a, "%.*s%s%.*s", STR_FMT(to->company), to->person.len > 0 ? ", " : "",
                          STR_FMT(to->person)));
    summary_add(out, "SIREN", care_siren(a, o->siren));
    summary_add(out, "Adresse", str_printf(a, "%.*s, %.*s %.*s", STR_FMT(to->street),
                                          STR_FMT(to->postal_code), STR_FMT(to->city)));
    if (to->instructions.len > 0)
        summary_add(out, "Consigne", to->instructions);
    if (to->phone.len > 0)
        summary_add(out, "Téléphone", str_printf(a, "%s", fmt_phone(to->phone).z));
    if (email.len > 0)
        summary_add(out, "Adresse e-mail", email);
    return OK;
}

struct link_list
care_links(struct ctx *cx, const struct order *o)
{
    struct link_list links = {ARENA_ARRAY(cx->arena, 2, struct link), 2};

    links.item[0] = (struct link){url_path(cx->arena, "/console/commandes/%.*s", STR_FMT(o->ref)),
                                  STR("Toute la commande"), false};
    links.item[1] = (struct link){url_path(cx->arena, "/console/entreprises/%09lld",
                                           (long long)o->siren),
                                  STR("Toute l’entreprise"), false};
    return links;
}
