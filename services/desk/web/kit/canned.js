// Canned replies: typing / finds them; the places in them are filled in, so that the agent reads
// what goes out.

/**
 * @typedef {import("../types.js").CannedReply} CannedReply
 * @typedef {import("../types.js").Conversation} Conversation
 */

import { get } from "../api.js";
import { byId, make } from "../dom.js";
import { nameOf } from "../format.js";
import { state } from "../state.js";

/** How many are offered at once. */
const MOST = 8;

const text = byId("text", HTMLTextAreaElement);
const menu = byId("canned", HTMLUListElement);

/** @type {CannedReply[]} */
let all = [];
let chosen = 0;

/** Reads those that there are. */
export async function read() {
  all = await get("/canned-replies");
}

/** Begins to offer them; keys that choose one go no further. */
export function start() {
  text.addEventListener("input", () => offer(0));
  text.addEventListener("blur", hide);
  text.addEventListener("keydown", (event) => {
    if (menu.hidden || event.isComposing) return;
    const found = fitting();
    const acts = {
      ArrowDown: () => offer(Math.min(chosen + 1, found.length - 1)),
      ArrowUp: () => offer(Math.max(chosen - 1, 0)),
      Enter: () => take(found[chosen]),
      Tab: () => take(found[chosen]),
      Escape: hide,
    };
    const act = acts[/** @type {keyof typeof acts} */ (event.key)];
    if (!act) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    act();
  });
}

/** Those that what was typed after / fits; commands of the customer's have no place here. */
function fitting() {
  const typed = /^\/([\p{L}\p{N}_-]*)$/u.exec(text.value)?.[1]?.toLowerCase();
  if (typed === undefined) return [];
  const begins = all.filter((one) => one.shortcut.startsWith(typed));
  const holds = all.filter((one) => !begins.includes(one) && `${one.shortcut} ${one.text}`.toLowerCase().includes(typed));
  return [...begins, ...holds].slice(0, MOST);
}

/** @param {number} at which is marked */
function offer(at) {
  const found = fitting();
  chosen = at;
  menu.hidden = found.length === 0;
  text.setAttribute("aria-expanded", String(!menu.hidden));
  if (menu.hidden) return text.removeAttribute("aria-activedescendant");
  menu.replaceChildren(...found.map((one, index) => option(one, index)));
  text.setAttribute("aria-activedescendant", `canned-${at}`);
}

/**
 * @param {CannedReply} reply
 * @param {number} index
 */
function option(reply, index) {
  const marked = index === chosen;
  const item = make("li", { id: `canned-${index}`, role: "option", "aria-selected": String(marked) });
  item.append(make("strong", {}, `/${reply.shortcut}`), make("span", { class: "soft" }, reply.text));
  // Before the field loses the focus.
  item.addEventListener("mousedown", (event) => {
    event.preventDefault();
    take(reply);
  });
  return item;
}

/** @param {CannedReply | undefined} reply */
function take(reply) {
  const open = state.open;
  if (!reply || !open) return;
  text.value = filled(reply.text, open);
  hide();
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

function hide() {
  menu.hidden = true;
  text.setAttribute("aria-expanded", "false");
  text.removeAttribute("aria-activedescendant");
}

/**
 * The text with its places filled in; what is not known is left out.
 * @param {string} words
 * @param {Conversation} conversation
 */
function filled(words, conversation) {
  const { contact, account_name } = conversation;
  const first = (/** @type {string} */ name) => name.split(" ")[0] ?? name;
  /** @type {Record<string, string>} */
  const known = {
    "contact.name": nameOf(conversation),
    "contact.first_name": first(nameOf(conversation)),
    "contact.customer_number": contact.customer_number ?? "",
    "agent.name": state.me?.name ?? "",
    "agent.first_name": first(state.me?.name ?? ""),
    "account.name": account_name,
  };
  return words.replace(/\{\{\s*([a-z_.]+)\s*\}\}/g, (place, name) => known[name] ?? place);
}
