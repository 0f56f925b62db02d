// The templates of a WhatsApp number or a Page.

/**
 * @typedef {import("../types.js").TemplateInfo} TemplateInfo
 */

import { get, post } from "../api.js";
import { words } from "../compose/places.js";
import { make } from "../dom.js";
import { moment } from "../format.js";
import { busyButton, chip, outcome, section, soft, table } from "./parts.js";

/** @param {string} account */
export async function part(account) {
  const place = make("div");
  const { line, say, complain } = outcome();
  await list(place, account);
  const sync = busyButton("Read them from Meta now", "plain", async () => {
    try {
      const { templates } = await post(`/accounts/${account}/templates/sync`);
      say(`Meta lists ${templates} templates.`);
      await list(place, account);
    } catch (error) {
      complain(error);
    }
  });
  return section("Templates", place, sync, line);
}

/**
 * @param {HTMLElement} place
 * @param {string} account
 */
async function list(place, account) {
  /** @type {TemplateInfo[]} */
  const all = await get(`/accounts/${account}/templates`);
  const [first] = all;
  if (!first) {
    place.replaceChildren(soft("None were read yet. Templates are written and approved at Meta."));
    return;
  }
  const rows = all.map((one) => [one.name, one.language, state(one), one.category.toLowerCase(), words(one)]);
  const columns = ["Name", "Language", "State", "Category", "Words"];
  place.replaceChildren(table("Templates", columns, rows), soft(`Read ${moment(first.synced_at)}.`));
}

/** @param {TemplateInfo} template */
function state({ status }) {
  const word = status.toLowerCase();
  if (status === "APPROVED") return chip("good", word);
  return chip(status === "PENDING" ? "warn" : "bad", word);
}
