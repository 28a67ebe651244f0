-- SPDX-License-Identifier: Apache-2.0
--
-- Stages: 1 has not left, 2 on its way, 3 delivered, 4 came back or was lost. An order in
-- preparation of which a parcel has left counts as on its way. Units that are lost or spoilt count
-- only of orders that have no others.

-- recall_mark: batch_id, now_ms
UPDATE stock_batch SET recalled_ms = ?2 WHERE id = ?1 AND recalled_ms = 0;

-- recall_mark_pools: batch_id
UPDATE stock_batch_pool SET recalled = 1 WHERE batch_id = ?1;

-- recall_insert: batch_id, reason, instruction, asked_by, approved_by, now_ms, follow
INSERT INTO stock_recall (batch_id, reason, instruction, asked_by, approved_by, at_ms, follow)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
RETURNING id;

-- Everybody the batch went to. What is in preparation is looked at parcel by parcel when it is set
-- aside.
-- recall_orders_insert: recall_id, batch_id, follow
INSERT INTO stock_recall_order (recall_id, order_id, units, stage, follow)
SELECT ?1, r.order_id, r.units, r.stage,
       CASE WHEN r.stage IN (2, 3) THEN CAST(?3 AS BIGINT) ELSE 0 END
  FROM (SELECT p.order_id,
               CASE WHEN SUM(p.units + p.handed) > 0 THEN SUM(p.units + p.handed)
                    ELSE SUM(p.spoilt) END AS units,
               CASE WHEN SUM(p.units + p.handed) = 0 THEN 4
                    WHEN o.state IN (3, 4) THEN 1
                    WHEN o.state = 6 OR (o.state = 11 AND o.delivered_ms > 0) THEN 3
                    WHEN SUM(p.handed) > 0 THEN 2 ELSE 4 END AS stage
          FROM stock_pick p JOIN orders o ON o.id = p.order_id
         WHERE p.batch_id = ?2
         GROUP BY p.order_id, o.state, o.delivered_ms) r;

-- recall_aside: recall_id, after_order
SELECT order_id, units FROM stock_recall_order
 WHERE recall_id = ?1 AND stage = 1 AND aside_ms = 0 AND order_id > ?2
 ORDER BY order_id
 LIMIT 100;

-- recall_picks: order_id, batch_id
SELECT pool_id, units FROM stock_pick WHERE order_id = ?1 AND batch_id = ?2 AND units > 0 LIMIT 20;

-- recall_aside_set: recall_id, order_id, stage, units, follow, now_ms
UPDATE stock_recall_order SET stage = ?3, units = ?4, follow = ?5, aside_ms = ?6
 WHERE recall_id = ?1 AND order_id = ?2;

-- recall_reach: batch_id
SELECT CASE WHEN p.units + p.handed = 0 THEN 4
            WHEN o.state = 3 OR (o.state = 4 AND NOT EXISTS (
                    SELECT 1 FROM parcel x WHERE x.order_id = o.id AND x.state IN (4, 5))) THEN 1
            WHEN o.state = 6 OR (o.state = 11 AND o.delivered_ms > 0) THEN 3
            WHEN p.handed > 0 OR o.state = 4 THEN 2 ELSE 4 END AS stage,
       COUNT(DISTINCT p.order_id),
       SUM(CASE WHEN p.units + p.handed > 0 THEN p.units + p.handed ELSE p.spoilt END)
  FROM stock_pick p JOIN orders o ON o.id = p.order_id
 WHERE p.batch_id = ?1
 GROUP BY 1
 LIMIT 5;

-- recall_find: batch_id
SELECT r.id, r.at_ms, r.reason, r.instruction,
       (SELECT COUNT(*) FROM stock_recall_order o WHERE o.recall_id = r.id),
       (SELECT COUNT(*) FROM stock_recall_order o WHERE o.recall_id = r.id AND o.mailed_ms > 0),
       r.follow
  FROM stock_recall r WHERE r.batch_id = ?1;

-- recall_by_id: id
SELECT r.batch_id, r.reason, r.follow, b.lot, b.good
  FROM stock_recall r JOIN stock_batch b ON b.id = r.batch_id WHERE r.id = ?1;

-- recall_follow_counts: recall_id
SELECT follow, COUNT(*), SUM(units) FROM stock_recall_order
 WHERE recall_id = ?1 GROUP BY follow ORDER BY follow LIMIT 6;

