// Writing to the customer. A draft is kept for each conversation until it is sent; a send that
// failed can be repeated and is never sent twice, for it keeps its key.

import { freshKey, post, wordsOf } from "./api.js";
import { byId } from "./dom.js";
import { span } from "./format.js";
import { agentName, onChange, state } from "./state.js";
import * as sync from "./sync.js";
import { stoppage as controlledBy } from "./threadbar.js";

/**
 * @typedef {object} Draft
 * @property {string} text
 * @property {string} key of the next send; another text is another send
 * @property {string} error
 */

const form = byId("composer", HTMLFormElement);
const text = byId("text", HTMLTextAreaElement);
const send = byId("send", HTMLButtonElement);
const note = byId("composer-note", HTMLParagraphElement);
const errorLine = byId("composer-error", HTMLParagraphElement);
const imageRow = byId("image-row", HTMLDivElement);
const imageUrl = byId("image-url", HTMLInputElement);
const imageToggle = byId("image-toggle", HTMLButtonElement);

/** @type {Map<string, Draft>} */
const drafts = new Map();
/** @type {string | null} */
let shown = null;
let sending = false;

/** Begins to take replies. */
export function start() {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });
  text.addEventListener("input", () => change({ text: text.value, key: freshKey(), error: "" }));
  imageUrl.addEventListener("input", () => change({ key: freshKey(), error: "" }));
  imageToggle.addEventListener("click", toggleImage);
  onChange(render);
  // The countdown.
  window.setInterval(render, 20_000);
  render();
}

/** Forgets all drafts: someone else may log in. */
export function forget() {
  drafts.clear();
}

/** Puts the cursor where one writes. */
export function focus() {
  if (!text.disabled && window.matchMedia("(min-width: 760px)").matches) text.focus();
}

/** @returns {Draft} */
function draft() {
  return drafts.get(shown ?? "") ?? { text: "", key: freshKey(), error: "" };
}

/** @param {Partial<Draft>} by */
function change(by) {
  if (!shown) return;
  drafts.set(shown, { ...draft(), ...by });
  render();
}

function toggleImage() {
  imageRow.hidden = !imageRow.hidden;
  imageToggle.setAttribute("aria-expanded", String(!imageRow.hidden));
  if (!imageRow.hidden) imageUrl.focus();
}

function render() {
  const open = state.open;
  if ((open?.id ?? null) !== shown) {
    shown = open?.id ?? null;
    text.value = draft().text;
    imageUrl.value = "";
    imageRow.hidden = true;
    imageToggle.setAttribute("aria-expanded", "false");
  }
  if (!open) return;
  const elsewhere = controlledBy(open);
  const isOpen = elsewhere === "" && open.window.open && (open.window.closes_at ?? 0) > Date.now();
  text.disabled = !isOpen;
  send.disabled = !isOpen || sending;
  imageToggle.disabled = !isOpen;
  const stopped = stoppage();
  const words = isOpen ? stopped || countdown() : elsewhere || `You cannot write now: ${open.window.reason ?? "the window has closed"}.`;
  if (note.textContent !== words) note.textContent = words;
  note.classList.toggle("closed", !isOpen || stopped !== "");
  const error = draft().error;
  if (errorLine.textContent !== error) errorLine.textContent = error;
}

/** Why the account does not send at the moment; what is written is sent when it does again. */
function stoppage() {
  const account = state.accounts.find((one) => one.id === state.open?.account_id);
  if (!account || account.health.sending) return "";
  return `${account.name} does not send at the moment: ${account.health.reason ?? "unknown"}. Messages wait until it does.`;
}

function countdown() {
  const open = state.open;
  if (!open) return "";
  const left = span(Math.max((open.window.closes_at ?? 0) - Date.now(), 0));
  const time = `You can write for another ${left}.`;
  if (open.status !== "agent") return `${time} Sending takes the conversation over.`;
  if (open.agent_id !== state.me?.id) return `${time} ${agentName(open.agent_id)} is answering.`;
  return time;
}

async function submit() {
  const id = shown;
  const picture = imageRow.hidden ? "" : imageUrl.value.trim();
  const words = text.value.trim();
  if (!id || sending || text.disabled || !(words || picture)) return;
  const { key } = draft();
  sending = true;
  render();
  try {
    const path = `/conversations/${id}/messages`;
    if (picture) await post(path, { image_url: picture }, { "idempotency-key": `${key}-image` });
    if (words) await post(path, { text: words }, { "idempotency-key": key });
    done(id);
  } catch (error) {
    drafts.set(id, { text: words, key, error: wordsOf(error) });
  } finally {
    sending = false;
    render();
    sync.eventually();
  }
}

/** @param {string} id */
function done(id) {
  drafts.delete(id);
  if (shown !== id) return;
  text.value = "";
  imageUrl.value = "";
  imageRow.hidden = true;
  imageToggle.setAttribute("aria-expanded", "false");
}
