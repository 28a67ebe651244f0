// SPDX-License-Identifier: Apache-2.0
// gateway.mjs - the stand-in payment gateway, for the demonstration and for tests.
//
//   node sandbox/gateway.mjs [--listen 127.0.0.1:8090] [--shop http://localhost:8080]
//        [--site 12345678] [--key K] [--password P] [--notify MODE] [--rest MODE]
//
// It speaks Lyra's form protocol V2 and REST V4 (lyra.mjs) and the part of Stripe's API that
// Maillon uses (stripe.mjs). Keys are taken from the same variables as the shop's when no option
// gives them. What it does wrong is set by --notify and --rest, or while it runs:
//
//   GET  /control/ledger     what was captured and given back, and how deliveries went
//   POST /control/misbehave  {"notify": "duplicate", "rest": "normal", "amountDelta": -100}
//   POST /control/release    sends the notifications that "late" held back
//   POST /control/refund     {"uuid": U, "amount": N}: a refund at the back office
//   POST /control/capture    {"uuid": U}: what was authorised is collected
//   POST /control/resend     {"uuid": U}: the notification once more, by hand
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";
import { readBody, sendJson, sendPage } from "./lib.mjs";
import { Lyra, NOTIFY, REST } from "./lyra.mjs";
import { Stripe } from "./stripe.mjs";

class Gateway {
  constructor(options) {
    this.lyra = new Lyra(options.lyra ?? {});
    this.stripe = new Stripe(options.stripe ?? {});
    this.server = createServer((req, res) => {
      this.route(req, res).catch((e) => {
        if (!res.headersSent) sendJson(res, e.status ?? 500, { error: e.message });
        else res.destroy();
      });
    });
  }

  misbehave({ notify, rest, amountDelta, slowMs }) {
    if (notify !== undefined && !NOTIFY.includes(notify)) throw new Error(`notify: ${NOTIFY}`);
    if (rest !== undefined && !REST.includes(rest)) throw new Error(`rest: ${REST}`);
    for (const side of [this.lyra, this.stripe]) {
      side.notifyMode = notify ?? side.notifyMode;
      side.restMode = rest ?? side.restMode;
      side.amountDelta = amountDelta ?? side.amountDelta;
      side.slowMs = slowMs ?? side.slowMs;
    }
    return { notify: this.lyra.notifyMode, rest: this.lyra.restMode,
      amountDelta: this.lyra.amountDelta };
  }

  async backOffice(what, { uuid, amount }) {
    const t = this.lyra.transactions.get(uuid);
    if (!t) return { status: 404, body: { error: "no such transaction" } };
    let told = t;
    if (what === "refund") told = this.lyra.giveBack(t, amount ?? t.amount);
    if (what === "capture" && t.status === "AUTHORISED") t.status = "CAPTURED";
    if (!told) return { status: 409, body: { error: "nothing is left to give back" } };
    await this.lyra.notify(told, { refund: "MERCH_BO", capture: "BATCH", resend: "BO" }[what]);
    return { status: 200, body: told };
  }

  async control(req, res, what) {
    if (req.method === "GET" && what === "ledger") {
      return sendJson(res, 200, { lyra: this.lyra.ledger(), stripe: this.stripe.ledger() });
    }
    if (req.method !== "POST") return sendJson(res, 405, { error: "POST" });
    const body = JSON.parse((await readBody(req)) || "{}");
    if (what === "misbehave") return sendJson(res, 200, this.misbehave(body));
    if (what === "release") {
      const count = (await this.lyra.release()) + (await this.stripe.release());
      return sendJson(res, 200, { released: count });
    }
    if (["refund", "capture", "resend"].includes(what)) {
      const reply = await this.backOffice(what, body);
      return sendJson(res, reply.status, reply.body);
    }
    return sendJson(res, 404, { error: "unknown control" });
  }

  async route(req, res) {
    const url = new URL(req.url, "http://gateway");
    if (url.pathname.startsWith("/control/")) return this.control(req, res, url.pathname.slice(9));
    if (url.pathname.startsWith("/stripe/")) {
      const path = url.pathname.slice(7);
      await this.stripe.handle(req, res, path, url.searchParams.toString());
    } else {
      await this.lyra.handle(req, res, url.pathname);
    }
    if (!res.writableEnded && !req.socket.destroyed) {
      sendPage(res, 404, "Page inconnue", "<p>Cette banque ne la connaît pas.</p>");
    }
  }

  listen(port = 0, host = "127.0.0.1") {
    return new Promise((resolve) => {
      this.server.listen(port, host, () => {
        this.url = `http://${host}:${this.server.address().port}`;
        this.stripe.base ||= this.url;
        resolve(this.url);
      });
    });
  }

  async close() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

export function createGateway(options = {}) {
  return new Gateway(options);
}

// ---- command line

function option(name, fallback) {
  const i = process.argv.indexOf(`--${name}`);
  return i > 0 && process.argv[i + 1] !== undefined ? process.argv[i + 1] : fallback;
}

async function main() {
  const shop = option("shop", process.env.MAILLON_BASE_URL ?? "http://localhost:8080");
  const [host, port] = option("listen", "127.0.0.1:8090").split(":");
  const gateway = createGateway({
    lyra: { site: option("site", process.env.MAILLON_LYRA_SITE),
      key: option("key", process.env.MAILLON_LYRA_KEY),
      password: option("password", process.env.MAILLON_LYRA_PASSWORD),
      mode: option("mode", process.env.MAILLON_LYRA_MODE), ipnUrl: `${shop}/hook/lyra` },
    stripe: { key: process.env.MAILLON_STRIPE_KEY,
      hookSecret: process.env.MAILLON_STRIPE_HOOK_SECRET, hookUrl: `${shop}/hook/stripe` },
  });
  gateway.misbehave({ notify: option("notify"), rest: option("rest") });
  console.log(`gateway: ${await gateway.listen(Number(port), host)} for ${shop}`);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(0));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((e) => {
    console.error(`gateway: ${e.message}`);
    process.exit(1);
  });
}
