// SPDX-License-Identifier: Apache-2.0
// Raw bytes against the real server: what must be refused, with which status, and that the
// connection is closed after it; slow and absent clients; floods.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { startServer } from "./server.mjs";

const LONG = process.env.MAILLON_TEST_LONG === "1";
const TIMEOUT_MS = 300;

let server;

before(async () => {
  server = await startServer({
    env: {
      MAILLON_HEAD_TIMEOUT_MS: String(TIMEOUT_MS),
      MAILLON_BODY_TIMEOUT_MS: String(TIMEOUT_MS),
      MAILLON_CONNECTIONS: "600",
    },
  });
});
after(async () => {
  const how = await server.stop();
  assert.deepEqual(how, { code: 0, signal: null });
});

// Sends bytes and reads until the server closes, or until enough(text) is true.
function exchange(bytes, { enough = () => false, end = false, port = server.port } = {}) {
  return new Promise((resolve, reject) => {
    const s = connect(port, "127.0.0.1");
    let text = "";
    const done = (closed) => { s.destroy(); clearTimeout(guard); resolve({ text, closed }); };
    const guard = setTimeout(() => reject(new Error(`no end after:\n${text}`)), 10_000);
    s.on("connect", () => { s.write(bytes); if (end) s.end(); });
    s.on("data", (d) => { text += d.toString("latin1"); if (enough(text)) done(false); });
    s.on("end", () => done(true));
    s.on("error", (e) => (text === "" ? reject(e) : done(true)));
  });
}

const status = (text) => Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1] ?? 0);
const count = (text) => (text.match(/HTTP\/1\.1 \d{3} /g) ?? []).length;

const H = "Host: localhost\r\n";
const get = (extra = "") => `GET /healthz HTTP/1.1\r\n${H}${extra}\r\n`;
const post = (head, body) => `POST /c/masques/commander HTTP/1.1\r\n${H}${head}\r\n${body}`;

