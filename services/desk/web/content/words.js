// Words and links of customers: text stays text, and only web addresses become links.

import { make } from "../dom.js";

/** A web address in running text, without the full stop after it. */
const ADDRESS = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]}']/gi;

/**
 * Only addresses that a browser should follow.
 * @param {string | null | undefined} url
 * @returns {string | null}
 */
export function safe(url) {
  return url && /^https?:\/\//i.test(url) ? url : null;
}

/**
 * Only addresses that the page's security policy lets it show.
 * @param {string | null | undefined} url
 * @returns {string | null}
 */
export function showable(url) {
  return url && /^(https:\/\/|\/api\/)/i.test(url) ? url : null;
}

/**
 * A link to somewhere else, or its words where the address is none.
 * @param {string | null | undefined} url
 * @param {string} words
 */
export function link(url, words) {
  const href = safe(url);
  if (!href) return make("span", {}, words);
  return make("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, words);
}

/** @param {string} words */
export function text(words) {
  const paragraph = make("p", { class: "text" });
  let from = 0;
  for (const found of words.matchAll(ADDRESS)) {
    const address = found[0] ?? "";
    const index = found.index ?? from;
    paragraph.append(words.slice(from, index), link(address, address));
    from = index + address.length;
  }
  paragraph.append(words.slice(from));
  return paragraph;
}

/**
 * A line that is not the writer's own words.
 * @param {string} words
 */
export function aside(words) {
  return make("p", { class: "aside" }, words);
}

/**
 * Names with values.
 * @param {[name: string, value: Node | string | null | undefined][]} pairs those without a value are left out
 */
export function facts(pairs) {
  const list = make("dl", { class: "facts" });
  for (const [name, value] of pairs) {
    if (value) list.append(make("dt", {}, name), make("dd", {}, value));
  }
  return list;
}

/**
 * A picture from the web that may be gone by now.
 * @param {string} src
 * @param {string} alt
 * @param {string} gone what is said in its place
 */
export function picture(src, alt, gone) {
  const image = make("img", { src, alt, loading: "lazy", referrerpolicy: "no-referrer" });
  image.addEventListener("error", () => image.replaceWith(aside(gone)));
  return image;
}
