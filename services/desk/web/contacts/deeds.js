// What can be done to a customer, from their page and from the panel beside their conversation:
// blocking, and forgetting. Both ask first, and say what will be.

/**
 * @typedef {import("../types.js").Block} Block
 * @typedef {import("../types.js").Contact} Contact
 * @typedef {import("../types.js").Conversation} Conversation
 * @typedef {import("../types.js").PersonPage} PersonPage
 */

import { post, wordsOf } from "../api.js";
import * as dialogs from "../dialog.js";
import { labelled } from "../dialog.js";
import { make } from "../dom.js";
import { CHANNELS, nameOf } from "../format.js";

/**
 * A link to a conversation, with where it is.
 * @param {Conversation} conversation
 */
export function conversationLink(conversation) {
  const words = `${CHANNELS[conversation.channel]}, ${conversation.account_name}: ${nameOf(conversation)}`;
  return make("a", { href: `#${conversation.id}` }, words);
}

/**
 * Blocks a customer, or unblocks them.
 * @param {Contact & {blocked: Block | null}} contact
 * @param {(words: string) => void} say
 * @param {(error: unknown) => void} complain
 */
export function blocking(contact, say, complain) {
  const title = contact.blocked ? "Unblock" : "Block\u2026";
  const button = make("button", { type: "button", class: contact.blocked ? "small" : "small danger" }, title);
  button.addEventListener("click", async () => {
    if (!contact.blocked) return askBlock(contact, say);
    button.disabled = true;
    try {
      await post(`/contacts/${contact.id}/unblock`);
      say("Being unblocked.");
    } catch (error) {
      complain(error);
    } finally {
      button.disabled = false;
    }
  });
  return button;
}

/**
 * @param {Contact} contact
 * @param {(words: string) => void} say
 */
function askBlock(contact, say) {
  const reason = make("input", { type: "text", required: "", maxlength: "500", autocomplete: "off" });
  const error = make("p", { class: "error", role: "alert" });
  const submit = make("button", { type: "submit", class: "danger" }, "Block");
  const what = make("p", { class: "soft" }, "What they write is kept, but nobody is told: no bot, no line, no count. Nothing can be sent to them. It can be undone, and then all goes on where it was.");
  const form = make("form", { class: "fields" }, what, labelled("Why", reason, "For colleagues; the customer does not see it."), error, submit);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    try {
      await post(`/contacts/${contact.id}/block`, { reason: reason.value.trim() });
      dialog.close();
      say("Being blocked.");
    } catch (problem) {
      error.textContent = wordsOf(problem);
    } finally {
      submit.disabled = false;
    }
  });
  const dialog = dialogs.open(`Block ${nameOf({ contact })}`, form);
  reason.focus();
}

/**
 * Asks which of a person's contacts are to go, and names what goes with each.
 * @param {PersonPage} person
 * @param {() => void} then
 */
export function askErase(person, then) {
  const boxes = person.conversations.map((one) => {
    const box = make("input", { type: "checkbox", value: one.contact.id });
    box.checked = true;
    return { box, row: make("label", { class: "check" }, box, ` ${CHANNELS[one.channel]}, ${one.account_name}: ${nameOf(one)}`) };
  });
  const error = make("p", { class: "error", role: "alert" });
  const submit = make("button", { type: "submit", class: "danger" }, "Erase");
  const what = make("p", {}, "Messages, files, names and ids of these are erased, with what is noted of them. This cannot be undone.");
  const group = make("div", { class: "label-choices", role: "group", "aria-label": "What is erased" }, ...boxes.map(({ row }) => row));
  const form = make("form", { class: "fields" }, what, group, error, submit);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const ids = boxes.filter(({ box }) => box.checked).map(({ box }) => box.value);
    submit.disabled = true;
    try {
      await post(`/contacts/${person.id}/erase`, { contact_ids: ids });
      dialog.close();
      then();
    } catch (problem) {
      error.textContent = wordsOf(problem);
    } finally {
      submit.disabled = false;
    }
  });
  const dialog = dialogs.open(`Erase ${nameOf({ contact: person })}?`, form);
}
