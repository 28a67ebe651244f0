/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order_form.h - the order's form: read whole at each step, shown one step at a time.
 */
#ifndef MAILLON_ORDER_ORDER_FORM_H
#define MAILLON_ORDER_ORDER_FORM_H

#include "http/form.h"
#include "order/order_address.h"
#include "order/order_web.h"
#include "order_tmpl.h"

struct order_form {
    struct order_ask ask;
    struct company company;
    struct establishment site;        /* The one delivered to. */
    struct buyer_facts facts;         /* Of that; ask.facts points to it. */
    struct address_check place;       /* Of the delivery address. */
    bool quantity_wrong;              /* Establishment or packs: faults of the first step. */
};

/* Reads the establishment and the packs, and the delivery too when asked. Faults are in *f.
 * ERR_NOT_FOUND: the company has no open establishment in the register. */
NODISCARD enum err order_form_read(struct ctx *cx, struct req *req, const struct campaign *campaign,
                                   bool delivery, struct form *f, struct order_form *o);
/* Puts "how many" beside the first pack that is offered to the company. */
void order_form_ask_packs(struct form *f, const struct order_form *o);
/* Draws a step; a refused or faulty one with that status. */
NODISCARD enum err order_form_show(struct ctx *cx, struct req *req, const struct form *f,
                                   struct order_form *o, enum order_step step,
                                   const struct order_placed *placed, int status);

#endif
