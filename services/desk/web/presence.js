// Whether one takes conversations.

/**
 * @typedef {import("./types.js").Presence} Presence
 */

import { put } from "./api.js";
import { byId } from "./dom.js";
import { onChange, state } from "./state.js";

const select = byId("presence", HTMLSelectElement);
const dot = byId("presence-dot", HTMLSpanElement);

/** @param {(problem: unknown) => void} complain */
export function start(complain) {
  select.addEventListener("change", async () => {
    const presence = /** @type {Presence} */ (select.value);
    try {
      await put("/me/presence", { presence });
      if (state.me) state.me.chosen_presence = presence;
    } catch (error) {
      complain(error);
    }
    render();
  });
  onChange(render);
}

function render() {
  const chosen = state.me?.chosen_presence ?? "offline";
  if (document.activeElement !== select || select.value === chosen) select.value = chosen;
  dot.dataset["presence"] = chosen;
}
