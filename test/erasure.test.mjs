// SPDX-License-Identifier: Apache-2.0
// erasure.test.mjs - what is left of somebody: a dump of the whole database is searched after an
// erasure; erasures and purges are cut off with kill -9, asked many times at once, and asked while
// an order is under way; periods that are none; copies that are somebody else's.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { openDepot, payAll } from "./depot.mjs";
import { mailsTo, person } from "./person.mjs";
import { engines, startServer } from "./server.mjs";
import { ADMIN, openTill } from "./till.mjs";
import { until } from "./wait.mjs";

const BINARY = process.env.MAILLON_BIN ?? "build/maillon";
const DAY = 86_400_000;
const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk" +
  "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

// Somebody whose every word stands nowhere else.
const SHE = { email: "zephyrine.quasar@exemple.fr", person: "Zephyrine Quasar",
  company: "Quasar et Filles", street: "77 RUE DES PULSARS", complement: "ESCALIER NEBULEUSE",
  phone: "+33698765432", instructions: "Derriere la comete", text: "La comete est passee.",
  label: "jeton du quasar" };

// The whole database as statements, one row a line; bytes stand there in hexadecimal.
function dump(database) {
  const options = { encoding: "utf8", maxBuffer: 1 << 29 };
  if (database.db.startsWith("sqlite:"))
    return execFileSync("sqlite3", [database.db.slice(7), ".dump"], options);
  const schema = /search_path%3D(\w+)/.exec(database.db)[1];
  return execFileSync("pg_dump", ["--inserts", "-n", schema, database.db.split(/[?&]options=/)[0]],
    options);
}

// How a word may stand: as it is, in a URL, in bytes, without the country's number.
function shapes(word) {
  const plain = [word, encodeURIComponent(word), encodeURIComponent(word).replaceAll("%20", "+"),
    word.replaceAll(" ", "-")];
  if (word.startsWith("+33")) plain.push(word.slice(3), `0${word.slice(3)}`);
  const all = new Set(plain.flatMap((w) => [w, Buffer.from(w).toString("hex"),
    Buffer.from(w).toString("base64").replace(/=+$/, "").slice(0, -2)]));
  return [...all].map((w) => w.toLowerCase());
}

// The tables in which a word stands.
function whereIs(database, word) {
  const words = shapes(word);
  const found = new Set();
  for (const line of dump(database).split("\n")) {
    const low = line.toLowerCase();
    if (words.some((w) => low.includes(w)))
      found.add(/^insert into "?(?:\w+\.)?"?(\w+)/i.exec(line)?.[1] ?? line);
  }
  return [...found].sort();
}

const state = (till, id) =>
  Number(till.sql(`SELECT state AS s FROM privacy_request WHERE id = ${id}`)[0].s);
const blocked = (till, id) =>
  Number(till.sql(`SELECT blocked AS b FROM privacy_request WHERE id = ${id}`)[0].b);
const newest = (till) => Number(till.sql("SELECT MAX(id) AS id FROM privacy_request")[0].id);
const hurry = (till, kind = "PRIVACY_DUE") =>
  till.sql(`UPDATE job SET due_ms = 1 WHERE kind = '${kind}'`);

async function askAlone(till, p) {
  await p.get("/compte/donnees");
  const r = await p.post("/compte/donnees/effacement", { compris: "1" });
  assert.equal(r.status, 303, r.text);
  const id = newest(till);
  till.sql(`UPDATE privacy_request SET not_before_ms = 1 WHERE id = ${id}`);
  return id;
}

