// Labels, canned replies and macros: what agents work with.

/**
 * @typedef {import("../types.js").CannedReply} CannedReply
 * @typedef {import("../types.js").Label} Label
 */

import { get, post, put } from "../api.js";
import { labelled } from "../dialog.js";
import { make } from "../dom.js";
import { changing, edit } from "./edit.js";
import { macroSection } from "./macros.js";
import { busyButton, section, soft, table } from "./parts.js";

const COLOURS = ["grey", "red", "orange", "yellow", "green", "teal", "blue", "purple"];

/** @param {HTMLElement} place */
export async function show(place) {
  const [labels, replies, teams, macros] = await Promise.all([get("/labels"), get("/canned-replies"), get("/teams"), get("/macros")]);
  const again = () => show(place);
  place.replaceChildren(labelSection(labels, again), replySection(replies, teams, again), macroSection(macros, labels, again));
}

/**
 * @param {Label[]} all
 * @param {() => Promise<void>} again
 */
function labelSection(all, again) {
  const rows = all.map((one) => {
    const mark = make("span", { class: `label ${one.colour}` }, one.name);
    return [mark, changing(() => editLabel(one, again), `/labels/${one.id}`, one.name, again)];
  });
  const none = all.length === 0 ? [soft("There are none. Agents sort conversations by them, and lists can be filtered.")] : [table("Labels", ["Label", ""], rows)];
  const add = busyButton("Add a label\u2026", "plain", async () => editLabel(null, again));
  return section("Labels", ...none, add);
}

/**
 * @param {Label | null} label
 * @param {() => Promise<void>} again
 */
function editLabel(label, again) {
  const name = make("input", { type: "text", required: "", maxlength: "200", value: label?.name ?? "" });
  const colour = make("select", {}, ...COLOURS.map((one) => make("option", { value: one }, one)));
  colour.value = label?.colour ?? "grey";
  const body = () => ({ name: name.value, colour: colour.value });
  const save = () => (label ? put(`/labels/${label.id}`, body()) : post("/labels", body()));
  edit(label ? "Change the label" : "A new label", [labelled("Name", name), labelled("Colour", colour)], save, again);
}

/**
 * @param {CannedReply[]} all
 * @param {{id: string, name: string}[]} teams
 * @param {() => Promise<void>} again
 */
function replySection(all, teams, again) {
  const teamOf = (/** @type {string | null} */ id) => teams.find((team) => team.id === id)?.name ?? "Everybody";
  const rows = all.map((one) => [`/${one.shortcut}`, one.text, teamOf(one.team_id), changing(() => editReply(one, teams, again), `/canned-replies/${one.id}`, `/${one.shortcut}`, again)]);
  const none = all.length === 0 ? [soft("There are none. Agents type / in a reply to find one.")] : [table("Canned replies", ["Shortcut", "Text", "Whose", ""], rows)];
  const add = busyButton("Add a canned reply\u2026", "plain", async () => editReply(null, teams, again));
  return section("Canned replies", ...none, add);
}

/**
 * @param {CannedReply | null} reply
 * @param {{id: string, name: string}[]} teams
 * @param {() => Promise<void>} again
 */
function editReply(reply, teams, again) {
  const shortcut = make("input", { type: "text", required: "", maxlength: "40", value: reply?.shortcut ?? "" });
  const text = make("textarea", { rows: "5", required: "", maxlength: "4096" }, reply?.text ?? "");
  const team = make("select", {}, make("option", { value: "" }, "Everybody"), ...teams.map(({ id, name }) => make("option", { value: id }, name)));
  team.value = reply?.team_id ?? "";
  const places = "{{contact.first_name}}, {{contact.name}}, {{contact.customer_number}}, {{agent.first_name}}, {{agent.name}} and {{account.name}} are filled in.";
  const fields = [labelled("Shortcut", shortcut, "What agents type after /"), labelled("Text", text, places), labelled("Whose", team)];
  const body = () => ({ shortcut: shortcut.value, text: text.value, team_id: team.value || null });
  const save = () => (reply ? put(`/canned-replies/${reply.id}`, body()) : post("/canned-replies", body()));
  edit(reply ? "Change the canned reply" : "A new canned reply", fields, save, again);
}
