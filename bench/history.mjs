// SPDX-License-Identifier: Apache-2.0
// history.mjs - orders that were made, paid and left over some days, written straight into a
// database for benches and pictures: what placing and paying them one by one would leave in the
// tables that figures are folded from, in the order of time.
//
//   makeHistory(database, { slug: "masques-pme", orders: 1_000_000, days: 30 });
//
// Of a hundred orders 3 are still held when they are new, 6 expire, 3 are cancelled, 2 are given
// back, the others are paid. Companies order once or twice, from every département: made-up ones,
// or with registered the first so many of the register, from their own address.
//
//   completeHistory(database, { slug: "masques-pme", delivered: before_ms });
//
// adds, once, what the checker looks for besides: receipts of stock, notifications, mails,
// documents, and what the carrier has of the orders paid before an instant.
import { sql } from "../test/till.mjs";

const DEPARTMENTS = [
  ...Array.from({ length: 95 }, (_, i) => String(i + 1).padStart(2, "0")).filter((d) => d !== "20"),
  "2A", "2B", "971", "972", "973", "974", "976",
];
const TERRITORY = { "2A": 2, "2B": 2, 971: 3, 972: 4, 973: 5, 974: 6, 976: 8 };

const places = DEPARTMENTS.map((code, i) => `(${i},'${code}',${TERRITORY[code] ?? 1})`).join(",");

// Hours of the day weigh differently: none at night, most at the opening. Whole numbers alone, for
// engines round in different ways.
function instants(orders, days, until) {
  const day = 86_400_000;
  const first = until - Math.round(days * day);
  const past = `(CAST(i AS BIGINT) * ${Math.round(days * day)} / ${orders})`;
  return `${first} + ${past} / ${day} * ${day} + (${past} % ${day}) * (${past} % ${day}) / ${day}`;
}

const STATE = (orders) => `CASE WHEN i > ${orders} * 0.97 AND i % 100 < 3 THEN 1
  WHEN i % 100 < 9 THEN 7 WHEN i % 100 < 12 THEN 8 WHEN i % 100 < 14 THEN 10 ELSE 3 END`;

// Who orders: columns of the order i, and where they come from.
function buyerOf(companies, registered) {
  const nth = `CAST(m.i AS BIGINT) * 7919 % ${companies}`;
  if (!registered)
    return { from: "", siren: `200000000 + ${nth}`, siret: `(200000000 + ${nth}) * 100000 + 17`,
      name: "'SOCIETE'", code: "'69002'", city: "'LYON'", account: "1" };
  return { from: `JOIN buyer b ON b.n = ${nth}`, siren: "b.siren", siret: "b.siret",
    name: "b.name", code: "b.postal_code", city: "b.city", account: "b.account_id" };
}

const REGISTERED = `CREATE TEMPORARY TABLE buyer AS
  SELECT row_number() OVER (ORDER BY c.siren) - 1 AS n, c.siren, c.head_siret AS siret, c.name,
    e.postal_code, e.city, l.account_id
  FROM company c JOIN establishment e ON e.siret = c.head_siret
  JOIN company_link l ON l.siren = c.siren;
  CREATE UNIQUE INDEX buyer_n ON buyer (n);`;

