// SPDX-License-Identifier: Apache-2.0
// depot.mjs - a till with a carrier beside it and somebody of the warehouse signed in.
//
//   const depot = await openDepot({ engine, orders: 6 });   // six paid orders
//   const wave = await depot.wave({ carrier: "colissimo" });
//   await depot.until((n) => n.labelled === 6);
//   await depot.handOver();
//   await depot.age(30);             // hours go by
//   await depot.job("TRACK");        // the server's own job, now
//   await depot.close();
import { createHash, randomBytes } from "node:crypto";
import { createCarrier } from "../sandbox/carrier.mjs";
import { formOf, http, openTill } from "./till.mjs";
import { until } from "./wait.mjs";

const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
export const STATES = { 1: "waiting", 2: "asked", 3: "labelled", 4: "handed", 5: "delivered",
  6: "returned", 7: "lost", 8: "damaged", 9: "cancelled", 10: "refused" };
const HOUR = 3600000;
const STAFF = 1 | 8 | 256; // Signed in, administrator, stock.

// What payments and their notifications would write, for many orders at once.
export function payAll(till) {
  const now = Date.now();
  till.sql(`BEGIN;
    INSERT INTO payment (order_id, order_ref, provider, state, attempt_key, provider_ref,
                         amount_cents, captured_cents, created_ms, captured_ms, changed_ms)
      SELECT id, ref, 'lyra', 3, 'a-' || id, 'p-' || id, total_cents, total_cents, ${now}, ${now},
             ${now} FROM orders WHERE state = 1;
    UPDATE stock_slot SET
      held = held - COALESCE((SELECT SUM(m.units) FROM stock_movement m JOIN orders o
        ON o.id = m.order_id AND o.state = 1 WHERE m.kind = 2 AND m.pool_id = stock_slot.pool_id
        AND m.slot = stock_slot.slot), 0),
      sold = sold + COALESCE((SELECT SUM(m.units) FROM stock_movement m JOIN orders o
        ON o.id = m.order_id AND o.state = 1 WHERE m.kind = 2 AND m.pool_id = stock_slot.pool_id
        AND m.slot = stock_slot.slot), 0);
    INSERT INTO stock_movement (pool_id, slot, order_id, kind, units, at_ms, reason)
      SELECT m.pool_id, m.slot, m.order_id, 4, m.units, ${now}, m.reason FROM stock_movement m
        JOIN orders o ON o.id = m.order_id AND o.state = 1 WHERE m.kind = 2;
    INSERT INTO order_event (order_id, n, from_state, to_state, at_ms, actor, cause)
      SELECT id, 2, 1, 3, ${now}, 'provider', 'payment captured' FROM orders WHERE state = 1;
    INSERT INTO mail (recipient, subject, body, message_id, cause, subject_id, created_ms, sent_ms)
      SELECT 'x@example.org', 'x', 'x', 'm-' || id, 'order_paid', id, ${now}, ${now}
        FROM orders WHERE state = 1;
    INSERT INTO invoice_due (kind, subject_id, since_ms, next_try_ms) SELECT 380, id, ${now}, ${now}
      FROM orders WHERE state = 1;
    UPDATE orders SET state = 3, paid_ms = ${now}, changed_ms = ${now},
      payment_id = (SELECT p.id FROM payment p WHERE p.order_id = orders.id) WHERE state = 1;
    COMMIT;`);
}

async function placeAll(till, count, packs) {
  let next = 0;
  const refs = [];
  const one = async () => {
    while (next < count) {
      const n = next++;
      refs[n] = (await till.buyer(n).order(packs)).ref;
    }
  };
  await Promise.all(Array.from({ length: Math.min(32, count) }, one));
  return refs;
}

// One after the other, so that they are paid in this order.
async function payAtBank(till, refs) {
  for (let n = 0; n < refs.length; n++) {
    await till.buyer(n).payOnPage(refs[n]);
    await until(`order ${refs[n]} is paid`, () => Number(till.orderState(refs[n])) === 3);
  }
}

function signIn(till) {
  const cookie = `s${randomBytes(32).toString("base64url")}`;
  const hash = createHash("sha256").update(cookie).digest("hex");
  const now = Date.now();
  const [{ organiser_id: organiser }] = till.sql("SELECT organiser_id FROM campaign");
  till.sql(`INSERT INTO account (id,email,rights,organiser_id,created_ms,signed_in_ms)
    VALUES (900000,'depot@example.org',${STAFF},${organiser},${now},0);
    INSERT INTO session (id_hash,account_id,organiser_id,siren,company,email,rights,created_ms,
      seen_ms,expires_ms) VALUES ('${hash}',900000,${organiser},0,'','depot@example.org',${STAFF},
      ${now},${now},${now + 86400000});`);
  return cookie;
}

