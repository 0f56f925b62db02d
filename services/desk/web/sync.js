// Reads what the page shows from the API: at first and on hints, which after a break tell what changed
// meanwhile. What a hint said is to be read until it was: it is not said again.

/**
 * @typedef {import("./types.js").Conversation} Conversation
 * @typedef {import("./types.js").ConversationPage} ConversationPage
 * @typedef {import("./types.js").Hint} Hint
 * @typedef {import("./types.js").SavedView} SavedView
 * @typedef {import("./types.js").TabName} TabName
 * @typedef {import("./state.js").State} State
 */

import { Problem, get, post, wordsOf } from "./api.js";
import { paced } from "./pace.js";
import { set, state } from "./state.js";
import * as thread from "./thread.js";

/** Without a hint by then, look anyway. */
const IMPATIENCE = 2_000;

/** After a reading that failed, read again. Milliseconds. */
const AGAIN = 2_000;

const PAGE = 50;
const LARGEST_PAGE = 200;

/** @type {Record<TabName, string>} */
const QUERIES = {
  mine: "mine=true&status=agent",
  snoozed: "mine=true&status=snoozed",
  waiting: "status=waiting",
  bot: "status=bot",
  all: "",
  resolved: "status=resolved",
};

/** Tabs whose number of conversations is shown, for someone waits in them. */
const COUNTED = /** @type {TabName[]} */ (["mine", "waiting"]);

/** Hints come for every change in the workspace; the list need not follow each at once. */
const listSoon = paced(() => tell(readList(), later), () => (document.hidden ? 10_000 : 1_000));

/** The open conversation follows closely: someone types there. */
const openSoon = paced(() => tell(readOpen(), later), () => 250);

/** Whether the open conversation is still to be seen: where much happens that is not, one asks now and then. */
const openNow = paced(() => tell(readOpen(), later), () => 5_000);

/** Counts readings of the list: an answer that comes late is dropped. */
let reading = 0;

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

/** @param {(problem: string) => void} how what went wrong is shown; nothing when it is over */
export function onProblem(how) {
  complain = how;
}

/** Reads the list and the open conversation again soon. */
export function soon() {
  listSoon();
  openSoon();
}

/** @param {string} id of a conversation that changed */
export function changed(id) {
  listSoon();
  if (id === thread.current()) openSoon();
}

/** Something changed that is not to be seen, and may have been before. */
export function unseen() {
  listSoon();
  openNow();
}

/** Reads again if no hint comes: the queue may be slow, or a hint lost. */
export function eventually() {
  window.setTimeout(soon, IMPATIENCE);
}

/** When what could not be read is read again. */
let again = 0;

/**
 * Reads again what could not be read, if that may help.
 * @param {unknown} error
 */
function later(error) {
  if (error instanceof Problem && error.status >= 400 && error.status < 500) return;
  window.clearTimeout(again);
  again = window.setTimeout(() => state.me && soon(), AGAIN);
}

/**
 * @param {Promise<void>} work
 * @param {(error: unknown) => void} [failed]
 */
async function tell(work, failed) {
  try {
    await work;
    complain("");
  } catch (error) {
    complain(wordsOf(error));
    failed?.(error);
  }
}

async function readList() {
  if (!state.me) return;
  const tab = isTab() ? state.tab : null;
  const number = ++reading;
  const limit = Math.min(Math.max(state.list.length, PAGE), LARGEST_PAGE);
  const others = COUNTED.filter((name) => name !== tab);
  const [first, ...rest] = await Promise.all([page(query(), limit), ...others.map((name) => page(QUERIES[name], PAGE))]);
  if (number !== reading) return;
  const pages = new Map(others.map((name, at) => [name, rest[at] ?? first]));
  if (tab && COUNTED.includes(tab)) pages.set(tab, first);
  const counts = Object.fromEntries([...pages].map(([name, one]) => [name, attention(name, one)]));
  const mine = pages.get("mine")?.conversations ?? null;
  set({ list: first.conversations, next: first.next, listed: true, counts, mine });
}

/**
 * How many conversations of a tab want someone to look at them.
 * @param {TabName} tab
 * @param {ConversationPage} page
 */
function attention(tab, { conversations }) {
  return tab === "mine" ? conversations.filter((one) => one.unread > 0).length : conversations.length;
}

/** What is listed: found by words, of a view, or of the tab. */
export function query() {
  if (state.search) return `search=${encodeURIComponent(state.search)}`;
  return state.view ? state.view.query : QUERIES[state.tab];
}

/**
 * @param {string} query
 * @param {number} limit
 * @param {string} [cursor]
 * @returns {Promise<ConversationPage>}
 */
function page(query, limit, cursor) {
  const after = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
  return get(`/conversations?limit=${limit}&${query}${after}`);
}

/** Adds the list's next page. */
export async function more() {
  if (!state.next) return;
  const number = ++reading;
  const found = await page(query(), PAGE, state.next);
  if (number === reading) set({ list: [...state.list, ...found.conversations], next: found.next });
}

/** Whether a tab is listed, and nothing that was searched for or saved. */
export function isTab() {
  return !state.search && !state.view;
}

/** @param {TabName} tab */
export function choose(tab) {
  if (tab === state.tab && isTab()) return;
  list({ tab, view: null, search: "" });
}

/** @param {SavedView | null} view */
export function look(view) {
  list({ view, search: "" });
}

/** @param {string} search empty: the tab again */
export function search(search) {
  if (search !== state.search) list({ search, view: null });
}

/** @param {Partial<State>} what */
function list(what) {
  set({ ...what, list: [], next: null, listed: false });
  tell(readList(), later);
}

/** @param {unknown} error */
export function complainOf(error) {
  complain(wordsOf(error));
}

/** @param {string} id */
export async function open(id) {
  const known = state.list.find((one) => one.id === id);
  if (known) set({ open: known });
  thread.begin(id);
  await tell(readOpen(), later);
}

/** Shows no conversation. */
export function close() {
  thread.begin(null);
  set({ open: null });
}

async function readOpen() {
  const id = thread.current();
  if (!state.me || !id) return;
  const found = await Promise.all([
    get(`/conversations/${id}`),
    get(`/conversations/${id}/messages?limit=${PAGE}`),
  ]).catch((error) => {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  });
  if (thread.current() !== id) return;
  if (!found) return gone();
  const [conversation, transcript] = found;
  const list = state.list.map((one) => (one.id === id ? conversation : one));
  set({ open: conversation, list });
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
