// SPDX-License-Identifier: Apache-2.0
// The organiser's board on a real server and both engines: what it shows before, while and after
// people order, to whom, and that its stream of events follows and ends.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { newContext, openEye } from "./axe.mjs";
import { person } from "./person.mjs";
import { engines } from "./server.mjs";
import { http, hurried, openTill } from "./till.mjs";

const BOARD = "/console/tableau";
const EVENTS = `${BOARD}/evenements`;
const SLUG = "masques-pme";
const ROLES = ["admin", "stock", "agent", "finance", "auditor"];

const FORM = { "Content-Type": "application/x-www-form-urlencoded" };

const encoded = (fields) => new URLSearchParams(fields).toString();
const cookieOf = (p) => [...p.cookies].map(([name, value]) => `${name}=${value}`).join("; ");

// A stream of events: next() waits for one, ended for its end.
function listen(url, cookie) {
  const events = [];
  const waiting = [];
  let end;
  const ended = new Promise((resolve) => { end = resolve; });
  const give = (event) => (waiting.length > 0 ? waiting.shift()(event) : events.push(event));
  const headers = { cookie, accept: "text/event-stream" };
  const q = request(url, { headers, agent: false }, (r) => {
    let text = "";
    r.setEncoding("utf8");
    r.on("data", (piece) => {
      text += piece;
      for (let at; (at = text.indexOf("\n\n")) >= 0; text = text.slice(at + 2)) {
        const lines = text.slice(0, at).split("\n");
        const of = (name) => lines.filter((l) => l.startsWith(`${name}:`))
          .map((l) => l.slice(name.length + 1).replace(/^ /, "")).join("\n");
        if (of("event")) give({ name: of("event"), data: of("data") });
      }
    });
    r.on("close", () => { give(null); end(); });
  });
  q.on("error", () => { give(null); end(); });
  q.end();
  return {
    ended,
    next: () => new Promise((resolve, reject) => {
      if (events.length > 0) return resolve(events.shift());
      waiting.push(resolve);
      setTimeout(() => reject(new Error("no event in 30 s")), 30_000).unref();
    }),
    close: () => q.destroy(),
  };
}

// The figure of a tile, without its spaces.
const figure = (text, label) => new RegExp(`<dt>${label}</dt>\\s*<dd>([^<]*)</dd>`)
  .exec(text)?.[1].replace(/[\s\u00a0\u202f]/g, "");

