-- SPDX-License-Identifier: Apache-2.0
-- forget.c and account_job.c: what concerns people and goes, by a wish or by its age.

-- ---- by a wish ----

-- account_people: siren
SELECT account_id FROM company_link WHERE siren = ?1
 UNION SELECT account_id FROM claim WHERE siren = ?1
 UNION SELECT account_id FROM review WHERE siren = ?1
 UNION SELECT account_id FROM orders WHERE siren = ?1 AND account_id > 0
 ORDER BY 1
 LIMIT 1000;

-- account_sirens: account_id
SELECT siren FROM company_link WHERE account_id = ?1
 UNION SELECT siren FROM claim WHERE account_id = ?1
 ORDER BY 1
 LIMIT 1000;

-- What keeps an account when one company goes: another link that lives, a claim under way, a role.
-- account_held: account_id, but_siren
SELECT COUNT(*) FROM account a
 WHERE a.id = ?1
   AND (a.organiser_id IS NOT NULL OR a.rights <> 0
        OR EXISTS (SELECT 1 FROM company_link l
                    WHERE l.account_id = ?1 AND l.siren <> ?2 AND l.ended_ms = 0)
        OR EXISTS (SELECT 1 FROM claim c
                    WHERE c.account_id = ?1 AND c.siren <> ?2 AND c.state IN (1, 2)));

-- account_claims_of: siren, account_id
SELECT id FROM claim WHERE siren = ?1 AND (?2 = 0 OR account_id = ?2) ORDER BY id LIMIT 1000;

-- account_reviews_of: siren, account_id
SELECT id FROM review WHERE siren = ?1 AND (?2 = 0 OR account_id = ?2) ORDER BY id LIMIT 1000;

-- account_letters_forget: siren, account_id
DELETE FROM letter
 WHERE claim_id IN (SELECT id FROM claim WHERE siren = ?1 AND (?2 = 0 OR account_id = ?2));

-- account_claims_forget: siren, account_id
DELETE FROM claim WHERE siren = ?1 AND (?2 = 0 OR account_id = ?2);

-- An open one is closed: nobody asks any more.
-- account_reviews_forget: siren, account_id, now_ms
UPDATE review
   SET note = '', reason = '', before_value = -1, reopen_why = '', changed_ms = ?3,
       decided_ms = CASE WHEN state = 1 THEN ?3 ELSE decided_ms END,
       state = CASE WHEN state = 1 THEN 3 ELSE state END
 WHERE siren = ?1 AND (?2 = 0 OR account_id = ?2)
   AND (state = 1 OR note <> '' OR reason <> '' OR before_value <> -1 OR reopen_why <> '');

-- account_events_forget: siren, account_id
UPDATE account_event SET note = ''
 WHERE siren = ?1 AND (?2 = 0 OR account_id = ?2 OR actor_id = ?2) AND note <> '';

-- account_links_forget: siren, account_id, now_ms
UPDATE company_link
   SET ended_ms = CASE WHEN ended_ms = 0 THEN ?3 ELSE ended_ms END, frozen_ms = 0, proof = ''
 WHERE siren = ?1 AND (?2 = 0 OR account_id = ?2) AND (ended_ms = 0 OR proof <> '');

-- account_tokens_forget: siren, account_id
DELETE FROM api_token WHERE siren = ?1 AND (?2 = 0 OR account_id = ?2);

-- account_declaration_forget: siren
DELETE FROM company_declaration WHERE siren = ?1;

-- account_declaration_unsign: siren, account_id
UPDATE company_declaration SET account_id = NULL WHERE siren = ?1 AND account_id = ?2;

-- account_sign_ins_forget: email
DELETE FROM sign_in WHERE email = ?1;

-- account_recovery_forget: account_id
DELETE FROM staff_recovery WHERE account_id = ?1;

-- account_totp_forget: account_id
DELETE FROM staff_totp WHERE account_id = ?1;

-- account_forget: id, now_ms
UPDATE account
   SET email = 'account-' || id || '@invalid', rights = 0, organiser_id = NULL, forgotten_ms = ?2
 WHERE id = ?1 AND forgotten_ms = 0;

-- ---- by age ----

-- account_idle: before_ms, after, limit
SELECT id FROM account
 WHERE forgotten_ms = 0 AND signed_in_ms < ?1 AND created_ms < ?1 AND id > ?2
 ORDER BY id
 LIMIT ?3;

-- account_idle_still: id, before_ms
SELECT email FROM account
 WHERE id = ?1 AND forgotten_ms = 0 AND signed_in_ms < ?2 AND created_ms < ?2;

-- account_open_orders: account_id, disputes_ms
SELECT COUNT(*) FROM (
    SELECT siren FROM company_link WHERE account_id = ?1 LIMIT 1000) l
  JOIN orders o ON o.siren = l.siren
 WHERE o.account_id = ?1
   AND (o.state IN (1, 2, 3, 4, 5, 9, 12) OR (o.state = 11 AND o.changed_ms >= ?2));

-- account_limit_purge: before_ms, limit
DELETE FROM account_limit
 WHERE id IN (SELECT id FROM account_limit WHERE at_ms < ?1 ORDER BY at_ms LIMIT ?2);

-- account_limit_old: before_ms
SELECT COUNT(*) FROM account_limit WHERE at_ms < ?1;

-- claim_close_old: before_ms, limit
UPDATE claim SET state = 5
 WHERE id IN (SELECT id FROM claim WHERE state = 1 AND changed_ms < ?1
               ORDER BY changed_ms LIMIT ?2);

-- claim_old: before_ms
SELECT COUNT(*) FROM claim WHERE state = 1 AND changed_ms < ?1;

-- review_note_purge: before_ms, limit
UPDATE review SET note = ''
 WHERE id IN (SELECT id FROM review WHERE state <> 1 AND note <> '' AND changed_ms < ?1
               ORDER BY changed_ms LIMIT ?2);

-- review_note_old: before_ms
SELECT COUNT(*) FROM review WHERE state <> 1 AND note <> '' AND changed_ms < ?1;

-- account_event_note_purge: before_ms, limit
UPDATE account_event SET note = ''
 WHERE id IN (SELECT id FROM account_event WHERE note <> '' AND at_ms < ?1
               ORDER BY at_ms LIMIT ?2);

-- account_event_note_old: before_ms
SELECT COUNT(*) FROM account_event WHERE note <> '' AND at_ms < ?1;

-- token_purge: before_ms, limit
DELETE FROM api_token
 WHERE token_hash IN (SELECT token_hash FROM api_token
                       WHERE revoked_ms < ?1 OR expires_ms < ?1
                       LIMIT ?2);

-- token_old: before_ms
SELECT COUNT(*) FROM api_token WHERE revoked_ms < ?1 OR expires_ms < ?1;

-- Codes of sign-ins that are over.
-- sign_in_purge: now_ms, limit
DELETE FROM sign_in
 WHERE flow_hash IN (SELECT flow_hash FROM sign_in WHERE expires_ms < ?1
                      ORDER BY expires_ms LIMIT ?2);
