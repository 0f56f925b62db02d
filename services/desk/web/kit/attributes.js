// What the business knows about a customer, in words of its own.

import { get, put } from "../api.js";
import { labelled } from "../dialog.js";
import * as dialogs from "../dialog.js";
import { facts } from "../content/words.js";
import { make } from "../dom.js";

/** @type {{id: string, all: Record<string, string>} | null} */
let known = null;

/** Forgets what was read: somebody may have changed it. */
export function forget() {
  known = null;
}

/**
 * What is known of a customer, and a way to change it.
 * @param {string} id of the contact
 * @param {() => void} again shows it anew
 * @param {(error: unknown) => void} complain
 */
export function part(id, again, complain) {
  if (known?.id !== id) {
    known = { id, all: {} };
    read(id).then(again, complain);
  }
  const add = make("button", { type: "button", class: "small" }, "Add or change\u2026");
  add.addEventListener("click", () => change(id, again));
  return [facts(Object.entries(known.all)), add];
}

/** @param {string} id */
async function read(id) {
  const { attributes } = await get(`/contacts/${id}/attributes`);
  known = { id, all: attributes };
}

/**
 * @param {string} id
 * @param {() => void} again
 */
function change(id, again) {
  const name = make("input", { type: "text", required: "", maxlength: "60", list: "attribute-names", autocomplete: "off" });
  const value = make("input", { type: "text", maxlength: "1000", autocomplete: "off" });
  const names = make("datalist", { id: "attribute-names" });
  for (const one of Object.keys(known?.all ?? {})) names.append(make("option", { value: one }));
  name.addEventListener("change", () => (value.value = known?.all[name.value] ?? value.value));
  const error = make("p", { class: "error", role: "alert" });
  const submit = make("button", { type: "submit", class: "primary" }, "Keep");
  const form = make("form", { class: "fields" }, names, labelled("What", name, "Such as shoe size"), labelled("Value", value, "Empty takes it away."), error, submit);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await put(`/contacts/${id}/attributes`, { attributes: { [name.value]: value.value.trim() || null } });
      await read(id);
      dialog.close();
      again();
    } catch (problem) {
      error.textContent = problem instanceof Error ? problem.message : String(problem);
    }
  });
  const dialog = dialogs.open("About the customer", form);
  name.focus();
}
