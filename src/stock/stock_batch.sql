-- SPDX-License-Identifier: Apache-2.0

-- batch_insert: campaign_id, good, lot, expires_day, conformity, now_ms
INSERT INTO stock_batch (campaign_id, good, lot, expires_day, conformity, created_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (campaign_id, good, lot) DO NOTHING;

-- batch_find: campaign_id, good, lot
SELECT id, expires_day, conformity, recalled_ms FROM stock_batch
 WHERE campaign_id = ?1 AND good = ?2 AND lot = ?3;

-- batch_pool_insert: batch_id, pool_id, never_day
INSERT INTO stock_batch_pool (batch_id, pool_id, ends_day, recalled)
SELECT id, ?2, CASE expires_day WHEN 0 THEN ?3 ELSE expires_day END,
       CASE recalled_ms WHEN 0 THEN 0 ELSE 1 END
  FROM stock_batch
 WHERE id = ?1
ON CONFLICT (pool_id, batch_id) DO NOTHING;

-- Changes by signed amounts; the CHECKs refuse what cannot be.
-- batch_pool_shift: pool, batch, received, on_hand, picked, handed, quarantined, scrapped, sent
UPDATE stock_batch_pool
   SET received = received + ?3, on_hand = on_hand + ?4, picked = picked + ?5,
       handed = handed + ?6, quarantined = quarantined + ?7, scrapped = scrapped + ?8,
       sent = sent + ?9
 WHERE pool_id = ?1 AND batch_id = ?2;

-- The batch to pick from: the one that ends first, then the oldest.
-- batch_next [sqlite]: pool_id, today
SELECT p.batch_id, b.lot, b.expires_day, p.on_hand
  FROM stock_batch_pool p JOIN stock_batch b ON b.id = p.batch_id
 WHERE p.pool_id = ?1 AND p.on_hand > 0 AND p.recalled = 0 AND p.ends_day >= ?2
 ORDER BY p.ends_day, p.batch_id
 LIMIT 1;
-- batch_next [pg]: pool_id, today
SELECT p.batch_id, b.lot, b.expires_day, p.on_hand
  FROM stock_batch_pool p JOIN stock_batch b ON b.id = p.batch_id
 WHERE p.pool_id = ?1 AND p.on_hand > 0 AND p.recalled = 0 AND p.ends_day >= ?2
 ORDER BY p.ends_day, p.batch_id
 LIMIT 1 FOR UPDATE OF p;

-- The shelf as it is, in the order in which it is emptied.
-- batch_shelf [sqlite]: pool_id
SELECT batch_id, on_hand FROM stock_batch_pool
 WHERE pool_id = ?1 AND on_hand > 0
 ORDER BY ends_day, batch_id
 LIMIT 1000;
-- batch_shelf [pg]: pool_id
SELECT batch_id, on_hand FROM stock_batch_pool
 WHERE pool_id = ?1 AND on_hand > 0
 ORDER BY ends_day, batch_id
 LIMIT 1000 FOR UPDATE;

-- pick_add: order_id, pool_id, batch_id, units, now_ms
INSERT INTO stock_pick (order_id, pool_id, batch_id, units, at_ms)
VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (order_id, pool_id, batch_id) DO UPDATE SET units = stock_pick.units + ?4;

-- pick_shift: order_id, pool_id, batch_id, units, handed, spoilt
UPDATE stock_pick
   SET units = units + ?4, handed = handed + ?5, spoilt = spoilt + ?6
 WHERE order_id = ?1 AND pool_id = ?2 AND batch_id = ?3;

-- pick_clean: order_id, pool_id
DELETE FROM stock_pick
 WHERE order_id = ?1 AND pool_id = ?2 AND units = 0 AND handed = 0 AND spoilt = 0;

-- What an order has picked in a pool: this batch first, then the youngest, which goes back first.
-- pick_of_pool: order_id, pool_id, first_batch
SELECT batch_id, units, handed, spoilt FROM stock_pick
 WHERE order_id = ?1 AND pool_id = ?2
 ORDER BY CASE WHEN batch_id = ?3 THEN 0 ELSE 1 END, batch_id DESC
 LIMIT 100;

-- pick_of_order: order_id
SELECT p.pool_id, p.batch_id, b.lot, b.expires_day, p.units + p.handed
  FROM stock_pick p JOIN stock_batch b ON b.id = p.batch_id
 WHERE p.order_id = ?1 AND p.units + p.handed > 0
 ORDER BY p.pool_id, p.batch_id
 LIMIT 100;

-- Units of recalled batches on a pool's shelf.
-- batch_recalled_shelf: pool_id
SELECT batch_id, on_hand FROM stock_batch_pool
 WHERE pool_id = ?1 AND recalled = 1 AND on_hand > 0
 ORDER BY batch_id
 LIMIT 100;

-- Whether a recall is about to set the order aside.
-- pick_set_aside: order_id
SELECT 1 FROM stock_recall_order WHERE order_id = ?1 AND stage = 1 AND aside_ms = 0 LIMIT 1;
