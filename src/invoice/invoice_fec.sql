-- SPDX-License-Identifier: Apache-2.0
-- The journal of one organiser and year: four lists, each in the order of its time, read in
-- batches after the last row of the one before (the only lower bound, so that the index is entered
-- there; + 0 keeps planners from beginning at the orders) and merged by fec.c. All have the same
-- columns: at_ms, id, what, piece, siren, name, total; what is 1 invoice, 2 credit note, 3 capture, 4
-- refund, 5 refund that failed afterwards. The buyer is named as on the invoice.

-- fec_documents: organiser_id, until_ms, after_ms, after_id
SELECT i.issued_ms, i.id, CASE i.kind WHEN 380 THEN 1 ELSE 2 END, i.number, i.siren, i.buyer,
       i.total_cents, v.category, v.rate_bp, v.net_cents, v.vat_cents
  FROM (SELECT issued_ms, id, kind, number, siren, buyer, total_cents FROM invoice
         WHERE organiser_id = ?1 AND issued_ms < ?2 AND (issued_ms, id) > (?3, ?4)
         ORDER BY issued_ms, id
         LIMIT 1000) i
  JOIN invoice_vat v ON v.invoice_id = i.id
 ORDER BY i.issued_ms, i.id, v.category, v.rate_bp
 LIMIT 20000;

-- fec_captures: organiser_id, until_ms, after_ms, after_id
SELECT p.captured_ms, p.id, 3, p.order_ref, o.siren,
       COALESCE((SELECT i.buyer FROM invoice i WHERE i.order_id = o.id AND i.kind = 380),
                o.to_company), p.captured_cents
  FROM payment p JOIN orders o ON o.id = p.order_id + 0 JOIN campaign c ON c.id = o.campaign_id
 WHERE c.organiser_id = ?1 AND p.captured_ms < ?2 AND p.captured_ms > 0
   AND (p.captured_ms, p.id) > (?3, ?4) AND p.captured_euros = 1
 ORDER BY p.captured_ms, p.id
 LIMIT 1000;

-- fec_refunds: organiser_id, until_ms, after_ms, after_id
SELECT r.done_ms, r.id, 4, p.order_ref, o.siren,
       COALESCE((SELECT i.buyer FROM invoice i WHERE i.order_id = o.id AND i.kind = 380),
                o.to_company), r.amount_cents
  FROM refund r JOIN payment p ON p.id = r.payment_id + 0
  JOIN orders o ON o.id = p.order_id + 0 JOIN campaign c ON c.id = o.campaign_id
 WHERE c.organiser_id = ?1 AND r.done_ms < ?2 AND r.done_ms > 0
   AND (r.done_ms, r.id) > (?3, ?4) AND p.captured_euros = 1
 ORDER BY r.done_ms, r.id
 LIMIT 1000;

-- fec_voided: organiser_id, until_ms, after_ms, after_id
SELECT r.voided_ms, r.id, 5, p.order_ref, o.siren,
       COALESCE((SELECT i.buyer FROM invoice i WHERE i.order_id = o.id AND i.kind = 380),
                o.to_company), r.amount_cents
  FROM refund r JOIN payment p ON p.id = r.payment_id + 0
  JOIN orders o ON o.id = p.order_id + 0 JOIN campaign c ON c.id = o.campaign_id
 WHERE c.organiser_id = ?1 AND r.voided_ms < ?2 AND r.voided_ms > 0
   AND (r.voided_ms, r.id) > (?3, ?4) AND r.state = 4 AND r.done_ms > 0 AND p.captured_euros = 1
 ORDER BY r.voided_ms, r.id
 LIMIT 1000;

-- fec_left_out: from_ms, until_ms
SELECT COUNT(*) FROM payment
 WHERE captured_ms >= ?1 AND captured_ms < ?2 AND captured_ms > 0
   AND (order_id IS NULL OR captured_euros = 0);

-- fec_campaigns: organiser_id
SELECT id FROM campaign WHERE organiser_id = ?1 ORDER BY id DESC LIMIT 100;

-- fec_organiser: slug
SELECT id FROM organiser WHERE slug = ?1;
