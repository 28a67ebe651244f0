-- SPDX-License-Identifier: Apache-2.0
--
-- One batch of each file: what belongs to one organiser among the next CSV_BATCH_ROWS rows after a
-- key. The first column is the key; the others are those of the columns in export.c, in their
-- order. The rows are chosen in an inner SELECT, and whose they are is asked in scalar subqueries,
-- so that both engines step along the table by its key whatever they know of its size.

-- export_orders: organiser_id, campaign_id, from_ms, to_ms, after_id
SELECT o.id, o.ref, c.slug, o.version, o.state, o.created_ms, o.paid_ms, o.delivered_ms, o.units,
       o.short_units, o.delivery_cents, o.net_cents, o.vat_cents, o.total_cents,
       o.short_net_cents + o.short_vat_cents, o.territory, o.department, o.cohort, o.band
  FROM (SELECT i.* FROM orders i
         WHERE i.id > ?5 AND (?2 = 0 OR i.campaign_id = ?2)
           AND i.created_ms >= ?3 AND i.created_ms < ?4
           AND (SELECT n.organiser_id FROM campaign n WHERE n.id = i.campaign_id) = ?1
         ORDER BY i.id LIMIT 1000) o
  JOIN campaign c ON c.id = o.campaign_id
 ORDER BY o.id
 LIMIT 1000;

-- export_buyers: organiser_id, campaign_id, from_ms, to_ms, after_id
SELECT o.id, o.ref, c.slug, o.version, o.state, o.created_ms, o.paid_ms, o.delivered_ms, o.units,
       o.short_units, o.delivery_cents, o.net_cents, o.vat_cents, o.total_cents,
       o.short_net_cents + o.short_vat_cents, o.territory, o.department, o.cohort, o.band,
       o.siren, o.siret, COALESCE(k.name, ''),
       CASE WHEN a.forgotten_ms = 0 THEN a.email ELSE '' END, o.to_company, o.to_person,
       o.to_complement, o.to_street, o.to_special, o.to_postal_code, o.to_city, o.to_phone,
       o.to_instructions
  FROM (SELECT i.* FROM orders i
         WHERE i.id > ?5 AND (?2 = 0 OR i.campaign_id = ?2)
           AND i.created_ms >= ?3 AND i.created_ms < ?4
           AND (SELECT n.organiser_id FROM campaign n WHERE n.id = i.campaign_id) = ?1
         ORDER BY i.id LIMIT 1000) o
  JOIN campaign c ON c.id = o.campaign_id
  LEFT JOIN company k ON k.siren = o.siren
  LEFT JOIN account a ON a.id = o.account_id
 ORDER BY o.id
 LIMIT 1000;

-- All lines of so many orders: an order has ORDER_LINES_MAX at most.
-- export_lines: organiser_id, campaign_id, from_ms, to_ms, after_order
SELECT o.id, o.ref, c.slug, l.line, l.good, l.pack, l.packs, l.units, l.price_cents,
       l.net_cents, l.vat_bp, l.vat_cents, s.code
  FROM (SELECT i.id, i.ref, i.campaign_id FROM orders i
         WHERE i.id > ?5 AND (?2 = 0 OR i.campaign_id = ?2)
           AND i.created_ms >= ?3 AND i.created_ms < ?4
           AND (SELECT n.organiser_id FROM campaign n WHERE n.id = i.campaign_id) = ?1
         ORDER BY i.id LIMIT 1000) o
  JOIN campaign c ON c.id = o.campaign_id
  JOIN order_line l ON l.order_id = o.id
  JOIN stock_pool s ON s.id = l.pool_id
 ORDER BY o.id, l.line
 LIMIT 8000;

-- export_parcels: organiser_id, campaign_id, from_ms, to_ms, after_id
SELECT p.id, o.ref, c.slug, p.nth, s.code, p.carrier, p.product, p.sender_ref,
       COALESCE(p.number, ''), p.partner_number, p.weight_g, p.state, COALESCE(p.wave_id, 0),
       p.packed_ms, p.labelled_ms, p.handed_ms, p.changed_ms, p.problem
  FROM (SELECT i.* FROM parcel i
         WHERE i.id > ?5 AND i.organiser_id = ?1
           AND (?2 = 0 OR (SELECT n.campaign_id FROM orders n WHERE n.id = i.order_id) = ?2)
           AND (SELECT n.created_ms FROM orders n WHERE n.id = i.order_id) >= ?3
           AND (SELECT n.created_ms FROM orders n WHERE n.id = i.order_id) < ?4
         ORDER BY i.id LIMIT 1000) p
  JOIN orders o ON o.id = p.order_id
  JOIN campaign c ON c.id = o.campaign_id
  JOIN stock_pool s ON s.id = p.pool_id
 ORDER BY p.id
 LIMIT 1000;

