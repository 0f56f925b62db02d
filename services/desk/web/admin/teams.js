// Teams and agents: who is in which, how much they take, and what they can do.

/**
 * @typedef {import("../types.js").Agent} Agent
 * @typedef {import("../types.js").Channel} Channel
 * @typedef {import("../types.js").Team} Team
 * @typedef {{capacity: number, skills: string[], languages: string[],
 *   weights: Partial<Record<Channel, number>>}} AgentWork
 */

import { get, post, put } from "../api.js";
import { labelled } from "../dialog.js";
import { make } from "../dom.js";
import { CHANNELS, PRESENCES } from "../format.js";
import { edit } from "./edit.js";
import { busyButton, list, outcome, section, soft, table, words } from "./parts.js";

/** @param {HTMLElement} place */
export async function show(place) {
  /** @type {[Team[], Agent[]]} */
  const [teams, everybody] = await Promise.all([get("/teams"), get("/agents")]);
  const agents = everybody.filter(({ active }) => active);
  const again = () => show(place);
  place.replaceChildren(teamSection(teams, agents, again), agentSection(teams, agents, again));
}

/**
 * @param {Team[]} teams
 * @param {Agent[]} agents
 * @param {() => Promise<void>} again
 */
function teamSection(teams, agents, again) {
  const rows = teams.map(({ id, name, member_ids }) => {
    const members = agents.filter((agent) => member_ids.includes(agent.id)).map((agent) => agent.name);
    return [make("a", { href: `#admin/teams/${id}` }, name), members.join(", ") || "nobody"];
  });
  const none = teams.length === 0 ? [soft("There are none. A team answers for accounts, and has a waiting line.")] : [table("Teams", ["Team", "Members"], rows)];
  return section("Teams", ...none, busyButton("Add a team\u2026", "plain", async () => add(again)));
}

/** @param {() => Promise<void>} again */
function add(again) {
  const name = make("input", { type: "text", required: "", maxlength: "200" });
  edit("A new team", [labelled("Name", name)], () => post("/teams", { name: name.value }), again);
}

/**
 * @param {Team[]} teams
 * @param {Agent[]} agents
 * @param {() => Promise<void>} again
 */
function agentSection(teams, agents, again) {
  const { line, complain } = outcome();
  const rows = agents.map((agent) => {
    const theirs = teams.filter((team) => team.member_ids.includes(agent.id)).map((team) => team.name);
    const change = busyButton("Change\u2026", "small", () => editAgent(agent, again).catch(complain));
    change.setAttribute("aria-label", `Change what ${agent.name} takes`);
    return [agent.name, PRESENCES[agent.presence], `${agent.load} of ${agent.capacity}`, theirs.join(", ") || "none", change];
  });
  return section("Agents", soft("Dispatch gives an agent no more than their capacity, and only what they can answer."), table("Agents", ["Name", "Presence", "Load", "Teams", ""], rows), line);
}

/**
 * @param {Agent} agent
 * @param {() => Promise<void>} again
 */
async function editAgent({ id, name }, again) {
  /** @type {AgentWork} */
  const work = await get(`/agents/${id}/settings`);
  const capacity = make("input", { type: "number", required: "", min: "0", max: "1000", value: String(work.capacity), "data-field": "capacity" });
  const skills = make("input", { type: "text", value: list(work.skills), "data-field": "skills" });
  const languages = make("input", { type: "text", value: list(work.languages), "data-field": "languages" });
  const channels = /** @type {Channel[]} */ (Object.keys(CHANNELS));
  const weights = channels.map((channel) => {
    const weight = String(work.weights[channel] ?? 1);
    const field = make("input", { type: "number", required: "", min: "1", max: "1000", value: weight, "data-field": `weights.${channel}` });
    return { channel, field };
  });
  const fields = [
    labelled("Capacity", capacity, "How much they are given at once."),
    ...weights.map(({ channel, field }) => labelled(`A ${CHANNELS[channel]} conversation takes`, field)),
    labelled("Skills", skills, "Separated by commas."),
    labelled("Languages", languages, "Like de, en. Empty: whatever customers speak."),
  ];
  const body = () => ({
    capacity: Number(capacity.value),
    skills: words(skills.value),
    languages: words(languages.value),
    weights: Object.fromEntries(weights.map(({ channel, field }) => [channel, Number(field.value)])),
  });
  edit(`What ${name} takes`, fields, () => put(`/agents/${id}/settings`, body()), again);
}
