-- SPDX-License-Identifier: Apache-2.0
-- What an organiser has with one company. Each statement names the organiser.

-- desk_company_orders: organiser_id, siren, before_id
SELECT o.id, o.ref, o.state, o.created_ms, o.deadline_ms, o.units, o.total_cents, o.campaign_id,
       o.version, o.to_company,
       CASE WHEN EXISTS (SELECT 1 FROM order_contact k WHERE k.order_id = o.id)
            THEN 1 ELSE 0 END
  FROM (SELECT i.id FROM orders i JOIN campaign c ON c.id = i.campaign_id
         WHERE i.siren = ?2 AND c.organiser_id = ?1 AND i.id < ?3
         ORDER BY i.id DESC
         LIMIT 21) x
  JOIN orders o ON o.id = x.id
 ORDER BY o.id DESC;

-- desk_company_money: organiser_id, siren
SELECT COUNT(DISTINCT o.id), COALESCE(SUM(p.captured_cents), 0),
       COALESCE(SUM(p.refunded_cents), 0)
  FROM orders o JOIN campaign c ON c.id = o.campaign_id
  LEFT JOIN payment p ON p.order_id = o.id AND p.captured_ms > 0
 WHERE o.siren = ?2 AND c.organiser_id = ?1;

-- desk_company_refunds_due: organiser_id, siren
SELECT COALESCE(SUM(r.amount_cents), 0)
  FROM orders o JOIN campaign c ON c.id = o.campaign_id
  JOIN payment p ON p.order_id = o.id
  JOIN refund r ON r.payment_id = p.id
 WHERE o.siren = ?2 AND c.organiser_id = ?1 AND r.state IN (1, 2);

-- desk_company_invoices: organiser_id, siren
SELECT id, kind, number, issued_ms, total_cents, order_ref
  FROM invoice
 WHERE organiser_id = ?1 AND siren = ?2
 ORDER BY id DESC
 LIMIT 20;
