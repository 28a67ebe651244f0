// SPDX-License-Identifier: Apache-2.0
// buyers.mjs - a campaign and companies that are signed in and ready to order, for torture and
// benches. The companies come from bench/fill.c (build/bench/fill), which writes the rows that a
// register import, the declaration of the headcount and a sign-in would leave.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import { makeDatabase } from "./server.mjs";

const MAILLON = process.env.MAILLON_BIN ?? "build/maillon";
const FILL = process.env.MAILLON_FILL ?? "build/bench/fill";
const SECRET = "a secret of tests and benches only";
const OPENED = "2020-05-04T08:00";
const BANDS = ["NN", "00", "01", "02", "03", "11", "12"];
export const SLUG = "essai";
export const PACK_UNITS = 6;

// One good in one pool for the mainland; packs of 6; 4 masks a head, rounded up to a pack.
function policy(units) {
  const territories = ["mainland", "corsica"];
  return {
    slug: SLUG, name: "Essai", summary: "Essai.", zone: "Europe/Paris",
    organiser: { slug: "essai", name: "Essai", contact_email: "essai@example.org" },
    goods: [{
      code: "masque", name: "Masque", unit: { one: "masque", many: "masques" },
      conformity: "Norme.", vat_class: "masque", weight_g: 12,
    }],
    packs: [{ code: "lot-6", label: "Lot de 6", good: "masque", units: 6, price: "17.80" }],
    vat: [{ class: "masque", territories, rate: "5.5" }],
    eligibility: { heads: { min: 0, max: 49 }, networks: ["cci", "cma"], territories },
    cohorts: [
      { code: "tous", label: "Tous", bands: BANDS, heads: { min: 0, max: 49 }, territories,
        opens: OPENED },
    ],
    quota: { per_head: 4, period_days: 15, owner_counts: true, round_up: true },
    orders: { hold_minutes: 30, one_pack_size: true },
    delivery: { text: "Sans contact.", price: "0" },
    pools: [{ code: "metropole", label: "France", good: "masque", territories, units }],
  };
}

function must(command, args, env) {
  const r = spawnSync(command, args, { env, encoding: "utf8", maxBuffer: 1 << 30 });
  if (r.status !== 0)
    throw new Error(`${command} ${args.join(" ")}: ${r.error ?? r.status}\n${r.stderr}`);
  return r.stdout;
}

// A database with the campaign and its buyers; requests: a file for load.c.
export function openShop(engine, { packs, companies, heads = 0, sites = 1, requests = null }) {
  const database = makeDatabase(engine);
  const env = { MAILLON_SECRET: SECRET, MAILLON_LOG_LEVEL: "warn" };
  const full = { ...process.env, ...env, MAILLON_DB: database.db };
  const file = join(database.dir, "policy.json");
  writeFileSync(file, JSON.stringify(policy(packs * PACK_UNITS)));
  must(MAILLON, ["db", "migrate"], full);
  must(MAILLON, ["campaign", "publish", file], full);
  const args = ["--companies", companies, "--heads", heads, "--sites", sites].map(String);
  if (requests) args.push("--requests", requests, "--path", `/c/${SLUG}/commander`);
  const lines = must(FILL, args, full).trimEnd().split("\n");
  const buyers = lines.map((line) => {
    const [siren, sirets, cookie, csrf] = line.split("\t");
    return { siren, sirets: sirets.split(","), cookie, csrf };
  });
  // A command of the program on this database: { status, stdout, stderr }.
  const run = (...command) => spawnSync(MAILLON, command, { env: full, encoding: "utf8" });
  // One figure from the database itself, past the program.
  const sql = (text) => engine === "sqlite"
    ? must("sqlite3", ["-cmd", ".timeout 20000", database.db.slice("sqlite:".length), text],
      full).trim()
    : must("psql", ["-X", "-q", "-A", "-t", database.db, "-c", text], full).trim();
  return { database, env, buyers, run, sql };
}

export function orderBody(buyer, { key, packs = 1, site = 0 }) {
  return new URLSearchParams({
    csrf: buyer.csrf, key, siret: buyer.sirets[site], "packs_lot-6": String(packs),
    company: "SOCIETE", person: "", complement: "", street: `${site + 1} RUE DU TEST`,
    special: "", postal_code: "69002", city: "LYON", phone: "0472000000", instructions: "",
    contactless: "1",
  }).toString();
}

export function makeAgent() {
  return new http.Agent({ keepAlive: true, maxSockets: 512 });
}

// Posts the form that reserves: { status, headers, text, ref } of the answer; rejects when none
// came.
export function placeOrder(port, agent, buyer, order) {
  const body = orderBody(buyer, order);
  return new Promise((resolve, reject) => {
    const request = http.request({
      host: "127.0.0.1", port, agent, method: "POST", path: `/c/${SLUG}/commander`,
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "content-length": Buffer.byteLength(body),
        "sec-fetch-site": "same-origin",
        cookie: `maillon=${buyer.cookie}`,
      },
    }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part) => { text += part; });
      answer.on("error", reject);
      answer.on("aborted", () => reject(new Error("cut off")));
      answer.on("end", () => resolve({
        status: answer.statusCode, headers: answer.headers, text,
        ref: /^\/commandes\/([0-9A-Z]{10})$/.exec(answer.headers.location ?? "")?.[1] ?? null,
      }));
    });
    request.on("error", reject);
    request.end(body);
  });
}
