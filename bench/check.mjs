// SPDX-License-Identifier: Apache-2.0
// check.mjs - "maillon check" over 1,000,000 orders, and what the server looks at each minute when
// 20,000 were placed and 20,000 older ones left in the last hour, on SQLite and, when
// MAILLON_TEST_PG names one, on PostgreSQL.
//
//   node bench/check.mjs [--orders N] [--engine sqlite|pg] [--keep] [--json]
//   node bench/check.mjs --at URL      measures a database that --keep left, and keeps it
//
// Nothing may be in breach: a statement that finds its 20 offenders early has not read the rest.
// Medians of wall time, and of the processor's: the program's own with that of PostgreSQL's
// processes, when they run on this machine.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engines, makeDatabase, startServer } from "../test/server.mjs";
import { sql } from "../test/till.mjs";
import { completeHistory, makeHistory } from "./history.mjs";
import { FROM_START, at, folded } from "./staff.mjs";

const option = (name, fallback) => {
  const i = process.argv.indexOf(`--${name}`);
  return i > 0 ? process.argv[i + 1] : fallback;
};
const SHORT = process.argv.includes("--short") || process.env.SHORT === "1";
const ORDERS = Number(option("orders", SHORT ? 50_000 : 1_000_000));
const RECENT = Math.min(20_000, ORDERS / 10);
const KEEP = process.argv.includes("--keep") || option("at", "") !== "";
const RUNS = 3;
const MAILLON = process.env.MAILLON_BIN ?? "build/maillon";
const SLUG = "masques-pme";

async function fill(engine) {
  const database = makeDatabase(engine);
  const started = Date.now();
  const first = await startServer({ database }); // Makes the schema.
  const published = first.run("campaign", "publish", "demo/masques-pme.json");
  await first.stop();
  if (published.status !== 0) throw new Error(published.stderr);
  const now = Date.now();
  const earlier = now - 3 * 3_600_000;
  sql(database, "INSERT INTO account (id, email, rights, created_ms) VALUES " +
    "(1, 'acheteur@example.org', 0, 1) ON CONFLICT DO NOTHING");
  makeHistory(database, { slug: SLUG, orders: ORDERS, days: 30, until: earlier });
  makeHistory(database, { slug: SLUG, orders: RECENT, days: 1 / 24, until: now - 60_000,
    companies: Math.ceil(ORDERS * 0.8) });
  completeHistory(database, { slug: SLUG, delivered: now - 5 * 86_400_000, leaving: RECENT });
  const server = await startServer({ database, env: { MAILLON_LOG_LEVEL: "info" } });
  await folded(server, FROM_START);
  await server.stop();
  if (engine === "pg") sql(database, "VACUUM (ANALYZE)");
  console.log(`${engine}: filled in ${Math.round((Date.now() - started) / 1000)} s`);
  return database;
}

const stat = (pid) => readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /, "").split(" ");

// Milliseconds of the processor that the ended children of a process have used.
const childrenMs = (pid) => (Number(stat(pid)[13]) + Number(stat(pid)[14])) * 10;

// The process that is PostgreSQL's parent of all; null when it is elsewhere.
function postmaster(database) {
  if (database.db.startsWith("sqlite:")) return null;
  const [{ pid, name }] = sql(database,
    "SELECT pg_backend_pid() AS pid, current_setting('data_directory') AS name");
  const [{ file }] = sql(database, "SELECT pg_read_file('postmaster.pid') AS file");
  const parent = Number(file.split("\n")[0]);
  try {
    return name !== "" && pid > 0 && stat(parent).length > 14 ? parent : null;
  } catch {
    return null;
  }
}

function checked(database, parent, args) {
  const used = () => childrenMs(process.pid) + (parent === null ? 0 : childrenMs(parent));
  const cpu = used();
  const started = process.hrtime.bigint();
  const r = spawnSync(MAILLON, ["check", ...args, "--json"], { encoding: "utf8",
    env: { ...process.env, MAILLON_DB: database.db, MAILLON_LOG_LEVEL: "warn" } });
  const ms = Number(process.hrtime.bigint() - started) / 1e6;
  if (r.status !== 0) throw new Error(`check ${args}: ${r.stdout} ${r.stderr}`);
  return { ms, cpu_ms: used() - cpu };
}

async function measure(engine) {
  const database = option("at", null)
    ? { db: option("at"), dir: mkdtempSync(join(tmpdir(), "maillon-check.")), remove: () => {} }
    : await fill(engine);
  const parent = postmaster(database);
  const table = [];
  try {
    for (const [name, args] of [["the whole history", []], ["each minute", ["--recent"]]]) {
      const runs = Array.from({ length: RUNS }, () => checked(database, parent, args));
      table.push({ engine, name, ms: at(runs.map((r) => r.ms), 0.5),
        cpu_ms: at(runs.map((r) => r.cpu_ms), 0.5) });
    }
    return table;
  } finally {
    if (KEEP) console.log(`kept: ${database.db}`);
    else database.remove();
  }
}

const results = [];
for (const engine of option("engine", null) ? [option("engine")] : engines())
  results.push(...await measure(engine));
if (process.argv.includes("--json")) console.log(JSON.stringify(results));
else
  for (const r of results)
    console.log(`${r.engine.padEnd(7)}check, ${r.name.padEnd(20)}${r.ms.toFixed(0).padStart(8)} ms`
      + `${r.cpu_ms.toFixed(0).padStart(8)} ms of processor`);
