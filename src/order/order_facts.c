/* SPDX-License-Identifier: Apache-2.0 */
/* order_facts.c - what admission asks of a buyer: the register's word, and what was declared. */
#include "account/account.h"
#include "order/order.h"

enum err
order_facts(struct ctx *cx, int64_t siret, struct buyer_facts *out, struct company *company,
            struct establishment *est)
{
    struct company_declaration declared;
    struct establishment e;
    struct company c;

    TRY(registry_establishment(cx, siret, &e));
    TRY(registry_company(cx, siret_siren(siret), &c));
    TRY(account_declaration(cx, c.siren, &declared));
    struct buyer_facts f = campaign_company_facts(&c);
    f.establishment_active = e.active;
    f.territory = e.territory;
    f.department = e.department;
    f.heads = declared.heads;
    if (declared.networks != 0) {
        f.networks |= declared.networks;
        f.network_source = NETWORK_LISTED;
    }
    *out = f;
    *company = c;
    *est = e;
    return OK;
}
