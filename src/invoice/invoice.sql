-- SPDX-License-Identifier: Apache-2.0
-- Documents come in one order of columns, read by invoice_from_row in invoice.c.

-- invoice_due_put: kind, subject_id, now_ms
INSERT INTO invoice_due (kind, subject_id, since_ms, next_try_ms) VALUES (?1, ?2, ?3, ?3)
ON CONFLICT (kind, subject_id) DO UPDATE SET next_try_ms = excluded.next_try_ms;

-- invoice_due_take [sqlite]: now_ms, count
SELECT kind, subject_id FROM invoice_due
 WHERE next_try_ms <= ?1
 ORDER BY next_try_ms, kind, subject_id
 LIMIT ?2;

-- invoice_due_take [pg]: now_ms, count
SELECT kind, subject_id FROM invoice_due
 WHERE next_try_ms <= ?1
 ORDER BY next_try_ms, kind, subject_id
 LIMIT ?2
   FOR UPDATE SKIP LOCKED;

-- invoice_due_done: kind, subject_id
DELETE FROM invoice_due WHERE kind = ?1 AND subject_id = ?2;

-- invoice_due_stuck: kind, subject_id, next_try_ms, why
UPDATE invoice_due SET next_try_ms = ?3, why = ?4 WHERE kind = ?1 AND subject_id = ?2;

-- Reasons of an organiser's documents that wait for a person.
-- invoice_due_why: organiser_id
SELECT d.why, COUNT(*), MIN(d.since_ms)
  FROM invoice_due d
  LEFT JOIN payment p ON p.id = d.subject_id AND d.kind = 381
  JOIN orders o ON o.id = CASE d.kind WHEN 380 THEN d.subject_id ELSE p.order_id END
  JOIN campaign c ON c.id = o.campaign_id
 WHERE c.organiser_id = ?1 AND d.why <> ''
 GROUP BY d.why
 ORDER BY d.why
 LIMIT 20;

-- The counter's row stays locked until the document's transaction ends.
-- invoice_series_take: organiser_id, series, now_ms
INSERT INTO invoice_series (organiser_id, series, last, last_ms) VALUES (?1, ?2, 1, ?3)
ON CONFLICT (organiser_id, series) DO UPDATE
   SET last = invoice_series.last + 1,
       last_ms = CASE WHEN invoice_series.last_ms > excluded.last_ms THEN invoice_series.last_ms
                      ELSE excluded.last_ms END
RETURNING last, last_ms;

-- invoice_insert: organiser, series, seq, number, kind, campaign, order, ref, payment, refund, invoice, at, siren, buyer, key, net, vat, total, content
INSERT INTO invoice (organiser_id, series, seq, number, kind, campaign_id, order_id, order_ref,
                     payment_id, refund_id, invoice_id, issued_ms, siren, buyer, buyer_key,
                     net_cents, vat_cents, total_cents, content)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
RETURNING id;

-- invoice_vat_insert: invoice_id, category, rate_bp, net_cents, vat_cents
INSERT INTO invoice_vat (invoice_id, category, rate_bp, net_cents, vat_cents)
VALUES (?1, ?2, ?3, ?4, ?5);

-- invoice_content: id
SELECT content FROM invoice WHERE id = ?1;

-- invoice_of_order: order_id
SELECT id, kind, number, organiser_id, campaign_id, order_id, payment_id, refund_id, invoice_id,
       issued_ms, siren, buyer, net_cents, vat_cents, total_cents, order_ref
  FROM invoice
 WHERE order_id = ?1
 ORDER BY id
 LIMIT 50;

-- invoice_bill: order_id
SELECT id, content, net_cents, vat_cents, total_cents, organiser_id
  FROM invoice
 WHERE order_id = ?1 AND kind = 380;

-- What credit notes of an invoice took of each rate.
-- invoice_credited: order_id
SELECT v.category, v.rate_bp, SUM(v.net_cents), SUM(v.vat_cents)
  FROM invoice i JOIN invoice_vat v ON v.invoice_id = i.id
 WHERE i.order_id = ?1 AND i.kind = 381
 GROUP BY v.category, v.rate_bp
 LIMIT 20;

-- The order that stands on a payment and was paid by it.
-- invoice_payment: payment_id
SELECT o.id
  FROM payment p JOIN orders o ON o.id = p.order_id
 WHERE p.id = ?1 AND o.payment_id = p.id AND o.paid_ms > 0;

-- Refunds that are done and have no credit note, in their order, with what was given back by then.
-- invoice_uncredited: payment_id
SELECT r.id, r.amount_cents,
       (SELECT SUM(d.amount_cents) FROM refund d
         WHERE d.payment_id = r.payment_id AND d.state = 3 AND d.id <= r.id)
  FROM refund r
 WHERE r.payment_id = ?1 AND r.state = 3
   AND NOT EXISTS (SELECT 1 FROM invoice i WHERE i.refund_id = r.id)
 ORDER BY r.id
 LIMIT 50;

