// Work that many ask for and that is done once for all of them.

/** How long requests are gathered before the work begins. Milliseconds. */
const GATHER = 100;

/**
 * Gives a function that asks for the work: soon, never twice at once, and not again before the gap
 * is over. Whoever asks during the work gets it done once more.
 * @param {() => Promise<void>} work
 * @param {() => number} gap between two beginnings, in milliseconds
 * @returns {() => void}
 */
export function paced(work, gap) {
  let timer = 0;
  let running = false;
  let again = false;
  let last = 0;

  function ask() {
    if (running) again = true;
    else if (!timer) timer = window.setTimeout(run, Math.max(GATHER, last + gap() - Date.now()));
  }

  async function run() {
    timer = 0;
    running = true;
    last = Date.now();
    await work();
    running = false;
    if (!again) return;
    again = false;
    ask();
  }

  return ask;
}
