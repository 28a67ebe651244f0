// SPDX-License-Identifier: Apache-2.0
// refund.test.mjs - money given back over the wire, by people and by the provider, on both engines
// and at both stand-in gateways: whole, in part, many at once with a second person's approval; a
// gateway that refuses, is slow, cut off, answers twice or later; every euro is given back once.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openTill, http, hurried, AUDIT, FINANCE, STOCK } from "./till.mjs";
import { engines } from "./server.mjs";
import { until } from "./wait.mjs";

const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
const TOTAL = 3756; // Two packs of six.

// A till whose orders are paid at this provider, and what the provider gave back.
async function openShop(engine, provider, orders) {
  const till = await openTill({ engine, companies: orders, env: { MAILLON_PAY: provider } });
  const refs = [];
  for (let n = 0; n < orders; n++) {
    const buyer = till.buyer(n);
    const { ref } = await buyer.order(2);
    refs.push(ref);
    if (provider === "lyra") {
      await buyer.pay(ref);
    } else {
      await buyer.payPage(ref);
      const out = await buyer.post(buyer.outPath);
      await http("POST", out.headers.location, { headers: FORM, body: "action=pay" });
    }
  }
  await until("all paid", () => Number(till.sql(
    "SELECT COUNT(*) AS n FROM orders WHERE state = 3")[0].n) === orders);
  await hurried(till.database, "INVOICE_ISSUE", "all invoiced", () => Number(till.sql(
    "SELECT COUNT(*) AS n FROM invoice")[0].n) === orders);
  till.refs = refs;
  till.givenBack = () => (provider === "lyra"
    ? [...till.bank.lyra.transactions.values()].filter((t) => t.operation === "CREDIT")
    : [...till.bank.stripe.refunds.values()].filter((r) => r.status === "succeeded"))
    .reduce((sum, t) => sum + t.amount, 0);
  till.refunds = () => till.sql("SELECT id, state, amount_cents, problem, idem_key, tries " +
    "FROM refund ORDER BY id").map((r) => ({ ...r, state: Number(r.state),
    amount: Number(r.amount_cents) }));
  till.misbehave = (how) => till.bank.misbehave(how);
  // Without the pauses of the sweep.
  till.again = () => {
    till.sql("UPDATE refund SET next_try_ms = 1000 WHERE next_try_ms > 0");
    return till.run("payment", "reconcile", "--json");
  };
  till.settled = () => until("all refunds done", async () => {
    await till.again();
    return till.refunds().every((r) => r.state === 3 || r.state === 4);
  });
  till.sound = async () => {
    const check = await till.run("check");
    assert.equal(check.status, 0, check.stdout + check.stderr);
  };
  return till;
}

const refundPath = (ref) => `/console/finances/rembourser/${ref}`;

// As a browser sends it: the page's hidden fields are in it.
async function giveBack(person, ref, fields) {
  const page = await person.get(refundPath(ref));
  assert.equal(page.status, 200);
  const seen = /name="seen" value="(\d+)"/.exec(page.text)?.[1] ?? "";
  return person.post(refundPath(ref), { reason: "Geste commercial", seen, ...fields });
}

