// SPDX-License-Identifier: Apache-2.0
// wave.mjs - from "paid" to "label printed": a wave of 10,000 paid orders through the real server
// on SQLite and the stand-in carrier over HTTP, then all its labels fetched as PDF.
//
//   node bench/wave.mjs [--orders N] [--engine sqlite|pg] [--json]
//
// Afterwards every parcel has a label with a number of its own, and the carrier made one for each.
import { openDepot } from "../test/depot.mjs";

const option = (name, fallback) => {
  const i = process.argv.indexOf(`--${name}`);
  return i > 0 ? process.argv[i + 1] : fallback;
};
const SHORT = process.env.SHORT === "1";
const orders = Number(option("orders", SHORT ? 1000 : 10000));
const engine = option("engine", "sqlite");

const depot = await openDepot({ engine, orders, units: orders * 12 + 1000 });
const start = Date.now();
const wave = await depot.wave({ limit: orders });
await depot.until((n) => n.labelled === orders, 1000); // A count stops the carrier.
const labelled = Date.now();
let after = 0;
let files = 0;
let bytes = 0;
for (;;) {
  const rows = depot.sql(`SELECT id FROM parcel WHERE wave_id = ${wave} AND id > ${after}
    ORDER BY id LIMIT 200`);
  if (rows.length === 0) break;
  const r = await fetch(`${depot.till.url}/console/preparation/vagues/${wave}/etiquettes.pdf`
    + `?apres=${after}`, { headers: { cookie: `maillon=${depot.cookie}` } });
  const body = Buffer.from(await r.arrayBuffer());
  if (r.status !== 200 || !body.subarray(0, 4).equals(Buffer.from("%PDF")))
    throw new Error(`labels: ${r.status}`);
  files++;
  bytes += body.length;
  after = rows.at(-1).id;
}
const printed = Date.now();
const [{ n }] = depot.sql("SELECT COUNT(DISTINCT number) AS n FROM parcel WHERE state = 3");
const twice = [...depot.carrier.labels.values()].filter((m) => m.length > 1).length;
if (Number(n) !== orders || twice !== 0 || depot.carrier.labels.size !== orders)
  throw new Error(`${n} numbers, ${twice} labels twice`);
const result = { engine, orders, labels_s: (labelled - start) / 1000,
  printed_s: (printed - start) / 1000, files, megabytes: Math.round(bytes / 1e5) / 10 };
if (process.argv.includes("--json")) console.log(JSON.stringify(result));
else {
  console.log(`wave of ${orders} orders (${engine}): labels after ${result.labels_s} s, `
    + `printed after ${result.printed_s} s (${files} files, ${result.megabytes} MB), none twice`);
}
await depot.close();
