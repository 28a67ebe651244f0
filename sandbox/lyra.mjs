// SPDX-License-Identifier: Apache-2.0
// lyra.mjs - a stand-in for Lyra's payment gateway (PayZen, Systempay, Scellius): the form
// protocol V2 with its hosted page and notifications, and REST V4 for reading and giving back.
//
// It keeps its own ledger, and misbehaves on demand; see misbehave() and doc/payment.md.
import { randomBytes } from "node:crypto";
import { call, escape, euros, hmac, readBody, redirect, same, sendJson, sendPage, sleep }
  from "./lib.mjs";

export const NOTIFY = ["normal", "duplicate", "late", "out_of_order", "forged", "never", "slow",
  "cut"];
export const REST = ["normal", "error", "slow", "cut", "cut_after", "refuse", "pending"];

const REQUIRED = ["vads_action_mode", "vads_amount", "vads_ctx_mode", "vads_currency",
  "vads_page_action", "vads_payment_config", "vads_site_id", "vads_trans_date", "vads_trans_id",
  "vads_version", "signature"];
const FIXED = { vads_action_mode: "INTERACTIVE", vads_page_action: "PAYMENT",
  vads_payment_config: "SINGLE", vads_version: "V2", vads_currency: "978" };
const GOOD_REPLY = new Set([200, 201, 202, 203, 204, 205, 206, 301, 302, 303, 307, 308]);
const RETRIES = 4;
const PAGE_LIFE_MS = 15 * 60 * 1000;
const DAY_MS = 86400 * 1000;

export function sign(fields, key) {
  const names = Object.keys(fields).filter((n) => n.startsWith("vads_")).sort();
  return hmac(key, [...names.map((n) => fields[n]), key].join("+"), "base64");
}

function dateMs(text) {
  const m = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text);
  return m ? Date.UTC(m[1], m[2] - 1, m[3], m[4], m[5], m[6]) : NaN;
}

// The code and words of vads_result for a form that is not acceptable; null when it is.
function formFault(g, f) {
  for (const name of REQUIRED) if (!(name in f)) return ["30", `${name} manque`];
  if (!same(f.signature, sign(f, g.key))) return ["30", "signature (00) : elle ne correspond pas"];
  for (const [name, value] of Object.entries(FIXED)) {
    if (f[name] !== value) return ["30", `${name} doit valoir ${value}`];
  }
  if (f.vads_site_id !== g.site) return ["30", "vads_site_id (02) : boutique inconnue"];
  if (f.vads_ctx_mode !== g.mode) return ["30", "vads_ctx_mode (11) : mode inattendu"];
  if (!/^[1-9]\d{0,11}$/.test(f.vads_amount)) return ["30", "vads_amount (09) : montant illisible"];
  if (!/^[0-9A-Za-z]{6}$/.test(f.vads_trans_id) || /^9\d{5}$/.test(f.vads_trans_id)) {
    return ["30", "vads_trans_id (03) : numéro illisible ou réservé"];
  }
  const age = g.now() - dateMs(f.vads_trans_date);
  if (!(age < 30 * 60000 && age > -90 * 60000)) {
    return ["30", "vads_trans_date (04) : trop ancienne"];
  }
  if ("vads_order_id" in f && !/^[0-9A-Za-z_-]{1,63}$/.test(f.vads_order_id)) {
    return ["30", "vads_order_id (13) : référence illisible"];
  }
  for (const [name, value] of Object.entries(f)) {
    if (/[<>]/.test(value)) return ["30", `${name} : < et > sont refusés`];
  }
  const unique = `${f.vads_trans_date.slice(0, 8)}-${f.vads_trans_id.toLowerCase()}`;
  if (g.used.has(unique)) return ["30", "vads_trans_id (03) : déjà utilisé aujourd’hui"];
  g.used.add(unique);
  return null;
}

