-- SPDX-License-Identifier: Apache-2.0

-- act_same: organiser_id, act, subject_id, args, asked_by, now_ms
SELECT id FROM act_request
 WHERE organiser_id = ?1 AND act = ?2 AND subject_id = ?3 AND state = 1 AND args = ?4
   AND asked_by = ?5 AND expires_ms > ?6
 LIMIT 1;

-- act_insert: organiser_id, act, subject_id, args, summary, reason, asked_by, now_ms, expires_ms
INSERT INTO act_request (organiser_id, act, subject_id, args, summary, reason, asked_by, asked_ms,
                         expires_ms, state)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1)
RETURNING id;

-- act_find: organiser_id, id
SELECT r.id, r.act, r.subject_id, r.args, r.summary, r.reason, r.asked_by, r.asked_ms,
       r.expires_ms, r.state, r.decided_by, r.decided_ms, r.decided_why, r.trouble,
       COALESCE(a.email, ''), COALESCE(d.email, '')
  FROM act_request r LEFT JOIN account a ON a.id = r.asked_by
       LEFT JOIN account d ON d.id = r.decided_by
 WHERE r.organiser_id = ?1 AND r.id = ?2;

-- act_waiting: organiser_id, now_ms, after_id
SELECT r.id, r.act, r.subject_id, r.args, r.summary, r.reason, r.asked_by, r.asked_ms,
       r.expires_ms, r.state, r.decided_by, r.decided_ms, r.decided_why, r.trouble,
       COALESCE(a.email, ''), ''
  FROM act_request r LEFT JOIN account a ON a.id = r.asked_by
 WHERE r.organiser_id = ?1 AND r.state = 1 AND r.expires_ms > ?2 AND r.id > ?3
 ORDER BY r.id
 LIMIT 26;

-- What is over its time and not yet swept counts as over.
-- act_done: organiser_id, now_ms, before_id
SELECT r.id, r.act, r.subject_id, r.args, r.summary, r.reason, r.asked_by, r.asked_ms,
       r.expires_ms, CASE WHEN r.state = 1 THEN 5 ELSE r.state END, r.decided_by, r.decided_ms,
       r.decided_why, r.trouble, COALESCE(a.email, ''), COALESCE(d.email, '')
  FROM act_request r LEFT JOIN account a ON a.id = r.asked_by
       LEFT JOIN account d ON d.id = r.decided_by
 WHERE r.organiser_id = ?1 AND (r.state <> 1 OR r.expires_ms <= ?2) AND r.id < ?3
 ORDER BY r.id DESC
 LIMIT 26;

-- The last column leaves out what is about that account.
-- act_count_waiting: organiser_id, now_ms, account_id, limit
SELECT act, COUNT(*), COALESCE(SUM(CASE WHEN subject_id <> ?3 THEN 1 ELSE 0 END), 0)
  FROM (SELECT act, subject_id FROM act_request
         WHERE organiser_id = ?1 AND state = 1 AND expires_ms > ?2 AND asked_by <> ?3
         LIMIT ?4) waiting
 GROUP BY act
 LIMIT 100;

-- What is asked for a person and waits: the newest.
-- act_about_person: organiser_id, account_id, now_ms
SELECT id FROM act_request
 WHERE organiser_id = ?1 AND act IN ('STAFF_ROLES', 'STAFF_PROOF') AND subject_id = ?2
   AND state = 1 AND expires_ms > ?3
 ORDER BY id DESC
 LIMIT 1;

-- One takes it: whoever comes second finds it taken.
-- act_decide: organiser_id, id, state, account_id, why, now_ms
UPDATE act_request SET state = ?3, decided_by = ?4, decided_why = ?5, decided_ms = ?6, trouble = ''
 WHERE organiser_id = ?1 AND id = ?2 AND state = 1 AND expires_ms > ?6;

-- act_trouble: organiser_id, id, trouble
UPDATE act_request SET trouble = ?3 WHERE organiser_id = ?1 AND id = ?2 AND state = 1;

-- act_over: now_ms
SELECT id, organiser_id, act, summary, asked_by FROM act_request
 WHERE state = 1 AND expires_ms <= ?1
 ORDER BY expires_ms
 LIMIT 50;

-- act_expire: id, now_ms
UPDATE act_request SET state = 5, decided_ms = ?2 WHERE id = ?1 AND state = 1;

-- Those who can approve: the organiser's people with one of the rights.
-- staff_with: organiser_id, rights
SELECT id, email FROM account
 WHERE organiser_id = ?1 AND (rights & ?2) <> 0
 ORDER BY id
 LIMIT 50;
