// People who asked Meta that their data be erased.

/**
 * @typedef {{code: string, user_id: string | null, state: "open" | "erasing" | "done",
 *   requested_at: number, completed_at: number | null}} Deletion
 */

import { get, post } from "../api.js";
import { make } from "../dom.js";
import { moment } from "../format.js";
import * as dialogs from "../dialog.js";
import { labelled } from "../dialog.js";
import { busyButton, chip, outcome, section, soft, table } from "./parts.js";

/** @param {HTMLElement} place */
export async function show(place) {
  /** @type {Deletion[]} */
  const all = await get("/data-deletions");
  if (all.length === 0) {
    place.replaceChildren(section("Data deletions", soft("Nobody has asked to be forgotten.")));
    return;
  }
  const rows = all.map((one) => [one.code, moment(one.requested_at), state(one), next(one, () => show(place))]);
  const columns = ["Code", "Asked", "State", ""];
  const why = soft("Meta names people here by an id that only the app knows. Where nobody is found by it, someone has to look who it is.");
  place.replaceChildren(section("Data deletions", why, table("Data deletions", columns, rows)));
}

/** @param {Deletion} deletion */
function state({ state, completed_at }) {
  if (state === "done") return chip("good", `Done ${completed_at === null ? "" : moment(completed_at)}`);
  return state === "erasing" ? chip("plain", "Being erased") : chip("warn", "Open");
}

/**
 * @param {Deletion} deletion
 * @param {() => void} then
 */
function next(deletion, then) {
  if (deletion.state !== "open") return "";
  return busyButton("Complete\u2026", "small", async () => ask(deletion, then));
}

/**
 * Erasing asks twice: it cannot be undone.
 * @param {Deletion} deletion
 * @param {() => void} then
 */
function ask({ code, user_id }, then) {
  const field = make("input", { type: "text", autocomplete: "off", placeholder: "Its address or id" });
  const sure = make("input", { type: "checkbox" });
  const { line, complain } = outcome();
  const body = make("div", { class: "fields" }, soft(`Meta's id of the person: ${user_id ?? "unknown"}.`));
  body.append(labelled("Conversation of the person", field, "Copy it from the address of the open conversation. Empty: there is nothing of them here."));
  body.append(make("label", { class: "check" }, sure, " Erase; this cannot be undone."));
  const erase = busyButton("Complete", "danger", async () => {
    const id = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(field.value)?.[0] ?? null;
    if (!sure.checked) return complain(new Error("Tick the box first."));
    if (field.value.trim() && !id) return complain(new Error("That is not the address of a conversation."));
    try {
      await post(`/data-deletions/${code}/complete`, { conversation_id: id });
      dialog.close();
      then();
    } catch (error) {
      complain(error);
    }
  });
  body.append(erase, line);
  const dialog = dialogs.open(`Complete ${code}`, body);
}
