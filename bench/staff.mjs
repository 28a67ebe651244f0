// SPDX-License-Identifier: Apache-2.0
// staff.mjs - what benches of the organiser's pages share: somebody signed in, pages and their cost
// by the server's own log.
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { sql } from "../test/till.mjs";

const STAFF = 1 | 8 | 1024; // Signed in, administrator, auditor.

// Straight into the database; the cookie.
export function signIn(database, slug) {
  const cookie = `s${randomBytes(32).toString("base64url")}`;
  const hash = createHash("sha256").update(cookie).digest("hex");
  const now = Date.now();
  const [{ id }] = sql(database, `SELECT organiser_id AS id FROM campaign WHERE slug = '${slug}'`);
  sql(database, `INSERT INTO account (id, email, rights, organiser_id, created_ms, signed_in_ms)
      VALUES (900000, 'board@example.org', ${STAFF}, ${id}, 1, 0) ON CONFLICT DO NOTHING;
    INSERT INTO session (id_hash, account_id, organiser_id, siren, company, email, rights,
      created_ms, seen_ms, expires_ms) VALUES ('${hash}', 900000, ${id}, 0, '',
      'board@example.org', ${STAFF}, ${now}, ${now}, ${now + 86_400_000})`);
  return `maillon=${cookie}`;
}

export const logged = (server, what) => server.log().split("\n")
  .filter((l) => l.includes(`"what":"${what}"`)).map((l) => JSON.parse(l));

export function cpuMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

export const mark = (server) =>
  ({ runs: logged(server, "figures_folded").length, cpu: cpuMs(server.pid) });
export const FROM_START = { runs: 0, cpu: 0 };

// Waits until nothing is left to fold; what that took since the mark.
export async function folded(server, since) {
  for (const end = Date.now() + 1_800_000; Date.now() < end;) {
    await new Promise((r) => setTimeout(r, 1000));
    const [{ left }] = sql(server.database, "SELECT (SELECT MAX(id) FROM stock_movement) - " +
      "movement_id AS left FROM figure_fold");
    if (Number(left) > 0) continue;
    const runs = logged(server, "figures_folded").slice(since.runs);
    const sum = (key) => runs.reduce((a, r) => a + r[key], 0);
    return { movements: sum("movements"), ms: sum("ms"), cpu_ms: cpuMs(server.pid) - since.cpu };
  }
  throw new Error("the orders were not folded in half an hour");
}

export const at = (list, share) => list.toSorted((a, b) => a - b)[Math.floor(list.length * share)];
