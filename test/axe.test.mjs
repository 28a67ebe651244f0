// SPDX-License-Identifier: Apache-2.0
// Every page that anybody may open, seen by axe-core. Add a page by adding its path; pages behind
// a sign-in are looked at by the tests that sign in, with the same openEye().
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openEye } from "./axe.mjs";
import { startServer } from "./server.mjs";

const PAGES = [
  "/demo/parts",
  "/aide",
  "/accessibilite",
  "/mentions-legales",
  "/confidentialite",
  "/problems",
  "/problems/order-refused",
];

describe("pages", () => {
  let server, eye;
  before(async () => {
    server = await startServer({ env: { MAILLON_DEMO: "1",
      MAILLON_OPERATOR: "Chambre de métiers d’essai",
      MAILLON_CONTACT: "contact@exemple.fr" } });
    eye = await openEye();
  });
  after(async () => { await eye?.close(); await server?.stop(); });

  for (const path of PAGES)
    test(path, () => eye.look(server.url + path));

  test("a page that does not exist", () => eye.look(`${server.url}/rien`, { status: 404 }));

  test("the demo's outbox, empty, with a list and with one message", async () => {
    await eye.look(`${server.url}/demo/mail`);
    assert.equal(server.run("mail", "test", "a@exemple.fr").status, 0);
    await eye.look(`${server.url}/demo/mail`);
    await eye.look(`${server.url}/demo/mail/1`);
  });

  test("a message shows its text as text", async () => {
    const html = await (await fetch(`${server.url}/demo/mail/1`)).text();
    assert.match(html, /Ce message montre que le service peut vous écrire\./);
    assert.match(html, /<a href="http:\/\/127\.0\.0\.1:\d+">/);
    assert.equal((await fetch(`${server.url}/demo/mail/2`)).status, 404);
  });

  test("the keyboard reaches the content first", async () => {
    const page = await eye.browser.newPage();
    await page.goto(`${server.url}/demo/parts`);
    // The error summary takes the focus; from the top of the page the skip link is first.
    assert.equal(await page.evaluate(() => document.activeElement.id), "errors");
    await page.goto(`${server.url}/aide`);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Aller au contenu");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "main");
    await page.close();
  });

  test("pages of the demo are nowhere else", async () => {
    const plain = await startServer();
    try {
      for (const path of ["/demo/parts", "/demo/mail", "/demo/mail/1"]) {
        const answer = await fetch(plain.url + path, { redirect: "manual" });
        assert.ok([303, 401, 403, 404].includes(answer.status), `${path}: ${answer.status}`);
      }
      assert.doesNotMatch(await (await fetch(`${plain.url}/aide`)).text(), /class="demo"/);
    } finally {
      await plain.stop();
    }
  });
});
