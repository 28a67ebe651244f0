-- SPDX-License-Identifier: Apache-2.0
-- Settlement files. ?2 = 0 in the look-ups: the command line, which sees the whole instance.

-- settle_find_digest: organiser_id, digest
SELECT id FROM settlement WHERE organiser_id = ?1 AND digest = ?2;

-- settle_payment_ref: ref, organiser_id
SELECT p.id, p.captured_cents, p.captured_ms, p.provider
  FROM payment p
  LEFT JOIN orders o ON o.id = p.order_id
  LEFT JOIN campaign c ON c.id = o.campaign_id
 WHERE p.provider IN ('lyra', 'stripe') AND p.provider_ref = ?1
   AND (?2 = 0 OR c.organiser_id = ?2)
 LIMIT 2;

-- settle_payment_order: order_ref, organiser_id
SELECT p.id, p.captured_cents, p.captured_ms, p.provider
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

-- Refunds of a payment, with the file that settled each.
-- settle_refunds_of: payment_id
SELECT r.id, r.amount_cents,
       (SELECT s.settlement_id FROM settlement_line s WHERE s.refund_id = r.id)
  FROM refund r
 WHERE r.payment_id = ?1 AND r.done_ms > 0
 ORDER BY r.id
 LIMIT 20;

-- settle_line_of_payment: payment_id
SELECT settlement_id FROM settlement_line WHERE payment_id = ?1;

-- settle_line_of_refund: refund_id
SELECT settlement_id FROM settlement_line WHERE refund_id = ?1;

-- Captures of these days that no file has; provider '': of any.
-- settle_missing: organiser_id, from_ms, to_ms, provider
SELECT p.id, p.order_ref, p.captured_cents, p.captured_ms
  FROM payment p
  JOIN orders o ON o.id = p.order_id
  JOIN campaign c ON c.id = o.campaign_id
 WHERE p.captured_ms >= ?2 AND p.captured_ms <= ?3 AND p.captured_ms > 0
   AND p.captured_euros = 1 AND (?1 = 0 OR c.organiser_id = ?1)
   AND (?4 = '' OR p.provider = ?4)
   AND NOT EXISTS (SELECT 1 FROM settlement_line s WHERE s.payment_id = p.id)
 ORDER BY p.captured_ms
 LIMIT 1000;

-- settle_insert: organiser_id, digest, name, lines, fees, now_ms, account_id
INSERT INTO settlement (organiser_id, digest, name, lines, matched, gross_cents, fee_cents, at_ms,
                        account_id, state)
VALUES (?1, ?2, ?3, ?4, 0, 0, ?5, ?6, ?7, 1)
ON CONFLICT (organiser_id, digest) DO NOTHING
RETURNING id;

-- settle_file_insert: settlement_id, bytes
INSERT INTO settlement_file (settlement_id, bytes) VALUES (?1, ?2);

-- settle_file: settlement_id
SELECT f.bytes, s.organiser_id, s.state
  FROM settlement s LEFT JOIN settlement_file f ON f.settlement_id = s.id
 WHERE s.id = ?1;

-- settle_file_delete: settlement_id
DELETE FROM settlement_file WHERE settlement_id = ?1;

-- settle_begin: id, organiser_id
UPDATE settlement SET state = 2 WHERE id = ?1 AND organiser_id = ?2 AND state = 1;

-- settle_delete: id, organiser_id
DELETE FROM settlement WHERE id = ?1 AND organiser_id = ?2 AND state = 1;

-- settle_old_drafts: at_before_ms
SELECT id, organiser_id FROM settlement WHERE state = 1 AND at_ms < ?1 ORDER BY at_ms LIMIT 20;

-- settle_claim: id
UPDATE settlement SET run = run + 1, compared = 0 WHERE id = ?1 AND state = 2 RETURNING run;

-- Nothing is changed when somebody else has begun it anew.
-- settle_held: id, run, compared
UPDATE settlement SET compared = ?3 WHERE id = ?1 AND state = 2 AND run = ?2;

-- settle_finish: id, run, matched, gross
UPDATE settlement SET state = 3, matched = ?3, gross_cents = ?4, compared = lines
 WHERE id = ?1 AND state = 2 AND run = ?2;

-- settle_lines_clear: settlement_id
DELETE FROM settlement_line WHERE settlement_id = ?1;

-- settle_findings_clear: settlement_id
DELETE FROM settlement_finding WHERE settlement_id = ?1;

