// SPDX-License-Identifier: Apache-2.0
// The register's commands from outside: packed files, damage to them, and a run that is killed.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { crc32, deflateRawSync, gunzipSync, gzipSync } from "node:zlib";

const program = "build/maillon";
const units = gunzipSync(readFileSync("demo/sirene/StockUniteLegale_extrait.csv.gz"));
const places = gunzipSync(readFileSync("demo/sirene/StockEtablissement_extrait.csv.gz"));
let dir;
let count = 0;

before(() => { dir = mkdtempSync(join(tmpdir(), "maillon-registry.")); });
after(() => rmSync(dir, { recursive: true, force: true }));

const file = (name, bytes) => {
  const path = join(dir, name);
  writeFileSync(path, bytes);
  return path;
};

const run = (db, ...args) => {
  const r = spawnSync(program, ["--db", `sqlite:${db}`, ...args], { encoding: "utf8" });
  return { code: r.status, out: r.stdout, err: r.stderr };
};

const fresh = () => {
  const db = join(dir, `${++count}.db`);
  assert.equal(run(db, "db", "migrate").code, 0);
  return db;
};

const importing = (db, u, e, ...more) =>
  run(db, "registry", "import", "--units", u, "--establishments", e, "--json", ...more);

// CRC-32 for Node versions whose zlib does not offer it.
const checksum = crc32 ?? ((bytes) => {
  let c = ~0;
  for (const b of bytes) {
    c ^= b;
    for (let k = 0; k < 8; k++) c = (c >>> 1) ^ (0xedb88320 & -(c & 1));
  }
  return ~c >>> 0;
});

// One entry, as INSEE ships it; zip64 as for files over 4 GB.
const zip = (name, content, zip64) => {
  const packed = deflateRawSync(content);
  const label = Buffer.from(name);
  const big = Buffer.alloc(20);
  big.writeUInt16LE(1, 0);
  big.writeUInt16LE(16, 2);
  big.writeBigUInt64LE(BigInt(content.length), 4);
  big.writeBigUInt64LE(BigInt(packed.length), 12);
  const extra = zip64 ? big : Buffer.alloc(0);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(zip64 ? 45 : 20, 0);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(checksum(content), 10);
  common.writeUInt32LE(zip64 ? 0xffffffff : packed.length, 14);
  common.writeUInt32LE(zip64 ? 0xffffffff : content.length, 18);
  common.writeUInt16LE(label.length, 22);
  common.writeUInt16LE(extra.length, 24);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, label, extra, packed]);
  const central = Buffer.concat([Buffer.from("PK\x01\x02\x14\0"), common, Buffer.alloc(14), label,
    extra]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, Buffer.from("PK\x05\x06"), end]);
};

test("plain, gzip, zip and zip64 give the same register", () => {
  const e = file("e.csv", places);
  const forms = {
    plain: file("u.csv", units),
    gzip: file("u.csv.gz", gzipSync(units)),
    zip: file("u.zip", zip("StockUniteLegale_utf8.csv", units, false)),
    zip64: file("u64.zip", zip("StockUniteLegale_utf8.csv", units, true)),
  };
  for (const [name, u] of Object.entries(forms)) {
    const r = importing(fresh(), u, e);
    assert.equal(r.code, 0, `${name}: ${r.err}`);
    const said = JSON.parse(r.out);
    assert.equal(said.companies_created, 3485, name);
    assert.equal(said.places_created, 3702, name);
  }
});

test("a packed file that was cut, or holds something else, closes nobody", () => {
  const db = fresh();
  const u = file("u.csv", units);
  const e = file("e.csv", places);
  assert.equal(importing(db, u, e).code, 0);
  const zipped = zip("StockUniteLegale_utf8.csv", units, false);
  const packed = gzipSync(units);
  const bad = {
    "cut.zip": zipped.subarray(0, zipped.length / 2),
    "cut.gz": packed.subarray(0, packed.length / 2),
    "photo.zip": zip("photo.jpg", units, false),
    "wrong.zip": Buffer.concat([Buffer.from("PK\x03\x04"), Buffer.alloc(500, 7)]),
  };
  for (const [name, bytes] of Object.entries(bad)) {
    const r = importing(db, file(name, bytes), e);
    assert.equal(r.code, 2, name);
    assert.match(r.err, new RegExp(name), name);
    assert.equal(JSON.parse(r.out).done, false);
  }
  const shown = JSON.parse(run(db, "registry", "show", "045750981", "--json").out);
  assert.equal(shown.active, true);
});

test("a run that is killed goes on, and counts everything once", async () => {
  const db = fresh();
  const made = run(db, "registry", "generate", "--units", "60000", "--seed", "5", "--out",
    join(dir, "made"), "--json");
  const wanted = JSON.parse(made.out);
  const args = ["--db", `sqlite:${db}`, "registry", "import", "--units",
    join(dir, "made/StockUniteLegale_utf8.csv"), "--establishments",
    join(dir, "made/StockEtablissement_utf8.csv"), "--json"];
  let kills = 0;
  for (let wait = 30; ; wait *= 1.5) {
    const child = spawn(program, args, { stdio: "ignore" });
    const killed = await new Promise((done) => {
      const timer = setTimeout(() => child.kill("SIGKILL"), wait);
      child.on("exit", (code, signal) => {
        clearTimeout(timer);
        done(signal === "SIGKILL");
      });
    });
    if (!killed) break;
    kills++;
  }
  assert.ok(kills > 0, "the first run was quicker than 30 ms");
  const again = JSON.parse(importing(db, args[5], args[7]).out);
  assert.equal(again.companies_same, wanted.units);
  assert.equal(again.places_same, wanted.establishments);
  assert.equal(again.companies, wanted.units);
});

test("show tells what is wrong with a number, and what is not there", () => {
  const db = fresh();
  const wrong = run(db, "registry", "show", "12345678901234");
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /neither a valid SIRET/);
  const absent = run(db, "registry", "show", "73282932000074");
  assert.equal(absent.code, 4);
  assert.match(absent.err, /the register has no SIRET/);
});

test("the same seed gives the same register", () => {
  const paths = ["a", "b", "c"].map((name, i) => {
    const out = join(dir, name);
    const r = spawnSync(program, ["registry", "generate", "--units", "500", "--seed",
      i === 2 ? "2" : "1", "--out", out]);
    assert.equal(r.status, 0);
    return readFileSync(join(out, "StockEtablissement_utf8.csv"));
  });
  assert.deepEqual(paths[0], paths[1]);
  assert.notDeepEqual(paths[0], paths[2]);
});
