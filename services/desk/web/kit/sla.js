// What a team promised of its answers: how much time is left.

/**
 * @typedef {import("../types.js").Conversation} Conversation
 * @typedef {import("../types.js").SavedView} SavedView
 */

import { make } from "../dom.js";
import { moment, span } from "../format.js";

const TARGETS = { first_response: "First response", next_response: "Next response", resolution: "Resolution" };

/** Lists that everybody has. @type {SavedView[]} */
export const VIEWS = [
  { id: "sla-breached", user_id: "", shared: true, name: "Overdue", query: "sla=breached&sort=due" },
  { id: "sla-soon", user_id: "", shared: true, name: "Due soon", query: "sla=soon&sort=due" },
  { id: "sla-due", user_id: "", shared: true, name: "By due time", query: "sort=due" },
];

/**
 * The mark of the promise that is broken first: none when nothing runs.
 * @param {Conversation} conversation
 * @param {number} [now]
 */
export function marks({ sla }, now = Date.now()) {
  if (!sla) return [];
  const left = sla.due_at - now;
  const tone = left <= 0 ? "bad" : now >= sla.soon_at ? "warn" : "plain";
  const words = left <= 0 ? `${span(-left)} over` : `${span(left)} left`;
  const mark = make("span", { class: `chip due ${tone}`, title: `${TARGETS[sla.target]} due ${moment(sla.due_at)}` }, words);
  mark.prepend(make("span", { class: "sr-only" }, `${TARGETS[sla.target]}: `));
  return [mark];
}
