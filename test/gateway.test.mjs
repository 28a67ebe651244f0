// SPDX-License-Identifier: Apache-2.0
// gateway.test.mjs - paying through the hosted page of the sandbox gateway, and everything that
// it can do wrong. Real server, both engines; ends by comparing the two ledgers.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { engines } from "./server.mjs";
import { formOf, http, hurry, openTill } from "./till.mjs";
import { until } from "./wait.mjs";

const PAID = 3, HELD = 1, PAYING = 2, EXPIRED = 7, REFUND_DUE = 9, REFUNDED = 10;
const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
const urlencoded = (fields) => new URLSearchParams(fields).toString();

for (const engine of engines()) {
  describe(`payment on ${engine}`, () => {
    let till;
    let next = 0;
    before(async () => { till = await openTill({ engine, companies: 40 }); });
    after(async () => till?.close());

    const begin = async () => {
      const buyer = till.buyer(next++);
      const order = await buyer.order(2);
      return { buyer, ref: order.ref ?? order.reference, form: await buyer.payForm(order.ref) };
    };
    // Posts the shop's form, chooses a card on the hosted page; the page that follows.
    const atBank = async (form, card, action = "pay") => {
      const r = await http("POST", form.action, { headers: FORM, body: urlencoded(form.fields) });
      assert.equal(r.status, 303, r.text);
      const page = till.bankUrl + r.headers.location;
      return { page, reply: await http("POST", page, { headers: FORM,
        body: urlencoded({ card, action }) }) };
    };
    const misbehave = (how) => till.bank.misbehave({ notify: "normal", rest: "normal",
      amountDelta: 0, ...how });
    const state = (ref) => till.orderState(ref);
    const reconcile = () => till.run("payment", "reconcile", "--json");
    const payments = (ref) => till.sql("SELECT id, state, provider_ref, captured_cents, " +
      `refunded_cents FROM payment WHERE order_ref = '${ref}' ORDER BY id`);

    test("an accepted card pays the order, and the return page says so", async () => {
      misbehave({});
      const { ref, form } = await begin();
      assert.equal(state(ref), PAYING);
      const { reply } = await atBank(form, "accepted");
      assert.match(reply.text, /Paiement accepté/);
      await until("paid", () => state(ref) === PAID);
      const back = /id="back" href="([^"]+)"/.exec(reply.text)[1];
      assert.equal(back, `${till.url}/commandes/${ref}/retour`);
      const page = await http("GET", back); // No session: the browser came across sites.
      assert.equal(page.status, 200);
      assert.match(page.text, /Votre paiement est confirmé/);
      assert.equal(page.headers.refresh, undefined);
    });

    test("3-D Secure: the right code pays, a wrong one does not", async () => {
      const { ref, form } = await begin();
      const { page, reply } = await atBank(form, "3ds");
      assert.match(reply.text, /Code reçu/);
      const wrong = await http("POST", `${page}/3ds`, { headers: FORM, body: "code=1" });
      assert.match(wrong.text, /Paiement refusé/);
      await until("held again", () => state(ref) === HELD);
      await http("POST", `${page}/3ds`, { headers: FORM, body: "code=123456" });
      await until("paid", () => state(ref) === PAID);
    });

    test("a refused card leaves the order held; another try pays it", async () => {
      const { buyer, ref, form } = await begin();
      const { reply } = await atBank(form, "refused");
      assert.match(reply.text, /Essayez une autre carte/);
      await until("held", () => state(ref) === HELD);
      const page = await http("GET", `${till.url}/commandes/${ref}/retour`);
      assert.match(page.text, /n’a pas abouti/);
      await atBank(await buyer.payForm(ref), "accepted");
      await until("paid", () => state(ref) === PAID);
    });

    test("an abandoned page brings the buyer back to a held order", async () => {
      const { ref, form } = await begin();
      const { reply } = await atBank(form, "accepted", "abandon");
      assert.equal(reply.status, 303);
      assert.equal(reply.headers.location, `${till.url}/commandes/${ref}/retour`);
      await until("held", () => state(ref) === HELD);
    });

    test("the gateway refuses our form changed by a hand", async () => {
      const { form } = await begin();
      const r = await http("POST", form.action, { headers: FORM,
        body: urlencoded({ ...form.fields, vads_amount: "1" }) });
      assert.equal(r.status, 400);
      assert.match(r.text, /signature/);
    });

    test("while nothing is known the return page waits and proves nothing", async () => {
      const { ref } = await begin();
      const page = await http("GET",
        `${till.url}/commandes/${ref}/retour?vads_trans_status=AUTHORISED`);
      assert.match(page.text, /en cours de confirmation/);
      assert.match(page.headers.refresh, /^\d+; url=\/commandes\/[0-9A-Z]{10}\/retour\?essai=1$/);
      const posted = await http("POST", `${till.url}/hook/retour/${ref}`, { headers: FORM,
        body: "vads_trans_status=AUTHORISED" });
      assert.equal(posted.status, 303);
      assert.equal(state(ref), PAYING);
      const unknown = await http("GET", `${till.url}/commandes/ZZZZZZZZZZ/retour`);
      assert.equal(unknown.status, 404);
    });

    test("past the deadline nothing can be paid, though the bank has not answered", async () => {
      misbehave({ notify: "never" });
      const buyer = till.buyer(next++);
      const { ref } = await buyer.order(1);
      await buyer.payForm(ref);
      const shown = async (path) => (await buyer.page(path)).text;
      assert.match(await shown(`/commandes/${ref}`), /action="[^"]*\/payer"/);
      till.sql(`UPDATE orders SET deadline_ms = ${Date.now() - 1000} WHERE ref = '${ref}'`);
      const page = await shown(`/commandes/${ref}`);
      assert.match(page, /délai pour payer est passé|pas été payée à temps/);
      assert.doesNotMatch(page, /\/payer"|payer à nouveau|Payez avant/);
      assert.match(await shown(buyer.outPath), /n’est plus valable/);
      assert.equal((await buyer.post(`/commandes/${ref}/payer`)).status, 303);
      assert.doesNotMatch(await shown(`/commandes/${ref}`), /\/payer"/);
    });

    test("duplicated notifications pay once", async () => {
      misbehave({ notify: "duplicate" });
      const { ref, form } = await begin();
      await atBank(form, "accepted");
      await until("paid", () => state(ref) === PAID);
      assert.equal(payments(ref).filter((p) => p.state === 3).length, 1);
      misbehave({});
    });

    test("notifications out of order end in a paid order", async () => {
      misbehave({ notify: "out_of_order" });
      const { ref, form } = await begin();
      await atBank(form, "accepted");
      await until("paid", () => state(ref) === PAID);
      misbehave({});
    });

    test("a forged notification is refused and pays nothing", async () => {
      misbehave({ notify: "forged" });
      const { ref, form } = await begin();
      await atBank(form, "refused");
      await until("held", () => state(ref) === HELD);
      assert.equal(till.bank.lyra.deliveries.filter((d) => d.status === 403).length, 1);
      misbehave({});
    });

    test("a cut connection is tried again by the gateway", async () => {
      misbehave({ notify: "cut" });
      const { ref, form } = await begin();
      await atBank(form, "accepted");
      await until("paid", () => state(ref) === PAID);
      misbehave({});
    });

    test("a wrong amount is given back whole", async () => {
      misbehave({ amountDelta: -100 });
      const { ref, form } = await begin();
      await atBank(form, "captured");
      misbehave({});
      await until("given back", () => state(ref) === REFUNDED);
      const [p] = payments(ref);
      assert.equal(p.refunded_cents, p.captured_cents);
      assert.equal(till.bank.lyra.refunded(p.provider_ref), p.captured_cents);
    });

    test("never notified: the question finds the payment", async () => {
      misbehave({ notify: "never" });
      const { ref, form } = await begin();
      await atBank(form, "accepted");
      misbehave({});
      assert.equal(state(ref), PAYING);
      const r = await reconcile();
      assert.equal(r.status, 0, r.stderr);
      assert.equal(state(ref), PAID);
    });

    test("a second payment of one order is given back", async () => {
      const { buyer, ref, form } = await begin();
      till.sql(`UPDATE payment SET created_ms = created_ms - 10000 WHERE order_ref = '${ref}'`);
      const second = await buyer.payForm(ref);
      assert.notEqual(form.fields.vads_trans_id, second.fields.vads_trans_id);
      await atBank(second, "accepted");
      await atBank(form, "accepted");
      await until("one kept, one given back", () => {
        const states = payments(ref).map((p) => p.state).sort();
        return states[0] === 3 && states[1] === 6;
      }, 30000);
      assert.equal(state(ref), PAID);
    });

    test("late money finds stock again, or goes back", async () => {
      misbehave({ notify: "late" });
      const { ref, form } = await begin();
      const { page } = { page: (await http("POST", form.action, { headers: FORM,
        body: urlencoded(form.fields) })).headers.location };
      till.sql(`UPDATE orders SET deadline_ms = 1000 WHERE ref = '${ref}'`);
      hurry(till.database, "ORDER_EXPIRE");
      await until("expired", () => state(ref) === EXPIRED);
      await http("POST", till.bankUrl + page, { headers: FORM,
        body: urlencoded({ card: "accepted", action: "pay" }) });
      assert.equal(state(ref), EXPIRED);
      await till.bank.lyra.release();
      assert.equal(state(ref), PAID);
      misbehave({});
    });

    test("a cancelled order's payment goes back although the answer was lost", async () => {
      const { buyer, ref, form } = await begin();
      await atBank(form, "captured");
      await until("paid", () => state(ref) === PAID);
      misbehave({ rest: "cut_after", notify: "never" });
      const r = await buyer.post(`/commandes/${ref}/annuler`);
      assert.equal(r.status, 303, r.text);
      const [p] = payments(ref);
      await until("the bank has given back", () =>
        till.bank.lyra.refunded(p.provider_ref) === p.captured_cents, 30000);
      assert.equal(state(ref), REFUND_DUE);
      misbehave({});
      till.sql("UPDATE refund SET next_try_ms = 1000 WHERE next_try_ms > 0");
      assert.equal((await reconcile()).status, 0);
      assert.equal(state(ref), REFUNDED);
      assert.equal(till.bank.lyra.refunded(p.provider_ref), p.captured_cents);
    });

    test("a gateway that answers 500 keeps the refund due, and is asked again", async () => {
      const { buyer, ref, form } = await begin();
      await atBank(form, "accepted");
      await until("paid", () => state(ref) === PAID);
      misbehave({ rest: "error" });
      await buyer.post(`/commandes/${ref}/annuler`);
      await until("tried", () => till.sql("SELECT tries FROM refund r JOIN payment p ON " +
        `p.id = r.payment_id WHERE p.order_ref = '${ref}'`)[0].tries > 0);
      assert.equal(state(ref), REFUND_DUE);
      misbehave({});
      till.sql("UPDATE refund SET next_try_ms = 1000 WHERE next_try_ms > 0");
      assert.equal((await reconcile()).status, 0);
      assert.equal(state(ref), REFUNDED);
    });

    test("a refund at the back office is taken into the ledger", async () => {
      const { ref, form } = await begin();
      await atBank(form, "captured");
      await until("paid", () => state(ref) === PAID);
      const [p] = payments(ref);
      const r = await http("POST", `${till.bankUrl}/control/refund`, {
        body: JSON.stringify({ uuid: p.provider_ref, amount: 500 }) });
      assert.equal(r.status, 200);
      await until("taken", () => payments(ref)[0].refunded_cents === 500);
      assert.equal(payments(ref)[0].state, 3);
    });

    test("money for an unknown order is parked, confirmed, given back after a day", async () => {
      const { form } = await begin();
      const f = { ...form.fields, vads_order_id: `NOBODY${engine.toUpperCase()}`,
        vads_ext_info_attempt: "999999", vads_trans_id: "777777" };
      const t = till.bank.lyra.debit(f, "CAPTURED");
      const tell = (body) => http("POST", `${till.url}/hook/lyra`, { headers: FORM, body });
      const r = await tell(till.bank.lyra.notification(t));
      assert.equal(r.status, 200);
      assert.match(r.text, /^OK-kept/);
      // Nobody's: another site of the same shop, without our mark. It is never given back.
      const { vads_ext_info_shop: _, ...unmarked } = f;
      const other = till.bank.lyra.debit({ ...unmarked, vads_trans_id: "777778" }, "CAPTURED");
      assert.equal((await tell(till.bank.lyra.notification(other))).status, 200);
      till.sql("UPDATE payment_event SET received_ms = received_ms - 90000000, " +
        "next_try_ms = 1000 WHERE state = 2;");
      assert.equal((await reconcile()).status, 0);
      await until("given back", () => till.bank.lyra.refunded(t.uuid) === t.amount);
      assert.equal(till.bank.lyra.refunded(other.uuid), 0);
      till.bank.lyra.transactions.delete(other.uuid);
      const [p] = till.sql("SELECT state, refunded_cents FROM payment WHERE order_id IS NULL");
      assert.equal(p.refunded_cents, t.amount);
      const given = till.sql("SELECT count(*) AS n FROM payment_event WHERE state = 4");
      assert.equal(Number(given[0].n), 1);
    });

    test("a refund that comes before its payment waits for it", async () => {
      misbehave({ notify: "late" });
      const { ref, form } = await begin();
      await atBank(form, "captured");
      const [capture] = till.bank.lyra.held.splice(0);
      const t = till.bank.lyra.byOrder.get(ref)[0];
      const credit = till.bank.lyra.giveBack(t, t.amount);
      misbehave({});
      const tell = (body) => http("POST", `${till.url}/hook/lyra`, { headers: FORM, body });
      assert.match((await tell(till.bank.lyra.notification(credit))).text, /^OK-kept/);
      assert.equal(state(ref), PAYING);
      assert.match((await tell(capture)).text, /^OK-applied/);
      await reconcile();
      await until("given back", () => state(ref) === REFUNDED);
      assert.equal(payments(ref)[0].refunded_cents, t.amount);
    });

    test("bytes that are no notification are refused without a trace", async () => {
      const count = () => till.sql("SELECT count(*) AS n FROM payment_event")[0].n;
      const known = count();
      for (const [body, status] of [["", 400], ["a=%zz", 400], ["x=1&x=2", 400],
        ["vads_amount=1&signature=abc", 403], [`a=${"b".repeat(60000)}`, 403],
        ["kr-answer={}&kr-hash=00&kr-hash-algorithm=sha256_hmac&kr-hash-key=password", 403]]) {
        const r = await http("POST", `${till.url}/hook/lyra`, { headers: FORM, body });
        assert.ok([400, status].includes(r.status), `${body.slice(0, 40)}: ${r.status} ${r.text}`);
      }
      assert.equal(count(), known);
    });

    test("the payment page sends nowhere but to the gateway", async () => {
      const buyer = till.buyer(next++);
      const order = await buyer.order(2);
      const page = await buyer.payPage(order.ref);
      assert.match(page.headers["content-security-policy"],
        new RegExp(`form-action 'self' ${till.bankUrl.replace(/[/.]/g, "\\$&")}(;|$)`));
      const other = till.buyer(next++);
      await other.order(1);
      assert.equal((await other.page(buyer.outPath)).status, 404);
      assert.doesNotMatch(till.server.log(), new RegExp(till.lyra.key));
      assert.equal(formOf(page.text, "/vads-payment/").fields.vads_return_mode, "NONE");
    });

    test("the ledgers agree in the end", async () => {
      assert.equal((await reconcile()).status, 0);
      for (const t of till.bank.lyra.transactions.values()) {
        if (t.operation !== "DEBIT" || t.status === "REFUSED") continue;
        const [p] = till.sql("SELECT p.id, p.state, p.captured_cents, p.refunded_cents, " +
          "o.payment_id FROM payment p LEFT JOIN orders o ON o.id = p.order_id " +
          `WHERE p.provider_ref = '${t.uuid}'`);
        assert.ok(p, `${t.uuid} is not in the shop's ledger`);
        assert.equal(p.captured_cents, t.amount);
        const back = t.status === "CANCELLED" ? t.amount : till.bank.lyra.refunded(t.uuid);
        assert.equal(p.refunded_cents, back);
        if (back < t.amount) assert.equal(p.payment_id, p.id);
      }
      const check = await till.run("check");
      assert.equal(check.status, 0, check.stdout + check.stderr);
    });
  });
}
