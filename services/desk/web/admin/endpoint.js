// One webhook endpoint: what it is told, how it fares, and what it was told.

/**
 * @typedef {import("./webhooks.js").Endpoint} Endpoint
 * @typedef {import("./webhooks.js").MadeSecret} MadeSecret
 * @typedef {{taken: boolean, status: number | null, milliseconds: number, answer: string, said: string}} Tested
 */

import { del, get, post, put } from "../api.js";
import { facts } from "../content/words.js";
import { make } from "../dom.js";
import * as fields from "../fields.js";
import { moment } from "../format.js";
import * as deliveries from "./deliveries.js";
import { busyButton, outcome, section, soft } from "./parts.js";
import { form, health } from "./webhooks.js";

/**
 * @param {HTMLElement} place
 * @param {string} id
 * @param {string | null} secret to be shown, once
 */
export async function show(place, id, secret = null) {
  /** @type {Endpoint} */
  const endpoint = await get(`/webhook-endpoints/${id}`);
  const again = (/** @type {string | null} */ fresh = null) => show(place, id, fresh);
  const told = await deliveries.part(endpoint);
  const secrets = secret === null ? [] : [once(secret)];
  place.replaceChildren(about(endpoint, secrets, again), settings(endpoint, again), told, keys(endpoint, again), removal(endpoint));
  if (secret !== null) place.querySelector("button")?.focus();
}

/**
 * A secret, with a button that copies it.
 * @param {string} secret
 */
function once(secret) {
  const { line, say } = outcome();
  const words = make("code", { class: "secret" }, secret);
  const copy = busyButton("Copy", "plain", async () => {
    try {
      await navigator.clipboard.writeText(secret);
      say("Copied.");
    } catch {
      // Browsers may refuse; what is chosen can be copied by hand.
      getSelection()?.selectAllChildren(words);
      say("It is selected; copy it with your keyboard.");
    }
  });
  return make("div", { class: "once", role: "group", "aria-label": "The secret" }, make("p", {}, "The secret that checks signatures. It is shown this once: "), words, make("div", { class: "control-row" }, copy), line);
}

/**
 * @param {Endpoint} endpoint
 * @param {HTMLElement[]} secrets
 * @param {() => Promise<void>} again
 */
function about(endpoint, secrets, again) {
  const { id, url, events, enabled, last_taken_at, created_at } = endpoint;
  const { line, say, complain } = outcome();
  const said = make("pre", { class: "said" });
  said.hidden = true;
  const test = busyButton("Send a test event", "plain", async () => {
    say("");
    said.hidden = true;
    try {
      /** @type {Tested} */
      const came = await post(`/webhook-endpoints/${id}/test`);
      const words = `It ${came.status === null ? "did not answer" : came.answer} after ${came.milliseconds} ms${came.status === null ? `: ${came.answer}` : ""}.`;
      if (came.taken) say(`It arrived. ${words}`);
      else complain(`It was not taken. ${words}`);
      [said.textContent, said.hidden] = [came.said, came.said === ""];
    } catch (error) {
      complain(error);
    }
  });
  const turn = busyButton(enabled ? "Pause" : "Resume", "plain", async () => {
    try {
      await put(`/webhook-endpoints/${id}`, { url, events, enabled: !enabled });
      await again();
    } catch (error) {
      complain(error);
    }
  });
  const back = make("a", { href: "#admin/webhooks" }, "All endpoints");
  const known = facts([["Health", health(endpoint)], ["Last success", last_taken_at === null ? "never" : moment(last_taken_at)], ["Since", moment(created_at)]]);
  const off = enabled ? [] : [soft("What happens meanwhile is kept for some time. After it is resumed, it can be replayed below.")];
  return section(url, back, ...secrets, known, ...off, make("div", { class: "control-row" }, test, turn), line, said);
}

/**
 * @param {Endpoint} endpoint
 * @param {() => Promise<void>} again
 */
function settings(endpoint, again) {
  const { elements, read } = form(endpoint);
  const { line, say, complain } = outcome();
  const submit = make("button", { type: "submit", class: "primary" }, "Save");
  const all = make("form", { class: "fields" }, ...elements, submit, line);
  all.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    fields.clear(all);
    say("");
    try {
      await put(`/webhook-endpoints/${endpoint.id}`, { ...read(), enabled: endpoint.enabled });
      await again();
    } catch (error) {
      fields.complain(all, error, complain);
    } finally {
      submit.disabled = false;
    }
  });
  return section("What it is told", all);
}

/**
 * @param {Endpoint} endpoint
 * @param {(secret: string) => Promise<void>} again
 */
function keys({ id, old_secret_until }, again) {
  const { line, complain } = outcome();
  const rotate = busyButton("Make a new secret", "plain", async () => {
    if (!window.confirm("Make a new secret? The present one signs beside it for 24 hours.")) return;
    try {
      /** @type {MadeSecret} */
      const made = await post(`/webhook-endpoints/${id}/rotate`);
      await again(made.secret);
    } catch (error) {
      complain(error);
    }
  });
  const both = old_secret_until !== null && old_secret_until > Date.now() ? [soft(`The secret before signs, too, until ${moment(old_secret_until)}.`)] : [];
  return section("Secret", soft("It checks the signature of each event. It is kept sealed and never shown again."), ...both, rotate, line);
}

/** @param {Endpoint} endpoint */
function removal({ id, url }) {
  const { line, complain } = outcome();
  const remove = busyButton("Remove", "danger", async () => {
    if (!window.confirm(`Remove ${url}? It is told nothing more, and what it was told cannot be looked up any more.`)) return;
    try {
      await del(`/webhook-endpoints/${id}`);
      location.hash = "#admin/webhooks";
    } catch (error) {
      complain(error);
    }
  });
  return section("Remove", soft("To tell it nothing for a while, pause it."), remove, line);
}