// companies: how many, or a list of where each is (till.mjs); the first ones order.
// paid false: the companies are there, their orders are the caller's. "bank": each is paid on the
// gateway's page, so that its money can be given back.
export async function openDepot({ engine = "sqlite", orders = 4, companies = orders, packs = 2,
  env = {}, units = 0, paid = true } = {}) {
  const carrier = createCarrier({ contract: "123456", password: "motdepasse-colissimo",
    okapiKey: "cle-du-suivi" });
  const carrierUrl = await carrier.listen();
  const till = await openTill({ engine, companies, units, env: {
    MAILLON_COLISSIMO_URL: `${carrierUrl}/sls-ws/SlsServiceWSRest/2.0`,
    MAILLON_COLISSIMO_FIND_URL: `${carrierUrl}/sls-ws/SlsServiceWSRest/2.0/findLabel`,
    MAILLON_COLISSIMO_CONTRACT: "123456", MAILLON_COLISSIMO_PASSWORD: "motdepasse-colissimo",
    MAILLON_SENDER_COMPANY: "Plateforme Masques", MAILLON_SENDER_STREET: "1 RUE DU DEPOT",
    MAILLON_SENDER_POSTAL_CODE: "69007", MAILLON_SENDER_CITY: "LYON",
    MAILLON_CARRIER_SETTLE_MS: "500", MAILLON_LAPOSTE_URL: `${carrierUrl}/suivi/v2`,
    MAILLON_LAPOSTE_KEY: "cle-du-suivi", ...env } });
  try {
    if (paid) {
      const refs = await placeAll(till, orders, packs);
      if (paid === "bank") await payAtBank(till, refs);
      else payAll(till);
    }
  } catch (e) { // Or the file that asked would never end.
    await till.close();
    await carrier.close();
    throw e;
  }
  const cookie = signIn(till);
  let csrf = "";
  const get = async (path) => {
    const r = await http("GET", till.url + path, { headers: { Cookie: `maillon=${cookie}` } });
    csrf = /name="csrf" value="([^"]+)"/.exec(r.text)?.[1] ?? csrf;
    return r;
  };
  const post = (path, fields = {}) => http("POST", till.url + path, {
    headers: { ...FORM, Cookie: `maillon=${cookie}` },
    body: new URLSearchParams({ csrf, ...fields }).toString() });
  const counts = () => {
    const n = Object.fromEntries(Object.values(STATES).map((name) => [name, 0]));
    for (const row of till.sql("SELECT state, COUNT(*) AS n FROM parcel GROUP BY state"))
      n[STATES[row.state]] = Number(row.n);
    return n;
  };
  return {
    till, carrier, cookie, get, post, counts, formOf, wait: until,
    sql: (text) => till.sql(text),
    // A form with files: fields are texts, or {name, type, body}; a list is sent as several.
    upload: async (path, fields, as = cookie) => {
      const form = new FormData();
      for (const [name, value] of Object.entries({ csrf, ...fields }))
        for (const v of [value].flat())
          form.append(name, typeof v === "string" ? v : new Blob([v.body], { type: v.type ?? "" }),
            ...(typeof v === "string" ? [] : [v.name]));
      const r = await fetch(till.url + path, { method: "POST", body: form, redirect: "manual",
        headers: { cookie: `maillon=${as}` } });
      return { status: r.status, text: await r.text(), location: r.headers.get("location") };
    },
    // Hands over what is labelled, and waits until its orders have followed.
    handOver: async (name = "colissimo") => {
      await get("/console/preparation/remises");
      const r = await post("/console/preparation/remises", { carrier: name, what: "all" });
      if (!/\/remises\/\d+$/.test(r.headers.location ?? ""))
        throw new Error(`hand-over: ${r.status} ${r.headers.location}`);
      await until("buyers told", () => Number(till.sql(
        "SELECT COUNT(*) AS n FROM parcel WHERE state = 4 AND told_ms = 0")[0].n) === 0);
      return r.headers.location;
    },
    // So many hours go by for what is under way.
    age: (hours) => {
      for (const made of carrier.byNumber.values()) made.at -= hours * HOUR;
      till.sql(`UPDATE parcel SET handed_ms = handed_ms - ${hours * HOUR},
      labelled_ms = labelled_ms - ${hours * HOUR}, asked_ms = asked_ms - ${hours * HOUR},
      track_ms = CASE WHEN track_ms > ${hours * HOUR} THEN track_ms - ${hours * HOUR}
        ELSE track_ms END WHERE handed_ms > 0`);
    },
    // A periodic job of the server runs now.
    job: async (kind) => {
      const rests = () => Number(till.sql(`SELECT COUNT(*) AS n FROM job
        WHERE kind = '${kind}' AND leased = 0 AND due_ms > 1`)[0].n) === 1;
      await until(`${kind} rests`, rests);
      till.sql(`UPDATE job SET due_ms = 1 WHERE kind = '${kind}' AND leased = 0`);
      await until(`${kind} done`, rests);
    },
    mails: (cause) => till.sql(
      `SELECT recipient, subject, body FROM mail WHERE cause = '${cause}' ORDER BY id`),
    wave: async ({ carrier: name = "colissimo", labels = "1", limit = orders, ...more } = {}) => {
      await get("/console/preparation/nouvelle");
      const r = await post("/console/preparation/nouvelle", { campaign: till.campaign,
        carrier: name, pool: "0", territory: "tous", age: "0", limit: String(limit),
        act: "create", ...(labels ? { labels } : {}), ...more });
      if (r.status !== 303) throw new Error(`wave: ${r.status} ${r.text.slice(0, 3000)}`);
      return Number(r.headers.location.split("/").pop());
    },
    // Waits for so many parcels in these states, and returns how many there are.
    until: (good, everyMs = 100) => {
      let n;
      return until(`${good}`, () => good(n = counts()) && n, everyMs);
    },
    close: async () => {
      await till.close();
      await carrier.close();
    },
  };
}
