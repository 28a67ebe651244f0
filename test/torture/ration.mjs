// SPDX-License-Identifier: Apache-2.0
// ration.mjs - one company with five establishments posts 50 orders at once, each with a key of
// its own, on both engines: the quota counts over all of them and is never passed. Half of
// TORTURE_ROUNDS, at least three.
import assert from "node:assert";
import { PACK_UNITS, makeAgent, openShop, placeOrder } from "../buyers.mjs";
import { engines, startServer } from "../server.mjs";

const ROUNDS = Math.max(3, Math.floor(Number(process.env.TORTURE_ROUNDS ?? 6) / 2));
const POSTS = 50;
const HEADS = 9;
const QUOTA_PACKS = Math.floor(((HEADS + 1) * 4) / PACK_UNITS); // The owner counts.

async function torture(engine) {
  const shop = openShop(engine, { packs: 100000, companies: ROUNDS, heads: HEADS, sites: 5 });
  const server = await startServer({ engine, database: shop.database, env: shop.env });
  const agent = makeAgent();
  try {
    let orders = 0;
    for (const [i, buyer] of shop.buyers.entries()) {
      const packs = 1 + (i % (QUOTA_PACKS + 1));
      const answers = await Promise.all(Array.from({ length: POSTS }, (_, n) =>
        placeOrder(server.port, agent, buyer,
          { key: `ration-${buyer.siren}-${n}`, packs, site: n % 5 })));
      if (packs > QUOTA_PACKS) {
        assert.ok(answers.every((a) => a.status === 409 && !a.ref));
        continue;
      }
      orders++;
      // While an order is held the others are led back to it: also a 303, with the same name.
      assert.ok(answers.every((a) => a.status === 303 && a.ref),
        answers.find((a) => a.status !== 303)?.text);
      assert.equal(new Set(answers.map((a) => a.ref)).size, 1, "more than one order was made");
    }
    await server.stop();
    assert.equal(shop.sql("SELECT COUNT(*) FROM orders"), String(orders));
    const most = Number(shop.sql("SELECT MAX(s) FROM (SELECT SUM(units) AS s FROM orders " +
      "GROUP BY siren) AS t"));
    assert.ok(most <= QUOTA_PACKS * PACK_UNITS);
    assert.equal(shop.run("check").status, 0);
  } finally {
    agent.destroy();
    await server.kill("SIGKILL");
    shop.database.remove();
  }
  console.log(`ration [${engine}]: ${ROUNDS} companies, ${POSTS} posts at once from 5 ` +
    "establishments each: quota kept");
}

for (const engine of engines()) await torture(engine);
