// SPDX-License-Identifier: Apache-2.0
// hostile.test.mjs - somebody who changes every field, goes to other people's orders, sends
// everything twice and writes what no keyboard has. Nothing of another company is shown, nothing
// breaks, and the books hold afterwards.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { request } from "node:http";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { engines, startServer } from "./server.mjs";
import { person } from "./person.mjs";
import { COMPANIES, importCompanies } from "./companies.mjs";

const KEY = "1122334455667788";
const FORM = "application/x-www-form-urlencoded";
const SHOP = "/c/masques-pme/commander";
const NASTY = {
  empty: "", spaces: "   ", long: "x".repeat(39), "very long": "é".repeat(1000),
  emoji: "👩‍👩‍👧‍👦🏳️‍🌈", "right to left": "שלום \u202egnp.exe", "zero width": "a\u200b\u200b",
  nul: "a\0b", newline: "a\r\nBcc: tous@exemple.fr", tab: "a\tb",
    markup: "<script>alert(1)</script>",
  quotes: `'"><b a='`, sql: "'; DROP TABLE orders; --", format: "%s%n%d%99999x", percent: "%",
  "high plane": "\u{10ffff}", "lone mark": "\u0301", "byte order": "\ufeff",
};
const BYTES = ["%ff", "%c0%af", "%ed%a0%80", "%f4%90%80%80", "%e2%82", "%", "%zz", "%00"];
const NUMBERS = ["-1", "0", "00", "+1", "1.5", "1,5", "1e3", "0x10", " ", "1 ", "١", "NaN",
  "100001",
  "2147483648", "9223372036854775807", "9223372036854775808", "18446744073709551617",
  "-9223372036854775808", "9".repeat(400)];

// A request past fetch: raw bytes in headers and bodies.
function raw(server, method, path, headers = {}, body = "") {
  return new Promise((resolve, reject) => {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body, "latin1");
    const req = request(server.url + path, { method, agent: false,
      headers: { ...headers, ...(bytes.length ? { "Content-Length": bytes.length } : {}) } },
    (res) => {
      let text = "";
      res.setEncoding("utf8");
      res.on("data", (part) => { text += part; });
      res.on("end", () => resolve({ status: res.statusCode, headers: res.headers, text }));
    });
    req.on("error", reject);
    req.end(bytes);
  });
}

const orderAt = (location) => /^\/commandes\/([0-9A-Z]{10})$/.exec(location ?? "")?.[1];