export class Lyra {
  constructor(options = {}) {
    this.site = options.site ?? "12345678";
    this.key = options.key ?? "1122334455667788";
    this.password = options.password ?? "testpassword_DEMO";
    this.mode = options.mode ?? "TEST";
    this.ipnUrl = options.ipnUrl ?? "";
    this.retryMs = options.retryMs ?? null; // null: at the quarter hours, as the real one.
    this.now = options.now ?? Date.now;
    this.notifyMode = "normal";
    this.restMode = "normal";
    this.amountDelta = 0;
    this.slowMs = 2000;
    this.used = new Set();
    this.pages = new Map();
    this.transactions = new Map();
    this.byOrder = new Map();
    this.deliveries = [];
    this.held = [];
    this.backgrounds = new Set();
    this.creditNumber = 900000;
  }

  // ---- the ledger

  transactionAdd(t) {
    const full = { uuid: randomBytes(16).toString("hex"), currency: "978", createdMs: this.now(),
      ...t };
    this.transactions.set(full.uuid, full);
    const list = this.byOrder.get(full.orderId) ?? [];
    list.push(full);
    this.byOrder.set(full.orderId, list);
    return full;
  }

  ledger() {
    return { transactions: [...this.transactions.values()], deliveries: this.deliveries };
  }

  // A card payment as the hosted page makes one; tests make many without pages.
  debit(fields, status) {
    return this.transactionAdd({ operation: "DEBIT", status, fields,
      orderId: fields.vads_order_id ?? "", amount: Number(fields.vads_amount) + this.amountDelta,
      transDate: fields.vads_trans_date, transId: fields.vads_trans_id });
  }

  refunded(uuid) {
    return [...this.transactions.values()]
      .filter((t) => t.parent === uuid && t.status !== "REFUSED" && t.status !== "CANCELLED")
      .reduce((sum, t) => sum + t.amount, 0);
  }

  // The merchant gives back: cancels what was not collected yet, refunds the rest.
  giveBack(t, amount) {
    if (t.operation !== "DEBIT" || !["AUTHORISED", "CAPTURED"].includes(t.status)) return null;
    if (amount > t.amount - this.refunded(t.uuid) || amount <= 0) return null;
    if (t.status === "AUTHORISED" && amount === t.amount) {
      t.status = "CANCELLED";
      return t;
    }
    this.creditNumber = this.creditNumber === 999999 ? 900000 : this.creditNumber + 1;
    return this.transactionAdd({ operation: "CREDIT", status: "CAPTURED", parent: t.uuid,
      orderId: t.orderId, amount, fields: t.fields, transDate: t.transDate,
      transId: String(this.creditNumber) });
  }

  // ---- notifications

  // The body of a notification about a transaction; status and key may be forged.
  notification(t, { status = t.status, source = "PAY", key = this.key, amount = t.amount } = {}) {
    const f = Object.fromEntries(Object.entries(t.fields).filter(([n]) => n.startsWith("vads_")));
    Object.assign(f, { vads_amount: String(amount), vads_trans_id: t.transId,
      vads_trans_status: status, vads_effective_amount: String(amount),
      vads_effective_currency: "978", vads_url_check_src: source, vads_sequence_number: "1",
      vads_auth_result: status === "REFUSED" ? "05" : "00", vads_warranty_result: "YES",
      vads_risk_control: "", vads_result: status === "REFUSED" ? "05" : "00",
      vads_card_brand: "CB", vads_card_number: "497010XXXXXX0055",
      vads_hash: hmac("hash", t.uuid + status, "hex") });
    if (status !== "ABANDONED") {
      f.vads_trans_uuid = t.uuid;
      f.vads_operation_type = t.operation;
    }
    if (t.parent) f.vads_parent_trans_uuid = t.parent;
    f.signature = sign(f, key);
    return new URLSearchParams(f).toString();
  }

