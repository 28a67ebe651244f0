// SPDX-License-Identifier: Apache-2.0
// From nobody to a company that may order, on a real server and both engines: sign-in by code,
// claim, headcount, the agents' queue, tokens; and what must not work.
import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { openEye } from "./axe.mjs";
import { fieldsOf, words } from "./forms.mjs";
import { codeIn, mailTo, mailsTo, person } from "./person.mjs";
import { engines, startServer } from "./server.mjs";
import { sql } from "./till.mjs";

const nine = (n) => String(n).padStart(9, "0");
const fourteen = (n) => String(n).padStart(14, "0");

// A server with an invented register, the two campaigns of the demonstration, agents.
async function openOffice(engine) {
  const server = await startServer({ engine, env: { MAILLON_DEMO: "1" } });
  const must = (...args) => {
    const r = server.run(...args);
    assert.equal(r.status, 0, `${args.join(" ")}: ${r.stderr}`);
    return r.stdout;
  };
  const out = join(server.dir, "register");
  must("registry", "generate", "--units", "400", "--seed", "11", "--out", out);
  must("registry", "import", "--units", join(out, "StockUniteLegale_utf8.csv"),
    "--establishments", join(out, "StockEtablissement_utf8.csv"));
  must("campaign", "publish", "demo/masques-pme.json", "--open-now", "first");
  must("campaign", "publish", "demo/aura.json", "--open-now", "first");
  // Bands 01 to 12 are codes of 1 to 49 employees: enum band 3 to 7.
  const fit = sql(server.database,
    "SELECT c.siren AS siren, c.head_siret AS siret, c.band AS band FROM company c " +
    "JOIN establishment e ON e.siret = c.head_siret WHERE c.active = 1 AND c.partial = 0 " +
    "AND c.networks <> 0 AND c.band BETWEEN 3 AND 5 AND e.active = 1 AND e.street <> '' " +
    "AND e.postal_code LIKE '69%' OR (c.active = 1 AND c.partial = 0 AND c.networks <> 0 " +
    "AND c.band BETWEEN 3 AND 5 AND e.active = 1 AND e.street <> '' " +
    "AND e.commune < '97000' AND e.postal_code <> '') ORDER BY c.siren LIMIT 8");
  assert.ok(fit.length >= 5, `${fit.length} fitting companies in the register`);
  const members = join(server.dir, "members.csv");
  writeFileSync(members, "siren,e-mail,telephone\n" + fit.slice(0, 3).map((c) =>
    `${nine(c.siren)},contact@entreprise-${nine(c.siren)}.fr,0472000000\n`).join(""));
  must("registry", "members", "--network", "CMA", members);
  must("account", "grant", "agent@exemple.fr", "--organiser", "masques-pme", "--role", "agent");
  return { server, fit, must };
}

const chamberOf = (c) => `contact@entreprise-${nine(c.siren)}.fr`;

// What a form of the page carries along in its hidden field "vers".
const carried = (page) => /name="vers" value="([^"]*)"/.exec(page.text)[1];

// Each step takes "vers" from the form that the page shows, as a browser does.
async function claimByChamber(server, p, c, back = "") {
  const vers = back ? `vers=${encodeURIComponent(back)}` : "";
  let r = await p.get(`/entreprises/ajouter?${vers}`);
  assert.equal(r.status, 200);
  r = await p.post("/entreprises/ajouter", { siret: fourteen(c.siret), vers: carried(r) });
  const page = `/entreprises/demande/${nine(c.siren)}`;
  assert.equal(r.location, vers ? `${page}?${vers}` : page, r.text);
  r = await p.get(r.location);
  const before = mailsTo(server, chamberOf(c)).length;
  r = await p.post(`${page}/chambre`, { vers: carried(r) });
  assert.equal(r.location, `/entreprises/code?siren=${nine(c.siren)}${vers && `&${vers}`}`);
  const code = codeIn(await mailTo(server, chamberOf(c), before));
  r = await p.get(r.location);
  return p.post("/entreprises/code", { siren: nine(c.siren), code, vers: carried(r) });
}

