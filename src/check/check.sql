-- SPDX-License-Identifier: Apache-2.0
--
-- One statement for each invariant: it finds what breaks it. The first column is what to look at,
-- the second and third are the figures that should agree.
--
-- since_ms 0: all there is. Otherwise what changed since: ids grow with time, so the newest row
-- that is older is found by walking back from the end, and what has a higher id is looked at,
-- with the orders whose stock moved and the payments that a notification or a refund concerned
-- since then. That costs what happened lately, not what ever happened, and the placing of an order
-- pays for no index. "+ 0" keeps SQLite from walking a whole index for its order. Older orders
-- that only travel are the whole check's ("maillon check").

-- check_slot_sum: since_ms
SELECT pool_id, received, available + held + sold + withdrawn + quarantined + sent FROM stock_slot
 WHERE CAST(?1 AS BIGINT) >= 0
   AND (received <> available + held + sold + withdrawn + quarantined + sent
        OR available < 0 OR held < 0 OR sold < 0 OR withdrawn < 0 OR quarantined < 0 OR sent < 0)
 LIMIT 20;

-- Counters against movements; what each kind does stands in stock_effect (stock/stock.c).
-- check_slot_movements: since_ms
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
  LEFT JOIN (SELECT pool_id, slot,
                    SUM(CASE kind WHEN 1 THEN units ELSE 0 END) AS received,
                    SUM(CASE kind WHEN 1 THEN units WHEN 2 THEN -units WHEN 3 THEN units
                                  WHEN 5 THEN -units WHEN 6 THEN units WHEN 7 THEN -units
                                  WHEN 9 THEN -units WHEN 10 THEN units WHEN 12 THEN -units
                                  ELSE 0 END) AS available,
                    SUM(CASE kind WHEN 2 THEN units WHEN 3 THEN -units WHEN 4 THEN -units
                                  ELSE 0 END) AS held,
                    SUM(CASE kind WHEN 4 THEN units WHEN 5 THEN units WHEN 6 THEN -units
                                  WHEN 8 THEN -units ELSE 0 END) AS sold,
                    SUM(CASE kind WHEN 7 THEN units WHEN 8 THEN units WHEN 11 THEN units
                                  ELSE 0 END) AS withdrawn,
                    SUM(CASE kind WHEN 9 THEN units WHEN 10 THEN -units WHEN 11 THEN -units
                                  ELSE 0 END) AS quarantined,
                    SUM(CASE kind WHEN 12 THEN units ELSE 0 END) AS sent
               FROM stock_movement
              GROUP BY pool_id, slot) m ON m.pool_id = s.pool_id AND m.slot = s.slot
 WHERE CAST(?1 AS BIGINT) >= 0
   AND (s.received <> COALESCE(m.received, 0) OR s.available <> COALESCE(m.available, 0)
        OR s.held <> COALESCE(m.held, 0) OR s.sold <> COALESCE(m.sold, 0)
        OR s.withdrawn <> COALESCE(m.withdrawn, 0)
        OR s.quarantined <> COALESCE(m.quarantined, 0) OR s.sent <> COALESCE(m.sent, 0))
 LIMIT 20;

-- The book of boxes against the book of promises, pool by pool.
-- check_batches: since_ms
SELECT s.pool_id, s.here, COALESCE(b.here, 0)
  FROM (SELECT pool_id, SUM(received) AS received, SUM(available + held + sold) AS here,
               SUM(withdrawn) AS withdrawn, SUM(quarantined) AS quarantined, SUM(sent) AS sent
          FROM stock_slot GROUP BY pool_id) s
  LEFT JOIN (SELECT pool_id, SUM(received) AS received, SUM(on_hand + picked + handed) AS here,
                    SUM(scrapped) AS withdrawn, SUM(quarantined) AS quarantined,
                    SUM(sent) AS sent
               FROM stock_batch_pool GROUP BY pool_id) b ON b.pool_id = s.pool_id
 WHERE CAST(?1 AS BIGINT) >= 0
   AND (s.received <> COALESCE(b.received, 0) OR s.here <> COALESCE(b.here, 0)
        OR s.withdrawn <> COALESCE(b.withdrawn, 0)
        OR s.quarantined <> COALESCE(b.quarantined, 0) OR s.sent <> COALESCE(b.sent, 0))
 LIMIT 20;

