// SPDX-License-Identifier: Apache-2.0
// Parcels on their way: the server's own job asks the stand-in's tracking service over HTTP. From
// a payment at the bank to the buyer's door; whatever the service does wrong moves no parcel, and
// the service is asked seldom.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openEye } from "./axe.mjs";
import { openDepot } from "./depot.mjs";
import { engines } from "./server.mjs";

const HOUR = 3600000;
const ago = (hours) => new Date(Date.now() - hours * HOUR).toISOString();
const MINUTE = 60000;

const numbers = (depot) => depot.sql("SELECT number FROM parcel ORDER BY order_id")
  .map((r) => r.number);
const states = (depot) => depot.sql("SELECT state FROM orders ORDER BY id").map((r) =>
  Number(r.state));
const link = (depot) => depot.sql("SELECT failures, until_ms, why FROM track_link")[0];
// In the order of numbers() above.
const due = (depot) => depot.sql("UPDATE parcel SET track_ms = order_id WHERE state = 4");
const events = (depot) => Number(depot.sql("SELECT COUNT(*) AS n FROM parcel_event")[0].n);
// Spaces that do not break read as others here.
const plain = (text) => text.replace(/[\u00a0\u202f]|&nbsp;/g, " ");

async function checked(depot) {
  const r = await depot.till.run("check");
  assert.equal(r.status, 0, r.stdout + r.stderr);
}

// Whose order it is: orders are placed all at once, so the first one is anybody's.
const buyerOf = (depot, ref) => depot.till.buyer(Number(
  depot.sql(`SELECT account_id FROM orders WHERE ref = '${ref}'`)[0].account_id) - 1000);

// So many orders with the carrier since 30 hours.
async function underWay(engine, orders, env = {}) {
  const depot = await openDepot({ engine, orders, env });
  await depot.wave();
  await depot.until((n) => n.labelled === orders);
  await depot.handOver();
  depot.age(30);
  return depot;
}

