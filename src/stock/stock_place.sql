-- SPDX-License-Identifier: Apache-2.0

-- warehouse_list: organiser_id
SELECT id, organiser_id, code, name, company, street, complement, postal_code, city, phone, email,
       territories
  FROM warehouse WHERE organiser_id = ?1 ORDER BY code LIMIT 100;

-- warehouse_find: id, organiser_id
SELECT id, organiser_id, code, name, company, street, complement, postal_code, city, phone, email,
       territories
  FROM warehouse WHERE id = ?1 AND organiser_id = ?2;

-- warehouse_of_pool: pool_id
SELECT w.id, w.organiser_id, w.code, w.name, w.company, w.street, w.complement, w.postal_code,
       w.city, w.phone, w.email, w.territories
  FROM stock_pool p JOIN warehouse w ON w.id = p.warehouse_id
 WHERE p.id = ?1;

-- warehouse_insert: organiser, code, name, company, street, more, zip, city, tel, email, where, ms
INSERT INTO warehouse (organiser_id, code, name, company, street, complement, postal_code, city,
                       phone, email, territories, created_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
ON CONFLICT (organiser_id, code) DO NOTHING
RETURNING id;

-- warehouse_update: id, organiser, name, company, street, more, zip, city, tel, email, where
UPDATE warehouse
   SET name = ?3, company = ?4, street = ?5, complement = ?6, postal_code = ?7, city = ?8,
       phone = ?9, email = ?10, territories = ?11
 WHERE id = ?1 AND organiser_id = ?2;

-- pool_set_warehouse: pool_id, warehouse_id
UPDATE stock_pool SET warehouse_id = ?2 WHERE id = ?1;

-- stock_gauges: organiser_id, campaign_id
SELECT p.id, p.campaign_id, COALESCE(p.warehouse_id, 0), p.code, COALESCE(w.name, ''),
       COALESCE((SELECT SUM(CASE WHEN a.units > a.accepted + a.refused
                                 THEN a.units - a.accepted - a.refused ELSE 0 END)
                   FROM stock_arrival a WHERE a.pool_id = p.id AND a.state IN (1, 2)), 0)
       + COALESCE((SELECT SUM(t.units - t.arrived - t.lost)
                     FROM stock_transfer t WHERE t.to_pool = p.id AND t.state IN (1, 2)), 0),
       SUM(s.received), SUM(s.available), SUM(s.held), SUM(s.sold), SUM(s.withdrawn),
       SUM(s.quarantined), SUM(s.sent),
       COALESCE((SELECT SUM(b.handed) FROM stock_batch_pool b WHERE b.pool_id = p.id), 0)
  FROM campaign c
  JOIN stock_pool p ON p.campaign_id = c.id
  JOIN stock_slot s ON s.pool_id = p.id
  LEFT JOIN warehouse w ON w.id = p.warehouse_id
 WHERE c.organiser_id = ?1 AND (CAST(?2 AS BIGINT) = 0 OR c.id = ?2)
 GROUP BY p.id, p.campaign_id, p.warehouse_id, p.code, w.name
 ORDER BY p.campaign_id DESC, p.id
 LIMIT 100;

-- pool_list: organiser_id
SELECT p.id, p.campaign_id, COALESCE(p.warehouse_id, 0), p.code, COALESCE(w.name, '')
  FROM campaign c
  JOIN stock_pool p ON p.campaign_id = c.id
  LEFT JOIN warehouse w ON w.id = p.warehouse_id
 WHERE c.organiser_id = ?1
 ORDER BY p.campaign_id DESC, p.id
 LIMIT 100;

-- pool_find: id, organiser_id
SELECT p.id, p.campaign_id, COALESCE(p.warehouse_id, 0), p.code, COALESCE(w.name, '')
  FROM stock_pool p
  JOIN campaign c ON c.id = p.campaign_id
  LEFT JOIN warehouse w ON w.id = p.warehouse_id
 WHERE p.id = ?1 AND c.organiser_id = ?2;
