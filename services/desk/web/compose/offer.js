// Writing a question with answers to press: buttons, quick replies, a list to open.

/**
 * @typedef {import("../types.js").Conversation} Conversation
 */

import { freshKey, wordsOf } from "../api.js";
import * as dialogs from "../dialog.js";
import { labelled } from "../dialog.js";
import { make } from "../dom.js";
import * as limits from "./limits.js";
import { send } from "./send.js";

/** @typedef {"buttons" | "quick_replies" | "list"} Kind */

/** @type {Record<Kind, [title: string, about: string]>} */
const KINDS = {
  buttons: ["Buttons", "They stay under the question."],
  quick_replies: ["Quick replies", "They stand above the keyboard and vanish when one is tapped."],
  list: ["List", "The customer opens it with a button and chooses one."],
};

/** What opens a list, unless the agent says otherwise. */
const OPEN = "Choose";

/**
 * @param {Conversation} to
 * @param {Kind} kind
 */
export function open(to, kind) {
  const info = limits.of(to.channel);
  const choices = kind === "buttons" ? info?.buttons : info?.quick_replies;
  const most = choices?.count ?? 3;
  const question = make("textarea", { rows: "3", required: "" });
  const rows = make("div", { class: "fields" });
  const add = make("button", { type: "button", class: "small" }, "Add an answer");
  const error = make("p", { class: "error", role: "alert" });
  const submit = make("button", { type: "submit", class: "primary" }, "Send");
  const [title, about] = KINDS[kind];
  const opener = make("input", { type: "text", maxlength: "20", autocomplete: "off", value: OPEN });
  const form = make("form", { class: "fields" }, make("p", { class: "soft" }, about), labelled("Question", question));
  if (kind === "list") form.append(labelled("Button that opens the list", opener));
  form.append(rows, add, error, submit);
  const addRow = () => {
    const number = rows.childElementCount + 1;
    const field = make("input", { type: "text", maxlength: String(choices?.title.most ?? 20), autocomplete: "off" });
    rows.append(labelled(`Answer ${number}`, field));
    add.hidden = number >= most;
    if (number > 1) field.focus();
  };
  add.addEventListener("click", addRow);
  addRow();
  const dialog = dialogs.open(title, form);
  question.focus();
  const key = freshKey();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const titles = [...rows.querySelectorAll("input")].map((field) => field.value.trim()).filter(Boolean);
    if (titles.length === 0) {
      error.textContent = "Write at least one answer.";
      return;
    }
    submit.disabled = true;
    try {
      await send(to.id, { content: content(kind, question.value.trim(), titles, opener.value.trim() || OPEN) }, key);
      dialog.close();
    } catch (problem) {
      error.textContent = wordsOf(problem);
    } finally {
      submit.disabled = false;
    }
  });
}

/**
 * @param {Kind} kind
 * @param {string} text
 * @param {string[]} titles each is also what it means
 * @param {string} open what opens a list
 */
function content(kind, text, titles, open) {
  if (kind === "buttons") {
    return { type: "prompt", text, buttons: titles.map((title) => ({ action: "reply", title, payload: title })) };
  }
  if (kind === "list") {
    const rows = titles.map((title) => ({ title, description: null, payload: title }));
    return { type: "list", text, open, sections: [{ title: null, rows }] };
  }
  const replies = titles.map((title) => ({ asks: "choice", title, payload: title, image_url: null }));
  return { type: "quick_replies", text, replies };
}
