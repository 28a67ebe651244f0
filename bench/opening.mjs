// SPDX-License-Identifier: Apache-2.0
// opening.mjs - the opening of a sale through the real HTTP interface of the real server, on
// SQLite with full durability: each request is a signed-in company's form post that reserves.
// Beside it, in the same run, what the machine gives without us: the rows of an order written by
// a bare loop over SQLite with group commit, and a bare libuv + llhttp POST.
//
//   node bench/opening.mjs [--short] [--without-fold] [--json]
//
// --without-fold keeps the job away that folds orders into figures, to see what it costs.
//
// Every order counted is verified afterwards: as many rows as answers 303 to an order's page, and
// "maillon check" passes.
import { execFile, spawn } from "node:child_process";
import { readFileSync, rmSync, statSync, openSync, readSync, writeSync, closeSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { PACK_UNITS, SLUG, openShop } from "../test/buyers.mjs";
import { freePort, startServer } from "../test/server.mjs";

const WITHOUT_FOLD = process.argv.includes("--without-fold");
const SHORT = process.argv.includes("--short") || process.env.SHORT === "1";
const ROUNDS = SHORT ? 1 : 3;
const SIZES = { 1: 2000, 16: 15000, 64: 30000, 256: 30000 };
const SHARE = SHORT ? 0.25 : 1;
const TICK_US = 10_000; // Of /proc/PID/stat.
const run = promisify(execFile);

const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];

