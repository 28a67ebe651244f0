-- SPDX-License-Identifier: Apache-2.0
-- review.c: the columns of every review read are those of review_row.

-- review_insert: kind, siren, account_id, asked, note, now_ms
INSERT INTO review (kind, siren, account_id, asked, note, state, created_ms, changed_ms)
VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?6)
RETURNING id;

-- review_same: siren, account_id, kind
SELECT id FROM review WHERE siren = ?1 AND account_id = ?2 AND kind = ?3 AND state = 1 LIMIT 1;

-- Its place in the queue stays.
-- review_again: id, asked, note, now_ms
UPDATE review SET asked = ?2, note = ?3, changed_ms = ?4 WHERE id = ?1 AND state = 1;

-- review_for: review_id, organiser_id
INSERT INTO review_organiser (review_id, organiser_id) VALUES (?1, ?2)
ON CONFLICT (review_id, organiser_id) DO NOTHING;

-- review_moot: siren, account_id, kind, why, now_ms
UPDATE review SET state = 2, decided_ms = ?5, changed_ms = ?5, reason = ?4
 WHERE siren = ?1 AND account_id = ?2 AND kind = ?3 AND state = 1;

-- review_queue: organiser_id, after_ms, after_id, kind, limit
SELECT r.id, r.kind, r.siren, r.account_id, r.asked, r.note, r.state, r.created_ms, r.decided_ms,
       r.reason, a.email, '', COALESCE(c.name, ''), COALESCE(c.partial, 0)
  FROM review r JOIN account a ON a.id = r.account_id LEFT JOIN company c ON c.siren = r.siren
 WHERE r.state = 1 AND r.created_ms >= ?2 AND (r.created_ms > ?2 OR r.id > ?3)
   AND (?4 = '' OR r.kind = ?4)
   AND EXISTS (SELECT 1 FROM review_organiser o
                WHERE o.review_id = r.id AND o.organiser_id IN (0, ?1))
 ORDER BY r.created_ms, r.id
 LIMIT ?5;

-- review_queue_count: organiser_id
SELECT COUNT(*) FROM review r
 WHERE r.state = 1 AND r.created_ms >= 0
   AND EXISTS (SELECT 1 FROM review_organiser o
                WHERE o.review_id = r.id AND o.organiser_id IN (0, ?1));

-- review_one: id, organiser_id
SELECT r.id, r.kind, r.siren, r.account_id, r.asked, r.note, r.state, r.created_ms, r.decided_ms,
       r.reason, a.email, COALESCE(d.email, ''), COALESCE(c.name, ''), COALESCE(c.partial, 0)
  FROM review r JOIN account a ON a.id = r.account_id
  LEFT JOIN account d ON d.id = r.decided_by LEFT JOIN company c ON c.siren = r.siren
 WHERE r.id = ?1
   AND EXISTS (SELECT 1 FROM review_organiser o
                WHERE o.review_id = r.id AND o.organiser_id IN (0, ?2));

-- review_all_of_company: siren
SELECT r.id, r.kind, r.siren, r.account_id, r.asked, r.note, r.state, r.created_ms, r.decided_ms,
       r.reason, a.email, COALESCE(d.email, ''), COALESCE(c.name, ''), COALESCE(c.partial, 0)
  FROM review r JOIN account a ON a.id = r.account_id
  LEFT JOIN account d ON d.id = r.decided_by LEFT JOIN company c ON c.siren = r.siren
 WHERE r.siren = ?1
 ORDER BY r.id DESC
 LIMIT 50;

-- review_decide: id, state, now_ms, decided_by, reason
UPDATE review SET state = ?2, decided_ms = ?3, changed_ms = ?3, decided_by = ?4, reason = ?5
 WHERE id = ?1 AND state = 1;

-- account_events: siren
SELECT e.at_ms, e.what, e.note, COALESCE(a.email, ''), COALESCE(b.email, '')
  FROM account_event e LEFT JOIN account a ON a.id = e.actor_id
  LEFT JOIN account b ON b.id = e.account_id
 WHERE e.siren = ?1
 ORDER BY e.id DESC
 LIMIT 100;

-- account_company_holders: siren
SELECT l.account_id, l.since_ms, l.ended_ms, l.frozen_ms, a.email, l.proof
  FROM company_link l JOIN account a ON a.id = l.account_id
 WHERE l.siren = ?1
 ORDER BY l.since_ms
 LIMIT 100;
