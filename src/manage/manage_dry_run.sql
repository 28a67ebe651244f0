-- SPDX-License-Identifier: Apache-2.0
-- The columns of dry_run_find and dry_run_latest are those of run_row.

-- dry_run_insert: organiser_id, campaign_id, draft_id, base_version, json, digest, account_id, now_ms
INSERT INTO dry_run (organiser_id, campaign_id, draft_id, base_version, json, digest, state,
                     asked_by, asked_ms, changed_ms, at_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7, ?8, ?8, ?8)
RETURNING id;

-- dry_run_find: organiser_id, campaign_id, id
SELECT r.id, r.campaign_id, r.draft_id, r.base_version, r.digest, r.state, COALESCE(a.email, ''),
       r.asked_ms, r.began_ms, r.changed_ms, r.at_ms, r.done, r.total, r.imported_ms, r.mixed
  FROM dry_run r LEFT JOIN account a ON a.id = r.asked_by
 WHERE r.id = ?3 AND r.organiser_id = ?1 AND r.campaign_id = ?2;

-- dry_run_latest: organiser_id, draft_id
SELECT r.id, r.campaign_id, r.draft_id, r.base_version, r.digest, r.state, COALESCE(a.email, ''),
       r.asked_ms, r.began_ms, r.changed_ms, r.at_ms, r.done, r.total, r.imported_ms, r.mixed
  FROM dry_run r LEFT JOIN account a ON a.id = r.asked_by
 WHERE r.organiser_id = ?1 AND r.draft_id = ?2
 ORDER BY r.id DESC
 LIMIT 1;

-- dry_run_live: organiser_id
SELECT COUNT(*) FROM dry_run WHERE organiser_id = ?1 AND state IN (1, 2);

-- dry_run_cancel: organiser_id, id, now_ms
UPDATE dry_run SET state = 4, changed_ms = ?3
 WHERE id = ?2 AND organiser_id = ?1 AND state IN (1, 2);

-- dry_run_cancel_draft: draft_id, now_ms
UPDATE dry_run SET state = 4, changed_ms = ?2 WHERE draft_id = ?1 AND state IN (1, 2);

-- All but a draft's newest: they are found by its page alone, which shows the last.
-- dry_run_trim: draft_id
DELETE FROM dry_run
 WHERE draft_id = ?1
   AND id NOT IN (SELECT id FROM dry_run WHERE draft_id = ?1 ORDER BY id DESC LIMIT 5);

-- dry_run_work: id
SELECT campaign_id, base_version, json, state, at_ms, siren, done, total, imported_ms, mixed,
       counts, began_ms
  FROM dry_run WHERE id = ?1;

-- dry_run_texts: id
SELECT json, counts, stock FROM dry_run WHERE id = ?1;

-- Only whoever knows how far it had come: a second worker, or one that was cancelled, changes
-- nothing.
-- dry_run_save: id, siren_before, siren, done, total, imported_ms, mixed, counts, began_ms, now_ms
UPDATE dry_run
   SET state = 2, siren = ?3, done = ?4, total = ?5, imported_ms = ?6, mixed = ?7, counts = ?8,
       began_ms = ?9, changed_ms = ?10
 WHERE id = ?1 AND siren = ?2 AND state IN (1, 2);

-- dry_run_end: id, siren_before, siren, done, counts, stock, state, now_ms
UPDATE dry_run
   SET state = ?7, siren = ?3, done = ?4, counts = ?5, stock = ?6, changed_ms = ?8
 WHERE id = ?1 AND siren = ?2 AND state IN (1, 2);
