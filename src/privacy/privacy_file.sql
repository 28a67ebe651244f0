-- SPDX-License-Identifier: Apache-2.0
--
-- What a copy of somebody's data holds, table by table (file.c). The first column is the key that
-- the next page comes after; the others are the columns of the table that fields.h gives a form,
-- in its order. account_id 0: of everybody; buyer_id 0: whoever ordered; organiser_id 0: all.

-- ---- an account ----

-- file_account: account_id
SELECT id, id, email, created_ms, signed_in_ms FROM account WHERE id = ?1;

-- file_people: siren, after
SELECT a.id, a.id, a.email, a.created_ms, a.signed_in_ms
  FROM (SELECT account_id FROM company_link WHERE siren = ?1
         UNION SELECT account_id FROM claim WHERE siren = ?1
         UNION SELECT account_id FROM review WHERE siren = ?1
         UNION SELECT account_id FROM orders WHERE siren = ?1) p
  JOIN account a ON a.id = p.account_id
 WHERE a.id > ?2
 ORDER BY a.id
 LIMIT 200;

-- file_sign_ins: account_id
SELECT 0, s.email, s.back, s.sent_ms, s.expires_ms
  FROM account a JOIN sign_in s ON s.email = a.email
 WHERE a.id = ?1
 LIMIT 50;

-- file_sessions: account_id
SELECT 0, siren, company, email, created_ms, seen_ms, expires_ms
  FROM session WHERE account_id = ?1
 ORDER BY created_ms
 LIMIT 200;

-- The outbox is walked: no index knows whom a message went to.
-- file_mails: account_id, after
SELECT m.id, m.cause, m.recipient, m.subject, m.body, m.created_ms, m.sent_ms, m.refused_ms,
       m.answer
  FROM mail m
 WHERE m.id > ?2 AND m.id <= ?2 + 2000
   AND m.recipient = (SELECT a.email FROM account a WHERE a.id = ?1)
 ORDER BY m.id
 LIMIT 2000;

-- file_mails_end:
SELECT COALESCE(MAX(id), 0) FROM mail;

-- file_requests: account_id, after
SELECT id, kind, siren, account_id, channel, received_day, due_day, reply_to, reason, state,
       extended_why, asked_ms, changed_ms, closed_ms, closed_why
  FROM privacy_request WHERE account_id = ?1 AND account_id > 0 AND id > ?2
 ORDER BY id
 LIMIT 200;

-- file_files: account_id, after
SELECT id, siren, granted_ms, bytes, sha256
  FROM privacy_file WHERE account_id = ?1 AND id > ?2
 ORDER BY id
 LIMIT 200;

-- ---- a company ----

-- file_company: siren
SELECT 0, siren, name, active, partial, gone, band, band_year, legal_category, naf, head_siret,
       head_commune, networks, network_source, created_day
  FROM company WHERE siren = ?1;

-- file_establishments: siren, after
SELECT siret, siret, active, head_office, partial, gone, band, sign, complement, street, special,
       postal_code, commune, city, craft_code, country
  FROM establishment
 WHERE siret > ?2 AND siret >= CAST(?1 AS BIGINT) * 100000
   AND siret < (CAST(?1 AS BIGINT) + 1) * 100000
 ORDER BY siret
 LIMIT 500;

-- file_member: siren
SELECT 0, siren, cci_ms, cci_email, cci_phone, cma_ms, cma_email, cma_phone
  FROM registry_member WHERE siren = ?1;

-- file_declaration: siren
SELECT 0, siren, heads, networks, changed_ms, COALESCE(account_id, 0)
  FROM company_declaration WHERE siren = ?1;

-- file_links: siren, account_id
SELECT account_id, account_id, siren, proof, since_ms, ended_ms, frozen_ms
  FROM company_link WHERE siren = ?1 AND (?2 = 0 OR account_id = ?2)
 ORDER BY account_id
 LIMIT 1000;

-- file_claims: siren, account_id, after
SELECT id, id, account_id, siren, siret, state, contested, created_ms, changed_ms
  FROM claim WHERE siren = ?1 AND (?2 = 0 OR account_id = ?2) AND id > ?3
 ORDER BY id
 LIMIT 500;

-- file_letters: siren, account_id, after
SELECT l.claim_id, l.claim_id, l.asked_ms, l.expires_ms
  FROM claim c JOIN letter l ON l.claim_id = c.id
 WHERE c.siren = ?1 AND (?2 = 0 OR c.account_id = ?2) AND l.claim_id > ?3
 ORDER BY l.claim_id
 LIMIT 500;

-- file_reviews: siren, account_id, after
SELECT id, kind, siren, account_id, asked, note, state, created_ms, changed_ms, decided_ms, reason,
       before_value, reopened_ms, reopen_why
  FROM review WHERE siren = ?1 AND (?2 = 0 OR account_id = ?2) AND id > ?3
 ORDER BY id
 LIMIT 200;

