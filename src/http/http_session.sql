-- SPDX-License-Identifier: Apache-2.0

-- session_find: id_hash
SELECT account_id, organiser_id, siren, company, email, rights, seen_ms, expires_ms,
       staff_rights, confirmed_ms, created_ms
  FROM session
 WHERE id_hash = ?1;

-- session_insert: id_hash, account_id, organiser_id, email, rights, now, expires
INSERT INTO session (id_hash, account_id, organiser_id, email, rights, created_ms, seen_ms,
                     expires_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7);

-- session_touch: id_hash, now
UPDATE session SET seen_ms = ?2 WHERE id_hash = ?1;

-- session_company: id_hash, siren, company, rights
UPDATE session SET siren = ?2, company = ?3, rights = ?4 WHERE id_hash = ?1;

-- session_proof: id_hash, rights, staff_rights, confirmed_ms
UPDATE session SET rights = ?2, staff_rights = ?3, confirmed_ms = ?4 WHERE id_hash = ?1;

-- session_delete: id_hash
DELETE FROM session WHERE id_hash = ?1;

-- session_delete_account: account_id
DELETE FROM session WHERE account_id = ?1;

-- session_delete_others: account_id, id_hash
DELETE FROM session WHERE account_id = ?1 AND id_hash <> ?2;

-- session_drop_company: account_id, siren, mask
UPDATE session SET siren = 0, company = '', rights = rights & ?3
 WHERE account_id = ?1 AND siren = ?2;

-- A few at each sign-in, so that no sweep is needed.
-- session_delete_expired: now, limit
DELETE FROM session
 WHERE id_hash IN (SELECT id_hash FROM session WHERE expires_ms <= ?1
                    ORDER BY expires_ms LIMIT ?2);

-- token_find: token_hash
SELECT account_id, organiser_id, siren, rights, expires_ms, last_used_day, revoked_ms
  FROM api_token
 WHERE token_hash = ?1;

-- token_used: token_hash, day
UPDATE api_token SET last_used_day = ?2 WHERE token_hash = ?1;

-- secret_find:
SELECT value FROM setting WHERE name = 'secret';

-- secret_insert: value
INSERT INTO setting (name, value) VALUES ('secret', ?1) ON CONFLICT (name) DO NOTHING;

-- A write that touches one row only.
-- ready_mark: name, now
INSERT INTO health_mark (name, at_ms) VALUES (?1, ?2)
ON CONFLICT (name) DO UPDATE SET at_ms = excluded.at_ms;
