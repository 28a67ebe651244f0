/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track_mail.h - what buyers are told by mail about a delivery.
 *
 * Each is queued in the transaction of its cause, so it is sent once, as its cause happens once.
 */
#ifndef MAILLON_TRACK_TRACK_MAIL_H
#define MAILLON_TRACK_TRACK_MAIL_H

#include "delivery/delivery.h"

NODISCARD enum err track_mail_delivered(struct ctx *cx, const struct order *o, int64_t at_ms);
/* A parcel waits at a counter. */
NODISCARD enum err track_mail_counter(struct ctx *cx, const struct parcel *p);
/* The carrier could not deliver it; it is on its way back, or is back. */
NODISCARD enum err track_mail_undeliverable(struct ctx *cx, const struct parcel *p);
NODISCARD enum err track_mail_returned(struct ctx *cx, const struct parcel *p);
/* Any other news for the buyer of an order: a subject without the reference, and whole sentences.
 * cause is a fixed word. */
NODISCARD enum err track_mail_buyer(struct ctx *cx, const struct order *o, const char *subject,
                                    struct str text, const char *cause);
/* The same, leading below the order's page: page "/reclamation", link "Voir la réclamation". */
NODISCARD enum err track_mail_page(struct ctx *cx, const struct order *o, const char *subject,
                                   struct str text, const char *link, const char *page,
                                   const char *cause);

#endif
