-- SPDX-License-Identifier: Apache-2.0

-- The warehouse that an organiser's pools are in until somebody says otherwise.
-- stock_first_warehouse: campaign_id, now_ms
INSERT INTO warehouse (organiser_id, code, name, created_ms)
SELECT c.organiser_id, 'PRINCIPAL', 'Entrepôt principal', ?2
  FROM campaign c
 WHERE c.id = ?1
   AND NOT EXISTS (SELECT 1 FROM warehouse w WHERE w.organiser_id = c.organiser_id)
ON CONFLICT (organiser_id, code) DO NOTHING;

-- stock_pool_insert: campaign_id, code
INSERT INTO stock_pool (campaign_id, code, warehouse_id)
VALUES (?1, ?2, (SELECT MIN(w.id) FROM warehouse w JOIN campaign c
                     ON c.organiser_id = w.organiser_id
                  WHERE c.id = ?1))
ON CONFLICT (campaign_id, code) DO NOTHING
RETURNING id;

-- stock_pool_find: campaign_id, code
SELECT id FROM stock_pool WHERE campaign_id = ?1 AND code = ?2;

-- stock_pool_campaign: pool_id
SELECT campaign_id FROM stock_pool WHERE id = ?1;

-- stock_slot_insert: pool_id, slot
INSERT INTO stock_slot (pool_id, slot, received, available, held, sold, withdrawn)
VALUES (?1, ?2, 0, 0, 0, 0, 0);

-- stock_pools: campaign_id
SELECT p.id, p.campaign_id, COALESCE(p.warehouse_id, 0), p.code, SUM(s.received),
       SUM(s.available), SUM(s.held), SUM(s.sold), SUM(s.withdrawn), SUM(s.quarantined),
       SUM(s.sent)
  FROM stock_pool p JOIN stock_slot s ON s.pool_id = p.id
 WHERE p.campaign_id = ?1
 GROUP BY p.id, p.campaign_id, p.warehouse_id, p.code
 ORDER BY p.id
 LIMIT 100;

-- A slot that alone has enough and that nobody else is selling from.
-- stock_slot_free [sqlite]: pool_id, units
SELECT slot FROM stock_slot WHERE pool_id = ?1 AND available >= ?2 ORDER BY slot LIMIT 1;
-- stock_slot_free [pg]: pool_id, units
SELECT slot FROM stock_slot WHERE pool_id = ?1 AND available >= ?2
 ORDER BY random() LIMIT 1 FOR UPDATE SKIP LOCKED;

-- Every slot, locked in one order so that two takers cannot wait for each other.
-- stock_slots_lock [sqlite]: pool_id
SELECT slot, available, quarantined FROM stock_slot WHERE pool_id = ?1 ORDER BY slot LIMIT 64;
-- stock_slots_lock [pg]: pool_id
SELECT slot, available, quarantined FROM stock_slot WHERE pool_id = ?1
 ORDER BY slot LIMIT 64 FOR UPDATE;

-- stock_take: pool_id, slot, held, sold
UPDATE stock_slot
   SET available = available - ?3 - ?4, held = held + ?3, sold = sold + ?4
 WHERE pool_id = ?1 AND slot = ?2 AND available - ?3 >= ?4;

-- Changes by signed amounts; the CHECKs refuse what cannot be.
-- stock_shift: pool, slot, received, available, held, sold, withdrawn, quarantined, sent
UPDATE stock_slot
   SET received = received + ?3, available = available + ?4, held = held + ?5, sold = sold + ?6,
       withdrawn = withdrawn + ?7, quarantined = quarantined + ?8, sent = sent + ?9
 WHERE pool_id = ?1 AND slot = ?2;

-- stock_movement_insert: pool, slot, order, kind, units, at_ms, account, reason, batch
INSERT INTO stock_movement (pool_id, slot, order_id, kind, units, at_ms, account_id, reason,
                            batch_id)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- What an order still has in each slot: held (HOLD less RELEASE and SELL) and sold (SELL and
-- RESELL less RETURN and SPOIL).
-- stock_of_order: order_id, pool_id
SELECT slot,
       SUM(CASE kind WHEN 2 THEN units WHEN 3 THEN -units WHEN 4 THEN -units ELSE 0 END),
       SUM(CASE kind WHEN 4 THEN units WHEN 5 THEN units WHEN 6 THEN -units
                WHEN 8 THEN -units ELSE 0 END)
  FROM stock_movement
 WHERE order_id = ?1 AND pool_id = ?2
 GROUP BY slot
 ORDER BY slot
 LIMIT 64;

