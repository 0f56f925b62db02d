// Who else is writing in the open conversation, so that no two answer the same.

import { byId } from "../dom.js";
import { agentName, onChange, state } from "../state.js";

/** How long one writes after the last sign of it. Milliseconds. */
const LASTS = 18_000;

const line = byId("colleague", HTMLParagraphElement);

/** @type {Map<string, {conversation: string, until: number}>} by agent */
const writing = new Map();

/** Begins to tell. */
export function start() {
  onChange(render);
  window.setInterval(render, 2_000);
}

/**
 * A colleague is writing.
 * @param {string} conversation
 * @param {string} agent
 */
export function writes(conversation, agent) {
  if (agent === state.me?.id) return;
  writing.set(agent, { conversation, until: Date.now() + LASTS });
  render();
}

function render() {
  const now = Date.now();
  const here = [...writing].filter(([, { conversation, until }]) => conversation === state.open?.id && until > now);
  const names = here.map(([agent]) => agentName(agent)).join(" and ");
  const words = names ? `${names} ${here.length > 1 ? "are" : "is"} writing to this customer.` : "";
  if (line.textContent !== words) line.textContent = words;
  line.hidden = words === "";
}
