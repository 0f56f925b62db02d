// What people are told of by e-mail who did not choose, and how mailing them goes.

/**
 * @typedef {import("../kit/notifications.js").Choice} Choice
 * @typedef {{on: boolean, choice: Choice, words: boolean,
 *   refused: {user_id: string, address: string, because: string}[]}} Defaults
 * @typedef {{id: string, user_id: string, state: "sending" | "sent" | "refused" | "uncertain",
 *   conversations: number, answer: string, at: number}} Mail
 */

import { Problem, get, post, put } from "../api.js";
import { make } from "../dom.js";
import { clear, complain as complainAt } from "../fields.js";
import { moment } from "../format.js";
import { form } from "../kit/notifications.js";
import { agentName } from "../state.js";
import { busyButton, chip, outcome, section, soft, table } from "./parts.js";

/** @type {Record<Mail["state"], ["good" | "warn" | "bad" | "plain", string]>} */
const STATES = {
  sending: ["plain", "Being sent"],
  sent: ["good", "Sent"],
  refused: ["bad", "Refused"],
  uncertain: ["warn", "May not have arrived"],
};

/** @param {HTMLElement} place */
export async function show(place) {
  const [defaults, mails, teams] = await Promise.all([get("/notifications/defaults"), get("/notifications/mails"), get("/teams")]);
  const again = () => show(place);
  place.replaceChildren(server(defaults, again), usual(defaults, teams), sent(mails));
}

/**
 * @param {Defaults} defaults
 * @param {() => Promise<void>} again
 */
function server({ on, refused }, again) {
  if (!on) return section("Notifications by e-mail", chip("plain", "Off"), soft("There are no mails: the operator has set no mail server (mail.url)."));
  const { line, say, complain } = outcome();
  const test = async (/** @type {string | null} */ user_id) => {
    try {
      const { taken, answer } = await post("/notifications/test", { user_id });
      if (taken) say(`The mail server has it: ${answer}`);
      else complain(answer);
      if (taken && user_id) await again();
    } catch (error) {
      complain(error);
    }
  };
  const rows = refused.map((one) => [agentName(one.user_id), one.address, one.because, busyButton("Try again", "small", () => test(one.user_id))]);
  const bad = rows.length === 0 ? [] : [soft("The mail server refuses these addresses. Nothing is sent there until a test mail arrives."), table("Refused addresses", ["Who", "Address", "Why", ""], rows)];
  return section("Notifications by e-mail", chip("good", "On"), ...bad, busyButton("Send me a test mail", "plain", () => test(null)), line);
}

/**
 * @param {Defaults} defaults
 * @param {{id: string, name: string}[]} teams
 */
function usual({ choice, words }, teams) {
  const { elements, read } = form(choice, teams);
  const { line, say, complain } = outcome();
  const quoted = make("input", { type: "checkbox" });
  quoted.checked = words;
  const save = make("button", { type: "submit", class: "primary" }, "Save");
  const fields = make("form", { class: "fields" }, ...elements, make("label", { class: "check" }, quoted, " Mails may repeat what customers wrote"), save, line);
  fields.addEventListener("submit", async (event) => {
    event.preventDefault();
    save.disabled = true;
    clear(fields);
    try {
      await put("/notifications/defaults", { choice: read(), words: quoted.checked });
      say("Saved.");
    } catch (error) {
      // The fields are those of the choice, here as in everybody's own.
      if (error instanceof Problem) error.field = error.field.replace(/^choice\./, "");
      complainAt(fields, error, complain);
    } finally {
      save.disabled = false;
    }
  });
  return section("For all who did not choose", soft("Everybody can choose for themselves, by the envelope at the top of the page."), fields);
}

/** @param {Mail[]} mails */
function sent(mails) {
  if (mails.length === 0) return section("The latest mails", soft("There are none."));
  const rows = mails.map((one) => [moment(one.at), agentName(one.user_id), chip(...STATES[one.state]), String(one.conversations), one.answer]);
  return section("The latest mails", table("The latest mails", ["When", "To", "State", "Conversations", "What the server said"], rows));
}
