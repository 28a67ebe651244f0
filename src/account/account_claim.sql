-- SPDX-License-Identifier: Apache-2.0
-- claim.c: the columns of every claim_* read are those of claim_row.

-- claim_mine: account_id, siren
SELECT c.id, c.account_id, c.siren, c.siret, c.state, c.contested, c.code_expires_ms,
       c.created_ms, c.changed_ms, COALESCE(l.asked_ms, 0), COALESCE(l.expires_ms, 0),
       COALESCE(r.name, ''), COALESCE(r.partial, 0), a.email
  FROM claim c JOIN account a ON a.id = c.account_id
  LEFT JOIN letter l ON l.claim_id = c.id LEFT JOIN company r ON r.siren = c.siren
 WHERE c.account_id = ?1 AND c.siren = ?2;

-- claim_by_id: id
SELECT c.id, c.account_id, c.siren, c.siret, c.state, c.contested, c.code_expires_ms,
       c.created_ms, c.changed_ms, COALESCE(l.asked_ms, 0), COALESCE(l.expires_ms, 0),
       COALESCE(r.name, ''), COALESCE(r.partial, 0), a.email
  FROM claim c JOIN account a ON a.id = c.account_id
  LEFT JOIN letter l ON l.claim_id = c.id LEFT JOIN company r ON r.siren = c.siren
 WHERE c.id = ?1;

-- claim_all_mine: account_id
SELECT c.id, c.account_id, c.siren, c.siret, c.state, c.contested, c.code_expires_ms,
       c.created_ms, c.changed_ms, COALESCE(l.asked_ms, 0), COALESCE(l.expires_ms, 0),
       COALESCE(r.name, ''), COALESCE(r.partial, 0), a.email
  FROM claim c JOIN account a ON a.id = c.account_id
  LEFT JOIN letter l ON l.claim_id = c.id LEFT JOIN company r ON r.siren = c.siren
 WHERE c.account_id = ?1
 ORDER BY c.id DESC LIMIT 100;

-- claim_of_company: siren
SELECT c.id, c.account_id, c.siren, c.siret, c.state, c.contested, c.code_expires_ms,
       c.created_ms, c.changed_ms, COALESCE(l.asked_ms, 0), COALESCE(l.expires_ms, 0),
       COALESCE(r.name, ''), COALESCE(r.partial, 0), a.email
  FROM claim c JOIN account a ON a.id = c.account_id
  LEFT JOIN letter l ON l.claim_id = c.id LEFT JOIN company r ON r.siren = c.siren
 WHERE c.siren = ?1
 ORDER BY c.id DESC LIMIT 100;

-- What was refused or given up may be asked again; what is under way or proven stays.
-- claim_put: account_id, siren, siret, now_ms
INSERT INTO claim (account_id, siren, siret, state, created_ms, changed_ms)
VALUES (?1, ?2, ?3, 1, ?4, ?4)
ON CONFLICT (account_id, siren) DO UPDATE
   SET siret = excluded.siret,
       state = CASE WHEN claim.state IN (4, 5) THEN 1 ELSE claim.state END,
       contested = CASE WHEN claim.state IN (4, 5) THEN 0 ELSE claim.contested END,
       changed_ms = excluded.changed_ms;

-- claim_set_state: id, state, now_ms
UPDATE claim SET state = ?2, changed_ms = ?3, code_hash = '', code_expires_ms = 0 WHERE id = ?1;

-- As long as it waits: an agent may just have decided.
-- claim_set_given_up: id, now_ms
UPDATE claim SET state = 5, changed_ms = ?2, code_hash = '', code_expires_ms = 0
 WHERE id = ?1 AND state IN (1, 2) AND contested = 0;

-- claim_set_review: id, now_ms
UPDATE claim SET state = 2, changed_ms = ?2 WHERE id = ?1 AND state IN (1, 2);

