// Keys by which programs use the API.

/**
 * @typedef {{id: string, name: string, hint: string, user_id: string, scopes: string[],
 *   created_at: number, expires_at: number | null, used_at: number | null,
 *   revoked_at: number | null}} ApiKey
 */

import { del, get, post } from "../api.js";
import { labelled } from "../dialog.js";
import { make } from "../dom.js";
import { moment } from "../format.js";
import { agentName } from "../state.js";
import { busyButton, chip, outcome, section, soft, table } from "./parts.js";

/** @type {[string, string][]} area, what is in it */
const AREAS = [
  ["conversations", "Conversations, messages, files, labels"],
  ["contacts", "Contacts"],
  ["settings", "Everything else: accounts, people, keys excepted"],
];

/** @param {HTMLElement} place */
export async function show(place) {
  /** @type {ApiKey[]} */
  const all = await get("/api-keys");
  const again = () => show(place);
  const rows = all.map((one) => [one.name, `${one.hint}\u2026`, one.scopes.join(", "), agentName(one.user_id), used(one), state(one), ending(one, again)]);
  const none = all.length === 0 ? [soft("There are none yet.")] : [table("API keys", ["Name", "Begins", "May", "Acts as", "Last used", "State", ""], rows)];
  place.replaceChildren(section("API keys", soft("Programs send one as Authorization: Bearer. A key acts as the person who made it and ends with them."), ...none), making(again));
}

/** @param {ApiKey} key */
function used({ used_at }) {
  return used_at === null ? "never" : moment(used_at);
}

/** @param {ApiKey} key */
function state({ revoked_at, expires_at }) {
  if (revoked_at !== null) return chip("plain", "Ended");
  if (expires_at === null) return chip("good", "Good");
  return expires_at < Date.now() ? chip("plain", "Expired") : chip("good", `Until ${moment(expires_at)}`);
}

/**
 * @param {ApiKey} key
 * @param {() => Promise<void>} again
 */
function ending({ id, name, revoked_at }, again) {
  if (revoked_at !== null) return "";
  return busyButton("End", "small", async () => {
    if (!window.confirm(`End the key ${name}? Programs that use it stop at once.`)) return;
    await del(`/api-keys/${id}`);
    await again();
  });
}

/** @param {() => Promise<void>} again */
function making(again) {
  const name = make("input", { type: "text", required: "", maxlength: "200", autocomplete: "off" });
  const days = make("input", { type: "number", min: "1", max: "3650", value: "365" });
  const boxes = AREAS.map(([area, what]) => {
    const level = make("select", { "aria-label": what }, make("option", { value: "" }, "nothing"), make("option", { value: `${area}:read` }, "read"), make("option", { value: `${area}:write` }, "read and write"));
    return { level, row: labelled(what, level) };
  });
  const { line, complain } = outcome();
  const submit = make("button", { type: "submit", class: "primary" }, "Make a key");
  const form = make("form", { class: "fields" }, labelled("What it is for", name), ...boxes.map(({ row }) => row), labelled("Days that it lasts", days, "Empty: for ever."), submit, line);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    const scopes = boxes.map(({ level }) => level.value).filter(Boolean);
    try {
      const made = await post("/api-keys", { name: name.value, scopes, days: Number(days.value) || null });
      await again();
      told(made.key);
    } catch (error) {
      complain(error);
    } finally {
      submit.disabled = false;
    }
  });
  /** @param {string} key */
  function told(key) {
    const words = make("code", { class: "secret" }, key);
    document.querySelector("#admin-place section")?.append(make("p", { class: "outcome", role: "status" }, "The key, shown this once: ", words));
  }
  return section("A new key", form);
}
