// SPDX-License-Identifier: Apache-2.0
// kill.mjs - kill -9 under load. Companies order through the real interface; at a random moment
// the server process is killed and started again on the same database. Then:
//   - every acknowledged order (a 303 that names it) is there, and its page is its company's;
//   - a retry with the same key after a lost answer gives one order: the one that was made, or a
//     new one, never a second;
//   - "maillon check" passes, and no stock is held without an order.
// TORTURE_ROUNDS kills on SQLite, half of them, at least two, on PostgreSQL.
import assert from "node:assert";
import { PACK_UNITS, openShop } from "../buyers.mjs";
import { engines, freePort, startServer } from "../server.mjs";
import { orderUntil, takeStock, verify } from "../witness.mjs";

const ROUNDS = Number(process.env.TORTURE_ROUNDS ?? 5);
const BUYERS_A_ROUND = 400;

async function torture(engine, rounds) {
  const shop = openShop(engine,
    { packs: rounds * BUYERS_A_ROUND, companies: rounds * BUYERS_A_ROUND });
  const port = await freePort();
  const start = () => startServer({ engine, database: shop.database, env: shop.env, port });
  const all = new Map();
  let server = await start();
  let lost = 0;
  try {
    for (let round = 0; round < rounds; round++) {
      const buyers = shop.buyers.slice(round * BUYERS_A_ROUND, (round + 1) * BUYERS_A_ROUND);
      const orders = await orderUntil(server, buyers, () => server.kill("SIGKILL"));
      server = await start();
      lost += await verify(server, orders);
      const check = shop.run("check");
      assert.equal(check.status, 0, `round ${round}: ${check.stdout}${check.stderr}`);
      for (const [buyer, ref] of orders) all.set(buyer, ref);
    }
    await server.stop();
    takeStock(shop, all, PACK_UNITS);
    console.log(`kill [${engine}]: ${rounds} kills, ${all.size} orders, all there; ` +
      `${lost} lost answers found again by their key`);
  } finally {
    await server.kill("SIGKILL");
    shop.database.remove();
  }
}

for (const engine of engines())
  await torture(engine, engine === "sqlite" ? ROUNDS : Math.max(2, Math.ceil(ROUNDS / 2)));
