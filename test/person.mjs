// SPDX-License-Identifier: Apache-2.0
// person.mjs - somebody with a browser, without the browser: keeps cookies, sends the token of the
// form that is on the page, reads mail from the server's mail folder.
//
//   const p = person(server);
//   await p.signIn("nom@exemple.fr");
//   const page = await p.get("/entreprises");          // { status, text, location }
//   await p.post("/entreprises/ajouter", { siret });   // token taken from the last page
import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "./wait.mjs";

// What was set up in this process: the key and the recovery codes left, by database and address.
const proofs = new Map();
const nextProof = (key) => proofs.get(key)?.codes.shift();

// RFC 6238 with HMAC-SHA-1, six digits, for a key in base 32; steps: so many of 30 s later.
export function totp(secret, steps = 0) {
  let bits = "";
  for (const c of secret)
    bits += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0");
  const bytes = bits.match(/.{8}/g).map((b) => parseInt(b, 2));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + steps));
  const mac = createHmac("sha1", Buffer.from(bytes)).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, "0");
}

export function person(server) {
  const cookies = new Map();
  let csrf = "";

  const send = async (path, options = {}) => {
    // A connection that was kept through a long silence of the test may just be closing.
    const headers = { connection: "close", ...options.headers };
    if (cookies.size > 0)
      headers.cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const r = await fetch(server.url + path, { redirect: "manual", ...options, headers });
    for (const line of r.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (/Max-Age=0/.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    const text = await r.text();
    const token = /name="csrf" value="([^"]+)"/.exec(text);
    if (token) csrf = token[1];
    return { status: r.status, text, location: r.headers.get("location"), headers: r.headers };
  };

  const self = {
    cookies,
    get csrf() { return csrf; },
    get: (path) => send(path),
    // fields may hold csrf of its own; null leaves it out.
    post: (path, fields = {}, headers = {}) => {
      const all = { csrf, ...fields };
      if (all.csrf === null) delete all.csrf;
      return send(path, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
        body: new URLSearchParams(all).toString(),
      });
    },
    // A page, through redirects.
    open: async (path) => {
      let r = await send(path);
      for (let i = 0; i < 5 && r.location; i++) r = await send(r.location);
      return r;
    },
    // Asks for a code and types it. The answer is the redirect after the right code.
    signIn: async (email, back = "") => {
      await send(`/connexion${back ? `?vers=${encodeURIComponent(back)}` : ""}`);
      const before = mailsTo(server, email).length;
      const asked = await self.post("/connexion", { email, vers: back });
      if (asked.status !== 303) throw new Error(`no code was sent: ${asked.status}`);
      const mail = await codeTo(server, email, before);
      await send("/connexion/code");
      const r = await self.post("/connexion/code", { code: codeIn(mail) });
      return r.location?.startsWith("/connexion/verification") ? self.prove(email, r) : r;
    },
    // The second proof of an organiser's people: sets it up at the first time, later gives a
    // recovery code, since a code works once. The answer is the redirect that follows.
    prove: async (email, asked) => {
      const key = `${server.database?.db ?? server.url} ${email}`;
      let page = await send(asked.location);
      if (page.location?.startsWith("/connexion/activation")) page = await send(page.location);
      const back = (/name="vers" value="([^"]*)"/.exec(page.text)?.[1] ?? "")
        .replace(/&amp;/g, "&");
      const shown = /id="totp-key">([A-Z2-7 ]+)</.exec(page.text);
      if (!shown) {
        const proof = nextProof(key);
        if (!proof) return asked;
        return self.post("/connexion/verification", { preuve: proof, vers: back });
      }
      const secret = shown[1].replace(/ /g, "");
      const made = await self.post("/connexion/activation",
        { preuve: totp(secret), vers: back });
      const codes = [...made.text.matchAll(/<li><code>([0-9A-Z-]+)<\/code>/g)].map((m) => m[1]);
      if (codes.length !== 10) throw new Error(`no recovery codes: ${made.status}`);
      proofs.set(key, { secret, codes });
      const next = /id="next" href="([^"]*)"/.exec(made.text)[1].replace(/&amp;/g, "&");
      return { ...made, status: 303, location: next };
    },
    // A proof for the question before a dangerous act.
    proof: (email) => nextProof(`${server.database?.db ?? server.url} ${email}`),
  };
  return self;
}

function decode(raw) {
  const [head, ...rest] = raw.split(/\r?\n\r?\n/);
  let body = rest.join("\n\n");
  if (/content-transfer-encoding: quoted-printable/i.test(head)) {
    body = body.replace(/=\r?\n/g, "");
    const bytes = [];
    for (let i = 0; i < body.length; i++) {
      if (body[i] === "=") {
        bytes.push(parseInt(body.slice(i + 1, i + 3), 16));
        i += 2;
      } else bytes.push(body.charCodeAt(i));
    }
    body = Buffer.from(bytes).toString("utf8");
  } else if (/content-transfer-encoding: base64/i.test(head)) {
    body = Buffer.from(body, "base64").toString("utf8");
  }
  return body.replace(/\r\n/g, "\n");
}

// The texts of the mails to an address, oldest first.
export function mailsTo(server, email) {
  const folder = join(server.dir, "mail");
  let names = [];
  try {
    names = readdirSync(folder).filter((n) => n.endsWith(".eml")).sort();
  } catch {
    return [];
  }
  return names.map((n) => readFileSync(join(folder, n), "latin1"))
    .filter((raw) => new RegExp(`^To: <?${email.replace(/[.+]/g, "\\$&")}>?\\r?$`, "mi").test(raw))
    .map(decode);
}

// Waits for a mail to an address after the first "before" ones, with this in it: the last there is.
export async function mailTo(server, email, before = 0, like = /^/) {
  return until(`a mail to ${email} with ${like}`, () => mailsTo(server, email).slice(before)
    .filter((text) => like.test(text)).at(-1), 20);
}

const CODE = /^ {4}(\d{4} \d{4})$/m;

// The next one with a code to sign in: others may be on their way.
export const codeTo = (server, email, before) => mailTo(server, email, before, CODE);

export function codeIn(text) {
  const m = CODE.exec(text);
  if (!m) throw new Error(`no code in:\n${text}`);
  return m[1];
}
