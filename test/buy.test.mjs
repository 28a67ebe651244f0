// SPDX-License-Identifier: Apache-2.0
// buy.test.mjs - a shopkeeper buys, in a real browser, on a phone and on a desk, with scripts off
// and on: SIRET, sign-in, three steps, the gateway's page, the confirmed order. Each page is
// looked at by axe-core on the way. Pictures go to MAILLON_SHOTS when it is set.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { newContext, openBrowser } from "./axe.mjs";
import { engines, freePort, startServer } from "./server.mjs";
import { codeIn, mailTo, mailsTo } from "./person.mjs";
import { until } from "./wait.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const KEY = "1122334455667788";
const EMAIL = "commerce@exemple.fr";
const PAGE_BYTES_MAX = 60 * 1024;

async function startGateway(port, shop) {
  const child = spawn("node", ["sandbox/gateway.mjs", "--listen", `127.0.0.1:${port}`,
    "--shop", shop, "--site", "12345678", "--key", KEY, "--password", "testpassword_DEMO"],
  { stdio: "ignore" });
  await until("the gateway answers", () =>
    fetch(`http://127.0.0.1:${port}/control/ledger`).then(() => true, () => false));
  return child;
}

function prepare(server) {
  const steps = [
    ["registry", "import", "--units", "demo/sirene/StockUniteLegale_extrait.csv.gz",
      "--establishments", "demo/sirene/StockEtablissement_extrait.csv.gz"],
    ["campaign", "publish", "demo/masques-pme.json", "--open-now", "outre-mer"],
    ["campaign", "publish", "demo/aura.json", "--open-now", ""],
    ["demo"]];
  for (const step of steps) {
    const r = server.run(...step);
    assert.equal(r.status, 0, `${step.join(" ")}: ${r.stderr}`);
  }
}