-- settle_line_insert: settlement_id, line, payment_id, refund_id, cents, fee_cents
INSERT INTO settlement_line (settlement_id, line, payment_id, refund_id, cents, fee_cents)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT DO NOTHING
RETURNING line;

-- settle_finding_insert: settlement_id, seq, line, kind, ref, theirs, ours, detail, payment_id
INSERT INTO settlement_finding (settlement_id, seq, line, kind, ref, theirs_cents, ours_cents,
                                detail, payment_id)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
ON CONFLICT DO NOTHING;

-- What an earlier file missed and this one has.
-- settle_found_since: settlement_id, now_ms, note
UPDATE settlement_finding
   SET handled_ms = ?2, note = ?3
 WHERE handled_ms = 0 AND kind = 7 AND payment_id IS NOT NULL
   AND payment_id IN (SELECT payment_id FROM settlement_line
                       WHERE settlement_id = ?1 AND payment_id IS NOT NULL);

-- settle_get: id, organiser_id
SELECT s.id, s.name, s.at_ms, s.lines, s.matched, s.gross_cents, s.fee_cents, s.state, s.compared,
       (SELECT COUNT(*) FROM settlement_finding d WHERE d.settlement_id = s.id),
       (SELECT COUNT(*) FROM settlement_finding d
         WHERE d.settlement_id = s.id AND d.handled_ms = 0)
  FROM settlement s
 WHERE s.id = ?1 AND s.organiser_id = ?2;

-- settle_page: organiser_id, before_id
SELECT s.id, s.name, s.at_ms, s.lines, s.matched, s.gross_cents, s.fee_cents, s.state, s.compared,
       (SELECT COUNT(*) FROM settlement_finding d WHERE d.settlement_id = s.id),
       (SELECT COUNT(*) FROM settlement_finding d
         WHERE d.settlement_id = s.id AND d.handled_ms = 0)
  FROM settlement s
 WHERE s.organiser_id = ?1 AND s.id < ?2
 ORDER BY s.id DESC
 LIMIT 51;

-- ?2 = 0: of every kind; ?3 = 1: those handled too.
-- settle_findings: settlement_id, kind, all, from_seq
SELECT d.seq, d.line, d.kind, d.ref, d.theirs_cents, d.ours_cents, d.detail, d.handled_ms, a.email,
       d.note
  FROM settlement_finding d LEFT JOIN account a ON a.id = d.handled_by
 WHERE d.settlement_id = ?1 AND (?2 = 0 OR d.kind = ?2) AND (?3 = 1 OR d.handled_ms = 0)
   AND d.seq >= ?4
 ORDER BY d.seq
 LIMIT 101;

-- settle_finding: settlement_id, seq
SELECT d.seq, d.line, d.kind, d.ref, d.theirs_cents, d.ours_cents, d.detail, d.handled_ms, a.email,
       d.note
  FROM settlement_finding d LEFT JOIN account a ON a.id = d.handled_by
 WHERE d.settlement_id = ?1 AND d.seq = ?2;

-- settle_findings_each: settlement_id
SELECT d.line, d.kind, d.ref, d.theirs_cents, d.ours_cents, d.detail, d.handled_ms, a.email, d.note
  FROM settlement_finding d LEFT JOIN account a ON a.id = d.handled_by
 WHERE d.settlement_id = ?1
 ORDER BY d.seq
 LIMIT 250000;

-- settle_kinds: settlement_id
SELECT kind, COUNT(*), SUM(CASE WHEN handled_ms = 0 THEN 1 ELSE 0 END)
  FROM settlement_finding
 WHERE settlement_id = ?1
 GROUP BY kind
 ORDER BY kind
 LIMIT 20;

-- settle_handle: settlement_id, seq, now_ms, account_id, note
UPDATE settlement_finding SET handled_ms = ?3, handled_by = ?4, note = ?5
 WHERE settlement_id = ?1 AND seq = ?2 AND handled_ms = 0;

-- settle_handle_kind: settlement_id, kind, now_ms, account_id, note
UPDATE settlement_finding SET handled_ms = ?3, handled_by = ?4, note = ?5
 WHERE settlement_id = ?1 AND kind = ?2 AND handled_ms = 0;

-- settle_waiting: organiser_id
SELECT COUNT(*), COUNT(DISTINCT d.settlement_id)
  FROM settlement s JOIN settlement_finding d ON d.settlement_id = s.id
 WHERE s.organiser_id = ?1 AND d.handled_ms = 0;
