// Calls to the REST API. Errors are problems (RFC 9457) with words for people.

/**
 * @typedef {import("./types.js").Me} Me
 */

const ROOT = "/api/v1";

/** Why a call failed, in words for people. */
export class Problem extends Error {
  /**
   * @param {number} status 0: no answer came
   * @param {string} message
   * @param {Record<string, unknown>} [body] all that was answered
   */
  constructor(status, message, body = {}) {
    super(message);
    this.status = status;
    /** Of what was sent, which is wrong; empty: the whole. */
    this.field = typeof body["field"] === "string" ? body["field"] : "";
    this.body = body;
  }
}

let csrf = "";
let loggedOut = () => {};

/** @param {() => void} then what to do when the session has ended */
export function onLoggedOut(then) {
  loggedOut = then;
}

/**
 * @param {string} path
 * @returns {Promise<any>}
 */
export function get(path) {
  return call("GET", path);
}

/**
 * @param {string} path
 * @param {unknown} [body]
 * @param {Record<string, string>} [headers]
 * @returns {Promise<any>}
 */
export function post(path, body, headers) {
  return call("POST", path, body, headers);
}

/**
 * @param {string} path
 * @param {unknown} body
 * @returns {Promise<any>}
 */
export function put(path, body) {
  return call("PUT", path, body);
}

/**
 * @param {string} path
 * @returns {Promise<any>}
 */
export function del(path) {
  return call("DELETE", path);
}

/**
 * @param {string} path
 * @param {File} file
 * @returns {Promise<any>}
 */
export function upload(path, file) {
  return call("POST", path, file);
}

/**
 * Sends a form, files and all.
 * @param {string} path
 * @param {FormData} form
 * @returns {Promise<any>}
 */
export function sendForm(path, form) {
  return call("POST", path, form);
}

/** @returns {Promise<Me>} */
export async function me() {
  return remember(await call("GET", "/me", undefined, {}, true));
}

/**
 * @param {string} email
 * @param {string} password
 * @returns {Promise<Me>}
 */
export async function login(email, password) {
  return remember(await call("POST", "/login", { email, password }, {}, true));
}

/** @param {Me} me */
function remember(me) {
  csrf = me.csrf;
  return me;
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {Record<string, string>} [headers]
 * @param {boolean} [expectsLoggedOut] a 401 is an answer like others
 */
async function call(method, path, body, headers = {}, expectsLoggedOut = false) {
  /** @type {RequestInit} */
  const request = { method, headers: { ...headers }, credentials: "same-origin" };
  const sent = /** @type {Record<string, string>} */ (request.headers);
  if (method !== "GET") sent["x-csrf-token"] = csrf;
  if (body instanceof File) {
    sent["content-type"] = body.type || "application/octet-stream";
    request.body = body;
  } else if (body instanceof FormData) {
    // The browser says how it parts it.
    request.body = body;
  } else if (body !== undefined) {
    sent["content-type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  const response = await fetch(ROOT + path, request).catch(() => {
    throw new Problem(0, "The desk cannot be reached. Check your connection and try again.");
  });
  if (response.ok) return response.headers.get("content-type")?.includes("json") ? response.json() : null;
  if (response.status === 401 && !expectsLoggedOut) loggedOut();
  throw await problemOf(response);
}

/** @param {Response} response */
async function problemOf(response) {
  const body = await response.json().catch(() => ({}));
  const words = [body.detail ?? body.title ?? "Something went wrong.", body.next_step ?? ""];
  return new Problem(response.status, words.filter(Boolean).join(" "), body);
}

/**
 * What to show of any error.
 * @param {unknown} error
 */
export function wordsOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/** A key that makes a repeated send the same send. */
export function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
