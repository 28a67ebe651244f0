// SPDX-License-Identifier: Apache-2.0
// Packing with a scanner: a real browser on a phone's screen, to which codes are typed and sent by
// Enter, as scanners do, and nothing else is touched.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { newContext, openEye } from "./axe.mjs";
import { openDepot } from "./depot.mjs";

const plain = (text) => text.replace(/[\u00a0\u202f]/g, " ");

// What a scanner set to an American keyboard makes a French one write.
function azerty(code) {
  const letters = { Q: "A", A: "Q", Z: "W", W: "Z", M: "?" };
  return [...code].map((c) => (/[0-9]/.test(c) ? "à&é\"'(-è_ç"[Number(c)]
    : c === "-" ? ")" : letters[c] ?? c)).join("");
}

describe("packing by scanner", () => {
  let depot, eye, context, page, waves, parcels;
  let bytes = 0;

  before(async () => {
    depot = await openDepot({ orders: 4 });
    eye = await openEye();
    waves = [];
    for (let i = 0; i < 2; i++) {
      waves.push(await depot.wave({ limit: 2 }));
      await depot.until((n) => n.labelled === 2 * (i + 1));
    }
    parcels = depot.sql("SELECT id, sender_ref, number, wave_id FROM parcel ORDER BY id");
    context = await newContext(eye.browser, { viewport: { width: 390, height: 844 } });
    await context.addCookies([{ name: "maillon", value: depot.cookie, url: depot.till.url }]);
    page = await context.newPage();
    page.on("requestfinished", async (r) => { bytes += (await r.sizes()).responseBodySize; });
    await page.goto(`${depot.till.url}/console/preparation/emballage?vague=${waves[0]}`);
  });
  after(async () => {
    await context?.close();
    await eye?.close();
    await depot?.close();
  });

  // Types as fast as a scanner, into whatever has the focus; the page that follows.
  const scan = async (code) => {
    // The browser gives the focus a moment after the page is there.
    await page.waitForFunction(() => document.activeElement?.tagName === "INPUT");
    const next = page.waitForNavigation();
    await page.keyboard.type(code);
    await page.keyboard.press("Enter");
    await next;
    const text = plain(await page.textContent("main"));
    // Whatever came of it, the next scan finds an empty field with the focus.
    await page.waitForFunction(() => document.activeElement?.tagName === "INPUT");
    assert.equal(await page.evaluate(() => document.activeElement.value), "", code);
    return text;
  };
  const packed = () => depot.sql("SELECT id FROM parcel WHERE packed_ms > 0 ORDER BY id")
    .map((r) => Number(r.id));

  test("a code that nobody knows says so, and does not spoil the next scan", async () => {
    const text = await scan("8L99999999999");
    assert.match(text, /Code inconnu.*Aucun colis ne porte « 8L99999999999 »/s);
    assert.match(await page.title(), /^Erreur/);
    // The note's code is the order's reference.
    const opened = await scan(parcels[0].sender_ref.slice(0, -2));
    assert.ok(opened.includes(parcels[0].sender_ref));
    assert.match(opened, /Lot de 6 masques.*Tout y est/s);
  });

  test("another parcel's label is refused, its own confirms", async () => {
    let text = await scan(parcels[1].number);
    assert.match(text, /Rien n’est confirmé/);
    assert.ok(text.includes(`est le colis ${parcels[1].sender_ref}, pas celui-ci`));
    text = await scan("PASUNCODE");
    assert.match(text, /Aucun colis ne porte/);
    assert.deepEqual(packed(), []);
    text = await scan(parcels[0].number.toLowerCase());
    assert.match(text, /emballé\. Au suivant/);
    assert.match(text, /1 emballé sur 2/);
    assert.deepEqual(packed(), [Number(parcels[0].id)]);
  });

  test("the same label once more changes nothing and says that it is done", async () => {
    const text = await scan(parcels[0].number);
    assert.match(text, /déjà emballé/);
    assert.match(text, /Colis suivant/);
    assert.equal(packed().length, 1);
    assert.equal(Number(depot.sql(
      "SELECT COUNT(*) AS n FROM audit WHERE act = 'parcel.pack'")[0].n), 1);
  });

  test("a parcel of another wave is shown with a warning", async () => {
    let text = await scan(parcels[2].number);
    assert.ok(text.includes(`Il est de la vague ${waves[1]}, vous emballez la vague ${waves[0]}.`));
    assert.deepEqual(packed(), [Number(parcels[0].id)]);
    // The next scan on this page is refused as any other parcel's, and the link goes on.
    text = await scan(parcels[1].number);
    assert.match(text, /pas celui-ci/);
    await page.getByRole("link", { name: "Passer au suivant" }).click();
    await page.waitForSelector("#f-ref");
    text = await scan(parcels[1].sender_ref);
    assert.doesNotMatch(text, /pas de cette vague/);
    text = await scan(parcels[1].sender_ref);
    assert.match(text, /Tous les colis de cette vague sont emballés/);
  });

  test("faults of what is missing take the focus from the next scan", async () => {
    const other = await context.newPage();
    await other.goto(`${depot.till.url}/console/preparation/colis/${parcels[3].id}`);
    assert.equal(await other.locator("[autofocus]").count(), 1);
    await other.getByText("Il manque quelque chose").click();
    await other.getByLabel("Lots manquants").fill("99");
    await other.getByRole("button", { name: "Retirer du colis" }).click();
    await other.waitForFunction(() => document.activeElement?.id === "errors");
    assert.equal(await other.locator("[autofocus]").count(), 0);
    await other.close();
  });

  test("what is only pressed is not printed with the list", async () => {
    const other = await context.newPage();
    await other.goto(`${depot.till.url}/console/preparation/vagues/${waves[0]}/prelevement`);
    await other.emulateMedia({ media: "print" });
    assert.equal(await other.getByText("Imprimer la liste").isVisible(), false);
    assert.equal(await other.getByText("Lot de 6 masques").first().isVisible(), true);
    await other.goto(`${depot.till.url}/console/preparation/vagues/${waves[0]}`);
    // No heading stands over links that are not there, each over its table does.
    assert.equal(await other.getByRole("heading", { name: "Documents" }).count(), 0);
    assert.equal(await other.getByRole("heading", { name: "Colis" }).count(), 1);
    await other.close();
  });

  test("a scanner set to another keyboard is recognised", async () => {
    const text = await scan(azerty(parcels[2].number));
    assert.match(text, /contient des signes qu’aucun code n’a.*AZERTY/s);
  });

  test("a parcel that was given up may not be sent", async () => {
    await depot.get(`/console/preparation/vagues/${waves[1]}`);
    depot.sql(`UPDATE parcel SET state = 9, problem = 'Lot rappelé.' WHERE id = ${parcels[3].id}`);
    const text = await scan(parcels[3].number);
    assert.match(text, /Ne l’envoyez pas : ce colis est abandonné.*Lot rappelé/s);
    assert.match(text, /Colis suivant/);
    assert.equal(packed().includes(Number(parcels[3].id)), false);
    const r = await depot.post(`/console/preparation/colis/${parcels[3].id}/confirmer`);
    assert.equal(r.status, 409);
  });

  test("an order of two parcels asks which, and takes the label of each", async () => {
    const ref = parcels[2].sender_ref.slice(0, -2);
    depot.sql(`INSERT INTO parcel (organiser_id, order_id, wave_id, nth, pool_id, carrier, product,
      sender_ref, weight_g, state, changed_ms) SELECT organiser_id, order_id, wave_id, 2, pool_id,
      carrier, product, '${ref}-2', 300, 1, 0 FROM parcel WHERE id = ${parcels[2].id}`);
    await page.goto(`${depot.till.url}/console/preparation/emballage?vague=${waves[1]}`);
    let text = await scan(ref);
    assert.match(text, /Colis de cette commande/);
    text = await scan(parcels[2].number);
    assert.ok(text.includes(parcels[2].sender_ref));
    text = await scan(`${ref}-2`);
    assert.match(text, /est de la même commande/);
    text = await scan(parcels[2].number);
    assert.match(text, /Au suivant/);
  });

  test("by keyboard alone: what is missing is said without a mouse", async () => {
    await page.goto(`${depot.till.url}/console/preparation/colis/${parcels[2].id}`);
    const seen = new Set();
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press("Tab");
      seen.add(await page.evaluate(() => document.activeElement.textContent.trim().slice(0, 30)
        || document.activeElement.name));
    }
    assert.ok(seen.has("Il manque quelque chose"), [...seen].join("|"));
    assert.ok(seen.has("Bon de livraison"));
  });

  test("the walk is light: some twenty pages in less than 250 KB", () => {
    assert.ok(bytes < 250 * 1024, `${bytes}`);
  });

  test("its pages, in every width and colour", async () => {
    const cookie = `maillon=${depot.cookie}`;
    const url = `${depot.till.url}/console/preparation`;
    await eye.look(`${url}/emballage?ref=RIEN`, { cookie, status: 404 });
    await eye.look(`${url}/emballage?vague=${waves[0]}`, { cookie });
    const [{ id }] = depot.sql("SELECT MAX(id) AS id FROM parcel");
    await eye.look(`${url}/colis/${id}?vague=${waves[1]}`, { cookie });
    await eye.look(`${url}/colis/${parcels[2].id}?vague=${waves[0]}`, { cookie });
    await eye.look(`${url}/colis/${parcels[3].id}`, { cookie });
  });
});