export function makeHistory(database, { slug, orders, days = 30, until = Date.now(),
  companies = Math.ceil(orders * 0.8), registered = false }) {
  const b = buyerOf(companies, registered);
  const one = (text) => sql(database, text)[0];
  const { campaign, version } = one(
    `SELECT id AS campaign, version AS version FROM campaign WHERE slug = '${slug}'`);
  const pools = sql(database,
    `SELECT id AS id FROM stock_pool WHERE campaign_id = ${campaign} ORDER BY id`);
  const main = pools[0].id;
  const overseas = (pools[1] ?? pools[0]).id;
  const { base } = one("SELECT COALESCE(MAX(id), 0) AS base FROM orders");
  const pool = `CASE WHEN o.territory > 2 THEN ${overseas} ELSE ${main} END`;
  const ours = `o.id > ${base}`;
  sql(database, `BEGIN;
    CREATE TEMPORARY TABLE place (k BIGINT, code TEXT, territory BIGINT);
    INSERT INTO place VALUES ${places};
    ${registered ? REGISTERED : ""}
    INSERT INTO orders (id, ref, campaign_id, version, siren, siret, account_id, state, created_ms,
      deadline_ms, paid_ms, changed_ms, units, delivery_cents, net_cents, vat_cents, total_cents,
      territory, department, cohort, band, quota_units, period_ms, idem_key, body_hash, to_company,
      to_person, to_complement, to_street, to_special, to_postal_code, to_city, to_commune,
      to_phone, to_instructions)
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${orders}),
    made AS (SELECT i, ${instants(orders, days, until)} AS at, ${STATE(orders)} AS state,
        1 + i % 4 AS packs, (i * 37 + i / 101) % ${DEPARTMENTS.length} AS k,
        CASE WHEN i * 17 % 20 < 8 THEN 3 WHEN i * 17 % 20 < 12 THEN 4 WHEN i * 17 % 20 < 15 THEN 5
             WHEN i * 17 % 20 < 18 THEN 6 ELSE 7 END AS band
      FROM n)
    SELECT ${base} + m.i, 'B' || (${base} + m.i), ${campaign}, ${version},
      ${b.siren}, ${b.siret}, ${b.account}, m.state, m.at,
      m.at + 1800000, CASE WHEN m.state IN (3, 10) THEN m.at + 240000 ELSE 0 END, m.at + 240000,
      m.packs * 6, 0, m.packs * 1780, m.packs * 98, m.packs * 1878, p.territory, p.code,
      CASE WHEN p.territory > 2 THEN 'outre-mer' WHEN m.band > 5 THEN 'de-10-a-49'
           ELSE 'moins-de-10' END,
      m.band, 1000000, 0, 'b' || (${base} + m.i), '', ${b.name}, '', '', '1 RUE DU TEST', '',
      ${b.code}, ${b.city}, '69382', '+33400000000', ''
    FROM made m JOIN place p ON p.k = m.k ${b.from};
    INSERT INTO order_line (order_id, line, pack, good, packs, units, price_cents, net_cents,
      vat_bp, vat_cents, pool_id)
    SELECT o.id, 0, 'lot-6', 'masque', o.units / 6, o.units, 1780, o.net_cents, 550, o.vat_cents,
      ${pool} FROM orders o WHERE ${ours};
    INSERT INTO order_event (order_id, n, from_state, to_state, at_ms, actor, cause)
    SELECT o.id, 1, 0, 1, o.created_ms, 'buyer', 'reserved' FROM orders o WHERE ${ours};
    INSERT INTO order_event (order_id, n, from_state, to_state, at_ms, actor, cause)
    SELECT o.id, 2, 1, o.state, o.changed_ms, 'system', 'history' FROM orders o
     WHERE ${ours} AND o.state <> 1;
    INSERT INTO stock_movement (pool_id, slot, order_id, kind, units, at_ms)
    SELECT pool_id, 0, id, kind, units, at FROM (
      SELECT ${pool} AS pool_id, o.id, 2 AS kind, o.units, o.created_ms AS at
        FROM orders o WHERE ${ours}
      UNION ALL
      SELECT ${pool}, o.id, CASE WHEN o.state IN (7, 8) THEN 3 ELSE 4 END, o.units, o.changed_ms
        FROM orders o WHERE ${ours} AND o.state <> 1
      UNION ALL
      SELECT ${pool}, o.id, 6, o.units, o.changed_ms + 3600000
        FROM orders o WHERE ${ours} AND o.state = 10) m
    ORDER BY at, id, kind;
    INSERT INTO payment (order_id, order_ref, provider, state, attempt_key, provider_ref,
      amount_cents, captured_cents, refunded_cents, created_ms, captured_ms, changed_ms)
    SELECT o.id, o.ref, 'lyra', CASE o.state WHEN 10 THEN 6 ELSE 3 END, 'b' || o.id, 'b' || o.id,
      o.total_cents, o.total_cents, CASE o.state WHEN 10 THEN o.total_cents ELSE 0 END,
      o.created_ms, o.changed_ms, o.changed_ms FROM orders o WHERE ${ours} AND o.state IN (3, 10);
    UPDATE orders SET payment_id = (SELECT p.id FROM payment p WHERE p.order_id = orders.id)
     WHERE id > ${base} AND state IN (3, 10);
    INSERT INTO refund (payment_id, provider, idem_key, state, amount_cents, provider_ref, cause,
      created_ms, done_ms)
    SELECT o.payment_id, 'lyra', 'b' || o.id, 3, o.total_cents, 'r' || o.id, 'history',
      o.changed_ms + 3600000, o.changed_ms + 3600000 FROM orders o WHERE ${ours} AND o.state = 10;
    UPDATE stock_slot SET
      held = held + COALESCE((SELECT SUM(o.units) FROM orders o
        WHERE ${ours} AND o.state = 1 AND ${pool} = stock_slot.pool_id), 0),
      sold = sold + COALESCE((SELECT SUM(o.units) FROM orders o
        WHERE ${ours} AND o.state = 3 AND ${pool} = stock_slot.pool_id), 0),
      received = received + COALESCE((SELECT SUM(o.units) FROM orders o
        WHERE ${ours} AND o.state IN (1, 3) AND ${pool} = stock_slot.pool_id), 0)
     WHERE slot = 0;
    UPDATE stock_batch_pool SET
      on_hand = on_hand + COALESCE((SELECT SUM(o.units) FROM orders o
        WHERE ${ours} AND o.state IN (1, 3) AND ${pool} = stock_batch_pool.pool_id), 0),
      received = received + COALESCE((SELECT SUM(o.units) FROM orders o
        WHERE ${ours} AND o.state IN (1, 3) AND ${pool} = stock_batch_pool.pool_id), 0);
    DROP TABLE place;
    ${registered ? "DROP TABLE buyer;" : ""}
    COMMIT;`);
  if (database.db.startsWith("sqlite:")) return;
  sql(database, `SELECT setval(pg_get_serial_sequence('orders', 'id'), ${base + orders})`);
  // What a server's own housekeeping has done long before it has so many rows.
  sql(database, "VACUUM (ANALYZE) orders");
  sql(database, "VACUUM (ANALYZE) stock_movement");
  sql(database, "ANALYZE");
}

