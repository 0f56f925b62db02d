// The right pane: one conversation's messages.

/**
 * @typedef {import("./types.js").Message} Message
 */

import { get, post, wordsOf } from "./api.js";
import { reactionsOf } from "./around.js";
import { byId, make } from "./dom.js";
import { CHANNELS, PRIORITIES, STATUSES, day, nameOf, wait } from "./format.js";
import * as sla from "./kit/sla.js";
import * as snooze from "./kit/snooze.js";
import { fill } from "./message.js";
import { agentName, onChange, state } from "./state.js";
import * as sync from "./sync.js";

/** As near to the end as this, new messages keep the end in sight. Pixels. */
const NEAR = 80;

const empty = byId("thread-empty", HTMLParagraphElement);
const section = byId("thread", HTMLElement);
const name = byId("thread-name", HTMLHeadingElement);
const due = byId("thread-due", HTMLSpanElement);
const about = byId("thread-about", HTMLParagraphElement);
const scroll = byId("scroll", HTMLDivElement);
const list = byId("messages", HTMLOListElement);
const earlier = byId("earlier", HTMLButtonElement);
const announce = byId("announce", HTMLDivElement);

/** @type {string | null} */
let shown = null;
/** @type {Map<string, Message>} */
let messages = new Map();
let fresh = true;

/** @type {(message: Message) => Node | null} */
let menu = () => null;

/**
 * Begins to show conversations.
 * @param {(message: Message) => Node | null} menuOf what can be done with a message
 */
export function start(menuOf) {
  menu = menuOf;
  earlier.addEventListener("click", showEarlier);
  keepEnd();
  onChange(render);
  // What is left of a promise grows less.
  window.setInterval(render, 30_000);
  render();
}

/** The conversation whose messages are shown. */
export function current() {
  return shown;
}

/**
 * Turns to another conversation, or to none.
 * @param {string | null} id
 */
export function begin(id) {
  if (id === shown) return;
  shown = id;
  messages = new Map();
  fresh = true;
  list.replaceChildren();
  earlier.hidden = true;
  render();
}

/**
 * Shows the latest messages, beside those shown already.
 * @param {Message[]} latest
 */
export function show(latest) {
  const follow = fresh || atEnd();
  for (const message of latest) messages.set(message.id, message);
  renderMessages();
  if (follow) scroll.scrollTop = scroll.scrollHeight;
  fresh = false;
}

/** Who reads the latest message goes on to see it when there is less room, or a picture has come. */
function keepEnd() {
  let ended = true;
  scroll.addEventListener("scroll", () => {
    ended = atEnd();
  });
  const observer = new ResizeObserver(() => {
    if (ended) scroll.scrollTop = scroll.scrollHeight;
  });
  observer.observe(scroll);
  observer.observe(list);
}

function atEnd() {
  return scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR;
}

function render() {
  const conversation = state.open;
  section.hidden = conversation === null;
  empty.hidden = conversation !== null;
  if (!conversation) return;
  name.textContent = nameOf(conversation);
  const mine = conversation.agent_id === state.me?.id;
  const agent = `With ${mine ? "you" : agentName(conversation.agent_id)}`;
  const aside = conversation.status === "snoozed";
  const who = conversation.status === "agent" ? agent : aside ? `Put aside. ${snooze.state(conversation)}` : STATUSES[conversation.status];
  const priority = conversation.priority === "normal" ? "" : `${PRIORITIES[conversation.priority]} priority`;
  const parts = [CHANNELS[conversation.channel], conversation.account_name, who, wait(conversation), priority];
  about.textContent = parts.filter(Boolean).join(" \u00b7 ");
  due.replaceChildren(...sla.marks(conversation));
  renderMessages();
}

function renderMessages() {
  const all = [...messages.values()].sort((one, other) => one.seq - other.seq);
  const reacted = reactionsOf(all);
  const ordered = all.filter((message) => !isAttached(message));
  const deeds = { conversation: shown ?? "", resend, jump, menu };
  const known = new Map([...list.children].map((item) => [/** @type {HTMLElement} */ (item).dataset["id"], item]));
  /** @type {Element[]} */
  const items = [];
  let lastDay = "";
  for (const message of ordered) {
    const today = day(message.at);
    if (today !== lastDay) {
      items.push(known.get(today) ?? make("li", { class: "day", "data-id": today }, today));
      lastDay = today;
    }
    const item = /** @type {HTMLElement} */ (known.get(message.id) ?? make("li", { "data-id": message.id }));
    fill(item, message, reacted.get(message.external_id ?? "") ?? [], deeds);
    items.push(item);
  }
  place(items);
  earlier.hidden = (all[0]?.seq ?? 1) <= 1;
}

/**
 * Whether it is a reaction to a message that is shown: it is seen there.
 * @param {Message} message
 */
function isAttached({ content, status }) {
  if (content.type !== "reaction" || status === "failed") return false;
  return [...messages.values()].some((one) => one.external_id === content.target);
}

/**
 * Shows a message that another one quotes.
 * @param {string} id
 */
async function jump(id) {
  const conversation = shown;
  while (!messages.has(id) && !earlier.hidden && conversation === shown) await showEarlier();
  const item = [...list.children].find((one) => /** @type {HTMLElement} */ (one).dataset["id"] === id);
  if (!(item instanceof HTMLElement)) return;
  item.scrollIntoView({ block: "center" });
  item.tabIndex = -1;
  item.focus({ preventScroll: true });
}

/**
 * Puts the items in order, touching only what moved: a live region speaks of what is added.
 * @param {Element[]} items
 */
function place(items) {
  const wanted = new Set(items);
  for (const item of [...list.children]) if (!wanted.has(item)) item.remove();
  items.forEach((item, at) => {
    if (list.children[at] !== item) list.insertBefore(item, list.children[at] ?? null);
  });
}

async function showEarlier() {
  const first = Math.min(...[...messages.values()].map((message) => message.seq));
  const id = shown;
  const height = scroll.scrollHeight;
  const page = await get(`/conversations/${id}/messages?limit=50&before=${first}`).catch(complain);
  if (!page || id !== shown) return;
  if (page.messages.length === 0) earlier.hidden = true;
  for (const message of page.messages) messages.set(message.id, message);
  renderMessages();
  scroll.scrollTop += scroll.scrollHeight - height;
}

/** @param {string} message */
async function resend(message) {
  await post(`/conversations/${shown}/messages/${message}/resend`).catch(complain);
  sync.eventually();
}

/** @param {unknown} error */
function complain(error) {
  announce.textContent = wordsOf(error);
  byId("composer-error", HTMLParagraphElement).textContent = wordsOf(error);
}
