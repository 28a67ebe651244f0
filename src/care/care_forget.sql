-- SPDX-License-Identifier: Apache-2.0
-- forget.c: what complaints leave behind about people.

-- complaint_photos_forget: complaint_id
DELETE FROM complaint_photo WHERE complaint_id = ?1;

-- complaint_texts_forget: complaint_id
UPDATE complaint_message SET text = '' WHERE complaint_id = ?1 AND text <> '';

-- One that is not decided yet needs its words.
-- complaint_forget: id, now_ms
UPDATE complaint SET forgotten_ms = ?2 WHERE id = ?1 AND forgotten_ms = 0 AND state IN (3, 4);

-- complaint_forgettable: order_id
SELECT id FROM complaint WHERE order_id = ?1 AND state IN (3, 4) AND forgotten_ms = 0 LIMIT 50;

-- ---- by age ----

-- complaint_old: before_ms, after, limit
SELECT id FROM complaint
 WHERE state IN (3, 4) AND forgotten_ms = 0 AND changed_ms < ?1 AND id > ?2
 ORDER BY id
 LIMIT ?3;

-- complaint_old_still: id, before_ms
SELECT 1 FROM complaint
 WHERE id = ?1 AND state IN (3, 4) AND forgotten_ms = 0 AND changed_ms < ?2;
