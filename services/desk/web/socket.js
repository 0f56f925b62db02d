// The WebSocket that brings hints. It connects again by itself, and goes on where it was: with the
// last cursor that it heard, it hears which conversations changed meanwhile.

/**
 * @typedef {import("./types.js").Hint} Hint
 */

import { idle } from "./activity.js";

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;

const ACTIVE = JSON.stringify({ type: "active" });

/** The code with which the server says that the session has ended (RFC 6455, policy). */
const SESSION_ENDED = 1008;

/**
 * @typedef {object} Listener
 * @property {(resumed: boolean) => void} connected all that changed until now was told, if it went
 *   on where it was; else everything is to be read
 * @property {() => void} disconnected
 * @property {() => void} sessionEnded
 * @property {(hint: Hint) => void} hint
 */

/**
 * Connects, for ever.
 * @param {Listener} listener
 * @returns {{end: () => void, active: () => void}} ends it; tells that somebody is there
 */
export function connect(listener) {
  let wait = FIRST_WAIT;
  let ended = false;
  let timer = 0;
  /** Where it is; empty: nowhere yet. */
  let cursor = "";
  /** Whether it goes on where it was. */
  let resumes = false;
  /** Whether all until now was told. */
  let ready = false;
  /** @type {WebSocket | null} */
  let socket = null;

  function open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const after = cursor ? `&after=${encodeURIComponent(cursor)}` : "";
    resumes = cursor !== "";
    ready = false;
    socket = new WebSocket(`${scheme}://${location.host}/api/v1/ws?idle_seconds=${idle()}${after}`);
    socket.onmessage = (event) => hear(JSON.parse(String(event.data)));
    socket.onclose = (event) => {
      if (ended) return;
      if (event.code === SESSION_ENDED) return listener.sessionEnded();
      listener.disconnected();
      // Spread out: after a restart all pages come back at once.
      timer = window.setTimeout(open, wait * (0.5 + Math.random()));
      wait = Math.min(wait * 2, LONGEST_WAIT);
    };
  }

  /** @param {Hint} hint */
  function hear(hint) {
    if ("cursor" in hint) cursor = hint.cursor;
    if (hint.type === "resync" && !ready) resumes = false;
    else if (hint.type !== "ready") listener.hint(hint);
    else {
      ready = true;
      wait = FIRST_WAIT;
      listener.connected(resumes);
    }
  }

  function hurry() {
    if (ended || socket?.readyState === WebSocket.OPEN || socket?.readyState === WebSocket.CONNECTING) return;
    window.clearTimeout(timer);
    open();
  }

  open();
  window.addEventListener("online", hurry);
  return {
    end() {
      ended = true;
      window.clearTimeout(timer);
      window.removeEventListener("online", hurry);
      socket?.close();
    },
    active() {
      if (socket?.readyState === WebSocket.OPEN) socket.send(ACTIVE);
    },
  };
}
