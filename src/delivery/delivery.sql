-- SPDX-License-Identifier: Apache-2.0
--
-- Parcels are read through the view parcel_full, whose columns parcel_from_row in parcel.c knows.
-- The states are 1 waiting, 2 asked, 3 labelled, 4 handed, 5 delivered, 6 returned, 7 lost,
-- 8 damaged, 9 cancelled, 10 refused.

-- parcel_find: id
SELECT p.* FROM parcel_full p
 WHERE p.id = ?1;

-- parcel_find_mine: id, organiser_id
SELECT p.* FROM parcel_full p
 WHERE p.id = ?1 AND p.organiser_id = ?2;

-- parcel_find_number: number
SELECT p.* FROM parcel_full p
 WHERE p.number = ?1;

-- parcel_find_ref: sender_ref, organiser_id
SELECT p.* FROM parcel_full p
 WHERE p.sender_ref = ?1 AND p.organiser_id = ?2;

-- parcel_of_order: order_id
SELECT p.* FROM parcel_full p
 WHERE p.order_id = ?1 AND p.state <> 9
 ORDER BY p.nth
 LIMIT 100;

-- Of a wave, after an id, for pages of the list and for documents in portions.
-- parcel_of_wave: wave_id, after_id, limit
SELECT p.* FROM parcel_full p
 WHERE p.wave_id = ?1 AND p.state <> 9 AND p.id > ?2
 ORDER BY p.id
 LIMIT ?3;

-- parcel_of_wave_state: wave_id, state, after_id, limit
SELECT p.* FROM parcel_full p
 WHERE p.wave_id = ?1 AND p.state = ?2 AND p.id > ?3
 ORDER BY p.id
 LIMIT ?4;

-- parcel_of_handover: handover_id, after_id, limit
SELECT p.* FROM parcel_full p
 WHERE p.handover_id = ?1 AND p.id > ?2
 ORDER BY p.id
 LIMIT ?3;

-- Where the portions of a wave's documents end: the last parcel of each.
-- wave_portions: wave_id, size
SELECT MAX(id), COUNT(*) FROM (
    SELECT id, (ROW_NUMBER() OVER (ORDER BY id) - 1) / ?2 AS portion FROM parcel
     WHERE wave_id = ?1 AND state <> 9) AS numbered
 GROUP BY portion
 ORDER BY 1
 LIMIT 200;

-- What a label job of this wave can take up, by state.
-- parcel_due: wave_id, state, now_ms, limit
SELECT p.* FROM parcel_full p
 WHERE p.wave_id = ?1 AND p.state = ?2 AND p.next_try_ms <= ?3
 ORDER BY p.id
 LIMIT ?4;

-- parcel_next_due: wave_id, never_ms
SELECT MIN(next_try_ms) FROM parcel
 WHERE wave_id = ?1 AND state IN (1, 2) AND next_try_ms < ?2;

-- The intent. One row, or none when it is no longer waiting.
-- parcel_set_asked: id, now_ms, settled_ms
UPDATE parcel
   SET state = 2, asked_ms = ?2, next_try_ms = ?3, tries = tries + 1, problem = '',
       changed_ms = ?2
 WHERE id = ?1 AND state = 1
RETURNING id;

-- parcel_set_made: id, number, partner_number, now_ms
UPDATE parcel
   SET state = 3, number = ?2, partner_number = ?3, labelled_ms = ?4, next_try_ms = 0,
       problem = '', changed_ms = ?4
 WHERE id = ?1 AND state = 2
   AND NOT EXISTS (SELECT 1 FROM parcel other WHERE other.number = ?2 AND other.id <> ?1)
RETURNING id;

-- parcel_set_open: id, state, problem, next_try_ms, now_ms
UPDATE parcel SET state = ?2, problem = ?3, next_try_ms = ?4, changed_ms = ?5
 WHERE id = ?1 AND state = 2;

