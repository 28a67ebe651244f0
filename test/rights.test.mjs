// SPDX-License-Identifier: Apache-2.0
// Every route of the table with every kind of person, role and token, on both engines: who may not
// is refused as the table says, who may meets no refusal and no fault, an auditor writes nothing,
// and what belongs to another organiser is not there. A new route is covered by being in the table;
// a new kind of path parameter needs an example below.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { person } from "./person.mjs";
import { engines, startServer } from "./server.mjs";
import { sql } from "./till.mjs";

const ROLES = ["admin", "stock", "agent", "finance", "auditor"];
const STAFF = ["admin", "stock", "agent", "finance", "audit"]; // As routes name their rights.
// What the command calls auditor, the table calls audit.
const rightOf = (role) => (role === "auditor" ? "audit" : role);

// Examples by the name of the parameter; made.* are objects of the organiser masques-pme. A whole
// path goes before a name.
const byName = (made) => ({
  slug: "masques-pme", ref: "M-2222-2222", siren: made.siren, siret: made.siret, id: "1",
  file: "app.css", n: "1", version: "1", code: "1", day: "2020-05-02",
  type: "conflict", number: "MASQ-2026-000001", seq: "0", part: "quota", key: "0".repeat(32),
});
const DRAFT = "/console/campagnes/{slug}/brouillons/{id}";
const DRY_RUN = "/console/campagnes/{slug}/simulations/{id}";
const byPath = (made) => ({
  ...Object.fromEntries(["", "/regles.json", "/modifier/{part}", "/fichier", "/publication",
    "/reprise", "/abandon", "/simulation"].map((tail) => [DRAFT + tail, { id: made.draft }])),
  ...Object.fromEntries(["", "/etat", "/arret"].map((tail) => [DRY_RUN + tail,
    { id: made.dryRun }])),
  "/agent/dossiers/{id}": { id: made.review },
  "/console/approbations/{id}": { id: made.act },
  "/console/donnees/{id}": { id: made.wish },
  "/console/donnees/copies/{id}": { id: made.copy },
  "/console/entreprises/{siren}/donnees": { siren: made.siren },
  "/console/equipe/{id}": { id: made.member },
  "/console/equipe/{id}/sessions": { id: made.member },
  "/console/equipe/{id}/verification": { id: made.member },
  "/console/finances/releves/{id}": { id: made.settlement },
  "/console/finances/releves/{id}/ecarts.csv": { id: made.settlement },
  "/console/finances/releves/{id}/ecarts/{seq}": { id: made.settlement },
  "/console/finances/alertes/{id}": { id: made.alarm },
});

function fill(route, made) {
  return route.path.replace(/\{([^}]+)\}/g, (_, name) => {
    const value = byPath(made)[route.path]?.[name] ?? byName(made)[name];
    assert.ok(value !== undefined,
      `${route.path}: no example for the parameter {${name}}; add one to byName in this test`);
    return encodeURIComponent(value);
  });
}

const names = (route) => route.right.split("|");
const isApi = (route) => route.path.startsWith("/api/");
const isHook = (route) => route.path.startsWith("/hook/");

function allowed(route, rights) {
  const need = names(route).filter((n) => n !== "fresh");
  return need.includes("everybody") || need.includes("demo") || need.some((n) => rights.has(n));
}

// The demonstration's campaigns on an invented register, and somebody of each kind.
async function openHouse(engine) {
  const server = await startServer({ engine, env: { MAILLON_DEMO: "1" } });
  const must = (...args) => {
    const r = server.run(...args);
    assert.equal(r.status, 0, `${args.join(" ")}: ${r.stderr}`);
    return r.stdout;
  };
  const out = join(server.dir, "register");
  must("registry", "generate", "--units", "60", "--seed", "11", "--out", out);
  must("registry", "import", "--units", join(out, "StockUniteLegale_utf8.csv"),
    "--establishments", join(out, "StockEtablissement_utf8.csv"));
  must("campaign", "publish", "demo/masques-pme.json", "--open-now", "first");
  must("campaign", "publish", "demo/aura.json", "--open-now", "first");
  const [company] = sql(server.database,
    "SELECT siren AS siren, head_siret AS siret FROM company " +
    "WHERE active = 1 AND head_siret > 0 ORDER BY siren LIMIT 1");
  const siren = String(company.siren).padStart(9, "0");
  must("account", "link", "acheteur@exemple.fr", siren, "--proof", "essai");
  for (const role of ROLES)
    must("account", "grant", `${role}@exemple.fr`, "--organiser", "masques-pme", "--role", role);
  must("account", "grant", "reserve@exemple.fr", "--organiser", "masques-pme", "--role", "stock");
  must("account", "grant", "ailleurs@exemple.fr", "--organiser", "aura", "--role",
    ROLES.filter((r) => r !== "auditor").join(","));
  const token = (...args) => JSON.parse(must("token", "create", ...args, "--json")).token;
  const tokens = {
    read: token("--siren", siren, "--label", "lit", "--right", "read"),
    order: token("--siren", siren, "--label", "commande", "--right", "order"),
    organiser: token("--organiser", "masques-pme", "--label", "org", "--right", "admin"),
  };
  return { server, must, siren, siret: String(company.siret).padStart(14, "0"), tokens };
}

