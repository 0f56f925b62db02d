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
  if (!(found instanceof type)) throw new Error(`index.html has no ${type.name} #${id}`);
  return found;
}

/**
 * Makes an element.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children strings become text
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/**
 * Lets arrow keys move the focus among elements; the others leave the tab order.
 * @param {KeyboardEvent} event
 * @param {HTMLElement[]} elements
 * @param {string} back
 * @param {string} forth
 * @returns {HTMLElement | null} what got the focus
 */
export function rove(event, elements, back, forth) {
  const keys = [back, forth, "Home", "End"];
  if (!keys.includes(event.key) || elements.length === 0) return null;
  event.preventDefault();
  const now = elements.findIndex((element) => element === document.activeElement);
  const last = elements.length - 1;
  const wanted = { [back]: Math.max(now - 1, 0), [forth]: Math.min(now + 1, last), Home: 0, End: last };
  const target = elements[wanted[event.key] ?? 0] ?? null;
  target?.focus();
  return target;
}
