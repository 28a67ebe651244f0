-- SPDX-License-Identifier: Apache-2.0
-- Payments, refunds and the provider's news. All payment rows come in one order of columns,
-- read by payment_from_row; all refund rows too.

-- payment_insert: order, ref, provider, state, attempt, ref2, cents, got, eur, at, sent, now, next
INSERT INTO payment (order_id, order_ref, provider, state, attempt_key, provider_ref, amount_cents,
                     captured_cents, captured_euros, captured_ms, sent_ms, created_ms, changed_ms,
                     next_check_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12, ?13)
RETURNING id;

-- payment_get: id
SELECT id, order_id, state, provider, provider_ref, amount_cents, refunded_cents, created_ms,
       order_ref, attempt_key, page_url, captured_cents, captured_euros, sent_ms, checks,
       captured_ms
  FROM payment
 WHERE id = ?1;

-- payment_lock [sqlite]: id
SELECT id, order_id, state, provider, provider_ref, amount_cents, refunded_cents, created_ms,
       order_ref, attempt_key, page_url, captured_cents, captured_euros, sent_ms, checks,
       captured_ms
  FROM payment
 WHERE id = ?1;

-- payment_lock [pg]: id
SELECT id, order_id, state, provider, provider_ref, amount_cents, refunded_cents, created_ms,
       order_ref, attempt_key, page_url, captured_cents, captured_euros, sent_ms, checks,
       captured_ms
  FROM payment
 WHERE id = ?1
   FOR UPDATE;

-- payment_list: order_id
SELECT id, order_id, state, provider, provider_ref, amount_cents, refunded_cents, created_ms,
       order_ref, attempt_key, page_url, captured_cents, captured_euros, sent_ms, checks,
       captured_ms
  FROM payment
 WHERE order_id = ?1
 ORDER BY id
 LIMIT 50;

-- payment_list_by_ref: order_ref
SELECT id, order_id, state, provider, provider_ref, amount_cents, refunded_cents, created_ms,
       order_ref, attempt_key, page_url, captured_cents, captured_euros, sent_ms, checks,
       captured_ms
  FROM payment
 WHERE order_ref = ?1
 ORDER BY id
 LIMIT 50;

-- payment_find_attempt: provider, attempt_key
SELECT id, order_id FROM payment WHERE provider = ?1 AND attempt_key = ?2;

-- payment_find_capture: provider, provider_ref
SELECT id, order_id FROM payment WHERE provider = ?1 AND provider_ref = ?2;

-- payment_find_id: id, provider
SELECT id, order_id, order_ref FROM payment WHERE id = ?1 AND provider = ?2;

-- payment_find_captured: order_ref, provider
SELECT id, order_id FROM payment
 WHERE order_ref = ?1 AND provider = ?2 AND state IN (3, 5, 7)
 ORDER BY id
 LIMIT 2;

-- payment_set_captured: id, provider_ref, captured_cents, captured_euros, now_ms
UPDATE payment
   SET state = 3, provider_ref = ?2, captured_cents = ?3, captured_euros = ?4, captured_ms = ?5,
       changed_ms = ?5, next_check_ms = 0
 WHERE id = ?1 AND captured_ms = 0;

-- payment_set_state: id, state, now_ms
UPDATE payment SET state = ?2, changed_ms = ?3 WHERE id = ?1;

-- payment_set_refunded: id, refunded_cents, state, now_ms
UPDATE payment SET refunded_cents = ?2, state = ?3, changed_ms = ?4 WHERE id = ?1;

-- payment_set_sent: id, now_ms
UPDATE payment SET sent_ms = ?2 WHERE id = ?1 AND sent_ms = 0;

-- payment_set_page: id, attempt_key, page_url
UPDATE payment SET attempt_key = ?2, page_url = ?3 WHERE id = ?1 AND attempt_key IS NULL;

-- payment_set_check: id, next_check_ms
UPDATE payment SET checks = checks + 1, next_check_ms = ?2 WHERE id = ?1;

-- payment_check_soon: id, now_ms
UPDATE payment SET next_check_ms = ?2 WHERE id = ?1;

-- payment_open_others: order_id, id
SELECT count(*) FROM payment WHERE order_id = ?1 AND id <> ?2 AND state IN (1, 2);

-- payment_due: now_ms
SELECT id FROM payment
 WHERE next_check_ms > 0 AND next_check_ms <= ?1
 ORDER BY next_check_ms
 LIMIT 200;

-- payment_due_push: id, next_check_ms
UPDATE payment SET next_check_ms = ?2 WHERE id = ?1;

-- payment_ask_all: now_ms, created_before_ms
UPDATE payment SET next_check_ms = ?1 WHERE next_check_ms > 0 AND created_ms <= ?2;

-- payment_recent: before_id
SELECT id, order_id, state, provider, provider_ref, amount_cents, refunded_cents, created_ms,
       order_ref, attempt_key, page_url, captured_cents, captured_euros, sent_ms, checks,
       captured_ms
  FROM payment
 WHERE id < ?1
 ORDER BY id DESC
 LIMIT 50;

-- lyra_counter_take: day
INSERT INTO lyra_counter (day, taken) VALUES (?1, 1)
ON CONFLICT (day) DO UPDATE SET taken = lyra_counter.taken + 1 WHERE lyra_counter.taken < 900000
RETURNING taken;

-- lyra_counter_forget: day
DELETE FROM lyra_counter WHERE day < ?1;

