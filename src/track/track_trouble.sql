-- SPDX-License-Identifier: Apache-2.0

-- trouble_open: parcel_id, kind, now_ms
INSERT INTO parcel_trouble (organiser_id, parcel_id, order_id, kind, opened_ms)
SELECT p.organiser_id, p.id, p.order_id, ?2, ?3 FROM parcel p WHERE p.id = ?1
ON CONFLICT (parcel_id) WHERE closed_ms = 0
DO UPDATE SET kind = excluded.kind, opened_ms = excluded.opened_ms;

-- trouble_close: parcel_id, outcome, account_id, reason, new_parcel_id, now_ms
UPDATE parcel_trouble
   SET closed_ms = ?6, outcome = ?2, account_id = ?3, reason = ?4, new_parcel_id = ?5
 WHERE parcel_id = ?1 AND closed_ms = 0;

-- trouble_queue: organiser_id, kind, after_ms, after_id, limit
SELECT t.id, t.parcel_id, t.order_id, t.kind, t.opened_ms, t.closed_ms, t.outcome, t.reason,
       t.account_id, p.number, o.ref, o.siren, p.state, o.to_company,
       COALESCE(t.new_parcel_id, 0)
  FROM parcel_trouble t JOIN parcel p ON p.id = t.parcel_id JOIN orders o ON o.id = t.order_id
 WHERE t.organiser_id = ?1 AND t.closed_ms = 0 AND (CAST(?2 AS BIGINT) = 0 OR t.kind = ?2)
   AND (t.opened_ms > ?3 OR (t.opened_ms = ?3 AND t.id > ?4))
 ORDER BY t.opened_ms, t.id LIMIT ?5;

-- trouble_counts: organiser_id
SELECT kind, COUNT(*) FROM parcel_trouble
 WHERE organiser_id = ?1 AND closed_ms = 0 GROUP BY kind LIMIT 7;

-- trouble_by_number: number, organiser_id
SELECT t.id, t.parcel_id, t.order_id, t.kind, t.opened_ms, t.closed_ms, t.outcome, t.reason,
       t.account_id, p.number, o.ref, o.siren, p.state, o.to_company,
       COALESCE(t.new_parcel_id, 0)
  FROM parcel p JOIN parcel_trouble t ON t.parcel_id = p.id JOIN orders o ON o.id = t.order_id
 WHERE p.number = ?1 AND t.organiser_id = ?2 ORDER BY +t.id DESC LIMIT 50;

-- trouble_by_order: order_id, order_ref, organiser_id
SELECT t.id, t.parcel_id, t.order_id, t.kind, t.opened_ms, t.closed_ms, t.outcome, t.reason,
       t.account_id, p.number, o.ref, o.siren, p.state, o.to_company,
       COALESCE(t.new_parcel_id, 0)
  FROM parcel p JOIN parcel_trouble t ON t.parcel_id = p.id JOIN orders o ON o.id = p.order_id
 WHERE p.order_id = ?1 AND o.ref = ?2 AND t.organiser_id = ?3 ORDER BY +t.id DESC LIMIT 50;

-- trouble_find: id, organiser_id
SELECT t.id, t.parcel_id, t.order_id, t.kind, t.opened_ms, t.closed_ms, t.outcome, t.reason,
       t.account_id, p.number, o.ref, o.siren, p.state, o.to_company,
       COALESCE(t.new_parcel_id, 0)
  FROM parcel_trouble t JOIN parcel p ON p.id = t.parcel_id JOIN orders o ON o.id = t.order_id
 WHERE t.id = ?1 AND t.organiser_id = ?2;

-- trouble_of_parcel: parcel_id
SELECT t.id, t.parcel_id, t.order_id, t.kind, t.opened_ms, t.closed_ms, t.outcome, t.reason,
       t.account_id, p.number, o.ref, o.siren, p.state, o.to_company,
       COALESCE(t.new_parcel_id, 0)
  FROM parcel_trouble t JOIN parcel p ON p.id = t.parcel_id JOIN orders o ON o.id = t.order_id
 WHERE t.parcel_id = ?1 ORDER BY t.id LIMIT 50;

-- The parcel that this one replaces, when it was found and this one is asked back.
-- trouble_spare_of: parcel_id
SELECT f.id FROM parcel r
  JOIN parcel f ON f.order_id = r.order_id AND f.state = 7
  JOIN parcel_trouble t ON t.parcel_id = f.id AND t.new_parcel_id = r.id
 WHERE r.id = ?1
   AND EXISTS (SELECT 1 FROM parcel_trouble a WHERE a.parcel_id = f.id AND a.outcome = 7)
 LIMIT 1;
