// SPDX-License-Identifier: Apache-2.0
// export.mjs - a file of 1,000,000 orders taken over HTTP from the real server: time, and what the
// server's memory does meanwhile.
//
//   node bench/export.mjs [--orders N] [--engine sqlite|pg] [--json]
//
// One order is placed the real way; the others are copies of it in the database, with other ids,
// dates and départements. The rows and the digest of what arrives are compared with the trailers.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { makeAgent, openShop, placeOrder } from "../test/buyers.mjs";
import { person } from "../test/person.mjs";
import { startServer } from "../test/server.mjs";

const option = (name, fallback) => {
  const i = process.argv.indexOf(`--${name}`);
  return i > 0 ? process.argv[i + 1] : fallback;
};
const SHORT = process.env.SHORT === "1";
const orders = Number(option("orders", SHORT ? 100_000 : 1_000_000));
const engine = option("engine", "sqlite");

const numbers = engine === "pg" ? `SELECT i FROM generate_series(1, ${orders - 1}) g (i)`
  : `WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${orders - 1})
     SELECT i FROM c`;

function copyOrders(shop) {
  const of = (table, changed) => {
    const names = shop.sql(engine === "pg"
      ? `SELECT column_name FROM information_schema.columns WHERE table_name = '${table}'
         AND table_schema = current_schema() ORDER BY ordinal_position`
      : `SELECT name FROM pragma_table_info('${table}') ORDER BY cid`).split("\n");
    shop.sql(`INSERT INTO ${table} (${names.join(", ")}) ` +
      `SELECT ${names.map((n) => changed[n] ?? `t.${n}`).join(", ")} ` +
      `FROM ${table} t CROSS JOIN (${numbers}) n`);
  };
  of("orders", { id: "t.id + n.i", idem_key: "'copie-' || n.i", ref: "'COPIE' || n.i",
    created_ms: "t.created_ms + n.i", changed_ms: "t.changed_ms + n.i",
    state: "CASE n.i % 4 WHEN 0 THEN 3 WHEN 1 THEN 5 WHEN 2 THEN 6 ELSE 7 END",
    paid_ms: "t.created_ms + n.i + 60000", department: "CAST(10 + n.i % 80 AS TEXT)" });
  of("order_line", { order_id: "t.order_id + n.i" });
}

const memoryKiB = (pid) =>
  Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);
const cpuMs = (pid) => {
  const f = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /, "").split(" ");
  return (Number(f[11]) + Number(f[12])) * 10;
};

function take(server, cookie, file) {
  return new Promise((resolve, reject) => {
    const hash = createHash("sha256");
    const started = performance.now();
    const cpu = cpuMs(server.pid);
    const before = memoryKiB(server.pid);
    let bytes = 0, rows = -1, most = before, first = 0, next = 0;
    const q = request(`${server.url}/console/exports/${file}`, { headers: { cookie } });
    q.once("error", reject);
    q.once("response", (r) => {
      if (r.statusCode !== 200) return reject(new Error(`${file}: ${r.statusCode}`));
      r.on("data", (piece) => {
        first ||= performance.now() - started;
        bytes += piece.length;
        hash.update(piece);
        for (const byte of piece) if (byte === 10) rows++;
        if (performance.now() > next) {
          most = Math.max(most, memoryKiB(server.pid));
          next = performance.now() + 50;
        }
      });
      r.once("aborted", () => reject(new Error(`${file}: cut off after ${rows} rows`)));
      r.once("end", () => {
        if (r.trailers["x-row-count"] !== String(rows) ||
            r.trailers["repr-digest"] !== `sha-256=:${hash.digest("base64")}:`)
          return reject(new Error(`${file}: ${rows} rows do not fit the trailers`));
        resolve({ file, rows, bytes, seconds: (performance.now() - started) / 1000,
          first_ms: Math.round(first), server_cpu_s: (cpuMs(server.pid) - cpu) / 1000,
          memory_before_kib: before, memory_most_kib: most });
      });
    });
    q.end();
  });
}

const shop = openShop(engine, { packs: 1000, companies: 1 });
const server = await startServer({ database: shop.database, env: { ...shop.env,
  MAILLON_DEMO: "1" } });
const placed = await placeOrder(server.port, makeAgent(), shop.buyers[0],
  { key: "export-de-mesure-1" });
if (placed.status !== 303) throw new Error(`the order was not placed: ${placed.status}`);
shop.run("account", "grant", "chef@exemple.fr", "--organiser", "essai", "--role", "admin");
const boss = person(server);
await boss.signIn("chef@exemple.fr");
const cookie = [...boss.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
copyOrders(shop);
const [{ id: who }] = [{ id: shop.sql("SELECT id FROM account WHERE email = 'chef@exemple.fr'") }];
const organiser = shop.sql("SELECT id FROM organiser WHERE slug = 'essai'");
shop.sql("INSERT INTO export_grant (id, organiser_id, account_id, campaign_id, from_ms, to_ms, " +
  `reason, granted_ms, expires_ms) VALUES (1, ${organiser}, ${who}, 0, 0, 9223372036854775807, ` +
  `'Mesure.', 1, ${Date.now() + 86_400_000})`);

const results = [];
for (const file of ["commandes.csv", "commandes.csv", "lignes.csv", "acheteurs/1"])
  results.push(await take(server, cookie, file));
for (const r of results) {
  if (process.argv.includes("--json")) console.log(JSON.stringify({ engine, ...r }));
  else
    console.log(`${engine} ${r.file}: ${r.rows} rows, ${(r.bytes / 1e6).toFixed(0)} MB in ` +
      `${r.seconds.toFixed(2)} s (first byte after ${r.first_ms} ms), server CPU ` +
      `${r.server_cpu_s.toFixed(2)} s, memory ${(r.memory_before_kib / 1024).toFixed(0)} MiB, ` +
      `at most ${(r.memory_most_kib / 1024).toFixed(0)} MiB`);
}
await server.stop();
shop.database.remove();
