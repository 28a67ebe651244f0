// SPDX-License-Identifier: Apache-2.0
// carrier.mjs - the stand-in carrier, for the demonstration and for tests.
//
//   node sandbox/carrier.mjs [--listen 127.0.0.1:8092] [--contract C] [--password P]
//        [--mode MODE] [--share PER_MILLE]
//
// It speaks the part of Colissimo's SLS REST service that Maillon uses (generateLabel with its
// multipart answer, and a look-up by our reference that stands for the carrier's back office) and
// the tracking service (suivi v2, idships). What it does wrong is set by --mode and --share, the
// share of requests in a thousand that go wrong, or while it runs:
//
//   GET  /control/ledger     every label made, by our reference, and how often each was asked for
//   POST /control/misbehave  {"mode": "cut", "share": 100, "slowMs": 30000, "findMode": "normal",
//                             "trackMode": "limited", "retryAfterS": 60}
//   POST /control/event      {"idShip": N, "code": "DI1", "label": L, "date": D}: a scan
//   POST /control/reset      forgets labels and scans
//
// Modes of labels: normal, busy (503), slow, cut (label made, answer cut off), lost (label made,
// no answer), refused (400 with messages), contradictory, unlabelled, badkey, duplicate, nojson.
// Modes of tracking stand in track.mjs.
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";
import { readBody, same, sendJson } from "./lib.mjs";
import { TRACK_MODES, Tracking } from "./track.mjs";

export const MODES = ["normal", "busy", "slow", "cut", "lost", "refused", "contradictory",
  "unlabelled", "badkey", "duplicate", "nojson"];
const PRODUCTS = { DOM: "8L", COM: "7A" };
const OVERSEAS = ["GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF"];

export function nationalKey(digits) {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    sum += Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 3 : 1);
  }
  return (10 - (sum % 10)) % 10;
}

// A whole, small PDF of one page of 10 x 15 cm that says what it is about.
export function pdf(lines) {
  const text = lines.map((l, i) => {
    const safe = l.replace(/[\\()]/g, "\\$&").replace(/[^\x20-\x7e]/g, "?");
    return `BT /F1 9 Tf 14 ${400 - 14 * i} Td (${safe}) Tj ET`;
  }).join("\n");
  const objects = ["<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 283 425] /Contents 4 0 R "
      + "/Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"];
  let out = "%PDF-1.4\n";
  const at = objects.map((o, i) => {
    const offset = out.length;
    out += `${i + 1} 0 obj\n${o}\nendobj\n`;
    return offset;
  });
  const xref = out.length;
  out += `xref\n0 6\n0000000000 65535 f \n`;
  for (const offset of at) out += `${String(offset).padStart(10, "0")} 00000 n \n`;
  out += `trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`;
  return Buffer.from(out, "latin1");
}

function multipart(parts) {
  const boundary = "uuid:3f0c8b1e-7f5b-4f0e-9d0b-2f6f0b7d1c55";
  const chunks = [];
  for (const p of parts) {
    chunks.push(Buffer.from(`--${boundary}\r\nContent-Type: ${p.type}\r\n`
      + `Content-Transfer-Encoding: binary\r\nContent-ID: <${p.id}>\r\n\r\n`));
    chunks.push(p.body, Buffer.from("\r\n"));
  }
  chunks.push(Buffer.from(`--${boundary}--`));
  return { type: `multipart/mixed; boundary="${boundary}"`, body: Buffer.concat(chunks) };
}

function fault(id, messageContent) {
  return { id, type: "ERROR", messageContent };
}

// What the real service checks before it makes a label, as far as it is documented.
function faultsOf(ask) {
  const faults = [];
  const letter = ask.letter ?? {};
  const to = letter.addressee?.address ?? {};
  const weight = letter.parcel?.weight;
  if (!PRODUCTS[letter.service?.productCode]) faults.push(fault("30109", "Produit inconnu"));
  if (!(weight > 0 && weight <= 30)) faults.push(fault("30100", "Le poids est incorrect"));
  if (!to.line2) faults.push(fault("30204", "La rue du destinataire est obligatoire"));
  for (const key of ["line0", "line1", "line2", "line3", "city", "companyName"]) {
    if ([...(to[key] ?? "")].length > 35) faults.push(fault("30221", `${key} : 35 signes au plus`));
  }
  if (!/^\d{5}$/.test(to.zipCode ?? "")) faults.push(fault("30207", "Le code postal est faux"));
  if (!letter.sender?.senderParcelRef) faults.push(fault("30010", "La référence manque"));
  const overseas = OVERSEAS.includes(to.countryCode);
  if (overseas !== (letter.service?.productCode === "COM")) {
    faults.push(fault("30110", "Le produit ne dessert pas cette destination"));
  }
  const customs = letter.customsDeclarations;
  if (overseas && (!customs?.includeCustomsDeclarations || customs.contents?.category?.value !== 3
      || !(customs.contents?.article?.length > 0))) {
    faults.push(fault("30400", "La déclaration en douane est obligatoire"));
  }
  for (const a of customs?.contents?.article ?? []) {
    if (!/^(\d{6}|\d{8}|\d{10})$/.test(a.hsCode) || !(a.weight > 0) || !(a.value >= 0)
        || !(a.quantity > 0) || [...a.description].length > 64 || a.currency !== "EUR") {
      faults.push(fault("30401", "Un article de la déclaration en douane est faux"));
    }
  }
  return faults;
}

