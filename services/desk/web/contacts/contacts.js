// Contacts: customers found by name and number. The address says which is open: #contacts/ID.

/**
 * @typedef {import("../types.js").ListedContact} ListedContact
 */

import { busyButton, section, soft, table } from "../admin/parts.js";
import { get, wordsOf } from "../api.js";
import { byId, make } from "../dom.js";
import { CHANNELS, ago, nameOf } from "../format.js";
import { show } from "./person.js";

/** How long after the last key the search begins. Milliseconds. */
const PAUSE = 300;

const PAGE = 50;

const place = byId("contacts-place", HTMLDivElement);

/** Counts what was opened: an answer that comes late is dropped. */
let opened = 0;

/**
 * The open contact: its person's conversations, and how it is read.
 * @type {{theirs: string[], read: () => Promise<string[]>} | null}
 */
let again = null;

/** What was searched for stays while one looks at somebody. */
let words = "";

/**
 * Shows the page of an address.
 * @param {string} hash
 */
export async function open(hash) {
  const number = ++opened;
  const id = /^#contacts\/([0-9a-f-]{36})$/.exec(hash)?.[1];
  const fresh = make("div", {}, make("p", { class: "soft" }, "Reading\u2026"));
  place.replaceChildren(fresh);
  try {
    again = null;
    if (!id) return await find(fresh);
    const theirs = await show(fresh, id);
    if (number === opened) again = { theirs, read: () => show(fresh, id) };
  } catch (error) {
    if (number === opened) fresh.replaceChildren(make("p", { class: "error", role: "alert" }, wordsOf(error)));
  }
}

/**
 * Reads the open contact again if it is theirs.
 * @param {string} conversation which changed
 */
export async function changed(conversation) {
  const open = again;
  if (!open?.theirs.includes(conversation) || document.querySelector("dialog[open]")) return;
  // What cannot be read now is read with the next change.
  open.theirs = await open.read().catch(() => open.theirs);
}

/** @param {HTMLElement} fresh */
async function find(fresh) {
  const field = make("input", { type: "search", id: "contacts-search", placeholder: "Name, user name or number", autocomplete: "off", "aria-label": "Search contacts" });
  field.value = words;
  const channel = make("select", { "aria-label": "Channel" }, make("option", { value: "" }, "All channels"));
  for (const [value, name] of Object.entries(CHANNELS)) channel.append(make("option", { value }, name));
  const blocked = make("input", { type: "checkbox" });
  const attribute = make("input", { type: "text", placeholder: "shoe size=42", autocomplete: "off", "aria-label": "Known here, as name=value" });
  const found = make("div", { class: "kin", "aria-live": "polite" });
  const query = () => {
    const all = new URLSearchParams({ limit: String(PAGE) });
    words = field.value.trim();
    if (words) all.set("search", words);
    if (channel.value) all.set("channel", channel.value);
    if (blocked.checked) all.set("blocked", "true");
    if (attribute.value.includes("=")) all.set("attribute", attribute.value.trim());
    return all;
  };
  let reading = 0;
  const look = async () => {
    const number = ++reading;
    /** @type {ListedContact[]} */
    const all = [];
    await more(found, all, query(), () => number === reading);
  };
  let timer = 0;
  for (const input of [field, attribute]) {
    input.addEventListener("input", () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(look, PAUSE);
    });
  }
  for (const input of [channel, blocked]) input.addEventListener("change", look);
  const finder = make("div", { class: "contact-finder", role: "search" }, field, channel, attribute, make("label", { class: "check" }, blocked, " Blocked"));
  fresh.replaceChildren(section("Contacts", finder, found));
  field.focus();
  await look();
}

/**
 * Adds a page of the list.
 * @param {HTMLElement} found
 * @param {ListedContact[]} all
 * @param {URLSearchParams} query
 * @param {() => boolean} wanted whether nothing else was asked for since
 */
async function more(found, all, query, wanted) {
  /** @type {{contacts: ListedContact[], next: string | null}} */
  let page;
  try {
    page = await get(`/contacts?${query}`);
  } catch (error) {
    if (wanted()) found.replaceChildren(make("p", { class: "error", role: "alert" }, wordsOf(error)));
    return;
  }
  if (!wanted()) return;
  all.push(...page.contacts);
  const { next } = page;
  const rows = all.map((one) => [link(one), `${CHANNELS[one.channel]}, ${one.account_name}`, number(one), one.blocked ? "Blocked" : "", ago(one.last_message_at)]);
  const older = () => more(found, all, new URLSearchParams([...query].filter(([key]) => key !== "cursor").concat([["cursor", next ?? ""]])), wanted);
  const list = all.length > 0 ? table("Contacts", ["Name", "Channel", "Number", "", "Wrote"], rows) : soft("No contact fits.");
  found.replaceChildren(list, ...(next === null ? [] : [busyButton("Show more", "plain", older)]));
}

/** @param {ListedContact} one */
function link(one) {
  return make("a", { href: `#contacts/${one.id}` }, nameOf({ contact: one }));
}

/** @param {ListedContact} one */
function number({ phone, customer_number }) {
  return [customer_number, phone ? `+${phone}` : null].filter(Boolean).join(", ");
}
