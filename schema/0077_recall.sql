-- SPDX-License-Identifier: Apache-2.0
--
-- What follows a recall: orders set aside by a job, and those that have units of the lot sent the
-- same again or given their money back.

-- What the approved recall says of units that have left: 1 somebody decides later, 2 sent again,
-- 3 given back.
ALTER TABLE stock_recall ADD COLUMN follow {INT} NOT NULL DEFAULT 1 CHECK (follow BETWEEN 1 AND 3);

-- When it was set aside; 0: that waits.
ALTER TABLE stock_recall_order ADD COLUMN aside_ms {INT} NOT NULL DEFAULT 0;
-- 0 nothing to do, 1 waits for a decision, 2 to be sent again, 3 to be given back, 4 sent again,
-- 5 given back.
ALTER TABLE stock_recall_order ADD COLUMN follow {INT} NOT NULL DEFAULT 0
    CHECK (follow BETWEEN 0 AND 5);
ALTER TABLE stock_recall_order ADD COLUMN follow_packs {INT} NOT NULL DEFAULT 0;
-- Why the last try could not be done.
ALTER TABLE stock_recall_order ADD COLUMN follow_why TEXT NOT NULL DEFAULT '';
UPDATE stock_recall_order SET aside_ms = 1 WHERE stage = 1;
UPDATE stock_recall_order SET follow = 1 WHERE stage IN (2, 3);
CREATE INDEX stock_recall_aside ON stock_recall_order (order_id) WHERE stage = 1 AND aside_ms = 0;
CREATE INDEX stock_recall_follow ON stock_recall_order (recall_id, follow, order_id);