-- file_history: siren, account_id, after
SELECT id, siren, account_id, what, note, at_ms
  FROM account_event WHERE siren = ?1 AND (?2 = 0 OR account_id = ?2) AND id > ?3
 ORDER BY id
 LIMIT 500;

-- file_notes: siren, organiser_id, after
SELECT id, siren, text, at_ms
  FROM desk_note WHERE siren = ?1 AND (?2 = 0 OR organiser_id = ?2) AND id > ?3
 ORDER BY id
 LIMIT 200;

-- file_tokens: siren, account_id
SELECT 0, label, siren, created_ms, expires_ms, last_used_day, COALESCE(revoked_ms, 0)
  FROM api_token WHERE siren = ?1 AND (?2 = 0 OR account_id = ?2)
 ORDER BY created_ms
 LIMIT 500;

-- Of those who act for it now.
-- file_company_sessions: siren
SELECT 0, s.siren, s.company, s.email, s.created_ms, s.seen_ms, s.expires_ms
  FROM company_link l JOIN session s ON s.account_id = l.account_id
 WHERE l.siren = ?1 AND s.siren = ?1
 ORDER BY s.created_ms
 LIMIT 500;

-- file_company_requests: siren, organiser_id, after
SELECT id, kind, siren, account_id, channel, received_day, due_day, reply_to, reason, state,
       extended_why, asked_ms, changed_ms, closed_ms, closed_why
  FROM privacy_request WHERE organiser_id = ?2 AND siren = ?1 AND id > ?3
 ORDER BY id
 LIMIT 200;

-- What was written to whom about claims.
-- file_claim_mails: siren, account_id, after
SELECT m.id, m.cause, m.recipient, m.subject, m.body, m.created_ms, m.sent_ms, m.refused_ms,
       m.answer
  FROM claim c JOIN mail m ON m.subject_id = c.id
 WHERE c.siren = ?1 AND (?2 = 0 OR c.account_id = ?2) AND m.id > ?3
   AND (substr(m.cause, 1, 5) = 'claim' OR substr(m.cause, 1, 7) = 'contest')
 ORDER BY m.id
 LIMIT 100;

-- ---- an order ----

-- file_orders: siren, organiser_id, buyer_id, after
SELECT o.id, o.ref, o.siren, o.siret, o.account_id, o.state, o.created_ms, o.paid_ms,
       o.delivered_ms, o.changed_ms, o.units, o.delivery_cents, o.net_cents, o.vat_cents,
       o.total_cents, o.territory, o.department, o.cohort, o.quota_units, o.period_ms,
       o.to_company, o.to_person, o.to_complement, o.to_street, o.to_special, o.to_postal_code,
       o.to_city, o.to_commune, o.to_phone, o.to_instructions, o.short_units, o.short_net_cents,
       o.short_vat_cents, o.band
  FROM orders o JOIN campaign c ON c.id = o.campaign_id
 WHERE o.siren = ?1 AND (?2 = 0 OR c.organiser_id = ?2) AND (?3 = 0 OR o.account_id = ?3)
   AND o.id > ?4
 ORDER BY o.id
 LIMIT 1;

-- file_contact: order_id
SELECT 0, account_id, name, phone, at_ms FROM order_contact WHERE order_id = ?1;

-- file_lines: order_id
SELECT 0, line, pack, good, packs, units, price_cents, net_cents, vat_bp, vat_cents
  FROM order_line WHERE order_id = ?1 ORDER BY line LIMIT 8;

-- file_events: order_id
SELECT 0, n, from_state, to_state, at_ms, actor, cause
  FROM order_event WHERE order_id = ?1 ORDER BY n LIMIT 1000;

-- file_payments: order_id
SELECT 0, id, order_ref, provider, state, COALESCE(attempt_key, ''), COALESCE(provider_ref, ''),
       amount_cents, captured_cents, refunded_cents, COALESCE(page_url, ''), created_ms,
       captured_ms
  FROM payment WHERE order_id = ?1 ORDER BY id LIMIT 100;

-- file_refunds: order_id
SELECT 0, r.payment_id, r.provider, r.state, r.amount_cents, COALESCE(r.provider_ref, ''),
       r.cause, r.created_ms, r.done_ms
  FROM payment p JOIN refund r ON r.payment_id = p.id
 WHERE p.order_id = ?1 ORDER BY r.id LIMIT 200;

-- Their bytes are many: some at a time.
-- file_payment_news: order_id, after
SELECT e.id, e.provider, e.order_ref, e.raw, e.received_ms
  FROM orders o JOIN payment_event e ON e.order_ref = o.ref
 WHERE o.id = ?1 AND length(e.raw) > 0 AND e.id > ?2 ORDER BY e.id LIMIT 10;

-- file_parcels: order_id
SELECT 0, nth, carrier, product, sender_ref, COALESCE(number, ''), partner_number, weight_g, state,
       problem, handed_ms
  FROM parcel WHERE order_id = ?1 ORDER BY nth LIMIT 200;

