// SPDX-License-Identifier: Apache-2.0
// power.mjs - the power is cut, and the disk fills or fails, at many more moments than in the unit
// tests: TORTURE_ROUNDS trials of src/db/power_test.c, each with another seed, which it prints.
import assert from "node:assert";
import { spawnSync } from "node:child_process";

const rounds = process.env.TORTURE_ROUNDS ?? "5";
const run = spawnSync("build/unit", ["power"], {
  env: { ...process.env, MAILLON_POWER_ROUNDS: rounds }, encoding: "utf8", maxBuffer: 1 << 30 });
const said = `${run.stdout}${run.stderr}`.split("\n").filter((line) => !line.startsWith("{"));
assert.equal(run.status, 0, said.slice(-60).join("\n"));
const sum = (pattern) => said.reduce((all, line) => all + Number(pattern.exec(line)?.[1] ?? 0), 0);
console.log(`power: ${sum(/(\d+) power cuts/)} power cuts and ${sum(/(\d+) faults/)} faults ` +
  `of the disk: nothing acknowledged was lost, nothing was half there`);
