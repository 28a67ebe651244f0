// SPDX-License-Identifier: Apache-2.0
// papers.test.mjs - every kind of invoice and credit note, ordered, paid and given back over the
// wire, then held to the official schema, to the rules of an independent reader, to PDF/A-3, and to
// what French law wants to be read on paper (CGI annex II article 242 nonies A, Code de commerce
// L441-9, decree 2022-1299). MAILLON_SHOTS=FOLDER keeps each as a picture.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { archiveFaults, attachedXml, ruleFaults, textOf, xmlFaults } from "./paper.mjs";
import { fieldsOf } from "./forms.mjs";
import { engines } from "./server.mjs";
import { ADMIN, FINANCE, STOCK, hurried, openTill, sirenOf } from "./till.mjs";
import { until } from "./wait.mjs";

const PICTURES = process.env.MAILLON_SHOTS;
const LOCAL = ["guadeloupe", "martinique", "reunion"];
const NO_TAX = ["guyane", "mayotte"];
const AWAY = ["miquelon", "barthelemy", "martin"];
const HOME = ["mainland", "corsica"];
const EVERYWHERE = [...HOME, ...LOCAL, ...NO_TAX, ...AWAY];
const NOT_APPLICABLE = "TVA non applicable, article 294-1 du CGI.";
const EXPORT = "Exportation, TVA non facturée (article 294-2 du CGI).";
const LONG = "Masque lavable grand public de catégorie 1 à élastiques réglables, coton bio tissé à "
  + "Thizy-les-Bourgs, finition déperlante, étui nominatif et notice d’entretien illustrée";

// Four classes of goods: two rates and more at home, local rates overseas, an export, no tax.
function campaign(p) {
  const goods = [["masque", "Masque lavable grand public"], ["gel", "Gel hydroalcoolique"],
    ["visiere", "Visière"], ["notice", "Notice imprimée"], ["long", LONG.slice(0, 120), "masque"],
    ["leger", LONG.slice(0, 120), "notice"]];
  const good = p.goods[0];
  p.goods = goods.map(([code, name, cls]) => ({ ...good, code, name, vat_class: cls ?? code }));
  const pack = (code, label, of, price, units = 6) => ({ code, label, good: of, units, price });
  p.packs = [pack("m6", "Lot de 6 masques", "masque", "17.80"),
    pack("g1", "Flacon de 500 ml", "gel", "3.33", 1), pack("v5", "Lot de 5 visières", "visiere",
      "24.95", 5), pack("n1", "Notice", "notice", "0.99", 1),
    ...["a", "b", "c", "d"].map((x, i) => pack(`l${x}`,
      `Taille ${"SMLX"[i]} : ${LONG}`.slice(0, 120), "long", `${11 + i}.07`)),
    ...["e", "f", "g", "h"].map((x, i) => pack(`l${x}`,
      `Série ${i + 1} : ${LONG}`.slice(0, 120), "leger", `0.${11 + i}`))];
  const vat = (cls, territories, rate, more = {}) => ({ class: cls, territories, rate, ...more });
  const local = { note: NOT_APPLICABLE, export: false };
  const away = { note: EXPORT };
  p.vat = [
    vat("masque", HOME, "5.5"), vat("gel", HOME, "20"), vat("visiere", HOME, "10"),
    vat("notice", HOME, "2.1"),
    vat("masque", LOCAL, "2.1"), vat("gel", LOCAL, "8.5"), vat("notice", LOCAL, "2.1"),
    vat("visiere", [...LOCAL, ...NO_TAX], "0", away),
    ...["masque", "gel", "notice"].map((c) => vat(c, NO_TAX, "0", local)),
    ...goods.slice(0, 4).map(([c]) => vat(c, AWAY, "0", away)),
  ];
  p.eligibility.territories = EVERYWHERE;
  p.cohorts = [{ code: "tous", label: "Tous", bands: ["03"], heads: { min: 0, max: 49 },
    territories: EVERYWHERE, opens: "2020-05-02T08:00" }];
  p.quota = { ...p.quota, per_head: 1000 };
  p.orders.one_pack_size = false;
  p.delivery.price = "4.90";
  p.pools = goods.map(([code, name]) => ({ code, label: name, good: code,
    territories: EVERYWHERE, units: 1000000 }));
  return p;
}

