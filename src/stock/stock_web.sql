-- SPDX-License-Identifier: Apache-2.0

-- The newest first; pool_id 0: every pool of the organiser.
-- moves_all: organiser_id, pool_id, before_id
SELECT m.id, m.pool_id, m.kind, m.units, m.at_ms, COALESCE(m.reason, ''), COALESCE(m.order_id, 0),
       COALESCE(m.batch_id, 0), COALESCE(b.lot, ''), COALESCE(a.email, '')
  FROM stock_movement m
  JOIN stock_pool p ON p.id = m.pool_id
  JOIN campaign c ON c.id = p.campaign_id
  LEFT JOIN stock_batch b ON b.id = m.batch_id
  LEFT JOIN account a ON a.id = m.account_id
 WHERE c.organiser_id = ?1 AND (CAST(?2 AS BIGINT) = 0 OR m.pool_id = ?2) AND m.id < ?3
 ORDER BY m.id DESC
 LIMIT 51;

-- Those of no order, of the kinds from ... to.
-- moves_by_hand: organiser_id, pool_id, before_id, kind_from, kind_to
SELECT m.id, m.pool_id, m.kind, m.units, m.at_ms, COALESCE(m.reason, ''), 0,
       COALESCE(m.batch_id, 0), COALESCE(b.lot, ''), COALESCE(a.email, '')
  FROM stock_movement m
  JOIN stock_pool p ON p.id = m.pool_id
  JOIN campaign c ON c.id = p.campaign_id
  LEFT JOIN stock_batch b ON b.id = m.batch_id
  LEFT JOIN account a ON a.id = m.account_id
 WHERE m.order_id IS NULL AND c.organiser_id = ?1
   AND (CAST(?2 AS BIGINT) = 0 OR m.pool_id = ?2) AND m.id < ?3 AND m.kind BETWEEN ?4 AND ?5
 ORDER BY m.id DESC
 LIMIT 51;

-- batch_page: organiser_id, lot_begins, pool_id, offset
SELECT b.id, b.lot, b.expires_day, b.recalled_ms, SUM(p.received), SUM(p.on_hand), SUM(p.picked),
       SUM(p.handed), SUM(p.quarantined), SUM(p.scrapped)
  FROM campaign c
  JOIN stock_batch b ON b.campaign_id = c.id
  JOIN stock_batch_pool p ON p.batch_id = b.id
 WHERE c.organiser_id = ?1 AND substr(b.lot, 1, length(?2)) = ?2
   AND (CAST(?3 AS BIGINT) = 0 OR p.pool_id = ?3)
 GROUP BY b.id, b.lot, b.expires_day, b.recalled_ms
 ORDER BY b.id DESC
 LIMIT 51 OFFSET ?4;