-- Those who wait for a decision get it.
-- recall_follow_all: recall_id, follow
UPDATE stock_recall_order SET follow = ?2, follow_why = '' WHERE recall_id = ?1 AND follow = 1;

-- recall_follow_next: recall_id, follow, after_order
SELECT order_id, units FROM stock_recall_order
 WHERE recall_id = ?1 AND follow = ?2 AND order_id > ?3
 ORDER BY order_id
 LIMIT 1;

-- recall_follow_set: recall_id, order_id, from_follow, to_follow, packs, why
UPDATE stock_recall_order SET follow = ?4, follow_packs = ?5, follow_why = ?6
 WHERE recall_id = ?1 AND order_id = ?2 AND follow = ?3;

-- Who has a batch now, or is in its recall: by order.
-- batch_orders: batch_id, after_order, limit
SELECT o.id, o.ref, o.siret, o.to_company, o.to_postal_code, o.to_city, o.to_phone,
       CASE WHEN a.forgotten_ms = 0 THEN a.email ELSE '' END,
       CASE WHEN h.units > 0 THEN h.units ELSE h.spoilt END,
       CASE WHEN h.stage > 0 THEN h.stage
            WHEN h.units = 0 THEN 4
            WHEN o.state = 3 OR (o.state = 4 AND NOT EXISTS (
                    SELECT 1 FROM parcel x WHERE x.order_id = o.id AND x.state IN (4, 5))) THEN 1
            WHEN o.state = 6 OR (o.state = 11 AND o.delivered_ms > 0) THEN 3
            WHEN h.handed > 0 OR o.state = 4 THEN 2 ELSE 4 END,
       h.mailed_ms, h.follow, COALESCE(f.follow_packs, 0), COALESCE(f.follow_why, '')
  FROM (SELECT order_id, MAX(units) AS units, MAX(spoilt) AS spoilt, MAX(stage) AS stage,
               MAX(handed) AS handed, MAX(mailed_ms) AS mailed_ms, MAX(follow) AS follow,
               MAX(recall_id) AS recall_id
          FROM (SELECT * FROM (
                    SELECT p.order_id, SUM(p.units + p.handed) AS units, SUM(p.spoilt) AS spoilt,
                           0 AS stage, SUM(p.handed) AS handed, 0 AS mailed_ms, 0 AS follow,
                           0 AS recall_id
                      FROM stock_pick p WHERE p.batch_id = ?1 AND p.order_id > ?2
                     GROUP BY p.order_id
                     ORDER BY p.order_id
                     LIMIT ?3) now
                UNION ALL
                SELECT * FROM (
                    SELECT s.order_id, s.units, 0, s.stage, 0, s.mailed_ms, s.follow, s.recall_id
                      FROM stock_recall r JOIN stock_recall_order s ON s.recall_id = r.id
                     WHERE r.batch_id = ?1 AND s.order_id > ?2
                     ORDER BY s.order_id
                     LIMIT ?3) recalled) b
         GROUP BY order_id) h
  JOIN orders o ON o.id = h.order_id
  LEFT JOIN stock_recall_order f ON f.recall_id = h.recall_id AND f.order_id = h.order_id
  LEFT JOIN account a ON a.id = o.account_id
 ORDER BY o.id
 LIMIT ?3;

-- What is set aside is told when it has been.
-- recall_unmailed: recall_id
SELECT s.order_id, s.units, s.stage, o.ref, o.account_id, o.campaign_id, b.lot, r.reason,
       r.instruction, s.follow
  FROM stock_recall r
  JOIN stock_recall_order s ON s.recall_id = r.id AND s.mailed_ms = 0
       AND (s.stage <> 1 OR s.aside_ms > 0)
  JOIN orders o ON o.id = s.order_id
  JOIN stock_batch b ON b.id = r.batch_id
 WHERE r.id = ?1
 ORDER BY s.order_id
 LIMIT 100;

-- recall_mailed: recall_id, order_id, now_ms
UPDATE stock_recall_order SET mailed_ms = ?3
 WHERE recall_id = ?1 AND order_id = ?2 AND mailed_ms = 0;

-- Units of recalled lots that an order has, in the house or out of it.
-- recall_of_order: order_id
SELECT COALESCE(SUM(p.units + p.handed), 0)
  FROM stock_pick p JOIN stock_batch_pool b ON b.pool_id = p.pool_id AND b.batch_id = p.batch_id
 WHERE p.order_id = ?1 AND b.recalled = 1;
