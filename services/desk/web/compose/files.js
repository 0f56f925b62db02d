// Sending pictures and files of one's own: chosen, pasted, or dropped on the conversation.

/**
 * @typedef {import("../types.js").Conversation} Conversation
 * @typedef {import("./more.js").Entry} Entry
 * @typedef {{media_id: string, kind: string}} Uploaded
 */

import { freshKey, upload, wordsOf } from "../api.js";
import * as dialogs from "../dialog.js";
import { labelled } from "../dialog.js";
import { byId, make } from "../dom.js";
import { size } from "../format.js";
import { state } from "../state.js";
import * as limits from "./limits.js";
import { send } from "./send.js";
import { permit } from "./window.js";

/** Files of one's own are taken where one writes and reads. */
export function start() {
  byId("text", HTMLTextAreaElement).addEventListener("paste", (event) => take(event, event.clipboardData));
  const thread = byId("thread", HTMLElement);
  thread.addEventListener("dragover", (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
  thread.addEventListener("drop", (event) => take(event, event.dataTransfer));
}

/**
 * @param {Event} event
 * @param {DataTransfer | null} data
 */
function take(event, data) {
  const files = [...(data?.files ?? [])];
  const to = state.open;
  if (files.length === 0 || !to) return;
  event.preventDefault();
  if (permit(to).open) open(to, files);
}

/**
 * What the menu offers.
 * @returns {Entry[]}
 */
export function entries() {
  const to = state.open;
  if (!to) return [];
  const offered = permit(to).open && limits.shows(to.channel, "media");
  return [{ title: "Picture or file\u2026", offered, act: () => choose(to) }];
}

/** @param {Conversation} to */
function choose(to) {
  const input = make("input", { type: "file", multiple: "", id: "files", hidden: "" });
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    input.remove();
    if (files.length > 0) open(to, files);
  });
  input.addEventListener("cancel", () => input.remove());
  document.body.append(input);
  input.click();
}

/**
 * @param {Conversation} to
 * @param {File[]} files
 */
function open(to, files) {
  const waiting = files.map((file) => ({ file, key: freshKey(), uploaded: /** @type {Uploaded | null} */ (null) }));
  const list = make("ul", { class: "files" }, ...files.map(line));
  const caption = make("input", { type: "text", autocomplete: "off" });
  const error = make("p", { class: "error", role: "alert" });
  const progress = make("p", { class: "soft", role: "status" });
  const submit = make("button", { type: "submit", class: "primary" }, "Send");
  const form = make("form", { class: "fields" }, list);
  if (limits.of(to.channel)?.caption) form.append(labelled("Words below it", caption));
  form.append(progress, error, submit);
  const dialog = dialogs.open(files.length === 1 ? "Send a file" : `Send ${files.length} files`, form);
  submit.focus();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    error.textContent = "";
    let words = caption.value.trim() || null;
    try {
      for (let next = waiting[0]; next; next = waiting[0]) {
        progress.textContent = `Sending ${next.file.name}\u2026`;
        next.uploaded ??= await give(to, next.file);
        const { media_id, kind } = next.uploaded;
        await send(to.id, { content: { type: "media", kind, media_id, caption: kind === "audio" ? null : words } }, next.key);
        // Sent ones are not sent again when a later one fails.
        waiting.shift();
        list.firstElementChild?.remove();
        words = null;
      }
      dialog.close();
    } catch (problem) {
      error.textContent = wordsOf(problem);
    } finally {
      progress.textContent = "";
      submit.disabled = false;
    }
  });
}

/**
 * @param {Conversation} to
 * @param {File} file
 * @returns {Promise<Uploaded>}
 */
function give(to, file) {
  return upload(`/conversations/${to.id}/attachments?filename=${encodeURIComponent(file.name || "file")}`, file);
}

/** @param {File} file */
function line(file) {
  const item = make("li", {}, make("span", {}, file.name), make("span", { class: "soft" }, size(file.size)));
  if (!/^image\/(png|jpeg|gif|webp)$/.test(file.type)) return item;
  const src = URL.createObjectURL(file);
  const preview = make("img", { src, alt: "" });
  preview.addEventListener("load", () => URL.revokeObjectURL(src));
  item.prepend(preview);
  return item;
}
