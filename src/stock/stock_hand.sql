-- SPDX-License-Identifier: Apache-2.0

-- batch_by_id: id, organiser_id
SELECT b.id, b.campaign_id, b.good, b.lot, b.conformity, b.expires_day, b.recalled_ms
  FROM stock_batch b JOIN campaign c ON c.id = b.campaign_id
 WHERE b.id = ?1 AND c.organiser_id = ?2;

-- batch_pools_of_batch: batch_id, organiser_id
SELECT p.batch_id, p.pool_id, b.lot, b.expires_day, p.recalled, p.received, p.on_hand, p.picked,
       p.handed, p.quarantined, p.scrapped, p.sent
  FROM stock_batch b
  JOIN campaign c ON c.id = b.campaign_id
  JOIN stock_batch_pool p ON p.batch_id = b.id
 WHERE b.id = ?1 AND c.organiser_id = ?2
 ORDER BY p.pool_id
 LIMIT 200;

-- batch_pools_of_pool: pool_id, organiser_id
SELECT p.batch_id, p.pool_id, b.lot, b.expires_day, p.recalled, p.received, p.on_hand, p.picked,
       p.handed, p.quarantined, p.scrapped, p.sent
  FROM stock_batch_pool p
  JOIN stock_batch b ON b.id = p.batch_id
  JOIN campaign c ON c.id = b.campaign_id
 WHERE p.pool_id = ?1 AND c.organiser_id = ?2
 ORDER BY p.ends_day, p.batch_id
 LIMIT 200;

-- batch_pool_lock [sqlite]: pool_id, batch_id
SELECT on_hand, quarantined, recalled FROM stock_batch_pool WHERE pool_id = ?1 AND batch_id = ?2;
-- batch_pool_lock [pg]: pool_id, batch_id
SELECT on_hand, quarantined, recalled FROM stock_batch_pool WHERE pool_id = ?1 AND batch_id = ?2
   FOR UPDATE;

-- quarantine_sum: batch_id
SELECT COALESCE(SUM(quarantined), 0) FROM stock_batch_pool WHERE batch_id = ?1;

-- transfer_insert: organiser, from_pool, to_pool, batch_id, units, reason, key, now_ms, account_id
INSERT INTO stock_transfer (organiser_id, from_pool, to_pool, batch_id, units, state, reason, key,
                            created_ms, account_id, changed_ms)
VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?8, ?9, ?8)
RETURNING id;

-- transfer_by_key: organiser_id, key
SELECT id FROM stock_transfer WHERE organiser_id = ?1 AND key = ?2;

-- transfer_lock [sqlite]: id, organiser_id
SELECT id FROM stock_transfer WHERE id = ?1 AND organiser_id = ?2;
-- transfer_lock [pg]: id, organiser_id
SELECT id FROM stock_transfer WHERE id = ?1 AND organiser_id = ?2 FOR UPDATE;

-- transfer_find: id, organiser_id
SELECT t.id, t.from_pool, t.to_pool, t.batch_id, t.units, t.arrived, t.lost, t.created_ms, b.lot,
       t.reason, t.state
  FROM stock_transfer t JOIN stock_batch b ON b.id = t.batch_id
 WHERE t.id = ?1 AND t.organiser_id = ?2;

-- transfer_page: organiser_id, before_id
SELECT t.id, t.from_pool, t.to_pool, t.batch_id, t.units, t.arrived, t.lost, t.created_ms, b.lot,
       t.reason, t.state
  FROM stock_transfer t JOIN stock_batch b ON b.id = t.batch_id
 WHERE t.organiser_id = ?1 AND t.id < ?2
 ORDER BY t.id DESC
 LIMIT 51;

-- transfer_set: id, arrived, lost, state, now_ms
UPDATE stock_transfer SET arrived = ?2, lost = ?3, state = ?4, changed_ms = ?5 WHERE id = ?1;

-- correction_since: pool_id, batch_id, asked_ms
SELECT 1 FROM stock_correction WHERE pool_id = ?1 AND batch_id = ?2 AND at_ms >= ?3 LIMIT 1;

-- correction_insert: pool, batch, book, counted, reason, asked_by, approved_by, asked_ms, now_ms
INSERT INTO stock_correction (pool_id, batch_id, book, counted, reason, asked_by, approved_by,
                              asked_ms, at_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- pool_available: pool_id
SELECT COALESCE(SUM(available), 0) FROM stock_slot WHERE pool_id = ?1;
