// SPDX-License-Identifier: Apache-2.0
// storm.mjs - a storm of notifications: duplicated, shuffled, late, forged and lost. It ends by
// comparing the gateway's ledger with the shop's: each captured payment is exactly one paid order
// or one refund, and no order is paid twice.
//
//   node test/storm.mjs [NOTIFICATIONS]      MAILLON_TEST_PG names the PostgreSQL to use as well
//
// Orders and attempts are made over HTTP as buyers make them. The storm itself is made here from
// the gateway's transactions and posted by many connections at once.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { pathToFileURL } from "node:url";
import { engines } from "./server.mjs";
import { http, openTill } from "./till.mjs";
import { until } from "./wait.mjs";

const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
const CONNECTIONS = 24;
const PER_ORDER = 6; // Notifications for each order, on the average.
const PAID_STATES = new Set([3, 4, 5, 6]);

function random(below) {
  return randomBytes(4).readUInt32LE() % below;
}

function shuffle(list) {
  for (let i = list.length - 1; i > 0; i--) {
    const j = random(i + 1);
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}

// Runs task(i) for i below count, so many at once.
async function many(count, task) {
  let next = 0;
  const worker = async () => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: Math.min(CONNECTIONS, count) }, worker));
}

// What happens to an order at the gateway, by chance. Each returns the notifications it causes.
const STORIES = [
  ["paid", 45, (bank, f) => {
    const t = bank.debit(f, "AUTHORISED");
    return [bank.notification(t, { status: "WAITING_AUTHORISATION" }), bank.notification(t),
      bank.notification(t, { status: "CAPTURED", source: "BATCH" })];
  }],
  ["refused, then paid", 12, (bank, f) => {
    const bad = bank.debit(f, "REFUSED");
    const good = bank.debit(f, "CAPTURED");
    return [bank.notification(bad), bank.notification(good)];
  }],
  ["paid twice", 12, (bank, f, second) =>
    [f, second].map((fields) => bank.notification(bank.debit(fields, "CAPTURED")))],
  ["captured twice in one attempt", 5, (bank, f) =>
    [0, 1].map(() => bank.notification(bank.debit(f, "CAPTURED")))],
  ["wrong amount", 6, (bank, f) => {
    const t = bank.debit({ ...f, vads_amount: String(Number(f.vads_amount) - 1 - random(500)) },
      "CAPTURED");
    return [bank.notification(t)];
  }],
  ["never notified", 5, (bank, f) => {
    bank.debit(f, "CAPTURED");
    return [];
  }],
  ["abandoned", 8, (bank, f) => {
    const t = { uuid: "", operation: "", status: "ABANDONED", fields: f,
      amount: Number(f.vads_amount), transDate: f.vads_trans_date, transId: f.vads_trans_id };
    return [bank.notification(t)];
  }],
  ["late", 7, (bank, f) => [bank.notification(bank.debit(f, "CAPTURED"))]],
];

function pickStory() {
  let at = random(100);
  return STORIES.find(([, share]) => (at -= share) < 0);
}

async function makeOrder(till, n) {
  const buyer = till.buyer(n);
  const { ref } = await buyer.order(2);
  const story = pickStory();
  const first = (await buyer.payForm(ref)).fields;
  return { n, ref, buyer, story, first, second: null };
}

async function makeOrders(till, count) {
  const orders = [];
  await many(count, async (n) => { orders.push(await makeOrder(till, n)); });
  const twice = orders.filter((o) => o.story[0] === "paid twice");
  // Two windows, not one double click.
  till.sql("UPDATE payment SET created_ms = created_ms - 10000;");
  await many(twice.length, async (i) => {
    twice[i].second = (await twice[i].buyer.payForm(twice[i].ref)).fields;
    assert.notEqual(twice[i].second.vads_trans_id, twice[i].first.vads_trans_id);
  });
  return orders;
}

// Deadlines pass, and the shop frees the stock, before the money of the late ones comes.
async function letExpire(till, orders) {
  const late = orders.filter((o) => o.story[0] === "late").map((o) => `'${o.ref}'`);
  if (late.length === 0) return;
  till.sql(`UPDATE orders SET deadline_ms = 1000 WHERE ref IN (${late.join(",")});`);
  const open = () => Number(till.sql("SELECT count(*) AS n FROM orders WHERE state IN (1,2) AND " +
    "deadline_ms = 1000")[0].n);
  await until("late orders expire", () => open() === 0, 500);
}

// Who does not know the key: other status, amount, order, or another shop's news.
function forge(bank, order) {
  const t = { uuid: randomBytes(16).toString("hex"), operation: "DEBIT", status: "AUTHORISED",
    amount: Number(order.first.vads_amount), fields: order.first,
    transDate: order.first.vads_trans_date, transId: order.first.vads_trans_id };
  const body = new URLSearchParams(bank.notification(t, { key: "0000000000000000" }));
  if (random(3) === 0) body.set("signature", order.first.signature);
  if (random(3) === 0) body.delete("signature");
  return { body: body.toString(), forged: true };
}