for (const engine of engines()) {
  describe(`accounts [${engine}]`, () => {
    let server, fit, must, agent;
    before(async () => { ({ server, fit, must } = await openOffice(engine)); });
    after(() => server?.stop());

    test("sign in, claim by the chamber's code, declare, order", async () => {
      const p = person(server);
      let r = await p.get("/c/masques-pme/commander");
      assert.equal(r.location, "/connexion?vers=%2Fc%2Fmasques-pme%2Fcommander");
      r = await p.signIn("boulanger@exemple.fr", "/c/masques-pme/commander");
      assert.equal(r.status, 303);
      assert.equal(r.location, "/entreprises/ajouter?vers=%2Fc%2Fmasques-pme%2Fcommander");
      r = await claimByChamber(server, p, fit[0], "/c/masques-pme/commander");
      assert.equal(r.location, "/c/masques-pme/commander", r.text);
      r = await p.get("/entreprises");
      assert.match(r.text, /Vous agissez pour elle/);
      assert.match(r.text, /Code envoyé à l’adresse connue de la chambre/);
      const min = { 3: 1, 4: 3, 5: 6 }[fit[0].band];
      await p.get("/entreprises/effectif?vers=%2Fc%2Fmasques-pme%2Fcommander");
      r = await p.post("/entreprises/effectif",
        { what: "heads", heads: String(min), vers: "/c/masques-pme/commander" });
      assert.equal(r.status, 303);
      assert.equal(r.location, "/c/masques-pme/commander");
      r = await p.get("/c/masques-pme/commander");
      assert.equal(r.status, 200, r.text.slice(0, 400));
      assert.match(r.text, /Étape 1 sur 3/);
      // The next time one company is acted for at once.
      const again = person(server);
      r = await again.signIn("Boulanger@Exemple.fr", "/commandes");
      assert.equal(r.location, "/commandes");
    });

    test("known and unknown addresses get the same answers and the same kind of mail", async () => {
      const answers = [];
      for (const email of ["boulanger@exemple.fr", "jamais-vue@exemple.fr"]) {
        const p = person(server);
        await p.get("/connexion");
        const before = mailsTo(server, email).length;
        const asked = await p.post("/connexion", { email });
        const page = await p.get("/connexion/code");
        const wrong = await p.post("/connexion/code", { code: "1111 1111" });
        const mail = await mailTo(server, email, before);
        const plain = (s) => s.replaceAll(email, "X").replace(/value="[^"]{30,}"/g, "")
          .replace(/\d{4} \d{4}/g, "");
        answers.push([asked.status, asked.location, page.status, plain(page.text), wrong.status,
          plain(wrong.text), plain(mail)]);
      }
      assert.deepEqual(answers[0], answers[1]);
      assert.deepEqual(sql(server.database,
        "SELECT id FROM account WHERE email = 'jamais-vue@exemple.fr'"), []);
    });

    test("a code is worth nothing elsewhere, nor twice, nor after five tries", async () => {
      const email = "vole@exemple.fr";
      const p = person(server);
      const thief = person(server);
      await p.get("/connexion");
      await p.post("/connexion", { email });
      const code = codeIn(await mailTo(server, email));
      await thief.get("/connexion");
      const stolen = await thief.post("/connexion/code", { code });
      assert.equal(stolen.location, "/connexion");
      await p.get("/connexion/code");
      const good = await p.post("/connexion/code", { code: code.replace(" ", "-") });
      assert.equal(good.status, 303);
      assert.notEqual(good.location, "/connexion");
      await p.get("/compte");
      assert.equal((await p.post("/connexion/code", { code })).location, "/connexion");

      const guess = person(server);
      await guess.get("/connexion");
      await guess.post("/connexion", { email: "devine@exemple.fr" });
      const right = codeIn(await mailTo(server, "devine@exemple.fr"));
      await guess.get("/connexion/code");
      for (let i = 0; i < 5; i++) {
        const wrong = right === "0000 0000" ? "1111 1111" : "0000 0000";
        const r = await guess.post("/connexion/code", { code: wrong });
        assert.equal(r.status, 422);
      }
      const late = await guess.post("/connexion/code", { code: right });
      assert.equal(late.status, 422);
      assert.match(late.text, /ne vaut plus rien/);
      assert.equal((await guess.get("/compte")).status, 303);
    });

    test("a code with a digit too few says so and costs no try", async () => {
      const p = person(server), email = "presse@exemple.fr";
      await p.get("/connexion");
      await p.post("/connexion", { email });
      const code = codeIn(await mailTo(server, email));
      for (let i = 0; i < 6; i++) {
        await p.get("/connexion/code");
        const r = await p.post("/connexion/code", { code: code.slice(0, -1) });
        assert.equal(r.status, 422);
        assert.match(words(r.text), /Ce code comporte 7 chiffres, il en faut 8\./);
      }
      assert.equal((await p.post("/connexion/code", { code })).status, 303);
    });

    test("a code that is too old, and another address, lead where the first one did", async () => {
      const p = person(server), email = "vieux@exemple.fr";
      const to = "/connexion?vers=%2Fcompte%2Fdonnees";
      await p.get(to);
      await p.post("/connexion", { email, vers: "/compte/donnees" });
      const code = codeIn(await mailTo(server, email));
      const page = (await p.get("/connexion/code")).text;
      assert.match(page, new RegExp(`href="${to.replace("?", "\\?")}">Changer d’adresse`));
      sql(server.database, `UPDATE sign_in SET expires_ms = 1 WHERE email = '${email}'`);
      const r = await p.post("/connexion/code", { ...fieldsOf(page, "/connexion/code"), code });
      assert.equal(r.location, to);
      const told = (await p.get(to)).text;
      assert.match(words(told), /il dure dix minutes et ne sert qu’une fois/);
      // What was not done stands under a warning, not under the mark of what went well.
      assert.match(told, /class="notice warn" role="alert"/);
    });

    test("a form that comes after its session says so and leads back to its page", async () => {
      const p = person(server);
      await p.signIn("tard@exemple.fr");
      await p.get("/compte");
      sql(server.database, "DELETE FROM session WHERE email = 'tard@exemple.fr'");
      for (const [path, page] of [["/entreprises/ajouter", "/entreprises/ajouter"],
        ["/c/masques-pme/commander/etape", "/c/masques-pme/commander"],
        ["/compte/donnees/effacement", "/compte/donnees"]]) {
        const r = await p.post(path, { siret: "1" });
        assert.equal(r.location, `/connexion?vers=${encodeURIComponent(page)}&finie=1`);
        assert.match(words((await person(server).get(r.location)).text),
          /Votre session était terminée/);
      }
    });

    test("the SIRET that was checked is not asked for again", async () => {
      const p = person(server), siret = fourteen(fit[0].siret);
      const proposed = async (path) => fieldsOf((await p.open(path)).text,
        "/entreprises/ajouter").siret.replaceAll(/\D/g, "");
      // Not open yet: the way to an account of one's own.
      const checked = (await p.get(`/c/masques-pme/verifier?siret=${siret}&effectif=`)).text;
      const to = /href="(\/connexion\?vers=[^"]*)"/.exec(checked)[1];
      const back = new URL(to, server.url).searchParams.get("vers");
      let r = await p.signIn("verifie@exemple.fr", back);
      assert.equal(await proposed(r.location), siret);
      // Open: the way to the order.
      const order = `/c/masques-pme/commander?siret=${siret}`;
      r = await p.get(order);
      assert.equal(r.location, `/entreprises?vers=${encodeURIComponent(order)}`);
      r = await person(server).signIn("ouvert@exemple.fr", order);
      assert.equal(r.location, `/entreprises/ajouter?vers=${encodeURIComponent(order)}`);
      assert.equal(await proposed(r.location), siret);
      // Whatever else stands in the path proposes nothing.
      for (const odd of ["/c/x/commander?siret=1", "/c/x?autresiret=" + siret, "/commandes"]) {
        const page = await p.get(`/entreprises/ajouter?vers=${encodeURIComponent(odd)}`);
        assert.equal(fieldsOf(page.text, "/entreprises/ajouter").siret, "", odd);
      }
    });

    test("what was written to the agent stays in the field until it is decided", async () => {
      const p = person(server);
      await p.signIn("ecrit@exemple.fr");
      await p.get("/entreprises/ajouter");
      const { location } = await p.post("/entreprises/ajouter",
        { siret: fourteen(fit[fit.length - 1].siret) });
      const before = (await p.get(location)).text;
      assert.equal(fieldsOf(before, `${location}/examen`).reason, "");
      const reason = "Gérante depuis 2018, mon nom figure au Kbis.";
      await p.post(`${location}/examen`, { reason });
      const page = (await p.get(location)).text;
      assert.equal(fieldsOf(page, `${location}/examen`).reason, reason);
      assert.match(words(page), /Corriger ce que j’ai écrit/);
      await p.post(`${location}/retirer`);
    });

    test("the session's cookie changes at sign-in, and ends at sign-out", async () => {
      const p = person(server);
      await p.get("/connexion");
      const planted = p.cookies.get("maillon");
      assert.match(planted, /^a/);
      await p.signIn("fixe@exemple.fr");
      const mine = p.cookies.get("maillon");
      assert.match(mine, /^s/);
      assert.notEqual(planted.slice(1), mine.slice(1));
      const other = person(server);
      other.cookies.set("maillon", planted);
      assert.equal((await other.get("/compte")).status, 303);
      await p.get("/compte");
      const out = await p.post("/deconnexion");
      assert.equal(out.status, 303);
      assert.equal(out.headers.get("clear-site-data"), '"cache"');
      const old = person(server);
      old.cookies.set("maillon", mine);
      assert.equal((await old.get("/compte")).status, 303);
    });

    test("no token, no effect; and nobody is sent elsewhere", async () => {
      const p = person(server);
      await p.get("/connexion");
      for (const csrf of [null, "faux"])
        assert.equal((await p.post("/connexion", { email: "x@exemple.fr", csrf })).status, 403);
      let n = 0;
      for (const back of ["https://ailleurs.example/", "//ailleurs.example", "/\\ailleurs.example",
        "javascript:alert(1)", "/connexion"]) {
        const r = await person(server).signIn(`redir${n++}@exemple.fr`, back);
        assert.equal(r.location, "/entreprises/ajouter", back);
      }
    });

    test("another company's number in a form opens nothing", async () => {
      const p = person(server);
      await p.signIn("curieux@exemple.fr");
      await p.get("/compte");
      const other = nine(fit[0].siren);
      assert.equal((await p.post("/entreprises/choisir", { siren: other })).status, 403);
      assert.equal((await p.get(`/entreprises/demande/${other}`)).status, 404);
      for (const action of ["chambre", "courrier", "examen", "retirer"])
        assert.notEqual((await p.post(`/entreprises/demande/${other}/${action}`,
          { reason: "Je suis le gérant de cette entreprise." })).status, 200, action);
      const typed = await p.post("/entreprises/code", { siren: other, code: "12345678" });
      assert.equal(typed.status, 404);
      const r = await p.post("/entreprises/effectif", { what: "heads", heads: "3", siren: other });
      assert.equal(r.location, "/entreprises?vers=%2Fentreprises%2Feffectif");
      for (const pour of ["entreprise", "organisateur", "x"])
        assert.equal((await p.post("/compte/jetons", { pour, label: "x" })).status, 403);
      assert.equal((await p.get("/agent")).status, 403);
    });

    test("faults are named beside the field", async () => {
      const p = person(server);
      await p.signIn("fautes@exemple.fr");
      await p.get("/entreprises/ajouter");
      for (const [siret, says] of [["", /ce champ est vide/], ["123", /3 chiffres/],
        ["732 829 320 00075", /.*/], ["73282932000074", /ne trouvons pas|fermé/]]) {
        const r = await p.post("/entreprises/ajouter", { siret });
        assert.equal(r.status, 422, siret);
        assert.match(r.text, says);
        assert.match(r.text, /id="f-siret-error"/);
      }
    });

    test("a second claim alerts the holder and waits; a contest lets both rest", async () => {
      const holder = person(server);
      const second = person(server);
      await holder.signIn("boulanger@exemple.fr", "/commandes");
      await second.signIn("associe@exemple.fr");
      await second.get("/entreprises/ajouter");
      let r = await second.post("/entreprises/ajouter", { siret: fourteen(fit[0].siret) });
      const page = await second.get(r.location);
      assert.match(page.text, /Une autre personne agit déjà/);
      assert.equal((await second.post(`${r.location}/chambre`)).status, 409);
      const seen = mailsTo(server, "boulanger@exemple.fr").length;
      await second.post(`${r.location}/examen`,
        { reason: "Associé depuis janvier, je figure au Kbis." });
      const alert = await mailTo(server, "boulanger@exemple.fr", seen);
      assert.match(alert, /associe@exemple\.fr demande à agir/);
      r = await holder.get("/entreprises");
      const contest = /href="(\/entreprises\/contester\/\d+)"/.exec(r.text)[1];
      await holder.get(contest);
      assert.equal((await second.get(contest)).status, 303);
      assert.equal((await holder.post(contest, { reason: "court" })).status, 422);
      r = await holder.post(contest, { reason: "Je ne connais pas cette personne." });
      assert.equal(r.location, "/entreprises");
      assert.equal((await holder.get("/commandes")).location.split("?")[0], "/entreprises");
      assert.match((await holder.get("/entreprises")).text, /Contestée/);
      assert.equal((await holder.post("/entreprises/choisir",
        { siren: nine(fit[0].siren) })).status, 403);

      agent = person(server);
      assert.equal((await agent.signIn("agent@exemple.fr")).location, "/console");
      r = await agent.get("/agent?type=claim");
      const url = /href="(\/agent\/dossiers\/\d+)[^"]*"/.exec(r.text)[1];
      r = await agent.get(url);
      assert.match(r.text, /Demande contestée/);
      assert.match(r.text, /Je ne connais pas cette personne/);
      const { vu } = fieldsOf(r.text, url);
      r = await agent.post(url, { vu, decision: "refuser", motive: "0", reason: "" });
      assert.equal(r.status, 422);
      r = await agent.post(url, { vu, decision: "refuser", motive: "6", reason: "" });
      assert.equal(r.status, 303);
      assert.match(await mailTo(server, "associe@exemple.fr", 1), /./);
      await holder.get("/entreprises");
      assert.equal((await holder.post("/entreprises/choisir",
        { siren: nine(fit[0].siren) })).status, 303);
      assert.equal((await holder.get("/commandes")).status, 200);
      r = await agent.post(url, { decision: "accepter", motive: "1", reason: "" });
      assert.equal(r.status, 303);
      assert.deepEqual(sql(server.database, "SELECT account_id FROM company_link WHERE siren = " +
        `${fit[0].siren} AND ended_ms = 0`).length, 1);
    });

    test("a headcount outside the band waits for an agent", async () => {
      const p = person(server);
      await p.signIn("gerante@exemple.fr");
      await claimByChamber(server, p, fit[1]);
      await p.get("/entreprises/effectif");
      let r = await p.post("/entreprises/effectif", { what: "heads", heads: "47" });
      assert.equal(r.status, 422);
      assert.match(r.text, /id="f-note-error"/);
      r = await p.post("/entreprises/effectif",
        { what: "heads", heads: "47", note: "DSN du mois d’avril : 47 salariés." });
      assert.equal(r.status, 303);
      assert.match((await p.get("/entreprises/effectif")).text, /en cours d’examen/);
      r = await agent.get("/agent?type=headcount");
      assert.match(r.text, /47\s*salariés/u);
      const url = /href="(\/agent\/dossiers\/\d+)[^"]*"/.exec(r.text)[1];
      let { vu } = fieldsOf((await agent.get(url)).text, url);
      await p.get("/entreprises/effectif");
      await p.post("/entreprises/effectif",
        { what: "heads", heads: "48", note: "DSN du mois de mai : 48 salariés." });
      r = await agent.post(url, { vu, decision: "accepter", motive: "1", reason: "" });
      assert.equal(r.status, 422, "what was not read is not decided");
      assert.match(r.text, /La demande a changé/);
      assert.match(r.text, /48\s*salariés déclarés/u);
      assert.match(r.text, /name="motive" value="1"[^>]* checked/);
      ({ vu } = fieldsOf(r.text, url));
      r = await agent.post(url, { vu, decision: "accepter", motive: "1", reason: "" });
      assert.equal(r.status, 303);
      assert.match((await p.get("/entreprises/effectif")).text, /48\s*salariés/u);
    });

    test("a long queue is read page by page, each case once, oldest first", async () => {
      const p = person(server);
      await p.signIn("beaucoup@exemple.fr");
      const [{ id }] = sql(server.database,
        "SELECT id FROM account WHERE email = 'beaucoup@exemple.fr'");
      const companies = sql(server.database, "SELECT siren FROM company ORDER BY siren LIMIT 45");
      // Pairs of one instant: the order within it is the identifier's.
      sql(server.database, "INSERT INTO review (kind, siren, account_id, asked, note, state, " +
        "created_ms, changed_ms) VALUES " + companies.map(({ siren }, i) =>
        `('network', ${siren}, ${id}, 1, 'Note ${i}.', 1, ${1000 + Math.floor(i / 2)}, 1)`));
      sql(server.database, "INSERT INTO review_organiser (review_id, organiser_id) " +
        `SELECT id, 0 FROM review WHERE account_id = ${id}`);
      const want = sql(server.database, `SELECT id FROM review WHERE account_id = ${id} ` +
        "ORDER BY created_ms, id").map((r) => String(r.id));
      for (const kind of ["", "?type=network"]) {
        const seen = [], sizes = [];
        let path = `/agent${kind}`;
        while (path) {
          const { status, text } = await agent.get(path);
          assert.equal(status, 200, path);
          const ids = [...text.matchAll(
            /<th scope="row"><a href="\/agent\/dossiers\/(\d+)[^"]*"/g)];
          seen.push(...ids.map((m) => m[1]));
          sizes.push(ids.length);
          assert.equal(/rel="prev"/.test(text), sizes.length > 1, path);
          assert.equal(/Traiter le plus ancien/.test(text), sizes.length === 1, path);
          path = /href="([^"]+)" rel="next"/.exec(text)?.[1].replaceAll("&amp;", "&");
        }
        assert.deepEqual(sizes.slice(0, 2), [20, 20]);
        assert.equal(sizes.length, 3);
        assert.deepEqual(seen.filter((x) => want.includes(x)), want, kind);
        assert.equal(new Set(seen).size, seen.length);
      }
      sql(server.database, `DELETE FROM review_organiser WHERE review_id IN (${want});` +
        `DELETE FROM review WHERE account_id = ${id}`);
    });

    test("a letter's batch, its codes, and a batch cut short", async () => {
      const p = person(server);
      const c = fit[3];
      await p.signIn("courrier@exemple.fr");
      await p.get("/entreprises/ajouter");
      let r = await p.post("/entreprises/ajouter", { siret: fourteen(c.siret) });
      await p.get(r.location);
      r = await p.post(`${r.location}/courrier`);
      assert.equal(r.status, 303);
      const file = join(server.dir, "lettres.csv");
      assert.equal(JSON.parse(must("account", "letters", "--out", file, "--json")).letters, 1);
      const lines = readFileSync(file, "utf8").trim().split("\r\n");
      assert.equal(lines.length, 2);
      const code = /,([0-9A-Z]{5} [0-9A-Z]{5}),\d\d\//.exec(lines[1])[1];
      assert.match(must("account", "letters", "--out", file), /no letter waits/);
      const again = join(server.dir, "encore.csv");
      must("account", "letters", "--out", again, "--batch", "1");
      assert.equal(readFileSync(again, "utf8"), readFileSync(file, "utf8"));
      const text = join(server.dir, "lettres.txt");
      assert.match(must("account", "letters", "--out", text, "--batch", "1"), /once more/);
      const letter = readFileSync(text, "utf8");
      const address = letter.split("\n").filter((l) => /^ {40}\S/.test(l)).map((l) => l.trim());
      const cells = lines[1].split(",").map((l) => l.replace(/^"|"$/g, "").replaceAll('""', '"'));
      assert.deepEqual(address, cells.slice(3, 9).filter((l) => l !== ""));
      assert.ok(address.length >= 3 && address.length <= 6);
      for (const line of address) assert.ok(line.length <= 38, line);
      assert.match(address.at(-1), /^\d{5} [A-Z0-9 ]+$/);
      assert.match(letter, new RegExp(`\n {8}${code}\n`));
      assert.match(letter, /SIREN \d{3}\s\d{3}\s\d{3}/);
      assert.equal(letter.includes("\f"), false);
      assert.equal(statSync(text).mode & 0o777, 0o600);
      sql(server.database, "UPDATE letter SET expires_ms = 1");
      assert.match(server.run("account", "letters", "--out", text, "--batch", "1").stderr,
        /codes of batch 1 ended/);
      sql(server.database, `UPDATE letter SET expires_ms = ${Date.now() + 86_400_000}`);
      sql(server.database, "UPDATE letter_batch SET written_ms = 0");
      assert.match(must("account", "letters", "--out", file), /cut short/);
      assert.ok(readFileSync(file, "utf8").includes(`,${code},`));
      await p.get("/entreprises/code");
      r = await p.post("/entreprises/code", { siren: nine(c.siren), code: "AAAAA AAAAA" });
      assert.equal(r.status, 422);
      r = await p.post("/entreprises/code", { siren: nine(c.siren), code: code.toLowerCase() });
      assert.equal(r.location, "/entreprises", r.text);
    });

    test("tokens: shown once, of one company, revoked at once", async () => {
      const p = person(server);
      await p.signIn("gerante@exemple.fr", "/compte");
      await p.get("/compte");
      let r = await p.post("/compte/jetons", { pour: "entreprise", label: "", right: "read" });
      assert.equal(r.status, 422);
      r = await p.post("/compte/jetons", { pour: "entreprise", label: "Stock", right: "order" });
      assert.equal(r.status, 200);
      const token = /mln_[A-Za-z0-9_-]{43}/.exec(r.text)[0];
      assert.doesNotMatch((await p.get("/compte")).text, new RegExp(token));
      const api = (path, options = {}, bearer = token) => fetch(server.url + path, { ...options,
        headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" } });
      assert.equal((await api("/api/v1/orders")).status, 200);
      const made = await (await api("/api/v1/tokens", { method: "POST",
        body: JSON.stringify({ label: "Lecture", right: "read" }) })).json();
      assert.match(made.token, /^mln_/);
      for (const [body, status] of [["{", 400], ["{}", 422], ['{"label":"a","right":"x"}', 422],
        ['{"label":"a","right":"admin"}', 403]])
        assert.equal((await api("/api/v1/tokens", { method: "POST", body })).status, status, body);
      assert.equal((await api("/api/v1/tokens", { method: "POST",
        body: '{"label":"a","right":"read"}' }, made.token)).status, 403);
      const list = await (await api("/api/v1/tokens")).json();
      assert.equal(list.tokens.length, 2);
      const foreign = JSON.parse(must("token", "create", "--siren", nine(fit[4].siren),
        "--label", "autre", "--right", "order", "--json"));
      assert.equal((await api(`/api/v1/tokens/${list.tokens[0].id}`, { method: "DELETE" },
        foreign.token)).status, 404);
      assert.equal((await api(`/api/v1/tokens/${made.id}`, { method: "DELETE" })).status, 200);
      assert.equal((await api("/api/v1/orders", {}, made.token)).status, 401);
      const [first] = list.tokens.filter((t) => t.id !== made.id);
      const left = await (await api("/api/v1/tokens", { method: "POST",
        body: '{"label":"Suite","right":"order"}' })).json();
      assert.equal(left.expires, first.expires);
      assert.equal((await api("/api/v1/orders", {}, left.token)).status, 200);
      assert.equal((await api(`/api/v1/tokens/${first.id}`, { method: "DELETE" })).status, 200);
      assert.equal((await api("/api/v1/orders", {}, token)).status, 401);
      assert.equal((await api("/api/v1/orders", {}, left.token)).status, 401);
      must("token", "revoke", foreign.id, "--siren", nine(fit[4].siren));
      assert.match(must("token", "list", "--siren", nine(fit[4].siren)), /no tokens/);
      const accounts = JSON.parse(must("account", "list", "--json")).accounts;
      assert.ok(accounts.some((a) => a.email === "agent@exemple.fr" && a.role === "agent"));
      await p.get("/compte");
      assert.equal((await p.post("/compte/sessions")).location, "/connexion");
      assert.equal((await p.get("/compte")).status, 303);
    });
  });
}