for (const engine of engines()) {
  describe(`board [${engine}]`, () => {
    let till, eye, people, page;

    before(async () => {
      till = await openTill({ engine, companies: 6, units: 6000 });
      const must = async (...args) => {
        const r = await till.run(...args);
        assert.equal(r.status, 0, `${args.join(" ")}: ${r.stderr}`);
        return r.stdout;
      };
      const later = JSON.parse(readFileSync("demo/masques-pme.json", "utf8"));
      later.slug = "masques-plus-tard";
      later.name = "Masques plus tard";
      for (const c of later.cohorts) c.opens = "2099-05-02T08:00";
      const file = join(till.database.dir, "later.json");
      writeFileSync(file, JSON.stringify(later));
      await must("campaign", "publish", file);
      await must("campaign", "publish", "demo/aura.json");
      for (const role of ROLES)
        await must("account", "grant", `${role}@exemple.fr`, "--organiser", SLUG, "--role", role);
      await must("account", "grant", "ailleurs@exemple.fr", "--organiser", "aura", "--role",
        "admin");
      people = {};
      for (const who of [...ROLES, "ailleurs"]) {
        people[who] = person(till.server);
        await people[who].signIn(`${who}@exemple.fr`);
      }
      page = (who = "admin", slug = SLUG) => people[who].get(`${BOARD}?vente=${slug}`);
      eye = await openEye();
    });
    after(async () => {
      await eye?.close();
      await till?.close();
    });

    test("before the first order all of it is there, with nothing in it", async () => {
      await hurried(till.database, "FIGURE_TRIAL", "the dry run", async () =>
        /selon la version 1/.test((await page()).text));
      const { status, text } = await page();
      assert.equal(status, 200);
      assert.equal(figure(text, "commandes en une heure"), "0");
      assert.equal(figure(text, "entreprises ont commandé"), "0");
      assert.match(text, /Aucune commande sur cette durée/);
      assert.match(text, /0\u00a0% des éligibles/);
      // Six companies of 6 to 9 employees in Lyon may order.
      assert.match(text, /<th scope="row">6 à 9\u00a0salariés<\/th><td[^>]*>6<\/td><td[^>]*>0</);
      assert.match(text, /<title>Rhône\u00a0: 0\u00a0%<\/title>/);
      assert.doesNotMatch(text, /n’est pas encore ouverte/);
      await eye.look(`${till.url}${BOARD}?vente=${SLUG}`, { cookie: cookieOf(people.admin) });
    });

    test("the newest sale comes first, others by their name; one that is not open says when",
      async () => {
        const { text } = await people.admin.get(BOARD);
        assert.match(text, /aria-current="page">Masques plus tard</);
        assert.match(text, /La première cohorte ouvre samedi 2 mai 2099/);
        assert.match(text, /href="\/console\/tableau\?vente=masques-pme"/);
        assert.doesNotMatch(text, /vente=aura/);
      });

    test("another organiser's sale is not there", async () => {
      assert.equal((await page("admin", "aura")).status, 404);
      assert.equal((await page("ailleurs")).status, 404);
      assert.equal((await people.ailleurs.get(`${EVENTS}?vente=${SLUG}`)).status, 404);
      assert.equal((await page("ailleurs", "aura")).status, 200);
      assert.equal((await page("admin", "rien")).status, 404);
      assert.equal((await people.admin.get(`${BOARD}?vente=${"x".repeat(60)}`)).status, 422);
    });

    test("who may not see money or stock is shown neither", async () => {
      for (const role of ROLES) {
        const { status, text } = await page(role);
        assert.equal(status, 200, role);
        const sees = (...roles) => roles.includes(role);
        assert.equal(/board-money/.test(text), sees("admin", "finance", "auditor"), role);
        assert.equal(/Tout le stock/.test(text), sees("admin", "stock", "auditor"), role);
      }
      const buyer = await till.buyer(0).page(BOARD);
      assert.equal(buyer.status, 403);
      const nobody = await fetch(`${till.url}${EVENTS}`, { redirect: "manual" });
      assert.equal(nobody.status, 303);
    });

    test("an order is seen at once in the stock, and in the figures with the next event",
      async () => {
        const stream = listen(`${till.url}${EVENTS}?vente=${SLUG}`, cookieOf(people.admin));
        const first = await stream.next();
        assert.equal(first.name, "tableau");
        assert.equal(figure(first.data, "commandes en une heure"), "0");
        assert.doesNotMatch(first.data, /<html|csrf/);
        await till.buyer(0).order(2);
        let event = await stream.next();
        while (figure(event.data, "commandes en une heure") !== "1") event = await stream.next();
        assert.equal(figure(event.data, "entreprises ont commandé"), "1");
        assert.match(event.data, /Réservé, non payé<\/dt><dd>12\u00a0masques/);
        assert.match(event.data, /1\u00a0réservation à payer/);
        // What the page shows is what the stream sends.
        const { text } = await page();
        for (const [, section] of event.data.matchAll(/<section id="(board-[a-z]+)">/g))
          assert.ok(text.includes(`<section id="${section}">`), section);
        assert.match(text, /<title>Rhône\u00a0: 16,6\u00a0%<\/title>/);
        stream.close();
      });

    test("paying, cancelling and giving back are followed, in units and in money", async () => {
      const buyer = till.buyer(1);
      const { ref } = await buyer.order(1);
      const form = await buyer.payForm(ref);
      const out = await http("POST", form.action, { headers: FORM, body: encoded(form.fields) });
      await http("POST", till.bankUrl + out.headers.location,
        { headers: FORM, body: encoded({ card: "accepted", action: "pay" }) });
      const paid = await hurried(till.database, "FIGURE_FOLD", "paid", async () => {
        const { text } = await page();
        return figure(text, "commandes payées") === "1" && text;
      });
      assert.equal(figure(paid, "encaissés"), "18,78€");
      assert.equal(figure(paid, "entreprises ont commandé"), "2");
      assert.match(paid, /Vendu, à remettre<\/dt><dd>6\u00a0masques/);
      assert.equal((await buyer.post(`/commandes/${ref}/annuler`)).status, 303);
      const back = await hurried(till.database, "FIGURE_FOLD", "given back", async () => {
        const { text } = await page();
        return figure(text, "remboursés") === "18,78€" && text;
      });
      assert.equal(figure(back, "commandes payées"), "0");
      assert.equal(figure(back, "restent acquis"), "0,00€");
      assert.equal(figure(back, "entreprises ont commandé"), "1");
      assert.equal(figure(back, "commandes en une heure"), "2");
    });

    test("in a browser the figures follow; focus, scrolling and what is open stay", async () => {
      const p = person(till.server);
      await p.signIn("finance@exemple.fr");
      const context = await newContext(eye.browser, { viewport: { width: 390, height: 800 } });
      const [name, value] = cookieOf(p).split("; ").at(-1).split(/=(.*)/s);
      await context.addCookies([{ name, value, url: till.url }]);
      const tab = await context.newPage();
      const wrong = [];
      tab.on("pageerror", (e) => wrong.push(e.message));
      await tab.goto(`${till.url}${BOARD}?vente=${SLUG}`);
      await tab.waitForFunction(() =>
        document.getElementById("live-state").textContent === "En direct");
      await tab.click("#chart-hour summary");
      await tab.focus("#chart-hour summary");
      const where = () => tab.evaluate(() => [document.activeElement.parentElement.id,
        document.getElementById("chart-hour").open, Math.round(scrollY)]);
      const [focus, open, scrolled] = await where();
      assert.deepEqual([focus, open], ["chart-hour", true]);
      assert.ok(scrolled > 0);
      await tab.evaluate(() => { document.querySelector("#chart-hour summary").dataset.old = 1; });
      await till.buyer(3).order(1);
      await tab.waitForFunction(() =>
        !document.querySelector("#chart-hour summary").dataset.old &&
        document.querySelector("#board-stats dd").textContent.trim() === "3");
      assert.deepEqual(await where(), [focus, open, scrolled]);
      // Signed out elsewhere: the page says that it is no longer live.
      await p.get("/compte");
      await p.post("/deconnexion");
      await tab.waitForFunction(() => /actualisez la page/.test(
        document.getElementById("live-state").textContent));
      assert.deepEqual(wrong, []);
      await context.close();
    });

    test("a stream ends with its session", async () => {
      const p = person(till.server);
      await p.signIn("auditor@exemple.fr");
      const stream = listen(`${till.url}${EVENTS}?vente=${SLUG}`, cookieOf(p));
      assert.equal((await stream.next()).name, "tableau");
      const mine = cookieOf(p);
      await p.get("/compte");
      assert.equal((await p.post("/deconnexion")).status, 303);
      await stream.ended;
      const again = await fetch(`${till.url}${EVENTS}?vente=${SLUG}`,
        { headers: { cookie: mine }, redirect: "manual" });
      assert.equal(again.status, 303);
    });

    test("a pause, closed sales and an empty pool are said", async () => {
      assert.equal((await till.run("campaign", "pause", SLUG, "Nous recevons des masques.")).status,
        0);
      till.sql("INSERT INTO sales_closed VALUES (1, 1, 'invariant I2')");
      till.sql(`UPDATE stock_slot SET withdrawn = withdrawn + available, available = 0
        WHERE pool_id = (SELECT MAX(p.id) FROM stock_pool p JOIN campaign c ON c.id = p.campaign_id
                          WHERE c.slug = '${SLUG}')`);
      const { text } = await page();
      assert.match(text, /La vente est suspendue/);
      assert.match(text, /Nous recevons des masques\./);
      assert.match(text, /Toutes les ventes sont fermées/);
      assert.match(text, /Stock épuisé\u00a0: Outre-mer/);
      till.sql("DELETE FROM sales_closed");
      await till.run("campaign", "resume", SLUG);
    });

    test("what waits for a person is counted, with its link, for those who may open it",
      async () => {
        const organiser = till.sql(`SELECT organiser_id AS id FROM campaign WHERE slug = '${SLUG}'`)
          [0].id;
        const { id } = till.sql("SELECT MIN(id) AS id FROM orders")[0];
        const blob = engine === "sqlite" ? "x'00'" : "'\\x00'";
        till.sql(`INSERT INTO complaint (organiser_id, order_id, siren, kind, state, account_id,
          created_ms, changed_ms) SELECT ${organiser}, id, siren, 1, 1, 1, 1, 1 FROM orders
          WHERE id = ${id}`);
        till.sql("INSERT INTO payment_event (provider, event_key, state, order_ref, raw, " +
          `received_ms, next_try_ms) VALUES ('lyra', 'parked', 2, 'M-XXXX-XXXX', ${blob}, 1, ` +
          `${Date.now() + 3_600_000})`);
        till.sql(`INSERT INTO invoice_due (kind, subject_id, since_ms, next_try_ms, why)
          VALUES (380, ${id}, 1, ${Date.now() + 3_600_000}, 'mentions du vendeur')`);
        const { text } = await page();
        assert.match(text, /href="\/console\/reclamations">Réclamations<\/a> <span>1\u00a0réclam/);
        assert.match(text, /avis de paiement sans commande connue/);
        assert.match(text, /1\u00a0facture impossible à établir/);
        const agent = (await page("agent")).text;
        assert.match(agent, /Réclamations/);
        assert.doesNotMatch(agent, /facture impossible/);
        assert.doesNotMatch((await page("ailleurs", "aura")).text, /facture impossible/);
      });

    test("an approval is counted for those alone who may decide it, on the page and in the stream",
      async () => {
        const account = (who) => till.sql(
          `SELECT id AS id FROM account WHERE email = '${who}@exemple.fr'`)[0].id;
        const organiser = till.sql(`SELECT organiser_id AS id FROM campaign WHERE slug = '${SLUG}'`)
          [0].id;
        const counted = (text) => {
          const m = /\/console\/approbations">Approbations<\/a> <span>(\d+)\u00a0act/.exec(text);
          return m ? Number(m[1]) : 0;
        };
        const ask = (act, who, subject) => till.sql("INSERT INTO act_request (organiser_id, act, " +
          "subject_id, args, summary, reason, asked_by, asked_ms, expires_ms, state) VALUES (" +
          `${organiser}, '${act}', ${subject}, '{}', 'x', 'x', ${account(who)}, 1, ` +
          `${Date.now() + 3_600_000}, 1)`);
        const events = `${till.url}${EVENTS}?vente=${SLUG}`;
        const streams = {};
        for (const who of ROLES) {
          streams[who] = listen(events, cookieOf(people[who]));
          assert.equal(counted((await streams[who].next()).data), 0, who);
        }
        ask("STOCK_CORRECT", "stock", 1);
        ask("STOCK_CORRECT", "admin", 2);
        ask("REFUND_MANY", "finance", 1);
        ask("STAFF_ROLES", "admin", account("agent"));
        const mine = { admin: 2, stock: 2, agent: 0, finance: 1, auditor: 0 };
        for (const who of ROLES) {
          assert.equal(counted((await page(who)).text), mine[who], who);
          const home = (await people[who].get("/console")).text;
          const waits = /Approbations<\/a><\/p><p>(\d+)\s[^<]*attend/.exec(home);
          assert.equal(waits ? Number(waits[1]) : 0, mine[who], `${who}, at home`);
          if (mine[who] === 0) continue;
          let event = await streams[who].next();
          while (counted(event.data) !== mine[who]) event = await streams[who].next();
        }
        for (const who of ROLES) streams[who].close();
        assert.equal(counted((await page("ailleurs", "aura")).text), 0);
        till.sql("UPDATE act_request SET state = 4, decided_by = asked_by");
      });

    test("a thousand départements and bands are summed, shown on the map and listed", async () => {
      const { id } = till.sql(`SELECT id AS id FROM campaign WHERE slug = '${SLUG}'`)[0];
      const rows = [];
      for (let d = 1; d <= 95; d++)
        for (let band = 0; band < 17; band++)
          if (d !== 20)
            rows.push(`(${id},'de-10-a-49',1,'${String(d).padStart(2, "0")}',${band},` +
              "1,0,0,1,6,100)");
      till.sql(`INSERT INTO figure_group VALUES ${rows.join(",")}`);
      const { text } = await page();
      assert.equal(figure(text, "entreprises ont commandé"), String(rows.length + 2));
      assert.match(text, /dans 94\u00a0départements/);
      const all = await people.agent.get(`${BOARD}/departements?vente=${SLUG}`);
      assert.equal(all.status, 200);
      assert.equal([...all.text.matchAll(/<tr><th scope="row">/g)].length, 94);
      const first = (text) => /<tbody>[\s\S]*?<th scope="row">([^<]+)</.exec(text)[1];
      assert.equal(first(all.text), "Ain (01)");
      const by = async (word) =>
        (await people.agent.get(`${BOARD}/departements?vente=${SLUG}&tri=${word}`)).text;
      assert.match(await by("unites"), /aria-sort="descending"/);
      // Rhône alone has companies in the register: the only share there is.
      assert.equal(first(await by("part")), "Rhône (69)");
      for (const path of [BOARD, `${BOARD}/departements`])
        await eye.look(`${till.url}${path}?vente=${SLUG}`, { cookie: cookieOf(people.admin) });
      till.sql(`DELETE FROM figure_group WHERE cohort = 'de-10-a-49' AND sold_cents = 100`);
    });

    test("figures that are late say of when they are", async () => {
      const kind = "kind = 'FIGURE_FOLD'";
      till.sql(`UPDATE job SET due_ms = due_ms + 3600000 WHERE ${kind} AND leased = 0`);
      await till.buyer(2).order(1);
      till.sql("UPDATE figure_fold SET as_of_ms = as_of_ms - 600000");
      let { text } = await page();
      assert.match(text, /Les chiffres des commandes sont en retard/);
      assert.match(text, /Réservé, non payé<\/dt><dd>(24|18)\u00a0masques/);
      till.sql(`UPDATE job SET due_ms = 1 WHERE ${kind}`);
      text = await hurried(till.database, "FIGURE_FOLD", "the fold", async () => {
        const now = (await page()).text;
        return figure(now, "entreprises ont commandé") === "3" && now;
      });
      assert.doesNotMatch(text, /en retard/);
    });

    test("the command shows, rebuilds and agrees with the recount", async () => {
      const r = await till.run("figures", SLUG, "--json");
      assert.equal(r.status, 0, r.stderr);
      const before = JSON.parse(r.stdout).campaigns[0];
      assert.equal(before.companies, 3);
      assert.equal(before.groups[0].band, "03");
      const rebuilt = JSON.parse((await till.run("figures", SLUG, "--rebuild", "--json")).stdout);
      assert.deepEqual(rebuilt.campaigns[0], before);
      assert.equal((await till.run("figures", "rien")).status, 4);
      const check = await till.run("check", "--json");
      const broken = JSON.parse(check.stdout).breaches.map((b) => b.invariant);
      assert.ok(!broken.includes("I20"), check.stdout);
    });
  });
}