-- file_items: order_id
SELECT 0, p.sender_ref, i.line, i.packs
  FROM parcel p JOIN parcel_item i ON i.parcel_id = p.id
 WHERE p.order_id = ?1 ORDER BY p.nth, i.line LIMIT 1000;

-- file_news: order_id
SELECT 0, p.sender_ref, e.at_ms, e.code, e.label, e.place
  FROM parcel p JOIN parcel_event e ON e.parcel_id = p.id
 WHERE p.order_id = ?1 ORDER BY e.id LIMIT 5000;

-- file_troubles: order_id
SELECT 0, p.sender_ref, t.opened_ms, t.closed_ms, t.reason
  FROM parcel p JOIN parcel_trouble t ON t.parcel_id = p.id
 WHERE p.order_id = ?1 ORDER BY t.id LIMIT 500;

-- bytes: the number that names its file.
-- file_documents: order_id
SELECT 0, p.sender_ref, d.kind, d.type, d.parcel_id
  FROM parcel p JOIN parcel_document d ON d.parcel_id = p.id
 WHERE p.order_id = ?1 ORDER BY p.nth, d.kind LIMIT 400;

-- file_shortages: order_id
SELECT 0, line, packs, units, net_cents, vat_cents, reason, at_ms
  FROM order_shortage WHERE order_id = ?1 ORDER BY id LIMIT 200;

-- file_picks: order_id
SELECT 0, b.lot, k.units, k.handed, k.spoilt, k.at_ms
  FROM stock_pick k JOIN stock_batch b ON b.id = k.batch_id
 WHERE k.order_id = ?1 ORDER BY k.batch_id LIMIT 200;

-- file_recalls: order_id
SELECT 0, units, mailed_ms FROM stock_recall_order WHERE order_id = ?1
 ORDER BY recall_id LIMIT 100;

-- file_complaints: order_id
SELECT 0, id, siren, kind, state, account_id, created_ms, changed_ms
  FROM complaint WHERE order_id = ?1 ORDER BY id LIMIT 50;

-- file_messages: order_id
SELECT 0, m.complaint_id, m.side, m.text, m.at_ms
  FROM complaint c JOIN complaint_message m ON m.complaint_id = c.id
 WHERE c.order_id = ?1 ORDER BY m.id LIMIT 1000;

-- bytes: the number that names its file.
-- file_photos: order_id
SELECT 0, p.complaint_id, p.type, p.id
  FROM complaint c JOIN complaint_photo p ON p.complaint_id = c.id
 WHERE c.order_id = ?1 ORDER BY p.id LIMIT 200;

-- file_invoices: order_id
SELECT 0, number, kind, order_ref, issued_ms, siren, buyer, buyer_key, net_cents, vat_cents,
       total_cents, content
  FROM invoice WHERE order_id = ?1 ORDER BY id LIMIT 100;

-- file_order_mails: order_id
SELECT 0, cause, recipient, subject, body, created_ms, sent_ms, refused_ms, answer
  FROM mail
 WHERE subject_id = ?1
   AND (substr(cause, 1, 5) = 'order' OR substr(cause, 1, 6) = 'parcel'
        OR substr(cause, 1, 9) = 'complaint' OR cause = 'stock_recall')
 ORDER BY id LIMIT 500;

-- ---- the files beside ----

-- file_order_ids: siren, organiser_id, buyer_id, after
SELECT o.id, o.ref
  FROM orders o JOIN campaign c ON c.id = o.campaign_id
 WHERE o.siren = ?1 AND (?2 = 0 OR c.organiser_id = ?2) AND (?3 = 0 OR o.account_id = ?3)
   AND o.id > ?4
 ORDER BY o.id
 LIMIT 200;

-- file_photo_ids: order_id
SELECT p.id, p.type FROM complaint c JOIN complaint_photo p ON p.complaint_id = c.id
 WHERE c.order_id = ?1 ORDER BY p.id LIMIT 200;

-- file_photo: id
SELECT bytes FROM complaint_photo WHERE id = ?1;

-- file_document_ids: order_id
SELECT d.parcel_id, d.kind, d.type FROM parcel p JOIN parcel_document d ON d.parcel_id = p.id
 WHERE p.order_id = ?1 ORDER BY p.nth, d.kind LIMIT 400;

-- file_document: parcel_id, kind
SELECT bytes FROM parcel_document WHERE parcel_id = ?1 AND kind = ?2;

-- file_invoice_ids: order_id
SELECT id, number FROM invoice WHERE order_id = ?1 ORDER BY id LIMIT 100;

-- Companies of an account: 1, it acts for it now.
-- file_sirens: account_id
SELECT siren, MAX(live) FROM (
    SELECT siren, CASE WHEN ended_ms = 0 AND frozen_ms = 0 THEN 1 ELSE 0 END AS live
      FROM company_link WHERE account_id = ?1
     UNION ALL SELECT siren, 0 FROM claim WHERE account_id = ?1) s
 GROUP BY siren
 ORDER BY siren
 LIMIT 1000;
