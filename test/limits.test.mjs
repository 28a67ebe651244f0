// SPDX-License-Identifier: Apache-2.0
// limits.test.mjs - a server that runs out of descriptors, or whose database does not keep up: it
// says so at once, neither spins nor dies, and serves again when there is room.
import assert from "node:assert";
import { execFileSync, spawn } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { connect } from "node:net";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { makeAgent, openShop, placeOrder } from "./buyers.mjs";
import { engines, startServer } from "./server.mjs";
import { until } from "./wait.mjs";

const TICKS_S = 100; // Of /proc/PID/stat.

function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_S;
}

// A thread that spins takes all of a processor, or its share of a busy one.
async function sleepsWhile(server, seconds) {
  const before = cpuSeconds(server.pid);
  await sleep(seconds * 1000);
  const used = cpuSeconds(server.pid) - before;
  assert.ok(used < seconds / 8, `${used} s of processor time in ${seconds} s of waiting`);
}

// Connections that say nothing; those the server does not take are counted by nobody.
function crowd(server, count) {
  return Array.from({ length: count }, () => {
    const s = connect(server.port, "127.0.0.1");
    s.on("error", () => {});
    return s;
  });
}

async function status(server, path = "/healthz") {
  const r = await fetch(server.url + path, { headers: { connection: "close" } });
  await r.text();
  return r.status;
}

// While there is no room a connection may be refused or closed.
const answers = (server) => status(server).then((s) => s === 200, () => false);

const keyOf = (buyer) => `limites-${buyer.siren}-cle`;

// The soft limit: the hard one could not be raised again.
const limitFiles = (server, count) =>
  execFileSync("prlimit", ["--pid", String(server.pid), `--nofile=${count}:`]);

describe("few descriptors", () => {
  test("a small limit: the idle make room for who asks", async () => {
    const server = await startServer({ under: ["prlimit", "--nofile=120:120"] });
    try {
      const sockets = crowd(server, 500);
      for (let i = 0; i < 20; i++) assert.equal(await status(server), 200);
      assert.equal(await status(server, "/readyz"), 200);
      await sleepsWhile(server, 2);
      for (const s of sockets) s.destroy();
      assert.equal(await status(server), 200);
    } finally {
      assert.deepEqual(await server.stop(), { code: 0, signal: null });
    }
  });

  test("none left at all: it waits without spinning, and serves again", async () => {
    const server = await startServer();
    let sockets = [];
    try {
      const open = readdirSync(`/proc/${server.pid}/fd`).length;
      limitFiles(server, 8);
      assert.ok(open > 8);
      sockets = crowd(server, 100);
      await sleepsWhile(server, 3);
      limitFiles(server, 4096);
      await until("an answer", () => answers(server));
      assert.equal(await status(server, "/readyz"), 200);
    } finally {
      for (const s of sockets) s.destroy();
      assert.deepEqual(await server.stop(), { code: 0, signal: null });
    }
  });

  test("a crowd takes the last ones: it serves again when they go", async () => {
    const server = await startServer();
    let sockets = [];
    try {
      limitFiles(server, readdirSync(`/proc/${server.pid}/fd`).length + 20);
      sockets = crowd(server, 300);
      await sleepsWhile(server, 2);
      for (const s of sockets) s.destroy();
      await until("an answer", () => answers(server));
    } finally {
      for (const s of sockets) s.destroy();
      assert.deepEqual(await server.stop(), { code: 0, signal: null });
    }
  });
});

// Another process that holds what every order needs; release() lets go.
async function holdBack(engine, database) {
  const file = database.db.slice("sqlite:".length);
  const [command, args, text] = engine === "sqlite"
    ? ["sqlite3", ["-bail", file], ".timeout 10000\nBEGIN IMMEDIATE;"]
    : ["psql", ["-X", "-q", database.db], "BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE;"];
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const held = new Promise((resolve) => child.stdout.once("data", resolve));
  child.stdin.write(`${text}\nSELECT 1;\n`);
  await held;
  return { release: async () => { child.stdin.end("ROLLBACK;\n"); await ended; } };
}

for (const engine of engines()) {
  describe(`a database that does not keep up [${engine}]`, () => {
    const QUEUE = 16;
    test("what does not fit into the queue is answered 503 at once, the rest in turn",
      async () => {
        const shop = openShop(engine, { packs: 100, companies: 100 });
        const server = await startServer({ engine, database: shop.database,
          env: { ...shop.env, MAILLON_QUEUE: String(QUEUE), MAILLON_WORKERS: "2" } });
        const agent = makeAgent();
        try {
          const lock = await holdBack(engine, shop.database);
          const answers = [];
          let refusal = null;
          // Each is answered 503, or waits for the lock.
          for (const buyer of shop.buyers) {
            const answer = placeOrder(server.port, agent, buyer, { key: keyOf(buyer) });
            answers.push(answer);
            answer.then((r) => { refusal ??= r; }, () => {});
            await sleep(20);
            if (refusal) break;
          }
          assert.equal(refusal?.status, 503);
          assert.ok(Number(refusal.headers["retry-after"]) >= 1, refusal.headers["retry-after"]);
          assert.match(refusal.text, /sollicité/);
          // On PostgreSQL the same threads read, and all of them wait.
          if (engine === "sqlite") assert.equal(await status(server), 200);
          await lock.release();
          const all = (await Promise.all(answers)).map((a) => a.status);
          const taken = all.filter((s) => s === 303);
          assert.deepEqual(all.filter((s) => s !== 303 && s !== 503), []);
          // The server's own jobs wait in the same queue.
          assert.ok(taken.length >= QUEUE / 2, `${taken.length} of ${QUEUE}`);
          const late = shop.buyers[all.indexOf(503)];
          await until("an order", async () => {
            const again = await placeOrder(server.port, agent, late, { key: keyOf(late) });
            return again.status === 303;
          });
          assert.equal(Number(shop.sql("SELECT COUNT(*) FROM orders")), taken.length + 1);
          const check = shop.run("check");
          assert.equal(check.status, 0, check.stdout + check.stderr);
        } finally {
          agent.destroy();
          await server.stop();
          shop.database.remove();
        }
      });
  });
}
