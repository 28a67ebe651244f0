// SPDX-License-Identifier: Apache-2.0
// Public pages and commands of a campaign, from the register to the verdict, on both engines.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { COMPANIES, importCompanies, siretOf } from "./companies.mjs";
import { openEye } from "./axe.mjs";
import { engines, startServer } from "./server.mjs";
import { sql } from "./till.mjs";

const PAGE_MAX = 60 * 1024;
// Text as a reader sees it.
const words = (html) => html.replace(/<(script|style|head)[\s\S]*?<\/\1>/g, "")
  .replace(/<[^>]+>/g, " ").replaceAll("&nbsp;", " ").replaceAll("&#39;", "'")
  .replace(/[\s\u00a0\u202f]+/g, " ");

for (const engine of engines()) {
  describe(`campaign pages [${engine}]`, () => {
    let server;
    const get = async (path) => {
      const r = await fetch(server.url + path, { redirect: "manual" });
      const html = await r.text();
      return { status: r.status, html, text: words(html), type: r.headers.get("content-type") };
    };
    const verdict = (c, more = "", slug = "masques-pme") =>
      get(`/c/${slug}/verifier?siret=${encodeURIComponent(c.siret ?? c)}${more}`);
    const publish = (file, cohort) => {
      const r = server.run("campaign", "publish", file, "--open-now", cohort, "--json");
      assert.equal(r.status, 0, r.stderr);
      return JSON.parse(r.stdout);
    };

    before(async () => {
      server = await startServer({ engine, env: { MAILLON_DEMO: "1" } });
      importCompanies(server);
    });
    after(() => server.stop());

    test("without a campaign the first page says so", async () => {
      const page = await get("/");
      assert.equal(page.status, 200);
      assert.match(page.text, /Aucune vente/);
    });

    test("moved dates are for demonstrations only", () => {
      const r = server.run("campaign", "publish", "demo/aura.json", "--open-now", "first");
      assert.equal(r.status, 0, r.stderr);
      server.env.MAILLON_DEMO = "0";
      const refused = server.run("campaign", "publish", "demo/aura.json", "--open-now", "first");
      server.env.MAILLON_DEMO = "1";
      assert.equal(refused.status, 2);
      assert.match(refused.stderr, /MAILLON_DEMO/);
    });

    test("one campaign is the first page, two are listed", async () => {
      assert.match((await get("/")).text, /Masques en Auvergne-Rhône-Alpes/);
      publish("demo/masques-pme.json", "moins-de-10");
      const page = await get("/");
      assert.match(page.html, /href="\/c\/masques-pme"/);
      assert.match(page.html, /href="\/c\/aura"/);
    });

    test("the home says what, to whom, when, how much is left", async () => {
      const page = await get("/c/masques-pme");
      assert.equal(page.status, 200);
      assert.ok(page.html.length < PAGE_MAX);
      for (const part of ["17,80 €", "97,59 €", "92,50 €", "Lot de 40 masques",
        "10 000 000 masques",
        "Entreprises de 10 à 49 salariés", "France métropolitaine, Corse", "heure locale",
        "À venir", "sans signature", "catégorie 1"])
        assert.ok(page.text.includes(part), `${part} in ${page.text}`);
      assert.doesNotMatch(page.html, /<script[^>]*>[^<]/);
      const figures = JSON.parse((await get("/c/masques-pme/chiffres")).html);
      assert.equal(words(figures.left), "10 000 000 masques");
      assert.equal((await get("/c/nothing")).status, 404);
    });

    test("the rules stand in words with version and date", async () => {
      const page = await get("/c/masques-pme/regles");
      for (const part of ["Version 1", "4 masques par salarié, le dirigeant comptant pour un",
        "période de 15 jours", "30 minutes", "5,5 %", "article 294 du CGI", "15 jours, comptés"])
        assert.ok(page.text.includes(part), `${part} in ${page.text}`);
      const aura = await get("/c/aura/regles");
      for (const part of ["01, 03, 07", "10 jours ouvrés, comptés depuis le paiement",
        "Au plus 600 masques", "exclues : celles qui commencent par 7"])
        assert.ok(aura.text.includes(part), `${part} in ${aura.text}`);
    });

    test("a verdict says yes or no, how much, when, why and what next", async () => {
      const cases = [
        [COMPANIES.lyon, ["Oui, vous pouvez commander", "44 à 80 masques", "soit 1 à 2 lots",
          "Commander"]],
        [COMPANIES.small, ["Oui, vous pouvez commander", "8 à 12 masques", "Lot de 6 masques"]],
        [COMPANIES.reunion, ["Oui, mais pas encore", "heure locale, La Réunion",
          "Exportation", "Ouverture dans"]],
        [COMPANIES.large, ["Non", "49 salariés au plus", "50 à 99 salariés",
          "contact@masques-pme.example"]],
        [COMPANIES.unknown, ["Il nous manque une information", "n’indique pas votre effectif",
          "Vérifier avec votre effectif"]],
        [COMPANIES.ceased, ["Non", "a cessé son activité"]],
        [COMPANIES.association, ["Non", "attestation"]],
      ];
      for (const [company, parts] of cases) {
        const page = await verdict(company);
        assert.equal(page.status, 200);
        for (const part of parts) assert.ok(page.text.includes(part), `${part} in ${page.text}`);
      }
      const { siret } = COMPANIES.lyon;
      assert.ok((await verdict(COMPANIES.lyon)).html
        .includes(`href="/c/masques-pme/commander?siret=${siret}"`));
    });

    test("a typed headcount counts inside the band and is reviewed outside", async () => {
      assert.match((await verdict(COMPANIES.lyon, "&effectif=12")).text, /52 masques/);
      const outside = await verdict(COMPANIES.lyon, "&effectif=30");
      assert.match(outside.text, /une personne le vérifie/);
      assert.match(outside.text, /124 masques/);
      assert.match((await verdict(COMPANIES.unknown, "&effectif=3")).text, /16 masques/);
    });

    test("nothing personal is told", async () => {
      assert.match((await verdict(COMPANIES.lyon)).text, /ATELIER DU RHONE, LYON/);
      for (const c of [COMPANIES.trader, COMPANIES.hidden]) {
        const { text } = await verdict(c);
        assert.match(text, /Oui, vous pouvez commander/);
        assert.doesNotMatch(text, /MARTIN|JEANNE|LYON|REPUBLIQUE|ND/);
      }
    });

    test("a region admits by département", async () => {
      assert.match((await verdict(COMPANIES.lyon, "", "aura")).text, /Oui, vous pouvez/);
      const paris = await verdict(COMPANIES.paris, "", "aura");
      assert.match(paris.text, /certains départements.*01, 03, 07.*73 et 74/);
    });

    test("what was typed wrong is named and kept", async () => {
      const cases = [
        ["7328293200007", 422, /comporte 13 chiffres, il en faut 14/],
        ["73282932000075", 422, /SIRET/],
        ["abc", 422, /SIRET/],
        ["", 422, /SIRET/],
        ["<b>1</b>", 422, /SIRET/],
        [siretOf(999), 404, /ne connaît aucun établissement/],
      ];
      for (const [typed, status, message] of cases) {
        const page = await verdict(typed);
        assert.equal(page.status, status, typed);
        assert.match(page.text, message);
        assert.match(page.html, /<title>Erreur/);
        assert.match(page.html, /aria-invalid="true"/);
        const kept = typed.replaceAll("<", "&lt;").replaceAll(">", "&gt;");
        assert.ok(page.html.includes(`value="${kept}"`), typed);
      }
      const heads = await verdict(COMPANIES.lyon, "&effectif=beaucoup");
      assert.equal(heads.status, 422);
      assert.match(heads.text, /nombre entier de salariés/);
      assert.equal((await get("/c/masques-pme/verifier")).status, 200);
      assert.equal((await verdict(" 732 829 320 00074 ")).status, 200);
    });

    test("a pause is told on every page, and lifted", async () => {
      assert.equal(server.run("campaign", "pause", "masques-pme", "Inventaire.").status, 0);
      assert.match((await get("/c/masques-pme")).text, /Suspendue Inventaire\./);
      assert.match((await verdict(COMPANIES.lyon)).text, /suspendues.*Inventaire\./);
      assert.equal(server.run("campaign", "resume", "masques-pme").status, 0);
      assert.match((await verdict(COMPANIES.lyon)).text, /Oui, vous pouvez/);
      assert.equal(server.run("campaign", "pause", "nothing", "x").status, 4);
    });

    test("sales that the checker closed are told as a pause", async () => {
      sql(server.database,
        "INSERT INTO sales_closed (one, since_ms, why) VALUES (1, 1, 'invariant I1')");
      assert.match((await get("/c/masques-pme")).text, /Suspendue Les commandes .*vérification/);
      const told = (await verdict(COMPANIES.lyon)).text;
      assert.match(told, /suspendues.*le temps d’une vérification/);
      assert.doesNotMatch(told, /I1/);
      sql(server.database, "DELETE FROM sales_closed");
      assert.match((await verdict(COMPANIES.lyon)).text, /Oui, vous pouvez/);
    });

    test("a wider version counts from the next request on", async () => {
      const file = join(server.dir, "wider.json");
      const rules = JSON.parse(readFileSync("demo/masques-pme.json", "utf8"));
      rules.quota.per_head = 8;
      writeFileSync(file, JSON.stringify(rules));
      assert.equal(publish(file, "moins-de-10").version, 2);
      assert.match((await verdict(COMPANIES.lyon)).text, /88 à 160 masques/);
      assert.match((await get("/c/masques-pme/regles")).text, /Version 2.*Version 1/);
      publish("demo/masques-pme.json", "moins-de-10");
    });

    test("the trial counts what the pages say one by one", () => {
      const r = server.run("campaign", "try", "demo/masques-pme.json", "--json",
        "--at", "2020-05-05T10:00:00Z");
      assert.equal(r.status, 0, r.stderr);
      const t = JSON.parse(r.stdout);
      const by = (list, key) => Object.fromEntries(list.map((x) => [x[key], x.companies]));
      assert.equal(t.companies, 9);
      assert.deepEqual(by(t.cohorts, "code"),
        { "de-10-a-49": 2, "moins-de-10": 3, "outre-mer": 1 });
      assert.deepEqual(by(t.refused, "reason"), { too_large: 1, needs_headcount: 1, network: 1 });
      assert.equal(t.eligible.companies, 6);
      assert.equal(t.open_now.companies, 5);
      const text = server.run("campaign", "try", "demo/masques-pme.json").stdout;
      assert.match(text, /By cohort/);
      assert.match(text, /covers/);
    });

    test("commands answer about one company as the page does", () => {
      const r = server.run("eligibility", "masques-pme", COMPANIES.lyon.siret, "--json");
      assert.equal(JSON.parse(r.stdout).reason, "ok");
      assert.equal(server.run("eligibility", "nothing", COMPANIES.lyon.siret).status, 4);
      const wrong = server.run("eligibility", "masques-pme", "123");
      assert.equal(wrong.status, 2);
      assert.match(wrong.stderr, /SIRET/);
      const shown = server.run("campaign", "show", "masques-pme", "--source");
      assert.equal(JSON.parse(shown.stdout).slug, "masques-pme");
      assert.match(server.run("campaign", "list").stdout, /^masques-pme .*\naura /m);
    });

    test("the published schema is the one in the tree", async () => {
      const page = await get("/schema/campaign-1.json");
      assert.equal(page.type, "application/schema+json");
      assert.equal(page.html, readFileSync("assets/campaign-1.schema.json", "utf8"));
    });
  });

  test(`in a browser, by axe-core [${engine}]`, { skip: engine !== "sqlite" }, async () => {
    const server = await startServer({ engine, env: { MAILLON_DEMO: "1" } });
    const eye = await openEye();
    try {
      await eye.look(`${server.url}/`);
      importCompanies(server);
      for (const [file, cohort] of [["masques-pme", "moins-de-10"], ["aura", "first"]])
        server.run("campaign", "publish", `demo/${file}.json`, "--open-now", cohort);
      const check = "/c/masques-pme/verifier";
      for (const path of ["/", "/c/masques-pme", "/c/aura", "/c/masques-pme/regles", check,
        ...Object.values(COMPANIES).map((c) => `${check}?siret=${c.siret}`)])
        await eye.look(server.url + path);
      await eye.look(`${server.url}${check}?siret=12`, { status: 422 });
    } finally {
      await eye.close();
      await server.stop();
    }
  });

  test(`verdicts are limited for each address [${engine}]`, async () => {
    const server = await startServer({ engine, env: { MAILLON_RATE: "600" } });
    try {
      const ask = (path) => fetch(server.url + path);
      let passed = 0, last;
      for (; passed < 2000; passed++) {
        last = await ask("/c/x/verifier?siret=1");
        if (last.status === 429) break;
      }
      assert.ok(passed >= 40 && passed < 2000, `${passed} passed`);
      assert.equal(last.headers.get("retry-after"), "60");
      // The page that says so has its style, also for who has used up all he may.
      const style = /href="(\/assets\/[^"]+\.css)"/.exec(await last.text())[1];
      for (let i = 0; i < 2000 && last.status !== 429; i++) last = await ask("/aide");
      assert.equal((await ask(style)).status, 200);
    } finally {
      await server.stop();
    }
  });
}
