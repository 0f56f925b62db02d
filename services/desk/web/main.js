// The agents' page: logs in, connects, and puts the panes together.

/**
 * @typedef {import("./types.js").Me} Me
 */

import * as actions from "./actions.js";
import * as activity from "./activity.js";
import * as api from "./api.js";
import * as files from "./compose/files.js";
import * as limits from "./compose/limits.js";
import * as more from "./compose/more.js";
import * as composer from "./composer.js";
import * as contact from "./contact.js";
import { byId } from "./dom.js";
import * as handoff from "./handoff.js";
import * as alerts from "./kit/alerts.js";
import * as bulk from "./kit/bulk.js";
import * as canned from "./kit/canned.js";
import * as colleague from "./kit/colleague.js";
import * as labels from "./kit/labels.js";
import * as macros from "./kit/macros.js";
import * as notes from "./kit/notes.js";
import * as notifications from "./kit/notifications.js";
import * as own from "./kit/own.js";
import * as search from "./kit/search.js";
import * as list from "./list.js";
import { menu } from "./messagemenu.js";
import { paced } from "./pace.js";
import * as presence from "./presence.js";
import { connect } from "./socket.js";
import { reset, set, state } from "./state.js";
import * as sync from "./sync.js";
import * as thread from "./thread.js";
import * as threadbar from "./threadbar.js";

const loginPage = byId("login", HTMLElement);
const loginForm = byId("login-form", HTMLFormElement);
const loginError = byId("login-error", HTMLParagraphElement);
const email = byId("email", HTMLInputElement);
const password = byId("password", HTMLInputElement);
const loginSubmit = byId("login-submit", HTMLButtonElement);
const desk = byId("desk", HTMLDivElement);
const banner = byId("banner", HTMLDivElement);
const meButton = byId("me", HTMLButtonElement);

/** Presence changes often in a large team; a menu need not follow at once. */
const agentsSoon = paced(() => sync.readAgents().catch(ignore), () => 2_000);

/** Whether one is away by oneself: that one hears of at once. */
const presenceSoon = paced(() => presence.read().catch(ignore), () => 1_000);

/** A note may be for oneself; that it is there a moment later is soon enough. */
const notesSoon = paced(() => notes.read().catch(ignore), () => 3_000);

/**
 * The pages of contacts, once they were opened.
 * @type {typeof import("./contacts/contacts.js") | null}
 */
let contacts = null;

let connection = { end() {}, active() {} };
let connected = false;
let problem = "";
let away = "";

function showBanner() {
  const words = connected ? problem || away : "Not connected. Trying again\u2026 What you see may be old.";
  if (banner.textContent !== words) banner.textContent = words;
  banner.classList.toggle("shown", words !== "");
}

/** @param {string} words */
function complain(words) {
  problem = words;
  showBanner();
}

/** @param {string} [why] */
function showLogin(why = "") {
  connection.end();
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  reset();
  composer.forget();
  thread.begin(null);
  desk.hidden = true;
  loginPage.hidden = false;
  loginError.textContent = why;
  email.focus();
}

/** @param {Me} me */
function showDesk(me) {
  password.value = "";
  loginPage.hidden = true;
  desk.hidden = false;
  meButton.textContent = me.name;
  byId("admin-link", HTMLAnchorElement).hidden = me.role === "agent";
  set({ me });
  connected = true;
  complain("");
  connection.end();
  connection = connect({
    connected(resumed) {
      connected = true;
      showBanner();
      if (!resumed) sync.soon();
      readBeside();
    },
    disconnected() {
      connected = false;
      showBanner();
      // A browser does not say why it could not connect: perhaps the session ended meanwhile.
      api.get("/me").catch(ignore);
    },
    sessionEnded: () => showLogin("Your session has ended. Log in again."),
    hint(hint) {
      if (hint.type === "resync") readEverything();
      else if (hint.type === "agents") {
        agentsSoon();
        presenceSoon();
      }
      else if (hint.type === "accounts") sync.readAccounts().catch(ignore);
      else if (hint.type === "typing") colleague.writes(hint.id, hint.agent_id);
      else if (hint.type === "unseen") sync.unseen();
      else if (hint.type === "conversation") {
        sync.changed(hint.id);
        contacts?.changed(hint.id);
        notesSoon();
      }
    },
  });
  readEverything();
  follow();
}

