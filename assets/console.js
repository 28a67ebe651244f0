// SPDX-License-Identifier: Apache-2.0
// What only the pages of an organiser's people do. Every page works without.
"use strict";

// Keys of a page that is worked through by hand: elements with data-key="a". Each shows its key in
// a <kbd hidden>. They can be switched off (WCAG 2.1.4), and rest while somebody writes.
function keyShortcuts() {
  const targets = document.querySelectorAll("[data-key]");
  if (targets.length === 0) return;
  const toggle = document.querySelector("[data-keys-toggle]");
  const kept = (value) => {
    try {
      if (value !== undefined) localStorage.setItem("keys", value);
      return localStorage.getItem("keys");
    } catch { return null; }
  };
  let on = kept() !== "off";
  const show = () => {
    for (const k of document.querySelectorAll("kbd")) k.hidden = !on;
    if (toggle) toggle.textContent = `${on ? "Désactiver" : "Activer"} les raccourcis clavier`;
  };
  if (toggle) {
    toggle.hidden = false;
    toggle.addEventListener("click", () => {
      on = !on;
      kept(on ? "on" : "off");
      show();
    });
  }
  show();
  addEventListener("keydown", (event) => {
    const writing = "textarea, select, input:not([type=radio]):not([type=checkbox])";
    if (!on || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(writing))
      return;
    for (const t of targets) {
      if (t.dataset.key !== event.key.toLowerCase()) continue;
      event.preventDefault();
      t.focus();
      t.click();
    }
  });
}

keyShortcuts();
