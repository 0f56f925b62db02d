// Who answers the customers of an account, and what that takes.

/**
 * @typedef {import("../types.js").Priority} Priority
 * @typedef {import("../types.js").Team} Team
 * @typedef {{team_id: string, priority: Priority, language: string | null, skills: string[],
 *   block_at_meta: boolean | null}} Answering
 */

import { get, put } from "../api.js";
import { labelled } from "../dialog.js";
import { make } from "../dom.js";
import * as fields from "../fields.js";
import { PRIORITIES } from "../format.js";
import { list, outcome, section, soft, words } from "./parts.js";

/** @param {string} account */
export async function part(account) {
  const path = `/accounts/${account}/settings`;
  /** @type {[Answering, Team[]]} */
  const [now, teams] = await Promise.all([get(path), get("/teams")]);
  const team = make("select", { "data-field": "team_id" }, ...teams.map(({ id, name }) => make("option", { value: id }, name)));
  team.value = now.team_id;
  const priority = make("select", { "data-field": "priority" }, ...Object.entries(PRIORITIES).map(([value, name]) => make("option", { value }, name)));
  priority.value = now.priority;
  const language = make("input", { type: "text", maxlength: "35", value: now.language ?? "", "data-field": "language" });
  const skills = make("input", { type: "text", value: list(now.skills), "data-field": "skills" });
  const blocks = make("input", { type: "checkbox", "data-field": "block_at_meta" });
  blocks.checked = now.block_at_meta === true;
  // Only WhatsApp has a list.
  const listed = now.block_at_meta === null ? [] : [labelled("WhatsApp blocks whom agents block", blocks, "What they write then does not arrive here at all, and is not kept.")];
  const { line, say, complain } = outcome();
  const submit = make("button", { type: "submit", class: "primary" }, "Save");
  const form = make("form", { class: "fields" }, labelled("Team", team), labelled("Priority", priority, "Unless an agent says otherwise."), labelled("Language of its customers", language, "Like de. Empty: anybody can answer."), labelled("Skills that it takes", skills, "Separated by commas. Only an agent with all of them is given a conversation."), ...listed, submit, line);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    fields.clear(form);
    say("");
    try {
      const body = { team_id: team.value, priority: priority.value, language: language.value.trim() || null, skills: words(skills.value), block_at_meta: now.block_at_meta === null ? null : blocks.checked };
      await put(path, body);
      say("Saved. It holds for who begins to wait from now on.");
    } catch (error) {
      fields.complain(form, error, complain);
    } finally {
      submit.disabled = false;
    }
  });
  return section("Who answers", soft("When a person is wanted, customers of this account wait in the line of this team."), form);
}
