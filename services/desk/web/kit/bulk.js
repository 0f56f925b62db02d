// Several conversations at once: selected by their boxes, a range by Shift, by keyboard with x and
// Shift with the arrows. What came of each is told.

/**
 * @typedef {import("../types.js").Conversation} Conversation
 */

import { freshKey, get, post, wordsOf } from "../api.js";
import { byId, make } from "../dom.js";
import { PRIORITIES, nameOf } from "../format.js";
import { colleagues, onChange, set, state } from "../state.js";
import * as sync from "../sync.js";

const bar = byId("bulk", HTMLDivElement);
const list = byId("list", HTMLUListElement);

/** What is selected, and what came of it. */
const outcome = make("p");
/** Says it aloud: the bar itself comes and goes, and what appears with its place is not said. */
const announce = byId("announce", HTMLDivElement);
const rest = make("div", { class: "bulk-rest" });

/** @type {Set<string>} */
const chosen = new Set();
/** Where a range begins. */
let last = "";
let said = "";
/** @type {string[]} why it was not done, of each that it was not done to */
let refused = [];
let shown = "";
/** What was listed when it was said. */
let listed = "";
/** @type {(id: string) => void} goes back to the list */
let leave = () => {};
/** Whether something is being done; its button has the focus. */
let acting = false;

/** @type {{id: string, name: string}[]} */
let teams = [];

/**
 * Begins to listen.
 * @param {(id: string) => void} focus goes to a conversation in the list
 */
export function start(focus) {
  leave = focus;
  bar.append(outcome, rest);
  list.addEventListener("keydown", (event) => {
    const id = event.target instanceof HTMLElement ? event.target.dataset["id"] : undefined;
    if (event.key === "x" && id && !event.ctrlKey && !event.metaKey) toggle(id);
    if (event.key === "Escape" && chosen.size > 0) {
      event.stopPropagation();
      clear();
    }
  });
  onChange(render);
}

/**
 * The box of a conversation. The arrows move among the rows, so the boxes are no stops of their own.
 * @param {string} id
 */
export function box(id) {
  const element = make("input", { type: "checkbox", class: "pick", tabindex: "-1", title: "Select (x)" });
  element.addEventListener("click", (event) => {
    if (event.shiftKey && last) choose(between(last, id));
    else toggle(id);
    rowOf(id)?.focus();
  });
  return element;
}

/**
 * Shows whether it is selected.
 * @param {HTMLElement} item
 * @param {Conversation} conversation
 */
export function show(item, conversation) {
  const element = item.querySelector(".pick");
  if (!(element instanceof HTMLInputElement)) return;
  element.checked = chosen.has(conversation.id);
  const label = `Select ${nameOf(conversation)}`;
  if (element.getAttribute("aria-label") !== label) element.setAttribute("aria-label", label);
}

/**
 * Selects them too.
 * @param {(string | undefined)[]} ids
 */
export function choose(ids) {
  for (const id of ids) if (id) chosen.add(id);
  last = ids.at(-1) ?? last;
  changed();
}

/** @param {string} id */
function toggle(id) {
  if (!chosen.delete(id)) chosen.add(id);
  last = id;
  changed();
}

function clear() {
  chosen.clear();
  changed();
}

function changed() {
  said = "";
  refused = [];
  if (chosen.size > 0 && teams.length === 0) get("/teams").then((all) => { teams = all; render(); }, () => {});
  set({});
}

/**
 * The ids from one row to another, as they are listed.
 * @param {string} from
 * @param {string} to
 */
function between(from, to) {
  const ids = state.list.map(({ id }) => id);
  const [first, end] = [ids.indexOf(from), ids.indexOf(to)].sort((a, b) => a - b);
  return first === undefined || first < 0 ? [to] : ids.slice(first, (end ?? first) + 1);
}

/** @param {string} id */
function rowOf(id) {
  return /** @type {HTMLElement | null} */ (list.querySelector(`button.row[data-id="${id}"]`));
}