// Invoices of paid orders, one credit note for each that was given back, of one organiser.
const DOCUMENTS = (organiser, campaign) => `
  INSERT INTO invoice_series (organiser_id, series, last, last_ms)
    SELECT ${organiser}, 'B', (SELECT COUNT(*) FROM payment) + (SELECT COUNT(*) FROM refund), 1;
  INSERT INTO invoice (id, organiser_id, series, seq, number, kind, campaign_id, order_id,
    order_ref, payment_id, refund_id, invoice_id, issued_ms, siren, buyer, buyer_key,
    net_cents, vat_cents, total_cents, content)
  SELECT p.id, ${organiser}, 'B', p.id, 'B-' || p.id, 380, ${campaign}, o.id, o.ref, p.id, NULL,
    NULL, p.captured_ms, o.siren, o.to_company, o.to_company, o.net_cents, o.vat_cents,
    o.total_cents, '{}' FROM payment p JOIN orders o ON o.id = p.order_id ORDER BY p.id;
  INSERT INTO invoice (id, organiser_id, series, seq, number, kind, campaign_id, order_id,
    order_ref, payment_id, refund_id, invoice_id, issued_ms, siren, buyer, buyer_key,
    net_cents, vat_cents, total_cents, content)
  SELECT b.last + r.id, ${organiser}, 'B', b.last + r.id, 'B-' || (b.last + r.id), 381,
    ${campaign}, v.order_id, v.order_ref, v.payment_id, r.id, v.id, r.done_ms, v.siren, v.buyer,
    v.buyer_key, v.net_cents, v.vat_cents, v.total_cents, '{}'
    FROM refund r JOIN invoice v ON v.payment_id = r.payment_id AND v.kind = 380,
      (SELECT COUNT(*) AS last FROM payment) b ORDER BY r.id;
  INSERT INTO invoice_vat (invoice_id, category, rate_bp, net_cents, vat_cents)
  SELECT id, 'S', 550, net_cents, vat_cents FROM invoice ORDER BY id;`;

