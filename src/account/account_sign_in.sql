-- SPDX-License-Identifier: Apache-2.0

-- sign_in_put: flow, email, code_hash, back, now_ms, expires_ms
INSERT INTO sign_in (flow_hash, email, code_hash, back, sent_ms, expires_ms, tries)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0)
ON CONFLICT (flow_hash) DO UPDATE
   SET email = excluded.email, code_hash = excluded.code_hash, back = excluded.back,
       sent_ms = excluded.sent_ms, expires_ms = excluded.expires_ms, tries = 0;

-- sign_in_find: flow
SELECT email, back, sent_ms, expires_ms, tries FROM sign_in WHERE flow_hash = ?1;

-- sign_in_count_try: flow, now_ms
UPDATE sign_in SET tries = tries + 1
 WHERE flow_hash = ?1 AND expires_ms > ?2 AND tries < 5
RETURNING email, code_hash, back, sent_ms, expires_ms, tries;

-- sign_in_delete: flow
DELETE FROM sign_in WHERE flow_hash = ?1;

-- account_signed_in: id, now_ms
UPDATE account SET signed_in_ms = ?2 WHERE id = ?1;

-- account_limit_count: who, since_ms
SELECT COUNT(*) FROM account_limit WHERE who = ?1 AND at_ms > ?2;

-- account_limit_add: who, now_ms
INSERT INTO account_limit (who, at_ms) VALUES (?1, ?2);

-- account_event_add: siren, account_id, actor_id, what, note, now_ms
INSERT INTO account_event (siren, account_id, actor_id, what, note, at_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);
