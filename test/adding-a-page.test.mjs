// SPDX-License-Identifier: Apache-2.0
// The example of doc/adding-a-page.md, taken out of the text, built and asked for.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync }
  from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";

const SOURCES = ["Makefile", "package.json", "package-lock.json", "src", "schema", "assets", "doc",
  "tools", "test/fixture.c", "test/fixture.h", "test/shop.c", "test/shop.h"];

test("the documented page builds and answers", { timeout: 900_000 }, async () => {
  const dir = mkdtempSync(join(process.env.MAILLON_TEST_TMP ?? tmpdir(), "maillon-page."));
  try {
    for (const name of SOURCES)
      cpSync(name, join(dir, name), { recursive: true, preserveTimestamps: true });
    symlinkSync(resolve("node_modules"), join(dir, "node_modules"));
    // What is compiled already is kept; the dates tell make what is not.
    cpSync("build", join(dir, "build"), { recursive: true, preserveTimestamps: true,
      filter: (path) => !/^build\/(asan|fuzz|test|bench)/.test(path) });
    const text = readFileSync("doc/adding-a-page.md", "utf8");
    let files = 0;
    for (const [, path, body] of text.matchAll(/```\w+ (src\/\S+)\n([\s\S]*?)```/g)) {
      const to = join(dir, path);
      mkdirSync(dirname(to), { recursive: true });
      writeFileSync(to, path === "src/routes.h" ? `${readFileSync(to, "utf8")}\n${body}` : body);
      files++;
    }
    assert.equal(files, 5);
    // A new statement gives all of them new numbers, so most is compiled again: without the
    // optimiser, with all warnings.
    execFileSync("make", ["-s", "-j2", "all", "CFLAGS=-O0 -g0 -U_FORTIFY_SOURCE"],
      { cwd: dir, stdio: ["ignore", "inherit", "inherit"] });

    process.env.MAILLON_BIN = join(dir, "build/maillon");
    const { startServer } = await import("./server.mjs");
    const server = await startServer();
    try {
      const db = server.database.db.replace("sqlite:", "");
      execFileSync("sqlite3", ["-cmd", ".timeout 20000", db,
        "INSERT INTO setting VALUES ('avis:7', 'Fermé le <lundi>')"]);
      const answer = await fetch(`${server.url}/avis/7`);
      assert.equal(answer.status, 200);
      assert.match(await answer.text(), /Fermé le &lt;lundi&gt;/);
      assert.equal((await fetch(`${server.url}/avis/8`)).status, 404);
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
