// Whether one may write to the customer now, by which rule, and for how long.

/**
 * @typedef {import("../types.js").Conversation} Conversation
 */

/**
 * @typedef {object} Permit
 * @property {boolean} open
 * @property {boolean} onlyTemplate an approved template can go out though all else cannot
 * @property {"standard" | "human" | "template" | "closed" | "elsewhere" | "blocked"} rule
 * @property {string} words
 */

import { span } from "../format.js";
import { agentName } from "../state.js";
import { stoppage } from "../threadbar.js";

/**
 * @param {Conversation} conversation
 * @param {number} [now]
 * @returns {Permit}
 */
export function permit(conversation, now = Date.now()) {
  if (conversation.blocked) {
    const { by, reason } = conversation.blocked;
    const words = `${agentName(by)} blocked this customer: ${reason}. Unblock them to write.`;
    return { open: false, onlyTemplate: false, rule: "blocked", words };
  }
  const elsewhere = stoppage(conversation);
  if (elsewhere) return { open: false, onlyTemplate: false, rule: "elsewhere", words: elsewhere };
  const { window } = conversation;
  const closes = window.closes_at ?? 0;
  const standard = window.standard_closes_at ?? closes;
  if (window.open && now < standard) return { open: true, onlyTemplate: false, rule: "standard", words: standardWords(now, standard, closes) };
  if (window.open && now < closes) return { open: true, onlyTemplate: false, rule: "human", words: humanWords(now, closes) };
  return closed(conversation);
}

/**
 * @param {number} now
 * @param {number} standard
 * @param {number} closes
 */
function standardWords(now, standard, closes) {
  const left = `You can write for another ${span(standard - now)}`;
  if (closes <= standard) return `${left}.`;
  return `${left}, and as a person for another ${span(closes - now)}.`;
}

/**
 * @param {number} now
 * @param {number} closes
 */
function humanWords(now, closes) {
  return `You can write for another ${span(closes - now)}, as a person only: the customer wrote over 24 hours ago.`;
}

/**
 * @param {Conversation} conversation
 * @returns {Permit}
 */
function closed({ channel, window }) {
  const onlyTemplate = channel !== "instagram";
  const reason = window.reason ?? (onlyTemplate ? "the customer's last message is over 24 hours old" : "the customer's last message is too old");
  const next = window.next_step ?? (onlyTemplate ? "Send an approved template, or wait until the customer writes again." : "Wait until the customer writes again.");
  return { open: false, onlyTemplate, rule: onlyTemplate ? "template" : "closed", words: `You cannot write now: ${reason}. ${next}` };
}
