// SPDX-License-Identifier: Apache-2.0
// The published JSON Schema and "maillon campaign check" agree: on the demo's files, on variations
// that are good, and on single faults of every kind, found by walking the files themselves. What
// only the parts together tell is left to the check alone, and listed here.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import Ajv2020 from "ajv/dist/2020.js";

const BINARY = process.env.MAILLON_BIN ?? "build/maillon";
const read = (file) => JSON.parse(readFileSync(file, "utf8"));
const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false,
  strictTypes: false, allowUnionTypes: true }).compile(read("assets/campaign-1.schema.json"));
const demos = ["demo/masques-pme.json", "demo/aura.json"];
const dir = mkdtempSync(join(process.env.MAILLON_TEST_TMP ?? tmpdir(), "maillon-schema."));
after(() => rmSync(dir, { recursive: true, force: true }));

// The check's answers for many values, by one run of the program.
function checkAll(values) {
  const files = values.map((value, i) => {
    const file = join(dir, `${i}.json`);
    writeFileSync(file, typeof value === "string" ? value : JSON.stringify(value));
    return file;
  });
  const r = spawnSync(BINARY, ["campaign", "check", "--json", ...files],
    { encoding: "utf8", maxBuffer: 1 << 26 });
  assert.ok([0, 2].includes(r.status), r.stderr);
  const answers = r.stdout.trim().split("\n").map((line) => JSON.parse(line));
  assert.equal(answers.length, values.length);
  for (const a of answers) assert.equal(a.ok, a.faults.length === 0);
  assert.equal(r.status === 0, answers.every((a) => a.ok));
  return answers;
}

const check = (value) => checkAll([value])[0];

// Cases wait here as they are at this moment; settle() runs and judges all.
let cases = [];
function agree(value, want, what, then = () => {}) {
  cases.push({ value: structuredClone(value), want, what, then });
}

function settle() {
  const answers = checkAll(cases.map((c) => c.value));
  const settled = cases;
  cases = [];
  settled.forEach((c, i) => {
    const schema = validate(c.value);
    const why = `${c.what}\nschema: ${JSON.stringify(validate.errors?.slice(0, 3))}\n` +
      `check: ${JSON.stringify(answers[i].faults.slice(0, 3))}`;
    assert.equal(schema, c.want, why);
    assert.equal(answers[i].ok, c.want, why);
    c.then(answers[i]);
  });
  return settled.length;
}

// Every place of a value: [path, parent, key].
function* places(value, path = "") {
  if (value === null || typeof value !== "object") return;
  for (const key of Object.keys(value)) {
    if (key === "comment" || key === "$schema") continue;
    yield [`${path}/${key}`, value, key];
    yield* places(value[key], `${path}/${key}`);
  }
}

const at = (root, path) => {
  const keys = path.split("/").slice(1);
  const last = keys.pop();
  let parent = root;
  for (const k of keys) parent = parent[k];
  return [parent, last];
};

test("the demo's files are good for both", () => {
  for (const file of demos) agree(read(file), true, file);
  settle();
});

test("an unknown member is a fault everywhere", () => {
  const root = read(demos[0]);
  for (const [path, parent, key] of [...places(root), ["", { "": root }, ""]]) {
    const value = parent[key];
    if (value === null || typeof value !== "object" || Array.isArray(value)) continue;
    value.surprise = 1;
    agree(root, false, `${path}/surprise`);
    delete value.surprise;
  }
  assert.ok(settle() > 20);
});

test("a value of another type is a fault everywhere", () => {
  for (const file of demos) {
    const root = read(file);
    for (const [path] of [...places(root)]) {
      const [parent, key] = at(root, path);
      const kept = parent[key];
      for (const wrong of [typeof kept === "string" ? 7 : "x", true, [], {}, -1]) {
        // These happen to be good values there.
        if (JSON.stringify(wrong) === JSON.stringify(kept)) continue;
        if (typeof kept === "boolean" && wrong === true) continue;
        if (path.endsWith("/networks") && Array.isArray(wrong)) continue;
        if (/\/(heads|eligibility)$/.test(path) && typeof wrong === "object" &&
            !Array.isArray(wrong)) continue;
        if (path.endsWith("/closes") && typeof wrong === "object" && !Array.isArray(wrong))
          continue;
        if (/\/(name|label|summary|text|conformity|note|one|many)$/.test(path) &&
            typeof wrong === "string") continue;
        if (/\/(code|slug|good|class|vat_class)$/.test(path) && typeof wrong === "string") continue;
        if (path === "/quota" && !Array.isArray(wrong) && typeof wrong === "object") continue;
        parent[key] = wrong;
        agree(root, false, `${path} = ${JSON.stringify(wrong)}`, (answer) =>
          assert.ok(answer.faults.some((f) => f.path.startsWith(path) || path.startsWith(f.path)),
            `${path}: ${JSON.stringify(answer.faults)}`));
      }
      parent[key] = kept;
    }
  }
  assert.ok(settle() > 500);
});

