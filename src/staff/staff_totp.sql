-- SPDX-License-Identifier: Apache-2.0

-- totp_find: account_id
SELECT secret, last_step, made_ms,
       (SELECT COUNT(*) FROM staff_recovery r WHERE r.account_id = ?1 AND r.used_ms = 0)
  FROM staff_totp WHERE account_id = ?1;

-- totp_put: account_id, secret, now_ms, last_step
INSERT INTO staff_totp (account_id, secret, made_ms, last_step) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (account_id) DO UPDATE
   SET secret = excluded.secret, made_ms = excluded.made_ms, last_step = excluded.last_step,
       tries = 0, tries_ms = 0;

-- Counting and reading are one statement: parallel guesses take turns at the row.
-- totp_count_try: account_id, now_ms, window_ms, tries_max
UPDATE staff_totp
   SET tries = CASE WHEN tries_ms + ?3 <= ?2 THEN 1 ELSE tries + 1 END,
       tries_ms = CASE WHEN tries_ms + ?3 <= ?2 THEN ?2 ELSE tries_ms END
 WHERE account_id = ?1 AND (tries < ?4 OR tries_ms + ?3 <= ?2)
RETURNING secret, last_step, tries;

-- totp_taken: account_id, step
UPDATE staff_totp SET last_step = ?2, tries = 0, tries_ms = 0
 WHERE account_id = ?1 AND last_step < ?2;

-- totp_tries_reset: account_id
UPDATE staff_totp SET tries = 0, tries_ms = 0 WHERE account_id = ?1;

-- totp_delete: account_id
DELETE FROM staff_totp WHERE account_id = ?1;

-- recovery_delete: account_id
DELETE FROM staff_recovery WHERE account_id = ?1;

-- recovery_insert: account_id, code_hash
INSERT INTO staff_recovery (account_id, code_hash) VALUES (?1, ?2);

-- recovery_take: account_id, code_hash, now_ms
UPDATE staff_recovery SET used_ms = ?3 WHERE account_id = ?1 AND code_hash = ?2 AND used_ms = 0;

-- demo_staff:
SELECT a.id, a.email, a.rights, t.secret
  FROM account a JOIN staff_totp t ON t.account_id = a.id
 WHERE a.organiser_id IS NOT NULL AND a.rights <> 0
 ORDER BY a.email
 LIMIT 100;

-- totp_account: email
SELECT a.id, COALESCE(a.organiser_id, 0),
       (SELECT COUNT(*) FROM staff_totp t WHERE t.account_id = a.id)
  FROM account a WHERE a.email = ?1;
