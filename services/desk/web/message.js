// One message as a bubble.

/**
 * @typedef {import("./types.js").Content} Content
 * @typedef {import("./types.js").Fate} Fate
 * @typedef {import("./types.js").Message} Message
 */

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
 * @param {(id: string) => void} resend
 */
export function fill(item, message, resend) {
  const shown = `${message.status} ${message.reason ?? ""} ${agentName(message.author.id ?? null)}`;
  if (item.dataset["shown"] === shown) return;
  item.dataset["shown"] = shown;
  const kind = message.author.kind;
  item.className = `message ${kind} ${kind === "customer" ? "in" : "out"} fate-${message.status}`;
  const bubble = make("div", { class: "bubble" }, ...body(message.content));
  item.replaceChildren(bubble, foot(message));
  if (message.status === "failed" || message.status === "uncertain") item.append(trouble(message, resend));
}

/** @param {Message} message */
function foot(message) {
  const foot = make("div", { class: "foot" }, make("span", { class: "author" }, authorOf(message)));
  foot.append(make("time", { datetime: new Date(message.at).toISOString(), title: moment(message.at) }, clock(message.at)));
  const [mark, words] = FATES[message.status];
  if (mark) {
    const fate = make("span", { class: "fate", title: words }, make("span", { "aria-hidden": "true" }, mark));
    fate.append(make("span", { class: "sr-only" }, words));
    foot.append(fate);
  }
  return foot;
}

/** @param {Message} message */
function authorOf({ author }) {
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

/**
 * @param {Content} content
 * @returns {(Node | string)[]}
 */
function body(content) {
  switch (content.type) {
    case "text":
      return [text(content.text)];
    case "media":
      return media(content);
    case "prompt":
      return [text(content.text), buttons(content.buttons)];
    case "choice":
      return [make("p", { class: "choice" }, content.title)];
    case "location":
      return [place(content)];
    case "reaction":
      return [text(content.emoji ? `Reacted with ${content.emoji}` : "Took a reaction back")];
    default:
      return [make("p", { class: "unsupported" }, `Unsupported message (${kindOf(content)}). The original is kept.`)];
  }
}

/** @param {{kind?: string}} content */
function kindOf(content) {
  return content.kind ?? "unknown";
}

/** @param {string} words */
function text(words) {
  return make("p", { class: "text" }, words);
}

/** @param {Extract<Content, {type: "media"}>} content */
function media(content) {
  const parts = [];
  const title = content.caption || content.filename || content.kind;
  const url = safe(content.url);
  if (url && (content.kind === "image" || content.kind === "sticker")) {
    const image = make("img", { src: url, alt: title, loading: "lazy", referrerpolicy: "no-referrer" });
    const gone = make("p", { class: "unsupported" }, "The image is no longer available.");
    image.addEventListener("error", () => image.replaceWith(gone));
    parts.push(image);
  } else if (url) {
    parts.push(make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, content.filename || `Open ${content.kind}`));
  } else {
    parts.push(make("p", { class: "unsupported" }, `${content.kind} (to be seen in Meta's inbox)`));
  }
  if (content.caption) parts.push(text(content.caption));
  return parts;
}

/** @param {Extract<Content, {type: "prompt"}>["buttons"]} all */
function buttons(all) {
  const list = make("ul", { class: "buttons", "aria-label": "Buttons the customer sees" });
  list.append(...all.map((button) => make("li", {}, button.title)));
  return list;
}

/** @param {Extract<Content, {type: "location"}>} content */
function place({ latitude, longitude, name, address }) {
  const where = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  return text(["Location", name, address, where].filter(Boolean).join("\n"));
}

/**
 * Only addresses that a browser should follow.
 * @param {string | null} url
 */
function safe(url) {
  return url && /^https:\/\//i.test(url) ? url : null;
}
