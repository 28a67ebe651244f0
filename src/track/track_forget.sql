-- SPDX-License-Identifier: Apache-2.0
-- forget.c: what news and troubles leave behind about people.

-- parcel_events_forget: order_id
UPDATE parcel_event SET label = '', place = ''
 WHERE parcel_id IN (SELECT id FROM parcel WHERE order_id = ?1) AND (label <> '' OR place <> '');

-- parcel_troubles_forget: order_id
UPDATE parcel_trouble SET reason = ''
 WHERE parcel_id IN (SELECT id FROM parcel WHERE order_id = ?1) AND reason <> '';