describe("account pages in a browser", () => {
  let server, fit, eye;
  const wide = (page) => page.evaluate(() =>
    document.documentElement.scrollWidth - document.documentElement.clientWidth);
  const cut = (page) => page.locator(".account a").evaluateAll((all) =>
    all.filter((a) => a.scrollWidth > a.clientWidth + 1).map((a) => a.textContent));
  before(async () => {
    ({ server, fit } = await openOffice("sqlite"));
    eye = await openEye();
  });
  after(async () => { await eye?.close(); await server?.stop(); });

  test("the links at the top are whole on a phone, and with letters twice as large", async () => {
    const p = person(server);
    await p.signIn("large@exemple.fr");
    const context = await eye.browser.newContext({ viewport: { width: 390, height: 844 } });
    await context.addCookies([{ name: "maillon", value: p.cookies.get("maillon"),
      url: server.url }]);
    const page = await context.newPage();
    await page.goto(`${server.url}/compte`);
    assert.deepEqual(await cut(page), []);
    await claimByChamber(server, p, fit[2]);
    for (const path of ["/compte", "/entreprises", "/c/masques-pme"]) {
      await page.goto(server.url + path);
      await page.evaluate(() => {
        document.documentElement.style.setProperty("font-size", "36px", "important");
      });
      assert.equal(await wide(page), 0, path);
    }
    await context.close();
  });

  test("axe-core finds nothing", async () => {
    const anon = person(server);
    await eye.look(`${server.url}/connexion`);
    await anon.get("/connexion");
    await anon.post("/connexion", { email: "vue@exemple.fr" });
    const cookie = (p) => `maillon=${p.cookies.get("maillon")}`;
    await eye.look(`${server.url}/connexion/code`, { cookie: cookie(anon) });
    const p = person(server);
    await p.signIn("page@exemple.fr");
    const look = (who, path) => eye.look(server.url + path, { cookie: cookie(who) });
    await look(p, "/entreprises");
    await look(p, "/entreprises/ajouter");
    await claimByChamber(server, p, fit[0]);
    await p.get("/entreprises/ajouter");
    const r = await p.post("/entreprises/ajouter", { siret: fourteen(fit[1].siret) });
    await look(p, r.location);
    await p.get(r.location);
    await p.post(`${r.location}/examen`, { reason: "Gérante depuis 2018, inscrite au Kbis." });
    await p.get("/entreprises/effectif");
    await p.post("/entreprises/effectif", { what: "heads", heads: "49",
      note: "DSN du mois d’avril : 49 salariés." });
    const second = person(server);
    await second.signIn("rival@exemple.fr");
    await second.get("/entreprises/ajouter");
    const claim = await second.post("/entreprises/ajouter", { siret: fourteen(fit[0].siret) });
    await second.get(claim.location);
    await second.post(`${claim.location}/examen`, { reason: "Associé, je figure au Kbis." });
    await look(second, claim.location);
    await look(p, "/entreprises");
    await look(p, "/entreprises/code");
    await look(p, "/entreprises/effectif?vers=/commandes");
    const mine = (await p.get("/entreprises")).text;
    await look(p, /href="(\/entreprises\/contester\/\d+)"/.exec(mine)[1]);
    await p.get("/compte");
    await p.post("/compte/jetons", { pour: "entreprise", label: "Stock", right: "order" });
    await look(p, "/compte");
    const agent = person(server);
    await agent.signIn("agent@exemple.fr");
    await look(agent, "/agent");
    await look(agent, "/agent?type=network");
    const url = /href="(\/agent\/dossiers\/\d+)[^"]*"/.exec((await agent.get("/agent")).text)[1];
    await look(agent, url);
    const { vu } = fieldsOf((await agent.get(url)).text, url);
    await agent.post(url, { vu, decision: "accepter", motive: "1", reason: "" });
    await look(agent, url);
  });
});
