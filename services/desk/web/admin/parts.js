// What the administration's pages are made of.

import { wordsOf } from "../api.js";
import { make } from "../dom.js";

/**
 * @param {string} title
 * @param {...(Node | string)} content
 */
export function section(title, ...content) {
  return make("section", { class: "admin-section" }, make("h3", {}, title), ...content);
}

/**
 * A table that scrolls sideways where there is no room.
 * @param {string} caption
 * @param {string[]} columns
 * @param {(Node | string)[][]} rows
 */
export function table(caption, columns, rows) {
  const head = make("tr", {}, ...columns.map((name) => make("th", { scope: "col" }, name)));
  const body = make("tbody");
  for (const row of rows) body.append(make("tr", {}, ...row.map((cell) => make("td", {}, cell))));
  const all = make("table", { class: "admin-table" }, make("caption", { class: "sr-only" }, caption), make("thead", {}, head), body);
  return make("div", { class: "sideways", tabindex: "0" }, all);
}

/** @param {string} words */
export function soft(words) {
  return make("p", { class: "soft" }, words);
}

/**
 * A mark with a word, never a colour alone.
 * @param {"good" | "warn" | "bad" | "plain"} tone
 * @param {string} words
 */
export function chip(tone, words) {
  return make("span", { class: `chip ${tone}` }, words);
}

/** A line that tells what came of something, aloud too. */
export function outcome() {
  const line = make("p", { class: "outcome", role: "status" });
  return {
    line,
    /** @param {string} words */
    say(words) {
      line.classList.remove("error");
      line.textContent = words;
    },
    /** @param {unknown} error */
    complain(error) {
      line.classList.add("error");
      line.textContent = wordsOf(error);
    },
  };
}

/**
 * A button that is off while what it does is under way.
 * @param {string} title
 * @param {string} kind
 * @param {() => Promise<void>} act
 */
export function busyButton(title, kind, act) {
  const button = make("button", { type: "button", class: kind }, title);
  button.addEventListener("click", async () => {
    // Not disabled: that would take the focus from who came here by keyboard.
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    try {
      await act();
    } finally {
      button.removeAttribute("aria-disabled");
    }
  });
  return button;
}

/**
 * Several words in one field.
 * @param {string[]} all
 */
export function list(all) {
  return all.join(", ");
}

/**
 * The same, read again.
 * @param {string} text
 */
export function words(text) {
  return text.split(",").map((word) => word.trim()).filter(Boolean);
}
