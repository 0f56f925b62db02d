// The customer's phone over the control interface of the simulator.
// All text from messages goes in as text nodes, never as HTML.

import {
  account, accountPick, act, allAccounts, call, customer, customerPath, customerPick, loadedAccounts, picked, say, setAccounts,
} from "./conversation.js";
import { byId, element, reason } from "./dom.js";
import { forget, more, takeReply } from "./menus.js";
import { messageNode, metaNode, tapNode } from "./message.js";

/**
 * @typedef {import("./types.js").Account} Account
 * @typedef {import("./types.js").Message} Message
 */

const thread = byId("thread", HTMLOListElement);
const about = byId("about", HTMLElement);
const empty = byId("empty", HTMLElement);
const quick = byId("quick", HTMLElement);
const text = byId("text", HTMLInputElement);

const channels = { messenger: "Messenger", instagram: "Instagram", whatsapp: "WhatsApp" };

// Raised whenever another conversation is picked, so that an old poll ends.
let generation = 0;
/** @type {Message[]} The messages on the screen. */
let shown = [];
/** @type {Map<string, {body: string, node: HTMLElement}>} Message id to what is drawn of it. */
const drawn = new Map();

/** @param {string | null} [wanted] */
function fillCustomers(wanted) {
  const options = (account()?.customers ?? []).map((one) => {
    const option = element("option", "", one.name);
    option.value = one.id;
    return option;
  });
  customerPick.replaceChildren(...options);
  if (wanted && options.some((option) => option.value === wanted)) customerPick.value = wanted;
}

/** @param {Account} one */
const nameOf = (one) => one.name || one.phone || one.id;

// Says who is who, for somebody who sees the page for the first time.
function introduce() {
  const business = account();
  const person = customer();
  if (!business) return;
  about.textContent = person
    ? `You are ${person.name}, a customer of ${nameOf(business)}.`
    : `Nobody has written to ${nameOf(business)} yet. Add a customer to begin.`;
  empty.textContent = person
    ? `No messages yet. Write one below: it arrives at ${nameOf(business)} as if sent from ${person.name}'s phone. Answers appear here.`
    : "";
}

/**
 * @param {Account[]} list
 * @param {string | null} [wantedAccount]
 * @param {string | null} [wantedCustomer]
 */
function fillAccounts(list, wantedAccount, wantedCustomer) {
  setAccounts(list);
  const options = list.map((one) => {
    const option = element("option", "", `${nameOf(one)} on ${channels[one.channel] ?? one.channel}`);
    option.value = one.id;
    return option;
  });
  accountPick.replaceChildren(...options);
  if (wantedAccount && options.some((option) => option.value === wantedAccount)) accountPick.value = wantedAccount;
  fillCustomers(wantedCustomer);
  introduce();
}

/**
 * @param {string | null} [wantedAccount]
 * @param {string | null} [wantedCustomer]
 */
async function loadAccounts(wantedAccount, wantedCustomer) {
  fillAccounts(await loadedAccounts(), wantedAccount, wantedCustomer);
}

/**
 * Whom the address names is a customer: one who has not written yet is made, so that nobody plays
 * somebody else without knowing.
 * @param {string | null} account
 * @param {string | null} customer
 */
async function meet(account, customer) {
  if (!account || !customer) return;
  const business = (await loadedAccounts()).find((one) => one.id === account);
  if (!business || business.customers.some((one) => one.id === customer)) return;
  await call("/_sim/customers", { account, id: customer });
}

// Customers may come while the page is open, when the business writes first.
async function refreshAccounts() {
  const before = picked();
  const fresh = await loadedAccounts();
  if (JSON.stringify(fresh) === JSON.stringify(allAccounts())) return;
  if (document.activeElement === accountPick || document.activeElement === customerPick) return;
  fillAccounts(fresh, before.account, before.customer);
  if (picked().account !== before.account || picked().customer !== before.customer) follow();
}

/**
 * What of a message is not in its last line.
 * @param {Message} message
 */
const body = ({ status, reaction, ...rest }) => JSON.stringify(rest);

/**
 * Only what changed is drawn again: focus stays, and a screen reader hears news only.
 * @param {Message} message
 */
function draw(message) {
  const old = drawn.get(message.id);
  if (old && old.body === body(message)) {
    old.node.querySelector(".meta")?.replaceWith(metaNode(message, more));
    return;
  }
  const quoted = shown.find((one) => one.id === message.reply_to);
  const node = messageNode(message, quoted, more);
  if (old) old.node.replaceWith(node);
  else thread.append(node);
  drawn.set(message.id, { body: body(message), node });
}

/** @param {Message[]} messages */
function show(messages) {
  shown = messages;
  const atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 80;
  if (!messages.length) {
    thread.replaceChildren();
    drawn.clear();
  }
  empty.hidden = messages.length > 0;
  messages.forEach(draw);
  const last = messages.at(-1);
  quick.replaceChildren(...(last?.quick_replies ?? []).map(tapNode));
  if (atEnd) thread.scrollTop = thread.scrollHeight;
}

// Looking at the phone is what marks messages read.
async function markRead() {
  const unread = shown.some((m) => m.from === "business" && (m.status === "sent" || m.status === "delivered"));
  if (unread && document.visibilityState === "visible") await call(customerPath("read"), {});
}

async function follow() {
  const mine = ++generation;
  const { account, customer } = picked();
  history.replaceState(null, "", `?${new URLSearchParams({ account, customer })}`);
  introduce();
  forget();
  for (const id of ["send", "attach"]) byId(id, HTMLButtonElement).disabled = !customer;
  text.disabled = !customer;
  show([]);
  let version = "";
  while (customer && mine === generation) {
    try {
      const query = new URLSearchParams({ account, customer, version, wait_ms: "25000" });
      const answer = await call(`/_sim/messages?${query}`);
      if (mine !== generation) return;
      if (answer.version !== version) show(answer.messages);
      version = answer.version;
      await markRead();
      await refreshAccounts();
      say("");
    } catch {
      if (mine !== generation) return;
      say("The simulator cannot be reached. Trying again.");
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
  }
}

accountPick.addEventListener("change", () => {
  fillCustomers();
  follow();
});
customerPick.addEventListener("change", follow);
document.addEventListener("visibilitychange", () => markRead().catch(() => {}));

byId("composer", HTMLFormElement).addEventListener("submit", async (event) => {
  event.preventDefault();
  const message = text.value.trim();
  if (!message || !customerPick.value) return;
  text.value = "";
  await act({ text: message, ...takeReply() });
});

byId("new-customer", HTMLButtonElement).addEventListener("click", async () => {
  const number = Math.floor(Math.random() * 9000) + 1000;
  const account = accountPick.value;
  const id = `1555${Date.now() % 100000000}${number % 10}`;
  try {
    await call("/_sim/customers", { account, id, name: `Guest ${number}` });
    await loadAccounts(account, id);
    follow();
    text.focus();
  } catch (error) {
    say(reason(error));
  }
});

const asked = new URLSearchParams(location.search);
try {
  await meet(asked.get("account"), asked.get("customer"));
  await loadAccounts(asked.get("account"), asked.get("customer"));
  if (allAccounts().length) follow();
  else say("There is no channel account yet. Create one over /_sim; see the README.");
} catch {
  say("The simulator cannot be reached. Reload the page to try again.");
}
