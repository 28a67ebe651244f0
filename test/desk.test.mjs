// SPDX-License-Identifier: Apache-2.0
// The agents' desk on a real server and both engines: the search, a company's page, an order's, an
// order by telephone from the call to the bank; and that another organiser finds none of it.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { newContext, openEye } from "./axe.mjs";
import { COMPANIES, importCompanies } from "./companies.mjs";
import { openDepot } from "./depot.mjs";
import { fieldsOf, words } from "./forms.mjs";
import { mailTo, mailsTo, person } from "./person.mjs";
import { engines, startServer } from "./server.mjs";
import { ADMIN, AGENT, AUDIT, FINANCE, STOCK, http, hurry, sirenOf, siretOf } from "./till.mjs";
import { until } from "./wait.mjs";

const HELD = 1, PAYING = 2, PAID = 3, CANCELLED = 8;
const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
const LYON = { postal: "69001", commune: "69381", city: "LYON" };
const PLACES = [
  { name: "BOULANGERIE DE L'ETOILE", ...LYON },
  { name: "ATELIER ÉBÉNISTERIE MARTIN" },
  { name: "GARAGE DU PONT" },
  { name: "FROMAGERIE DES ALPES" },   // 3 reserves and does not pay.
  { name: "LIBRAIRIE DU PARC" },      // 4 calls.
  { name: "COIFFURE MIREILLE" },      // 5 calls, its headcount is not known.
  { name: "MENUISERIE FERMEE" },      // 6 has no open establishment.
  { name: "NOM CACHE" },              // 7 hides.
  { name: "PLOMBERIE DES QUAIS" },    // 8 calls, and never pays.
  { name: "TRAITEUR DU MARCHE" },     // 9 calls, and changes its mind.
  { name: "OPTIQUE DU VIADUC" },      // 10 and 11: for hostile tries.
  { name: "SELLERIE DU RHONE" },
];
const siren = (n) => sirenOf(n);
const grouped = (s) => s.replace(/(\d{3})(?=\d)/g, "$1 ");

// The job that follows orders does not run until it is hurried.
const rest = (till) => until("the job rests", () => {
  till.sql(`UPDATE job SET due_ms = ${Date.now() + 3_600_000}
    WHERE kind = 'DESK_INDEX' AND leased = 0`);
  const [job] = till.sql("SELECT leased AS leased FROM job WHERE kind = 'DESK_INDEX'");
  return Number(job.leased) === 0;
});

// Three paid orders with invoices and labels, one reserved; what the search looks into is there.
async function openDesk(engine) {
  const depot = await openDepot({ engine, orders: 3, companies: PLACES });
  try {
    await furnish(depot);
  } catch (e) {
    await depot.close();
    throw e;
  }
  return depot;
}

async function furnish(depot) {
  const { till } = depot;
  till.sql(`UPDATE company SET band = 0, band_year = 0 WHERE siren = ${siren(5)};
    DELETE FROM company_declaration WHERE siren = ${siren(5)};
    UPDATE establishment SET active = 0 WHERE siret = ${siretOf(siren(6))};
    UPDATE company SET partial = 1 WHERE siren = ${siren(7)};
    UPDATE establishment SET partial = 1 WHERE siret = ${siretOf(siren(7))};`);
  for (const [n, { name }] of PLACES.entries())
    till.sql("INSERT INTO company_name (key, siren) VALUES (" +
      `'${name.normalize("NFD").replace(/[^A-Z ]/g, " ").trim()}', ${siren(n)})`);
  await depot.wave();
  await depot.until((n) => n.labelled === 3);
  await until("invoices", () => till.sql("SELECT id FROM invoice").length === 3);
  till.held = await till.buyer(3).order(2);
  await until("held", () => till.orderState(till.held.ref) === HELD);
  // Words of what is younger than a minute wait on PostgreSQL: they are older for a moment.
  till.sql("UPDATE orders SET created_ms = created_ms - 120000");
  await until("the words", () => {
    hurry(till.database, "DESK_INDEX");
    return till.sql("SELECT DISTINCT siren FROM desk_word").length === 4;
  });
  till.sql("UPDATE orders SET created_ms = created_ms + 120000");
  // Figures may have been folded meanwhile.
  assert.equal(till.server.run("figures", "masques-pme", "--rebuild").status, 0);
  assert.equal(till.server.run("campaign", "publish", "demo/aura.json").status, 0);
}

// The steps of an order by telephone; the answer to the last one.
async function take(agent, n, { packs = 2, caller = {}, site = "", delivery = {} } = {}) {
  const base = `/console/telephone/${siren(n)}/c/masques-pme`;
  const place = base + site, step = `${base}/etape${site}`;
  let page = await agent.get(place);
  assert.equal(page.status, 200, page.text);
  let fields = fieldsOf(page.text, step);
  page = await agent.post(step, { ...fields, "packs_lot-6": String(packs), to: "livraison" });
  if (!page.text.includes("caller_name")) return page;
  fields = fieldsOf(page.text, step);
  page = await agent.post(step, { ...fields, contactless: "1", caller_name: "Jeanne Martin",
    caller_email: `appel${n}@exemple.fr`, caller_phone: "04 72 00 00 00", phone: "0472000000",
    ...caller, ...delivery, to: "verification" });
  if (!/name="key"/.test(page.text)) return page;
  fields = fieldsOf(page.text, place);
  const sent = await agent.post(place, fields);
  return { ...sent, check: page, again: () => agent.post(place, fields) };
}

const lastRef = (r) => /\/console\/commandes\/([0-9A-Z]+)/.exec(r.headers.location ?? "")?.[1];
const linkIn = (mail) => /(\/payer\/[0-9A-Z]+\/[0-9a-f]{32})/.exec(mail)[1];

