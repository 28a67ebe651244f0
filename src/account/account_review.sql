-- SPDX-License-Identifier: Apache-2.0
-- review.c: reviews are read through the view review_full, whose columns review_row knows.

-- review_insert: kind, siren, account_id, asked, note, now_ms, entered_by
INSERT INTO review (kind, siren, account_id, asked, note, state, created_ms, changed_ms,
                    entered_by)
VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?6, ?7)
RETURNING id;

-- review_same: siren, account_id, kind
SELECT id FROM review WHERE siren = ?1 AND account_id = ?2 AND kind = ?3 AND state = 1 LIMIT 1;

-- Its place in the queue stays.
-- review_again: id, asked, note, now_ms, entered_by
UPDATE review SET asked = ?2, note = ?3, changed_ms = ?4, entered_by = ?5
 WHERE id = ?1 AND state = 1;

-- review_for: review_id, organiser_id
INSERT INTO review_organiser (review_id, organiser_id) VALUES (?1, ?2)
ON CONFLICT (review_id, organiser_id) DO NOTHING;

-- review_moot: siren, account_id, kind, why, now_ms
UPDATE review SET state = 2, decided_ms = ?5, changed_ms = ?5, reason = ?4
 WHERE siren = ?1 AND account_id = ?2 AND kind = ?3 AND state = 1;

-- review_queue: organiser_id, after_ms, after_id, kind, until_ms, limit
SELECT r.* FROM review_full r
 WHERE r.state = 1 AND r.created_ms >= ?2 AND (r.created_ms > ?2 OR r.id > ?3)
   AND r.created_ms < ?5 AND (?4 = '' OR r.kind = ?4)
   AND EXISTS (SELECT 1 FROM review_organiser o
                WHERE o.review_id = r.id AND o.organiser_id IN (0, ?1))
 ORDER BY r.created_ms, r.id
 LIMIT ?6;

-- review_queue_count: organiser_id
SELECT COUNT(*) FROM review r
 WHERE r.state = 1 AND r.created_ms >= 0
   AND EXISTS (SELECT 1 FROM review_organiser o
                WHERE o.review_id = r.id AND o.organiser_id IN (0, ?1));

-- How many wait, by kind, and since before each of three instants.
-- review_queue_counts: organiser_id, first_ms, second_ms, third_ms
SELECT r.kind, COUNT(*), SUM(CASE WHEN r.created_ms < ?2 THEN 1 ELSE 0 END),
       SUM(CASE WHEN r.created_ms < ?3 THEN 1 ELSE 0 END),
       SUM(CASE WHEN r.created_ms < ?4 THEN 1 ELSE 0 END)
  FROM review r
 WHERE r.state = 1 AND r.created_ms >= 0
   AND EXISTS (SELECT 1 FROM review_organiser o
                WHERE o.review_id = r.id AND o.organiser_id IN (0, ?1))
 GROUP BY r.kind
 LIMIT 10;

-- review_one: id, organiser_id
SELECT r.* FROM review_full r
 WHERE r.id = ?1
   AND EXISTS (SELECT 1 FROM review_organiser o
                WHERE o.review_id = r.id AND o.organiser_id IN (0, ?2));

-- review_all_of_company: siren
SELECT r.* FROM review_full r WHERE r.siren = ?1 ORDER BY r.id DESC LIMIT 50;

-- Those that concern an organiser.
-- review_seen_of_company: siren, organiser_id
SELECT r.* FROM review_full r
 WHERE r.siren = ?1
   AND EXISTS (SELECT 1 FROM review_organiser o
                WHERE o.review_id = r.id AND o.organiser_id IN (0, ?2))
 ORDER BY r.id DESC
 LIMIT 50;

-- What is over, the newest decision first.
-- review_decided: organiser_id, before_ms, before_id, kind, state, agent_id, limit
SELECT r.* FROM review_full r
 WHERE r.state <> 1 AND r.decided_ms <= ?2 AND (r.decided_ms < ?2 OR r.id < ?3)
   AND (?4 = '' OR r.kind = ?4) AND (CAST(?5 AS BIGINT) = 0
        OR CASE WHEN r.decided_by = 0 THEN 4 ELSE r.state END = ?5)
   AND (CAST(?6 AS BIGINT) = 0 OR r.decided_by = ?6)
   AND EXISTS (SELECT 1 FROM review_organiser o
                WHERE o.review_id = r.id AND o.organiser_id IN (0, ?1))
 ORDER BY r.decided_ms DESC, r.id DESC
 LIMIT ?7;

-- review_decided_of_company: organiser_id, siren, kind, state
SELECT r.* FROM review_full r
 WHERE r.siren = ?2 AND r.state <> 1
   AND (?3 = '' OR r.kind = ?3) AND (CAST(?4 AS BIGINT) = 0
        OR CASE WHEN r.decided_by = 0 THEN 4 ELSE r.state END = ?4)
   AND EXISTS (SELECT 1 FROM review_organiser o
                WHERE o.review_id = r.id AND o.organiser_id IN (0, ?1))
 ORDER BY r.decided_ms DESC, r.id DESC
 LIMIT 50;

-- review_decided_of_account: organiser_id, account_id, kind, state
SELECT r.* FROM review_full r
 WHERE r.account_id = ?2 AND r.state <> 1
   AND (?3 = '' OR r.kind = ?3) AND (CAST(?4 AS BIGINT) = 0
        OR CASE WHEN r.decided_by = 0 THEN 4 ELSE r.state END = ?4)
   AND EXISTS (SELECT 1 FROM review_organiser o
                WHERE o.review_id = r.id AND o.organiser_id IN (0, ?1))
 ORDER BY r.decided_ms DESC, r.id DESC
 LIMIT 50;

-- What was read is what is decided: the person may have asked for something else since.
-- review_decide: id, state, now_ms, decided_by, reason, before_value, asked, note
UPDATE review SET state = ?2, decided_ms = ?3, changed_ms = ?3, decided_by = ?4, reason = ?5,
                  before_value = ?6
 WHERE id = ?1 AND state = 1 AND asked = ?7 AND note = ?8;

-- What an agent decided waits again.
-- review_reopen: id, state, now_ms, account_id, why
UPDATE review SET state = 1, decided_ms = 0, decided_by = NULL, reason = '', changed_ms = ?3,
                  before_value = -1, reopened_ms = ?3, reopened_by = ?4, reopen_why = ?5
 WHERE id = ?1 AND state = ?2 AND decided_by IS NOT NULL;

-- A figure that this decision set gives way to what was there; a later one stays.
-- review_heads_back: siren, asked, before, now_ms
UPDATE company_declaration SET heads = ?3, changed_ms = ?4 WHERE siren = ?1 AND heads = ?2;

-- review_networks_back: siren, networks, now_ms
UPDATE company_declaration SET networks = ?2, changed_ms = ?3 WHERE siren = ?1;

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
