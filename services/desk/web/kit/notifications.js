// What one is told of by e-mail, and when; and by the browser.

/**
 * @typedef {"started" | "waiting" | "waits_minutes" | "assigned" | "mentioned"} Kind
 * @typedef {{teams: string[] | null, accounts: string[] | null}} Scope
 */

/**
 * @typedef {object} Choice
 * @property {boolean} started
 * @property {boolean} waiting
 * @property {number | null} waits_minutes
 * @property {boolean} assigned
 * @property {boolean} mentioned
 * @property {Record<Kind, Scope>} only of which conversations
 * @property {"offline" | "away" | "always"} when
 * @property {number} every_minutes
 * @property {import("../admin/hours.js").Opening[]} quiet
 * @property {string} zone
 */

/**
 * @typedef {{on: boolean, address: string, refused: string | null, own: boolean, choice: Choice}} Mine
 * @typedef {{id: string, name: string}} Named
 */

import { DAYS, openings, repeated } from "../admin/hours.js";
import { del, get, put, wordsOf } from "../api.js";
import * as dialogs from "../dialog.js";
import { labelled } from "../dialog.js";
import { byId, make } from "../dom.js";
import { clear, complain } from "../fields.js";
import { state } from "../state.js";
import * as sync from "../sync.js";
import * as alerts from "./alerts.js";

/** @type {[Kind, string][]} */
const KINDS = [
  ["waiting", "A customer waits for a person"],
  ["waits_minutes", "A customer has waited for long"],
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
  const inBrowser = make("section", {}, make("h4", {}, "In this browser"), ...alerts.part());
  const fields = make("form", { class: "fields" }, make("h4", {}, "By e-mail"), told, ...elements, error, make("div", { class: "control-row" }, save, usual));
  /** @param {() => Promise<unknown>} act */
  const done = async (act) => {
    error.textContent = "";
    clear(fields);
    save.disabled = usual.disabled = true;
    try {
      await act();
      dialog.close();
    } catch (problem) {
      save.disabled = usual.disabled = false;
      complain(fields, problem, (other) => { error.textContent = wordsOf(other); });
    } finally {
      save.disabled = usual.disabled = false;
    }
  };
  fields.addEventListener("submit", (event) => {
    event.preventDefault();
    done(() => put(ROOT, read()));
  });
  usual.addEventListener("click", () => done(() => del(ROOT)));
  const dialog = dialogs.open("Notifications", inBrowser, fields);
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
  const minutes = number(choice.waits_minutes ?? 10, "waits_minutes");
  const kinds = KINDS.map(([kind, words]) => ({ kind, ...kindOf(kind, words, choice, teams, kind === "waits_minutes" ? [labelled("Minutes", minutes)] : []) }));
  const when = make("select", {}, make("option", { value: "offline" }, "I am offline"), make("option", { value: "away" }, "I am offline or away"), make("option", { value: "always" }, "Always"));
  when.value = choice.when;
  const every = number(choice.every_minutes, "every_minutes");
  const quiet = repeated("Add a quiet time", quietTime, { days: DAYS, from: "20:00", to: "07:00" }, choice.quiet);
  const zone = make("input", { type: "text", required: "", autocomplete: "off", spellcheck: "false", "data-field": "zone", value: choice.zone === "UTC" ? here() : choice.zone });
  return {
    elements: [
      make("div", { class: "kinds", role: "group", "aria-label": "What you are told of" }, ...kinds.map(({ row }) => row)),
      labelled("While", when),
      labelled("A mail at most every so many minutes", every),
      make("div", { class: "quiet-times", role: "group", "aria-label": "Quiet times", tabindex: "-1", "data-field": "quiet" }, make("h4", {}, "Quiet times"), make("p", { class: "soft" }, "What happens then comes in one mail afterwards, unless it is settled. A time that ends before it begins goes on to the next day."), ...quiet.elements),
      labelled("Your time zone", zone, "Such as Europe/Berlin."),
    ],
    read() {
      const ticked = Object.fromEntries(kinds.map(({ kind, box }) => [kind, box.checked]));
      const only = Object.fromEntries(kinds.map(({ kind, read }) => [kind, read()]));
      const rest = {
        waits_minutes: ticked["waits_minutes"] ? Number(minutes.value) : null,
        only,
        when: /** @type {Choice["when"]} */ (when.value),
        every_minutes: Number(every.value),
        quiet: quiet.read(),
        zone: zone.value.trim(),
      };
      return /** @type {Choice} */ ({ ...ticked, ...rest });
    },
  };
}

/** @param {import("../admin/hours.js").Opening} of */
function quietTime(of) {
  return openings("Quiet time", "quiet", of, "Like 07:30; before it begins: on the next day");
}

/**
 * A kind with all that is asked about it; what is not ticked asks nothing.
 * @param {Kind} kind
 * @param {string} words
 * @param {Choice} choice
 * @param {Named[]} teams
 * @param {HTMLElement[]} more what else is asked
 */
function kindOf(kind, words, choice, teams, more) {
  const { box, row } = check(words, Boolean(choice[kind]));
  const scope = choice.only[kind];
  const ofTeams = several("Of all teams", "Only of these teams", `only.${kind}.teams`, teams, scope.teams);
  const ofAccounts = several("On all accounts", "Only on these accounts", `only.${kind}.accounts`, state.accounts, scope.accounts);
  const rest = make("div", { class: "kind-more" }, ...more, ...ofTeams.elements, ...ofAccounts.elements);
  const show = () => {
    rest.hidden = !box.checked;
    // What is not shown asks for nothing.
    for (const field of rest.querySelectorAll("input")) field.disabled = rest.hidden;
  };
  box.addEventListener("change", show);
  show();
  // Nobody is asked to complete what they do not see.
  const kept = (/** @type {string[] | null} */ ids) => (box.checked || ids?.length ? ids : null);
  return { box, row: make("div", { class: "kind", role: "group", "aria-label": words }, row, rest), read: () => ({ teams: kept(ofTeams.read()), accounts: kept(ofAccounts.read()) }) };
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

/**
 * @param {number} value
 * @param {string} field what the API calls it
 */
function number(value, field) {
  return make("input", { type: "number", required: "", min: "1", max: "1440", value: String(value), "data-field": field });
}

/**
 * All, or some that are ticked.
 * @param {string} all
 * @param {string} some
 * @param {string} field what the API calls it
 * @param {Named[]} offered
 * @param {string[] | null} chosen null: all
 */
function several(all, some, field, offered, chosen) {
  const which = make("select", { "aria-label": `${all}, or only some` }, make("option", { value: "all" }, all), make("option", { value: "some" }, some));
  which.value = chosen === null ? "all" : "some";
  const boxes = offered.map(({ id, name }) => ({ id, ...check(name, chosen?.includes(id) ?? false) }));
  // What is chosen and not offered here stays chosen.
  const others = (chosen ?? []).filter((id) => !offered.some((one) => one.id === id));
  const list = make("div", { class: "label-choices", role: "group", "aria-label": some, tabindex: "-1", "data-field": field }, ...boxes.map(({ row }) => row));
  const show = () => { list.hidden = which.value === "all"; };
  which.addEventListener("change", show);
  show();
  // Of one there is nothing to choose.
  const elements = offered.length < 2 && chosen === null ? [] : [which, list];
  const ticked = () => boxes.filter(({ box }) => box.checked).map(({ id }) => id);
  return { elements, read: () => (which.value === "all" ? null : [...others, ...ticked()]) };
}