-- What a batch has picked and handed over is what the orders have of it.
-- check_picks: since_ms
SELECT b.batch_id, b.picked + b.handed, COALESCE(p.units + p.handed, 0)
  FROM stock_batch_pool b
  LEFT JOIN (SELECT pool_id, batch_id, SUM(units) AS units, SUM(handed) AS handed
               FROM stock_pick GROUP BY pool_id, batch_id) p
         ON p.pool_id = b.pool_id AND p.batch_id = b.batch_id
 WHERE CAST(?1 AS BIGINT) >= 0
   AND (b.picked <> COALESCE(p.units, 0) OR b.handed <> COALESCE(p.handed, 0))
 LIMIT 20;

-- No order has more picked than it has bought.
-- check_order_picks: since_ms
SELECT o.id, o.units, SUM(p.units + p.handed)
  FROM orders o JOIN stock_pick p ON p.order_id = o.id
 WHERE o.changed_ms >= ?1
 GROUP BY o.id, o.units
HAVING SUM(p.units + p.handed) > o.units
 LIMIT 20;

-- Nothing is for sale in a pool while recalled units lie on its shelf.
-- check_recalled: since_ms
SELECT b.pool_id, b.units, s.free
  FROM (SELECT pool_id, SUM(on_hand) AS units FROM stock_batch_pool WHERE recalled = 1
         GROUP BY pool_id) b
  JOIN (SELECT pool_id, SUM(available) AS free FROM stock_slot GROUP BY pool_id) s
         ON s.pool_id = b.pool_id
 WHERE CAST(?1 AS BIGINT) >= 0 AND b.units > 0 AND s.free > 0
 LIMIT 20;

-- What left a pool for another is on its way, there, or noted as lost.
-- check_transfers: since_ms
SELECT s.pool_id, s.sent, COALESCE(t.units, 0)
  FROM (SELECT pool_id, SUM(sent) AS sent FROM stock_slot GROUP BY pool_id) s
  LEFT JOIN (SELECT from_pool, SUM(units) AS units FROM stock_transfer GROUP BY from_pool) t
         ON t.from_pool = s.pool_id
 WHERE CAST(?1 AS BIGINT) >= 0 AND s.sent <> COALESCE(t.units, 0)
 LIMIT 20;

-- An order holds stock exactly while it is held or paying, and has sold stock exactly while it is
-- paid and not given back.
-- check_order_stock: since_ms
SELECT o.id, CASE WHEN o.state IN (1, 2) THEN o.units ELSE 0 END, COALESCE(SUM(m.held), 0)
  FROM orders o
  LEFT JOIN (SELECT order_id,
                    CASE kind WHEN 2 THEN units WHEN 3 THEN -units WHEN 4 THEN -units ELSE 0 END
                        AS held,
                    CASE kind WHEN 4 THEN units WHEN 5 THEN units WHEN 6 THEN -units
                              WHEN 8 THEN -units ELSE 0 END AS sold
               FROM stock_movement) m ON m.order_id = o.id
 WHERE o.id IN (SELECT n.id FROM orders n WHERE n.id > COALESCE(
                   (SELECT b.id FROM orders b WHERE b.created_ms < ?1
                    ORDER BY b.id DESC LIMIT 1), 0)
               UNION SELECT m2.order_id FROM stock_movement m2 WHERE m2.order_id IS NOT NULL
                     AND m2.id > COALESCE((SELECT b.id FROM stock_movement b WHERE b.at_ms < ?1
                                            ORDER BY b.id DESC LIMIT 1), 0))
 GROUP BY o.id, o.state, o.units, o.short_units
HAVING COALESCE(SUM(m.held), 0) <> CASE WHEN o.state IN (1, 2) THEN o.units ELSE 0 END
    OR COALESCE(SUM(m.sold), 0)
       <> CASE WHEN o.state IN (3, 4, 5, 6, 11, 12) THEN o.units - o.short_units ELSE 0 END
 LIMIT 20;

