// SPDX-License-Identifier: Apache-2.0
// finance.test.mjs - every page of finance, empty and with much on it, on phone and desk, in light
// and dark; and the buyer's page with its documents. MAILLON_SHOTS keeps the pictures.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openEye } from "./axe.mjs";
import { fieldsOf } from "./forms.mjs";
import { AUDIT, FINANCE, hurried, openTill } from "./till.mjs";
import { until } from "./wait.mjs";

const PLACES = ["BOULANGERIE DU RHÔNE", "SOCIÉTÉ COOPÉRATIVE OUVRIÈRE DE PRODUCTION DES ATELIERS " +
  "DE L’ÎLE-D’YEU ET DU MARAIS BRETON-VENDÉEN", ...Array.from({ length: 10 }, (_, i) =>
  `MENUISERIE NUMÉRO ${i + 1}`)].map((name) => ({ name }));

describe("the pages of finance", { timeout: 600_000 }, () => {
  let till, eye, finance;
  const refs = [];
  const look = (path, person = finance, options = {}) =>
    eye.look(till.url + path, { cookie: `maillon=${person.cookie}`, ...options });

  before(async () => {
    till = await openTill({ companies: PLACES });
    eye = await openEye();
    finance = till.person(FINANCE);
  });
  after(async () => {
    await eye?.close();
    await till?.close();
  });

  test("empty", async () => {
    for (const path of ["?mois=24253", "/a-traiter", "/releves", "/remboursements"])
      await look(`/console/finances${path}`);
  });

  test("documents, a search, a refund in each of its states", async () => {
    for (let n = 0; n < PLACES.length; n++) {
      const buyer = till.buyer(n);
      const { ref } = await buyer.order(2);
      await buyer.pay(ref);
      refs.push(ref);
    }
    await hurried(till.database, "INVOICE_ISSUE", "the invoices", () => Number(till.sql(
      "SELECT COUNT(*) AS n FROM invoice")[0].n) === PLACES.length);
    till.bank.misbehave({ rest: "refuse", notify: "never" });
    const path = `/console/finances/rembourser/${refs[0]}`;
    await look(path);
    await finance.get(path);
    const bad = await finance.post(path, { how: "part", amount: "99", reason: "x" });
    assert.equal(bad.status, 422);
    await finance.post(path, { how: "all", reason: "Campagne arrêtée", restock: "1" });
    const second = `/console/finances/rembourser/${refs[1]}`;
    await finance.post(second, { ...fieldsOf((await finance.get(second)).text, second),
      how: "part", amount: "12,50", reason: "Un lot abîmé" });
    await until("both tried", () => till.sql("SELECT id FROM refund WHERE tries > 0").length === 2);
    till.sql("UPDATE refund SET next_try_ms = 1000, created_ms = created_ms - 90000000");
    await till.run("payment", "reconcile");
    await look("/console/finances");
    await look("/console/finances?q=menuiserie");
    await look("/console/finances?q=rien");
    await look(`/console/finances/rembourser/${refs[1]}`);
    await look("/console/finances/remboursements");
    await look(path, till.person(AUDIT));
  });

  test("what waits: alarms, refunds, notifications", async () => {
    const lyra = till.bank.lyra;
    for (const [i, ref] of refs.slice(2, 5).entries()) {
      const [p] = till.sql(`SELECT provider_ref FROM payment WHERE order_ref = '${ref}'`);
      const t = lyra.transactions.get(p.provider_ref);
      if (i === 0) await till.notify({ ...t, uuid: "f".repeat(32) });
      if (i === 1) await till.notify(lyra.giveBack(t, 500), "MERCH_BO");
      if (i === 2) await till.notify({ ...t, fields: { ...t.fields,
        vads_ext_info_shop: "https://autre.example" }, uuid: "e".repeat(32) });
    }
    await till.notify(lyra.debit({ vads_order_id: "INCONNUE01", vads_amount: "1234",
      vads_site_id: till.lyra.site, vads_ctx_mode: "TEST", vads_trans_date: "20260101120000",
      vads_trans_id: "000777", vads_ext_info_shop: till.url }, "CAPTURED"));
    await hurried(till.database, "PAYMENT_SWEEP", "the late refunds", () =>
      till.sql("SELECT id FROM payment_alarm WHERE what = 'refund_late'").length === 2);
    await look("/console/finances/a-traiter");
    const [alarm] = till.sql("SELECT MIN(id) AS id FROM payment_alarm");
    await look(`/console/finances/alertes/${alarm.id}`);
    const [refund] = till.sql("SELECT MIN(id) AS id FROM refund");
    await look(`/console/finances/attente/${refund.id}`);
    const done = till.sql("SELECT MAX(id) AS id FROM payment_alarm")[0].id;
    await finance.get(`/console/finances/alertes/${done}`);
    await finance.post(`/console/finances/alertes/${done}`, { note: "Vu avec le prestataire" });
    await look(`/console/finances/alertes/${done}`);
  });

  test("settlement files: dropped, understood, compared", async () => {
    const uuid = (i) => till.sql(`SELECT provider_ref AS u FROM payment
      WHERE order_ref = '${refs[i]}' ORDER BY id LIMIT 1`)[0].u;
    const file = ["UUID;Référence commande;Type;Montant;Commission;Devise;Remarque",
      ...refs.slice(2).filter((_, i) => i !== 4).map((ref, i) =>
        `${uuid(refs.indexOf(ref))};${ref};Débit;${i === 1 ? "37,50" : "37,56"};0,25;EUR;`),
      `${uuid(2)};${refs[2]};Débit;37,56;0,25;EUR;répétée`, "inconnu1;;Débit;12,00;0,25;EUR;",
      "inconnu2;;Débit;1,234;0,25;EUR;", "inconnu3;;Débit;9,00;0,25;USD;",
      "inconnu4;;Impayé;-37,56;15,00;EUR;"].join("\r\n");
    await finance.get("/console/finances/releves");
    const bad = await finance.upload("/console/finances/releves", { file: { name: "x.csv",
      bytes: Buffer.from("Nom;Valeur\n1;2\n") } });
    assert.equal(bad.status, 422);
    const made = await finance.upload("/console/finances/releves", { file: {
      name: "reglements-2026-11.csv", bytes: Buffer.from(file, "latin1") } });
    await until("what it holds", async () =>
      (await finance.get(made.location)).headers.refresh === undefined);
    await look(made.location);
    till.sql("UPDATE settlement SET state = 2, compared = 5");
    await look(made.location);
    till.sql("UPDATE settlement SET state = 1, compared = 0");
    await finance.get(made.location);
    await finance.post(made.location, { act: "comparer" });
    await until("the result", async () =>
      (await finance.get(made.location)).headers.refresh === undefined);
    await look(made.location);
    await look(`${made.location}?genre=1&tous=1`);
    const [first] = till.sql("SELECT MIN(seq) AS seq FROM settlement_finding");
    await look(`${made.location}/ecarts/${first.seq}`);
    await look("/console/finances/releves");
  });

  test("the buyer's documents", async () => {
    till.bank.misbehave({ rest: "normal", notify: "normal" });
    till.sql("UPDATE refund SET next_try_ms = 1000 WHERE next_try_ms > 0");
    await till.run("payment", "reconcile");
    await hurried(till.database, "INVOICE_ISSUE", "the credit notes", () => till.sql(
      "SELECT id FROM invoice WHERE kind = 381").length >= 2);
    await look(`/commandes/${refs[0]}`, till.buyer(0));
    await look(`/commandes/${refs[1]}`, till.buyer(1));
  });
});
