-- SPDX-License-Identifier: Apache-2.0
-- The fold and what it made. Each figure is a function of the movements and steps up to a number,
-- so the same range gives the same change whenever it is asked.

-- figure_fold_find:
SELECT movement_id, step_id, as_of_ms, minutes_from, mark_movement, mark_step, mark_ms, mark_xid
  FROM figure_fold WHERE one = 1;

-- The newest numbers seen; the first transaction that has not begun; the oldest that runs.
-- figure_bound [sqlite]:
SELECT COALESCE((SELECT MAX(id) FROM stock_movement), 0),
       COALESCE((SELECT MAX(id) FROM refund_step), 0), 0, 0;
-- figure_bound [pg]:
SELECT COALESCE((SELECT MAX(id) FROM stock_movement), 0),
       COALESCE((SELECT MAX(id) FROM refund_step), 0),
       CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS TEXT) AS BIGINT),
       CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT);

-- One row, or none when somebody else has folded meanwhile.
-- figure_fold_set: from_movement, from_step, movement_id, step_id, as_of_ms
UPDATE figure_fold SET movement_id = ?3, step_id = ?4, as_of_ms = ?5
 WHERE one = 1 AND movement_id = ?1 AND step_id = ?2;

-- figure_mark_set: movement_id, step_id, now_ms, xid
UPDATE figure_fold SET mark_movement = ?1, mark_step = ?2, mark_ms = ?3, mark_xid = ?4
 WHERE one = 1;

-- Every order of the companies whose orders moved after ?1 and up to ?2: how it stood at ?1 and
-- how it stands at ?2. Held is HOLD less RELEASE and SELL; sold is SELL and RESELL less RETURN and
-- SPOIL; gone is RETURN and SPOIL. Packs that were missing leave in the order they were noted, so
-- those that have left are the first whose sum is within what is gone.
-- The "+" keeps to the index by company: that by campaign would lead to every order.
-- figure_orders: after_id, until_id
SELECT s.siren, s.campaign_id, s.version, s.created_ms, s.territory, s.department, s.cohort,
       s.band, s.units, s.total_cents,
       s.placed_was, s.held_was, s.sold_was,
       CASE WHEN s.gone_was > 0 AND s.sold_was > 0 THEN
            COALESCE((SELECT SUM(x.net_cents + x.vat_cents) FROM order_shortage x
                       WHERE x.order_id = s.id
                         AND (SELECT SUM(y.units) FROM order_shortage y
                               WHERE y.order_id = s.id AND y.id <= x.id) <= s.gone_was), 0)
            ELSE 0 END,
       s.sale_was,
       s.held, s.sold,
       CASE WHEN s.gone > 0 AND s.sold > 0 THEN
            COALESCE((SELECT SUM(x.net_cents + x.vat_cents) FROM order_shortage x
                       WHERE x.order_id = s.id
                         AND (SELECT SUM(y.units) FROM order_shortage y
                               WHERE y.order_id = s.id AND y.id <= x.id) <= s.gone), 0)
            ELSE 0 END,
       s.sale, s.sale_ms
  FROM (SELECT o.id, o.siren, o.campaign_id, o.version, o.created_ms, o.territory, o.department,
               o.cohort, o.band, o.units, o.total_cents,
               MAX(CASE WHEN m.id <= ?1 THEN 1 ELSE 0 END) AS placed_was,
               SUM(CASE WHEN m.id > ?1 THEN 0
                        WHEN m.kind = 2 THEN m.units
                        WHEN m.kind IN (3, 4) THEN -m.units ELSE 0 END) AS held_was,
               SUM(CASE WHEN m.id > ?1 THEN 0
                        WHEN m.kind IN (4, 5) THEN m.units
                        WHEN m.kind IN (6, 8) THEN -m.units ELSE 0 END) AS sold_was,
               SUM(CASE WHEN m.id <= ?1 AND m.kind IN (6, 8) THEN m.units ELSE 0 END) AS gone_was,
               MAX(CASE WHEN m.id <= ?1 AND m.kind IN (4, 5) THEN 1 ELSE 0 END) AS sale_was,
               SUM(CASE WHEN m.kind = 2 THEN m.units
                        WHEN m.kind IN (3, 4) THEN -m.units ELSE 0 END) AS held,
               SUM(CASE WHEN m.kind IN (4, 5) THEN m.units
                        WHEN m.kind IN (6, 8) THEN -m.units ELSE 0 END) AS sold,
               SUM(CASE WHEN m.kind IN (6, 8) THEN m.units ELSE 0 END) AS gone,
               MAX(CASE WHEN m.kind IN (4, 5) THEN 1 ELSE 0 END) AS sale,
               MIN(CASE WHEN m.kind IN (4, 5) THEN m.at_ms END) AS sale_ms
          FROM (SELECT DISTINCT t.siren, t.campaign_id
                  FROM stock_movement n JOIN orders t ON t.id = n.order_id
                 WHERE n.id > ?1 AND n.id <= ?2) w
          JOIN orders o ON o.siren = w.siren AND +o.campaign_id = w.campaign_id
          JOIN stock_movement m ON m.order_id = o.id AND m.id <= ?2
         GROUP BY o.id) s
 ORDER BY s.siren, s.campaign_id, s.id;

