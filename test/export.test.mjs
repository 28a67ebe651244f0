// SPDX-License-Identifier: Apache-2.0
// export.test.mjs - an organiser's files over the wire: what each role may take, what stands in
// them, what is noted, and personal data only with a second person's consent.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { openEye } from "./axe.mjs";
import { person } from "./person.mjs";
import { engines } from "./server.mjs";
import { http, openTill } from "./till.mjs";
import { until } from "./wait.mjs";

const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
const FILES = ["commandes", "lignes", "colis", "mouvements", "paiements", "remboursements"];

// Rows as objects; the files of these tests have no quoted line breaks.
function table(text) {
  assert.ok(text.endsWith("\r\n"));
  const [head, ...rows] = text.trimEnd().split("\r\n").map((line) =>
    [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((m) =>
      m[1] === undefined ? m[2] : m[1].replaceAll('""', '"')));
  return rows.map((row) => {
    assert.equal(row.length, head.length, row.join("|"));
    return Object.fromEntries(head.map((name, i) => [name, row[i]]));
  });
}

for (const engine of engines()) {
  describe(`exports [${engine}]`, { timeout: 600_000 }, () => {
    let till, server, boss, ref;
    before(async () => {
      till = await openTill({ engine, companies: 2, env: { MAILLON_DEMO: "1" } });
      server = till.server;
      const slug = till.sql("SELECT slug AS slug FROM organiser")[0].slug;
      const grant = (email, roles) => assert.equal(server.run("account", "grant", email,
        "--organiser", slug, "--role", roles).status, 0);
      for (const [email, roles] of [["chef@exemple.fr", "admin"], ["second@exemple.fr", "admin"],
        ["depot@exemple.fr", "stock"], ["argent@exemple.fr", "finance"],
        ["vue@exemple.fr", "auditor"]])
        grant(email, roles);
      const buyer = till.buyer(0);
      ref = (await buyer.order(2)).ref;
      const form = await buyer.payForm(ref);
      const out = await http("POST", form.action, { headers: FORM,
        body: new URLSearchParams(form.fields).toString() });
      await http("POST", till.bankUrl + out.headers.location, { headers: FORM,
        body: "card=accepted&action=pay" });
      await until("paid", () => till.orderState(ref) === 3);
      boss = person(server);
      await boss.signIn("chef@exemple.fr");
    });
    after(() => till?.close());

    const file = (name, query = "") => boss.get(`/console/exports/${name}.csv${query}`);

    test("a form that a French spreadsheet opens: mark, semicolons, decimal commas", async () => {
      const plain = (await file("commandes")).text.trimEnd().split("\r\n");
      const bytes = Buffer.from(await (await fetch(
        `${server.url}/console/exports/commandes.csv?forme=tableur`,
        { headers: { Cookie: [...boss.cookies].map((c) => c.join("=")).join("; ") } }))
        .arrayBuffer());
      assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
      const french = bytes.subarray(3).toString().trimEnd().split("\r\n");
      assert.equal(french[0], plain[0].replaceAll(",", ";"));
      assert.equal(french.length, plain.length);
      assert.match(french[1], /;37,56(;|$)/);
      assert.doesNotMatch(french[1], /\d\.\d/);
      const page = (await boss.get("/console/exports?forme=tableur")).text;
      assert.match(page, /commandes\.csv\?forme=tableur/);
      assert.match(page, /value="tableur" selected/);
    });

    test("what is in the files is what happened", async () => {
      const [order] = table((await file("commandes")).text);
      assert.equal(order.order, ref);
      assert.equal(order.state, "paid");
      assert.equal(order.units, "12");
      const cents = till.sql("SELECT total_cents AS n, net_cents AS net FROM orders")[0];
      assert.equal(order.total, (Number(cents.n) / 100).toFixed(2));
      assert.match(order.paid_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      assert.equal(order.delivered_at, "");
      assert.ok(!("siren" in order) && !("to_street" in order));
      const [line] = table((await file("lignes")).text);
      assert.deepEqual([line.order, line.units, line.net],
        [ref, "12", (Number(cents.net) / 100).toFixed(2)]);
      const [payment] = table((await file("paiements")).text);
      assert.deepEqual([payment.order, payment.state, payment.captured, payment.pays_the_order],
        [ref, "captured", order.total, "true"]);
      const kinds = new Set(table((await file("mouvements")).text).map((m) => m.kind));
      assert.deepEqual([...kinds].sort(), ["hold", "receive", "sell"]);
      assert.deepEqual(table((await file("remboursements")).text), []);
      assert.deepEqual(table((await file("colis")).text), []);
    });

    test("a campaign and days narrow it; what cannot be meant is said beside the field",
      async () => {
        const { id } = till.sql("SELECT id AS id FROM campaign")[0];
        const day = new Date().toISOString().slice(0, 10);
        assert.equal(table((await file("commandes",
          `?campagne=${id}&du=2020-01-01&au=${day.replace(/^\d+/, "2099")}`)).text).length, 1);
        assert.equal(table((await file("commandes", "?au=2020-01-01")).text).length, 0);
        assert.equal((await file("commandes", "?campagne=999999")).status, 404);
        assert.equal((await file("commandes", "?du=hier")).status, 422);
        const page = await boss.get("/console/exports?du=2020-02-30");
        assert.equal(page.status, 422);
        assert.match(page.text, /id="f-du-error"/);
        const turned = await boss.get("/console/exports?du=2020-03-02&au=2020-03-01");
        assert.match(turned.text, /La dernière date vient avant la première/);
        const good = await boss.get(`/console/exports?campagne=${id}&du=2020-03-01`);
        assert.match(good.text, new RegExp(
          `commandes\\.csv\\?campagne=${id}&amp;du=2020-03-01`));
      });

    test("each file is noted with its rows and the digest of its bytes", async () => {
      const { text } = await file("commandes");
      const digest = createHash("sha256").update(text).digest("hex");
      const page = await boss.get("/console/exports");
      assert.ok(page.text.includes(digest));
      assert.match(page.text, /Complet/);
      assert.match(page.text, /chef@exemple\.fr/);
      const journal = await boss.get("/console/journal?acte=orders.export");
      assert.ok(journal.text.includes(digest));
    });

    test("who may not see a thing may not take it", async () => {
      const may = { "depot@exemple.fr": ["commandes", "lignes", "colis", "mouvements"],
        "argent@exemple.fr": ["commandes", "lignes", "paiements", "remboursements"],
        "vue@exemple.fr": FILES };
      for (const [email, open] of Object.entries(may)) {
        const p = person(server);
        await p.signIn(email);
        const page = await p.get("/console/exports");
        for (const name of FILES) {
          const status = (await p.get(`/console/exports/${name}.csv`)).status;
          assert.equal(status, open.includes(name) ? 200 : 403, `${email} ${name}`);
          assert.equal(page.text.includes(`/console/exports/${name}.csv`), open.includes(name));
        }
        assert.equal(/Demander l’accord/.test(page.text), email !== "vue@exemple.fr");
      }
    });

    test("personal data need a reason and a second person, and are for the asker alone",
      async () => {
        const second = person(server);
        await second.signIn("second@exemple.fr"); // Before other mail comes.
        let page = await boss.open("/console/exports?du=2020-01-01");
        const action = /action="(\/console\/exports\/acheteurs[^"]*)"/.exec(page.text)[1]
          .replaceAll("&amp;", "&");
        let r = await boss.post(action, { reason: "" });
        assert.equal(r.status, 422);
        assert.match(r.text, /id="f-reason-error"/);
        r = await boss.post(action, { reason: "Envoi d’un rappel de sécurité, effacé demain." });
        assert.equal(r.location, "/console/approbations");
        const list = await second.get("/console/approbations");
        const url = /href="(\/console\/approbations\/\d+)"/.exec(list.text)[1];
        page = await second.get(url);
        assert.match(page.text, /SIREN, nom, adresse e-mail/);
        assert.match(page.text, /depuis le 01\/01\/2020/);
        r = await second.post(url, { decision: "approuver", reason: "Vu." });
        assert.equal(r.status, 303, r.text);
        page = await boss.get("/console/exports");
        const path = /href="(\/console\/exports\/acheteurs\/\d+)"/.exec(page.text)[1];
        const [buyer] = table((await boss.get(path)).text);
        assert.equal(buyer.order, ref);
        assert.match(buyer.siren, /^\d{9}$/);
        assert.match(buyer.siret, /^\d{14}$/);
        assert.match(buyer.email, /@/);
        assert.notEqual(buyer.to_city, "");
        assert.equal((await second.get(path)).status, 404);
        till.sql("UPDATE export_grant SET expires_ms = 1");
        assert.equal((await boss.get(path)).status, 404);
      });

    test("no cell of any file is taken for a formula, in either form", async () => {
      till.sql(`UPDATE export_grant SET expires_ms = ${Date.now() + 3600_000}`);
      const page = await boss.get("/console/exports?du=2020-01-01");
      const buyers = /href="\/console\/exports\/(acheteurs\/\d+)"/.exec(page.text)[1];
      for (const evil of ["=1+1", "+33 1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "\n=1+1",
        '=HYPERLINK("http://x";"y")']) {
        const columns = (table, names) => till.sql(
          `UPDATE ${table} SET ${names.map((n) => `${n} = '${evil}'`).join(", ")}`);
        columns("orders", ["to_company", "to_person", "to_complement", "to_street", "to_special",
          "to_city", "to_phone", "to_instructions"]);
        columns("company", ["name"]);
        columns("payment", ["provider_ref"]);
        till.sql("INSERT INTO audit (organiser_id, account_id, act, subject, subject_id, " +
          "before_json, after_json, reason, at_ms) SELECT organiser_id, id, 'x', 'x', 1, " +
          `'${evil}', '${evil}', '${evil}', 1 FROM account WHERE email = 'chef@exemple.fr'`);
        let told = 0;
        for (const path of [...FILES.map((name) => `exports/${name}.csv`), `exports/${buyers}`,
          "journal.csv"])
          for (const sheet of ["", "?forme=tableur"]) {
            const { status, text } = await boss.get(`/console/${path}${sheet}`);
            assert.equal(status, 200, path);
            const cells = [...text.matchAll(sheet ? /"((?:[^"]|"")*)"|[^;\r\n]+/g
              : /"((?:[^"]|"")*)"|[^,\r\n]+/g)].map((m) => m[1] ?? m[0]);
            for (const cell of cells)
              assert.ok(!/^[=+@\t\r\n-]/.test(cell) || /^-?\d+([.,]\d+)?$/.test(cell),
                `${path}${sheet}: ${JSON.stringify(cell)}`);
            told += cells.filter((c) => c === `'${evil.replaceAll('"', '""')}`).length;
          }
        assert.ok(told >= 2 * (8 + 1 + 1 + 3), `${JSON.stringify(evil)}: ${told}`);
      }
    });

    test("the same files come by command, whole or not at all", async () => {
      const slug = till.sql("SELECT slug AS slug FROM organiser")[0].slug;
      const out = `${server.dir}/orders.csv`;
      let r = server.run("export", "orders", "--organiser", slug, "--out", out, "--json");
      assert.equal(r.status, 0, r.stderr);
      const told = JSON.parse(r.stdout);
      const printed = server.run("export", "orders", "--organiser", slug);
      assert.equal(createHash("sha256").update(printed.stdout).digest("hex"), told.sha256);
      assert.equal(table(printed.stdout).length, told.rows);
      r = server.run("export", "orders", "--organiser", slug, "--out", "/proc/none/x.csv");
      assert.equal(r.status, 2);
      assert.match(r.stderr, /No such file|Not a directory/);
      for (const [args, said] of [[["what", "--organiser", slug], /'what' is none of orders/],
        [["orders"], /--organiser is missing/],
        [["orders", "--organiser", "nul"], /no organiser 'nul'/],
        [["orders", "--organiser", slug, "--campaign", "nul"], /no campaign 'nul'/],
        [["orders", "--organiser", slug, "--from", "hier"], /'hier' is not a day/],
        [["orders", "--organiser", slug, "--json"], /--json needs --out/]]) {
        r = server.run("export", ...args);
        assert.equal(r.status, 2, args.join(" "));
        assert.match(r.stderr, said);
      }
    });

    test("the page has no axe violation, empty or not", async () => {
      const eye = await openEye();
      try {
        const cookie = `maillon=${boss.cookies.get("maillon")}`;
        await eye.look(`${server.url}/console/exports`, { cookie });
      } finally {
        await eye.close();
      }
    });
  });
}
