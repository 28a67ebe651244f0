-- SPDX-License-Identifier: Apache-2.0

-- complaint_add: order_id, kind, account_id, now_ms
INSERT INTO complaint (organiser_id, order_id, siren, kind, state, account_id, created_ms,
                       changed_ms)
SELECT c.organiser_id, o.id, o.siren, ?2, 1, ?3, ?4, ?4
  FROM orders o JOIN campaign c ON c.id = o.campaign_id WHERE o.id = ?1
ON CONFLICT (order_id) WHERE state IN (1, 2) DO NOTHING
RETURNING id;

-- complaint_of_order: order_id
SELECT c.id, c.order_id, c.siren, c.kind, c.state, c.outcome, c.reopened, c.account_id,
       c.created_ms, c.changed_ms, o.ref, o.to_company
  FROM complaint c JOIN orders o ON o.id = c.order_id
 WHERE c.order_id = ?1 ORDER BY c.id LIMIT 20;

-- complaint_find: id, organiser_id
SELECT c.id, c.order_id, c.siren, c.kind, c.state, c.outcome, c.reopened, c.account_id,
       c.created_ms, c.changed_ms, o.ref, o.to_company
  FROM complaint c JOIN orders o ON o.id = c.order_id
 WHERE c.id = ?1 AND c.organiser_id = ?2;

-- complaint_queue: organiser_id, state, after_ms, after_id, limit
SELECT c.id, c.order_id, c.siren, c.kind, c.state, c.outcome, c.reopened, c.account_id,
       c.created_ms, c.changed_ms, o.ref, o.to_company
  FROM complaint c JOIN orders o ON o.id = c.order_id
 WHERE c.organiser_id = ?1 AND c.state = ?2
   AND (c.changed_ms > ?3 OR (c.changed_ms = ?3 AND c.id > ?4))
 ORDER BY c.changed_ms, c.id LIMIT ?5;

-- complaint_search: order_id, order_ref, organiser_id
SELECT c.id, c.order_id, c.siren, c.kind, c.state, c.outcome, c.reopened, c.account_id,
       c.created_ms, c.changed_ms, o.ref, o.to_company
  FROM complaint c JOIN orders o ON o.id = c.order_id
 WHERE c.order_id = ?1 AND o.ref = ?2 AND c.organiser_id = ?3
 ORDER BY c.id DESC LIMIT 20;

-- complaint_counts: organiser_id
SELECT state, COUNT(*) FROM complaint WHERE organiser_id = ?1 GROUP BY state LIMIT 4;

-- One conditional change: from is the state it must be in.
-- complaint_set: id, from_state, to_state, outcome, reopened, now_ms
UPDATE complaint SET state = ?3, outcome = ?4, reopened = ?5, changed_ms = ?6
 WHERE id = ?1 AND state = ?2;

-- complaint_message_add: complaint_id, side, account_id, text, now_ms
INSERT INTO complaint_message (complaint_id, side, account_id, text, at_ms)
VALUES (?1, ?2, ?3, ?4, ?5)
RETURNING id;

-- complaint_messages: complaint_id
SELECT side, text, at_ms, id FROM complaint_message WHERE complaint_id = ?1 ORDER BY id LIMIT 100;

-- complaint_photo_add: complaint_id, type, width, height, bytes, message_id
INSERT INTO complaint_photo (complaint_id, type, width, height, bytes, message_id)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- complaint_photos: complaint_id
SELECT id, width, height, message_id FROM complaint_photo
 WHERE complaint_id = ?1 ORDER BY id LIMIT 9;

-- complaint_photo_of_company: id, siren
SELECT p.type, p.bytes FROM complaint_photo p JOIN complaint c ON c.id = p.complaint_id
 WHERE p.id = ?1 AND c.siren = ?2;

-- complaint_photo_of_organiser: id, organiser_id
SELECT p.type, p.bytes FROM complaint_photo p JOIN complaint c ON c.id = p.complaint_id
 WHERE p.id = ?1 AND c.organiser_id = ?2;
