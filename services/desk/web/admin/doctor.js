// Looks at everything and tells what is wrong, with the evidence and the remedy.

/**
 * @typedef {"ok" | "skipped" | "warning" | "failed"} Verdict
 * @typedef {{check: string, subject: string, verdict: Verdict, evidence: string,
 *   remedy: string | null}} Finding
 */

import { post } from "../api.js";
import { make } from "../dom.js";
import { errand } from "./errand.js";
import { busyButton, chip, outcome, section, soft } from "./parts.js";

/** @type {Record<Verdict, ["good" | "plain" | "warn" | "bad", string]>} */
const VERDICTS = { failed: ["bad", "Failed"], warning: ["warn", "Warning"], skipped: ["plain", "Not checked"], ok: ["good", "Well"] };

const ORDER = /** @type {Verdict[]} */ (["failed", "warning", "skipped", "ok"]);

/**
 * @param {HTMLElement} place
 * @param {string | null} account only this one
 */
export async function show(place, account) {
  const { line, say, complain } = outcome();
  const found = make("div");
  const run = busyButton("Examine", "primary", async () => {
    found.replaceChildren();
    try {
      const { errand_id } = await post("/doctor", { account_id: account });
      const { findings } = await errand(errand_id, (seconds) => say(`Looking\u2026 ${seconds} s`));
      say(summary(findings));
      found.replaceChildren(...report(findings));
    } catch (error) {
      complain(error);
    }
  });
  const what = account ? "Looks at this account's token, app, webhooks and number." : "Looks at the installation and at every account: tokens, app, webhooks, numbers, queue and store.";
  place.replaceChildren(section("Doctor", soft(what), run, line), found);
}

/** @param {Finding[]} findings */
function summary(findings) {
  const failed = findings.filter((one) => one.verdict === "failed").length;
  const warned = findings.filter((one) => one.verdict === "warning").length;
  if (failed + warned === 0) return `All is well: ${findings.length} checks.`;
  return `${findings.length} checks: ${failed} failed, ${warned} warnings.`;
}

/** @param {Finding[]} findings */
function report(findings) {
  const sorted = [...findings].sort((one, other) => ORDER.indexOf(one.verdict) - ORDER.indexOf(other.verdict));
  const list = findingList(sorted);
  const { line, say, complain } = outcome();
  const copy = busyButton("Copy as text", "plain", async () => {
    try {
      await navigator.clipboard.writeText(asText(sorted));
      say("Copied.");
    } catch (error) {
      complain(error);
    }
  });
  return [list, copy, line];
}

/** @param {Finding[]} findings */
export function findingList(findings) {
  return make("ul", { class: "findings" }, ...findings.map(item));
}

/** @param {Finding} finding */
function item({ subject, verdict, evidence, remedy }) {
  const [tone, word] = VERDICTS[verdict];
  const item = make("li", { class: `finding ${verdict}` }, make("p", {}, chip(tone, word), make("strong", {}, ` ${subject}`)), make("p", {}, evidence));
  if (remedy) item.append(make("p", { class: "remedy" }, `What to do: ${remedy}`));
  return item;
}

/**
 * For a ticket or an e-mail.
 * @param {Finding[]} findings
 */
export function asText(findings) {
  const lines = findings.map(({ subject, verdict, evidence, remedy }) => {
    const head = `[${VERDICTS[verdict][1].toUpperCase()}] ${subject}: ${evidence}`;
    return remedy ? `${head}\n    What to do: ${remedy}` : head;
  });
  return `${lines.join("\n")}\n`;
}