-- parcel_move: id, from_state, to_state, now_ms
UPDATE parcel SET state = ?3, changed_ms = ?4 WHERE id = ?1 AND state = ?2;

-- A person corrects, and the label is asked for again.
-- parcel_set_retry: id, organiser_id, from_state, now_ms
UPDATE parcel
   SET state = 1, problem = '', next_try_ms = 0, tries = 0, changed_ms = ?4
 WHERE id = ?1 AND organiser_id = ?2 AND state = ?3;

-- parcel_set_note: id, text, now_ms
UPDATE parcel SET problem = ?2, changed_ms = ?3 WHERE id = ?1;

-- parcel_set_packed: id, organiser_id, now_ms
UPDATE parcel SET packed_ms = ?3, changed_ms = ?3
 WHERE id = ?1 AND organiser_id = ?2 AND packed_ms = 0 AND state IN (1, 2, 3, 10);

-- parcel_set_weight: id, weight_g, now_ms
UPDATE parcel SET weight_g = ?2, changed_ms = ?3 WHERE id = ?1;

-- parcel_nth: order_id
SELECT COALESCE(MAX(nth), 0) FROM parcel WHERE order_id = ?1;

-- parcel_insert: organiser_id, order_id, wave_id, nth, pool_id, carrier, product, sender_ref, weight_g, now_ms
INSERT INTO parcel (organiser_id, order_id, wave_id, nth, pool_id, carrier, product, sender_ref,
                    weight_g, state, changed_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1, ?10)
RETURNING id;

-- parcel_item_insert: parcel_id, line, packs
INSERT INTO parcel_item (parcel_id, line, packs) VALUES (?1, ?2, ?3);

-- parcel_item_list: parcel_id
SELECT line, packs FROM parcel_item WHERE parcel_id = ?1 ORDER BY line LIMIT 8;

-- parcel_item_less: parcel_id, line, packs
UPDATE parcel_item SET packs = packs - ?3 WHERE parcel_id = ?1 AND line = ?2 AND packs > ?3;

-- parcel_item_delete: parcel_id, line
DELETE FROM parcel_item WHERE parcel_id = ?1 AND line = ?2;

-- parcel_document_put: parcel_id, kind, type, bytes
INSERT INTO parcel_document (parcel_id, kind, type, bytes) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (parcel_id, kind) DO UPDATE SET type = excluded.type, bytes = excluded.bytes;

-- parcel_document_find: parcel_id, kind
SELECT type, bytes FROM parcel_document WHERE parcel_id = ?1 AND kind = ?2;

-- Waiting parcels whose order is no longer to be sent, given back meanwhile.
-- parcel_cancel_orphans: wave_id, now_ms
UPDATE parcel SET state = 9, changed_ms = ?2
 WHERE wave_id = ?1 AND state IN (1, 10)
   AND NOT EXISTS (SELECT 1 FROM orders o
                    WHERE o.id = parcel.order_id AND o.state IN (4, 5, 6, 11, 12));

-- Those of an order whose payment is disputed leave the wave: a later one takes them once the
-- dispute is won.
-- parcel_release_disputed: wave_id, now_ms
UPDATE parcel SET wave_id = NULL, carrier = '', state = 1, problem = '', next_try_ms = 0,
       changed_ms = ?2
 WHERE wave_id = ?1 AND state IN (1, 10)
   AND EXISTS (SELECT 1 FROM orders o WHERE o.id = parcel.order_id AND o.state = 11);

-- Parcels of an order that still have to leave.
-- parcel_unsent: order_id
SELECT COUNT(*) FROM parcel WHERE order_id = ?1 AND state IN (1, 2, 3, 10);

-- parcel_sent: order_id
SELECT COUNT(*) FROM parcel WHERE order_id = ?1 AND state BETWEEN 4 AND 8;

