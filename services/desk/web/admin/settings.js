// Settings in YAML, with the place shown where they are wrong.

import { post, Problem } from "../api.js";
import { labelled } from "../dialog.js";
import { make } from "../dom.js";
import { busyButton, outcome } from "./parts.js";

/** How much of a wrong line is shown, in characters. */
const SHOWN = 80;

/**
 * A field for settings, and a button that checks them.
 * @param {() => string} kind
 * @param {string} text
 */
export function editor(kind, text) {
  const field = make("textarea", { class: "settings", rows: "24", wrap: "off", spellcheck: "false", autocomplete: "off", autocapitalize: "off" });
  field.value = text;
  const wrong = make("pre", { class: "wrong-place", "aria-hidden": "true" });
  const { line, say, complain } = outcome();

  function clear() {
    field.removeAttribute("aria-invalid");
    wrong.textContent = "";
    say("");
  }

  /**
   * Shows where they are wrong, if the error says it: the line is chosen and seen.
   * @param {unknown} error
   */
  function mark(error) {
    const row = error instanceof Problem ? error.body["line"] : null;
    if (!(error instanceof Problem) || typeof row !== "number") return;
    const column = typeof error.body["column"] === "number" ? error.body["column"] : 1;
    const lines = field.value.split("\n");
    const before = lines.slice(0, row - 1);
    const bad = lines[row - 1] ?? "";
    const begin = before.reduce((length, one) => length + one.length + 1, 0);
    wrong.textContent = excerpt(row, column, bad);
    field.setAttribute("aria-invalid", "true");
    field.focus();
    field.setSelectionRange(begin, begin + bad.length);
    const height = Number.parseFloat(getComputedStyle(field).lineHeight);
    field.scrollTop = Math.max(0, (row - 4) * height);
  }

  const check = busyButton("Check the settings", "plain", async () => {
    clear();
    try {
      await post("/bots/check", { kind: kind(), settings: field.value });
      say("These settings can be used.");
    } catch (error) {
      complain(error);
      mark(error);
    }
  });
  field.addEventListener("input", () => field.removeAttribute("aria-invalid"));
  return {
    element: make("div", { class: "fields wide" }, labelled("Settings (YAML)", field), wrong, line),
    check,
    clear,
    mark,
    text: () => field.value,
    /** @param {string} other */
    become(other) {
      field.value = other;
      clear();
    },
  };
}

/**
 * The line, and below it where in it.
 * @param {number} row
 * @param {number} column
 * @param {string} text
 */
function excerpt(row, column, text) {
  const from = Math.max(0, column - SHOWN);
  const number = `${row} | `;
  return `${number}${text.slice(from, from + SHOWN + 20)}\n${" ".repeat(number.length + column - 1 - from)}^`;
}