// name, bytes, status
const refused = [
  ["Transfer-Encoding with Content-Length",
    post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), 400],
  ["Content-Length with Transfer-Encoding",
    post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400],
  ["two Content-Lengths", post("Content-Length: 5\r\nContent-Length: 5\r\n", "a=b&c"), 400],
  ["two different Content-Lengths",
    post("Content-Length: 5\r\nContent-Length: 6\r\n", "a=b&c"), 400],
  ["a list as Content-Length", post("Content-Length: 5, 5\r\n", "a=b&c"), 400],
  ["a signed Content-Length", post("Content-Length: +5\r\n", "a=b&c"), 400],
  ["a negative Content-Length", post("Content-Length: -5\r\n", "a=b&c"), 400],
  ["a hexadecimal Content-Length", post("Content-Length: 0x5\r\n", "a=b&c"), 400],
  ["a Content-Length beyond 64 bits",
    post("Content-Length: 99999999999999999999\r\n", "a=b&c"), 400],
  ["an empty Content-Length", post("Content-Length: \r\n", ""), 400],
  ["a space before the colon", post("Content-Length : 5\r\n", "a=b&c"), 400],
  ["a tab before the colon", get("X-A\t: b\r\n"), 400],
  ["bare LF after the request line", `GET /healthz HTTP/1.1\n${H}\r\n`, 400],
  ["bare LF after a header", `GET /healthz HTTP/1.1\r\nHost: a\nX: b\r\n\r\n`, 400],
  ["bare LF as the blank line", `GET /healthz HTTP/1.1\r\n${H}\n`, 400],
  ["bare CR inside a header", get("X-A: b\rc\r\n"), 400],
  ["a folded header", get("X-A: b\r\n c\r\n"), 400],
  ["a header folded with a tab", get("X-A: b\r\n\tc\r\n"), 400],
  ["a first header line that starts with a space", `GET / HTTP/1.1\r\n ${H}\r\n`, 400],
  ["NUL in a header", get("X-A: b\0c\r\n"), 400],
  ["NUL in a header's name", get("X-\0A: b\r\n"), 400],
  ["NUL in the target", `GET /heal\0thz HTTP/1.1\r\n${H}\r\n`, 400],
  ["another control byte in a header", get("X-A: b\x01c\r\n"), 400],
  ["DEL in a header", get("X-A: b\x7fc\r\n"), 400],
  ["no Host", "GET /healthz HTTP/1.1\r\n\r\n", 400],
  ["two Hosts", get("Host: localhost\r\n"), 400],
  ["two different Hosts", get("Host: evil\r\n"), 400],
  ["an empty Host", "GET /healthz HTTP/1.1\r\nHost:\r\n\r\n", 400],
  ["a Host with a path", "GET /healthz HTTP/1.1\r\nHost: a/b\r\n\r\n", 400],
  ["a Host that differs from the absolute target",
    `GET http://other/healthz HTTP/1.1\r\n${H}\r\n`, 400],
  ["an oversized request line", `GET /${"a".repeat(9000)} HTTP/1.1\r\n${H}\r\n`, 414],
  ["an oversized header", get(`X-A: ${"b".repeat(9000)}\r\n`), 431],
  ["too many bytes of headers", get(`X-A: ${"b".repeat(4000)}\r\n`.repeat(10)), 431],
  ["too many headers", get("X-A: b\r\n".repeat(150)), 431],
  ["an oversized body announced", post("Content-Type: application/x-www-form-urlencoded\r\n" +
    "Content-Length: 99999999\r\n", ""), 413],
  ["an unknown transfer coding", post("Transfer-Encoding: gzip\r\n", ""), 501],
  ["a coding before chunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501],
  ["chunked twice",
    post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400],
  ["Transfer-Encoding in HTTP/1.0",
    `POST /c/masques/commander HTTP/1.0\r\n${H}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
  ["a header without a colon", get("X-A\r\n"), 400],
  ["a header without a name", get(": b\r\n"), 400],
  ["an unknown method", `FETCH /healthz HTTP/1.1\r\n${H}\r\n`, 501],
  ["a method in lower case", `get /healthz HTTP/1.1\r\n${H}\r\n`, 400],
  ["HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505],
  ["HTTP/2.0 on a request", `GET /healthz HTTP/2.0\r\n${H}\r\n`, 505],
  ["HTTP/1.2", `GET /healthz HTTP/1.2\r\n${H}\r\n`, 505],
  ["HTTP/3.0", `GET /healthz HTTP/3.0\r\n${H}\r\n`, 505],
  ["a version that is none", `GET /healthz HTTP/1.1x\r\n${H}\r\n`, 400],
  ["another protocol's name", `GET /healthz ICY/1.1\r\n${H}\r\n`, 400],
  ["a TLS hello", Buffer.from("160301020001000001fc0303", "hex"), 400],
  ["%00 in the path", `GET /a%00b HTTP/1.1\r\n${H}\r\n`, 400],
  ["%00 in the query", `GET /healthz?a=%00 HTTP/1.1\r\n${H}\r\n`, 400],
  ["a bad escape", `GET /healthz?a=%zz HTTP/1.1\r\n${H}\r\n`, 400],
  ["overlong UTF-8 in the path", `GET /%c0%af HTTP/1.1\r\n${H}\r\n`, 400],
  ["text that is not UTF-8 in the query", `GET /healthz?a=%ff HTTP/1.1\r\n${H}\r\n`, 400],
  ["an encoded slash", `GET /a%2Fb HTTP/1.1\r\n${H}\r\n`, 400],
  ["a step up the path", `GET /assets/../healthz HTTP/1.1\r\n${H}\r\n`, 400],
  ["an encoded step up the path", `GET /assets/%2e%2e/healthz HTTP/1.1\r\n${H}\r\n`, 400],
  ["a raw byte above ASCII in the target",
    Buffer.from(`GET /\xe9 HTTP/1.1\r\n${H}\r\n`, "latin1"), 400],
  ["the same parameter twice", `GET /healthz?a=1&a=2 HTTP/1.1\r\n${H}\r\n`, 400],
  ["the same parameter twice, once escaped",
    `GET /healthz?a=1&%61=2 HTTP/1.1\r\n${H}\r\n`, 400],
  ["an expectation we do not know", get("Expect: tea\r\n"), 417],
];

describe("malformed requests are refused and the connection closed", () => {
  for (const [name, bytes, want] of refused) {
    test(name, async () => {
      // What follows must not be answered: it could be a smuggled request.
      const tail = Buffer.from(get());
      const r = await exchange(Buffer.concat([Buffer.from(bytes, "latin1"), tail]));
      assert.equal(status(r.text), want, r.text.split("\r\n\r\n")[0]);
      assert.equal(count(r.text), 1, "only one answer");
      assert.match(r.text, /\r\nConnection: close\r\n/);
      assert.ok(r.closed);
    });
  }
});

describe("what HTTP allows is served", () => {
  test("two requests in one write are answered in order", async () => {
    const r = await exchange(
      `GET /healthz HTTP/1.1\r\n${H}\r\nGET /nothing-here HTTP/1.1\r\n${H}\r\n`,
      { enough: (t) => count(t) === 2 && t.includes("</html>") });
    assert.deepEqual(r.text.match(/HTTP\/1\.1 \d{3}/g), ["HTTP/1.1 200", "HTTP/1.1 404"]);
  });
  test("a hundred pipelined requests get a hundred answers", async () => {
    const r = await exchange(get().repeat(99) + get("Connection: close\r\n"));
    assert.equal(count(r.text), 100);
  });
  test("byte by byte", async () => {
    const text = await new Promise((resolve, reject) => {
      const s = connect(server.port, "127.0.0.1");
      let got = "";
      s.setNoDelay(true);
      s.on("data", (d) => { got += d; });
      s.on("close", () => resolve(got));
      s.on("error", reject);
      s.on("connect", () => {
        const bytes = get("Connection: close\r\n");
        let i = 0;
        const next = () => { if (i < bytes.length) s.write(bytes[i++], () => setImmediate(next)); };
        next();
      });
    });
    assert.equal(status(text), 200);
  });
  test("an absolute target with the same host", async () => {
    const r = await exchange(
      `GET http://localhost/healthz HTTP/1.1\r\n${H}Connection: close\r\n\r\n`);
    assert.equal(status(r.text), 200);
  });
  test("HTTP/1.0 without Host, closed after", async () => {
    const r = await exchange("GET /healthz HTTP/1.0\r\n\r\n");
    assert.equal(status(r.text), 200);
    assert.ok(r.closed);
  });
  test("an empty line before the request", async () => {
    const r = await exchange("\r\n" + get("Connection: close\r\n"));
    assert.equal(status(r.text), 200);
  });
  test("HEAD has the length and no body", async () => {
    const r = await exchange(`HEAD /healthz HTTP/1.1\r\n${H}Connection: close\r\n\r\n`);
    assert.match(r.text, /\r\nContent-Length: 16\r\n/);
    assert.ok(r.text.endsWith("\r\n\r\n"));
  });
  test("an offer to change the protocol is passed over", async () => {
    const r = await exchange(get("Connection: Upgrade\r\nUpgrade: h2c\r\n"),
      { enough: (t) => t.endsWith("}\n") });
    assert.equal(status(r.text), 200);
  });
  test("half-closed by the client after its request", async () => {
    const r = await exchange(get(), { end: true });
    assert.equal(status(r.text), 200);
  });
  for (const method of ["OPTIONS", "PATCH", "TRACE", "DELETE", "CONNECT"]) {
    test(`${method} is answered 405 with Allow`, async () => {
      const target = method === "CONNECT" ? "localhost:80" : "/healthz";
      const r = await exchange(`${method} ${target} HTTP/1.1\r\n${H}Connection: close\r\n\r\n`);
      if (method === "CONNECT") {
        assert.equal(status(r.text), 400);
        return;
      }
      assert.equal(status(r.text), 405);
      assert.match(r.text, /\r\nAllow: GET, HEAD\r\n/);
    });
  }
  test("pages carry the security headers", async () => {
    const r = await fetch(server.url + "/nothing-here");
    assert.match(r.headers.get("content-security-policy"), /default-src 'none'.*base-uri 'none'/);
    assert.doesNotMatch(r.headers.get("content-security-policy"), /unsafe/);
    assert.equal(r.headers.get("x-content-type-options"), "nosniff");
    assert.equal(r.headers.get("referrer-policy"), "same-origin");
    assert.equal(r.headers.get("cross-origin-opener-policy"), "same-origin");
    assert.equal(r.headers.get("cache-control"), "no-store");
    assert.match(r.headers.get("x-request-id"), /^[0-9a-f]{32}$/);
    assert.equal(r.headers.get("set-cookie"), null);
  });
  test("a path with one slash too many leads to the right one", async () => {
    for (const [path, to] of [["/healthz/", "/healthz"], ["/healthz/?a=1/", "/healthz?a=1/"]]) {
      const r = await fetch(server.url + path, { redirect: "manual" });
      assert.equal(r.status, 308);
      assert.equal(r.headers.get("location"), to);
    }
    const r = await exchange(`GET //healthz/ HTTP/1.1\r\n${H}Connection: close\r\n\r\n`);
    assert.equal(status(r.text), 404);
  });
  test("an asset may be kept for ever, and comes compressed to who takes it", async () => {
    const page = await (await fetch(server.url + "/nothing-here")).text();
    const css = /href="(\/assets\/app\.[^"]+\.css)"/.exec(page)[1];
    const r = await fetch(server.url + css);
    assert.equal(r.status, 200);
    assert.match(r.headers.get("cache-control"), /immutable/);
    assert.equal(r.headers.get("content-encoding"), "gzip");
    const plain = await fetch(server.url + css, { headers: { "accept-encoding": "identity" } });
    assert.equal(plain.headers.get("content-encoding"), null);
    assert.equal(await plain.text(), await r.text());
  });
});

