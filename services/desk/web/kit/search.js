// Above the list: the search, and the lists that were saved.

/**
 * @typedef {import("../types.js").SavedView} SavedView
 */

import { del, get, post, wordsOf } from "../api.js";
import * as dialogs from "../dialog.js";
import { labelled } from "../dialog.js";
import { byId, make } from "../dom.js";
import { menuButton } from "../menu.js";
import { onChange, set, state } from "../state.js";
import * as sync from "../sync.js";
import { VIEWS } from "./sla.js";

/** How long after the last key the search begins. Milliseconds. */
const PAUSE = 300;

const field = byId("search", HTMLInputElement);
const views = byId("views", HTMLSelectElement);

let timer = 0;
/** @type {string | null} */
let shown = null;

/** Begins to listen. */
export function start() {
  field.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => sync.search(field.value.trim()), PAUSE);
  });
  views.addEventListener("change", () => {
    sync.look([...VIEWS, ...state.views].find((view) => view.id === views.value) ?? null);
    render();
  });
  views.after(menuButton("\u22ef", deeds, "The list as a view"));
  onChange(render);
}

/** Reads the views that there are. */
export async function read() {
  set({ views: await get("/views") });
}

function render() {
  if (field.value.trim() !== state.search && document.activeElement !== field) field.value = state.search;
  const now = [state.view?.id, ...state.views.map(({ id, name }) => id + name)].join(" ");
  if (now !== shown) {
    shown = now;
    const fixed = VIEWS.map(({ id, name }) => make("option", { value: id }, name));
    const all = state.views.map(({ id, name, shared }) => make("option", { value: id }, shared ? name : `${name} (mine)`));
    views.replaceChildren(make("option", { value: "" }, "Views\u2026"), ...fixed, ...all);
  }
  views.value = state.view?.id ?? "";
}

/** What can be done with what is listed. */
function deeds() {
  const own = state.views.find(({ id }) => id === state.view?.id);
  const keep = { title: "Save what is listed\u2026", act: save };
  return own ? [keep, { title: `Remove the view ${own.name}\u2026`, act: () => drop(own) }] : [keep];
}

function save() {
  const name = make("input", { type: "text", required: "", maxlength: "200", autocomplete: "off" });
  const shared = make("input", { type: "checkbox" });
  const error = make("p", { class: "error", role: "alert" });
  const submit = make("button", { type: "submit", class: "primary" }, "Save");
  const form = make("form", { class: "fields" }, labelled("Name of the view", name));
  if (state.me?.role !== "agent") form.append(make("label", { class: "check" }, shared, " Everybody sees it"));
  form.append(error, submit);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const made = await post("/views", { name: name.value, query: sync.query(), shared: shared.checked });
      await read();
      dialog.close();
      sync.look(made);
    } catch (problem) {
      error.textContent = wordsOf(problem);
    }
  });
  const dialog = dialogs.open("Save what is listed", form);
  name.focus();
}

/** @param {SavedView} view */
async function drop(view) {
  if (!window.confirm(`Remove the view ${view.name}${view.shared ? " for everybody" : ""}?`)) return;
  try {
    await del(`/views/${view.id}`);
    sync.look(null);
    await read();
  } catch (problem) {
    sync.complainOf(problem);
  }
}
