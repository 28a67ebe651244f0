-- SPDX-License-Identifier: Apache-2.0
-- request.c, erase.c: what people ask for. A request is read by the view privacy_request_full,
-- whose columns request_row in request.c knows.

-- privacy_add: organiser_id, kind, siren, account_id, channel, received_day, due_day, reply_to, reason, state, not_before_ms, asked_by, now_ms
INSERT INTO privacy_request (organiser_id, kind, siren, account_id, channel, received_day, due_day,
                             reply_to, reason, state, not_before_ms, asked_by, asked_ms,
                             changed_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?13)
ON CONFLICT (organiser_id, kind, siren, account_id) WHERE closed_ms = 0 DO NOTHING
RETURNING id;

-- privacy_set_act: id, act_id
UPDATE privacy_request SET act_id = ?2 WHERE id = ?1;

-- privacy_see: organiser_id, request_id
INSERT INTO privacy_request_organiser (organiser_id, request_id) VALUES (?1, ?2)
ON CONFLICT (organiser_id, request_id) DO NOTHING;

-- Who has an order of the companies of an account.
-- privacy_organisers_of: account_id
SELECT DISTINCT c.organiser_id
  FROM (SELECT siren FROM company_link WHERE account_id = ?1
         UNION SELECT siren FROM claim WHERE account_id = ?1) s
  JOIN orders o ON o.siren = s.siren
  JOIN campaign c ON c.id = o.campaign_id
 ORDER BY c.organiser_id
 LIMIT 50;

-- privacy_seen_by: request_id
SELECT organiser_id FROM privacy_request_organiser WHERE request_id = ?1
 ORDER BY organiser_id LIMIT 50;

-- privacy_find: organiser_id, id
SELECT r.*
  FROM privacy_request_organiser s
  JOIN privacy_request_full r ON r.id = s.request_id
 WHERE s.organiser_id = ?1 AND s.request_id = ?2;

-- privacy_lock [sqlite]: id
SELECT id FROM privacy_request WHERE id = ?1;
-- privacy_lock [pg]: id
SELECT id FROM privacy_request WHERE id = ?1 FOR UPDATE;

-- privacy_by_id: id
SELECT r.* FROM privacy_request_full r WHERE r.id = ?1;

-- privacy_own: account_id
SELECT r.*
  FROM privacy_request_full r
 WHERE r.account_id = ?1 AND r.account_id > 0 AND r.closed_ms = 0
 ORDER BY r.id DESC
 LIMIT 1;

-- privacy_open_list: organiser_id, kind, after_day, after_id, limit
SELECT r.*
  FROM privacy_request_full r
  JOIN privacy_request_organiser s ON s.request_id = r.id AND s.organiser_id = ?1
 WHERE r.closed_ms = 0 AND (?2 = 0 OR r.kind = ?2)
   AND r.due_day >= ?3 AND (r.due_day > ?3 OR r.id > ?4)
 ORDER BY r.due_day, r.id
 LIMIT ?5;

-- privacy_closed_list: organiser_id, kind, before_id, limit
SELECT r.*
  FROM privacy_request_organiser s
  JOIN privacy_request_full r ON r.id = s.request_id
 WHERE s.organiser_id = ?1 AND s.request_id < ?3 AND r.closed_ms > 0 AND (?2 = 0 OR r.kind = ?2)
 ORDER BY s.request_id DESC
 LIMIT ?4;

-- privacy_of_company: organiser_id, siren
SELECT r.*
  FROM privacy_request_full r
 WHERE r.organiser_id = ?1 AND r.siren = ?2
 ORDER BY r.id DESC
 LIMIT 50;

-- privacy_count_open: organiser_id
SELECT COUNT(*) FROM privacy_request r
  JOIN privacy_request_organiser s ON s.request_id = r.id AND s.organiser_id = ?1
 WHERE r.closed_ms = 0;

-- privacy_set_state: id, from_state, to_state, now_ms
UPDATE privacy_request SET state = ?3, changed_ms = ?4
 WHERE id = ?1 AND state = ?2 AND closed_ms = 0;

-- privacy_set_progress: id, state, blocked, order_id, mail_id, now_ms
UPDATE privacy_request
   SET state = ?2, blocked = ?3, order_id = ?4, mail_id = ?5, changed_ms = ?6
 WHERE id = ?1 AND closed_ms = 0;

