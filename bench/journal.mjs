// SPDX-License-Identifier: Apache-2.0
// journal.mjs - the journal for accounting (FEC) of a year with 1,000,000 documents on SQLite: how
// long the command takes and how much memory, beside the sqlite3 shell writing the same rows as
// they are; then the file is read back and held to article A47 A-1.
//
//   node bench/journal.mjs [--documents N] [--json]
import { spawn } from "node:child_process";
import { createReadStream, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { JournalReader, journalRows } from "../test/journal.mjs";
import { openTill } from "../test/till.mjs";

const option = (name, fallback) => {
  const i = process.argv.indexOf(`--${name}`);
  return i > 0 ? process.argv[i + 1] : fallback;
};
const documents = Number(option("documents", process.env.SHORT === "1" ? 20000 : 1000000));
const year = new Date().getUTCFullYear();

// Peak of a running process's own memory in kilobytes, looked at as it goes; pages of the database
// that are mapped in are the system's.
function watch(command, args, options) {
  return new Promise((resolve, reject) => {
    const start = process.hrtime.bigint();
    const child = spawn(command, args, { stdio: "ignore", ...options });
    let peak = 0;
    const timer = setInterval(() => {
      try {
        const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
        peak = Math.max(peak, Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0));
      } catch {
        // It has just ended.
      }
    }, 20);
    child.once("exit", (code) => {
      clearInterval(timer);
      if (code !== 0) return reject(new Error(`${command}: ${code}`));
      return resolve({ seconds: Number(process.hrtime.bigint() - start) / 1e9, peak });
    });
  });
}

const till = await openTill({ companies: 1 });
try {
  const { ref } = await till.buyer(0).order(2);
  await till.buyer(0).pay(ref);
  for (let i = 0; i < 300 && till.sql("SELECT id FROM invoice").length === 0; i++)
    await new Promise((r) => setTimeout(r, 100));
  await till.server.stop();
  const from = Date.UTC(year, 0, 2);
  const step = Math.floor((330 * 86400000) / documents);
  // The same order again and again, each with its payment and its invoice.
  const columns = till.sql("SELECT name FROM pragma_table_info('orders')").map((c) => c.name)
    .filter((c) => !["id", "ref", "idem_key"].includes(c)).join();
  const numbers = `WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n
    WHERE i < ${documents})`;
  till.sql(`PRAGMA synchronous = OFF; BEGIN;
    ${numbers} INSERT INTO orders (id, ref, idem_key, ${columns})
      SELECT i, printf('R%09d', i), 'key' || i, ${columns} FROM n, orders o WHERE o.id = 1;
    ${numbers} INSERT INTO payment (id, order_id, order_ref, provider, state, attempt_key,
      provider_ref, amount_cents, captured_cents, created_ms, captured_ms, changed_ms)
      SELECT i, i, printf('R%09d', i), 'lyra', 3, 'k' || i, 'r' || i, p.amount_cents,
        p.captured_cents, ${from} + i * ${step}, ${from} + i * ${step}, 1 FROM n, payment p
        WHERE p.id = 1;
    ${numbers} INSERT INTO invoice (organiser_id, series, seq, number, kind, campaign_id, order_id,
      order_ref, payment_id, issued_ms, siren, buyer, buyer_key, net_cents, vat_cents, total_cents,
      content) SELECT v.organiser_id, v.series, i, v.series || '-' || i, 380, v.campaign_id, i,
        printf('R%09d', i), i, ${from} + i * ${step} + 1, v.siren, v.buyer, v.buyer_key,
        v.net_cents, v.vat_cents, v.total_cents, '{}' FROM n, invoice v WHERE v.id = 1;
    INSERT INTO invoice_vat (invoice_id, category, rate_bp, net_cents, vat_cents)
      SELECT i.id, v.category, v.rate_bp, v.net_cents, v.vat_cents FROM invoice i, invoice_vat v
        WHERE v.invoice_id = 1 AND i.id > 1;
    COMMIT; ANALYZE;`);
  const out = till.database.dir;
  const made = await watch(process.env.MAILLON_BIN ?? "build/maillon",
    ["invoice", "fec", "masques-pme", String(year), "--out", out], { env: till.server.env });
  const bare = await watch("sqlite3", [till.database.db.slice(7), `.output ${join(out, "bare")}`,
    "SELECT i.*, v.* FROM invoice i JOIN invoice_vat v ON v.invoice_id = i.id ORDER BY " +
    "i.issued_ms, i.id; SELECT * FROM payment ORDER BY captured_ms;"], {});
  const name = readdirSync(out).find((f) => f.includes("FEC"));
  const reader = new JournalReader();
  const lines = createInterface({ input: createReadStream(join(out, name)), crlfDelay: Infinity });
  let heads = null;
  for await (const line of lines) {
    if (heads === null) heads = line;
    else reader.row(journalRows([heads, line]).next().value);
  }
  reader.end();
  if (reader.entry !== 2 * documents) throw new Error(`${reader.entry} entries`);
  const result = { documents, entries: reader.entry, lines: reader.rows,
    megabytes: Math.round(statSync(join(out, name)).size / 1e6), seconds: made.seconds,
    peak_mb: Math.round(made.peak / 1024), bare_seconds: bare.seconds };
  if (process.argv.includes("--json")) console.log(JSON.stringify(result));
  else {
    console.log(`journal of ${documents} documents: ${result.entries} entries, ${result.lines} `
      + `lines, ${result.megabytes} MB in ${result.seconds.toFixed(1)} s, ${result.peak_mb} MB of `
      + `memory; read back and balanced; sqlite3 writing the rows alone: `
      + `${result.bare_seconds.toFixed(1)} s`);
  }
} finally {
  till.server.stop = async () => undefined;
  await till.close();
}
