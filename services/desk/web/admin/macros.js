// Macros, as a form: what is said, what it is sorted by, and what happens then.

/**
 * @typedef {import("../types.js").Label} Label
 * @typedef {import("../types.js").Macro} Macro
 */

import { post, put } from "../api.js";
import { labelled } from "../dialog.js";
import { make } from "../dom.js";
import { changing, edit } from "./edit.js";
import { busyButton, section, soft, table } from "./parts.js";

/** @type {[string, string][]} what happens at the end */
const ENDS = [
  ["", "nothing more"],
  ["resolve", "resolve it"],
  ["unassign", "back to the waiting line"],
  ["return_to_bot", "return it to the bot"],
  ["assign", "take it"],
  ["snooze", "put it aside"],
];

/** @type {Record<string, string>} */
const WORDS = { reply: "replies", note: "writes a note", label: "labels", unlabel: "takes labels away", resolve: "resolves", snooze: "puts it aside", unassign: "back to waiting", return_to_bot: "back to the bot", assign: "assigns", reopen: "reopens", transfer: "transfers", priority: "sets the priority" };

/**
 * @param {Macro[]} all
 * @param {Label[]} labels
 * @param {() => Promise<void>} again
 */
export function macroSection(all, labels, again) {
  const rows = all.map((one) => [one.name, one.steps.map((step) => WORDS[step.do] ?? step.do).join(", then "), changing(() => change(one, labels, again), `/macros/${one.id}`, one.name, again)]);
  const none = all.length === 0 ? [soft("There are none. Agents run one with a click: a reply, a label and the end of a conversation, say.")] : [table("Macros", ["Name", "What it does", ""], rows)];
  return section("Macros", ...none, busyButton("Add a macro\u2026", "plain", async () => change(null, labels, again)));
}

/**
 * @param {Macro | null} of
 * @param {Label[]} labels
 * @param {() => Promise<void>} again
 */
function change(of, labels, again) {
  const step = (/** @type {string} */ kind) => of?.steps.find((one) => one.do === kind);
  const name = make("input", { type: "text", required: "", maxlength: "200", value: of?.name ?? "" });
  const reply = make("textarea", { rows: "3", maxlength: "4096" }, step("reply")?.["text"] ?? "");
  const note = make("textarea", { rows: "2", maxlength: "4096" }, step("note")?.["text"] ?? "");
  const worn = make("div", { class: "label-choices", role: "group", "aria-label": "Labels" });
  for (const label of labels) {
    const box = make("input", { type: "checkbox", value: label.id });
    box.checked = (step("label")?.["label_ids"] ?? []).includes(label.id);
    worn.append(make("label", { class: "check" }, box, ` ${label.name}`));
  }
  const end = make("select", {}, ...ENDS.map(([value, words]) => make("option", { value }, words)));
  end.value = ENDS.find(([kind]) => kind && step(kind))?.[0] ?? "";
  const hours = make("input", { type: "number", min: "1", max: "8784", value: String((step("snooze")?.["for_minutes"] ?? 1_440) / 60) });
  const fields = [labelled("Name", name), labelled("Reply to the customer", reply), labelled("Note for colleagues", note), worn, labelled("Then", end), labelled("Hours aside", hours, "If it is put aside.")];
  const body = () => {
    const ids = [...worn.querySelectorAll("input")].filter((one) => one.checked).map((one) => one.value);
    const steps = [
      ...(reply.value.trim() ? [{ do: "reply", text: reply.value.trim() }] : []),
      ...(note.value.trim() ? [{ do: "note", text: note.value.trim() }] : []),
      ...(ids.length > 0 ? [{ do: "label", label_ids: ids }] : []),
      ...(end.value === "snooze" ? [{ do: "snooze", for_minutes: Math.round(Number(hours.value) * 60) }] : []),
      ...(end.value && end.value !== "snooze" ? [{ do: end.value }] : []),
    ];
    return { name: name.value, steps };
  };
  const save = () => (of ? put(`/macros/${of.id}`, body()) : post("/macros", body()));
  edit(of ? "Change the macro" : "A new macro", fields, save, again);
}
