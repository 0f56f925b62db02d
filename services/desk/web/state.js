// What the page knows, and who wants to hear when it changes.

/**
 * @typedef {import("./types.js").Account} Account
 * @typedef {import("./types.js").Agent} Agent
 * @typedef {import("./types.js").Conversation} Conversation
 * @typedef {import("./types.js").Label} Label
 * @typedef {import("./types.js").Macro} Macro
 * @typedef {import("./types.js").Me} Me
 * @typedef {import("./types.js").SavedView} SavedView
 * @typedef {import("./types.js").TabName} TabName
 */

/**
 * @typedef {object} State
 * @property {Me | null} me
 * @property {TabName} tab
 * @property {Conversation[]} list conversations of the tab
 * @property {Conversation[] | null} mine those that one has, the latest of them; null: not read yet
 * @property {string | null} next the list's next page
 * @property {boolean} listed whether the list was read
 * @property {Partial<Record<TabName, number>>} counts conversations that want attention
 * @property {Conversation | null} open the conversation on the right
 * @property {Agent[]} agents
 * @property {Account[]} accounts
 * @property {Label[]} labels
 * @property {Macro[]} macros
 * @property {SavedView[]} views
 * @property {SavedView | null} view what is listed instead of the tab
 * @property {string} search what is searched for, instead of the tab
 */

/** @returns {State} */
function blank() {
  return {
    me: null,
    tab: "mine",
    list: [],
    mine: null,
    next: null,
    listed: false,
    counts: {},
    open: null,
    agents: [],
    accounts: [],
    labels: [],
    macros: [],
    views: [],
    view: null,
    search: "",
  };
}

/** @type {State} */
export const state = blank();

/** @type {Set<() => void>} */
const listeners = new Set();

/**
 * Calls a function whenever something changes.
 * @param {() => void} listener
 * @returns {() => void} ends that
 */
export function onChange(listener) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** @param {Partial<State>} change */
export function set(change) {
  Object.assign(state, change);
  for (const listener of listeners) listener();
}

/** Forgets everything: someone else may log in. */
export function reset() {
  set(blank());
}

/** Those who work here; who was locked out or has left is known by name only. */
export function colleagues() {
  return state.agents.filter(({ active }) => active);
}

/** @param {string | null} id */
export function agentName(id) {
  if (id === state.me?.id) return "You";
  return state.agents.find((agent) => agent.id === id)?.name ?? "Someone";
}
