// SPDX-License-Identifier: Apache-2.0
// stream.test.mjs - answers in pieces, tried on the journal as a file: a long one comes whole with
// its count and digest and takes little memory; a client that leaves, reads slowly or asks for too
// many at once harms nobody.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { person } from "./person.mjs";
import { engines, startServer } from "./server.mjs";
import { sql } from "./till.mjs";
import { until } from "./wait.mjs";

const ROWS = 120_000;
const PATH = "/console/journal.csv?acte=essai";

const fill = (engine, organiser) => engine === "sqlite"
  ? "INSERT INTO audit (organiser_id, account_id, act, subject, subject_id, before_json, " +
    "after_json, reason, at_ms) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n " +
    `WHERE i < ${ROWS}) SELECT ${organiser}, 0, 'essai', 'order', i, '', '{"n":' || i || '}', ` +
    "'Une raison assez longue, avec \"guillemets\", virgules et =SOMME(A1).', 1000 + i FROM n"
  : "INSERT INTO audit (organiser_id, account_id, act, subject, subject_id, before_json, " +
    `after_json, reason, at_ms) SELECT ${organiser}, 0, 'essai', 'order', i, '', '{"n":' || i || ` +
    "'}', 'Une raison assez longue, avec \"guillemets\", virgules et =SOMME(A1).', 1000 + i " +
    // What autovacuum does within a minute.
    `FROM generate_series(1, ${ROWS}) AS g (i); ANALYZE audit`;

const memoryKiB = (server) =>
  Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))[1]);