for (const engine of engines()) {
  for (const provider of ["lyra", "stripe"]) {
    describe(`refunds at ${provider} on ${engine}`, { timeout: 600_000 }, () => {
      test("in part, more than is left, then the rest, each with its credit note", async () => {
        const till = await openShop(engine, provider, 1);
        try {
          const finance = till.person(FINANCE);
          const [ref] = till.refs;
          for (const [amount, words] of [["37,57", "Il reste 37,56"], ["0", "au-dessus de zéro"],
            ["-5", "au-dessus de zéro"], ["beaucoup", "par exemple"], ["", "Montant"]]) {
            const bad = await giveBack(finance, ref, { how: "part", amount });
            assert.equal(bad.status, 422, amount);
            assert.match(bad.text.replace(/\u00a0/g, " "), new RegExp(words));
          }
          assert.equal(till.refunds().length, 0);
          assert.equal((await giveBack(finance, ref, { how: "part", amount: "10,00" })).status,
            303);
          await till.settled();
          assert.equal(till.orderState(ref), 3, "the order goes on");
          const stale = await giveBack(finance, ref,
            { how: "part", amount: "10,00", seen: String(TOTAL) });
          assert.equal(stale.status, 422, "the same page, sent twice, gives back once");
          assert.match(stale.text, /depuis que cette page est ouverte/);
          assert.equal(till.refunds().length, 1);
          const more = await giveBack(finance, ref, { how: "part", amount: "27,57" });
          assert.equal(more.status, 422);
          assert.equal((await giveBack(finance, ref, { how: "all", restock: "1" })).status, 303);
          await till.settled();
          await until("refunded", () => till.orderState(ref) === 10);
          assert.equal(till.givenBack(), TOTAL);
          const notes = await hurried(till.database, "INVOICE_ISSUE", "both credit notes", () => {
            const rows = till.sql("SELECT total_cents FROM invoice WHERE kind = 381 ORDER BY id");
            return rows.length === 2 && rows;
          });
          assert.deepEqual(notes.map((r) => Number(r.total_cents)), [1000, TOTAL - 1000]);
          const over = await giveBack(finance, ref, { how: "all" });
          assert.equal(over.status, 303, "nothing happens twice");
          assert.equal(till.givenBack(), TOTAL);
          await till.sound();
        } finally {
          await till.close();
        }
      });

      test("many at once wait for a second person, and happen all or none", async () => {
        const till = await openShop(engine, provider, 4);
        try {
          const [asker, approver, auditor, stock] = [FINANCE, FINANCE, AUDIT, STOCK]
            .map((r) => till.person(r));
          const many = "/console/finances/remboursements";
          await asker.get(many);
          const bad = await asker.post(many, { orders: `${till.refs[0]}\nZZZZZZZZZZ`,
            reason: "Campagne arrêtée" });
          assert.equal(bad.status, 422);
          assert.match(bad.text, /ZZZZZZZZZZ/);
          const twice = await asker.post(many, { orders: `${till.refs[0]} ${till.refs[0]}`,
            reason: "Campagne arrêtée" });
          assert.match(twice.text, /citée deux fois/);
          const asked = await asker.post(many, { orders: till.refs.slice(0, 3).join("\n"),
            restock: "1", reason: "Campagne arrêtée" });
          assert.equal(asked.status, 303, asked.text.slice(0, 300));
          assert.equal(till.refunds().length, 0, "nothing happens before the approval");
          const [{ id }] = till.sql("SELECT id FROM act_request");
          const path = `/console/approbations/${id}`;
          const decide = async (person) => {
            await person.get(path);
            return person.post(path, { decision: "approuver", reason: "" });
          };
          for (const person of [asker, auditor, stock]) {
            await decide(person);
            assert.equal(till.refunds().length, 0);
            assert.equal(Number(till.sql("SELECT state FROM act_request")[0].state), 1);
          }
          // Meanwhile one of them has left: nothing is given back, and the page names it.
          till.sql(`UPDATE orders SET state = 5 WHERE ref = '${till.refs[1]}'`);
          await decide(approver);
          assert.equal(till.refunds().length, 0);
          assert.match((await approver.get(path)).text, new RegExp(`${till.refs[1]} ne peut plus`));
          till.sql(`UPDATE orders SET state = 3 WHERE ref = '${till.refs[1]}'`);
          // Or was given back alone: it is not given back twice.
          await giveBack(approver, till.refs[1], { how: "part", amount: "37,56" });
          await till.settled();
          await until("one refunded", () => till.orderState(till.refs[1]) === 10);
          const yes = await decide(approver);
          assert.equal(yes.status, 303, yes.text.slice(0, 300));
          await till.settled();
          await until("the others refunded", () => [0, 2].every((i) =>
            till.orderState(till.refs[i]) === 10));
          assert.equal(till.orderState(till.refs[3]), 3);
          assert.equal(till.givenBack(), 3 * TOTAL);
          assert.equal(Number(till.sql("SELECT COUNT(*) AS n FROM audit WHERE act = " +
            "'order.give_back'")[0].n), 2);
          await till.sound();
        } finally {
          await till.close();
        }
      });

      test("a gateway that refuses, is slow, cut or lost gives back once in the end", async () => {
        const till = await openShop(engine, provider, 5);
        try {
          const finance = till.person(FINANCE);
          const modes = ["refuse", "error", "cut", "cut_after", "slow"];
          for (const [i, rest] of modes.entries()) {
            till.misbehave({ rest, notify: "never", slowMs: 700 });
            assert.equal((await giveBack(finance, till.refs[i], { how: "all" })).status, 303);
            await until(`${rest} was tried`, () => till.refunds().at(-1).tries >= 1);
            await until(`${rest} was answered`, () => rest === "slow" ||
              till.refunds().at(-1).problem !== "" || till.refunds().at(-1).state === 3);
            if (rest === "refuse") {
              await till.again();
              const shown = await until("it stands on the page", async () => {
                const list = await finance.get("/console/finances/a-traiter");
                return /Refusé par le prestataire/.test(list.text) && list.text;
              });
              assert.match(shown, /PSP_083|insufficient_funds/);
              const [r] = till.refunds();
              const page = await finance.get(`/console/finances/attente/${r.id}`);
              assert.match(page.text, /Rendu par virement/);
            }
          }
          till.misbehave({ rest: "normal", notify: "duplicate" });
          await till.settled();
          await until("all refunded", () => till.refs.every((r) => till.orderState(r) === 10));
          assert.equal(till.givenBack(), 5 * TOTAL);
          assert.equal(Number(till.sql("SELECT SUM(refunded_cents) AS n FROM payment")[0].n),
            5 * TOTAL);
          await hurried(till.database, "INVOICE_ISSUE", "all credited", () => Number(till.sql(
            "SELECT COUNT(*) AS n FROM invoice WHERE kind = 381")[0].n) === 5);
          await till.sound();
        } finally {
          await till.close();
        }
      });

      test("asked by the server and by the command at once, it is given back once", async () => {
        const till = await openShop(engine, provider, 1);
        try {
          till.misbehave({ rest: "slow", notify: "never", slowMs: 700 });
          const r = await giveBack(till.person(FINANCE), till.refs[0],
            { how: "part", amount: "10,00" });
          assert.equal(r.status, 303);
          await Promise.all([till.again(), till.again(), till.again()]);
          await till.settled();
          assert.equal(till.givenBack(), 1000);
          assert.deepEqual(till.refunds().map((row) => row.amount), [1000]);
          await till.sound();
        } finally {
          await till.close();
        }
      });

      test("what the provider cannot give back is noted as a transfer", async () => {
        const till = await openShop(engine, provider, 1);
        try {
          const finance = till.person(FINANCE);
          const [ref] = till.refs;
          till.misbehave({ rest: "refuse", notify: "never" });
          await giveBack(finance, ref, { how: "all" });
          await until("tried", () => till.refunds().at(-1)?.tries >= 1);
          await till.again();
          const [{ id }] = till.refunds();
          const path = `/console/finances/attente/${id}`;
          await finance.get(path);
          const bad = await finance.post(path, { act: "virement", reference: "", reason: "" });
          assert.equal(bad.status, 422);
          const auditor = till.person(AUDIT);
          await auditor.get(path);
          assert.equal((await auditor.post(path, { act: "virement", reference: "VIR-1",
            reason: "Carte close" })).status, 403);
          const good = await finance.post(path, { act: "virement", reference: "VIR-2026-0042",
            reason: "Carte close, RIB reçu" });
          assert.equal(good.status, 303, good.text.slice(0, 300));
          assert.equal(till.orderState(ref), 10);
          till.misbehave({ rest: "normal" });
          await till.again();
          assert.equal(till.givenBack(), 0, "the provider is not asked any more");
          const again = await finance.post(path, { act: "encore" });
          assert.match(decodeURIComponent(JSON.stringify(again.headers)), /a-traiter/);
          await hurried(till.database, "INVOICE_ISSUE", "credited", () =>
            till.sql("SELECT id FROM invoice WHERE kind = 381").length === 1);
          await till.sound();
        } finally {
          await till.close();
        }
      });

      test("given back at the provider after the hand-over: goods are withdrawn", async () => {
        const till = await openShop(engine, provider, 1);
        try {
          const [ref] = till.refs;
          till.sql(`UPDATE orders SET state = 5 WHERE ref = '${ref}';
            INSERT INTO order_event (order_id, n, from_state, to_state, at_ms, actor, cause)
            SELECT id, 90, 3, 4, 1, 'agent', 'test' FROM orders WHERE ref = '${ref}';
            INSERT INTO order_event (order_id, n, from_state, to_state, at_ms, actor, cause)
            SELECT id, 91, 4, 5, 1, 'agent', 'test' FROM orders WHERE ref = '${ref}';`);
          const finance = till.person(FINANCE);
          const page = await finance.get(refundPath(ref));
          assert.doesNotMatch(page.text, /value="all"/);
          const all = await giveBack(finance, ref, { how: "part", amount: "37,56" });
          assert.equal(all.status, 303);
          await till.settled();
          await until("refunded", () => till.orderState(ref) === 10);
          const [slot] = till.sql("SELECT SUM(withdrawn) AS w, SUM(sold) AS s FROM stock_slot");
          assert.equal(Number(slot.w), 12);
          assert.equal(Number(slot.s), 0);
          assert.equal(till.givenBack(), TOTAL);
        } finally {
          await till.close();
        }
      });
    });
  }

  describe(`what the bank says later, on ${engine}`, { timeout: 600_000 }, () => {
    test("a refund that is pending, then fails, is made again under another key", async () => {
      const till = await openShop(engine, "stripe", 1);
      try {
        const finance = till.person(FINANCE);
        const [ref] = till.refs;
        till.misbehave({ rest: "pending" });
        await giveBack(finance, ref, { how: "all" });
        const made = await until("asked", () => [...till.bank.stripe.refunds.values()][0]);
        await until("sent", () => till.refunds()[0].state === 2);
        assert.equal(till.orderState(ref), 9);
        till.misbehave({ rest: "normal" });
        await till.bank.stripe.refundSettle(made.id, "failed");
        await until("a new one is due", () => till.refunds().length === 2);
        const page = await finance.get("/console/finances/a-traiter");
        assert.match(page.text, /Remboursement rejeté/);
        await till.settled();
        await until("refunded", () => till.orderState(ref) === 10);
        assert.equal(till.givenBack(), TOTAL);
        const keys = till.refunds().map((r) => r.idem_key);
        assert.equal(new Set(keys).size, 2);
        await till.sound();
      } finally {
        await till.close();
      }
    });

    test("a dispute stops the order, a won one lets it go on, finance handles both", async () => {
      const till = await openShop(engine, "stripe", 1);
      try {
        const [finance, other] = [till.person(FINANCE), till.person(AUDIT)];
        const [ref] = till.refs;
        const [intent] = [...till.bank.stripe.intents.keys()];
        const home = async () => (await finance.get("/console/finances")).text;
        assert.doesNotMatch(await home(), /1.alerte/);
        await till.bank.stripe.dispute(intent);
        await until("disputed", () => till.orderState(ref) === 11);
        assert.match(await home(), /Paiements à traiter \(1.alerte\)/);
        const refund = await finance.get(refundPath(ref));
        assert.match(refund.text, /contesté/);
        const [{ id }] = till.sql("SELECT id FROM payment_alarm");
        const path = `/console/finances/alertes/${id}`;
        const page = await finance.get(path);
        assert.match(page.text, /Paiement contesté/);
        assert.match(page.text, /preuve de remise/);
        await other.get(path);
        assert.equal((await other.post(path, { note: "vu" })).status, 403);
        assert.equal((await finance.post(path, { note: "" })).status, 422);
        assert.equal((await finance.post(path, { note: "Preuve envoyée le 12" })).status, 303);
        assert.match((await finance.get(path)).text, /Preuve envoyée le 12/);
        await till.bank.stripe.dispute(intent, "won");
        await until("it goes on", () => till.orderState(ref) === 3);
        const list = await finance.get("/console/finances/a-traiter");
        assert.match(list.text, /Contestation gagnée/);
        await till.sound();
      } finally {
        await till.close();
      }
    });

    test("money for nobody is parked where finance sees it and can ask again", async () => {
      const till = await openShop(engine, "lyra", 1);
      try {
        const finance = till.person(FINANCE);
        const t = till.bank.lyra.debit({ vads_order_id: "INCONNUE01", vads_amount: "1234",
          vads_site_id: till.lyra.site, vads_ctx_mode: "TEST", vads_trans_date: "20260101120000",
          vads_trans_id: "000777", vads_ext_info_shop: till.url }, "CAPTURED");
        await till.notify(t);
        const page = await finance.get("/console/finances/a-traiter");
        assert.match(page.text, /Notifications sans paiement connu/);
        assert.match(page.text, /INCONNUE01/);
        assert.match(page.text, /12,34/);
        const [{ id }] = till.sql("SELECT id FROM payment_event WHERE state = 2");
        assert.equal((await finance.post(`/console/finances/notifications/${id}`)).status, 303);
        till.sql("UPDATE payment_event SET received_ms = 1, next_try_ms = 1000 WHERE state = 2");
        await until("given back", async () => {
          await till.again();
          till.sql("UPDATE payment_event SET next_try_ms = 1000 WHERE next_try_ms > 0");
          return till.givenBack() === 1234;
        });
        const after = await finance.get("/console/finances/a-traiter");
        assert.doesNotMatch(after.text, /INCONNUE01/);
      } finally {
        await till.close();
      }
    });

    test("a refund that waits for a day raises one alarm", async () => {
      const till = await openShop(engine, "lyra", 1);
      try {
        const finance = till.person(FINANCE);
        till.misbehave({ rest: "error", notify: "never" });
        await giveBack(finance, till.refs[0], { how: "all" });
        await until("tried", () => till.refunds()[0].tries >= 1);
        till.sql("UPDATE refund SET created_ms = 1000");
        await hurried(till.database, "PAYMENT_SWEEP", "the sweep sees it", () =>
          till.sql("SELECT id FROM payment_alarm WHERE what = 'refund_late'").length === 1);
        assert.match((await finance.get("/console/finances/a-traiter")).text, /depuis 24 heures/);
      } finally {
        await till.close();
      }
    });
  });
}
