// SPDX-License-Identifier: Apache-2.0
// till.mjs - a real server, the sandbox gateway, and companies that are ready to buy and pay.
//
//   const till = await openTill({ engine: "sqlite", companies: 10 });
//   const buyer = till.buyer(0);
//   const order = await buyer.order(2);
//   const page = await buyer.payPage(order);   // the signed form, as fields
//   await till.close();
//
// Companies, people and sessions are put straight into the database: signing in has tests of its
// own. Orders, payments and notifications go over HTTP.
import { execFile, execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { Agent, request } from "node:http";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createGateway } from "../sandbox/gateway.mjs";
import { freePort, makeDatabase, startServer } from "./server.mjs";
import { until } from "./wait.mjs";

const RIGHTS = 1 | 2 | 32 | 64; // Signed in, acts for a company, API: reads, orders.
const BAND_03 = 5; // 6 to 9 employees: packs of six are for them.
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

function luhnDigit(digits) {
  let sum = 0;
  [...digits].reverse().forEach((c, i) => {
    const d = Number(c) * (i % 2 === 0 ? 2 : 1);
    sum += d > 9 ? d - 9 : d;
  });
  return String((10 - (sum % 10)) % 10);
}

export function sirenOf(n) {
  const body = String(40000000 + n);
  return body + luhnDigit(body);
}

export function siretOf(siren) {
  const body = `${siren}0001`;
  return body + luhnDigit(body);
}

// Statements on the test's database, beside the server: { rows } of the last one.
export function sql(database, text) {
  if (database.db.startsWith("sqlite:")) {
    const out = execFileSync("sqlite3", ["-json", "-cmd", ".timeout 20000", database.db.slice(7)],
      { input: text, encoding: "utf8", maxBuffer: 1 << 28 });
    return out.trim() === "" ? [] : JSON.parse(out);
  }
  const wrapped = /^\s*select/i.test(text)
    ? `SELECT COALESCE(json_agg(t), '[]') FROM (${text.replace(/;\s*$/, "")}) t;` : text;
  const out = execFileSync("psql", ["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", database.db],
    { input: wrapped, encoding: "utf8", maxBuffer: 1 << 28 });
  return out.trim() === "" ? [] : JSON.parse(out);
}

// Jobs of a kind that pause or wait for their period are due now.
export function hurry(database, kind) {
  sql(database, `UPDATE job SET due_ms = 1 WHERE kind = '${kind}' AND leased = 0`);
}

// The checker closes sales on a breach, which a test that forces states by SQL makes on purpose; it
// stays away. As a server begins it runs at once, and then has its lease.
function restChecker(database) {
  return until("the minute's check rests", () => {
    sql(database, `UPDATE job SET due_ms = ${Date.now() + 86_400_000}
      WHERE kind = 'CHECK' AND attempt = 0 AND leased = 0 AND due_ms > ${Date.now()}`);
    const rest = sql(database, "SELECT COUNT(*) AS n FROM job WHERE kind = 'CHECK' " +
      `AND due_ms > ${Date.now() + 43_200_000}`);
    return Number(rest[0].n) === 1;
  }, 20);
}

// Looks until done() gives something; the job that it waits for runs at once each time.
export function hurried(database, kind, what, done) {
  return until(what, async () => {
    const value = await done();
    if (!value) hurry(database, kind);
    return value;
  }, 100);
}

// fetch without redirects, over connections that are kept.
export function http(method, url, { headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const bytes = body === undefined ? undefined : Buffer.from(body);
    const req = request(url, { method, agent, headers: { ...headers,
      ...(bytes ? { "Content-Length": bytes.length } : {}) } }, (res) => {
      const parts = [];
      res.on("data", (part) => parts.push(part));
      res.on("end", () => resolve({ status: res.statusCode, headers: res.headers,
        text: Buffer.concat(parts).toString("utf8") }));
      res.on("error", reject);
    });
    // The server may just have closed a connection that was long silent.
    req.on("error", (e) => (req.reusedSocket && e.code === "ECONNRESET"
      ? resolve(http(method, url, { headers, body })) : reject(e)));
    req.end(bytes);
  });
}

const FORM = { "Content-Type": "application/x-www-form-urlencoded" };

