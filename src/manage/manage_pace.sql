-- SPDX-License-Identifier: Apache-2.0

-- The newest orders of all campaigns, older than one, with the lines of those that count: neither
-- expired, cancelled nor refunded. Orders have no index on their time, which each would pay for.
-- pace_orders: before_id, campaign_id
SELECT o.id, o.created_ms, o.campaign_id, COALESCE(l.pool_id, 0), COALESCE(l.units, 0)
  FROM (SELECT id, created_ms, campaign_id, state FROM orders WHERE id < ?1
         ORDER BY id DESC LIMIT 2000) o
  LEFT JOIN order_line l
    ON l.order_id = o.id AND o.campaign_id = ?2 AND o.state NOT IN (7, 8, 9, 10)
 ORDER BY o.id DESC
 LIMIT 20000;
