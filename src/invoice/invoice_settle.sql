-- SPDX-License-Identifier: Apache-2.0
-- Settlement files. ?2 = 0 in the look-ups: the command line, which sees the whole instance.

-- settle_find_digest: organiser_id, digest
SELECT id FROM settlement WHERE organiser_id = ?1 AND digest = ?2;

-- settle_payment_ref: ref, organiser_id
SELECT p.id, p.captured_cents
  FROM payment p
  LEFT JOIN orders o ON o.id = p.order_id
  LEFT JOIN campaign c ON c.id = o.campaign_id
 WHERE p.provider IN ('lyra', 'stripe') AND p.provider_ref = ?1
   AND (?2 = 0 OR c.organiser_id = ?2)
 LIMIT 2;

-- settle_payment_order: order_ref, organiser_id
SELECT p.id, p.captured_cents
  FROM payment p
  LEFT JOIN orders o ON o.id = p.order_id
  LEFT JOIN campaign c ON c.id = o.campaign_id
 WHERE p.order_ref = ?1 AND p.captured_ms > 0
   AND (?2 = 0 OR c.organiser_id = ?2)
 ORDER BY p.id
 LIMIT 2;

-- settle_refund_ref: ref, organiser_id
SELECT r.id, r.amount_cents
  FROM refund r
  JOIN payment p ON p.id = r.payment_id
  LEFT JOIN orders o ON o.id = p.order_id
  LEFT JOIN campaign c ON c.id = o.campaign_id
 WHERE r.provider IN ('lyra', 'stripe') AND r.provider_ref = ?1 AND r.done_ms > 0
   AND (?2 = 0 OR c.organiser_id = ?2)
 LIMIT 2;

-- Refunds of a payment, those no file has settled first.
-- settle_refunds_of: payment_id
SELECT r.id, r.amount_cents
  FROM refund r
 WHERE r.payment_id = ?1 AND r.done_ms > 0
   AND NOT EXISTS (SELECT 1 FROM settlement_line s WHERE s.refund_id = r.id)
 ORDER BY r.id
 LIMIT 20;

-- settle_line_of_payment: payment_id
SELECT settlement_id FROM settlement_line WHERE payment_id = ?1;

-- settle_line_of_refund: refund_id
SELECT settlement_id FROM settlement_line WHERE refund_id = ?1;

-- settle_insert: organiser_id, digest, name, lines, matched, gross, fees, now_ms, account_id
INSERT INTO settlement (organiser_id, digest, name, lines, matched, gross_cents, fee_cents, at_ms,
                        account_id)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
RETURNING id;

-- settle_line_insert: settlement_id, line, payment_id, refund_id, cents, fee_cents
INSERT INTO settlement_line (settlement_id, line, payment_id, refund_id, cents, fee_cents)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- settle_difference_insert: settlement_id, seq, line, kind, ref, theirs, ours, detail
INSERT INTO settlement_difference (settlement_id, seq, line, kind, ref, theirs_cents, ours_cents,
                                   detail)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- settle_get: id, organiser_id
SELECT id, name, at_ms, lines, matched, gross_cents, fee_cents FROM settlement
 WHERE id = ?1 AND organiser_id = ?2;

-- settle_differences: settlement_id
SELECT line, kind, ref, theirs_cents, ours_cents, detail FROM settlement_difference
 WHERE settlement_id = ?1
 ORDER BY seq
 LIMIT 5000;

-- settle_page: organiser_id
SELECT s.id, s.name, s.at_ms, s.lines, s.matched, s.gross_cents, s.fee_cents,
       (SELECT COUNT(*) FROM settlement_difference d WHERE d.settlement_id = s.id)
  FROM settlement s
 WHERE s.organiser_id = ?1
 ORDER BY s.id DESC
 LIMIT 50;
