// The content of a message, whatever its kind.

/**
 * @typedef {import("../types.js").Content} Content
 * @typedef {import("../types.js").FileInfo} FileInfo
 */

import { make } from "../dom.js";
import { moment } from "../format.js";
import { agentName, state } from "../state.js";
import { media } from "./media.js";
import * as offers from "./offers.js";
import * as told from "./told.js";
import { aside, facts, text } from "./words.js";

/**
 * @param {Content} content
 * @param {FileInfo | null} [file] what we have of the file that it came with
 * @returns {Node[]}
 */
export function body(content, file = null) {
  switch (content.type) {
    case "text":
      return [text(content.text)];
    case "media":
      return media(content, file);
    case "prompt":
      return offers.prompt(content);
    case "quick_replies":
      return offers.quickReplies(content);
    case "list":
      return offers.list(content);
    case "cards":
      return offers.cards(content.cards);
    case "template":
      return offers.template(content);
    case "flow":
      return offers.flow(content);
    case "location_request":
      return offers.locationRequest(content.text);
    case "choice":
      return [make("p", { class: "choice" }, content.title)];
    case "location":
      return told.location(content);
    case "contacts":
      return told.contacts(content.people);
    case "reaction":
      return [text(content.emoji ? `Reacted with ${face(content.emoji)}` : "Took a reaction back")];
    case "order":
      return told.order(content);
    case "form":
      return told.form(content);
    case "share":
      return told.share(content);
    case "referral":
      return [told.referral(content)];
    case "notice":
      return notice(content);
    case "note":
      return [text(content.text)];
    case "unsent":
      return [aside("The customer took this message back. Nothing of it is kept.")];
    default:
      return [aside(`This kind of message cannot be shown yet (${kindOf(content)}). The original is kept.`)];
  }
}

/** @param {{kind?: string}} content */
function kindOf(content) {
  return content.kind ?? "unknown";
}

/** @type {Record<string, string>} Meta's words for Messenger's reactions */
const FACES = { love: "\u2764", like: "\ud83d\udc4d", dislike: "\ud83d\udc4e", smile: "\ud83d\ude06", wow: "\ud83d\ude2e", sad: "\ud83d\ude22", angry: "\ud83d\ude20" };

/**
 * An emoji, also for Meta's word for it.
 * @param {string} emoji
 */
export function face(emoji) {
  return FACES[emoji.toLowerCase()] ?? emoji;
}

/** Details that only programs understand. */
const FOR_PROGRAMS = new Set(["metadata", "app", "from_app", "by_app"]);

/** @param {Extract<Content, {type: "notice"}>} notice */
function notice({ text: words, details }) {
  const shown = details.flatMap(({ name, value }) => {
    const told = FOR_PROGRAMS.has(name) ? null : detail(name, value);
    return told === null ? [] : [/** @type {[string, string]} */ ([name.replaceAll("_", " "), told])];
  });
  const line = make("p", { class: "notice" }, words);
  if (shown.length === 0) return [line];
  return [line, facts(shown)];
}

/**
 * A detail as people read it; null for ids of what has no name here.
 * @param {string} name
 * @param {string} value
 */
function detail(name, value) {
  if (name === "until") return moment(Number(value));
  if (name !== "by" && name !== "to") return value;
  return state.agents.some(({ id }) => id === value) ? agentName(value) : null;
}