  async deliver(body, { retry = true, cutAfter } = {}) {
    if (this.ipnUrl === "") return 0;
    for (let attempt = 0; attempt <= RETRIES; attempt++) {
      const reply = await call(this.ipnUrl, { body, cutAfter,
        headers: { "Content-Type": "application/x-www-form-urlencoded" } });
      this.deliveries.push({ attempt, status: reply.status, text: reply.text.slice(0, 100) });
      if (GOOD_REPLY.has(reply.status) || !retry) return reply.status;
      cutAfter = undefined;
      const quarter = 15 * 60000;
      await sleep(this.retryMs ?? quarter - (this.now() % quarter));
    }
    return 0;
  }

  background(promise) {
    this.backgrounds.add(promise);
    promise.finally(() => this.backgrounds.delete(promise));
  }

  // Tells the shop about a transaction, in the way this.notifyMode demands. Resolves when the
  // first delivery has been answered, as the real page waits for it.
  async notify(t, source = "PAY") {
    const body = this.notification(t, { source });
    switch (this.notifyMode) {
    case "never":
      return;
    case "late":
      this.held.push(body);
      return;
    case "duplicate":
      await Promise.all([this.deliver(body), this.deliver(body)]);
      await this.deliver(body);
      return;
    case "out_of_order":
      if (t.operation === "DEBIT" && t.status === "AUTHORISED") {
        for (const status of ["CAPTURED", "AUTHORISED", "WAITING_AUTHORISATION", "INITIAL"]) {
          await this.deliver(this.notification(t, { status }));
        }
        return;
      }
      break;
    case "forged": {
      // Somebody who does not know the key says that it was paid.
      const lie = { status: "AUTHORISED", key: "0000000000000000" };
      await this.deliver(this.notification(t, lie), { retry: false });
      break;
    }
    case "slow":
      this.background(sleep(this.slowMs).then(() => this.deliver(body)));
      return;
    case "cut":
      this.background(this.deliver(body, { cutAfter: Math.floor(body.length / 2) }));
      return;
    default:
      break;
    }
    const first = this.deliver(body);
    this.background(first);
    await Promise.race([first, sleep(5000)]);
  }

  async release() {
    const bodies = this.held.splice(0);
    for (const body of bodies) await this.deliver(body);
    return bodies.length;
  }

  // ---- the hosted page

  async formPost(req, res) {
    const f = Object.fromEntries(new URLSearchParams(await readBody(req)));
    const fault = formFault(this, f);
    if (fault) {
      return sendPage(res, 400, "Erreur dans la demande de paiement",
        `<p class="error">vads_result ${fault[0]} : ${escape(fault[1])}</p>`);
    }
    const id = randomBytes(12).toString("hex");
    this.pages.set(id, { id, fields: f, state: "open", sinceMs: this.now() });
    redirect(res, `/pay/${id}`);
  }

  page(id) {
    const page = this.pages.get(id);
    if (page && page.state === "open" && this.now() - page.sinceMs > PAGE_LIFE_MS) {
      page.state = "expired";
    }
    return page;
  }

  showPage(res, page, message = "") {
    const f = page.fields;
    const cards = [["accepted", "Carte acceptée"], ["captured", "Carte à débit immédiat, acceptée"],
      ["3ds", "Carte qui demande une authentification (3-D Secure)"],
      ["refused", "Carte refusée"]];
    sendPage(res, 200, `Paiement de ${euros(Number(f.vads_amount))}`,
      `<p>Commande ${escape(f.vads_order_id ?? "")}</p>
${message ? `<p class="error" role="alert">${escape(message)}</p>` : ""}
<form method="post" action="/pay/${page.id}"><fieldset><legend>Carte de test</legend>
${cards.map(([value, label], i) => `<label><input type="radio" name="card" value="${value}"${
  i === 0 ? " checked" : ""}> ${label}</label>`).join("\n")}
</fieldset><button name="action" value="pay">Payer</button>
<button class="second" name="action" value="abandon">Abandonner</button></form>`);
  }

