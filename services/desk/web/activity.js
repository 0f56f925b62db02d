// Whether somebody is before this page: keys, pointer, touch, and the page coming to the front.

/** What is told no more often. Milliseconds. */
const PACE = 2_000;

const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"];

/** When somebody last did something here. */
let last = performance.now();
let told = -PACE;

/**
 * Begins to tell.
 * @param {() => void} tell
 */
export function start(tell) {
  function act() {
    last = performance.now();
    if (last - told < PACE) return;
    told = last;
    tell();
  }
  for (const sign of SIGNS) document.addEventListener(sign, act, { capture: true, passive: true });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") act();
  });
}

/** For how long nobody has done anything here. Seconds. */
export function idle() {
  return Math.floor((performance.now() - last) / 1_000);
}
