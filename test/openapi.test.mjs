// SPDX-License-Identifier: Apache-2.0
// The API and its description: Spectral passes it; each route below /api/v1 is described and each
// description has a route; answers are as their schemas say, with no member left undescribed.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { importCompanies } from "./companies.mjs";
import { engines, startServer } from "./server.mjs";

const doc = JSON.parse(readFileSync("assets/openapi.json", "utf8"));
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);

// Schemas of answers, closed: a member that is not described is a fault of the description.
const closed = structuredClone(doc.components.schemas);
(function close(s) {
  if (s === null || typeof s !== "object") return;
  if (s.type === "object" && s.properties) s.additionalProperties = false;
  Object.values(s).forEach(close);
})(closed);
ajv.addSchema({ $id: "api", components: { schemas: closed } });

const resolve = (x) =>
  x.$ref ? x.$ref.split("/").slice(1).reduce((at, key) => at[key], doc) : x;

// Checks an answer against what its operation says; gives its JSON.
export async function checkAnswer(method, path, response) {
  const operation = doc.paths[path]?.[method.toLowerCase()];
  assert.ok(operation, `${method} ${path} is not described`);
  const described = operation.responses[response.status];
  assert.ok(described, `${method} ${path}: status ${response.status} is not described`);
  const type = response.headers.get("content-type").split(";")[0];
  const content = resolve(described).content[type];
  assert.ok(content, `${method} ${path}: ${type} is not described for ${response.status}`);
  const body = await response.json();
  const name = content.schema.$ref?.split("/").pop();
  if (name) {
    const validate = ajv.getSchema(`api#/components/schemas/${name}`);
    assert.ok(validate(body), `${method} ${path}: ${JSON.stringify(validate.errors)}\n` +
      JSON.stringify(body).slice(0, 2000));
  }
  return body;
}

test("Spectral finds nothing", () => {
  const r = spawnSync("npx", ["spectral", "lint", "assets/openapi.json", "--ruleset",
    "test/spectral.yaml", "--fail-severity", "hint"], { encoding: "utf8" });
  assert.equal(r.status, 0, r.stdout + r.stderr);
});

for (const engine of engines()) {
  describe(`the API is as described [${engine}]`, () => {
    let server;
    const call = (path, options) => fetch(`${server.url}/api/v1${path}`, options);
    // path as in the document, real as called.
    const get = async (path, real, status) => {
      const r = await call(real);
      assert.equal(r.status, status, await r.clone().text());
      return checkAnswer("GET", path, r);
    };

    before(async () => {
      server = await startServer({ engine, env: { MAILLON_DEMO: "1" } });
      for (const [file, cohort] of [["masques-pme", "moins-de-10"], ["aura", "first"]]) {
        const r = server.run("campaign", "publish", `demo/${file}.json`, "--open-now", cohort);
        assert.equal(r.status, 0, r.stderr);
      }
      importCompanies(server);
    });
    after(() => server.stop());

    test("routes and paths are the same", () => {
      const answer = JSON.parse(server.run("routes", "--json").stdout);
      const routes = (Array.isArray(answer) ? answer : answer.routes)
        .filter((r) => r.path.startsWith("/api/v1/"))
        .map((r) => `${r.method} ${r.path.slice("/api/v1".length)}`);
      const paths = Object.entries(doc.paths).flatMap(([path, item]) =>
        Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`));
      assert.deepEqual(routes.sort(), paths.sort());
    });

    test("the document itself", async () => {
      const body = await get("/openapi.json", "/openapi.json", 200);
      assert.deepEqual(body, doc);
    });

    test("campaigns", async () => {
      const { campaigns } = await get("/campaigns", "/campaigns", 200);
      assert.deepEqual(campaigns.map((c) => c.slug).sort(), ["aura", "masques-pme"]);
      const one = await get("/campaigns/{slug}", "/campaigns/masques-pme", 200);
      assert.equal(one.status, "open");
      assert.deepEqual(one.packs.map((p) => [p.units, p.price_excl_vat]),
        [[6, "17.80"], [40, "92.50"]]);
      assert.equal(one.cohorts.length, 3);
      await get("/campaigns/{slug}", "/campaigns/nothing", 404);
    });

    test("stock available to promise", async () => {
      const { pools } = await get("/campaigns/{slug}/stock", "/campaigns/masques-pme/stock", 200);
      assert.equal(pools.reduce((sum, p) => sum + p.available, 0), 10_000_000);
      await get("/campaigns/{slug}/stock", "/campaigns/nothing/stock", 404);
    });

    test("eligibility", async () => {
      const path = "/campaigns/{slug}/eligibility/{siret}";
      const ask = (siret, status, more = "") =>
        get(path, `/campaigns/masques-pme/eligibility/${encodeURIComponent(siret)}${more}`, status);
      const known = await ask("73282932000074", 200);
      assert.equal(known.reason, "ok");
      assert.equal(known.may_order_now, true);
      assert.deepEqual([known.units_min, known.units_max], [44, 80]);
      assert.deepEqual(await ask("732 829 320 00074", 200), known);
      const exact = await ask("73282932000074", 200, "?heads=12");
      assert.deepEqual([exact.units_min, exact.units_max, exact.to_review], [52, 52, false]);
      const outside = await ask("73282932000074", 200, "?heads=30");
      assert.deepEqual([outside.reason, outside.to_review], ["needs_headcount", true]);
      const wrong = await ask("73282932000075", 422);
      assert.equal(wrong.errors[0].field, "siret");
      await ask("35600000000048", 404);
      await ask("73282932000074", 422, "?heads=-1");
      await ask("73282932000074", 422, "?heads=many");
      await get(path, "/campaigns/nothing/eligibility/73282932000074", 404);
    });

    test("what needs a token is refused without one, as a problem document", async () => {
      for (const [path, item] of Object.entries(doc.paths))
        for (const [method, operation] of Object.entries(item)) {
          if (operation.security.length === 0) continue;
          const r = await call(path.replace(/\{[^}]+\}/g, "X"), {
            method: method.toUpperCase(),
            headers: { "content-type": "application/json" },
            body: method === "post" ? "{}" : undefined });
          assert.equal(r.status, 401, `${method} ${path}`);
          await checkAnswer(method, path, r);
        }
    });
  });
}
