-- SPDX-License-Identifier: Apache-2.0
--
-- One statement for each invariant: it finds what breaks it. The first column is what to look at,
-- the second and third are the figures that should agree.
--
-- Orders, payments and documents are looked at in pages of numbers, after ?1 and until ?2, and what
-- hangs on them is named by the same range: each page is read along its indexes into little memory,
-- however many there are and whatever a planner believes. The whole history is all pages. Otherwise
-- ids grow with time, so the newest row that is older than asked is found by walking back from the
-- end (check_bounds), and the pages begin there; a second statement of the same text, "_recent",
-- looks at older ones whose stock moved, that a notification or a refund concerned, or that changed
-- since. That costs what happened lately, not what ever happened, and the placing of an order pays
-- for no index. Older orders that only travel are the whole check's ("maillon check"), but for
-- their parcels, picks and invoices.
--
-- "+ 0" keeps SQLite from walking another index than that of what is new. What is broken is
-- MATERIALIZED before the first twenty are taken, or PostgreSQL would walk all rows in the hope of
-- finding twenty soon.

-- What PostgreSQL's planner is told for one transaction. The sums over everything get memory
-- instead of files, and the whole check gets the time it needs. What is recent is looked up row by
-- row, and a page is read along indexes, by one process: both cost the same in a long history as in
-- a short one, depend on no statistics, and are over before helpers would have begun.
-- check_settings [sqlite]: timeout
SELECT ?1;
-- check_settings [pg]: timeout
SELECT set_config('plan_cache_mode', 'force_custom_plan', true),
       set_config('work_mem', '64MB', true), set_config('statement_timeout', ?1, true);
-- check_settings_recent [sqlite]:
SELECT 1;
-- check_settings_recent [pg]:
SELECT set_config('enable_seqscan', 'off', true), set_config('enable_mergejoin', 'off', true),
       set_config('enable_hashjoin', 'off', true),
       set_config('max_parallel_workers_per_gather', '0', true);
-- check_settings_pages [sqlite]:
SELECT 1;
-- check_settings_pages [pg]:
SELECT set_config('enable_seqscan', 'off', true), set_config('enable_mergejoin', 'on', true),
       set_config('enable_hashjoin', 'on', true),
       set_config('max_parallel_workers_per_gather', '0', true);

-- check_bounds: since_ms
SELECT COALESCE((SELECT b.id FROM orders b WHERE b.created_ms < ?1 ORDER BY b.id DESC LIMIT 1), 0),
       COALESCE((SELECT b.id FROM stock_movement b WHERE b.at_ms < ?1
                  ORDER BY b.id DESC LIMIT 1), 0),
       COALESCE((SELECT b.id FROM payment b WHERE b.created_ms < ?1
                  ORDER BY b.id DESC LIMIT 1), 0),
       COALESCE((SELECT b.id FROM refund b WHERE b.created_ms < ?1
                  ORDER BY b.id DESC LIMIT 1), 0),
       COALESCE((SELECT b.id FROM invoice b WHERE b.issued_ms < ?1
                  ORDER BY b.id DESC LIMIT 1), 0);

-- The last number of the page that begins after another; NULL when there is none.
-- check_order_page: after
SELECT MAX(p.id) FROM (SELECT id FROM orders WHERE id > ?1 ORDER BY id LIMIT 20000) p;

-- check_payment_page: after
SELECT MAX(p.id) FROM (SELECT id FROM payment WHERE id > ?1 ORDER BY id LIMIT 20000) p;

-- check_invoice_page: after
SELECT MAX(p.id) FROM (SELECT id FROM invoice WHERE id > ?1 ORDER BY id LIMIT 20000) p;

-- ---- counters: all of them each time ----

-- check_slot_sum:
SELECT pool_id, received, available + held + sold + withdrawn + quarantined + sent FROM stock_slot
 WHERE received <> available + held + sold + withdrawn + quarantined + sent
    OR available < 0 OR held < 0 OR sold < 0 OR withdrawn < 0 OR quarantined < 0 OR sent < 0
 ORDER BY pool_id, slot
 LIMIT 20;