-- refund_insert: payment, provider, key, state, cents, ref, cause, now_ms, done_ms, next_ms
INSERT INTO refund (payment_id, provider, idem_key, state, amount_cents, provider_ref, cause,
                    created_ms, done_ms, next_try_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
RETURNING id;

-- refund_get: id
SELECT id, payment_id, idem_key, state, amount_cents, provider_ref, created_ms, tries
  FROM refund
 WHERE id = ?1;

-- refund_by_ref: provider, provider_ref
SELECT id, payment_id, idem_key, state, amount_cents, provider_ref, created_ms, tries
  FROM refund
 WHERE provider = ?1 AND provider_ref = ?2;

-- refund_list: payment_id
SELECT id, payment_id, idem_key, state, amount_cents, provider_ref, created_ms, tries
  FROM refund
 WHERE payment_id = ?1
 ORDER BY id
 LIMIT 50;

-- refund_of_order: order_id
SELECT r.id, r.payment_id, r.state, r.amount_cents, r.cause, r.created_ms, r.done_ms
  FROM payment p JOIN refund r ON r.payment_id = p.id
 WHERE p.order_id = ?1
 ORDER BY r.id
 LIMIT 50;

-- refund_set_sent: id, provider_ref
UPDATE refund SET state = 2, provider_ref = ?2 WHERE id = ?1;

-- refund_set_key: id, key, next_key
UPDATE refund SET idem_key = ?3 WHERE id = ?1 AND idem_key = ?2 AND state IN (1, 2);

-- refund_set_done: id, provider_ref, now_ms
UPDATE refund SET state = 3, provider_ref = ?2, done_ms = ?3, next_try_ms = 0 WHERE id = ?1;

-- refund_set_void: id, now_ms
UPDATE refund SET state = 4, next_try_ms = 0, voided_ms = ?2 WHERE id = ?1;

-- refund_claim: id, now_ms, until_ms
UPDATE refund SET tries = tries + 1, called_until_ms = ?3
 WHERE id = ?1 AND state IN (1, 2) AND called_until_ms <= ?2
RETURNING id;

-- refund_release: id
UPDATE refund SET called_until_ms = 0 WHERE id = ?1;

-- refund_due: now_ms
SELECT id FROM refund
 WHERE next_try_ms > 0 AND next_try_ms <= ?1
 ORDER BY next_try_ms
 LIMIT 200;

-- refund_push: id, next_try_ms
UPDATE refund SET next_try_ms = ?2 WHERE id = ?1;

-- refund_late: created_before_ms
SELECT r.id, r.payment_id, p.order_ref, r.amount_cents
  FROM refund r JOIN payment p ON p.id = r.payment_id
 WHERE r.next_try_ms > 0 AND r.alarmed_ms = 0 AND r.created_ms <= ?1
 ORDER BY r.next_try_ms
 LIMIT 100;

-- refund_set_alarmed: id, now_ms
UPDATE refund SET alarmed_ms = ?2 WHERE id = ?1;

-- payment_event_insert: provider, event_key, order_ref, raw, now_ms
INSERT INTO payment_event (provider, event_key, state, order_ref, raw, received_ms)
VALUES (?1, ?2, 1, ?3, ?4, ?5)
ON CONFLICT (provider, event_key) DO NOTHING
RETURNING id;

-- payment_event_get: id
SELECT id, provider, event_key, state, raw, received_ms, tries FROM payment_event WHERE id = ?1;

-- payment_event_set: id, state, payment_id, next_try_ms
UPDATE payment_event
   SET state = ?2, payment_id = ?3, next_try_ms = ?4, tries = tries + 1
 WHERE id = ?1;

-- payment_event_due: now_ms
SELECT id FROM payment_event
 WHERE next_try_ms > 0 AND next_try_ms <= ?1
 ORDER BY next_try_ms
 LIMIT 200;

-- payment_event_push: id, next_try_ms
UPDATE payment_event SET next_try_ms = ?2 WHERE id = ?1;

-- payment_event_wake: order_ref, now_ms
UPDATE payment_event SET next_try_ms = ?2 WHERE order_ref = ?1 AND next_try_ms > 0;

-- The bytes of news go by their age; the key stays, so that the same news never counts twice.
-- payment_event_empty [sqlite]: received_before_ms, limit
UPDATE payment_event SET raw = x''
 WHERE id IN (SELECT id FROM payment_event
               WHERE received_ms < ?1 AND state <> 4 AND length(raw) > 0
               ORDER BY received_ms
               LIMIT ?2);
-- payment_event_empty [pg]: received_before_ms, limit
UPDATE payment_event SET raw = CAST('' AS BYTEA)
 WHERE id IN (SELECT id FROM payment_event
               WHERE received_ms < ?1 AND state <> 4 AND length(raw) > 0
               ORDER BY received_ms
               LIMIT ?2);

-- payment_event_old: received_before_ms
SELECT COUNT(*) FROM payment_event WHERE received_ms < ?1 AND state <> 4 AND length(raw) > 0;

-- payment_event_forget [sqlite]: order_ref
UPDATE payment_event SET raw = x'' WHERE order_ref = ?1 AND length(raw) > 0;
-- payment_event_forget [pg]: order_ref
UPDATE payment_event SET raw = CAST('' AS BYTEA) WHERE order_ref = ?1 AND length(raw) > 0;

-- payment_page_forget: order_id
UPDATE payment SET page_url = NULL WHERE order_id = ?1 AND page_url IS NOT NULL;
