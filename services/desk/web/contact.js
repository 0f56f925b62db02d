// The panel about the customer: who they are, here and at the business, and where they came from.

/**
 * @typedef {import("./types.js").Conversation} Conversation
 * @typedef {import("./types.js").PersonPage} PersonPage
 * @typedef {import("./types.js").Referral} Referral
 */

import { get, post, wordsOf } from "./api.js";
import { askErase, blocking, conversationLink } from "./contacts/deeds.js";
import { referral } from "./content/told.js";
import { facts } from "./content/words.js";
import { byId, make } from "./dom.js";
import { CHANNELS, STATUSES, moment, nameOf } from "./format.js";
import * as attributes from "./kit/attributes.js";
import * as labels from "./kit/labels.js";
import { onChange, state } from "./state.js";
import * as sync from "./sync.js";
import { giving } from "./threadbar.js";

const panel = byId("contact", HTMLElement);
const toggle = byId("contact-toggle", HTMLButtonElement);

let wanted = false;
let shown = "";
let said = "";
/** Whom it showed, and since when they were blocked. */
let blocked = "";
/**
 * The person, if they are several contacts: their other conversations.
 * @type {PersonPage | null}
 */
let person = null;
/** Whose conversations were read. */
let whoseRead = "";
/** @type {{id: string, all: {referral: Referral, at: number}[]} | null} */
let arrivals = null;

/** Begins to show the panel when it is asked for. */
export function start() {
  toggle.addEventListener("click", () => show(!wanted));
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    show(false);
  });
  onChange(render);
}

/** @param {boolean} visible */
function show(visible) {
  wanted = visible;
  shown = "";
  toggle.setAttribute("aria-expanded", String(visible));
  render();
  if (!visible) return toggle.focus();
  panel.focus();
  readArrivals();
}

/** @param {Conversation} open */
async function readPerson({ contact }) {
  const whose = `${contact.id} ${contact.person_id}`;
  if (whoseRead === whose) return;
  whoseRead = whose;
  person = null;
  attributes.forget();
  if (contact.person_id === null) return;
  try {
    const found = await get(`/contacts/${contact.id}`);
    if (whoseRead === whose) person = found;
  } catch (error) {
    said = wordsOf(error);
  }
  shown = "";
  render();
}

async function readArrivals() {
  const id = state.open?.id;
  if (!id || !wanted || arrivals?.id === id) return;
  arrivals = { id, all: [] };
  try {
    arrivals = { id, all: await get(`/conversations/${id}/referrals`) };
  } catch (error) {
    said = wordsOf(error);
  }
  shown = "";
  render();
}

function render() {
  const open = state.open;
  panel.hidden = !wanted || !open;
  if (!open || !wanted) return;
  const { contact, thread } = open;
  const worn = [...open.label_ids, ...state.labels.map(({ id, name, colour }) => id + name + colour)];
  readPerson(open);
  const now = [open.id, JSON.stringify(contact), open.blocked?.at, person?.conversations.length, thread.is, said, arrivals?.id, ...worn].join(" ");
  if (now === shown || panel.querySelector("[aria-expanded=true], input:focus")) return;
  // What was said to come has come.
  const block = `${open.id} ${open.blocked?.at}`;
  if (block !== blocked && blocked.startsWith(open.id)) said = "";
  blocked = block;
  if (!shown.startsWith(open.id)) said = shown === "" ? said : "";
  shown = now;
  const linked = business(open);
  const focused = panel.contains(document.activeElement) ? document.activeElement : null;
  panel.replaceChildren(head(), ...about(open), ...others(open), ...sorted(open), ...known(open), ...linked, ...history(), ...control(open), ...rights(open, linked.length === 0));
  // Who came here by keyboard stays where they were, as far as it is still there.
  if (focused) (same(focused.textContent) ?? panel).focus();
  readArrivals();
}

/** @param {string | null} words of what had the focus */
function same(words) {
  const all = /** @type {HTMLElement[]} */ ([...panel.querySelectorAll("a, button")]);
  return all.find((one) => one.textContent === words);
}

function head() {
  const close = make("button", { type: "button", class: "quiet", "aria-label": "Close the details" }, "\u2715");
  close.addEventListener("click", () => show(false));
  return make("div", { class: "panel-head" }, make("h3", {}, "Customer"), close);
}

/** @param {Conversation} open */
function about(open) {
  const { contact, channel } = open;
  return [
    make("p", { class: "panel-name" }, nameOf(open)),
    facts([
      ["Channel", `${CHANNELS[channel]}, ${open.account_name}`],
      ["Called here", contact.given_name],
      ["Name", contact.name],
      ["User name", contact.username ? `@${contact.username}` : null],
      ["Phone", contact.phone ? `+${contact.phone}` : null],
      ["Meta's id", contact.platform_id],
    ]),
  ];
}

/**
 * The person's other conversations, which go on apart.
 * @param {Conversation} open
 */
