// SPDX-License-Identifier: Apache-2.0
// After a delivery: parcels that went wrong and what a person decides, complaints with photos from
// the buyer to the decision, over the pages, on both engines.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { newContext, openEye } from "./axe.mjs";
import { openDepot } from "./depot.mjs";
import { fieldsOf } from "./forms.mjs";
import { SECRET, decode, jpegWith, takePhotos } from "./photos.mjs";
import { engines } from "./server.mjs";
import { FINANCE, hurried } from "./till.mjs";

const ago = (hours) => new Date(Date.now() - hours * 3600000).toISOString();
const plain = (text) => text.replace(/[\u00a0\u202f]|&nbsp;/g, " ");
const figure = (depot, column) => Number(depot.sql(
  `SELECT SUM(${column}) AS n FROM stock_slot`)[0].n);
const one = (depot, text) => Object.values(depot.sql(text)[0])[0];

async function checked(depot) {
  const r = await depot.till.run("check");
  assert.equal(r.status, 0, r.stdout + r.stderr);
}

// Orders of two packs of six each, with the carrier since 30 hours.
async function underWay(engine, orders, more = {}) {
  const depot = await openDepot({ engine, orders, paid: "bank", ...more });
  await depot.wave();
  await depot.until((n) => n.labelled === orders);
  await depot.handOver();
  depot.age(30);
  depot.orders = depot.sql("SELECT id, ref FROM orders ORDER BY id");
  depot.numbers = depot.sql("SELECT number FROM parcel ORDER BY order_id").map((r) => r.number);
  // The buyer of an order, by the place of the order.
  depot.buyerOf = (i) => depot.till.buyer(Number(depot.orders[i] && one(depot,
    `SELECT account_id FROM orders WHERE id = ${depot.orders[i].id}`)) - 1000);
  depot.news = async (scans) => {
    for (const [i, code] of scans)
      depot.carrier.tracking.scan({ idShip: depot.numbers[i], code, date: ago(2) });
    depot.sql("UPDATE parcel SET track_ms = 1 WHERE state = 4");
    await depot.till.run("delivery", "track");
  };
  // Decides the open case of the parcel at this place.
  depot.decide = async (i, decision, reason = "Vu au dépôt et noté.") => {
    const id = one(depot, `SELECT t.id FROM parcel_trouble t JOIN parcel p ON p.id = t.parcel_id
      WHERE p.number = '${depot.numbers[i]}' AND t.closed_ms = 0`);
    await depot.get(`/console/livraison/${id}`);
    return depot.post(`/console/livraison/${id}`, { decision, reason });
  };
  depot.state = (i) => Number(one(depot,
    `SELECT state FROM orders WHERE id = ${depot.orders[i].id}`));
  return depot;
}

