// The administrators' pages. The address says which: #admin/PAGE/ARGUMENT.

import { wordsOf } from "../api.js";
import { byId, make } from "../dom.js";
import { state } from "../state.js";
import * as account from "./account.js";
import * as accounts from "./accounts.js";
import * as answers from "./answers.js";
import * as audit from "./audit.js";
import * as bots from "./bots.js";
import * as connect from "./connect.js";
import * as deletions from "./deletions.js";
import * as doctor from "./doctor.js";
import * as focus from "./focus.js";
import * as keys from "./keys.js";
import * as kit from "./kit.js";
import * as people from "./people.js";
import * as reports from "./reports.js";
import * as notifications from "./notifications.js";
import * as team from "./team.js";
import * as teams from "./teams.js";
import * as webhooks from "./webhooks.js";

const nav = byId("admin-nav", HTMLElement);
const place = byId("admin-place", HTMLDivElement);

/**
 * @typedef {object} Page
 * @property {string} title
 * @property {boolean} [forSupervisors]
 * @property {(place: HTMLElement, argument: string | null) => Promise<void>} show
 */

/** @type {Record<string, Page>} */
const PAGES = {
  accounts: { title: "Accounts", show: (place, id) => (id ? account.show(place, id) : accounts.show(place)) },
  connect: { title: "Connect", show: connect.show },
  bots: { title: "Bots", show: bots.show },
  doctor: { title: "Doctor", show: doctor.show },
  deletions: { title: "Data deletions", show: deletions.show },
  reports: { title: "Reports", show: reports.show, forSupervisors: true },
  people: { title: "People", show: people.show },
  teams: { title: "Teams and agents", show: (place, id) => (id ? team.show(place, id) : teams.show(place)) },
  kit: { title: "Labels and replies", show: kit.show, forSupervisors: true },
  notifications: { title: "Notifications", show: notifications.show },
  answers: { title: "Satisfaction", show: answers.show, forSupervisors: true },
  keys: { title: "API keys", show: keys.show },
  webhooks: { title: "Webhooks", show: webhooks.show },
  audit: { title: "Audit log", show: audit.show },
};

focus.keep(place);

/** Counts what was opened: an answer that comes late is dropped. */
let opened = 0;

/**
 * Shows the page of an address.
 * @param {string} hash
 */
export async function open(hash) {
  const theirs = Object.entries(PAGES).filter(([, page]) => state.me?.role === "admin" || page.forSupervisors);
  const [, wanted = "", argument = null] = hash.replace(/^#/, "").split("/");
  const [, page] = theirs.find(([name]) => name === wanted) ?? theirs[0] ?? [];
  if (!page) return;
  const links = theirs.map(([of, { title }]) => {
    const link = make("a", { href: `#admin/${of}` }, title);
    if (PAGES[of] === page) link.setAttribute("aria-current", "page");
    return link;
  });
  nav.replaceChildren(...links);
  const number = ++opened;
  const fresh = make("div", {}, make("p", { class: "soft" }, "Reading\u2026"));
  place.replaceChildren(fresh);
  try {
    await page.show(fresh, argument);
  } catch (error) {
    if (number === opened) fresh.replaceChildren(make("p", { class: "error", role: "alert" }, wordsOf(error)));
  }
}
