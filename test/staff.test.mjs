// SPDX-License-Identifier: Apache-2.0
// An organiser's people over the wire: the second proof, dangerous acts asked for once more, the
// team, approvals, the journal.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { newContext, openEye } from "./axe.mjs";
import { codeIn, codeTo, mailTo, mailsTo, person, totp } from "./person.mjs";
import { engines, startServer } from "./server.mjs";
import { sql } from "./till.mjs";

const TEAM = ["chef@exemple.fr", "stock@exemple.fr"];

async function openOffice(engine, env = {}, team = TEAM) {
  const server = await startServer({ engine, env: { MAILLON_DEMO: "1", ...env } });
  const must = (...args) => {
    const r = server.run(...args);
    assert.equal(r.status, 0, `${args.join(" ")}: ${r.stderr}`);
    return r.stdout;
  };
  must("campaign", "publish", "demo/masques-pme.json", "--open-now", "first");
  const grant = (email, role) =>
    must("account", "grant", email, "--organiser", "masques-pme", "--role", role);
  for (const email of team)
    grant(email, email.startsWith("chef") ? "admin" : "stock,finance");
  return { server, must, grant };
}

// A session that has proven its address and nothing else.
async function halfWay(server, email) {
  const p = person(server);
  await p.get("/connexion");
  const before = mailsTo(server, email).length;
  await p.post("/connexion", { email });
  const mail = await codeTo(server, email, before);
  await p.get("/connexion/code");
  const r = await p.post("/connexion/code", { code: codeIn(mail) });
  return { p, r };
}

const REQUEST = /^\/console\/approbations\/\d+$/;

// Somebody else decides of what was asked for.
async function approve(p, url) {
  assert.match(url ?? "", REQUEST);
  assert.match((await p.get(url)).text, /Approuver/);
  const r = await p.post(url, { decision: "approuver", reason: "Vu." });
  assert.equal(r.location, "/console/approbations");
}

const stale = (server, email) => sql(server.database,
  `UPDATE session SET confirmed_ms = 1 WHERE email = '${email}'`);

