// One team: who is in it, to whom it gives conversations, when it works, who helps out, what
// customers read while they wait, and what it promises.

/**
 * @typedef {import("../types.js").Agent} Agent
 * @typedef {import("../types.js").Team} Team
 * @typedef {import("./hours.js").Hours} Hours
 * @typedef {{closed: string, waiting: string}} Texts
 * @typedef {object} TeamWork
 * @property {string} strategy
 * @property {Hours} hours
 * @property {{after_seconds: number, to: string} | null} overflow
 * @property {Record<string, Texts>} texts by language
 * @property {string} language
 * @property {number} tell_every_minutes
 */

import { del, get, put } from "../api.js";
import { labelled } from "../dialog.js";
import { make } from "../dom.js";
import * as fields from "../fields.js";
import * as hours from "./hours.js";
import * as merge from "./merge.js";
import * as sla from "./sla.js";
import { busyButton, outcome, section, soft } from "./parts.js";

/** @type {[string, string][]} */
const STRATEGIES = [
  ["least_busy", "Who has the least"],
  ["round_robin", "Everybody in turn"],
  ["last_agent", "Who answered the customer last"],
  ["manual", "Nobody: agents pick"],
];

/**
 * @param {HTMLElement} place
 * @param {string} id
 */
export async function show(place, id) {
  /** @type {[Team[], Agent[]]} */
  const [teams, everybody] = await Promise.all([get("/teams"), get("/agents")]);
  const agents = everybody.filter(({ active }) => active);
  const team = teams.find((one) => one.id === id);
  if (!team) return place.replaceChildren(section("No such team", soft("Go back to Teams and agents.")));
  /** @type {TeamWork} */
  const work = await get(`/teams/${id}/settings`);
  const again = () => show(place, id);
  place.replaceChildren(members(team, agents, merge.buttons(team, teams, again)), working(team, teams, work), await sla.part(id));
}

/**
 * @param {Team} team
 * @param {Agent[]} agents
 * @param {HTMLElement} buttons
 */
function members({ id, name, member_ids }, agents, buttons) {
  const { line, say, complain } = outcome();
  const boxes = make("div", { class: "label-choices", role: "group", "aria-label": `Members of ${name}` });
  for (const agent of agents) {
    const box = make("input", { type: "checkbox" });
    box.checked = member_ids.includes(agent.id);
    box.addEventListener("change", async () => {
      const path = `/teams/${id}/members/${agent.id}`;
      try {
        await (box.checked ? put(path, {}) : del(path));
        say(box.checked ? `${agent.name} is in the team.` : `${agent.name} is not in the team any more.`);
      } catch (error) {
        box.checked = !box.checked;
        complain(error);
      }
    });
    boxes.append(make("label", { class: "check" }, box, ` ${agent.name}`));
  }
  return section(name, soft("Members are given what waits for the team. A change holds at once."), boxes, line, buttons);
}

/**
 * @param {Team} team
 * @param {Team[]} teams
 * @param {TeamWork} work
 */
function working({ id }, teams, work) {
  const { line, say, complain } = outcome();
  const strategy = make("select", { "data-field": "strategy" }, ...STRATEGIES.map(([value, words]) => make("option", { value }, words)));
  strategy.value = work.strategy;
  const time = hours.part(work.hours);
  const help = overflow(work, teams.filter((one) => one.id !== id));
  const read = texts(work);
  const submit = make("button", { type: "submit", class: "primary" }, "Save");
  const form = make("form", { class: "fields" }, labelled("Who is given the next conversation", strategy), ...time.elements, ...help.elements, ...read.elements, submit, line);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    fields.clear(form);
    say("");
    try {
      await put(`/teams/${id}/settings`, { strategy: strategy.value, hours: time.read(), overflow: help.read(), ...read.read() });
      say("Saved. Dispatch goes by it from now on.");
    } catch (error) {
      fields.complain(form, error, complain);
    } finally {
      submit.disabled = false;
    }
  });
  return section("How it works", form);
}

/**
 * @param {TeamWork} work
 * @param {Team[]} others
 */
function overflow(work, others) {
  const to = make("select", { "data-field": "overflow.to" }, make("option", { value: "" }, "Nobody"), ...others.map(({ id, name }) => make("option", { value: id }, name)));
  to.value = work.overflow?.to ?? "";
  const after = make("input", { type: "number", min: "0", max: "10080", step: "any", value: String((work.overflow?.after_seconds ?? 300) / 60), "data-field": "overflow.after_seconds" });
  const read = () => (to.value ? { to: to.value, after_seconds: Math.round(Number(after.value) * 60) } : null);
  return { elements: [labelled("Who helps out", to), labelled("After so many minutes of waiting", after)], read };
}

/** @param {TeamWork} work */
function texts(work) {
  const language = make("input", { type: "text", required: "", maxlength: "35", value: work.language, "data-field": "language" });
  const every = make("input", { type: "number", required: "", min: "0", max: "1440", value: String(work.tell_every_minutes), "data-field": "tell_every_minutes" });
  const rows = make("div", { class: "repeated" });
  /** @type {{row: HTMLElement, of: HTMLInputElement, closed: HTMLTextAreaElement, waiting: HTMLTextAreaElement}[]} */
  let all = [];
  /**
   * @param {string} name
   * @param {Texts} said
   */
  function add(name, said) {
    const of = make("input", { type: "text", required: "", maxlength: "35", value: name });
    const closed = make("textarea", { rows: "2", maxlength: "1000" }, said.closed);
    const waiting = make("textarea", { rows: "2", maxlength: "1000" }, said.waiting);
    const remove = busyButton("Remove these texts", "small", async () => {
      all = all.filter((one) => one.row !== row);
      row.remove();
      more.focus();
    });
    const row = make("fieldset", {}, make("legend", {}, "Texts"), labelled("In the language", of), labelled("While the team is closed", closed, "{opens} becomes the next opening. Empty: nothing is said."), labelled("While they wait", waiting, "{position} becomes their place. Empty: nothing is said."), remove);
    all.push({ row, of, closed, waiting });
    rows.append(row);
    return of;
  }
  const more = busyButton("Add texts in a language", "plain", async () => add("", { closed: "", waiting: "" }).focus());
  for (const [name, said] of Object.entries(work.texts)) add(name, said);
  function read() {
    for (const { of, closed, waiting } of all) {
      of.dataset["field"] = `texts.${of.value}`;
      const name = of.value.trim().toLowerCase();
      closed.dataset["field"] = `texts.${name}.closed`;
      waiting.dataset["field"] = `texts.${name}.waiting`;
    }
    const said = all.map(({ of, closed, waiting }) => [of.value, { closed: closed.value.trim(), waiting: waiting.value.trim() }]);
    return { language: language.value, tell_every_minutes: Number(every.value), texts: Object.fromEntries(said) };
  }
  const elements = [labelled("Language of customers whose language is not known", language), labelled("Customers read of a better place every so many minutes", every, "At most so often."), rows, more];
  return { elements, read };
}