-- export_movements: organiser_id, campaign_id, from_ms, to_ms, after_id
SELECT m.id, m.id, m.at_ms, c.slug, s.code, m.kind, m.units, COALESCE(o.ref, ''),
       COALESCE(b.good, ''), COALESCE(b.lot, ''), COALESCE(m.account_id, 0),
       COALESCE(m.reason, '')
  FROM (SELECT i.* FROM stock_movement i
         WHERE i.id > ?5 AND i.at_ms >= ?3 AND i.at_ms < ?4
           AND (?2 = 0 OR (SELECT n.campaign_id FROM stock_pool n WHERE n.id = i.pool_id) = ?2)
           AND (SELECT n.organiser_id FROM campaign n JOIN stock_pool q ON q.campaign_id = n.id
                 WHERE q.id = i.pool_id) = ?1
         ORDER BY i.id LIMIT 1000) m
  JOIN stock_pool s ON s.id = m.pool_id
  JOIN campaign c ON c.id = s.campaign_id
  LEFT JOIN orders o ON o.id = m.order_id
  LEFT JOIN stock_batch b ON b.id = m.batch_id
 ORDER BY m.id
 LIMIT 1000;

-- export_payments: organiser_id, campaign_id, from_ms, to_ms, after_id
SELECT p.id, p.id, p.order_ref, c.slug, p.provider, COALESCE(p.attempt_key, ''),
       COALESCE(p.provider_ref, ''), p.state, p.amount_cents, p.captured_cents, p.refunded_cents,
       p.created_ms, p.captured_ms, CASE WHEN o.payment_id = p.id THEN 1 ELSE 0 END
  FROM (SELECT i.* FROM payment i
         WHERE i.id > ?5 AND i.created_ms >= ?3 AND i.created_ms < ?4
           AND (?2 = 0 OR (SELECT n.campaign_id FROM orders n WHERE n.id = i.order_id) = ?2)
           AND (SELECT n.organiser_id FROM campaign n JOIN orders q ON q.campaign_id = n.id
                 WHERE q.id = i.order_id) = ?1
         ORDER BY i.id LIMIT 1000) p
  JOIN orders o ON o.id = p.order_id
  JOIN campaign c ON c.id = o.campaign_id
 ORDER BY p.id
 LIMIT 1000;

-- export_refunds: organiser_id, campaign_id, from_ms, to_ms, after_id
SELECT r.id, r.id, p.id, p.order_ref, c.slug, r.provider, COALESCE(r.provider_ref, ''), r.state,
       r.amount_cents, r.created_ms, r.done_ms, r.tries, r.cause
  FROM (SELECT i.* FROM refund i
         WHERE i.id > ?5 AND i.created_ms >= ?3 AND i.created_ms < ?4
           AND (?2 = 0 OR (SELECT q.campaign_id FROM payment n JOIN orders q ON q.id = n.order_id
                            WHERE n.id = i.payment_id) = ?2)
           AND (SELECT g.organiser_id FROM payment n JOIN orders q ON q.id = n.order_id
                  JOIN campaign g ON g.id = q.campaign_id WHERE n.id = i.payment_id) = ?1
         ORDER BY i.id LIMIT 1000) r
  JOIN payment p ON p.id = r.payment_id
  JOIN orders o ON o.id = p.order_id
  JOIN campaign c ON c.id = o.campaign_id
 ORDER BY r.id
 LIMIT 1000;

-- export_campaigns: organiser_id
SELECT id, slug FROM campaign WHERE organiser_id = ?1 ORDER BY id DESC LIMIT 100;

-- export_begin: organiser_id, account_id, kind, campaign_id, from_ms, to_ms, grant_id, now_ms
INSERT INTO export_log (organiser_id, account_id, kind, campaign_id, from_ms, to_ms, grant_id,
                        state, begun_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8)
RETURNING id;

-- export_end: id, state, row_count, bytes, sha256, now_ms
UPDATE export_log SET state = ?2, row_count = ?3, bytes = ?4, sha256 = ?5, ended_ms = ?6
 WHERE id = ?1 AND state = 1;

-- export_done: organiser_id, before_id
SELECT x.id, COALESCE(a.email, ''), x.kind, COALESCE(c.slug, ''), x.from_ms, x.to_ms, x.state,
       x.begun_ms, x.ended_ms, x.row_count, x.bytes, x.sha256
  FROM export_log x
  LEFT JOIN account a ON a.id = x.account_id
  LEFT JOIN campaign c ON c.id = x.campaign_id
 WHERE x.organiser_id = ?1 AND x.id < ?2
 ORDER BY x.id DESC
 LIMIT 20;

-- export_grant_add: organiser_id, account_id, campaign_id, from_ms, to_ms, reason, now_ms, expires_ms
INSERT INTO export_grant (organiser_id, account_id, campaign_id, from_ms, to_ms, reason,
                          granted_ms, expires_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- export_grants: account_id, organiser_id, now_ms
SELECT g.id, g.campaign_id, g.from_ms, g.to_ms, g.expires_ms, COALESCE(c.slug, '')
  FROM export_grant g LEFT JOIN campaign c ON c.id = g.campaign_id
 WHERE g.account_id = ?1 AND g.expires_ms > ?3 AND g.organiser_id = ?2
 ORDER BY g.expires_ms
 LIMIT 20;

