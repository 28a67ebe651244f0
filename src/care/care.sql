-- SPDX-License-Identifier: Apache-2.0
-- Troubles and complaints as pages of other rooms show them; columns known to case_list.c alone.

-- care_troubles_of_order: organiser_id, order_id
SELECT t.id, t.kind, t.outcome, CASE WHEN t.closed_ms = 0 THEN t.opened_ms ELSE t.closed_ms END,
       o.ref
  FROM parcel p JOIN parcel_trouble t ON t.parcel_id = p.id JOIN orders o ON o.id = p.order_id
 WHERE p.order_id = ?2 AND t.organiser_id = ?1
 ORDER BY t.id DESC LIMIT 50;

-- care_troubles_of_company: organiser_id, siren
SELECT t.id, t.kind, t.outcome, CASE WHEN t.closed_ms = 0 THEN t.opened_ms ELSE t.closed_ms END,
       o.ref
  FROM orders o JOIN parcel p ON p.order_id = o.id JOIN parcel_trouble t ON t.parcel_id = p.id
 WHERE o.siren = ?2 AND t.organiser_id = ?1
 ORDER BY t.id DESC LIMIT 50;

-- care_complaints_of_order: organiser_id, order_id
SELECT c.id, c.kind, c.state, c.changed_ms, o.ref
  FROM complaint c JOIN orders o ON o.id = c.order_id
 WHERE c.order_id = ?2 AND c.organiser_id = ?1
 ORDER BY c.id DESC LIMIT 50;

-- care_complaints_of_company: organiser_id, siren
SELECT c.id, c.kind, c.state, c.changed_ms, o.ref
  FROM complaint c JOIN orders o ON o.id = c.order_id
 WHERE c.organiser_id = ?1 AND c.siren = ?2
 ORDER BY c.id DESC LIMIT 50;
