// Writing to the customer. A draft is kept for each conversation until it is sent; a send that
// failed can be repeated and is never sent twice, for it keeps its key.

import { freshKey, post, wordsOf } from "./api.js";
import * as drafts from "./compose/drafts.js";
import * as limits from "./compose/limits.js";
import * as typing from "./compose/typing.js";
import { permit } from "./compose/window.js";
import { byId } from "./dom.js";
import { agentName, onChange, state } from "./state.js";
import * as sync from "./sync.js";

const form = byId("composer", HTMLFormElement);
const text = byId("text", HTMLTextAreaElement);
const send = byId("send", HTMLButtonElement);
const more = byId("more", HTMLButtonElement);
const note = byId("composer-note", HTMLParagraphElement);
const errorLine = byId("composer-error", HTMLParagraphElement);
const count = byId("count", HTMLParagraphElement);
const answering = byId("answering", HTMLDivElement);
const answeringWords = byId("answering-words", HTMLParagraphElement);

/** @type {string | null} */
let shown = null;
let sending = false;
let countedOver = false;

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
  text.addEventListener("input", () => {
    change({ text: text.value, key: freshKey(), error: "" });
    if (shown && text.value.trim()) typing.typed(shown);
  });
  byId("answering-end", HTMLButtonElement).addEventListener("click", () => {
    change({ answers: null, key: freshKey() });
    focus();
  });
  onChange(render);
  // The countdown.
  window.setInterval(render, 20_000);
  render();
}

/** Forgets all drafts: someone else may log in. */
export function forget() {
  drafts.forget();
}

/** Puts the cursor where one writes. */
export function focus() {
  if (!text.disabled && window.matchMedia("(min-width: 760px)").matches) text.focus();
}

/**
 * What is written next answers this message.
 * @param {{id: string, words: string}} message
 */
export function answer(message) {
  change({ answers: message, key: freshKey() });
  text.focus();
}

/**
 * Says what went wrong with something that was to be sent.
 * @param {string} words
 */
export function complain(words) {
  change({ error: words });
}

/** @param {Partial<drafts.Draft>} by */
function change(by) {
  if (!shown) return;
  drafts.change(shown, by);
  render();
}

function render() {
  const open = state.open;
  if ((open?.id ?? null) !== shown) {
    shown = open?.id ?? null;
    text.value = drafts.of(shown).text;
  }
  if (!open) return;
  const draft = drafts.of(shown);
  const allowed = permit(open);
  renderCount();
  text.disabled = !allowed.open;
  send.disabled = !allowed.open || sending || countedOver;
  more.disabled = !allowed.open && !allowed.onlyTemplate;
  const stopped = stoppage();
  const words = allowed.open ? stopped || `${allowed.words}${whoAnswers()}` : allowed.words;
  if (note.textContent !== words) note.textContent = words;
  note.dataset["rule"] = allowed.rule;
  note.classList.toggle("closed", !allowed.open || stopped !== "");
  if (errorLine.textContent !== draft.error) errorLine.textContent = draft.error;
  answering.hidden = draft.answers === null;
  answeringWords.textContent = draft.answers?.words ?? "";
}

function renderCount() {
  const limit = state.open ? limits.of(state.open.channel)?.text : undefined;
  const { words, over } = limits.counter(text.value, limit);
  countedOver = over;
  count.textContent = over ? `${words}: too long for one message` : words;
  count.classList.toggle("error", over);
}

/** Why the account does not send at the moment; what is written is sent when it does again. */
function stoppage() {
  const account = state.accounts.find((one) => one.id === state.open?.account_id);
  if (!account || account.health.sending) return "";
  return `${account.name} does not send at the moment: ${account.health.reason ?? "unknown"}. Messages wait until it does.`;
}

function whoAnswers() {
  const open = state.open;
  if (!open) return "";
  if (open.status !== "agent") return " Sending takes the conversation over.";
  return open.agent_id === state.me?.id ? "" : ` ${agentName(open.agent_id)} is answering.`;
}

async function submit() {
  const id = shown;
  const words = text.value.trim();
  if (!id || sending || text.disabled || countedOver || !words) return;
  const { key, answers } = drafts.of(id);
  sending = true;
  render();
  try {
    const body = answers ? { text: words, reply_to: answers.id } : { text: words };
    await post(`/conversations/${id}/messages`, body, { "idempotency-key": key });
    drafts.drop(id);
    if (shown === id) text.value = "";
  } catch (error) {
    drafts.change(id, { text: words, key, error: wordsOf(error) });
  } finally {
    sending = false;
    render();
    sync.eventually();
  }
}
