// Sends that are no typed text, from dialogs and menus.

import { freshKey, post } from "../api.js";
import * as sync from "../sync.js";

/**
 * Sends a message. A dialog that repeats a send passes the key of the first.
 * @param {string} conversation
 * @param {object} body as the API takes it
 * @param {string} [key]
 */
export async function send(conversation, body, key = freshKey()) {
  await post(`/conversations/${conversation}/messages`, body, { "idempotency-key": key });
  sync.eventually();
}
