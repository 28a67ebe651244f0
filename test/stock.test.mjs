// SPDX-License-Identifier: Apache-2.0
// The stock room on a real server and both engines: announce, receive, quarantine, transfer,
// correct and recall with two people, and what each page looks like.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openEye } from "./axe.mjs";
import { words } from "./forms.mjs";
import { person } from "./person.mjs";
import { engines, startServer } from "./server.mjs";
import { sql } from "./till.mjs";

const figure = (server, column) =>
  Number(sql(server.database, `SELECT SUM(${column}) AS n FROM stock_slot`)[0].n);

for (const engine of engines()) {
  describe(`stock room [${engine}]`, () => {
    let server, worker, second, auditor, eye, pool, batch;

    before(async () => {
      server = await startServer({ engine });
      const must = (...args) => {
        const r = server.run(...args);
        assert.equal(r.status, 0, `${args.join(" ")}: ${r.stderr}`);
      };
      must("campaign", "publish", "demo/masques-pme.json");
      for (const [who, role] of [["stock", "stock"], ["stock2", "stock"], ["lecture", "auditor"]])
        must("account", "grant", `${who}@exemple.fr`, "--organiser", "masques-pme", "--role", role);
      [worker, second, auditor] = [person(server), person(server), person(server)];
      await worker.signIn("stock@exemple.fr");
      await second.signIn("stock2@exemple.fr");
      await auditor.signIn("lecture@exemple.fr");
      pool = sql(server.database, "SELECT MIN(id) AS id FROM stock_pool")[0].id;
      eye = await openEye();
    });
    after(async () => {
      await eye?.close();
      await server?.stop();
    });

    const announce = async (fields) => {
      await worker.get("/console/stock/arrivages/annoncer");
      return worker.post("/console/stock/arrivages/annoncer", {
        stock: pool, fournisseur: "Tissages du Nord", bon: "BL 77", lot: "L1", unites: "1000",
        jour: "02/05/2020", ...fields });
    };
    const count = async (id, fields) => {
      await worker.get(`/console/stock/reception/${id}`);
      return worker.post(`/console/stock/reception/${id}`, {
        bon: "BL77", acceptees: "0", refusees: "0", motif: "", peremption: "", conformite: "",
        ...fields });
    };

    test("a note is announced, found by what is scanned, and received once", async () => {
      const free = figure(server, "available");
      let r = await announce({ jour: "32/05/2020" });
      assert.equal(r.status, 422);
      assert.match(r.text, /écrivez la date comme/);
      assert.equal((await announce({})).status, 303);
      r = await announce({});
      assert.equal(r.status, 422);
      assert.match(r.text, /déjà annoncé/);
      r = await worker.get("/console/stock/reception?bon=BL99&lot=L1");
      assert.match(r.text, /n’est pas annoncé/);
      r = await worker.get("/console/stock/reception?bon=bl77&lot=l1");
      const id = /reception\/(\d+)/.exec(r.location)[1];
      r = await count(id, { acceptees: "10", refusees: "5" });
      assert.match(r.text, /Dites pourquoi/);
      r = await count(id, { acceptees: "600", refusees: "5", motif: "cartons mouillés" });
      assert.equal(r.status, 303);
      r = await worker.get(r.location);
      assert.match(words(r.text), /600 unités entrées.*, 5 refusées, 395 encore attendues\./);
      assert.equal(figure(server, "available"), free + 600);
      r = await count(id, { acceptees: "100" });
      assert.equal(r.status, 422);
      assert.match(r.text, /déjà reçu pour ce lot/);
      r = await count(id, { bon: "BL78", acceptees: "500" });
      assert.match(r.text, /105 unités de plus/);
      r = await count(id, { bon: "BL78", acceptees: "500", plus: "1", pourquoi: "offerts" });
      assert.equal(r.status, 303);
      assert.equal(figure(server, "available"), free + 1100);
      batch = sql(server.database, "SELECT id FROM stock_batch WHERE lot = 'L1'")[0].id;
    });

    test("quarantine says what is missing, and asks for a confirmation", async () => {
      const path = `/console/stock/lots/${batch}/quarantaine`;
      const fields = { geste: "mettre", stock: pool, unites: "1200", motif: "odeur",
        confirme: "1" };
      const seen = async () => /name="seen" value="(\d+)"/.exec((await worker.get(path)).text)[1];
      fields.seen = await seen();
      let r = await worker.post(path, { ...fields, confirme: "" });
      assert.match(r.text, /Cochez la case/);
      r = await worker.post(path, fields);
      assert.equal(r.status, 422);
      assert.match(r.text, /il en manque 100/);
      assert.equal((await worker.post(path, { ...fields, unites: "100" })).status, 303);
      assert.equal(figure(server, "quarantined"), 100);
      r = await worker.post(path, { ...fields, unites: "100" });
      assert.equal(r.status, 422);
      assert.match(r.text, /a changé depuis que cette page est ouverte/);
      assert.equal(figure(server, "quarantined"), 100);
      assert.equal((await worker.post(path,
        { ...fields, seen: await seen(), geste: "rebut", unites: "100" })).status, 303);
      assert.equal(figure(server, "withdrawn"), 0);
    });

    test("a transfer arrives short, with too many, is lost in part, or comes back", async () => {
      const [{ id: other }] = sql(server.database, "SELECT MIN(q.id) AS id FROM stock_pool p " +
        `JOIN stock_pool q ON q.campaign_id = p.campaign_id AND q.id <> p.id WHERE p.id = ${pool}`);
      const free = (id) => Number(sql(server.database,
        `SELECT SUM(available) AS n FROM stock_slot WHERE pool_id = ${id}`)[0].n);
      const start = [free(pool), free(other)];
      const path = `/console/stock/lots/${batch}/transfert`;
      const send = async (units) => {
        const key = /name="key" value="([^"]+)"/.exec((await worker.get(path)).text)[1];
        const fields = { key, de: pool, vers: other, unites: units, motif: "renfort",
          confirme: "1" };
        const r = await worker.post(path, fields);
        assert.equal((await worker.post(path, fields)).status, r.status, "sent twice is sent once");
        return r;
      };
      assert.equal((await send("1000000")).status, 422);
      assert.equal((await send("100")).status, 303);
      const sent = /href="(\/console\/stock\/transferts\/\d+)"/;
      const first = sent.exec((await worker.get("/console/stock/transferts")).text)[1];
      const tell = async (at, geste, unites = "", motif = "") => {
        await worker.get(at);
        return worker.post(at, { geste, unites, motif });
      };
      assert.deepEqual([free(pool), free(other)], [start[0] - 100, start[1]]);
      assert.equal((await tell(first, "arrive", "60")).status, 303);
      const over = await tell(first, "arrive", "41");
      assert.equal(over.status, 422);
      assert.match(over.text, /que 40 unités en route.*enregistrez 40, puis demandez une corr/s);
      assert.equal((await tell(first, "perdu")).status, 422, "what is lost has a reason");
      assert.equal((await tell(first, "perdu", "", "carton crevé")).status, 303);
      const late = await tell(first, "arrive", "1");
      assert.equal(late.status, 422);
      assert.match(late.text, /Rien n’est plus attendu ici/);
      assert.deepEqual([free(pool), free(other)], [start[0] - 100, start[1] + 60]);

      assert.equal((await send("50")).status, 303);
      const second = sent.exec((await worker.get("/console/stock/transferts")).text)[1];
      assert.notEqual(second, first);
      assert.equal((await auditor.get(second)).status, 403);
      if (engine === engines()[0])
        for (const page of [path, second, "/console/stock/transferts"])
          await eye.look(server.url + page,
            { cookie: `maillon=${worker.cookies.get("maillon")}` });
      assert.equal((await tell(second, "retour", "", "camion en panne")).status, 303);
      assert.equal((await tell(second, "retour", "", "camion en panne")).status, 422);
      assert.deepEqual([free(pool), free(other)], [start[0] - 100, start[1] + 60]);
      assert.match((await worker.get("/console/stock/transferts")).text, /Revenu au départ/);
    });

    test("a correction and a recall wait for another person", async () => {
      const book = figure(server, "available");
      const correct = `/console/stock/lots/${batch}/inventaire`;
      await worker.get(correct);
      let r = await worker.post(correct,
        { stock: pool, unites: "990", motif: "inventaire de mai", confirme: "1" });
      assert.equal(r.status, 303);
      assert.equal(figure(server, "available"), book);
      const recall = `/console/stock/lots/${batch}/rappel`;
      await worker.get(recall);
      r = await worker.post(recall,
        { motif: "colorant interdit", consigne: "ne les portez pas", suite: "plus-tard",
          confirme: "1" });
      assert.equal(r.status, 303);
      assert.equal(sql(server.database,
        "SELECT recalled_ms FROM stock_batch WHERE lot = 'L1'")[0].recalled_ms, 0);
      r = await second.get("/console/approbations");
      assert.match(r.text, /Correction d’inventaire/);
      assert.match(r.text, /Rappel d’un lot/);
      assert.match(r.text, /Mise au rebut/);
    });

    test("an auditor reads and changes nothing", async () => {
      for (const path of ["", "/arrivages", "/mouvements", "/lots", "/transferts", "/entrepots",
        `/lots/${batch}`])
        assert.equal((await auditor.get(`/console/stock${path}`)).status, 200, path);
      assert.equal((await auditor.get("/console/stock/reception")).status, 403);
      const r = await auditor.post("/console/stock/entrepots/0", { code: "X" });
      assert.equal(r.status, 403);
    });

    test("each page is as it should be", async () => {
      const cookie = `maillon=${worker.cookies.get("maillon")}`;
      for (const path of ["", "/arrivages", "/arrivages/annoncer", "/reception",
        "/mouvements?voir=main", "/lots", "/transferts", "/entrepots", "/entrepots/0",
        `/lots/${batch}`, `/lots/${batch}/quarantaine`, `/lots/${batch}/transfert`,
        `/lots/${batch}/inventaire`, `/lots/${batch}/rappel`])
        await eye.look(`${server.url}/console/stock${path}`, { cookie });
    });
  });
}
