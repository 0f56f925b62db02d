// Sending a picture or a file that is on the web already.

/**
 * @typedef {import("../types.js").Conversation} Conversation
 */

import { freshKey, wordsOf } from "../api.js";
import * as dialogs from "../dialog.js";
import { labelled } from "../dialog.js";
import { make } from "../dom.js";
import * as limits from "./limits.js";
import { send } from "./send.js";

/** @type {[kind: string, title: string][]} */
const KINDS = [["image", "Picture"], ["video", "Video"], ["audio", "Sound"], ["file", "File"]];

/** @param {Conversation} to */
export function open(to) {
  const kind = make("select", {}, ...KINDS.map(([value, title]) => make("option", { value }, title)));
  const address = make("input", { type: "url", required: "", placeholder: "https://", autocomplete: "off" });
  const caption = make("input", { type: "text", autocomplete: "off" });
  const error = make("p", { class: "error", role: "alert" });
  const submit = make("button", { type: "submit", class: "primary" }, "Send");
  const form = make("form", { class: "fields" }, labelled("What", kind), labelled("Address", address, "Meta fetches it from there."));
  if (limits.of(to.channel)?.caption) form.append(labelled("Words below it", caption));
  form.append(error, submit);
  const dialog = dialogs.open("Picture or file by address", form);
  address.focus();
  const key = freshKey();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    const content = { type: "media", kind: kind.value, url: address.value.trim(), platform_id: null, mime_type: null, caption: caption.value.trim() || null, filename: null };
    try {
      await send(to.id, { content }, key);
      dialog.close();
    } catch (problem) {
      error.textContent = wordsOf(problem);
    } finally {
      submit.disabled = false;
    }
  });
}
