-- SPDX-License-Identifier: Apache-2.0

-- mail_add: cause, subject_id, recipient, subject, body, message_id, created_ms, last
INSERT INTO mail (cause, subject_id, recipient, subject, body, message_id, created_ms, last)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
RETURNING id;

-- mail_find: id
SELECT id, cause, recipient, subject, body, message_id, created_ms, tries, sent_ms, refused_ms,
       code, answer
  FROM mail
 WHERE id = ?1
 LIMIT 1;

-- mail_recent: before_id, count
SELECT id, cause, recipient, subject, body, message_id, created_ms, tries, sent_ms, refused_ms,
       code, answer
  FROM mail
 WHERE id < ?1
 ORDER BY id DESC
 LIMIT ?2;

-- mail_about: subject_id, cause
SELECT id, recipient, subject, created_ms, sent_ms, refused_ms
  FROM mail
 WHERE subject_id = ?1 AND substr(cause, 1, length(?2)) = ?2
 ORDER BY id
 LIMIT 50;

-- mail_sent: id, now
UPDATE mail SET sent_ms = ?2, tries = tries + 1, refused_ms = NULL, code = NULL, answer = NULL
 WHERE id = ?1 AND sent_ms IS NULL;

-- mail_refused: id, now, code, answer
UPDATE mail SET refused_ms = ?2, tries = tries + 1, code = ?3, answer = ?4
 WHERE id = ?1 AND sent_ms IS NULL;

-- mail_later: id, code, answer
UPDATE mail SET tries = tries + 1, code = ?2, answer = ?3
 WHERE id = ?1 AND sent_ms IS NULL;

-- The index over what has a text finds them.
-- mail_empty: before, count
UPDATE mail SET recipient = '', body = NULL, answer = NULL
 WHERE id IN (SELECT id FROM mail WHERE body IS NOT NULL AND created_ms < ?1
               ORDER BY created_ms LIMIT ?2);

-- mail_old: before
SELECT COUNT(*) FROM mail WHERE body IS NOT NULL AND created_ms < ?1;

-- mail_forget: id
UPDATE mail SET recipient = '', body = NULL, answer = NULL
 WHERE id = ?1 AND (recipient <> '' OR body IS NOT NULL OR answer IS NOT NULL);

-- mail_forget_last: id
UPDATE mail SET recipient = '', body = NULL, answer = NULL
 WHERE id = ?1 AND last = 1;

-- mail_forget_about: subject_id, cause
UPDATE mail SET recipient = '', body = NULL, answer = NULL
 WHERE subject_id = ?1 AND substr(cause, 1, length(?2)) = ?2
   AND (recipient <> '' OR body IS NOT NULL OR answer IS NOT NULL);
