// SPDX-License-Identifier: Apache-2.0
// kill.mjs - kill -9 under load. Companies order through the real interface; at a random moment
// the server process is killed and started again on the same database. Then:
//   - every acknowledged order (a 303 that names it) is there, and its page is its company's;
//   - a retry with the same key after a lost answer gives one order: the one that was made, or a
//     new one, never a second;
//   - "maillon check" passes, and no stock is held without an order.
// TORTURE_ROUNDS kills on SQLite; a tenth of them, at least two, on PostgreSQL.
import assert from "node:assert";
import http from "node:http";
import { PACK_UNITS, makeAgent, openShop, placeOrder } from "../buyers.mjs";
import { engines, freePort, startServer } from "../server.mjs";

const ROUNDS = Number(process.env.TORTURE_ROUNDS ?? 5);
const BUYERS_A_ROUND = 400;
const AT_ONCE = 32;

const keyOf = (buyer) => `torture-${buyer.siren}-cle`;

function orderPage(port, agent, buyer, ref) {
  return new Promise((resolve, reject) => {
    http.get({ host: "127.0.0.1", port, agent, path: `/commandes/${ref}`,
      headers: { cookie: `maillon=${buyer.cookie}` } }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode));
    }).on("error", reject);
  });
}

async function inParallel(list, work) {
  let next = 0;
  const one = async () => {
    while (next < list.length) await work(list[next++]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

// Orders until the server dies; orders: buyer -> ref, or null when no answer came.
async function orderUntilKilled(server, buyers, orders) {
  const agent = makeAgent();
  const wanted = Math.floor(Math.random() * BUYERS_A_ROUND * 0.9);
  let answered = 0;
  let killed = null;
  await inParallel(buyers, async (buyer) => {
    if (killed) return;
    orders.set(buyer, null);
    try {
      const answer = await placeOrder(server.port, agent, buyer, { key: keyOf(buyer) });
      assert.equal(answer.status, 303, answer.text);
      assert.ok(answer.ref);
      orders.set(buyer, answer.ref);
      answered++;
    } catch (e) {
      if (e instanceof assert.AssertionError) throw e;
    }
    if (answered > wanted && !killed) killed = server.kill("SIGKILL");
  });
  await (killed ?? server.kill("SIGKILL"));
  agent.destroy();
}

// Returns how many answers had been lost.
async function verify(server, orders) {
  const agent = makeAgent();
  let lost = 0;
  await inParallel([...orders], async ([buyer, ref]) => {
    if (ref !== null) {
      assert.equal(await orderPage(server.port, agent, buyer, ref), 200,
        `order ${ref} was acknowledged and is gone`);
      return;
    }
    lost++;
    const first = await placeOrder(server.port, agent, buyer, { key: keyOf(buyer) });
    assert.equal(first.status, 303, first.text);
    const again = await placeOrder(server.port, agent, buyer, { key: keyOf(buyer) });
    assert.equal(again.ref, first.ref, "one key made two orders");
    orders.set(buyer, first.ref);
  });
  agent.destroy();
  return lost;
}

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
      const orders = new Map();
      await orderUntilKilled(server, buyers, orders);
      server = await start();
      lost += await verify(server, orders);
      const check = shop.run("check");
      assert.equal(check.status, 0, `round ${round}: ${check.stdout}${check.stderr}`);
      for (const [buyer, ref] of orders) all.set(buyer, ref);
    }
    await server.stop();
    assert.equal(new Set(all.values()).size, all.size);
    assert.equal(Number(shop.sql("SELECT COUNT(*) FROM orders")), all.size);
    assert.equal(Number(shop.sql("SELECT COALESCE(SUM(held), 0) FROM stock_slot")),
      all.size * PACK_UNITS);
    console.log(`kill [${engine}]: ${rounds} kills, ${all.size} orders, all there; ` +
      `${lost} lost answers found again by their key`);
  } finally {
    await server.kill("SIGKILL");
    shop.database.remove();
  }
}

for (const engine of engines())
  await torture(engine, engine === "sqlite" ? ROUNDS : Math.max(2, Math.ceil(ROUNDS / 10)));
