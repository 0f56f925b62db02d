// What customers answered when they were asked how it went.

/**
 * @typedef {{id: string, conversation_id: string | null, agent_id: string, account_id: string,
 *   resolved_at: number, score: number, comment: string | null}} Answer
 * @typedef {{asked: number, not_asked: number, answered: number, mean: number | null,
 *   distribution: number[], satisfied: number | null}} Summary
 */

import { get } from "../api.js";
import { facts } from "../content/words.js";
import { labelled } from "../dialog.js";
import { make } from "../dom.js";
import { moment } from "../format.js";
import { agentName, state } from "../state.js";
import { busyButton, section, soft, table } from "./parts.js";

const DAY = 24 * 3_600_000;

/** @type {[string, string][]} days, words */
const TIMES = [
  ["7", "the last 7 days"],
  ["30", "the last 30 days"],
  ["365", "the last year"],
];

/** @param {HTMLElement} place */
export async function show(place) {
  const account = choice("Account", [["", "all"], ...state.accounts.map(({ id, name }) => /** @type {[string, string]} */ ([id, name]))]);
  const agent = choice("Agent", [["", "all"], ...state.agents.map(({ id, name }) => /** @type {[string, string]} */ ([id, name]))]);
  const time = choice("Time", TIMES);
  time.value = "30";
  const found = make("div", { "aria-live": "polite" });
  const again = () => {
    const from = Date.now() - Number(time.value) * DAY;
    const query = new URLSearchParams({ from: String(from) });
    if (account.value) query.set("account", account.value);
    if (agent.value) query.set("agent", agent.value);
    return draw(found, query.toString());
  };
  for (const field of [account, agent, time]) field.addEventListener("change", again);
  const fields = make("div", { class: "control-row" }, labelled("Account", account), labelled("Agent", agent), labelled("Time", time));
  place.replaceChildren(section("Satisfaction", soft("What customers chose, 1 to 5, when a conversation was resolved. Each account is switched on at its page."), fields, found));
  await again();
}

/**
 * @param {string} label
 * @param {[string, string][]} options
 */
function choice(label, options) {
  return make("select", { "aria-label": label }, ...options.map(([value, words]) => make("option", { value }, words)));
}

/**
 * @param {HTMLElement} place
 * @param {string} query
 */
async function draw(place, query) {
  /** @type {Summary} */
  const sum = await get(`/surveys/summary?${query}`);
  const list = make("div");
  place.replaceChildren(numbers(sum), list);
  await more([], list, query, null);
}

/** @param {Summary} sum */
function numbers({ asked, not_asked, answered, mean, distribution, satisfied }) {
  return facts([
    ["Asked", String(asked)],
    ["Could not be asked", String(not_asked)],
    ["Answered", asked > 0 ? `${answered} (${percent(answered / asked)})` : String(answered)],
    ["Mean", mean === null ? "\u2013" : mean.toFixed(2)],
    ["Chose 4 or 5", satisfied === null ? "\u2013" : percent(satisfied)],
    ["How many chose 1 to 5", distribution.join(" \u00b7 ")],
  ]);
}

/** @param {number} part */
function percent(part) {
  return `${Math.round(part * 100)} %`;
}

/**
 * @param {Answer[]} before
 * @param {HTMLElement} list
 * @param {string} query
 * @param {string | null} cursor
 */
async function more(before, list, query, cursor) {
  /** @type {{answers: Answer[], next: string | null}} */
  const page = await get(`/surveys/answers?${query}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
  const all = [...before, ...page.answers];
  if (all.length === 0) return list.replaceChildren(soft("Nobody has answered in this time."));
  const rows = all.map((one) => [moment(one.resolved_at), `${one.score} of 5`, one.comment ?? "", agentName(one.agent_id), accountName(one.account_id), where(one)]);
  const next = page.next;
  const older = next === null ? [] : [busyButton("Show older", "plain", () => more(all, list, query, next))];
  list.replaceChildren(table("Answers", ["Resolved", "Score", "Comment", "Agent", "Account", "Conversation"], rows), ...older);
}

/** @param {string} id */
function accountName(id) {
  return state.accounts.find((account) => account.id === id)?.name ?? "";
}

/** @param {Answer} answer */
function where({ conversation_id: id }) {
  return id === null ? "erased" : make("a", { href: `#${id}` }, "Open");
}
