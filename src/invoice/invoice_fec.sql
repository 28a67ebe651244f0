-- SPDX-License-Identifier: Apache-2.0
-- The journal of one organiser and year.

-- One row for each line of a rate of a document, and one for each movement of money. what: 1
-- invoice, 2 credit note, 3 capture, 4 refund, 5 refund that failed afterwards.
-- fec_each: organiser_id, from_ms, until_ms
SELECT i.issued_ms AS at_ms, CASE i.kind WHEN 380 THEN 1 ELSE 2 END AS what, i.id AS id,
       i.number AS piece, i.siren AS siren, i.buyer AS buyer, i.total_cents AS total,
       v.category AS category, v.rate_bp AS rate_bp, v.net_cents AS net, v.vat_cents AS vat
  FROM invoice i JOIN invoice_vat v ON v.invoice_id = i.id
 WHERE i.organiser_id = ?1 AND i.issued_ms >= ?2 AND i.issued_ms < ?3
UNION ALL
SELECT p.captured_ms, 3, p.id, p.order_ref, o.siren, o.to_company, p.captured_cents, '', 0, 0, 0
  FROM payment p JOIN orders o ON o.id = p.order_id JOIN campaign c ON c.id = o.campaign_id
 WHERE c.organiser_id = ?1 AND p.captured_ms >= ?2 AND p.captured_ms < ?3
   AND p.captured_euros = 1
UNION ALL
SELECT r.done_ms, 4, r.id, p.order_ref, o.siren, o.to_company, r.amount_cents, '', 0, 0, 0
  FROM refund r JOIN payment p ON p.id = r.payment_id
  JOIN orders o ON o.id = p.order_id JOIN campaign c ON c.id = o.campaign_id
 WHERE c.organiser_id = ?1 AND r.done_ms >= ?2 AND r.done_ms < ?3 AND r.done_ms > 0
   AND p.captured_euros = 1
UNION ALL
SELECT r.voided_ms, 5, r.id, p.order_ref, o.siren, o.to_company, r.amount_cents, '', 0, 0, 0
  FROM refund r JOIN payment p ON p.id = r.payment_id
  JOIN orders o ON o.id = p.order_id JOIN campaign c ON c.id = o.campaign_id
 WHERE c.organiser_id = ?1 AND r.voided_ms >= ?2 AND r.voided_ms < ?3 AND r.done_ms > 0
   AND r.state = 4 AND p.captured_euros = 1
 ORDER BY 1, 2, 3, 8, 9
 LIMIT 1000000000;

-- fec_left_out: from_ms, until_ms
SELECT COUNT(*) FROM payment
 WHERE captured_ms >= ?1 AND captured_ms < ?2 AND (order_id IS NULL OR captured_euros = 0);

-- fec_campaigns: organiser_id
SELECT id FROM campaign WHERE organiser_id = ?1 ORDER BY id DESC LIMIT 100;

-- fec_organiser: slug
SELECT id FROM organiser WHERE slug = ?1;