// axe needs scripts: the page's own HTML is looked at on a page that has them, kept for the next.
async function axeFinds(probe, page) {
  const url = page.url();
  await probe.context().addCookies(await page.context().cookies());
  await probe.setViewportSize(page.viewportSize());
  const body = await page.content();
  await probe.route(url, (route) =>
    route.fulfill({ body, contentType: "text/html; charset=utf-8" }));
  await probe.goto(url);
  await probe.evaluate(axe);
  const { violations } = await probe.evaluate(() =>
    globalThis.axe.run(document, { resultTypes: ["violations"] }));
  await probe.unroute(url);
  await page.bringToFront();
  return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" | ")}`);
}

for (const engine of engines()) {
  describe(`a purchase [${engine}]`, { timeout: 600_000 }, () => {
    let server, gateway, browser, probe;

    before(async () => {
      const port = await freePort();
      const base = `http://127.0.0.1:${port}`;
      server = await startServer({ engine, env: {
        MAILLON_DEMO: "1", MAILLON_PAY: "lyra", MAILLON_LYRA_SITE: "12345678",
        MAILLON_LYRA_MODE: "TEST", MAILLON_LYRA_KEY: KEY,
        MAILLON_LYRA_PASSWORD: "testpassword_DEMO",
        MAILLON_LYRA_URL: `${base}/vads-payment/`, MAILLON_LYRA_REST_URL: `${base}/api-payment`,
      } });
      prepare(server);
      gateway = await startGateway(port, server.url);
      browser = await openBrowser();
      probe = await (await newContext(browser)).newPage();
    });

    after(async () => {
      await browser?.close();
      gateway?.kill();
      await server?.stop();
    });

    // Once for each page and width: what is drawn does not depend on the engine.
    const looked = new Set(engine === "pg" ? ["all"] : []);

    async function look(page, name) {
      const what = `${page.viewportSize().width} ${name}`;
      await page.waitForLoadState();
      const wider = await page.evaluate(() =>
        document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wider <= 0, `${name} is ${wider} px wider than a screen of ${what}`);
      if (!looked.has("all") && !looked.has(what))
        assert.deepEqual(await axeFinds(probe, page), [], `axe-core on ${name}`);
      looked.add(what);
      if (process.env.MAILLON_SHOTS)
        await page.screenshot({ fullPage: true,
          path: join(process.env.MAILLON_SHOTS,
            `${engine}-${page.viewportSize().width}-${name}.png`) });
    }

    async function buy({ scripts, width, email, cancel }) {
      const context = await newContext(browser, { javaScriptEnabled: scripts,
        viewport: { width, height: 844 }, locale: "fr-FR", reducedMotion: "reduce" });
      const page = await context.newPage();
      let bytes = 0;
      page.on("response", async (r) => { bytes += (await r.body().catch(() => "")).length; });
      await page.goto(server.url + "/c/masques-pme", { waitUntil: "load" });
      assert.ok(bytes < PAGE_BYTES_MAX, `the first page weighs ${bytes} bytes`);
      await look(page, "1-home");

      await page.goto(server.url + "/connexion?vers=/c/masques-pme/commander");
      await look(page, "2-sign-in");
      const seen = mailsTo(server, email).length;
      await page.getByLabel(/e-mail|électronique/i).fill(email);
      await page.locator("main form button").first().click();
      await look(page, "3-code");
      await page.locator("main input[name=code]").fill(codeIn(await mailTo(server, email, seen)));
      await page.locator("main form button").first().click();
      await page.waitForURL(/commander/);
      await look(page, "4-quantity");

      await page.getByRole("button", { name: "Continuer vers la livraison" }).click();
      assert.match(await page.locator("main").innerText(), /combien de lots/);
      await page.getByLabel("Nombre de lots").first().fill("1");
      await page.getByRole("button", { name: "Continuer vers la livraison" }).click();
      await look(page, "5-delivery");
      await page.getByRole("button", { name: "Continuer vers la vérification" }).click();
      assert.match(await page.locator(".errors").innerText(), /sans contact/);
      await look(page, "6-delivery-errors");
      await page.getByLabel("Téléphone").fill("04 72 00 00 00");
      await page.getByLabel(/J’accepte la livraison/).check();
      await page.getByRole("button", { name: "Continuer vers la vérification" }).click();
      await look(page, "7-check");
      // The browser's own buttons go between the steps, and what was typed is there.
      await page.goBack();
      assert.match(await page.locator("h1").innerText(), /Livraison/);
      assert.equal(await page.getByLabel("Téléphone").inputValue(), "04 72 00 00 00");
      await page.goForward();
      assert.match(await page.locator("h1").innerText(), /Vérifier/);
      await page.getByRole("button", { name: /^Réserver/ }).click();
      await page.waitForURL(/commandes\/[0-9A-Z]{10}$/);
      await look(page, "8-held");
      const order = page.url();

      if (cancel) {
        await page.getByRole("link", { name: "Annuler cette commande" }).click();
        await look(page, "9-cancel");
        await page.getByRole("button", { name: "Annuler la commande" }).click();
        await page.waitForURL(order);
        assert.match(await page.locator("main").innerText(), /annulée/);
        await context.close();
        return;
      }
      await page.getByRole("button", { name: /^Payer/ }).click();
      await look(page, "9-payment");
      await page.getByRole("button", { name: /^Payer/ }).click();
      await page.getByText("Carte de test").waitFor();
      await page.getByRole("button", { name: "Payer" }).click();
      for (let i = 0; i < 50 && !/payée/.test(await page.locator("body").innerText()); i++) {
        await page.waitForTimeout(200);
        await page.goto(order);
      }
      assert.match(await page.locator("main").innerText(), /payée/);
      await look(page, "10-paid");
      await page.goto(server.url + "/commandes");
      await look(page, "11-orders");
      assert.match(await page.locator("main").innerText(), /payée/);
      await context.close();
    }

    test("with scripts off, on a phone, cancelled", () =>
      buy({ scripts: false, width: 390, email: EMAIL, cancel: true }));
    test("with scripts off, on a phone, paid", () =>
      buy({ scripts: false, width: 390, email: EMAIL }));
    test("with scripts on, on a desk, paid", () =>
      buy({ scripts: true, width: 1280, email: "atelier@exemple.fr" }));
    test("overseas, without VAT, from its own stock", () =>
      buy({ scripts: true, width: 1280, email: "outremer@exemple.fr" }));
    test("what was sold adds up", () => {
      const checked = JSON.parse(server.run("--json", "check").stdout);
      assert.deepEqual(checked.breaches, []);
    });
  });
}