for (const engine of engines()) {
  describe(`a hostile buyer [${engine}]`, { timeout: 600_000 }, () => {
    let server, alice, bob, far, token, own;
    let keys = 0;

    const fields = (company, more = {}) => ({
      key: `hostile-key-${String(++keys).padStart(8, "0")}`, siret: company.siret,
        "packs_lot-6": "1",
      company: "MAISON TEST", person: "", complement: "", street: "12 RUE DE LA REPUBLIQUE",
      special: "", postal_code: company.postal, city: company.city, phone: "04 72 00 00 00",
      instructions: "", contactless: "1", ...more,
    });
    const fine = (r, what) => {
      assert.ok(r.status < 500, `${what}: ${r.status} ${r.text.slice(0, 300)}`);
      return r;
    };
    const cookieOf = (p) => [...p.cookies].map(([k, v]) => `${k}=${v}`).join("; ");
    const api = (method, path, { body, headers, bearer = token } = {}) =>
      raw(server, method, `/api/v1${path}`, {
        ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
        ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers,
      }, body === undefined ? "" : typeof body === "object" && !Buffer.isBuffer(body)
        ? Buffer.from(JSON.stringify(body)) : body);
    const cancel = (p, ref) => p.post(`/commandes/${ref}/annuler`);

    before(async () => {
      server = await startServer({ engine, env: {
        MAILLON_DEMO: "0", MAILLON_PAY: "lyra", MAILLON_LYRA_SITE: "12345678",
        MAILLON_LYRA_MODE: "TEST", MAILLON_LYRA_KEY: KEY, MAILLON_LYRA_PASSWORD: "testpassword_T",
        MAILLON_LYRA_URL: "http://127.0.0.1:9/vads-payment/",
        MAILLON_LYRA_REST_URL: "http://127.0.0.1:9/api-payment",
        MAILLON_STRIPE_HOOK_SECRET: "whsec_hostile" } });
      importCompanies(server);
      server.env.MAILLON_DEMO = "1"; // Only for the commands below: the server itself has no demo.
      for (const step of [
        ["campaign", "publish", "demo/masques-pme.json", "--open-now", "outre-mer"],
        ["campaign", "publish", "demo/aura.json"], ["demo"]]) {
        const r = server.run(...step);
        assert.equal(r.status, 0, `${step.join(" ")}: ${r.stderr}`);
      }
      server.env.MAILLON_DEMO = "0";
      [alice, bob, far] = [person(server), person(server), person(server)];
      await alice.signIn("commerce@exemple.fr");
      await bob.signIn("atelier@exemple.fr");
      await far.signIn("outremer@exemple.fr");
      await alice.get(SHOP);
      await bob.get(SHOP);
      await far.get(SHOP);
      const page = await alice.open("/compte");
      const owner = /name="pour" value="([^"]+)"/.exec(page.text)[1];
      const made = await alice.post("/compte/jetons", { pour: owner, label: "essai",
        right: "order" });
      token = /mln_[A-Za-z0-9_-]{30,}/.exec(made.text)?.[0];
      const placed = await bob.post(SHOP, fields(COMPANIES.paris,
        { "packs_lot-6": "", "packs_lot-40": "1" }));
      own = orderAt(placed.location);
      assert.ok(own, placed.text);
    });

    // A sanitizer's report at the end makes another status.
    after(async () => { assert.deepEqual(await server?.stop(), { code: 0, signal: null }); });

    test("another company's order is not there", async () => {
      for (const path of [`/commandes/${own}`, `/commandes/${own.toLowerCase()}`,
        `/commandes/${own}/annuler`, `/commandes/${own}/paiement/1`])
        assert.equal((await alice.get(path)).status, 404, path);
      for (const path of [`/commandes/${own}/annuler`, `/commandes/${own}/payer`,
        `/commandes/${own}/paiement/1`])
        assert.equal((await alice.post(path)).status, 404, path);
      assert.equal((await api("GET", `/orders/${own}`)).status, 404);
      assert.equal((await api("POST", `/orders/${own}/cancel`)).status, 404);
      assert.equal((await api("GET", `/orders?before=${own}`)).status, 404);
      for (const page of ["/commandes", SHOP, "/entreprises", "/compte"])
        assert.doesNotMatch((await alice.get(page)).text, /NUMERO 9|30000009800016/, page);
      const held = await bob.get(`/commandes/${own}`);
      assert.match(held.text, /réservée|à payer/i);
    });

    test("another company's establishment receives nothing", async () => {
      for (const siret of [COMPANIES.paris.siret, "30000002300022", "35600000000048", "1", "-1",
        COMPANIES.small.siret + "0", "3000000230001\u0664", "9223372036854775807"]) {
        const r = fine(await alice.post(SHOP, fields(COMPANIES.small, { siret })), siret);
        assert.doesNotMatch(r.text, /NUMERO 9|PARIS/, siret);
        const ref = orderAt(r.location);
        if (ref) await cancel(alice, ref);
        assert.equal(r.status, 422, siret);
        const j = fine(await api("POST", "/orders", {
          headers: { "idempotency-key": `hostile-siret-${siret.length}-0000000` },
          body: { campaign: "masques-pme", siret, lines: [{ pack: "lot-6", packs: 1 }],
            delivery: { company: "X", phone: "0472000000" }, contactless_accepted: true } }),
              siret);
        assert.ok([400, 404, 422].includes(j.status), `${siret}: ${j.status} ${j.text}`);
      }
    });

    test("numbers of packs", async () => {
      for (const packs of [...NUMBERS, ...Object.values(NASTY)]) {
        const r = fine(await alice.post(SHOP, fields(COMPANIES.small, { "packs_lot-6": packs })),
          packs);
        const ref = orderAt(r.location);
        if (ref) await cancel(alice, ref);
        assert.ok(ref ? packs.trim() === "1" : [400, 409, 422].includes(r.status),
          `${packs}: ${r.status} ${r.location}`);
        fine(await alice.post(`${SHOP}/etape`,
          fields(COMPANIES.small, { "packs_lot-6": packs, to: "verification" })), packs);
        if (!/^-?\d+$/.test(packs)) continue;
        const j = fine(await api("POST", "/orders", {
          headers: { "content-type": "application/json",
            "idempotency-key": "hostile-number-000001" },
          body: `{"campaign":"masques-pme","siret":"${COMPANIES.small.siret}","lines":[{"pack":` +
            `"lot-6","packs":${packs}}],"delivery":{"company":"X","phone":"0472000000"},` +
            `"contactless_accepted":true}` }), packs);
        assert.ok([400, 409, 422].includes(j.status), `${packs}: ${j.status}`);
      }
    });

    test("text in every field", async () => {
      for (const [what, text] of Object.entries(NASTY))
        for (const name of ["company", "person", "complement", "street", "special", "postal_code",
          "city", "phone", "instructions", "contactless", "other_address", "key", "to"]) {
          const sent = fields(COMPANIES.small, { [name]: text });
          // Half of the fields are only looked at again, which writes nothing and is quick.
          const look = ["person", "complement", "special", "phone", "other_address", "to"];
          const to = look.includes(name) ? `${SHOP}/etape` : SHOP;
          const r = fine(await alice.post(to, { to: "verification", ...sent }), `${name} ${what}`);
          const ref = orderAt(r.location);
          if (ref) {
            const page = fine(await alice.get(`/commandes/${ref}`), `${name} ${what} page`);
            assert.doesNotMatch(page.text, /<script>alert/);
            if (name === "company")
              fine(await alice.post(`/commandes/${ref}/payer`), `${name} ${what} pay`);
            assert.equal((await cancel(alice, ref)).status, 303);
          } else {
            assert.ok([to === SHOP ? 409 : 200, 422,
              what === "nul" ? 400 : 409].includes(r.status),
              `${name} ${what}`);
            assert.doesNotMatch(r.text, /<script>alert/);
            if (r.status === 422) assert.match(r.text, /class="errors/, `${name} ${what}`);
          }
        }
    });

    test("an order names the establishment that receives it", async () => {
      for (const siret of ["", " ", "0", undefined]) {
        const form = fields(COMPANIES.small, { siret });
        if (siret === undefined) delete form.siret;
        for (const path of [SHOP, `${SHOP}/etape`]) {
          const r = fine(await alice.post(path, form), `${path} ${siret}`);
          assert.equal(r.status, 422, `${path} ${siret}`);
          assert.match(r.text, /Choisissez l’un des établissements ouverts de votre entreprise/);
        }
      }
    });

    test("bytes that are no text", async () => {
      for (const bytes of BYTES) {
        for (const name of ["street", "siret", "key", "packs_lot-6", "csrf"]) {
          const sent = new URLSearchParams({ csrf: alice.csrf, ...fields(COMPANIES.small) });
          sent.delete(name);
          const r = fine(await raw(server, "POST", SHOP, { "content-type": FORM,
            cookie: cookieOf(alice) }, `${sent}&${name}=${bytes}`), `${name}=${bytes}`);
          const ref = orderAt(r.headers.location);
          if (ref) await cancel(alice, ref);
          assert.ok([400, 403, 422].includes(r.status), `${name}=${bytes}: ${r.status}`);
        }
        for (const path of [`/commandes/${bytes}`, `/c/${bytes}`,
          `/c/masques-pme/verifier?siret=${bytes}`,
          `/connexion?vers=${bytes}`, `/commandes?avant=${bytes}`, `/hook/retour/${bytes}`,
          `/api/v1/orders/${bytes}`, `/api/v1/orders?before=${bytes}`,
          `/api/v1/campaigns/masques-pme/eligibility/${bytes}`, `/assets/${bytes}`])
          fine(await raw(server, "GET", path, { cookie: cookieOf(alice),
            authorization: `Bearer ${token}` }), path);
      }
      for (const head of ["idempotency-key", "user-agent", "referer", "cookie", "origin",
        "accept-language", "x-forwarded-for", "x-request-id", "stripe-signature",
          "authorization"]) {
        const value = "\xff\xfe\xc3 0123456789abcdef\xe9";
        fine(await raw(server, "GET", "/", { [head]: value }), head);
        fine(await raw(server, "POST", "/hook/stripe", { [head]: value }, "{}"), head);
        fine(await raw(server, "POST", "/connexion", { "content-type": FORM, [head]: value },
          "email=a@example.org"), head);
        fine(await api("POST", "/orders", { headers: { "idempotency-key": "hostile-bytes-000001",
          [head]: value }, body: { campaign: "masques-pme", siret: COMPANIES.small.siret,
          lines: [{ pack: "lot-6", packs: 9 }], delivery: { company: "X", phone: "0472000000" },
          contactless_accepted: true } }), head);
      }
    });

    test("a form that this page did not make", async () => {
      const good = () => ({ csrf: alice.csrf, ...fields(COMPANIES.small) });
      const send = (body, headers = {}) => raw(server, "POST", SHOP,
        { "content-type": FORM, cookie: cookieOf(alice), ...headers }, String(body));
      const bad = [
        [new URLSearchParams({ ...good(), csrf: "" })],
        [new URLSearchParams({ ...good(), csrf: bob.csrf })],
        [new URLSearchParams(good()), { origin: "http://evil.example" }],
        [new URLSearchParams(good()), { origin: "null" }],
        [new URLSearchParams(good()), { "sec-fetch-site": "cross-site" }],
        [new URLSearchParams(good()), { "sec-fetch-site": "same-site" }],
      ];
      for (const [body, headers] of bad)
        assert.equal((await send(body, headers)).status, 403,
          `${body} ${JSON.stringify(headers)}`);
      const noToken = good();
      delete noToken.csrf;
      assert.equal((await send(new URLSearchParams(noToken))).status, 403);
      assert.equal((await send(`${new URLSearchParams(good())}&packs_lot-6=2`)).status, 400);
      assert.equal((await send(
        `${new URLSearchParams(good())}&siret=${COMPANIES.paris.siret}`)).status, 400);
      assert.equal((await send(JSON.stringify(good()),
        { "content-type": "application/json" })).status, 415);
      assert.equal((await send("a=1&".repeat(5000))).status, 413);
      // Prices and totals are nobody's to send: extra fields change nothing.
      const r = await alice.post(SHOP, { ...good(), price: "0", total: "0", siren: "300000098",
        units: "1000",
        total_cents: "1", state: "paid" });
      const ref = orderAt(r.location);
      const page = await alice.get(`/commandes/${ref}`);
      assert.match(page.text, /18,78/);
      await cancel(alice, ref);
    });

    test("once is once", async () => {
      const sent = fields(COMPANIES.small);
      const both = await Promise.all([1, 2, 3, 4].map(() => alice.post(SHOP, sent)));
      const refs = new Set(both.map((r) => orderAt(r.location)));
      assert.equal(refs.size, 1, [...refs].join());
      const [ref] = refs;
      assert.ok(ref);
      // The same key with another body, and by somebody else.
      const other = await alice.post(SHOP, { ...sent, street: "99 RUE AUTRE",
        other_address: "1" });
      assert.notEqual(orderAt(other.location) ?? ref, "", other.text);
      const stolen = await far.post(SHOP, { ...sent, siret: COMPANIES.reunion.siret,
        postal_code: COMPANIES.reunion.postal, city: COMPANIES.reunion.city });
      assert.notEqual(orderAt(stolen.location), ref);
      if (orderAt(stolen.location)) await cancel(far, orderAt(stolen.location));
      // A second order while the first is held leads back to it.
      const again = await alice.post(SHOP, fields(COMPANIES.small));
      assert.equal(orderAt(again.location.split("?")[0]), ref);
      const paying = await Promise.all([1, 2, 3].map(() => alice.post(`/commandes/${ref}/payer`)));
      for (const r of paying) assert.equal(r.status, 303);
      const ends = await Promise.all([1, 2, 3].map(() => cancel(alice, ref)));
      for (const r of ends) assert.equal(r.status, 303);
      const late = await alice.post(`/commandes/${ref}/payer`);
      assert.equal(late.status, 303);
      assert.equal(orderAt(late.location.split("?")[0]), ref);
      const replay = await alice.post(SHOP, sent);
      assert.equal(orderAt(replay.location), ref);
      const api2 = await api("POST", `/orders/${ref}/cancel`);
      assert.equal(api2.status, 200);
    });

    test("another territory, another campaign", async () => {
      const there = await alice.post(SHOP, fields(COMPANIES.small, { postal_code: "97400",
        city: "SAINT-DENIS", other_address: "1" }));
      assert.equal(there.status, 422);
      assert.match(there.text, /territoire/);
      const other = (more) => alice.post(SHOP, fields(COMPANIES.small, { street: "1 RUE AILLEURS",
        postal_code: "69002", city: "LYON", other_address: "1", ...more }));
      const nowhere = await other({ postal_code: "69099" });
      assert.equal(nowhere.status, 422);
      assert.match(nowhere.text, /Le code postal 69099 n’existe pas/);
      assert.match(nowhere.text, /id="postal_code-error"|postal_code/);
      const elsewhere = await other({ city: "MARSEILLE" });
      assert.equal(elsewhere.status, 422);
      assert.match(elsewhere.text, /Le code postal 69002 est celui de LYON/);
      assert.match(elsewhere.text, /name="place_sure"/);
      /* What is confirmed, and what is only spelt another way, goes on to the next question. */
      for (const more of [{ city: "MARSEILLE", place_sure: "1" }, { city: "Lyon 2ème" },
        { postal_code: "69427", city: "LYON CEDEX 03" }])
        assert.notEqual((await other({ ...more, "packs_lot-6": "2" })).status, 422);
      const unsaid = await alice.post(SHOP, fields(COMPANIES.small, { street: "1 RUE AILLEURS" }));
      assert.equal(unsaid.status, 422);
      assert.match(unsaid.text, /confirmez/);
      for (const slug of ["aura", "nulle-part", "..", "%2e%2e", "masques-pme%00",
        "x".repeat(200)]) {
        const r = fine(await alice.post(`/c/${slug}/commander`, fields(COMPANIES.small)), slug);
        assert.ok([400, 404, 405, 409, 422].includes(r.status),
          `${slug} ${r.status} ${r.location}`);
      }
      const large = await alice.post(SHOP, fields(COMPANIES.small, { "packs_lot-6": "2" }));
      assert.equal(large.status, 409);
      assert.match(large.text, /8 masques/);
      const wrong = await alice.post(SHOP, fields(COMPANIES.small, { "packs_lot-6": "",
        "packs_lot-40": "1" }));
      assert.equal(wrong.status, 409);
      const mixed = await alice.post(SHOP, fields(COMPANIES.small, { "packs_lot-40": "1" }));
      assert.equal(mixed.status, 409);
    });

    test("the API", async () => {
      const order = { campaign: "masques-pme", siret: COMPANIES.small.siret,
        lines: [{ pack: "lot-6", packs: 1 }], delivery: { company: "X", phone: "0472000000" },
        contactless_accepted: true };
      const key = { "idempotency-key": "hostile-api-0000000001" };
      for (const bearer of ["x", "a".repeat(5000), "mlt_" + "A".repeat(43), token.slice(0,
        -1) + "!",
        token.slice(0, -1)])
        assert.ok([400, 401, 431].includes((await api("GET", "/orders", { bearer })).status),
          bearer);
      assert.equal((await api("GET", "/orders", { bearer: "" })).status, 401);
      assert.equal((await raw(server, "GET", "/api/v1/orders",
        { cookie: cookieOf(alice) })).status, 401);
      const bodies = ["", "{", "null", "[]", "1", '"x"', "{}", "{\"campaign\":1}",
        "{\"lines\":{}}",
        "[".repeat(8000), "{\"a\":".repeat(2000), '{"campaign":"a","campaign":"b"}',
          "{\"a\":1e999}",
        "{\"a\":\"\\ud800\"}", "{\"a\":\"\\u0000\"}", "\xff", "{\"a\":NaN}", "\xef\xbb\xbf{}",
        JSON.stringify({ ...order, lines: [] }), JSON.stringify({ ...order, lines: [null] }),
        JSON.stringify({ ...order, lines: Array(9).fill({ pack: "lot-6", packs: 1 }) }),
        JSON.stringify({ ...order, lines: [{ pack: "lot-6", packs: 1.5 }] }),
        JSON.stringify({ ...order, lines: [{ pack: "lot-6", packs: "1" }] }),
        JSON.stringify({ ...order, lines: [{ pack: 6, packs: 1 }] }),
        JSON.stringify({ ...order, siret: Number(order.siret) }),
        JSON.stringify({ ...order, contactless_accepted: "true" }),
        JSON.stringify({ ...order, delivery: [] }), JSON.stringify({ ...order,
          delivery: { company: "X" } }),
        JSON.stringify({ ...order, delivery: { company: "a\r\nb", phone: "0472000000" } }),
        JSON.stringify({ ...order, delivery: { company: "x".repeat(39), phone: "0472000000" } }),
        JSON.stringify({ ...order, delivery: { company: "X", phone: "<script>" } }),
        JSON.stringify({ ...order, campaign: "x".repeat(10000) }),
        JSON.stringify({ ...order, campaign: "nulle-part" })];
      for (const body of bodies) {
        const r = fine(await api("POST", "/orders", { headers: key, body }), body.slice(0, 80));
        assert.ok([400, 404, 415, 422].includes(r.status), `${body.slice(0, 120)}: ${r.status}`);
        assert.match(r.headers["content-type"] ?? "", /problem\+json/, body.slice(0, 80));
        JSON.parse(r.text);
      }
      assert.equal((await api("POST", "/orders", { headers: key,
        body: "x".repeat(20000) })).status, 413);
      for (const bad of ["", "short", "x".repeat(65), "0123456789abcdef\xe9\xff",
        "0123456789 abcdef\tz"]) {
        const r = fine(await api("POST", "/orders",
          { headers: bad ? { "idempotency-key": bad } : {},
          body: order }), bad);
        if (r.status < 300) await api("POST", `/orders/${JSON.parse(r.text).ref}/cancel`);
        assert.equal(r.status, 422, `${bad} ${r.text}`);
      }
      const made = await Promise.all([1, 2, 3].map(() => api("POST", "/orders", { headers: key,
        body: order })));
      assert.deepEqual([...new Set(made.map((r) => JSON.parse(r.text).ref))].length, 1,
        made.map((r) => r.text).join("\n"));
      const { ref } = JSON.parse(made[0].text);
      const changed = await api("POST", "/orders", { headers: key,
        body: { ...order, delivery: { company: "AUTRE", phone: "0472000000" } } });
      assert.equal(changed.status, 422, changed.text);
      assert.equal((await api("POST", `/orders/${ref}/cancel`)).status, 200);
      assert.equal((await api("POST", `/orders/${ref}/cancel`)).status, 200);
    });

    test("eligibility by a wrong SIRET", async () => {
      for (const siret of ["", "0", "123", "00000000000000", "99999999999999", "30000002300015",
        "300000023000145", "30000002300O14", "-3000000230001", "٣٠٠٠٠٠٠٢٣٠٠٠١٤",
          "3000000230001%00",
        "../../x", "30000002300014/", "x".repeat(5000), "<b>", "1e13"]) {
        const text = fine(await alice.get(
          `/c/masques-pme/verifier?siret=${encodeURIComponent(siret)}`), siret);
        assert.ok([200, 400, 404, 422].includes(text.status), `${siret}: ${text.status}`);
        const j = fine(await api("GET",
          `/campaigns/masques-pme/eligibility/${encodeURIComponent(siret)}`,
          { bearer: "" }), siret);
        assert.ok([400, 404, 422, 414, 308].includes(j.status), `${siret}: ${j.status} ${j.text}`);
      }
      for (const siret of ["300 000 023 00014", "300.000.023.00014", " 30000002300014\u00a0",]) {
        const r = await alice.get(`/c/masques-pme/verifier?siret=${encodeURIComponent(siret)}`);
        assert.equal(r.status, 200, siret);
      }
      // La Poste's own: of the right form, only not in this register.
      for (const siret of ["35600000049837", "35600000000048"]) {
        const r = await alice.get(`/c/masques-pme/verifier?siret=${siret}`);
        assert.equal(r.status, 404, siret);
        assert.match(r.text, /registre/);
      }
    });

    test("notifications of nobody", async () => {
      const sign = (f) => createHmac("sha256",
        KEY).update(Object.keys(f).filter((k) => k.startsWith("vads_"))
        .sort().map((k) => f[k]).concat(KEY).join("+")).digest("base64");
      const lyra = (f) => raw(server, "POST", "/hook/lyra", { "content-type": FORM },
        new URLSearchParams({ ...f, signature: sign(f) }).toString());
      for (const body of ["", "&&&", "signature=", "vads_a=1", "=", "%00=%00",
        "vads_x=%ff&signature=x",
        "vads_trans_id=" + "9".repeat(50000), "{}", "a=1&a=2", "\xff\xfe"]) {
        for (const type of [FORM, "application/json", "text/plain", ""]) {
          for (const hook of ["/hook/lyra", "/hook/stripe"]) {
            const r = fine(await raw(server, "POST", hook,
              { ...(type ? { "content-type": type } : {}),
              "stripe-signature": "t=1,v1=00" }, body), `${hook} ${type} ${body.slice(0, 40)}`);
            assert.ok([400, 403, 404, 413].includes(r.status),
              `${hook} ${type} ${body.slice(0, 40)}: ${r.status}`);
          }
        }
      }
      const base = { vads_site_id: "12345678", vads_ctx_mode: "TEST",
        vads_trans_status: "AUTHORISED",
        vads_order_id: own, vads_trans_id: "abcdef", vads_trans_uuid: "f".repeat(32),
          vads_amount: "9759",
        vads_currency: "978", vads_hash: "x", vads_trans_date: "20200502080000",
          vads_url_check_src: "PAY",
        vads_operation_type: "DEBIT" };
      for (const change of [{}, { vads_order_id: "" }, { vads_order_id: "'; --" },
        { vads_order_id: "x".repeat(300) },
        { vads_amount: "-1" }, { vads_amount: "99999999999999999999" }, { vads_currency: "840" },
        { vads_trans_status: "NEW" }, { vads_trans_status: "\u202e" }, { vads_trans_uuid: "" },
        { vads_trans_date: "0" }, { vads_site_id: "1" }, { vads_ctx_mode: "PRODUCTION" }]) {
        const f = { ...base, ...change };
        fine(await lyra(f), JSON.stringify(change));
      }
      assert.doesNotMatch((await bob.get(`/commandes/${own}`)).text, /Commande payée/);
    });

    test("ways out of the site", async () => {
      for (const to of ["//evil.example", "/\\evil.example", "https://evil.example", "\\\\evil",
        "/%0d%0aX: y",
        "/\r\nX: y", "javascript:alert(1)", "/..//evil.example", "/%2f/evil.example",
          " //evil.example",
        "/\t/evil.example", "@evil.example", "/c/x#" + "y".repeat(3000)]) {
        const p = person(server);
        const page = fine(await p.get(`/connexion?vers=${encodeURIComponent(to)}`), to);
        assert.doesNotMatch(page.text, /value="(?!\/[^/\\])[^"]*evil/, to);
        const r = fine(await alice.post("/entreprises/choisir", { siren: "300000023", vers: to }),
          to);
        assert.match(r.location ?? "/", /^\/(?![/\\])[^\r\n]*$/, to);
        assert.equal(r.headers.get("x"), null);
        const q = fine(await alice.get(`/entreprises/effectif?vers=${encodeURIComponent(to)}`),
          to);
        assert.doesNotMatch(q.text, /(href|value)="(\/\/|https?:|\/\\)[^"]*evil/, to);
      }
      for (const email of ["a@b.fr\r\nBcc: c@d.fr", "a@b.fr,c@d.fr", "a@b.fr c@d.fr", "<a@b.fr>",
        "a@b.fr%0aX:y",
        "a\0@b.fr", `${"a".repeat(300)}@b.fr`, "\"a b\"@c.fr", "@", "a@", "a@-", "équipe@b.fr",
          "a@b.fr;"]) {
        const p = person(server);
        await p.get("/connexion");
        const r = fine(await p.post("/connexion", { email, vers: "" }), email);
        assert.ok([400, 422].includes(r.status), `${email}: ${r.status}`);
      }
    });

    test("sessions", async () => {
      const p = person(server);
      p.cookies.set("maillon", "sAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
      await p.get("/connexion");
      const first = p.cookies.get("maillon");
      await p.signIn("commerce@exemple.fr");
      assert.notEqual(p.cookies.get("maillon"), first);
      const old = person(server);
      old.cookies.set("maillon", first);
      assert.equal((await old.get("/compte")).status, 303);
      const kept = p.cookies.get("maillon");
      await p.open("/compte");
      await p.post("/deconnexion");
      old.cookies.set("maillon", kept);
      assert.equal((await old.get("/compte")).status, 303);
      for (const value of ["", "x", "s".repeat(5000), "../../etc", "s%00", "'; --"]) {
        old.cookies.set("maillon", value);
        fine(await old.get("/"), value);
      }
    });

    test("closed to everybody, and to this one", async () => {
      for (const path of ["/demo/mail", "/demo/mail/1", "/demo/parts", "/demo"])
        assert.equal((await alice.get(path)).status, 404, path);
      assert.ok([403, 404].includes((await alice.get("/agent")).status));
      assert.ok([403, 404].includes((await alice.get("/agent/dossiers/1")).status));
      assert.ok([403, 404].includes((await alice.post("/agent/dossiers/1",
        { decision: "yes" })).status));
      for (const path of ["/commandes/../compte", "/%2e%2e/etc/passwd", "/assets/../../x",
        "/c//commander",
        "/commandes/%00", "/entreprises/demande/-1", "/entreprises/demande/999999999999999999999",
        "/entreprises/contester/0", "/entreprises/contester/9223372036854775808",
        "/commandes?avant=-1", "/commandes?avant=99999999999999999999"])
        fine(await alice.get(path), path);
    });

    test("people's own forms", async () => {
      const forms = [
        ["/entreprises/ajouter", { siret: "" }], ["/entreprises/choisir", { siren: "" }],
        ["/entreprises/effectif", { heads: "", reason: "", vers: "" }], ["/entreprises/code",
          { siret: "", code: "" }],
        ["/entreprises/demande/300000049/examen", { reason: "", text: "" }],
        ["/entreprises/demande/300000049/courrier", {}], ["/entreprises/demande/300000049/chambre",
          {}],
        ["/compte/jetons", { pour: "", label: "", right: "" }], ["/compte/jetons/retirer",
          { pour: "", id: "" }],
        ["/connexion/code", { code: "" }],
      ];
      for (const [path, names] of forms)
        for (const text of [...Object.values(NASTY), ...NUMBERS, COMPANIES.paris.siret]) {
          const r = fine(await far.post(path, Object.fromEntries(Object.keys(names).map((n) => [n,
            text]))),
            `${path} ${text.slice(0, 40)}`);
          assert.doesNotMatch(r.text, /<script>alert/, path);
        }
    });

    test("commands", () => {
      const junk = join(server.dir, "junk.bin");
      writeFileSync(junk, Buffer.from(Array.from({ length: 4096 }, (_,
        i) => (i * 167 + 13) & 255)));
      for (const args of [[], ["x"], ["--"], ["--db"], ["--db", "x:y", "check"], ["campaign"],
        ["campaign", "check"],
        ["campaign", "check", "/nowhere"], ["campaign", "check", server.dir], ["campaign", "check",
          junk],
        ["campaign", "publish", junk], ["campaign", "try", junk], ["campaign", "show", "\u202e"],
        ["eligibility"], ["eligibility", "masques-pme"], ["eligibility", "masques-pme", "abc"],
        ["eligibility", "nulle-part", "30000002300014"], ["registry", "import"],
        ["registry", "import", "--units", "/nowhere", "--establishments", "/nowhere"],
        ["registry", "import", "--units", server.dir, "--establishments", server.dir],
        ["registry", "import", "--units", junk, "--establishments", junk],
        ["registry", "members", "--network", "XYZ", junk], ["registry", "members", "--network",
          "CMA", junk],
        ["registry", "show", "x"], ["registry", "show", "99999999999999999999"],
        ["registry", "generate", "--units", "-1", "--seed", "x"], ["db", "x"], ["serve", "--x"],
        ["help", "nothing"], ["check", "more"]]) {
        const r = server.run(...args);
        assert.equal(r.signal, null, `${args.join(" ")}: ${r.stderr}`);
        assert.ok([0, 1, 2, 3, 4].includes(r.status),
          `${args.join(" ")}: ${r.status} ${r.stderr}`);
        assert.doesNotMatch(r.stderr, /Sanitizer|runtime error/);
      }
    });

    test("a command with --help says what help says of it, wherever it stands", () => {
      const text = server.run("help", "registry", "show").stdout;
      assert.match(text, /^usage: maillon registry show/);
      for (const args of [["registry", "show", "--help"], ["--help", "registry", "show"],
        ["registry", "show", "x", "--help"]]) {
        const r = server.run(...args);
        assert.deepEqual([r.status, r.stdout, r.stderr], [0, text, ""], args.join(" "));
      }
      assert.equal(server.run("--help").stdout, server.run("help").stdout);
    });

    test("not open", async () => {
      const closed = async (slug, says) => {
        const at = `/c/${slug}/commander`;
        for (const r of [await alice.get(at), await alice.post(at, fields(COMPANIES.small)),
          await alice.post(`${at}/etape`, fields(COMPANIES.small, { to: "verification" }))]) {
          assert.ok([200, 409, 422].includes(r.status), `${slug}: ${r.status} ${r.location}`);
          assert.match(r.text, says);
          assert.doesNotMatch(r.text, /peut commander jusqu/);
        }
        const j = await api("POST", "/orders", {
          headers: { "idempotency-key": `hostile-${slug}-0000000001` },
          body: { campaign: slug, siret: COMPANIES.small.siret, lines: [{ pack: "lot-6",
            packs: 1 }],
            delivery: { company: "X", phone: "0472000000" }, contactless_accepted: true } });
        assert.equal(j.status, 409, j.text);
      };
      const policy = JSON.parse(readFileSync("demo/masques-pme.json", "utf8"));
      policy.organiser.slug = "autre";
      for (const [slug, at, says] of [["demain", { opens: "2090-05-04T08:00" }, /4 mai 2090/],
        ["hier", { closes: "2020-06-04T08:00" }, /closes.*4 juin 2020/]]) {
        const file = join(server.dir, `${slug}.json`);
        writeFileSync(file, JSON.stringify({ ...policy, slug,
          cohorts: policy.cohorts.map((c) => ({ ...c, ...at })) }));
        const r = server.run("campaign", "publish", file);
        assert.equal(r.status, 0, r.stderr);
        await closed(slug, says);
      }
      assert.equal(server.run("campaign", "pause", "masques-pme", "Revenez <b>lundi</b>").status,
        0);
      await closed("masques-pme", /suspendues pour le moment\. Revenez &lt;b&gt;lundi&lt;\/b&gt;/);
      assert.doesNotMatch((await alice.get("/c/masques-pme")).text, /<b>lundi/);
      assert.equal(server.run("campaign", "resume", "masques-pme").status, 0);
      const ref = orderAt((await alice.post(SHOP, fields(COMPANIES.small))).location);
      assert.ok(ref);
      await cancel(alice, ref);
    });

    test("the books hold, and no line of the log is a fault", async () => {
      assert.deepEqual(JSON.parse(server.run("--json", "check").stdout).breaches, []);
      assert.equal((await raw(server, "GET", "/readyz")).status, 200);
      assert.doesNotMatch(server.log(), /"level":"error"/);
      assert.doesNotMatch(server.log(), /Sanitizer|runtime error/);
    });
  });
}
