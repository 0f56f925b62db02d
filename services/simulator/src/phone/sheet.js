// What opens over the conversation: lists, forms, places, and the menus.

import { act } from "./conversation.js";
import { button, byId, element } from "./dom.js";

/** @typedef {import("./types.js").Sheet} Sheet */

const dialog = byId("sheet", HTMLDialogElement);
const title = byId("sheet-title", HTMLElement);
const content = byId("sheet-content", HTMLElement);

/**
 * Opens the sheet with a title and these parts.
 * @param {string} heading
 * @param {...Node} parts
 */
export function open(heading, ...parts) {
  title.textContent = heading;
  content.replaceChildren(...parts);
  if (!dialog.open) dialog.showModal();
}

export function close() {
  dialog.close();
}

/**
 * A line of a menu: it closes the sheet and does something.
 * @param {string} label
 * @param {() => void} onTap
 */
export function choice(label, onTap) {
  return button("choice plain", label, () => {
    close();
    onTap();
  });
}

/**
 * A form of labelled fields; answers by name.
 * @param {string} submit
 * @param {{name: string, label: string, value?: string, type?: string}[]} fields
 * @param {(answers: Record<string, string>) => void} onSubmit
 */
export function form(submit, fields, onSubmit) {
  const node = element("form", "fields");
  for (const { name, label, value, type } of fields) {
    const row = element("label");
    const input = element("input");
    input.name = name;
    input.type = type ?? "text";
    input.step = "any";
    input.required = true;
    input.value = value ?? "";
    row.append(element("span", "", label), input);
    node.append(row);
  }
  const send = element("button", "", submit);
  send.type = "submit";
  node.append(send);
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    /** @type {Record<string, string>} */
    const answers = {};
    for (const [name, value] of new FormData(node)) answers[name] = String(value);
    close();
    onSubmit(answers);
  });
  return node;
}

/** @param {Sheet} sheet */
function list(sheet) {
  return (sheet.sections ?? []).flatMap((section) => {
    const rows = section.rows.map((row) => {
      const node = choice(row.title, () => act(row.tap));
      if (row.description) node.append(element("small", "", row.description));
      return node;
    });
    return section.title ? [element("h3", "", section.title), ...rows] : rows;
  });
}

// What the form of a real flow asks is only known to Meta; this one asks two things.
/** @param {Sheet} sheet */
function flow(sheet) {
  const fields = [
    { name: "name", label: "Name" },
    { name: "answer", label: "Answer" },
  ];
  return form("Submit", fields, (answers) => {
    const response = sheet.token ? { flow_token: sheet.token, ...answers } : answers;
    act({ nfm_reply: { response }, reply_to: sheet.reply_to });
  });
}

/** @param {string} [replyTo] */
export function place(replyTo) {
  const fields = [
    { name: "name", label: "Place", value: "Lumphini Park" },
    { name: "latitude", label: "Latitude", value: "13.7308", type: "number" },
    { name: "longitude", label: "Longitude", value: "100.5418", type: "number" },
  ];
  return form("Send location", fields, ({ name, latitude, longitude }) => {
    const location = { name, latitude: Number(latitude), longitude: Number(longitude) };
    act(replyTo ? { location, reply_to: replyTo } : { location });
  });
}

/**
 * The button under a message that opens its sheet.
 * @param {Sheet} sheet
 * @param {string} messageId
 */
export function opener(sheet, messageId) {
  const parts = () => {
    if (sheet.kind === "list") return list(sheet);
    return [sheet.kind === "flow" ? flow(sheet) : place(messageId)];
  };
  return button("tap", sheet.title, () => open(sheet.title, ...parts()));
}

byId("sheet-close", HTMLButtonElement).addEventListener("click", close);
// A tap beside the sheet closes it, too.
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) close();
});