-- privacy_extend: id, due_day, why, now_ms
UPDATE privacy_request SET due_day = ?2, extended_why = ?3, warned_ms = 0, changed_ms = ?4
 WHERE id = ?1 AND closed_ms = 0 AND extended_why = '';

-- privacy_close: id, state, account_id, why, now_ms
UPDATE privacy_request
   SET state = ?2, closed_by = ?3, closed_why = ?4, closed_ms = ?5, changed_ms = ?5, blocked = 0,
       reply_to = ''
 WHERE id = ?1 AND closed_ms = 0;

-- Wishes to be forgotten that may go on.
-- privacy_due: now_ms
SELECT id FROM privacy_request
 WHERE closed_ms = 0 AND kind = 1 AND state IN (2, 3) AND not_before_ms <= ?1
 ORDER BY due_day, id
 LIMIT 200;

-- privacy_near: before_day
SELECT id FROM privacy_request
 WHERE closed_ms = 0 AND due_day < ?1 AND warned_ms = 0
 ORDER BY due_day, id
 LIMIT 50;

-- privacy_warned: id, now_ms
UPDATE privacy_request SET warned_ms = ?2 WHERE id = ?1;

-- ---- forgetting ----

-- Orders of a company that are not over. buyer_id 0: whoever ordered.
-- privacy_blocks: siren, organiser_id, buyer_id, disputes_ms
SELECT o.ref, o.state, o.complaints, o.documents
  FROM (SELECT i.id, i.ref, i.state, i.changed_ms,
               (SELECT COUNT(*) FROM complaint c WHERE c.order_id = i.id AND c.state IN (1, 2))
                   AS complaints,
               (SELECT COUNT(*) FROM invoice_due d WHERE d.kind = 380 AND d.subject_id = i.id)
               + (SELECT COUNT(*) FROM payment p JOIN invoice_due e
                                    ON e.kind = 381 AND e.subject_id = p.id
                   WHERE p.order_id = i.id) AS documents
          FROM orders i JOIN campaign n ON n.id = i.campaign_id
         WHERE i.siren = ?1 AND (?2 = 0 OR n.organiser_id = ?2)
           AND (?3 = 0 OR i.account_id = ?3)) o
 WHERE o.state IN (1, 2, 3, 4, 5, 9, 12) OR (o.state = 11 AND o.changed_ms >= ?4)
    OR o.complaints > 0 OR o.documents > 0
 ORDER BY o.id
 LIMIT 50;

-- privacy_elsewhere: siren, organiser_id, disputes_ms
SELECT COUNT(*) FROM orders o JOIN campaign c ON c.id = o.campaign_id
 WHERE o.siren = ?1 AND c.organiser_id <> ?2
   AND (o.state IN (1, 2, 3, 4, 5, 9, 12) OR (o.state = 11 AND o.changed_ms >= ?3));

-- The next orders of a company after one.
-- privacy_orders_of: siren, organiser_id, buyer_id, after_id, limit
SELECT o.id, o.ref FROM orders o JOIN campaign c ON c.id = o.campaign_id
 WHERE o.siren = ?1 AND (?2 = 0 OR c.organiser_id = ?2) AND (?3 = 0 OR o.account_id = ?3)
   AND o.id > ?4
 ORDER BY o.id
 LIMIT ?5;

-- The same of an account, for all its companies.
-- privacy_orders_by: account_id, after_id, limit
SELECT o.id, o.ref
  FROM (SELECT siren FROM company_link WHERE account_id = ?1
         UNION SELECT siren FROM claim WHERE account_id = ?1) s
  JOIN orders o ON o.siren = s.siren
 WHERE o.account_id = ?1 AND o.id > ?2
 ORDER BY o.id
 LIMIT ?3;

-- privacy_person_add: request_id, account_id
INSERT INTO privacy_person (request_id, account_id) VALUES (?1, ?2)
ON CONFLICT (request_id, account_id) DO NOTHING;

-- privacy_persons: request_id
SELECT account_id FROM privacy_person WHERE request_id = ?1 ORDER BY account_id LIMIT 1000;

-- privacy_persons_drop: request_id
DELETE FROM privacy_person WHERE request_id = ?1;

-- privacy_mails_to: request_id, after_id, until_id
SELECT m.id FROM mail m
 WHERE m.id > ?2 AND m.id <= ?3
   AND m.recipient IN (SELECT a.email FROM privacy_person p JOIN account a ON a.id = p.account_id
                        WHERE p.request_id = ?1)
 ORDER BY m.id
 LIMIT 5000;

