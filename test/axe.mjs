// SPDX-License-Identifier: Apache-2.0
// axe.mjs - looks at pages in a real browser: axe-core finds nothing, nothing is wider than the
// screen, nothing is fetched from elsewhere, the console stays empty, the page fits its budget.
//
//   const eye = await openEye();
//   await eye.look(server.url + "/aide", { cookie: "maillon=..." });
//   await eye.close();
//
// Each page is seen on a phone and on a desk, in light and in dark. With MAILLON_SHOTS=FOLDER each
// look leaves a picture there.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

const AXE = readFileSync("node_modules/axe-core/axe.min.js", "utf8");
const BUDGET = 60 * 1024; // Bytes of a first page with style and script, as sent.
const LOOKS = [
  { width: 390, height: 844, scheme: "light" },
  { width: 390, height: 844, scheme: "dark" },
  { width: 1280, height: 900, scheme: "light" },
  { width: 1280, height: 900, scheme: "dark" },
];

function browserPath() {
  const known = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome"];
  const found = known.find((path) => path && existsSync(path));
  assert.ok(found, "Chromium is missing: apt-get install chromium");
  return found;
}

async function lookOnce(browser, url, look, { cookie, status }) {
  const where = `${new URL(url).pathname} at ${look.width} px, ${look.scheme}`;
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.height },
    colorScheme: look.scheme,
    reducedMotion: "reduce",
    bypassCSP: true, // For axe alone; the policy itself is tested elsewhere.
  });
  try {
    if (cookie) {
      const [name, value] = cookie.split(/=(.*)/s);
      await context.addCookies([{ name, value, url }]);
    }
    const page = await context.newPage();
    const noise = [];
    let bytes = 0;
    page.on("console", (m) => { if (m.type() !== "debug") noise.push(m.text()); });
    page.on("pageerror", (e) => noise.push(String(e)));
    page.on("request", (r) => {
      if (new URL(r.url()).origin !== new URL(url).origin) noise.push(`fetches ${r.url()}`);
    });
    page.on("requestfinished", async (r) => { bytes += (await r.sizes()).responseBodySize; });
    const answer = await page.goto(url, { waitUntil: "load" });
    assert.equal(answer.status(), status, where);
    const wider = await page.evaluate(() =>
      document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wider <= 0, `${where}: ${wider} px wider than the screen`);
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(() =>
      globalThis.axe.run(document, { resultTypes: ["violations"] }));
    const found = violations.map((v) =>
      `${v.id}: ${v.help}\n${v.nodes.map((n) => `  ${n.html.slice(0, 160)}`).join("\n")}`);
    assert.deepEqual(found, [], where);
    assert.ok(bytes < BUDGET, `${where}: ${bytes} bytes`);
    // A page that answers an error is reported by the browser's console too.
    assert.deepEqual(noise.filter((n) => status < 400 || !n.includes(String(status))), [], where);
    if (process.env.MAILLON_SHOTS) {
      mkdirSync(process.env.MAILLON_SHOTS, { recursive: true });
      const name = new URL(url).pathname.replace(/[^a-z0-9]+/gi, "_") || "_";
      await page.screenshot({ fullPage: true,
        path: join(process.env.MAILLON_SHOTS, `${name}-${look.width}-${look.scheme}.png`) });
    }
  } finally {
    await context.close();
  }
}

export async function openEye() {
  const browser = await chromium.launch({
    executablePath: browserPath(),
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  return {
    browser,
    look: async (url, { cookie = null, status = 200 } = {}) => {
      for (const look of LOOKS) await lookOnce(browser, url, look, { cookie, status });
    },
    close: () => browser.close(),
  };
}
