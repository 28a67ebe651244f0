// SPDX-License-Identifier: Apache-2.0
// stripe.mjs - a stand-in for the part of Stripe's API that Maillon uses: Checkout Sessions,
// refunds, events and their signed webhooks. Served below /stripe.
import { randomBytes } from "node:crypto";
import { call, escape, euros, hmac, readBody, redirect, sendJson, sendPage, sleep }
  from "./lib.mjs";

function id(prefix) {
  return `${prefix}_test_${randomBytes(12).toString("hex")}`;
}

// a[b][c]=d as Stripe reads it.
export function unbracket(text) {
  const out = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const path = name.replace(/\]/g, "").split("[");
    let at = out;
    path.forEach((key, i) => {
      if (i === path.length - 1) at[key] = value;
      else at = at[key] ??= {};
    });
  }
  return out;
}

function failure(status, type, code, message) {
  return { status, body: { error: { type, code, message } } };
}

export class Stripe {
  constructor(options = {}) {
    this.key = options.key ?? "sk_test_demo";
    this.hookSecret = options.hookSecret ?? "whsec_demo";
    this.hookUrl = options.hookUrl ?? "";
    this.base = options.base ?? ""; // Where this stand-in is reached, for the hosted pages.
    this.now = options.now ?? Date.now;
    // Tests sign with Stripe's own client.
    this.signer = options.signer ?? ((payload, secret, stamp) =>
      `t=${stamp},v1=${hmac(secret, `${stamp}.${payload}`, "hex")}`);
    this.notifyMode = "normal";
    this.restMode = "normal";
    this.amountDelta = 0;
    this.slowMs = 2000;
    this.sessions = new Map();
    this.refunds = new Map();
    this.intents = new Map();
    this.events = [];
    this.held = [];
    this.deliveries = [];
    this.saved = new Map(); // Idempotency-Key -> what was asked and answered.
  }

  ledger() {
    return { sessions: [...this.sessions.values()], intents: [...this.intents.values()],
      refunds: [...this.refunds.values()], deliveries: this.deliveries };
  }

  // ---- events

  event(type, object) {
    const event = { id: id("evt"), object: "event", type, api_version: "2026-10-28.endive",
      created: Math.floor(this.now() / 1000), livemode: false,
      data: { object: structuredClone(object) } };
    this.events.push(event);
    return event;
  }

  async deliver(event, secret = this.hookSecret) {
    if (this.hookUrl === "") return 0;
    const payload = JSON.stringify(event);
    const stamp = Math.floor(this.now() / 1000);
    const reply = await call(this.hookUrl, { body: payload, headers: {
      "Content-Type": "application/json; charset=utf-8",
      "Stripe-Signature": this.signer(payload, secret, stamp) } });
    this.deliveries.push({ type: event.type, status: reply.status,
      text: reply.text.slice(0, 100) });
    return reply.status;
  }

  async emit(type, object) {
    const event = this.event(type, object);
    if (this.notifyMode === "never") return;
    if (this.notifyMode === "late") {
      this.held.push(event);
      return;
    }
    if (this.notifyMode === "forged") {
      await this.deliver(event, "whsec_wrong");
      return;
    }
    if (this.notifyMode === "duplicate") {
      await Promise.all([this.deliver(event), this.deliver(event)]);
    }
    await this.deliver(event);
  }

  async release() {
    const events = this.held.splice(0);
    for (const event of events) await this.deliver(event);
    return events.length;
  }

  // ---- objects

  sessionCreate(p) {
    const line = p.line_items?.["0"];
    const amount = Number(line?.price_data?.unit_amount) * Number(line?.quantity ?? 1);
    const expires = Number(p.expires_at);
    const seconds = this.now() / 1000;
    if (p.mode !== "payment" || !Number.isInteger(amount) || amount < 50 || !p.success_url ||
        !line.price_data.product_data?.name || !/^[a-z]{3}$/.test(line.price_data.currency)) {
      return failure(400, "invalid_request_error", "parameter_missing", "a parameter is missing");
    }
    if (p.expires_at && !(expires > seconds + 1800 - 5 && expires < seconds + 86400)) {
      return failure(400, "invalid_request_error", "parameter_invalid_integer",
        "expires_at must be between 30 minutes and 24 hours from now");
    }
    const session = { id: id("cs"), object: "checkout.session", mode: "payment", status: "open",
      payment_status: "unpaid", amount_total: amount, currency: line.price_data.currency,
      client_reference_id: p.client_reference_id ?? null, customer_email: p.customer_email ?? null,
      metadata: p.metadata ?? {}, payment_intent: null, success_url: p.success_url,
      cancel_url: p.cancel_url ?? null, expires_at: expires || Math.floor(seconds) + 86400,
      livemode: false };
    session.url = `${this.base}/stripe/pay/${session.id}`;
    session.intent_metadata = p.payment_intent_data?.metadata ?? {};
    this.sessions.set(session.id, session);
    return { status: 200, body: this.publicSession(session) };
  }

  publicSession({ intent_metadata: _, ...rest }) {
    return rest;
  }

  async sessionExpire(session) {
    if (session.status !== "open") {
      return failure(400, "invalid_request_error", null, "only open sessions can be expired");
    }
    session.status = "expired";
    session.url = null;
    await this.emit("checkout.session.expired", this.publicSession(session));
    return { status: 200, body: this.publicSession(session) };
  }

  async complete(session) {
    const intent = { id: id("pi"), amount: session.amount_total + this.amountDelta,
      currency: session.currency, metadata: session.intent_metadata, status: "succeeded" };
    this.intents.set(intent.id, intent);
    session.status = "complete";
    session.payment_status = "paid";
    session.payment_intent = intent.id;
    session.amount_total = intent.amount;
    await this.emit("checkout.session.completed", this.publicSession(session));
  }

