// What a webhook endpoint was told, and telling it once more.

/**
 * @typedef {import("./webhooks.js").Endpoint} Endpoint
 * @typedef {"pending" | "delivered" | "parked"} State
 * @typedef {object} Delivery
 * @property {number} seq
 * @property {string} event_id
 * @property {string} event
 * @property {State} state
 * @property {number} attempts
 * @property {number | null} due_at
 * @property {string} answer
 * @property {number | null} tried_at
 */

import { get, post } from "../api.js";
import { labelled } from "../dialog.js";
import { make } from "../dom.js";
import { moment } from "../format.js";
import { busyButton, chip, outcome, section, soft, table } from "./parts.js";

/** So many come at once. */
const PAGE = 100;

/** @type {[string, string][]} */
const FILTERS = [
  ["", "All"],
  ["pending", "Waiting"],
  ["delivered", "Taken"],
  ["parked", "Failed for good"],
];

/** @param {Endpoint} endpoint */
export async function part(endpoint) {
  const { id, enabled } = endpoint;
  const { line, say, complain } = outcome();
  const filter = make("select", {}, ...FILTERS.map(([value, words]) => make("option", { value }, words)));
  const place = make("div", { class: "sideways-place" });
  const older = busyButton("Show older ones", "plain", () => read(false).catch(complain));
  /** @type {Delivery[]} */
  let all = [];

  /** @param {boolean} afresh */
  async function read(afresh) {
    const last = afresh ? undefined : all.at(-1);
    const query = new URLSearchParams();
    if (filter.value) query.set("state", filter.value);
    if (last) query.set("before", String(last.seq));
    /** @type {Delivery[]} */
    const page = await get(`/webhook-endpoints/${id}/deliveries?${query}`);
    all = afresh ? page : [...all, ...page];
    older.hidden = page.length < PAGE;
    const rows = all.map((one) => [one.event, state(one), String(one.attempts), one.tried_at === null ? "not yet" : moment(one.tried_at), one.answer, once(one)]);
    place.replaceChildren(rows.length === 0 ? soft("There are none.") : table("Deliveries", ["Event", "State", "Tries", "Last try", "Last answer", ""], rows));
  }

  /** @param {Delivery} delivery */
  function once({ event_id, event }) {
    const button = busyButton("Tell again", "small", () => replay({ event_id }));
    button.setAttribute("aria-label", `Tell ${event} of ${event_id} again`);
    button.disabled = !enabled;
    return button;
  }

  /** @param {unknown} what */
  async function replay(what) {
    try {
      const { events } = await post(`/webhook-endpoints/${id}/replay`, what);
      say(events === 1 ? "1 event is told again." : `${events} events are told again.`);
      await read(true);
    } catch (error) {
      complain(error);
    }
  }

  filter.addEventListener("change", () => read(true).catch(complain));
  await read(true);
  const refresh = busyButton("Look again", "plain", () => read(true).catch(complain));
  const row = make("div", { class: "report-form" }, labelled("Show", filter), refresh);
  return section("What it was told", row, place, older, line, missed(endpoint, replay));
}

/** @param {Delivery} delivery */
function state({ state, due_at }) {
  if (state === "delivered") return chip("good", "Taken");
  if (state === "parked") return chip("bad", "Failed for good");
  return chip("warn", due_at !== null && due_at > Date.now() ? `Tried again ${moment(due_at)}` : "Waiting");
}

/**
 * Tells all again that was not taken since a time.
 * @param {Endpoint} endpoint
 * @param {(what: unknown) => Promise<void>} replay
 */
function missed({ enabled, failing_since, last_taken_at, created_at }, replay) {
  const since = make("input", { type: "datetime-local", required: "", step: "1", value: local(failing_since ?? last_taken_at ?? created_at) });
  const submit = make("button", { type: "submit" }, "Tell again what it missed");
  submit.disabled = !enabled;
  const hint = enabled ? "What failed, and what happened while it was off." : "Resume it first.";
  const form = make("form", { class: "fields" }, labelled("Since", since, hint), submit);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    await replay({ missed_since: new Date(since.value).getTime() });
    submit.disabled = false;
  });
  return form;
}

/**
 * A time as the browser's field has it, in the reader's zone.
 * @param {number} millis
 */
function local(millis) {
  const at = new Date(millis);
  return new Date(millis - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