function makeStorm(bank, orders, count) {
  const real = [];
  for (const o of orders) {
    for (const body of o.story[2](bank, o.first, o.second)) real.push({ body, forged: false });
  }
  const storm = [...real]; // Each at least once, then copies and forgeries up to the number.
  while (storm.length < count) {
    storm.push(random(10) === 0 ? forge(bank, orders[random(orders.length)])
      : real[random(real.length)]);
  }
  return shuffle(storm);
}

async function blow(till, storm) {
  const seen = {};
  await many(storm.length, async (i) => {
    for (let attempt = 0; ; attempt++) {
      const r = await http("POST", `${till.url}/hook/lyra`, { headers: FORM, body: storm[i].body });
      seen[r.status] = (seen[r.status] ?? 0) + 1;
      if (r.status === 503 && attempt < 20) {
        await new Promise((done) => setTimeout(done, 50 * (attempt + 1)));
        continue; // Busy: the gateway sends it again.
      }
      assert.equal(r.status, storm[i].forged ? 403 : 200, r.text);
      return;
    }
  });
  return seen;
}

// Questions and refunds, until nothing is left to do, by us or by the server's own workers: what
// they have taken up is no longer ours to ask.
async function settle(till) {
  const count = (sql) => Number(till.sql(`SELECT count(*) AS n FROM ${sql}`)[0].n);
  for (const end = Date.now() + 300_000; Date.now() < end;) {
    till.sql("UPDATE refund SET next_try_ms = 1000 WHERE next_try_ms > 0;" +
      "UPDATE payment_event SET next_try_ms = 1000 WHERE next_try_ms > 0;");
    const r = await till.run("payment", "reconcile", "--json");
    assert.equal(r.status, 0, r.stdout + r.stderr);
    if (count("refund WHERE state IN (1, 2)") === 0 &&
        count("job WHERE kind LIKE 'PAYMENT%' AND rule <> 2 AND dead_ms IS NULL") === 0) return;
    await new Promise((done) => setTimeout(done, 200));
  }
  assert.fail("questions and refunds do not come to an end");
}

export function compareLedgers(till) {
  const bank = till.bank.lyra;
  const rows = till.sql("SELECT p.id, p.state, p.provider_ref, p.captured_cents, " +
    "p.refunded_cents, p.order_ref, o.state AS order_state, o.payment_id, o.total_cents " +
    "FROM payment p JOIN orders o ON o.id = p.order_id WHERE p.captured_ms > 0");
  const byRef = new Map(rows.map((r) => [r.provider_ref, r]));
  const back = new Map();
  for (const t of bank.transactions.values()) {
    if (t.operation === "CREDIT") back.set(t.parent, (back.get(t.parent) ?? 0) + t.amount);
  }
  const sums = { captured: 0, kept: 0, given_back: 0 };
  const paidOrders = new Set();
  for (const t of bank.transactions.values()) {
    if (t.operation !== "DEBIT" || t.status === "REFUSED") continue;
    const p = byRef.get(t.uuid);
    assert.ok(p, `captured at the gateway, unknown in the shop: ${t.uuid} of ${t.orderId}`);
    byRef.delete(t.uuid);
    sums.captured++;
    assert.equal(Number(p.captured_cents), t.amount);
    const given = t.status === "CANCELLED" ? t.amount : back.get(t.uuid) ?? 0;
    assert.equal(Number(p.refunded_cents), given, `given back of ${t.uuid}`);
    if (given === 0) {
      sums.kept++;
      assert.ok(PAID_STATES.has(Number(p.order_state)), `kept, but order is ${p.order_state}`);
      assert.equal(Number(p.payment_id), Number(p.id), "kept for an order that stands on another");
      assert.equal(Number(p.total_cents), t.amount);
      assert.ok(!paidOrders.has(p.order_ref), `paid twice: ${p.order_ref}`);
      paidOrders.add(p.order_ref);
    } else {
      sums.given_back++;
      assert.equal(given, t.amount, "given back in part");
      assert.equal(Number(p.state), 6);
    }
  }
  assert.equal(byRef.size, 0, "the shop knows of money that the gateway never had");
  const paid = till.sql("SELECT count(*) AS n FROM orders WHERE state IN (3, 4, 5, 6)");
  assert.equal(Number(paid[0].n), paidOrders.size, "orders paid without money");
  return sums;
}

export async function storm(engine, count) {
  const started = Date.now();
  const orders = Math.max(20, Math.ceil(count / PER_ORDER));
  const till = await openTill({ engine, companies: orders, env: { MAILLON_LOG_LEVEL: "error" } });
  try {
    const made = await makeOrders(till, orders);
    await letExpire(till, made);
    const seen = await blow(till, makeStorm(till.bank.lyra, made, count));
    await settle(till);
    const sums = compareLedgers(till);
    const check = await till.run("check");
    assert.equal(check.status, 0, check.stdout + check.stderr);
    return { engine, notifications: count, orders, replies: seen, ...sums,
      seconds: Math.round((Date.now() - started) / 1000) };
  } finally {
    await till.close();
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const count = Number(process.argv[2] ?? 2000);
  for (const engine of engines()) console.log(JSON.stringify(await storm(engine, count)));
  process.exit(0);
}
