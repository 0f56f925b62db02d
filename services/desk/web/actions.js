// What can be done to the open conversation, beside writing.

/**
 * @typedef {import("./types.js").Conversation} Conversation
 */

import { post, put, wordsOf } from "./api.js";
import { byId, make } from "./dom.js";
import { PRIORITIES } from "./format.js";
import * as macros from "./kit/macros.js";
import * as snooze from "./kit/snooze.js";
import * as transfer from "./kit/transfer.js";
import { menuButton } from "./menu.js";
import { onChange, set, state } from "./state.js";
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
  const now = [open.id, open.status, open.blocked?.at, open.agent_id, open.snoozed_until, open.priority, bot, ...state.macros.map(({ id, name }) => id + name)].join(" ");
  // A menu that is open must not be built anew under the hand.
  if (now === shown || group.querySelector("[aria-expanded=true]")) return;
  shown = now;
  const active = document.activeElement;
  // The group itself keeps the focus by itself; its text is that of all its buttons.
  const focused = active !== group && group.contains(active) ? (active?.textContent ?? "") : null;
  group.replaceChildren(...offers(open, bot !== null));
  // Who came here by keyboard stays here, though what was pressed may be gone. What a button says of
  // its state may have changed.
  const same = [...group.querySelectorAll("button")].find((one) => title(one.textContent) === title(focused));
  if (focused !== null) (same ?? group).focus();
}

/**
 * What a button is, without the state that it tells.
 * @param {string | null} words
 */
function title(words) {
  return words?.split(":")[0];
}

/**
 * @param {Conversation} open
 * @param {boolean} hasBot
 */
function offers(open, hasBot) {
  const mine = open.agent_id !== null && open.agent_id === state.me?.id;
  if (open.blocked) return [unblock(open)];
  if (open.status === "resolved") return [button(open, "Reopen", "reopen", true)];
  const all = [];
  const aside = open.status === "snoozed";
  if (aside) all.push(button(open, "Take up again", "unsnooze", mine));
  if (!mine) all.push(button(open, "Take", "assign", true, { agent: "me" }));
  all.push(transferring(open, hasBot));
  if (open.status === "agent") all.push(button(open, "Back to waiting", "unassign"));
  if (hasBot && open.status !== "bot") all.push(button(open, "Return to bot", "return-to-bot"));
  all.push(snooze.menu((until) => act(() => post(`/conversations/${open.id}/snooze`, { until }))));
  all.push(priority(open), ...macros.menu(open.id, complain, sync.eventually), button(open, "Resolve", "resolve", mine && !aside));
  return all;
}

/**
 * @param {Conversation} open
 * @param {string} title
 * @param {string} action
 * @param {boolean} [primary]
 * @param {unknown} [body]
 */
function button({ id }, title, action, primary = false, body) {
  const element = make("button", { type: "button", class: primary ? "primary" : "plain" }, title);
  element.addEventListener("click", () => act(() => post(`/conversations/${id}/${action}`, body)));
  return element;
}

/**
 * All that can be done while the customer is blocked.
 * @param {Conversation} open
 */
function unblock({ contact }) {
  const element = make("button", { type: "button", class: "primary" }, "Unblock");
  element.addEventListener("click", () => act(() => post(`/contacts/${contact.id}/unblock`)));
  return element;
}

/**
 * @param {Conversation} open
 * @param {boolean} hasBot
 */
function transferring(open, hasBot) {
  const button = make("button", { type: "button", class: "plain", "aria-haspopup": "dialog" }, "Transfer\u2026");
  button.addEventListener("click", () => transfer.ask(open, hasBot, sync.eventually).catch(complain));
  return button;
}

/**
 * How urgent it is.
 * @param {Conversation} open
 */
function priority(open) {
  const all = /** @type {[Conversation["priority"], string][]} */ (Object.entries(PRIORITIES));
  return menuButton(`Priority: ${PRIORITIES[open.priority]}`, () => all.map(([priority, title]) => ({
    title,
    chosen: priority === open.priority,
    act: () => act(async () => {
      await put(`/conversations/${open.id}/priority`, { priority });
      if (state.open?.id === open.id) set({ open: { ...state.open, priority } });
    }),
  })));
}

/** @param {unknown} error */
function complain(error) {
  errorLine.textContent = wordsOf(error);
}

/** @param {() => Promise<unknown>} deed */
async function act(deed) {
  group.setAttribute("aria-busy", "true");
  errorLine.textContent = "";
  try {
    await deed();
  } catch (error) {
    complain(error);
  } finally {
    group.removeAttribute("aria-busy");
    shown = "";
    sync.eventually();
  }
}
