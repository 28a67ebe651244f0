// SPDX-License-Identifier: Apache-2.0
// open.test.mjs - open data as a stranger reads them: nothing small, nothing of today, CSV and JSON
// say the same, the catalogue's links lead to files, and nothing is there where it is switched off.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openEye } from "./axe.mjs";
import { engines, startServer } from "./server.mjs";
import { sql } from "./till.mjs";

const DAY_MS = 86_400_000;
const today = Math.floor((Date.now() + 2 * 3_600_000) / DAY_MS); // Of Paris, or the day after.

for (const engine of engines()) {
  describe(`open data [${engine}]`, () => {
    let server;
    before(async () => {
      server = await startServer({ engine, env: { MAILLON_DEMO: "1" } });
      const r = server.run("campaign", "publish", "demo/masques-pme.json", "--open-now", "first");
      assert.equal(r.status, 0, r.stderr);
      const [{ id }] = sql(server.database, "SELECT id AS id FROM campaign");
      const row = (day, department, band, orders, units) =>
        sql(server.database, "INSERT INTO figure_day (campaign_id, day, department, band, " +
          "placed_orders, placed_units, held_orders, held_units, sold_orders, sold_units, " +
          `sold_cents) VALUES (${id}, ${day}, '${department}', ${band}, ${orders}, ${units}, ` +
          `0, 0, ${orders}, ${units}, 0)`);
      row(today - 3, "69", 4, 12, 480);
      row(today - 3, "2A", 4, 4, 160);
      row(today - 3, "01", 4, 3, 90);
      row(today - 3, "974", 2, 1, 6);
      // Two orders would be what all others leave of the warehouse's day.
      row(today - 5, "69", 4, 12, 480);
      row(today - 5, "42", 4, 6, 60);
      row(today - 5, "2A", 4, 2, 20);
      row(today - 20, "69", 0, 5, 30);
      // Tomorrow in every zone that today may be.
      row(today + 1, "69", 4, 999, 9999);
    });
    after(() => server?.stop());
    const get = (path) => fetch(`${server.url}/donnees${path}`);

    test("orders by day, département and band, small counts left out", async () => {
      const r = await get("/masques-pme/commandes.csv");
      assert.equal(r.status, 200);
      assert.equal(r.headers.get("access-control-allow-origin"), "*");
      assert.match(r.headers.get("cache-control"), /public/);
      const text = await r.text();
      const date = (n) => new Date(n * DAY_MS).toISOString().slice(0, 10);
      assert.deepEqual(text.trimEnd().split("\r\n"), [
        "day,department,band,orders,units,suppressed",
        `${date(today - 20)},69,,5,30,false`,
        `${date(today - 5)},2A,02,,,true`,
        `${date(today - 5)},42,02,,,true`,
        `${date(today - 5)},69,02,12,480,false`,
        `${date(today - 3)},01,02,,,true`,
        `${date(today - 3)},2A,02,,,true`,
        `${date(today - 3)},69,02,12,480,false`,
        `${date(today - 3)},974,00,,,true`,
      ]);
    });

    test("JSON says the same", async () => {
      const { days, campaign, suppressed_up_to: small } =
        await (await get("/masques-pme/commandes.json")).json();
      assert.equal(campaign, "masques-pme");
      assert.equal(small, 4);
      assert.deepEqual(days.map((d) => [d.department, d.band, d.orders, d.units, d.suppressed]), [
        ["69", "", 5, 30, false], ["2A", "02", null, null, true], ["42", "02", null, null, true],
        ["69", "02", 12, 480, false], ["01", "02", null, null, true],
        ["2A", "02", null, null, true],
        ["69", "02", 12, 480, false], ["974", "00", null, null, true]]);
    });

    test("the stock is what can be ordered now", async () => {
      const { pools } = await (await get("/masques-pme/stock.json")).json();
      const rows = (await (await get("/masques-pme/stock.csv")).text()).trimEnd().split("\r\n");
      assert.equal(rows.length, pools.length + 1);
      const inside = sql(server.database, "SELECT SUM(available) AS n FROM stock_slot")[0].n;
      assert.equal(pools.reduce((sum, p) => sum + p.available, 0), Number(inside));
      assert.match(pools[0].territories, /mainland/);
    });

    test("the catalogue's links lead to its files", async () => {
      const r = await get("/catalogue.jsonld");
      assert.equal(r.headers.get("content-type"), "application/ld+json");
      const doc = await r.json();
      const sets = doc["dcat:dataset"];
      assert.equal(sets.length, 2);
      for (const set of sets) {
        assert.ok(set["dct:title"]["@value"] && set["dct:publisher"]["foaf:name"]);
        assert.equal(set["dcat:distribution"].length, 2);
        for (const d of set["dcat:distribution"]) {
          const file = await fetch(d["dcat:downloadURL"]["@id"]);
          assert.equal(file.status, 200);
          const type = file.headers.get("content-type").split(";")[0];
          assert.ok(d["dcat:mediaType"]["@id"].endsWith(type));
          await file.text();
        }
      }
    });

    test("the page lists them, without an axe violation", async () => {
      const eye = await openEye();
      try {
        await eye.look(`${server.url}/donnees`);
      } finally {
        await eye.close();
      }
      assert.equal((await get("/rien/stock.csv")).status, 404);
    });

    test("switched off, nothing is there and nothing leads there", async () => {
      const quiet = await startServer({ database: server.database,
        env: { MAILLON_OPEN_DATA: "0" } });
      try {
        for (const path of ["", "/catalogue.jsonld", "/masques-pme/stock.csv",
          "/masques-pme/stock.json", "/masques-pme/commandes.csv", "/masques-pme/commandes.json"])
          assert.equal((await fetch(`${quiet.url}/donnees${path}`)).status, 404, path);
        assert.doesNotMatch(await (await fetch(`${quiet.url}/aide`)).text(), /"\/donnees"/);
      } finally {
        await quiet.stop();
      }
    });
  });
}
