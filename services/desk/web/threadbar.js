// Control of the conversation, where several apps share the account.

/**
 * @typedef {import("./types.js").Conversation} Conversation
 */

import { get, post, wordsOf } from "./api.js";
import { byId, make } from "./dom.js";
import { clock, day, moment } from "./format.js";
import { menuButton } from "./menu.js";
import { onChange, state } from "./state.js";
import * as sync from "./sync.js";

const bar = byId("thread-bar", HTMLDivElement);
const errorLine = byId("composer-error", HTMLParagraphElement);

let shown = "";
let said = "";
/** The conversation that `said` is about. */
let about = "";

/** @type {{id: string, name: string}[]} */
let apps = [];

/** Begins to show who has control. */
export function start() {
  onChange(render);
}

/** Reads which apps have names. */
export async function readApps() {
  apps = await get("/apps");
  render();
}

/**
 * Why nobody can write here now; empty when they can.
 * @param {Conversation} conversation
 */
export function stoppage({ thread }) {
  return thread.is === "ours" ? "" : `${nameOf(thread)} has control of this conversation. Take or request control to answer.`;
}

/** @param {Conversation["thread"]} thread */
function nameOf(thread) {
  return thread.app_name ?? (thread.app ? `The app ${thread.app}` : "Another app");
}

function render() {
  const open = state.open;
  if (about !== (open?.id ?? "")) said = "";
  about = open?.id ?? "";
  const now = open ? [open.id, open.thread.is, open.thread.app, open.thread.since, apps.length, said].join(" ") : "";
  if (now === shown) return;
  shown = now;
  const isElsewhere = open?.thread.is === "elsewhere";
  bar.replaceChildren(...(open && isElsewhere ? parts(open) : []));
  bar.hidden = !isElsewhere;
}

/** @param {Conversation} open */
function parts(open) {
  const { thread } = open;
  const status = make("p", { class: "thread-said", role: "status" }, said);
  const since = thread.since === null ? "" : ` since ${day(thread.since) === day(Date.now()) ? clock(thread.since) : moment(thread.since)}`;
  const words = make("p", { class: "thread-words" }, make("strong", {}, nameOf(thread)), ` has control of this conversation${since}. What the customer writes is shown here, but cannot be answered.`);
  return [words, make("div", { class: "control-row" }, button("Take control", { do: "take" }, true), button("Request it", { do: "request" })), status];
}

/**
 * Giving control away, where it is ours.
 * @param {Conversation} open
 */
export function giving(open) {
  const row = make("div", { class: "control-row" }, ...(apps.length > 0 ? [passTo(open)] : []), button("Release", { do: "release" }));
  return make("div", {}, row, make("p", { class: "soft" }, "Another app of the account answers next; release leaves it to the default app."));
}

/** @param {Conversation} open */
function passTo(open) {
  return menuButton("Pass to\u2026", () => apps.map(({ id, name }) => ({
    title: name,
    act: () => {
      if (state.open?.id === open.id) act({ do: "pass", to: id });
    },
  })));
}

/**
 * @param {string} title
 * @param {{do: string}} body
 * @param {boolean} [primary]
 */
function button(title, body, primary = false) {
  const element = make("button", { type: "button", class: primary ? "primary small" : "small" }, title);
  element.addEventListener("click", () => act(body));
  return element;
}

/** @param {{do: string, to?: string}} body */
async function act(body) {
  const id = state.open?.id;
  if (!id) return;
  errorLine.textContent = "";
  try {
    await post(`/conversations/${id}/thread`, body);
    said = "Meta was asked; its answer appears as a line among the messages.";
  } catch (error) {
    errorLine.textContent = said = wordsOf(error);
  } finally {
    render();
    sync.eventually();
  }
}
