/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trouble_decide.h - what a person decides about a parcel that went wrong. Private to care/.
 *
 *   what became of it          sent again                        given back
 *   came back fit              the same goods go out             goods back on the shelf (RETURN)
 *   came back spoilt           SPOIL, then as many taken anew    SPOIL
 *   lost, or broken there      SPOIL, then as many taken anew    SPOIL
 *
 * What is sent again is a new parcel of the same order: the order's units, and with them the
 * company's quota, stay as they are. Money goes back whole when nothing of the order is with the
 * buyer or on its way, else for what was in the parcel.
 *
 * A parcel that was settled as lost and is delivered after all asks a person (TROUBLE_FOUND). While
 * what was to be sent instead is in the house, it can be stopped: the parcel is given up, the first
 * one counts as delivered, what was written off is the buyer's after all (stock_found) and as many
 * units are free again. Once it has left, the buyer can be asked for it.
 *
 * A parcel that is one too many owes its buyer nothing when it comes back (TROUBLE_SPARE): the
 * replacement that was asked back, and the one that was settled as lost and comes back itself.
 *   came back fit              goods back on the shelf; what was written off is entered again
 *   came back spoilt, lost     what was written off stands for it
 *
 * Parcel, order, stock and money follow in the open write transaction. *why in French with
 * ERR_CONFLICT: then the caller's transaction must be rolled back.
 */
#ifndef MAILLON_CARE_TROUBLE_DECIDE_H
#define MAILLON_CARE_TROUBLE_DECIDE_H

#include "track/trouble.h"

/* Why packs cannot be given back: their money has gone already. */
#define TROUBLE_PAID_OUT STR("Il ne reste pas assez à rembourser sur le paiement\u00a0: la " \
                             "finance en a déjà rendu une part. Demandez-lui de rendre le reste.")

enum parcel_fate { FATE_BACK_FIT = 1, FATE_BACK_SPOILT, FATE_LOST, FATE_BROKEN };

/* These two also of a parcel without an open trouble (its buyer complains): it gets one that is
 * closed at once. */
NODISCARD enum err trouble_send_again(struct ctx *cx, const struct parcel *p,
                                      enum parcel_fate fate, struct str reason, struct str *why);
NODISCARD enum err trouble_give_back(struct ctx *cx, const struct parcel *p,
                                     enum parcel_fate fate, struct str reason, struct str *why);
/* It was delivered, whatever the carrier said. */
NODISCARD enum err trouble_was_delivered(struct ctx *cx, const struct parcel *p,
                                         struct str reason, struct str *why);
bool trouble_stoppable(const struct parcel *replacement);
/* A TROUBLE_FOUND is closed: the replacement stays, the buyer knows. */
NODISCARD enum err trouble_stop(struct ctx *cx, const struct parcel *p, struct str reason,
                                struct str *why);
/* A TROUBLE_FOUND is closed: the replacement has left, and the buyer is asked to give it back. */
NODISCARD enum err trouble_ask_return(struct ctx *cx, const struct parcel *p, struct str reason,
                                      struct str *why);
/* A TROUBLE_SPARE is closed: what came back fit is for sale, nothing is sent or given back. */
NODISCARD enum err trouble_take_back(struct ctx *cx, const struct parcel *p,
                                     enum parcel_fate fate, struct str reason, struct str *why);
/* A TROUBLE_FOUND is closed: whoever was concerned knows. */
NODISCARD enum err trouble_note(struct ctx *cx, const struct parcel *p, struct str reason,
                                struct str *why);
/* Closed for now; silence is looked for again later. */
NODISCARD enum err trouble_wait(struct ctx *cx, const struct parcel *p, struct str reason,
                                struct str *why);

#endif