function readEverything() {
  sync.soon();
  readBeside();
}

/** What is no conversation: of that nobody tells what changed during a break. */
function readBeside() {
  sync.readAgents().catch(ignore);
  presenceSoon();
  sync.readAccounts().catch(ignore);
  threadbar.readApps().catch(ignore);
  labels.read().catch(ignore);
  macros.read().catch(ignore);
  search.read().catch(ignore);
  canned.read().catch(ignore);
  notes.read().catch(ignore);
  limits.read().then(() => set({}), ignore);
}

/** The list tells when reading fails; one complaint is enough. */
function ignore() {}

/**
 * The address says which conversation is open, so that reloading and going back work.
 * @param {string} id
 */
function openConversation(id) {
  if (addressed() === id) follow();
  else location.hash = id;
}

function backToList() {
  const row = state.open?.id;
  if (addressed()) location.hash = "";
  list.focus(row);
}

/** The conversation that the address names. */
function addressed() {
  return /^#([0-9a-f-]{36})$/.exec(location.hash)?.[1] ?? null;
}

/** Only those who administer something load the pages of the administration. */
async function openAdmin() {
  desk.dataset["view"] = "admin";
  sync.close();
  const admin = await import("./admin/admin.js");
  await admin.open(location.hash);
}

/** Who looks for nobody does not load the pages of contacts. */
async function openContacts() {
  desk.dataset["view"] = "contacts";
  sync.close();
  contacts = await import("./contacts/contacts.js");
  await contacts.open(location.hash);
}

async function follow() {
  if (!state.me) return;
  if (location.hash.startsWith("#contacts")) return openContacts();
  if (location.hash.startsWith("#admin") && state.me.role !== "agent") return openAdmin();
  const id = addressed();
  desk.dataset["view"] = id ? "thread" : "list";
  if (!id) return sync.close();
  sync.readAccounts().catch(ignore);
  await sync.open(id);
  composer.focus();
}

loginForm.addEventListener("submit", async (event) => {
  event.preventDefault();
  loginSubmit.disabled = true;
  loginError.textContent = "";
  try {
    showDesk(await api.login(email.value, password.value));
  } catch (error) {
    loginError.textContent = api.wordsOf(error);
    password.select();
  } finally {
    loginSubmit.disabled = false;
  }
});

byId("logout", HTMLButtonElement).addEventListener("click", async () => {
  try {
    await api.post("/logout");
  } catch (error) {
    // Nobody may walk away and only believe that the session has ended.
    return complain(api.wordsOf(error));
  }
  location.hash = "";
  showLogin();
});
byId("back", HTMLButtonElement).addEventListener("click", backToList);
document.addEventListener("keydown", (event) => {
  const inMenu = event.target instanceof HTMLSelectElement || document.querySelector("dialog[open]") !== null;
  if (event.key === "Escape" && state.open && !inMenu) backToList();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && state.me) sync.soon();
});

api.onLoggedOut(() => {
  // After logging out, answers to earlier calls may still come; they are no news.
  if (state.me) showLogin("Your session has ended. Log in again.");
});
sync.onProblem(complain);
sync.onGone(() => {
  backToList();
  byId("announce", HTMLDivElement).textContent = "The conversation is with someone else now.";
});
window.addEventListener("hashchange", follow);
list.start(openConversation);
bulk.start(list.focus);
thread.start(menu);
more.start(files.entries);
files.start();
threadbar.start();
handoff.start();
contact.start();
canned.start();
colleague.start();
notes.start();
notifications.start();
alerts.start();
own.start();
composer.start();
search.start();
actions.start();
activity.start(() => connection.active());
presence.start(
  (error) => complain(api.wordsOf(error)),
  (words) => {
    away = words;
    showBanner();
  },
);

api.me().then(showDesk, (error) => showLogin(error.status === 401 ? "" : api.wordsOf(error)));
