// SPDX-License-Identifier: Apache-2.0
// desk.mjs - the agents' desk of a sale with 1,000,000 orders of 260,000 companies, on SQLite and,
// when MAILLON_TEST_PG names one, on PostgreSQL: the server's time for each search, page and list.
//
//   node bench/desk.mjs [--orders N] [--companies N] [--engine sqlite|pg] [--keep] [--json]
//   node bench/desk.mjs --at URL      measures a database that --keep left, and keeps it
//
// A page's time is the server's own, from its access log: the median of some requests, after one.
// Afterwards "maillon check" has counted the figures anew and found them right; how long it took.
import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engines, makeDatabase, startServer } from "../test/server.mjs";
import { sql } from "../test/till.mjs";
import { makeHistory } from "./history.mjs";
import { FROM_START, at, folded, logged, signIn } from "./staff.mjs";

const option = (name, fallback) => {
  const i = process.argv.indexOf(`--${name}`);
  return i > 0 ? process.argv[i + 1] : fallback;
};
const SHORT = process.argv.includes("--short") || process.env.SHORT === "1";
const ORDERS = Number(option("orders", SHORT ? 50_000 : 1_000_000));
const COMPANIES = Number(option("companies", Math.ceil(ORDERS * 0.26)));
const KEEP = process.argv.includes("--keep") || option("at", "") !== "";
const REQUESTS = 9;
const MAILLON = process.env.MAILLON_BIN ?? "build/maillon";
const FILL = process.env.MAILLON_FILL ?? "build/bench/fill";
const SLUG = "masques-pme";
const ONE = Math.round(ORDERS / 3) | 1; // The order that is looked at.
const BIG_ORDERS = Math.min(6000, ORDERS / 10); // Of the company that ordered most.
const KINDS = ["BOULANGERIE", "GARAGE", "CABINET", "ATELIER", "PHARMACIE", "TRANSPORTS",
  "MENUISERIE", "COIFFURE", "RESTAURANT", "MAISON"];

const nth = "(siren / 10 - 20000000)"; // bench/fill.c
const KIND = `CASE ${nth} % 10 ${KINDS.map((k, i) => `WHEN ${i} THEN '${k}'`).join(" ")} END`;
const FAMILY = `'NOM' || (${nth} % 5000)`;
const CODE = `CAST(10000 + ${nth} % 6000 AS TEXT)`;
const CITY = `CASE WHEN ${nth} % 8 = 0 THEN 'LYON' ELSE 'VILLE' || (${nth} % 6000) END`;

// Names and towns as unlike each other as those of real companies.
const NAMES = `
  UPDATE company SET name = ${KIND} || ' ' || ${FAMILY} || ' ' || ${nth};
  UPDATE establishment SET postal_code = ${CODE.replaceAll("siren", "(siret / 100000)")},
    city = ${CITY.replaceAll("siren", "(siret / 100000)")};
  INSERT INTO company_name (key, siren) SELECT name, siren FROM company ORDER BY name, siren;`;

// What the job DESK_INDEX would write, which takes its time to leave the writer to buyers.
const FOLLOWED = `
  INSERT INTO desk_word (organiser_id, word, siren)
  SELECT DISTINCT g.organiser_id, w.word, w.siren FROM campaign g, (
    SELECT ${KIND} AS word, siren FROM company UNION ALL SELECT ${FAMILY}, siren FROM company
    UNION ALL SELECT CAST(${nth} AS TEXT), siren FROM company WHERE ${nth} > 9
    UNION ALL SELECT ${CODE}, siren FROM company UNION ALL SELECT ${CITY}, siren FROM company) w
   WHERE g.slug = '${SLUG}' ORDER BY 1, 2, 3;
  INSERT INTO desk_place (campaign_id, department, order_id)
  SELECT campaign_id, department, id FROM orders ORDER BY campaign_id, department, id;
  INSERT INTO desk_mark (source, last_id) SELECT 'orders', MAX(id) FROM orders;`;

const BIG = `
  UPDATE orders SET deadline_ms = ${Date.now() + 86_400_000} WHERE state = 1;
  UPDATE orders SET siren = (SELECT MIN(siren) FROM company),
    siret = (SELECT MIN(siret) FROM establishment)
   WHERE id % ${Math.floor(ORDERS / BIG_ORDERS)} = 0;
  INSERT INTO complaint (organiser_id, order_id, siren, kind, state, account_id, created_ms,
    changed_ms)
  SELECT g.organiser_id, o.id, o.siren, 1, 1, o.account_id, o.created_ms, o.created_ms
    FROM orders o JOIN campaign g ON g.id = o.campaign_id WHERE o.id % 500 = 1;
  INSERT INTO audit (organiser_id, account_id, act, subject, subject_id, before_json, after_json,
    reason, at_ms)
  SELECT g.organiser_id, o.account_id, 'order.phone', 'order', o.id, '', '', '', o.created_ms
    FROM orders o JOIN campaign g ON g.id = o.campaign_id WHERE o.id % 5 = 1;`;

function run(command, args, database) {
  const r = spawnSync(command, args, { env: { ...process.env, MAILLON_DB: database.db,
    MAILLON_LOG_LEVEL: "warn" }, encoding: "utf8", maxBuffer: 1 << 30,
    stdio: ["ignore", "pipe", "inherit"] });
  if (r.status !== 0) throw new Error(`${command} ${args.join(" ")}: ${r.error ?? r.status}`);
  return r.stdout.trim();
}

