// SPDX-License-Identifier: Apache-2.0
// ext4.mjs - the power is cut on a real file system: an ext4 of the trial's own on a loop device is
// shut down (EXT4_IOC_SHUTDOWN) without its journal being flushed while companies order, so that
// what was not synced is gone. The server is killed, the file system mounted again, the server
// started: every acknowledged order is there, as in kill.mjs. A file that was written and not
// synced just before each cut must be gone, or the cut proves nothing.
// What was acknowledged is what was read before the cut: a machine without power says nothing, and
// a sync that runs while the file system is shut down may report success for what its aborted
// journal loses (Linux 6.18; a bare loop of write and fdatasync met it in 10 of 400 cuts).
// Half of TORTURE_ROUNDS cuts on SQLite, a tenth on PostgreSQL with its defaults for durability; at
// least two and one. Needs root and loop devices; says so and ends well where they are missing.
import assert from "node:assert";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync,
  writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PACK_UNITS, openShop } from "../buyers.mjs";
import { freePort, startServer } from "../server.mjs";
import { orderUntil, takeStock, verify } from "../witness.mjs";

const ROUNDS = Number(process.env.TORTURE_ROUNDS ?? 5);
const BUYERS_A_ROUND = 300;
// _IOR('X', 125, __u32) with EXT4_GOING_FLAGS_NOLOGFLUSH.
const SHUTDOWN = `open(my $d, "<", $ARGV[0]) or die "$!";
  my $how = pack("L", 2); ioctl($d, 0x8004587D, $how) or die "EXT4_IOC_SHUTDOWN: $!";`;

const home = mkdtempSync(join(process.env.MAILLON_TEST_TMP ?? tmpdir(), "ext4."));
const image = join(home, "disk");
const folder = join(home, "m");

function run(command, ...args) {
  const r = spawnSync(command, args, { encoding: "utf8" });
  if (r.status !== 0)
    throw new Error(`${command}: ${(r.error?.message ?? r.stderr).trim()}`);
  return r.stdout.trim();
}

const mount = () => run("mount", "-t", "ext4", "-o", "loop", image, folder);

function cutPower() {
  writeFileSync(join(folder, "unsynced"), "never synced");
  run("perl", "-e", SHUTDOWN, folder);
}

// The file system goes when the last process that was killed has gone.
async function unmount() {
  for (const end = Date.now() + 60_000; ;) {
    const r = spawnSync("umount", [folder], { encoding: "utf8" });
    if (r.status === 0) return;
    if (Date.now() > end) throw new Error(r.stderr);
    await new Promise((done) => setTimeout(done, 20));
  }
}

// What was not synced did not come back.
async function powerBack() {
  await unmount();
  mount();
  const left = join(folder, "unsynced");
  assert.ok(!existsSync(left) || statSync(left).size === 0, "the cut took nothing away");
  rmSync(left, { force: true });
}

async function makeDisk() {
  chmodSync(home, 0o755); // PostgreSQL is another user.
  mkdirSync(folder);
  run("truncate", "-s", "2G", image);
  run("mkfs.ext4", "-q", "-F", image);
  mount();
  cutPower();
  await powerBack();
}

// A PostgreSQL on the disk that keeps what it acknowledges.
const postgres = {
  lock: join(folder, "pg/data/postmaster.pid"),
  start: () => {
    // After a reboot nobody has the number of the one before.
    for (const file of [postgres.lock, join(folder, "pg/.s.PGSQL.5432.lock")])
      rmSync(file, { force: true });
    process.env.MAILLON_TEST_PG = run("test/pg.sh", "start", join(folder, "pg"), "durable");
    postgres.pid = parseInt(readFileSync(postgres.lock, "utf8"), 10);
  },
  stop: () => process.kill(postgres.pid, "SIGQUIT"), // At once; its disk may be gone.
};
const none = { start() {}, stop() {} };

async function torture(engine, rounds) {
  const base = engine === "pg" ? postgres : none;
  base.start();
  const shop = openShop(engine,
    { packs: rounds * BUYERS_A_ROUND, companies: rounds * BUYERS_A_ROUND });
  run("sync", "-f", folder); // The companies are no trial.
  const port = await freePort();
  const start = () => startServer({ engine, database: shop.database, env: shop.env, port });
  const all = new Map();
  let server = await start();
  let lost = 0;
  try {
    for (let round = 0; round < rounds; round++) {
      const buyers = shop.buyers.slice(round * BUYERS_A_ROUND, (round + 1) * BUYERS_A_ROUND);
      const orders = await orderUntil(server, buyers, () => {
        cutPower();
        return server.kill("SIGKILL");
      }, { lateCounts: false });
      base.stop();
      await powerBack();
      base.start();
      server = await start();
      lost += await verify(server, orders);
      const check = shop.run("check");
      assert.equal(check.status, 0, `round ${round}: ${check.stdout}${check.stderr}`);
      for (const [buyer, ref] of orders) all.set(buyer, ref);
    }
    await server.stop();
    takeStock(shop, all, PACK_UNITS);
    console.log(`ext4 [${engine}]: ${rounds} power cuts, ${all.size} orders, all there; ` +
      `${lost} answers lost`);
  } finally {
    await server.kill("SIGKILL");
    base.stop();
  }
}

try {
  await makeDisk();
} catch (e) {
  console.log(`ext4: skipped, no file system of its own can be made and shut down: ${e.message}`);
  spawnSync("umount", [folder]);
  rmSync(home, { recursive: true, force: true });
  process.exit(0);
}
try {
  process.env.MAILLON_TEST_TMP = folder;
  await torture("sqlite", Math.max(2, Math.ceil(ROUNDS / 2)));
  if (process.env.MAILLON_TEST_PG) await torture("pg", Math.max(1, Math.ceil(ROUNDS / 10)));
} finally {
  await unmount();
  rmSync(home, { recursive: true, force: true });
}
