-- SPDX-License-Identifier: Apache-2.0

-- arrival_insert: organiser_id, pool_id, supplier, note, lot, units, expected_day, now_ms, account
INSERT INTO stock_arrival (organiser_id, pool_id, supplier, note, lot, units, expected_day, state,
                           created_ms, account_id, changed_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, ?9, ?8)
ON CONFLICT (organiser_id, note, lot, supplier) DO NOTHING
RETURNING id;

-- arrival_same: organiser_id, supplier, note, lot
SELECT id FROM stock_arrival
 WHERE organiser_id = ?1 AND note = ?3 AND lot = ?4 AND supplier = ?2;

-- arrival_find: id, organiser_id
SELECT id, pool_id, supplier, note, lot, units, expected_day, state, accepted, refused, why,
       created_ms
  FROM stock_arrival WHERE id = ?1 AND organiser_id = ?2;

-- arrival_lock [sqlite]: id, organiser_id
SELECT id FROM stock_arrival WHERE id = ?1 AND organiser_id = ?2;
-- arrival_lock [pg]: id, organiser_id
SELECT id FROM stock_arrival WHERE id = ?1 AND organiser_id = ?2 FOR UPDATE;

-- arrival_open: organiser_id, offset, before_day
SELECT id, pool_id, supplier, note, lot, units, expected_day, state, accepted, refused, why,
       created_ms
  FROM stock_arrival
 WHERE organiser_id = ?1 AND state IN (1, 2) AND expected_day < ?3
 ORDER BY expected_day, id
 LIMIT 51 OFFSET ?2;

-- arrival_all: organiser_id, offset
SELECT id, pool_id, supplier, note, lot, units, expected_day, state, accepted, refused, why,
       created_ms
  FROM stock_arrival
 WHERE organiser_id = ?1
 ORDER BY expected_day DESC, id DESC
 LIMIT 51 OFFSET ?2;

-- arrival_match: organiser_id, note, lot
SELECT id, pool_id, supplier, note, lot, units, expected_day, state, accepted, refused, why,
       created_ms
  FROM stock_arrival
 WHERE organiser_id = ?1 AND lot = ?3 AND (note = ?2 OR state = 2)
 ORDER BY CASE WHEN note = ?2 THEN 0 ELSE 1 END, expected_day, id
 LIMIT 20;

-- arrival_set: id, state, accepted, refused, why, now_ms
UPDATE stock_arrival
   SET state = ?2, accepted = ?3, refused = ?4, why = ?5, changed_ms = ?6
 WHERE id = ?1;

-- receipt_same: organiser_id, supplier, note, lot
SELECT id, at_ms, accepted FROM stock_receipt
 WHERE organiser_id = ?1 AND note = ?3 AND lot = ?4 AND supplier = ?2;

-- receipt_insert: organiser, arrival, supplier, note, lot, batch, accepted, refused, why, more, ms, by
INSERT INTO stock_receipt (organiser_id, arrival_id, supplier, note, lot, batch_id, accepted,
                           refused, why_refused, why_more, at_ms, account_id)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
ON CONFLICT (organiser_id, note, lot, supplier) DO NOTHING
RETURNING id;

-- receipt_of_batch: batch_id, organiser_id
SELECT id, arrival_id, accepted, refused, at_ms, supplier, note, why_refused, why_more
  FROM stock_receipt
 WHERE batch_id = ?1 AND organiser_id = ?2
 ORDER BY id DESC
 LIMIT 100;
