// SPDX-License-Identifier: Apache-2.0
// From a paid order to the carrier's hands, with the stand-in carrier over HTTP: what it does
// wrong has one outcome each, and no parcel ever gets a second label.
import assert from "node:assert";
import { execFileSync, spawn } from "node:child_process";
import { test } from "node:test";
import { openEye } from "./axe.mjs";
import { openDepot } from "./depot.mjs";
import { engines } from "./server.mjs";
import { fieldsOf } from "./forms.mjs";
import { FINANCE, http, hurried, hurry } from "./till.mjs";

const plain = (text) => text.replace(/[\u00a0\u202f]|&nbsp;/g, " ");

const once = (depot) => {
  for (const [ref, made] of depot.carrier.labels)
    assert.equal(made.length, 1, `${ref} has ${made.length} labels`);
};

async function checked(depot) {
  const r = await depot.till.run("check");
  assert.equal(r.status, 0, r.stdout + r.stderr);
}

const pdfText = (bytes) => execFileSync("pdftotext", ["-layout", "-", "-"], { input: bytes,
  encoding: "utf8" });

async function pdf(depot, path) {
  const r = await fetch(depot.till.url + path, { headers: { cookie: `maillon=${depot.cookie}` } });
  assert.equal(r.status, 200, path);
  assert.equal(r.headers.get("content-type"), "application/pdf");
  return pdfText(Buffer.from(await r.arrayBuffer()));
}