const at = (name, commune, postal, city, more = {}) => ({ name, commune, postal, city, ...more });
const LYON = at("BOULANGERIE DU RHÔNE", "69382", "69002", "LYON");
const LONG_NAME = at("SOCIÉTÉ COOPÉRATIVE OUVRIÈRE DE PRODUCTION DES ATELIERS ŒUVRÉS DE L’ÎLE-"
  + "D’YEU ET DU MARAIS BRETON-VENDÉEN", "69382", "69002", "LYON", {
  complement: "BÂTIMENT C – 3ÈME ÉTAGE", street: "1247 BIS AVENUE DU MARÉCHAL DE LATTRE",
  special: "BP 90124" });

// who, what, and the tax each document must show: [category, rate, reason]
const KINDS = {
  "one rate": { place: LYON, lines: { m6: 2 }, tax: [["S", "5.50"]] },
  "four rates": { place: LYON, lines: { m6: 3, g1: 7, v5: 1, n1: 5 },
    tax: [["S", "2.10"], ["S", "5.50"], ["S", "10.00"], ["S", "20.00"]] },
  "local rates": { place: at("ATELIER DE BOURBON", "97411", "97400", "SAINT-DENIS"),
    lines: { m6: 4, g1: 3, n1: 1 }, tax: [["S", "2.10"], ["S", "8.50"]] },
  "no tax in Guyane": { place: at("MENUISERIE DU MARONI", "97311", "97320",
    "SAINT-LAURENT-DU-MARONI"), lines: { m6: 2, g1: 1 }, tax: [["E", "0.00", NOT_APPLICABLE]],
  noVat: true },
  "no tax and export in Mayotte": { place: at("GARAGE DE MAMOUDZOU", "97611", "97600",
    "MAMOUDZOU"), lines: { m6: 1, v5: 2 },
  tax: [["E", "0.00", NOT_APPLICABLE], ["G", "0.00", EXPORT]], noVat: true },
  "export": { place: at("SALON DE MARIGOT", "97801", "97150", "SAINT-MARTIN"),
    lines: { m6: 2, g1: 2 }, tax: [["G", "0.00", EXPORT]], noVat: true },
  "a rate and export": { place: at("IMPRIMERIE CARAÏBE", "97105", "97100", "BASSE-TERRE"),
    lines: { g1: 10, v5: 1 }, tax: [["S", "8.50"], ["G", "0.00", EXPORT]] },
  "eight lines, long names, another address": { place: LONG_NAME,
    lines: { la: 5, lb: 6, lc: 7, ld: 8, le: 1200, lf: 34, lg: 56, lh: 7 },
    tax: [["S", "2.10"], ["S", "5.50"]],
    delivery: { company: "SCOP ÎLE-D’YEU – DÉPÔT DE L’ÉPINE", person: "Mme Anaïs Lefèvre-Guérin",
      complement: "QUAI N° 4", street: "18 RUE DE L’ÉGLISE SAINT-NIZIER", special: "",
      postal_code: "69001", city: "LYON", other_address_confirmed: true, town_confirmed: true } },
};

const euros = (cents) => {
  const [whole, part] = (Math.abs(cents) / 100).toFixed(2).split(".");
  return `${whole.replace(/\B(?=(\d{3})+$)/g, " ")},${part} €`;
};
const spaced = (siren) => siren.replace(/(\d{3})(?=\d)/g, "$1 ");
const percent = (rate) => `${Number(rate).toString().replace(".", ",")} %`;