-- wave_insert: organiser_id, campaign_id, carrier, pool_id, territory_from, territory_to, paid_until_ms, wanted, labels_wanted, account_id, now_ms
INSERT INTO wave (organiser_id, campaign_id, state, carrier, pool_id, territory_from,
                  territory_to, paid_until_ms, wanted, labels_wanted, account_id, created_ms)
VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
RETURNING id;

-- wave_find: id
SELECT w.id, w.organiser_id, w.campaign_id, w.state, w.carrier, w.pool_id, w.territory_from,
       w.territory_to, w.paid_until_ms, w.wanted, w.orders, w.labels_wanted, w.created_ms,
       w.run_ms, w.run_from, w.done_ms, c.slug
  FROM wave w JOIN campaign c ON c.id = w.campaign_id
 WHERE w.id = ?1;

-- wave_find_mine: id, organiser_id
SELECT w.id, w.organiser_id, w.campaign_id, w.state, w.carrier, w.pool_id, w.territory_from,
       w.territory_to, w.paid_until_ms, w.wanted, w.orders, w.labels_wanted, w.created_ms,
       w.run_ms, w.run_from, w.done_ms, c.slug
  FROM wave w JOIN campaign c ON c.id = w.campaign_id
 WHERE w.id = ?1 AND w.organiser_id = ?2;

-- wave_list: organiser_id, before_id
SELECT w.id, w.organiser_id, w.campaign_id, w.state, w.carrier, w.pool_id, w.territory_from,
       w.territory_to, w.paid_until_ms, w.wanted, w.orders, w.labels_wanted, w.created_ms,
       w.run_ms, w.run_from, w.done_ms, c.slug
  FROM wave w JOIN campaign c ON c.id = w.campaign_id
 WHERE w.organiser_id = ?1 AND w.id < ?2
 ORDER BY w.id DESC
 LIMIT 26;

-- wave_counts: wave_id
SELECT state, COUNT(*), SUM(CASE WHEN packed_ms > 0 THEN 1 ELSE 0 END),
       SUM(CASE WHEN problem <> '' THEN 1 ELSE 0 END)
  FROM parcel WHERE wave_id = ?1
 GROUP BY state
 LIMIT 12;

-- wave_set_state: id, from_state, to_state
UPDATE wave SET state = ?3 WHERE id = ?1 AND state = ?2;

-- wave_set_orders: id, more
UPDATE wave SET orders = orders + ?2 WHERE id = ?1;

-- wave_set_run: id, now_ms, run_from
UPDATE wave SET run_ms = ?2, run_from = ?3 WHERE id = ?1;

-- wave_set_done: id, now_ms
UPDATE wave SET state = 5, done_ms = ?2 WHERE id = ?1 AND state = 3;

-- At most one more than a wave can hold, so that the preview can say "more than".
-- wave_count_orders: campaign_id, paid_until_ms, territory_from, territory_to, pool_id
SELECT COUNT(*) FROM (
    SELECT o.id FROM orders o
     WHERE o.campaign_id = ?1 AND o.state = 3 AND o.paid_ms <= ?2
       AND o.territory BETWEEN ?3 AND ?4
       AND (CAST(?5 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM order_line l
                                WHERE l.order_id = o.id AND l.pool_id = ?5))
     LIMIT 20001) AS found;

-- wave_count_left: organiser_id, campaign_id, territory_from, territory_to, pool_id
SELECT COUNT(*) FROM (
    SELECT p.id FROM parcel p JOIN orders o ON o.id = p.order_id
     WHERE p.organiser_id = ?1 AND p.wave_id IS NULL AND p.state = 1 AND o.campaign_id = ?2
       AND o.state IN (4, 5, 6) AND o.territory BETWEEN ?3 AND ?4
       AND (CAST(?5 AS BIGINT) = 0 OR p.pool_id = ?5)
     LIMIT 20001) AS found;

