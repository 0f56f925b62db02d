// The assistants: all of them, a new one, and one with its settings.

/**
 * @typedef {import("../types.js").Account} Account
 * @typedef {{id: string, name: string, kind: string}} Bot
 * @typedef {Bot & {settings: string, has_secret: boolean, spent_today_micros: number, account_ids: string[]}} BotDetail
 * @typedef {{kind: string, example: string}} Kind
 */

import { del, get, post, put } from "../api.js";
import { facts } from "../content/words.js";
import { labelled } from "../dialog.js";
import { make } from "../dom.js";
import * as documents from "./documents.js";
import { busyButton, outcome, section, soft, table } from "./parts.js";
import { editor } from "./settings.js";
import * as trial from "./trial.js";

/** @type {Record<string, string>} what the kinds are, for people */
const KINDS = {
  rules: "Rules: keywords, buttons and questions",
  knowledge: "Knowledge: answers from documents",
  http: "HTTP: a program of yours, or Rasa",
  llm: "LLM: a language model",
  meta: "A bot that was written for Meta's platform",
};

/** Kinds that answer from documents. */
const LEARNING = ["knowledge", "llm"];

/**
 * @param {HTMLElement} place
 * @param {string | null} argument an id, `new`, or none for the list
 */
export async function show(place, argument) {
  if (argument === "new") return adding(place);
  return argument === null ? list(place) : one(place, argument);
}

/** @param {HTMLElement} place */
async function list(place) {
  /** @type {[Bot[], Account[]]} */
  const [all, accounts] = await Promise.all([get("/bots"), get("/accounts")]);
  const add = make("a", { href: "#admin/bots/new" }, "Add a bot");
  const why = soft("A bot answers an account's customers first. People take over when it hands off, when it fails, and when a customer asks for them.");
  if (all.length === 0) return place.replaceChildren(section("Bots", why, soft("There are none yet; people answer."), add));
  const rows = all.map((bot) => {
    const link = make("a", { href: `#admin/bots/${bot.id}` }, bot.name);
    return [link, kindOf(bot.kind), users(accounts.filter((account) => account.bot_id === bot.id))];
  });
  place.replaceChildren(section("Bots", why, table("Bots", ["Name", "Kind", "Answers for"], rows), add));
}

/** @param {string} kind */
function kindOf(kind) {
  return KINDS[kind] ?? kind;
}

/** @param {Account[]} accounts */
function users(accounts) {
  const links = accounts.map(({ id, name }) => make("a", { href: `#admin/accounts/${id}` }, name));
  if (links.length === 0) return "no account";
  return make("span", {}, ...links.flatMap((link, index) => (index === 0 ? [link] : [", ", link])));
}

/** @param {HTMLElement} place */
async function adding(place) {
  /** @type {Kind[]} */
  const kinds = await get("/bots/kinds");
  const kind = make("select", {}, ...kinds.map((one) => make("option", { value: one.kind }, kindOf(one.kind))));
  const example = () => kinds.find((one) => one.kind === kind.value)?.example ?? "";
  const name = make("input", { type: "text", required: "", maxlength: "200", autocomplete: "off" });
  const settings = editor(() => kind.value, example());
  let begun = example();
  kind.addEventListener("change", () => {
    // What somebody wrote stays.
    if (settings.text() === begun) settings.become(example());
    begun = example();
  });
  const secret = make("input", { type: "password", autocomplete: "off", spellcheck: "false" });
  const { line, complain } = outcome();
  const add = busyButton("Add", "primary", async () => {
    settings.clear();
    try {
      const value = secret.value.trim() || null;
      /** @type {BotDetail} */
      const made = await post("/bots", { name: name.value, kind: kind.value, settings: settings.text(), secret: value });
      location.hash = `#admin/bots/${made.id}`;
    } catch (error) {
      complain(error);
      settings.mark(error);
    }
  });
  const back = make("a", { href: "#admin/bots" }, "All bots");
  const fields = make("div", { class: "fields wide" }, labelled("Name", name), labelled("Kind", kind), settings.element, labelled("Secret", secret, "Of signed bots and of most models; rules need none. It is kept sealed and never shown again."), make("div", { class: "control-row" }, add, settings.check), line);
  place.replaceChildren(section("Add a bot", back, fields));
}

/**
 * @param {HTMLElement} place
 * @param {string} id
 */
async function one(place, id) {
  /** @type {[BotDetail, Account[]]} */
  const [bot, accounts] = await Promise.all([get(`/bots/${id}`), get("/accounts")]);
  const whose = users(accounts.filter((account) => account.bot_id === id));
  /** @type {[string, string | Node][]} */
  const spent = bot.spent_today_micros > 0 ? [["Spent today (UTC)", (bot.spent_today_micros / 1_000_000).toFixed(4)]] : [];
  const about = facts([["Kind", kindOf(bot.kind)], ["Answers for", whose], ...spent]);
  const back = make("a", { href: "#admin/bots" }, "All bots");
  const parts = [section(bot.name, back, about, form(bot)), trial.part(id)];
  if (LEARNING.includes(bot.kind)) parts.push(await documents.part(id));
  parts.push(removal(bot));
  place.replaceChildren(...parts);
}

/** @param {BotDetail} bot */
function form(bot) {
  const name = make("input", { type: "text", required: "", maxlength: "200", autocomplete: "off", value: bot.name });
  const settings = editor(() => bot.kind, bot.settings);
  const secret = make("input", { type: "password", autocomplete: "off", spellcheck: "false" });
  const hint = bot.has_secret ? "It has one. Empty: that one stays." : "It has none.";
  const forget = make("input", { type: "checkbox" });
  const away = make("label", { class: "check" }, forget, " Take its secret away");
  away.hidden = !bot.has_secret;
  const { line, say, complain } = outcome();
  const save = busyButton("Save", "primary", async () => {
    settings.clear();
    const value = secret.value.trim();
    const change = forget.checked ? { secret: null } : value ? { secret: value } : {};
    try {
      /** @type {BotDetail} */
      const now = await put(`/bots/${bot.id}`, { name: name.value, settings: settings.text(), ...change });
      [secret.value, forget.checked, away.hidden] = ["", false, !now.has_secret];
      say("Saved. It answers so within seconds.");
    } catch (error) {
      complain(error);
      settings.mark(error);
    }
  });
  return make("div", { class: "fields wide" }, labelled("Name", name), settings.element, labelled("Secret", secret, hint), away, make("div", { class: "control-row" }, save, settings.check), line);
}

/** @param {BotDetail} bot */
function removal({ id, name }) {
  const { line, complain } = outcome();
  const remove = busyButton("Remove", "danger", async () => {
    if (!window.confirm(`Remove ${name}? Its settings and its secret are gone for ever.`)) return;
    try {
      await del(`/bots/${id}`);
      location.hash = "#admin/bots";
    } catch (error) {
      complain(error);
    }
  });
  return section("Remove", soft("Accounts that have it are given another bot first, or none."), remove, line);
}