function others(open) {
  const page = make("p", {}, make("a", { href: `#contacts/${open.contact.id}` }, "The contact's page"));
  const all = person?.conversations.filter((one) => one.id !== open.id) ?? [];
  if (open.contact.person_id === null || all.length === 0) return [page];
  const list = make("ul", { class: "kin" }, ...all.map((one) => make("li", {}, conversationLink(one), make("span", { class: "soft" }, STATUSES[one.status]))));
  return [page, make("h4", {}, "The same person, elsewhere"), list];
}

/** @param {Conversation} open */
function sorted(open) {
  if (state.labels.length === 0) return [];
  return [make("h4", {}, "Labels"), labels.choices(open, complain)];
}

/**
 * What people here noted about them.
 * @param {Conversation} open
 */
function known(open) {
  const again = () => {
    shown = "";
    render();
  };
  return [make("h4", {}, "Known here"), ...attributes.part(open.contact.id, again, complain)];
}

/** @param {unknown} error */
function complain(error) {
  said = wordsOf(error);
  shown = "";
  render();
}

/**
 * What the business knows them by.
 * @param {Conversation} open
 */
function business(open) {
  const { contact, channel } = open;
  if (channel !== "messenger") return [];
  const title = make("h4", {}, "Account at the business");
  const status = make("p", { role: "status", class: "soft" }, said);
  if (contact.linked_at === null) {
    const canLogIn = state.accounts.some((account) => account.id === open.account_id && account.links_customers);
    return canLogIn ? [title, make("p", { class: "soft" }, "Not logged in."), logIn(open), status] : [];
  }
  const known = facts([
    ["Customer number", contact.customer_number],
    ["Name there", contact.customer_name],
    ["Logged in", moment(contact.linked_at)],
  ]);
  return [title, known, unlink(open), status];
}

/** @param {Conversation} open */
function logIn(open) {
  const button = make("button", { type: "button", class: "small" }, "Send a log-in button");
  button.addEventListener("click", () => act(open, "login-button", {}, "The log-in button is on its way."));
  return button;
}

/**
 * Unlinking asks twice.
 * @param {Conversation} open
 */
function unlink(open) {
  const ask = make("button", { type: "button", class: "small" }, "Unlink\u2026");
  const sure = make("button", { type: "button", class: "small danger" }, "Unlink this customer");
  const keep = make("button", { type: "button", class: "small" }, "Keep");
  const row = make("div", { class: "control-row", role: "group", "aria-label": "Unlink" }, ask);
  ask.addEventListener("click", () => {
    row.replaceChildren(sure, keep);
    keep.focus();
  });
  keep.addEventListener("click", () => {
    row.replaceChildren(ask);
    ask.focus();
  });
  sure.addEventListener("click", () => act(open, "unlink", {}, "Unlinked. The customer can log in again."));
  return row;
}

/**
 * @param {Conversation} open
 * @param {string} action
 * @param {unknown} body
 * @param {string} done what is said then
 */
async function act(open, action, body, done) {
  panel.setAttribute("aria-busy", "true");
  try {
    await post(`/conversations/${open.id}/${action}`, body);
    said = done;
  } catch (error) {
    said = wordsOf(error);
  } finally {
    panel.removeAttribute("aria-busy");
    render();
    sync.eventually();
  }
}

function history() {
  if (!arrivals || arrivals.id !== state.open?.id || arrivals.all.length === 0) return [];
  const list = make("ul", { class: "arrivals" });
  for (const { referral: from, at } of arrivals.all) {
    list.append(make("li", {}, make("p", { class: "soft" }, moment(at)), referral(from)));
  }
  return [make("h4", {}, "Came here from"), list];
}

/**
 * Whether one hears from them, and what they can ask for.
 * @param {Conversation} open
 * @param {boolean} tells whether what was done is told here
 */
function rights(open, tells) {
  const block = blocking({ ...open.contact, blocked: open.blocked }, tell, complain);
  const row = make("div", { class: "control-row" }, block);
  if (state.me?.role !== "agent") row.append(make("a", { href: `/api/v1/contacts/${open.contact.id}/export`, download: "" }, "Export all that is known"));
  if (state.me?.role === "admin") row.append(erasing(open));
  return [make("h4", {}, "The customer's data"), row, ...(tells ? [make("p", { role: "status", class: "soft" }, said)] : [])];
}

/** @param {string} words */
function tell(words) {
  said = words;
  shown = "";
  render();
  sync.eventually();
}

/** @param {Conversation} open */
function erasing(open) {
  const erase = make("button", { type: "button", class: "small danger" }, "Erase\u2026");
  erase.addEventListener("click", async () => {
    try {
      askErase(await get(`/contacts/${open.contact.id}`), () => tell("Being erased."));
    } catch (error) {
      complain(error);
    }
  });
  return erase;
}

/** @param {Conversation} open */
function control(open) {
  if (open.thread.is !== "ours" || open.status === "resolved") return [];
  return [make("h4", {}, "Give control to another app"), giving(open)];
}