for (const engine of engines()) {
  describe(`tracking [${engine}]`, () => {
    test("from the bank to the door", async () => {
      const depot = await openDepot({ engine, orders: 2, paid: false });
      try {
        const buyer = depot.till.buyer(0);
        const { ref } = await buyer.order(2);
        await buyer.payOnPage(ref);
        await depot.wait("paid", () => depot.till.orderState(ref) === 3);
        await depot.wave();
        await depot.until((n) => n.labelled === 1);
        await depot.handOver();
        assert.equal(depot.till.orderState(ref), 5);
        const [sent] = depot.mails("order_sent");
        assert.equal(sent.recipient, "buyer0@example.org");
        assert.equal(sent.subject, `Votre colis est en route - commande ${ref}`);
        assert.match(plain(sent.body), /Suivi : https:\/\/www\.laposte\.fr/);

        // No sorting centre has seen it: nobody is asked, now and for six hours.
        const { tracking } = depot.carrier;
        await depot.job("TRACK");
        assert.equal(tracking.asks.length, 0);
        depot.age(30);
        const [number] = numbers(depot);
        tracking.scan({ idShip: number, code: "PC1", date: ago(28) });
        tracking.scan({ idShip: number, code: "ET1", label: "Arrivé au centre de tri",
          date: ago(20) });
        await depot.job("TRACK");
        assert.deepEqual(tracking.asks.map((a) => [a.ids, a.lang]), [[[number], "fr_FR"]]);
        let page = await buyer.page(`/commandes/${ref}`);
        assert.match(page.text, /Pris en charge par le transporteur/);
        assert.match(page.text, /En cours d’acheminement/);
        assert.match(page.text, /Arrivé au centre de tri/);
        assert.match(page.text, new RegExp(`code=${number}`));

        // What is under way is asked about every four hours, what is out for delivery every two.
        const next = () => Number(depot.sql("SELECT track_ms FROM parcel")[0].track_ms);
        assert.ok(Math.abs(next() - Date.now() - 4 * HOUR) < 5 * MINUTE);
        await depot.job("TRACK");
        assert.equal(tracking.asks.length, 1);
        tracking.scan({ idShip: number, code: "MD2", date: ago(2) });
        due(depot);
        await depot.job("TRACK");
        assert.ok(Math.abs(next() - Date.now() - 2 * HOUR) < 5 * MINUTE);
        assert.equal(depot.till.orderState(ref), 5);

        tracking.scan({ idShip: number, code: "DI1", label: "Livré en boîte", date: ago(1) });
        due(depot);
        await depot.job("TRACK");
        assert.equal(depot.till.orderState(ref), 6);
        page = await buyer.page(`/commandes/${ref}`);
        assert.match(page.text, /Votre commande est livrée/);
        const [mail] = depot.mails("order_delivered");
        assert.match(mail.body, /sans contact et sans signature/);
        assert.match(mail.body, /Ouvrez une réclamation/);
        // It is there: it is never asked about again, and old news changes nothing.
        const asked = tracking.asks.length;
        depot.sql("UPDATE parcel SET track_ms = 1");
        await depot.job("TRACK");
        assert.equal(tracking.asks.length, asked);
        assert.equal(depot.mails("order_delivered").length, 1);
        assert.doesNotMatch(depot.till.server.log(), /cle-du-suivi/);
        await checked(depot);
      } finally {
        await depot.close();
      }
    });

    describe("a service that misbehaves", () => {
      let depot;
      before(async () => {
        depot = await underWay(engine, 12);
        // Only this test asks, by the command: it says at once what came of it.
        depot.sql("UPDATE job SET due_ms = 9000000000000 WHERE kind = 'TRACK'");
      });
      after(async () => depot?.close());

      // Runs once with everything due; what the service was asked for.
      const run = async (trackMode, more = {}) => {
        depot.carrier.misbehave({ trackMode, ...more });
        depot.carrier.tracking.asks = [];
        due(depot);
        await depot.till.run("delivery", "track");
        return depot.carrier.tracking.asks;
      };
      const calm = () => depot.sql("DELETE FROM track_link");
      const nothing = () => {
        assert.deepEqual(depot.counts().handed, 12);
        assert.ok(states(depot).every((s) => s === 5));
        assert.equal(Number(depot.sql("SELECT COUNT(*) AS n FROM parcel_trouble")[0].n), 0);
        assert.equal(depot.mails("order_delivered").length, 0);
      };

      for (const [mode, why] of [["busy", "out_of_order"], ["error", "out_of_order"],
        ["cut", "unreachable"], ["html", "no_answer"], ["huge", "too_long"],
        ["slow", "unreachable"]]) {
        test(`${mode}: one request, nothing moves, and it is asked again`, async () => {
          calm();
          const asks = await run(mode, { slowMs: 11000 });
          assert.equal(asks.length, 1);
          nothing();
          assert.equal(events(depot), 0);
          assert.deepEqual([Number(link(depot).failures), link(depot).why], [1, why]);
          const soon = depot.sql("SELECT MAX(track_ms) AS at FROM parcel")[0].at;
          assert.ok(Number(soon) - Date.now() < 2 * MINUTE);
        });
      }

      test("after three failures in a row it is left alone for a growing while", async () => {
        calm();
        for (let i = 1; i <= 3; i++) assert.equal((await run("busy")).length, 1, `run ${i}`);
        assert.equal((await run("busy")).length, 0);
        const pause = () => Math.round((Number(link(depot).until_ms) - Date.now()) / MINUTE);
        assert.equal(pause(), 5);
        const page = await depot.get("/console/livraison");
        assert.match(plain(page.text), /3 demandes sans réponse utile : il est en panne/);
        for (const minutes of [10, 20, 40]) {
          depot.sql("UPDATE track_link SET until_ms = 1");
          assert.equal((await run("busy")).length, 1);
          assert.equal(pause(), minutes);
        }
        depot.sql("UPDATE track_link SET failures = 40, until_ms = 1");
        await run("busy");
        assert.equal(pause(), 120);
        // One request shows that it is back, the next run asks about all.
        depot.sql("UPDATE track_link SET until_ms = 1");
        assert.deepEqual((await run("normal")).map((a) => a.ids.length), [10]);
        assert.equal(Number(link(depot).failures), 0);
        assert.deepEqual((await run("normal")).map((a) => a.ids.length), [10, 2]);
        assert.doesNotMatch((await depot.get("/console/livraison")).text, /ne répond pas/);
        nothing();
      });

      test("it says how long to wait, and is obeyed", async () => {
        calm();
        assert.equal((await run("limited", { retryAfterS: 600 })).length, 1);
        assert.ok(Math.abs(Number(link(depot).until_ms) - Date.now() - 10 * MINUTE) < MINUTE);
        assert.equal((await run("normal")).length, 0);
        assert.match(plain((await depot.get("/console/livraison")).text),
          /il demande de patienter. Prochaine demande le/);
        const r = await depot.till.run("delivery", "track", "--json");
        assert.equal(r.status, 6, r.stderr);
        assert.equal(JSON.parse(r.stdout).problem, "too_many");
      });

      test("a key that is refused is not tried again for an hour", async () => {
        calm();
        assert.equal((await run("unauthorised")).length, 1);
        assert.ok(Number(link(depot).until_ms) - Date.now() > 59 * MINUTE);
        assert.equal((await run("normal")).length, 0);
        assert.match((await depot.get("/console/livraison")).text, /LAPOSTE_KEY/);
      });

      test("an unknown number hides nobody's news", async () => {
        calm();
        depot.sql("DELETE FROM parcel_event");
        const [first, second] = numbers(depot);
        const made = depot.carrier.byNumber.get(first);
        depot.carrier.byNumber.delete(first);
        depot.carrier.tracking.scan({ idShip: second, code: "PC1", date: ago(20) });
        const asks = await run("hidden");
        depot.carrier.byNumber.set(first, made);
        // Ten at once, then each of them; the two others at once.
        assert.deepEqual(asks.map((a) => a.ids.length), [10, ...Array(10).fill(1), 2]);
        const told = depot.sql(`SELECT p.number, e.code FROM parcel_event e JOIN parcel p
          ON p.id = e.parcel_id WHERE e.code = 'PC1'`);
        assert.deepEqual(told, [{ number: second, code: "PC1" }]);
        assert.equal(link(depot)?.failures ?? 0, 0);
        nothing();
      });

      for (const mode of ["empty", "denied", "crossed", "foreign", "undated"]) {
        test(`${mode}: an answer that cannot be moves nothing`, async () => {
          calm();
          const had = events(depot);
          const asks = await run(mode);
          assert.ok(asks.length >= 2 && asks.length <= 14, `${asks.length}`);
          nothing();
          assert.equal(events(depot), had);
          // Not asked again at once for that.
          assert.ok(depot.sql("SELECT MIN(track_ms) AS at FROM parcel")[0].at > Date.now());
        });
      }

      test("after all that, the news of twelve parcels takes two requests", async () => {
        calm();
        for (const number of numbers(depot))
          depot.carrier.tracking.scan({ idShip: number, code: "DI0", date: ago(1) });
        const asks = await run("normal");
        assert.deepEqual(asks.map((a) => a.ids.length), [10, 2]);
        assert.ok(states(depot).every((s) => s === 6));
        assert.equal(depot.mails("order_delivered").length, 12);
        await checked(depot);
      });
    });

    test("given back to the sender, undeliverable, at the counter: what follows", async () => {
      const depot = await underWay(engine, 4);
      try {
        const [back, failed, counter, torn] = numbers(depot);
        const { tracking } = depot.carrier;
        tracking.scan({ idShip: back, code: "DI2", label: "Remis à l’expéditeur", date: ago(3) });
        tracking.scan({ idShip: failed, code: "ND1", date: ago(3) });
        tracking.scan({ idShip: counter, code: "AG1", date: ago(3) });
        tracking.scan({ idShip: torn, code: "DI1", date: ago(9) });
        tracking.scan({ idShip: torn, code: "RE1", date: ago(2) });
        await depot.job("TRACK");
        assert.deepEqual(states(depot), [12, 5, 5, 12]);
        assert.equal(depot.mails("order_delivered").length, 0);
        assert.equal(depot.mails("parcel_returned").length, 2);
        assert.match(depot.mails("parcel_returned")[0].body, /rien à payer/);
        assert.match(depot.mails("parcel_undeliverable")[0].body, /ouvrant une réclamation/);
        assert.match(depot.mails("parcel_counter")[0].body, new RegExp(`code=${counter}`));
        const page = await depot.get("/console/livraison");
        for (const number of [back, failed, torn]) assert.match(page.text, new RegExp(number));
        assert.doesNotMatch(page.text, new RegExp(counter));
        // What was told delivered and then given back is said to be contradictory, the others not.
        for (const [number, said] of [[torn, true], [back, false]]) {
          const [{ id }] = depot.sql(`SELECT t.id FROM parcel_trouble t JOIN parcel p
            ON p.id = t.parcel_id WHERE p.number = '${number}'`);
          const { text } = await depot.get(`/console/livraison/${id}`);
          assert.match(text, /href="\/console\/commandes\/[0-9A-Z]{10}">Toute la commande/);
          assert.equal(/Nouvelles contradictoires/.test(text), said);
        }
        const [{ ref }] = depot.sql("SELECT ref FROM orders ORDER BY id LIMIT 1");
        assert.match((await buyerOf(depot, ref).page(`/commandes/${ref}`)).text,
          /Rendu à l’expéditeur/);
        // The same news again writes to nobody.
        due(depot);
        await depot.job("TRACK");
        assert.equal(depot.mails("parcel_undeliverable").length, 1);
        assert.equal(depot.mails("parcel_counter").length, 1);
        // A second attempt succeeds: the case closes by itself.
        tracking.scan({ idShip: failed, code: "DI1", date: ago(1) });
        due(depot);
        await depot.job("TRACK");
        assert.deepEqual(states(depot), [12, 6, 5, 12]);
        assert.doesNotMatch((await depot.get("/console/livraison")).text, new RegExp(failed));
        await checked(depot);
      } finally {
        await depot.close();
      }
    });

    test("silence raises an alarm, news ends it, and a person may wait", async () => {
      const depot = await underWay(engine, 2);
      try {
        const [first, second] = numbers(depot);
        await depot.job("TRACK_SILENT");
        assert.match((await depot.get("/console/livraison")).text, /Aucun colis à traiter/);
        depot.age(24 * 7);
        await depot.job("TRACK_SILENT");
        let page = await depot.get("/console/livraison?type=3");
        assert.match(plain(page.text), /2 colis attendent une décision/);
        // News that is as old as the silence is none.
        depot.carrier.tracking.scan({ idShip: first, code: "PC1", date: ago(24 * 8) });
        due(depot);
        await depot.job("TRACK");
        assert.match((await depot.get("/console/livraison")).text, new RegExp(first));
        depot.carrier.tracking.scan({ idShip: first, code: "ET1", date: ago(5) });
        due(depot);
        await depot.job("TRACK");
        page = await depot.get("/console/livraison");
        assert.doesNotMatch(page.text, new RegExp(first));
        assert.match(page.text, new RegExp(second));
        const id = /livraison\/(\d+)/.exec(page.text)[1];
        await depot.get(`/console/livraison/${id}`);
        const r = await depot.post(`/console/livraison/${id}`,
          { decision: "attendre", reason: "Le centre de tri est en grève." });
        assert.equal(r.status, 303, r.text);
        await depot.job("TRACK_SILENT");
        assert.match((await depot.get("/console/livraison")).text, /Aucun colis à traiter/);
        await checked(depot);
      } finally {
        await depot.close();
      }
    });

    test("a person at the command line asks about one parcel, or about what is due", async () => {
      const depot = await underWay(engine, 2);
      try {
        const [first] = numbers(depot);
        depot.sql("UPDATE parcel SET track_ms = 9000000000000");
        depot.carrier.tracking.scan({ idShip: first, code: "DI1", date: ago(2) });
        let r = await depot.till.run("delivery", "track", "--json");
        assert.deepEqual(JSON.parse(r.stdout), { parcels: 0, requests: 0, new: 0 });
        r = await depot.till.run("delivery", "track", first);
        assert.equal(r.status, 0, r.stderr);
        assert.match(r.stdout, /^8L\d+: delivered, 2 news, 2 new$/m);
        assert.deepEqual(states(depot), [6, 5]);
        r = await depot.till.run("delivery", "track", "8L41392078261");
        assert.equal(r.status, 4);
        assert.match(r.stderr, /no parcel has the number/);
        await checked(depot);
      } finally {
        await depot.close();
      }
    });
  });
}

