// Why people are wanted in the open conversation, and what was found out before: the first thing that
// whoever opens it reads.

/**
 * @typedef {import("./types.js").Conversation} Conversation
 * @typedef {NonNullable<Conversation["hand_off"]>} HandOff
 */

import { text } from "./content/words.js";
import { byId, make } from "./dom.js";
import { agentName, onChange, state } from "./state.js";

const place = byId("hand-off", HTMLElement);

/** @type {Record<HandOff["reason"], string>} */
const REASONS = {
  asked: "The customer asked for a person.",
  bot_unsure: "The bot did not know what to answer.",
  bot_failed: "The bot failed.",
  bot_silent: "The bot did not answer in time.",
  no_bot: "This account has no bot.",
  returned: "Back from an agent.",
  transferred: "Sent on.",
};

let shown = "";

/** Begins to show it. */
export function start() {
  onChange(render);
}

function render() {
  const hand = state.open?.hand_off ?? null;
  const why = hand ? reason(hand) : "";
  const now = hand ? [state.open?.id, why, hand.summary].join(" ") : "";
  if (now === shown) return;
  shown = now;
  // Without a bot, it goes without saying.
  place.hidden = hand === null || (hand.reason === "no_bot" && hand.summary === null);
  place.replaceChildren(make("strong", {}, why));
  if (hand?.summary) place.append(text(hand.summary));
}

/** @param {HandOff} hand */
function reason({ reason, by }) {
  return reason === "transferred" && by ? `${agentName(by)} sent it on.` : REASONS[reason];
}
