/* SPDX-License-Identifier: Apache-2.0 */
/* Every background job. See job/job.h for the columns. Included several times: no include guard. */