describe("clients that are slow", () => {
  test("a head that does not end is answered 408", async () => {
    const r = await exchange("GET /healthz HTTP/1.1\r\nHost: loc");
    assert.equal(status(r.text), 408);
    assert.ok(r.closed);
  });
  test("a head that drips is answered 408 too", async () => {
    const text = await new Promise((resolve, reject) => {
      const s = connect(server.port, "127.0.0.1");
      let got = "";
      s.write(`GET /healthz HTTP/1.1\r\n${H}`);
      const drip = setInterval(() => s.write("X-A: b\r\n"), 50);
      s.on("data", (d) => { got += d; });
      s.on("error", () => {});
      s.on("close", () => { clearInterval(drip); resolve(got); });
      setTimeout(() => reject(new Error("never closed")), 10_000).unref();
    });
    assert.equal(status(text), 408);
  });
  test("a body that does not come is answered 408", async () => {
    const r = await exchange(post(
      "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n", "a="));
    assert.equal(status(r.text), 408);
    assert.ok(r.closed);
  });
});

async function idle(n) {
  const sockets = [];
  for (let i = 0; i < n; i += 100) {
    await Promise.all(Array.from({ length: Math.min(100, n - i) }, () => new Promise((resolve) => {
      const s = connect(server.port, "127.0.0.1");
      sockets.push(s);
      s.on("error", resolve);
      s.on("connect", resolve);
    })));
  }
  return sockets;
}

