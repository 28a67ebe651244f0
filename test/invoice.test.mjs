// SPDX-License-Identifier: Apache-2.0
// invoice.test.mjs - a paid order's invoice, as its buyer and its organiser get it; then the
// settlement file and the journal of the same payment, by command. What the document itself is held
// to stands in papers.test.mjs.
import assert from "node:assert/strict";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { engines } from "./server.mjs";
import { readJournal } from "./journal.mjs";
import { FINANCE, http, hurry, openTill } from "./till.mjs";
import { until } from "./wait.mjs";

const FORM = { "Content-Type": "application/x-www-form-urlencoded" };

for (const engine of engines()) {
  describe(`invoices on ${engine}`, { timeout: 600_000 }, () => {
    let till, buyer, ref, number;

    before(async () => {
      till = await openTill({ engine, companies: 2 });
      buyer = till.buyer(0);
      ref = (await buyer.order(2)).ref;
      const form = await buyer.payForm(ref);
      const out = await http("POST", form.action, { headers: FORM,
        body: new URLSearchParams(form.fields).toString() });
      await http("POST", till.bankUrl + out.headers.location, { headers: FORM,
        body: "card=accepted&action=pay" });
      await until("paid", () => till.orderState(ref) === 3);
    });
    after(async () => till?.close());

    const api = async (path, n = 0) => {
      const r = await fetch(`${till.url}/api/v1${path}`,
        { headers: { Authorization: `Bearer ${till.tokens[n]}` } });
      return { status: r.status, type: r.headers.get("content-type"),
        bytes: Buffer.from(await r.arrayBuffer()) };
    };

    test("the job writes the invoice, the order's page links to it", async () => {
      hurry(till.database, "INVOICE_ISSUE");
      const list = await until("the invoice", async () => {
        const all = JSON.parse((await api(`/orders/${ref}/invoices`)).bytes).invoices;
        return all.length > 0 && all;
      });
      number = list[0].number;
      assert.match(number, /^MASQ-\d{4}-000001$/);
      assert.equal(list[0].kind, "invoice");
      assert.equal(list[0].total_cents, till.sql("SELECT total_cents FROM orders")[0].total_cents);
      const page = await buyer.page(`/commandes/${ref}`);
      assert.ok(page.text.includes(`/commandes/${ref}/documents/${number}`));
    });

    test("the PDF is for its own buyer alone", async () => {
      const pdf = await api(`/orders/${ref}/invoices/${number}`);
      assert.equal(pdf.type, "application/pdf");
      assert.equal((await api(`/orders/${ref}/invoices/${number}`, 1)).status, 404);
    });

    test("a settlement file is compared line by line and known the second time", async () => {
      const [{ provider_ref: uuid, captured_cents: cents }] =
        till.sql("SELECT provider_ref, captured_cents FROM payment");
      const euros = (c) => (c / 100).toFixed(2).replace(".", ",");
      const path = join(till.database.dir, "releve.csv");
      const lines = ["UUID;Référence commande;Type;Montant;Commission",
        `${uuid};${ref};Débit;${euros(cents)};0,25`,
        `${uuid};${ref};Débit;${euros(cents)};0,25`,
        "inconnu;XXXXXXXXXX;Débit;10,00;0,25",
        `;${ref};Débit;beaucoup;0,25`];
      writeFileSync(path, Buffer.from(lines.join("\r\n"), "latin1"));
      const run = await till.run("invoice", "reconcile", path, "--json");
      assert.notEqual(run.status, 0);
      const first = JSON.parse(run.stdout);
      assert.equal(first.matched, 1);
      assert.deepEqual(first.differences.map((d) => [d.line, d.kind]).sort(),
        [[3, "repeated"], [4, "unknown"], [5, "unreadable"]]);
      const again = JSON.parse((await till.run("invoice", "reconcile", path, "--json")).stdout);
      assert.equal(again.known, true);
      assert.equal(again.id, first.id);
      assert.equal(again.differences.length, 3);
      writeFileSync(path, "bonjour\n");
      const bad = await till.run("invoice", "reconcile", path);
      assert.match(bad.stderr, /colonne de référence/);
      assert.equal(till.sql("SELECT COUNT(*) AS n FROM settlement")[0].n, 1);
    });

    test("the journal is that of article A47 A-1, balances and covers everything", async () => {
      const year = new Date().getUTCFullYear();
      const run = await till.run("invoice", "fec", "masques-pme", String(year), "--out",
        till.database.dir, "--json");
      assert.equal(run.status, 0, run.stderr);
      const name = readdirSync(till.database.dir).find((f) => f.includes("FEC"));
      assert.equal(name, `900000019FEC${year}1231.txt`);
      const { entries, pieces } = readJournal(readFileSync(join(till.database.dir, name), "utf8"));
      const said = JSON.parse(run.stdout);
      assert.equal(said.entries, entries.length);
      for (const { number: n } of till.sql("SELECT number FROM invoice")) assert.ok(pieces.has(n));
      for (const { order_ref: r } of till.sql(
        "SELECT order_ref FROM payment WHERE captured_ms > 0")) assert.ok(pieces.has(r));
      const page = await till.person(FINANCE).get(`/console/finances/journal.txt?annee=${year}`);
      assert.equal(page.status, 200);
      assert.match(page.headers["content-disposition"], new RegExp(name));
      assert.equal(page.text, readFileSync(join(till.database.dir, name), "utf8"));
      assert.equal(till.sql("SELECT COUNT(*) AS n FROM audit WHERE act = 'accounts.export'")[0].n,
        1);
    });
  });
}
