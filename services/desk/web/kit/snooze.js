// Putting a conversation aside: until a time that makes sense, or one of one's own, in the zone of the
// browser.

/**
 * @typedef {import("../types.js").Conversation} Conversation
 */

import * as dialogs from "../dialog.js";
import { make } from "../dom.js";
import { clock, day } from "../format.js";
import { menuButton } from "../menu.js";

/** The hour at which a day of work begins. */
const MORNING = 9;

/**
 * When something comes back: "today, 14:00".
 * @param {number} at
 * @param {(at: number) => string} [dayOf] how a day is written
 */
export function returns(at, dayOf = day) {
  const when = day(at) === day(Date.now()) ? "today" : dayOf(at);
  return `${when}, ${clock(at)}`;
}

/**
 * What is said of who has it.
 * @param {Conversation} conversation
 * @param {(at: number) => string} [dayOf] how a day is written
 */
export function state({ snoozed_until: until }, dayOf = day) {
  return until === null ? "Put aside" : `Back ${returns(until, dayOf)}`;
}

/** The choices, each with its time. */
function choices() {
  const now = new Date();
  const later = new Date(now.getTime() + 3 * 3_600_000);
  const toMonday = (8 - now.getDay()) % 7 || 7;
  /** @type {[string, Date][]} */
  const all = [
    ["Tomorrow morning", morning(now, 1)],
    ["Next week", morning(now, toMonday)],
  ];
  if (later.getDate() === now.getDate()) all.unshift(["Later today", later]);
  return all;
}

/**
 * @param {Date} from
 * @param {number} days
 */
function morning(from, days) {
  return new Date(from.getFullYear(), from.getMonth(), from.getDate() + days, MORNING);
}

/**
 * A menu of times.
 * @param {(until: number) => void} snooze
 */
export function menu(snooze) {
  return menuButton("Put aside\u2026", () => [
    ...choices().map(([words, at]) => ({ title: `${words} \u2013 ${returns(at.getTime())}`, act: () => snooze(at.getTime()) })),
    { title: "Another time\u2026", act: () => ask(snooze) },
  ]);
}

/** @param {(until: number) => void} snooze */
function ask(snooze) {
  const field = make("input", { type: "datetime-local", required: "", min: local(new Date()), value: local(morning(new Date(), 1)) });
  const submit = make("button", { type: "submit", class: "primary" }, "Put aside");
  const form = make("form", { class: "fields" }, dialogs.labelled("Until", field, "Earlier if the customer writes."), submit);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    dialog.close();
    snooze(new Date(field.value).getTime());
  });
  const dialog = dialogs.open("Put aside", form);
  field.focus();
}

/**
 * As the field wants it: the time here, to the minute.
 * @param {Date} at
 */
function local(at) {
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