function cpuMicros(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

// Copies the next count requests of the file to a file of their own.
function slicer(path) {
  const fd = openSync(path, "r");
  let at = 0;
  return {
    take(count, to) {
      const out = openSync(to, "w");
      const size = statSync(path).size;
      const bytes = Buffer.alloc(Math.min(size - at, count * 4096));
      const got = readSync(fd, bytes, 0, bytes.length, at);
      let end = 0;
      let n = 0;
      for (; n < count && end + 4 <= got; n++) end += 4 + bytes.readUInt32BE(end);
      if (n < count || end > got) throw new Error("too few requests were made");
      writeSync(out, bytes, 0, end);
      closeSync(out);
      at += end;
    },
    close: () => closeSync(fd),
  };
}

async function load(port, requests, connections, count, ...more) {
  const { stdout } = await run("build/bench/load", ["--connections", connections, "--port", port,
    "--count", count, "--requests", requests, ...more].map(String)).catch((e) => {
    if (e.stdout) return e;
    throw e;
  });
  return JSON.parse(stdout);
}

async function measure(server, requests, connections, count, ...more) {
  const before = cpuMicros(server.pid);
  const r = await load(server.port, requests, connections, count, ...more);
  return { ...r, cpu: (cpuMicros(server.pid) - before) / r.requests };
}

async function bareHttp(requests, count, connections) {
  const port = await freePort();
  const child = spawn("build/bench/http_bare", [port], { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise((r) => setTimeout(r, 200));
  const server = { pid: child.pid, port };
  const result = await measure(server, requests, connections, count, "--repeat");
  child.kill("SIGTERM");
  return result;
}

async function bareRows(dir, count, group) {
  const { stdout } = await run("build/bench/order_rows",
    [join(dir, `bare-${group}.db`), String(count), String(group)]);
  return JSON.parse(stdout);
}

function row(name, rounds) {
  const of = (key) => median(rounds.map((r) => r[key]));
  return { name, per_second: Math.round(of("per_second")), p50_us: of("p50_us"),
    p99_us: of("p99_us"), cpu_us: Math.round(of("cpu") * 10) / 10,
    least: Math.round(Math.min(...rounds.map((r) => r.per_second))),
    most: Math.round(Math.max(...rounds.map((r) => r.per_second))) };
}

function print(table) {
  const line = (...cells) => console.log(cells[0].padEnd(46) +
    cells.slice(1).map((c) => String(c ?? "").padStart(10)).join(""));
  line("", "a second", "p50 us", "p99 us", "CPU us", "least", "most");
  for (const r of table)
    line(r.name, r.per_second, r.p50_us, r.p99_us, r.cpu_us, r.least, r.most);
}

async function orders(server, slices, requests) {
  const rounds = Object.fromEntries(Object.keys(SIZES).map((c) => [c, []]));
  const table = [];
  let wanted = 0;
  for (let i = 0; i < ROUNDS; i++)
    for (const [connections, size] of Object.entries(SIZES)) {
      const count = Math.round(size * SHARE);
      slices.take(count, requests);
      const r = await measure(server, requests, connections, count, "--expect", 303,
        "--location", "/commandes/");
      if (r.failed || r.unexpected)
        throw new Error(`answers that are no order: ${JSON.stringify(r)}`);
      rounds[connections].push(r);
      wanted += count;
    }
  for (const connections of Object.keys(SIZES))
    table.push(row(`orders, ${connections} connections`, rounds[connections]));
  return { table, wanted };
}

async function refusals(server, slices, requests, name, status) {
  const rounds = [];
  const count = Math.round(10000 * SHARE);
  for (let i = 0; i < ROUNDS; i++) {
    slices.take(count, requests);
    rounds.push(await measure(server, requests, 64, count, "--expect", status));
    if (rounds.at(-1).unexpected) throw new Error(JSON.stringify(rounds.at(-1)));
  }
  return row(name, rounds);
}

async function pages(server, requests) {
  const rounds = [];
  const text = Buffer.from(`GET /c/${SLUG} HTTP/1.1\r\nHost: localhost:8080\r\n\r\n`);
  const fd = openSync(requests, "w");
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  writeSync(fd, Buffer.concat([length, text]));
  closeSync(fd);
  const count = Math.round(20000 * SHARE);
  for (let i = 0; i < ROUNDS; i++)
    rounds.push(await measure(server, requests, 64, count, "--repeat", "--expect", 200));
  if (rounds.some((r) => r.unexpected)) throw new Error(JSON.stringify(rounds[0]));
  return row("the campaign's page, 64 connections", rounds);
}

async function main() {
  const perRound = Object.values(SIZES).reduce((a, b) => a + Math.round(b * SHARE), 0);
  const selling = ROUNDS * perRound;
  const refused = ROUNDS * Math.round(10000 * SHARE);
  const started = Date.now();
  const requests = join(process.env.TMPDIR ?? "/tmp", `opening-${process.pid}`);
  const shop = openShop("sqlite",
    { packs: selling, companies: selling + refused, requests: `${requests}.all` });
  const dir = shop.database.dir;
  // The ordinary settings: access log to a file, rate limit on (one address sends it all).
  const server = await startServer({ database: shop.database,
    env: { ...shop.env, MAILLON_LOG_LEVEL: "info", MAILLON_RATE: "1000000" } });
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(`${selling + refused} companies made in ${seconds} s`);
  if (WITHOUT_FOLD)
    shop.sql("UPDATE job SET due_ms = due_ms + 86400000 WHERE kind = 'FIGURE_FOLD'");
  const slices = slicer(`${requests}.all`);
  const table = [];
  try {
    const sold = await orders(server, slices, requests);
    table.push(...sold.table);
    table.push(await refusals(server, slices, requests, "sold out, 64 connections", 409));
    table.push(await pages(server, requests));
    slices.close();
    await server.stop();
    const rows = Number(shop.sql("SELECT COUNT(*) FROM orders WHERE state = 1"));
    const held = Number(shop.sql("SELECT SUM(held) FROM stock_slot"));
    if (rows !== sold.wanted || held !== rows * PACK_UNITS)
      throw new Error(`${sold.wanted} orders acknowledged, ${rows} stored, ${held} masks held`);
    const check = shop.run("check");
    if (check.status !== 0) throw new Error(`maillon check: ${check.stdout}${check.stderr}`);
    const bare = [];
    const http = [];
    for (let i = 0; i < ROUNDS; i++) {
      bare.push(await bareRows(dir, Math.round(60000 * SHARE), 64));
      rmSync(join(dir, "bare-64.db"), { force: true });
      http.push(await bareHttp(requests, Math.round(60000 * SHARE), 64));
    }
    table.push(row("bare SQLite: an order's rows, 64 a commit", bare));
    table.push(row("bare libuv + llhttp: POST, 64 connections", http));
    print(table);
    console.log(`${rows} orders acknowledged and stored; maillon check passes`);
  } finally {
    await server.stop();
    shop.database.remove();
    for (const f of [requests, `${requests}.all`]) rmSync(f, { force: true });
  }
  if (process.argv.includes("--json")) console.log(JSON.stringify(table));
}

await main();