for (const engine of engines()) {
  test(`a wave from the count to the hand-over [${engine}]`, async () => {
    const depot = await openDepot({ engine, orders: 5 });
    try {
      assert.match((await depot.get("/console/preparation")).text, /Aucune vague/);
      await depot.get("/console/preparation/nouvelle");
      const fields = { campaign: depot.till.campaign, carrier: "colissimo", pool: "0",
        territory: "tous", age: "0", limit: "3" };
      const count = await depot.post("/console/preparation/nouvelle", { ...fields, act: "count" });
      assert.match(count.text, /5.commandes payées. La vague en prendra 3/);
      assert.equal(depot.sql("SELECT COUNT(*) AS n FROM wave")[0].n, 0);
      const none = await depot.post("/console/preparation/nouvelle",
        { ...fields, territory: "mayotte", act: "create" });
      assert.equal(none.status, 422);
      assert.match(none.text, /Aucune commande payée/);

      const wave = await depot.wave();
      await depot.until((n) => n.labelled === 5);
      once(depot);
      const ask = [...depot.carrier.labels.values()][0][0].ask;
      assert.equal(ask.letter.service.productCode, "DOM");
      assert.equal(ask.letter.sender.address.companyName, "Plateforme Masques");
      assert.match(ask.letter.parcel.instructions, /SANS CONTACT/);
      assert.ok(ask.letter.parcel.weight > 0.15 && ask.letter.parcel.weight < 1);

      const path = `/console/preparation/vagues/${wave}`;
      const page = await depot.get(path);
      assert.match(page.text, /Étiquetée/);
      assert.match(page.text, /5 sur 5/);
      assert.match(await pdf(depot, `${path}/etiquettes.pdf`), /COLIS 8L/);
      assert.match(await pdf(depot, `${path}/prelevement.pdf`), /10 lots/);
      assert.match(await pdf(depot, `${path}/colisage.pdf`), /SOCIETE 3/);
      assert.match(await pdf(depot, `${path}/bons.pdf`), /Bon de livraison/);

      const [{ id, sender_ref: ref }] = depot.sql("SELECT id, sender_ref FROM parcel ORDER BY id");
      const scan = await depot.get(`/console/preparation/emballage?ref=${ref.slice(0, -2)}`);
      assert.equal(scan.headers.location, `/console/preparation/colis/${id}`);
      await depot.get(`/console/preparation/colis/${id}`);
      assert.equal((await depot.post(`/console/preparation/colis/${id}/confirmer`)).status, 303);
      const unknown = await depot.get("/console/preparation/emballage?ref=RIEN");
      assert.equal(unknown.status, 404);
      assert.match(unknown.text, /Aucun colis ne porte/);

      await depot.post("/console/preparation/remises", { carrier: "colissimo", what: "packed" });
      const all = await depot.post("/console/preparation/remises",
        { carrier: "colissimo", what: "all" });
      assert.equal(all.status, 303);
      await depot.until((n) => n.handed === 5);
      assert.match(await pdf(depot, `${all.headers.location}/bordereau.pdf`), /Total : 4/);
      const csv = await depot.get(`${all.headers.location}/annonce.csv`);
      assert.equal(csv.text.trim().split("\r\n").length, 5);
      await depot.wait("the orders have followed", () =>
        depot.sql("SELECT COUNT(*) AS n FROM orders WHERE state = 5")[0].n >= 5);
      const mails = depot.sql("SELECT body FROM mail WHERE cause = 'order_sent'");
      assert.equal(mails.length, 5);
      assert.match(mails[0].body, /laposte\.fr\/outils\/suivre-vos-envois\?code=8L/);
      assert.match(mails[0].body, /rien à signer/);
      assert.ok(depot.sql("SELECT COUNT(*) AS n FROM audit WHERE act LIKE 'parcel.%'")[0].n >= 3);
      assert.doesNotMatch(depot.till.server.log(), /motdepasse-colissimo/);
      await checked(depot);
    } finally {
      await depot.close();
    }
  });

  // What each misbehaviour is called, and that it ends in one label each once the carrier is itself
  // again. Slow is later than anybody waits.
  for (const [mode, words] of Object.entries({
    busy: /service du transporteur est saturé/, cut: /n’a pas répondu jusqu’au bout/,
    lost: /n’a pas répondu jusqu’au bout/, slow: /n’a pas répondu jusqu’au bout/,
    contradictory: /Réponse contradictoire, un numéro et une erreur : Poids faux \(30100\)/,
    unlabelled: /un numéro sans étiquette/, badkey: /une clé fausse/, nojson: /est illisible/ })) {
    test(`a carrier that answers ${mode} makes one label for each parcel [${engine}]`, async () => {
      const depot = await openDepot({ engine, orders: 3,
        env: { MAILLON_CARRIER_SETTLE_MS: "600000" } });
      try {
        depot.carrier.misbehave({ mode, slowMs: 25000 });
        const wave = await depot.wave();
        await depot.wait(`${mode} is said`, async () => words.test(plain(
          (await depot.get(`/console/preparation/vagues/${wave}`)).text)));
        assert.equal(depot.counts().labelled, 0);
        depot.carrier.misbehave({ mode: "normal" });
        // As if the time had come to look up what was lost.
        const due = () => {
          depot.sql("UPDATE parcel SET next_try_ms = 1 WHERE state = 2 AND problem <> ''");
          hurry(depot.till.database, "WAVE_RUN");
        };
        await depot.until((n) => n.labelled === 3 || due());
        once(depot);
        await checked(depot);
      } finally {
        await depot.close();
      }
    });
  }

  test(`a refused parcel says why and is asked for again by a person [${engine}]`, async () => {
    const depot = await openDepot({ engine, orders: 2 });
    try {
      depot.carrier.misbehave({ mode: "refused" });
      const wave = await depot.wave();
      await depot.until((n) => n.refused === 2);
      const page = await depot.get(`/console/preparation/vagues/${wave}`);
      assert.match(page.text, /La rue du destinataire est inconnue/);
      depot.carrier.misbehave({ mode: "normal" });
      const [{ id }] = depot.sql("SELECT id FROM parcel ORDER BY id");
      assert.equal((await depot.post(`/console/preparation/colis/${id}/redemander`)).status, 303);
      await depot.until((n) => n.labelled === 1);
      once(depot);
      await checked(depot);
    } finally {
      await depot.close();
    }
  });

  test(`a number given twice, or a lost answer, waits for a person [${engine}]`, async () => {
    const depot = await openDepot({ engine, orders: 2, env: { MAILLON_COLISSIMO_FIND_URL: "" } });
    try {
      depot.carrier.misbehave({ mode: "lost" });
      await depot.wave();
      await depot.until((n) => n.asked === 2
        && depot.sql("SELECT COUNT(*) AS n FROM parcel WHERE problem <> ''")[0].n === 2);
      const [first, second] = depot.sql("SELECT id, sender_ref FROM parcel ORDER BY id");
      const page = await depot.get(`/console/preparation/colis/${first.id}`);
      assert.match(page.text, /Lever le doute/);
      const path = `/console/preparation/colis/${first.id}/doute`;
      const bad = await depot.post(path, { found: "1", number: "8L41392078261" });
      assert.equal(bad.status, 422);
      assert.match(bad.text, /clé de contrôle/);
      const [made] = depot.carrier.labels.get(first.sender_ref);
      assert.equal((await depot.post(path, { found: "1", number: made.number })).status, 303);
      const taken = await depot.post(`/console/preparation/colis/${second.id}/doute`,
        { found: "1", number: made.number });
      assert.equal(taken.status, 422);
      await depot.until((n) => n.labelled === 1 && n.asked === 1);
      once(depot);
    } finally {
      await depot.close();
    }
  });

  test(`a number that is another parcel's waits for a person [${engine}]`, async () => {
    const depot = await openDepot({ engine, orders: 2 });
    try {
      depot.carrier.misbehave({ mode: "duplicate" });
      await depot.wave();
      await depot.until((n) => n.labelled === 1 && n.asked === 1);
      const [open] = depot.sql("SELECT id, sender_ref FROM parcel WHERE state = 2");
      const path = `/console/preparation/colis/${open.id}`;
      assert.match(plain((await depot.get(path)).text), /est déjà celui d’un autre colis/);
      once(depot);
    } finally {
      await depot.close();
    }
  });

  test(`an order in two parcels, overseas too, is sent when both are [${engine}]`, async () => {
    // A box and two packs are too heavy.
    const depot = await openDepot({ engine, orders: 2, env: { MAILLON_PARCEL_MAX_G: "250" } });
    const { tracking, labels } = depot.carrier;
    try {
      const [far, near] = depot.sql("SELECT id, ref FROM orders ORDER BY id");
      depot.sql(`UPDATE orders SET territory = 6, to_postal_code = '97400',
        to_city = 'SAINT-DENIS' WHERE id = ${far.id}`);
      // Figures may have been folded already.
      assert.equal((await depot.till.run("figures", depot.till.campaign, "--rebuild")).status, 0);
      await depot.wave();
      await depot.until((n) => n.labelled === 4);
      once(depot);
      const asks = ({ ref }) => [1, 2].map((nth) => labels.get(`${ref}-${nth}`)[0].ask.letter);
      for (const letter of asks(near)) {
        assert.equal(letter.service.productCode, "DOM");
        assert.equal(letter.customsDeclarations, undefined);
      }
      for (const letter of asks(far)) {
        assert.equal(letter.service.productCode, "COM");
        assert.equal(letter.addressee.address.countryCode, "RE");
        assert.equal(letter.parcel.ftd, false);
        const { contents } = letter.customsDeclarations;
        assert.equal(contents.category.value, 3);
        assert.deepEqual(contents.article.map((a) => [a.quantity, a.hsCode, a.originCountry,
          a.currency]), [[6, "630790", "FR", "EUR"]]);
      }
      const parcels = depot.sql(`SELECT id, number FROM parcel WHERE order_id = ${far.id}
        ORDER BY nth`);
      for (const { id, number } of parcels) {
        assert.match(number, /^7A\d{11}$/);
        assert.match(await pdf(depot, `/console/preparation/colis/${id}/douane.pdf`),
          new RegExp(`CN23\\s+${number}`));
      }
      // Only the first is in the pile.
      await depot.get(`/console/preparation/colis/${parcels[0].id}`);
      await depot.post(`/console/preparation/colis/${parcels[0].id}/confirmer`);
      await depot.post("/console/preparation/remises", { carrier: "colissimo", what: "packed" });
      await depot.until((n) => n.handed === 1);
      assert.equal(depot.till.orderState(far.ref), 4);
      await depot.handOver();
      assert.equal(depot.till.orderState(far.ref), 5);
      depot.age(30);
      for (const [i, state] of [[0, 5], [1, 6]]) {
        tracking.scan({ idShip: parcels[i].number, code: "DI1" });
        await depot.till.run("delivery", "track", parcels[i].number);
        assert.equal(depot.till.orderState(far.ref), state);
      }
      assert.equal(depot.mails("order_delivered").length, 1);
      await checked(depot);
    } finally {
      await depot.close();
    }
  });

  test(`missing packs are refunded through the provider [${engine}]`, async () => {
    const depot = await openDepot({ engine, orders: 1, packs: 2 });
    try {
      await depot.wave({ carrier: "generic", labels: "" });
      await depot.until((n) => n.waiting === 1);
      const [{ id }] = depot.sql("SELECT id FROM parcel");
      await depot.get(`/console/preparation/colis/${id}`);
      const path = `/console/preparation/colis/${id}/manque`;
      const bad = await depot.post(path,
        { seen: "2", line: "0", packs: "9", how: "refund", reason: "vide" });
      assert.equal(bad.status, 422);
      const fields = { ...fieldsOf((await depot.get(`/console/preparation/colis/${id}`)).text,
        path), line: "0", packs: "1", how: "refund", reason: "Rayon vide" };
      const good = await depot.post(path, fields);
      assert.equal(good.status, 303, good.text.slice(0, 500));
      const twice = await depot.post(path, fields);
      assert.equal(twice.status, 422, "the same page, sent twice, takes out once");
      assert.match(twice.text, /a changé depuis que cette page est ouverte/);
      const [order] = depot.sql("SELECT short_units, short_net_cents, net_cents FROM orders");
      assert.equal(Number(order.short_units), 6);
      assert.equal(Number(order.short_net_cents) * 2, Number(order.net_cents));
      const [{ ref }] = depot.sql("SELECT ref FROM orders");
      const shown = await depot.till.buyer(0).page(`/commandes/${ref}`);
      assert.match(shown.text, /1.lot n’a pas pu être envoyé/);
      await checked(depot);
    } finally {
      await depot.close();
    }
  });
}

