// The customer's phone over the control interface of the simulator.
// All text from messages goes in as text nodes, never as HTML.

const byId = (id) => document.getElementById(id);
const accountPick = byId("account");
const customerPick = byId("customer");
const thread = byId("thread");
const about = byId("about");
const empty = byId("empty");
const quick = byId("quick");
const notice = byId("notice");
const text = byId("text");

const channels = { messenger: "Messenger", instagram: "Instagram", whatsapp: "WhatsApp" };

let accounts = [];
// Raised whenever another conversation is picked, so that an old poll ends.
let generation = 0;
// The messages on the screen.
let shown = [];
// Message id to its node and to what the node shows.
const drawn = new Map();

async function call(path, body) {
  const options = body === undefined
    ? {}
    : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(path, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? `The simulator answered ${response.status}.`);
  return answer;
}

function say(message) {
  notice.textContent = message;
}

function element(tag, className, content) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (content !== undefined) node.textContent = content;
  return node;
}

const picked = () => ({ account: accountPick.value, customer: customerPick.value });

function customerPath(rest) {
  const { account, customer } = picked();
  return `/_sim/customers/${encodeURIComponent(account)}/${encodeURIComponent(customer)}/${rest}`;
}

async function act(body) {
  try {
    await call(customerPath("messages"), body);
    say("");
  } catch (error) {
    say(error.message);
  }
}

function fillCustomers(wanted) {
  const account = accounts.find((one) => one.id === accountPick.value);
  const options = (account?.customers ?? []).map((customer) => {
    const option = element("option", "", customer.name);
    option.value = customer.id;
    return option;
  });
  customerPick.replaceChildren(...options);
  if (options.some((option) => option.value === wanted)) customerPick.value = wanted;
}

const nameOf = (account) => account.name || account.phone || account.id;
const accountLabel = (account) => `${nameOf(account)} on ${channels[account.channel] ?? account.channel}`;

// Says who is who, for somebody who sees the page for the first time.
function introduce() {
  const account = accounts.find((one) => one.id === accountPick.value);
  const customer = account?.customers.find((one) => one.id === customerPick.value);
  if (!account) return;
  about.textContent = customer
    ? `You are ${customer.name}, a customer of ${nameOf(account)}.`
    : `Nobody has written to ${nameOf(account)} yet. Add a customer to begin.`;
  empty.textContent = customer
    ? `No messages yet. Write one below: it arrives at ${nameOf(account)} as if sent from ${customer.name}'s phone. Answers appear here.`
    : "";
}

function fillAccounts(list, wantedAccount, wantedCustomer) {
  accounts = list;
  const options = accounts.map((account) => {
    const option = element("option", "", accountLabel(account));
    option.value = account.id;
    return option;
  });
  accountPick.replaceChildren(...options);
  if (options.some((option) => option.value === wantedAccount)) accountPick.value = wantedAccount;
  fillCustomers(wantedCustomer);
  introduce();
}

async function loadAccounts(wantedAccount, wantedCustomer) {
  fillAccounts((await call("/_sim/accounts")).accounts, wantedAccount, wantedCustomer);
}

// Customers may come while the page is open, when the business writes first.
async function refreshAccounts() {
  const { account, customer } = picked();
  const fresh = (await call("/_sim/accounts")).accounts;
  if (JSON.stringify(fresh) === JSON.stringify(accounts)) return;
  if (document.activeElement === accountPick || document.activeElement === customerPick) return;
  fillAccounts(fresh, account, customer);
  if (picked().account !== account || picked().customer !== customer) follow();
}

const ticks = { sent: "\u2713", delivered: "\u2713\u2713", read: "\u2713\u2713 read", failed: "not delivered" };

function attachmentNode(attachment) {
  const label = attachment.title ?? attachment.kind;
  if (!leadsToTheWeb(attachment.url)) return element("span", "", label);
  if (attachment.kind === "image" || attachment.kind === "sticker") {
    const image = element("img");
    image.src = attachment.url;
    image.alt = label;
    return image;
  }
  return linkNode(attachment.url, label);
}

// What messages name may only be on the web or on this simulator.
const leadsToTheWeb = (url) => /^(https?:\/\/|\/)/i.test(url ?? "");

function linkNode(url, label, className) {
  const link = element("a", className, label);
  if (leadsToTheWeb(url)) link.href = url;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
}