for (const engine of engines()) {
  describe(`answers in pieces [${engine}]`, () => {
    let server, cookie, p;
    before(async () => {
      server = await startServer({ engine, env: { MAILLON_DEMO: "1" } });
      const must = (...args) => assert.equal(server.run(...args).status, 0, args.join(" "));
      must("campaign", "publish", "demo/masques-pme.json", "--open-now", "first");
      must("account", "grant", "chef@exemple.fr", "--organiser", "masques-pme", "--role", "admin");
      p = person(server);
      await p.signIn("chef@exemple.fr");
      cookie = [...p.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const [{ id }] = sql(server.database,
        "SELECT id AS id FROM organiser WHERE slug = 'masques-pme'");
      sql(server.database, fill(engine, id));
    });
    after(() => server?.stop());

    // The answer's head once it is there; its body is not read yet.
    const ask = (options = {}) => new Promise((resolve, reject) => {
      const r = request(server.url + PATH, { headers: { cookie }, agent: false, ...options });
      r.once("response", resolve);
      r.once("error", reject);
      r.end();
    });
    const drain = async (response) => {
      for await (const piece of response) void piece;
      return response.complete;
    };
    const streams = async () => {
      const r = await fetch(`${server.url}/metrics`);
      return Number(/^maillon_http_streams (\d+)$/m.exec(await r.text())[1]);
    };
    const wellAfter = async () => {
      await until("the end of every answer in pieces", async () => await streams() === 0);
      assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
    };

    test("a long file comes whole, with its count and digest, and takes little memory",
      async () => {
        // Every connection's cache has its size then.
        await Promise.all([1, 2, 3, 4].map(async () => drain(await ask())));
        const before = memoryKiB(server);
        const r = await ask();
        assert.equal(r.statusCode, 200);
        assert.equal(r.headers["transfer-encoding"], "chunked");
        assert.equal(r.headers["content-length"], undefined);
        assert.match(r.headers.trailer, /Repr-Digest/);
        const hash = createHash("sha256");
        let rows = -1, bytes = 0, most = 0;
        for await (const piece of r) {
          hash.update(piece);
          bytes += piece.length;
          for (const byte of piece) rows += byte === 10;
          most = Math.max(most, memoryKiB(server));
        }
        assert.equal(r.complete, true);
        assert.equal(rows, ROWS);
        assert.ok(bytes > 10_000_000);
        assert.equal(r.trailers["x-row-count"], String(ROWS));
        assert.equal(r.trailers["repr-digest"], `sha-256=:${hash.digest("base64")}:`);
        assert.ok(most - before < bytes / 1024 / 4, `${before} KiB, then ${most} KiB`);
        await wellAfter();
        const noted = sql(server.database, "SELECT after_json AS after FROM audit " +
          "WHERE act = 'journal.export' ORDER BY id DESC LIMIT 1")[0].after;
        assert.equal(JSON.parse(noted).rows, ROWS);
        assert.match(JSON.parse(noted).sha256, /^[0-9a-f]{64}$/);
      });

    test("a short file goes out whole, with its length", async () => {
      const r = await p.get("/console/journal.csv?acte=rien");
      assert.equal(r.status, 200);
      assert.equal(Number(r.headers.get("content-length")), Buffer.byteLength(r.text));
      assert.match(r.text, /^id,at,person,act,[^\n]*\r\n$/);
    });

    test("HEAD says neither length nor bytes; the connection serves on", async () => {
      const r = await ask({ method: "HEAD" });
      assert.equal(r.statusCode, 200);
      assert.equal(r.headers["content-length"], undefined);
      assert.equal(await drain(r), true);
      await wellAfter();
    });

    test("a client of HTTP/1.0 gets the bytes as they are, until the end", async () => {
      const s = connect(server.port, "127.0.0.1");
      s.write(`GET ${PATH} HTTP/1.0\r\nHost: 127.0.0.1\r\nCookie: ${cookie}\r\n\r\n`);
      let text = "";
      for await (const piece of s) text += piece.toString("latin1");
      const at = text.indexOf("\r\n\r\n");
      const head = text.slice(0, at);
      assert.match(head, /^HTTP\/1\.1 200/);
      assert.doesNotMatch(head, /transfer-encoding|content-length/i);
      assert.equal(text.slice(at + 4).trimEnd().split("\r\n").length, ROWS + 1);
      await wellAfter();
    });

    test("a client that leaves in the middle ends its answer, nobody else's", async () => {
      for (let i = 0; i < 5; i++) {
        const r = await ask();
        await new Promise((resolve) => r.once("data", resolve));
        r.destroy();
      }
      await wellAfter();
    });

    test("two requests on one connection: the second waits for the whole first", async () => {
      const s = connect(server.port, "127.0.0.1");
      const line = (path) => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: ${cookie}\r\n`;
      s.write(`${line(PATH)}\r\n${line("/healthz")}Connection: close\r\n\r\n`);
      const pieces = [];
      for await (const piece of s) pieces.push(piece);
      const text = Buffer.concat(pieces).toString("latin1");
      const second = text.lastIndexOf("HTTP/1.1 200");
      assert.ok(second > 1_000_000);
      assert.match(text.slice(0, second),
        /\r\n0\r\nRepr-Digest: [^\r]+\r\nX-Row-Count: \d+\r\n\r\n$/);
    });

    test("too many at once: one more is told to come back, pages are served meanwhile",
      async () => {
        const slow = [];
        for (let i = 0; i < 4; i++) {
          const r = await ask();
          assert.equal(r.statusCode, 200);
          r.pause();
          slow.push(r);
        }
        const more = await ask();
        assert.equal(more.statusCode, 503);
        assert.ok(more.headers["retry-after"]);
        await drain(more);
        const page = await p.get("/console/journal");
        assert.equal(page.status, 200);
        for (const r of slow) r.destroy();
        await wellAfter();
        assert.equal(await drain(await ask()), true);
      });

    test("what fails in the middle is cut, so that it is not taken for whole", async () => {
      if (engine !== "pg") return; // A lost connection is PostgreSQL's.
      const r = await ask();
      await new Promise((resolve) => r.once("data", resolve));
      r.pause();
      sql(server.database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity " +
        "WHERE query LIKE '%audit u%' AND pid <> pg_backend_pid() " +
        "AND datname = current_database()");
      await assert.rejects(drain(r), /aborted|ECONNRESET/);
      await wellAfter();
    });

    test("a server that stops lets the file finish, within its grace", async () => {
      const other = await startServer({ database: server.database });
      const r = await new Promise((resolve, reject) => {
        const q = request(other.url + PATH, { headers: { cookie }, agent: false });
        q.once("response", resolve);
        q.once("error", reject);
        q.end();
      });
      await new Promise((resolve) => r.once("data", resolve));
      const ended = other.kill("SIGTERM");
      await drain(r).catch(() => {});
      assert.deepEqual(await ended, { code: 0, signal: null });
    });
  });
}
