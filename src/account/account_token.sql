-- SPDX-License-Identifier: Apache-2.0

-- token_add: token_hash, label, siren, organiser_id, account_id, rights, now_ms, expires_ms, made_by
INSERT INTO api_token (token_hash, label, siren, organiser_id, account_id, rights, created_ms,
                       expires_ms, made_by)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- token_of_company: siren, now_ms
SELECT token_hash, label, rights, created_ms, expires_ms, last_used_day
  FROM api_token
 WHERE siren = ?1 AND revoked_ms IS NULL AND expires_ms > ?2
 ORDER BY created_ms DESC, token_hash LIMIT 100;

-- token_of_organiser: organiser_id, now_ms
SELECT token_hash, label, rights, created_ms, expires_ms, last_used_day
  FROM api_token
 WHERE organiser_id = ?1 AND revoked_ms IS NULL AND expires_ms > ?2
 ORDER BY created_ms DESC, token_hash LIMIT 100;

-- With those that it made, and that these made.
-- token_end: token_hash, siren, organiser_id, now_ms
WITH RECURSIVE family (hash) AS (
    SELECT token_hash FROM api_token
     WHERE token_hash = ?1 AND siren = ?2 AND organiser_id = ?3 AND revoked_ms IS NULL
    UNION
    SELECT t.token_hash FROM family JOIN api_token t ON t.made_by = family.hash)
UPDATE api_token SET revoked_ms = ?4
 WHERE token_hash IN (SELECT hash FROM family) AND revoked_ms IS NULL;

-- token_end_of: account_id, siren, now_ms
UPDATE api_token SET revoked_ms = ?3
 WHERE siren = ?2 AND account_id = ?1 AND revoked_ms IS NULL;

-- token_end_of_staff: account_id, organiser_id, now_ms
UPDATE api_token SET revoked_ms = ?3
 WHERE organiser_id = ?2 AND account_id = ?1 AND revoked_ms IS NULL;