// Says what is missing on the paper of a document.
function mentionFaults(text, doc, kind) {
  const flat = text.replace(/\s+/g, " ");
  const credit = doc.kind === "credit_note";
  const date = new Date().toLocaleDateString("fr-FR", { timeZone: "Europe/Paris" });
  const wanted = [
    doc.number, date, doc.order, credit ? "AVOIR" : "FACTURE",
    // The seller: name, form, capital, address, SIREN, register, VAT number.
    "Masques PME Distribution", "SAS au capital de 50 000 euros", "12 rue de l’Exemple",
    "75015 Paris", "900 000 019 RCS Paris", "N° TVA FR25900000019",
    // The buyer: name, address, SIREN; the address of delivery.
    spaced(doc.siren), "Facturé à", "Livré à",
    // Each line: quantity, name, unit price without tax; totals by rate.
    "Désignation", "Quantité", "Prix unitaire HT", "Montant HT", "Total HT", "Total TVA",
    "Total TTC", euros(doc.net_cents), euros(doc.vat_cents), euros(doc.total_cents),
    // Nature, payment, penalties, indemnity, discount.
    "livraison de biens", "Pénalités de retard", "Trois fois le taux d’intérêt légal",
    "40 €", "Escompte", "Pas d’escompte pour paiement anticipé",
  ];
  if (credit) wanted.push(doc.credited, "Sur facture", "remboursé");
  else wanted.push("Payée le", "Échéance");
  for (const [, rate, reason] of doc.tax) {
    if (Number(rate) > 0) wanted.push(percent(rate));
    if (reason) wanted.push(reason);
  }
  if (kind.noVat !== true) wanted.push(`N° TVA FR`);
  const missing = wanted.filter((w) => !flat.includes(w));
  if (/\ufffd/.test(text)) missing.push("a character that the font lacks");
  return missing;
}

const figure = (xml, name) => Number(new RegExp(`<ram:${name}[^>]*>([0-9.]+)<`).exec(xml)[1]);
const TAX = /<ram:ApplicableTradeTax><ram:CalculatedAmount>.*?<\/ram:ApplicableTradeTax>/gs;
const taxes = (xml) => [...xml.matchAll(TAX)].map(([t]) => [
  /CategoryCode>(.)</.exec(t)[1], /RateApplicablePercent>([0-9.]+)</.exec(t)[1],
  /ExemptionReason>([^<]*)</.exec(t)?.[1]]);