-- Counters against movements; what each kind does stands in stock_effect (stock/stock.c). Summed by
-- kind first: one addition for each movement.
-- check_slot_movements:
SELECT s.pool_id,
       CASE WHEN s.received <> COALESCE(m.received, 0) THEN s.received
            WHEN s.available <> COALESCE(m.available, 0) THEN s.available
            WHEN s.held <> COALESCE(m.held, 0) THEN s.held
            WHEN s.sold <> COALESCE(m.sold, 0) THEN s.sold
            WHEN s.withdrawn <> COALESCE(m.withdrawn, 0) THEN s.withdrawn
            WHEN s.quarantined <> COALESCE(m.quarantined, 0) THEN s.quarantined
            ELSE s.sent END,
       CASE WHEN s.received <> COALESCE(m.received, 0) THEN COALESCE(m.received, 0)
            WHEN s.available <> COALESCE(m.available, 0) THEN COALESCE(m.available, 0)
            WHEN s.held <> COALESCE(m.held, 0) THEN COALESCE(m.held, 0)
            WHEN s.sold <> COALESCE(m.sold, 0) THEN COALESCE(m.sold, 0)
            WHEN s.withdrawn <> COALESCE(m.withdrawn, 0) THEN COALESCE(m.withdrawn, 0)
            WHEN s.quarantined <> COALESCE(m.quarantined, 0) THEN COALESCE(m.quarantined, 0)
            ELSE COALESCE(m.sent, 0) END
  FROM stock_slot s
  LEFT JOIN (SELECT k.pool_id, k.slot,
                    SUM(CASE k.kind WHEN 1 THEN k.units ELSE 0 END) AS received,
                    SUM(CASE k.kind WHEN 1 THEN k.units WHEN 2 THEN -k.units WHEN 3 THEN k.units
                                    WHEN 5 THEN -k.units WHEN 6 THEN k.units
                                    WHEN 7 THEN -k.units WHEN 9 THEN -k.units
                                    WHEN 10 THEN k.units WHEN 12 THEN -k.units
                                    ELSE 0 END) AS available,
                    SUM(CASE k.kind WHEN 2 THEN k.units WHEN 3 THEN -k.units
                                    WHEN 4 THEN -k.units ELSE 0 END) AS held,
                    SUM(CASE k.kind WHEN 4 THEN k.units WHEN 5 THEN k.units
                                    WHEN 6 THEN -k.units WHEN 8 THEN -k.units
                                    ELSE 0 END) AS sold,
                    SUM(CASE k.kind WHEN 7 THEN k.units WHEN 8 THEN k.units
                                    WHEN 11 THEN k.units ELSE 0 END) AS withdrawn,
                    SUM(CASE k.kind WHEN 9 THEN k.units WHEN 10 THEN -k.units
                                    WHEN 11 THEN -k.units ELSE 0 END) AS quarantined,
                    SUM(CASE k.kind WHEN 12 THEN k.units ELSE 0 END) AS sent
               FROM (SELECT pool_id, slot, kind, SUM(units) AS units FROM stock_movement
                      GROUP BY pool_id, slot, kind) k
              GROUP BY k.pool_id, k.slot) m ON m.pool_id = s.pool_id AND m.slot = s.slot
 WHERE s.received <> COALESCE(m.received, 0) OR s.available <> COALESCE(m.available, 0)
    OR s.held <> COALESCE(m.held, 0) OR s.sold <> COALESCE(m.sold, 0)
    OR s.withdrawn <> COALESCE(m.withdrawn, 0)
    OR s.quarantined <> COALESCE(m.quarantined, 0) OR s.sent <> COALESCE(m.sent, 0)
 ORDER BY s.pool_id, s.slot
 LIMIT 20;

-- The book of boxes against the book of promises, pool by pool.
-- check_batches:
SELECT s.pool_id, s.here, COALESCE(b.here, 0)
  FROM (SELECT pool_id, SUM(received) AS received, SUM(available + held + sold) AS here,
               SUM(withdrawn) AS withdrawn, SUM(quarantined) AS quarantined, SUM(sent) AS sent
          FROM stock_slot GROUP BY pool_id) s
  LEFT JOIN (SELECT pool_id, SUM(received) AS received, SUM(on_hand + picked + handed) AS here,
                    SUM(scrapped) AS withdrawn, SUM(quarantined) AS quarantined,
                    SUM(sent) AS sent
               FROM stock_batch_pool GROUP BY pool_id) b ON b.pool_id = s.pool_id
 WHERE s.received <> COALESCE(b.received, 0) OR s.here <> COALESCE(b.here, 0)
    OR s.withdrawn <> COALESCE(b.withdrawn, 0)
    OR s.quarantined <> COALESCE(b.quarantined, 0) OR s.sent <> COALESCE(b.sent, 0)
 ORDER BY s.pool_id
 LIMIT 20;

