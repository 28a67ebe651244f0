-- SPDX-License-Identifier: Apache-2.0
--
-- Every order query selects the same columns in the same order: order_from_row in order.c.

-- Serializes the orders of one company in one campaign, so that quota is counted right by
-- transactions that run at once. SQLite has one writer.
-- order_lock_company [pg]: key
SELECT 1 FROM (SELECT pg_advisory_xact_lock(CAST(?1 AS BIGINT))) AS locked;
-- order_lock_company [sqlite]: key
SELECT ?1;

-- What counts against quota and delay, and whatever this key made before. CASE and not OR: an OR
-- would be answered by two searches and a temporary table, as an ORDER BY would, for the few
-- orders a company has: load_past puts them in order.
-- order_past: siren, campaign_id, idem_key
SELECT id, ref, state, units - short_units, created_ms, paid_ms, delivered_ms, campaign_id,
       CASE WHEN idem_key = ?3 THEN body_hash ELSE '' END
  FROM orders
 WHERE siren = ?1
   AND CASE WHEN idem_key = ?3 THEN 1
            WHEN campaign_id = ?2 AND state NOT IN (7, 8, 9, 10) THEN 1
            ELSE 0 END = 1
 LIMIT 2000;

-- The reference is made from the id, so the id is drawn before the row is written.
-- order_next [sqlite]:
SELECT COALESCE(MAX(id), 0) + 1, (SELECT value FROM order_key WHERE one = 1)
  FROM orders;
-- order_next [pg]:
SELECT nextval(pg_get_serial_sequence('orders', 'id')),
       (SELECT value FROM order_key WHERE one = 1);

-- order_ref_key:
SELECT value FROM order_key WHERE one = 1;

-- order_insert: id, ref, campaign_id, version, siren, siret, account_id, state, now_ms, deadline_ms, units, delivery_cents, net_cents, vat_cents, total_cents, territory, department, cohort, quota_units, period_ms, idem_key, body_hash, to_company, to_person, to_complement, to_street, to_special, to_postal_code, to_city, to_commune, to_phone, to_instructions, band
INSERT INTO orders (id, ref, campaign_id, version, siren, siret, account_id, state, created_ms,
                    changed_ms, deadline_ms, units, delivery_cents, net_cents, vat_cents,
                    total_cents, territory, department, cohort, quota_units, period_ms, idem_key,
                    body_hash, to_company, to_person, to_complement, to_street, to_special,
                    to_postal_code, to_city, to_commune, to_phone, to_instructions, band)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
        ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33);

-- order_line_insert: order_id, line, pack, good, packs, units, price_cents, net_cents, vat_bp, vat_cents, pool_id
INSERT INTO order_line (order_id, line, pack, good, packs, units, price_cents, net_cents, vat_bp,
                        vat_cents, pool_id)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11);

-- order_event_insert: order_id, from_state, to_state, at_ms, actor, account_id, cause
INSERT INTO order_event (order_id, n, from_state, to_state, at_ms, actor, account_id, cause)
VALUES (?1, COALESCE((SELECT MAX(n) FROM order_event WHERE order_id = ?1), 0) + 1, ?2, ?3, ?4, ?5,
        ?6, ?7);

-- order_find: id
SELECT id, ref, campaign_id, version, siren, siret, account_id, state, created_ms, deadline_ms,
       paid_ms, delivered_ms, changed_ms, lengthened, payment_id, units, delivery_cents,
       net_cents, vat_cents, total_cents, territory, to_company, to_person, to_complement,
       to_street, to_special, to_postal_code, to_city, to_commune, to_phone, to_instructions,
       forgotten_ms
  FROM orders WHERE id = ?1;

-- order_find_lock [sqlite]: id
SELECT id, ref, campaign_id, version, siren, siret, account_id, state, created_ms, deadline_ms,
       paid_ms, delivered_ms, changed_ms, lengthened, payment_id, units, delivery_cents,
       net_cents, vat_cents, total_cents, territory, to_company, to_person, to_complement,
       to_street, to_special, to_postal_code, to_city, to_commune, to_phone, to_instructions,
       forgotten_ms
  FROM orders WHERE id = ?1;
-- order_find_lock [pg]: id
SELECT id, ref, campaign_id, version, siren, siret, account_id, state, created_ms, deadline_ms,
       paid_ms, delivered_ms, changed_ms, lengthened, payment_id, units, delivery_cents,
       net_cents, vat_cents, total_cents, territory, to_company, to_person, to_complement,
       to_street, to_special, to_postal_code, to_city, to_commune, to_phone, to_instructions,
       forgotten_ms
  FROM orders WHERE id = ?1 FOR UPDATE;

