// SPDX-License-Identifier: Apache-2.0
// Every route of the table, called as nobody, with odd values in its path, on both engines: it
// answers something sensible, never a fault. Rights and CSRF hold for all of them.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { engines, startServer } from "./server.mjs";

const VALUES = ["1", "0", "abc", "99999999999999999999", "é", "a'b", "-1", "x".repeat(300)];
const OUTSIDE = ["/api/", "/hook/"];
const outside = (path) => OUTSIDE.some((p) => path.startsWith(p));
const fill = (path, value) => path.replace(/\{[^}]+\}/g, encodeURIComponent(value));

for (const engine of engines()) {
  describe(`routes as nobody [${engine}]`, () => {
    let server, routes;
    before(async () => {
      server = await startServer({ engine });
      const r = server.run("routes", "--json");
      assert.equal(r.status, 0, r.stderr);
      const answer = JSON.parse(r.stdout);
      routes = Array.isArray(answer) ? answer : answer.routes;
      assert.ok(routes.length > 3);
    });
    after(() => server.stop());

    const call = (method, path, more = {}) => fetch(server.url + path, {
      method, redirect: "manual", ...more });

    test("a page that needs a right leads to the sign-in, or is refused", async () => {
      for (const route of routes.filter((r) => r.method === "GET")) {
        for (const value of route.path.includes("{") ? VALUES : VALUES.slice(0, 1)) {
          const path = fill(route.path, value);
          const r = await call("GET", path);
          const body = await r.text();
          const what = `GET ${path}: ${r.status} ${body.slice(0, 300)}`;
          assert.ok([200, 303, 401, 403, 404, 422, 405].includes(r.status), what);
          if (route.right === "everybody") continue;
          if (outside(route.path)) assert.equal(r.status, 401, what);
          else if (route.right === "demo") assert.equal(r.status, 404, what);
          else assert.equal(r.status, 303, what);
          if (r.status === 303)
            assert.ok(r.headers.get("location").startsWith("/connexion?vers=%2F"), what);
          if (r.status === 401)
            assert.equal(r.headers.get("content-type"), "application/problem+json", what);
        }
      }
    });

    test("a form without its token changes nothing", async () => {
      for (const route of routes.filter((r) => r.method !== "GET" && !outside(r.path))) {
        const path = fill(route.path, "1");
        const form = { "content-type": "application/x-www-form-urlencoded" };
        const want = route.right === "demo" ? [404] : [403];
        for (const headers of [form, { ...form, cookie: `maillon=a${"A".repeat(43)}` }]) {
          const r = await call(route.method, path, { headers, body: "csrf=x&a=1" });
          assert.ok(want.includes(r.status), `${route.method} ${path}: ${r.status}`);
          await r.text();
        }
        const json = await call(route.method, path, {
          headers: { "content-type": "application/json" }, body: "{}" });
        assert.ok([415, 404].includes(json.status), `${path} as JSON: ${json.status}`);
        await json.text();
      }
    });

    test("the API takes no session and no unknown token", async () => {
      for (const route of routes.filter((r) => r.path.startsWith("/api/"))) {
        const path = fill(route.path, "1");
        const body = ["POST", "PUT"].includes(route.method) ? "{}" : undefined;
        const r = await call(route.method, path, { body, headers: {
          authorization: "Bearer nobody", "content-type": "application/json" } });
        assert.equal(r.status, 401, `${route.method} ${path}`);
        assert.equal(r.headers.get("content-type"), "application/problem+json");
        assert.equal((await r.json()).status, 401);
      }
    });

    test("a hook refuses what is not signed, and never fails", async () => {
      for (const route of routes.filter((r) => r.path.startsWith("/hook/"))) {
        for (const body of ["", "a=1", "{}", "{", "a=%ff", "\0"]) {
          const r = await call(route.method, fill(route.path, "1"), {
            body: route.method === "GET" ? undefined : body,
            headers: { "content-type": "application/x-www-form-urlencoded" } });
          assert.ok(r.status < 500, `${route.method} ${route.path} ${JSON.stringify(body)}: ` +
            r.status);
          await r.text();
        }
      }
    });

    test("a form with its token from another site is refused", async () => {
      const open = routes.find((r) => r.method === "GET" && r.right === "everybody" &&
        !outside(r.path) && r.path === "/connexion");
      if (!open) return;
      const page = await call("GET", open.path);
      const cookie = page.headers.get("set-cookie").split(";")[0];
      assert.match(page.headers.get("set-cookie"), /; HttpOnly; SameSite=Lax/);
      const csrf = /name="csrf" value="([^"]+)"/.exec(await page.text())[1];
      const post = routes.find((r) => r.method === "POST" && r.right === "everybody" &&
        r.path === "/connexion");
      for (const [extra, ok] of [[{}, true], [{ origin: server.url }, true],
        [{ origin: "https://evil.example" }, false], [{ origin: "null" }, false],
        [{ "sec-fetch-site": "cross-site" }, false], [{ "sec-fetch-site": "same-site" }, false]]) {
        const r = await call("POST", post.path, {
          headers: { cookie, "content-type": "application/x-www-form-urlencoded", ...extra },
          body: `csrf=${csrf}&email=` });
        await r.text();
        assert.equal(r.status !== 403, ok, `${JSON.stringify(extra)}: ${r.status}`);
      }
    });
  });
}
