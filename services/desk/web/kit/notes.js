// Notes: what colleagues write for each other in a conversation, and those that are for oneself.

/**
 * @typedef {import("../types.js").Mention} Mention
 */

import { freshKey, get, post, wordsOf } from "../api.js";
import * as dialogs from "../dialog.js";
import { labelled } from "../dialog.js";
import { byId, make } from "../dom.js";
import { ago } from "../format.js";
import { agentName, colleagues, onChange, state } from "../state.js";
import * as sync from "../sync.js";

const write = byId("note", HTMLButtonElement);
const bell = byId("mentions", HTMLButtonElement);

/** @type {Mention[]} */
let all = [];

/** Begins to offer them. */
export function start() {
  write.addEventListener("click", open);
  bell.addEventListener("click", list);
  onChange(render);
}

/** Reads the notes for oneself. */
export async function read() {
  all = await get("/me/mentions");
  render();
}

function render() {
  const fresh = all.filter((one) => one.fresh).length;
  bell.hidden = all.length === 0;
  const words = fresh > 0 ? `Notes for you (${fresh})` : "Notes for you";
  if (bell.textContent !== words) bell.textContent = words;
  bell.classList.toggle("has-fresh", fresh > 0);
}

function open() {
  const to = state.open;
  if (!to) return;
  const text = make("textarea", { rows: "5", required: "", maxlength: "4096" });
  const people = make("div", { class: "label-choices", role: "group", "aria-label": "Who is told" });
  for (const { id, name } of colleagues()) {
    if (id !== state.me?.id) people.append(make("label", { class: "check" }, make("input", { type: "checkbox", value: id }), ` ${name}`));
  }
  const error = make("p", { class: "error", role: "alert" });
  const submit = make("button", { type: "submit", class: "primary" }, "Keep the note");
  const form = make("form", { class: "fields" }, labelled("Note", text, "Colleagues read it in the conversation; the customer never does."), make("p", { class: "soft" }, "Tell of it:"), people, error, submit);
  const key = freshKey();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    const ticked = [...people.querySelectorAll("input")].filter((one) => one.checked).map((one) => one.value);
    try {
      await post(`/conversations/${to.id}/notes`, { text: text.value, mention_ids: ticked }, { "idempotency-key": key });
      dialog.close();
      sync.eventually();
    } catch (problem) {
      error.textContent = wordsOf(problem);
    } finally {
      submit.disabled = false;
    }
  });
  const dialog = dialogs.open("A note for colleagues", form);
  text.focus();
}

async function list() {
  const rows = make("ul", { class: "choices" });
  for (const { conversation_id, by, text, at, fresh } of all) {
    const top = make("span", { class: "row-top" }, make("strong", {}, `${agentName(by)}${fresh ? ", new" : ""}`), make("span", { class: "soft" }, ago(at)));
    const link = make("a", { href: `#${conversation_id}`, class: "row" }, top, make("span", { class: "row-preview" }, text));
    link.addEventListener("click", () => dialog.close());
    rows.append(make("li", {}, link));
  }
  const dialog = dialogs.open("Notes for you", rows);
  try {
    await post("/me/mentions/read");
    await read();
  } catch (problem) {
    sync.complainOf(problem);
  }
}
