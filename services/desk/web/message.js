// One message of the transcript: as a bubble, or as a line where nobody said it.

/**
 * @typedef {import("./around.js").Reaction} Reaction
 * @typedef {import("./types.js").Fate} Fate
 * @typedef {import("./types.js").Message} Message
 */

/**
 * What can be done with a message.
 * @typedef {object} Deeds
 * @property {string} conversation
 * @property {(id: string) => void} resend
 * @property {(id: string) => void} jump
 * @property {(message: Message) => Node | null} menu
 */

import { above, edited, reactions } from "./around.js";
import { body } from "./content/content.js";
import { make } from "./dom.js";
import { clock, moment } from "./format.js";
import { agentName } from "./state.js";

/** @type {Record<Fate, [mark: string, words: string]>} */
const FATES = {
  received: ["", ""],
  pending: ["\u2026", "On its way"],
  uncertain: ["?", "May not have arrived"],
  sent: ["\u2713", "Sent"],
  delivered: ["\u2713\u2713", "Delivered"],
  read: ["\u2713\u2713", "Read"],
  failed: ["!", "Not delivered"],
};

/**
 * Makes or renews the element of a message.
 * @param {HTMLElement} item
 * @param {Message} message
 * @param {Reaction[]} reacted
 * @param {Deeds} deeds
 */
export function fill(item, message, reacted, deeds) {
  const faces = reacted.map(({ emoji, author }) => `${emoji}${author.kind}`).join();
  const shown = [message.status, message.reason, message.revised_at, message.external_id, message.file?.state, faces, authorOf(message.author)].join(" ");
  if (item.dataset["shown"] === shown) return;
  item.dataset["shown"] = shown;
  if (message.content.type === "notice") return line(item, message);
  const kind = message.author.kind;
  item.className = `message ${kind} ${kind === "customer" ? "in" : "out"} fate-${message.status} is-${message.content.type}${message.context.blocked ? " is-blocked" : ""}`;
  const bubble = make("div", { class: "bubble" }, ...above(message, deeds.jump), ...body(message.content, message.file));
  item.replaceChildren(bubble);
  if (reacted.length > 0) item.append(reactions(reacted, authorOf));
  item.append(foot(message, deeds));
  if (message.status === "failed" || message.status === "uncertain") item.append(trouble(message, deeds.resend));
}

/**
 * @param {HTMLElement} item
 * @param {Message} message
 */
function line(item, message) {
  item.className = "message line system";
  item.replaceChildren(...body(message.content), time(message.at));
}

/** @param {number} at */
function time(at) {
  return make("time", { datetime: new Date(at).toISOString(), title: moment(at) }, clock(at));
}

/**
 * @param {Message} message
 * @param {Deeds} deeds
 */
function foot(message, deeds) {
  const foot = make("div", { class: "foot" });
  const menu = deeds.menu(message);
  if (menu) foot.append(menu);
  if (message.revised_at !== null && message.content.type !== "unsent") foot.append(edited(deeds.conversation, message));
  foot.append(make("span", { class: "author" }, authorOf(message.author)), time(message.at));
  if (message.content.type === "note") foot.append(make("span", { class: "soft" }, "Note, for colleagues only"));
  const [mark, words] = FATES[message.status];
  if (mark) {
    const fate = make("span", { class: "fate", title: words }, make("span", { "aria-hidden": "true" }, mark));
    fate.append(make("span", { class: "sr-only" }, words));
    foot.append(fate);
  }
  return foot;
}

/** @param {Message["author"]} author */
function authorOf(author) {
  switch (author.kind) {
    case "customer":
      return "Customer";
    case "bot":
      return "Bot";
    case "system":
      return "Automatic";
    case "elsewhere":
      return "Sent outside Switchboard";
    case "agent":
      return agentName(author.id ?? null);
  }
}

/**
 * @param {Message} message
 * @param {(id: string) => void} resend
 */
function trouble(message, resend) {
  const words = message.status === "failed" ? "Not delivered" : "May not have arrived";
  const why = message.reason ? `${words}: ${message.reason}` : `${words}.`;
  const button = make("button", { type: "button", class: "small" }, "Resend");
  button.addEventListener("click", () => {
    button.disabled = true;
    resend(message.id);
  });
  return make("div", { class: "trouble" }, make("span", {}, why), button);
}
