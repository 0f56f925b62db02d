// A dialog over the page: the browser keeps the focus in it and closes it on Escape.

import { make } from "./dom.js";

/**
 * Opens a dialog.
 * @param {string} title
 * @param {...Node} content
 * @returns {{close: () => void}}
 */
export function open(title, ...content) {
  const close = make("button", { type: "button", class: "quiet", "aria-label": "Close" }, "\u2715");
  const head = make("div", { class: "panel-head" }, make("h3", { id: "dialog-title" }, title), close);
  const dialog = make("dialog", { class: "dialog", "aria-labelledby": "dialog-title" }, head, ...content);
  close.addEventListener("click", () => dialog.close());
  // Escape closes the dialog and nothing else.
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Escape") event.stopPropagation();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  // The browser would begin with the button that closes it.
  const first = dialog.querySelector("input:not(:disabled), select, textarea");
  if (first instanceof HTMLElement) first.focus();
  return { close: () => dialog.close() };
}

/**
 * A field with its label.
 * @param {string} label
 * @param {HTMLElement} field
 * @param {string} [hint]
 */
export function labelled(label, field, hint = "") {
  const row = make("label", { class: "field" }, make("span", {}, label), field);
  if (hint) row.append(make("span", { class: "soft" }, hint));
  return row;
}