-- check_order_lines: since_ms
SELECT o.id, o.units, COALESCE(SUM(l.units), 0)
  FROM orders o LEFT JOIN order_line l ON l.order_id = o.id
 WHERE o.id IN (SELECT n.id FROM orders n WHERE n.id > COALESCE(
                   (SELECT b.id FROM orders b WHERE b.created_ms < ?1
                    ORDER BY b.id DESC LIMIT 1), 0)
               UNION SELECT m2.order_id FROM stock_movement m2 WHERE m2.order_id IS NOT NULL
                     AND m2.id > COALESCE((SELECT b.id FROM stock_movement b WHERE b.at_ms < ?1
                                            ORDER BY b.id DESC LIMIT 1), 0))
 GROUP BY o.id, o.units, o.net_cents, o.vat_cents, o.delivery_cents
HAVING o.units <> COALESCE(SUM(l.units), 0)
    OR o.net_cents <> COALESCE(SUM(l.net_cents), 0) + o.delivery_cents
    OR (o.delivery_cents = 0 AND o.vat_cents <> COALESCE(SUM(l.vat_cents), 0))
 LIMIT 20;

-- Step 99 came with the rule that a returned order counts until it is given back. Before, a second
-- ration was let through beside a returned one, rightly then: of a company's orders of a period
-- that were all made before, the returned ones do not count, as they did not.
-- check_quota: since_ms
SELECT siren, MAX(quota_units), SUM(units - short_units)
  FROM orders
 WHERE state IN (1, 2, 3, 4, 5, 6, 11, 12)
   AND siren IN (SELECT n.siren FROM orders n WHERE n.id > COALESCE(
           (SELECT b.id FROM orders b WHERE b.created_ms < ?1 ORDER BY b.id DESC LIMIT 1), 0))
 GROUP BY campaign_id, siren, period_ms
HAVING SUM(units - short_units)
       - CASE WHEN MAX(created_ms) < (SELECT applied_ms FROM schema_step WHERE number = 99)
              THEN SUM(CASE state WHEN 12 THEN units - short_units ELSE 0 END)
              ELSE 0 END > MAX(quota_units)
 LIMIT 20;

-- check_key: since_ms
SELECT MIN(id), COUNT(*), 1 FROM orders
 WHERE siren IN (SELECT n.siren FROM orders n WHERE n.id > COALESCE(
           (SELECT b.id FROM orders b WHERE b.created_ms < ?1 ORDER BY b.id DESC LIMIT 1), 0))
 GROUP BY siren, idem_key
HAVING COUNT(*) > 1
 LIMIT 20;

-- check_history: since_ms
SELECT o.id, o.state, COALESCE(e.to_state, 0)
  FROM orders o
  LEFT JOIN order_event e
         ON e.order_id = o.id
        AND e.n = (SELECT MAX(l.n) FROM order_event l WHERE l.order_id = o.id)
 WHERE o.id IN (SELECT n.id FROM orders n WHERE n.id > COALESCE(
                   (SELECT b.id FROM orders b WHERE b.created_ms < ?1
                    ORDER BY b.id DESC LIMIT 1), 0)
               UNION SELECT m2.order_id FROM stock_movement m2 WHERE m2.order_id IS NOT NULL
                     AND m2.id > COALESCE((SELECT b.id FROM stock_movement b WHERE b.at_ms < ?1
                                            ORDER BY b.id DESC LIMIT 1), 0))
   AND (e.n IS NULL OR e.to_state <> o.state OR e.actor = '' OR e.cause = '' OR e.at_ms <= 0)
 LIMIT 20;