class Carrier {
  constructor(options) {
    this.contract = options.contract ?? "123456";
    this.password = options.password ?? "testpassword_DEMO";
    this.apiKey = options.apiKey ?? "";
    this.mode = options.mode ?? "normal";
    this.share = options.share ?? 1000;
    this.slowMs = options.slowMs ?? 60000;
    this.findMode = "normal";
    this.firstNumber = options.firstNumber ?? 4139207000;
    this.tracking = new Tracking(this, options);
    this.reset();
    this.server = createServer((req, res) => {
      this.route(req, res).catch((e) => {
        if (!res.headersSent) sendJson(res, e.status ?? 500, { error: e.message });
        else res.destroy();
      });
    });
    this.server.keepAliveTimeout = 60000;
  }

  reset() {
    this.next = this.firstNumber;
    this.asked = 0;
    this.labels = new Map(); // our reference -> [{number, at, ask}]
    this.byNumber = new Map();
    this.tracking.reset();
  }

  misbehave({ mode, share, slowMs, findMode, trackMode, retryAfterS }) {
    if (mode !== undefined && !MODES.includes(mode)) throw new Error(`mode: ${MODES}`);
    if (trackMode !== undefined && !TRACK_MODES.includes(trackMode)) {
      throw new Error(`trackMode: ${TRACK_MODES}`);
    }
    this.mode = mode ?? this.mode;
    this.share = share ?? this.share;
    this.slowMs = slowMs ?? this.slowMs;
    this.findMode = findMode ?? this.findMode;
    this.tracking.mode = trackMode ?? this.tracking.mode;
    this.tracking.retryAfterS = retryAfterS ?? this.tracking.retryAfterS;
    return { mode: this.mode, share: this.share, slowMs: this.slowMs, findMode: this.findMode,
      trackMode: this.tracking.mode };
  }

  known(ask, req) {
    if (this.apiKey && same(req.headers.apikey ?? "", this.apiKey)) return true;
    return same(ask.contractNumber ?? "", this.contract)
      && same(ask.password ?? "", this.password);
  }

  make(ask) {
    const digits = String(this.next++).padStart(10, "0");
    const number = PRODUCTS[ask.letter.service.productCode] + digits + nationalKey(digits);
    const ref = ask.letter.sender.senderParcelRef;
    const made = { number, ref, at: Date.now(), ask };
    this.labels.set(ref, [...(this.labels.get(ref) ?? []), made]);
    this.byNumber.set(number, made);
    return made;
  }

  answer(made, { number = made.number, messages = [], label = true } = {}) {
    const to = made.ask.letter.addressee.address;
    const infos = { messages: messages.length ? messages
      : [{ id: "0", type: "INFOS", messageContent: "La requête a été traitée avec succès" }],
    labelXmlV2Reponse: null,
    labelV2Response: { parcelNumber: number, parcelNumberPartner: null, pdfUrl: null } };
    const parts = [{ id: "jsonInfos", type: "application/json;charset=UTF-8",
      body: Buffer.from(JSON.stringify(infos)) }];
    const lines = [`COLIS ${number}`, made.ask.letter.service.productCode, to.companyName,
      to.line2, `${to.zipCode} ${to.city}`, made.ask.letter.parcel.instructions ?? "", made.ref];
    const printing = made.ask.outputFormat?.outputPrintingType ?? "";
    if (label) {
      parts.push({ id: "label", type: "application/octet-stream",
        body: printing.startsWith("ZPL") ? Buffer.from(`^XA^FO30,30^A0N,30^FD${number}^FS^XZ`)
          : pdf(lines) });
    }
    if (made.ask.letter.service.productCode === "COM" && label) {
      parts.push({ id: "cn23", type: "application/octet-stream", body: pdf(["CN23", number]) });
    }
    return multipart(parts);
  }

  send(res, status, { type, body }) {
    res.writeHead(status, { "content-type": type, "content-length": body.length });
    res.end(body);
  }

  refuse(res, messages) {
    const infos = { messages, labelXmlV2Reponse: null, labelV2Response: null };
    this.send(res, 400, multipart([{ id: "jsonInfos", type: "application/json;charset=UTF-8",
      body: Buffer.from(JSON.stringify(infos)) }]));
  }

  cut(res, { type, body }) {
    res.writeHead(200, { "content-type": type, "content-length": body.length });
    res.write(body.subarray(0, Math.floor(body.length / 2)));
    setTimeout(() => res.destroy(), 20);
  }

