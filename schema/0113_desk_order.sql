-- SPDX-License-Identifier: Apache-2.0
-- One line of a list of orders at the agents' desk: the order, and what is the matter with it.

CREATE VIEW desk_order AS
SELECT o.id, o.ref, o.siren, o.state, o.created_ms, o.deadline_ms, o.units, o.total_cents,
       o.department, o.to_company, o.campaign_id, o.version,
       CASE WHEN EXISTS (SELECT 1 FROM order_contact k WHERE k.order_id = o.id)
            THEN 1 ELSE 0 END AS by_phone,
       CASE WHEN EXISTS (SELECT 1 FROM parcel_trouble t
                          WHERE t.order_id = o.id AND t.closed_ms = 0)
            THEN 1 ELSE 0 END AS in_trouble,
       CASE WHEN EXISTS (SELECT 1 FROM complaint p
                          WHERE p.order_id = o.id AND p.state IN (1, 2))
            THEN 1 ELSE 0 END AS complained
  FROM orders o;
