// What can be done with a message: answer it, react to it.

/**
 * @typedef {import("./types.js").Message} Message
 */

import { wordsOf } from "./api.js";
import * as limits from "./compose/limits.js";
import { send } from "./compose/send.js";
import { permit } from "./compose/window.js";
import * as composer from "./composer.js";
import { lineOf } from "./content/line.js";
import { make } from "./dom.js";
import { state } from "./state.js";

const FACES = ["\ud83d\udc4d", "\u2764\ufe0f", "\ud83d\ude02", "\ud83d\ude2e", "\ud83d\ude22", "\ud83d\ude4f"];

/**
 * Nothing where Meta has no id of the message yet, or it is gone.
 * @param {Message} message
 * @returns {Node | null}
 */
export function menu(message) {
  const { external_id, content } = message;
  if (external_id === null || content.type === "unsent" || content.type === "reaction") return null;
  const group = make("span", { class: "deeds" });
  const reply = deed("Reply", () => composer.answer({ id: message.id, words: lineOf(content) }));
  group.append(reply);
  if (message.author.kind === "customer") group.append(reactButton(group, message.id));
  return group;
}

/**
 * @param {string} title
 * @param {() => void} act
 */
function deed(title, act) {
  const button = make("button", { type: "button", class: "deed" }, title);
  button.addEventListener("click", act);
  return button;
}

/**
 * @param {HTMLElement} group
 * @param {string} message
 */
function reactButton(group, message) {
  const button = deed("React", () => {
    const row = make("span", { class: "faces", role: "group", "aria-label": "Reactions" });
    const close = () => {
      row.replaceWith(button);
      button.focus();
    };
    row.append(...FACES.map((emoji) => deed(emoji, () => react(message, emoji).then(close))));
    const none = deed("\u2715", () => react(message, null).then(close));
    none.setAttribute("aria-label", "Take the reaction back");
    row.append(none);
    row.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      close();
    });
    group.querySelector(".faces")?.remove();
    button.replaceWith(row);
    /** @type {HTMLElement | null} */ (row.firstElementChild)?.focus();
  });
  return button;
}

/**
 * @param {string} message
 * @param {string | null} emoji
 */
async function react(message, emoji) {
  const open = state.open;
  if (!open) return;
  const allowed = permit(open);
  composer.complain(allowed.open ? "" : allowed.words);
  if (!allowed.open || !limits.shows(open.channel, "reaction")) return;
  try {
    await send(open.id, { reaction: { message_id: message, emoji } });
  } catch (error) {
    composer.complain(wordsOf(error));
  }
}
