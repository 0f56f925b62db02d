// What a team promises of its answers: the longest times, by priority.

/**
 * @typedef {import("../types.js").Priority} Priority
 * @typedef {"first_response" | "next_response" | "resolution"} Target
 * @typedef {{around_the_clock: boolean, targets: Partial<Record<Priority, Partial<Record<Target, number | null>>>>}} Sla
 */

import { get, put } from "../api.js";
import { make } from "../dom.js";
import * as fields from "../fields.js";
import { outcome, section, soft, table } from "./parts.js";

/** @type {[Priority, string][]} */
const PRIORITIES = [
  ["urgent", "Urgent"],
  ["high", "High"],
  ["normal", "Normal"],
  ["low", "Low"],
];

/** @type {[Target, string][]} */
const TARGETS = [
  ["first_response", "First answer"],
  ["next_response", "Each further answer"],
  ["resolution", "Resolved"],
];

/** @param {string} team */
export async function part(team) {
  /** @type {Sla} */
  const sla = await get(`/teams/${team}/sla`);
  const { line, say, complain } = outcome();
  const clock = make("input", { type: "checkbox" });
  clock.checked = sla.around_the_clock;
  const cells = PRIORITIES.map(([priority, named]) => ({ priority, named, times: TARGETS.map(([target, words]) => ({ target, field: minutes(sla, priority, target, `${named}: ${words}, in minutes`) })) }));
  const rows = cells.map(({ named, times }) => [named, ...times.map(({ field }) => field)]);
  const times = table("The longest times, in minutes", ["Priority", ...TARGETS.map(([, words]) => words)], rows);
  const submit = make("button", { type: "submit", class: "primary" }, "Save what is promised");
  const form = make("form", { class: "fields" }, times, make("label", { class: "check" }, clock, " The time runs while the team is closed, too"), submit, line);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    fields.clear(form);
    say("");
    const targets = cells.map(({ priority, times }) => [priority, Object.fromEntries(times.map(({ target, field }) => [target, field.value ? Number(field.value) : null]))]);
    try {
      await put(`/teams/${team}/sla`, { around_the_clock: clock.checked, targets: Object.fromEntries(targets) });
      say("Saved. It holds for a conversation from the next that happens in it.");
    } catch (error) {
      fields.complain(form, error, complain);
    }
  });
  return section("What it promises (SLA)", soft("The longest times in minutes, from when the customer wrote or asked for a person. Nothing is promised where nothing stands. Agents see what is due, and in the transcript what was broken; customers do not."), form);
}

/**
 * @param {Sla} sla
 * @param {Priority} priority
 * @param {Target} target
 * @param {string} label
 */
function minutes(sla, priority, target, label) {
  const value = sla.targets[priority]?.[target] ?? "";
  return make("input", { type: "number", min: "1", step: "1", value: String(value), "aria-label": label, "data-field": `targets.${priority}.${target}` });
}