  async refundCreate(p) {
    const intent = this.intents.get(p.payment_intent);
    if (!intent) return failure(404, "invalid_request_error", "resource_missing", "no such intent");
    if (this.restMode === "refuse") {
      return failure(400, "invalid_request_error", "insufficient_funds", "the balance is empty");
    }
    const before = [...this.refunds.values()]
      .filter((r) => r.payment_intent === intent.id && r.status !== "failed")
      .reduce((sum, r) => sum + r.amount, 0);
    const amount = p.amount === undefined ? intent.amount - before : Number(p.amount);
    if (before === intent.amount) {
      return failure(400, "invalid_request_error", "charge_already_refunded", "already refunded");
    }
    if (!(amount > 0) || amount > intent.amount - before) {
      return failure(400, "invalid_request_error", "amount_too_large", "more than what is left");
    }
    const refund = { id: id("re"), object: "refund", amount, currency: intent.currency,
      payment_intent: intent.id, status: this.restMode === "pending" ? "pending" : "succeeded",
      metadata: p.metadata ?? {} };
    this.refunds.set(refund.id, refund);
    await this.emit("refund.created", refund);
    return { status: 200, body: refund };
  }

  // What the bank says later of a refund that was pending, or even done.
  async refundSettle(refundId, status) {
    const refund = this.refunds.get(refundId);
    refund.status = status;
    await this.emit(status === "failed" ? "refund.failed" : "refund.updated", refund);
    return refund;
  }

  // The customer's bank takes a payment back, or gives it up.
  async dispute(intentId, status = "needs_response") {
    const intent = this.intents.get(intentId);
    const closed = status === "won" || status === "lost";
    await this.emit(closed ? "charge.dispute.closed" : "charge.dispute.created", { id: id("dp"),
      object: "dispute", amount: intent.amount, currency: intent.currency,
      payment_intent: intentId, status, metadata: {} });
  }

  // ---- the API

  async api(method, path, params) {
    const m = /^\/v1\/checkout\/sessions(?:\/([A-Za-z0-9_]+)(\/expire)?)?$/.exec(path);
    if (m && !m[1] && method === "POST") return this.sessionCreate(params);
    if (m && m[1]) {
      const session = this.sessions.get(m[1]);
      if (!session) return failure(404, "invalid_request_error", "resource_missing", "unknown");
      if (m[2] && method === "POST") return this.sessionExpire(session);
      return { status: 200, body: this.publicSession(session) };
    }
    if (path === "/v1/refunds" && method === "POST") return this.refundCreate(params);
    if (path === "/v1/refunds") {
      const data = [...this.refunds.values()]
        .filter((r) => !params.payment_intent || r.payment_intent === params.payment_intent);
      return { status: 200, body: { object: "list", has_more: false, data } };
    }
    if (path === "/v1/events") {
      return { status: 200, body: { object: "list", has_more: false,
        data: this.events.slice(-100).reverse() } };
    }
    return failure(404, "invalid_request_error", null, "unrecognized request URL");
  }

  // The first answer to a key is given again, and other parameters under it are refused.
  async apiOnce(key, method, path, text) {
    const asked = `${method} ${path} ${text}`;
    const known = key && this.saved.get(key);
    if (known) {
      return known.asked === asked ? known.answer : failure(400, "idempotency_error", null,
        "Keys can only be used with the same parameters they were first used with");
    }
    const answer = await this.api(method, path, unbracket(text));
    if (key) this.saved.set(key, { asked, answer });
    return answer;
  }

  authorised(req) {
    const header = req.headers.authorization ?? "";
    const basic = `Basic ${Buffer.from(`${this.key}:`).toString("base64")}`;
    return header === `Bearer ${this.key}` || header === basic;
  }

  async apiRequest(req, res, path, query) {
    const text = req.method === "POST" ? await readBody(req) : query;
    if (this.restMode === "cut") return req.socket.destroy();
    if (this.restMode === "error") return sendJson(res, 500, { error: { type: "api_error" } });
    if (this.restMode === "slow") await sleep(this.slowMs);
    if (!this.authorised(req)) {
      return sendJson(res, 401, { error: { type: "invalid_request_error" } });
    }
    const key = req.headers["idempotency-key"];
    const { status, body } = await this.apiOnce(key, req.method, path, text);
    if (this.restMode === "cut_after" && req.method === "POST") return req.socket.destroy();
    sendJson(res, status, body);
  }

  // ---- the hosted page

  async payRequest(req, res, sessionId) {
    const session = this.sessions.get(sessionId);
    if (!session) return sendPage(res, 404, "Page inconnue", "");
    if (session.status !== "open") {
      return sendPage(res, 200, "Cette page de paiement est terminée",
        `<p><a class="button" href="${escape(session.cancel_url ?? "/")}">Retour</a></p>`);
    }
    if (req.method === "POST") {
      const f = new URLSearchParams(await readBody(req));
      if (f.get("action") === "pay") {
        await this.complete(session);
        return redirect(res, session.success_url.replace("{CHECKOUT_SESSION_ID}", session.id));
      }
      return redirect(res, session.cancel_url ?? "/");
    }
    sendPage(res, 200, `Paiement de ${euros(session.amount_total)}`,
      `<form method="post"><button name="action" value="pay">Payer</button>
<button class="second" name="action" value="leave">Revenir à la boutique</button></form>`);
  }

  async handle(req, res, path, query) {
    const m = /^\/pay\/([A-Za-z0-9_]+)$/.exec(path);
    if (m) return this.payRequest(req, res, m[1]);
    if (path.startsWith("/v1/")) return this.apiRequest(req, res, path, query);
    return undefined;
  }
}