for (const engine of engines()) {
  describe(`desk [${engine}]`, { timeout: 600_000 }, () => {
    let depot, till, agent, other, admin, stock, finance, audit, stranger;

    before(async () => {
      depot = await openDesk(engine);
      ({ till } = depot);
      [agent, other, admin, stock, finance, audit] =
        [AGENT, AGENT, ADMIN, STOCK, FINANCE, AUDIT].map((right) => till.person(right));
      stranger = till.person(AGENT | ADMIN | STOCK | FINANCE, "aura");
    });
    after(() => depot?.close());

    const checked = async () => {
      const r = await till.run("check");
      assert.equal(r.status, 0, r.stdout + r.stderr);
    };
    const search = (q, who = agent) =>
      who.get(`/console/recherche?q=${encodeURIComponent(q)}`);
    const orderOf = (n) =>
      till.sql(`SELECT id, ref FROM orders WHERE siren = ${siren(n)} ORDER BY id DESC LIMIT 1`)[0];

    test("an exact number goes straight to the page", async () => {
      const { ref } = orderOf(0);
      const [{ number }] = till.sql(`SELECT number FROM invoice WHERE siren = ${siren(0)}`);
      const [{ number: parcel, sender_ref: sender }] = till.sql(
        "SELECT p.number, p.sender_ref FROM parcel p JOIN orders o ON o.id = p.order_id " +
        `WHERE o.siren = ${siren(0)}`);
      const company = `/console/entreprises/${siren(0)}`, order = `/console/commandes/${ref}`;
      const siret = siretOf(siren(0));
      for (const [typed, to] of [
        [siren(0), company], [grouped(siren(0)), company], [` SIREN : ${siren(0)} `, company],
        [siret, company], [`${grouped(siret.slice(0, 9))} ${siret.slice(9)}`, company],
        [ref, order], [ref.toLowerCase(), order], [`${ref.slice(0, 4)}-${ref.slice(4)}`, order],
        [sender, order], [number, order], [number.replaceAll("-", " ").toLowerCase(), order],
        [parcel, order], [parcel.replace(/(.{4})/g, "$1 "), order],
        ["buyer0@example.org", company], [" Buyer0@Example.ORG ", company]]) {
        const r = await search(typed);
        assert.equal(r.status, 303, typed);
        assert.equal(r.headers.location, to, typed);
      }
    });

    test("words give a list; accents, order and endings do not matter", async () => {
      for (const typed of ["ébénisterie", "EBENIST martin", "martin atelier", "Martin Lyon",
        "atelier 69002"]) {
        const text = words((await search(typed)).text);
        assert.match(text, /Compris comme des mots/, typed);
        assert.match(text, /ATELIER ÉBÉNISTERIE MARTIN/, typed);
        assert.doesNotMatch(text, /GARAGE DU PONT/, typed);
      }
      const lyon = words((await search("lyon")).text);
      for (const name of ["BOULANGERIE", "GARAGE DU PONT", "FROMAGERIE"])
        assert.match(lyon, new RegExp(name));
      // Who has not dealt with the organiser is found by the beginning of the name.
      const rest = words((await search("librairie du")).text);
      assert.match(rest, /Au registre, par le début du nom.*LIBRAIRIE DU PARC/);
      assert.match(words((await search("librairie 69002")).text), /LIBRAIRIE DU PARC/);
      assert.match(words((await search("librairie 75001")).text), /Rien ne correspond/);
      assert.match(words((await search("zzyzx")).text), /Rien ne correspond/);
    });

    test("what cannot be found says why", async () => {
      assert.match(words((await search("732 829 321")).text), /Vérifiez ce qui est saisi/);
      assert.match(words((await search("73282932")).text), /8 chiffres/);
      assert.match(words((await search("732829320")).text), /pas au registre/);
      assert.match(words((await search("a")).text), /au moins deux lettres/);
      assert.match(words((await search("")).text), /Cherchez une entreprise/);
      assert.match(words((await search("rien@exemple.fr")).text), /adresse e-mail.*Rien ne/);
      assert.match(words((await search("buyer0@example.org", stock)).text), /ne permettent pas/);
      const odd = await search("<script>alert(1)</script>'\"&");
      assert.equal(odd.status, 200);
      assert.doesNotMatch(odd.text, /<script>alert/);
      assert.equal((await search("é".repeat(60))).status, 200);
      assert.match(words((await search("x ".repeat(200))).text), /trop long/);
    });

    test("a company's page: the register, what it may buy, orders, people, notes", async () => {
      const path = `/console/entreprises/${siren(0)}`;
      let text = words((await agent.get(path)).text);
      assert.match(text, /BOULANGERIE DE L'ETOILE/);
      assert.match(text, /6 à 9 salariés/);
      assert.match(text, /Pas maintenant « .*\d{4}/);
      assert.match(text, /36 masques, dont 12 déjà pris et 24 qui restent.*nouvelle période/);
      assert.match(text, /buyer0@example\.org/);
      assert.match(text, /Effectif retenu 8 salariés/);
      assert.match(text, /Encaissé 37,56/);
      assert.match(text, new RegExp(`Facture MASQ-\\d{4}-\\d{6}.*commande ${orderOf(0).ref}`));
      // Roles without buyers' people see the rest alone.
      for (const who of [stock, finance]) {
        const some = words((await who.get(path)).text);
        assert.match(some, new RegExp(orderOf(0).ref));
        assert.doesNotMatch(some, /buyer0@example|Effectif retenu|Prendre une commande/);
      }
      assert.equal((await agent.post(`${path}/notes`, { note: "a" })).status, 422);
      const note = await agent.post(`${path}/notes`,
        { note: "A rappelé <lundi> & demande un \"autre\" délai." });
      assert.equal(note.status, 303);
      const html = (await agent.get(path)).text;
      assert.match(html, /A rappelé &lt;lundi&gt; &amp; demande/);
      assert.ok(html.includes(`href="${path}/donnees"`));
      assert.match(words(html), new RegExp(agent.email));
      assert.equal((await audit.post(`${path}/notes`, { note: "Non." })).status, 403);
      const strange = (await stranger.get(path)).text;
      assert.ok(!strange.includes(`href="${path}/donnees"`));
      text = words(strange);
      assert.match(text, /n’a pas encore eu affaire à vous/);
      assert.doesNotMatch(text, /rappelé|buyer0|MASQ-|Effectif retenu/);
    });

    test("establishments are paged, closed ones marked; who hides stays hidden", async () => {
      till.sql(Array.from({ length: 60 }, (_, i) => "INSERT INTO establishment (siret,active," +
        "head_office,partial,gone,band,sign,complement,street,special,postal_code,commune,city," +
        `craft_code,country) VALUES (${siren(2)}${String(90000 + i)},${i % 2},0,0,0,0,'','',` +
        "'2 RUE','','69002','69382','LYON','','')").join(";"));
      const path = `/console/entreprises/${siren(2)}`;
      const first = (await agent.get(path)).text;
      assert.match(words(first), /\(siège\).*Ouvert/);
      const next = /href="([^"]*etablissement=[^"]*)"/.exec(first)[1].replaceAll("&amp;", "&");
      const second = (await agent.get(next)).text;
      assert.match(words(second), /Fermé/);
      assert.match(second, /Premiers établissements/);
      assert.equal((await agent.get(`${path}?etablissement=${siretOf(siren(1))}`)).status, 404);

      const hidden = words((await agent.get(`/console/entreprises/${siren(7)}`)).text);
      assert.match(hidden, /Diffusion partielle/);
      assert.doesNotMatch(hidden, /NOM CACHE|RUE DU TEST/);
      const closed = words((await agent.get(`/console/entreprises/${siren(6)}`)).text);
      assert.match(closed, /aucun établissement ouvert/);
      assert.equal((await agent.get("/console/entreprises/123456789")).status, 404);
      assert.equal((await agent.get("/console/entreprises/732829320")).status, 404);
    });

    test("orders: filters, pages that meet, what is said when nothing is there", async () => {
      const list = async (query) => (await agent.get(`/console/commandes${query}`)).text;
      const refs = (html) => [...html.matchAll(/href="\/console\/commandes\/([0-9A-Z]{8,})"/g)]
        .map((m) => m[1]);
      const all = till.sql("SELECT ref FROM orders ORDER BY id").map((o) => o.ref);
      assert.deepEqual(refs(await list("")), [...all].reverse());
      assert.deepEqual(refs(await list("?tri=ancien")), all);
      assert.deepEqual(refs(await list("?etat=a-payer")), [till.held.ref]);
      assert.deepEqual(refs(await list("?payee=non")), [till.held.ref]);
      assert.equal(refs(await list("?payee=oui")).length, 3);
      assert.equal(refs(await list("?departement=69")).length, 4);
      assert.equal(refs(await list("?departement=2a")).length, 0);
      assert.equal(refs(await list("?campagne=masques-pme&du=2020-01-01")).length, 4);
      assert.equal(refs(await list("?au=2020-01-01")).length, 0);
      assert.equal(refs(await list("?campagne=aura")).length, 0);
      assert.match(words(await list("?etat=livrees")), /Aucune commande ne correspond/);
      const wrong = await agent.get("/console/commandes?departement=abc&du=hier");
      assert.equal(wrong.status, 422);
      assert.match(wrong.text, /href="#f-departement"[\s\S]*href="#f-du"/);
      assert.match(words((await stranger.get("/console/commandes")).text), /Personne n’a encore/);
    });

    test("orders: every one is reached, however many there are", async () => {
      const list = async (query) => (await agent.get(`/console/commandes${query}`)).text;
      const refs = (html) => [...html.matchAll(/href="\/console\/commandes\/([0-9A-Z]{8,})"/g)]
        .map((m) => m[1]);
      const same = "campaign_id,version,siren,siret,account_id,created_ms,deadline_ms,changed_ms," +
        "units,delivery_cents,net_cents,vat_cents,total_cents,territory,cohort,quota_units," +
        "period_ms,body_hash,to_company,to_person,to_complement,to_street,to_special," +
        "to_postal_code,to_city,to_commune,to_phone,to_instructions";
      const more = (count, from, mark, state, department) => till.sql("WITH RECURSIVE n (i) AS " +
        `(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) INSERT INTO orders (id,ref,` +
        `state,department,idem_key,${same}) SELECT o.id + ${from} + n.i, '${mark}' || ` +
        `(10000 + n.i), ${state}, '${department}', '${mark}' || n.i, ${same} ` +
        `FROM orders o, n WHERE o.ref = '${till.held.ref}'`);
      const walk = async (query) => {
        const seen = [];
        for (let path = `/console/commandes${query}`; path;) {
          const html = (await agent.get(path)).text;
          seen.push(...refs(html));
          path = /href="([^"]+)" rel="next"/.exec(html)?.[1].replaceAll("&amp;", "&");
        }
        return seen;
      };
      await rest(till);
      const [{ mark }] = till.sql("SELECT MAX(id) AS mark FROM orders");
      more(60, 100_000, "AAAA", 8, "38");
      more(21_000, 200_000, "BBBB", 7, "40");
      try {
        // The newest 21,000 have expired: what lies behind them is one page away all the same.
        for (const query of ["?etat=annulees", "?etat=annulees&tri=ancien"]) {
          const seen = await walk(query);
          assert.equal(seen.length, 60);
          assert.equal(new Set(seen).size, 60);
        }
        assert.ok(refs(await list("?payee=oui")).length === 3);
        assert.doesNotMatch(await list("?payee=oui"), /s’arrête ici/);
        // By département: the job has not followed yet, and the page says how far it came.
        assert.match(await list("?departement=38"), /s’arrête ici[\s\S]*Chercher plus loin/);
        till.sql(`INSERT INTO desk_place (campaign_id, department, order_id)
          SELECT campaign_id, department, id FROM orders WHERE id > ${mark};
          UPDATE desk_mark SET last_id = (SELECT MAX(id) FROM orders) WHERE source = 'orders'`);
        for (const query of ["?departement=38", "?departement=38&tri=ancien",
          "?departement=38&etat=annulees"]) {
          const seen = await walk(query);
          assert.equal(seen.length, 60);
          assert.equal(new Set(seen).size, 60);
        }
        // Two filters that no index serves together: it says so, and leads on to the end.
        const cut = await list("?departement=40&etat=annulees");
        assert.equal(refs(cut).length, 0);
        assert.match(cut, /s’arrête ici[\s\S]*Chercher plus loin/);
        const rest = /class="button second" href="([^"]+)"/.exec(cut)[1].replaceAll("&amp;", "&");
        assert.match(words((await agent.get(rest)).text), /Aucune commande ne correspond/);
      } finally {
        till.sql("DELETE FROM orders WHERE ref LIKE 'AAAA1%' OR ref LIKE 'BBBB%'");
        hurry(till.database, "DESK_INDEX");
      }
    });

    test("orders: where they go is followed by the job", async () => {
      const [{ n }] = till.sql("SELECT COUNT(*) AS n FROM desk_place p JOIN orders o " +
        "ON o.id = p.order_id AND o.department = p.department WHERE o.state <> 1");
      assert.equal(Number(n), 3);
    });

    test("an order's page: lines, money, parcels, history, and who may do what", async () => {
      const { ref, id } = orderOf(1);
      const path = `/console/commandes/${ref}`;
      const html = (await agent.get(path)).text, text = words(html);
      assert.match(text, /12 masques, 37,56/);
      assert.match(text, /Lot de 6.*2.*17,80 €.*35,60 €/s);
      assert.match(text, /Paiements .* 37,56 € Encaissé/);
      assert.match(text, /Facture MASQ-/);
      assert.match(text, /Colis 1 sur 1.*Étiquetée?/i);
      assert.match(text, /Commandée en ligne par buyer1@example\.org/);
      assert.match(text, /Messages envoyés/);
      assert.equal((await agent.get(`/console/commandes/${ref.toLowerCase()}`)).status, 200);
      assert.doesNotMatch(html, /\/rembourser\//);
      assert.match((await finance.get(path)).text,
        new RegExp(`href="/console/finances/rembourser/${ref}"`));
      assert.match((await stock.get(path)).text, /href="\/console\/preparation\/colis\/\d+"/);
      assert.doesNotMatch(words((await stock.get(path)).text), /buyer1@example/);
      assert.match((await admin.get(path)).text, /\/console\/finances\/documents\/\d+/);
      assert.equal((await agent.get("/console/commandes/AAAAAAAA")).status, 404);
      // What went wrong on the way and what the buyer complains of stand there too.
      const parcel = till.sql(`SELECT id, organiser_id FROM parcel WHERE order_id = ${id}`)[0];
      const now = Date.now();
      till.sql("INSERT INTO complaint (organiser_id,order_id,siren,account_id,kind,state," +
        `created_ms,changed_ms) VALUES (${parcel.organiser_id},${id},${siren(1)},1001,1,1,` +
        `${now},${now})`);
      assert.match(words((await agent.get(path)).text), /Réclamations/);
      const list = (await agent.get("/console/commandes?probleme=reclamation")).text;
      assert.match(list, new RegExp(ref));
      assert.match(words(list), /Réclamation/);
    });

    test("the telephone's search stays with the telephone", async () => {
      const call = (q) => agent.get(`/console/telephone?q=${encodeURIComponent(q)}`);
      for (const [typed, said] of [["", /Cherchez l’entreprise qui appelle/],
        ["732829321", /Vérifiez ce qui est saisi/], ["732829320", /n’est pas au registre/]])
        assert.match(words((await call(typed)).text), said);
      for (const [typed, n] of [["ebenisterie", 1], ["librairie du", 4]])
        assert.ok((await call(typed)).text.includes(`href="/console/telephone/${siren(n)}"`));
      const place = `/console/telephone/${siren(4)}`, siret = siretOf(siren(4));
      assert.equal((await call(siret)).headers.location, `${place}?siret=${siret}`);
    });

    let paid;
    test("an order by telephone is paid through the mailed link", async () => {
      const typed = grouped(siren(4)).replaceAll(" ", "+");
      const start = await agent.get(`/console/telephone?q=${typed}`);
      assert.equal(start.headers.location, `/console/telephone/${siren(4)}`);
      const company = words((await agent.get(start.headers.location)).text);
      assert.match(company, /LIBRAIRIE DU PARC/);
      assert.match(company,
        /Peut commander « Votre entreprise peut commander maintenant, jusqu’à 36/);
      const r = await take(agent, 4);
      const text = words(r.check.text);
      assert.match(text, /37,56/);
      assert.match(text, /Un message part à appel4@exemple\.fr.*24 heures/);
      assert.equal(r.status, 303, r.text);
      const ref = lastRef(r);
      const again = await r.again();
      assert.equal(lastRef(again), ref, "the same form leads to the same order");
      const page = words((await agent.get(r.headers.location)).text);
      assert.match(page, /À lire à la personne/);
      assert.match(page, /Par téléphone|Prise par téléphone par/);
      assert.match(page, /Agent.*\(personne\d+@example\.org\)/);
      const [o] = till.sql("SELECT id, deadline_ms - created_ms AS hold FROM orders " +
        `WHERE ref = '${ref}'`);
      assert.equal(Number(o.hold), 24 * 3600_000);

      const mail = await mailTo(till.server, "appel4@exemple.fr");
      const link = linkIn(mail);
      assert.match(await mailTo(till.server, "buyer4@example.org"), /par téléphone/);
      const anyone = person(till.server);
      const bill = await anyone.get(link);
      assert.equal(bill.status, 200);
      assert.match(words(bill.text), /12 masques par téléphone.*37,56/);
      // Nothing else of the company, nor a way to it.
      assert.doesNotMatch(bill.text, new RegExp(`LIBRAIRIE|${siren(4)}|RUE DU TEST|Jeanne|appel4`));
      for (const wrong of [link.slice(0, -1) + (link.endsWith("0") ? "1" : "0"),
        link.replace(ref, orderOf(0).ref), `/payer/${ref}/${"0".repeat(32)}`])
        assert.equal((await anyone.get(wrong)).status, 404, wrong);

      const out = await anyone.post(link);
      assert.equal(out.status, 303);
      assert.equal(till.orderState(ref), PAYING);
      const leave = await anyone.get(out.location);
      const action = /action="([^"]*vads-payment[^"]*)"/.exec(leave.text)[1];
      const bank = await http("POST", action, { headers: FORM,
        body: new URLSearchParams(fieldsOf(leave.text, action)).toString() });
      const done = await http("POST", till.bankUrl + bank.headers.location, { headers: FORM,
        body: new URLSearchParams({ card: "accepted", action: "pay" }).toString() });
      assert.match(done.text, /Paiement accepté/);
      await until("paid", () => till.orderState(ref) === PAID);
      const back = words((await anyone.get(`/commandes/${ref}/retour`)).text);
      assert.match(back, /Votre paiement est confirmé/);
      assert.doesNotMatch(back, /Voir ma commande/);
      assert.match(words((await anyone.get(link)).text), /déjà payée/);
      assert.equal((await anyone.post(link)).status, 303);
      assert.equal(till.sql(`SELECT id FROM payment WHERE order_ref = '${ref}'`).length, 1);
      const told = await until("told", () => mailsTo(till.server, "appel4@exemple.fr")
        .find((m) => m.includes("paiement est confirmé")));
      assert.match(told, /^Bonjour,[\s\S]*-- \n[\s\S]*adresse a été donnée au téléphone/);
      paid = ref;
      await checked();
    });

    test("the company sees it among its own orders; the journal says who took it", async () => {
      const own = await till.buyer(4).page("/commandes");
      assert.match(own.text, new RegExp(paid));
      assert.equal((await till.buyer(4).page(`/commandes/${paid}`)).status, 200);
      assert.equal((await till.buyer(5).page(`/commandes/${paid}`)).status, 404);
      const journal = words((await audit.get("/console/journal?acte=order.phone")).text);
      assert.match(journal, new RegExp(`Commande prise par téléphone.*${agent.email}`));
      const page = words((await audit.get(`/console/commandes/${paid}`)).text);
      assert.match(page, /Réservée.*par téléphone.*Payée/s);
      const mail = await mailTo(till.server, "appel4@exemple.fr", 1);
      assert.match(mail, /paiement/i);
      assert.doesNotMatch(mail, new RegExp(`/commandes/${paid}`));
    });

    test("the same refusals, with reason and date to read out", async () => {
      const company = words((await agent.get(`/console/telephone/${siren(4)}`)).text);
      assert.match(company, /Pas maintenant « .*commander à nouveau le .*\d{4}/);
      const r = await agent.get(`/console/telephone/${siren(4)}/c/masques-pme`);
      assert.match(words(r.text), /À dire à la personne .*commander à nouveau le/);
      assert.doesNotMatch(r.text, /packs_lot-6/);
      const many = await take(agent, 8, { packs: 7 });
      assert.equal(many.status, 422);
      assert.match(words(many.text), /À dire à la personne .*36 masques/);
      const unsaid = await take(agent, 8, { caller: { contactless: "", caller_email: "x" } });
      assert.equal(unsaid.status, 422);
      assert.match(unsaid.text, /href="#f-contactless"/);
      assert.match(unsaid.text, /href="#f-caller_email"/);
      const far = await take(agent, 8, { delivery: { postal_code: "97400", city: "SAINT-DENIS" } });
      assert.equal(far.status, 422);
      assert.match(far.text, /href="#f-postal_code"/);
      assert.equal(till.sql(`SELECT id FROM orders WHERE siren = ${siren(8)}`).length, 0);
      const closed = words((await agent.get(`/console/telephone/${siren(6)}`)).text);
      assert.match(closed, /aucun établissement ouvert/);
    });

    test("a pause is told with its message in a form that is open already", async () => {
      const path = `/console/telephone/${siren(8)}/c/masques-pme`;
      const said = new RegExp("À dire à la personne Les commandes sont suspendues pour le " +
        "moment\\. Panne du paiement, reprise à 15 h\\.");
      const open = await agent.get(path);
      assert.equal(till.server.run("campaign", "pause", "masques-pme",
        "Panne du paiement, reprise à 15 h.").status, 0);
      const step = await agent.post(`${path}/etape`,
        { ...fieldsOf(open.text, `${path}/etape`), "packs_lot-6": "2", to: "livraison" });
      assert.match(words(step.text), said);
      const again = words((await agent.get(path)).text);
      assert.match(again, said);
      assert.equal(till.server.run("campaign", "resume", "masques-pme").status, 0);
      assert.doesNotMatch(words((await agent.get(path)).text), /Panne du paiement/);
    });

    test("an unknown headcount is declared, and another agent decides", async () => {
      const path = `/console/telephone/${siren(5)}`;
      assert.match(words((await agent.get(path)).text), /Pas maintenant/);
      await agent.get(`${path}/effectif`);
      const nothing = await agent.post(`${path}/effectif`, { email: "" });
      assert.match(nothing.text, /href="#f-email"[\s\S]*href="#f-heads"/);
      const vague = await agent.post(`${path}/effectif`,
        { email: "appel5@exemple.fr", heads: "7", note: "" });
      assert.equal(vague.status, 422);
      assert.match(vague.text, /id="f-note-error"/);
      const r = await agent.post(`${path}/effectif`,
        { email: "appel5@exemple.fr", heads: "7", note: "DSN d’avril, sept salariés." });
      assert.equal(r.headers.location, path);
      const [{ id }] = till.sql("SELECT id FROM review ORDER BY id DESC LIMIT 1");
      const own = await agent.get(`/agent/dossiers/${id}`);
      assert.match(words(own.text), /saisi ce dossier au téléphone/);
      assert.equal((await agent.post(`/agent/dossiers/${id}`,
        { decision: "accepter", motive: "1" })).status, 422);
      const file = `/agent/dossiers/${id}`;
      const read = fieldsOf((await other.get(file)).text, file);
      assert.equal((await other.post(file,
        { ...read, decision: "accepter", motive: "1" })).status, 303);
      assert.match(await mailTo(till.server, "appel5@exemple.fr"),
        /L’effectif déclaré pour .* est accepté.*Ce que vous avez fourni montre/s);
      assert.match(words((await agent.get(path)).text), /Peut commander/);
      const order = await take(agent, 5);
      assert.equal(order.status, 303);
      assert.equal(till.orderState(lastRef(order)), HELD);
    });

    test("a link ends with the hold, with a new address, and with a cancellation", async () => {
      const ref = lastRef(await take(agent, 8));
      const first = linkIn(await mailTo(till.server, "appel8@exemple.fr"));
      const anyone = person(till.server);
      await agent.get(`/console/commandes/${ref}`);
      const bad = await agent.post(`/console/commandes/${ref}/lien`, { email: "pas une adresse" });
      assert.equal(bad.status, 422);
      const moved = await agent.post(`/console/commandes/${ref}/lien`,
        { email: "corrige@exemple.fr" });
      assert.equal(moved.status, 303);
      const second = linkIn(await mailTo(till.server, "corrige@exemple.fr"));
      const dead = await anyone.get(first);
      assert.equal(dead.status, 404);
      assert.match(words(dead.text), /remplacé par un lien plus récent.*dernier message reçu/);
      assert.equal((await anyone.get(second)).status, 200);
      till.sql(`UPDATE orders SET deadline_ms = ${Date.now() - 1000} WHERE ref = '${ref}'`);
      const over = await anyone.get(second);
      assert.match(words(over.text), /Le délai pour payer est passé/);
      assert.doesNotMatch(over.text, /<form method="post" action="\/payer/);
      assert.equal((await anyone.post(second)).location, second);
      assert.equal(till.sql(`SELECT id FROM payment WHERE order_ref = '${ref}'`).length, 0);

      const other9 = lastRef(await take(agent, 9));
      const link = linkIn(await mailTo(till.server, "appel9@exemple.fr"));
      assert.match(words((await agent.get(`/console/commandes/${other9}/annuler`)).text),
        /Annuler la réservation/);
      assert.equal((await agent.post(`/console/commandes/${other9}/annuler`)).status, 303);
      assert.equal(till.orderState(other9), CANCELLED);
      assert.match(await mailTo(till.server, "appel9@exemple.fr", 1), /est annulée/);
      assert.match(words((await anyone.get(link)).text), /annulée, rien n’est dû/);
      const twice = await agent.get(`/console/commandes/${other9}/annuler`);
      assert.equal(twice.headers.location, `/console/commandes/${other9}`);
      // A paid order, and an order made online, are not cancelled here.
      for (const no of [paid, till.held.ref]) {
        assert.equal((await agent.get(`/console/commandes/${no}/annuler`)).status, 303);
        await agent.post(`/console/commandes/${no}/annuler`);
        assert.notEqual(till.orderState(no), CANCELLED);
      }
      await checked();
    });

    test("forms that were tampered with, sent twice, or answered by the agent", async () => {
      const n = 10, base = `/console/telephone/${siren(n)}/c/masques-pme`;
      const good = (await take(agent, n)).check.text;
      const ref = orderOf(n).ref, fields = fieldsOf(good, base);
      const count = () => Number(till.sql("SELECT COUNT(*) AS n FROM orders " +
        `WHERE siren = ${siren(n)}`)[0].n);
      const before = count();
      // The same form with another content is a mistake, not another order.
      const packs = await agent.post(base, { ...fields, "packs_lot-6": "5" });
      assert.equal(packs.status, 409);
      assert.match(words(packs.text), /Ce formulaire a déjà servi/);
      assert.doesNotMatch(words(packs.text), /jusqu’à 0 masque/);
      assert.equal(count(), before);
      // Another form while the first waits for its payment: sent to that one.
      const next = await agent.post(base, { ...fields, key: fields.key.replace(/.$/, "_") });
      assert.equal(next.headers.location, `/console/commandes/${ref}`, next.text);
      await agent.get(`/console/commandes/${ref}`);
      await agent.post(`/console/commandes/${ref}/annuler`);
      assert.equal(till.orderState(ref), CANCELLED);
      // Past the steps: too many, another company's establishment, no key, the agent's own address.
      const fresh = { ...fields, key: fields.key.replace(/^./, "_") };
      for (const [wrong, status] of [
        [{ "packs_lot-6": "7" }, 409], [{ "packs_lot-6": "-1" }, 422],
        [{ "packs_lot-6": "99999999999999999999" }, 422], [{ siret: siretOf(siren(0)) }, 422],
        [{ siret: "" }, 422],
        [{ key: "" }, 422], [{ caller_email: agent.email.toUpperCase() }, 422],
        [{ caller_email: "a@b.fr\r\nBcc: c@d.fr" }, 422], [{ caller_name: "" }, 422],
        [{ contactless: "" }, 422]]) {
        const r = await agent.post(base, { ...fresh, ...wrong });
        assert.equal(r.status, status, `${JSON.stringify(wrong)} ${words(r.text)}`);
        assert.equal(count(), before);
      }
      const heads = `/console/telephone/${siren(n)}/effectif`;
      const own = await agent.post(heads, { email: agent.email, heads: "8", note: "" });
      assert.equal(own.status, 422);
      assert.match(words(own.text), /C’est votre adresse/);
      // Nobody else enters orders, notes links or cancels; another campaign's rules are not theirs.
      for (const who of [admin, stock, finance, audit]) {
        assert.equal((await who.get(base)).status, 403);
        for (const path of [base, `${base}/etape`, heads, `/console/commandes/${ref}/lien`,
          `/console/commandes/${ref}/annuler`])
          assert.equal((await who.post(path, fields)).status, 403, path);
      }
      assert.equal((await agent.get(base.replace("masques-pme", "aura"))).status, 404);
      assert.equal((await agent.post(base.replace("masques-pme", "aura"), fresh)).status, 404);
      assert.equal((await agent.get(`${base}?siret=${siretOf(siren(0))}`)).status, 404);
      const twice = { email: "appel11@exemple.fr", heads: "80", note: "DSN d’avril, 80 salariés." };
      await agent.get(`/console/telephone/${siren(11)}/effectif`);
      for (let i = 0; i < 2; i++)
        assert.equal((await agent.post(`/console/telephone/${siren(11)}/effectif`, twice)).status,
          303);
      const open = till.sql(`SELECT id FROM review WHERE siren = ${siren(11)} AND state = 1`);
      assert.equal(open.length, 1);
      await checked();
    });

    test("a link leads to its own order alone, and pays once", async () => {
      const ref = lastRef(await take(agent, 10)), mine = lastRef(await take(agent, 11));
      const linkOf = async (no, email) => linkIn(await until("the link", () =>
        mailsTo(till.server, email).find((m) => m.includes(`/payer/${no}/`))));
      const link = await linkOf(ref, "appel10@exemple.fr");
      const foreign = await linkOf(mine, "appel11@exemple.fr");
      const one = person(till.server), two = person(till.server);
      const exits = [];
      for (const who of [one, two]) {
        assert.equal((await who.get(link)).status, 200);
        exits.push((await who.post(link)).location);
      }
      // An attempt of this order under another order's link, and under a guessed one.
      const id = exits[0].split("/").at(-1);
      for (const path of [`${foreign}/${id}`, `/payer/${ref}/${"f".repeat(32)}/${id}`,
        `${link}/999999`, `/payer/${till.held.ref}/${link.split("/").at(-1)}`]) {
        assert.equal((await one.get(path)).status, 404, path);
        assert.equal((await one.post(path)).status, 404, path);
      }
      // Two windows pay: one order, and the second payment goes back.
      for (const [i, who] of [one, two].entries()) {
        const page = await who.get(exits[i]);
        const action = /action="([^"]*vads-payment[^"]*)"/.exec(page.text)?.[1];
        if (action)
          await till.notify(till.bank.lyra.debit(fieldsOf(page.text, action), "CAPTURED"));
      }
      await until("paid", () => till.orderState(ref) === PAID);
      await until("the second payment goes back", () => {
        const rows = till.sql(`SELECT captured_cents AS c, refunded_cents AS r FROM payment
          WHERE order_ref = '${ref}' AND captured_ms > 0`);
        return rows.reduce((sum, p) => sum + Number(p.c) - Number(p.r), 0) === 3756;
      });
      // The hold of the other ends: neither page nor bank takes it any more.
      till.sql(`UPDATE orders SET deadline_ms = ${Date.now() - 1000} WHERE ref = '${mine}'`);
      const late = await two.post(foreign);
      assert.equal(late.location, foreign);
      assert.match(words((await two.get(foreign)).text), /Le délai pour payer est passé/);
      await checked();
    });

    test("another organiser finds none of it, by any way", async () => {
      const { ref } = orderOf(0);
      const [{ number }] = till.sql(`SELECT number FROM invoice WHERE siren = ${siren(0)}`);
      const [{ number: parcel }] = till.sql("SELECT number FROM parcel ORDER BY id LIMIT 1");
      for (const q of [ref, number, parcel, "buyer0@example.org", "appel4@exemple.fr"])
        assert.match(words((await search(q, stranger)).text), /Rien ne correspond/, q);
      assert.doesNotMatch(words((await search("ébénisterie", stranger)).text), /affaire à vous/);
      const before = till.sql("SELECT COUNT(*) AS n FROM audit")[0].n;
      await stranger.get("/console/recherche");
      for (const path of [`/console/commandes/${ref}`, `/console/commandes/${paid}`,
        `/console/commandes/${paid}/annuler`, `/console/telephone/${siren(8)}/c/masques-pme`])
        assert.equal((await stranger.get(path)).status, 404, path);
      for (const [path, fields] of [
        [`/console/commandes/${paid}/annuler`, {}],
        [`/console/commandes/${paid}/lien`, { email: "voleur@exemple.fr" }],
        [`/console/telephone/${siren(8)}/c/masques-pme`, { "packs_lot-6": "1" }],
        [`/console/telephone/${siren(8)}/c/masques-pme/etape`, { "packs_lot-6": "1" }]])
        assert.equal((await stranger.post(path, fields)).status, 404, path);
      assert.equal(till.sql("SELECT COUNT(*) AS n FROM audit")[0].n, before);
      assert.equal(mailsTo(till.server, "voleur@exemple.fr").length, 0);
      const company = words((await stranger.get(`/console/telephone/${siren(4)}`)).text);
      assert.doesNotMatch(company, /Effectif retenu|personne agit/);
    });
  });

  describe(`search in an imported register [${engine}]`, () => {
    let server, p;
    before(async () => {
      server = await startServer({ engine });
      const must = (...args) => assert.equal(server.run(...args).status, 0, args.join(" "));
      must("campaign", "publish", "demo/masques-pme.json");
      must("account", "grant", "agent@exemple.fr", "--organiser", "masques-pme", "--role",
        "agent");
      importCompanies(server);
      p = person(server);
      await p.signIn("agent@exemple.fr");
    });
    after(() => server?.stop());
    const search = async (q) =>
      words((await p.get(`/console/recherche?q=${encodeURIComponent(q)}`)).text);

    test("names begin so; people's family names come first", async () => {
      assert.match(await search("société numéro 9"), /SOCIETE NUMERO 9/);
      assert.match(await search("martin"), /MARTIN/);
      assert.match(await search("ateliér du"), /ATELIER DU RHONE 732 829 320 69001 LYON Active/);
      assert.match(await search("numero 9"), /Rien ne correspond/);
    });

    test("who is partly diffused is found by number alone", async () => {
      const { siret } = COMPANIES.hidden;
      assert.doesNotMatch(await search("jeanne"), new RegExp(grouped(siret.slice(0, 9))));
      const r = await p.get(`/console/recherche?q=${siret}`);
      const page = words((await p.get(r.headers.get("location"))).text);
      assert.match(page, /Diffusion partielle/);
      assert.match(page, /LYON \(adresse non diffusée\)/);
      assert.doesNotMatch(page, /REPUBLIQUE/);
      assert.match(page, /Registre importé le \S+ \d+ \S+ \d{4}/);
    });
  });
}

