// When a team works, as a form: a time zone, openings in the week, and holidays.

/**
 * @typedef {{days: string[], from: string, to: string}} Opening
 * @typedef {{date: string, text: string | null}} Holiday
 * @typedef {{zone: string, week: Opening[], holidays: Holiday[]}} Hours
 */

import { labelled } from "../dialog.js";
import { make } from "../dom.js";
import { busyButton } from "./parts.js";

export const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** A time of the day; 24:00 is its end. */
const TIME = "([01][0-9]|2[0-3]):[0-5][0-9]|24:00";

/**
 * @param {Hours} hours
 * @returns {{elements: HTMLElement[], read: () => Hours}}
 */
export function part(hours) {
  const zone = make("input", { type: "text", required: "", list: "zones", value: hours.zone, "data-field": "hours.zone", autocomplete: "off", spellcheck: "false" });
  const zones = make("datalist", { id: "zones" }, ...known().map((value) => make("option", { value })));
  const week = repeated("Add an opening", opening, { days: DAYS.slice(0, 5), from: "09:00", to: "17:00" }, hours.week);
  const holidays = repeated("Add a holiday", holiday, { date: "", text: null }, hours.holidays);
  const elements = [labelled("Time zone", zone, "Like Europe/Berlin."), zones, make("h4", {}, "Openings"), make("p", { class: "soft" }, "Without any, the team always works. One over midnight is written as two."), ...week.elements, make("h4", {}, "Holidays"), ...holidays.elements];
  return { elements, read: () => ({ zone: zone.value.trim(), week: week.read(), holidays: holidays.read() }) };
}

/** The time zones that the browser knows. */
function known() {
  const all = /** @type {{supportedValuesOf?: (what: string) => string[]}} */ (/** @type {unknown} */ (Intl));
  return all.supportedValuesOf?.("timeZone") ?? [];
}

/**
 * Rows of a kind, with a button that adds one and one in each that takes it away.
 * @template T
 * @param {string} title
 * @param {(one: T) => {row: HTMLElement, first: HTMLElement, read: (number: number) => T}} draw
 * @param {T} blank
 * @param {T[]} known
 */
export function repeated(title, draw, blank, known) {
  const place = make("div", { class: "repeated" });
  /** @type {ReturnType<typeof draw>[]} */
  let rows = [];
  /** @param {T} one */
  function add(one) {
    const drawn = draw(one);
    const remove = busyButton("Remove", "small", async () => {
      rows = rows.filter((other) => other !== drawn);
      drawn.row.remove();
      more.focus();
    });
    drawn.row.append(remove);
    rows.push(drawn);
    place.append(drawn.row);
    return drawn.first;
  }
  const more = busyButton(`${title}\u2026`, "plain", async () => add(blank).focus());
  known.forEach(add);
  return { elements: [place, more], read: () => rows.map((row, number) => row.read(number)) };
}

/** @param {Opening} of */
function opening(of) {
  return openings("Opening", "hours.week", of, "Like 17:30, at most 24:00");
}

/**
 * A time of some days of the week.
 * @param {string} title
 * @param {string} field what the API calls all of them
 * @param {Opening} of
 * @param {string} until what is said of its end
 */
export function openings(title, field, of, until) {
  const days = make("div", { class: "days", role: "group", "aria-label": "On", tabindex: "-1" });
  const boxes = DAYS.map((day) => {
    const box = make("input", { type: "checkbox", value: day });
    box.checked = of.days.includes(day);
    days.append(make("label", { class: "check" }, box, ` ${day.charAt(0).toUpperCase()}${day.slice(1, 3)}`));
    return box;
  });
  const from = make("input", { type: "text", required: "", size: "5", pattern: TIME, title: "Like 09:30", value: of.from });
  const to = make("input", { type: "text", required: "", size: "5", pattern: TIME, title: until, value: of.to });
  const row = make("fieldset", {}, make("legend", {}, title), days, labelled("From", from), labelled("To", to));
  /** @param {number} number */
  function read(number) {
    days.dataset["field"] = `${field}.${number}.days`;
    from.dataset["field"] = `${field}.${number}.from`;
    to.dataset["field"] = `${field}.${number}.to`;
    return { days: boxes.filter((box) => box.checked).map((box) => box.value), from: from.value, to: to.value };
  }
  return { row, first: /** @type {HTMLElement} */ (boxes[0] ?? from), read };
}

/** @param {Holiday} of */
function holiday(of) {
  const date = make("input", { type: "date", required: "", value: of.date });
  const text = make("input", { type: "text", maxlength: "1000", value: of.text ?? "" });
  const row = make("fieldset", {}, make("legend", {}, "Holiday"), labelled("Day", date), labelled("What customers read then", text, "Empty: what they read while the team is closed."));
  /** @param {number} number */
  function read(number) {
    text.dataset["field"] = `hours.holidays.${number}.text`;
    return { date: date.value, text: text.value.trim() || null };
  }
  return { row, first: date, read };
}
