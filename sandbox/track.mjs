// SPDX-License-Identifier: Apache-2.0
// track.mjs - the tracking service of the stand-in carrier: La Poste's suivi v2, idships.
//
//   GET /suivi/v2/idships/ID[,ID...]?lang=fr_FR   X-Okapi-Key, Accept: application/json
//
// One identifier gives an object, several an array. An unknown one gets returnCode 404; alone, it
// gets a page and no JSON. Events come newest first. What it does wrong is set while it runs:
//
//   busy 503, error 500, limited 429 with Retry-After, unauthorised 401, slow, cut, huge,
//   hidden   one 404 page for all that was asked, as soon as one number is unknown
//   html     a page with status 200
//   empty    returnCode 200 and nothing about the parcel
//   denied   returnCode 404 beside a delivery
//   crossed  each answer bears another parcel's number outside than inside
//   foreign  news of a parcel nobody asked about
//   undated  events without a date, without a code, of another type
import { same, sendJson } from "./lib.mjs";

export const TRACK_MODES = ["normal", "busy", "error", "limited", "unauthorised", "slow", "cut",
  "huge", "hidden", "html", "empty", "denied", "crossed", "foreign", "undated"];
const STEPS = ["Annoncé", "Pris en charge", "En cours d’acheminement", "En cours de livraison",
  "Livré"];
const STEP_OF = { DR1: 1, DR2: 1, PC1: 2, PC2: 2, MD2: 4, ND1: 4, AG1: 4, DI0: 5, DI1: 5, DI2: 5 };
const FINAL = ["DI0", "DI1", "DI2"];
const HUGE = 3 * 1024 * 1024;

function page(res, status) {
  const body = "<!DOCTYPE html><title>Suivi</title><h1>Suivi</h1>";
  res.writeHead(status, { "content-type": "text/html" });
  res.end(body);
}

export class Tracking {
  constructor(carrier, { okapiKey = "" } = {}) {
    this.carrier = carrier;
    this.key = okapiKey;
    this.mode = "normal";
    this.retryAfterS = 120;
    this.reset();
  }

  reset() {
    this.scans = new Map(); // number -> events, newest first
    this.asks = []; // what was asked, oldest first
  }

  // A scan, whenever it happened.
  scan({ idShip, code, label, date }) {
    const event = { code, label: label ?? code, date: date ?? new Date().toISOString() };
    const events = [...(this.scans.get(idShip) ?? []), event];
    events.sort((a, b) => Date.parse(b.date) - Date.parse(a.date));
    this.scans.set(idShip, events);
    return { idShip, events: events.length };
  }

  shipment(id) {
    const made = this.carrier.byNumber.get(id);
    if (!made) return null;
    const announced = new Date(made.at).toISOString();
    const event = [...(this.scans.get(id) ?? []),
      { code: "DR1", label: "Déclaratif réceptionné", date: announced }];
    const step = STEP_OF[event[0].code] ?? 3;
    const overseas = made.ask.letter.service.productCode === "COM";
    return { lang: "fr_FR", scope: "open", returnCode: 200, idShip: id, shipment: {
      idShip: id, product: "colissimo", holder: overseas ? 4 : 3,
      isFinal: FINAL.includes(event[0].code), entryDate: announced,
      ...(FINAL.includes(event[0].code) ? { deliveryDate: event[0].date } : {}), event,
      timeline: STEPS.map((shortLabel, i) => ({ id: i + 1, shortLabel, longLabel: "",
        date: i === 0 ? announced : null, country: null, status: i < step, type: 1 })),
      contextData: { originCountry: "FR",
        arrivalCountry: made.ask.letter.addressee.address.countryCode },
      url: `https://www.laposte.fr/outils/suivre-vos-envois?code=${id}` } };
  }

  answer(id) {
    if (!/^[A-Za-z0-9]{11,15}$/.test(id)) {
      return { returnCode: 400, returnMessage: "Numéro invalide", lang: "fr_FR", scope: "open",
        idShip: id };
    }
    return this.shipment(id) ?? { returnCode: 404, returnMessage: "Ressource non trouvée",
      lang: "fr_FR", scope: "open", idShip: id };
  }

  // What is wrong in an answer that looks like one.
  spoil(list) {
    const delivered = { code: "DI1", label: "Livré", date: new Date().toISOString() };
    const strange = { empty: (a) => ({ ...a, shipment: undefined }),
      denied: (a) => ({ ...a, returnCode: 404,
        shipment: { ...a.shipment, isFinal: true, event: [delivered] } }),
      crossed: (a, i) => ({ ...a, idShip: list[(i + 1) % list.length].idShip,
        shipment: { ...a.shipment, idShip: list.length > 1 ? a.idShip : "8L00000000000",
          event: [delivered] } }),
      foreign: (a) => ({ ...a, idShip: "8L00000000000",
        shipment: { ...a.shipment, idShip: "8L00000000000", event: [delivered] } }),
      undated: (a) => ({ ...a, shipment: { ...a.shipment, event: [
        { code: "DI1", label: "Livré" }, { code: "DI1", label: "Livré", date: "hier" },
        { label: "Livré", date: delivered.date }, 42, null, ["DI1"],
        { code: 1, date: delivered.date }, { ...delivered, code: "ZZ9" }] } }) }[this.mode];
    return strange ? list.map(strange) : list;
  }

  refuses(req, res) {
    const mode = this.mode;
    if (mode === "busy") sendJson(res, 503, { error: "Service Unavailable" });
    else if (mode === "error") sendJson(res, 500, { error: "Internal Server Error" });
    else if (mode === "limited") {
      res.setHeader("Retry-After", String(this.retryAfterS));
      sendJson(res, 429, { error: "Too Many Requests" });
    } else if (mode === "unauthorised"
        || (this.key && !same(req.headers["x-okapi-key"] ?? "", this.key))) {
      sendJson(res, 401, { code: "UNAUTHORIZED", message: "L'authentification a échoué" });
    } else if (!/application\/json/.test(req.headers.accept ?? "")) {
      sendJson(res, 406, { error: "Not Acceptable" });
    } else if (mode === "html") page(res, 200);
    else return false;
    return true;
  }

  async track(req, res, ids) {
    this.asks.push({ at: Date.now(), ids, lang: new URL(req.url, "http://x").searchParams
      .get("lang") });
    if (this.refuses(req, res)) return;
    if (this.mode === "slow") {
      await new Promise((done) => { setTimeout(done, this.carrier.slowMs).unref(); });
    }
    const list = this.spoil(ids.map((id) => this.answer(id)));
    const unknown = list.some((a) => a.returnCode === 404 && !a.shipment);
    if (unknown && (list.length === 1 || this.mode === "hidden")) return page(res, 404);
    if (this.mode === "huge") list[0] = { ...list[0], returnMessage: "x".repeat(HUGE) };
    const body = Buffer.from(JSON.stringify(ids.length === 1 ? list[0] : list));
    const type = "application/json;charset=UTF-8";
    if (this.mode === "cut") return this.carrier.cut(res, { type, body });
    return this.carrier.send(res, list.length > 1 ? 207 : 200, { type, body });
  }
}