describe("the desk's pages in a browser", { timeout: 600_000 }, () => {
  let depot, eye, agent, second, stranger;
  before(async () => {
    depot = await openDesk("sqlite");
    agent = depot.till.person(AGENT | ADMIN);
    second = depot.till.person(AGENT);
    stranger = depot.till.person(AGENT | ADMIN, "aura");
    eye = await openEye();
  });
  after(async () => { await eye?.close(); await depot?.close(); });
  const look = (path, { who = agent, ...options } = {}) =>
    eye.look(depot.till.url + path, { cookie: `maillon=${who.cookie}`, ...options });

  test("with nothing in them", async () => {
    for (const path of ["/console/recherche", "/console/recherche?q=zzyzx",
      "/console/recherche?q=732829321", "/console/commandes", "/console/telephone",
      "/console/telephone?q=732829321", `/console/entreprises/${siren(0)}`, "/agent",
      "/agent/decisions"])
      await look(path, { who: stranger });
    await look("/console/commandes?departement=abc", { status: 422 });
    await look("/console/commandes?etat=livrees");
  });

  test("with companies, orders and calls", async () => {
    const { till } = depot;
    const note = `/console/entreprises/${siren(0)}`;
    await agent.get(note);
    await agent.post(`${note}/notes`, { note: "Rappeler lundi, livraison au fournil, avant 7 h." });
    const ref = lastRef(await take(agent, 4));
    const link = linkIn(await mailTo(till.server, "appel4@exemple.fr"));
    const heads = `/console/telephone/${siren(5)}/effectif`;
    await agent.get(heads);
    await agent.post(heads, { email: "appel5@exemple.fr", heads: "7",
      note: "DSN d’avril, sept salariés." });
    const [{ id }] = till.sql("SELECT id FROM review ORDER BY id DESC LIMIT 1");
    const [paid] = till.sql(`SELECT ref FROM orders WHERE siren = ${siren(0)}`);
    for (const path of ["/console/recherche?q=lyon", "/console/recherche?q=librairie",
      "/console/commandes", "/console/commandes?etat=a-payer", `/console/commandes/${paid.ref}`,
      `/console/commandes/${ref}`, `/console/commandes/${ref}/annuler`,
      ...[0, 4, 5, 6, 7].map((n) => `/console/entreprises/${siren(n)}`),
      ...[4, 6, 8].map((n) => `/console/telephone/${siren(n)}`), heads,
      `/console/telephone/${siren(8)}/c/masques-pme`,
      `/console/telephone/${siren(4)}/c/masques-pme`, "/agent", `/agent/dossiers/${id}`, link])
      await look(path);
    till.sql(`UPDATE orders SET deadline_ms = ${Date.now() - 1000} WHERE ref = '${ref}'`);
    await look(`${link}?fin`);
    // Another agent decides what this one entered.
    const file = `/agent/dossiers/${id}`;
    await look(`${file}?autre`, { who: second });
    const read = fieldsOf((await second.get(file)).text, file);
    assert.equal((await second.post(file, { ...read, decision: "refuser", motive: "4" })).status,
      303);
    await look(`${file}?fin`, { who: second });
    await look("/agent/decisions", { who: second });
  });

  test("each step of an order by telephone, as an agent goes", async () => {
    const { till } = depot;
    const context = await newContext(eye.browser, { bypassCSP: true, reducedMotion: "reduce" });
    await context.addCookies([{ name: "maillon", value: agent.cookie, url: till.url }]);
    const page = await context.newPage();
    const press = (name) => page.getByRole("button", { name }).click();
    await page.goto(`${till.url}/console/telephone/${siren(8)}/c/masques-pme`);
    await press(/Continuer vers la livraison/);
    await eye.lookHere(page, "telephone, nothing chosen");
    await page.locator("#f-packs_lot-6").fill("2");
    await press(/Continuer vers la livraison/);
    await eye.lookHere(page, "telephone, delivery");
    await press(/Continuer vers la vérification/);
    await eye.lookHere(page, "telephone, delivery with errors");
    await page.locator("#f-caller_name").fill("Jeanne Martin");
    await page.locator("#f-caller_email").fill("appel8@exemple.fr");
    await page.locator("#f-caller_phone").fill("04 72 00 00 00");
    await page.locator("#f-contactless").check();
    await press(/Continuer vers la vérification/);
    await eye.lookHere(page, "telephone, check");
    await press(/^Réserver/);
    await page.waitForURL(/\/console\/commandes\/[0-9A-Z]+$/);
    await page.goto(`${till.url}/console/telephone/${siren(5)}/effectif`);
    await press(/Enregistrer la déclaration/);
    await eye.lookHere(page, "telephone, declaration with errors");
    await context.close();
  });
});