-- What a batch has picked and handed over is what the orders have of it.
-- check_picks:
SELECT b.batch_id, b.picked + b.handed, COALESCE(p.units + p.handed, 0)
  FROM stock_batch_pool b
  LEFT JOIN (SELECT pool_id, batch_id, SUM(units) AS units, SUM(handed) AS handed
               FROM stock_pick GROUP BY pool_id, batch_id) p
         ON p.pool_id = b.pool_id AND p.batch_id = b.batch_id
 WHERE b.picked <> COALESCE(p.units, 0) OR b.handed <> COALESCE(p.handed, 0)
 ORDER BY b.batch_id, b.pool_id
 LIMIT 20;

-- Nothing is for sale in a pool while recalled units lie on its shelf.
-- check_recalled:
SELECT b.pool_id, b.units, s.free
  FROM (SELECT pool_id, SUM(on_hand) AS units FROM stock_batch_pool WHERE recalled = 1
         GROUP BY pool_id) b
  JOIN (SELECT pool_id, SUM(available) AS free FROM stock_slot GROUP BY pool_id) s
         ON s.pool_id = b.pool_id
 WHERE b.units > 0 AND s.free > 0
 ORDER BY b.pool_id
 LIMIT 20;

-- What left a pool for another is on its way, there, or noted as lost.
-- check_transfers:
SELECT s.pool_id, s.sent, COALESCE(t.units, 0)
  FROM (SELECT pool_id, SUM(sent) AS sent FROM stock_slot GROUP BY pool_id) s
  LEFT JOIN (SELECT from_pool, SUM(units) AS units FROM stock_transfer GROUP BY from_pool) t
         ON t.from_pool = s.pool_id
 WHERE s.sent <> COALESCE(t.units, 0)
 ORDER BY s.pool_id
 LIMIT 20;

-- Numbers of a series are 1, 2, 3 ... to its counter.
-- check_invoice_gaps:
SELECT s.last, s.last, COUNT(i.seq)
  FROM invoice_series s
  LEFT JOIN invoice i ON i.organiser_id = s.organiser_id AND i.series = s.series
 GROUP BY s.organiser_id, s.series, s.last
HAVING COUNT(i.seq) <> s.last OR COALESCE(MAX(i.seq), 0) <> s.last
 ORDER BY s.organiser_id, s.series
 LIMIT 20;

-- Packs that could not be sent are no more than were ordered, and their money is being, or was,
-- given back.
-- check_shortage: since_ms
SELECT o.id, o.short_units, s.units
  FROM (SELECT order_id, SUM(units) AS units, SUM(net_cents) AS net, SUM(vat_cents) AS vat
          FROM order_shortage
         WHERE order_id IN (SELECT n.order_id FROM order_shortage n WHERE n.at_ms >= ?1)
         GROUP BY order_id) s
  JOIN orders o ON o.id = s.order_id
 WHERE o.short_units <> s.units OR o.short_units > o.units OR o.short_net_cents <> s.net
    OR o.short_vat_cents <> s.vat
    OR s.net + s.vat > (SELECT COALESCE(SUM(r.amount_cents), 0) FROM refund r
                         WHERE r.payment_id = o.payment_id AND r.state IN (1, 2, 3))
 ORDER BY o.id
 LIMIT 20;

-- ---- companies: of all orders, or of the newest ----

-- Step 99 came with the rule that a returned order counts until it is given back. Before, a second
-- ration was let through beside a returned one, rightly then: of a company's orders of a period
-- that were all made before, the returned ones do not count, as they did not.
-- check_quota:
-- check_quota_recent: order_after
WITH broken (id, is_so, should_be) AS MATERIALIZED (
SELECT o.siren, MAX(quota_units), SUM(units - short_units)
  FROM orders o
-- [check_quota_recent]
  JOIN (SELECT DISTINCT n.siren + 0 AS siren FROM orders n WHERE n.id > ?1) t
         ON t.siren = o.siren
-- [all]
 WHERE state IN (1, 2, 3, 4, 5, 6, 11, 12)
 GROUP BY campaign_id, o.siren, period_ms
HAVING SUM(units - short_units)
       - CASE WHEN MAX(created_ms) < (SELECT applied_ms FROM schema_step WHERE number = 99)
              THEN SUM(CASE state WHEN 12 THEN units - short_units ELSE 0 END)
              ELSE 0 END > MAX(quota_units))