-- wave_next_orders: campaign_id, paid_until_ms, territory_from, territory_to, pool_id, limit, wave
SELECT o.id FROM orders o
 WHERE o.campaign_id = ?1 AND o.state = 3 AND o.paid_ms <= ?2 AND o.territory BETWEEN ?3 AND ?4
   AND (CAST(?5 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM order_line l
                            WHERE l.order_id = o.id AND l.pool_id = ?5))
   AND NOT EXISTS (SELECT 1 FROM wave_left_out x WHERE x.wave_id = ?7 AND x.order_id = o.id)
 ORDER BY o.paid_ms, o.id
 LIMIT ?6;

-- wave_leave_out: wave_id, order_id
INSERT INTO wave_left_out (wave_id, order_id) VALUES (?1, ?2);

-- wave_left_out_list: wave_id, limit
SELECT o.ref, o.to_company FROM wave_left_out x JOIN orders o ON o.id = x.order_id
 WHERE x.wave_id = ?1
 ORDER BY x.order_id
 LIMIT ?2;

-- wave_next_left: organiser_id, campaign_id, territory_from, territory_to, pool_id, limit
SELECT p.id, o.territory FROM parcel p JOIN orders o ON o.id = p.order_id
 WHERE p.organiser_id = ?1 AND p.wave_id IS NULL AND p.state = 1 AND o.campaign_id = ?2
   AND o.state IN (4, 5, 6) AND o.territory BETWEEN ?3 AND ?4
   AND (CAST(?5 AS BIGINT) = 0 OR p.pool_id = ?5)
 ORDER BY p.order_id, p.id
 LIMIT ?6;

-- parcel_set_wave: id, wave_id, carrier, product, now_ms
UPDATE parcel SET wave_id = ?2, carrier = ?3, product = ?4, changed_ms = ?5
 WHERE id = ?1 AND wave_id IS NULL AND state = 1;

-- Orders of a wave none of whose parcels has, or may have, a label.
-- wave_give_up_orders: wave_id, limit
SELECT DISTINCT p.order_id FROM parcel p
 WHERE p.wave_id = ?1 AND p.state IN (1, 10)
   AND NOT EXISTS (SELECT 1 FROM parcel other
                    WHERE other.order_id = p.order_id AND other.state NOT IN (1, 9, 10))
 ORDER BY p.order_id
 LIMIT ?2;

-- parcel_cancel_of_order: order_id, now_ms
UPDATE parcel SET state = 9, changed_ms = ?2 WHERE order_id = ?1 AND state IN (1, 10);

-- The others go back to wait for another wave.
-- wave_give_up_rest: wave_id, now_ms
UPDATE parcel SET wave_id = NULL, carrier = '', state = 1, problem = '', next_try_ms = 0,
       changed_ms = ?2
 WHERE wave_id = ?1 AND state IN (1, 10);

-- The pick list, what the wave takes out of each pool.
-- wave_picks: wave_id
SELECT sp.code, l.good, l.pack, SUM(i.packs), SUM(i.packs * (l.units / l.packs)),
       COUNT(DISTINCT p.id)
  FROM parcel p JOIN parcel_item i ON i.parcel_id = p.id
  JOIN order_line l ON l.order_id = p.order_id AND l.line = i.line
  JOIN stock_pool sp ON sp.id = p.pool_id
 WHERE p.wave_id = ?1 AND p.state IN (1, 2, 3, 10)
 GROUP BY sp.code, l.good, l.pack
 ORDER BY sp.code, l.good, l.pack
 LIMIT 500;

-- handover_ready: organiser_id
SELECT p.carrier, COUNT(*), SUM(p.weight_g), SUM(CASE WHEN p.packed_ms > 0 THEN 1 ELSE 0 END)
  FROM parcel p JOIN orders o ON o.id = p.order_id
 WHERE p.organiser_id = ?1 AND p.state = 3 AND o.state IN (4, 5, 6)
 GROUP BY p.carrier
 ORDER BY p.carrier
 LIMIT 10;