-- A captured payment is kept for exactly the order that stands on it.
-- check_capture_order: since_ms
SELECT p.id, p.captured_cents, COALESCE(o.total_cents, 0)
  FROM payment p LEFT JOIN orders o ON o.id = p.order_id
 WHERE p.state = 3
   AND p.id IN (SELECT n.id FROM payment n WHERE n.id > COALESCE(
                   (SELECT b.id FROM payment b WHERE b.created_ms < ?1
                    ORDER BY b.id DESC LIMIT 1), 0)
               UNION SELECT n.payment_id + 0 FROM refund n WHERE n.id > COALESCE(
                   (SELECT b.id FROM refund b WHERE b.created_ms < ?1
                    ORDER BY b.id DESC LIMIT 1), 0)
               UNION SELECT y.id + 0 FROM payment_event v
                      JOIN payment y ON y.order_ref = v.order_ref
                      WHERE v.received_ms >= ?1
               UNION SELECT y.id + 0 FROM stock_movement m2
                      JOIN payment y ON y.order_id = m2.order_id
                      WHERE m2.id > COALESCE((SELECT b.id FROM stock_movement b WHERE b.at_ms < ?1
                                              ORDER BY b.id DESC LIMIT 1), 0))
   AND (o.id IS NULL OR o.payment_id IS NULL OR o.payment_id <> p.id
        OR o.state NOT IN (3, 4, 5, 6, 11, 12))
 LIMIT 20;

-- A paid order stands on a captured payment of its own amount.
-- check_order_capture: since_ms
SELECT o.id, o.total_cents, COALESCE(p.captured_cents, 0)
  FROM orders o LEFT JOIN payment p ON p.id = o.payment_id
 WHERE o.state IN (3, 4, 5, 6)
   AND o.id IN (SELECT n.id FROM orders n WHERE n.id > COALESCE(
                   (SELECT b.id FROM orders b WHERE b.created_ms < ?1
                    ORDER BY b.id DESC LIMIT 1), 0)
               UNION SELECT m2.order_id FROM stock_movement m2 WHERE m2.order_id IS NOT NULL
                     AND m2.id > COALESCE((SELECT b.id FROM stock_movement b WHERE b.at_ms < ?1
                                            ORDER BY b.id DESC LIMIT 1), 0))
   AND (p.id IS NULL OR p.state <> 3 OR p.order_id <> o.id
        OR p.captured_cents <> o.total_cents OR p.captured_euros <> 1)
 LIMIT 20;

-- Money that must go back has a refund under way; nothing is given back twice.
-- check_refund: since_ms
SELECT p.id, p.captured_cents, COALESCE(SUM(r.amount_cents), 0)
  FROM payment p LEFT JOIN refund r ON r.payment_id = p.id AND r.state IN (1, 2, 3)
 WHERE p.captured_ms > 0
   AND p.id IN (SELECT n.id FROM payment n WHERE n.id > COALESCE(
                   (SELECT b.id FROM payment b WHERE b.created_ms < ?1
                    ORDER BY b.id DESC LIMIT 1), 0)
               UNION SELECT n.payment_id + 0 FROM refund n WHERE n.id > COALESCE(
                   (SELECT b.id FROM refund b WHERE b.created_ms < ?1
                    ORDER BY b.id DESC LIMIT 1), 0)
               UNION SELECT y.id + 0 FROM payment_event v
                      JOIN payment y ON y.order_ref = v.order_ref
                      WHERE v.received_ms >= ?1
               UNION SELECT y.id + 0 FROM stock_movement m2
                      JOIN payment y ON y.order_id = m2.order_id
                      WHERE m2.id > COALESCE((SELECT b.id FROM stock_movement b WHERE b.at_ms < ?1
                                              ORDER BY b.id DESC LIMIT 1), 0))
 GROUP BY p.id, p.state, p.captured_cents
HAVING COALESCE(SUM(r.amount_cents), 0) > p.captured_cents
    OR (p.state IN (5, 6) AND COALESCE(SUM(r.amount_cents), 0) <> p.captured_cents)
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
 LIMIT 20;

-- What an order being prepared or sent has in its parcels is what was ordered less what is
-- missing; one that was sent again has more.
-- check_parcels: since_ms
SELECT o.id, o.units - o.short_units, COALESCE(SUM(i.packs * (l.units / l.packs)), 0)
  FROM orders o
  JOIN parcel p ON p.order_id = o.id AND p.state <> 9
  JOIN parcel_item i ON i.parcel_id = p.id
  JOIN order_line l ON l.order_id = o.id AND l.line = i.line
 WHERE o.id IN (SELECT n.order_id FROM parcel n WHERE n.changed_ms >= ?1)
   AND o.state IN (4, 5, 6)
 GROUP BY o.id, o.units, o.short_units
HAVING COALESCE(SUM(i.packs * (l.units / l.packs)), 0) < o.units - o.short_units
 LIMIT 20;

