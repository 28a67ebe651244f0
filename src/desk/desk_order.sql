-- SPDX-License-Identifier: Apache-2.0
--
-- Lists of orders. All come with the columns of the view desk_order: order_row in orders_web.c.
--
-- By number, which is by time: those of one campaign in one state, or to one département. So each
-- filter has an index to walk, and a page costs the same wherever it is among millions. What is
-- asked besides is asked of so many at a time and no more, whatever it finds. What is the matter
-- with an order is looked up for those of the page alone.

-- desk_orders_down: campaign_id, before_id, from_id, state, looked_at, department, paid, from_ms, until_ms
SELECT w.*
  FROM (SELECT l.id
          FROM (SELECT id, created_ms, department, paid_ms
                  FROM orders
                 WHERE campaign_id = ?1 AND state = ?4 AND id < ?2 AND id >= ?3
                 ORDER BY id DESC
                 LIMIT ?5) l
         WHERE (?6 = '' OR l.department = ?6)
           AND (?7 = 0 OR (?7 = 1 AND l.paid_ms > 0) OR (?7 = 2 AND l.paid_ms = 0))
           AND l.created_ms >= ?8 AND l.created_ms < ?9
         ORDER BY l.id DESC
         LIMIT 51) x
  JOIN desk_order w ON w.id = x.id
 ORDER BY w.id DESC;

-- desk_orders_looked_down: campaign_id, before_id, from_id, state, looked_at
SELECT COUNT(*), COALESCE(MIN(id), 0)
  FROM (SELECT id FROM orders
         WHERE campaign_id = ?1 AND state = ?4 AND id < ?2 AND id >= ?3
         ORDER BY id DESC LIMIT ?5) w;

-- desk_orders_up: campaign_id, after_id, until_id, state, looked_at, department, paid, from_ms, until_ms
SELECT w.*
  FROM (SELECT l.id
          FROM (SELECT id, created_ms, department, paid_ms
                  FROM orders
                 WHERE campaign_id = ?1 AND state = ?4 AND id > ?2 AND id <= ?3
                 ORDER BY id
                 LIMIT ?5) l
         WHERE (?6 = '' OR l.department = ?6)
           AND (?7 = 0 OR (?7 = 1 AND l.paid_ms > 0) OR (?7 = 2 AND l.paid_ms = 0))
           AND l.created_ms >= ?8 AND l.created_ms < ?9
         ORDER BY l.id
         LIMIT 51) x
  JOIN desk_order w ON w.id = x.id
 ORDER BY w.id;

-- desk_orders_looked_up: campaign_id, after_id, until_id, state, looked_at
SELECT COUNT(*), COALESCE(MAX(id), 0)
  FROM (SELECT id FROM orders
         WHERE campaign_id = ?1 AND state = ?4 AND id > ?2 AND id <= ?3
         ORDER BY id LIMIT ?5) w;

-- Those that the job has not followed yet are not there: see desk_job.c.
-- desk_placed_down: campaign_id, before_id, from_id, department, looked_at, state_from, state_to, paid, from_ms, until_ms
SELECT w.*
  FROM (SELECT o.id
          FROM (SELECT order_id FROM desk_place
                 WHERE campaign_id = ?1 AND department = ?4 AND order_id < ?2
                   AND order_id >= ?3
                 ORDER BY order_id DESC
                 LIMIT ?5) l
          JOIN orders o ON o.id = l.order_id
         WHERE o.state BETWEEN ?6 AND ?7
           AND (?8 = 0 OR (?8 = 1 AND o.paid_ms > 0) OR (?8 = 2 AND o.paid_ms = 0))
           AND o.created_ms >= ?9 AND o.created_ms < ?10
         ORDER BY o.id DESC
         LIMIT 51) x
  JOIN desk_order w ON w.id = x.id
 ORDER BY w.id DESC;

-- desk_placed_looked_down: campaign_id, before_id, from_id, department, looked_at
SELECT COUNT(*), COALESCE(MIN(order_id), 0)
  FROM (SELECT order_id FROM desk_place
         WHERE campaign_id = ?1 AND department = ?4 AND order_id < ?2 AND order_id >= ?3
         ORDER BY order_id DESC LIMIT ?5) w;

-- desk_placed_up: campaign_id, after_id, until_id, department, looked_at, state_from, state_to, paid, from_ms, until_ms
SELECT w.*
  FROM (SELECT o.id
          FROM (SELECT order_id FROM desk_place
                 WHERE campaign_id = ?1 AND department = ?4 AND order_id > ?2
                   AND order_id <= ?3
                 ORDER BY order_id
                 LIMIT ?5) l
          JOIN orders o ON o.id = l.order_id
         WHERE o.state BETWEEN ?6 AND ?7
           AND (?8 = 0 OR (?8 = 1 AND o.paid_ms > 0) OR (?8 = 2 AND o.paid_ms = 0))
           AND o.created_ms >= ?9 AND o.created_ms < ?10
         ORDER BY o.id
         LIMIT 51) x
  JOIN desk_order w ON w.id = x.id
 ORDER BY w.id;

-- desk_placed_looked_up: campaign_id, after_id, until_id, department, looked_at
SELECT COUNT(*), COALESCE(MAX(order_id), 0)
  FROM (SELECT order_id FROM desk_place
         WHERE campaign_id = ?1 AND department = ?4 AND order_id > ?2 AND order_id <= ?3
         ORDER BY order_id LIMIT ?5) w;

-- transport and complaint say which of the two is wanted; what is open is never much.
-- The "+" keeps to what is open: the index over states would lead to every order.
-- desk_orders_problem: organiser_id, campaign_id, after_id, transport, complaint, state_from, state_to, department, paid, from_ms, until_ms
SELECT w.*
  FROM (SELECT o.id
          FROM (SELECT order_id FROM parcel_trouble
                 WHERE organiser_id = ?1 AND closed_ms = 0 AND ?4 = 1
                 UNION
                SELECT order_id FROM parcel WHERE organiser_id = ?1 AND state = 10 AND ?4 = 1
                 UNION
                SELECT order_id FROM complaint
                 WHERE organiser_id = ?1 AND state IN (1, 2) AND ?5 = 1) l
          JOIN orders o ON o.id = l.order_id
         WHERE +o.campaign_id = ?2 AND o.id > ?3 AND +o.state BETWEEN ?6 AND ?7
           AND (?8 = '' OR o.department = ?8)
           AND (?9 = 0 OR (?9 = 1 AND o.paid_ms > 0) OR (?9 = 2 AND o.paid_ms = 0))
           AND o.created_ms >= ?10 AND o.created_ms < ?11
         ORDER BY o.id
         LIMIT 51) x
  JOIN desk_order w ON w.id = x.id
 ORDER BY w.id;

-- Numbers grow with time: where a day begins is found by halving.
-- desk_order_bounds:
SELECT COALESCE((SELECT MIN(id) FROM orders), 0), COALESCE((SELECT MAX(id) FROM orders), 0);

-- desk_order_from: id
SELECT id, created_ms FROM orders WHERE id >= ?1 ORDER BY id LIMIT 1;