describe("floods", () => {
  const flood = LONG ? 5000 : 1000;
  test(`${flood} idle connections do not keep a buyer out`, async () => {
    const sockets = await idle(flood);
    try {
      for (let i = 0; i < 20; i++) {
        const r = await fetch(server.url + "/healthz", { headers: { connection: "close" } });
        assert.equal(r.status, 200);
      }
      const m = await (await fetch(server.url + "/metrics")).text();
      assert.ok(Number(/^maillon_http_evicted_total (\d+)/m.exec(m)[1]) >= flood - 600);
      assert.ok(Number(/^maillon_http_connections (\d+)/m.exec(m)[1]) <= 602);
    } finally {
      sockets.forEach((s) => s.destroy());
    }
  });
  test("clients that leave before their answer harm nobody", async () => {
    for (let i = 0; i < 200; i++) {
      const s = connect(server.port, "127.0.0.1");
      s.on("error", () => {});
      await new Promise((resolve) => s.on("connect", resolve));
      s.write(`GET /readyz HTTP/1.1\r\n${H}\r\n`, () => s.resetAndDestroy());
    }
    const r = await fetch(server.url + "/healthz");
    assert.equal(r.status, 200);
  });
});

describe("behind a proxy", () => {
  // /metrics is shown to this machine only, which makes the believed address visible.
  const cases = [
    ["a far client behind the proxy", {}, ["X-Forwarded-For: 203.0.113.9"], 404],
    ["a forged address before the proxy's", {},
      ["X-Forwarded-For: 127.0.0.1, 203.0.113.9"], 404],
    ["a forged line before the proxy's own", {},
      ["X-Forwarded-For: 127.0.0.1", "X-Forwarded-For: 203.0.113.9"], 404],
    ["the token opens it", {}, ["X-Forwarded-For: 203.0.113.9",
      "Authorization: Bearer metrics-token-of-the-test"], 200],
    ["nobody is believed without the setting", { MAILLON_PROXIES: "" },
      ["X-Forwarded-For: 203.0.113.9"], 200],
  ];
  for (const [name, env, lines, want] of cases) {
    test(name, async () => {
      const own = await startServer({ env: { MAILLON_PROXIES: "127.0.0.1",
        MAILLON_METRICS_TOKEN: "metrics-token-of-the-test", ...env } });
      try {
        const r = await exchange(`GET /metrics HTTP/1.1\r\n${H}Connection: close\r\n` +
          lines.map((l) => l + "\r\n").join("") + "\r\n", { port: own.port });
        assert.equal(status(r.text), want);
      } finally {
        await own.stop();
      }
    });
  }
  test("too many requests from one address are answered 429", async () => {
    const own = await startServer({ env: { MAILLON_PROXIES: "127.0.0.1", MAILLON_RATE: "30" } });
    const ask = (ip) => exchange(`GET /aide HTTP/1.1\r\n${H}Connection: close\r\n` +
      `X-Forwarded-For: ${ip}\r\n\r\n`, { port: own.port });
    try {
      let last;
      for (let i = 0; i < 40; i++) last = await ask("203.0.113.9");
      assert.equal(status(last.text), 429);
      assert.match(last.text, /\r\nRetry-After: 60\r\n/);
      assert.notEqual(status((await ask("203.0.113.10")).text), 429);
    } finally {
      await own.stop();
    }
  });
});
