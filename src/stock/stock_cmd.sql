-- SPDX-License-Identifier: Apache-2.0

-- The newest first; 0 or the widest bound for what is not asked. Sales know no lot: what names one
-- is moved by hand.
-- stock_cmd_moves: campaign_id, pool_id, kind, batch_id, from_ms, to_ms, before_id, limit
SELECT m.id, m.at_ms, s.code, m.kind, m.units, COALESCE(o.ref, ''), COALESCE(b.good, ''),
       COALESCE(b.lot, ''), COALESCE(a.email, ''), COALESCE(m.reason, '')
  FROM (SELECT i.* FROM stock_movement i
         WHERE i.id < ?7 AND i.at_ms >= ?5 AND i.at_ms < ?6
           AND (CAST(?2 AS BIGINT) = 0 OR i.pool_id = ?2)
           AND (CAST(?3 AS BIGINT) = 0 OR i.kind = ?3)
           AND (CAST(?4 AS BIGINT) = 0 OR i.batch_id = ?4)
           AND (SELECT n.campaign_id FROM stock_pool n WHERE n.id = i.pool_id) = ?1
         ORDER BY i.id DESC LIMIT ?8) m
  JOIN stock_pool s ON s.id = m.pool_id
  LEFT JOIN orders o ON o.id = m.order_id
  LEFT JOIN stock_batch b ON b.id = m.batch_id
  LEFT JOIN account a ON a.id = m.account_id
 ORDER BY m.id DESC
 LIMIT ?8;

-- The same of one order.
-- stock_cmd_moves_of: campaign_id, pool_id, kind, batch_id, from_ms, to_ms, before_id, limit, order
SELECT m.id, m.at_ms, s.code, m.kind, m.units, o.ref, COALESCE(b.good, ''), COALESCE(b.lot, ''),
       COALESCE(a.email, ''), COALESCE(m.reason, '')
  FROM stock_movement m
  JOIN stock_pool s ON s.id = m.pool_id
  JOIN orders o ON o.id = m.order_id
  LEFT JOIN stock_batch b ON b.id = m.batch_id
  LEFT JOIN account a ON a.id = m.account_id
 WHERE m.order_id = ?9 AND o.campaign_id = ?1 AND m.id < ?7 AND m.at_ms >= ?5 AND m.at_ms < ?6
   AND (CAST(?2 AS BIGINT) = 0 OR m.pool_id = ?2) AND (CAST(?3 AS BIGINT) = 0 OR m.kind = ?3)
   AND (CAST(?4 AS BIGINT) = 0 OR m.batch_id = ?4)
 ORDER BY m.id DESC
 LIMIT ?8;

-- pool_id 0: in every pool.
-- stock_cmd_batches: campaign_id, pool_id, after_batch, after_pool, limit
SELECT b.id, p.pool_id, s.code, b.good, b.lot, b.expires_day, b.recalled_ms, p.received,
       p.on_hand, p.picked, p.handed, p.quarantined, p.scrapped, p.sent
  FROM stock_batch b
  JOIN stock_batch_pool p ON p.batch_id = b.id
  JOIN stock_pool s ON s.id = p.pool_id
 WHERE b.campaign_id = ?1 AND (CAST(?2 AS BIGINT) = 0 OR p.pool_id = ?2)
   AND (b.id > ?3 OR (b.id = ?3 AND p.pool_id > ?4))
 ORDER BY b.id, p.pool_id
 LIMIT ?5;

-- A lot of a campaign, of one good or another.
-- stock_cmd_lot: campaign_id, lot
SELECT b.id, b.good FROM stock_batch b WHERE b.campaign_id = ?1 AND b.lot = ?2
 ORDER BY b.id
 LIMIT 20;