// A review of masques-pme alone, a request of its people, a person of its team, a settlement file
// with a difference, an alarm about money.
async function makeObjects(house) {
  const { server } = house;
  const one = (text) => sql(server.database, text)[0];
  const account = (email) => one(`SELECT id AS id FROM account WHERE email = '${email}'`).id;
  const organiser = one("SELECT id AS id FROM organiser WHERE slug = 'masques-pme'").id;
  const far = Date.now() + 86_400_000;
  sql(server.database, "INSERT INTO act_request (organiser_id, act, subject_id, args, summary, " +
    "reason, asked_by, asked_ms, expires_ms, state) VALUES " +
    `(${organiser}, 'AN_ACT', 1, '{}', 'Essai.', 'Essai.', ${account("reserve@exemple.fr")}, 1, ` +
    `${far}, 1)`);
  sql(server.database, "INSERT INTO review (kind, siren, account_id, asked, note, state, " +
    `created_ms, changed_ms) VALUES ('headcount', ${Number(house.siren)}, ` +
    `${account("acheteur@exemple.fr")}, 12, 'Essai.', 1, 1, 1)`);
  const review = one("SELECT MAX(id) AS id FROM review").id;
  sql(server.database, `INSERT INTO review_organiser VALUES (${review}, ${organiser})`);
  sql(server.database, "INSERT INTO settlement (organiser_id, digest, name, lines, matched, " +
    `gross_cents, fee_cents, at_ms, account_id) VALUES (${organiser}, 'x', 'x', 1, 0, 0, 0, 1, 1)`);
  const settlement = one("SELECT MAX(id) AS id FROM settlement").id;
  sql(server.database, "INSERT INTO settlement_finding (settlement_id, seq, line, kind, ref, " +
    `theirs_cents, ours_cents, detail) VALUES (${settlement}, 0, 2, 1, 'x', 1, 0, '')`);
  sql(server.database, "INSERT INTO payment_alarm (what, payment_id, organiser_id, order_ref, " +
    `ref, cents, at_ms) VALUES ('second_capture', 0, ${organiser}, 'x', 'x', 1, 1)`);
  const campaign = one("SELECT id AS id FROM campaign WHERE slug = 'masques-pme'").id;
  sql(server.database, "INSERT INTO campaign_draft (organiser_id, campaign_id, base_version, " +
    "json, digest, rev, state, made_by, made_ms, changed_by, changed_ms) SELECT " +
    `${organiser}, ${campaign}, 1, json, digest, 1, 1, 1, 1, 1, 1 FROM campaign_version ` +
    `WHERE campaign_id = ${campaign}`);
  const draft = one("SELECT MAX(id) AS id FROM campaign_draft").id;
  sql(server.database, "INSERT INTO dry_run (organiser_id, campaign_id, draft_id, base_version, " +
    "json, digest, state, asked_by, asked_ms, changed_ms, at_ms) SELECT organiser_id, " +
    `campaign_id, id, 1, json, digest, 4, 1, 1, 1, 1 FROM campaign_draft WHERE id = ${draft}`);
  sql(server.database, "INSERT INTO privacy_request (organiser_id, kind, siren, account_id, " +
    "channel, received_day, due_day, reply_to, reason, state, asked_by, asked_ms, changed_ms) " +
    `VALUES (${organiser}, 2, ${Number(house.siren)}, 0, 2, 18000, 18030, '', 'Essai.', 2, ` +
    "1, 1, 1)");
  const wish = one("SELECT MAX(id) AS id FROM privacy_request").id;
  sql(server.database, `INSERT INTO privacy_request_organiser VALUES (${organiser}, ${wish})`);
  sql(server.database, "INSERT INTO privacy_file (organiser_id, account_id, request_id, siren, " +
    `state, granted_ms, expires_ms) VALUES (${organiser}, ${account("admin@exemple.fr")}, ` +
    `${wish}, ${Number(house.siren)}, 1, 1, ${far})`);
  return { ...house, review: String(review), settlement: String(settlement),
    alarm: String(one("SELECT MAX(id) AS id FROM payment_alarm").id), draft: String(draft),
    dryRun: String(one("SELECT MAX(id) AS id FROM dry_run").id), wish: String(wish),
    copy: String(one("SELECT MAX(id) AS id FROM privacy_file").id),
    act: String(one("SELECT MAX(id) AS id FROM act_request").id),
    member: String(account("reserve@exemple.fr")) };
}