-- Steps of refunds after ?1 and up to ?2: what they change in money due (states 1 and 2) and money
-- given back (3). A payment that no order could take was captured
-- all the same: its first refund brings it in; every other came in with the sale of its order.
-- figure_steps: after_id, until_id
SELECT o.campaign_id, o.version, s.at_ms,
       CASE WHEN s.to_state IN (1, 2) THEN r.amount_cents ELSE 0 END
       - CASE WHEN s.from_state IN (1, 2) THEN r.amount_cents ELSE 0 END,
       CASE WHEN s.to_state = 3 THEN r.amount_cents ELSE 0 END
       - CASE WHEN s.from_state = 3 THEN r.amount_cents ELSE 0 END,
       CASE WHEN s.from_state = 0
                 AND r.id = (SELECT MIN(f.id) FROM refund f WHERE f.payment_id = p.id)
                 AND NOT (COALESCE(o.payment_id, 0) = p.id
                          AND EXISTS (SELECT 1 FROM stock_movement m
                                       WHERE m.order_id = o.id AND m.kind IN (4, 5)))
            THEN p.captured_cents ELSE 0 END,
       p.captured_ms
  FROM refund_step s
  JOIN refund r ON r.id = s.refund_id
  JOIN payment p ON p.id = r.payment_id
  JOIN orders o ON o.id = p.order_id
 WHERE s.id > ?1 AND s.id <= ?2 AND p.captured_euros = 1
 ORDER BY s.id;

-- Which zone a version's days are in is in its policy.
-- figure_versions:
SELECT campaign_id, version FROM campaign_version ORDER BY campaign_id, version LIMIT 10000;

-- figure_day_add: campaign, day, department, band, placed, units, held, units, sold, units, cents
INSERT INTO figure_day (campaign_id, day, department, band, placed_orders, placed_units,
                        held_orders, held_units, sold_orders, sold_units, sold_cents)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
ON CONFLICT (campaign_id, day, department, band) DO UPDATE
SET placed_orders = figure_day.placed_orders + excluded.placed_orders,
    placed_units = figure_day.placed_units + excluded.placed_units,
    held_orders = figure_day.held_orders + excluded.held_orders,
    held_units = figure_day.held_units + excluded.held_units,
    sold_orders = figure_day.sold_orders + excluded.sold_orders,
    sold_units = figure_day.sold_units + excluded.sold_units,
    sold_cents = figure_day.sold_cents + excluded.sold_cents;

-- figure_group_add: campaign, cohort, territory, department, band, companies, held, units, sold, units, cents
INSERT INTO figure_group (campaign_id, cohort, territory, department, band, companies,
                          held_orders, held_units, sold_orders, sold_units, sold_cents)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
ON CONFLICT (campaign_id, cohort, territory, department, band) DO UPDATE
SET companies = figure_group.companies + excluded.companies,
    held_orders = figure_group.held_orders + excluded.held_orders,
    held_units = figure_group.held_units + excluded.held_units,
    sold_orders = figure_group.sold_orders + excluded.sold_orders,
    sold_units = figure_group.sold_units + excluded.sold_units,
    sold_cents = figure_group.sold_cents + excluded.sold_cents;

