// Choosing an approved template, filling it in, and sending it.

/**
 * @typedef {import("../types.js").Conversation} Conversation
 * @typedef {import("../types.js").TemplateInfo} TemplateInfo
 */

import { freshKey, get, wordsOf } from "../api.js";
import * as dialogs from "../dialog.js";
import { labelled } from "../dialog.js";
import { make } from "../dom.js";
import * as places from "./places.js";
import { send } from "./send.js";

/** @param {Conversation} to */
export async function open(to) {
  const body = make("div", { class: "fields" }, make("p", { class: "soft" }, "Reading the templates\u2026"));
  const dialog = dialogs.open("Template", body);
  try {
    /** @type {TemplateInfo[]} */
    const all = await get(`/accounts/${to.account_id}/templates`);
    const usable = all.filter((one) => one.status === "APPROVED");
    choose(body, usable, (template) => fill(body, to, template, dialog.close));
  } catch (error) {
    body.replaceChildren(make("p", { class: "error", role: "alert" }, wordsOf(error)));
  }
}

/**
 * @param {HTMLElement} body
 * @param {TemplateInfo[]} all
 * @param {(template: TemplateInfo) => void} chosen
 */
function choose(body, all, chosen) {
  if (all.length === 0) {
    body.replaceChildren(make("p", {}, "There are no approved templates. An administrator makes them at Meta and reads them under Administration."));
    return;
  }
  const search = make("input", { type: "search", placeholder: "Search by name or words", "aria-label": "Search templates" });
  const list = make("ul", { class: "choices" });
  const show = () => {
    const words = search.value.trim().toLowerCase();
    const fits = all.filter((one) => `${one.name} ${places.words(one)}`.toLowerCase().includes(words));
    list.replaceChildren(...fits.map((one) => row(one, () => chosen(one))));
    if (fits.length === 0) list.append(make("li", { class: "empty" }, "No template has these words."));
  };
  search.addEventListener("input", show);
  show();
  body.replaceChildren(search, list);
  search.focus();
}

/**
 * @param {TemplateInfo} template
 * @param {() => void} chosen
 */
function row(template, chosen) {
  const name = make("span", { class: "row-top" }, make("strong", {}, template.name), make("span", { class: "soft" }, `${template.language} \u00b7 ${template.category.toLowerCase()}`));
  const button = make("button", { type: "button", class: "row" }, name, make("span", { class: "row-preview" }, places.words(template)));
  button.addEventListener("click", chosen);
  return make("li", {}, button);
}

/**
 * @param {HTMLElement} body
 * @param {Conversation} to
 * @param {TemplateInfo} template
 * @param {() => void} close
 */
function fill(body, to, template, close) {
  const fields = places.fieldsOf(template);
  const preview = make("p", { class: "text" });
  const error = make("p", { class: "error", role: "alert" });
  const submit = make("button", { type: "submit", class: "primary" }, "Send");
  const form = make("form", { class: "fields" }, make("p", {}, make("strong", {}, template.name), ` (${template.language})`));
  for (const { label, input, hint } of fields) form.append(labelled(label, input, hint));
  form.append(make("div", { class: "preview", "aria-label": "What the customer reads" }, preview), error, submit);
  const show = () => (preview.textContent = places.preview(template, fields));
  form.addEventListener("input", show);
  show();
  body.replaceChildren(form);
  (fields[0]?.input ?? submit).focus();
  const key = freshKey();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    try {
      await send(to.id, { template: places.filled(template, fields) }, key);
      close();
    } catch (problem) {
      error.textContent = wordsOf(problem);
    } finally {
      submit.disabled = false;
    }
  });
}
