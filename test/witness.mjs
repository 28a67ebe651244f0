// SPDX-License-Identifier: Apache-2.0
// witness.mjs - who orders while something terrible happens, remembers what was acknowledged, and
// looks for it afterwards. For trials that kill the server or cut its power.
//
//   const orders = await orderUntil(server, buyers, () => server.kill("SIGKILL"));
//   ... start again on the same database ...
//   const lost = await verify(again, orders);   // how many answers had been lost
import assert from "node:assert";
import http from "node:http";
import { makeAgent, placeOrder } from "./buyers.mjs";

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

// Orders until, after a random number of answers, strike() is called; it ends the server. The
// orders by buyer: the name of each that was acknowledged, or null when no answer said so.
// lateCounts: whether an answer that is read after the strike binds the server.
export async function orderUntil(server, buyers, strike, { lateCounts = true } = {}) {
  const agent = makeAgent();
  const orders = new Map();
  const wanted = Math.floor(Math.random() * buyers.length * 0.9);
  let answered = 0;
  let struck = null;
  await inParallel(buyers, async (buyer) => {
    if (struck) return;
    orders.set(buyer, null);
    try {
      const answer = await placeOrder(server.port, agent, buyer, { key: keyOf(buyer) });
      // Whoever cannot write any more may say so.
      assert.ok(answer.status === 303 || (struck && answer.status >= 500), answer.text);
      if (answer.status === 303) {
        assert.ok(answer.ref);
        if (!struck || lateCounts) orders.set(buyer, answer.ref);
        answered++;
      }
    } catch (e) {
      if (e instanceof assert.AssertionError) throw e;
    }
    if (answered > wanted && !struck) struck = strike();
  });
  await (struck ?? strike());
  agent.destroy();
  return orders;
}

// Each acknowledged order is there. A retry with the same key after a lost answer gives one order:
// the one that was made, or a new one, never a second.
export async function verify(server, orders) {
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

// At the end: all orders have names of their own, and the stock that is held is theirs.
export function takeStock(shop, orders, packUnits) {
  assert.equal(new Set(orders.values()).size, orders.size);
  assert.equal(Number(shop.sql("SELECT COUNT(*) FROM orders")), orders.size);
  assert.equal(Number(shop.sql("SELECT COALESCE(SUM(held), 0) FROM stock_slot")),
    orders.size * packUnits);
}
