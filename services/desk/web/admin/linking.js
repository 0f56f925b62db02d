// How a Messenger account asks its customers who they are.

/**
 * @typedef {{kind: "http", url: string} | {kind: "oidc", issuer: string, client_id: string,
 *   scopes: string, customer_claim: string, name_claim: string}} Method
 * @typedef {{log_in: string, linked: string, unlinked: string}} Texts
 * @typedef {object} Settings
 * @property {boolean} enabled
 * @property {Method | null} method
 * @property {Texts} texts
 * @property {string} page_url
 * @property {string} redirect_uri
 * @property {string} [new_secret]
 */

import { del, get, put } from "../api.js";
import { facts } from "../content/words.js";
import { labelled } from "../dialog.js";
import { make } from "../dom.js";
import { busyButton, chip, outcome, section, soft } from "./parts.js";

/** @param {string} account */
export async function part(account) {
  const place = section("Account linking");
  draw(place, account, await get(`/accounts/${account}/linking`));
  return place;
}

/**
 * @param {HTMLElement} place
 * @param {string} account
 * @param {Settings} settings
 */
function draw(place, account, settings) {
  const { line, complain } = outcome();
  const path = `/accounts/${account}/linking`;
  const fields = form(settings);
  const save = busyButton(settings.enabled ? "Save" : "Switch on", "primary", async () => {
    try {
      draw(place, account, await put(path, fields.read()));
    } catch (error) {
      complain(error);
    }
  });
  const off = busyButton("Switch off", "danger", async () => {
    try {
      await del(path);
      draw(place, account, await get(path));
    } catch (error) {
      complain(error);
    }
  });
  const addresses = facts([["Log-in page", settings.page_url], ["Redirect address", settings.redirect_uri]]);
  place.replaceChildren(
    make("h3", {}, "Account linking"),
    settings.enabled ? chip("good", "On") : chip("plain", "Off"),
    soft("Customers log in to the business from Messenger, so that agents see their customer number."),
    addresses,
    ...secret(settings.new_secret),
    ...fields.elements,
    make("div", { class: "control-row" }, save, ...(settings.enabled ? [off] : [])),
    line,
  );
}

/** @param {string | undefined} made */
function secret(made) {
  if (!made) return [];
  return [make("p", { class: "once", role: "status" }, "The endpoint's signing secret, shown this once: ", make("code", {}, made))];
}

/** @param {Settings} settings */
function form({ method, texts }) {
  const kind = make("select", {}, make("option", { value: "http" }, "Our own endpoint"), make("option", { value: "oidc" }, "OpenID Connect"));
  kind.value = method?.kind ?? "http";
  const known = /** @type {Record<string, string>} */ ({ scopes: "profile", customer_claim: "sub", name_claim: "name", ...method });
  const input = (/** @type {string} */ name, type = "text") => {
    const field = make("input", { type, name, autocomplete: "off" });
    field.value = known[name] ?? "";
    return field;
  };
  const http = { url: input("url", "url") };
  const oidc = { issuer: input("issuer", "url"), client_id: input("client_id"), scopes: input("scopes"), customer_claim: input("customer_claim"), name_claim: input("name_claim") };
  const ofHttp = make("div", { class: "fields" }, labelled("Address that checks name and password", http.url));
  const ofOidc = make("div", { class: "fields" });
  ofOidc.append(labelled("Issuer", oidc.issuer), labelled("Client id", oidc.client_id), labelled("Scopes beside openid", oidc.scopes));
  ofOidc.append(labelled("Claim with the customer number", oidc.customer_claim), labelled("Claim with the name", oidc.name_claim));
  const secret = make("input", { type: "password", autocomplete: "off" });
  const words = /** @type {(keyof Texts)[]} */ (["log_in", "linked", "unlinked"]).map((name) => {
    const field = make("textarea", { rows: "2" });
    field.value = texts[name];
    return /** @type {const} */ ([name, field]);
  });
  const turn = () => {
    ofHttp.hidden = kind.value !== "http";
    ofOidc.hidden = kind.value !== "oidc";
  };
  kind.addEventListener("change", turn);
  turn();
  const titles = { log_in: "Above the log-in button", linked: "After they logged in", unlinked: "After they logged out" };
  const all = make("div", { class: "fields" }, labelled("Who knows the customers", kind), ofHttp, ofOidc);
  all.append(labelled("Secret", secret, "Empty: the one before stays."), ...words.map(([name, field]) => labelled(titles[name], field)));
  return {
    elements: [all],
    read() {
      const of = kind.value === "http" ? http : oidc;
      const values = Object.fromEntries(Object.entries(of).map(([name, field]) => [name, field.value.trim()]));
      const texts = Object.fromEntries(words.map(([name, field]) => [name, field.value]));
      return { method: { kind: kind.value, ...values }, secret: secret.value || null, texts };
    },
  };
}