function unescape(text) {
  const names = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#x27": "'" };
  return text.replace(/&([a-z0-9#]+);/g, (whole, name) => names[name] ?? whole);
}

export function formOf(html, actionPart) {
  for (const [, attributes, inner] of html.matchAll(/<form ([^>]*)>([\s\S]*?)<\/form>/g)) {
    const action = unescape(/action="([^"]*)"/.exec(attributes)?.[1] ?? "");
    if (!action.includes(actionPart)) continue;
    const fields = {};
    for (const [, input] of inner.matchAll(/<input ([^>]*)>/g)) {
      const name = /name="([^"]*)"/.exec(input)?.[1];
      if (name) fields[unescape(name)] = unescape(/value="([^"]*)"/.exec(input)?.[1] ?? "");
    }
    return { action, fields };
  }
  return null;
}

class Buyer {
  constructor(till, n) {
    this.till = till;
    this.n = n;
    this.siren = sirenOf(n);
    this.siret = siretOf(this.siren);
    this.cookie = till.cookies[n];
    this.csrf = null;
  }

  // Reserves packs of six, or these lines, through the API.
  async order(packs = 2, delivery = {}) {
    const lines = Array.isArray(packs) ? packs : [{ pack: "lot-6", packs }];
    const r = await http("POST", `${this.till.url}/api/v1/orders`, {
      headers: { "Content-Type": "application/json",
        Authorization: `Bearer ${this.till.tokens[this.n]}`,
        "Idempotency-Key": `till-${this.n}-${randomBytes(8).toString("hex")}` },
      body: JSON.stringify({ campaign: this.till.campaign, siret: this.siret,
        lines, contactless_accepted: true,
        delivery: { company: `SOCIETE ${this.n}`, phone: "+33400000000", ...delivery } }),
    });
    if (r.status !== 201) throw new Error(`order: ${r.status} ${r.text}`);
    return JSON.parse(r.text);
  }

  page(path) {
    return http("GET", this.till.url + path, { headers: { Cookie: `maillon=${this.cookie}` } });
  }

  async post(path, fields = {}) {
    return http("POST", this.till.url + path, {
      headers: { ...FORM, Cookie: `maillon=${this.cookie}` },
      body: new URLSearchParams({ csrf: this.csrf, ...fields }).toString() });
  }

  // The button "Payer" of the order's page; the page that follows.
  async payPage(ref) {
    if (this.csrf === null) {
      const form = formOf((await this.page(`/commandes/${ref}`)).text, "/payer");
      if (!form) throw new Error(`the order ${ref} shows no button to pay`);
      this.csrf = form.fields.csrf;
    }
    const r = await this.post(`/commandes/${ref}/payer`);
    if (r.status !== 303) throw new Error(`payer: ${r.status} ${r.text}`);
    this.outPath = r.headers.location;
    return this.page(this.outPath);
  }

  // A card that is accepted, without the provider's pages; the gateway's transaction.
  async pay(ref, status = "CAPTURED") {
    const form = await this.payForm(ref);
    const t = this.till.bank.lyra.debit(form.fields, status);
    await this.till.notify(t);
    return t;
  }

  // The same, as the provider's form: { action, fields }.
  async payForm(ref) {
    const page = await this.payPage(ref);
    const form = formOf(page.text, "/vads-payment/");
    if (!form) throw new Error(`no form to the gateway: ${page.status} ${page.text}`);
    return form;
  }

  // Pays on the gateway's hosted page; the page that follows there.
  async payOnPage(ref, card = "accepted") {
    const { action, fields } = await this.payForm(ref);
    const page = await http("POST", action, { headers: FORM,
      body: new URLSearchParams(fields).toString() });
    return http("POST", this.till.bankUrl + page.headers.location, { headers: FORM,
      body: new URLSearchParams({ card, action: "pay" }).toString() });
  }
}

