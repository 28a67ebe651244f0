// SPDX-License-Identifier: Apache-2.0
// server.mjs - a real server for tests, on a free port with a database of its own.
//
//   const server = await startServer({ engine: "sqlite", env: { MAILLON_DEMO: "1" } });
//   await fetch(server.url + "/healthz");
//   await server.stop();
//
// MAILLON_TEST_PG (a URL) is needed for engine "pg"; engines() lists what can be tested here.
// run() runs a command of the binary on the same database.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, statSync,
  unlinkSync } from "node:fs";
import { createServer } from "node:net";
import { randomBytes, randomInt } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "./wait.mjs";

const BINARY = process.env.MAILLON_BIN ?? "build/maillon";

export function engines() {
  return process.env.MAILLON_TEST_PG ? ["sqlite", "pg"] : ["sqlite"];
}

// A port for a server that must know its address before it listens. It is below those that the
// kernel gives out by itself, which any connection may take meanwhile, and reserved with a file:
// two servers that begin at the same instant could share one unnoticed (SO_REUSEPORT).
export async function freePort() {
  const dir = join(process.env.MAILLON_TEST_TMP ?? tmpdir(), `maillon-ports-${process.getuid()}`);
  mkdirSync(dir, { recursive: true });
  for (;;) {
    const port = randomInt(20000, 32000);
    const file = join(dir, String(port));
    try {
      if (Date.now() - statSync(file).mtimeMs > 3_600_000) unlinkSync(file);
    } catch {
      // Nobody has reserved it.
    }
    try {
      closeSync(openSync(file, "wx"));
    } catch (e) {
      if (e.code === "EEXIST") continue;
      throw e;
    }
    if (await isFree(port)) return port;
  }
}

function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

// A database of the test's own: a file in a folder, or a schema.
export function makeDatabase(engine) {
  const dir = mkdtempSync(join(process.env.MAILLON_TEST_TMP ?? tmpdir(), "maillon-server."));
  const remove = () => rmSync(dir, { recursive: true, force: true });
  if (engine === "sqlite") return { dir, db: `sqlite:${join(dir, "test.db")}`, remove };
  const base = process.env.MAILLON_TEST_PG;
  if (!base) throw new Error("MAILLON_TEST_PG is not set");
  const schema = `t_${randomBytes(6).toString("hex")}`;
  const sql = (text) =>
    execFileSync("psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1", base, "-c", text],
      { stdio: ["ignore", "ignore", "pipe"] });
  sql(`CREATE SCHEMA ${schema}`);
  const db = `${base}${base.includes("?") ? "&" : "?"}options=-csearch_path%3D${schema}`;
  return { dir, db, remove: () => { sql(`DROP SCHEMA ${schema} CASCADE`); remove(); } };
}

function settings(database, port, env) {
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith("MAILLON_")));
  return {
    ...clean,
    MAILLON_DB: database.db,
    MAILLON_LISTEN: `127.0.0.1:${port}`,
    MAILLON_BASE_URL: `http://127.0.0.1:${port}`,
    MAILLON_MAIL: `dir:${join(database.dir, "mail")}`,
    MAILLON_RATE: "0",
    MAILLON_LOG_LEVEL: "warn",
    ...env,
  };
}

async function answers(url, child, logFile) {
  try {
    await until("it answers", async () => {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error("it ended at once");
      return fetch(url + "/healthz", { headers: { connection: "close" } })
        .then((r) => r.status === 200, () => false); // Not listening yet.
    }, 20);
  } catch (e) {
    child.kill("SIGKILL");
    throw new Error(`the server: ${e.message}\n${readFileSync(logFile, "utf8")}`);
  }
}

// Starts the server; database: one that is there already (from makeDatabase), kept at stop.
// under: a command that runs it, such as prlimit with its arguments; it must become the server.
export async function startServer({ engine = "sqlite", env = {}, database = null, port = 0,
  under = [] } = {}) {
  const own = database === null;
  const data = database ?? makeDatabase(engine);
  const at = port || (await freePort());
  const url = `http://127.0.0.1:${at}`;
  const full = settings(data, at, env);
  const logFile = join(data.dir, "server.log");
  const fd = openSync(logFile, "a");
  const [command, ...args] = [...under, BINARY, "serve"];
  const child = spawn(command, args, { env: full, stdio: ["ignore", "ignore", fd] });
  closeSync(fd);
  const ended = new Promise((resolve) => child.once("exit", (code, signal) =>
    resolve({ code, signal })));
  const server = {
    url, port: at, pid: child.pid, dir: data.dir, database: data, env: full, ended,
    log: () => readFileSync(logFile, "utf8"),
    // A command on the same database: { status, stdout, stderr }.
    run: (...args) => spawnSync(BINARY, args, { env: full, encoding: "utf8" }),
    kill: async (signal = "SIGKILL") => { child.kill(signal); return ended; },
    stop: async () => {
      child.kill("SIGTERM");
      const how = await ended;
      if (own) data.remove();
      return how;
    },
  };
  try {
    await answers(url, child, logFile);
  } catch (e) {
    if (own) data.remove();
    throw e;
  }
  return server;
}
