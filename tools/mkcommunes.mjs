// SPDX-License-Identifier: Apache-2.0
// mkcommunes.mjs OUT.c - makes the table of communes that the register generator draws from and
// that postal codes are looked up in.
//
// One line a commune: INSEE code, label as in the register, postal codes with a comma between,
// population. Paris, Lyon and Marseille stand there by arrondissement, as in the register; the
// Pacific is left out, for it has registers of its own. Then one row for each postal code of each
// commune, in the order of the codes, the most peopled commune of a code first.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const source = require.resolve("@etalab/decoupage-administratif/data/communes.json");
const divided = new Set(["75056", "13055", "69123"]);

const label = (name) =>
  name.replace(/ \d+er? Arrondissement$/, "").replace(/œ/g, "oe").replace(/Œ/g, "OE")
    .normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/’/g, "'").toUpperCase();

const lines = JSON.parse(readFileSync(source, "utf8"))
  .filter((c) => (c.type === "commune-actuelle" && !divided.has(c.code)) ||
    c.type === "arrondissement-municipal")
  .filter((c) => !c.code.startsWith("98") && c.codesPostaux?.length && c.population > 0)
  .map((c) => `${c.code};${label(c.nom)};${c.codesPostaux.join(",")};${c.population}`);

for (const line of lines)
  if (!/^[0-9AB]{5};[A-Z0-9'() -]+;[0-9,]+;[0-9]+$/.test(line))
    throw new Error(`a commune that the table has no form for: ${line}`);

const rows = [];
let at = 0;
for (const line of lines) {
  const [, , codes, population] = line.split(";");
  for (const code of codes.split(",")) rows.push({ code, at, population: Number(population) });
  at += line.length + 1;
}
rows.sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : b.population - a.population));

writeFileSync(process.argv[2], `/* Made by tools/mkcommunes.mjs. */
#include "registry/commune.h"

const char commune_table[] =
${lines.map((line) => `    "${line}\\n"`).join("\n")};
const size_t commune_table_len = sizeof commune_table - 1;
const size_t commune_table_count = ${lines.length};
const struct postal_row postal_table[] = {
${rows.map((row) => `    {"${row.code}", ${row.at}},`).join("\n")}
};
const size_t postal_table_count = ${rows.length};
`);
