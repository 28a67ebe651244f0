-- SPDX-License-Identifier: Apache-2.0
--
-- News of parcels; the states of a parcel stand in delivery/delivery.h.

-- track_event_add: parcel_id, at_ms, code, label, place, source, now_ms
INSERT INTO parcel_event (parcel_id, at_ms, code, label, place, source, seen_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (parcel_id, at_ms, code) DO NOTHING;

-- Newest first; the index of uniqueness leads to them.
-- track_events: parcel_id
SELECT at_ms, code, label, place FROM parcel_event
 WHERE parcel_id = ?1 ORDER BY at_ms DESC, id DESC LIMIT 60;

-- What keeps an order from being delivered: parcels that wait or travel, and ones that went wrong
-- and of which nothing was decided that ends it.
-- track_unsettled: order_id
SELECT COUNT(*) FROM parcel p
 WHERE p.order_id = ?1
   AND (p.state IN (1, 2, 3, 4, 10)
        OR (p.state IN (6, 7, 8)
            AND NOT EXISTS (SELECT 1 FROM parcel_trouble t
                             WHERE t.parcel_id = p.id AND t.outcome IN (1, 2, 8))));

-- track_order_delivered: order_id
SELECT COALESCE(MAX(e.at_ms), 0), COUNT(DISTINCT p.id)
  FROM parcel p LEFT JOIN parcel_event e ON e.parcel_id = p.id AND e.code IN ('DI0', 'DI1')
 WHERE p.order_id = ?1 AND p.state = 5;

-- track_due: carrier, now_ms, limit
SELECT id, number, handed_ms FROM parcel
 WHERE carrier = ?1 AND state = 4 AND track_ms > 0 AND track_ms <= ?2
 ORDER BY track_ms LIMIT ?3;

-- track_set_next: id, next_ms, asked
UPDATE parcel SET track_ms = ?2, track_asks = track_asks + ?3 WHERE id = ?1;

-- track_link_find: carrier
SELECT failures, until_ms, why FROM track_link WHERE carrier = ?1;

-- track_link_put: carrier, failures, until_ms, why, now_ms
INSERT INTO track_link (carrier, failures, until_ms, why, changed_ms)
VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (carrier) DO UPDATE SET failures = excluded.failures, until_ms = excluded.until_ms,
    why = excluded.why, changed_ms = excluded.changed_ms;

-- Parcels of which nothing was heard since before_ms, nor decided by a person.
-- track_silent: before_ms, after_ms, after_id, limit
SELECT p.id, p.handed_ms FROM parcel p
 WHERE p.state = 4 AND (p.handed_ms > ?2 OR (p.handed_ms = ?2 AND p.id > ?3)) AND p.handed_ms < ?1
   AND NOT EXISTS (SELECT 1 FROM parcel_event e WHERE e.parcel_id = p.id AND e.at_ms >= ?1)
   AND NOT EXISTS (SELECT 1 FROM parcel_trouble t
                    WHERE t.parcel_id = p.id AND (t.closed_ms = 0 OR t.closed_ms >= ?1))
 ORDER BY p.handed_ms, p.id LIMIT ?4;
