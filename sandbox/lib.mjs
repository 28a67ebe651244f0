// SPDX-License-Identifier: Apache-2.0
// lib.mjs - what the stand-ins share: bodies, pages, deliveries with retries.
import { createHmac, timingSafeEqual } from "node:crypto";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

const BODY_MAX = 256 * 1024;

export function hmac(key, text, encoding) {
  return createHmac("sha256", key).update(text, "utf8").digest(encoding);
}

export function same(a, b) {
  const x = Buffer.from(String(a));
  const y = Buffer.from(String(b));
  return x.length === y.length && timingSafeEqual(x, y);
}

export function escape(text) {
  const names = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return String(text).replace(/[&<>"']/g, (c) => names[c]);
}

export function euros(cents) {
  const text = (cents / 100).toLocaleString("fr-FR", {
    minimumFractionDigits: 2, maximumFractionDigits: 2,
  });
  return `${text}\u00a0€`;
}

export function readBody(req) {
  return new Promise((resolve, reject) => {
    const parts = [];
    let length = 0;
    req.on("data", (part) => {
      length += part.length;
      if (length > BODY_MAX) reject(Object.assign(new Error("body too long"), { status: 413 }));
      else parts.push(part);
    });
    req.on("end", () => resolve(Buffer.concat(parts).toString("utf8")));
    req.on("error", reject);
  });
}

export function sendJson(res, status, value) {
  const text = JSON.stringify(value);
  res.writeHead(status, { "Content-Type": "application/json" });
  res.end(text);
}

export function sendPage(res, status, title, content) {
  const style = `body{font:17px/1.5 system-ui,sans-serif;max-width:34rem;margin:2rem auto;
padding:0 1rem;color:#17212b}h1{font-size:26px}label{display:block;padding:.4rem 0}
button,.button{font:inherit;padding:.6rem 1rem;border-radius:8px;border:1px solid #0a5c6b;
background:#0a5c6b;color:#fff;text-decoration:none;display:inline-block;margin:.3rem .3rem .3rem 0}
.second{background:#fff;color:#0a5c6b}.error{color:#b3261e}.strip{background:#fff3d6;
padding:.5rem 1rem;border-radius:8px}`;
  res.writeHead(status, { "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store" });
  res.end(`<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><title>${escape(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>${style}</style></head>
<body><p class="strip">Banque de démonstration : aucune carte réelle, aucun débit.</p>
<main><h1>${escape(title)}</h1>${content}</main></body></html>\n`);
}

export function redirect(res, url) {
  res.writeHead(303, { Location: url });
  res.end();
}

// One HTTP call. cutAfter: the connection is destroyed after so many bytes of the body.
export function call(url, options = {}) {
  const { method = "POST", headers = {}, body = "", timeoutMs = 30000, cutAfter } = options;
  const u = new URL(url);
  const make = u.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    const bytes = Buffer.from(body, "utf8");
    const req = make(u, { method, timeout: timeoutMs, agent: false,
      headers: { ...headers, "Content-Length": bytes.length } }, (res) => {
      const parts = [];
      res.on("data", (part) => parts.push(part));
      res.on("end", () => resolve({ status: res.statusCode, headers: res.headers,
        text: Buffer.concat(parts).toString("utf8") }));
      res.on("error", () => resolve({ status: 0, headers: {}, text: "" }));
    });
    req.on("timeout", () => req.destroy());
    req.on("error", () => resolve({ status: 0, headers: {}, text: "" }));
    if (cutAfter === undefined) {
      req.end(bytes);
    } else {
      req.write(bytes.subarray(0, cutAfter), () => req.destroy());
    }
  });
}

export function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