-- order_find_ref: siren, id, ref
SELECT id, ref, campaign_id, version, siren, siret, account_id, state, created_ms, deadline_ms,
       paid_ms, delivered_ms, changed_ms, lengthened, payment_id, units, delivery_cents,
       net_cents, vat_cents, total_cents, territory, to_company, to_person, to_complement,
       to_street, to_special, to_postal_code, to_city, to_commune, to_phone, to_instructions,
       forgotten_ms
  FROM orders WHERE id = ?2 AND siren = ?1 AND ref = ?3;

-- order_find_own: organiser_id, id, ref
SELECT o.id, o.ref, o.campaign_id, o.version, o.siren, o.siret, o.account_id, o.state,
       o.created_ms, o.deadline_ms, o.paid_ms, o.delivered_ms, o.changed_ms, o.lengthened,
       o.payment_id, o.units, o.delivery_cents, o.net_cents, o.vat_cents, o.total_cents,
       o.territory, o.to_company, o.to_person, o.to_complement, o.to_street, o.to_special,
       o.to_postal_code, o.to_city, o.to_commune, o.to_phone, o.to_instructions, o.forgotten_ms
  FROM orders o JOIN campaign c ON c.id = o.campaign_id
 WHERE o.id = ?2 AND o.ref = ?3 AND c.organiser_id = ?1;

-- order_of_siren: siren, before_id
SELECT id, ref, campaign_id, version, siren, siret, account_id, state, created_ms, deadline_ms,
       paid_ms, delivered_ms, changed_ms, lengthened, payment_id, units, delivery_cents,
       net_cents, vat_cents, total_cents, territory, to_company, to_person, to_complement,
       to_street, to_special, to_postal_code, to_city, to_commune, to_phone, to_instructions,
       forgotten_ms
  FROM orders WHERE siren = ?1 AND id < ?2
 ORDER BY id DESC
 LIMIT 50;

-- order_lines: order_id
SELECT pack, good, packs, units, price_cents, net_cents, vat_bp, vat_cents, pool_id
  FROM order_line WHERE order_id = ?1 ORDER BY line LIMIT 8;

-- Packs of each line that were paid and could not be sent.
-- order_short_lines: order_id
SELECT line, SUM(units) FROM order_shortage WHERE order_id = ?1 GROUP BY line LIMIT 8;

-- Units of each line that are with the carrier or the buyer.
-- order_away_lines: order_id
SELECT i.line, SUM(i.packs * (l.units / l.packs))
  FROM parcel p JOIN parcel_item i ON i.parcel_id = p.id
  JOIN order_line l ON l.order_id = p.order_id AND l.line = i.line
 WHERE p.order_id = ?1 AND p.state IN (4, 5)
 GROUP BY i.line LIMIT 8;

-- order_events_of: order_id
SELECT from_state, to_state, at_ms, actor, cause, account_id
  FROM order_event WHERE order_id = ?1 ORDER BY n LIMIT 200;

-- One row changes, or none when the order is no longer in the state it was seen in.
-- order_set_state: id, from_state, to_state, now_ms
UPDATE orders SET state = ?3, changed_ms = ?4 WHERE id = ?1 AND state = ?2;

-- order_set_paid: id, now_ms, payment_id
UPDATE orders SET paid_ms = ?2, payment_id = ?3 WHERE id = ?1;

-- order_set_payment: id, payment_id
UPDATE orders SET payment_id = ?2 WHERE id = ?1;

-- An order revived under a larger quota than it was made under stands on that one.
-- order_raise_quota: id, quota_units
UPDATE orders SET quota_units = ?2 WHERE id = ?1 AND quota_units < ?2;

-- order_set_delivered: id, at_ms
UPDATE orders SET delivered_ms = ?2 WHERE id = ?1;

-- order_set_deadline: id, deadline_ms
UPDATE orders SET deadline_ms = ?2, lengthened = 1 WHERE id = ?1 AND lengthened = 0;

-- order_due: now_ms
SELECT id, state, deadline_ms FROM orders
 WHERE state IN (1, 2) AND deadline_ms < ?1
 ORDER BY deadline_ms
 LIMIT 500;

-- sales_closed_find:
SELECT why FROM sales_closed WHERE one = 1;

-- sales_closed_insert: since_ms, why
INSERT INTO sales_closed (one, since_ms, why) VALUES (1, ?1, ?2)
ON CONFLICT (one) DO NOTHING;

-- sales_closed_delete:
DELETE FROM sales_closed WHERE one = 1;

-- Whom an order that is over was delivered to. Place and territory decide the tax and stay.
-- order_forget: id, now_ms
UPDATE orders
   SET to_company = '', to_person = '', to_complement = '', to_street = '', to_special = '',
       to_phone = '', to_instructions = '', body_hash = '', forgotten_ms = ?2
 WHERE id = ?1 AND forgotten_ms = 0 AND state IN (6, 7, 8, 10, 11);
