// SPDX-License-Identifier: Apache-2.0
// privacy.test.mjs - what a person may ask about their data, over the wire: a copy, to be
// forgotten, by themselves and through an organiser's people; and that the log knows nobody.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { openEye } from "./axe.mjs";
import { payAll } from "./depot.mjs";
import { codeIn, mailTo, mailsTo, person } from "./person.mjs";
import { engines } from "./server.mjs";
import { openTill } from "./till.mjs";
import { unzip } from "./unzip.mjs";
import { until } from "./wait.mjs";

const schema = JSON.parse(readFileSync("doc/personal-data.schema.json", "utf8"));
const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false,
  strictTypes: false, allowUnionTypes: true });
addFormats(ajv);
const fits = ajv.compile(schema);
const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk" +
  "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

// As it is read: spaces that do not break are spaces.
const shown = (text) => text.replace(/&nbsp;|[\u00a0\u202f]/g, " ");
const cookieOf = (p) => [...p.cookies].map(([n, v]) => `${n}=${v}`).join("; ");

for (const engine of engines()) {
  describe(`personal data [${engine}]`, { timeout: 600_000 }, () => {
    let till, server, boss, second, eye;
    const canaries = [];

    // A word that stands nowhere else, to be looked for in the log.
    const canary = (word) => { canaries.push(word); return word; };

    // So many orders are paid and delivered, with their invoice.
    async function delivered() {
      payAll(till);
      const now = Date.now();
      till.sql(`INSERT INTO order_event (order_id, n, from_state, to_state, at_ms, actor, cause)
          SELECT id, 3, 3, 6, ${now}, 'system', 'test' FROM orders WHERE state = 3;
        UPDATE orders SET state = 6, delivered_ms = ${now}, changed_ms = ${now} WHERE state = 3`);
      await until("the invoices", () =>
        Number(till.sql("SELECT COUNT(*) AS n FROM invoice_due")[0].n) === 0);
    }

    const download = async (p, path) => {
      const r = await fetch(server.url + path,
        { headers: { cookie: cookieOf(p) }, redirect: "manual" });
      const bytes = Buffer.from(await r.arrayBuffer());
      return { status: r.status, bytes, location: r.headers.get("location"),
        type: r.headers.get("content-type"), name: r.headers.get("content-disposition") };
    };

    const look = (p, path) => eye.look(server.url + path,
      { cookie: `maillon=${p.cookies.get("maillon")}` });

    // Jobs that run every ten minutes run now.
    const hurry = () => till.sql("UPDATE job SET due_ms = 1 WHERE kind = 'PRIVACY_DUE'");
    const state = (id) =>
      Number(till.sql(`SELECT state AS s FROM privacy_request WHERE id = ${id}`)[0].s);

    async function signedIn(email) {
      const p = person(server);
      await p.signIn(email);
      return p;
    }

    before(async () => {
      till = await openTill({ engine, companies: 8, env: { MAILLON_DEMO: "1",
        MAILLON_LOG_LEVEL: "debug", MAILLON_ERASE_WAIT: "2" } });
      server = till.server;
      const slug = till.sql("SELECT slug AS slug FROM organiser")[0].slug;
      till.sql(`UPDATE account SET signed_in_ms = ${Date.now()}`); // Nobody is idle.
      for (const [email, roles] of [["chef@exemple.fr", "admin"], ["second@exemple.fr", "agent"],
        ["vue@exemple.fr", "auditor"], ["depot@exemple.fr", "stock"]])
        assert.equal(server.run("account", "grant", email, "--organiser", slug, "--role", roles)
          .status, 0);
      boss = await signedIn("chef@exemple.fr");
      second = await signedIn("second@exemple.fr");
      eye = await openEye();
    });
    after(async () => { await eye?.close(); await till?.close(); });

    test("a person takes a copy of their own data, and a stolen session does not", async () => {
      await till.buyer(0).order(2);
      await delivered();
      const p = await signedIn("buyer0@example.org");
      const page = await p.get("/compte/donnees");
      assert.match(page.text, /buyer0@example\.org/);
      assert.match(shown(page.text), /1 commande passée par vous/);
      assert.match(page.text, /Téléchargement|Télécharger mes données/);
      const r = await download(p, "/compte/donnees/copie.zip");
      assert.equal(r.status, 200);
      assert.equal(r.type, "application/zip");
      assert.match(r.name, /filename="mes-donnees-\d{4}-\d\d-\d\d\.zip"/);
      const files = unzip(r.bytes);
      const data = JSON.parse(files.get("donnees.json").toString("utf8"));
      assert.ok(fits(data), JSON.stringify(fits.errors?.slice(0, 5)));
      assert.equal(data.about, "account");
      assert.equal(data.account[0].email, "buyer0@example.org");
      const [order] = data.companies[0].orders;
      assert.equal(order.state, "delivered");
      assert.equal(order.to_company, "SOCIETE 0");
      assert.equal(order.invoice.length, 1);
      assert.ok(data.mail.some((m) => m.cause === "sign_in"));
      const pdf = files.get(`factures/${order.invoice[0].number}.pdf`);
      assert.equal(pdf.subarray(0, 4).toString(), "%PDF");
      const [noted] = till.sql("SELECT state AS s, sha256 AS h FROM privacy_file");
      assert.equal(Number(noted.s), 3);
      assert.equal(noted.h, createHash("sha256").update(r.bytes).digest("hex"));

      till.sql("UPDATE session SET created_ms = 1 WHERE email = 'buyer0@example.org'");
      const old = await p.get("/compte/donnees");
      assert.match(old.text, /Confirmez d’abord que c’est vous/);
      assert.doesNotMatch(old.text, /copie\.zip/);
      assert.equal((await download(p, "/compte/donnees/copie.zip")).location, "/compte/donnees");
      const wish = await p.post("/compte/donnees/effacement", { compris: "1" });
      assert.equal(wish.location, "/compte/donnees");
      assert.equal(Number(till.sql("SELECT COUNT(*) AS n FROM privacy_request")[0].n), 0);
      // The code leads back, without asking for a company.
      await p.get("/compte/donnees");
      const before = mailsTo(server, "buyer0@example.org").length;
      const asked = await p.post("/connexion",
        { email: "buyer0@example.org", vers: "/compte/donnees" });
      assert.equal(asked.location, "/connexion/code");
      await p.get("/connexion/code");
      const code = codeIn(await mailTo(server, "buyer0@example.org", before));
      assert.equal((await p.post("/connexion/code", { code })).location, "/compte/donnees");
      assert.match((await p.get("/compte/donnees")).text, /copie\.zip/);
    });

    test("who asks to be forgotten may think again, waits for open orders, then is", async () => {
      const { ref } = await till.buyer(1).order(1);
      const p = await signedIn("buyer1@example.org");
      let page = await p.get("/compte/donnees");
      assert.match(page.text, /L’effacement attendra la fin/);
      assert.ok(page.text.includes(`/commandes/${ref}`));
      await look(p, "/compte/donnees");
      const refused = await p.post("/compte/donnees/effacement");
      assert.equal(refused.status, 422);
      assert.match(refused.text, /id="f-compris-error"/);
      assert.equal((await p.post("/compte/donnees/effacement", { compris: "1" })).status, 303);
      page = await p.get("/compte/donnees");
      assert.match(page.text, /Vous avez demandé l’effacement/);
      await look(p, "/compte/donnees");
      const told = await mailTo(server, "buyer1@example.org", 1);
      assert.match(told, /Vous avez demandé l’effacement/);
      // The organiser's people see it and were written to.
      assert.match(await mailTo(server, "second@exemple.fr", 1), /demande l’effacement/);
      const queue = await boss.get("/console/donnees");
      assert.match(queue.text, /buyer1@example\.org/);
      assert.match(queue.text, /Peut encore être retirée/);
      assert.equal((await p.post("/compte/donnees/retrait")).status, 303);
      assert.match((await p.get("/compte/donnees")).text, /Demander l’effacement/);
      await p.post("/compte/donnees/effacement", { compris: "1" });
      const { id } = till.sql("SELECT MAX(id) AS id FROM privacy_request")[0];
      till.sql(`UPDATE privacy_request SET not_before_ms = 1 WHERE id = ${id}`);
      hurry();
      await until("it waits", () => Number(till.sql(
        `SELECT blocked AS b FROM privacy_request WHERE id = ${id}`)[0].b) === 1);
      assert.match(shown((await boss.get(`/console/donnees/${id}`)).text), /Attend 1 commande/);
      await look(boss, `/console/donnees/${id}`);
      await delivered();
      hurry();
      await until("it is done", () => state(id) === 4);
      assert.match(await mailTo(server, "buyer1@example.org", 3), /effacées, comme demandé/);
      assert.equal((await p.get("/compte")).status, 303); // The session is over.
      assert.equal(Number(till.sql("SELECT COUNT(*) AS n FROM account WHERE email = " +
        "'buyer1@example.org'")[0].n), 0);
      assert.equal(till.sql(`SELECT to_company AS c FROM orders WHERE ref = '${ref}'`)[0].c, "");
      await until("the last letter is emptied", () => Number(till.sql("SELECT COUNT(*) AS n FROM " +
        "mail WHERE recipient = 'buyer1@example.org'")[0].n) === 0);
      // Whoever signs in there anew is somebody new.
      const again = await signedIn("buyer1@example.org");
      assert.match((await again.get("/compte")).text, /Aucune entreprise/);
    });

    test("an organiser enters a wish, a second person agrees, it is done and told", async () => {
      const buyer = till.buyer(2);
      const { ref } = await buyer.order(1);
      await delivered();
      const path = `/console/entreprises/${buyer.siren}/donnees`;
      let page = await boss.get(path);
      assert.match(page.text, /Données de SOCIETE 2/);
      assert.match(page.text, /value="buyer2@example\.org"/);
      await look(boss, path);
      const day = new Date().toISOString().slice(0, 10);
      const bad = await boss.post(path, { recue: "2020-02-30", adresse: "pas une adresse",
        motif: "court" });
      assert.equal(bad.status, 422);
      for (const field of ["sorte", "voie", "recue", "adresse", "motif"])
        assert.match(bad.text, new RegExp(`id="f-${field}-error"`), field);
      for (const when of ["2999-01-01", "2001-01-01"])
        assert.match((await boss.post(path, { recue: when })).text, /id="f-recue-error"/);
      const good = { sorte: "effacement", voie: "courrier", recue: day,
        adresse: "reponse@exemple.fr", motif: "Lettre signée, rappel au numéro connu." };
      const made = await boss.post(path, good);
      assert.equal(made.status, 303, made.text);
      const id = /(\d+)$/.exec(made.location)[1];
      const twice = await boss.post(path, good);
      assert.equal(twice.status, 422);
      assert.match(twice.text, /déjà en cours/);
      assert.match(await mailTo(server, "reponse@exemple.fr"), /reçu le .*votre demande/);
      page = await boss.get(made.location);
      assert.match(page.text, /Attend un accord/);
      const list = await second.get("/console/approbations");
      const url = [.../href="(\/console\/approbations\/\d+)"/.exec(list.text)][1];
      const act = await second.get(url);
      assert.match(act.text, /Effacer ce que l’organisateur sait/);
      assert.doesNotMatch(act.text, /buyer2@example\.org/);
      assert.equal((await second.post(url, { decision: "approuver", reason: "Vu." })).status, 303);
      await until("it is done", () => state(id) === 4);
      await until("the last letter", () =>
        mailsTo(server, "reponse@exemple.fr").some((m) => /sont effacées/.test(m)));
      page = await boss.get(made.location);
      assert.match(page.text, /Commandes.*nom, adresse, téléphone/);
      assert.doesNotMatch(page.text, /reponse@exemple\.fr/);
      await look(boss, made.location);
      const order = till.sql("SELECT to_company AS c, to_phone AS p, siren AS s FROM orders " +
        `WHERE ref = '${ref}'`)[0];
      assert.deepEqual([order.c, order.p, Number(order.s)], ["", "", Number(buyer.siren)]);
      const journal = await boss.get("/console/journal?acte=privacy.");
      assert.match(journal.text, /Effacement de données accordé/);
      const closed = await boss.get("/console/donnees?etat=closes");
      assert.match(closed.text, /Effacée/);
      // What is left of it can still be looked at by those who keep the books.
      const export_ = await boss.get("/console/exports/commandes.csv");
      assert.ok(export_.text.includes(ref));
      assert.equal(server.run("check").status, 0);
    });

    test("a copy from the console is for the asker, for a day, and answers the wish", async () => {
      const buyer = till.buyer(3);
      await buyer.order(1);
      await delivered();
      const path = `/console/entreprises/${buyer.siren}/donnees`;
      await boss.get(path);
      const made = await boss.post(path, { sorte: "copie", voie: "mail",
        recue: new Date().toISOString().slice(0, 10), adresse: "",
        motif: "Demande depuis l’adresse du compte." });
      assert.equal(made.status, 303, made.text);
      const id = /(\d+)$/.exec(made.location)[1];
      assert.doesNotMatch((await boss.get(made.location)).text, /donnees\/copies/);
      const list = await second.get("/console/approbations");
      const url = /href="(\/console\/approbations\/\d+)"/.exec(list.text)[1];
      await second.get(url);
      await second.post(url, { decision: "approuver", reason: "Vu." });
      const page = await boss.get(made.location);
      const copy = /href="(\/console\/donnees\/copies\/\d+)"/.exec(page.text)[1];
      await look(boss, made.location);
      assert.equal((await download(second, copy)).status, 404);
      const r = await download(boss, copy);
      assert.equal(r.status, 200);
      assert.match(r.name, new RegExp(`donnees-${buyer.siren}-`));
      const data = JSON.parse(unzip(r.bytes).get("donnees.json").toString("utf8"));
      assert.ok(fits(data), JSON.stringify(fits.errors?.slice(0, 5)));
      assert.equal(data.siren, buyer.siren);
      assert.equal(data.account[0].email, "buyer3@example.org");
      assert.equal(state(id), 4);
      assert.match((await boss.get("/console/journal?acte=privacy.copy")).text,
        new RegExp(createHash("sha256").update(r.bytes).digest("hex")));
      till.sql("UPDATE privacy_file SET expires_ms = 1");
      assert.equal((await download(boss, copy)).status, 404);
    });

    test("what nobody agreed to is asked again, extended or refused, with a reason", async () => {
      const buyer = till.buyer(4);
      await buyer.order(1);
      await delivered();
      const path = `/console/entreprises/${buyer.siren}/donnees`;
      await boss.get(path);
      const made = await boss.post(path, { sorte: "effacement", voie: "telephone",
        recue: new Date().toISOString().slice(0, 10), adresse: "loin@exemple.fr",
        motif: "Appel du gérant, rappelé." });
      const list = await second.get("/console/approbations");
      const url = /href="(\/console\/approbations\/\d+)"/.exec(list.text)[1];
      await second.get(url);
      await second.post(url, { decision: "refuser", reason: "L’identité n’est pas établie." });
      let page = await boss.get(made.location);
      assert.match(page.text, /Sans accord/);
      assert.match(shown(page.text), /refusé : « L’identité n’est pas établie. » Demandez-le/);
      for (const what of ["prolonger", "refuser", "encore"]) {
        const r = await boss.post(made.location, { decision: what, [what]: "court" });
        assert.equal(r.status, 422);
        assert.match(r.text, new RegExp(`id="f-${what}-error"`));
      }
      assert.equal((await boss.post(made.location, { decision: "prolonger",
        prolonger: "Plusieurs sites sont concernés." })).status, 303);
      page = await boss.get(made.location);
      assert.match(page.text, /Prolongée de deux mois/);
      assert.match(await mailTo(server, "loin@exemple.fr", 1), /prend plus de temps/);
      assert.equal((await boss.post(made.location, { decision: "encore",
        encore: "Pièce d’identité vue en personne." })).status, 303);
      assert.match((await boss.get(made.location)).text, /Attend un accord/);
      assert.equal((await boss.post(made.location, { decision: "refuser",
        refuser: "La société conteste l’identité." })).status, 303);
      assert.match(await mailTo(server, "loin@exemple.fr", 2), /CNIL/);
      page = await boss.get(made.location);
      assert.match(page.text, /Refusée/);
      const late = await boss.post(made.location, { decision: "refuser",
        refuser: "Encore une fois, pour voir." });
      assert.equal(late.status, 422);
      // A second person cannot agree any more to what is closed.
      const acts = await second.get("/console/approbations");
      const open = /href="(\/console\/approbations\/\d+)"/.exec(acts.text)[1];
      await second.get(open);
      await second.post(open, { decision: "approuver", reason: "Vu." });
      assert.match((await second.get(open)).text, /traitée ou refusée entre-temps/);
    });

    test("the queue warns of days that come near, filters, and says when it is empty", async () => {
      const buyer = till.buyer(5);
      await buyer.order(1);
      const [{ id: organiser }] = till.sql("SELECT id AS id FROM organiser");
      const today = Math.floor(Date.now() / 86_400_000);
      for (const [n, days] of [[5, -2], [6, 3], [7, 20]]) {
        const siren = Number(till.buyer(n).siren);
        till.sql("INSERT INTO privacy_request (organiser_id, kind, siren, account_id, channel, " +
          "received_day, due_day, reply_to, reason, state, asked_by, asked_ms, changed_ms) " +
          `VALUES (${organiser}, 1, ${siren}, 0, 2, ${today - 28}, ${today + days}, '', ` +
          "'Essai.', 1, 1, 1, 1)");
        till.sql("INSERT INTO privacy_request_organiser SELECT " +
          `${organiser}, MAX(id) FROM privacy_request`);
      }
      const page = await boss.get("/console/donnees");
      assert.match(shown(page.text), /En retard de 2 jours/);
      assert.match(shown(page.text), /3 jours restent/);
      assert.ok(page.text.search(/En retard/) < page.text.search(/3\sjours restent/));
      assert.match(page.text, /Données <span class="count">3/);
      assert.match((await boss.get("/console")).text, /Données/);
      await look(boss, "/console/donnees");
      const copies = await boss.get("/console/donnees?sorte=copie");
      assert.match(copies.text, /Aucune demande de cette sorte/);
      const before = mailsTo(server, "chef@exemple.fr").length;
      hurry();
      await until("the warnings", () => mailsTo(server, "chef@exemple.fr").slice(before)
        .filter((m) => /n’a pas encore sa réponse/.test(m)).length === 2);
    });

    test("an auditor reads and decides nothing; others see nothing of it", async () => {
      const auditor = await signedIn("vue@exemple.fr");
      const path = `/console/entreprises/${till.buyer(5).siren}/donnees`;
      const page = await auditor.get(path);
      assert.equal(page.status, 200);
      assert.doesNotMatch(page.text, /Enregistrer une demande/);
      const queue = await auditor.get("/console/donnees");
      const one = /href="(\/console\/donnees\/\d+)"/.exec(queue.text)[1];
      assert.doesNotMatch((await auditor.get(one)).text, /Refuser/);
      assert.equal((await auditor.post(one, { decision: "refuser" })).status, 403);
      const depot = await signedIn("depot@exemple.fr");
      for (const closed of [path, one, "/console/donnees"])
        assert.equal((await depot.get(closed)).status, 403, closed);
      // A company that this organiser never dealt with, and numbers that are none.
      assert.equal((await boss.get(`/console/entreprises/${till.buyer(7).siren}/donnees`)).status,
        404);
      assert.equal((await boss.get("/console/entreprises/123456789/donnees")).status, 404);
    });

    test("staff do not forget themselves", async () => {
      const page = await second.get("/compte/donnees");
      assert.match(page.text, /équipe d’un organisateur/);
      assert.doesNotMatch(page.text, /Demander l’effacement/);
      assert.equal((await second.post("/compte/donnees/effacement", { compris: "1" })).status,
        403);
      await look(second, "/compte/donnees");
    });

    test("periods are those of the settings, on the public page and by command", async () => {
      const page = await (await fetch(`${server.url}/confidentialite`)).text();
      assert.match(shown(page), /3 ans après le dernier changement de la commande close/);
      assert.match(shown(page), /90 jours après la remise au transporteur/);
      const told = JSON.parse(server.run("privacy", "status", "--json").stdout);
      const orders = told.purged.find((p) => p.what === "orders");
      assert.deepEqual([orders.days, orders.setting], [1095, "KEEP_ORDERS"]);
      // Everything that closed lately is a hundred days old; the checker knows nothing of it.
      till.sql("UPDATE mail SET created_ms = 1");
      const dry = JSON.parse(server.run("privacy", "purge", "--dry-run", "--json").stdout);
      assert.ok(dry.mails > 0);
      const did = JSON.parse(server.run("privacy", "purge", "--json").stdout);
      assert.equal(did.mails, dry.mails);
      assert.match(server.run("privacy", "purge", "--dry-run").stdout, /mails +0 are older than/);
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      assert.match(metrics, /privacy_erased/);
      const bad = server.run("privacy", "status", "--nothing");
      assert.equal(bad.status, 2);
    });

    test("the schema in the documents is what the program says", () => {
      assert.deepEqual(JSON.parse(server.run("privacy", "schema").stdout), schema);
    });

    test("the log knows nobody: not who signs in, orders or complains", async () => {
      const p = person(server);
      const email = canary("zebulon.canari@exemple.fr");
      till.sql(`UPDATE account SET email = '${email}' WHERE id = 1006`);
      await p.signIn(email);
      canary(codeIn(mailsTo(server, email).at(-1)).replace(" ", ""));
      const buyer = till.buyer(6);
      const r = await fetch(`${till.url}/api/v1/orders`, { method: "POST",
        headers: { "Content-Type": "application/json",
          "Idempotency-Key": canary("canari-key-1234567"),
          Authorization: `Bearer ${canary(till.tokens[6])}` },
        body: JSON.stringify({ campaign: till.campaign, siret: buyer.siret,
          lines: [{ pack: "lot-6", packs: 1 }], contactless_accepted: true,
          delivery: { company: canary("Canari et Fils"), person: canary("Zebulon Canari"),
            street: canary("77 rue du Canari"), postal_code: "69002", city: "LYON",
            phone: canary("+33612345677"), other_address_confirmed: true,
            instructions: canary("Derriere le canari") } }) });
      assert.equal(r.status, 201, await r.text());
      await delivered();
      const { ref } = till.sql("SELECT ref AS ref FROM orders ORDER BY id DESC LIMIT 1")[0];
      await p.get(`/commandes/${ref}`);
      const page = await p.get(`/commandes/${ref}/reclamation`);
      assert.equal(page.status, 200);
      const form = new FormData();
      form.append("csrf", p.csrf);
      form.append("kind", "1");
      for (const [, name, value] of page.text.matchAll(
        /type="radio" name="([^"]+)" value="([^"]+)"/g)) form.set(name, value);
      form.append("text", canary("Le colis du canari n’est jamais arrivé."));
      form.append("photos", new Blob([PNG], { type: "image/png" }), canary("canari.png"));
      const sent = await fetch(`${till.url}/commandes/${ref}/reclamation`, { method: "POST",
        headers: { cookie: cookieOf(p) }, body: form, redirect: "manual" });
      assert.ok([200, 303].includes(sent.status), await sent.text());
      await p.get(`/c/${till.campaign}/verifier?siret=${canary(buyer.siret)}`);
      await p.get("/compte/donnees");
      await download(p, "/compte/donnees/copie.zip");
      canary(buyer.siren);
      canary(ref);
      const log = server.log();
      assert.match(log, /"route":"own_copy_get"/);
      for (const word of canaries.filter((w) => w !== ref))
        assert.ok(!log.includes(word), `the log has ${word}`);
    });

    test("the public page and what an empty queue says are seen", async () => {
      await look(boss, "/console/donnees?etat=closes&sorte=copie");
      till.sql("DELETE FROM privacy_request_organiser");
      const page = await boss.get("/console/donnees");
      assert.match(page.text, /Aucune demande en cours/);
      await look(boss, "/console/donnees");
    });
  });
}