-- refund_part_insert: refund_id, line, packs, net_cents, vat_cents
INSERT INTO refund_part (refund_id, line, packs, net_cents, vat_cents)
VALUES (?1, ?2, ?3, ?4, ?5);

-- refund_part_of: refund_id
SELECT line, packs, net_cents, vat_cents FROM refund_part
 WHERE refund_id = ?1 ORDER BY line LIMIT 20;

-- Packs that refunds of a payment gave back or are giving back.
-- refund_part_taken: payment_id
SELECT p.line, SUM(p.packs), SUM(p.net_cents), SUM(p.vat_cents)
  FROM refund r JOIN refund_part p ON p.refund_id = r.id
 WHERE r.payment_id = ?1 AND r.state IN (1, 2, 3)
 GROUP BY p.line
 LIMIT 20;

-- Packs that credit notes named, and credit notes that named none.
-- invoice_packs_credited: order_id
SELECT p.line, SUM(p.packs), SUM(CASE WHEN p.line IS NULL THEN 1 ELSE 0 END)
  FROM invoice i LEFT JOIN refund_part p ON p.refund_id = i.refund_id
 WHERE i.order_id = ?1 AND i.kind = 381
 GROUP BY p.line
 LIMIT 20;

-- refund_amount: id
SELECT amount_cents, payment_id FROM refund WHERE id = ?1;

-- invoice_page: organiser_id, from_ms, before_ms, before_id
SELECT id, kind, number, organiser_id, campaign_id, order_id, payment_id, refund_id, invoice_id,
       issued_ms, siren, buyer, net_cents, vat_cents, total_cents, order_ref
  FROM invoice
 WHERE organiser_id = ?1 AND issued_ms >= ?2 AND (issued_ms, id) < (?3, ?4)
 ORDER BY issued_ms DESC, id DESC
 LIMIT 51;

-- invoice_by_number: organiser_id, number
SELECT id, kind, number, organiser_id, campaign_id, order_id, payment_id, refund_id, invoice_id,
       issued_ms, siren, buyer, net_cents, vat_cents, total_cents, order_ref
  FROM invoice
 WHERE organiser_id = ?1 AND number = ?2
 LIMIT 50;

-- invoice_by_order: organiser_id, order_ref
SELECT id, kind, number, organiser_id, campaign_id, order_id, payment_id, refund_id, invoice_id,
       issued_ms, siren, buyer, net_cents, vat_cents, total_cents, order_ref
  FROM invoice
 WHERE organiser_id = ?1 AND order_ref = ?2
 ORDER BY id
 LIMIT 50;

-- invoice_by_siren: organiser_id, siren, from_ms, until_ms
SELECT id, kind, number, organiser_id, campaign_id, order_id, payment_id, refund_id, invoice_id,
       issued_ms, siren, buyer, net_cents, vat_cents, total_cents, order_ref
  FROM invoice
 WHERE organiser_id = ?1 AND siren = ?2 AND issued_ms >= ?3 AND issued_ms < ?4
 ORDER BY id
 LIMIT 50;

-- By the beginning of a name, as bytes.
-- invoice_by_name [sqlite]: organiser_id, from_key, until_key, from_ms, until_ms
SELECT id, kind, number, organiser_id, campaign_id, order_id, payment_id, refund_id, invoice_id,
       issued_ms, siren, buyer, net_cents, vat_cents, total_cents, order_ref
  FROM invoice
 WHERE organiser_id = ?1 AND buyer_key >= ?2 AND buyer_key < ?3
   AND issued_ms >= ?4 AND issued_ms < ?5
 LIMIT 50;

-- invoice_by_name [pg]: organiser_id, from_key, until_key, from_ms, until_ms
SELECT id, kind, number, organiser_id, campaign_id, order_id, payment_id, refund_id, invoice_id,
       issued_ms, siren, buyer, net_cents, vat_cents, total_cents, order_ref
  FROM invoice
 WHERE organiser_id = ?1 AND buyer_key COLLATE "C" >= ?2 AND buyer_key COLLATE "C" < ?3
   AND issued_ms >= ?4 AND issued_ms < ?5
 LIMIT 50;

-- invoice_totals: organiser_id, from_ms, until_ms
SELECT i.kind, v.category, v.rate_bp, COUNT(*), SUM(v.net_cents), SUM(v.vat_cents)
  FROM invoice i JOIN invoice_vat v ON v.invoice_id = i.id
 WHERE i.organiser_id = ?1 AND i.issued_ms >= ?2 AND i.issued_ms < ?3
 GROUP BY i.kind, v.category, v.rate_bp
 ORDER BY i.kind, v.category, v.rate_bp
 LIMIT 20;

-- invoice_own: id, organiser_id
SELECT number FROM invoice WHERE id = ?1 AND organiser_id = ?2;

-- invoice_order_own: organiser_id, order_ref
SELECT order_id FROM invoice WHERE organiser_id = ?1 AND order_ref = ?2 AND kind = 380;