// So many orders of a company like the one it has, delivered days ago. more: what columns hold.
function manyOrders(till, siren, count, daysAgo, more = {}) {
  const at = Date.now() - daysAgo * DAY;
  const columns = till.database.db.startsWith("sqlite:")
    ? till.sql("SELECT name FROM pragma_table_info('orders')").map((r) => r.name)
    : till.sql("SELECT column_name AS name FROM information_schema.columns WHERE table_schema = " +
        "current_schema() AND table_name = 'orders' ORDER BY ordinal_position").map((r) => r.name);
  const changed = { id: "o.id * 1000000 + n.i", ref: "'C' || n.i", idem_key: "'copy-' || n.i",
    state: "6", payment_id: "NULL", created_ms: at, changed_ms: at, delivered_ms: at,
    ...more };
  till.sql(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO orders (${columns.join(",")}) SELECT ${columns.map((c) => changed[c] ?? `o.${c}`)
    .join(",")} FROM n, (SELECT * FROM orders WHERE siren = ${siren} ORDER BY id LIMIT 1) o`);
}

for (const engine of engines()) {
  describe(`what is left of somebody [${engine}]`, { timeout: 600_000 }, () => {
    let depot, till, server;

    before(async () => {
      depot = await openDepot({ engine, orders: 1, companies: 2,
        env: { MAILLON_ERASE_WAIT: "1" } });
      till = depot.till;
      server = till.server;
      till.sql(`UPDATE account SET signed_in_ms = ${Date.now()}`);
    });
    after(async () => { await depot?.close(); });

    // A bank's notifications, labels, a complaint with a photo, mails, sessions, a token.
    async function buys() {
      const buyer = till.buyer(1);
      till.sql(`UPDATE account SET email = '${SHE.email}' WHERE id = 1001;
        UPDATE session SET email = '${SHE.email}' WHERE account_id = 1001;
        UPDATE api_token SET label = '${SHE.label}' WHERE account_id = 1001`);
      const { ref } = await buyer.order(1, { company: SHE.company, person: SHE.person,
        street: SHE.street, complement: SHE.complement, postal_code: "69002", city: "LYON",
        phone: SHE.phone, other_address_confirmed: true, instructions: SHE.instructions });
      await buyer.pay(ref);
      await until("it is paid", () => till.orderState(ref) === 3);
      await depot.wave({ limit: 10 });
      await depot.until((n) => n.labelled === 2);
      return ref;
    }

    async function complains(p, ref) {
      const path = `/commandes/${ref}/reclamation`;
      const page = await p.get(path);
      assert.equal(page.status, 200);
      const form = new FormData();
      form.append("csrf", p.csrf);
      form.append("kind", "1");
      for (const [, name, value] of page.text.matchAll(
        /type="radio" name="([^"]+)" value="([^"]+)"/g)) form.set(name, value);
      form.append("text", SHE.text);
      form.append("photos", new Blob([PNG], { type: "image/png" }), "quasar.png");
      const sent = await fetch(till.url + path, { method: "POST", body: form, redirect: "manual",
        headers: { cookie: `maillon=${p.cookies.get("maillon")}` } });
      assert.equal(sent.status, 303, await sent.text());
    }

    test("a dump holds nothing of her but what the invoice says", async () => {
      const ref = await buys();
      const p = person(server);
      await p.signIn(SHE.email);
      const now = Date.now();
      till.sql("UPDATE parcel SET state = 5 WHERE state = 3");
      till.sql(`UPDATE orders SET state = 6, delivered_ms = ${now}, changed_ms = ${now}
        WHERE state = 4`);
      await until("the invoices", () =>
        Number(till.sql("SELECT COUNT(*) AS n FROM invoice_due")[0].n) === 0);
      await complains(p, ref);
      const id = await askAlone(till, p);
      hurry(till);
      await until("it waits for the complaint", () => blocked(till, id) === 1);
      for (const word of Object.values(SHE).filter((w) => w !== SHE.email))
        assert.notDeepEqual(whereIs(till.database, word), [], `${word} was never there`);
      assert.ok(whereIs(till.database, SHE.email).includes("mail"));
      till.sql("UPDATE complaint SET state = 4");
      hurry(till);
      await until("it is done", () => state(till, id) === 4);
      await until("the last letter is emptied", () => Number(till.sql("SELECT COUNT(*) AS n FROM " +
        `mail WHERE recipient = '${SHE.email}'`)[0].n) === 0);
      const onInvoice = new Set(["person", "company", "street", "complement"]);
      for (const [what, word] of Object.entries(SHE))
        assert.deepEqual(whereIs(till.database, word), onInvoice.has(what) ? ["invoice"] : [],
          `${what}: ${word}`);
      // The invoice can still be drawn, and what was not hers is untouched.
      const [{ number }] = till.sql(`SELECT number FROM invoice WHERE order_ref = '${ref}'`);
      assert.ok(number.length > 0);
      assert.equal(Number(till.sql("SELECT COUNT(*) AS n FROM orders WHERE forgotten_ms = 0")[0].n),
        1);
      assert.equal(Number(till.sql("SELECT COUNT(*) AS n FROM parcel_document")[0].n), 1);
      assert.equal((await p.get("/compte")).status, 303);
    });
  });

  describe(`erasures that are hindered [${engine}]`, { timeout: 600_000 }, () => {
    let till, server;

    before(async () => {
      till = await openTill({ engine, companies: 8, env: { MAILLON_ERASE_WAIT: "1" } });
      server = till.server;
      till.sql(`UPDATE account SET signed_in_ms = ${Date.now()}`);
    });
    after(async () => { await till?.close(); });

    const delivered = async () => {
      payAll(till);
      const now = Date.now();
      till.sql(`UPDATE orders SET state = 6, delivered_ms = ${now}, changed_ms = ${now}
        WHERE state = 3`);
      await until("the invoices", () =>
        Number(till.sql("SELECT COUNT(*) AS n FROM invoice_due")[0].n) === 0);
    };
    const signedIn = async (n) => {
      const p = person(server);
      await p.signIn(`buyer${n}@example.org`);
      return p;
    };
    const left = (siren) => Number(till.sql("SELECT COUNT(*) AS n FROM orders WHERE " +
      `siren = ${siren} AND (forgotten_ms = 0 OR to_company <> '')`)[0].n);

    test("asked many times at once it is asked once, and both ways end", async () => {
      await till.buyer(0).order(1);
      await delivered();
      const p = await signedIn(0);
      await p.get("/compte/donnees");
      const all = await Promise.all(Array.from({ length: 8 }, () =>
        p.post("/compte/donnees/effacement", { compris: "1" })));
      assert.ok(all.every((r) => [303, 409, 422].includes(r.status)), all.map((r) => r.status));
      assert.equal(Number(till.sql("SELECT COUNT(*) AS n FROM privacy_request")[0].n), 1);
      const own = newest(till);
      const boss = till.person(ADMIN);
      const second = till.person(ADMIN);
      const path = `/console/entreprises/${till.buyer(0).siren}/donnees`;
      await boss.get(path);
      const wish = { sorte: "effacement", voie: "courrier", adresse: "",
        recue: new Date().toISOString().slice(0, 10), motif: "Lettre signée de la gérante." };
      const asked = await Promise.all(Array.from({ length: 6 }, () => boss.post(path, wish)));
      assert.equal(asked.filter((r) => r.status === 303).length, 1,
        String(asked.map((r) => r.status)));
      assert.ok(asked.every((r) => [303, 409, 422].includes(r.status)));
      assert.equal(Number(till.sql("SELECT COUNT(*) AS n FROM privacy_request")[0].n), 2);
      const list = await second.get("/console/approbations");
      const [, act] = /href="(\/console\/approbations\/\d+)"/.exec(list.text);
      await second.get(act);
      // Both run at the same time.
      till.sql(`UPDATE privacy_request SET not_before_ms = 1 WHERE id = ${own}`);
      hurry(till);
      const answers = await Promise.all([1, 2, 3].map(() =>
        second.post(act, { decision: "approuver", reason: "Vu." })));
      assert.ok(answers.some((r) => r.status === 303), String(answers.map((r) => r.status)));
      await until("both are done", () => { hurry(till); return Number(till.sql("SELECT COUNT(*) " +
        "AS n FROM privacy_request WHERE state = 4")[0].n) === 2; });
      assert.equal(left(till.buyer(0).siren), 0);
      assert.equal(Number(till.sql("SELECT SUM(count) AS n FROM privacy_done WHERE " +
        "what = 'orders'")[0].n), 1);
      assert.equal(Number(till.sql("SELECT SUM(count) AS n FROM privacy_done WHERE " +
        "what = 'account'")[0].n), 1);
      assert.equal(Number(till.sql("SELECT COUNT(*) AS n FROM job WHERE kind = 'PRIVACY_ERASE' " +
        "AND dead_ms > 0")[0].n), 0);
      // And once more, of what is forgotten already.
      await boss.get(path);
      assert.equal((await boss.post(path, wish)).status, 303);
    });

    test("nothing begins while an order is paid, prepared, with the carrier or disputed",
      async () => {
        const buyer = till.buyer(1);
        const { ref } = await buyer.order(1);
        payAll(till);
        await until("the invoices", () =>
          Number(till.sql("SELECT COUNT(*) AS n FROM invoice_due")[0].n) === 0);
        const p = await signedIn(1);
        const id = await askAlone(till, p);
        for (const s of [3, 4, 5, 9, 11, 12]) {
          till.sql(`UPDATE orders SET state = ${s}, changed_ms = ${Date.now()}
            WHERE ref = '${ref}';
            UPDATE privacy_request SET blocked = 99 WHERE id = ${id}`);
          hurry(till);
          await until(`it waits in state ${s}`, () => blocked(till, id) === 1);
          assert.equal(left(buyer.siren), 1);
          const page = await p.get("/compte/donnees");
          assert.ok(page.text.includes(`/commandes/${ref}`), `state ${s} is told`);
        }
        till.sql(`UPDATE orders SET state = 11, changed_ms = ${Date.now() - 401 * DAY}
          WHERE ref = '${ref}'`);
        hurry(till);
        await until("the dispute is over", () => state(till, id) === 4);
        assert.equal(left(buyer.siren), 0);
        assert.equal(Number(till.sql("SELECT COUNT(*) AS n FROM invoice")[0].n), 2);
      });

    test("kill -9 in the middle: the next server goes on and nothing is left", async () => {
      const buyer = till.buyer(2);
      await buyer.order(1);
      await delivered();
      manyOrders(till, buyer.siren, 1500, 2);
      const p = await signedIn(2);
      const id = await askAlone(till, p);
      hurry(till);
      const at = () => Number(till.sql("SELECT COUNT(*) AS n FROM orders WHERE " +
        `siren = ${buyer.siren} AND forgotten_ms > 0`)[0].n);
      await until("some are gone", () => at() > 20, 1);
      await server.kill();
      const gone = at();
      assert.ok(gone > 20 && gone < 1501, `${gone} were gone`);
      assert.equal(state(till, id), 3);
      till.sql("UPDATE job SET lease = 1, due_ms = 1 WHERE leased = 1");
      const again = await startServer({ database: till.database, port: server.port,
        env: server.env });
      try {
        await until("it is done", () => { hurry(till); return state(till, id) === 4; });
        assert.equal(left(buyer.siren), 0);
        assert.equal(Number(till.sql("SELECT SUM(count) AS n FROM privacy_done WHERE " +
          `request_id = ${id} AND what = 'orders'`)[0].n), 1501);
        assert.equal(mailsTo(again, "buyer2@example.org")
          .filter((m) => /effacées, comme demandé/.test(m)).length, 1);
      } finally {
        await again.stop();
      }
    });
  });

  describe(`purges that are hindered [${engine}]`, { timeout: 600_000 }, () => {
    let till;

    before(async () => {
      till = await openTill({ engine, companies: 2 });
      till.sql(`UPDATE account SET signed_in_ms = ${Date.now()}`);
      await till.buyer(0).order(1);
      payAll(till);
      await until("the invoice", () =>
        Number(till.sql("SELECT COUNT(*) AS n FROM invoice_due")[0].n) === 0);
    });
    after(async () => { await till?.close(); });

    const run = (env, ...args) => spawnSync(BINARY, args, { encoding: "utf8",
      env: { ...till.server.env, ...env } });

    test("kill -9 in the middle: the next run takes the rest, each order once", async () => {
      till.sql("UPDATE orders SET created_ms = 1"); // Orders are numbered as they come.
      // What the first said of itself is found by its words, and so is what the last says.
      manyOrders(till, till.buyer(0).siren, 6000, 1100, { to_company:
        "CASE n.i WHEN 1 THEN 'ZEBULON' WHEN 6000 THEN 'YOLANDE' ELSE o.to_company END" });
      const one = (text) => Number(till.sql(`SELECT ${text}`)[0].n);
      const gone = () => one("COUNT(*) AS n FROM orders WHERE forgotten_ms > 0");
      const found = (word) => one(`COUNT(*) AS n FROM desk_word WHERE word = '${word}'`);
      await until("the words", () => {
        hurry(till, "DESK_INDEX");
        return found("ZEBULON") + found("YOLANDE") === 2;
      });
      const total = () => one("COALESCE(SUM(total), 0) AS n FROM privacy_purge " +
        "WHERE name = 'orders'");
      const would = JSON.parse(run({}, "privacy", "purge", "--dry-run", "--json").stdout).orders;
      const child = spawn(BINARY, ["privacy", "purge"], { env: till.server.env, stdio: "ignore" });
      const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(signal)));
      await until("some are gone", () => gone() > 0, 1);
      child.kill("SIGKILL");
      assert.equal(await ended, "SIGKILL");
      const first = gone();
      assert.equal(would, 6000);
      assert.ok(first < would, `${first} were gone`);
      assert.equal(total(), first);
      assert.equal(found("ZEBULON"), 0);
      const rest = JSON.parse(run({}, "privacy", "purge", "--json").stdout).orders;
      assert.equal(first + rest, would);
      assert.equal(gone(), would);
      assert.equal(total(), would);
      await until("what is left to find is found", () => {
        hurry(till, "DESK_INDEX");
        return one(`COUNT(*) AS n FROM desk_word WHERE siren = ${till.buyer(0).siren}`) > 0;
      });
      assert.equal(found("ZEBULON") + found("YOLANDE"), 0);
      assert.equal(Number(till.sql("SELECT COUNT(*) AS n FROM orders WHERE forgotten_ms > 0 AND " +
        "(to_company <> '' OR to_phone <> '' OR to_person <> '')")[0].n), 0);
      assert.equal(JSON.parse(run({}, "privacy", "purge", "--json").stdout).orders, 0);
    });

    test("a period that is none stops the program with its name", async () => {
      for (const bad of ["0", "-1", "36501", "99999999999999999999", "1e3", "3 ans", " 30",
        "30 "]) {
        const r = run({ MAILLON_KEEP_ORDERS: bad }, "privacy", "purge");
        assert.notEqual(r.status, 0, bad);
        assert.match(r.stderr, /MAILLON_KEEP_ORDERS: '.*' is no number of days from 1 to 36500/);
      }
      const wait = run({ MAILLON_ERASE_WAIT: "29" }, "privacy", "status");
      assert.notEqual(wait.status, 0);
      assert.match(wait.stderr, /MAILLON_ERASE_WAIT: '29' is no number of days from 0 to 28/);
      const long = run({ MAILLON_KEEP_ORDERS: "36500", MAILLON_KEEP_MAILS: "36500" }, "privacy",
        "purge", "--dry-run", "--json");
      assert.deepEqual([JSON.parse(long.stdout).orders, JSON.parse(long.stdout).mails], [0, 0]);
    });

    test("a copy that was granted is nobody else's, here or elsewhere", async () => {
      const boss = till.person(ADMIN);
      const other = till.person(ADMIN);
      const stranger = till.person(ADMIN);
      const buyer = person(till.server);
      await buyer.signIn("buyer1@example.org");
      const now = Date.now();
      const [{ id: organiser }] = till.sql("SELECT organiser_id AS id FROM campaign");
      till.sql(`INSERT INTO organiser (id, slug, name, contact_email, created_ms) VALUES
          (900, 'autre', 'Autre', 'autre@exemple.fr', 1);
        UPDATE account SET organiser_id = 900 WHERE id = ${stranger.id};
        UPDATE session SET organiser_id = 900 WHERE account_id = ${stranger.id};
        INSERT INTO privacy_request (id, organiser_id, kind, siren, account_id, channel,
          received_day, due_day, reply_to, reason, state, asked_by, asked_ms, changed_ms) VALUES
          (77, ${organiser}, 2, ${till.buyer(0).siren}, 0, 2, 20000, 30000, '', 'Essai.', 2,
          ${boss.id}, 1, 1);
        INSERT INTO privacy_request_organiser (organiser_id, request_id) VALUES (${organiser}, 77);
        INSERT INTO privacy_file (id, organiser_id, account_id, request_id, siren, state,
          granted_ms, expires_ms) VALUES (78, ${organiser}, ${boss.id}, 77,
          ${till.buyer(0).siren}, 1, ${now}, ${now + DAY})`);
      const copy = "/console/donnees/copies/78";
      for (const [who, p] of [["a colleague", other], ["another organiser", stranger]])
        for (const path of [copy, "/console/donnees/copies/79", "/console/donnees/copies/-78",
          "/console/donnees/copies/78%20OR%201", "/console/donnees/copies/999999999999999999999"]) {
          const r = await p.get(path);
          assert.equal(r.status, 404, `${who}, ${path}`);
        }
      assert.equal((await stranger.get("/console/donnees/77")).status, 404);
      assert.equal((await stranger.get(`/console/entreprises/${till.buyer(0).siren}/donnees`))
        .status, 404);
      assert.ok([302, 303, 403, 404].includes((await buyer.get(copy)).status));
      assert.doesNotMatch((await stranger.get("/console/donnees")).text, /SOCIETE 0/);
      // One's own copy takes no number: a field of another account changes nothing.
      const own = await buyer.get("/compte/donnees/copie.zip?id=1000&account_id=1000&siren=" +
        till.buyer(0).siren);
      assert.equal(own.status, 200);
      assert.doesNotMatch(own.text, /buyer0@example|SOCIETE 0/);
      assert.equal((await boss.get(copy)).status, 200);
    });
  });
}