for (const engine of engines()) {
  describe(`papers on ${engine}`, { timeout: 400_000 }, () => {
    let till, finance;
    const names = Object.keys(KINDS);
    const orders = {};

    before(async () => {
      till = await openTill({ engine, companies: names.map((n) => KINDS[n].place),
        policy: campaign });
      finance = till.person(ADMIN | FINANCE | STOCK);
      for (const [n, name] of names.entries()) {
        const kind = KINDS[name];
        const buyer = till.buyer(n);
        const { ref } = await buyer.order(Object.entries(kind.lines)
          .map(([pack, packs]) => ({ pack, packs })), kind.delivery);
        orders[name] = { ref, n, buyer, payment: await buyer.pay(ref, "CAPTURED") };
      }
    });
    after(async () => till?.close());

    const api = async (n, path) => {
      const r = await fetch(`${till.url}/api/v1${path}`,
        { headers: { Authorization: `Bearer ${till.tokens[n]}` } });
      assert.equal(r.status, 200, path);
      return Buffer.from(await r.arrayBuffer());
    };
    const documents = async (name, count) => {
      const { ref, n } = orders[name];
      return hurried(till.database, "INVOICE_ISSUE", `${count} documents of ${name}`, async () => {
        const { invoices } = JSON.parse(await api(n, `/orders/${ref}/invoices`));
        return invoices.length >= count && invoices;
      });
    };

    // A document held to everything; its XML.
    const hold = async (name, doc, tax) => {
      const { ref, n } = orders[name];
      const path = `/orders/${ref}/invoices/${doc.number}`;
      const pdf = await api(n, path);
      const xml = (await api(n, `${path}/xml`)).toString();
      assert.equal(attachedXml(pdf), xml, "the attachment is the XML");
      assert.deepEqual(xmlFaults(xml), []);
      assert.deepEqual(await ruleFaults(pdf, xml), []);
      assert.deepEqual(archiveFaults(pdf), []);
      const kind = KINDS[name];
      const shown = tax ?? kind.tax;
      assert.deepEqual(taxes(xml).map(([c, r, why]) => [c, r, ...(why ? [why] : [])]).sort(),
        [...shown].sort());
      assert.equal(/ExemptionReasonCode>VATEX-EU-G</.test(xml), shown.some(([c]) => c === "G"));
      assert.equal(Math.round(figure(xml, "GrandTotalAmount") * 100), doc.total_cents);
      assert.equal(Math.round(figure(xml, "TaxTotalAmount") * 100), doc.vat_cents);
      assert.equal(Math.round(figure(xml, "TaxBasisTotalAmount") * 100), doc.net_cents);
      const text = textOf(pdf);
      const credited = /<ram:InvoiceReferencedDocument><[^>]+>([^<]+)/.exec(xml)?.[1];
      assert.deepEqual(mentionFaults(text, { ...doc, order: ref, siren: sirenOf(n), credited,
        tax: shown }, kind), [], `mentions of ${name}, ${doc.number}\n${text}`);
      if (PICTURES) {
        const file = join(PICTURES, `${engine}-${name.replace(/\W+/g, "-")}-${doc.number}`);
        writeFileSync(`${file}.pdf`, pdf);
        execFileSync("pdftoppm", ["-r", "70", "-png", `${file}.pdf`, file]);
      }
      return { xml, text };
    };

    for (const name of names) {
      test(`invoice: ${name}`, async () => {
        const [doc] = await documents(name, 1);
        const { text, xml } = await hold(name, doc);
        assert.match(text, /Frais de livraison/);
        for (const [pack, packs] of Object.entries(KINDS[name].lines))
          assert.ok(xml.includes(`<ram:SellerAssignedID>${pack}<`) &&
            xml.includes(`<ram:BilledQuantity unitCode="C62">${packs}<`), pack);
        if (KINDS[name].noVat)
          assert.doesNotMatch(/<ram:BuyerTradeParty>.*?<\/ram:Buyer/s.exec(xml)[0], /"VA"/);
      });
    }

    test("the long one takes two pages with their numbers, and the other address", async () => {
      const name = "eight lines, long names, another address";
      const [doc] = await documents(name, 1);
      const { text } = await hold(name, doc);
      const flat = text.replace(/\s+/g, " ");
      assert.equal(flat.split("Prix unitaire HT").length, 3, "the heads stand on both pages");
      assert.match(flat, /\(suite\)/);
      assert.match(flat, /page 1\/2/);
      assert.match(flat, /page 2\/2/);
      for (const word of ["Mme Anaïs Lefèvre-Guérin", "18 RUE DE L’ÉGLISE SAINT-NIZIER",
        "QUAI N° 4", "BP 90124", "Taille S", "ATELIERS ŒUVRÉS"])
        assert.ok(flat.includes(word), `${word}\n${text}`);
    });

    test("an amount nobody explains, given back elsewhere, is shared over rates", async () => {
      for (const name of ["four rates", "a rate and export", "no tax and export in Mayotte"]) {
        const { payment } = orders[name];
        till.bank.lyra.giveBack(payment, 1001);
        await till.notify([...till.bank.lyra.transactions.values()].at(-1), "MERCH_BO");
        const doc = (await documents(name, 2))[1];
        assert.equal(doc.total_cents, 1001);
        await hold(name, doc);
      }
    });

    test("packs that are short get a credit note that names them", async () => {
      for (const [name, line, packs] of [["local rates", 1, 2], ["export", 0, 1],
        ["one rate", 0, 1]]) {
        const { ref } = orders[name];
        await finance.get("/console/preparation/nouvelle");
        const made = await finance.post("/console/preparation/nouvelle", { campaign: till.campaign,
          carrier: "generic", pool: "0", territory: "tous", age: "0", limit: "50", act: "create" });
        assert.ok([303, 422].includes(made.status), made.text.slice(0, 300));
        const parcel = await until("a parcel", () => till.sql(`SELECT p.id FROM parcel p
          JOIN orders o ON o.id = p.order_id JOIN parcel_item i ON i.parcel_id = p.id
          WHERE o.ref = '${ref}' AND p.state = 1 AND i.line = ${line}`)[0]);
        const page = await finance.get(`/console/preparation/colis/${parcel.id}`);
        const path = `/console/preparation/colis/${parcel.id}/manque`;
        const short = await finance.post(path,
          { ...fieldsOf(page.text, path), line: String(line), packs: String(packs), how: "refund",
            reason: "Rayon vide" });
        assert.equal(short.status, 303, short.text.slice(0, 1000));
        const doc = (await documents(name, 2))[1];
        const pack = Object.keys(KINDS[name].lines)[line];
        const { xml } = await hold(name, doc, name === "local rates" ? [["S", "8.50"]] : undefined);
        const named = [...xml.matchAll(/<ram:SellerAssignedID>([^<]+)</g)].map((m) => m[1]);
        assert.deepEqual(named, [pack]);
        assert.ok(xml.includes(`unitCode="C62">${packs}<`));
      }
    });

    test("what is left is credited, and all documents of an order add up to nothing", async () => {
      for (const name of names) {
        const { ref } = orders[name];
        const before = (await documents(name, 1)).length;
        await finance.get(`/console/finances/rembourser/${ref}`);
        const r = await finance.post(`/console/finances/rembourser/${ref}`,
          { how: "all", reason: "Campagne arrêtée", restock: "1" });
        assert.equal(r.status, 303, r.text.slice(0, 500));
        const all = await documents(name, before + 1);
        const doc = all.at(-1);
        await hold(name, doc, taxesLeft(name));
        const sum = (key) => all.reduce((n, d) =>
          n + (d.kind === "invoice" ? d[key] : -d[key]), 0);
        for (const key of ["net_cents", "vat_cents", "total_cents"]) assert.equal(sum(key), 0, key);
      }
    });

    // Whatever part was credited before, something of each rate is left: the delivery, too.
    const taxesLeft = (name) => KINDS[name].tax;

    test("numbers have no gap and the books are whole", async () => {
      const rows = till.sql("SELECT series, MAX(seq) AS last, COUNT(*) AS n FROM invoice " +
        "GROUP BY series");
      assert.equal(rows.length, 2);
      for (const r of rows) assert.equal(Number(r.last), Number(r.n));
      const check = await till.run("check");
      assert.equal(check.status, 0, check.stdout + check.stderr);
    });
  });
}

