// Sending a conversation on: to a colleague, to a team, or to the bot, with a note for whoever answers.

/**
 * @typedef {import("../types.js").Conversation} Conversation
 * @typedef {import("../types.js").Team} Team
 */

import { freshKey, get, post, wordsOf } from "../api.js";
import * as dialogs from "../dialog.js";
import { labelled } from "../dialog.js";
import { make } from "../dom.js";
import * as fields from "../fields.js";
import { PRESENCES } from "../format.js";
import { colleagues, onChange, state } from "../state.js";

/**
 * Asks to whom.
 * @param {Conversation} conversation
 * @param {boolean} hasBot
 * @param {() => void} done
 */
export async function ask(conversation, hasBot, done) {
  /** @type {Team[]} */
  const teams = await get("/teams");
  const to = make("select", { required: "", "data-field": "to" });
  const offer = () => {
    const [chosen, all] = [to.value, [make("option", { value: "" }, "Choose\u2026"), ...agents(conversation)]];
    all.push(...group("Teams", teams.map(({ id, name }) => make("option", { value: `team ${id}` }, name))));
    if (hasBot && conversation.status !== "bot") all.push(...group("Bot", [make("option", { value: "bot" }, "The bot")]));
    // Who is there changes while one thinks; a list that is the same is not built anew under the hand.
    if (all.map((one) => one.textContent).join() === [...to.children].map((one) => one.textContent).join()) return;
    to.replaceChildren(...all);
    to.value = chosen;
  };
  offer();
  const note = make("textarea", { rows: "4", maxlength: "1000", "data-field": "note" });
  const error = make("p", { class: "error", role: "alert" });
  const submit = make("button", { type: "submit", class: "primary" }, "Transfer");
  const form = make("form", { class: "fields" }, labelled("To", to), labelled("Note", note, "Whoever answers next reads it first; the customer never does."), error, submit);
  const key = freshKey();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    fields.clear(form);
    error.textContent = "";
    try {
      const body = { to: destination(to.value), note: note.value.trim() || null };
      await post(`/conversations/${conversation.id}/transfer`, body, { "idempotency-key": key });
      dialog.close();
      done();
    } catch (problem) {
      fields.complain(form, problem, () => (error.textContent = wordsOf(problem)));
    } finally {
      submit.disabled = false;
    }
  });
  const dialog = dialogs.open("Transfer", form);
  to.closest("dialog")?.addEventListener("close", onChange(offer));
  to.focus();
}

/**
 * Those who are there first, and of these who has the least.
 * @param {Conversation} conversation
 */
function agents(conversation) {
  const order = Object.keys(PRESENCES);
  const others = colleagues().filter(({ id }) => id !== conversation.agent_id);
  others.sort((one, other) => order.indexOf(one.presence) - order.indexOf(other.presence) || one.load - other.load);
  const options = others.map(({ id, name, presence, load, capacity }) => {
    const who = id === state.me?.id ? `${name} (you)` : name;
    return make("option", { value: `agent ${id}` }, `${who} \u2013 ${PRESENCES[presence]}, has ${load} of ${capacity}`);
  });
  return group("Agents", options);
}

/**
 * @param {string} label
 * @param {HTMLOptionElement[]} options
 */
function group(label, options) {
  return options.length > 0 ? [make("optgroup", { label }, ...options)] : [];
}

/** @param {string} chosen */
function destination(chosen) {
  const [kind = "", id] = chosen.split(" ");
  return id ? { [kind]: id } : kind;
}