function render() {
  // What is listed no more is selected no more: nobody acts on what they do not see.
  for (const id of chosen) if (!state.list.some((one) => one.id === id)) chosen.delete(id);
  if (listed !== sync.query()) [listed, said, refused] = [sync.query(), "", []];
  const now = [...chosen, said, ...refused, ...teams.map(({ id }) => id), ...state.labels.map(({ id, name }) => id + name), ...colleagues().map(({ id, name }) => id + name)].join(" ");
  if (now === shown || bar.querySelector("select:focus")) return;
  shown = now;
  const held = acting || bar.contains(document.activeElement);
  bar.hidden = chosen.size === 0 && said === "";
  outcome.textContent = [chosen.size > 0 ? `${chosen.size} selected.` : "", said].filter(Boolean).join(" ");
  if (announce.textContent !== outcome.textContent) announce.textContent = outcome.textContent;
  const reasons = refused.length > 0 ? [make("ul", { class: "error", "aria-label": "What was not done" }, ...refused.map((one) => make("li", {}, one)))] : [];
  const end = ending();
  rest.replaceChildren(...reasons, ...(chosen.size > 0 ? deeds() : []), end);
  // Who came here by keyboard stays here, or goes on in the list.
  if (!held) return;
  if (bar.hidden) leave(last);
  else end.focus();
}

function ending() {
  const button = make("button", { type: "button", class: "quiet small" }, chosen.size > 0 ? "Select none" : "Close");
  button.addEventListener("click", clear);
  return button;
}

function deeds() {
  const select = make("select", { "aria-label": "What to do with what is selected" }, make("option", { value: "" }, "Do\u2026"));
  for (const [title, all] of steps()) {
    const group = make("optgroup", { label: title });
    for (const [words, step] of all) group.append(make("option", { value: JSON.stringify(step) }, words));
    if (all.length > 0) select.append(group);
  }
  const apply = make("button", { type: "button", class: "primary small" }, "Apply");
  apply.addEventListener("click", async () => {
    if (!select.value) return select.focus();
    acting = apply.disabled = true;
    await act(JSON.parse(select.value));
    acting = apply.disabled = false;
  });
  return [select, apply];
}

/** @returns {[string, [string, object][]][]} */
function steps() {
  /** @type {(title: string, kind: string) => [string, [string, object][]]} */
  const labels = (title, kind) => [title, state.labels.map(({ id, name }) => [name, { do: kind, label_ids: [id] }])];
  return [
    ["Where it stands", [["Resolve", { do: "resolve" }], ["Back to waiting", { do: "unassign" }]]],
    labels("Label", "label"),
    labels("Take the label away", "unlabel"),
    ["Assign to", colleagues().map(({ id, name }) => [id === state.me?.id ? `${name} (you)` : name, { do: "assign", agent: id }])],
    ["Transfer to", teams.map(({ id, name }) => [`Team ${name}`, { do: "transfer", to: { team: id }, note: null }])],
    ["Priority", Object.entries(PRIORITIES).map(([priority, words]) => [words, { do: "priority", priority }])],
  ];
}

/** @param {object} step */
async function act(step) {
  const ids = [...chosen];
  const names = new Map(state.list.map((one) => [one.id, nameOf(one)]));
  try {
    /** @type {{id: string, accepted: boolean, reason: string | null}[]} */
    const outcome = await post("/bulk", { conversation_ids: ids, step }, { "idempotency-key": freshKey() });
    const done = outcome.filter((one) => one.accepted);
    for (const { id } of done) chosen.delete(id);
    said = `${done.length} done.${done.length < outcome.length ? ` ${outcome.length - done.length} not:` : ""}`;
    refused = outcome.filter((one) => !one.accepted).map(({ id, reason }) => `${names.get(id) ?? "One"}: ${reason ?? ""}`);
  } catch (error) {
    said = "Nothing was done:";
    refused = [wordsOf(error)];
  }
  set({});
  sync.eventually();
}
