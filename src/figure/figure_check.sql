-- SPDX-License-Identifier: Apache-2.0
-- Everything that was folded, and everything it was folded from, for the recount.

-- figure_all_days:
SELECT campaign_id, day, department, band, placed_orders, placed_units, held_orders, held_units,
       sold_orders, sold_units, sold_cents
  FROM figure_day;

-- figure_all_groups:
SELECT campaign_id, cohort, territory, department, band, companies, held_orders, held_units,
       sold_orders, sold_units, sold_cents
  FROM figure_group;

-- figure_all_minutes: from
SELECT campaign_id, minute, orders, units FROM figure_minute WHERE minute >= ?1;

-- figure_all_hours:
SELECT campaign_id, hour, orders, units FROM figure_hour;

-- figure_all_money:
SELECT campaign_id, day, captured_cents, due_cents, refunded_cents FROM figure_money;

-- States: held 1 and 2; sold 3 to 6, 11 and 12.
-- figure_recount_orders:
SELECT campaign_id, version, created_ms, territory, department, cohort, band, units,
       CASE WHEN state IN (1, 2) THEN units ELSE 0 END,
       CASE WHEN state IN (3, 4, 5, 6, 11, 12) THEN units - short_units ELSE 0 END,
       total_cents - short_net_cents - short_vat_cents
  FROM orders;

-- The oldest order of each company that stands.
-- figure_recount_companies:
SELECT o.campaign_id, o.cohort, o.territory, o.department, o.band, COUNT(*)
  FROM (SELECT MIN(id) AS id FROM orders
         WHERE state IN (1, 2)
            OR (state IN (3, 4, 5, 6, 11, 12) AND units > short_units)
         GROUP BY campaign_id, siren) f
  JOIN orders o ON o.id = f.id
 GROUP BY o.campaign_id, o.cohort, o.territory, o.department, o.band;

-- figure_recount_captures:
SELECT o.campaign_id, o.version, p.captured_ms, p.captured_cents
  FROM payment p JOIN orders o ON o.id = p.order_id
 WHERE p.captured_ms > 0 AND p.captured_euros = 1;

-- When it was asked for, when that ended, when it was done, when that turned out to be wrong.
-- figure_recount_refunds:
SELECT o.campaign_id, o.version, r.amount_cents, r.created_ms,
       CASE WHEN r.done_ms > 0 THEN r.done_ms ELSE r.voided_ms END,
       r.done_ms, CASE WHEN r.done_ms > 0 THEN r.voided_ms ELSE 0 END
  FROM refund r JOIN payment p ON p.id = r.payment_id JOIN orders o ON o.id = p.order_id
 WHERE p.captured_euros = 1;
