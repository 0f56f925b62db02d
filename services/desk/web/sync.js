// Reads what the page shows from the API: at first, on hints, and after each reconnection.

/**
 * @typedef {import("./types.js").Conversation} Conversation
 * @typedef {import("./types.js").ConversationPage} ConversationPage
 * @typedef {import("./types.js").TabName} TabName
 */

import { Problem, get, post, wordsOf } from "./api.js";
import { set, state } from "./state.js";
import * as thread from "./thread.js";

/** How long hints are gathered before they are followed. */
const GATHER = 150;

/** Without a hint by then, look anyway. */
const IMPATIENCE = 2_000;

/** @type {Record<TabName, string>} */
const QUERIES = {
  mine: "mine=true&status=agent",
  waiting: "status=waiting",
  bot: "status=bot",
  all: "",
  resolved: "status=resolved",
};

/** Tabs whose number of conversations is shown, for someone waits in them. */
const COUNTED = /** @type {TabName[]} */ (["mine", "waiting"]);

let timer = 0;
let running = false;
let again = false;

/** What was marked as seen last: once is enough until it changes. */
let marked = "";

/** @type {(problem: string) => void} */
let complain = () => {};

/** @type {() => void} */
let gone = () => {};

/** @param {() => void} then what to do when the open conversation is not to be seen any more */
export function onGone(then) {
  gone = then;
}

/** @param {(problem: string) => void} how */
export function onProblem(how) {
  complain = how;
}

/** Reads again soon; many calls in a row are one. */
export function soon() {
  if (timer) return;
  timer = window.setTimeout(() => {
    timer = 0;
    refresh();
  }, GATHER);
}

/** Reads again if no hint comes: the queue may be slow, or a hint lost. */
export function eventually() {
  window.setTimeout(soon, IMPATIENCE);
}

/** Reads the list, the counts and the open conversation. Never twice at once. */
export async function refresh() {
  if (!state.me) return;
  if (running) {
    again = true;
    return;
  }
  running = true;
  try {
    await Promise.all([readList(), readOpen()]);
    complain("");
  } catch (error) {
    complain(wordsOf(error));
  } finally {
    running = false;
    if (again) {
      again = false;
      soon();
    }
  }
}

async function readList() {
  const tab = state.tab;
  const wanted = /** @type {TabName[]} */ ([...new Set([tab, ...COUNTED])]);
  const pages = await Promise.all(wanted.map((name) => page(name)));
  if (tab !== state.tab) return soon();
  /** @type {Partial<Record<TabName, number>>} */
  const counts = {};
  wanted.forEach((name, index) => {
    if (COUNTED.includes(name)) counts[name] = attention(name, pages[index]?.conversations ?? []);
  });
  const first = pages[0];
  if (first) set({ list: first.conversations, next: first.next, listed: true, counts });
}

/**
 * @param {TabName} tab
 * @param {Conversation[]} list
 */
function attention(tab, list) {
  return tab === "mine" ? list.filter((one) => one.unread > 0).length : list.length;
}

/**
 * @param {TabName} tab
 * @param {string} [cursor]
 * @returns {Promise<ConversationPage>}
 */
function page(tab, cursor) {
  const after = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
  return get(`/conversations?limit=50&${QUERIES[tab]}${after}`);
}

/** Adds the list's next page. */
export async function more() {
  if (!state.next) return;
  const tab = state.tab;
  const found = await page(tab, state.next);
  if (tab === state.tab) set({ list: [...state.list, ...found.conversations], next: found.next });
}

/** @param {TabName} tab */
export function choose(tab) {
  if (tab === state.tab) return;
  set({ tab, list: [], next: null, listed: false });
  refresh();
}

/** @param {string} id */
export async function open(id) {
  const known = state.list.find((one) => one.id === id);
  if (known) set({ open: known });
  thread.begin(id);
  await readOpen(id);
}

/** Shows no conversation. */
export function close() {
  set({ open: null });
  thread.begin(null);
}

async function readOpen(id = state.open?.id) {
  if (!id) return;
  const found = await Promise.all([
    get(`/conversations/${id}`),
    get(`/conversations/${id}/messages?limit=50`),
  ]).catch((error) => {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  });
  if (thread.current() !== id) return;
  if (!found) return gone();
  const [conversation, transcript] = found;
  set({ open: conversation });
  thread.show(transcript.messages);
  await seen(conversation);
}

/**
 * Whoever has the conversation and looks at it has seen it.
 * @param {Conversation} conversation
 */
async function seen(conversation) {
  const mine = conversation.agent_id === state.me?.id;
  const mark = `${conversation.id} ${conversation.revision}`;
  if (mine && conversation.unread > 0 && mark !== marked && document.visibilityState === "visible") {
    marked = mark;
    await post(`/conversations/${conversation.id}/read`);
  }
}

/** Reads who is there. */
export async function readAgents() {
  set({ agents: await get("/agents") });
}

/** Reads what is connected. */
export async function readAccounts() {
  set({ accounts: await get("/accounts") });
}
