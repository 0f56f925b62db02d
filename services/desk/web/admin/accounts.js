// All accounts, and how they are.

/**
 * @typedef {import("../types.js").Account} Account
 */

import { get } from "../api.js";
import { make } from "../dom.js";
import { CHANNELS, moment } from "../format.js";
import { chip, section, soft, table } from "./parts.js";

/** @param {HTMLElement} place */
export async function show(place) {
  /** @type {Account[]} */
  const all = await get("/accounts");
  const connect = make("a", { href: "#admin/connect" }, "Connect an account");
  if (all.length === 0) {
    place.replaceChildren(section("Accounts", soft("No account is connected yet."), connect));
    return;
  }
  const rows = all.map((account) => [link(account), CHANNELS[account.channel], account.external_id, health(account), heard(account)]);
  place.replaceChildren(section("Accounts", table("Accounts", ["Name", "Channel", "Id at Meta", "Health", "Last webhook"], rows), connect));
}

/** @param {Account} account */
function link({ id, name }) {
  return make("a", { href: `#admin/accounts/${id}` }, name);
}

/** @param {Account} account */
export function heard({ last_heard_at }) {
  return last_heard_at === null ? "never" : moment(last_heard_at);
}

/** @param {Account} account */
export function health({ health, disconnected_at }) {
  if (disconnected_at !== null) return make("span", {}, chip("plain", "Disconnected"), ` since ${moment(disconnected_at)}`);
  if (health.sending) return chip("good", "Sends");
  const words = [health.reason ?? "Unknown", health.since === null ? "" : `since ${moment(health.since)}`];
  return make("span", {}, chip("bad", "Does not send"), ` ${words.filter(Boolean).join(", ")}`);
}
