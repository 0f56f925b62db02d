// The conversation that is on the screen, and calls of the control interface about it.

import { byId, reason } from "./dom.js";

/**
 * @typedef {import("./types.js").Account} Account
 * @typedef {import("./types.js").Act} Act
 * @typedef {import("./types.js").Channel} Channel
 */

export const accountPick = byId("account", HTMLSelectElement);
export const customerPick = byId("customer", HTMLSelectElement);
const notice = byId("notice", HTMLElement);

/** @type {Account[]} */
let accounts = [];

/** @param {Account[]} list */
export const setAccounts = (list) => {
  accounts = list;
};

/** @returns {Promise<Account[]>} */
export const loadedAccounts = async () => (await call("/_sim/accounts")).accounts;

/** A picture under the address by which the gateway knows the simulator. */
export const sample = async () => `${(await call("/_sim/address")).url}/_sim/sample.png`;

export const allAccounts = () => accounts;
export const account = () => accounts.find((one) => one.id === accountPick.value);
export const customer = () => account()?.customers.find((one) => one.id === customerPick.value);
export const picked = () => ({ account: accountPick.value, customer: customerPick.value });

/** @returns {Channel} */
export const channel = () => account()?.channel ?? "messenger";

/** @param {string} message */
export function say(message) {
  notice.textContent = message;
}

/**
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<any>}
 */
async function ask(path, options) {
  const response = await fetch(path, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? `The simulator answered ${response.status}.`);
  return answer;
}

/**
 * `GET`, or `POST` with a body.
 * @param {string} path
 * @param {object} [body]
 */
export function call(path, body) {
  if (body === undefined) return ask(path);
  const headers = { "Content-Type": "application/json" };
  return ask(path, { method: "POST", headers, body: JSON.stringify(body) });
}

/** @param {string} rest */
export function customerPath(rest) {
  const { account, customer } = picked();
  return `/_sim/customers/${encodeURIComponent(account)}/${encodeURIComponent(customer)}/${rest}`;
}

/**
 * Plays an act of the customer. What went wrong is said.
 * @param {Act} body
 */
export async function act(body) {
  try {
    await call(customerPath("messages"), body);
    say("");
  } catch (error) {
    say(reason(error));
  }
}

/**
 * Keeps a file, and returns where it is.
 * @param {File} file
 * @returns {Promise<string>}
 */
export async function upload(file) {
  const headers = { "Content-Type": file.type || "application/octet-stream" };
  const answer = await ask(customerPath("media"), { method: "POST", headers, body: file });
  return answer.url;
}

/**
 * Opens the business' page in a window of its own, as a phone opens its browser.
 * @param {string} url
 */
export async function logIn(url) {
  const opened = window.open("", "_blank");
  try {
    const answer = await call(customerPath("login"), { url });
    if (opened) opened.location.href = answer.url;
    else location.href = answer.url;
  } catch (error) {
    opened?.close();
    say(reason(error));
  }
}
