// SPDX-License-Identifier: Apache-2.0
// oversell.mjs - 200 companies order at once for 1, 10 and 500 packs, through the real interface,
// on both engines: sold = min(stock, demand), everybody else is told that it is sold out, and the
// counters agree. Half of TORTURE_ROUNDS for each stock, at least three.
import assert from "node:assert";
import { PACK_UNITS, makeAgent, openShop, placeOrder } from "../buyers.mjs";
import { engines, startServer } from "../server.mjs";

const ROUNDS = Math.max(3, Math.floor(Number(process.env.TORTURE_ROUNDS ?? 6) / 2));
const BUYERS = 200;

async function round(engine, packs) {
  const shop = openShop(engine, { packs, companies: BUYERS });
  const server = await startServer({ engine, database: shop.database, env: shop.env });
  const agent = makeAgent();
  try {
    const answers = await Promise.all(shop.buyers.map((buyer) =>
      placeOrder(server.port, agent, buyer, { key: `oversell-${buyer.siren}` })));
    const sold = answers.filter((a) => a.status === 303 && a.ref).length;
    const refused = answers.filter((a) => a.status === 409).length;
    assert.equal(sold, Math.min(packs, BUYERS));
    assert.equal(sold + refused, BUYERS);
    await server.stop();
    assert.equal(Number(shop.sql("SELECT COUNT(*) FROM orders")), sold);
    assert.equal(shop.sql("SELECT SUM(available) FROM stock_slot"),
      String((packs - sold) * PACK_UNITS));
    assert.equal(shop.run("check").status, 0);
  } finally {
    agent.destroy();
    await server.kill("SIGKILL");
    shop.database.remove();
  }
}

for (const engine of engines()) {
  for (const packs of [1, 10, 500])
    for (let i = 0; i < ROUNDS; i++) await round(engine, packs);
  console.log(`oversell [${engine}]: ${ROUNDS} rounds each of ${BUYERS} buyers for 1, 10 and ` +
    "500 packs: never one too many, never one too few");
}