SELECT id, is_so, should_be FROM broken ORDER BY id LIMIT 20;

-- The index alone is read, and the orders of a key that has several.
-- check_key:
-- check_key_recent: order_after
SELECT (SELECT MIN(o.id) FROM orders o WHERE o.siren = k.siren AND o.idem_key = k.idem_key),
       k.orders, 1
  FROM (SELECT i.siren, i.idem_key, COUNT(*) AS orders FROM
-- [check_key_recent]
               (SELECT DISTINCT n.siren + 0 AS siren FROM orders n WHERE n.id > ?1) t CROSS JOIN
-- [all]
               orders i
-- [check_key_recent]
         WHERE i.siren = t.siren
-- [all]
         GROUP BY i.siren, i.idem_key
        HAVING COUNT(*) > 1) k
 ORDER BY k.siren, k.idem_key
 LIMIT 20;

-- ---- orders ----

-- An order holds stock exactly while it is held or paying, and has sold stock exactly while it is
-- paid and not given back.
-- check_order_stock: after, until
-- check_order_stock_recent: movement_after, order_until
WITH broken (id, is_so, should_be) AS MATERIALIZED (
SELECT o.id, CASE WHEN o.state IN (1, 2) THEN o.units ELSE 0 END, COALESCE(SUM(m.held), 0)
  FROM orders o
-- [check_order_stock_recent]
  JOIN (SELECT DISTINCT n.order_id + 0 AS id FROM stock_movement n
         WHERE n.id > ?1 AND n.order_id + 0 <= ?2) t ON t.id = o.id
-- [all]
  LEFT JOIN (SELECT order_id,
                    CASE kind WHEN 2 THEN units WHEN 3 THEN -units WHEN 4 THEN -units ELSE 0 END
                        AS held,
                    CASE kind WHEN 4 THEN units WHEN 5 THEN units WHEN 6 THEN -units
                              WHEN 8 THEN -units ELSE 0 END AS sold
               FROM stock_movement
-- [check_order_stock]
              WHERE order_id > ?1 AND order_id <= ?2
-- [all]
            ) m ON m.order_id = o.id
-- [check_order_stock]
 WHERE o.id > ?1 AND o.id <= ?2
-- [check_order_stock_recent]
 WHERE o.id > 0
-- [all]
 GROUP BY o.id, o.state, o.units, o.short_units
HAVING COALESCE(SUM(m.held), 0) <> CASE WHEN o.state IN (1, 2) THEN o.units ELSE 0 END
    OR COALESCE(SUM(m.sold), 0)
       <> CASE WHEN o.state IN (3, 4, 5, 6, 11, 12) THEN o.units - o.short_units ELSE 0 END)
SELECT id, is_so, should_be FROM broken ORDER BY id LIMIT 20;

-- check_order_lines: after, until
-- check_order_lines_recent: movement_after, order_until
WITH broken (id, is_so, should_be) AS MATERIALIZED (
SELECT o.id, o.units, COALESCE(SUM(l.units), 0)
  FROM orders o
-- [check_order_lines_recent]
  JOIN (SELECT DISTINCT n.order_id + 0 AS id FROM stock_movement n
         WHERE n.id > ?1 AND n.order_id + 0 <= ?2) t ON t.id = o.id
-- [all]
  LEFT JOIN order_line l ON l.order_id = o.id
-- [check_order_lines]
        AND l.order_id > ?1 AND l.order_id <= ?2
 WHERE o.id > ?1 AND o.id <= ?2
-- [check_order_lines_recent]
 WHERE o.id > 0
-- [all]
 GROUP BY o.id, o.units, o.net_cents, o.vat_cents, o.delivery_cents
HAVING o.units <> COALESCE(SUM(l.units), 0)
    OR o.net_cents <> COALESCE(SUM(l.net_cents), 0) + o.delivery_cents
    OR (o.delivery_cents = 0 AND o.vat_cents <> COALESCE(SUM(l.vat_cents), 0)))
SELECT id, is_so, should_be FROM broken ORDER BY id LIMIT 20;

