// Macros: several things that are often done one after the other.

/**
 * @typedef {import("../types.js").Macro} Macro
 */

import { freshKey, get, post } from "../api.js";
import { menuButton } from "../menu.js";
import { set, state } from "../state.js";

/** Reads those that there are. */
export async function read() {
  set({ macros: await get("/macros") });
}

/**
 * A menu of them for a conversation; nothing where there are none.
 * @param {string} conversation
 * @param {(error: unknown) => void} complain
 * @param {() => void} done
 * @returns {HTMLElement[]}
 */
export function menu(conversation, complain, done) {
  if (state.macros.length === 0) return [];
  /** @param {string} id */
  const run = (id) => post(`/conversations/${conversation}/macros/${id}`, {}, { "idempotency-key": freshKey() }).then(done, complain);
  return [menuButton("Macro\u2026", () => state.macros.map(({ id, name }) => ({ title: name, act: () => run(id) })))];
}