  // Where the buyer goes back to, by the shop's vads_return_mode.
  back(page, t) {
    const f = page.fields;
    const by = { ABANDONED: f.vads_url_cancel, REFUSED: f.vads_url_refused,
      AUTHORISED: f.vads_url_success, CAPTURED: f.vads_url_success };
    const url = by[t.status] || f.vads_url_return || "/";
    const mode = (f.vads_return_mode ?? "GET").toUpperCase();
    if (mode === "NONE" || url === "/") return { url };
    const data = new URLSearchParams(this.notification(t));
    data.delete("vads_hash");
    data.delete("vads_url_check_src");
    data.set("signature", sign(Object.fromEntries(data), this.key));
    if (mode === "POST") return { url, data };
    return { url: `${url}${url.includes("?") ? "&" : "?"}${data}` };
  }

  showBack(res, title, text, back) {
    const inputs = back.data ? [...back.data].map(([n, v]) =>
      `<input type="hidden" name="${escape(n)}" value="${escape(v)}">`).join("") : "";
    const way = back.data
      ? `<form method="post" action="${escape(back.url)}">${inputs}
<button>Retourner à la boutique</button></form>`
      : `<a class="button" id="back" href="${escape(back.url)}">Retourner à la boutique</a>`;
    sendPage(res, 200, title, `<p>${text}</p><p>${way}</p>`);
  }

  async pay(res, page, status) {
    const t = this.debit(page.fields, status);
    if (status === "REFUSED") {
      await this.notify(t);
      return this.showPage(res, page, "Paiement refusé. Essayez une autre carte.");
    }
    page.state = "paid";
    await this.notify(t);
    this.showBack(res, "Paiement accepté", `Votre banque a accepté ${euros(t.amount)}.`,
      this.back(page, t));
  }

  async abandon(res, page) {
    page.state = "abandoned";
    const f = page.fields;
    const t = { uuid: "", operation: "", status: "ABANDONED", fields: f,
      amount: Number(f.vads_amount), transDate: f.vads_trans_date,
      transId: f.vads_trans_id, orderId: f.vads_order_id ?? "" };
    await this.notify(t);
    redirect(res, this.back(page, t).url);
  }

  show3ds(res, page, message = "") {
    sendPage(res, 200, "Authentification",
      `<p>Votre banque demande de confirmer : le code de test est 123456.</p>
${message ? `<p class="error" role="alert">${escape(message)}</p>` : ""}
<form method="post" action="/pay/${page.id}/3ds">
<label>Code reçu <input name="code" inputmode="numeric" autocomplete="one-time-code"></label>
<button>Confirmer</button></form>`);
  }

  async payPost(req, res, page, is3ds) {
    const f = new URLSearchParams(await readBody(req));
    if (page.state !== "open") return this.showClosed(res, page);
    if (is3ds) {
      return f.get("code") === "123456" ? this.pay(res, page, "AUTHORISED")
        : this.pay(res, page, "REFUSED");
    }
    if (f.get("action") === "abandon") return this.abandon(res, page);
    if (f.get("card") === "3ds") return this.show3ds(res, page);
    if (f.get("card") === "refused") return this.pay(res, page, "REFUSED");
    return this.pay(res, page, f.get("card") === "captured" ? "CAPTURED" : "AUTHORISED");
  }

  showClosed(res, page) {
    this.showBack(res, "Cette page de paiement est terminée", "Elle ne peut plus être payée.",
      { url: page.fields.vads_url_return ?? "/" });
  }

  // ---- REST V4

  restTransaction(t) {
    const metadata = {};
    for (const [name, value] of Object.entries(t.fields ?? {})) {
      if (name.startsWith("vads_ext_info_")) metadata[name.slice(14)] = value;
    }
    const legacy = t.transDate ? new Date(dateMs(t.transDate)).toISOString() : null;
    return { shopId: this.site, uuid: t.uuid, amount: t.amount, currency: "EUR",
      operationType: t.operation, detailedStatus: t.status, metadata,
      status: ["AUTHORISED", "CAPTURED"].includes(t.status) ? "PAID" : "UNPAID",
      creationDate: new Date(t.createdMs).toISOString(), orderDetails: { orderId: t.orderId },
      transactionDetails: { parentTransactionUuid: t.parent ?? null, sequenceNumber: 1,
        cardDetails: { legacyTransId: t.transId,
          legacyTransDate: legacy?.replace(".000Z", "+00:00") ?? null } },
      _type: "V4/PaymentTransaction" };
  }

