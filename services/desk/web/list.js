// The left pane: tabs and the conversations of the chosen one.

/**
 * @typedef {import("./types.js").Conversation} Conversation
 * @typedef {import("./types.js").TabName} TabName
 */

import { byId, make, rove } from "./dom.js";
import { CHANNELS, PRIORITIES, STATUSES, ago, moment, nameOf, shortDay, wait } from "./format.js";
import * as bulk from "./kit/bulk.js";
import { marks } from "./kit/labels.js";
import * as sla from "./kit/sla.js";
import * as snooze from "./kit/snooze.js";
import { agentName, onChange, state } from "./state.js";
import * as sync from "./sync.js";

/** @type {[TabName, string, string][]} name, title, what is said when it is empty */
const TABS = [
  ["mine", "Mine", "You have no conversations. Take one from Waiting."],
  ["snoozed", "Aside", "You have put nothing aside."],
  ["waiting", "Waiting", "Nobody is waiting."],
  ["bot", "Bot", "The bot has no conversations."],
  ["all", "All", "There are no conversations yet."],
  ["resolved", "Resolved", "Nothing is resolved yet."],
];

/**
 * What the numbers beside the tabs count.
 * @type {Partial<Record<TabName, string>>}
 */
const WANTED = { mine: " with something unread", waiting: " waiting" };

const tabs = byId("tabs", HTMLDivElement);
const panel = byId("list-panel", HTMLDivElement);
const list = byId("list", HTMLUListElement);
const empty = byId("list-empty", HTMLParagraphElement);
const more = byId("list-more", HTMLButtonElement);

/** @type {(id: string) => void} */
let choose = () => {};

/** The row on which the keyboard was last. */
let at = "";
/** Where that is, or was. */
let place = 0;

/**
 * Begins to show the list.
 * @param {(id: string) => void} onChoose a conversation was chosen
 */
export function start(onChoose) {
  choose = onChoose;
  tabs.append(...TABS.map(([name, title]) => tabButton(name, title)));
  tabs.addEventListener("keydown", (event) => {
    rove(event, tabButtons(), "ArrowLeft", "ArrowRight")?.click();
  });
  list.addEventListener("focusin", (event) => {
    if (event.target instanceof HTMLElement && event.target.dataset["id"]) stop(event.target.dataset["id"]);
  });
  list.addEventListener("keydown", (event) => {
    const from = document.activeElement;
    const to = rove(event, rows(), "ArrowUp", "ArrowDown");
    if (to && event.shiftKey) bulk.choose([from, to].map((row) => (row instanceof HTMLElement ? row.dataset["id"] : undefined)));
  });
  more.addEventListener("click", () => sync.more());
  onChange(render);
  // Relative times grow old.
  window.setInterval(render, 30_000);
  render();
}

/**
 * @param {TabName} name
 * @param {string} title
 */
function tabButton(name, title) {
  const button = make("button", {
    type: "button",
    role: "tab",
    id: `tab-${name}`,
    "aria-controls": "list-panel",
    "data-tab": name,
  });
  button.append(title, " ", make("span", { class: "count" }));
  button.addEventListener("click", () => sync.choose(name));
  return button;
}

function tabButtons() {
  return /** @type {HTMLElement[]} */ ([...tabs.children]);
}

function rows() {
  return /** @type {HTMLElement[]} */ ([...list.querySelectorAll("button.row")]);
}

/**
 * Puts the focus on a conversation's row; where it is listed no more, on the one in its place.
 * @param {string | undefined} id
 */
export function focus(id) {
  const row = rows().find((one) => one.dataset["id"] === id) ?? rows()[place];
  (row ?? tabButtons().find((tab) => tab.tabIndex === 0))?.focus();
}

function render() {
  for (const button of tabButtons()) {
    const name = /** @type {TabName} */ (button.dataset["tab"]);
    const chosen = name === state.tab && sync.isTab();
    button.setAttribute("aria-selected", String(chosen));
    button.tabIndex = name === state.tab ? 0 : -1;
    const count = state.counts[name] ?? 0;
    const badge = button.querySelector(".count");
    const words = count > 0 ? String(count >= 50 ? "50+" : count) : "";
    if (badge && badge.firstChild?.textContent !== words) badge.replaceChildren(...(words ? [words, make("span", { class: "sr-only" }, WANTED[name] ?? "")] : []));
  }
  panel.setAttribute("aria-labelledby", `tab-${state.tab}`);
  renderRows();
  const nothing = state.listed && state.list.length === 0;
  empty.hidden = !nothing;
  empty.textContent = sync.isTab() ? (TABS.find(([name]) => name === state.tab)?.[2] ?? "") : "No conversation fits.";
  more.hidden = state.next === null;
  const unread = state.counts.mine ?? 0;
  document.title = unread > 0 ? `(${unread}) Switchboard` : "Switchboard";
}