// Opens the business' page in a window of its own, as a phone opens its browser.
async function logIn(url) {
  const opened = window.open("", "_blank");
  try {
    const answer = await call(customerPath("login"), { url });
    if (opened) opened.location.href = answer.url;
    else location.href = answer.url;
  } catch (error) {
    opened?.close();
    say(error.message);
  }
}

function tapNode(button) {
  if (button.login) {
    const node = element("button", "tap", button.title);
    node.type = "button";
    node.addEventListener("click", () => logIn(button.login));
    return node;
  }
  if (button.url && !button.tap) return linkNode(button.url, button.title, "tap");
  const node = element("button", "tap", button.title);
  node.type = "button";
  node.disabled = !button.tap;
  node.addEventListener("click", () => act(button.tap));
  return node;
}

function messageNode(message) {
  const item = element("li", `message ${message.from}`);
  item.append(element("span", "hidden", message.from === "customer" ? "You:" : "Business:"));
  const bubble = element("div", "bubble");
  if (message.deleted) {
    bubble.append(element("span", "deleted", "Message removed"));
  } else {
    (message.attachments ?? []).forEach((attachment) => bubble.append(attachmentNode(attachment)));
    if (message.text) bubble.append(element("span", "", message.text));
    if (!bubble.hasChildNodes()) bubble.append(element("span", "deleted", message.kind));
  }
  item.append(bubble);
  for (const card of message.cards ?? []) {
    const node = element("div", "bubble card");
    if (card.image) node.append(attachmentNode({ kind: "image", url: card.image, title: card.title }));
    node.append(element("span", "", [card.title, card.subtitle].filter(Boolean).join("\n")));
    const taps = element("div", "taps");
    taps.append(...(card.buttons ?? []).map(tapNode));
    node.append(taps);
    item.append(node);
  }
  const rows = (message.sheet?.sections ?? []).flatMap((section) => section.rows);
  const buttons = [...(message.buttons ?? []), ...rows];
  if (buttons.length) {
    const taps = element("div", "taps");
    taps.append(...buttons.map(tapNode));
    item.append(taps);
  }
  item.append(metaNode(message));
  return item;
}

function metaNode(message) {
  const time = new Date(message.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const meta = element("span", "meta", `${time} `);
  // A tick is no news for somebody who listens.
  meta.setAttribute("aria-live", "off");
  // A phone shows how far one's own messages got; of others, only what is lost.
  if (message.from === "customer" || message.status === "failed") {
    meta.append(element("span", message.status, ticks[message.status] ?? ""));
  }
  if (message.reaction) meta.append(element("span", "reaction", message.reaction));
  return meta;
}

// What of a message is not in its last line.
const body = ({ status, reaction, ...rest }) => JSON.stringify(rest);

// Only what changed is drawn again: focus stays, and a screen reader hears news only.
function draw(message) {
  const old = drawn.get(message.id);
  if (!old) {
    const node = messageNode(message);
    thread.append(node);
    drawn.set(message.id, { body: body(message), node });
  } else if (old.body === body(message)) {
    old.node.querySelector(".meta").replaceWith(metaNode(message));
  } else {
    const node = messageNode(message);
    old.node.replaceWith(node);
    drawn.set(message.id, { body: body(message), node });
  }
}

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
  for (const id of ["send", "picture", "text"]) byId(id).disabled = !customer;
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

byId("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const message = text.value.trim();
  if (!message || !customerPick.value) return;
  text.value = "";
  await act({ text: message });
});

byId("picture").addEventListener("click", () => act({ image: { url: `${location.origin}/_sim/sample.png` } }));

byId("new-customer").addEventListener("click", async () => {
  const number = Math.floor(Math.random() * 9000) + 1000;
  const account = accountPick.value;
  const id = `1555${Date.now() % 100000000}${number % 10}`;
  try {
    await call("/_sim/customers", { account, id, name: `Guest ${number}` });
    await loadAccounts(account, id);
    follow();
    text.focus();
  } catch (error) {
    say(error.message);
  }
});

const asked = new URLSearchParams(location.search);
try {
  await loadAccounts(asked.get("account"), asked.get("customer"));
  if (accounts.length) follow();
  else say("There is no channel account yet. Create one over /_sim; see the README.");
} catch {
  say("The simulator cannot be reached. Reload the page to try again.");
}
