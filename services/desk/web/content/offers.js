// What a business offers its customers: as the customer sees it, but nothing can be pressed here.

/**
 * @typedef {import("../types.js").Button} Button
 * @typedef {import("../types.js").Card} Card
 * @typedef {import("../types.js").Content} Content
 * @typedef {import("../types.js").QuickReply} QuickReply
 * @typedef {import("../types.js").Template} Template
 */

import { make } from "../dom.js";
import { media } from "./media.js";
import { aside, facts, link, picture, showable, text } from "./words.js";

/** @param {Extract<Content, {type: "prompt"}>} prompt */
export function prompt({ text: words, buttons }) {
  return [text(words), buttonRow(buttons)];
}

/** @param {Extract<Content, {type: "quick_replies"}>} offer */
export function quickReplies({ text: words, replies }) {
  const list = make("ul", { class: "buttons quick", "aria-label": "Answers the customer can tap" });
  list.append(...replies.map((reply) => make("li", {}, quickTitle(reply))));
  return [text(words), list];
}

/** @param {QuickReply} reply */
function quickTitle(reply) {
  if (reply.asks === "choice") return reply.title;
  return reply.asks === "phone" ? "\u260e Their phone number" : "\u2709 Their e-mail address";
}

/** @param {Button[]} buttons */
function buttonRow(buttons) {
  const list = make("ul", { class: "buttons", "aria-label": "Buttons the customer sees" });
  list.append(...buttons.map((button) => make("li", {}, buttonFace(button))));
  return list;
}

/** @param {Button} button */
function buttonFace(button) {
  switch (button.action) {
    case "reply":
      return button.title;
    case "link":
      return link(button.url, `${button.title} \u2197`);
    case "call":
      return make("span", { title: button.phone }, `\u260e ${button.title}`);
    case "log_in":
      return "Log in";
    case "log_out":
      return "Log out";
  }
}

/** @param {Extract<Content, {type: "list"}>} list */
export function list({ text: words, open, sections }) {
  const all = make("details", { class: "menu" }, make("summary", {}, open));
  for (const { title, rows } of sections) {
    if (title) all.append(make("p", { class: "menu-title" }, title));
    const items = make("ul");
    for (const row of rows) {
      const item = make("li", {}, make("strong", {}, row.title));
      if (row.description) item.append(make("span", { class: "soft" }, ` ${row.description}`));
      items.append(item);
    }
    all.append(items);
  }
  return [text(words), all];
}

/** @param {Card[]} all */
export function cards(all) {
  const strip = make("ul", { class: "cards", tabindex: "0", "aria-label": "Cards the customer can leaf through" });
  strip.append(...all.map((one) => make("li", { class: "offer" }, ...card(one))));
  return [strip];
}

/** @param {Card} card */
function card({ title, subtitle, image_url, link: page, buttons }) {
  const parts = [];
  const src = showable(image_url);
  if (src) parts.push(picture(src, title, "The picture cannot be shown."));
  parts.push(make("p", { class: "offer-title" }, page ? link(page, title) : title));
  if (subtitle) parts.push(make("p", { class: "soft" }, subtitle));
  if (buttons.length > 0) parts.push(buttonRow(buttons));
  return parts;
}

/** @param {Extract<Content, {type: "flow"}>} flow */
export function flow({ text: words, open }) {
  const list = make("ul", { class: "buttons", "aria-label": "The button that opens the form" });
  list.append(make("li", {}, open));
  return [text(words), list, aside("Opens a form; the answers come as a message.")];
}

/** @param {string} words */
export function locationRequest(words) {
  const list = make("ul", { class: "buttons", "aria-label": "Buttons the customer sees" });
  list.append(make("li", {}, "\u2316 Send location"));
  return [text(words), list];
}

/** @param {Template} template */
export function template(template) {
  const parts = [];
  const { header } = template;
  if (header?.is === "media") parts.push(...media(header.media, null));
  if (header?.is === "text") parts.push(make("p", { class: "offer-title" }, header.parameter.text));
  if (header?.is === "location") parts.push(text(`${header.name}\n${header.address}`));
  if (template.text) parts.push(text(template.text));
  else if (template.body.length > 0) parts.push(facts(template.body.map((one, at) => [one.name ?? String(at + 1), one.text])));
  parts.push(aside(`Template ${template.name} (${template.language})`));
  return parts;
}
