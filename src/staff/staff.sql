-- SPDX-License-Identifier: Apache-2.0

-- audit_insert: organiser_id, account_id, act, subject, subject_id, before, after, reason, now_ms
INSERT INTO audit (organiser_id, account_id, act, subject, subject_id, before_json, after_json,
                   reason, at_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- Bounded by the page that reads it; an act ending in "." fits all below it.
-- audit_page: organiser_id, before_id, act, subject, subject_id, account_id, from_ms, to_ms
SELECT u.id, u.at_ms, u.account_id, COALESCE(a.email, 'ligne de commande'), u.act, u.subject,
       u.subject_id,
       u.before_json, u.after_json, u.reason
  FROM audit u LEFT JOIN account a ON a.id = u.account_id
 WHERE u.organiser_id = ?1 AND u.id < ?2
   AND (?3 = '' OR u.act = ?3
        OR (?3 LIKE '%.' AND substr(u.act, 1, length(?3)) = ?3))
   AND (?4 = '' OR u.subject = ?4) AND (?5 = 0 OR u.subject_id = ?5)
   AND (?6 = 0 OR u.account_id = ?6)
   AND u.at_ms >= ?7 AND u.at_ms < ?8
 ORDER BY u.id DESC
 LIMIT 50;

-- The same of one thing, which few acts concern among all that were done.
-- audit_about: organiser_id, before_id, act, subject, subject_id, account_id, from_ms, to_ms
SELECT u.id, u.at_ms, u.account_id, COALESCE(a.email, 'ligne de commande'), u.act, u.subject,
       u.subject_id, u.before_json, u.after_json, u.reason
  FROM audit u LEFT JOIN account a ON a.id = u.account_id
 WHERE u.subject = ?4 AND u.subject_id = ?5 AND +u.organiser_id = ?1 AND u.id < ?2
   AND (?3 = '' OR u.act = ?3
        OR (?3 LIKE '%.' AND substr(u.act, 1, length(?3)) = ?3))
   AND (?6 = 0 OR u.account_id = ?6)
   AND u.at_ms >= ?7 AND u.at_ms < ?8
 ORDER BY u.id DESC
 LIMIT 50;

-- A journal that nobody has counted since it grew looks short to PostgreSQL, which would then read
-- all of it and sort it for each batch: for this transaction it walks the index.
-- audit_export_settings [sqlite]:
SELECT 1;
-- audit_export_settings [pg]:
SELECT set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true);

-- For a file: the same, in batches of CSV_BATCH_ROWS.
-- audit_export: organiser_id, act, subject, subject_id, account_id, from_ms, to_ms, before_id
SELECT u.id, u.at_ms, COALESCE(a.email, 'ligne de commande'), u.act, u.subject, u.subject_id,
       u.before_json, u.after_json, u.reason
  FROM audit u LEFT JOIN account a ON a.id = u.account_id
 WHERE u.organiser_id = ?1 AND u.id < ?8
   AND (?2 = '' OR u.act = ?2
        OR (?2 LIKE '%.' AND substr(u.act, 1, length(?2)) = ?2))
   AND (?3 = '' OR u.subject = ?3) AND (?4 = 0 OR u.subject_id = ?4)
   AND (?5 = 0 OR u.account_id = ?5)
   AND u.at_ms >= ?6 AND u.at_ms < ?7
 ORDER BY u.id DESC
 LIMIT 1000;

-- staff_organiser: id
SELECT name, slug FROM organiser WHERE id = ?1;

-- staff_account: id
SELECT email, rights, COALESCE(organiser_id, 0) FROM account WHERE id = ?1;

-- Locks them, so that the last two administrators cannot go at once.
-- staff_admins [pg]: organiser_id, except_id, right
SELECT id FROM account WHERE organiser_id = ?1 AND id <> ?2 AND (rights & ?3) <> 0
 ORDER BY id LIMIT 1 FOR UPDATE;

-- staff_admins [sqlite]: organiser_id, except_id, right
SELECT id FROM account WHERE organiser_id = ?1 AND id <> ?2 AND (rights & ?3) <> 0
 ORDER BY id LIMIT 1;

-- Since when two people can approve, and how many can now.
-- staff_guard: organiser_id, rights
SELECT o.approvers_ms, (SELECT COUNT(*) FROM account a
                         WHERE a.organiser_id = ?1 AND (a.rights & ?2) <> 0)
  FROM organiser o WHERE o.id = ?1;

-- Locked, so that two first colleagues are not brought in at once.
-- staff_guard_lock [pg]: organiser_id, rights
SELECT o.approvers_ms, (SELECT COUNT(*) FROM account a
                         WHERE a.organiser_id = ?1 AND (a.rights & ?2) <> 0)
  FROM organiser o WHERE o.id = ?1 FOR NO KEY UPDATE OF o;

-- staff_guard_lock [sqlite]: organiser_id, rights
SELECT o.approvers_ms, (SELECT COUNT(*) FROM account a
                         WHERE a.organiser_id = ?1 AND (a.rights & ?2) <> 0)
  FROM organiser o WHERE o.id = ?1;

-- staff_guard_set: organiser_id, now_ms
UPDATE organiser SET approvers_ms = ?2 WHERE id = ?1 AND approvers_ms = 0;

-- staff_team: organiser_id
SELECT a.id, a.email, a.rights, a.signed_in_ms,
       CASE WHEN t.account_id IS NULL THEN 0 ELSE 1 END,
       (SELECT COUNT(*) FROM session s WHERE s.account_id = a.id)
  FROM account a LEFT JOIN staff_totp t ON t.account_id = a.id
 WHERE a.organiser_id = ?1 AND a.rights <> 0
 ORDER BY a.email
 LIMIT 500;

-- staff_member: organiser_id, id
SELECT a.id, a.email, a.rights, a.signed_in_ms,
       CASE WHEN t.account_id IS NULL THEN 0 ELSE 1 END,
       (SELECT COUNT(*) FROM session s WHERE s.account_id = a.id)
  FROM account a LEFT JOIN staff_totp t ON t.account_id = a.id
 WHERE a.organiser_id = ?1 AND a.rights <> 0 AND a.id = ?2;
