-- SPDX-License-Identifier: Apache-2.0

-- audit_insert: organiser_id, account_id, act, subject, subject_id, before, after, reason, now_ms
INSERT INTO audit (organiser_id, account_id, act, subject, subject_id, before_json, after_json,
                   reason, at_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- Bounded by the page that reads it; an act ending in "." fits all below it.
-- audit_page: organiser_id, before_id, act, subject, subject_id, account_id
SELECT u.id, u.at_ms, u.account_id, COALESCE(a.email, 'commande'), u.act, u.subject, u.subject_id,
       u.before_json, u.after_json, u.reason
  FROM audit u LEFT JOIN account a ON a.id = u.account_id
 WHERE u.organiser_id = ?1 AND u.id < ?2
   AND (?3 = '' OR u.act = ?3
        OR (?3 LIKE '%.' AND substr(u.act, 1, length(?3)) = ?3))
   AND (?4 = '' OR u.subject = ?4) AND (?5 = 0 OR u.subject_id = ?5)
   AND (?6 = 0 OR u.account_id = ?6)
 ORDER BY u.id DESC
 LIMIT 50;
