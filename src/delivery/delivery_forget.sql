-- SPDX-License-Identifier: Apache-2.0
-- forget.c: what parcels and complaints leave behind about people.

-- complaint_photos_forget: complaint_id
DELETE FROM complaint_photo WHERE complaint_id = ?1;

-- complaint_texts_forget: complaint_id
UPDATE complaint_message SET text = '' WHERE complaint_id = ?1 AND text <> '';

-- One that is not decided yet needs its words.
-- complaint_forget: id, now_ms
UPDATE complaint SET forgotten_ms = ?2 WHERE id = ?1 AND forgotten_ms = 0 AND state IN (3, 4);

-- complaint_forgettable: order_id
SELECT id FROM complaint WHERE order_id = ?1 AND state IN (3, 4) AND forgotten_ms = 0 LIMIT 50;

-- parcel_labels_forget: order_id
DELETE FROM parcel_document
 WHERE kind = 1 AND parcel_id IN (SELECT id FROM parcel WHERE order_id = ?1);

-- parcel_events_forget: order_id
UPDATE parcel_event SET label = '', place = ''
 WHERE parcel_id IN (SELECT id FROM parcel WHERE order_id = ?1) AND (label <> '' OR place <> '');

-- parcel_words_forget: order_id
UPDATE parcel SET problem = '' WHERE order_id = ?1 AND problem <> '';

-- parcel_troubles_forget: order_id
UPDATE parcel_trouble SET reason = ''
 WHERE parcel_id IN (SELECT id FROM parcel WHERE order_id = ?1) AND reason <> '';

-- order_shortages_forget: order_id
UPDATE order_shortage SET reason = '' WHERE order_id = ?1 AND reason <> '';

-- ---- by age ----

-- complaint_old: before_ms, after, limit
SELECT id FROM complaint
 WHERE state IN (3, 4) AND forgotten_ms = 0 AND changed_ms < ?1 AND id > ?2
 ORDER BY id
 LIMIT ?3;

-- complaint_old_still: id, before_ms
SELECT 1 FROM complaint
 WHERE id = ?1 AND state IN (3, 4) AND forgotten_ms = 0 AND changed_ms < ?2;

-- Days count from the hand-over; for a parcel that was given up, from then.
-- parcel_label_old: before_ms, after, limit
SELECT d.parcel_id FROM parcel_document d JOIN parcel p ON p.id = d.parcel_id
 WHERE d.parcel_id > ?2 AND d.kind = 1
   AND CASE WHEN p.handed_ms > 0 THEN p.handed_ms WHEN p.state = 9 THEN p.changed_ms
            ELSE 9223372036854775807 END < ?1
 ORDER BY d.parcel_id
 LIMIT ?3;

-- parcel_customs_old: before_ms, after, limit
SELECT d.parcel_id FROM parcel_document d JOIN parcel p ON p.id = d.parcel_id
 WHERE d.parcel_id > ?2 AND d.kind = 2
   AND CASE WHEN p.handed_ms > 0 THEN p.handed_ms WHEN p.state = 9 THEN p.changed_ms
            ELSE 9223372036854775807 END < ?1
 ORDER BY d.parcel_id
 LIMIT ?3;

-- parcel_document_forget: parcel_id, kind
DELETE FROM parcel_document WHERE parcel_id = ?1 AND kind = ?2;
