// SPDX-License-Identifier: Apache-2.0
// wait.mjs - waiting for what a server does in its own time.

// So long that only what never comes is given up: a busy machine is no defect.
export const LIMIT_MS = 120_000;

// Asks done() until it gives something, and returns that. what says in the error what never came.
export async function until(what, done, everyMs = 50) {
  for (const end = Date.now() + LIMIT_MS;;) {
    const value = await done();
    if (value) return value;
    if (Date.now() > end) throw new Error(`never: ${what}`);
    await new Promise((r) => setTimeout(r, everyMs));
  }
}
