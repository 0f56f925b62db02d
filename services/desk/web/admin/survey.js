// How an account asks its customers how it went.

/**
 * @typedef {{question: string, comment: string, thanks: string}} Texts
 * @typedef {object} Settings
 * @property {boolean} enabled
 * @property {Record<string, Texts>} texts
 * @property {string} language
 * @property {boolean} comment
 * @property {number} comment_minutes
 * @property {number} pause_days
 */

import { get, put } from "../api.js";
import { labelled } from "../dialog.js";
import { make } from "../dom.js";
import { busyButton, chip, outcome, section, soft } from "./parts.js";

/** @param {string} account */
export async function part(account) {
  const place = section("Satisfaction survey");
  place.id = "survey";
  draw(place, account, await get(`/accounts/${account}/survey`), "");
  return place;
}

/**
 * @param {HTMLElement} place
 * @param {string} account
 * @param {Settings} settings
 * @param {string} said
 */
function draw(place, account, settings, said) {
  const { line, say, complain } = outcome();
  const fields = form(settings);
  /** @param {Settings} wanted */
  const save = async (wanted) => {
    try {
      draw(place, account, await put(`/accounts/${account}/survey`, wanted), "Saved.");
    } catch (error) {
      complain(error);
    }
  };
  const held = place.contains(document.activeElement);
  const button = busyButton(settings.enabled ? "Save" : "Switch on", "primary", () => save({ ...fields.read(), enabled: true }));
  const off = busyButton("Switch off", "danger", () => save({ ...fields.read(), enabled: false }));
  place.replaceChildren(
    make("h3", {}, "Satisfaction survey"),
    settings.enabled ? chip("good", "On") : chip("plain", "Off"),
    soft("When a conversation that a person answered is resolved, the customer is asked once how it went, with buttons 1 to 5, if Meta's window is open."),
    ...fields.elements,
    make("div", { class: "control-row" }, button, ...(settings.enabled ? [off] : [])),
    line,
  );
  if (said) say(said);
  // Who came here by keyboard stays here.
  if (held) button.focus();
}

/** @param {Settings} settings */
function form(settings) {
  const texts = make("div", { class: "repeated" });
  const draft = { ...settings.texts };
  /** @type {{language: string, read: () => Texts}[]} */
  let parts = [];
  const drawTexts = () => {
    parts = Object.keys(draft).map((language) => ({ language, ...textFields(texts, language, draft) }));
  };
  const keep = () => {
    for (const { language, read } of parts) if (draft[language]) draft[language] = read();
  };
  const language = make("input", { type: "text", maxlength: "20", value: settings.language });
  const fresh = make("input", { type: "text", maxlength: "20", placeholder: "de" });
  const add = make("button", { type: "button", class: "small" }, "Add the language");
  add.addEventListener("click", () => {
    const word = fresh.value.trim();
    if (!word || draft[word]) return fresh.focus();
    keep();
    draft[word] = { question: "", comment: "", thanks: "" };
    fresh.value = "";
    texts.replaceChildren();
    drawTexts();
    /** @type {HTMLInputElement | null} */ (texts.querySelector("fieldset:last-of-type input"))?.focus();
  });
  const comment = make("input", { type: "checkbox" });
  comment.checked = settings.comment;
  const minutes = make("input", { type: "number", min: "1", max: "1440", value: String(settings.comment_minutes) });
  const pause = make("input", { type: "number", min: "0", max: "366", value: String(settings.pause_days) });
  drawTexts();
  return {
    elements: [
      texts,
      make("div", { class: "control-row" }, labelled("Another language", fresh), add),
      labelled("Language for all others", language),
      make("label", { class: "check" }, comment, " Ask for a comment, too"),
      labelled("What they write next is the comment for (minutes)", minutes),
      labelled("Ask nobody again for (days)", pause),
    ],
    /** @returns {Settings} */
    read() {
      keep();
      return {
        enabled: settings.enabled,
        texts: { ...draft },
        language: language.value.trim(),
        comment: comment.checked,
        comment_minutes: Number(minutes.value),
        pause_days: Number(pause.value),
      };
    },
  };
}

/**
 * @param {HTMLElement} place
 * @param {string} language
 * @param {Record<string, Texts>} draft
 */
function textFields(place, language, draft) {
  const texts = draft[language] ?? { question: "", comment: "", thanks: "" };
  const question = make("input", { type: "text", maxlength: "1000", value: texts.question });
  const comment = make("input", { type: "text", maxlength: "1000", value: texts.comment });
  const thanks = make("input", { type: "text", maxlength: "1000", value: texts.thanks });
  const group = make("fieldset", {}, make("legend", {}, `Texts: ${language}`), labelled("Question", question), labelled("Asks for the comment", comment), labelled("Thanks", thanks));
  const remove = make("button", { type: "button", class: "small" }, `Remove ${language}`);
  remove.addEventListener("click", () => {
    delete draft[language];
    group.remove();
  });
  if (Object.keys(draft).length > 1) group.append(remove);
  place.append(group);
  return { read: () => ({ question: question.value, comment: comment.value, thanks: thanks.value }) };
}
