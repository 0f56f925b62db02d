// Changing one of many: a dialog with fields, and the buttons beside each.

import { del } from "../api.js";
import * as dialogs from "../dialog.js";
import { make } from "../dom.js";
import { complain as complainAt } from "../fields.js";
import { busyButton, outcome } from "./parts.js";

/**
 * @param {string} title
 * @param {HTMLElement[]} fields
 * @param {() => Promise<unknown>} save
 * @param {() => Promise<void>} again
 */
export function edit(title, fields, save, again) {
  const { line, complain } = outcome();
  const submit = make("button", { type: "submit", class: "primary" }, "Save");
  const form = make("form", { class: "fields" }, ...fields, submit, line);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    try {
      await save();
      dialog.close();
      await again();
    } catch (error) {
      complainAt(form, error, complain);
    } finally {
      submit.disabled = false;
    }
  });
  const dialog = dialogs.open(title, form);
}

/**
 * Buttons that change and take away.
 * @param {() => void} change
 * @param {string} path
 * @param {string} name
 * @param {() => Promise<void>} again
 */
export function changing(change, path, name, again) {
  const { line, complain } = outcome();
  const edit = busyButton("Change\u2026", "small", async () => change());
  const remove = busyButton("Remove", "small", async () => {
    if (!window.confirm(`Remove ${name}?`)) return;
    try {
      await del(path);
      await again();
    } catch (error) {
      complain(error);
    }
  });
  return make("span", { class: "control-row" }, edit, remove, line);
}