-- figure_minute_add: campaign_id, minute, orders, units
INSERT INTO figure_minute (campaign_id, minute, orders, units) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (campaign_id, minute) DO UPDATE
SET orders = figure_minute.orders + excluded.orders,
    units = figure_minute.units + excluded.units;

-- figure_hour_add: campaign_id, hour, orders, units
INSERT INTO figure_hour (campaign_id, hour, orders, units) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (campaign_id, hour) DO UPDATE
SET orders = figure_hour.orders + excluded.orders,
    units = figure_hour.units + excluded.units;

-- figure_money_add: campaign_id, day, captured_cents, due_cents, refunded_cents
INSERT INTO figure_money (campaign_id, day, captured_cents, due_cents, refunded_cents)
VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (campaign_id, day) DO UPDATE
SET captured_cents = figure_money.captured_cents + excluded.captured_cents,
    due_cents = figure_money.due_cents + excluded.due_cents,
    refunded_cents = figure_money.refunded_cents + excluded.refunded_cents;

-- figure_minute_forget: before_minute
DELETE FROM figure_minute
 WHERE campaign_id IN (SELECT id FROM campaign) AND minute < ?1;

-- figure_minutes_from_set: minute
UPDATE figure_fold SET minutes_from = ?1 WHERE one = 1;

-- figure_day_clear:
DELETE FROM figure_day;

-- figure_group_clear:
DELETE FROM figure_group;

-- figure_minute_clear:
DELETE FROM figure_minute;

-- figure_hour_clear:
DELETE FROM figure_hour;

-- figure_money_clear:
DELETE FROM figure_money;

-- figure_days: campaign_id, from_day, until_day
SELECT day, department, band, placed_orders, placed_units, held_orders, held_units, sold_orders,
       sold_units, sold_cents
  FROM figure_day
 WHERE campaign_id = ?1 AND day >= ?2 AND day < ?3
 ORDER BY day, department, band
 LIMIT 10000000;

-- figure_groups: campaign_id
SELECT cohort, territory, department, band, companies, held_orders, held_units, sold_orders,
       sold_units, sold_cents
  FROM figure_group
 WHERE campaign_id = ?1
 ORDER BY cohort, territory, department, band
 LIMIT 100000;

-- figure_minutes: campaign_id, from, until
SELECT minute, orders, units FROM figure_minute
 WHERE campaign_id = ?1 AND minute >= ?2 AND minute < ?3
 ORDER BY minute
 LIMIT 20000;

-- figure_hours: campaign_id, from, until
SELECT hour, orders, units FROM figure_hour
 WHERE campaign_id = ?1 AND hour >= ?2 AND hour < ?3
 ORDER BY hour
 LIMIT 20000;

-- figure_money_sum: campaign_id
SELECT COALESCE(SUM(captured_cents), 0), COALESCE(SUM(due_cents), 0),
       COALESCE(SUM(refunded_cents), 0)
  FROM figure_money WHERE campaign_id = ?1;

-- figure_trials: campaign_id
SELECT version, at_ms, imported_ms, companies, eligible, units_min, units_max
  FROM figure_trial
 WHERE campaign_id = ?1
 ORDER BY version DESC
 LIMIT 1000;

-- figure_trial_put: campaign, version, at_ms, imported_ms, companies, eligible, min, max
INSERT INTO figure_trial (campaign_id, version, at_ms, imported_ms, companies, eligible, units_min,
                          units_max)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
ON CONFLICT (campaign_id, version) DO UPDATE
SET at_ms = excluded.at_ms, imported_ms = excluded.imported_ms, companies = excluded.companies,
    eligible = excluded.eligible, units_min = excluded.units_min, units_max = excluded.units_max;

-- figure_allowed_of: campaign_id, version
SELECT axis, code, companies, units_min, units_max FROM figure_allowed
 WHERE campaign_id = ?1 AND version = ?2
 ORDER BY axis, code
 LIMIT 1000;

-- figure_allowed_clear: campaign_id, version
DELETE FROM figure_allowed WHERE campaign_id = ?1 AND version = ?2;

-- figure_allowed_put: campaign_id, version, axis, code, companies, units_min, units_max
INSERT INTO figure_allowed (campaign_id, version, axis, code, companies, units_min, units_max)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);
