// Connecting an account, step by step: the app, the token, what is found; then a test.

/**
 * @typedef {import("./doctor.js").Finding} Finding
 * @typedef {{id: string, key: string, meta_app_id: string, callback_url: string}} MetaApp
 * @typedef {{account_id: string | null, findings: Finding[], choices: {id: string, name: string}[]}} Made
 */

import { get, post } from "../api.js";
import { labelled } from "../dialog.js";
import { make } from "../dom.js";
import { CHANNELS } from "../format.js";
import * as sync from "../sync.js";
import { findingList } from "./doctor.js";
import { busyButton, outcome, section, soft } from "./parts.js";

/** What each channel's token is, and where Meta gives it. */
const TOKENS = {
  messenger: "A user token with pages_show_list, pages_messaging and pages_manage_metadata (Graph API Explorer, or a system user in Business Settings), or the Page's own token. One of hours is exchanged for one that lasts.",
  instagram: "The same as for Messenger with instagram_basic and instagram_manage_messages, for the Page that the account is linked to; or the token that the App Dashboard generates under Instagram, API setup.",
  whatsapp: "A system user's token with whatsapp_business_messaging and whatsapp_business_management (Business Settings, System users). The one of the App Dashboard lasts 24 hours.",
};

/** @param {HTMLElement} place */
export async function show(place) {
  const [apps, bots] = await Promise.all([get("/meta-apps"), get("/bots")]);
  const found = make("div");
  place.replaceChildren(section("Connect an account", form(apps, bots, found)), found);
}

/**
 * @param {MetaApp[]} apps
 * @param {{id: string, name: string}[]} bots
 * @param {HTMLElement} found
 */
function form(apps, bots, found) {
  const channel = choice(Object.entries(CHANNELS));
  const app = choice([...apps.map((one) => [one.id, `App ${one.meta_app_id}`]), ["", "Another app\u2026"]]);
  const appId = make("input", { type: "text", inputmode: "numeric", autocomplete: "off" });
  const secret = make("input", { type: "password", autocomplete: "off" });
  const another = make("div", { class: "fields" }, labelled("App ID", appId, "App Dashboard, Settings, Basic."), labelled("App secret", secret));
  const token = make("input", { type: "password", autocomplete: "off", spellcheck: "false" });
  const hint = soft("");
  const business = make("input", { type: "text", inputmode: "numeric", autocomplete: "off" });
  const pin = make("input", { type: "password", inputmode: "numeric", autocomplete: "off" });
  const number = make("div", { class: "fields" }, labelled("WhatsApp business account's id", business, "Only when the token does not say."), labelled("Two-step verification PIN", pin, "Only for a number that is not registered yet."));
  const bot = choice([["", "People answer"], ...bots.map((one) => [one.id, one.name])]);
  const which = make("select", {});
  const whichField = labelled("Which", which);
  const { line, say, complain } = outcome();
  const follow = () => {
    another.hidden = app.value !== "";
    number.hidden = channel.value !== "whatsapp";
    hint.textContent = TOKENS[/** @type {keyof typeof TOKENS} */ (channel.value)];
    forget();
  };
  const forget = () => {
    which.replaceChildren();
    whichField.hidden = true;
  };
  channel.addEventListener("change", follow);
  app.addEventListener("change", follow);
  token.addEventListener("input", forget);
  follow();
  const connect = busyButton("Connect", "primary", async () => {
    found.replaceChildren();
    try {
      if (app.value === "") {
        /** @type {MetaApp} */
        const added = await post("/meta-apps", { meta_app_id: appId.value.trim(), secret: secret.value.trim() });
        app.prepend(make("option", { value: added.id }, `App ${added.meta_app_id}`));
        app.value = added.id;
        another.hidden = true;
      }
      say("Asking Meta\u2026");
      /** @type {Made} */
      const made = await post("/accounts", {
        app_id: app.value, channel: channel.value, token: token.value.trim(), pin: pin.value.trim() || null,
        business_id: business.value.trim() || null, asset: which.value || null, bot_id: bot.value || null,
      });
      if (made.choices.length > 0) {
        which.replaceChildren(...made.choices.map(({ id, name }) => make("option", { value: id }, `${name} (${id})`)));
        whichField.hidden = false;
        return say("The token reaches several. Choose one, then connect again.");
      }
      found.replaceChildren(findingList(made.findings));
      if (!made.account_id) return say("Not connected yet. What to do is said below.");
      token.value = "";
      say("Connected.");
      found.append(tryOut(made.account_id));
      await sync.readAccounts();
    } catch (error) {
      complain(error);
    }
  });
  return make("div", { class: "fields" }, labelled("Channel", channel), labelled("Meta app", app), another, labelled("Access token", token), hint, number, labelled("Who answers first", bot), whichField, connect, line);
}

/** @param {string[][]} options */
function choice(options) {
  return make("select", {}, ...options.map(([value = "", title = ""]) => make("option", { value }, title)));
}

/** @param {string} account */
function tryOut(account) {
  const to = make("input", { type: "text", autocomplete: "off" });
  const { line, say, complain } = outcome();
  const result = make("div");
  const send = busyButton("Send a test", "plain", async () => {
    try {
      /** @type {Made} */
      const made = await post(`/accounts/${account}/test`, { to: to.value.trim() });
      say("");
      result.replaceChildren(findingList(made.findings));
    } catch (error) {
      complain(error);
    }
  });
  const open = make("a", { href: `#admin/accounts/${account}` }, "Open the account");
  return section("Try it", soft("Write to the account from a phone: the conversation appears in the list. Or send a line to somebody who wrote to it today."), labelled("To: PSID, IGSID or phone number", to), send, line, result, open);
}