// One of the people of a campaign's organiser, signed in with rights and a fresh second proof.
let people = 0;
function signIn(till, rights, campaign) {
  const id = 910000 + people++;
  const email = `personne${id}@example.org`;
  const cookie = `s${randomBytes(32).toString("base64url")}`;
  const hash = createHash("sha256").update(cookie).digest("hex");
  const now = Date.now();
  const [{ organiser_id: organiser }] = till.sql(
    `SELECT organiser_id FROM campaign WHERE slug = '${campaign}'`);
  till.sql(`INSERT INTO account (id,email,rights,organiser_id,created_ms,signed_in_ms)
    VALUES (${id},'${email}',${rights},${organiser},${now},0);
    INSERT INTO session (id_hash,account_id,organiser_id,siren,company,email,rights,created_ms,
      seen_ms,expires_ms,confirmed_ms) VALUES ('${hash}',${id},${organiser},0,'','${email}',
      ${rights | 1},${now},${now},${now + 86400000},${now});`);
  return { id, email, cookie };
}

class Person {
  constructor(till, rights, campaign) {
    this.till = till;
    Object.assign(this, signIn(till, rights, campaign));
    this.csrf = "";
  }

  async get(path) {
    const r = await http("GET", this.till.url + path,
      { headers: { Cookie: `maillon=${this.cookie}` } });
    this.csrf = /name="csrf" value="([^"]+)"/.exec(r.text)?.[1] ?? this.csrf;
    return r;
  }

  post(path, fields = {}) {
    return http("POST", this.till.url + path, { headers: { ...FORM,
      Cookie: `maillon=${this.cookie}` },
    body: new URLSearchParams({ csrf: this.csrf, ...fields }).toString() });
  }

  // A form with files: { field: { name, bytes } }.
  async upload(path, files, fields = {}) {
    const form = new FormData();
    for (const [name, value] of Object.entries({ csrf: this.csrf, ...fields }))
      form.append(name, value);
    for (const [name, { name: file, bytes }] of Object.entries(files))
      form.append(name, new Blob([bytes]), file);
    const r = await fetch(this.till.url + path, { method: "POST", body: form, redirect: "manual",
      headers: { Cookie: `maillon=${this.cookie}` } });
    return { status: r.status, location: r.headers.get("location"), text: await r.text() };
  }
}

// Rights of an organiser's people, as in db/ctx.h.
export const AGENT = 4;
export const ADMIN = 8;
export const STOCK = 256;
export const FINANCE = 512;
export const AUDIT = 1024;

// Rows in groups, so that no statement grows without bound.
function inserts(head, rows) {
  const out = [];
  for (let i = 0; i < rows.length; i += 500) {
    out.push(`INSERT INTO ${head} VALUES ${rows.slice(i, i + 500).join(",")};`);
  }
  return out.join("\n");
}

// Where a company is, unless the caller says otherwise; text is put between quotes for SQL.
const HOME = { complement: "", street: "1 RUE DU TEST", special: "", postal: "69002",
  commune: "69382", city: "LYON" };
const quoted = (s) => `'${String(s).replaceAll("'", "''")}'`;

function seed(till, places) {
  const now = Date.now();
  const later = now + 7 * 86400000;
  const rows = { company: [], establishment: [], declaration: [], account: [], link: [],
    session: [], token: [] };
  for (const [n, place] of places.entries()) {
    const at = { name: `SOCIETE ${n}`, ...HOME, ...place };
    const siren = sirenOf(n);
    const siret = siretOf(siren);
    const hash = (s) => createHash("sha256").update(s).digest("hex");
    till.cookies.push(`s${randomBytes(32).toString("base64url")}`);
    till.tokens.push(`mlt_${randomBytes(24).toString("base64url")}`);
    rows.company.push(`(${siren},${quoted(at.name)},1,0,0,${BAND_03},2019,5710,'47.11A',${siret},` +
      `'${at.commune}',1,2,10000)`);
    rows.establishment.push(`(${siret},1,1,0,0,0,'',${[at.complement, at.street, at.special]
      .map(quoted)},'${at.postal}','${at.commune}',${quoted(at.city)},'','')`);
    rows.declaration.push(`(${siren},8,0,1)`);
    rows.account.push(`(${1000 + n},'buyer${n}@example.org',1,0,${now},0)`);
    rows.link.push(`(${1000 + n},${siren},'test',1,0)`);
    rows.session.push(`('${hash(till.cookies[n])}',${1000 + n},0,${siren},'SOCIETE ${n}',` +
      `'buyer${n}@example.org',${RIGHTS & 3},${now},${now},${later})`);
    rows.token.push(`('${hash(till.tokens[n])}','test',${siren},0,${1000 + n},${RIGHTS & 96},` +
      `${now},${later},0,NULL)`);
  }
  const tables = {
    company: "company (siren,name,active,partial,gone,band,band_year,legal_category,naf," +
      "head_siret,head_commune,networks,network_source,created_day)",
    establishment: "establishment (siret,active,head_office,partial,gone,band,sign,complement," +
      "street,special,postal_code,commune,city,craft_code,country)",
    declaration: "company_declaration (siren,heads,networks,changed_ms)",
    account: "account (id,email,rights,organiser_id,created_ms,signed_in_ms)",
    link: "company_link (account_id,siren,proof,since_ms,ended_ms)",
    session: "session (id_hash,account_id,organiser_id,siren,company,email,rights,created_ms," +
      "seen_ms,expires_ms)",
    token: "api_token (token_hash,label,siren,organiser_id,account_id,rights,created_ms," +
      "expires_ms,last_used_day,revoked_ms)",
  };
  const all = Object.entries(tables).map(([name, head]) => inserts(head, rows[name]));
  sql(till.database, ["BEGIN;", ...all, "COMMIT;"].join("\n"));
}

