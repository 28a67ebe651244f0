/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order_form.h - the order's form: read whole at each step, shown one step at a time. Its buyer
 * fills it in (order_web.c), or an agent who has somebody of the company on the telephone (desk/).
 */
#ifndef MAILLON_ORDER_ORDER_FORM_H
#define MAILLON_ORDER_ORDER_FORM_H

#include "http/form.h"
#include "order/admit.h"
#include "order/order_address.h"

enum order_step { STEP_QUANTITY = 1, STEP_DELIVERY, STEP_CHECK };

/* From which side the form is filled in. */
struct order_side {
    int64_t siren;         /* The company: the session's, or the one the agent has before them. */
    int64_t siret;         /* Proposed to be delivered to; 0: the head office. */
    bool assisted;         /* By an agent: asks who calls, and gives what to read out. */
    struct page page;      /* Around the form; its title is the step's. */
    struct url step;       /* Where "continue" and "back" post to, */
    struct url place;      /* and where the order does. */
    struct url orders;     /* An order REF is shown at orders/REF. */
    struct url headcount;  /* Where the headcount is declared; may be empty. */
    struct url back;       /* Where to go when nothing can be ordered. */
    struct str back_label;
};

struct order_form {
    struct order_ask ask;
    struct company company;
    struct establishment site;        /* The one delivered to. */
    struct buyer_facts facts;         /* Of that; ask.facts points to it. */
    struct address_check place;       /* Of the delivery address. */
    struct order_contact contact;     /* Who calls; ask.contact points to it when assisted. */
    bool quantity_wrong;              /* Establishment or packs: faults of the first step. */
};

/* Reads the establishment and the packs, and the delivery too when asked. Faults are in *f.
 * ERR_NOT_FOUND: the company has no open establishment in the register. */
NODISCARD enum err order_form_read(struct ctx *cx, struct req *req, const struct order_side *side,
                                   const struct campaign *campaign, bool delivery, struct form *f,
                                   struct order_form *o);
/* The same, and the step to show for what the form's button "to" asks: that one, or the first that
 * is not right yet. Nothing is stored. */
NODISCARD enum err order_form_step(struct ctx *cx, struct req *req, const struct order_side *side,
                                   const struct campaign *campaign);
/* Puts "how many" beside the first pack that is offered to the company. */
void order_form_ask_packs(struct form *f, const struct order_form *o);
/* Draws a step; a refused or faulty one with that status. */
NODISCARD enum err order_form_show(struct ctx *cx, struct req *req, const struct order_side *side,
                                   const struct form *f, struct order_form *o,
                                   enum order_step step, const struct order_placed *placed,
                                   int status);

#endif
