// SPDX-License-Identifier: Apache-2.0
// The demonstration as "make run" serves it: made, found again the next time, and set aside when
// it is another program's.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { freePort } from "./server.mjs";
import { until } from "./wait.mjs";

const top = mkdtempSync(join(process.env.MAILLON_TEST_TMP ?? tmpdir(), "maillon-demo."));
after(() => rmSync(top, { recursive: true, force: true }));

// Starts it, asks for some pages, ends it; what it said.
async function demo(dir, ...paths) {
  const [port, gateway, carrier] = [await freePort(), await freePort(), await freePort()];
  const env = { ...process.env, DEMO_PORT: port, DEMO_GATEWAY_PORT: gateway,
    DEMO_CARRIER_PORT: carrier, DEMO_DIR: dir };
  for (const name of ["MAILLON_DB", "MAILLON_MAIL"]) delete env[name];
  const child = spawn("tools/demo.sh", { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const ended = new Promise((resolve) => child.on("exit", resolve));
  await new Promise((resolve, reject) => {
    const hear = (d) => { said += d; if (said.includes("Serving on")) resolve(); };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    ended.then(() => reject(new Error(`the demonstration ended: ${said}`)));
  });
  try {
    for (const path of paths) {
      const status = await until(`an answer of ${path}`, () =>
        fetch(`http://127.0.0.1:${port}${path}`).then((r) => r.status, () => 0));
      assert.equal(status, 200, path);
    }
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
  return said;
}

test("the demonstration is made, and found again the next time", async () => {
  const dir = join(top, "kept");
  const said = await demo(dir, "/", "/c/masques-pme", "/c/aura", "/demo/mail", "/demo/codes");
  assert.match(said, /commerce@exemple\.fr/);
  assert.match(said, /-masques-pme@exemple\.fr/);
  assert.doesNotMatch(await demo(dir, "/"), /set aside/);
  assert.deepEqual(readdirSync(top), ["kept"]);
});

test("one of another program is set aside, not lost", async () => {
  const dir = join(top, "old");
  mkdirSync(dir);
  execFileSync("sqlite3", [join(dir, "maillon.db"), "CREATE TABLE schema_step (x)"]);
  assert.match(await demo(dir, "/c/masques-pme"), /was set aside in .*old\.\d{8}-\d{6}/);
  const aside = readdirSync(top).find((name) => name.startsWith("old."));
  assert.ok(readdirSync(join(top, aside)).includes("maillon.db"));
});
