-- SPDX-License-Identifier: Apache-2.0
-- What an organiser has with one company. Each statement names the organiser.

-- "+" keeps to the orders of the company: the index by campaign would lead to every order.
-- desk_company_orders: organiser_id, siren, before_id
SELECT o.id, o.ref, o.state, o.created_ms, o.deadline_ms, o.units, o.total_cents, o.campaign_id,
       o.version, o.to_company,
       CASE WHEN EXISTS (SELECT 1 FROM order_contact k WHERE k.order_id = o.id)
            THEN 1 ELSE 0 END
  FROM (SELECT i.id FROM orders i
         WHERE i.siren = ?2 AND i.id < ?3
           AND +i.campaign_id IN (SELECT c.id FROM campaign c WHERE c.organiser_id = ?1)
         ORDER BY i.id DESC
         LIMIT 21) x
  JOIN orders o ON o.id = x.id
 ORDER BY o.id DESC;

-- One walk over what it paid: captured, given back, and being given back.
-- desk_company_money: organiser_id, siren
SELECT COALESCE(SUM(p.captured_cents), 0), COALESCE(SUM(p.refunded_cents), 0),
       COALESCE(SUM((SELECT SUM(r.amount_cents) FROM refund r
                      WHERE r.payment_id = p.id AND r.state IN (1, 2))), 0)
  FROM orders o JOIN payment p ON p.order_id = o.id
 WHERE o.siren = ?2
   AND +o.campaign_id IN (SELECT c.id FROM campaign c WHERE c.organiser_id = ?1);

-- desk_company_invoices: organiser_id, siren
SELECT id, kind, number, issued_ms, total_cents, order_ref
  FROM invoice
 WHERE organiser_id = ?1 AND siren = ?2
 ORDER BY id DESC
 LIMIT 20;
