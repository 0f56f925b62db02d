// What is wrong with a form, said at the field that it is about: one that has the API's name for it
// in data-field.

import { Problem, wordsOf } from "./api.js";
import { make } from "./dom.js";

/**
 * Shows an error at its field, else where the form says such things.
 * @param {HTMLElement} form
 * @param {unknown} error
 * @param {(error: unknown) => void} otherwise
 */
export function complain(form, error, otherwise) {
  clear(form);
  const name = error instanceof Problem ? error.field : "";
  const all = /** @type {HTMLElement[]} */ ([...form.querySelectorAll("[data-field]")]);
  const field = name ? all.find((one) => one.dataset["field"] === name) : undefined;
  if (!field) return otherwise(error);
  const words = make("span", { class: "error", role: "alert", id: "field-error" }, wordsOf(error));
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", words.id);
  field.insertAdjacentElement("afterend", words);
  field.focus();
}

/**
 * Forgets what was said before.
 * @param {HTMLElement} form
 */
export function clear(form) {
  form.querySelector("#field-error")?.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
}
