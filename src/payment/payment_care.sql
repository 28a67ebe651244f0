-- SPDX-License-Identifier: Apache-2.0
-- Money that waits for a person: alarms, refunds that do not get through, parked notifications.

-- alarm_insert: what, payment_id, order_ref, ref, cents, now_ms
INSERT INTO payment_alarm (what, payment_id, organiser_id, order_ref, ref, cents, at_ms)
VALUES (?1, ?2, COALESCE((SELECT c.organiser_id FROM payment p JOIN orders o ON o.id = p.order_id
                            JOIN campaign c ON c.id = o.campaign_id
                           WHERE p.id = ?2), 0), ?3, ?4, ?5, ?6)
ON CONFLICT (payment_id, what, ref, order_ref) DO NOTHING;

-- alarm_open: organiser_id, before_id
SELECT a.id, a.what, a.payment_id, a.order_ref, a.ref, a.cents, a.at_ms, a.handled_ms, '', a.note,
       p.state
  FROM payment_alarm a LEFT JOIN payment p ON p.id = a.payment_id
 WHERE a.organiser_id IN (?1, 0) AND a.handled_ms = 0 AND a.id < ?2
 ORDER BY a.id DESC
 LIMIT 51;

-- alarm_get: id, organiser_id
SELECT a.id, a.what, a.payment_id, a.order_ref, a.ref, a.cents, a.at_ms, a.handled_ms, u.email,
       a.note, p.state
  FROM payment_alarm a
  LEFT JOIN payment p ON p.id = a.payment_id
  LEFT JOIN account u ON u.id = a.handled_by
 WHERE a.id = ?1 AND a.organiser_id IN (?2, 0);

-- alarm_handle: id, organiser_id, now_ms, account_id, note
UPDATE payment_alarm SET handled_ms = ?3, handled_by = ?4, note = ?5
 WHERE id = ?1 AND organiser_id IN (?2, 0) AND handled_ms = 0;

-- alarm_count: organiser_id
SELECT COUNT(*) FROM payment_alarm WHERE organiser_id IN (?1, 0) AND handled_ms = 0;

-- Refunds that have been tried more than once, the oldest wish first.
-- refund_waiting: organiser_id
SELECT r.id, r.payment_id, r.amount_cents, r.created_ms, r.tries, r.next_try_ms, r.problem,
       p.order_ref, p.provider, p.provider_ref, r.state, r.cause
  FROM refund r
  JOIN payment p ON p.id = r.payment_id
  LEFT JOIN orders o ON o.id = p.order_id
  LEFT JOIN campaign c ON c.id = o.campaign_id
 WHERE r.next_try_ms > 0 AND r.tries > 1 AND (c.organiser_id = ?1 OR p.order_id IS NULL)
 ORDER BY r.next_try_ms
 LIMIT 51;

-- refund_waiting_one: id, organiser_id
SELECT r.id, r.payment_id, r.amount_cents, r.created_ms, r.tries, r.next_try_ms, r.problem,
       p.order_ref, p.provider, p.provider_ref, r.state, r.cause
  FROM refund r
  JOIN payment p ON p.id = r.payment_id
  LEFT JOIN orders o ON o.id = p.order_id
  LEFT JOIN campaign c ON c.id = o.campaign_id
 WHERE r.id = ?1 AND (c.organiser_id = ?2 OR p.order_id IS NULL);

-- refund_set_problem: id, problem
UPDATE refund SET problem = ?2, called_until_ms = 0 WHERE id = ?1;

-- refund_try_now: id, now_ms
UPDATE refund SET next_try_ms = ?2 WHERE id = ?1 AND state IN (1, 2);

-- Notifications whose payment is not known, the next one to be tried first.
-- event_parked: organiser_id
SELECT e.id, e.provider, e.event_key, e.order_ref, e.received_ms, e.tries, e.next_try_ms, e.raw
  FROM payment_event e
  LEFT JOIN payment p ON p.id = e.payment_id
  LEFT JOIN orders o ON o.id = p.order_id
  LEFT JOIN campaign c ON c.id = o.campaign_id
 WHERE e.next_try_ms > 0 AND (c.organiser_id = ?1 OR o.id IS NULL)
 ORDER BY e.next_try_ms
 LIMIT 21;

-- event_try_now: id, now_ms
UPDATE payment_event SET next_try_ms = ?2 WHERE id = ?1 AND state = 2;