  orderGet(question) {
    const list = this.byOrder.get(question.orderId);
    if (!list) return this.refusal("PSP_010", "transaction not found");
    const paid = list.some((t) => t.operation === "DEBIT" &&
      ["AUTHORISED", "CAPTURED"].includes(t.status));
    return { status: "SUCCESS", answer: { shopId: this.site, orderCycle: paid ? "CLOSED" : "OPEN",
      orderStatus: paid ? "PAID" : "UNPAID", serverDate: new Date(this.now()).toISOString(),
      orderDetails: { orderId: question.orderId, mode: this.mode, orderCurrency: "EUR" },
      transactions: list.map((t) => this.restTransaction(t)), _type: "V4/Payment" } };
  }

  refusal(code, text) {
    return { status: "ERROR", answer: { errorCode: code, errorMessage: text,
      _type: "V4/WebService/WebServiceError" } };
  }

  transactionGet(question) {
    const t = this.transactions.get(question.uuid);
    return t ? { status: "SUCCESS", answer: this.restTransaction(t) }
      : this.refusal("PSP_010", "transaction not found");
  }

  cancelOrRefund(question) {
    const t = this.transactions.get(question.uuid);
    if (!t) return this.refusal("PSP_010", "transaction not found");
    if (this.restMode === "refuse") return this.refusal("PSP_083", "refund not allowed");
    const back = this.giveBack(t, question.amount ?? t.amount - this.refunded(t.uuid));
    if (!back) return this.refusal("PSP_100", "this transaction cannot be given back");
    this.background(this.notify(back, "MERCH_BO"));
    return { status: "SUCCESS", answer: this.restTransaction(back) };
  }

  async rest(req, res, service) {
    const auth = `Basic ${Buffer.from(`${this.site}:${this.password}`).toString("base64")}`;
    const body = await readBody(req);
    if (this.restMode === "cut") return req.socket.destroy();
    if (this.restMode === "error") return sendJson(res, 500, { error: "demonstration" });
    if (this.restMode === "slow") await sleep(this.slowMs);
    if (!same(req.headers.authorization ?? "", auth)) {
      return sendJson(res, 401, this.refusal("INT_905", "invalid shop id or password"));
    }
    const services = { "Order/Get": (q) => this.orderGet(q),
      "Transaction/Get": (q) => this.transactionGet(q),
      "Transaction/CancelOrRefund": (q) => this.cancelOrRefund(q) };
    let question;
    try {
      question = JSON.parse(body);
    } catch {
      return sendJson(res, 200, this.refusal("INT_900", "invalid JSON"));
    }
    const answer = services[service] ? services[service](question)
      : this.refusal("INT_901", "unknown web service");
    // It has acted, and the answer is lost.
    if (this.restMode === "cut_after" && service === "Transaction/CancelOrRefund") {
      return req.socket.destroy();
    }
    sendJson(res, 200, { webService: service, version: "V4", ...answer });
  }

  // ---- routing

  async handle(req, res, path) {
    const m = /^\/pay\/([0-9a-f]{24})(\/3ds)?$/.exec(path);
    if (path === "/vads-payment/" && req.method === "POST") return this.formPost(req, res);
    if (m) {
      const page = this.page(m[1]);
      if (!page) return sendPage(res, 404, "Page inconnue", "");
      if (req.method === "POST") return this.payPost(req, res, page, m[2] !== undefined);
      return page.state === "open" ? this.showPage(res, page) : this.showClosed(res, page);
    }
    if (path.startsWith("/api-payment/V4/") && req.method === "POST") {
      return this.rest(req, res, path.slice(16));
    }
    return undefined;
  }
}