for (const engine of engines()) {
  test(`an order of which a parcel has left is not given back whole [${engine}]`, async () => {
    const depot = await openDepot({ engine, orders: 1, packs: 3, paid: "bank" });
    const sum = (column) => Number(depot.sql(
      `SELECT SUM(${column}) AS n FROM stock_slot`)[0].n);
    try {
      await depot.wave({ carrier: "generic", labels: "" });
      await depot.until((n) => n.waiting === 1);
      const [{ id }] = depot.sql("SELECT id FROM parcel");
      const path = `/console/preparation/colis/${id}/manque`;
      await depot.get(`/console/preparation/colis/${id}`);
      const later = await depot.post(path, { seen: "3", line: "0", packs: "1", how: "later",
        reason: "Rayon vide" });
      assert.equal(later.status, 303, later.text.slice(0, 500));
      await depot.get("/console/preparation");
      await depot.post("/console/preparation/vagues/1/etiquettes");
      await depot.until((n) => n.labelled === 1);
      await depot.handOver("generic");
      const [{ ref }] = depot.sql("SELECT ref FROM orders");
      assert.equal(Number(depot.till.orderState(ref)), 4, "the second parcel still has to leave");

      await hurried(depot.till.database, "INVOICE_ISSUE", "invoiced",
        () => depot.sql("SELECT id FROM invoice").length === 1);
      const finance = depot.till.person(FINANCE);
      const refund = `/console/finances/rembourser/${ref}`;
      const free = sum("available");
      const page = await finance.get(refund);
      assert.doesNotMatch(page.text, /value="all"/);
      assert.match(plain(page.text), /un de ses colis, est partie/);
      await finance.post(refund, { how: "all", restock: "1", reason: "Elle ne veut plus" });
      assert.equal(Number(depot.till.orderState(ref)), 4);
      assert.equal(depot.sql("SELECT id FROM refund").length, 0);
      assert.equal(sum("available"), free);
      await finance.get("/console/finances/remboursements");
      const many = await finance.post("/console/finances/remboursements",
        { orders: ref, restock: "1", reason: "Campagne arrêtée" });
      assert.equal(many.status, 422);

      // All its money goes back nevertheless: what has left is no stock, the rest is, and stays.
      const [{ total_cents: total }] = depot.sql("SELECT total_cents FROM orders");
      const part = await finance.post(refund, { how: "part", reason: "Geste commercial",
        seen: String(total), amount: (Number(total) / 100).toFixed(2).replace(".", ",") });
      assert.equal(part.status, 303, part.text.slice(0, 500));
      await hurried(depot.till.database, "PAYMENT_REFUND", "refunded",
        () => Number(depot.till.orderState(ref)) === 10);
      assert.equal(sum("available"), free + 6);
      assert.equal(sum("withdrawn"), 12);
      assert.equal(sum("sold"), 0);
      await checked(depot);
    } finally {
      await depot.close();
    }
  });

  test(`a parcel of a disputed order waits for the next wave [${engine}]`, async () => {
    const depot = await openDepot({ engine, orders: 2 });
    try {
      const wave = await depot.wave({ carrier: "generic", labels: "" });
      await depot.until((n) => n.waiting === 2);
      const [{ id }] = depot.sql("SELECT MIN(id) AS id FROM orders");
      depot.sql(`UPDATE orders SET state = 11 WHERE id = ${id}`);
      await depot.get(`/console/preparation/vagues/${wave}`);
      await depot.post(`/console/preparation/vagues/${wave}/etiquettes`);
      await depot.until((n) => n.labelled === 1 && n.waiting === 1 && n.cancelled === 0);
      depot.sql(`UPDATE orders SET state = 4 WHERE id = ${id}`); // The dispute is won.
      await depot.wave({ carrier: "generic" });
      await depot.until((n) => n.labelled === 2);
      await depot.handOver("generic");
      assert.equal(depot.sql("SELECT id FROM orders WHERE state = 5").length, 2);
      await checked(depot);
    } finally {
      await depot.close();
    }
  });
}

