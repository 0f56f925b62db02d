// One contact's page: who they are, who else they are, what is known of them, and what they can ask
// for.

/**
 * @typedef {import("../types.js").ListedContact} ListedContact
 * @typedef {import("../types.js").PersonPage} PersonPage
 */

import { busyButton, outcome, section, soft } from "../admin/parts.js";
import { get, post, put, wordsOf } from "../api.js";
import { facts } from "../content/words.js";
import * as dialogs from "../dialog.js";
import { labelled } from "../dialog.js";
import { make } from "../dom.js";
import { CHANNELS, ago, moment, nameOf } from "../format.js";
import * as attributes from "../kit/attributes.js";
import { state } from "../state.js";
import { askErase, blocking, conversationLink } from "./deeds.js";

/** @type {Record<string, string>} */
const WHY = { customer_number: "The same customer number", phone: "The same phone number" };

/** @type {Record<string, string>} */
const IDS = { scoped_id: "Meta's id", user_id: "WhatsApp's id", phone: "Phone" };

/**
 * Shows a contact; tells which conversations are the person's.
 * @param {HTMLElement} place
 * @param {string} id
 */
export async function show(place, id) {
  attributes.forget();
  /** @type {[PersonPage, {why: string, contact: ListedContact}[]]} */
  const [person, suggested] = await Promise.all([get(`/contacts/${id}`), get(`/contacts/${id}/suggestions`)]);
  const again = async () => {
    await show(place, id);
  };
  const back = make("p", {}, make("a", { href: "#contacts" }, "\u2190 All contacts"));
  const focused = place.contains(document.activeElement) ? document.activeElement?.textContent : null;
  place.replaceChildren(back, about(person, again), known(person, again), kin(person, suggested, again), rights(person, again));
  // Who came here by keyboard stays where they were, as far as it is still there.
  const same = [...place.querySelectorAll("a, button")].find((one) => one.textContent === focused) ?? back.querySelector("a");
  if (focused !== null && same instanceof HTMLElement) same.focus();
  return person.conversations.map((one) => one.id);
}

/**
 * @param {PersonPage} person
 * @param {() => Promise<void>} again
 */
function about(person, again) {
  const { line, say, complain } = outcome();
  const rename = busyButton("Change the name\u2026", "small", async () => askName(person, again));
  const block = blocking(person, (words) => say(words), complain);
  const ids = person.identities.map(({ kind, value }) => /** @type {[string, string]} */ ([IDS[kind] ?? kind, value]));
  const list = facts([
    ["Channel", `${CHANNELS[person.channel]}, ${person.account_name}`],
    ["Called here", person.given_name],
    ["Calls themselves", person.name],
    ["User name", person.username ? `@${person.username}` : null],
    ["Customer number", person.customer_number],
    ["Name at the business", person.customer_name],
    ["Blocked", person.blocked ? `${person.blocked.reason} (${moment(person.blocked.at)})` : null],
    ...ids,
  ]);
  return section(nameOf({ contact: person }), list, make("div", { class: "control-row" }, rename, block), line);
}

/**
 * @param {PersonPage} person
 * @param {() => Promise<void>} again
 */
function askName(person, again) {
  const name = make("input", { type: "text", maxlength: "200", autocomplete: "off", value: person.given_name ?? "" });
  const error = make("p", { class: "error", role: "alert" });
  const submit = make("button", { type: "submit", class: "primary" }, "Keep");
  const own = person.name ? `They call themselves ${person.name}, which stays known.` : "";
  const form = make("form", { class: "fields" }, labelled("Name", name, `Empty: as they call themselves. ${own}`), error, submit);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await put(`/contacts/${person.id}`, { given_name: name.value.trim() || null });
      dialog.close();
      await again();
    } catch (problem) {
      error.textContent = wordsOf(problem);
    }
  });
  const dialog = dialogs.open("What we call them", form);
  name.focus();
}

/**
 * @param {PersonPage} person
 * @param {() => Promise<void>} again
 */