// The orders of the table gone, of which the newest were handed over within the last hour.
const SENT = (organiser, campaign) => `
  INSERT INTO wave (organiser_id, campaign_id, state, carrier, pool_id, territory_from,
    territory_to, paid_until_ms, wanted, account_id, created_ms)
    VALUES (${organiser}, ${campaign}, 6, 'colissimo', 0, 1, 12, 1, 1, 1, 1);
  INSERT INTO handover (organiser_id, carrier, parcels, weight_g, account_id, created_ms)
    VALUES (${organiser}, 'colissimo', 1, 1, 1, 1);
  INSERT INTO parcel (organiser_id, order_id, wave_id, nth, pool_id, carrier, product, sender_ref,
    number, weight_g, state, packed_ms, asked_ms, labelled_ms, handed_ms, handover_id, changed_ms,
    track_ms)
  SELECT ${organiser}, g.id, w.id, 1, l.pool_id, 'colissimo', 'DOM', g.ref || '-1', 'N' || g.id,
    500, CASE g.state WHEN 5 THEN 4 ELSE 5 END, g.at, g.at, g.at, g.at, h.id, g.at, 0
    FROM gone g JOIN order_line l ON l.order_id = g.id, (SELECT MAX(id) AS id FROM wave) w,
      (SELECT MAX(id) AS id FROM handover) h ORDER BY g.id;
  INSERT INTO parcel_item (parcel_id, line, packs)
    SELECT p.id, 0, l.packs FROM parcel p JOIN order_line l ON l.order_id = p.order_id
     ORDER BY p.id;
  INSERT INTO stock_pick (order_id, pool_id, batch_id, units, handed, at_ms)
    SELECT g.id, l.pool_id, b.batch_id, 0, l.units, g.at FROM gone g
      JOIN order_line l ON l.order_id = g.id JOIN (SELECT pool_id, MIN(batch_id) AS batch_id
        FROM stock_batch_pool GROUP BY pool_id) b ON b.pool_id = l.pool_id ORDER BY g.id;
  INSERT INTO order_event (order_id, n, from_state, to_state, at_ms, actor, cause)
    SELECT g.id, 3, 3, 4, g.at, 'system', 'history' FROM gone g UNION ALL
    SELECT g.id, 4, 4, 5, g.at, 'system', 'history' FROM gone g UNION ALL
    SELECT g.id, 5, 5, 6, g.at, 'system', 'history' FROM gone g WHERE g.state = 6 ORDER BY 1, 2;
  UPDATE orders SET changed_ms = (SELECT g.at FROM gone g WHERE g.id = orders.id),
    state = (SELECT g.state FROM gone g WHERE g.id = orders.id)
   WHERE id IN (SELECT g.id FROM gone g);
  UPDATE orders SET delivered_ms = changed_ms WHERE state = 6;
  UPDATE stock_batch_pool SET on_hand = on_hand - COALESCE((SELECT SUM(p.handed) FROM stock_pick p
      WHERE p.pool_id = stock_batch_pool.pool_id AND p.batch_id = stock_batch_pool.batch_id), 0),
    handed = COALESCE((SELECT SUM(p.handed) FROM stock_pick p
      WHERE p.pool_id = stock_batch_pool.pool_id AND p.batch_id = stock_batch_pool.batch_id), 0);`;

export function completeHistory(database, { slug, delivered, leaving = 0, now = Date.now() }) {
  const [{ organiser, campaign }] = sql(database,
    `SELECT organiser_id AS organiser, id AS campaign FROM campaign WHERE slug = '${slug}'`);
  const bytes = database.db.startsWith("sqlite:") ? "BLOB" : "BYTEA";
  sql(database, `BEGIN;
    INSERT INTO stock_movement (pool_id, slot, order_id, kind, units, at_ms)
    SELECT s.pool_id, s.slot, NULL, 1, s.received - m.units, ${now} FROM stock_slot s
      JOIN (SELECT pool_id, slot, SUM(units) AS units FROM stock_movement WHERE kind = 1
             GROUP BY pool_id, slot) m ON m.pool_id = s.pool_id AND m.slot = s.slot
     WHERE s.received > m.units;
    INSERT INTO payment_event (provider, event_key, state, order_ref, payment_id, raw, received_ms)
    SELECT 'lyra', 'b' || id, 1, order_ref, id, CAST('' AS ${bytes}), captured_ms FROM payment
     ORDER BY id;
    INSERT INTO mail (cause, subject_id, recipient, subject, message_id, created_ms, sent_ms)
    SELECT c.cause, o.id, 'a@example.org', c.cause, c.cause || o.id, o.created_ms, o.created_ms
      FROM orders o, (SELECT 'order_placed' AS cause UNION ALL SELECT 'order_paid') c
     WHERE c.cause = 'order_placed' OR o.paid_ms > 0 ORDER BY o.id;
    ${DOCUMENTS(organiser, campaign)}
    CREATE TEMPORARY TABLE gone AS SELECT id, ref,
      CASE WHEN nth <= ${leaving} THEN 5 ELSE 6 END AS state,
      CASE WHEN nth <= ${leaving} THEN ${now} - 60000 - nth ELSE paid_ms + 86400000 END AS at
      FROM (SELECT id, ref, paid_ms, row_number() OVER (ORDER BY id DESC) AS nth FROM orders
             WHERE state = 3 AND paid_ms < ${delivered}) o;
    CREATE UNIQUE INDEX gone_id ON gone (id);
    ${SENT(organiser, campaign)}
    DROP TABLE gone;
    COMMIT;`);
}
