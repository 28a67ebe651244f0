-- SPDX-License-Identifier: Apache-2.0
--
-- Lists of orders. All come with the same columns: order_row in orders_web.c.
--
-- Orders of one campaign by number, which is by time. A filter is asked of so many at a time and
-- no more, whatever it finds: with a million orders a page costs the same, and goes on from where
-- it stopped. States that are rare have an index, and so do orders that something is the matter
-- with.

-- desk_orders_down: campaign_id, before_id, from_id, looked_at, state_from, state_to, department, paid, from_ms, until_ms
SELECT w.id, w.ref, w.siren, w.state, w.created_ms, w.deadline_ms, w.units, w.total_cents,
       w.department, w.to_company, w.campaign_id, w.version,
       CASE WHEN EXISTS (SELECT 1 FROM order_contact k WHERE k.order_id = w.id)
            THEN 1 ELSE 0 END,
       CASE WHEN EXISTS (SELECT 1 FROM parcel_trouble t
                          WHERE t.order_id = w.id AND t.closed_ms = 0) THEN 1 ELSE 0 END,
       CASE WHEN EXISTS (SELECT 1 FROM complaint p
                          WHERE p.order_id = w.id AND p.state IN (1, 2)) THEN 1 ELSE 0 END
  FROM (SELECT id, ref, siren, state, created_ms, deadline_ms, units, total_cents, department,
               to_company, campaign_id, version, paid_ms
          FROM orders
         WHERE campaign_id = ?1 AND id < ?2 AND id >= ?3
         ORDER BY id DESC
         LIMIT ?4) w
 WHERE w.state BETWEEN ?5 AND ?6 AND (?7 = '' OR w.department = ?7)
   AND (?8 = 0 OR (?8 = 1 AND w.paid_ms > 0) OR (?8 = 2 AND w.paid_ms = 0))
   AND w.created_ms >= ?9 AND w.created_ms < ?10
 ORDER BY w.id DESC
 LIMIT 51;

-- desk_orders_looked_down: campaign_id, before_id, from_id, looked_at
SELECT COUNT(*), COALESCE(MIN(id), 0)
  FROM (SELECT id FROM orders WHERE campaign_id = ?1 AND id < ?2 AND id >= ?3
         ORDER BY id DESC LIMIT ?4) w;

-- desk_orders_up: campaign_id, after_id, until_id, looked_at, state_from, state_to, department, paid, from_ms, until_ms
SELECT w.id, w.ref, w.siren, w.state, w.created_ms, w.deadline_ms, w.units, w.total_cents,
       w.department, w.to_company, w.campaign_id, w.version,
       CASE WHEN EXISTS (SELECT 1 FROM order_contact k WHERE k.order_id = w.id)
            THEN 1 ELSE 0 END,
       CASE WHEN EXISTS (SELECT 1 FROM parcel_trouble t
                          WHERE t.order_id = w.id AND t.closed_ms = 0) THEN 1 ELSE 0 END,
       CASE WHEN EXISTS (SELECT 1 FROM complaint p
                          WHERE p.order_id = w.id AND p.state IN (1, 2)) THEN 1 ELSE 0 END
  FROM (SELECT id, ref, siren, state, created_ms, deadline_ms, units, total_cents, department,
               to_company, campaign_id, version, paid_ms
          FROM orders
         WHERE campaign_id = ?1 AND id > ?2 AND id <= ?3
         ORDER BY id
         LIMIT ?4) w
 WHERE w.state BETWEEN ?5 AND ?6 AND (?7 = '' OR w.department = ?7)
   AND (?8 = 0 OR (?8 = 1 AND w.paid_ms > 0) OR (?8 = 2 AND w.paid_ms = 0))
   AND w.created_ms >= ?9 AND w.created_ms < ?10
 ORDER BY w.id
 LIMIT 51;

-- desk_orders_looked_up: campaign_id, after_id, until_id, looked_at
SELECT COUNT(*), COALESCE(MAX(id), 0)
  FROM (SELECT id FROM orders WHERE campaign_id = ?1 AND id > ?2 AND id <= ?3
         ORDER BY id LIMIT ?4) w;

-- The longest waiting first.
-- desk_orders_odd: campaign_id, state, after_id, department, paid, from_ms, until_ms
SELECT w.id, w.ref, w.siren, w.state, w.created_ms, w.deadline_ms, w.units, w.total_cents,
       w.department, w.to_company, w.campaign_id, w.version,
       CASE WHEN EXISTS (SELECT 1 FROM order_contact k WHERE k.order_id = w.id)
            THEN 1 ELSE 0 END,
       CASE WHEN EXISTS (SELECT 1 FROM parcel_trouble t
                          WHERE t.order_id = w.id AND t.closed_ms = 0) THEN 1 ELSE 0 END,
       CASE WHEN EXISTS (SELECT 1 FROM complaint p
                          WHERE p.order_id = w.id AND p.state IN (1, 2)) THEN 1 ELSE 0 END
  FROM orders w
 WHERE w.campaign_id = ?1 AND w.state IN (9, 11, 12) AND w.state = ?2 AND w.id > ?3
   AND (?4 = '' OR w.department = ?4)
   AND (?5 = 0 OR (?5 = 1 AND w.paid_ms > 0) OR (?5 = 2 AND w.paid_ms = 0))
   AND w.created_ms >= ?6 AND w.created_ms < ?7
 ORDER BY w.id
 LIMIT 51;

-- transport and complaint say which of the two is wanted; what is open is never much.
-- desk_orders_problem: organiser_id, campaign_id, after_id, transport, complaint, state_from, state_to, department, paid, from_ms, until_ms
SELECT w.id, w.ref, w.siren, w.state, w.created_ms, w.deadline_ms, w.units, w.total_cents,
       w.department, w.to_company, w.campaign_id, w.version,
       CASE WHEN EXISTS (SELECT 1 FROM order_contact k WHERE k.order_id = w.id)
            THEN 1 ELSE 0 END,
       CASE WHEN EXISTS (SELECT 1 FROM parcel_trouble t
                          WHERE t.order_id = w.id AND t.closed_ms = 0) THEN 1 ELSE 0 END,
       CASE WHEN EXISTS (SELECT 1 FROM complaint p
                          WHERE p.order_id = w.id AND p.state IN (1, 2)) THEN 1 ELSE 0 END
  FROM (SELECT order_id FROM parcel_trouble
         WHERE organiser_id = ?1 AND closed_ms = 0 AND ?4 = 1
         UNION
        SELECT order_id FROM parcel WHERE organiser_id = ?1 AND state = 10 AND ?4 = 1
         UNION
        SELECT order_id FROM complaint WHERE organiser_id = ?1 AND state IN (1, 2) AND ?5 = 1) x
  JOIN orders w ON w.id = x.order_id
 WHERE w.campaign_id = ?2 AND w.id > ?3 AND w.state BETWEEN ?6 AND ?7
   AND (?8 = '' OR w.department = ?8)
   AND (?9 = 0 OR (?9 = 1 AND w.paid_ms > 0) OR (?9 = 2 AND w.paid_ms = 0))
   AND w.created_ms >= ?10 AND w.created_ms < ?11
 ORDER BY w.id
 LIMIT 51;

-- Numbers grow with time: where a day begins is found by halving.
-- desk_order_bounds:
SELECT COALESCE((SELECT MIN(id) FROM orders), 0), COALESCE((SELECT MAX(id) FROM orders), 0);

-- desk_order_from: id
SELECT id, created_ms FROM orders WHERE id >= ?1 ORDER BY id LIMIT 1;
