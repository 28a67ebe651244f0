// SPDX-License-Identifier: Apache-2.0
// invoice.test.mjs - a paid order's invoice, as its buyer and its organiser get it: read back by an
// independent reader of Factur-X, its PDF/A structure looked at by qpdf; then the settlement file
// and the journal of the same payment. veraPDF, the full judge of PDF/A, is not in Debian: what is
// checked here is the structure that PDF/A-3b and Factur-X ask for.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { FacturX } from "factur-x-kit";
import { engines } from "./server.mjs";
import { http, openTill, sirenOf } from "./till.mjs";

const FORM = { "Content-Type": "application/x-www-form-urlencoded" };

async function until(what, done) {
  for (let i = 0; i < 600; i++) {
    const value = await done();
    if (value) return value;
    await new Promise((r) => setTimeout(r, 100));
  }
  throw new Error(`${what}: waited in vain`);
}

for (const engine of engines()) {
  describe(`invoices on ${engine}`, { timeout: 240_000 }, () => {
    let till, buyer, ref, number, file, xml;

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
      file = join(till.database.dir, "invoice.pdf");
      writeFileSync(file, pdf.bytes);
      assert.equal((await api(`/orders/${ref}/invoices/${number}`, 1)).status, 404);
      xml = (await api(`/orders/${ref}/invoices/${number}/xml`)).bytes.toString();
      if (process.env.MAILLON_TEST_PICTURES)
        execFileSync("pdftoppm", ["-r", "80", "-png", file,
          join(process.env.MAILLON_TEST_PICTURES, `invoice-${engine}`)]);
    });

    test("an independent reader finds a valid EN 16931 invoice in it", async () => {
      const read = await FacturX.fromPDF(readFileSync(file));
      const verdict = read.validate();
      assert.equal(verdict.valid, true, JSON.stringify(verdict.errors ?? verdict));
      const o = read.object;
      assert.equal(o.document.id, number);
      const text = JSON.stringify(o);
      assert.ok(text.includes(String(sirenOf(0))), "the buyer's SIREN");
      const total = till.sql("SELECT net_cents, vat_cents, total_cents FROM orders")[0];
      const figure = (name) => Number(new RegExp(`<ram:${name}[^>]*>([0-9.]+)<`).exec(xml)[1]);
      assert.equal(Math.round(figure("LineTotalAmount") * 100), total.net_cents);
      assert.equal(Math.round(figure("TaxTotalAmount") * 100), total.vat_cents);
      assert.equal(Math.round(figure("GrandTotalAmount") * 100), total.total_cents);
    });

    test("the file has what PDF/A-3 and Factur-X ask for", () => {
      execFileSync("qpdf", ["--check", file]);
      const { qpdf } = JSON.parse(execFileSync("qpdf", ["--json=2", file],
        { maxBuffer: 1 << 26 }));
      const objects = qpdf[1];
      const at = (r) => {
        const o = objects[`obj:${r}`];
        return o.value ?? o.stream.dict;
      };
      const trailer = objects.trailer.value;
      const root = at(trailer["/Root"]);
      assert.equal(trailer["/Info"], undefined);
      assert.equal(trailer["/ID"].length, 2);
      assert.equal(trailer["/Encrypt"], undefined);
      const spec = at(root["/AF"][0]);
      assert.equal(spec["/AFRelationship"], "/Alternative");
      assert.equal(spec["/UF"], "u:factur-x.xml");
      const names = root["/Names"]["/EmbeddedFiles"]["/Names"];
      assert.equal(names[0], "u:factur-x.xml");
      assert.equal(names[1], root["/AF"][0]);
      assert.equal(at(spec["/EF"]["/F"])["/Subtype"], "/text/xml");
      const intent = at(root["/OutputIntents"][0]);
      assert.equal(intent["/S"], "/GTS_PDFA1");
      assert.equal(at(intent["/DestOutputProfile"])["/N"], 3);
      assert.equal(at(root["/Metadata"])["/Filter"], undefined);
      const raw = readFileSync(file, "latin1");
      for (const word of ["<pdfaid:part>3<", "<pdfaid:conformance>B<",
        "<fx:ConformanceLevel>EN 16931<", "<fx:DocumentFileName>factur-x.xml<"])
        assert.ok(raw.includes(word), word);
      const fonts = execFileSync("pdffonts", [file], { encoding: "utf8" }).split("\n").slice(2)
        .filter((l) => l !== "");
      assert.ok(fonts.length > 0);
      for (const line of fonts) assert.match(line, / yes yes (yes|no) /, line);
      const said = execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" });
      for (const word of [number, "SIREN", "N° TVA", "RCS", "Pénalités de retard", "40", "Escompte",
        "livraison de biens", "Total TTC"])
        assert.ok(said.includes(word), word);
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

    test("the journal balances and covers every document and payment", async () => {
      const year = new Date().getUTCFullYear();
      const run = await till.run("invoice", "fec", "masques-pme", String(year), "--out",
        till.database.dir, "--json");
      assert.equal(run.status, 0, run.stderr);
      const name = readdirSync(till.database.dir).find((f) => f.includes("FEC"));
      assert.match(name, /^\d{9}FEC\d{4}1231\.txt$/);
      const rows = readFileSync(join(till.database.dir, name), "utf8")
        .replace(/\r\n$/, "").split("\r\n").map((l) => l.split("\t"));
      assert.equal(rows[0].length, 18);
      const cents = (s) => Number(s.replace(",", ""));
      const sum = (all, column) => all.reduce((n, r) => n + cents(r[column]), 0);
      const entries = rows.slice(1);
      for (const r of entries) assert.equal(r.length, 18);
      assert.equal(sum(entries, 11), sum(entries, 12));
      const numbers = [...new Set(entries.map((r) => Number(r[2])))];
      assert.deepEqual(numbers, numbers.map((_, i) => i + 1));
      for (const n of numbers) {
        const entry = entries.filter((r) => Number(r[2]) === n);
        assert.equal(sum(entry, 11), sum(entry, 12), `entry ${n}`);
      }
      const pieces = new Set(entries.map((r) => r[8]));
      for (const { number: n } of till.sql("SELECT number FROM invoice")) assert.ok(pieces.has(n));
      for (const { order_ref: r } of till.sql(
        "SELECT order_ref FROM payment WHERE captured_ms > 0")) assert.ok(pieces.has(r));
    });
  });
}
