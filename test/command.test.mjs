// SPDX-License-Identifier: Apache-2.0
// The command line from outside: whatever is wrong with the arguments of a command is named, with
// how the command is called, before anything is opened or done.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const run = (...args) => {
  const r = spawnSync("build/maillon", args, { encoding: "utf8",
    env: { ...process.env, MAILLON_DB: "sqlite:/nowhere/at/all.db" } });
  return { code: r.status, out: r.stdout, err: r.stderr };
};

function refused(args, message) {
  const r = run(...args);
  assert.equal(r.code, 2, `${args.join(" ")}: ${r.err}`);
  assert.equal(r.out, "");
  assert.equal(r.err.split("\n")[0], `maillon: ${message}`);
  return r.err;
}

/* [words, usage] of every command, as the program tells them. */
function commands() {
  const declared = readFileSync("src/commands.h", "utf8");
  return [...declared.matchAll(/^COMMAND\("([^"]+)"/gm)].map(([, words]) => {
    const usage = run(...words.split(" "), "--help").out.match(/^usage: maillon (.*)$/m);
    return [words.split(" "), usage[1]];
  });
}

test("an unknown option is named, whatever the command", () => {
  const all = commands();
  assert.ok(all.length > 40);
  for (const [words, usage] of all)
    assert.ok(refused([...words, "--nope"], "'--nope' is no option here")
      .endsWith(`\nusage: maillon ${usage}\n`), words.join(" "));
});

test("each option of each usage is known: without its value and repeated it is named", () => {
  for (const [words, usage] of commands())
    for (const [, option, value] of usage.matchAll(/--([a-z-]+)( \w)?/g)) {
      if (value !== undefined) {
        refused([...words, `--${option}`], `'--${option}' lacks its value`);
        refused([...words, `--${option}`, "--json"], `'--${option}' lacks its value`);
        refused([...words, `--${option}=a`, `--${option}`, "b"],
          `'--${option}' is given twice`);
      } else {
        refused([...words, `--${option}=1`], `'--${option}=1' takes no value`);
        refused([...words, `--${option}`, `--${option}`], `'--${option}' is given twice`);
      }
    }
});

test("every option that a handler asks for stands in its usage", () => {
  const source = spawnSync("grep", ["-rhoE",
    "arg_(option|flag|option_int|option_day)\\(&?args, \"[a-z-]+", "src"], { encoding: "utf8" });
  const asked = new Set([...source.stdout.matchAll(/"([a-z-]+)/g)].map((m) => m[1]));
  const said = commands().map((c) => c[1]).join(" ");
  assert.ok(asked.size > 20);
  for (const option of asked)
    assert.ok(["help", "db"].includes(option) || said.includes(`--${option}`), option);
});

test("what is for every command is checked before and behind its words", () => {
  refused(["--nope", "check"], "'--nope' is no option here");
  refused(["-x"], "'-x' is no option here");
  refused(["--db"], "'--db' lacks its value");
  refused(["check", "--db"], "'--db' lacks its value");
  refused(["check", "--db", "--reopen"], "'--db' lacks its value");
  refused(["--db", "sqlite:a", "check", "--db=sqlite:b"], "'--db=sqlite:b' is given twice");
  refused(["version", "--json", "--json"], "'--json' is given twice");
});

test("a word too many and one too few are named", () => {
  assert.match(refused(["campaign", "check", "--json"], "FILE is missing"),
    /\nusage: maillon campaign check FILE/);
  assert.match(refused(["version", "now"], "'now' is not expected here"),
    /\nusage: maillon version \[--json\]\n$/);
  refused(["campaign", "check", "demo/aura.json", "--nope"], "'--nope' is no option here");
});
