// A team's name, and its end: another team takes over all that it had.

/**
 * @typedef {import("../types.js").Team} Team
 */

import { post, put } from "../api.js";
import { labelled } from "../dialog.js";
import { make } from "../dom.js";
import { edit } from "./edit.js";
import { busyButton } from "./parts.js";

/**
 * @param {Team} team
 * @param {Team[]} teams
 * @param {() => Promise<void>} again
 */
export function buttons(team, teams, again) {
  const rename = busyButton("Rename\u2026", "small", async () => renaming(team, again));
  const others = teams.filter(({ id }) => id !== team.id);
  if (others.length === 0) return make("span", { class: "control-row" }, rename);
  const merge = busyButton("Merge into another\u2026", "small", async () => merging(team, others));
  return make("span", { class: "control-row" }, rename, merge);
}

/**
 * @param {Team} team
 * @param {() => Promise<void>} again
 */
function renaming(team, again) {
  const name = make("input", { type: "text", required: "", maxlength: "200", value: team.name });
  edit("Rename the team", [labelled("Name", name)], () => put(`/teams/${team.id}`, { name: name.value }), again);
}

/**
 * @param {Team} team
 * @param {Team[]} others
 */
function merging({ id, name }, others) {
  const into = make("select", { "data-field": "into_id" }, ...others.map((one) => make("option", { value: one.id }, one.name)));
  const words = `What waits for ${name}, its accounts and its replies go to this team. Its members, hours and promises end; its name stays in reports. It cannot be undone.`;
  const again = async () => void (location.hash = "#admin/teams");
  edit(`Merge ${name} into another team`, [labelled("Into", into, words)], () => post(`/teams/${id}/merge`, { into_id: into.value }), again);
}
