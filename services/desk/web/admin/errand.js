// Work that Switchboard does at Meta for an administrator, and that takes a while.

import { Problem, get } from "../api.js";

/** How often to look. Milliseconds. */
const GLANCE = 700;

/** How long to wait at most. Milliseconds. */
const PATIENCE = 120_000;

/**
 * Waits until an errand is done.
 * @param {string} id
 * @param {(seconds: number) => void} waiting told now and then
 * @returns {Promise<any>} what it found
 */
export async function errand(id, waiting) {
  const began = Date.now();
  while (Date.now() - began < PATIENCE) {
    const { state, result, reason } = await get(`/errands/${id}`).catch(notYet);
    if (state === "done") return result;
    if (state === "failed") throw new Error(reason);
    waiting(Math.round((Date.now() - began) / 1000));
    await new Promise((resolve) => window.setTimeout(resolve, GLANCE));
  }
  throw new Error("There is no answer after two minutes. Look whether outbound is running, then try again.");
}

/**
 * Nobody has taken it up yet.
 * @param {unknown} error
 * @returns {{state: string, result?: any, reason?: string}}
 */
function notYet(error) {
  if (error instanceof Problem && error.status === 404) return { state: "waiting" };
  throw error;
}
