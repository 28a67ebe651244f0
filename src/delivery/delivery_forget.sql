-- SPDX-License-Identifier: Apache-2.0
-- forget.c: what parcels leave behind about people.

-- parcel_labels_forget: order_id
DELETE FROM parcel_document
 WHERE kind = 1 AND parcel_id IN (SELECT id FROM parcel WHERE order_id = ?1);

-- parcel_words_forget: order_id
UPDATE parcel SET problem = '' WHERE order_id = ?1 AND problem <> '';

-- order_shortages_forget: order_id
UPDATE order_shortage SET reason = '' WHERE order_id = ?1 AND reason <> '';

-- ---- by age ----

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