test("without a key nobody is asked", async () => {
  const depot = await underWay("sqlite", 1, { MAILLON_LAPOSTE_KEY: "" });
  try {
    await depot.job("TRACK");
    assert.equal(depot.carrier.tracking.asks.length, 0);
    const r = await depot.till.run("delivery", "track");
    assert.equal(r.status, 2);
    assert.match(r.stderr, /MAILLON_LAPOSTE_KEY/);
  } finally {
    await depot.close();
  }
});

test("the pages of a delivery, in every width and colour", async () => {
  const depot = await underWay("sqlite", 4);
  const eye = await openEye();
  try {
    const cookie = `maillon=${depot.cookie}`;
    await eye.look(`${depot.till.url}/console/livraison`, { cookie });
    const codes = ["RE1", "ND1", "PER", "DAM"];
    numbers(depot).forEach((idShip, i) => {
      depot.carrier.tracking.scan({ idShip, code: "PC1", date: ago(28) });
      depot.carrier.tracking.scan({ idShip, code: codes[i], date: ago(3) });
    });
    await depot.job("TRACK");
    const page = await depot.get("/console/livraison");
    await eye.look(`${depot.till.url}/console/livraison`, { cookie });
    for (const [, id] of page.text.matchAll(/livraison\/(\d+)"/g))
      await eye.look(`${depot.till.url}/console/livraison/${id}`, { cookie });
    const [{ ref }] = depot.sql("SELECT ref FROM orders ORDER BY id LIMIT 1");
    await eye.look(`${depot.till.url}/commandes/${ref}`,
      { cookie: `maillon=${buyerOf(depot, ref).cookie}` });
  } finally {
    await eye.close();
    await depot.close();
  }
});
