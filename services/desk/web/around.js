// What stands around a message: what it answers, where it came from, how it was changed, and how
// people reacted to it.

/**
 * @typedef {import("./types.js").Content} Content
 * @typedef {import("./types.js").Message} Message
 */

/**
 * @typedef {object} Reaction
 * @property {string} emoji
 * @property {Message["author"]} author
 */

import { get, wordsOf } from "./api.js";
import { body, face } from "./content/content.js";
import { referral } from "./content/told.js";
import { link, safe } from "./content/words.js";
import { make } from "./dom.js";
import { moment } from "./format.js";

/**
 * What stands above the words.
 * @param {Message} message
 * @param {(id: string) => void} jump shows the quoted message
 * @returns {Node[]}
 */
export function above(message, jump) {
  const { context, reply_to } = message;
  const parts = [];
  if (context.forwarded) parts.push(mark(context.forwarded === "often" ? "Forwarded many times" : "Forwarded"));
  if (context.blocked) parts.push(mark("Written while the customer was blocked: nobody was told"));
  if (context.standby) parts.push(mark("Seen while another app has control"));
  if (context.story) parts.push(story(context.story));
  if (context.sources) parts.push(mark(`From ${context.sources.map(({ name, percent }) => `${name} (${percent}\u00a0%)`).join("; ")}`));
  if (context.product) parts.push(mark(`About the product ${context.product}`));
  if (context.referral) parts.push(referral(context.referral));
  if (reply_to) parts.push(quote(reply_to, jump));
  return parts;
}

/** @param {string} words */
function mark(words) {
  return make("p", { class: "mark" }, words);
}

/** @param {{url: string | null}} story */
function story({ url }) {
  const line = make("p", { class: "mark" }, "Answers your story");
  if (safe(url)) line.append(" \u00b7 ", link(url, "Open it"));
  return line;
}

/**
 * @param {NonNullable<Message["reply_to"]>} answered
 * @param {(id: string) => void} jump
 */
function quote({ id, preview }, jump) {
  if (id === null) return make("p", { class: "quote" }, "An earlier message that is not kept here");
  const button = make("button", { type: "button", class: "quote", title: "Show this message" }, preview ?? "A message");
  button.prepend(make("span", { class: "sr-only" }, "Answers: "));
  button.addEventListener("click", () => jump(id));
  return button;
}

/**
 * @param {Reaction[]} all
 * @param {(author: Message["author"]) => string} nameOf
 */
export function reactions(all, nameOf) {
  const list = make("ul", { class: "reactions", "aria-label": "Reactions" });
  for (const { emoji, author } of all) {
    const who = nameOf(author);
    list.append(make("li", { title: who }, face(emoji), make("span", { class: "sr-only" }, ` ${who}`)));
  }
  return list;
}

/**
 * "Edited", with what the message said before on demand.
 * @param {string} conversation
 * @param {Message} message
 */
export function edited(conversation, message) {
  const history = make("div", { class: "history" });
  const details = make("details", { class: "edited" }, make("summary", {}, "Edited"), history);
  details.addEventListener("toggle", async () => {
    if (!details.open || history.childElementCount > 0) return;
    try {
      /** @type {{content: Content, revised_at: number}[]} */
      const earlier = await get(`/conversations/${conversation}/messages/${message.id}/revisions`);
      history.replaceChildren(...earlier.map(version));
      if (earlier.length === 0) history.append(make("p", { class: "aside" }, "What it said before is not kept."));
    } catch (error) {
      history.replaceChildren(make("p", { class: "error" }, wordsOf(error)));
    }
  });
  return details;
}

/** @param {{content: Content, revised_at: number}} earlier */
function version({ content, revised_at }) {
  return make("div", { class: "version" }, make("p", { class: "soft" }, `Until ${moment(revised_at)}`), ...body(content));
}

/**
 * The reactions that hold now, by Meta's id of the message they are on: of each author the last.
 * @param {Message[]} ordered
 * @returns {Map<string, Reaction[]>}
 */
export function reactionsOf(ordered) {
  /** @type {Map<string, Map<string, Reaction>>} */
  const found = new Map();
  for (const { author, content, status } of ordered) {
    if (content.type !== "reaction" || status === "failed") continue;
    const on = found.get(content.target) ?? new Map();
    found.set(content.target, on);
    const who = author.kind === "customer" ? "customer" : "business";
    if (content.emoji) on.set(who, { emoji: content.emoji, author });
    else on.delete(who);
  }
  return new Map([...found].map(([target, on]) => [target, [...on.values()]]));
}
