// What a bot answers from: documents that it was taught.

/**
 * @typedef {{id: string, name: string, media_type: string, bytes: number, passages: number}} Taught
 */

import { del, get, sendForm } from "../api.js";
import { labelled } from "../dialog.js";
import { make } from "../dom.js";
import { busyButton, outcome, section, soft, table } from "./parts.js";

/** @param {string} bot */
export async function part(bot) {
  const path = `/bots/${bot}/documents`;
  const place = make("div", { class: "sideways" });
  const file = make("input", { type: "file", accept: ".md,.html,.csv,.pdf,.txt" });
  const { line, say, complain } = outcome();
  const again = async () => {
    /** @type {Taught[]} */
    const all = await get(path);
    const rows = all.map((one) => [one.name, one.media_type, `${one.passages}`, size(one.bytes), forget(one)]);
    const columns = ["Name", "Kind", "Passages", "Size", ""];
    place.replaceChildren(all.length === 0 ? soft("It was taught nothing yet.") : table("Documents", columns, rows));
  };
  /** @param {Taught} document */
  const forget = ({ id, name }) => {
    const button = busyButton("Forget", "small", async () => {
      if (!window.confirm(`Forget ${name}? The bot answers from it no more.`)) return;
      try {
        await del(`${path}/${id}`);
        await again();
        say(`${name} is forgotten.`);
      } catch (error) {
        complain(error);
      }
    });
    button.setAttribute("aria-label", `Forget ${name}`);
    return button;
  };
  const teach = busyButton("Teach it", "primary", async () => {
    const [chosen] = file.files ?? [];
    if (!chosen) return say("Choose a file first.");
    const form = new FormData();
    form.append("file", chosen);
    try {
      await sendForm(path, form);
      file.value = "";
      await again();
      say(`${chosen.name} is taught.`);
    } catch (error) {
      complain(error);
    }
  });
  await again();
  return section("Documents", soft("It answers from these. One of the same name takes the place of the one before."), place, labelled("Markdown, HTML, CSV, PDF or text", file), teach, line);
}

/** @param {number} bytes */
function size(bytes) {
  return bytes < 1024 ? `${bytes} B` : `${Math.ceil(bytes / 1024)} kB`;
}