-- Labelled parcels of orders that are no longer to be sent.
-- handover_stopped: organiser_id
SELECT COUNT(*) FROM (
    SELECT p.id FROM parcel p JOIN orders o ON o.id = p.order_id
     WHERE p.organiser_id = ?1 AND p.state = 3 AND o.state NOT IN (4, 5, 6)
     LIMIT 1000) AS found;

-- What a recall is about to set aside stays. The orders are locked: none is given back between this
-- and the end of the transaction. One that somebody else is changing is waited for, never passed
-- over: its parcel would leave with the carrier and stand here as if it had not.
-- handover_pick [sqlite]: organiser_id, carrier, packed_only, limit
SELECT p.id, p.weight_g FROM parcel p JOIN orders o ON o.id = p.order_id
 WHERE p.organiser_id = ?1 AND p.carrier = ?2 AND p.state = 3 AND o.state IN (4, 5, 6)
   AND (CAST(?3 AS BIGINT) = 0 OR p.packed_ms > 0)
   AND NOT EXISTS (SELECT 1 FROM stock_recall_order s
                    WHERE s.order_id = o.id AND s.stage = 1 AND s.aside_ms = 0)
 ORDER BY p.id
 LIMIT ?4;

-- handover_pick [pg]: organiser_id, carrier, packed_only, limit
SELECT p.id, p.weight_g FROM parcel p JOIN orders o ON o.id = p.order_id
 WHERE p.organiser_id = ?1 AND p.carrier = ?2 AND p.state = 3 AND o.state IN (4, 5, 6)
   AND (CAST(?3 AS BIGINT) = 0 OR p.packed_ms > 0)
   AND NOT EXISTS (SELECT 1 FROM stock_recall_order s
                    WHERE s.order_id = o.id AND s.stage = 1 AND s.aside_ms = 0)
 ORDER BY p.id
 LIMIT ?4
   FOR UPDATE OF o, p;

-- handover_insert: organiser_id, carrier, parcels, weight_g, account_id, now_ms
INSERT INTO handover (organiser_id, carrier, parcels, weight_g, account_id, created_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
RETURNING id;

-- parcel_set_handed: id, handover_id, now_ms
UPDATE parcel SET state = 4, handed_ms = ?3, handover_id = ?2, changed_ms = ?3
 WHERE id = ?1 AND state = 3;

-- handover_find: id, organiser_id
SELECT id, carrier, parcels, weight_g, created_ms FROM handover
 WHERE id = ?1 AND organiser_id = ?2;

-- handover_list: organiser_id, before_id
SELECT id, carrier, parcels, weight_g, created_ms FROM handover
 WHERE organiser_id = ?1 AND id < ?2
 ORDER BY id DESC
 LIMIT 26;

-- handover_untold: handover_id, after_id, limit
SELECT DISTINCT order_id FROM parcel
 WHERE handover_id = ?1 AND told_ms = 0 AND order_id > ?2
 ORDER BY order_id
 LIMIT ?3;

-- parcel_set_told: handover_id, order_id, now_ms
UPDATE parcel SET told_ms = ?3 WHERE handover_id = ?1 AND order_id = ?2 AND told_ms = 0
RETURNING id;

-- shortage_insert: order_id, line, packs, units, net_cents, vat_cents, reason, account_id, now_ms
INSERT INTO order_shortage (order_id, line, packs, units, net_cents, vat_cents, reason,
                            account_id, at_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- shortage_list: order_id
SELECT line, packs, units, net_cents, vat_cents, at_ms FROM order_shortage
 WHERE order_id = ?1 ORDER BY id LIMIT 100;

-- shortage_of_orders: id, units, net_cents, vat_cents, now_ms
UPDATE orders
   SET short_units = short_units + ?2, short_net_cents = short_net_cents + ?3,
       short_vat_cents = short_vat_cents + ?4, changed_ms = ?5
 WHERE id = ?1;
