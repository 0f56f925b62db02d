// Whether one takes conversations, and why not, where that is not one's own choice.

/**
 * @typedef {import("./types.js").Presence} Presence
 */

import { get, put } from "./api.js";
import { byId } from "./dom.js";
import { PRESENCES } from "./format.js";
import { onChange, state } from "./state.js";

const select = byId("presence", HTMLSelectElement);
const dot = byId("presence-dot", HTMLSpanElement);

/** What dispatch goes by, and why it is not what was chosen. */
let is = { presence: /** @type {Presence | null} */ (null), reason: "" };

/** @type {(words: string) => void} */
let tell = () => {};

/**
 * @param {(problem: unknown) => void} complain
 * @param {(words: string) => void} explain what is said when one is not what one chose; nothing when one is
 */
export function start(complain, explain) {
  tell = explain;
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

/** Reads how dispatch sees one. */
export async function read() {
  const { presence, reason } = await get("/me/presence");
  is = { presence, reason: reason ?? "" };
  render();
}

function render() {
  const chosen = state.me?.chosen_presence ?? "offline";
  if (document.activeElement !== select || select.value === chosen) select.value = chosen;
  const itself = state.me !== null && is.presence === "away" && is.reason !== "";
  dot.dataset["presence"] = itself ? "away" : chosen;
  tell(itself ? `You are away. ${is.reason} You are ${PRESENCES[chosen]} again when you use the page.` : "");
}