-- Companies of an account for which nobody else acts, and whose orders are all over.
-- privacy_alone: account_id, disputes_ms
SELECT s.siren
  FROM (SELECT siren FROM company_link WHERE account_id = ?1
         UNION SELECT siren FROM claim WHERE account_id = ?1) s
 WHERE NOT EXISTS (SELECT 1 FROM company_link l
                    WHERE l.siren = s.siren AND l.account_id <> ?1 AND l.ended_ms = 0)
   AND NOT EXISTS (SELECT 1 FROM orders o
                    WHERE o.siren = s.siren
                      AND (o.state IN (1, 2, 3, 4, 5, 9, 12)
                           OR (o.state = 11 AND o.changed_ms >= ?2)))
 ORDER BY s.siren
 LIMIT 1000;

-- privacy_done_add: request_id, what, count
INSERT INTO privacy_done (request_id, what, count) VALUES (?1, ?2, ?3)
ON CONFLICT (request_id, what) DO UPDATE SET count = privacy_done.count + excluded.count;

-- privacy_done_of: request_id
SELECT what, count FROM privacy_done WHERE request_id = ?1 ORDER BY what LIMIT 100;

-- ---- copies ----

-- privacy_file_grant: organiser_id, account_id, request_id, siren, now_ms, expires_ms
INSERT INTO privacy_file (organiser_id, account_id, request_id, siren, state, granted_ms,
                          expires_ms)
VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6)
RETURNING id;

-- privacy_file_find: id, account_id, organiser_id, now_ms
SELECT f.id, COALESCE(f.request_id, 0), f.siren, f.expires_ms
  FROM privacy_file f
 WHERE f.id = ?1 AND f.account_id = ?2 AND f.organiser_id = ?3 AND f.expires_ms > ?4;

-- privacy_file_begin: id
UPDATE privacy_file SET state = 2 WHERE id = ?1;

-- privacy_file_end: id, state, entries, bytes, sha256, now_ms
UPDATE privacy_file SET state = ?2, entries = ?3, bytes = ?4, sha256 = ?5, ended_ms = ?6
 WHERE id = ?1;

-- privacy_files_of: request_id
SELECT f.id, f.account_id, COALESCE(a.email, ''), f.state, f.granted_ms, f.expires_ms, f.ended_ms,
       f.entries, f.bytes, f.sha256
  FROM privacy_file f LEFT JOIN account a ON a.id = f.account_id
 WHERE f.request_id = ?1
 ORDER BY f.id DESC
 LIMIT 20;

-- ---- pages ----

-- privacy_own_counts: account_id
SELECT a.created_ms, a.signed_in_ms,
       (SELECT COUNT(*) FROM company_link l WHERE l.account_id = ?1 AND l.ended_ms = 0),
       (SELECT COUNT(*)
          FROM (SELECT siren FROM company_link WHERE account_id = ?1
                 UNION SELECT siren FROM claim WHERE account_id = ?1) s
          JOIN orders o ON o.siren = s.siren WHERE o.account_id = ?1),
       (SELECT COUNT(*)
          FROM (SELECT siren FROM company_link WHERE account_id = ?1
                 UNION SELECT siren FROM claim WHERE account_id = ?1) s
          JOIN orders o ON o.siren = s.siren JOIN complaint c ON c.order_id = o.id
         WHERE o.account_id = ?1)
  FROM account a
 WHERE a.id = ?1;

-- privacy_company_counts: siren, organiser_id
SELECT COALESCE(SUM(o.one), 0), COALESCE(SUM(o.forgotten), 0), COALESCE(SUM(o.complaints), 0),
       (SELECT COUNT(*) FROM company_link l WHERE l.siren = ?1 AND l.ended_ms = 0)
  FROM (SELECT 1 AS one, CASE WHEN i.forgotten_ms > 0 THEN 1 ELSE 0 END AS forgotten,
               (SELECT COUNT(*) FROM complaint c WHERE c.order_id = i.id) AS complaints
          FROM orders i JOIN campaign n ON n.id = i.campaign_id
         WHERE i.siren = ?1 AND n.organiser_id = ?2) o
 LIMIT 1;

-- Whom an answer may go to: who acts for the company.
-- privacy_company_address: siren
SELECT a.email FROM company_link l JOIN account a ON a.id = l.account_id
 WHERE l.siren = ?1 AND l.ended_ms = 0 AND l.frozen_ms = 0 AND a.forgotten_ms = 0
 ORDER BY l.since_ms
 LIMIT 1;
