// Writing a question with answers to press: buttons or quick replies.

/**
 * @typedef {import("../types.js").Conversation} Conversation
 */

import { freshKey, wordsOf } from "../api.js";
import * as dialogs from "../dialog.js";
import { labelled } from "../dialog.js";
import { make } from "../dom.js";
import * as limits from "./limits.js";
import { send } from "./send.js";

/**
 * @param {Conversation} to
 * @param {"buttons" | "quick_replies"} kind
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
  const form = make("form", { class: "fields" });
  if (kind === "quick_replies") form.append(make("p", { class: "soft" }, "They stand above the keyboard and vanish when one is tapped."));
  form.append(labelled("Question", question), rows, add, error, submit);
  const addRow = () => {
    const number = rows.childElementCount + 1;
    const field = make("input", { type: "text", maxlength: String(choices?.title.most ?? 20), autocomplete: "off" });
    rows.append(labelled(`Answer ${number}`, field));
    add.hidden = number >= most;
    if (number > 1) field.focus();
  };
  add.addEventListener("click", addRow);
  addRow();
  const dialog = dialogs.open(kind === "buttons" ? "Buttons" : "Quick replies", form);
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
      await send(to.id, { content: content(kind, question.value.trim(), titles) }, key);
      dialog.close();
    } catch (problem) {
      error.textContent = wordsOf(problem);
    } finally {
      submit.disabled = false;
    }
  });
}

/**
 * @param {"buttons" | "quick_replies"} kind
 * @param {string} text
 * @param {string[]} titles each is also what it means
 */
function content(kind, text, titles) {
  if (kind === "buttons") {
    return { type: "prompt", text, buttons: titles.map((title) => ({ action: "reply", title, payload: title })) };
  }
  const replies = titles.map((title) => ({ asks: "choice", title, payload: title, image_url: null }));
  return { type: "quick_replies", text, replies };
}
