-- SPDX-License-Identifier: Apache-2.0

-- A parcel as it is read everywhere (parcel_from_row in parcel.c knows the order of the columns);
-- the last three are there to choose by.
CREATE VIEW parcel_full AS
SELECT p.id, p.order_id, o.ref, p.wave_id, p.nth, p.pool_id, p.carrier, p.product, p.sender_ref,
       p.number, p.partner_number, p.weight_g, p.state, p.problem, p.packed_ms, p.asked_ms,
       p.labelled_ms, p.handed_ms, p.changed_ms, p.tries, d.kind,
       p.organiser_id, p.handover_id, p.next_try_ms
  FROM parcel p JOIN orders o ON o.id = p.order_id
  LEFT JOIN parcel_document d ON d.parcel_id = p.id AND d.kind = 1;
