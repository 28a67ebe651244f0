-- SPDX-License-Identifier: Apache-2.0
-- keep.c, old_orders.c: what goes by its age.

-- privacy_purge_begin: name, now_ms
INSERT INTO privacy_purge (name, total, last, run_ms) VALUES (?1, 0, 0, ?2)
ON CONFLICT (name) DO UPDATE SET last = 0, run_ms = excluded.run_ms;

-- privacy_purge_add: name, count
UPDATE privacy_purge SET total = total + ?2, last = last + ?2 WHERE name = ?1;

-- privacy_purge_list:
SELECT name, total, last, run_ms FROM privacy_purge WHERE name > '' ORDER BY name LIMIT 100;

-- privacy_mark:
SELECT order_id FROM privacy_mark WHERE one = 1;

-- privacy_mark_set: order_id
UPDATE privacy_mark SET order_id = ?1 WHERE one = 1;

-- busy: a complaint is not decided, or a document that names the buyer is still to be written.
-- privacy_orders_from: after_id, limit
SELECT o.id, o.state, o.created_ms, o.changed_ms, o.forgotten_ms,
       (SELECT COUNT(*) FROM complaint c WHERE c.order_id = o.id AND c.state IN (1, 2))
       + (SELECT COUNT(*) FROM invoice_due d WHERE d.kind = 380 AND d.subject_id = o.id)
  FROM orders o
 WHERE o.id > ?1
 ORDER BY o.id
 LIMIT ?2;

-- privacy_later_put: order_id, from_ms
INSERT INTO privacy_later (order_id, from_ms) VALUES (?1, ?2)
ON CONFLICT (order_id) DO UPDATE SET from_ms = excluded.from_ms;

-- privacy_later_drop: order_id
DELETE FROM privacy_later WHERE order_id = ?1;

-- The same columns as above.
-- privacy_later_due: before_ms, after_ms, after_id, limit
SELECT o.id, o.state, o.created_ms, o.changed_ms, o.forgotten_ms,
       (SELECT COUNT(*) FROM complaint c WHERE c.order_id = o.id AND c.state IN (1, 2))
       + (SELECT COUNT(*) FROM invoice_due d WHERE d.kind = 380 AND d.subject_id = o.id),
       l.from_ms
  FROM (SELECT i.order_id, i.from_ms FROM privacy_later i
         WHERE i.from_ms < ?1 AND i.from_ms >= ?2 AND (i.from_ms > ?2 OR i.order_id > ?3)
         ORDER BY i.from_ms, i.order_id LIMIT ?4) l
  JOIN orders o ON o.id = l.order_id
 ORDER BY l.from_ms, l.order_id
 LIMIT ?4;
