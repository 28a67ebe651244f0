// SPDX-License-Identifier: Apache-2.0
// person.mjs - somebody with a browser, without the browser: keeps cookies, sends the token of the
// form that is on the page, reads mail from the server's mail folder.
//
//   const p = person(server);
//   await p.signIn("nom@exemple.fr");
//   const page = await p.get("/entreprises");          // { status, text, location }
//   await p.post("/entreprises/ajouter", { siret });   // token taken from the last page
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export function person(server) {
  const cookies = new Map();
  let csrf = "";

  const send = async (path, options = {}) => {
    const headers = { ...options.headers };
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
      const mail = await mailTo(server, email, before);
      await send("/connexion/code");
      return self.post("/connexion/code", { code: codeIn(mail) });
    },
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

// Waits for the next mail to an address after the first "before" ones.
export async function mailTo(server, email, before = 0) {
  for (const until = Date.now() + 20_000; Date.now() < until;) {
    const all = mailsTo(server, email);
    if (all.length > before) return all[all.length - 1];
    await new Promise((r) => setTimeout(r, 20));
  }
  throw new Error(`no mail to ${email}`);
}

export function codeIn(text) {
  const m = /^ {4}(\d{4} \d{4})$/m.exec(text);
  if (!m) throw new Error(`no code in:\n${text}`);
  return m[1];
}