function known(person, again) {
  const { line, complain } = outcome();
  const part = make("div", { class: "kin" });
  const fill = () => part.replaceChildren(...attributes.part(person.id, fill, complain));
  fill();
  const overruled = person.overruled.map(({ name, value }) => make("li", { class: "soft" }, `${name}: ${value} was noted with another contact, and does not count.`));
  return section("Known here", part, ...(overruled.length > 0 ? [make("ul", { class: "kin" }, ...overruled)] : []), line);
}

/**
 * The person's conversations, and who else they may be.
 * @param {PersonPage} person
 * @param {{why: string, contact: ListedContact}[]} suggested
 * @param {() => Promise<void>} again
 */
function kin(person, suggested, again) {
  const { line, complain } = outcome();
  /** @param {() => Promise<unknown>} work */
  const doing = async (work) => {
    try {
      await work();
      await again();
    } catch (error) {
      complain(error);
    }
  };
  const several = person.conversations.length > 1;
  const own = person.conversations.map((one) => {
    const item = make("li", {}, conversationLink(one), make("span", { class: "soft" }, `${one.preview} \u00b7 ${ago(one.last_message_at)}`));
    const apart = () => doing(() => post(`/contacts/${one.contact.id}/split`));
    if (several) item.append(busyButton("Somebody else after all", "small", apart));
    return item;
  });
  const others = suggested.map(({ why, contact }) => {
    const name = make("a", { href: `#contacts/${contact.id}` }, nameOf({ contact }));
    const words = make("span", { class: "soft" }, `${CHANNELS[contact.channel]}, ${contact.account_name}. ${WHY[why] ?? why}.`);
    return make("li", {}, name, words, busyButton("The same person", "small", () => doing(() => merge(person.id, contact.id))));
  });
  const propose = others.length > 0 ? [soft("May be the same person:"), make("ul", { class: "kin suggestions" }, ...others)] : [];
  const choose = busyButton("Is somebody else here, too\u2026", "small", async () => askWho(person, again));
  return section("Conversations", make("ul", { class: "kin conversations" }, ...own), ...propose, choose, line);
}

/**
 * @param {string} kept
 * @param {string} other
 */
function merge(kept, other) {
  return post(`/contacts/${kept}/merge`, { other_id: other });
}

/**
 * Looks for the contact that is the same person.
 * @param {PersonPage} person
 * @param {() => Promise<void>} again
 */
function askWho(person, again) {
  const field = make("input", { type: "search", autocomplete: "off" });
  const found = make("ul", { class: "kin", "aria-live": "polite" });
  const { line, complain } = outcome();
  const look = async () => {
    const text = field.value.trim();
    if (!text) return found.replaceChildren();
    /** @type {{contacts: ListedContact[]}} */
    const page = await get(`/contacts?limit=10&search=${encodeURIComponent(text)}`);
    if (text !== field.value.trim()) return;
    const all = page.contacts.filter((one) => !person.conversations.some(({ contact }) => contact.id === one.id));
    found.replaceChildren(...all.map((one) => {
      const take = busyButton(`${nameOf({ contact: one })}, ${CHANNELS[one.channel]}`, "small", async () => {
        try {
          await merge(person.id, one.id);
          dialog.close();
          await again();
        } catch (error) {
          complain(error);
        }
      });
      return make("li", {}, take);
    }));
  };
  field.addEventListener("input", () => look().catch(complain));
  const why = soft(`They become one with ${nameOf({ contact: person })}. Conversations stay apart; where what is known differs, what is noted here counts. It can be undone.`);
  const dialog = dialogs.open("Who else is it?", make("div", { class: "fields" }, why, labelled("Name or number", field), found, line));
  field.focus();
}

/**
 * What a customer can ask for.
 * @param {PersonPage} person
 * @param {() => Promise<void>} again
 */
function rights(person, again) {
  if (state.me?.role === "agent") return "";
  const all = make("a", { href: `/api/v1/contacts/${person.id}/export`, download: "" }, "Export all that is known");
  const row = make("div", { class: "control-row" }, all);
  if (state.me?.role === "admin") row.append(busyButton("Erase\u2026", "small danger", async () => askErase(person, again)));
  return section("The customer's data", row);
}
