// Small helpers over the DOM. Text enters the page only through textContent.

/**
 * The element of that id; the page is broken without it.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function byId(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`phone.html has no ${type.name} #${id}`);
  return found;
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {string} [className]
 * @param {string} [content]
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(tag, className, content) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (content !== undefined) node.textContent = content;
  return node;
}

/**
 * @param {string} className
 * @param {string} title
 * @param {() => void} onTap
 */
export function button(className, title, onTap) {
  const node = element("button", className, title);
  node.type = "button";
  node.addEventListener("click", onTap);
  return node;
}

/**
 * What messages name may only be on the web, on this simulator, or a phone number.
 * @param {string | undefined} url
 */
export const isSafe = (url) => /^(https?:\/\/|\/|tel:\+?[0-9]+$)/i.test(url ?? "");

/**
 * @param {string | undefined} url
 * @param {string} label
 * @param {string} [className]
 */
export function link(url, label, className) {
  const node = element("a", className, label);
  if (url !== undefined && isSafe(url)) node.href = url;
  node.target = "_blank";
  node.rel = "noopener noreferrer";
  return node;
}

/** @param {unknown} error */
export const reason = (error) => (error instanceof Error ? error.message : String(error));