function fill(engine) {
  const database = makeDatabase(engine);
  const started = Date.now();
  run(MAILLON, ["db", "migrate"], database);
  run(MAILLON, ["campaign", "publish", "demo/masques-pme.json"], database);
  run(FILL, ["--companies", String(COMPANIES), "--heads", "8"], database);
  sql(database, `BEGIN; ${NAMES} COMMIT;`);
  makeHistory(database, { slug: SLUG, orders: ORDERS, days: 30, until: Date.now() - 3_600_000,
    companies: COMPANIES, registered: true });
  const ref = run(FILL, ["--ref", String(ONE)], database);
  sql(database, `BEGIN; ${BIG} ${FOLLOWED} UPDATE orders SET ref = '${ref}' WHERE id = ${ONE};
    UPDATE payment SET order_ref = '${ref}' WHERE order_id = ${ONE}; COMMIT;`);
  if (engine === "pg") sql(database, "VACUUM (ANALYZE)");
  console.log(`${engine}: filled in ${Math.round((Date.now() - started) / 1000)} s`);
  return database;
}

const given = (url) => ({ db: url, dir: mkdtempSync(join(tmpdir(), "maillon-desk.")),
  remove: () => {} });

// What is measured: a label and a path of the console.
function pages(database) {
  const one = (text) => sql(database, `SELECT ${text}`)[0];
  const o = one(`id AS id, ref AS ref, siren AS siren, siret AS siret, account_id AS account
    FROM orders WHERE id = ${ONE}`);
  const { email } = one(`email AS email FROM account WHERE id = ${o.account}`);
  const { big } = one("MIN(siren) AS big FROM company");
  const day = new Date(Date.now() - 15 * 86_400_000).toISOString().slice(0, 10);
  const middle = Math.round(ORDERS / 2);
  const find = (typed) => `recherche?q=${encodeURIComponent(typed)}`;
  const list = (query) => `commandes${query ? `?${query}` : ""}`;
  return [
    ["search: order's reference", find(o.ref)], ["search: SIREN", find(String(o.siren))],
    ["search: SIRET", find(String(o.siret))], ["search: e-mail", find(email)],
    ["search: rare word", find(`NOM${o.siren % 5000}`)],
    ["search: common word", find("boulangerie")],
    ["search: two common words", find("boulangerie lyon")],
    ["search: words of everybody", find("nom ville")],
    ["search: postal code", find("10042")], ["search: nothing found", find("introuvable")],
    ["search: a wrong number", find("123456789")],
    ["one company", `entreprises/${o.siren}`],
    [`the company with ${BIG_ORDERS} orders`, `entreprises/${big}`],
    ["one order", `commandes/${o.ref}`],
    ["orders: first page", list("")], ["orders: in the middle", list(`suite=${middle}`)],
    ["orders: oldest first", list("tri=ancien")],
    ...["a-payer", "payees", "livrees", "expirees", "annulees", "a-rembourser", "remboursees"]
      .map((s) => [`orders: state ${s}`, list(`etat=${s}`)]),
    ["orders: expired, in the middle", list(`etat=expirees&suite=${middle}`)],
    ["orders: held, oldest first", list("etat=a-payer&tri=ancien")],
    ["orders: paid", list("payee=oui")], ["orders: not paid", list("payee=non")],
    ["orders: département", list("departement=976")],
    ["orders: département nobody ordered from", list("departement=975")],
    ["orders: département, in the middle", list(`departement=69&suite=${middle}`)],
    ["orders: one day", list(`du=${day}&au=${day}`)],
    ["orders: a day's cancelled", list(`du=${day}&au=${day}&etat=annulees`)],
    ["orders: complaints", list("probleme=reclamation")],
    ["orders: given back, of a département", list("etat=remboursees&departement=976")],
    ["orders: held, of a département, in the middle",
      list(`etat=a-payer&departement=976&suite=${middle}`)],
    ["orders: all filters",
      list(`etat=annulees&departement=69&payee=non&du=${day}&au=${day}`)],
  ];
}

async function timed(server, cookie, path) {
  const seen = logged(server, "request").length;
  let text = "", status = 0;

  for (let i = 0; i <= REQUESTS; i++) {
    const r = await fetch(`${server.url}/console/${path}`,
      { headers: { cookie }, redirect: "manual" });
    text = await r.text();
    status = r.status;
    if (status !== 200 && status !== 303) throw new Error(`${path} answers ${status}`);
  }
  let us = [];
  while (us.length < REQUESTS + 1) us = logged(server, "request").slice(seen).map((l) => l.us);
  const cut = /Cette page s’arrête ici/.test(text);
  return { ms: at(us.slice(1), 0.5) / 1000, worst_ms: Math.max(...us.slice(1)) / 1000, status,
    rows: (text.match(/<tr>/g) ?? []).length, cut };
}

async function measure(engine) {
  const database = option("at", null) ? given(option("at")) : fill(engine);
  const server = await startServer({ database, env: { MAILLON_LOG_LEVEL: "info" } });
  const table = [];
  try {
    await folded(server, FROM_START);
    const cookie = signIn(database, SLUG);
    for (const [name, path] of pages(database))
      table.push({ engine, name, ...await timed(server, cookie, path) });
    const started = Date.now();
    const { breaches } = JSON.parse(server.run("check", "--json").stdout);
    if (breaches.some((b) => b.invariant === "I20")) throw new Error(JSON.stringify(breaches));
    table.push({ engine, name: "maillon check, of the whole", ms: Date.now() - started });
    return table;
  } finally {
    await server.stop();
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
    console.log(`${r.engine.padEnd(7)}${r.name.padEnd(48)}${r.ms.toFixed(1).padStart(9)} ms`
      + `${(r.worst_ms ?? r.ms).toFixed(1).padStart(9)} ms at most`
      + `${r.rows === undefined ? "" : `${String(r.rows).padStart(5)} rows`}`
      + `${r.cut ? ", goes on" : ""}`);
