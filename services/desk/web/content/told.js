// What customers tell beside words: places, people, orders, answers, shared things, ads.

/**
 * @typedef {import("../types.js").Content} Content
 * @typedef {import("../types.js").OrderItem} OrderItem
 * @typedef {import("../types.js").Person} Person
 * @typedef {import("../types.js").Referral} Referral
 */

import { make } from "../dom.js";
import { aside, facts, link, picture, safe, showable, text } from "./words.js";

/** @param {Extract<Content, {type: "location"}>} place */
export function location({ latitude, longitude, name, address }) {
  const where = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  const words = [name, address].filter(Boolean).join("\n");
  const query = encodeURIComponent(`${latitude},${longitude}`);
  const map = link(`https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}&query=${query}#map=17/${latitude}/${longitude}`, "Show on a map");
  return [make("p", { class: "label" }, "Location"), ...(words ? [text(words)] : []), make("p", { class: "soft" }, `${where} \u00b7 `, map)];
}

/** @param {Person[]} people */
export function contacts(people) {
  return people.map((person) => {
    const card = make("div", { class: "person" }, make("p", { class: "offer-title" }, person.name || "No name"));
    card.append(
      facts([
        ["Works at", person.organisation],
        ...person.phones.map((phone) => /** @type {[string, string]} */ ([phone.kind ?? "Phone", phone.number])),
        ...person.emails.map((email) => /** @type {[string, string]} */ (["E-mail", email])),
        ...person.urls.map((url) => /** @type {[string, Node]} */ (["Page", link(url, url)])),
        ...person.addresses.map((address) => /** @type {[string, string]} */ (["Address", address])),
        ["Birthday", person.birthday],
      ]),
    );
    return card;
  });
}

/** @param {Extract<Content, {type: "order"}>} order */
export function order({ items, note }) {
  const head = make("tr", {}, ...["Product", "Number", "Price"].map((name) => make("th", { scope: "col" }, name)));
  const body = make("tbody");
  for (const item of items) {
    const name = item.name ? `${item.name} (${item.product})` : item.product;
    const price = item.price ? money(item.price, item.currency) : "\u2013";
    body.append(make("tr", {}, make("td", {}, name), make("td", {}, item.quantity), make("td", {}, price)));
  }
  const table = make("table", { class: "order" }, make("caption", {}, "Order"), make("thead", {}, head), body);
  const total = totalOf(items);
  if (total) table.append(make("tfoot", {}, make("tr", {}, make("th", { scope: "row", colspan: "2" }, "Total"), make("td", {}, total))));
  return [make("div", { class: "sideways", tabindex: "0" }, table), ...(note ? [text(note)] : [])];
}

/**
 * The sum, where all lines have a price in one currency.
 * @param {OrderItem[]} items
 */
function totalOf(items) {
  const currency = items[0]?.currency ?? null;
  const sums = items.map((item) => (item.currency === currency && item.price ? Number(item.price) * Number(item.quantity) : NaN));
  const total = sums.reduce((sum, one) => sum + one, 0);
  return items.length > 0 && Number.isFinite(total) ? money(String(total), currency) : null;
}

/**
 * @param {string} amount
 * @param {string | null} currency
 */
function money(amount, currency) {
  const value = Number(amount);
  if (!currency || !/^[A-Z]{3}$/.test(currency) || !Number.isFinite(value)) return [amount, currency].filter(Boolean).join(" ");
  return new Intl.NumberFormat(undefined, { style: "currency", currency }).format(value);
}

/** @type {Record<string, string>} */
const FORMS = {
  flow: "Answers to a form",
  customer_information: "Their details",
  feedback: "Their feedback",
  lead: "Answers to a lead form",
};

/** @param {Extract<Content, {type: "form"}>} form */
export function form({ kind, name, answers }) {
  const title = [FORMS[kind] ?? "Answers to a form", name].filter(Boolean).join(": ");
  const told = facts(answers.map(({ name, value }) => [name, value || "\u2013"]));
  return [make("p", { class: "label" }, title), told];
}

/** @type {Record<Extract<Content, {type: "share"}>["kind"], string>} */
const SHARES = {
  post: "Shared a post",
  reel: "Shared a reel",
  story_mention: "Mentioned you in a story",
  product: "Shared a product",
  link: "Shared a link",
};

/** @param {Extract<Content, {type: "share"}>} share */
export function share({ kind, title, url }) {
  const parts = [make("p", { class: "label" }, SHARES[kind])];
  if (title) parts.push(text(title));
  if (safe(url)) parts.push(make("p", {}, link(url, kind === "story_mention" ? "Open the story" : "Open")));
  if (kind === "story_mention") parts.push(aside("A story can be seen for 24 hours."));
  return parts;
}

/**
 * Where a customer came from.
 * @param {Referral} referral
 */
export function referral(referral) {
  const { title, body, url, image_url, ad_id, source, reference, product_id } = referral;
  const isAd = ad_id !== null || /^ads?$/i.test(source ?? "");
  const box = make("div", { class: "referral" }, make("p", { class: "label" }, isAd ? "Came from an ad" : "Came through a link"));
  const src = showable(image_url);
  if (src) box.append(picture(src, title || "Picture of the ad", "The picture of the ad is gone."));
  if (title) box.append(make("p", { class: "offer-title" }, title));
  if (body) box.append(make("p", { class: "soft" }, body));
  box.append(facts([["Source", source], ["Link's mark", reference], ["Ad", ad_id], ["Product", product_id]]));
  if (safe(url)) box.append(link(url, "Open"));
  return box;
}
