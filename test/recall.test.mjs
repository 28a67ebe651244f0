// SPDX-License-Identifier: Apache-2.0
// A lot is recalled while its units are everywhere at once: on the shelf, picked, labelled, with
// the carrier, delivered, come back. Two people decide it through the pages; nothing of it leaves
// any more, everybody who has it is written to, and what they have is sent again or paid back.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openEye } from "./axe.mjs";
import { openDepot } from "./depot.mjs";
import { person } from "./person.mjs";
import { engines } from "./server.mjs";

const plain = (text) => text.replace(/[\u00a0\u202f]|&nbsp;/g, " ");
const YEAR = new Date().getFullYear();

async function checked(depot) {
  const r = await depot.till.run("check");
  assert.equal(r.status, 0, r.stdout + r.stderr);
}

// The lot by its pages: it ends before the opening stock, so it is picked first.
async function receive(depot, lot, units) {
  const [{ id: pool }] = depot.sql("SELECT MIN(id) AS id FROM stock_pool");
  await depot.get("/console/stock/arrivages/annoncer");
  let r = await depot.post("/console/stock/arrivages/annoncer", { stock: String(pool),
    fournisseur: "Tissages du Nord", bon: `BL ${lot}`, lot, unites: String(units),
    jour: `02/05/${YEAR}` });
  assert.equal(r.status, 303, r.text);
  r = await depot.get(`/console/stock/reception?bon=${encodeURIComponent(`BL ${lot}`)}&lot=${lot}`);
  const path = r.headers.location;
  await depot.get(path);
  r = await depot.post(path, { bon: `BL ${lot}`, acceptees: String(units), refusees: "0",
    motif: "", peremption: `31/12/${YEAR + 1}`, conformite: "" });
  assert.equal(r.status, 303, r.text);
  return Number(depot.sql(`SELECT id FROM stock_batch WHERE lot = '${lot}'`)[0].id);
}

// Six paid orders of twelve units: 0 delivered, 1 on its way, 2 come back, 3 labelled, 4 picked,
// 5 paid. All but the last are of lot L1.
async function everywhere(engine) {
  const depot = await openDepot({ engine, orders: 6, paid: "bank" });
  depot.batch = await receive(depot, "L1", 100);
  depot.orders = depot.sql("SELECT id, ref FROM orders ORDER BY paid_ms, id");
  depot.state = (i) => Number(depot.till.orderState(depot.orders[i].ref));
  depot.parcel = (i) => depot.sql(`SELECT id, number, state, problem FROM parcel
    WHERE order_id = ${depot.orders[i].id} ORDER BY nth DESC`)[0];
  depot.row = (i) => depot.sql(`SELECT * FROM stock_recall_order
    WHERE order_id = ${depot.orders[i].id}`)[0];
  await depot.wave({ limit: 3 });
  await depot.until((n) => n.labelled === 3);
  await depot.handOver();
  depot.age(30);
  depot.carrier.tracking.scan({ idShip: depot.parcel(0).number, code: "DI1" });
  depot.carrier.tracking.scan({ idShip: depot.parcel(2).number, code: "DI2" });
  await depot.job("TRACK");
  assert.deepEqual([0, 1, 2].map(depot.state), [6, 5, 12]);
  await depot.wave({ limit: 1 });
  await depot.until((n) => n.labelled === 1);
  await depot.wave({ limit: 1, labels: "" });
  await depot.until((n) => n.waiting === 1);
  const grant = await depot.till.run("account", "grant", "chef@exemple.fr", "--organiser",
    "masques-pme", "--role", "stock");
  assert.equal(grant.status, 0, grant.stderr);
  depot.chief = person(depot.till.server);
  await depot.chief.signIn("chef@exemple.fr");
  return depot;
}

async function ask(depot, page, fields) {
  const path = `/console/stock/lots/${depot.batch}/${page}`;
  await depot.get(path);
  return depot.post(path, fields);
}

async function approve(depot) {
  const list = await depot.chief.get("/console/approbations");
  const [path] = /\/console\/approbations\/\d+/.exec(list.text);
  await depot.chief.get(path);
  const r = await depot.chief.post(path, { decision: "approuver", reason: "Vu." });
  assert.equal(r.status, 303, r.text);
  return path;
}

const RECALL = { motif: "Colorant interdit.", consigne: "Ne portez pas ces masques.",
  confirme: "1" };

