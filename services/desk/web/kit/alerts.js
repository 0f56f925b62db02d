// The browser's own notifications: what customers write to me, and what becomes mine, while I look
// elsewhere. Each browser is asked by itself, and remembers it.

/**
 * @typedef {import("../types.js").Conversation} Conversation
 */

import { make } from "../dom.js";
import { nameOf } from "../format.js";
import { onChange, state } from "../state.js";

const KEPT = "alerts";

/** @type {Conversation[] | null} what was mine when it was looked at last; null: nobody looked yet */
let before = null;

/** Begins to tell. */
export function start() {
  onChange(() => {
    if (state.mine === before) return;
    const known = before;
    before = state.mine;
    if (known && state.mine && isOn() && !isSeen()) tellOf(known, state.mine);
  });
}

/** Whether somebody has the page before them: they read it there. */
function isSeen() {
  return document.visibilityState === "visible" && document.hasFocus();
}

function isOn() {
  return "Notification" in window && Notification.permission === "granted" && localStorage.getItem(KEPT) === "on";
}

/**
 * @param {Conversation[]} known
 * @param {Conversation[]} now
 */
function tellOf(known, now) {
  const unread = new Map(known.map((one) => [one.id, one.unread]));
  for (const one of now) {
    const was = unread.get(one.id);
    if (was === undefined) tell(one, "This conversation is yours now.");
    else if (one.unread > was) tell(one, one.preview);
  }
}

/**
 * @param {Conversation} conversation
 * @param {string} words
 */
function tell(conversation, words) {
  // What is told of a conversation takes the place of what was told of it before.
  const alert = new Notification(nameOf(conversation), { body: words, tag: conversation.id, icon: "/icon.svg" });
  alert.onclick = () => {
    window.focus();
    location.hash = conversation.id;
    alert.close();
  };
}

/** What asks for them, for the dialog of notifications. */
export function part() {
  const box = make("input", { type: "checkbox", "data-field": "alerts" });
  box.checked = isOn();
  const told = make("p", { class: "note", role: "status" });
  box.addEventListener("change", async () => {
    told.textContent = "";
    if (!box.checked) return localStorage.removeItem(KEPT);
    const refused = await refusal();
    box.checked = refused === "";
    told.textContent = refused;
    if (box.checked) localStorage.setItem(KEPT, "on");
  });
  return [make("label", { class: "check" }, box, " Show here what customers write to me, and what becomes mine, while I look elsewhere"), told];
}

/** Asks the browser. Empty: it agrees. */
async function refusal() {
  if (!("Notification" in window)) return "This browser shows none, or only to pages of https addresses.";
  const answer = await Notification.requestPermission();
  if (answer === "granted") return "";
  return "The browser does not allow it. Allow notifications for this address in its settings, and tick it again.";
}