describe("the checks themselves", () => {
  let till, pdf, xml, dir;

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "maillon-papers."));
    till = await openTill({ companies: 1 });
    const buyer = till.buyer(0);
    const { ref } = await buyer.order(2);
    await buyer.pay(ref);
    const headers = { Authorization: `Bearer ${till.tokens[0]}` };
    const base = `${till.url}/api/v1/orders/${ref}/invoices`;
    const get = async (path) => Buffer.from(await (await fetch(base + path, { headers }))
      .arrayBuffer());
    const [{ number }] = await hurried(till.database, "INVOICE_ISSUE", "the invoice", async () => {
      const { invoices } = JSON.parse(await get(""));
      return invoices.length > 0 && invoices;
    });
    pdf = await get(`/${number}`);
    xml = (await get(`/${number}/xml`)).toString();
  });
  after(async () => {
    await till?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const through = (bytes, ...args) => {
    writeFileSync(join(dir, "in.pdf"), bytes);
    execFileSync("qpdf", [...args, join(dir, "in.pdf"), join(dir, "out.pdf")]);
    return readFileSync(join(dir, "out.pdf"));
  };
  // Same length, so that the file stays whole.
  const swap = (from, to) => {
    assert.equal(Buffer.byteLength(from), Buffer.byteLength(to));
    const at = pdf.indexOf(from);
    assert.ok(at > 0, `${from} is not in the file`);
    const copy = Buffer.from(pdf);
    copy.write(to, at);
    return copy;
  };
  const expect = (faults, words) =>
    assert.ok(faults.some((f) => f.includes(words)), `${words}: ${JSON.stringify(faults)}`);

  test("the schema refuses an element out of place", () => {
    assert.deepEqual(xmlFaults(xml), []);
    expect(xmlFaults(xml.replace("<ram:TypeCode>380</ram:TypeCode>", "")), "TypeCode");
    expect(xmlFaults(xml.replace("</rsm:CrossIndustryInvoice>", "")), "parser error");
  });

  test("the reader's rules refuse a total that is not the sum", async () => {
    const { FacturX } = await import("factur-x-kit");
    const valid = async (text) => {
      try {
        return (await FacturX.fromXML(text)).validate().valid;
      } catch {
        return false;
      }
    };
    assert.equal(await valid(xml), true);
    assert.equal(await valid(xml.replace(/<ram:GrandTotalAmount>[^<]*/,
      "<ram:GrandTotalAmount>1.00")), false);
    assert.equal(await valid(xml.replace(/<ram:CalculatedAmount>[^<]*/,
      "<ram:CalculatedAmount>99.00")), false);
  });

  test("a file that is no PDF/A-3 with an invoice is refused, clause by clause", () => {
    assert.deepEqual(archiveFaults(pdf), []);
    expect(archiveFaults(through(pdf, "--encrypt", "", "geheim", "256", "--")), "encrypted");
    expect(archiveFaults(through(pdf, "--remove-attachment=factur-x.xml")), "tree of names");
    expect(archiveFaults(Buffer.concat([Buffer.from(" "), pdf])), "header");
    expect(archiveFaults(Buffer.concat([pdf, Buffer.from("more")])), "follow the end");
    expect(archiveFaults(swap("<pdfaid:part>3<", "<pdfaid:part>1<")), "pdfaid:part");
    expect(archiveFaults(swap("EN 16931</fx", "EXTENDED</fx")), "ConformanceLevel");
    expect(archiveFaults(swap("<pdfaProperty:name>Version<", "<pdfaProperty:name>Vorsion<")),
      "extension schema");
    expect(archiveFaults(swap("</rdf:RDF>", "</rdf:RDX>")), "well-formed");
    expect(archiveFaults(swap("<?xpacket begin", "<?xpackat begin")), "packet wrapper");
    expect(archiveFaults(swap("/CIDToGIDMap", "/CIDToGIDMop")), "CIDToGIDMap");
    expect(archiveFaults(swap("/GTS_PDFA1", "/GTS_PDFX1")), "output intent");
    expect(archiveFaults(swap("/AFRelationship /Alternative", "/AFRelationship /Unspecified")),
      "relationship");
    expect(archiveFaults(swap("/OutputIntents", "/OutputIntentz")), "output intent");
    expect(archiveFaults(swap("/FontFile2", "/FontFileX")), "not embedded");
    expect(archiveFaults(swap("/Type0 /ToUnicode", "/Type0 /ToUnicodx")), "read as text");
    expect(archiveFaults(swap("/WinAnsiEncoding", "/WinAnsiEncodimg")), "encoding");
    expect(archiveFaults(swap("/FirstChar 32", "/FirstChar 33")), "wide");
    expect(archiveFaults(swap("/W [ 0 [ ", "/W [ 1 [ ")), "wide");
    expect(archiveFaults(swap("/Lang (fr-FR)", "/Lung (fr-FR)")), "language");
    expect(archiveFaults(swap("/AF [", "/AX [")), "associated files");
  });
});
