// One account: its health, its token, what Meta said about it, and what its channel needs.

/**
 * @typedef {import("../types.js").Account} Account
 * @typedef {{id: string, kind: string, severity: "info" | "warning" | "critical", sentence: string,
 *   at: number}} AccountEvent
 */

import { del, get, put } from "../api.js";
import { facts } from "../content/words.js";
import { labelled } from "../dialog.js";
import { make } from "../dom.js";
import { CHANNELS, moment } from "../format.js";
import { health, heard } from "./accounts.js";
import * as answering from "./answering.js";
import * as linking from "./linking.js";
import { busyButton, chip, outcome, section, soft } from "./parts.js";
import * as survey from "./survey.js";
import * as templates from "./templates.js";

/**
 * @param {HTMLElement} place
 * @param {string} id
 */
export async function show(place, id) {
  /** @type {Account[]} */
  const all = await get("/accounts");
  const account = all.find((one) => one.id === id);
  if (!account) {
    place.replaceChildren(section("No such account", soft("It may have been disconnected.")));
    return;
  }
  const about = facts([
    ["Channel", CHANNELS[account.channel]],
    ["Id at Meta", account.external_id],
    ["Health", health(account)],
    ["Last webhook", heard(account)],
  ]);
  const doctor = make("a", { href: `#admin/doctor/${id}` }, "Examine this account");
  const answers = await firstToAnswer(account);
  if (account.disconnected_at !== null) {
    const again = make("a", { href: "#admin/connect" }, "Connect it again");
    return place.replaceChildren(section(account.name, about, soft("It neither receives nor sends. What was said stays readable."), again), answers, await events(id));
  }
  const parts = [section(account.name, about, doctor), answers, await answering.part(id), token(id), await events(id)];
  if (account.channel !== "instagram") parts.push(await templates.part(id));
  if (account.channel === "messenger") parts.push(await linking.part(id));
  parts.push(await survey.part(id), disconnection(place, account));
  place.replaceChildren(...parts);
}

/** @param {Account} account */
async function firstToAnswer({ id, bot_id }) {
  /** @type {{id: string, name: string}[]} */
  const bots = await get("/bots");
  const bot = make("select", {}, make("option", { value: "" }, "People"), ...bots.map((one) => make("option", { value: one.id }, one.name)));
  bot.value = bot_id ?? "";
  const { line, say, complain } = outcome();
  const save = busyButton("Save", "primary", async () => {
    try {
      await put(`/accounts/${id}/bot`, { bot_id: bot.value || null });
      say("Saved. It holds from the customers' next messages on.");
    } catch (error) {
      complain(error);
    }
  });
  const about = soft("What a bot is answering at this moment it still answers.");
  return section("Who answers first", about, labelled("Bot", bot), save, make("a", { href: "#admin/bots" }, "All bots"), line);
}

/**
 * @param {HTMLElement} place
 * @param {Account} account
 */
function disconnection(place, { id, name }) {
  const { line, complain } = outcome();
  const end = busyButton("Disconnect", "danger", async () => {
    if (!window.confirm(`Disconnect ${name}? It will neither receive nor send. What was said stays.`)) return;
    try {
      await del(`/accounts/${id}`);
      await show(place, id);
    } catch (error) {
      complain(error);
    }
  });
  return section("Disconnect", soft("Ends the subscription at Meta and forgets the token here. Conversations stay readable, and connecting again goes on with them."), end, line);
}

/** @param {string} id */
function token(id) {
  const field = make("input", { type: "password", autocomplete: "off", spellcheck: "false" });
  const { line, say, complain } = outcome();
  const replace = busyButton("Replace the token", "primary", async () => {
    const token = field.value.trim();
    if (!token) return say("Paste the token first.");
    try {
      await put(`/accounts/${id}/token`, { token });
      field.value = "";
      say("Replaced. Messages that waited go out now.");
    } catch (error) {
      complain(error);
    }
  });
  return section("Token", soft("When Meta's token has run out or was withdrawn, paste the new one. It is kept sealed and never shown again."), labelled("New token", field), replace, line);
}

/** @type {Record<AccountEvent["severity"], ["plain" | "warn" | "bad", string]>} */
const SEVERITIES = { info: ["plain", "News"], warning: ["warn", "Warning"], critical: ["bad", "Critical"] };

/** @param {string} id */
async function events(id) {
  /** @type {AccountEvent[]} */
  const all = await get(`/accounts/${id}/events`);
  if (all.length === 0) return section("What Meta said", soft("Nothing yet."));
  const list = make("ul", { class: "events" });
  for (const { severity, sentence, at } of all) {
    const [tone, word] = SEVERITIES[severity];
    list.append(make("li", {}, chip(tone, word), make("span", {}, sentence), make("span", { class: "soft" }, moment(at))));
  }
  return section("What Meta said", list);
}
