/* SPDX-License-Identifier: Apache-2.0 */
/*
 * device.h - from what kind of device a request says to come.
 */
#ifndef MAILLON_STAFF_DEVICE_H
#define MAILLON_STAFF_DEVICE_H

#include "base/str.h"

/* "Firefox sur Windows" for a User-Agent header (RFC 9110, section 10.1.5), as far as it is known;
 * empty: unknown. Words of this list only, never the sender's. */
struct str device_text(struct arena *a, struct str user_agent);

#endif