-- claim_set_code: id, code_hash, expires_ms, now_ms
UPDATE claim SET code_hash = ?2, code_expires_ms = ?3, tries = 0, changed_ms = ?4 WHERE id = ?1;

-- claim_count_try: id, now_ms
UPDATE claim SET tries = tries + 1
 WHERE id = ?1 AND state IN (1, 2) AND contested = 0 AND code_expires_ms > ?2 AND tries < 5
RETURNING code_hash;

-- claim_set_contested: id, siren, account_id, now_ms
UPDATE claim SET contested = 1, changed_ms = ?4
 WHERE id = ?1 AND siren = ?2 AND account_id <> ?3 AND state = 2;

-- Holders that an accepted contest had ended come back, still contested.
-- claim_holders_back: siren, but_account_id, ended_ms
UPDATE company_link SET ended_ms = 0
 WHERE siren = ?1 AND account_id <> ?2 AND ended_ms = ?3 AND frozen_ms <> 0;

-- Who contested a claim, of those who hold the company.
-- claim_contesters: siren, claimant_id
SELECT DISTINCT l.account_id
  FROM account_event e JOIN company_link l ON l.siren = e.siren AND l.account_id = e.actor_id
 WHERE e.siren = ?1 AND e.account_id = ?2 AND e.what = 'contested' AND l.ended_ms = 0
 ORDER BY l.account_id
 LIMIT 100;

-- account_holders: siren, but_account_id
SELECT account_id, frozen_ms FROM company_link
 WHERE siren = ?1 AND account_id <> ?2 AND ended_ms = 0
 ORDER BY account_id LIMIT 100;

-- account_link_freeze: account_id, siren, now_ms
UPDATE company_link SET frozen_ms = ?3
 WHERE account_id = ?1 AND siren = ?2 AND ended_ms = 0 AND frozen_ms = 0;

-- account_link_thaw: account_id, siren
UPDATE company_link SET frozen_ms = 0 WHERE account_id = ?1 AND siren = ?2 AND ended_ms = 0;

-- account_link_end: account_id, siren, now_ms
UPDATE company_link SET ended_ms = ?3
 WHERE account_id = ?1 AND siren = ?2 AND ended_ms = 0;

-- letter_put: claim_id, nonce, now_ms
INSERT INTO letter (claim_id, nonce, asked_ms) VALUES (?1, ?2, ?3)
ON CONFLICT (claim_id) DO UPDATE
   SET nonce = excluded.nonce, asked_ms = excluded.asked_ms, batch_id = 0, code_hash = '',
       expires_ms = 0, tries = 0;

-- letter_count_try: claim_id, now_ms
UPDATE letter SET tries = tries + 1
 WHERE claim_id = ?1 AND expires_ms > ?2 AND tries < 10
RETURNING code_hash;

-- letter_batch_open:
SELECT id FROM letter_batch WHERE written_ms = 0 ORDER BY id LIMIT 1;

-- letter_waiting:
SELECT l.claim_id, l.nonce FROM letter l JOIN claim c ON c.id = l.claim_id
 WHERE l.batch_id = 0 AND c.state IN (1, 2)
 ORDER BY l.claim_id LIMIT 5000;

-- letter_batch_add: now_ms, letters
INSERT INTO letter_batch (created_ms, letters) VALUES (?1, ?2) RETURNING id;

-- letter_set_batch: claim_id, batch_id, code_hash, expires_ms
UPDATE letter SET batch_id = ?2, code_hash = ?3, expires_ms = ?4, tries = 0 WHERE claim_id = ?1;

-- letter_of_batch: batch_id
SELECT l.claim_id, l.nonce, l.expires_ms, c.siren FROM letter l JOIN claim c ON c.id = l.claim_id
 WHERE l.batch_id = ?1
 ORDER BY l.claim_id LIMIT 5000;

-- letter_batch_done: id, now_ms
UPDATE letter_batch SET written_ms = ?2 WHERE id = ?1 AND written_ms = 0;
