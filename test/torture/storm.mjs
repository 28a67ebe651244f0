// SPDX-License-Identifier: Apache-2.0
// storm.mjs - 500 notifications a round: 100,000 in a whole run, 2,500 in the share that
// "make test" takes. See test/storm.mjs.
import assert from "node:assert/strict";
import { engines } from "../server.mjs";
import { storm } from "../storm.mjs";

const count = 500 * Number(process.env.TORTURE_ROUNDS ?? 200);
for (const engine of engines()) {
  const r = await storm(engine, count);
  console.log(JSON.stringify(r));
  assert.equal(r.captured, r.kept + r.given_back);
  assert.ok(r.kept > 0 && r.given_back > 0, "the storm was too small to say anything");
}
process.exit(0);
