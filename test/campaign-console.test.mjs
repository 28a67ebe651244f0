// SPDX-License-Identifier: Apache-2.0
// An organiser's campaign in the console, on both engines: its rules in words, a change from the
// first word to force by two people, a dry run, a pause; and what each page looks like.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { openEye } from "./axe.mjs";
import { COMPANIES, importCompanies } from "./companies.mjs";
import { fieldsOf, words } from "./forms.mjs";
import { person } from "./person.mjs";
import { engines, startServer } from "./server.mjs";
import { sql } from "./till.mjs";
import { until } from "./wait.mjs";

const HOME = "/console/campagnes/masques-pme";
for (const engine of engines()) {
  describe(`campaign in the console [${engine}]`, () => {
    let server, admin, second, auditor, other, eye, database;

    const must = (...args) => {
      const r = server.run(...args);
      assert.equal(r.status, 0, `${args.join(" ")}: ${r.stderr}`);
      return r.stdout;
    };
    const publicText = async (path) =>
      words(await (await fetch(server.url + path, { redirect: "manual" })).text());
    // A page looks the same on both engines: once is enough.
    const look = async (path) => {
      if (engine !== engines()[0]) return;
      await eye.look(server.url + path, { cookie: `maillon=${admin.cookies.get("maillon")}` });
    };
    // Opens a form, changes some of its fields, sends it.
    const change = async (who, path, fields, action = path) => {
      const page = await who.get(path);
      assert.equal(page.status, 200, `${path}: ${page.status}`);
      const all = { ...fieldsOf(page.text, action), ...fields };
      for (const [name, value] of Object.entries(all)) if (value === null) delete all[name];
      return who.post(action, all);
    };
    const begin = async (who = admin, version = 1) => {
      await who.get(HOME);
      const r = await who.post(`${HOME}/brouillons`, { version: String(version) });
      assert.equal(r.status, 303);
      assert.match(r.location, /\/brouillons\/\d+$/);
      return r.location;
    };
    // Waits for the dry run of a draft to end.
    const tried = async (draft) => {
      await admin.get(draft);
      const begun = await admin.post(`${draft}/simulation`);
      assert.match(begun.location, /\/simulations\/\d+$/);
      await until("the dry run ends", async () =>
        JSON.parse((await admin.get(`${begun.location}/etat`)).text).reload);
      return begun.location;
    };
    const decide = async (who, act, decision, reason = "Vu.") => {
      await who.get(`/console/approbations/${act}`);
      return who.post(`/console/approbations/${act}`, { decision, reason });
    };
    const ask = async (draft, fields = {}) => {
      const r = await change(admin, `${draft}/publication`,
        { motif: "Élargir dès aujourd’hui.", ...fields });
      if (r.status !== 303) return { r };
      const page = await admin.get(draft);
      return { r, act: /\/console\/approbations\/(\d+)/.exec(page.text)?.[1] };
    };

    before(async () => {
      server = await startServer({ engine, env: { MAILLON_DEMO: "1" } });
      database = server.database;
      importCompanies(server);
      must("campaign", "publish", "demo/masques-pme.json", "--open-now", "moins-de-10");
      must("campaign", "publish", "demo/aura.json", "--open-now", "first");
      for (const [who, role, organiser] of [["chef", "admin", "masques-pme"],
        ["chef2", "admin", "masques-pme"], ["lecture", "auditor", "masques-pme"],
        ["voisin", "admin", "aura"]])
        must("account", "grant", `${who}@exemple.fr`, "--organiser", organiser, "--role", role);
      [admin, second, auditor, other] =
        [person(server), person(server), person(server), person(server)];
      await admin.signIn("chef@exemple.fr");
      await second.signIn("chef2@exemple.fr");
      await auditor.signIn("lecture@exemple.fr");
      await other.signIn("voisin@exemple.fr");
      eye = await openEye();
    });
    after(async () => {
      await eye?.close();
      await server?.stop();
    });

    test("the list shows the organiser's own campaigns with their state", async () => {
      const page = await admin.get("/console/campagnes");
      assert.equal(page.status, 200);
      const text = words(page.text);
      for (const part of ["Masques pour les petites entreprises", "En vente",
        "10 000 000 masques"]) assert.ok(text.includes(part), `${part} in ${text}`);
      assert.doesNotMatch(page.text, /Auvergne/);
      assert.equal((await admin.get("/console/campagnes/aura")).status, 404);
      assert.equal((await other.get(HOME)).status, 404);
    });

    test("the rules stand in whole words, all of them", async () => {
      const text = words((await auditor.get(HOME)).text);
      for (const part of ["4 masques par personne, par période de 15 jours",
        "les salariés et le dirigeant", "Lot de 40 masques", "92,50 € hors taxes", "5,5 %",
        "à l’heure de chaque territoire", "49 salariés au plus", "30 minutes",
        "15 jours, depuis la commande précédente", "9 400 000", "FR25900000019", "10 à 19, 20 à 49",
        "catégorie 1"])
        assert.ok(text.includes(part), `${part} in ${text}`);
      assert.doesNotMatch(text, /Proposer un changement|Suspendre les ventes/);
      const file = await auditor.get(`${HOME}/versions/1/regles.json`);
      assert.equal(JSON.parse(file.text).slug, "masques-pme");
      assert.match(file.headers.get("content-disposition"), /masques-pme-version-1\.json/);
      assert.equal((await auditor.get(`${HOME}/versions/9`)).status, 404);
    });

    let draft, run, act;

    test("a draft begins as the version in force and keeps what is typed", async () => {
      draft = await begin();
      assert.match(words((await admin.get(draft)).text), /dit la même chose que la version/);
      let r = await change(admin, `${draft}/modifier/quota`, { unites: "huit" });
      assert.equal(r.status, 422);
      assert.match(words(r.text),
        /Unités par personne : indiquez un nombre entier de 0 à 1 000 000/);
      assert.match(r.text, /<title>Erreur/);
      // What was typed is in the draft, and the page says what is wrong with it.
      const page = await admin.get(draft);
      assert.match(words(page.text), /Il y a un point à corriger/);
      assert.match(page.text, /quota\/per_head, ligne \d+/);
      assert.match((await admin.get(`${draft}/modifier/quota`)).text, /value="huit"/);
      r = await change(admin, `${draft}/modifier/quota`, { unites: "8" });
      assert.equal(r.status, 303);
      assert.match(words((await admin.get(draft)).text),
        /Quota 4 masques par personne, par période de 15 jours 8 masques par personne/);
    });

    test("forms for hours, prices, territories and groups", async () => {
      const cases = [
        ["lot-1", { prix: "16,90" }, /17,80 € hors taxes 16,90 € hors taxes/],
        ["tva-1", { taux: "2,1" }, /5,5 % 2,1 %/],
        ["commande", { reservation: "45" }, /30 minutes 45 minutes/],
        ["admission", { "reseaux-cci": null, "reseaux-cma": null }, /tous les réseaux/],
        ["groupe-3", { "ouvre-reunion": "2031-05-02T08:00" },
          /La Réunion : vendredi 2 mai 2031 à 8 h/],
        ["stock-2", { nom: "Outre-mer et îles" }, /Outre-mer et îles/],
        ["vente", { nom: "Masques pour tous" }, /Masques pour tous/],
      ];
      for (const [part, fields, want] of cases) {
        const r = await change(admin, `${draft}/modifier/${part}`, fields);
        assert.equal(r.status, 303, `${part}: ${words(r.text)}`);
        assert.match(words((await admin.get(draft)).text), want, part);
      }
      let r = await change(admin, `${draft}/modifier/groupe-nouveau`,
        { nom: "Associations", "effectif-max": "9", ouvre: "2031-06-01T08:00" });
      assert.equal(r.status, 303, words(r.text));
      assert.match(words((await admin.get(draft)).text), /Groupe ajouté rien « Associations »/);
      // Taken out again, and the group before it stays.
      const path = `${draft}/modifier/groupe-4`;
      r = await change(admin, path, { geste: "retirer" });
      assert.equal(r.status, 303);
      assert.doesNotMatch(words((await admin.get(draft)).text), /« Associations »/);
      assert.equal((await admin.get(path)).status, 404);
      for (const part of ["groupe-9", "rien", "quota-1", "lot-nouveau"])
        assert.equal((await admin.get(`${draft}/modifier/${part}`)).status, 404, part);
    });

    test("two who write at once do not overwrite each other", async () => {
      const path = `${draft}/modifier/commande`;
      const page = await second.get(path);
      const theirs = fieldsOf(page.text, path);
      assert.equal((await change(admin, path, { reservation: "50" })).status, 303);
      const r = await second.post(path, { ...theirs, reservation: "55" });
      assert.equal(r.status, 422);
      assert.match(words(r.text), /a changé pendant que vous écriviez/);
      assert.match(r.text, /name="reservation"[^>]*value="55"/);
      // Sent again from that page it is written.
      assert.equal((await second.post(path,
        { ...fieldsOf(r.text, path), reservation: "55" })).status, 303);
      assert.match(words((await admin.get(draft)).text), /30 minutes 55 minutes/);
    });

    test("the whole file is sent or pasted, its faults named by path and line", async () => {
      const path = `${draft}/fichier`;
      const page = await admin.get(path);
      const { rev, texte } = fieldsOf(page.text, path);
      let r = await admin.post(path, { rev, texte: texte.replace("\"per_head\": 8",
        "\"per_head\": -1") });
      assert.equal(r.status, 422);
      assert.match(words(r.text), /indiquez un nombre entier .*\/quota\/per_head, ligne \d+/);
      r = await change(admin, path, { texte: "{ pas du JSON" });
      assert.equal(r.status, 422);
      assert.match(words(r.text), /ce n’est pas du JSON/);
      // No form can show such a text: it leads to the file.
      assert.equal((await admin.get(`${draft}/modifier/quota`)).location, path);
      r = await change(admin, path, { texte: "  " });
      assert.match(words(r.text), /Collez le texte du fichier/);
      r = await change(admin, path, { texte: texte.replace("\"slug\": \"masques-pme\"",
        "\"slug\": \"autre\"") });
      assert.match(words(r.text), /laissez « masques-pme »/);
      const send = async (bytes) => {
        const form = new FormData();
        form.set("csrf", admin.csrf);
        form.set("rev", fieldsOf((await admin.get(path)).text, path).rev);
        form.set("fichier", new Blob([bytes]), "regles.json");
        return fetch(server.url + path, { method: "POST", body: form, redirect: "manual",
          headers: { cookie: [...admin.cookies].map(([k, v]) => `${k}=${v}`).join("; ") } });
      };
      await admin.get(path);
      assert.equal((await send(Buffer.from([0xff, 0xfe, 0x7b]))).status, 422);
      const back = await send(texte);
      assert.equal(back.status, 303, words(await back.text()));
      assert.match(words((await admin.get(draft)).text), /30 minutes 55 minutes/);
    });

    test("it is not asked for before it was tried", async () => {
      const want = /Simulez d’abord ce brouillon/;
      assert.match(words((await admin.get(`${draft}/publication`)).text), want);
      const r = await admin.post(`${draft}/publication`, { motif: "Élargir." });
      assert.equal(r.status, 422);
      assert.match(words(r.text), want);
    });

    test("a dry run says who gains, what they may claim, how long stock lasts", async () => {
      run = await tried(draft);
      const text = words((await auditor.get(run)).text);
      for (const part of ["Terminée", "entreprises admises", "Réseau non admis",
        "trop peu de commandes pour le dire", "France métropolitaine et Corse", "10 à 19",
        "Ce qui change, et pour qui", "Droit plus grand : ", "importé le"])
        assert.ok(text.includes(part), `${part} in ${text}`);
      // The association is admitted by no network any more.
      assert.match(text, /Nouvelles : \+ 1 entreprise\. Ce qui les excluait : Réseau non admis/);
      assert.match(words((await admin.get(draft)).text), /Résultat \d+ entreprises? admises/);
      const id = run.split("/").pop();
      assert.equal((await other.get(`/console/campagnes/aura/simulations/${id}`)).status, 404);
      // A change makes it old, and says so.
      await change(admin, `${draft}/modifier/quota`, { unites: "10" });
      assert.match(words((await admin.get(run)).text), /Le brouillon a changé depuis/);
      run = await tried(draft);
    });

    test("it goes to a second person with its differences and figures", async () => {
      const asked = await ask(draft);
      assert.equal(asked.r.status, 303, words(asked.r.text));
      act = asked.act;
      const text = words((await second.get(`/console/approbations/${act}`)).text);
      for (const part of ["Publication de règles", "Quota : 4 masques", "10 masques par personne",
        "Simulation :", "Voir le détail", "Élargir dès aujourd’hui."])
        assert.ok(text.includes(part), `${part} in ${text}`);
      assert.match(words((await admin.get(draft)).text), /Attend une deuxième personne/);
      // What waits is not changed, and not approved by who asked.
      const r = await admin.get(`${draft}/modifier/quota`);
      assert.equal(r.location, draft);
      assert.equal((await decide(admin, act, "approuver")).status, 403);
    });

    test("approved, it is in force at once, for the public and the API", async () => {
      assert.equal((await decide(second, act, "approuver")).status, 303);
      assert.match(await publicText("/c/masques-pme/regles"), /10 masques par salarié/);
      const api = await (await fetch(`${server.url}/api/v1/campaigns/masques-pme`)).json();
      assert.equal(api.version, 2);
      assert.equal(api.quota.per_head, 10);
      assert.match(words((await admin.get(draft)).text), /Publié, version 2/);
      const home = words((await admin.get(HOME)).text);
      assert.match(home, /Version 2 .* chef@exemple\.fr, approuvée par chef2@exemple\.fr/);
      const diff = words((await auditor.get(`${HOME}/differences?de=1&a=2`)).text);
      assert.match(diff, /Quota 4 masques par personne.* 10 masques par personne/);
      assert.match(words((await auditor.get(`${HOME}/differences?de=2&a=2`)).text),
        /la même version/);
      const journal = words((await auditor.get("/console/journal?acte=policy.publish")).text);
      assert.match(journal, /Règles publiées .*Quota 4 masques .* 10 masques/);
    });

    test("a draft of an older version is taken over, conflicts are chosen", async () => {
      const one = await begin(admin, 2);
      const two = await begin(admin, 2);
      assert.match(words((await admin.get(two)).text), /D’autres brouillons sont ouverts/);
      await change(admin, `${one}/modifier/quota`, { unites: "12" });
      await change(admin, `${two}/modifier/quota`, { unites: "14" });
      await change(admin, `${two}/modifier/commande`, { reservation: "60" });
      await tried(two);
      const first = await ask(two);
      await tried(one);
      const { act: late } = await ask(one);
      assert.equal((await decide(second, first.act, "approuver")).status, 303);
      // The other request is refused, with the reason, and stays.
      const r = await decide(second, late, "approuver");
      assert.equal(r.status, 303);
      assert.match(words((await second.get(`/console/approbations/${late}`)).text),
        /La version 3 est en vigueur/);
      assert.equal(sql(database, "SELECT version AS v FROM campaign WHERE slug = 'masques-pme'")[0]
        .v, 3);
      await decide(admin, late, "retirer");
      assert.match(words((await admin.get(one)).text), /La version 3 est en vigueur depuis/);
      assert.equal((await admin.post(`${one}/publication`, { motif: "Élargir." })).status, 422);
      let page = await admin.get(`${one}/reprise`);
      assert.match(words(page.text), /Changé des deux côtés .*12 masques.*14 masques/);
      await look(`${one}/reprise`);
      assert.equal((await admin.post(`${one}/reprise`)).status, 200);
      assert.equal((await admin.post(`${one}/reprise`, { garder: "brouillon" })).status, 303);
      page = await admin.get(one);
      assert.match(words(page.text), /14 masques par personne.* 12 masques par personne/);
      assert.doesNotMatch(words(page.text), /60 minutes 55 minutes/);
      assert.equal((await admin.post(`${one}/abandon`)).status, 303);
      assert.match(words((await admin.get(one)).text), /Abandonné/);
      assert.equal((await admin.get(`${one}/modifier/quota`)).location, one);
    });

    test("what takes effect at once is confirmed first", async () => {
      const d = await begin(admin, 3);
      await change(admin, `${d}/modifier/groupe-2`, { ferme: "2021-01-01T08:00" });
      assert.match(words((await admin.get(d)).text),
        /Fermeture.*n’est plus|indiquez une fermeture/);
      const soon = new Date(Date.now() + 30_000).toLocaleString("sv", { timeZone: "Europe/Paris" })
        .replace(" ", "T");
      await change(admin, `${d}/modifier/groupe-2`, { ferme: soon });
      assert.match(words((await admin.get(d)).text), /ne peut plus commander dès la publication/);
      await tried(d);
      const refused = await ask(d);
      assert.equal(refused.r.status, 422);
      assert.match(words(refused.r.text), /Cochez la case/);
      await look(`${d}/publication`);
      const { act: sure } = await ask(d, { maintenant: "1" });
      assert.ok(sure);
      assert.equal((await decide(second, sure, "refuser", "Pas aujourd’hui.")).status, 303);
      assert.match(words((await admin.get(d)).text),
        /refusée par chef2@exemple\.fr Pas aujourd’hui\./);
    });

    test("a dry run is stopped", async () => {
      const d = await begin(admin, 3);
      await change(admin, `${d}/modifier/quota`, { unites: "16" });
      await admin.get(d);
      const { location } = await admin.post(`${d}/simulation`);
      // Whatever it has come to by now, it is over after this.
      await admin.post(`${location}/arret`);
      assert.match(words((await admin.get(location)).text), /Arrêtée|Terminée/);
      sql(database, `UPDATE dry_run SET state = 2, done = 5, total = 10, changed_ms = ` +
        `${Date.now() - 1000}, began_ms = ${Date.now() - 3000} WHERE id = ` +
        `${location.split("/").pop()}`);
      const text = words((await admin.get(location)).text);
      assert.match(text, /En cours .*5 sur 10 .*Encore \d s environ/);
      await look(location);
      await admin.post(`${location}/arret`);
      assert.match(words((await admin.get(location)).text), /Arrêtée/);
      sql(database, `UPDATE dry_run SET state = 2, changed_ms = ${Date.now() - 600_000} ` +
        `WHERE id = ${location.split("/").pop()}`);
      assert.match(words((await admin.get(location)).text), /ne donne plus signe de vie/);
    });

    test("a pause is public at once, and over at once", async () => {
      const path = `${HOME}/suspension`;
      let r = await change(admin, path, { message: "Inventaire jusqu’à 14 h, à tout de suite." },
        `${path}`);
      assert.equal(r.status, 422);
      assert.match(words(r.text), /Motif : ce champ est vide/);
      const fields = { message: "Inventaire jusqu’à 14 h,\r\nà tout de suite.",
        motif: "Écart de stock à Lyon" };
      r = await admin.post(`${path}/apercu`, fields);
      assert.match(words(r.text),
        /Ce que les entreprises liront Suspendue Inventaire jusqu’à 14 h, à/);
      assert.match(await publicText("/c/masques-pme"), /Ouverte/);
      r = await admin.post(path, fields);
      assert.equal(r.status, 303);
      assert.match(await publicText("/c/masques-pme"),
        /Suspendue Inventaire jusqu’à 14 h, à tout de suite\./);
      const api = await (await fetch(`${server.url}/api/v1/campaigns/masques-pme`)).json();
      assert.deepEqual([api.status, api.pause_message],
        ["paused", "Inventaire jusqu’à 14 h, à tout de suite."]);
      const siret = COMPANIES.small.siret;
      assert.match(await publicText(`/c/masques-pme/verifier?siret=${siret}`), /Inventaire jusqu/);
      const home = words((await auditor.get(HOME)).text);
      assert.match(home, /Ventes suspendues depuis le .*, soit \d+ (s|min)/);
      assert.match(home, /Écart de stock à Lyon/);
      await look(HOME);
      await look(path);
      assert.equal((await admin.get(HOME)).text.includes("Reprendre les ventes"), true);
      r = await admin.post(`${HOME}/reprise`, { "motif-reprise": "Compté." });
      assert.equal(r.status, 303);
      assert.match(await publicText("/c/masques-pme"), /Ouverte/);
      const journal = words((await auditor.get("/console/journal?acte=campaign.")).text);
      assert.match(journal, /Ventes reprises .*Motif : Compté\..*Ventes suspendues/);
      // By the command too, in the same journal.
      must("campaign", "pause", "masques-pme", "Panne du paiement.");
      assert.match(words((await admin.get(HOME)).text),
        /« Panne du paiement\. »\. Par ligne de commande\./);
      must("campaign", "resume", "masques-pme");
    });

    test("a breach is shown apart and not ended here", async () => {
      sql(database, `INSERT INTO sales_closed VALUES (1, ${Date.now()}, 'invariant I2')`);
      const text = words((await admin.get(HOME)).text);
      assert.match(text, /Fermée par le contrôle/);
      assert.match(text, /invariant I2.*maillon check --reopen/);
      assert.doesNotMatch(text, /Reprendre les ventes/);
      assert.match(words((await admin.get("/console/campagnes")).text), /Fermée par le contrôle/);
      sql(database, "DELETE FROM sales_closed");
    });

    test("an auditor reads all of it and changes nothing", async () => {
      for (const path of ["/console/campagnes", HOME, `${HOME}/versions/1`,
        `${HOME}/versions/1/regles.json`, `${HOME}/differences`, draft, `${draft}/fichier`,
        `${draft}/regles.json`, run])
        assert.equal((await auditor.get(path)).status, 200, path);
      for (const path of [`${draft}/modifier/quota`, `${draft}/publication`, `${draft}/reprise`,
        `${HOME}/suspension`])
        assert.equal((await auditor.get(path)).status, 403, path);
      await auditor.get(HOME);
      for (const path of [`${HOME}/brouillons`, `${draft}/modifier/quota`, `${draft}/fichier`,
        `${draft}/publication`, `${draft}/abandon`, `${draft}/simulation`, `${HOME}/suspension`,
        `${HOME}/reprise`, `${run}/arret`])
        assert.equal((await auditor.post(path, { version: "1" })).status, 403, path);
      // Another organiser's administrator finds none of it, by any of the addresses.
      const tails = [draft.slice(HOME.length), run.slice(HOME.length)];
      for (const tail of tails)
        assert.equal((await other.get(`/console/campagnes/aura${tail}`)).status, 404, tail);
    });

    test("each page is as it should be", async () => {
      const d = await begin(admin, 3);
      await look("/console/campagnes");
      await look(HOME);
      await look(`${HOME}/versions/2`);
      await look(`${HOME}/differences`);
      await look(d);
      for (const part of ["vente", "admission", "groupe-1", "groupe-3", "groupe-nouveau", "quota",
        "lot-1", "tva-1", "commande", "stock-1"])
        await look(`${d}/modifier/${part}`);
      await change(admin, `${d}/modifier/groupe-3`,
        { ouvre: "", "ouvre-reunion": "2031-05-02T08:00", nom: "" });
      await look(d);
      await look(`${d}/modifier/groupe-3`);
      await look(`${d}/fichier`);
      await look(`${HOME}/suspension`);
      await look(run);
      await look(`${d}/reprise`);
    });

    test("the file of the demonstration comes through the forms unchanged", async () => {
      const d = await begin(admin, 1);
      const { texte } = fieldsOf((await admin.get(`${d}/fichier`)).text, `${d}/fichier`);
      for (const part of ["vente", "admission", "groupe-1", "groupe-2", "groupe-3", "quota",
        "lot-1", "lot-2", "tva-1", "tva-2", "tva-3", "tva-4", "commande", "stock-1", "stock-2"])
        assert.equal((await change(admin, `${d}/modifier/${part}`, {})).status, 303, part);
      const after = fieldsOf((await admin.get(`${d}/fichier`)).text, `${d}/fichier`).texte;
      assert.equal(after, texte);
      const file = JSON.parse(readFileSync("demo/masques-pme.json", "utf8"));
      assert.equal(JSON.parse(after).quota.per_head, file.quota.per_head);
    });
  });
}
