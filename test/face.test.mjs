// SPDX-License-Identifier: Apache-2.0
// Measures the colours of the style sheet and of every theme by WCAG 2.1: each token on each ground
// it may stand on, light and dark. No browser is needed.
import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { test } from "node:test";

const base = readFileSync("assets/app.css", "utf8");
const part = ["console", "care", "board"]
  .map((name) => readFileSync(`assets/${name}.css`, "utf8")).join("\n");

// The custom properties of the :root blocks outside print: { light, dark }.
function tokensOf(css) {
  const light = {};
  const dark = {};
  const screen = css.replace(/@media print\s*\{[\s\S]*?\n\}/g, "");
  const darkBlock = /@media \(prefers-color-scheme: dark\)\s*\{\s*:root\s*\{([^}]*)\}/.exec(screen);
  const lightBlock = /(?:^|\n):root\s*\{([^}]*)\}/.exec(screen);
  const read = (text, into) => {
    for (const [, name, value] of (text ?? "").matchAll(/--([a-z-]+):\s*(#[0-9a-fA-F]{6})\s*;/g))
      into[name] = value;
  };
  read(lightBlock?.[1], light);
  read(darkBlock?.[1], dark);
  return { light, dark };
}

function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
  const [x, y] = [luminance(a), luminance(b)].sort((m, n) => n - m);
  return (x + 0.05) / (y + 0.05);
}

// Text 4.5:1, parts of controls and graphics 3:1.
const PAIRS = [
  ...["ink", "soft", "accent", "good", "warn", "bad"].flatMap((t) =>
    [[t, "paper", 4.5], [t, "tint", 4.5]]),
  ["accent-ink", "accent", 4.5],
  ["paper", "ink", 4.5], // The demo strip.
  ["ink", "paper", 3],   // The dark line of the focus ring.
];

test("the formula gives the known extremes", () => {
  assert.equal(contrast("#000000", "#ffffff"), 21);
  assert.equal(contrast("#777777", "#777777"), 1);
  assert.ok(Math.abs(contrast("#767676", "#ffffff") - 4.54) < 0.01);
});

const themes = readdirSync("assets").filter((f) => /^theme-.*\.css$/.test(f));
for (const theme of [null, ...themes]) {
  test(`contrast of ${theme ?? "the built-in colours"}`, () => {
    const plain = tokensOf(base);
    const own = theme ? tokensOf(readFileSync(`assets/${theme}`, "utf8")) : { light: {}, dark: {} };
    for (const scheme of ["light", "dark"]) {
      const tokens = { ...plain[scheme], ...own[scheme] };
      assert.equal(Object.keys(plain[scheme]).length, 11, `tokens of ${scheme}`);
      for (const [a, b, least] of PAIRS) {
        const is = contrast(tokens[a], tokens[b]);
        assert.ok(is >= least, `${scheme}: ${a} on ${b} is ${is.toFixed(2)}:1, ${least} is needed`);
      }
      // The ring is seen against the ground or against the line it is drawn around.
      const ring = Math.max(contrast(tokens.ring, tokens.paper), contrast(tokens.ring, tokens.ink));
      assert.ok(ring >= 3, `${scheme}: the focus ring is ${ring.toFixed(2)}:1`);
    }
  });
}

test("a theme changes tokens and nothing else", () => {
  for (const theme of themes) {
    const css = readFileSync(`assets/${theme}`, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
    const rest = css.replace(/--[a-z-]+:\s*#[0-9a-fA-F]{6}\s*;/g, "")
      .replace("@media (prefers-color-scheme: dark)", "").replaceAll(":root", "")
      .replace(/[{}\s]/g, "");
    assert.equal(rest, "", theme);
  }
});

test("colours are named once: no other rule holds a colour of its own", () => {
  const rules = (base + part).replace(/@media print\s*\{[\s\S]*?\n\}/g, "")
    .replace(/:root\s*\{[^}]*\}/g, "");
  assert.deepEqual(rules.match(/#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(/g), null);
});

test("style and script fit their budget and load nothing from elsewhere", () => {
  for (const [name, most] of [["app.css", 20_000], ["app.js", 6_000], ["console.css", 5_000],
    ["console.js", 3_000], ["care.css", 3_000], ["photo.js", 3_000]])
    assert.ok(statSync(`assets/${name}`).size < most, name);
  assert.doesNotMatch(base + part, /url\(|@import/);
  for (const name of ["app.js", "console.js", "photo.js", "live.js"])
    assert.doesNotMatch(readFileSync(`assets/${name}`, "utf8"),
      /innerHTML|insertAdjacentHTML|document\.write|https?:|eval\(/);
});
