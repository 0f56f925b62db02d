// Shows the customer that someone writes, now and then while it is so.

import { post } from "../api.js";

/** What the customer sees lasts about this long. Milliseconds. */
const LASTS = 15_000;

let last = 0;
let where = "";

/**
 * Someone typed in a conversation.
 * @param {string} conversation
 */
export function typed(conversation) {
  const now = Date.now();
  if (where === conversation && now - last < LASTS) return;
  [where, last] = [conversation, now];
  // It is worth nothing later: what fails is not repeated.
  post(`/conversations/${conversation}/typing`).catch(() => {});
}
