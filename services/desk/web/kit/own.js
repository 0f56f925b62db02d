// One's own password.

import { put, wordsOf } from "../api.js";
import * as dialogs from "../dialog.js";
import { labelled } from "../dialog.js";
import { byId, make } from "../dom.js";
import { clear, complain } from "../fields.js";
import { state } from "../state.js";

/** Begins to offer to change it. */
export function start() {
  byId("me", HTMLButtonElement).addEventListener("click", open);
}

function open() {
  if (!state.me) return;
  const field = (/** @type {string} */ name, /** @type {Record<string, string>} */ more) => make("input", { type: "password", required: "", "data-field": name, ...more });
  const current = field("current", { autocomplete: "current-password" });
  const fresh = field("password", { autocomplete: "new-password", minlength: "10" });
  const told = make("p", { class: "outcome", role: "status" });
  const error = make("p", { class: "error", role: "alert" });
  const save = make("button", { type: "submit", class: "primary" }, "Change");
  const who = make("p", { class: "soft" }, `${state.me.name}, ${state.me.email}`);
  const form = make("form", { class: "fields" }, who, labelled("Your password until now", current), labelled("The new one", fresh, "10 characters at least. You are logged out everywhere but here."), save, told, error);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    save.disabled = true;
    clear(form);
    told.textContent = error.textContent = "";
    try {
      await put("/me/password", { current: current.value, password: fresh.value });
      form.reset();
      told.textContent = "Your password is changed.";
    } catch (problem) {
      complain(form, problem, () => (error.textContent = wordsOf(problem)));
    } finally {
      save.disabled = false;
    }
  });
  dialogs.open("Your password", form);
}
