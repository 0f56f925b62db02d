// Macros: several things that are often done one after the other.

/**
 * @typedef {import("../types.js").Macro} Macro
 */

import { freshKey, get, post } from "../api.js";
import { make } from "../dom.js";
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
  const select = make("select", { "aria-label": "Run a macro", class: "plain" });
  select.append(make("option", { value: "" }, "Macro\u2026"));
  for (const { id, name } of state.macros) select.append(make("option", { value: id }, name));
  select.addEventListener("change", () => {
    const chosen = select.value;
    select.value = "";
    select.blur();
    if (!chosen) return;
    post(`/conversations/${conversation}/macros/${chosen}`, {}, { "idempotency-key": freshKey() }).then(done, complain);
  });
  return [select];
}