  async generate(req, res) {
    const ask = JSON.parse(await readBody(req));
    const mode = this.asked++ % 1000 < this.share ? this.mode : "normal";
    if (mode === "busy") return sendJson(res, 503, { error: "Service Unavailable" });
    if (!this.known(ask, req)) {
      return this.refuse(res, [fault("30000", "Identifiant ou mot de passe incorrect")]);
    }
    if (mode === "refused") {
      return this.refuse(res, [fault("30204", "La rue du destinataire est inconnue")]);
    }
    const faults = faultsOf(ask);
    if (faults.length) return this.refuse(res, faults);
    const made = this.make(ask);
    const good = this.answer(made);
    if (mode === "lost") return res.destroy();
    if (mode === "cut") return this.cut(res, good);
    if (mode === "slow") await new Promise((done) => setTimeout(done, this.slowMs));
    if (mode === "nojson") {
      return this.send(res, 200, { type: "text/html", body: Buffer.from("<html>") });
    }
    if (mode === "contradictory") {
      return this.send(res, 200, this.answer(made, { messages: [fault("30100", "Poids faux")] }));
    }
    if (mode === "unlabelled") return this.send(res, 200, this.answer(made, { label: false }));
    if (mode === "badkey") {
      const last = (Number(made.number[12]) + 1) % 10;
      return this.send(res, 200, this.answer(made, { number: made.number.slice(0, 12) + last }));
    }
    if (mode === "duplicate") {
      const first = [...this.byNumber.keys()][0];
      return this.send(res, 200, this.answer(made, { number: first }));
    }
    return this.send(res, 200, good);
  }

  // By our reference: the newest label, or 404 when there is none.
  async find(req, res) {
    const ask = JSON.parse(await readBody(req));
    if (this.findMode === "busy") return sendJson(res, 503, { error: "Service Unavailable" });
    if (!this.known(ask, req)) {
      return this.refuse(res, [fault("30000", "Identifiant ou mot de passe incorrect")]);
    }
    const made = this.labels.get(ask.senderParcelRef)?.at(-1);
    if (!made) return sendJson(res, 404, { error: "unknown reference" });
    return this.send(res, 200, this.answer(made));
  }

  async control(req, res, what) {
    if (req.method === "GET" && what === "ledger") {
      const labels = [...this.labels].map(([ref, made]) => ({ ref,
        numbers: made.map((m) => m.number), ask: made.at(-1).ask }));
      return sendJson(res, 200, { asked: this.asked, labels, tracked: this.tracking.asks });
    }
    if (req.method === "GET" && what === "counts") {
      let twice = 0;
      for (const made of this.labels.values()) if (made.length > 1) twice++;
      return sendJson(res, 200, { asked: this.asked, references: this.labels.size, twice });
    }
    if (req.method !== "POST") return sendJson(res, 405, { error: "POST" });
    const body = JSON.parse((await readBody(req)) || "{}");
    if (what === "misbehave") return sendJson(res, 200, this.misbehave(body));
    if (what === "event") return sendJson(res, 200, this.tracking.scan(body));
    if (what === "reset") {
      this.reset();
      return sendJson(res, 200, {});
    }
    return sendJson(res, 404, { error: "unknown control" });
  }

  async route(req, res) {
    const { pathname } = new URL(req.url, "http://carrier");
    if (pathname.startsWith("/control/")) return this.control(req, res, pathname.slice(9));
    if (req.method === "POST" && pathname.endsWith("/generateLabel")) {
      return this.generate(req, res);
    }
    if (req.method === "POST" && pathname.endsWith("/findLabel")) return this.find(req, res);
    const track = pathname.match(/\/suivi\/v2\/idships\/([^/]+)$/);
    if (req.method === "GET" && track) {
      return this.tracking.track(req, res, decodeURIComponent(track[1]).split(","));
    }
    return sendJson(res, 404, { error: "not a path of this carrier" });
  }

  listen(port = 0, host = "127.0.0.1") {
    return new Promise((resolve) => {
      this.server.listen(port, host, () => {
        this.url = `http://${host}:${this.server.address().port}`;
        resolve(this.url);
      });
    });
  }

  async close() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

export function createCarrier(options = {}) {
  return new Carrier(options);
}

function option(name, fallback) {
  const i = process.argv.indexOf(`--${name}`);
  return i > 0 && process.argv[i + 1] !== undefined ? process.argv[i + 1] : fallback;
}

async function main() {
  const [host, port] = option("listen", "127.0.0.1:8092").split(":");
  const carrier = createCarrier({
    contract: option("contract", process.env.MAILLON_COLISSIMO_CONTRACT),
    password: option("password", process.env.MAILLON_COLISSIMO_PASSWORD),
    okapiKey: process.env.MAILLON_LAPOSTE_KEY,
    // Labels are forgotten when it ends, and no number may be given twice.
    firstNumber: Math.floor((Date.now() - Date.UTC(2026, 0, 1)) / 10) % 1e10,
    mode: option("mode"), share: Number(option("share", "1000")),
  });
  console.log(`carrier: ${await carrier.listen(Number(port), host)}`);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(0));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((e) => {
    console.error(`carrier: ${e.message}`);
    process.exit(1);
  });
}
