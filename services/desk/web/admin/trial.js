// Trying a bot: a conversation with it that nobody else has.

/**
 * @typedef {{by_customer: boolean, text: string}} Line
 * @typedef {{outcome: string, replies: any[], note: string | null, memory: string | null, sources: {name: string, percent: number}[]}} Tried
 */

import { post } from "../api.js";
import { labelled } from "../dialog.js";
import { make } from "../dom.js";
import { busyButton, outcome, section, soft } from "./parts.js";

/** A message has so many characters at most. */
const LONGEST = 4000;

/** The bot is told so many lines of what was said before. */
const LINES = 20;

/** @type {Record<string, string>} what became of it, for people */
const OUTCOMES = {
  resolved: "It resolves the conversation.",
  handed_off: "It hands off to people.",
  awaited: "It answers by itself.",
  failed: "It failed.",
};

/** @param {string} bot */
export function part(bot) {
  /** @type {Line[]} */
  let history = [];
  /** @type {string | null} */
  let memory = null;
  const lines = make("div", { class: "trial", role: "log", "aria-label": "What you and the bot said" });
  const text = make("input", { type: "text", maxlength: `${LONGEST}`, autocomplete: "off" });
  const { line, say: tell, complain } = outcome();
  /**
   * @param {string} words
   * @param {string | null} payload of a button that was pressed
   */
  const says = async (words, payload) => {
    tell("");
    if (!words.trim()) return;
    try {
      /** @type {Tried} */
      const tried = await post(`/bots/${bot}/try`, { text: words, payload, memory, history: history.slice(-LINES) });
      const replies = tried.replies.map((reply) => ({ by_customer: false, text: wordsOf(reply).slice(0, LONGEST) }));
      history = [...history, { by_customer: true, text: words }, ...replies];
      memory = tried.memory;
      const press = (/** @type {string} */ title, /** @type {string} */ value) => says(title, value);
      lines.append(bubble("customer", words), ...tried.replies.map((reply) => bubble("bot", wordsOf(reply), buttonsOf(reply, press))), ...remarks(tried));
      text.value = "";
    } catch (error) {
      complain(error);
    }
  };
  const say = busyButton("Say it", "primary", () => says(text.value, null));
  const anew = busyButton("Begin anew", "plain", async () => {
    [history, memory] = [[], null];
    lines.replaceChildren();
    tell("");
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) say.click();
  });
  const why = soft("As a customer would, of a conversation that there is not. What it asks outside, a model or your program, it asks, and what that costs counts.");
  return section("Try it", why, lines, labelled("What a customer says", text), make("div", { class: "control-row" }, say, anew), line);
}

/**
 * @param {string} by `customer` or `bot`
 * @param {string} words
 * @param {HTMLElement[]} buttons
 */
function bubble(by, words, buttons = []) {
  const who = make("span", { class: "who" }, by === "customer" ? "You" : "Bot");
  return make("div", { class: `trial-line ${by}` }, who, make("p", {}, words), ...buttons);
}

/** @param {Tried} tried */
function remarks({ outcome: became, note, sources }) {
  const rests = sources.map(({ name, percent }) => `${name} (${percent} %)`).join(", ");
  const all = [OUTCOMES[became] ?? "", note ?? "", rests && `From ${rests}.`].filter((one) => one !== "");
  return all.length === 0 ? [] : [make("p", { class: "trial-remark soft" }, all.join(" "))];
}

/**
 * What a message says in words.
 * @param {any} content
 * @returns {string}
 */
function wordsOf(content) {
  if (content.text) return content.text;
  if (content.cards) return content.cards.map((/** @type {{title: string}} */ card) => card.title).join("\n");
  return content.caption ?? content.url ?? `(${content.type})`;
}

/**
 * What can be pressed below a message.
 * @param {any} content
 * @param {(title: string, payload: string) => void} press
 */
function buttonsOf(content, press) {
  const rows = (content.sections ?? []).flatMap((/** @type {{rows: any[]}} */ one) => one.rows);
  const cards = (content.cards ?? []).flatMap((/** @type {{buttons: any[]}} */ one) => one.buttons ?? []);
  const all = [...(content.buttons ?? []), ...(content.replies ?? []), ...rows, ...cards];
  return all.filter((one) => one.payload).map(({ title, payload }) => busyButton(title, "small", async () => press(title, payload)));
}
