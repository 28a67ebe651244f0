// SPDX-License-Identifier: Apache-2.0
// <div id="live" data-events="/path"> of sections with ids: each event of that stream is the HTML
// of all of them, made by the server's own templates. What differs takes the place of what stands
// there; the focus, what was opened and how far it was scrolled stay. #live-state says whether the
// figures are live. Without this file the page is as true as when it was loaded.
"use strict";

const live = document.getElementById("live");
const state = document.getElementById("live-state");
const reachable = "a[href], button, input, select, textarea, summary, [tabindex]";

function say(text, alarm) {
  if (state.textContent === text) return;
  state.textContent = text;
  state.classList.toggle("lost", alarm);
}

// Puts the new section in the old one's place, as it was used.
function renew(old, fresh) {
  const at = [...old.querySelectorAll(reachable)].indexOf(document.activeElement);
  const opened = new Set([...old.querySelectorAll("details[open]")].map((d) => d.id));
  const scrolled = [...old.querySelectorAll("[role=region]")]
    .map((r) => [r.scrollLeft, r.scrollTop]);
  old.replaceWith(fresh);
  for (const d of fresh.querySelectorAll("details")) d.open = opened.has(d.id);
  fresh.querySelectorAll("[role=region]").forEach((r, i) => {
    [r.scrollLeft, r.scrollTop] = scrolled[i] ?? [0, 0];
  });
  if (at >= 0) fresh.querySelectorAll(reachable)[at]?.focus({ preventScroll: true });
}

// Somebody is marking figures to copy them: they wait.
function isMarked(section) {
  const marked = getSelection();
  return !marked.isCollapsed && section.contains(marked.anchorNode);
}

const shown = new Map([...live.children].map((s) => [s.id, s.outerHTML]));

function show(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").body;
  for (const section of [...fresh.children]) {
    const old = document.getElementById(section.id);
    const text = section.outerHTML;
    if (old === null || shown.get(section.id) === text || isMarked(old)) continue;
    shown.set(section.id, text);
    renew(old, document.importNode(section, true));
  }
}

let events = null;

function listen() {
  events = new EventSource(live.dataset.events);
  events.addEventListener("tableau", (event) => {
    say("En direct", false);
    show(event.data);
  });
  // The browser asks again by itself, but for an answer that is no stream: signed out, or no right.
  events.addEventListener("error", (event) => {
    const over = event.target.readyState === EventSource.CLOSED;
    say(over ? "Les chiffres ne se renouvellent plus\u00a0: actualisez la page."
      : "Connexion perdue, nouvel essai…", true);
  });
}

// While nobody looks nothing is asked for.
function follow() {
  if (document.hidden) {
    events?.close();
    events = null;
  } else if (events === null) {
    listen();
  }
}

document.addEventListener("visibilitychange", follow);
follow();