for (const engine of engines()) {
  describe(`staff [${engine}]`, () => {
    let server, must, grant, chef, second;
    before(async () => { ({ server, must, grant } = await openOffice(engine)); });
    after(() => server?.stop());

    test("without the second proof a session holds no right of staff", async () => {
      const { p, r } = await halfWay(server, "chef@exemple.fr");
      assert.equal(r.location, "/connexion/verification");
      for (const path of ["/console", "/console/equipe", "/agent", "/compte/securite"])
        assert.equal((await p.get(path)).location,
          `/connexion/verification?vers=${encodeURIComponent(path)}`);
      assert.equal((await p.get("/compte")).status, 200);
      await p.get("/compte");
      const refused = await p.post("/compte/jetons", { pour: "organisateur", label_org: "x" });
      assert.equal(refused.status, 403);
    });

    test("the proof is set up once, with recovery codes; a wrong code is said", async () => {
      const { p } = await halfWay(server, "chef@exemple.fr");
      let r = await p.get("/connexion/verification?vers=/console/equipe");
      assert.equal(r.location, "/connexion/activation?vers=%2Fconsole%2Fequipe");
      r = await p.get(r.location);
      assert.match(r.text, /<svg class="qr"/);
      const secret = /id="totp-key">([A-Z2-7 ]+)</.exec(r.text)[1].replace(/ /g, "");
      r = await p.post("/connexion/activation", { preuve: "000000", vers: "/console/equipe" });
      assert.ok([422].includes(r.status), String(r.status));
      assert.match(r.text, /Ce code n’est pas le bon/);
      const code = totp(secret);
      r = await p.post("/connexion/activation", { preuve: code, vers: "/console/equipe" });
      assert.equal(r.status, 200);
      const codes = [...r.text.matchAll(/<li><code>([0-9A-Z-]+)<\/code>/g)].map((m) => m[1]);
      assert.equal(codes.length, 10);
      assert.match(r.text, /id="next" href="\/console\/equipe"/);
      assert.equal((await p.get("/console/equipe")).status, 200);
      const second = await halfWay(server, "chef@exemple.fr");
      await second.p.get("/connexion/verification");
      r = await second.p.post("/connexion/verification", { preuve: code });
      assert.equal(r.status, 422, "a code works once");
      r = await second.p.post("/connexion/verification", { preuve: codes[0].toLowerCase() },
        { "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0" });
      assert.equal(r.location, "/console");
      const told = await mailTo(server, "chef@exemple.fr", 0, /codes de secours a servi/);
      assert.match(told, /heure de Paris\), depuis Firefox sur Linux\.\s+Il vous en reste 9\./);
      assert.match(told, /Si ce n’est pas vous/);
      const third = await halfWay(server, "chef@exemple.fr");
      await third.p.get("/connexion/verification");
      r = await third.p.post("/connexion/verification", { preuve: codes[0] });
      assert.equal(r.status, 422, "a recovery code works once");
      for (let i = 0; i < 3; i++)
        await third.p.post("/connexion/verification", { preuve: "111111" });
      r = await third.p.post("/connexion/verification", { preuve: "111111" });
      assert.equal(r.status, 429);
      await mailTo(server, "chef@exemple.fr", 0, /Cinq codes de vérification faux/);
      r = await third.p.post("/connexion/verification", { preuve: codes[1] });
      assert.equal(r.status, 429, "five wrong ones, and no more is judged");
      sql(server.database, "UPDATE staff_totp SET tries = 0");
      r = await third.p.post("/connexion/verification", { preuve: codes[1] });
      assert.equal(r.location, "/console");
      chef = { p: third.p, codes: codes.slice(2) };
    });

    test("a dangerous act asks again and loses nothing that was typed", async () => {
      const { p, codes } = chef;
      await p.get("/console/equipe");
      stale(server, "chef@exemple.fr");
      const wish = { email: "neuf@exemple.fr", role_stock: "1", reason: "Renfort de mai." };
      let r = await p.post("/console/equipe", wish);
      assert.equal(r.status, 200);
      assert.match(r.text, /Confirmez votre identité/);
      assert.match(r.text, /name="email" value="neuf@exemple.fr"/);
      assert.equal(mailsTo(server, "neuf@exemple.fr").length, 0);
      r = await p.post("/console/equipe", { ...wish, preuve: "000000" });
      assert.equal(r.status, 422);
      r = await p.post("/console/equipe", { ...wish, preuve: codes.shift() });
      assert.match(r.location, REQUEST);
    });

    test("who could approve is invited by two: not before another person agrees", async () => {
      const rights = () => sql(server.database, "SELECT rights AS rights FROM account " +
        "WHERE email = 'neuf@exemple.fr'")[0].rights;
      const { p } = chef;
      let r = await p.get("/console/equipe");
      assert.match(r.text, /n’entre qu’avec l’accord d’une autre personne/);
      r = await p.post("/console/equipe", { email: "autre@exemple.fr", role_admin: "1" });
      assert.equal(r.status, 422);
      assert.match(r.text, /Écrivez pourquoi/);
      const wish = { email: "neuf@exemple.fr", role_stock: "1", reason: "Renfort de mai." };
      const { location } = await p.post("/console/equipe", wish);
      assert.equal(rights(), 0);
      assert.equal(mailsTo(server, "neuf@exemple.fr").length, 0);
      const told = await mailTo(server, "stock@exemple.fr", 0, /Donner des rôles/);
      assert.match(told, /Renfort de mai\./);
      r = await p.get(location);
      assert.match(r.text, /neuf@exemple\.fr l’accès à la console/);
      assert.match(r.text, /C’est votre demande/);
      assert.doesNotMatch(r.text, /Approuver/);
      r = await p.post(location, { decision: "approuver", reason: "Vu." });
      assert.equal(r.status, 403);
      assert.equal(rights(), 0);
      second = person(server);
      await second.signIn("stock@exemple.fr");
      await approve(second, location);
      assert.equal(rights(), 256);
      assert.match(await mailTo(server, "neuf@exemple.fr"), /Vos rôles.: Stock et logistique/);
      r = await second.post(location, { decision: "approuver", reason: "Encore." });
      assert.equal(r.location, location);
      assert.match((await second.open(location)).text, /n’attend plus de décision/);
      assert.equal(Number(sql(server.database, "SELECT COUNT(*) AS n FROM audit " +
        "WHERE act = 'staff.roles' AND after_json LIKE '%neuf@exemple.fr%'")[0].n), 1);
    });

    test("roles, sessions and the proof are changed; the journal tells it", async () => {
      const { p } = chef;
      const worker = person(server);
      await worker.signIn("neuf@exemple.fr");
      assert.equal((await worker.get("/console")).status, 200);
      assert.equal((await worker.get("/console/equipe")).status, 403);
      const id = sql(server.database,
        "SELECT id AS id FROM account WHERE email = 'neuf@exemple.fr'")[0].id;
      await p.get(`/console/equipe/${id}`);
      let r = await p.post(`/console/equipe/${id}`, {});
      assert.equal(r.status, 422);
      const more = { role_agent: "1", role_finance: "1", reason: "Remplace un absent." };
      await approve(second, (await p.post(`/console/equipe/${id}`, more)).location);
      assert.match(await mailTo(server, "neuf@exemple.fr", 0, /ont changé/), /Agent de chambre/);
      assert.equal((await worker.get("/console")).location, "/connexion?vers=%2Fconsole");
      await worker.signIn("neuf@exemple.fr");
      assert.equal((await worker.get("/agent")).status, 200);
      await p.get(`/console/equipe/${id}`);
      assert.equal((await p.post(`/console/equipe/${id}/verification`)).status, 422);
      r = await p.post(`/console/equipe/${id}/verification`, { reason_proof: "Téléphone perdu." });
      assert.ok((await p.get(`/console/equipe/${id}`)).text.includes(`href="${r.location}"`));
      assert.equal((await worker.get("/agent")).status, 200);
      await mailTo(server, "neuf@exemple.fr", 0, /demande que votre double vérification/);
      await approve(second, r.location);
      await mailTo(server, "neuf@exemple.fr", 0, /a remis à zéro/);
      const { r: again } = await halfWay(server, "neuf@exemple.fr");
      assert.equal(again.location, "/connexion/verification");
      const own = sql(server.database,
        "SELECT id AS id FROM account WHERE email = 'chef@exemple.fr'")[0].id;
      await p.get(`/console/equipe/${own}`);
      assert.equal((await p.post(`/console/equipe/${own}`, { role_stock: "1" })).status, 422);
      const journal = (await p.get("/console/journal")).text;
      for (const act of ["staff.roles", "staff.totp_reset", "staff.totp_enrol", "staff.recovery"])
        assert.ok(journal.includes(act), act);
      assert.match(journal, /<td>stock<\/td><td>agent,finance<\/td>/);
    });

    test("taking roles away waits for nobody, and is told", async () => {
      const { p } = chef;
      const id = sql(server.database,
        "SELECT id AS id FROM account WHERE email = 'neuf@exemple.fr'")[0].id;
      await p.get(`/console/equipe/${id}`);
      assert.equal((await p.post(`/console/equipe/${id}`, { role_agent: "1" })).location,
        "/console/equipe");
      assert.equal((await p.post(`/console/equipe/${id}`, { leave: "1" })).location,
        "/console/equipe");
      await mailTo(server, "neuf@exemple.fr", 0, /vous a retiré de l’équipe/);
      assert.equal((await p.get(`/console/equipe/${id}`)).status, 404);
      await p.get("/console/equipe");
      const back = { email: "neuf@exemple.fr", role_agent: "1", reason: "Retour." };
      assert.match((await p.post("/console/equipe", back)).location, REQUEST);
      assert.equal(sql(server.database, "SELECT rights AS rights FROM account " +
        "WHERE email = 'neuf@exemple.fr'")[0].rights, 0);
    });

    test("the first colleague needs nobody's approval; that is said, told and noted", async () => {
      const first = await openOffice(engine, {}, ["chef@exemple.fr"]);
      try {
        const p = person(first.server);
        await p.signIn("chef@exemple.fr");
        assert.match((await p.get("/console/equipe")).text, /la seule personne qui puisse/);
        let r = await p.post("/console/equipe", { email: "un@exemple.fr", role_stock: "1" });
        assert.equal(r.location, "/console/equipe");
        r = await p.get("/console/equipe");
        assert.match(r.text, /le journal le note, et un message vous le dit/);
        assert.match(r.text, /n’entre qu’avec l’accord d’une autre personne/);
        await mailTo(first.server, "chef@exemple.fr", 0, /Vous étiez la seule personne/);
        assert.match((await p.get("/console/journal")).text, /Rôle donné sans seconde personne/);
        const id = sql(first.server.database,
          "SELECT id AS id FROM account WHERE email = 'un@exemple.fr'")[0].id;
        await p.get(`/console/equipe/${id}`);
        await p.post(`/console/equipe/${id}`, { leave: "1" });
        await p.get("/console/equipe");
        r = await p.post("/console/equipe", { email: "moi@exemple.fr", role_stock: "1",
          reason: "Renfort." });
        assert.equal(r.status, 422);
        assert.match(r.text, /Personne d’autre ne peut l’approuver/);
        assert.match(r.text, /Renfort\./);
        first.grant("moi@exemple.fr", "stock");
        assert.equal(Number(sql(first.server.database, "SELECT COUNT(*) AS n FROM audit " +
          "WHERE act = 'staff.roles' AND account_id = 0")[0].n), 2);
      } finally {
        await first.server.stop();
      }
    });

    test("the last administrator stays", () => {
      const r = server.run("account", "grant", "chef@exemple.fr", "--organiser", "masques-pme",
        "--role", "none");
      assert.notEqual(r.status, 0);
      assert.match(r.stderr, /last administrator/);
      assert.notEqual(server.run("account", "grant", "x@exemple.fr", "--organiser",
        "masques-pme", "--role", "admin,king").status, 0);
      const list = JSON.parse(must("account", "list", "--json")).accounts;
      assert.equal(list.find((a) => a.email === "stock@exemple.fr").role, "stock,finance");
    });

    test("a command lets in who lost the second proof", async () => {
      must("account", "grant", "perdu@exemple.fr", "--organiser", "masques-pme", "--role", "agent");
      const lost = person(server);
      await lost.signIn("perdu@exemple.fr");
      assert.equal((await lost.get("/agent")).status, 200);
      assert.equal(JSON.parse(must("account", "reset-proof", "Perdu@exemple.fr", "--json")).reset,
        true);
      assert.equal((await lost.get("/agent")).status, 303);
      const before = sql(server.database, "SELECT COUNT(*) AS n FROM audit WHERE account_id = 0 " +
        "AND act = 'staff.totp_reset'")[0].n;
      assert.equal(Number(before), 1);
      assert.equal(JSON.parse(must("account", "reset-proof", "perdu@exemple.fr", "--json")).reset,
        false);
      const nobody = server.run("account", "reset-proof", "nul@exemple.fr");
      assert.equal(nobody.status, 4);
      assert.match(nobody.stderr, /no account of 'nul@exemple.fr'/);
    });

    test("the journal is searched, and given as a file that is noted", async () => {
      const { p } = chef;
      let r = await p.get("/console/journal?acte=staff.roles&objet=account");
      assert.equal(r.status, 200);
      assert.doesNotMatch(r.text, /staff\.totp_enrol/);
      r = await p.get("/console/journal?du=2031-01-01");
      assert.match(r.text, /Rien ne correspond/);
      r = await p.get("/console/journal?du=hier");
      assert.equal(r.status, 422);
      r = await p.get("/console/journal.csv?acte=staff.");
      assert.match(r.headers.get("content-type"), /^text\/csv/);
      assert.match(r.text, /^id,at,person,act,subject,subject_id,before,after,reason\r\n/);
      assert.ok(r.text.split("\r\n").length > 5);
      r = await p.get("/console/journal?acte=staff.");
      assert.match(r.text, /journal\.csv\?acte=staff\.&amp;forme=tableur" download/);
      r = await p.get("/console/journal.csv?acte=staff.&forme=tableur");
      assert.match(r.text, /^\ufeff?id;at;person;act;subject;[a-z_;]+\r\n\d+;2/);
      r = await p.get("/console/journal?acte=journal.export");
      assert.match(r.text, /journal\.export/);
    });

    test("a request shows who may decide; a refusal needs a reason", async () => {
      const ids = Object.fromEntries(sql(server.database,
        "SELECT id AS id, email AS email, organiser_id AS o FROM account")
        .map((a) => [a.email, a]));
      const { id: asker, o } = ids["stock@exemple.fr"];
      sql(server.database, "INSERT INTO act_request (organiser_id, act, subject_id, args, " +
        "summary, reason, asked_by, asked_ms, expires_ms, state) " +
        `VALUES (${o}, 'AN_ACT', 1, '{}', ` +
        `'Retirer 5 masques.', 'Comptés.', ${asker}, 1, ${Date.now() + 86_400_000}, 1)`);
      const { p } = chef;
      const list = await p.get("/console/approbations");
      const act = sql(server.database, "SELECT MAX(id) AS id FROM act_request")[0].id;
      const url = `/console/approbations/${act}`;
      assert.ok(list.text.includes(`href="${url}"`));
      let r = await p.get(url);
      assert.match(r.text, /Retirer 5 masques\./);
      assert.match(r.text, /ne connaît pas cet acte/);
      r = await p.post(url, { decision: "refuser", reason: "" });
      assert.equal(r.status, 422);
      assert.match(r.text, /Écrivez pourquoi/);
      stale(server, "chef@exemple.fr");
      r = await p.post(url, { decision: "approuver", reason: "Vu." });
      assert.match(r.text, /Confirmez votre identité/);
      assert.match(r.text, /name="reason" value="Vu\."/);
      r = await p.post(url, { decision: "approuver", reason: "Vu.",
        preuve: chef.codes.shift() });
      assert.equal(r.location, url);
      r = await p.open(url);
      assert.match(r.text, /Le dernier essai n’a pas abouti/);
      const own = person(server);
      await own.signIn("stock@exemple.fr");
      r = await own.get(url);
      assert.match(r.text, /une autre personne doit en décider/);
      r = await own.post(url, { decision: "retirer" });
      assert.equal(r.location, "/console/approbations");
      assert.match((await own.get("/console/approbations")).text, /Retirée/);
    });

    test("people of the demonstration sign in by the code that a page shows", async () => {
      must("demo");
      const email = "audit-masques-pme@exemple.fr";
      const { p, r } = await halfWay(server, email);
      assert.equal(r.location, "/connexion/verification");
      const page = (await p.get("/demo/codes")).text;
      const code = new RegExp(`${email}.*?class="reference">(\\d{6})<`, "s").exec(page)[1];
      await p.get(r.location);
      const done = await p.post("/connexion/verification", { preuve: code });
      assert.equal(done.location, "/console");
      assert.equal((await p.get("/console/journal")).status, 200);
      assert.equal((await p.get("/console/equipe")).status, 200);
    });

    test("a lost device: the new one ends the old one's codes and sessions", async () => {
      const { server: office, grant: give } = await openOffice(engine);
      try {
        give("perdu@exemple.fr", "stock");
        const key = ({ text }) =>
          /id="totp-key">([A-Z2-7 ]+)</.exec(text)[1].replace(/ /g, "");
        const old = (await halfWay(office, "perdu@exemple.fr")).p;
        const first = key(await old.get("/connexion/activation"));
        const grouped = totp(first).replace(/^.../, "$& ");
        const made = await old.post("/connexion/activation", { preuve: grouped });
        assert.equal(made.status, 200, "as the application shows it, in two groups");
        const codes = [...made.text.matchAll(/<li><code>([0-9A-Z-]+)<\/code>/g)].map((m) => m[1]);
        assert.equal((await old.get("/console")).status, 200);

        const { p } = await halfWay(office, "perdu@exemple.fr");
        assert.equal((await p.get("/connexion/activation")).location.split("?")[0],
          "/connexion/verification", "the key is not changed without a proof");
        assert.notEqual((await p.post("/connexion/activation", { preuve: "000000" })).status, 200);
        await p.get("/connexion/verification");
        assert.equal((await p.post("/connexion/verification", { preuve: codes[0] })).location,
          "/console");
        const before = mailsTo(office, "perdu@exemple.fr").length;
        const second = key(await p.get("/connexion/activation"));
        assert.notEqual(second, first);
        assert.equal((await p.post("/connexion/activation", { preuve: totp(second) })).status, 200);
        await mailTo(office, "perdu@exemple.fr", before,
          /Une nouvelle application de codes est enregistrée/);
        assert.equal((await old.get("/console")).location.split("?")[0], "/connexion");
        assert.equal((await p.get("/console")).status, 200);
        const last = (await halfWay(office, "perdu@exemple.fr")).p;
        await last.get("/connexion/verification");
        for (const preuve of [codes[1], totp(first, 1)])
          assert.equal((await last.post("/connexion/verification", { preuve })).status, 422);
      } finally {
        await office.stop();
      }
    });

    test("where it is optional, only who has set it up is asked", async () => {
      const other = await openOffice(engine, { MAILLON_STAFF_TOTP: "optional" });
      try {
        const { p, r } = await halfWay(other.server, "stock@exemple.fr");
        assert.equal(r.location, "/console");
        assert.equal((await p.get("/console")).status, 200);
        const page = await p.get("/connexion/activation");
        const secret = /id="totp-key">([A-Z2-7 ]+)</.exec(page.text)[1].replace(/ /g, "");
        await p.post("/connexion/activation", { preuve: totp(secret) });
        const next = await halfWay(other.server, "stock@exemple.fr");
        assert.equal(next.r.location, "/connexion/verification");
        assert.equal((await next.p.get("/console")).status, 303);
      } finally {
        await other.server.stop();
      }
    });
  });
}

