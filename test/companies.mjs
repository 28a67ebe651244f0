// SPDX-License-Identifier: Apache-2.0
// companies.mjs - a small register of known companies, as INSEE's two files, for conversations.
//
//   importCompanies(server);  // the COMPANIES below, by "maillon registry import"
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

// The digit that makes Luhn's sum fit.
const luhn = (digits) => {
  for (let key = 0; key < 10; key++) {
    const sum = [...`${digits}${key}`].reverse().reduce((s, c, i) => {
      const n = Number(c) * (i % 2 ? 2 : 1);
      return s + (n > 9 ? n - 9 : n);
    }, 0);
    if (sum % 10 === 0) return `${digits}${key}`;
  }
  return null;
};
export const siretOf = (number) => luhn(luhn(String(30000000 + number)) + "0001");

const company = (number, more) => ({
  siret: siretOf(number), name: `SOCIETE NUMERO ${number}`, band: "11", category: "5710",
  commune: "69381", postal: "69001", city: "LYON", craft: "", active: true, partial: false,
  person: "", ...more,
});

export const COMPANIES = {
  lyon: company(1, { siret: "73282932000074", name: "ATELIER DU RHONE" }),
  small: company(2, { band: "01" }),
  reunion: company(3, { band: "02", commune: "97411", postal: "97400", city: "SAINT-DENIS" }),
  large: company(4, { band: "21" }),
  unknown: company(5, { band: "" }),
  ceased: company(6, { active: false }),
  trader: company(7, { category: "1000", name: "", person: "MARTIN", craft: "1071CA", band: "01" }),
  hidden: company(8, { category: "1000", name: "", person: "[ND]", partial: true, craft: "1071CA",
    band: "01" }),
  paris: company(9, { commune: "75101", postal: "75001", city: "PARIS" }),
  association: company(10, { category: "9220" }),
};

const line = (fields) => fields.map((f) => (/[",]/.test(f) ? `"${f.replaceAll('"', '""')}"` : f))
  .join(",");

export function importCompanies(server, list = Object.values(COMPANIES)) {
  const units = [
    "siren,statutDiffusionUniteLegale,dateCreationUniteLegale,trancheEffectifsUniteLegale," +
    "anneeEffectifsUniteLegale,etatAdministratifUniteLegale,prenom1UniteLegale,nomUniteLegale," +
    "denominationUniteLegale,categorieJuridiqueUniteLegale,activitePrincipaleUniteLegale," +
    "nomenclatureActivitePrincipaleUniteLegale,nicSiegeUniteLegale"];
  const sites = [
    "siren,nic,siret,statutDiffusionEtablissement,etablissementSiege," +
    "etatAdministratifEtablissement,activitePrincipaleRegistreMetiersEtablissement," +
    "numeroVoieEtablissement,typeVoieEtablissement,libelleVoieEtablissement," +
    "codePostalEtablissement,libelleCommuneEtablissement,codeCommuneEtablissement"];
  for (const c of [...list].sort((x, y) => (x.siret < y.siret ? -1 : 1))) {
    const siren = c.siret.slice(0, 9), nic = c.siret.slice(9);
    const hide = (s) => (c.partial ? "[ND]" : s);
    units.push(line([siren, c.partial ? "P" : "O", "2001-03-05", c.band, c.band ? "2022" : "",
      c.active ? "A" : "C", c.person && hide("JEANNE"), c.person, c.name, c.category, "10.71C",
      "NAFRev2", nic]));
    sites.push(line([siren, nic, c.siret, c.partial ? "P" : "O", "true", c.active ? "A" : "F",
      c.craft, hide("12"), hide("RUE"), hide("DE LA REPUBLIQUE"), c.postal, c.city, c.commune]));
  }
  const a = join(server.dir, "units.csv"), b = join(server.dir, "establishments.csv");
  writeFileSync(a, units.join("\n") + "\n");
  writeFileSync(b, sites.join("\n") + "\n");
  const r = server.run("registry", "import", "--units", a, "--establishments", b);
  assert.equal(r.status, 0, r.stderr + r.stdout);
}
