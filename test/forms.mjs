// SPDX-License-Identifier: Apache-2.0
// forms.mjs - what a page says and what a browser would send, read out of its HTML.
import assert from "node:assert/strict";

// The text of a page, ordinary spaces between words.
export const words = (html) => html.replace(/<(script|style|head)[\s\S]*?<\/\1>/g, "")
  .replace(/<[^>]+>/g, " ").replaceAll("&nbsp;", " ").replaceAll("&#39;", "'")
  .replaceAll("&quot;", "\"").replace(/[\s\u00a0\u202f]+/g, " ").replace(/ ([,.])/g, "$1");

// The fields of the form that is sent to this path, as a browser would send them untouched.
export function fieldsOf(html, action) {
  const at = html.lastIndexOf(`action="${action.replaceAll("&", "&amp;")}"`);
  assert.ok(at >= 0, `no form for ${action}`);
  const form = html.slice(at, html.indexOf("</form>", at));
  const plain = (s) => s.replaceAll("&quot;", "\"").replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
  const fields = {};
  for (const [tag] of form.matchAll(/<input\b[^>]*>/g)) {
    const attr = (name) => new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
    const name = attr("name");
    if (!name || attr("type") === "file") continue;
    if (!["checkbox", "radio"].includes(attr("type")) || /\schecked\b/.test(tag))
      fields[name] = plain(attr("value") ?? "");
  }
  for (const [, name, text] of form.matchAll(
    /<textarea\b[^>]*name="([^"]*)"[^>]*>\n?([\s\S]*?)<\/textarea>/g))
    fields[name] = plain(text);
  for (const [, name, options] of form.matchAll(
    /<select\b[^>]*name="([^"]*)"[^>]*>([\s\S]*?)<\/select>/g))
    fields[name] = plain(/value="([^"]*)" selected/.exec(options)?.[1] ?? "");
  return fields;
}