-- check_history: after, until
-- check_history_recent: movement_after, order_until
WITH broken (id, is_so, should_be) AS MATERIALIZED (
SELECT o.id, o.state, COALESCE(e.to_state, 0)
  FROM orders o
-- [check_history_recent]
  JOIN (SELECT DISTINCT n.order_id + 0 AS id FROM stock_movement n
         WHERE n.id > ?1 AND n.order_id + 0 <= ?2) t ON t.id = o.id
-- [check_history]
  LEFT JOIN (SELECT order_id, MAX(n) AS n FROM order_event
              WHERE order_id > ?1 AND order_id <= ?2
              GROUP BY order_id) l ON l.order_id = o.id
  LEFT JOIN order_event e ON e.order_id = l.order_id AND e.n = l.n
        AND e.order_id > ?1 AND e.order_id <= ?2
 WHERE o.id > ?1 AND o.id <= ?2
-- [check_history_recent]
  LEFT JOIN order_event e ON e.order_id = o.id
        AND e.n = (SELECT MAX(l.n) FROM order_event l WHERE l.order_id = o.id)
 WHERE o.id > 0
-- [all]
   AND (e.n IS NULL OR e.to_state <> o.state OR e.actor = '' OR e.cause = '' OR e.at_ms <= 0))
SELECT id, is_so, should_be FROM broken ORDER BY id LIMIT 20;

-- A paid order stands on a captured payment of its own amount.
-- check_order_capture: after, until
-- check_order_capture_recent: movement_after, order_until
WITH broken (id, is_so, should_be) AS MATERIALIZED (
SELECT o.id, o.total_cents, COALESCE(p.captured_cents, 0)
  FROM orders o
-- [check_order_capture_recent]
  JOIN (SELECT DISTINCT n.order_id + 0 AS id FROM stock_movement n
         WHERE n.id > ?1 AND n.order_id + 0 <= ?2) t ON t.id = o.id
-- [all]
  LEFT JOIN payment p ON p.id = o.payment_id
-- [check_order_capture]
 WHERE o.id > ?1 AND o.id <= ?2
-- [check_order_capture_recent]
 WHERE o.id > 0
-- [all]
   AND o.state IN (3, 4, 5, 6)
   AND (p.id IS NULL OR p.state <> 3 OR p.order_id <> o.id
        OR p.captured_cents <> o.total_cents OR p.captured_euros <> 1))
SELECT id, is_so, should_be FROM broken ORDER BY id LIMIT 20;

-- check_paid_mail: after, until
-- check_paid_mail_recent: movement_after, order_until
WITH broken (id, is_so, should_be) AS MATERIALIZED (
SELECT o.id, 1, 0 FROM orders o
-- [check_paid_mail_recent]
  JOIN (SELECT DISTINCT n.order_id + 0 AS id FROM stock_movement n
         WHERE n.id > ?1 AND n.order_id + 0 <= ?2) t ON t.id = o.id
-- [all]
  JOIN account a ON a.id = o.account_id
-- [check_paid_mail]
 WHERE o.id > ?1 AND o.id <= ?2
-- [check_paid_mail_recent]
 WHERE o.id > 0
-- [all]
   AND o.paid_ms > 0
   AND NOT EXISTS (SELECT 1 FROM mail m WHERE m.subject_id = o.id AND m.cause = 'order_paid'
-- [check_paid_mail]
                      AND m.subject_id > ?1 AND m.subject_id <= ?2
-- [all]
                  ))
SELECT id, is_so, should_be FROM broken ORDER BY id LIMIT 20;

-- No order has more picked than it has bought.
-- check_order_picks: after, until
-- check_order_picks_recent: since_ms, order_until
WITH broken (id, is_so, should_be) AS MATERIALIZED (
SELECT o.id, o.units, SUM(p.units + p.handed)
  FROM orders o
-- [check_order_picks_recent]
  JOIN (SELECT DISTINCT n.id + 0 AS id FROM orders n
         WHERE n.changed_ms >= ?1 AND n.changed_ms > n.created_ms AND n.id + 0 <= ?2) t
         ON t.id = o.id
-- [all]
  JOIN stock_pick p ON p.order_id = o.id
-- [check_order_picks]
        AND p.order_id > ?1 AND p.order_id <= ?2
 WHERE o.id > ?1 AND o.id <= ?2
-- [check_order_picks_recent]
 WHERE o.id > 0
-- [all]
 GROUP BY o.id, o.units
HAVING SUM(p.units + p.handed) > o.units)
SELECT id, is_so, should_be FROM broken ORDER BY id LIMIT 20;

