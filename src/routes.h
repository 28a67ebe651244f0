/* SPDX-License-Identifier: Apache-2.0 */
/* Every URL. See http/route.h for the columns. Included several times: no include guard. */

/* http */
ROUTE(GET, "/healthz", health_get, LATE, RIGHT_NONE, 0, 0)