test("what somebody is giving back does not leave meanwhile",
  { skip: !engines().includes("pg") }, async () => {
    const depot = await openDepot({ engine: "pg", orders: 2 });
    try {
      await depot.wave({ carrier: "generic" });
      await depot.until((n) => n.labelled === 2);
      const other = spawn("psql", ["-X", "-q", "-t", "-A", depot.till.database.db]);
      const locked = new Promise((resolve) => other.stdout.once("data", resolve));
      other.stdin.write("BEGIN; SELECT id FROM orders WHERE id = " +
        "(SELECT MIN(id) FROM orders) FOR UPDATE;\n");
      await locked;
      const handing = depot.handOver("generic");
      await depot.wait("the hand-over waits for it", () => Number(depot.sql(
        `SELECT COUNT(*) AS n FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock'`)[0].n) > 0);
      other.stdin.end("UPDATE orders SET state = 9 WHERE id = (SELECT MIN(id) FROM orders);" +
        "COMMIT;\n");
      await handing;
      assert.deepEqual([depot.counts().handed, depot.counts().labelled], [1, 1]);
    } finally {
      await depot.close();
    }
  });

test("a killed server goes on without a second label", async () => {
  const rounds = Number(process.env.TORTURE_ROUNDS ?? 2);
  const depot = await openDepot({ orders: 120 });
  try {
    const wave = await depot.wave();
    let server = depot.till.server;
    const { startServer } = await import("./server.mjs");
    for (let i = 0; i < rounds && depot.carrier.labels.size < 110; i++) {
      const from = depot.carrier.labels.size;
      await depot.until(() => depot.carrier.labels.size > from + 10
        || depot.carrier.labels.size >= 120);
      await server.kill("SIGKILL");
      const env = Object.fromEntries(Object.entries(server.env)
        .filter(([name]) => name.startsWith("MAILLON_")));
      server = await startServer({ database: depot.till.database, port: server.port, env });
      depot.till.server = server;
      await depot.get(`/console/preparation/vagues/${wave}`);
      await depot.post(`/console/preparation/vagues/${wave}/arret`);
      await depot.post(`/console/preparation/vagues/${wave}/etiquettes`);
    }
    await depot.until((n) => n.labelled === 120);
    once(depot);
    await checked(depot);
    await server.stop();
  } finally {
    await depot.close().catch(() => {});
  }
});

