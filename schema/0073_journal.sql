-- SPDX-License-Identifier: Apache-2.0
--
-- The journal of a year reads refunds in the order in which they were done, or failed after all.

CREATE INDEX refund_done ON refund (done_ms, id) WHERE done_ms > 0;
CREATE INDEX refund_voided ON refund (voided_ms, id) WHERE voided_ms > 0;