test("single faults are found by both, at the same place", () => {
  const faults = [
    ["/slug", ""], ["/slug", "-a"], ["/slug", "a".repeat(41)], ["/slug", "é"],
    ["/name", ""], ["/name", " \n"], ["/name", "a\nb"], ["/name", "a\u0007"],
    ["/name", "é".repeat(121)], ["/zone", "Mars/Olympus"],
    ["/organiser/contact_email", "a"], ["/organiser/contact_email", "a@b@c"],
    ["/organiser/contact_email", "a b@c"], ["/organiser/contact_email", "@c"],
    ["/packs/0/price", "17.8.0"], ["/packs/0/price", "017.80"], ["/packs/0/price", "1."],
    ["/packs/0/price", ".5"], ["/packs/0/price", "+1"], ["/packs/0/price", "1e3"],
    ["/packs/0/price", "10000000.01"], ["/packs/0/units", 1000001],
    ["/packs/0/heads", { min: -1 }], ["/vat/0/rate", "20.01"], ["/vat/0/rate", "55"],
    ["/vat/0/rate", "5.555"],
    ["/vat/0/from", "24/03/2020"], ["/vat/0/from", "2020-13-01"], ["/vat/0/from", null],
    ["/vat/0/territories", []], ["/vat/0/territories", ["none"]],
    ["/vat/0/territories", ["mainland", "mainland"]],
    ["/eligibility/networks", ["CCI"]], ["/eligibility/networks", ["cci", "cci"]],
    ["/eligibility/departments", []], ["/eligibility/departments", ["20"]],
    ["/eligibility/departments", ["1"]], ["/eligibility/departments", ["979"]],
    ["/eligibility/legal_categories", {}], ["/eligibility/legal_categories", { only: ["0"] }],
    ["/eligibility/legal_categories", { only: ["5"], except: ["6"] }],
    ["/eligibility/activities", { only: [] }], ["/eligibility/activities", { only: ["107"] }],
    ["/eligibility/activities", { only: ["10.71c"] }],
    ["/cohorts/0/bands", ["unknown"]], ["/cohorts/0/bands", []],
    ["/cohorts/0/opens", null], ["/cohorts/0/opens", {}],
    ["/cohorts/0/opens", { default: "2020-05-02T25:00" }],
    ["/cohorts/0/opens", { paris: "2020-05-02" }],
    ["/cohorts/0/opens", "2020-05-02T08:00Z"], ["/cohorts/0/opens", "1999-12-31"],
    ["/quota/per_head", 1.5], ["/quota/period_days", 3661], ["/quota/units_max", 0],
    ["/orders/hold_minutes", 4], ["/orders/assisted_hold_minutes", 4],
    ["/orders/assisted_hold_minutes", 10081], ["/orders/delay", { days: 1 }],
    ["/orders/delay", { days: 0, from: "order" }],
    ["/orders/delay", { days: 1, working_days: 1, from: "order" }],
    ["/delivery/price", "free"], ["/pools/0/units", -1], ["/pools/0/units", 1.5],
  ];
  for (const [path, wrong] of faults) {
    const root = read(demos[0]);
    const [parent, key] = at(root, path);
    parent[key] = wrong;
    agree(root, false, `${path} = ${JSON.stringify(wrong)}`, (answer) => {
      assert.ok(answer.faults.some((f) => f.path.startsWith(path)), JSON.stringify(answer.faults));
      assert.ok(answer.faults.every((f) => f.line >= 1 && f.column >= 1 && f.text.length > 5));
    });
  }
  settle();
});

test("a missing member is a fault where the schema requires it", () => {
  for (const file of demos) {
    const cut = [...places(read(file))].map(([path]) => {
      const root = read(file);
      const [parent, key] = at(root, path);
      if (!Array.isArray(parent)) delete parent[key];
      return [path, root];
    });
    const answers = checkAll(cut.map(([, root]) => root));
    for (const [i, [path, root]] of cut.entries()) {
      const schema = validate(root), answer = answers[i];
      // The schema cannot tell that a policy lacks a pack, a rate or a limit without it.
      if (schema && !answer.ok)
        assert.ok(["/packs", "/vat", "/quota", "/cohorts", "/pools"].some((p) =>
          answer.faults[0].path.startsWith(p)), `${path}: ${JSON.stringify(answer.faults)}`);
      else
        assert.equal(answer.ok, schema, `${path}: ${JSON.stringify(validate.errors)} ` +
          JSON.stringify(answer.faults));
    }
  }
});

