// SPDX-License-Identifier: Apache-2.0
// axe.mjs - looks at pages in a real browser: axe-core finds nothing, nothing is wider than the
// screen or too low to press, no French sign may begin a line, nothing is fetched from elsewhere,
// the console stays empty, the page fits its budget.
//
//   const eye = await openEye();
//   await eye.look(server.url + "/aide", { cookie: "maillon=..." });
//   await eye.lookHere(page, "step 2");
//   await eye.close();
//
// Each page is seen on a phone and on a desk, in light and in dark. With MAILLON_SHOTS=FOLDER each
// look leaves a picture there.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { LIMIT_MS } from "./wait.mjs";

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

// The colours are all that a scheme changes (face.test.mjs holds themes to that), so in the dark
// only the rules about colour are asked again.
const COLOUR = { type: "rule", values: ["color-contrast", "link-in-text-block"] };

async function violationsOf(page, scheme) {
  const { violations } = await page.evaluate((only) =>
    globalThis.axe.run(document, { resultTypes: ["violations"], ...(only && { runOnly: only }) }),
  scheme === "dark" ? COLOUR : null);
  return violations.map((v) =>
    `${v.id}: ${v.help}\n${v.nodes.map((n) => `  ${n.html.slice(0, 160)}`).join("\n")}`);
}

// Ordinary spaces where French has ones that do not break; what programs wrote is left alone.
function looseSpaces() {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const { data, parentElement } = walk.currentNode;
    if (parentElement.closest("script, pre, code, [lang=en]")) continue;
    const at = /.{0,20} [:;?!»€%](?=\s|$)/.exec(data);
    if (at) found.push(at[0]);
  }
  return found;
}

// Whatever is pressed and is not a word in a text is 44 px high.
function smallTargets() {
  const found = [];
  for (const e of document.querySelectorAll("a, button, input, select, textarea")) {
    const { width, height } = e.getBoundingClientRect();
    const inText = e.tagName === "A" && getComputedStyle(e).display === "inline";
    if (width <= 1 || height >= 43.5 || inText || e.closest(".skip, .choice, .demo")) continue;
    found.push(`${e.textContent.trim() || e.name}: ${Math.round(height)} px`);
  }
  return found;
}

const tooWide = (page) => page.evaluate(() =>
  Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth));

async function keepPicture(page, path, look) {
  mkdirSync(process.env.MAILLON_SHOTS, { recursive: true });
  const name = path.replace(/[^a-z0-9]+/gi, "_") || "_";
  await page.screenshot({ fullPage: true,
    path: join(process.env.MAILLON_SHOTS, `${name}-${look.width}-${look.scheme}.png`) });
}

async function lookAtOpened(page, path) {
  assert.deepEqual(await page.evaluate(looseSpaces), [], `${path}: spaces that may break`);
  await page.evaluate(AXE);
  for (const look of LOOKS) {
    const where = `${path} at ${look.width} px, ${look.scheme}`;
    await page.setViewportSize({ width: look.width, height: look.height });
    await page.emulateMedia({ colorScheme: look.scheme });
    assert.equal(await tooWide(page), 0, `${where}: px wider than the screen`);
    assert.deepEqual(await page.evaluate(smallTargets), [], where);
    assert.deepEqual(await violationsOf(page, look.scheme), [], where);
    if (process.env.MAILLON_SHOTS) await keepPicture(page, path, look);
  }
  // What is left of a desk's screen at 400 %.
  await page.setViewportSize({ width: 320, height: 640 });
  assert.equal(await tooWide(page), 0, `${path} at 320 px: px wider than the screen`);
}

// One load, looked at in every width and scheme. seen: what the page's events left.
async function lookAt({ page, context, seen }, url, { cookie, status }) {
  const { pathname, search } = new URL(url);
  const path = pathname + search;
  await context.clearCookies();
  if (cookie) {
    const [name, value] = cookie.split(/=(.*)/s);
    await context.addCookies([{ name, value, url }]);
  }
  await page.setViewportSize({ width: LOOKS[0].width, height: LOOKS[0].height });
  await page.emulateMedia({ colorScheme: LOOKS[0].scheme });
  Object.assign(seen, { origin: new URL(url).origin, bytes: 0, noise: [] });
  const answer = await page.goto(url, { waitUntil: "load" });
  assert.equal(answer.status(), status, path);
  // A page that waits for something asks for itself again: not while it is looked at.
  await page.evaluate(() => globalThis.stop());
  await lookAtOpened(page, path);
  assert.ok(seen.bytes > 0 && seen.bytes < BUDGET, `${path}: ${seen.bytes} bytes`);
  // A page that answers an error is reported by the browser's console too.
  assert.deepEqual(seen.noise.filter((n) => status < 400 || !n.includes(String(status))), [], path);
}

export function openBrowser() {
  return chromium.launch({ executablePath: browserPath(),
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
      "--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows",
      "--disable-background-timer-throttling"] });
}

// Pages of their own, as patient as all that waits in a test.
export async function newContext(browser, options = {}) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(LIMIT_MS);
  return context;
}

// The page that all looks of a test share: starting one costs as much as looking. Nothing is kept
// from one look to the next but what JavaScript was compiled.
async function openPage(browser) {
  const context = await newContext(browser, {
    reducedMotion: "reduce",
    bypassCSP: true, // For axe alone; the policy itself is tested elsewhere.
  });
  const page = await context.newPage();
  const seen = { origin: "", bytes: 0, noise: [] };
  const network = await context.newCDPSession(page);
  await network.send("Network.enable");
  await network.send("Network.setCacheDisabled", { cacheDisabled: true });
  network.on("Network.loadingFinished", (e) => { seen.bytes += e.encodedDataLength; });
  page.on("console", (m) => { if (m.type() !== "debug") seen.noise.push(m.text()); });
  page.on("pageerror", (e) => seen.noise.push(String(e)));
  page.on("request", (r) => {
    if (new URL(r.url()).origin !== seen.origin) seen.noise.push(`fetches ${r.url()}`);
  });
  return { page, context, seen };
}

export async function openEye() {
  const browser = await openBrowser();
  const shared = await openPage(browser);
  return {
    browser,
    look: (url, { cookie = null, status = 200 } = {}) => lookAt(shared, url, { cookie, status }),
    // A page that a test came to by itself, in a context with bypassCSP.
    lookHere: (page, name) => lookAtOpened(page, name),
    close: () => browser.close(),
  };
}