test("a wave of more than one file is printed in portions, each parcel once", async () => {
  const depot = await openDepot({ orders: 205, units: 5000 });
  try {
    const wave = await depot.wave({ carrier: "generic" });
    await depot.until((n) => n.labelled === 205);
    const page = await depot.get(`/console/preparation/vagues/${wave}`);
    assert.match(page.text, /Étiquettes \(PDF\), 2.fichiers/);
    const links = [...page.text.matchAll(/href="([^"]*etiquettes\.pdf[^"]*)">([^<]*)</g)]
      .map((m) => [m[1].replaceAll("&amp;", "&"), m[2].replace(/\u00a0|\u202f/g, " ")]);
    assert.deepEqual(links.map((l) => l[1]), ["1 à 200", "201 à 205"]);
    // What has left meanwhile makes no other parcel move into its file.
    depot.sql(`UPDATE parcel SET state = 9
      WHERE id IN (SELECT id FROM parcel ORDER BY id LIMIT 7)`);
    const refs = [];
    for (const [href] of links)
      refs.push(...(await pdf(depot, href)).match(/Réf\. \S+/g));
    assert.equal(refs.length, 198);
    assert.equal(new Set(refs).size, 198);
  } finally {
    await depot.close();
  }
});

test("somebody of another organiser sees nothing of it", async () => {
  const depot = await openDepot({ orders: 1 });
  try {
    const wave = await depot.wave({ carrier: "generic" });
    await depot.until((n) => n.labelled === 1);
    depot.sql("UPDATE session SET organiser_id = 77 WHERE account_id = 900000");
    const [{ id }] = depot.sql("SELECT id FROM parcel");
    for (const path of [`vagues/${wave}`, `colis/${id}`, `colis/${id}/etiquette`,
      `vagues/${wave}/etiquettes.pdf`]) {
      const r = await http("GET", `${depot.till.url}/console/preparation/${path}`,
        { headers: { Cookie: `maillon=${depot.cookie}` } });
      assert.equal(r.status, 404, path);
    }
  } finally {
    await depot.close();
  }
});

