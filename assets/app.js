// SPDX-License-Identifier: Apache-2.0
// Improvements only: every page works without this file. Nothing here writes markup.
"use strict";

// Countdowns: the server wrote the words; this keeps them true. The server's clock counts.
function duration(ms) {
  const s = Math.max(0, Math.ceil(ms / 1000));
  const d = Math.floor(s / 86400), h = Math.floor(s / 3600) % 24, m = Math.floor(s / 60) % 60;
  const pad = (n) => String(n).padStart(2, "0");
  if (d > 0) return `${d}\u00a0${d > 1 ? "jours" : "jour"} ${h}\u00a0h`;
  if (h > 0) return `${h}\u00a0h\u00a0${pad(m)}\u00a0min`;
  return m > 0 ? `${m}\u00a0min\u00a0${pad(s % 60)}\u00a0s` : `${s}\u00a0s`;
}

function countdowns() {
  const began = performance.now();
  const all = [...document.querySelectorAll("[data-countdown]")];
  if (all.length === 0) return;
  const timer = setInterval(() => {
    let waiting = 0;
    for (const e of all) {
      const wait = Number(e.dataset.countdown) - Number(e.dataset.now);
      const left = wait - (performance.now() - began);
      e.textContent = duration(left);
      if (left > 0) waiting++;
    }
    if (waiting === 0) clearInterval(timer);
  }, 1000);
}

// <button data-copy="ID" hidden>Copier</button> copies the text of the element with that id.
function copyButtons() {
  if (!navigator.clipboard) return;
  for (const b of document.querySelectorAll("[data-copy]")) {
    const source = document.getElementById(b.dataset.copy);
    if (!source) continue;
    b.hidden = false;
    b.addEventListener("click", async () => {
      await navigator.clipboard.writeText(source.textContent.trim());
      const words = b.textContent;
      b.textContent = "Copié";
      setTimeout(() => { b.textContent = words; }, 2000);
    });
  }
}

// <section data-live="/path" data-every="10"> with <b data-figure="sold">: the path answers a JSON
// object of texts; a <progress> takes one as its value; "reload": true asks for the page anew. Only
// while the page is seen.
function liveFigures() {
  for (const e of document.querySelectorAll("[data-live]")) {
    const every = Math.max(1, Number(e.dataset.every) || 10) * 1000;
    const timer = setInterval(async () => {
      if (document.hidden) return;
      try {
        const answer = await fetch(e.dataset.live, { headers: { accept: "application/json" } });
        if (!answer.ok) return;
        const figures = await answer.json();
        if (figures.reload === true) {
          clearInterval(timer);
          location.reload();
          return;
        }
        for (const f of e.querySelectorAll("[data-figure]")) {
          const text = figures[f.dataset.figure];
          if (typeof text !== "string") continue;
          if (f.tagName === "PROGRESS") f.value = Number(text);
          else if (f.textContent !== text) f.textContent = text;
        }
      } catch { /* The next round may reach the server. */ }
    }, every);
  }
}

// A second press on a slow line must not post twice. (The server refuses it anyway.)
function submitGuard() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    for (const b of form.querySelectorAll("button")) b.setAttribute("aria-busy", "true");
  });
  // Back from the next page: the form is to be used again.
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const b of form.querySelectorAll("button")) b.removeAttribute("aria-busy");
    }
  });
}

countdowns();
copyButtons();
liveFigures();
submitGuard();
document.getElementById("errors")?.focus();