// companies: how many, or a list of where each is; policy: changes the demonstration's campaign.
export async function openTill({ engine = "sqlite", companies = 4, units = 0, env = {},
  gateway = {}, policy: change = (p) => p } = {}) {
  const database = makeDatabase(engine);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const lyra = { site: "12345678", key: randomBytes(12).toString("hex"),
    password: `testpassword_${randomBytes(8).toString("hex")}`, ipnUrl: `${url}/hook/lyra`,
    retryMs: 200, ...gateway };
  const stripe = { key: "sk_test_till", hookSecret: "whsec_till", hookUrl: `${url}/hook/stripe` };
  const bank = createGateway({ lyra, stripe });
  const bankUrl = await bank.listen();
  const settings = { MAILLON_LYRA_URL: `${bankUrl}/vads-payment/`,
    MAILLON_LYRA_REST_URL: `${bankUrl}/api-payment`, MAILLON_LYRA_SITE: lyra.site,
    MAILLON_LYRA_KEY: lyra.key, MAILLON_LYRA_PASSWORD: lyra.password, MAILLON_LYRA_MODE: "TEST",
    MAILLON_STRIPE_URL: `${bankUrl}/stripe`, MAILLON_STRIPE_KEY: stripe.key,
    MAILLON_STRIPE_HOOK_SECRET: stripe.hookSecret, ...env };
  const policy = change(JSON.parse(readFileSync("demo/masques-pme.json", "utf8")));
  if (units > 0) policy.pools[0].units = units;
  const policyFile = join(database.dir, "campaign.json");
  writeFileSync(policyFile, JSON.stringify(policy));
  const server = await startServer({ database, port, env: settings });
  await restChecker(database);
  const till = { database, server, url, bank, bankUrl, lyra, stripe, campaign: policy.slug,
    cookies: [], tokens: [] };
  // Before the campaign: the server counts who may order as soon as it sees one.
  seed(till, Array.isArray(companies) ? companies : Array.from({ length: companies }, () => ({})));
  const published = server.run("campaign", "publish", policyFile);
  if (published.status !== 0) throw new Error(`campaign publish: ${published.stderr}`);
  // A command on the same database. Not synchronous: the gateway lives in this process.
  till.run = (...args) => new Promise((resolve) => {
    execFile(process.env.MAILLON_BIN ?? "build/maillon", args, { env: server.env },
      (e, stdout, stderr) => resolve({ status: e ? e.code : 0, stdout, stderr }));
  });
  till.buyer = (n) => new Buyer(till, n);
  till.person = (rights, campaign = till.campaign) => new Person(till, rights, campaign);
  till.notify = async (t, source = "PAY") => {
    const r = await http("POST", lyra.ipnUrl, { headers: FORM,
      body: bank.lyra.notification(t, { source }) });
    if (r.status !== 200) throw new Error(`notification: ${r.status} ${r.text}`);
  };
  till.sql = (text) => sql(database, text);
  till.orderState = (ref) => till.sql(`SELECT state FROM orders WHERE ref = '${ref}'`)[0].state;
  till.close = async () => {
    await server.stop();
    await bank.close();
    database.remove();
  };
  return till;
}
