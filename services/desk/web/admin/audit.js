// Who changed what.

/**
 * @typedef {{id: string, at: number, user_id: string, api_key_id: string | null, operation: string,
 *   path: string, status: number}} Entry
 */

import { get } from "../api.js";
import { make } from "../dom.js";
import { moment } from "../format.js";
import { agentName } from "../state.js";
import { busyButton, section, soft, table } from "./parts.js";

/** @param {HTMLElement} place */
export async function show(place) {
  /** @type {Entry[]} */
  const all = [];
  const list = make("div");
  const part = section("Audit log", soft("What was changed at the desk and through the API, the latest first. What was written to customers is in the conversations."), list);
  place.replaceChildren(part);
  await more(all, list, null);
}

/**
 * @param {Entry[]} all
 * @param {HTMLElement} list
 * @param {string | null} cursor
 */
async function more(all, list, cursor) {
  /** @type {{entries: Entry[], next: string | null}} */
  const page = await get(`/audit${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ""}`);
  all.push(...page.entries);
  const rows = all.map((one) => [moment(one.at), who(one), one.operation, one.path]);
  const next = page.next;
  const older = next === null ? [] : [busyButton("Show older", "plain", () => more(all, list, next))];
  list.replaceChildren(table("Audit log", ["When", "Who", "What", "Where"], rows), ...older);
}

/** @param {Entry} entry */
function who({ user_id, api_key_id }) {
  return api_key_id === null ? agentName(user_id) : `${agentName(user_id)}, by a program`;
}