for (const engine of engines()) {
  describe(`troubles on the way [${engine}]`, () => {
    let depot;
    before(async () => { depot = await underWay(engine, 8); });
    after(async () => depot?.close());

    test("a returned parcel is inspected, and goes back to the shelf", async () => {
      const free = figure(depot, "available");
      await depot.news([[0, "RE1"]]);
      const page = await depot.get("/console/livraison");
      assert.match(page.text, new RegExp(depot.numbers[0]));
      let r = await depot.decide(0, "", "Revenu.");
      assert.equal(r.status, 422);
      assert.match(r.text, /Choisissez ce qui est décidé/);
      assert.match(r.text, /Revenu\.<\/textarea>/);
      r = await depot.decide(0, "revenu-rembourser", "x");
      assert.equal(r.status, 422);
      r = await depot.decide(0, "revenu-rembourser", "Colis intact, adresse fermée.");
      assert.equal(r.status, 303);
      assert.equal(figure(depot, "available"), free + 12);
      assert.equal(figure(depot, "withdrawn"), 0);
      await depot.wait("refunded", () => depot.state(0) === 10);
      const [mail] = depot.mails("parcel_given_back");
      assert.match(plain(mail.body), /remboursons ce qu’il contenait.*adresse fermée/s);
      await checked(depot);
    });

    test("a returned one goes out again: the same goods, another parcel", async () => {
      const free = figure(depot, "available");
      await depot.news([[1, "DI2"]]);
      assert.equal(depot.state(1), 12);
      assert.equal((await depot.decide(1, "revenu-renvoyer")).status, 303);
      assert.equal(depot.state(1), 4);
      assert.equal(figure(depot, "available"), free);
      assert.match(plain(depot.mails("parcel_again")[0].body), /sans rien retirer à ce que/);
      // It waits for a wave like any left-over parcel, gets a label of its own and is delivered.
      await depot.wave();
      await depot.until((n) => n.labelled === 1);
      await depot.handOver();
      assert.equal(depot.state(1), 5);
      const [{ number }] = depot.sql(`SELECT number FROM parcel
        WHERE order_id = ${depot.orders[1].id} AND nth = 2`);
      assert.notEqual(number, depot.numbers[1]);
      depot.carrier.tracking.scan({ idShip: number, code: "DI1" });
      depot.age(8);
      await depot.till.run("delivery", "track", number);
      assert.equal(depot.state(1), 6);
      const shown = await depot.buyerOf(1).page(`/commandes/${depot.orders[1].ref}`);
      assert.match(shown.text, /Colis 1 sur 2/);
      assert.match(shown.text, /Revenu/);
      await checked(depot);
    });

    test("a lost one is sent again outside the quota, a damaged one is paid back", async () => {
      const free = figure(depot, "available");
      await depot.news([[2, "PER"], [3, "DAM"]]);
      assert.equal((await depot.decide(2, "perdu-renvoyer", "Perdu au centre de tri.")).status,
        303);
      assert.equal(figure(depot, "available"), free - 12);
      assert.equal(figure(depot, "withdrawn"), 12);
      // What the company may still order is as before: its one order, once.
      assert.equal(Number(one(depot,
        `SELECT units FROM orders WHERE id = ${depot.orders[2].id}`)), 12);
      assert.equal((await depot.decide(3, "abime-rembourser", "Arrivé écrasé.")).status, 303);
      assert.equal(figure(depot, "withdrawn"), 24);
      await depot.wait("refunded", () => depot.state(3) === 10);
      // Decided once: the old page says so.
      const id = one(depot, `SELECT t.id FROM parcel_trouble t JOIN parcel p
        ON p.id = t.parcel_id WHERE p.number = '${depot.numbers[3]}'`);
      const again = await depot.post(`/console/livraison/${id}`,
        { decision: "perdu-renvoyer", reason: "Encore une fois." });
      assert.equal(again.status, 409);
      assert.match(again.text, /déjà réglé/);
      const found = await depot.get(`/console/livraison?q=${depot.numbers[3].toLowerCase()}`);
      assert.match(found.text, /Endommagé, Remboursé/);
      const none = await depot.get("/console/livraison?q=8L00000000000");
      assert.match(none.text, /Aucun cas pour ce numéro/);
      await checked(depot);
    });

    test("an undeliverable one: delivered after all, or kept waiting", async () => {
      await depot.news([[4, "ND1"], [5, "ND1"]]);
      assert.equal(depot.mails("parcel_undeliverable").length, 2);
      assert.equal((await depot.decide(4, "livre", "L’entreprise l’a reçu.")).status, 303);
      assert.equal(depot.state(4), 6);
      assert.equal((await depot.decide(5, "attendre", "Second passage demain.")).status, 303);
      assert.equal(depot.state(5), 5);
      await depot.news([[5, "DI1"]]);
      assert.equal(depot.state(5), 6);
      await checked(depot);
    });

    test("one whose order is given back already only ends its case", async () => {
      const { ref } = depot.orders[7];
      await hurried(depot.till.database, "INVOICE_ISSUE", "invoiced", () => depot.sql(
        `SELECT id FROM invoice WHERE order_id = ${depot.orders[7].id}`).length === 1);
      const finance = depot.till.person(FINANCE);
      const path = `/console/finances/rembourser/${ref}`;
      const fields = fieldsOf((await finance.get(path)).text, path);
      const given = await finance.post(path, { ...fields, how: "part", amount: "37,56",
        reason: "Geste commercial" });
      assert.equal(given.status, 303, given.text.slice(0, 300));
      await depot.wait("refunded", () => depot.state(7) === 10);
      await depot.news([[7, "PER"]]);
      const refunds = depot.sql("SELECT id FROM refund").length;
      assert.equal((await depot.decide(7, "perdu-renvoyer")).status, 409);
      assert.equal((await depot.decide(7, "perdu-rembourser")).status, 303);
      assert.equal(depot.sql("SELECT id FROM refund").length, refunds);
      await checked(depot);
    });

    test("without stock a lost one cannot be sent again, and nothing has moved", async () => {
      const free = figure(depot, "available");
      depot.sql(`UPDATE stock_slot SET available = 0, withdrawn = withdrawn + available`);
      await depot.news([[6, "PER"]]);
      const r = await depot.decide(6, "perdu-renvoyer");
      assert.equal(r.status, 409);
      assert.match(plain(r.text), /Il ne reste pas assez de stock/);
      assert.match(r.text, /checked/);
      assert.equal(Number(one(depot,
        `SELECT state FROM parcel WHERE number = '${depot.numbers[6]}'`)), 4);
      assert.ok(free >= 12);
      assert.equal((await depot.decide(6, "perdu-rembourser")).status, 303);
      await depot.wait("refunded", () => depot.state(6) === 10);
    });
  });

  describe(`complaints [${engine}]`, () => {
    let depot, eye, photos;
    before(async () => {
      depot = await underWay(engine, 5);
      eye = await openEye();
      photos = await takePhotos(eye.browser);
      await depot.news([[0, "DI1"], [1, "DI1"], [2, "DI1"], [3, "DI1"]]);
    });
    after(async () => {
      await eye?.close();
      await depot?.close();
    });

    const pathOf = (i) => `/commandes/${depot.orders[i].ref}/reclamation`;
    // As the buyer of the order at this place: a form with files, its token from the page.
    const send = async (i, fields, tail = "") => {
      const buyer = depot.buyerOf(i);
      const page = await buyer.page(pathOf(i));
      const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)[1];
      return depot.upload(pathOf(i) + tail, { csrf, ...fields }, buyer.cookie);
    };
    const answer = async (id, fields) => {
      await depot.get(`/console/reclamations/${id}`);
      return depot.post(`/console/reclamations/${id}`, { parcel: "", line: "0", packs: "",
        text: "Nous avons vérifié avec le transporteur.", ...fields });
    };
    const photo = async (id, cookie, console_ = "") => {
      const r = await fetch(`${depot.till.url}${console_}/reclamations/photos/${id}`,
        { headers: { cookie: `maillon=${cookie}` }, redirect: "manual" });
      return { status: r.status, type: r.headers.get("content-type"), headers: r.headers,
        bytes: Buffer.from(await r.arrayBuffer()) };
    };
    const count = (table) => Number(one(depot, `SELECT COUNT(*) FROM ${table}`));

    test("three photos are kept as pictures, without what the camera wrote", async () => {
      const r = await send(0, { kind: "2", text: "Le carton est arrivé ouvert et mouillé.",
        photos: [photos.jpeg, photos.png, photos.webp] });
      assert.equal(r.status, 303, r.text);
      // The order's page leads to it.
      const order = await depot.buyerOf(0).page(`/commandes/${depot.orders[0].ref}`);
      assert.match(plain(order.text), /Suivre votre réclamation<.*abîmés \(À traiter\)/);
      const [mail] = depot.mails("complaint_open");
      assert.match(plain(mail.body), /gardez les produits/);
      assert.match(mail.body, new RegExp(`${pathOf(0)}\n`));
      const rows = depot.sql("SELECT id, type FROM complaint_photo ORDER BY id");
      assert.deepEqual(rows.map((p) => p.type), ["image/jpeg", "image/png", "image/webp"]);
      const { cookie } = depot.buyerOf(0);
      for (const { id, type } of rows) {
        const got = await photo(id, cookie);
        assert.equal(got.status, 200);
        assert.equal(got.type, type);
        assert.equal(got.headers.get("x-content-type-options"), "nosniff");
        assert.match(got.headers.get("cache-control"), /private/);
        assert.ok(!got.bytes.includes(SECRET) && !got.bytes.includes("Camille"), type);
        // Turned by the orientation, which is kept: 120 wide.
        const size = await decode(eye.browser, got.bytes, type);
        assert.deepEqual(size, type === "image/jpeg" ? { width: 120, height: 160 }
          : { width: 160, height: 120 }, type);
        // Another company does not see it; nobody without a session does.
        assert.equal((await photo(id, depot.buyerOf(1).cookie)).status, 404);
        assert.notEqual((await photo(id, "nobody")).status, 200);
        assert.equal((await photo(id, depot.cookie, "/console")).status, 200);
      }
      depot.sql("UPDATE session SET organiser_id = 77 WHERE account_id = 900000");
      assert.equal((await photo(rows[0].id, depot.cookie, "/console")).status, 404);
      depot.sql(`UPDATE session SET organiser_id = (SELECT organiser_id FROM campaign)
        WHERE account_id = 900000`);
    });

    test("what is no photo is refused, nothing is stored, the text stays", async () => {
      const bad = {
        "nothing but a name": Buffer.from("<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"),
        "a page": Buffer.from("<!DOCTYPE html><script>alert(1)</script>".padEnd(400)),
        "a GIF that is a script": Buffer.from("GIF89a/*".padEnd(300) + "*/=alert(1)"),
        "a document": Buffer.from("%PDF-1.4\n".padEnd(300)),
        "an archive": Buffer.from("PK\x03\x04".padEnd(300)),
        "cut off": photos.plain.subarray(0, photos.plain.length - 40),
        "a head without a picture": photos.png.body.subarray(0, 33),
        "a JPEG name on a PNG cut off": photos.png.body.subarray(0, 60),
      };
      const had = [count("complaint"), count("complaint_photo")];
      for (const [name, body] of Object.entries(bad)) {
        const r = await send(1, { kind: "3", text: `Il manque un lot (${name}).`,
          photos: [photos.png, { name: "photo.jpg", type: "image/jpeg", body }] });
        assert.equal(r.status, 422, name);
        assert.match(plain(r.text), /Le fichier 2 n’est pas une photo JPEG, PNG ou WebP entière/);
        assert.ok(r.text.includes(`Il manque un lot (${name}).`), name);
      }
      const big = Buffer.concat([photos.plain, Buffer.alloc(5 * 1024 * 1024)]);
      let r = await send(1, { kind: "3", text: "Il manque un lot entier.",
        photos: [{ name: "a.jpg", body: big }] });
      assert.equal(r.status, 422);
      assert.match(plain(r.text), /La photo 1 dépasse 5 Mo/);
      r = await send(1, { kind: "3", text: "Il manque un lot entier.",
        photos: Array(4).fill(photos.png) });
      assert.equal(r.status, 422);
      assert.match(r.text, /3 photos au plus/);
      r = await send(1, { kind: "9", text: "court", photos: [] });
      assert.equal(r.status, 422);
      assert.deepEqual([count("complaint"), count("complaint_photo")], had);
    });

    test("a picture that is something else too is only a picture afterwards", async () => {
      const script = Buffer.from("<script>alert(document.domain)</script>PK\x05\x06 %PDF-1.7");
      // Behind its end, in a comment, in a thumbnail's place.
      const jpeg = jpegWith(Buffer.concat([photos.plain, script]));
      const thumb = Buffer.concat([Buffer.from([0xff, 0xe0, 0, script.length + 7]),
        Buffer.from("JFXX\0"), script]);
      const both = Buffer.concat([jpeg.subarray(0, 2), thumb, jpeg.subarray(2)]);
      const r = await send(1, { kind: "4", text: "Ce ne sont pas les masques commandés.",
        photos: [{ name: "a.html", type: "text/html", body: both },
          { name: "../../b.png", type: "image/png",
            body: Buffer.concat([photos.png.body, script]) }] });
      assert.equal(r.status, 303, r.text);
      const rows = depot.sql(`SELECT p.id FROM complaint_photo p JOIN complaint c
        ON c.id = p.complaint_id WHERE c.kind = 4 ORDER BY p.id`);
      for (const { id } of rows) {
        const got = await photo(id, depot.buyerOf(1).cookie);
        assert.match(got.type, /^image\//);
        for (const word of ["<script", "PK\x05\x06", "%PDF", "JFXX", SECRET])
          assert.ok(!got.bytes.includes(word), word);
        assert.ok(await decode(eye.browser, got.bytes, got.type));
      }
    });

    test("a question, an answer with another photo, a refusal, and once more", async () => {
      const id = one(depot, `SELECT id FROM complaint WHERE order_id = ${depot.orders[0].id}`);
      let r = await depot.get("/console/reclamations");
      assert.match(plain(r.text), /2 réclamations attendent une réponse/);
      r = await depot.get(`/console/reclamations/${id}`);
      assert.match(r.text, /Le carton est arrivé ouvert/);
      assert.equal([...r.text.matchAll(/<img /g)].length, 3);
      r = await answer(id, { decision: "" });
      assert.equal(r.status, 422);
      r = await answer(id, { decision: "repondre", text: "Une photo de l’étiquette, svp\u00a0?" });
      assert.equal(r.status, 303);
      let [mail] = depot.mails("complaint_decided").slice(-1);
      assert.match(plain(mail.body), /de l’étiquette.*Pour répondre ou envoyer une photo/s);
      r = await send(0, { text: "La voici, on lit le numéro.", photos: [photos.webp] }, "/reponse");
      assert.equal(r.status, 303, r.text);
      assert.equal(count(`complaint_photo WHERE complaint_id = ${id}`), 4);
      // Nine in all: three more fit, then two, then nothing.
      const three = [photos.png, photos.png, photos.png];
      assert.equal((await send(0, { text: "Et de trois autres côtés.", photos: three },
        "/reponse")).status, 303);
      r = await send(0, { text: "Et encore trois photos.", photos: three }, "/reponse");
      assert.equal(r.status, 422);
      assert.match(plain(r.text), /9 photos au plus/);
      r = await answer(id, { decision: "refuser", text: "Le carton était intact au scan." });
      assert.equal(r.status, 303);
      [mail] = depot.mails("complaint_decided").slice(-1);
      assert.match(plain(mail.body), /contester ce refus une fois/);
      let page = await depot.buyerOf(0).page(pathOf(0));
      assert.match(page.text, /Contester ce refus/);
      assert.equal((await send(0, { text: "Le scan ne montre pas le dessous.", photos: [] },
        "/reponse")).status, 303);
      r = await depot.get(`/console/reclamations/${id}`);
      assert.match(r.text, /Contestée par l’acheteur/);
      assert.match(r.text, /href="\/console\/commandes\/[0-9A-Z]{10}">Toute la commande/);
      assert.match(r.text, /href="\/console\/entreprises\/\d{9}">Toute l’entreprise/);
      assert.equal((await answer(id, { decision: "refuser" })).status, 303);
      page = await depot.buyerOf(0).page(pathOf(0));
      assert.match(page.text, /définitive/);
      assert.match(page.text, /Signaler autre chose/);
      r = await send(0, { text: "Je ne suis toujours pas d’accord.", photos: [] }, "/reponse");
      assert.equal(r.status, 303);
      assert.equal(Number(one(depot, `SELECT state FROM complaint WHERE id = ${id}`)), 4);
    });

    test("accepted: sent again, some packs paid back, the whole parcel paid back", async () => {
      const free = figure(depot, "available");
      const second = one(depot, `SELECT id FROM complaint WHERE order_id = ${depot.orders[1].id}`);
      const parcel = (i) => String(one(depot,
        `SELECT id FROM parcel WHERE number = '${depot.numbers[i]}'`));
      // Another order's parcel is none of this complaint's.
      let r = await answer(second, { decision: "renvoyer", parcel: parcel(2) });
      assert.equal(r.status, 409);
      assert.match(r.text, /Choisissez un colis de cette commande/);
      assert.equal((await answer(second, { decision: "renvoyer", parcel: parcel(1) })).status, 303);
      assert.equal(figure(depot, "available"), free - 12);
      assert.equal(depot.state(1), 4);
      assert.equal((await send(2, { kind: "3", text: "Il manque un lot de six.",
        photos: [photos.jpeg] })).status, 303);
      const third = one(depot, `SELECT id FROM complaint WHERE order_id = ${depot.orders[2].id}`);
      r = await answer(third, { decision: "partie", packs: "3" });
      assert.equal(r.status, 409);
      assert.match(plain(r.text), /Il reste 2 lots de ce produit/);
      assert.equal((await answer(third, { decision: "partie", packs: "1" })).status, 303);
      const [refund] = depot.sql("SELECT amount_cents FROM refund ORDER BY id DESC LIMIT 1");
      assert.equal(Number(refund.amount_cents), 1878);
      assert.equal((await send(3, { kind: "1", text: "Nous n’avons rien reçu du tout.",
        photos: [] })).status, 303);
      const fourth = one(depot, `SELECT id FROM complaint WHERE order_id = ${depot.orders[3].id}`);
      assert.equal((await answer(fourth, { decision: "rembourser", parcel: parcel(3) })).status,
        303);
      await depot.wait("refunded", () => depot.state(3) === 10);
      const page = await depot.buyerOf(2).page(pathOf(2));
      assert.match(plain(page.text), /Acceptée : les lots en cause/);
      // Decided twice at the same time: the second hears of it.
      r = await depot.post(`/console/reclamations/${third}`, { decision: "refuser",
        text: "Trop tard pour refuser.", parcel: "", line: "0", packs: "" });
      assert.equal(r.status, 409);
      assert.match(r.text, /déjà décidée/);
      const found = await depot.get(`/console/reclamations?q=${depot.orders[2].ref}`);
      assert.match(found.text, new RegExp(`reclamations/${third}"`));
      await checked(depot);
    });

    test("what was paid back is neither sent again nor paid back once more", async () => {
      const ids = depot.sql("SELECT id FROM parcel ORDER BY id").length;
      const free = figure(depot, "available");
      assert.equal((await send(2, { kind: "2", text: "L’autre lot est déchiré aussi.",
        photos: [] })).status, 303);
      const id = one(depot, `SELECT MAX(id) FROM complaint
        WHERE order_id = ${depot.orders[2].id}`);
      const parcel = String(one(depot,
        `SELECT id FROM parcel WHERE number = '${depot.numbers[2]}'`));
      assert.equal((await answer(id, { decision: "renvoyer", parcel })).status, 303);
      assert.equal(depot.sql("SELECT id FROM parcel").length, ids + 1);
      assert.equal(Number(one(depot,
        "SELECT packs FROM parcel_item ORDER BY parcel_id DESC LIMIT 1")), 1);
      assert.equal(figure(depot, "available"), free - 6);
      await checked(depot);
    });

    test("one at a time, of one's own orders, and when something has left", async () => {
      assert.equal((await send(4, { kind: "1", text: "Rien depuis huit jours ouvrés.",
        photos: [] })).status, 303);
      const had = count("complaint");
      assert.equal((await send(4, { kind: "1", text: "Rien depuis huit jours ouvrés.",
        photos: [] })).status, 303);
      assert.equal(count("complaint"), had);
      const other = await depot.buyerOf(1).page(pathOf(4));
      assert.equal(other.status, 404);
      // A second open parcel of an order that is only partly gone may be complained about too.
      depot.sql(`UPDATE complaint SET state = 4 WHERE order_id = ${depot.orders[4].id}`);
      depot.sql(`UPDATE orders SET state = 3 WHERE id = ${depot.orders[4].id}`);
      const page = await depot.buyerOf(4).page(pathOf(4));
      assert.match(page.text, /Contester ce refus/);
      depot.sql(`UPDATE orders SET state = 5 WHERE id = ${depot.orders[4].id}`);
    });

    test("a phone's photo is drawn smaller before it is sent", async () => {
      const buyer = depot.buyerOf(4);
      const context = await newContext(eye.browser);
      await context.addCookies([{ name: "maillon", value: buyer.cookie, url: depot.till.url }]);
      const page = await context.newPage();
      await page.goto(depot.till.url + pathOf(4));
      // Six million points of noise: more than 5 MB as a PNG.
      const noise = await page.evaluate(async () => {
        const canvas = new globalThis.OffscreenCanvas(3000, 2000);
        const x = canvas.getContext("2d");
        const data = x.createImageData(3000, 2000);
        for (let i = 0; i < data.data.length; i += 65536)
          crypto.getRandomValues(data.data.subarray(i, i + 65536));
        x.putImageData(data, 0, 0);
        const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
        let text = "";
        for (let i = 0; i < bytes.length; i += 32768)
          text += String.fromCharCode(...bytes.subarray(i, i + 32768));
        return btoa(text);
      });
      const file = Buffer.from(noise, "base64");
      assert.ok(file.length > 5 * 1024 * 1024);
      await page.fill("#f-text", "Le dessous du carton est mouillé.");
      await page.setInputFiles("#f-photos", { name: "IMG_4000.png", mimeType: "image/png",
        buffer: file });
      await page.waitForFunction(() => document.querySelector("#f-photos").files[0]?.name
        === "photo.jpg");
      await page.click("main form button");
      await page.waitForSelector(".notice.good");
      const [stored] = depot.sql(`SELECT type, width, height FROM complaint_photo
        ORDER BY id DESC`);
      assert.deepEqual([stored.type, Number(stored.width), Number(stored.height)],
        ["image/jpeg", 2400, 1600]);
      await context.close();
    });

    test("the pages, in every width and colour", { skip: engine !== "sqlite" }, async () => {
      const cookie = `maillon=${depot.cookie}`;
      const buyer = (i) => `maillon=${depot.buyerOf(i).cookie}`;
      // Pictures as they are sent are larger than a page may be.
      depot.sql("DELETE FROM complaint_photo WHERE width > 1000");
      await eye.look(`${depot.till.url}/console/reclamations?etat=3`, { cookie });
      for (const { id } of depot.sql("SELECT id FROM complaint WHERE id IN (1, 2, 5)"))
        await eye.look(`${depot.till.url}/console/reclamations/${id}`, { cookie });
      for (const i of [0, 1, 4])
        await eye.look(depot.till.url + pathOf(i), { cookie: buyer(i) });
    });
  });
}
