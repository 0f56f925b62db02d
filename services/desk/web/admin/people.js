// People: who works here, what they may do, and who may not come in any more.

/**
 * @typedef {import("../types.js").Team} Team
 * @typedef {"agent" | "supervisor" | "admin"} Role
 * @typedef {{id: string, email: string, name: string, role: Role, active: boolean}} User
 */

import { get, post, put } from "../api.js";
import { labelled } from "../dialog.js";
import { make } from "../dom.js";
import { state } from "../state.js";
import { edit } from "./edit.js";
import { busyButton, chip, outcome, section, soft, table } from "./parts.js";

/** @type {Record<Role, string>} */
const ROLES = {
  agent: "Agent: answers customers",
  supervisor: "Supervisor: also sees and directs what the others do",
  admin: "Administrator: also manages people and connections",
};

const SECRET = { type: "password", required: "", minlength: "10", autocomplete: "new-password" };

/** @param {HTMLElement} place */
export async function show(place) {
  /** @type {[User[], Team[]]} */
  const [people, teams] = await Promise.all([get("/users"), get("/teams")]);
  const again = () => show(place);
  const { line, complain } = outcome();
  const rows = people.map((one) => {
    const [role = ""] = ROLES[one.role].split(":");
    const name = one.id === state.me?.id ? `${one.name} (you)` : one.name;
    const stands = one.active ? chip("good", "Active") : chip("plain", "Locked out");
    return [name, one.email, role, stands, buttons(one, again, complain)];
  });
  const words = soft("Who is locked out is logged out at once, their keys stop, and after the grace their conversations go back to the line. What they wrote stays under their name.");
  const add = busyButton("Add a person\u2026", "plain", async () => addPerson(teams, again));
  place.replaceChildren(section("People", words, table("People", ["Name", "E-mail address", "Role", "", ""], rows), line, add));
}

/**
 * @param {User} user
 * @param {() => Promise<void>} again
 * @param {(error: unknown) => void} complain
 */
function buttons(user, again, complain) {
  const change = busyButton("Change\u2026", "small", async () => changePerson(user, again));
  change.setAttribute("aria-label", `Change ${user.name}`);
  const password = busyButton("New password\u2026", "small", async () => newPassword(user, again));
  password.setAttribute("aria-label", `Give ${user.name} a new password`);
  const lock = busyButton(user.active ? "Lock out" : "Let in", "small", async () => {
    if (user.active && !window.confirm(`Lock ${user.name} out? They are logged out at once.`)) return;
    try {
      await put(`/users/${user.id}`, particulars(user, { active: !user.active }));
      await again();
    } catch (error) {
      complain(error);
    }
  });
  lock.setAttribute("aria-label", user.active ? `Lock ${user.name} out` : `Let ${user.name} in`);
  return make("span", { class: "control-row" }, change, password, lock);
}

/**
 * What is kept of a user, with what changes.
 * @param {User} user
 * @param {Partial<User>} changes
 */
function particulars({ email, name, role, active }, changes) {
  return { email, name, role, active, ...changes };
}

/** @param {User | null} user */
function fields(user) {
  const name = make("input", { type: "text", required: "", maxlength: "200", autocomplete: "off", value: user?.name ?? "", "data-field": "name" });
  const email = make("input", { type: "email", required: "", maxlength: "200", autocomplete: "off", value: user?.email ?? "", "data-field": "email" });
  const role = make("select", { "data-field": "role" }, ...Object.entries(ROLES).map(([value, words]) => make("option", { value }, words)));
  role.value = user?.role ?? "agent";
  const rows = [labelled("Name", name, "As colleagues see it, and customers where a text has it."), labelled("E-mail address", email, "What they log in with."), labelled("Role", role)];
  const read = () => ({ name: name.value, email: email.value, role: /** @type {Role} */ (role.value) });
  return { rows, read };
}

/**
 * @param {User} user
 * @param {() => Promise<void>} again
 */
function changePerson(user, again) {
  const { rows, read } = fields(user);
  edit(`Change ${user.name}`, rows, () => put(`/users/${user.id}`, particulars(user, read())), again);
}

/**
 * @param {Team[]} teams
 * @param {() => Promise<void>} again
 */
function addPerson(teams, again) {
  const { rows, read } = fields(null);
  const password = make("input", { ...SECRET, "data-field": "password" });
  const boxes = teams.map((team) => ({ team, box: make("input", { type: "checkbox", ...(teams.length === 1 ? { checked: "" } : {}) }) }));
  const choice = make("fieldset", {}, make("legend", {}, "Teams"), ...boxes.map(({ team, box }) => make("label", { class: "check" }, box, ` ${team.name}`)));
  // Said once: whoever presses Save again after a team failed adds nobody twice.
  /** @type {string | null} */
  let added = null;
  const save = async () => {
    added ??= /** @type {string} */ ((await post("/users", { ...read(), password: password.value })).id);
    for (const { team, box } of boxes) {
      if (box.checked) await put(`/teams/${team.id}/members/${added}`, undefined);
    }
  };
  edit("A new person", [...rows, labelled("First password", password, "10 characters at least. They can change it themselves."), choice], save, again);
}

/**
 * @param {User} user
 * @param {() => Promise<void>} again
 */
function newPassword({ id, name }, again) {
  const password = make("input", { ...SECRET, "data-field": "password" });
  edit(`A new password for ${name}`, [labelled("Password", password, "10 characters at least. They are logged out everywhere.")], () => put(`/users/${id}/password`, { password: password.value }), again);
}
