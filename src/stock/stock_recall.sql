-- SPDX-License-Identifier: Apache-2.0

-- recall_mark: batch_id, now_ms
UPDATE stock_batch SET recalled_ms = ?2 WHERE id = ?1 AND recalled_ms = 0;

-- recall_mark_pools: batch_id
UPDATE stock_batch_pool SET recalled = 1 WHERE batch_id = ?1;

-- recall_insert: batch_id, reason, instruction, asked_by, approved_by, now_ms
INSERT INTO stock_recall (batch_id, reason, instruction, asked_by, approved_by, at_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
RETURNING id;

-- Everybody the batch went to. What has not left the house comes first to be set aside; a parcel
-- that has left counts as on its way though the order waits for the others.
-- recall_orders_insert: recall_id, batch_id
INSERT INTO stock_recall_order (recall_id, order_id, units, stage)
SELECT ?1, p.order_id, SUM(p.units + p.handed + p.spoilt),
       CASE WHEN o.state IN (3, 4) THEN 1 WHEN o.state = 6 THEN 3
            WHEN SUM(p.handed) > 0 THEN 2 ELSE 4 END
  FROM stock_pick p JOIN orders o ON o.id = p.order_id
 WHERE p.batch_id = ?2
 GROUP BY p.order_id, o.state;

-- recall_aside: recall_id, after_order
SELECT order_id, units FROM stock_recall_order
 WHERE recall_id = ?1 AND stage = 1 AND order_id > ?2
 ORDER BY order_id
 LIMIT 500;

-- recall_picks: order_id, batch_id
SELECT pool_id, units FROM stock_pick WHERE order_id = ?1 AND batch_id = ?2 AND units > 0 LIMIT 20;

-- recall_stage_set: recall_id, order_id, stage
UPDATE stock_recall_order SET stage = ?3 WHERE recall_id = ?1 AND order_id = ?2;

-- recall_reach: batch_id
SELECT CASE WHEN o.state IN (3, 4) THEN 1 WHEN o.state = 6 THEN 3
            WHEN p.handed > 0 THEN 2 ELSE 4 END AS stage,
       COUNT(DISTINCT p.order_id), SUM(p.units + p.handed + p.spoilt)
  FROM stock_pick p JOIN orders o ON o.id = p.order_id
 WHERE p.batch_id = ?1
 GROUP BY 1
 LIMIT 5;

-- recall_find: batch_id
SELECT r.id, r.at_ms, r.reason, r.instruction,
       (SELECT COUNT(*) FROM stock_recall_order o WHERE o.recall_id = r.id),
       (SELECT COUNT(*) FROM stock_recall_order o WHERE o.recall_id = r.id AND o.mailed_ms > 0)
  FROM stock_recall r WHERE r.batch_id = ?1;

-- Who has a batch now, or is in its recall: by order.
-- batch_orders: batch_id, after_order
SELECT o.id, o.ref, o.siret, o.to_company, o.to_postal_code, o.to_city, o.to_phone,
       CASE WHEN a.forgotten_ms = 0 THEN a.email ELSE '' END, h.units,
       CASE WHEN h.stage > 0 THEN h.stage WHEN o.state IN (3, 4) THEN 1 WHEN o.state = 6 THEN 3
            WHEN h.handed > 0 THEN 2 ELSE 4 END,
       h.mailed_ms
  FROM (SELECT order_id, MAX(units) AS units, MAX(stage) AS stage, MAX(handed) AS handed,
               MAX(mailed_ms) AS mailed_ms
          FROM (SELECT p.order_id, SUM(p.units + p.handed + p.spoilt) AS units, 0 AS stage,
                       SUM(p.handed) AS handed, 0 AS mailed_ms
                  FROM stock_pick p WHERE p.batch_id = ?1 AND p.order_id > ?2
                 GROUP BY p.order_id
                UNION ALL
                SELECT s.order_id, s.units, s.stage, 0, s.mailed_ms
                  FROM stock_recall r JOIN stock_recall_order s ON s.recall_id = r.id
                 WHERE r.batch_id = ?1 AND s.order_id > ?2) b
         GROUP BY order_id) h
  JOIN orders o ON o.id = h.order_id
  LEFT JOIN account a ON a.id = o.account_id
 ORDER BY o.id
 LIMIT 51;

-- recall_unmailed: recall_id
SELECT s.order_id, s.units, s.stage, o.ref, o.account_id, o.campaign_id, b.lot, r.reason,
       r.instruction
  FROM stock_recall r
  JOIN stock_recall_order s ON s.recall_id = r.id AND s.mailed_ms = 0
  JOIN orders o ON o.id = s.order_id
  JOIN stock_batch b ON b.id = r.batch_id
 WHERE r.id = ?1
 ORDER BY s.order_id
 LIMIT 100;

-- recall_mailed: recall_id, order_id, now_ms
UPDATE stock_recall_order SET mailed_ms = ?3
 WHERE recall_id = ?1 AND order_id = ?2 AND mailed_ms = 0;
