// SPDX-License-Identifier: Apache-2.0
// api.test.mjs - a company's own program orders through the API with its token.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { engines, startServer } from "./server.mjs";
import { COMPANIES, importCompanies } from "./companies.mjs";

for (const engine of engines()) {
  describe(`orders by API [${engine}]`, { timeout: 600_000 }, () => {
    let server, token, reader, other, siret;

    const make = (company, right) => {
      const r = server.run("--json", "token", "create", "--siren", company.siret.slice(0, 9),
        "--label", "caisse", "--right", right);
      assert.equal(r.status, 0, r.stderr);
      return JSON.parse(r.stdout).token;
    };

    before(async () => {
      server = await startServer({ engine, env: { MAILLON_DEMO: "1" } });
      importCompanies(server);
      const r = server.run("campaign", "publish", "demo/masques-pme.json", "--open-now",
        "outre-mer");
      assert.equal(r.status, 0, r.stderr);
      siret = COMPANIES.lyon.siret;
      token = make(COMPANIES.lyon, "order");
      reader = make(COMPANIES.lyon, "read");
      other = make(COMPANIES.small, "order");
    });

    after(() => server?.stop());

    const types = new Set(); // Of every problem document that came.
    const call = async (method, path, { as = token, key, body } = {}) => {
      const r = await fetch(`${server.url}/api/v1${path}`, { method, headers: {
        authorization: `Bearer ${as}`, "content-type": "application/json",
        ...(key ? { "idempotency-key": key } : {}) },
      body: body === undefined ? undefined : JSON.stringify(body) });
      const answer = { status: r.status, type: r.headers.get("content-type"),
        body: await r.json() };
      if (r.status >= 400) types.add(answer.body.type);
      return answer;
    };
    const order = (more = {}) => ({ campaign: "masques-pme", siret, contactless_accepted: true,
      lines: [{ pack: "lot-40", packs: 1 }],
      delivery: { company: "ATELIER DU RHONE", phone: "+33472000000" }, ...more });
    const KEY = "11111111-2222-3333";

    test("a fault is a problem document that names the field", async () => {
      const cases = [
        [{ lines: [] }, "/lines"], [{ lines: [{ pack: "x", packs: 1 }] }, "/lines/0/pack"],
        [{ lines: [{ pack: "lot-40", packs: 1 }, { pack: "lot-40", packs: 0 }] }, "/lines/1/packs"],
        [{ contactless_accepted: false }, "/contactless_accepted"],
        [{ siret: "123" }, "/siret"], [{ siret: COMPANIES.small.siret }, "/siret"],
        [{ delivery: { company: "x".repeat(39), phone: "+33472000000" } }, "/delivery/company"],
        [{ delivery: { company: 7, phone: "+33472000000" } }, "/delivery/company"]];
      for (const [more, field] of cases) {
        const r = await call("POST", "/orders", { key: KEY, body: order(more) });
        assert.equal(r.status, 422, field);
        assert.match(r.type, /problem\+json/);
        assert.ok(JSON.stringify(r.body.errors).includes(field), JSON.stringify(r.body));
      }
      const keyless = await call("POST", "/orders", { body: order() });
      assert.equal(keyless.status, 422);
    });

    test("goods are never sold to an address that nobody knows", async () => {
      const { siret: hidden } = COMPANIES.hidden, as = make(COMPANIES.hidden, "order");
      const lines = [{ pack: "lot-6", packs: 1 }], to = order().delivery;
      const blind = await call("POST", "/orders", { as, key: KEY,
        body: order({ siret: hidden, lines }) });
      assert.equal(blind.status, 422, JSON.stringify(blind.body));
      assert.ok(JSON.stringify(blind.body.errors).includes("/delivery/street"));
      const told = await call("POST", "/orders", { as, key: KEY, body: order({ siret: hidden, lines,
        delivery: { ...to, street: "12 RUE DE LA REPUBLIQUE", postal_code: "69001", city: "LYON",
          other_address_confirmed: true } }) });
      assert.equal(told.status, 201, JSON.stringify(told.body));
    });

    test("an organiser's token is told that the orders are not its own", async () => {
      const r = server.run("--json", "token", "create", "--organiser", "masques-pme",
        "--label", "caisse", "--right", "admin");
      assert.equal(r.status, 0, r.stderr);
      const { token: as } = JSON.parse(r.stdout);
      assert.equal((await call("GET", "/orders", { as })).status, 403);
      assert.equal((await call("POST", "/orders", { as, key: KEY, body: order() })).status, 403);
    });

    test("an order is made once by its key", async () => {
      const made = await call("POST", "/orders", { key: KEY, body: order() });
      assert.equal(made.status, 201, JSON.stringify(made.body));
      assert.equal(made.body.state, "held");
      assert.equal(made.body.total_cents, 9759);
      const again = await call("POST", "/orders", { key: KEY, body: order() });
      assert.equal(again.status, 200);
      assert.equal(again.body.ref, made.body.ref);
      const changed = await call("POST", "/orders", { key: KEY,
        body: order({ delivery: { company: "AUTRE", phone: "+33472000000" } }) });
      assert.equal(changed.status, 422);
      assert.match(changed.body.type, /\/problems\/key-reused$/);
      assert.match(changed.body.detail, /^This Idempotency-Key /);
      assert.ok(JSON.stringify(changed.body.errors).includes("key_reused"));
      const second = await call("POST", "/orders", { key: `${KEY}-b`, body: order() });
      assert.equal(second.status, 409);
      assert.ok(JSON.stringify(second.body.errors).includes("unpaid_order"));
    });

    test("another address: its postal code, its town, its territory", async () => {
      const to = (more) => ({ delivery: { company: "ATELIER", phone: "+33472000000",
        street: "4 QUAI DES LUMIERES", postal_code: "69002", city: "LYON",
        other_address_confirmed: true, ...more } });
      const cases = [
        [{ postal_code: "69099" }, "/delivery/postal_code"],
        [{ postal_code: "69427" }, "/delivery/postal_code"],
        [{ postal_code: "6900" }, "/delivery/postal_code"],
        [{ postal_code: "97400", city: "SAINT-DENIS" }, "/delivery/postal_code"],
        [{ postal_code: "20000", city: "AJACCIO" }, "/delivery/postal_code"],
        [{ postal_code: "98000", city: "MONACO" }, "/delivery/postal_code"],
        [{ city: "MARSEILLE" }, "/delivery/city"],
        [{ street: undefined }, "/delivery/street"],
        [{ city: undefined }, "/delivery/city"],
        [{ other_address_confirmed: undefined }, "/delivery/other_address_confirmed"]];
      for (const [more, field] of cases) {
        const r = await call("POST", "/orders", { key: `${KEY}-c`, body: order(to(more)) });
        assert.equal(r.status, 422, `${field} ${JSON.stringify(r.body)}`);
        assert.deepEqual(r.body.errors.map((e) => e.field ?? e.pointer ?? e.name), [field],
          JSON.stringify(r.body.errors));
      }
      /* These pass the address and stop at the order that waits for its payment. */
      for (const more of [{}, { postal_code: "69427", city: "Lyon Cedex 03" },
        { city: "lyon 2ème arrondissement" }, { city: "LA CONFLUENCE", town_confirmed: true }]) {
        const r = await call("POST", "/orders", { key: `${KEY}-d`, body: order(to(more)) });
        assert.equal(r.status, 409, JSON.stringify(r.body));
        assert.ok(JSON.stringify(r.body.errors).includes("unpaid_order"));
      }
    });

    test("only the company sees it, and only an order token changes it", async () => {
      const mine = await call("GET", "/orders", { as: reader });
      assert.equal(mine.body.orders.length, 1);
      const { ref } = mine.body.orders[0];
      assert.equal((await call("GET", `/orders/${ref}`, { as: reader })).status, 200);
      assert.equal((await call("GET", `/orders/${ref}`, { as: other })).status, 404);
      assert.equal((await call("GET", "/orders", { as: other })).body.orders.length, 0);
      assert.equal((await call("POST", `/orders/${ref}/cancel`, { as: reader })).status, 403);
      assert.equal((await call("POST", `/orders/${ref}/cancel`, { as: other })).status, 404);
      const over = await call("POST", `/orders/${ref}/cancel`);
      assert.equal(over.body.state, "cancelled");
      assert.equal((await call("POST", `/orders/${ref}/cancel`)).status, 200);
      assert.equal((await call("GET", "/orders", { as: "nobody" })).status, 401);
    });

    test("the type of a problem is the address of a page that explains it", async () => {
      assert.ok(types.size >= 5, [...types].join());
      for (const type of types) {
        assert.ok(type.startsWith(`${server.url}/problems/`), type);
        const page = await fetch(type);
        assert.equal(page.status, 200, type);
        assert.ok((await page.text()).includes(`<code>${type.split("/").pop()}</code>`), type);
      }
      const all = await (await fetch(`${server.url}/problems`)).text();
      const paths = [...all.matchAll(/href="(\/problems\/[a-z-]+)"/g)].map((m) => m[1]);
      assert.ok(paths.length > types.size);
      assert.equal(new Set(paths).size, paths.length);
      for (const path of paths) assert.equal((await fetch(server.url + path)).status, 200, path);
      assert.equal((await fetch(`${server.url}/problems/nothing`)).status, 404);
    });

    test("the figures hold", () => {
      assert.deepEqual(JSON.parse(server.run("--json", "check").stdout).breaches, []);
    });
  });
}