-- A paid order has its invoice, of its amount, or waits for it.
-- check_invoice_order: after, until
-- check_invoice_order_recent: since_ms, order_until
WITH broken (id, is_so, should_be) AS MATERIALIZED (
SELECT o.id, o.total_cents, COALESCE(i.total_cents, 0)
  FROM orders o
-- [check_invoice_order_recent]
  JOIN (SELECT DISTINCT n.id + 0 AS id FROM orders n
         WHERE n.changed_ms >= ?1 AND n.changed_ms > n.created_ms AND n.id + 0 <= ?2) t
         ON t.id = o.id
-- [all]
  LEFT JOIN invoice i ON i.order_id = o.id AND i.kind = 380
-- [check_invoice_order]
        AND i.order_id > ?1 AND i.order_id <= ?2
-- [all]
  LEFT JOIN invoice_due d ON d.kind = 380 AND d.subject_id = o.id
-- [check_invoice_order]
 WHERE o.id > ?1 AND o.id <= ?2
-- [check_invoice_order_recent]
 WHERE o.id > 0
-- [all]
   AND o.paid_ms > 0
   AND ((i.id IS NULL AND d.subject_id IS NULL) OR i.total_cents <> o.total_cents))
SELECT id, is_so, should_be FROM broken ORDER BY id LIMIT 20;

-- What an order being prepared or sent has in its parcels is what was ordered less what is
-- missing; one that was sent again has more.
-- check_parcels: after, until
-- check_parcels_recent: since_ms, order_until
WITH broken (id, is_so, should_be) AS MATERIALIZED (
SELECT o.id, o.units - o.short_units, COALESCE(SUM(i.packs * (l.units / l.packs)), 0)
  FROM orders o
-- [check_parcels_recent]
  JOIN (SELECT DISTINCT n.order_id + 0 AS id FROM parcel n
         WHERE n.changed_ms >= ?1 AND n.order_id + 0 <= ?2) t ON t.id = o.id
-- [all]
  JOIN parcel p ON p.order_id = o.id AND p.state <> 9
  JOIN parcel_item i ON i.parcel_id = p.id
  JOIN order_line l ON l.order_id = o.id AND l.line = i.line
-- [check_parcels]
 WHERE o.id > ?1 AND o.id <= ?2 AND p.order_id > ?1 AND p.order_id <= ?2
   AND l.order_id > ?1 AND l.order_id <= ?2
-- [check_parcels_recent]
 WHERE o.id > 0
-- [all]
   AND o.state IN (4, 5, 6)
 GROUP BY o.id, o.units, o.short_units
HAVING COALESCE(SUM(i.packs * (l.units / l.packs)), 0) < o.units - o.short_units)
SELECT id, is_so, should_be FROM broken ORDER BY id LIMIT 20;

-- An order with the carrier has nothing left to send, and an order that is only paid has no
-- parcel.
-- check_parcel_state: after, until
-- check_parcel_state_recent: since_ms, order_until
WITH broken (id, is_so, should_be) AS MATERIALIZED (
SELECT o.id, o.state, MIN(p.state)
  FROM orders o
-- [check_parcel_state_recent]
  JOIN (SELECT DISTINCT n.order_id + 0 AS id FROM parcel n
         WHERE n.changed_ms >= ?1 AND n.order_id + 0 <= ?2) t ON t.id = o.id
-- [all]
  JOIN parcel p ON p.order_id = o.id AND p.state <> 9
-- [check_parcel_state]
 WHERE o.id > ?1 AND o.id <= ?2 AND p.order_id > ?1 AND p.order_id <= ?2
-- [check_parcel_state_recent]
 WHERE o.id > 0
-- [all]
   AND o.state IN (3, 5)
 GROUP BY o.id, o.state
HAVING o.state = 3 OR COUNT(CASE WHEN p.state BETWEEN 4 AND 8 THEN 1 END) = 0)
SELECT id, is_so, should_be FROM broken ORDER BY id LIMIT 20;

-- Orders with what tells whether the sale was open: the policy decides, which is looked up once for
-- those that stand together.
-- check_openings: after, until
SELECT id, campaign_id, version, cohort, territory, created_ms FROM orders
 WHERE id > ?1 AND id <= ?2
 ORDER BY campaign_id, version, id
 LIMIT 20000;

-- ---- payments ----

