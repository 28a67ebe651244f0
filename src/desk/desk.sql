-- SPDX-License-Identifier: Apache-2.0
-- The desk's own tables, and whether an organiser has dealt with a company.

-- desk_dealt: organiser_id, siren
SELECT CASE WHEN EXISTS (SELECT 1 FROM orders o JOIN campaign c ON c.id = o.campaign_id
                          WHERE o.siren = ?2 AND c.organiser_id = ?1)
              OR EXISTS (SELECT 1 FROM review r JOIN review_organiser g ON g.review_id = r.id
                          WHERE r.siren = ?2 AND g.organiser_id IN (0, ?1))
            THEN 1 ELSE 0 END;

-- desk_note_insert: organiser_id, siren, account_id, text, now_ms
INSERT INTO desk_note (organiser_id, siren, account_id, text, at_ms) VALUES (?1, ?2, ?3, ?4, ?5)
RETURNING id;

-- desk_note_list: organiser_id, siren, count
SELECT n.id, n.at_ms, n.text, COALESCE(a.email, '')
  FROM desk_note n LEFT JOIN account a ON a.id = n.account_id
 WHERE n.organiser_id = ?1 AND n.siren = ?2
 ORDER BY n.id DESC
 LIMIT ?3;

-- organiser_id 0: of every organiser.
-- desk_notes_forget: siren, organiser_id
DELETE FROM desk_note WHERE siren = ?1 AND (?2 = 0 OR organiser_id = ?2);

-- desk_note_purge: before_ms, limit
DELETE FROM desk_note
 WHERE id IN (SELECT id FROM desk_note WHERE at_ms < ?1 ORDER BY at_ms LIMIT ?2);

-- desk_note_old: before_ms
SELECT COUNT(*) FROM desk_note WHERE at_ms < ?1;

-- ---- words ----

-- desk_words_drop: organiser_id, siren
DELETE FROM desk_word WHERE organiser_id = ?1 AND siren = ?2;

-- Whose order it is.
-- desk_words_order: order_id
SELECT c.organiser_id, o.siren FROM orders o JOIN campaign c ON c.id = o.campaign_id
 WHERE o.id = ?1;

-- Always a change of the row: who makes the words anew at the same time is waited for.
-- desk_stale_put: organiser_id, siren
INSERT INTO desk_stale (organiser_id, siren) VALUES (?1, ?2)
ON CONFLICT (organiser_id, siren) DO UPDATE SET siren = excluded.siren;

-- Locked before anything is read of the company.
-- desk_stale_take: count
DELETE FROM desk_stale
 WHERE (organiser_id, siren) IN (SELECT organiser_id, siren FROM desk_stale
                                  ORDER BY organiser_id, siren LIMIT ?1)
RETURNING organiser_id, siren;

-- What the company's orders say of it.
-- desk_words_orders: organiser_id, siren
SELECT o.id, o.created_ms, c.organiser_id, o.siren, o.siret, o.to_company, o.to_postal_code,
       o.to_city
  FROM orders o JOIN campaign c ON c.id = o.campaign_id
 WHERE o.siren = ?2 AND c.organiser_id = ?1
 ORDER BY o.id DESC
 LIMIT 20;

-- desk_mark_find: source
SELECT last_id FROM desk_mark WHERE source = ?1;

-- desk_mark_put: source, last_id
INSERT INTO desk_mark (source, last_id) VALUES (?1, ?2)
ON CONFLICT (source) DO UPDATE SET last_id = excluded.last_id;

-- In the order of their numbers; the reader stops at the first that is too new.
-- desk_new_orders: after_id, count
SELECT o.id, o.created_ms, c.organiser_id, o.siren, o.siret, o.to_company, o.to_postal_code,
       o.to_city, o.campaign_id, o.department
  FROM orders o JOIN campaign c ON c.id = o.campaign_id
 WHERE o.id > ?1
 ORDER BY o.id
 LIMIT ?2;

-- desk_new_reviews: after_id, count
SELECT r.id, r.created_ms, g.organiser_id, r.siren
  FROM (SELECT id, created_ms, siren FROM review WHERE id > ?1 ORDER BY id LIMIT ?2) r
  JOIN review_organiser g ON g.review_id = r.id
 ORDER BY r.id;

-- desk_word_put: organiser_id, word, siren
INSERT INTO desk_word (organiser_id, word, siren) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING;

-- desk_place_put: campaign_id, department, order_id
INSERT INTO desk_place (campaign_id, department, order_id) VALUES (?1, ?2, ?3)
ON CONFLICT DO NOTHING;

-- How many rows a word leads to, counted up to a bound.
-- desk_word_count: organiser_id, from_word, until_word, count
SELECT COUNT(*)
  FROM (SELECT 1 FROM desk_word
         WHERE organiser_id IN (0, ?1) AND word >= ?2 AND word < ?3 LIMIT ?4) w;

-- The rarest word leads; those after it are asked of each company. At most so many are looked at.
-- One row of each in place of EXISTS: PostgreSQL would gather all that has the second word first.
-- desk_word_find: organiser_id, from_1, until_1, from_2, until_2, from_3, until_3, from_4, until_4, looked_at, count
SELECT DISTINCT w.siren
  FROM (SELECT siren FROM desk_word
         WHERE organiser_id IN (0, ?1) AND word >= ?2 AND word < ?3 LIMIT ?10) w
 WHERE (?4 = '' OR (SELECT 1 FROM desk_word b
                     WHERE b.organiser_id IN (0, ?1) AND b.siren = w.siren
                       AND b.word >= ?4 AND b.word < ?5 LIMIT 1) = 1)
   AND (?6 = '' OR (SELECT 1 FROM desk_word b
                     WHERE b.organiser_id IN (0, ?1) AND b.siren = w.siren
                       AND b.word >= ?6 AND b.word < ?7 LIMIT 1) = 1)
   AND (?8 = '' OR (SELECT 1 FROM desk_word b
                     WHERE b.organiser_id IN (0, ?1) AND b.siren = w.siren
                       AND b.word >= ?8 AND b.word < ?9 LIMIT 1) = 1)
 LIMIT ?11;

-- ---- what an exact reading leads to, of one organiser ----

-- desk_last_order: organiser_id, siren
SELECT o.ref, o.state, o.created_ms, o.deadline_ms
  FROM orders o JOIN campaign c ON c.id = o.campaign_id
 WHERE o.siren = ?2 AND c.organiser_id = ?1
 ORDER BY o.id DESC
 LIMIT 1;

-- desk_invoice_order: organiser_id, number
SELECT o.ref FROM invoice i JOIN orders o ON o.id = i.order_id
 WHERE i.organiser_id = ?1 AND i.number = ?2;

-- desk_parcel_order: organiser_id, number
SELECT o.ref FROM parcel p JOIN orders o ON o.id = p.order_id
 WHERE p.number = ?2 AND p.organiser_id = ?1;

-- desk_account_companies: account_id
SELECT siren FROM company_link WHERE account_id = ?1
 UNION
SELECT siren FROM claim WHERE account_id = ?1
 UNION
SELECT o.siren FROM order_contact c JOIN orders o ON o.id = c.order_id WHERE c.account_id = ?1
 ORDER BY 1
 LIMIT 100;