-- An order with the carrier has nothing left to send, and an order that is only paid has no
-- parcel.
-- check_parcel_state: since_ms
SELECT o.id, o.state, MIN(p.state)
  FROM orders o JOIN parcel p ON p.order_id = o.id AND p.state <> 9
 WHERE o.id IN (SELECT n.order_id FROM parcel n WHERE n.changed_ms >= ?1) AND o.state IN (3, 5)
 GROUP BY o.id, o.state
HAVING o.state = 3 OR COUNT(CASE WHEN p.state BETWEEN 4 AND 8 THEN 1 END) = 0
 LIMIT 20;

-- check_paid_mail: since_ms
SELECT o.id, 1, 0 FROM orders o JOIN account a ON a.id = o.account_id
 WHERE o.paid_ms > 0
   AND o.id IN (SELECT n.id FROM orders n WHERE n.id > COALESCE(
                   (SELECT b.id FROM orders b WHERE b.created_ms < ?1
                    ORDER BY b.id DESC LIMIT 1), 0)
               UNION SELECT m2.order_id FROM stock_movement m2 WHERE m2.order_id IS NOT NULL
                     AND m2.id > COALESCE((SELECT b.id FROM stock_movement b WHERE b.at_ms < ?1
                                            ORDER BY b.id DESC LIMIT 1), 0))
   AND NOT EXISTS (SELECT 1 FROM mail m WHERE m.subject_id = o.id AND m.cause = 'order_paid')
 LIMIT 20;

-- Orders with what tells whether the sale was open: streamed, the policy decides.
-- check_openings: since_ms, after_id
SELECT id, campaign_id, version, cohort, territory, created_ms FROM orders
 WHERE id > ?2 AND created_ms >= ?1
   AND id > COALESCE(
           (SELECT b.id FROM orders b WHERE b.created_ms < ?1 ORDER BY b.id DESC LIMIT 1), 0)
 ORDER BY id
 LIMIT 10000;

-- Numbers of a series are 1, 2, 3 ... to its counter.
-- check_invoice_gaps: since_ms
SELECT MIN(s.last), s.last, COUNT(i.id)
  FROM invoice_series s
  LEFT JOIN invoice i ON i.organiser_id = s.organiser_id AND i.series = s.series
 WHERE CAST(?1 AS BIGINT) >= 0
 GROUP BY s.organiser_id, s.series, s.last
HAVING COUNT(i.id) <> s.last OR COALESCE(MAX(i.seq), 0) <> s.last
 LIMIT 20;

-- A document is the sum of its rates.
-- check_invoice_sum: since_ms
SELECT i.id, i.total_cents, COALESCE(SUM(v.net_cents + v.vat_cents), 0)
  FROM invoice i LEFT JOIN invoice_vat v ON v.invoice_id = i.id
 WHERE i.issued_ms >= ?1
 GROUP BY i.id, i.net_cents, i.vat_cents, i.total_cents
HAVING COALESCE(SUM(v.net_cents), 0) <> i.net_cents
    OR COALESCE(SUM(v.vat_cents), 0) <> i.vat_cents
 LIMIT 20;

-- A paid order has its invoice, of its amount, or waits for it.
-- check_invoice_order: since_ms
SELECT o.id, o.total_cents, COALESCE(i.total_cents, 0)
  FROM orders o
  LEFT JOIN invoice i ON i.order_id = o.id AND i.kind = 380
  LEFT JOIN invoice_due d ON d.kind = 380 AND d.subject_id = o.id
 WHERE o.paid_ms > 0 AND o.changed_ms >= ?1
   AND ((i.id IS NULL AND d.subject_id IS NULL) OR i.total_cents <> o.total_cents)
 LIMIT 20;

-- Credit notes never pass their invoice.
-- check_invoice_credit: since_ms
SELECT b.id, b.total_cents, SUM(c.total_cents)
  FROM invoice b JOIN invoice c ON c.order_id = b.order_id AND c.kind = 381
 WHERE b.kind = 380 AND c.issued_ms >= ?1
 GROUP BY b.id, b.total_cents
HAVING SUM(c.total_cents) > b.total_cents
 LIMIT 20;
