// A button that opens a menu. What is chosen happens when it is chosen, never while somebody moves
// among the choices with the arrow keys, as it would in a select.

import { make, rove } from "./dom.js";

/**
 * @typedef {object} Choice
 * @property {string} title
 * @property {() => unknown} act
 * @property {boolean} [chosen] whether it holds now, where one of them does
 */

/**
 * @param {string} title
 * @param {() => Choice[]} choices read each time the menu opens
 * @param {string} [name] what it is, where the title is a sign
 */
export function menuButton(title, choices, name = "") {
  const button = make("button", { type: "button", class: "plain", "aria-haspopup": "menu", "aria-expanded": "false" }, title);
  if (name) button.setAttribute("aria-label", name);
  const menu = make("div", { class: "drop", role: "menu", "aria-label": name || title, hidden: "" });
  const place = make("span", { class: "drop-place" }, button, menu);
  const items = () => /** @type {HTMLElement[]} */ ([...menu.children]);
  const close = () => {
    menu.hidden = true;
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside);
  };
  /** @param {Event} event */
  const outside = (event) => {
    if (!(event.target instanceof Node && place.contains(event.target))) close();
  };
  const open = () => {
    menu.replaceChildren(...choices().map((choice) => item(choice, () => {
      close();
      button.focus();
      choice.act();
    })));
    menu.hidden = false;
    button.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", outside);
    keepOnScreen(menu);
    (items().find((one) => one.getAttribute("aria-checked") === "true") ?? items()[0])?.focus();
  };
  button.addEventListener("click", () => (menu.hidden ? open() : close()));
  place.addEventListener("keydown", (event) => {
    if (menu.hidden) {
      if (event.key !== "ArrowDown") return;
      event.preventDefault();
      return open();
    }
    rove(event, items(), "ArrowUp", "ArrowDown");
    if (event.key === "Tab") close();
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
    button.focus();
  });
  return place;
}

/**
 * @param {Choice} choice
 * @param {() => void} choose
 */
function item({ title, chosen }, choose) {
  const role = chosen === undefined ? "menuitem" : "menuitemradio";
  const element = make("button", { type: "button", role, tabindex: "-1" }, title);
  if (chosen !== undefined) element.setAttribute("aria-checked", String(chosen));
  element.addEventListener("click", choose);
  return element;
}

/**
 * A menu that would leave the screen opens to the other side.
 * @param {HTMLElement} menu
 */
function keepOnScreen(menu) {
  menu.classList.remove("to-start");
  menu.classList.toggle("to-start", menu.getBoundingClientRect().right > window.innerWidth);
}
