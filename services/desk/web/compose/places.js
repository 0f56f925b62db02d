// The places of a template: what is to be filled in, and what comes of it.

/**
 * @typedef {import("../types.js").TemplateInfo} TemplateInfo
 */

/**
 * @typedef {object} Place
 * @property {"header" | "body" | "button"} part
 * @property {string} kind
 * @property {string} name of a place in the text
 * @property {number} index of a button
 * @property {string} label
 * @property {string} hint
 * @property {HTMLInputElement} input
 */

import { make } from "../dom.js";

/**
 * The template's text, with its places.
 * @param {TemplateInfo} template
 */
export function words({ components }) {
  return components.filter((one) => one.type === "HEADER" || one.type === "BODY").map((one) => one.text ?? "").filter(Boolean).join("\n");
}

/**
 * @param {TemplateInfo} template
 * @returns {Place[]}
 */
export function fieldsOf({ places }) {
  const fields = [];
  const { header } = places;
  if (header.is === "text") fields.push(place("header", "text", header.of, 0, `Heading: ${header.of}`));
  else if (header.is === "location") {
    for (const name of ["name", "address", "latitude", "longitude"]) fields.push(place("header", "location", name, 0, `Place: ${name}`));
  } else if (header.is !== "nothing") {
    fields.push(place("header", header.is, "", 0, `Address of the ${header.is}`, "https://, where Meta can fetch it", "url"));
  }
  for (const name of places.body) fields.push(place("body", "text", name, 0, /^\d+$/.test(name) ? `Place ${name}` : name.replaceAll("_", " ")));
  for (const button of places.buttons) {
    if (button.is === "url_suffix") fields.push(place("button", button.is, "", button.index, `End of the address of "${button.title}"`));
    if (button.is === "copy_code") fields.push(place("button", button.is, "", button.index, "Code to copy"));
  }
  return fields;
}

/**
 * @param {Place["part"]} part
 * @param {string} kind
 * @param {string} name
 * @param {number} index
 * @param {string} label
 * @param {string} [hint]
 * @param {string} [type]
 * @returns {Place}
 */
function place(part, kind, name, index, label, hint = "", type = "text") {
  const input = make("input", { type, required: "", autocomplete: "off" });
  return { part, kind, name, index, label, hint, input };
}

/**
 * What the customer will read.
 * @param {TemplateInfo} template
 * @param {Place[]} fields
 */
export function preview(template, fields) {
  let text = words(template);
  for (const { part, kind, name, input } of fields) {
    if (part !== "button" && kind === "text") text = text.replaceAll(`{{${name}}}`, input.value || `\u27e8${name}\u27e9`);
  }
  return text;
}

/**
 * The template as the API takes it.
 * @param {TemplateInfo} template
 * @param {Place[]} fields
 */
export function filled({ name, language, places }, fields) {
  const body = fields.filter((one) => one.part === "body").map(parameter);
  /** @type {{index: number, fill: object}[]} */
  const buttons = fields.filter((one) => one.part === "button").map(({ kind, index, input }) => ({
    index,
    fill: kind === "url_suffix" ? { is: kind, suffix: input.value } : { is: kind, code: input.value },
  }));
  for (const button of places.buttons) {
    // What a tap means is for bots; a person reads what the button says.
    if (button.is === "postback") buttons.push({ index: button.index, fill: { is: "payload", payload: button.title } });
  }
  return { name, language, header: header(fields.filter((one) => one.part === "header")), body, buttons, text: "" };
}

/** @param {Place} place */
function parameter({ name, input }) {
  return { name: /^\d+$/.test(name) ? null : name, text: input.value };
}

/** @param {Place[]} fields */
function header(fields) {
  const [first] = fields;
  if (!first) return null;
  if (first.kind === "text") return { is: "text", parameter: parameter(first) };
  if (first.kind === "location") {
    const value = (/** @type {string} */ name) => fields.find((one) => one.name === name)?.input.value ?? "";
    return { is: "location", name: value("name"), address: value("address"), latitude: Number(value("latitude")), longitude: Number(value("longitude")) };
  }
  const kind = first.kind === "document" ? "file" : first.kind;
  return { is: "media", media: { kind, url: first.input.value, platform_id: null, mime_type: null, caption: null, filename: null } };
}
