// SPDX-License-Identifier: Apache-2.0
// import-beside.mjs PROGRAM UNITS ESTABLISHMENTS - what a writer feels while the register is
// imported into the SQLite database of a running server.
//
// The server writes for /readyz (one row, one durable commit), first alone, then while a second
// process imports. Printed for both: median, 95th and 99th percentile, worst. The server measures
// the write itself, from the wish to the commit, so this program's own pauses do not count.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const [program, units, establishments] = process.argv.slice(2);
const dir = mkdtempSync(join(tmpdir(), "maillon-beside-"));
const port = join(dir, "port");
const env = { ...process.env, MAILLON_DB: `sqlite:${join(dir, "maillon.db")}`, MAILLON_RATE: "0",
  MAILLON_MAIL: `dir:${join(dir, "mail")}`, MAILLON_LOG_LEVEL: "error" };

// RANK=1: the server at real-time priority, for a machine that others use too.
const ranked = (file, args) => (process.env.RANK ? ["chrt", ["-r", "5", file, ...args]] :
  [file, args]);
const server = spawn(...ranked(program, ["serve", "--listen", "127.0.0.1:0", "--port-file", port]),
  { env, stdio: ["ignore", "ignore", "inherit"] });
process.on("exit", () => {
  server.kill("SIGKILL");
  rmSync(dir, { recursive: true, force: true });
});
for (let i = 0; i < 300 && !existsSync(port); i++) await pause(100);
const url = `http://127.0.0.1:${readFileSync(port, "utf8").trim()}/readyz`;

async function measure(until) {
  const taken = [];
  while (!until()) {
    const answer = await (await fetch(url)).json();
    taken.push(answer.write_us / 1000);
    await pause(10);
  }
  taken.sort((a, b) => a - b);
  const at = (share) => taken[Math.min(taken.length - 1, Math.floor(taken.length * share))];
  return `median ${at(0.5).toFixed(1)}, 95 % ${at(0.95).toFixed(1)}, 99 % ${at(0.99).toFixed(1)}` +
    `, worst ${at(1).toFixed(1)} ms (${taken.length} writes)`;
}

const alone = Date.now() + 10_000;
console.log(`alone:             ${await measure(() => Date.now() > alone)}`);
for (const label of ["first month", "same files again"]) {
  const start = Date.now();
  const run = spawn(program, ["registry", "import", "--units", units, "--establishments",
    establishments], { env, stdio: ["ignore", "ignore", "ignore"] });
  let code;
  run.on("exit", (c) => { code = c ?? 1; });
  const felt = await measure(() => code !== undefined);
  if (code !== 0) throw new Error(`the import ended with ${code}`);
  const took = ((Date.now() - start) / 1000).toFixed(1);
  console.log(`${`${label}:`.padEnd(18)} ${felt}; it took ${took} s`);
}
const check = spawnSync(program, ["db", "check"], { env, encoding: "utf8" });
console.log(check.stdout.trim());
server.kill("SIGTERM");
