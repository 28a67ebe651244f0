// SPDX-License-Identifier: Apache-2.0
// settle.test.mjs - the provider's settlement file as finance brings it: dropped or pasted, shown
// as it was understood, compared by a job, its differences handled; every way in which such files
// are wrong has its own message; and a large one stands in nobody's way.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { AUDIT, FINANCE, STOCK, openTill } from "./till.mjs";
import { engines } from "./server.mjs";
import { until } from "./wait.mjs";

const PAGE = "/console/finances/releves";
const plain = (text) => text.replace(/[\u00a0\u202f]|&nbsp;/g, " ").replace(/&#39;/g, "'");

for (const engine of engines()) {
  describe(`settlement files on ${engine}`, { timeout: 600_000 }, () => {
    let till, finance;
    const uuids = [];

    before(async () => {
      till = await openTill({ engine, companies: 4 });
      finance = till.person(FINANCE);
      for (let n = 0; n < 4; n++) {
        const buyer = till.buyer(n);
        const { ref } = await buyer.order(2);
        await buyer.pay(ref);
        uuids.push({ ref, ...till.sql(`SELECT provider_ref AS uuid FROM payment
          WHERE order_ref = '${ref}'`)[0] });
      }
    });
    after(async () => till?.close());

    const drop = async (name, content, person = finance) => {
      await person.get(PAGE);
      return person.upload(PAGE, { file: { name, bytes: Buffer.from(content) } });
    };
    // Dropped, confirmed and compared: the page of the result.
    const settle = async (name, content) => {
      const made = await drop(name, content);
      assert.equal(made.status, 303, plain(made.text).slice(0, 3000));
      await finance.get(made.location);
      const yes = await finance.post(made.location, { act: "comparer" });
      assert.equal(yes.status, 303);
      return until("the result", async () => {
        const r = await finance.get(made.location);
        return r.headers.refresh === undefined && { path: made.location, text: plain(r.text) };
      });
    };

    test("a file is shown as it was understood before anything is compared", async () => {
      const file = ["UUID;Référence commande;Type;Montant;Commission;Remarque",
        `${uuids[0].uuid};${uuids[0].ref};Débit;37,56;0,25;rien`,
        `${uuids[1].uuid};${uuids[1].ref};Débit;37,50;0,25;`,
        "inconnu;XXXXXXXXXX;Débit;1 234,00;0,25;", "sans montant;;Débit;;;",
        ";;Virement;-100,00;;"].join("\r\n");
      const made = await drop("relevé mai <b>.csv", Buffer.from(file, "latin1"));
      assert.equal(made.status, 303);
      const page = plain((await finance.get(made.location)).text);
      for (const words of ["relevé mai &lt;b&gt;.csv", "Windows-1252, séparateur point-virgule",
        "Comprise comme", "Référence de la transaction", "Non utilisée", "1 234,00 €",
        "Le montant manque", "Comparer ce relevé"])
        assert.ok(page.includes(words), words);
      assert.equal(till.sql("SELECT line FROM settlement_line").length, 0);
      const again = await drop("autre nom.csv", Buffer.from(file, "latin1"));
      assert.equal(again.location, made.location, "the same bytes are one file");
      const auditor = till.person(AUDIT);
      assert.equal((await auditor.get(made.location)).status, 200);
      assert.equal((await auditor.post(made.location, { act: "comparer" })).status, 403);
      assert.equal((await till.person(STOCK).get(made.location)).status, 403);
      assert.equal((await finance.post(made.location, { act: "jeter" })).status, 303);
      assert.equal((await finance.get(made.location)).status, 404);
      assert.equal(till.sql("SELECT id FROM settlement").length, 0);
    });

    test("differences are listed, each with what to do, exported and handled", async () => {
      const { path, text } = await settle("mai.csv", ["UUID;Commande;Type;Montant;Frais;Devise",
        `${uuids[0].uuid};${uuids[0].ref};Débit;37,56;0,25;EUR`,
        `${uuids[1].uuid};${uuids[1].ref};Débit;37,50;0,25;EUR`,
        `${uuids[0].uuid};${uuids[0].ref};Débit;37,56;0,25;EUR`,
        "=HYPERLINK(1);YY;Débit;10,00;0;EUR", "zz;YY;Débit;10,00;0;USD",
        "yy;YY;Impayé;-37,56;15,00;EUR", "xx;YY;Débit;beaucoup;0;EUR"].join("\n"));
      for (const words of ["6 écarts à traiter", "Autre montant", "Ligne répétée", "Contestation",
        "Transaction inconnue", "Autre devise", "Ligne illisible", "« beaucoup »",
        "preuve de livraison", "37,50 €", "37,56 €"])
        assert.ok(text.includes(words), words);
      const csv = await finance.get(`${path}/ecarts.csv`);
      assert.equal(csv.headers["content-type"].split(";")[0], "text/csv");
      const lines = csv.text.trim().split("\r\n");
      assert.equal(lines.length, 7);
      assert.match(lines[0], /^line,kind,difference,transaction,file_eur,ours_eur,/);
      assert.match(csv.text, /,"'=HYPERLINK\(1\)",10\.00,0\.00,/, "a formula is made harmless");
      assert.match(csv.text, /amount,Autre montant,\w+,37\.50,37\.56,/);

      const one = /href="([^"]*\/ecarts\/\d+)"/.exec(text)[1];
      const shown = plain((await finance.get(one)).text);
      assert.match(shown, /Que faire/);
      assert.equal((await finance.post(one, { note: "" })).status, 422);
      assert.equal((await finance.post(one, { note: "Vu avec le prestataire" })).status, 303);
      assert.match(plain((await finance.get(one)).text), /Vu avec le prestataire/);
      assert.match(plain((await finance.get(path)).text), /5 écarts à traiter/);
      assert.match(plain((await finance.get("/console/finances")).text), /\(5 écarts\)/);
      const kind = await finance.get(`${path}?genre=5&tous=1`);
      assert.match(plain(kind.text), /Écarts : Ligne illisible/);
      await finance.post(path, { act: "traiter", genre: "1", note: "Autre site" });
      assert.match(plain((await finance.get(path)).text), /4 écarts à traiter/);
      assert.equal(Number(till.sql("SELECT COUNT(*) AS n FROM audit WHERE act LIKE " +
        "'settlement.%'")[0].n), 3);
    });

    test("files that overlap, and a payment that no file has until one has it", async () => {
      const a = await settle("a.csv", `UUID;Montant\n${uuids[1].uuid};37,56\n` +
        `${uuids[3].uuid};37,56\n`);
      assert.match(a.text, /Paiement absent du relevé/);
      assert.ok(a.text.includes(uuids[2].ref));
      const b = await settle("b.csv", `UUID;Montant\n${uuids[2].uuid};37,56\n` +
        `${uuids[3].uuid};37,56\n`);
      assert.match(b.text, /Déjà dans un relevé précédent \(Relevé n° \d+\)/);
      const later = plain((await finance.get(a.path)).text);
      assert.match(later, /Tous les écarts sont traités/);
      const known = await drop("encore.csv", `UUID;Montant\n${uuids[2].uuid};37,56\n` +
        `${uuids[3].uuid};37,56\n`);
      assert.equal(known.location, b.path);
      assert.match(plain((await finance.get(b.path)).text), /Déjà dans un relevé/);
    });

    const BAD = {
      "nothing chosen": [null, /Choisissez le fichier/],
      "an empty file": ["", /Choisissez le fichier|vide/],
      "a workbook": ["PK\x03\x04\x14\x00", /classeur/],
      "a PDF": ["%PDF-1.7\n\x00", /PDF/],
      "an archive": [Buffer.from([0x1f, 0x8b, 8, 0]), /compressé/],
      "binary": [Buffer.from([1, 2, 3, 0, 255]), /texte/],
      "half a character of UTF-16": [Buffer.from([0xff, 0xfe, 0x41]), /texte/],
      "no known column": ["Nom;Valeur\nx;1\n", /colonne de référence.*« Nom », « Valeur »/],
      "no amount": ["UUID;Sens\nx;y\n", /colonne de montant/],
      "heads only": ["UUID;Montant\n", /aucune ligne/],
      "nothing but unreadable lines": [`UUID;Montant\n${"x;rien\n".repeat(1001)}`,
        /Plus de 1000 lignes.*ligne 2/],
      "more than 16 MB": ["UUID;Montant\n" + "x;1,00\n".repeat(2_400_000), /16 Mo|413/],
    };
    for (const [name, [content, words]] of Object.entries(BAD)) {
      test(`refused with its reason: ${name}`, async () => {
        const before = till.sql("SELECT id FROM settlement").length;
        let r;
        if (content === null) {
          await finance.get(PAGE);
          r = await finance.upload(PAGE, {});
        } else {
          r = await drop("x.csv", content);
        }
        assert.ok([413, 422].includes(r.status), String(r.status));
        assert.match(`${r.status} ${plain(r.text).replace(/\s+/g, " ")}`, words);
        assert.equal(till.sql("SELECT id FROM settlement").length, before);
      });
    }

    test("lines may be pasted; without a name they are asked for one", async () => {
      await finance.get(PAGE);
      const content = "UUID;Montant\npaste;1,00\n";
      const bad = await finance.upload(PAGE, {}, { content, name: "" });
      assert.equal(bad.status, 422);
      assert.match(bad.text, /paste;1,00/, "what was pasted stays");
      const good = await finance.upload(PAGE, {}, { content, name: "Collé" });
      assert.equal(good.status, 303);
    });

    test("a large file is compared while others go on, in the end all of it", async () => {
      const rows = 30000;
      const file = ["UUID;Montant", ...Array.from({ length: rows }, (_, i) => `big${i};1,00`)]
        .join("\n");
      const made = await drop("gros.csv", file);
      await finance.get(made.location);
      await finance.post(made.location, { act: "comparer" });
      const first = await finance.get(made.location);
      if (first.headers.refresh !== undefined) assert.match(first.text, /<progress/);
      const order = await till.buyer(0).page("/commandes");
      assert.equal(order.status, 200);
      await until("it is compared", async () =>
        (await finance.get(made.location)).headers.refresh === undefined);
      const page = plain((await finance.get(made.location)).text);
      assert.match(page, /30 000 écarts à traiter/);
      const next = /href="([^"]*depuis=100)"/.exec(page.replaceAll("&amp;", "&"));
      assert.ok(next, "a second page");
      assert.equal((await finance.get(next[1])).status, 200);
      const csv = await finance.get(`${made.location}/ecarts.csv`);
      assert.equal(csv.text.trim().split("\r\n").length, rows + 1);
    });
  });
}
