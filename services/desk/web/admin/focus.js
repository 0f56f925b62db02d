// Pages are drawn anew when something was changed. Who works by keyboard stays where they were.

const FOCUSABLE = "a[href], button, input, select, textarea, [tabindex]";

/**
 * Puts the focus back when what had it is drawn anew: on what is called the same, else on the place.
 * @param {HTMLElement} place
 */
export function keep(place) {
  place.tabIndex = -1;
  /** @type {{element: Element, name: string, number: number} | null} */
  let last = null;
  place.addEventListener("focusin", ({ target }) => {
    if (!(target instanceof HTMLElement) || target === place) return;
    const name = nameOf(target);
    last = { element: target, name, number: called(place, name).indexOf(target) };
  });
  // Whoever points elsewhere has left.
  document.addEventListener("pointerdown", () => {
    last = null;
  }, { capture: true });
  new MutationObserver(() => {
    const active = document.activeElement ?? document.body;
    if (!last || last.element.isConnected || (active !== document.body && active !== place)) return;
    const same = called(place, last.name);
    (same[Math.min(last.number, same.length - 1)] ?? place).focus({ preventScroll: same.length === 0 });
  }).observe(place, { childList: true, subtree: true });
}

/**
 * @param {HTMLElement} place
 * @param {string} name
 */
function called(place, name) {
  const all = /** @type {HTMLElement[]} */ ([...place.querySelectorAll(FOCUSABLE)]);
  return all.filter((one) => nameOf(one) === name);
}

/** @param {HTMLElement} element */
function nameOf(element) {
  const label = element.getAttribute("aria-label") ?? element.closest("label")?.textContent ?? element.textContent;
  return `${element.tagName} ${label?.trim()}`;
}