test("the pages in every width and colour", async () => {
  const depot = await openDepot({ orders: 4 });
  const eye = await openEye();
  try {
    depot.carrier.misbehave({ mode: "refused", share: 1 });
    const wave = await depot.wave();
    await depot.until((n) => n.labelled + n.refused === 4);
    const [{ id }] = depot.sql("SELECT id FROM parcel WHERE state = 10");
    await depot.get("/console/preparation/remises");
    const made = await depot.post("/console/preparation/remises",
      { carrier: "colissimo", what: "all" });
    depot.sql(`INSERT INTO wave_left_out (wave_id, order_id)
      SELECT ${wave}, id FROM orders ORDER BY id LIMIT 2`);
    assert.match((await depot.get(`/console/preparation/vagues/${wave}`)).text,
      /commandes sont laissées de côté/);
    for (const path of ["", "/nouvelle", `/vagues/${wave}`, `/vagues/${wave}/prelevement`,
      "/emballage", `/colis/${id}`, "/remises"])
      await eye.look(`${depot.till.url}/console/preparation${path}`,
        { cookie: `maillon=${depot.cookie}` });
    await eye.look(depot.till.url + made.headers.location,
      { cookie: `maillon=${depot.cookie}` });
  } finally {
    await eye.close();
    await depot.close();
  }
});
