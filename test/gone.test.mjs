// SPDX-License-Identifier: Apache-2.0
// gone.test.mjs - buyers whose connection goes while their order is being made, at any moment from
// half a body to the answer on its way. The order is there whole or not at all; the same key asked
// again finds it, and there is never a second.
import assert from "node:assert";
import { connect } from "node:net";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { PACK_UNITS, SLUG, makeAgent, openShop, orderBody, placeOrder } from "./buyers.mjs";
import { engines, startServer } from "./server.mjs";

const REPEATS = 50;
const keyOf = (buyer) => `partie-${buyer.siren}-cle`;

// Posts the order and is gone; part: how much of the body is sent at all, wait_ms: how long it
// stays then, reset: with an RST instead of a FIN.
async function leave(server, buyer, { part, wait_ms, reset }) {
  const body = Buffer.from(orderBody(buyer, { key: keyOf(buyer) }));
  const head = `POST /c/${SLUG}/commander HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n` +
    "Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n" +
    `Cookie: maillon=${buyer.cookie}\r\nContent-Length: ${body.length}\r\n\r\n`;
  const s = connect({ port: server.port, host: "127.0.0.1", noDelay: true });
  const closed = new Promise((resolve) => { s.on("close", resolve); s.on("error", () => {}); });
  await new Promise((resolve) => s.once("connect", resolve));
  await new Promise((resolve) => {
    s.write(Buffer.concat([Buffer.from(head),
      body.subarray(0, Math.floor(body.length * part))]), resolve);
  });
  if (wait_ms > 0) await sleep(wait_ms);
  if (reset) s.resetAndDestroy();
  else s.destroy();
  await closed;
}

for (const engine of engines()) {
  describe(`clients that leave during their order [${engine}]`, () => {
    test(`${REPEATS} moments: one order each, by the key, and nobody else is harmed`, async () => {
      const shop = openShop(engine, { packs: 3 * REPEATS, companies: 2 * REPEATS });
      const server = await startServer({ engine, database: shop.database, env: shop.env });
      const agent = makeAgent();
      const refs = new Set();
      try {
        for (let i = 0; i < REPEATS; i++) {
          const [buyer, other] = [shop.buyers[2 * i], shop.buyers[2 * i + 1]];
          const beside = placeOrder(server.port, agent, other, { key: keyOf(other) });
          await leave(server, buyer, {
            part: i % 5 === 4 ? Math.random() : 1,
            wait_ms: i % 3 === 0 ? 0 : Math.random() * 12,
            reset: i % 2 === 0,
          });
          // At once: the first request may still be under way.
          const [again, same] = await Promise.all([1, 2].map(() =>
            placeOrder(server.port, agent, buyer, { key: keyOf(buyer) })));
          assert.equal(again.status, 303, again.text);
          assert.ok(again.ref);
          assert.equal(same.ref, again.ref, "one key made two orders");
          assert.equal((await beside).status, 303);
          refs.add(again.ref);
        }
        assert.equal(refs.size, REPEATS);
        assert.equal(Number(shop.sql("SELECT COUNT(*) FROM orders")), 2 * REPEATS);
        assert.equal(Number(shop.sql("SELECT COUNT(*) FROM order_line")), 2 * REPEATS);
        assert.equal(Number(shop.sql("SELECT SUM(held) FROM stock_slot")),
          2 * REPEATS * PACK_UNITS);
        const check = shop.run("check");
        assert.equal(check.status, 0, check.stdout + check.stderr);
        const ready = await fetch(`${server.url}/readyz`);
        assert.equal(ready.status, 200, await ready.text());
      } finally {
        agent.destroy();
        assert.deepEqual(await server.stop(), { code: 0, signal: null });
        shop.database.remove();
      }
    });
  });
}
