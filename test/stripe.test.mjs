// SPDX-License-Identifier: Apache-2.0
// stripe.test.mjs - webhooks signed by Stripe's own client, and a payment through Checkout.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import StripeClient from "stripe";
import { engines } from "./server.mjs";
import { formOf, http, hurry, openTill } from "./till.mjs";
import { until } from "./wait.mjs";

const PAID = 3, HELD = 1, EXPIRED = 7, REFUNDED = 10;
const client = new StripeClient("sk_test_till");
const seconds = () => Math.floor(Date.now() / 1000);

for (const engine of engines()) {
  describe(`stripe on ${engine}`, () => {
    let till;
    let next = 0;
    const secrets = { old: "whsec_till", new: "whsec_rotated" };

    before(async () => {
      till = await openTill({ engine, companies: 12, env: { MAILLON_PAY: "stripe",
        MAILLON_STRIPE_HOOK_SECRET: `${secrets.old},${secrets.new}` } });
      till.bank.stripe.signer = (payload, secret, timestamp) =>
        client.webhooks.generateTestHeaderString({ payload, secret, timestamp });
    });
    after(async () => till?.close());

    const sign = (payload, secret = secrets.old, timestamp = seconds()) =>
      client.webhooks.generateTestHeaderString({ payload, secret, timestamp });
    const post = (payload, signature) => http("POST", `${till.url}/hook/stripe`, {
      headers: { "Content-Type": "application/json",
        ...(signature ? { "Stripe-Signature": signature } : {}) }, body: payload });
    const event = (id, type = "customer.created", object = { id: "cus_1" }) =>
      JSON.stringify({ id, object: "event", type, created: seconds(), livemode: false,
        data: { object } });
    const stored = () => Number(till.sql("SELECT count(*) AS n FROM payment_event")[0].n);

    test("a header of Stripe's own client is accepted, once stored", async () => {
      const payload = event("evt_a");
      assert.equal((await post(payload, sign(payload))).status, 200);
      const known = stored();
      assert.equal((await post(payload, sign(payload, secrets.old, seconds() + 1))).status, 200);
      assert.equal(stored(), known);
    });

    test("both secrets are good while they rotate; one of two signatures is enough", async () => {
      const payload = event("evt_b");
      assert.equal((await post(payload, sign(payload, secrets.new))).status, 200);
      const at = seconds();
      const other = sign(payload, "whsec_unknown", at);
      const good = sign(payload, secrets.old, at);
      const two = `${other},${good.split(",").find((p) => p.startsWith("v1="))}`;
      assert.equal((await post(payload, two)).status, 200);
    });

    test("what is changed, foreign, old or unreadable is refused without a trace", async () => {
      const payload = event("evt_c");
      const known = stored();
      const header = sign(payload);
      for (const [body, signature, status] of [
        [payload.replace("evt_c", "evt_d"), header, 403],
        [`${payload} `, header, 403],
        [payload, sign(payload, "whsec_unknown"), 403],
        [payload, sign(payload, secrets.old, seconds() - 301), 403],
        [payload, header.replace(/t=\d+/, `t=${seconds() + 5}`), 403],
        [payload, header.replace(/v1=/, "v0="), 400],
        [payload, "t=,v1=", 400], [payload, "nonsense", 400], [payload, null, 400],
        ["{}", sign("{}"), 400], ["[", sign("["), 400],
      ]) {
        const r = await post(body, signature);
        assert.equal(r.status, status, `${signature}: ${r.text}`);
        assert.match(r.text, /^KO-/);
      }
      assert.equal((await post(payload, sign(payload, secrets.old, seconds() - 290))).status, 200);
      assert.equal(stored(), known + 1);
      assert.doesNotMatch(till.server.log(), /whsec_/);
    });

    const leave = async () => {
      const buyer = till.buyer(next++);
      const { ref } = await buyer.order(2);
      const page = await buyer.payPage(ref);
      const form = formOf(page.text, `/commandes/${ref}/paiement/`);
      assert.ok(form, page.text);
      const r = await buyer.post(form.action);
      assert.equal(r.status, 303, r.text);
      return { buyer, ref, action: form.action, url: r.headers.location };
    };
    const pay = (url) => http("POST", url, {
      headers: { "Content-Type": "application/x-www-form-urlencoded" }, body: "action=pay" });

    test("Checkout: the buyer leaves, pays, and the webhook pays the order", async () => {
      const { buyer, ref, action, url } = await leave();
      assert.ok(url.startsWith(`${till.bankUrl}/stripe/pay/cs_`), url);
      assert.equal((await buyer.post(action)).headers.location, url); // The same page again.
      assert.equal(till.bank.stripe.sessions.size, 1);
      const back = await pay(url);
      assert.equal(back.headers.location, `${till.url}/commandes/${ref}/retour`);
      await until("paid", () => till.orderState(ref) === PAID);
    });

    test("a lost answer makes no second session", async () => {
      const buyer = till.buyer(next++);
      const { ref } = await buyer.order(2);
      const form = formOf((await buyer.payPage(ref)).text, `/commandes/${ref}/paiement/`);
      const before = till.bank.stripe.sessions.size;
      till.bank.misbehave({ rest: "cut_after" });
      const lost = await buyer.post(form.action);
      assert.match(lost.headers.location, new RegExp(`/commandes/${ref}$`));
      till.bank.misbehave({ rest: "normal" });
      const r = await buyer.post(form.action);
      assert.match(r.headers.location, /\/stripe\/pay\/cs_/);
      assert.equal(till.bank.stripe.sessions.size, before + 1);
    });

    test("never notified: the question finds the payment", async () => {
      till.bank.misbehave({ notify: "never" });
      const { ref, url } = await leave();
      await pay(url);
      till.bank.misbehave({ notify: "normal" });
      assert.notEqual(till.orderState(ref), PAID);
      const r = await till.run("payment", "reconcile");
      assert.equal(r.status, 0, r.stdout + r.stderr);
      assert.equal(till.orderState(ref), PAID);
    });

    test("a deadline closes Stripe's page before the stock is freed", async () => {
      const { ref, url } = await leave();
      till.sql(`UPDATE orders SET deadline_ms = 1000 WHERE ref = '${ref}'`);
      hurry(till.database, "ORDER_EXPIRE");
      await until("expired", () => till.orderState(ref) === EXPIRED);
      assert.equal([...till.bank.stripe.sessions.values()].at(-1).status, "expired");
      const r = await http("GET", url);
      assert.match(r.text, /terminée/);
    });

    test("a cancelled order is given back under one key although the answer was lost", async () => {
      const { buyer, ref, url } = await leave();
      await pay(url);
      await until("paid", () => till.orderState(ref) === PAID);
      till.bank.misbehave({ rest: "cut_after", notify: "never" });
      await buyer.post(`/commandes/${ref}/annuler`);
      await until("Stripe has given back", () => till.bank.stripe.refunds.size === 1);
      till.bank.misbehave({ rest: "normal", notify: "normal" });
      till.sql("UPDATE refund SET next_try_ms = 1000 WHERE next_try_ms > 0");
      assert.equal((await till.run("payment", "reconcile")).status, 0);
      assert.equal(till.orderState(ref), REFUNDED);
      assert.equal(till.bank.stripe.refunds.size, 1);
      const check = await till.run("check");
      assert.equal(check.status, 0, check.stdout);
    });

    test("an unpaid session leaves the order held", async () => {
      const { ref, url } = await leave();
      const id = /cs_[A-Za-z0-9_]+/.exec(url)[0];
      const session = till.bank.stripe.sessions.get(id);
      await till.bank.stripe.sessionExpire(session);
      await until("held", () => till.orderState(ref) === HELD);
    });
  });
}
