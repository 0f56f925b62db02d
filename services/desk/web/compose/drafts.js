// What is written and not sent, for each conversation.

/**
 * @typedef {object} Draft
 * @property {string} text
 * @property {string} key of the next send; another text is another send
 * @property {string} error
 * @property {{id: string, words: string} | null} answers the message that it answers
 */

import { freshKey } from "../api.js";

/** @type {Map<string, Draft>} */
const drafts = new Map();

/**
 * @param {string | null} conversation
 * @returns {Draft}
 */
export function of(conversation) {
  return drafts.get(conversation ?? "") ?? { text: "", key: freshKey(), error: "", answers: null };
}

/**
 * @param {string} conversation
 * @param {Partial<Draft>} by
 */
export function change(conversation, by) {
  drafts.set(conversation, { ...of(conversation), ...by });
}

/** @param {string} conversation */
export function drop(conversation) {
  drafts.delete(conversation);
}

/** Forgets all: someone else may log in. */
export function forget() {
  drafts.clear();
}
