// Webhook endpoints: other software that is told what happens. All of them with their health, and a
// new one.

/**
 * @typedef {object} Endpoint
 * @property {string} id
 * @property {string} url
 * @property {string[]} events
 * @property {boolean} enabled
 * @property {string | null} off_because
 * @property {number | null} failing_since
 * @property {number | null} last_taken_at
 * @property {number | null} old_secret_until
 * @property {number} created_at
 * @typedef {{id: string, secret: string}} MadeSecret
 */

import { get, post } from "../api.js";
import { labelled } from "../dialog.js";
import { make } from "../dom.js";
import * as fields from "../fields.js";
import { moment } from "../format.js";
import * as endpoint from "./endpoint.js";
import { chip, outcome, section, soft, table } from "./parts.js";

/** @type {[string, string][]} what an endpoint can be told of, and what it is for people */
const KINDS = [
  ["conversation.created", "A customer writes for the first time"],
  ["conversation.status_changed", "Who answers changes"],
  ["conversation.assigned", "An agent has a conversation"],
  ["conversation.snoozed", "A conversation is put aside"],
  ["conversation.unsnoozed", "It is not any more"],
  ["message.received", "A customer writes"],
  ["message.created", "A message to a customer is on its way"],
  ["message.sent", "Meta takes a message"],
  ["message.delivered", "A message arrives"],
  ["message.read", "A message is read"],
  ["message.failed", "A message cannot be sent"],
  ["contact.linked", "A customer logs in"],
  ["contact.unlinked", "A customer logs out"],
  ["sla.breached", "A promise to a customer is broken"],
  ["survey.answered", "A customer says how it went"],
  ["meta.raw", "Meta\u2019s own events, as Meta sent them"],
];

/** @type {string[]} what a new one is told of unless somebody says otherwise */
const USUAL = ["message.received", "message.failed"];

/**
 * @param {HTMLElement} place
 * @param {string | null} argument an id, `new`, or none for the list
 */
export async function show(place, argument) {
  if (argument === "new") return adding(place);
  return argument === null ? list(place) : endpoint.show(place, argument);
}

/** @param {HTMLElement} place */
async function list(place) {
  /** @type {Endpoint[]} */
  const all = await get("/webhook-endpoints");
  const why = soft("Other software is told what happens in conversations: signed as Standard Webhooks says, in the order of each conversation, at least once.");
  const add = make("a", { href: "#admin/webhooks/new" }, "Add an endpoint");
  const rows = all.map((one) => {
    const link = make("a", { href: `#admin/webhooks/${one.id}` }, one.url);
    return [link, health(one), one.last_taken_at === null ? "never" : moment(one.last_taken_at), one.events.join(", ")];
  });
  const none = rows.length === 0 ? soft("There are none.") : table("Webhook endpoints", ["Address", "Health", "Last success", "Told of"], rows);
  place.replaceChildren(section("Webhooks", why, none, add));
}

/**
 * How an endpoint fares.
 * @param {Endpoint} endpoint
 */
export function health({ enabled, off_because, failing_since, last_taken_at }) {
  if (!enabled) return make("span", {}, chip("bad", "Off"), ` ${off_because ?? ""}`);
  if (failing_since !== null) return chip("warn", `Failing since ${moment(failing_since)}`);
  return last_taken_at === null ? chip("plain", "Nothing was told yet") : chip("good", "Takes what it is told");
}

/**
 * The fields of an endpoint.
 * @param {Pick<Endpoint, "url" | "events">} known
 */
export function form(known) {
  const url = make("input", { type: "url", required: "", maxlength: "2000", value: known.url, "data-field": "url", autocomplete: "off", spellcheck: "false", placeholder: "https://shop.example/switchboard" });
  const boxes = KINDS.map(([kind, words]) => {
    const box = make("input", { type: "checkbox", value: kind });
    box.checked = known.events.includes(kind);
    return { box, row: make("label", { class: "check" }, box, make("span", {}, make("code", {}, kind), ` ${words}`)) };
  });
  const kinds = make("fieldset", { "data-field": "events", tabindex: "-1" }, make("legend", {}, "It is told when"), ...boxes.map(({ row }) => row));
  const elements = [labelled("Address", url, "https, and on the internet."), kinds];
  const read = () => ({ url: url.value.trim(), events: boxes.filter(({ box }) => box.checked).map(({ box }) => box.value) });
  return { elements, read };
}

/** @param {HTMLElement} place */
async function adding(place) {
  const { elements, read } = form({ url: "", events: USUAL });
  const { line, complain } = outcome();
  const submit = make("button", { type: "submit", class: "primary" }, "Add");
  const all = make("form", { class: "fields" }, ...elements, submit, line);
  all.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    fields.clear(all);
    try {
      /** @type {MadeSecret} */
      const made = await post("/webhook-endpoints", read());
      await endpoint.show(place, made.id, made.secret);
      // What was added is what the address names; the page that is shown has the secret.
      history.replaceState(null, "", `#admin/webhooks/${made.id}`);
    } catch (error) {
      fields.complain(all, error, complain);
    } finally {
      submit.disabled = false;
    }
  });
  place.replaceChildren(section("Add an endpoint", make("a", { href: "#admin/webhooks" }, "All endpoints"), all));
}
