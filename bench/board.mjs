// SPDX-License-Identifier: Apache-2.0
// board.mjs - the organiser's board of a sale with 1,000,000 orders, on SQLite and, when
// MAILLON_TEST_PG names one, on PostgreSQL: the server's time for the page, and what folding costs.
//
//   node bench/board.mjs [--orders N] [--engine sqlite|pg] [--json]
//
// The page's time is the server's own, from its access log. Afterwards "maillon check" has counted
// everything anew and found the figures right.
import { engines, makeDatabase, startServer } from "../test/server.mjs";
import { makeHistory } from "./history.mjs";
import { FROM_START, at, folded, logged, mark, signIn } from "./staff.mjs";

const option = (name, fallback) => {
  const i = process.argv.indexOf(`--${name}`);
  return i > 0 ? process.argv[i + 1] : fallback;
};
const SHORT = process.argv.includes("--short") || process.env.SHORT === "1";
const ORDERS = Number(option("orders", SHORT ? 50_000 : 1_000_000));
const DAYS = 30;
const REQUESTS = 50;
const SLUG = "masques-pme";

async function measure(engine) {
  const database = makeDatabase(engine);
  const first = await startServer({ database }); // Makes the schema.
  const must = (...args) => {
    const r = first.run(...args);
    if (r.status !== 0) throw new Error(`${args.join(" ")}: ${r.stderr}`);
    return r.stdout;
  };
  must("campaign", "publish", "demo/masques-pme.json");
  await first.stop();
  const until = Date.now() - 3_600_000;
  makeHistory(database, { slug: SLUG, orders: ORDERS, days: DAYS, until });
  const cookie = signIn(database, SLUG);
  const server = await startServer({ database, env: { MAILLON_LOG_LEVEL: "info" } });
  try {
    const all = await folded(server, FROM_START);
    const before = mark(server);
    makeHistory(database, { slug: SLUG, orders: Math.round(ORDERS / DAYS), days: 1 / 24,
      companies: Math.ceil(ORDERS * 0.8) });
    const day = await folded(server, before);
    let bytes = 0;
    for (let i = 0; i < REQUESTS; i++) {
      const r = await fetch(`${server.url}/console/tableau?vente=${SLUG}`, { headers: { cookie } });
      bytes = (await r.text()).length;
      if (r.status !== 200) throw new Error(`the board answers ${r.status}`);
    }
    const us = logged(server, "request").filter((l) => l.route === "board_page").map((l) => l.us);
    const breaches = JSON.parse(server.run("check", "--json").stdout).breaches;
    if (breaches.some((b) => b.invariant === "I20")) throw new Error(JSON.stringify(breaches));
    return { engine, orders: ORDERS, page_ms_median: at(us, 0.5) / 1000,
      page_ms_p99: at(us, 0.99) / 1000, page_kb: Math.round(bytes / 1024),
      all_s: all.ms / 1000, all_movements: all.movements, day_orders: Math.round(ORDERS / DAYS),
      day_ms: day.ms, day_cpu_ms: day.cpu_ms };
  } finally {
    await server.stop();
    database.remove();
  }
}

const results = [];
for (const engine of option("engine", null) ? [option("engine", null)] : engines()) {
  const r = await measure(engine);
  results.push(r);
  if (process.argv.includes("--json")) continue;
  console.log(`board of ${r.orders} orders (${r.engine}): ${r.page_ms_median} ms of server time, `
    + `p99 ${r.page_ms_p99} ms, ${r.page_kb} KB`);
  console.log(`  folding ${r.day_orders} orders of a day: ${r.day_ms} ms`
    + ` (${r.day_cpu_ms} ms of the server's CPU); all ${r.all_movements} movements: ${r.all_s} s`);
}
if (process.argv.includes("--json")) console.log(JSON.stringify(results));
