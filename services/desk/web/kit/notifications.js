// What one is told of by e-mail, and when.

/**
 * @typedef {object} Choice
 * @property {boolean} started
 * @property {boolean} waiting
 * @property {number | null} waits_minutes
 * @property {boolean} assigned
 * @property {boolean} mentioned
 * @property {string[]} teams
 * @property {string[]} accounts
 * @property {"offline" | "away" | "always"} when
 * @property {number} every_minutes
 * @property {{from: string, to: string} | null} quiet
 * @property {string} zone
 */

/**
 * @typedef {{on: boolean, address: string, refused: string | null, own: boolean, choice: Choice}} Mine
 * @typedef {{id: string, name: string}} Named
 */

import { del, get, put, wordsOf } from "../api.js";
import * as dialogs from "../dialog.js";
import { labelled } from "../dialog.js";
import { byId, make } from "../dom.js";
import { state } from "../state.js";
import * as sync from "../sync.js";

/** @type {[keyof Choice & ("started" | "waiting" | "assigned" | "mentioned"), string][]} */
const KINDS = [
  ["waiting", "A customer waits for a person"],
  ["started", "A customer starts a conversation"],
  ["assigned", "A conversation becomes mine"],
  ["mentioned", "A note is for me"],
];

const ROOT = "/me/notifications";

/** Begins to offer them. */
export function start() {
  byId("notifications", HTMLButtonElement).addEventListener("click", () => open().catch(sync.complainOf));
}

async function open() {
  const [mine, teams] = await Promise.all([/** @type {Promise<Mine>} */ (get(ROOT)), get("/teams")]);
  const own = teams.filter((/** @type {Named} */ { id }) => state.me?.role !== "agent" || state.me.team_ids.includes(id));
  const { elements, read } = form(mine.choice, own);
  const told = make("p", { class: "note", role: "status" }, ...about(mine));
  const error = make("p", { class: "error", role: "alert" });
  const save = make("button", { type: "submit", class: "primary" }, "Save");
  const usual = make("button", { type: "button", class: "plain" }, "As the workspace has it");
  usual.hidden = !mine.own;
  const fields = make("form", { class: "fields" }, told, ...elements, error, make("div", { class: "control-row" }, save, usual));
  /** @param {() => Promise<unknown>} act */
  const done = async (act) => {
    error.textContent = "";
    save.disabled = usual.disabled = true;
    try {
      await act();
      dialog.close();
    } catch (problem) {
      error.textContent = wordsOf(problem);
    } finally {
      save.disabled = usual.disabled = false;
    }
  };
  fields.addEventListener("submit", (event) => {
    event.preventDefault();
    done(() => put(ROOT, read()));
  });
  usual.addEventListener("click", () => done(() => del(ROOT)));
  const dialog = dialogs.open("Notifications by e-mail", fields);
}

/** @param {Mine} mine */
function about({ on, address, refused, own }) {
  if (!on) return ["There are no mails yet: the operator has set no mail server. What you choose counts once there is one."];
  if (refused !== null) return [`Nothing is sent to ${address}: ${refused} Tell your administrator.`];
  return [`Mails go to ${address}. `, own ? "You chose what is below." : "Below is what your workspace chose."];
}

/**
 * The fields of a choice, and what is in them.
 * @param {Choice} choice
 * @param {Named[]} teams that can be chosen
 * @returns {{elements: HTMLElement[], read: () => Choice}}
 */
export function form(choice, teams) {
  const boxes = KINDS.map(([kind, words]) => ({ kind, ...check(words, choice[kind]) }));
  const minutes = number(choice.waits_minutes ?? "");
  const when = make("select", {}, make("option", { value: "offline" }, "I am offline"), make("option", { value: "away" }, "I am offline or away"), make("option", { value: "always" }, "Always"));
  when.value = choice.when;
  const every = number(choice.every_minutes);
  every.required = true;
  const from = make("input", { type: "time", value: choice.quiet?.from ?? "" });
  const to = make("input", { type: "time", value: choice.quiet?.to ?? "" });
  const zone = make("input", { type: "text", required: "", autocomplete: "off", value: choice.zone === "UTC" ? here() : choice.zone });
  const ofTeams = several("Of these teams", teams, choice.teams);
  const ofAccounts = several("Of these accounts", state.accounts, choice.accounts);
  const kinds = make("div", { class: "label-choices", role: "group", "aria-label": "What you are told of" }, ...boxes.map(({ row }) => row));
  return {
    elements: [
      kinds,
      labelled("A customer has waited for so many minutes", minutes, "Empty: no mail about that."),
      labelled("While", when),
      labelled("A mail at most every so many minutes", every),
      labelled("No mails from", from),
      labelled("Until", to, "Both empty: at any time."),
      labelled("Your time zone", zone, "Such as Europe/Berlin."),
      ofTeams.row,
      ofAccounts.row,
    ],
    read() {
      const ticked = Object.fromEntries(boxes.map(({ kind, box }) => [kind, box.checked]));
      const rest = {
        waits_minutes: minutes.value === "" ? null : Number(minutes.value),
        when: /** @type {Choice["when"]} */ (when.value),
        every_minutes: Number(every.value),
        quiet: from.value === "" && to.value === "" ? null : { from: from.value, to: to.value },
        zone: zone.value.trim(),
        teams: ofTeams.read(),
        accounts: ofAccounts.read(),
      };
      return /** @type {Choice} */ ({ ...ticked, ...rest });
    },
  };
}

/** The time zone of the browser. */
function here() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

/**
 * @param {string} words
 * @param {boolean} checked
 */
function check(words, checked) {
  const box = make("input", { type: "checkbox" });
  box.checked = checked;
  return { box, row: make("label", { class: "check" }, box, ` ${words}`) };
}

/** @param {number | ""} value */
function number(value) {
  return make("input", { type: "number", min: "1", max: "1440", value: String(value) });
}

/**
 * Several of some; none is all.
 * @param {string} words
 * @param {Named[]} all
 * @param {string[]} chosen
 */
function several(words, all, chosen) {
  const boxes = all.map(({ id, name }) => ({ id, ...check(name, chosen.includes(id)) }));
  const hint = make("span", { class: "soft" }, `${words}; none for all that you see:`);
  const row = make("div", { class: "label-choices", role: "group", "aria-label": words }, hint, ...boxes.map(({ row }) => row));
  row.hidden = all.length < 2;
  // What is chosen and not offered here stays chosen.
  const others = chosen.filter((id) => !all.some((one) => one.id === id));
  return { row, read: () => [...others, ...boxes.filter(({ box }) => box.checked).map(({ id }) => id)] };
}
