// Labels: the words that conversations are sorted by.

/**
 * @typedef {import("../types.js").Label} Label
 */

import { get, put } from "../api.js";
import { make } from "../dom.js";
import { set, state } from "../state.js";

/** Reads all that there are. */
export async function read() {
  set({ labels: await get("/labels") });
}

/**
 * The labels of these ids, as marks with words.
 * @param {string[]} ids
 */
export function marks(ids) {
  const worn = state.labels.filter((label) => ids.includes(label.id));
  return worn.map(({ name, colour }) => make("span", { class: `label ${colour}` }, name));
}

/**
 * What to tick for a conversation.
 * @param {{id: string, label_ids: string[]}} conversation
 * @param {(error: unknown) => void} complain
 */
export function choices({ id, label_ids }, complain) {
  const group = make("div", { class: "label-choices", role: "group", "aria-label": "Labels" });
  for (const label of state.labels) {
    const box = make("input", { type: "checkbox", value: label.id });
    box.checked = label_ids.includes(label.id);
    box.addEventListener("change", () => {
      const ticked = [...group.querySelectorAll("input")].filter((one) => one.checked).map((one) => one.value);
      put(`/conversations/${id}/labels`, { label_ids: ticked }).catch(complain);
    });
    group.append(make("label", { class: "check" }, box, make("span", { class: `label ${label.colour}` }, label.name)));
  }
  return group;
}