test("good variations are good for both", () => {
  const good = [
    ["/cohorts/0/opens", { default: "2020-05-02T08:00", corsica: "2020-05-03T08:00:30" }],
    ["/cohorts/0/closes", { default: null, corsica: "2021-01-01" }],
    ["/cohorts/0/closes", null], ["/cohorts/0/networks", ["cma"]],
    ["/vat/0/until", null], ["/packs/0/price", "0.01"], ["/packs/0/price", "10000000.00"],
    ["/eligibility/activities", { only: ["10", "10.7", "10.71", "10.71C"] }],
    ["/eligibility/legal_categories", { only: ["1", "54", "571", "5710"] }],
    ["/eligibility/departments", ["01", "19", "21", "2A", "2B", "95", "971", "978"]],
    ["/quota/origin", "2020-05-01"], ["/quota/units_max", 1000],
    ["/orders/delay", { working_days: 10, from: "delivery" }],
    ["/orders/assisted_hold_minutes", 30], ["/orders/assisted_hold_minutes", 10080],
    ["/organiser/name", "Éditions de l’Œuvre & fils"],
    ["/delivery/text", "Une ligne.\nUne autre."],
  ];
  for (const [path, value] of good) {
    const root = read(demos[0]);
    const [parent, key] = at(root, path);
    parent[key] = value;
    agree(root, true, `${path} = ${JSON.stringify(value)}`);
  }
  settle();
});

test("the check alone finds what only the parts together tell", () => {
  const wrong = [
    ["/packs/0/good", "gel", "/packs/0/good"],
    ["/packs/0/price", "0", "/packs/0/price"],
    ["/packs/1/code", "lot-6", "/packs/1/code"],
    ["/packs/0/heads", { min: 0, max: 8 }, "/packs"],
    ["/vat/0/from", "2020-06-01", "/vat"],
    ["/vat/0/territories", ["mainland", "corsica", "guyane"], "/vat/0/rate"],
    ["/vat/0/from", "2020-01-01", "/vat/1"],
    ["/pools/0/territories", ["mainland"], "/pools"],
    ["/cohorts/0/closes", "2020-05-01", "/cohorts/0/closes"],
    ["/cohorts/0/opens", "2020-03-29T02:30", "/cohorts/0/opens"],
    ["/cohorts/0/opens", "2020-02-30", "/cohorts/0/opens"],
    ["/cohorts/0/opens", { default: "2020-05-02", reunion: "2020-05-02" },
      "/cohorts/0/opens/reunion"],
    ["/eligibility/heads", { min: 50, max: 49 }, "/eligibility/heads"],
    ["/quota", {}, "/quota"],
    ["/orders/assisted_hold_minutes", 29, "/orders/assisted_hold_minutes"],
  ];
  for (const [path, value, where] of wrong) {
    const root = read(demos[0]);
    const [parent, key] = at(root, path);
    parent[key] = value;
    assert.ok(validate(root), `${path}: ${JSON.stringify(validate.errors)}`);
    const answer = check(root);
    assert.ok(answer.faults.some((f) => f.path === where), JSON.stringify(answer.faults));
  }
});

test("the mark that some editors write before UTF-8 is no part of the file", () => {
  assert.deepEqual(check("\ufeff" + readFileSync(demos[1], "utf8")).faults, []);
  const answer = check("\ufeff\ufeff{}");
  assert.deepEqual([answer.ok, answer.faults[0].line], [false, 1]);
});

test("what is no JSON is refused with its line", () => {
  const text = readFileSync(demos[0], "utf8");
  for (const [bad, line] of [
    ["", 1], ["{", 1], ["nonsense", 1], [text.replace('"slug": "masques-pme",', '"slug" "x",'), 4],
    ['{"slug": "a",\n"slug": "b"}', 2], ["[".repeat(100), 1], ['{"slug": "a\\u0000"}', 1],
  ]) {
    const answer = check(bad);
    assert.equal(answer.ok, false);
    assert.ok(answer.faults[0].line >= line, JSON.stringify(answer.faults));
  }
});
