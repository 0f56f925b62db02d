// What can be done to the open conversation, beside writing.

/**
 * @typedef {import("./types.js").Conversation} Conversation
 */

import { post, wordsOf } from "./api.js";
import { byId, make } from "./dom.js";
import * as macros from "./kit/macros.js";
import { onChange, state } from "./state.js";
import * as sync from "./sync.js";

const group = byId("actions", HTMLDivElement);
const errorLine = byId("composer-error", HTMLParagraphElement);

let shown = "";

/** Begins to offer actions. */
export function start() {
  onChange(render);
}

function render() {
  const open = state.open;
  if (!open) return;
  const bot = state.accounts.find((account) => account.id === open.account_id)?.bot_id ?? null;
  const agents = state.agents.map(({ id, name, presence, load, capacity }) => `${id}${name}${presence}${load}${capacity}`);
  const now = [open.id, open.status, open.agent_id, bot, ...agents, ...state.macros.map(({ id, name }) => id + name)].join(" ");
  // A menu that is open or focused must not be built anew under the hand.
  if (now === shown || group.querySelector("select:focus")) return;
  shown = now;
  const active = document.activeElement;
  // The group itself keeps the focus by itself; its text is that of all its buttons.
  const focused = active !== group && group.contains(active) ? (active?.textContent ?? "") : null;
  const all = offers(open, bot !== null);
  group.replaceChildren(...all);
  // Who came here by keyboard stays here, though what was pressed may be gone.
  if (focused !== null) (all.find((one) => one.textContent === focused) ?? group).focus();
}

/**
 * @param {Conversation} open
 * @param {boolean} hasBot
 */
function offers(open, hasBot) {
  const mine = open.agent_id !== null && open.agent_id === state.me?.id;
  if (open.status === "resolved") return [button("Reopen", "reopen", true)];
  const all = [];
  if (!mine) all.push(button("Take", "assign", true, { agent: "me" }));
  all.push(assignTo(open));
  if (open.status === "agent") all.push(button("Back to waiting", "unassign"));
  if (hasBot && open.status !== "bot") all.push(button("Return to bot", "return-to-bot"));
  all.push(...macros.menu(open.id, complain, sync.eventually), button("Resolve", "resolve", mine));
  return all;
}

/**
 * @param {string} title
 * @param {string} action
 * @param {boolean} [primary]
 * @param {unknown} [body]
 */
function button(title, action, primary = false, body) {
  const element = make("button", { type: "button", class: primary ? "primary" : "plain" }, title);
  element.addEventListener("click", () => act(action, body));
  return element;
}

/** @param {Conversation} open */
function assignTo(open) {
  const select = make("select", { "aria-label": "Assign to", class: "plain" });
  select.append(make("option", { value: "" }, "Assign to\u2026"));
  for (const agent of state.agents) {
    if (agent.id === open.agent_id) continue;
    const name = agent.id === state.me?.id ? `${agent.name} (you)` : agent.name;
    select.append(make("option", { value: agent.id }, `${name} \u2013 ${agent.presence}, ${agent.load} of ${agent.capacity}`));
  }
  select.addEventListener("change", () => {
    const agent = select.value;
    select.blur();
    if (agent) act("assign", { agent });
  });
  return select;
}

/** @param {unknown} error */
function complain(error) {
  errorLine.textContent = wordsOf(error);
}

/**
 * @param {string} action
 * @param {unknown} [body]
 */
async function act(action, body) {
  const id = state.open?.id;
  if (!id) return;
  group.setAttribute("aria-busy", "true");
  errorLine.textContent = "";
  try {
    await post(`/conversations/${id}/${action}`, body);
  } catch (error) {
    complain(error);
  } finally {
    group.removeAttribute("aria-busy");
    shown = "";
    sync.eventually();
  }
}