for (const engine of engines()) {
  describe(`recall [${engine}]`, () => {
    let depot, eye;

    before(async () => {
      depot = await everywhere(engine);
      eye = await openEye();
    });
    after(async () => {
      await eye?.close();
      await depot?.close();
    });

    test("is asked for with all that is needed, and does nothing before its approval", async () => {
      let r = await ask(depot, "rappel", { motif: "", consigne: "", suite: "" });
      assert.equal(r.status, 422);
      for (const what of ["Ce qui ne va pas", "doivent faire", "Pour ce qui est parti"])
        assert.match(r.text, new RegExp(`href="#[a-z]+[^>]*>[^<]*${what}|${what}`));
      assert.match(r.text, /Cochez la case/);
      r = await depot.get(`/console/stock/lots/${depot.batch}/rappel`);
      assert.match(plain(r.text), /pas encore parti.*?2 commandes, 24 unités/s);
      assert.match(plain(r.text), /En route.*?1 commande, 12 unités/s);
      assert.match(plain(r.text), /Livré.*?1 commande, 12 unités/s);
      assert.match(plain(r.text), /Revenu ou perdu.*?1 commande, 12 unités/s);
      r = await ask(depot, "rappel", { ...RECALL, suite: "plus-tard" });
      assert.equal(r.status, 303);
      const own = /\/console\/approbations\/\d+/.exec(
        (await depot.get("/console/approbations")).text)[0];
      r = await depot.get(own);
      assert.match(plain(r.text),
        /Lot L1 : 5 commandes concernées \(60 unités\), dont 2 mises de côté/);
      assert.match(r.text, /une autre personne doit en décider/);
      await depot.post(own, { decision: "approuver", reason: "Moi." });
      assert.equal(Number(depot.sql("SELECT COUNT(*) AS n FROM stock_recall")[0].n), 0);
      assert.equal(depot.mails("stock_recall").length, 0);
      assert.deepEqual([3, 4].map(depot.state), [4, 4]);
    });

    test("stops what has not left and writes to everybody else", async () => {
      const label = depot.parcel(3).number;
      await approve(depot);
      await depot.wait("all told", () => depot.mails("stock_recall").length === 5);
      assert.deepEqual([3, 4, 5].map(depot.state), [3, 3, 3]);
      assert.equal(Number(depot.parcel(3).state), 9);
      const shelf = depot.sql(`SELECT SUM(on_hand) AS shelf, SUM(quarantined) AS aside
        FROM stock_batch_pool WHERE batch_id = ${depot.batch}`)[0];
      assert.deepEqual([Number(shelf.shelf), Number(shelf.aside)], [0, 64]);
      // Whoever has the labelled one in the hand is told by the scanner.
      const scanned = await depot.get(`/console/preparation/emballage?ref=${label}`);
      const { text } = await depot.get(scanned.headers.location);
      assert.match(plain(text), /Lot rappelé : sortez ce colis de la pile/);
      const bodies = depot.mails("stock_recall").map((m) => plain(m.body));
      assert.equal(bodies.filter((b) => /devez faire : Ne portez pas ces masques/.test(b)).length,
        3);
      assert.equal(bodies.filter((b) => /n’est pas partie/.test(b)).length, 2);
      assert.equal(bodies.filter((b) => /Nous vous écrivons bientôt/.test(b)).length, 2);
      assert.equal(bodies.filter((b) => /S’il vous parvenait encore/.test(b)).length, 1);
      await checked(depot);
    });

    test("the list of who has it says it all, as a page and as a file", async () => {
      const page = plain((await depot.get(`/console/stock/lots/${depot.batch}`)).text);
      for (const { ref } of depot.orders.slice(0, 5)) assert.match(page, new RegExp(ref));
      assert.doesNotMatch(page, new RegExp(depot.orders[5].ref));
      assert.match(page, /À décider/);
      const r = await depot.get(`/console/stock/lots/${depot.batch}/commandes.csv`);
      assert.match(r.headers["content-type"], /text\/csv/);
      const lines = r.text.replace(/^\ufeff/, "").trim().split(/\r?\n/);
      assert.equal(lines.length, 6);
      assert.match(lines[0], /^commande[;,]siret[;,]entreprise/);
      const of = (i) => lines.find((l) => l.includes(depot.orders[i].ref));
      assert.match(of(0), /Livré.*À décider/);
      assert.match(of(1), /En route.*À décider/);
      assert.match(of(2), /Revenu ou perdu/);
      assert.match(of(3), /Mis de côté avant l’envoi/);
      assert.match(of(0), /buyer0@example\.org/);
      assert.match(page, /commandes\.csv\?forme=tableur" download/);
      const sheet = (await depot.get(
        `/console/stock/lots/${depot.batch}/commandes.csv?forme=tableur`)).text;
      assert.match(sheet, /^\ufeff?commande;siret;entreprise;/);
      assert.match(sheet, new RegExp(`\n${depot.orders[0].ref};\\d{14};`));
    });

    test("the commands tell the same, and the journal who took the names", async () => {
      const run = async (...args) => {
        const r = await depot.till.run("stock", ...args);
        assert.equal(r.status, 0, r.stderr);
        return r.stdout;
      };
      const slug = depot.till.campaign;
      const who = JSON.parse(await run("recipients", slug, "l1", "--json"));
      assert.ok(who.recalled_at.startsWith("20"));
      const of = (i) => who.recipients.find((r) => r.order === depot.orders[i].ref);
      assert.deepEqual([0, 1, 2, 3, 4].map((i) => of(i).stage),
        ["delivered", "on_way", "came_back", "set_aside", "set_aside"]);
      assert.deepEqual([of(0).units, of(0).follow, of(2).follow], [12, "undecided", ""]);
      assert.equal(of(0).email, "buyer0@example.org");
      const csv = (await run("recipients", slug, "L1", "--csv")).trim().split("\r\n");
      assert.equal(csv.length, 6);
      assert.match(csv[0], /^order,siret,units,stage/);
      assert.match(await run("recipients", slug, "L1"), /Colorant interdit\.\n5 orders, 5 written/);
      const notes = depot.sql("SELECT account_id FROM audit WHERE act = 'stock.recipients'");
      assert.equal(notes.length, 5); // The page’s two files, three times this command.

      const pools = JSON.parse(await run("show", slug, "--json")).pools;
      for (const p of pools)
        assert.equal(p.received, p.available + p.held + p.sold + p.handed + p.quarantined +
          p.withdrawn + p.sent);
      assert.match(await run("show", slug), /^pool +warehouse +received/);
      const batches = JSON.parse(await run("batches", slug, "--json")).batches;
      const lot = batches.find((b) => b.lot === "L1");
      assert.deepEqual([lot.received, lot.on_hand, lot.quarantined], [100, 0, 64]);
      assert.equal(lot.expires, `${YEAR + 1}-12-31`);
      assert.ok(lot.recalled);
      assert.ok(batches.some((b) => b.lot === "" && b.recalled === null));
      const moves = JSON.parse(await run("movements", slug, "--lot", "L1", "--json")).movements;
      const received = moves.filter((m) => m.kind === "receive"); // By slot on PostgreSQL.
      assert.equal(received.reduce((sum, m) => sum + m.units, 0), 100);
      assert.ok(moves.every((m) => m.lot === "L1"));
      const sold = JSON.parse(await run("movements", slug, "--order", depot.orders[0].ref,
        "--kind", "sell", "--json")).movements;
      assert.equal(sold.reduce((sum, m) => sum + m.units, 0), 12);
      assert.ok(sold.every((m) => m.kind === "sell" && m.order === depot.orders[0].ref));
      const total = Number(depot.sql("SELECT COUNT(*) AS n FROM stock_movement")[0].n);
      const all = (await run("movements", slug, "--csv")).trim().split("\r\n");
      assert.equal(all.length, total + 1);
      assert.equal((await run("movements", slug, "--to", "2020-01-01")).trim().split("\n").length,
        1);
      for (const [args, words] of [
        [["show", "rien"], /there is no campaign 'rien'/],
        [["movements", slug, "--kind", "eat"], /no kind of movement: receive, hold/],
        [["movements", slug, "--pool", "nulle-part"], /no pool 'nulle-part'/],
        [["movements", slug, "--order", "K2QTAA6AZT"], /no order 'K2QTAA6AZT'/],
        [["movements", slug, "--from", "hier"], /'hier' is not a day/],
        [["batches", slug, "--csv", "--json"], /--csv or --json/],
        [["recipients", slug, "L404"], /no such lot 'L404'/],
        [["recipients", slug], /LOT/],
      ]) {
        const r = await depot.till.run("stock", ...args);
        assert.equal(r.status, 2, args.join(" "));
        assert.match(r.stderr, words);
      }
    });

    test("what was set aside goes with another lot", async () => {
      await depot.wave({ limit: 3 });
      await depot.until((n) => n.labelled === 3);
      await depot.handOver();
      assert.deepEqual([3, 4, 5].map(depot.state), [5, 5, 5]);
      assert.equal(Number(depot.sql(`SELECT COUNT(*) AS n FROM stock_pick
        WHERE batch_id = ${depot.batch} AND order_id IN
          (${depot.orders.slice(3).map((o) => o.id)})`)[0].n), 0);
      await checked(depot);
    });

    test("what left is sent again, outside the quota, when another person agrees", async () => {
      let r = await ask(depot, "suite", { suite: "", motif: "" });
      assert.equal(r.status, 422);
      r = await ask(depot, "suite", { suite: "renvoyer", motif: "Le stock suffit." });
      assert.equal(r.status, 303);
      assert.deepEqual([0, 1].map(depot.state), [6, 5]);
      const used = () => depot.sql("SELECT SUM(units - short_units) AS n FROM orders")[0].n;
      const before = used();
      await approve(depot);
      await depot.wait("sent again", () => depot.mails("recall_again").length === 2);
      assert.deepEqual([0, 1].map(depot.state), [4, 4]);
      assert.equal(used(), before);
      assert.match(plain(depot.mails("recall_again")[0].body),
        /Nous vous renvoyons 2 lots.*sans rien retirer à ce que vous pouvez commander/s);
      await depot.wave();
      await depot.until((n) => n.labelled === 2);
      await depot.handOver();
      assert.deepEqual([0, 1].map(depot.state), [5, 5]);
      r = await ask(depot, "suite", { suite: "renvoyer", motif: "Encore." });
      assert.match(r.text, /Aucune commande n’attend/);
      // What came back of the lot stays out of the shelf, whatever its state.
      const [{ id }] = depot.sql(`SELECT id FROM parcel_trouble
        WHERE parcel_id = ${depot.parcel(2).id}`);
      r = await depot.get(`/console/livraison/${id}`);
      assert.match(plain(r.text), /12 unités de la commande sont d’un lot rappelé/);
      assert.doesNotMatch(r.text, /value="revenu-renvoyer"/);
      assert.match(r.text, /value="revenu-rembourser"/);
      r = await depot.post(`/console/livraison/${id}`, { decision: "revenu-renvoyer",
        reason: "Colis intact." });
      assert.equal(r.status, 409);
      assert.match(r.text, /est rappelé et ne repart pas/);
      await checked(depot);
      const journal = (await depot.get("/console/journal")).text;
      for (const words of ["Lot rappelé", "Commande renvoyée après un rappel"])
        assert.match(journal, new RegExp(words));
    });

    test("each page is as it should be", async () => {
      const at = `${depot.till.url}/console/stock/lots/${depot.batch}`;
      const cookie = `maillon=${depot.cookie}`;
      for (const path of ["", "/rappel", "/suite"]) await eye.look(at + path, { cookie });
      const [{ id }] = depot.sql(`SELECT id FROM parcel_trouble
        WHERE parcel_id = ${depot.parcel(2).id}`);
      await eye.look(`${depot.till.url}/console/livraison/${id}`, { cookie });
    });
  });

  describe(`recall, paid back [${engine}]`, () => {
    test("whole orders and parts of orders get their money", async () => {
      const depot = await everywhere(engine);
      try {
        assert.equal((await ask(depot, "rappel", { ...RECALL, suite: "rembourser" })).status, 303);
        await approve(depot);
        await depot.wait("refunded", () => depot.state(0) === 10 && depot.state(1) === 10);
        const sums = depot.sql(`SELECT r.amount_cents, p.captured_cents FROM refund r
          JOIN payment p ON p.id = r.payment_id`);
        assert.equal(sums.length, 2);
        for (const s of sums) assert.equal(s.amount_cents, s.captured_cents);
        const [mail] = depot.mails("recall_given_back");
        assert.match(plain(mail.body), /Nous vous remboursons 2 lots.*N’utilisez pas/s);
        const page = await depot.till.buyer(0).page(`/commandes/${depot.orders[0].ref}`);
        assert.match(page.text, /Remboursée/);
        assert.match((await depot.get(`/console/stock/lots/${depot.batch}`)).text, /Remboursé/);
        await checked(depot);
      } finally {
        await depot.close();
      }
    });
  });
}
