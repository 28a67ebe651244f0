/* SPDX-License-Identifier: Apache-2.0 */
/* Every act that a second person must approve: ACT(NAME, handler, right, title), see
 * staff/staff.h for the columns. Included several times: no include guard. */