for (const engine of engines()) {
  describe(`rights [${engine}]`, () => {
    let made, server, routes;
    before(async () => {
      made = await makeObjects(await openHouse(engine));
      server = made.server;
      routes = JSON.parse(server.run("routes", "--json").stdout);
    });
    after(() => server?.stop());

    // One request; a stream of events is not read to its end, there is none.
    const call = async (route, { cookie, csrf, bearer }) => {
      const headers = {};
      if (cookie) headers.cookie = cookie;
      if (bearer) headers.authorization = `Bearer ${bearer}`;
      let body;
      if (route.method !== "GET" && route.body_bytes_max > 0) {
        body = isApi(route) ? "{}" : isHook(route) ? "x=1"
          : new URLSearchParams({ csrf }).toString();
        headers["content-type"] = isApi(route) ? "application/json"
          : "application/x-www-form-urlencoded";
      }
      const path = fill(route, made);
      const stop = new AbortController();
      const r = await fetch(server.url + path,
        { method: route.method, headers, body, redirect: "manual", signal: stop.signal });
      const what = `${route.method} ${path} (${route.right}): ${r.status}`;
      const stream = /event-stream/.test(r.headers.get("content-type") ?? "");
      const text = stream ? "" : await r.text();
      if (stream) stop.abort();
      assert.ok(r.status < 500, `${what} ${text.slice(0, 400)}`);
      return { status: r.status, to: r.headers.get("location") ?? "", what };
    };

    // Whom the session is of, and the token for its forms.
    const enter = async (email) => {
      const p = person(server);
      if (email) await p.signIn(email);
      const page = await p.get(email ? "/compte" : "/connexion");
      assert.equal(page.status, 200, `${email ?? "nobody"} is not signed in`);
      return { p, csrf: p.csrf,
        cookie: [...p.cookies].map(([name, value]) => `${name}=${value}`).join("; ") };
    };

    const refused = (route, r, rights) => {
      if (!rights.has("signed"))
        return assert.ok(r.status === 303 && r.to.startsWith("/connexion"), r.what);
      if (route.right === "company")
        return assert.ok(r.status === 303 && r.to.startsWith("/entreprises"), r.what);
      assert.equal(r.status, 403, r.what);
    };

    const tryAll = async (email, rights) => {
      let who = await enter(email);
      for (const route of routes.filter((r) => !isApi(r) && !isHook(r))) {
        const r = await call(route, who);
        if (!allowed(route, rights)) {
          refused(route, r, rights);
          continue;
        }
        assert.notEqual(r.status, 401, r.what);
        assert.ok(!r.to.startsWith("/connexion?"), `${r.what} leads to ${r.to}`);
        if (route.method === "GET") assert.notEqual(r.status, 403, r.what);
        // What ends a session is followed by another one.
        if (route.method !== "GET" && email) {
          const still = await who.p.get("/compte");
          if (still.status !== 200) who = await enter(email);
        }
      }
    };

    test("nobody", () => tryAll(null, new Set()));

    test("a buyer", () => tryAll("acheteur@exemple.fr", new Set(["signed", "company"])));

    for (const role of ROLES)
      test(`staff: ${role}`, () =>
        tryAll(`${role}@exemple.fr`, new Set(["signed", rightOf(role)])));

    test("staff of another organiser finds nothing of this one", async () => {
      const who = await enter("ailleurs@exemple.fr");
      const own = routes.filter((r) => byPath(made)[r.path]);
      assert.ok(own.length >= 5);
      for (const route of own) {
        const r = await call(route, who);
        assert.equal(r.status, 404, r.what);
      }
      const journal = await who.p.get("/console/journal");
      assert.equal(journal.status, 200);
      assert.doesNotMatch(journal.text, /auditor@exemple\.fr/);
    });

    test("no route that changes something of an organiser is open to an auditor", async () => {
      const writes = routes.filter((r) => r.method !== "GET" && /^\/(console|agent)/.test(r.path));
      assert.ok(writes.length >= 5);
      for (const route of writes) assert.ok(!names(route).includes("audit"), route.path);
      const acts = sql(server.database, "SELECT DISTINCT u.act AS act FROM audit u " +
        "JOIN account a ON a.id = u.account_id WHERE a.email = 'auditor@exemple.fr'");
      for (const { act } of acts)
        assert.match(act, /^(staff\.(totp_enrol|recovery.*)|.*\.export)$/);
    });

    test("an organiser's rights are in no token, a token's in no session", async () => {
      const rights = {
        read: new Set(["api_read"]), order: new Set(["api_read", "api_order"]),
        organiser: new Set(["api_read", "api_admin"]),
      };
      const cookie = (await enter("admin@exemple.fr")).cookie;
      for (const route of routes.filter(isApi)) {
        const open = names(route).includes("everybody");
        for (const [kind, bearer] of Object.entries(made.tokens)) {
          const r = await call(route, { bearer });
          if (allowed(route, rights[kind])) assert.notEqual(r.status, 401, `${kind} ${r.what}`);
          else assert.equal(r.status, 403, `${kind} ${r.what}`);
        }
        const session = await call(route, { cookie });
        if (!open) assert.equal(session.status, 401, session.what);
      }
      for (const route of routes.filter((r) => r.method === "GET" &&
        names(r).some((n) => STAFF.includes(n)))) {
        const r = await call(route, { bearer: made.tokens.organiser });
        assert.ok(r.status === 303 && r.to.startsWith("/connexion"), r.what);
      }
    });
  });
}
