// SPDX-License-Identifier: Apache-2.0
// A carrier's status file, over the page and by the command: every encoding people export in, each
// line that is left out with its reason, and a parcel that turns up after it was settled as lost.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { openEye } from "./axe.mjs";
import { openDepot } from "./depot.mjs";
import { engines } from "./server.mjs";

const PAGE = "/console/livraison/fichier";
const plain = (text) => text.replace(/[\u00a0\u202f]|&nbsp;/g, " ");
const zone = { timeZone: "Europe/Paris" };

// So many hours ago as people write it: 25/11/2026 08:00.
function said(hours) {
  const at = new Date(Date.now() - hours * 3600000);
  return `${at.toLocaleDateString("fr-FR", zone)} ${at.toLocaleTimeString("fr-FR",
    { ...zone, hour: "2-digit", minute: "2-digit" })}`;
}

// As a spreadsheet saves "Unicode text", and as old Windows programs do; of letters both have.
const utf16 = (text) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);
const windows = (text) => Buffer.from(text, "latin1");

for (const engine of engines()) {
  describe(`status files [${engine}]`, () => {
    let depot, eye, numbers;

    before(async () => {
      depot = await openDepot({ engine, orders: 7 });
      await depot.wave({ limit: 6 });
      await depot.until((n) => n.labelled === 6);
      await depot.handOver();
      depot.age(30);
      await depot.wave({ limit: 1 });
      await depot.until((n) => n.labelled === 1);
      numbers = depot.sql("SELECT number FROM parcel ORDER BY id").map((r) => r.number);
      eye = await openEye();
    });
    after(async () => {
      await eye?.close();
      await depot?.close();
    });

    const hand = async (body, more = {}) => {
      await depot.get(PAGE);
      const r = await depot.upload(PAGE, { file: { name: "statuts.csv", type: "text/csv", body },
        ...more });
      return { ...r, text: plain(r.text) };
    };
    const file = (...lines) => ["Numéro de colis;Statut;Date;Lieu", ...lines, ""].join("\r\n");
    const states = () => depot.sql("SELECT state FROM parcel ORDER BY id")
      .map((r) => Number(r.state));
    const events = () => Number(depot.sql("SELECT COUNT(*) AS n FROM parcel_event")[0].n);
    const checked = async () => {
      const r = await depot.till.run("check");
      assert.equal(r.status, 0, r.stdout + r.stderr);
    };

    test("is read in each encoding, after it was only looked at", async () => {
      let r = await hand(file(`${numbers[0]};Livré;${said(3)};Nîmes`), { dry: "1" });
      assert.equal(r.status, 200);
      assert.match(r.text, /Vérification faite, rien n’est enregistré/);
      assert.equal(events(), 0);
      r = await hand(file(`${numbers[0]};Livré;${said(3)};Nîmes`));
      assert.match(r.text, /1 ligne : 1 nouvelle, 0 connue déjà, 0 laissée de côté/);
      await hand(windows(file(`${numbers[1]};Livré;${said(3)};Nîmes`)));
      await hand(utf16(file(`${numbers[2]};Livré;${said(3)};Nîmes`).replaceAll(";", "\t")));
      assert.deepEqual(states(), [5, 5, 5, 4, 4, 4, 3]);
      assert.equal(depot.sql("SELECT id FROM parcel_event WHERE place = 'Nîmes'").length, 3);
      assert.equal(depot.mails("order_delivered").length, 3);
      assert.equal(depot.sql("SELECT id FROM audit WHERE act = 'parcel.status_file'").length, 3);
      await checked();
    });

    test("what is no such file is refused whole, with its reason", async () => {
      const before = events();
      for (const [body, words] of [
        ["", /Le fichier est vide|Choisissez le fichier/],
        [Buffer.from("PK\x03\x04\x00\x00"), /classeur ou une archive/],
        [Buffer.from("%PDF-1.7\n"), /C’est un PDF/],
        [Buffer.from([0xff, 0xfe, 0x41]), /n’est pas du texte/],
        [`Colis;Etat\n${numbers[3]};LIVRE\n`, /colonne de la date.*« Colis », « Etat »/],
        [file(`${numbers[3]};LI\x01VRE;${said(2)};`), /ligne 2 contient un caractère de contrôle/],
        ["Colis;Statut;Date\n" + "x;y;z\n".repeat(20001), /plus de 20 000 lignes/],
      ]) {
        const r = await hand(body);
        assert.equal(r.status, 422, String(words));
        assert.match(r.text, words);
      }
      assert.equal(events(), before);
      assert.deepEqual(states(), [5, 5, 5, 4, 4, 4, 3]);
    });

    const mixed = () => file(`${numbers[3]};LIVRE;${said(2)};`, `8L00000000000;LIVRE;${said(2)};`,
      `${numbers[3]};LIVRE;${said(2)};`, `${numbers[4]};LIVRE;${said(1)};`,
      `${numbers[4]};RETOURNE;${said(1)};`, `${numbers[5]};ENVOLE;${said(2)};`,
      `${numbers[5]};LIVRE;${said(2).slice(0, 10)};`, `${numbers[6]};LIVRE;${said(2)};`,
      `${numbers[5]};PERDU;${said(2)};`);

    test("a bad line says why beside its number, and the good ones are applied", async () => {
      const r = await hand(mixed());
      assert.equal(r.status, 200);
      assert.match(r.text, /9 lignes : 2 nouvelles, 0 connue déjà, 7 laissées de côté/);
      const rows = [...r.text.matchAll(/<td data-head="Ligne" class="number">(\d+)<\/td>/g)]
        .map((m) => Number(m[1]));
      assert.deepEqual(rows, [3, 4, 5, 6, 7, 8, 9]);
      for (const words of [/8L00000000000<\/td>\s*<td>Ce colis nous est inconnu/,
        /Cette ligne répète une autre/, /dit le contraire du même colis/,
        /ENVOLE<\/td>\s*<td>Ce statut est inconnu/, /L’heure manque/, /n’a pas été remis/])
        assert.match(r.text, words);
      assert.deepEqual(states(), [5, 5, 5, 5, 4, 4, 3]);
      const again = await hand(mixed());
      assert.match(again.text, /9 lignes : 0 nouvelle, 2 connues déjà, 7 laissées de côté/);
      assert.equal(depot.mails("order_delivered").length, 4);
      await checked();
    });

    test("the command says the same, line by line", async () => {
      const path = join(depot.till.database.dir, "statuts.csv");
      writeFileSync(path, mixed());
      let r = await depot.till.run("delivery", "status", path, "--json");
      assert.equal(r.status, 0, r.stderr);
      const told = JSON.parse(r.stdout);
      assert.deepEqual([told.lines, told.new, told.known, told.left_out], [9, 0, 2, 7]);
      assert.deepEqual(told.problems.map((p) => [p.line, p.problem]), [[3, "unknown_parcel"],
        [4, "repeated"], [5, "contradictory"], [6, "contradictory"], [7, "unknown_status"],
        [8, "no_hour"], [9, "not_handed_over"]]);
      writeFileSync(path, "PK\x03\x04");
      r = await depot.till.run("delivery", "status", path);
      assert.equal(r.status, 2);
      assert.match(r.stderr, /classeur/);
    });

    test("one that was settled as lost and is delivered asks a person, once", async () => {
      const open = () => depot.sql(`SELECT id, kind FROM parcel_trouble
        WHERE closed_ms = 0 ORDER BY id`);
      let [lost] = open();
      assert.equal(Number(lost.kind), 5);
      let path = `/console/livraison/${lost.id}`;
      await depot.get(path);
      let r = await depot.post(path, { decision: "perdu-renvoyer", reason: "Introuvable." });
      assert.equal(r.status, 303, r.text);
      await hand(file(`${numbers[5]};LIVRE;${said(1)};`));
      [lost] = open();
      assert.equal(Number(lost.kind), 6);
      assert.equal(states()[5], 7);
      path = `/console/livraison/${lost.id}`;
      assert.match((await depot.get("/console/livraison?type=6")).text, new RegExp(numbers[5]));
      r = await depot.get(path);
      assert.match(plain(r.text), /réglé comme perdu.*n’est pas parti : il peut être arrêté/s);
      assert.doesNotMatch(r.text, /perdu-renvoyer|value="retour"/);
      await eye.look(depot.till.url + path, { cookie: `maillon=${depot.cookie}` });
      r = await depot.post(path, { decision: "perdu-rembourser", reason: "Par erreur." });
      assert.equal(r.status, 409);
      assert.match(r.text, /ne convient pas à ce cas/);
      assert.equal((await depot.post(path, { decision: "vu", reason: "Elle rend le double." }))
        .status, 303);
      assert.match((await depot.get(path)).text, /Noté/);
      await hand(file(`${numbers[5]};LIVRE;${said(0.5)};`));
      assert.equal(open().length, 0);
      await checked();
    });

    test("what was to be sent in its place is stopped, and its units are for sale", async () => {
      const free = () => Number(depot.sql("SELECT SUM(available) AS n FROM stock_slot")[0].n);
      const open = () => depot.sql("SELECT id, kind FROM parcel_trouble WHERE closed_ms = 0")[0];
      await hand(file(`${numbers[4]};PERDU;${said(0.9)};`));
      const before = free();
      let path = `/console/livraison/${open().id}`;
      await depot.get(path);
      let r = await depot.post(path, { decision: "perdu-renvoyer", reason: "Introuvable." });
      assert.equal(r.status, 303, r.text);
      assert.ok(free() < before);
      await hand(file(`${numbers[4]};LIVRE;${said(0.4)};`));
      path = `/console/livraison/${open().id}`;
      r = await depot.get(path);
      assert.match(plain(r.text), /Arrêter l’envoi de remplacement/);
      r = await depot.post(path, { decision: "retour", reason: "Pas encore parti." });
      assert.equal(r.status, 409);
      assert.match(plain(r.text), /Aucun colis de remplacement n’est parti/);
      r = await depot.post(path, { decision: "arreter", reason: "Le salon a son colis." });
      assert.equal(r.status, 303, r.text);
      assert.equal(free(), before);
      assert.equal(states()[4], 5);
      assert.equal(depot.mails("parcel_stopped").length, 1);
      assert.match((await depot.get(path)).text, /Remplacement arrêté/);
      await checked();
    });

    test("one that was settled as lost and comes back itself is put on the shelf", async () => {
      const free = () => Number(depot.sql("SELECT SUM(available) AS n FROM stock_slot")[0].n);
      const before = free();
      await hand(file(`${numbers[5]};RETOURNE;${said(0.3)};`));
      const [spare] = depot.sql("SELECT id, kind FROM parcel_trouble WHERE closed_ms = 0");
      assert.equal(Number(spare.kind), 7);
      const path = `/console/livraison/${spare.id}`;
      assert.match((await depot.get("/console/livraison?type=7")).text, new RegExp(numbers[5]));
      let r = await depot.get(path);
      assert.match(plain(r.text), /Ce colis est en trop.*rien n’est à renvoyer ni à rembourser/s);
      assert.doesNotMatch(r.text, /value="[a-z]+-(renvoyer|rembourser)"/);
      await eye.look(depot.till.url + path, { cookie: `maillon=${depot.cookie}` });
      r = await depot.post(path, { decision: "revenu-renvoyer", reason: "Par erreur." });
      assert.equal(r.status, 409);
      r = await depot.post(path, { decision: "reprendre", reason: "Intact." });
      assert.equal(r.status, 303, r.text);
      assert.ok(free() > before);
      assert.match(plain((await depot.get(path)).text), /Repris, rien n’est dû/);
      await checked();
    });

    test("the pages, in every width and colour", { skip: engine !== "sqlite" }, async () => {
      const cookie = `maillon=${depot.cookie}`;
      await eye.look(depot.till.url + PAGE, { cookie });
      await eye.look(`${depot.till.url}/console/livraison?type=6`, { cookie });
    });
  });
}