-- A captured payment is kept for exactly the order that stands on it.
-- check_capture_order: after, until
-- check_capture_order_recent: movement_after, refund_after, since_ms, payment_until
WITH broken (id, is_so, should_be) AS MATERIALIZED (
SELECT p.id, p.captured_cents, COALESCE(o.total_cents, 0)
  FROM payment p
-- [check_capture_order_recent]
  JOIN (SELECT n.payment_id AS id FROM refund n WHERE n.id > ?2
        UNION SELECT y.id FROM payment_event v
               JOIN payment y ON y.order_ref = v.order_ref
               WHERE v.received_ms >= ?3
        UNION SELECT y.id FROM stock_movement m
               JOIN payment y ON y.order_id = m.order_id
               WHERE m.id > ?1) t ON t.id = p.id AND t.id <= ?4
-- [all]
  LEFT JOIN orders o ON o.id = p.order_id
 WHERE p.state = 3
-- [check_capture_order]
   AND p.id > ?1 AND p.id <= ?2
-- [all]
   AND (o.id IS NULL OR o.payment_id IS NULL OR o.payment_id <> p.id
        OR o.state NOT IN (3, 4, 5, 6, 11, 12)))
SELECT id, is_so, should_be FROM broken ORDER BY id LIMIT 20;

-- Money that must go back has a refund under way; nothing is given back twice.
-- check_refund: after, until
-- check_refund_recent: movement_after, refund_after, since_ms, payment_until
WITH broken (id, is_so, should_be) AS MATERIALIZED (
SELECT p.id, p.captured_cents, COALESCE(SUM(r.amount_cents), 0)
  FROM payment p
-- [check_refund_recent]
  JOIN (SELECT n.payment_id AS id FROM refund n WHERE n.id > ?2
        UNION SELECT y.id FROM payment_event v
               JOIN payment y ON y.order_ref = v.order_ref
               WHERE v.received_ms >= ?3
        UNION SELECT y.id FROM stock_movement m
               JOIN payment y ON y.order_id = m.order_id
               WHERE m.id > ?1) t ON t.id = p.id AND t.id <= ?4
-- [all]
  LEFT JOIN refund r ON r.payment_id = p.id AND r.state IN (1, 2, 3)
-- [check_refund]
        AND r.payment_id > ?1 AND r.payment_id <= ?2
-- [all]
 WHERE p.captured_ms > 0
-- [check_refund]
   AND p.id > ?1 AND p.id <= ?2
-- [all]
 GROUP BY p.id, p.state, p.captured_cents
HAVING COALESCE(SUM(r.amount_cents), 0) > p.captured_cents
    OR (p.state IN (5, 6) AND COALESCE(SUM(r.amount_cents), 0) <> p.captured_cents))
SELECT id, is_so, should_be FROM broken ORDER BY id LIMIT 20;

-- ---- documents ----

-- A document is the sum of its rates.
-- check_invoice_sum: after, until
WITH broken (id, is_so, should_be) AS MATERIALIZED (
SELECT i.id, i.total_cents, COALESCE(SUM(v.net_cents + v.vat_cents), 0)
  FROM invoice i
  LEFT JOIN invoice_vat v ON v.invoice_id = i.id AND v.invoice_id > ?1 AND v.invoice_id <= ?2
 WHERE i.id > ?1 AND i.id <= ?2
 GROUP BY i.id, i.net_cents, i.vat_cents, i.total_cents
HAVING COALESCE(SUM(v.net_cents), 0) <> i.net_cents
    OR COALESCE(SUM(v.vat_cents), 0) <> i.vat_cents)
SELECT id, is_so, should_be FROM broken ORDER BY id LIMIT 20;

-- Credit notes never pass their invoice. It is named on the page of the last of them.
-- check_invoice_credit: after, until
WITH broken (id, is_so, should_be) AS MATERIALIZED (
SELECT b.id, b.total_cents, SUM(c.total_cents)
  FROM invoice b JOIN invoice c ON c.order_id = b.order_id AND c.kind = 381
 WHERE b.kind = 380
   AND b.order_id IN (SELECT n.order_id FROM invoice n
                       WHERE n.id > ?1 AND n.id <= ?2 AND n.kind = 381)
 GROUP BY b.id, b.total_cents
HAVING SUM(c.total_cents) > b.total_cents AND MAX(c.id) <= ?2)
SELECT id, is_so, should_be FROM broken ORDER BY id LIMIT 20;
