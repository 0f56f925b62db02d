// The menu of everything that can be sent beside a typed text.

/**
 * @typedef {import("../types.js").Conversation} Conversation
 */

import { post, wordsOf } from "../api.js";
import * as composer from "../composer.js";
import { byId, make, rove } from "../dom.js";
import { state } from "../state.js";
import * as sync from "../sync.js";
import * as address from "./address.js";
import * as limits from "./limits.js";
import * as offer from "./offer.js";
import { send } from "./send.js";
import * as templates from "./templates.js";
import { permit } from "./window.js";

const button = byId("more", HTMLButtonElement);
const menu = byId("more-menu", HTMLDivElement);

/**
 * @typedef {object} Entry
 * @property {string} title
 * @property {boolean} offered
 * @property {() => unknown} act
 */

/** @type {() => Entry[]} */
let attachments = () => [];

/** @param {() => Entry[]} attach what can be attached */
export function start(attach) {
  attachments = attach;
  button.addEventListener("click", () => show(menu.hidden));
  menu.addEventListener("keydown", (event) => {
    rove(event, items(), "ArrowUp", "ArrowDown");
    if (event.key !== "Escape") return;
    event.stopPropagation();
    show(false);
  });
  document.addEventListener("click", (event) => {
    const inside = event.target instanceof Node && (menu.contains(event.target) || button.contains(event.target));
    if (!inside && !menu.hidden) hide();
  });
}

function items() {
  return /** @type {HTMLElement[]} */ ([...menu.children]);
}

function hide() {
  menu.hidden = true;
  button.setAttribute("aria-expanded", "false");
}

/** @param {boolean} visible */
function show(visible) {
  const open = state.open;
  if (!visible || !open) {
    hide();
    return button.focus();
  }
  menu.replaceChildren(...entries(open).filter((one) => one.offered).map(item));
  menu.hidden = false;
  button.setAttribute("aria-expanded", "true");
  items()[0]?.focus();
}

/** @param {Entry} entry */
function item({ title, act }) {
  const element = make("button", { type: "button", role: "menuitem" }, title);
  element.addEventListener("click", async () => {
    show(false);
    composer.complain("");
    try {
      await act();
    } catch (error) {
      composer.complain(wordsOf(error));
    }
  });
  return element;
}

/**
 * @param {Conversation} to
 * @returns {Entry[]}
 */
function entries(to) {
  const { open } = permit(to);
  const can = (/** @type {string} */ kind) => open && limits.shows(to.channel, kind);
  return [
    ...attachments(),
    { title: "Picture or file by address\u2026", offered: can("media"), act: () => address.open(to) },
    { title: "Template\u2026", offered: limits.shows(to.channel, "template"), act: () => templates.open(to) },
    { title: "Buttons\u2026", offered: can("prompt"), act: () => offer.open(to, "buttons") },
    { title: "Quick replies\u2026", offered: can("quick_replies") && to.channel !== "whatsapp", act: () => offer.open(to, "quick_replies") },
    { title: "List\u2026", offered: can("list"), act: () => offer.open(to, "list") },
    { title: "Ask where they are", offered: can("location_request"), act: () => askLocation(to) },
    { title: "Log-in button", offered: can("log_in") && linksCustomers(to), act: () => sendLogIn(to) },
  ];
}

/** @param {Conversation} to */
function linksCustomers(to) {
  return state.accounts.some((account) => account.id === to.account_id && account.links_customers);
}

/** @param {Conversation} to */
function askLocation(to) {
  return send(to.id, { content: { type: "location_request", text: "Please tell us where you are." } });
}

/** @param {Conversation} to */
async function sendLogIn(to) {
  await post(`/conversations/${to.id}/login-button`, {});
  sync.eventually();
}