/**
 * One row is a stop of the Tab key, as among the tabs: the one where one was last, else the open
 * one, else the one in its place. The arrows move on.
 * @param {string} [wanted]
 */
function stop(wanted = at) {
  at = wanted;
  const all = rows();
  const of = (/** @type {string | undefined} */ id) => all.findIndex((row) => row.dataset["id"] === id);
  const found = [of(at), of(state.open?.id)].find((number) => number >= 0);
  place = found ?? Math.max(0, Math.min(place, all.length - 1));
  all.forEach((row, number) => {
    row.tabIndex = number === place ? 0 : -1;
  });
}

/** Keeps the elements of conversations that stay, so that focus stays as well. */
function renderRows() {
  const known = new Map(rows().map((row) => [row.dataset["id"], row]));
  const items = state.list.map((conversation) => {
    const row = known.get(conversation.id) ?? newRow(conversation.id);
    fill(row, conversation);
    const item = row.parentElement ?? make("li", {}, bulk.box(conversation.id), row);
    bulk.show(item, conversation);
    return item;
  });
  const same = items.length === list.children.length && items.every((item, at) => item === list.children[at]);
  if (same) return stop();
  const focused = document.activeElement;
  const held = focused instanceof HTMLElement && list.contains(focused);
  list.replaceChildren(...items);
  stop();
  if (held) focus(focused.dataset["id"]);
}

/** @param {string} id */
function newRow(id) {
  const row = make("button", { type: "button", class: "row", "data-id": id, tabindex: "-1" });
  row.addEventListener("click", () => choose(id));
  return row;
}

/**
 * @param {HTMLElement} row
 * @param {Conversation} conversation
 */
function fill(row, conversation) {
  const open = state.open?.id === conversation.id;
  row.classList.toggle("chosen", open);
  row.classList.toggle("has-unread", conversation.unread > 0);
  if (open) row.setAttribute("aria-current", "true");
  else row.removeAttribute("aria-current");
  // What is shown is a function of this; nothing is built anew when nothing changed.
  const { revision, last_message_at, agent_id, unread, label_ids, priority } = conversation;
  const labels = label_ids.length > 0 ? state.labels.map(({ id, name, colour }) => (label_ids.includes(id) ? name + colour : "")) : [];
  const due = sla.marks(conversation).map((mark) => mark.className + mark.textContent);
  const shown = [revision, conversation.blocked?.at, unread, priority, wait(conversation), ago(last_message_at), agentName(agent_id), nameOf(conversation), ...labels, ...due].join(" ");
  if (row.dataset["shown"] === shown) return;
  row.dataset["shown"] = shown;
  row.replaceChildren(...parts(conversation));
}

/** @param {Conversation} conversation */
function parts(conversation) {
  const at = conversation.last_message_at;
  const time = make("time", { datetime: new Date(at).toISOString(), title: moment(at) }, ago(at));
  const top = make("span", { class: "row-top" }, make("span", { class: "row-name" }, nameOf(conversation)), time);
  const preview = make("span", { class: "row-preview" }, conversation.preview);
  const middle = make("span", { class: "row-middle" }, preview);
  if (conversation.unread > 0) {
    const count = make("span", { class: "unread" }, String(conversation.unread));
    count.append(make("span", { class: "sr-only" }, " unread"));
    middle.append(count);
  }
  const { thread } = conversation;
  const who = thread.is === "ours" ? answering(conversation) : `With ${thread.app_name ?? "another app"}`;
  const foot = make("span", { class: "row-foot" }, badge(conversation), make("span", { class: "row-who" }, who));
  const { priority } = conversation;
  if (priority !== "normal") foot.append(make("span", { class: `priority ${priority}` }, PRIORITIES[priority]));
  if (conversation.blocked) foot.append(make("span", { class: "label grey" }, "Blocked"));
  foot.append(...sla.marks(conversation), ...marks(conversation.label_ids));
  return [top, middle, foot];
}

/**
 * Who answers, or when it comes back.
 * @param {Conversation} conversation
 */
function answering(conversation) {
  if (conversation.status === "snoozed") return snooze.state(conversation, shortDay);
  if (conversation.status === "agent") return agentName(conversation.agent_id);
  const place = wait(conversation);
  return place ? `Waits ${place}` : STATUSES[conversation.status];
}

/** @param {Conversation} conversation */
function badge({ channel, account_name }) {
  const title = `${CHANNELS[channel]}: ${account_name}`;
  return make("span", { class: `badge ${channel}`, title }, CHANNELS[channel]);
}
