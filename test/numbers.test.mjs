// SPDX-License-Identifier: Apache-2.0
// numbers.test.mjs - numbers of invoices and credit notes have no gap and no twin, whatever kills
// or races those who write them: processes killed in the middle of issuing (SQLite), many at once,
// some of them killed (PostgreSQL). TORTURE_ROUNDS: how often.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import { payAll } from "./depot.mjs";
import { engines } from "./server.mjs";
import { openTill } from "./till.mjs";

const BINARY = process.env.MAILLON_BIN ?? "build/maillon";
const ORDERS = 240;
const ROUNDS = Number(process.env.TORTURE_ROUNDS ?? 25);
const TOTAL = 3756;

// "maillon invoice issue", killed after so many milliseconds; how it ended.
function issue(till, killMs = null) {
  const child = spawn(BINARY, ["invoice", "issue"], { env: till.server.env, stdio: "ignore" });
  if (killMs !== null) setTimeout(() => child.kill("SIGKILL"), killMs);
  return new Promise((resolve) => child.once("exit", (code, signal) => resolve(signal ?? code)));
}

// Refunds that are done and owe a credit note, half of them in two parts.
function refundAll(till) {
  const now = Date.now();
  till.sql(`BEGIN;
    INSERT INTO refund (payment_id, provider, idem_key, state, amount_cents, cause, created_ms,
      done_ms) SELECT id, 'lyra', 'a-' || id, 3, CASE WHEN id % 2 = 0 THEN 1000 ELSE ${TOTAL} END,
      'test', ${now}, ${now} FROM payment;
    INSERT INTO refund (payment_id, provider, idem_key, state, amount_cents, cause, created_ms,
      done_ms) SELECT id, 'lyra', 'b-' || id, 3, ${TOTAL - 1000}, 'test', ${now}, ${now}
      FROM payment WHERE id % 2 = 0;
    UPDATE payment SET refunded_cents = ${TOTAL}, state = 6;
    UPDATE stock_slot SET available = available + sold, sold = 0;
    INSERT INTO stock_movement (pool_id, slot, order_id, kind, units, at_ms)
      SELECT pool_id, slot, order_id, 6, units, ${now} FROM stock_movement WHERE kind = 4;
    INSERT INTO order_event (order_id, n, from_state, to_state, at_ms, actor, cause)
      SELECT id, 3, 3, 9, ${now}, 'agent', 'test' FROM orders;
    INSERT INTO order_event (order_id, n, from_state, to_state, at_ms, actor, cause)
      SELECT id, 4, 9, 10, ${now}, 'provider', 'test' FROM orders;
    UPDATE orders SET state = 10;
    INSERT INTO invoice_due (kind, subject_id, since_ms, next_try_ms)
      SELECT 381, id, ${now}, ${now} FROM payment;
    COMMIT;`);
}

// The first is killed before it has begun, the next ones later and later until one comes to its
// end, so that on any machine some are killed in the middle.
async function issueAll(till, engine) {
  let killed = 0, span = 4;
  for (let i = 0; i < ROUNDS; i++) {
    const racers = engine === "pg" ? 4 : 1;
    const ends = await Promise.all(Array.from({ length: racers }, (_, r) =>
      issue(till, r === 0 || randomInt(2) === 0 ? span / 2 + randomInt(Math.ceil(span)) : null)));
    span = ends[0] === "SIGKILL" ? Math.min(span * 1.4, 150) : Math.max(span / 2, 4);
    killed += ends.filter((e) => e === "SIGKILL").length;
  }
  for (let i = 0; i < 50; i++) {
    if (Number(till.sql("SELECT COUNT(*) AS n FROM invoice_due")[0].n) === 0) return killed;
    await issue(till);
    await new Promise((r) => setTimeout(r, 100));
  }
  throw new Error("documents are left to be written");
}

for (const engine of engines()) {
  test(`numbers survive kills and races [${engine}]`, { timeout: 600_000 }, async () => {
    const till = await openTill({ engine, companies: ORDERS, units: ORDERS * 12 });
    try {
      for (let n = 0; n < ORDERS; n += 20)
        await Promise.all(Array.from({ length: 20 }, (_, i) => till.buyer(n + i).order(2)));
      payAll(till);
      const first = await issueAll(till, engine);
      refundAll(till);
      const second = await issueAll(till, engine);
      assert.ok(first + second > 0, "nobody was killed: the test says nothing");
      const series = till.sql("SELECT i.kind, COUNT(*) AS n, MIN(i.seq) AS low, " +
        "MAX(i.seq) AS high, COUNT(DISTINCT i.seq) AS each_one, MAX(s.last) AS last, " +
        "SUM(i.total_cents) AS cents FROM invoice i JOIN invoice_series s " +
        "ON s.organiser_id = i.organiser_id AND s.series = i.series " +
        "GROUP BY i.kind ORDER BY i.kind")
        .map((r) => Object.fromEntries(Object.entries(r).map(([k, v]) => [k, Number(v)])));
      const notes = ORDERS * 1.5;
      assert.deepEqual(series, [
        { kind: 380, n: ORDERS, low: 1, high: ORDERS, each_one: ORDERS, last: ORDERS,
          cents: ORDERS * TOTAL },
        { kind: 381, n: notes, low: 1, high: notes, each_one: notes, last: notes,
          cents: ORDERS * TOTAL }]);
      const twice = till.sql("SELECT refund_id FROM invoice WHERE refund_id IS NOT NULL " +
        "GROUP BY refund_id HAVING COUNT(*) > 1");
      assert.equal(twice.length, 0);
      const late = till.sql("SELECT a.id FROM invoice a JOIN invoice b ON b.series = a.series " +
        "AND b.seq = a.seq + 1 WHERE b.issued_ms < a.issued_ms");
      assert.equal(late.length, 0, "numbers follow the order of time");
      const check = await till.run("check");
      assert.equal(check.status, 0, check.stdout + check.stderr);
      console.log(`# ${engine}: ${first + second} killed while issuing`);
    } finally {
      await till.close();
    }
  });
}
