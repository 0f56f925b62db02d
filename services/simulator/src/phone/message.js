// One message on the phone: its bubble, cards, buttons, and what can be done with it.

import { act, channel, logIn } from "./conversation.js";
import { button, element, isSafe, link } from "./dom.js";
import { opener } from "./sheet.js";

/**
 * @typedef {import("./types.js").Attachment} Attachment
 * @typedef {import("./types.js").Button} Button
 * @typedef {import("./types.js").Card} Card
 * @typedef {import("./types.js").Message} Message
 */

const ticks = { sent: "\u2713", delivered: "\u2713\u2713", read: "\u2713\u2713 read", failed: "not delivered" };

/** @param {Attachment} attachment */
function attachmentNode({ kind, url, title }) {
  const label = title ?? kind.replaceAll("_", " ");
  if (url === undefined || !isSafe(url)) return element("span", "", label);
  if (["image", "sticker", "story_mention"].includes(kind)) {
    const image = element("img");
    image.src = url;
    image.alt = label;
    return image;
  }
  if (kind === "audio" || kind === "video") {
    const player = element(kind);
    player.src = url;
    player.controls = true;
    player.preload = "none";
    player.setAttribute("aria-label", label);
    return player;
  }
  return link(url, label);
}

/** @param {Button} given */
export function tapNode(given) {
  const { login, tap, title, url } = given;
  if (login !== undefined) return button("tap login", title, () => logIn(login));
  if (url && !tap) return link(url, title, "tap");
  const node = button("tap", title, () => tap && act(tap));
  node.disabled = !tap;
  return node;
}

/** @param {Card} card */
function cardNode(card) {
  const node = element("div", "card");
  if (card.image && isSafe(card.image)) {
    const image = element("img");
    image.src = card.image;
    image.alt = "";
    node.append(image);
  }
  node.append(element("strong", "", card.title));
  if (card.subtitle) node.append(element("span", "subtitle", card.subtitle));
  node.append(...(card.buttons ?? []).map(tapNode));
  return node;
}

/**
 * @param {Message} message
 * @param {Message | undefined} quoted what it answers
 */
function bubbleNode(message, quoted) {
  const bubble = element("div", "bubble");
  if (message.deleted) {
    bubble.append(element("span", "deleted", "Message removed"));
    return bubble;
  }
  if (quoted) bubble.append(element("span", "quote", quoted.text ?? quoted.kind));
  bubble.append(...(message.attachments ?? []).map(attachmentNode));
  // A card says it itself.
  const isCard = message.kind === "template" && message.cards?.length;
  if (message.text && !isCard) bubble.append(element("span", "", message.text));
  if (!bubble.hasChildNodes() && !isCard) bubble.append(element("span", "deleted", message.kind));
  return bubble;
}

/**
 * @param {Message} message
 * @param {Message | undefined} quoted what it answers
 * @param {(message: Message) => void} onMore
 */
export function messageNode(message, quoted, onMore) {
  const item = element("li", `message ${message.from}`);
  if (message.kind === "account_linking" || message.kind === "system") {
    item.className = "message note";
    item.append(message.text ?? "");
    return item;
  }
  item.append(element("span", "hidden", message.from === "customer" ? "You:" : "Business:"));
  if (message.persona) item.append(element("span", "persona", message.persona));
  const bubble = bubbleNode(message, quoted);
  if (bubble.hasChildNodes()) item.append(bubble);
  if (message.cards?.length) {
    const cards = element("div", "cards");
    cards.tabIndex = 0;
    cards.setAttribute("role", "group");
    cards.setAttribute("aria-label", "Cards");
    cards.append(...message.cards.map(cardNode));
    item.append(cards);
  }
  const taps = element("div", "taps");
  taps.append(...(message.buttons ?? []).map(tapNode));
  if (message.sheet) taps.append(opener(message.sheet, message.id));
  if (taps.hasChildNodes()) item.append(taps);
  item.append(metaNode(message, onMore));
  return item;
}

/**
 * @param {Message} message
 * @param {(message: Message) => void} onMore
 */
export function metaNode(message, onMore) {
  const time = new Date(message.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const edited = message.content?.num_edit ? "edited " : "";
  const meta = element("span", "meta", `${edited}${time} `);
  // A tick is no news for somebody who listens.
  meta.setAttribute("aria-live", "off");
  // A phone shows how far one's own messages got; of others, only what is lost.
  if (message.from === "customer" || message.status === "failed") {
    meta.append(element("span", message.status, ticks[message.status]));
  }
  if (message.reaction) meta.append(element("span", "reaction", message.reaction));
  if (!message.deleted) {
    const more = button("more", "\u22ef", () => onMore(message));
    more.setAttribute("aria-label", `More for: ${(message.text ?? message.kind).slice(0, 60)}`);
    more.setAttribute("aria-haspopup", "dialog");
    meta.append(more);
  }
  return meta;
}

/**
 * The act that puts a reaction on a message, or with an empty emoji takes it away.
 * @param {Message} message
 * @param {string} emoji
 * @param {string} name Meta's name of it
 */
export function reaction(message, emoji, name) {
  if (channel() === "whatsapp") return { reaction: { message_id: message.id, emoji } };
  if (!emoji) return { reaction: { mid: message.id, action: "unreact" } };
  return { reaction: { mid: message.id, reaction: name, emoji } };
}