describe("the console seen by axe", () => {
  let server, eye;
  before(async () => {
    ({ server } = await openOffice("sqlite"));
    eye = await openEye();
  });
  after(async () => { await eye?.close(); await server?.stop(); });

  test("every page", async () => {
    const cookie = (p) => `maillon=${p.cookies.get("maillon")}`;
    const { p: half } = await halfWay(server, "chef@exemple.fr");
    await eye.look(`${server.url}/connexion/activation`, { cookie: cookie(half) });
    const p = person(server);
    await p.signIn("chef@exemple.fr");
    const { id, o } = sql(server.database, "SELECT id AS id, organiser_id AS o FROM account " +
      "WHERE email = 'stock@exemple.fr'")[0];
    sql(server.database, "INSERT INTO act_request (organiser_id, act, subject_id, args, summary, " +
      `reason, asked_by, asked_ms, expires_ms, state) VALUES (${o}, 'AN_ACT', 1, '{}', ` +
      `'Retirer 5 masques du stock de métropole.', 'Comptés ce matin.', ${id}, 1, ` +
      `${Date.now() + 86_400_000}, 1)`);
    const act = sql(server.database, "SELECT MAX(id) AS id FROM act_request")[0].id;
    for (const path of ["/console", "/console/approbations", `/console/approbations/${act}`,
      "/console/journal", "/console/equipe", `/console/equipe/${id}`, "/compte/securite",
      "/connexion/verification", "/agent", "/demo/codes"])
      await eye.look(server.url + path, { cookie: cookie(p) });
  });

  test("the menu folds on a phone, without script, and stands open on a desk", async () => {
    const p = person(server);
    await p.signIn("chef@exemple.fr");
    const context = await newContext(eye.browser, { javaScriptEnabled: false,
      viewport: { width: 390, height: 844 } });
    await context.addCookies([{ name: "maillon", value: p.cookies.get("maillon"),
      url: server.url }]);
    const page = await context.newPage();
    await page.goto(`${server.url}/console/equipe`);
    const menu = page.locator(".console");
    const link = menu.getByRole("link", { name: "Journal" });
    assert.match(await menu.innerText(), /^Menu\s: Équipe/);
    assert.ok(await link.isHidden());
    await menu.locator("summary").click();
    await link.click();
    assert.match(page.url(), /\/console\/journal$/);
    await page.setViewportSize({ width: 1280, height: 900 });
    assert.ok(await link.isVisible());
    assert.ok(await menu.locator("summary").isHidden());
    await context.close();
  });
});
