// Above the list: the search, and the lists that were saved.

/**
 * @typedef {import("../types.js").SavedView} SavedView
 */

import { del, get, post, wordsOf } from "../api.js";
import * as dialogs from "../dialog.js";
import { labelled } from "../dialog.js";
import { byId, make } from "../dom.js";
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
    const chosen = views.value;
    if (chosen === "save") save();
    else if (chosen === "drop") drop();
    else sync.look([...VIEWS, ...state.views].find((view) => view.id === chosen) ?? null);
    render();
  });
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
    const save = make("option", { value: "save" }, "Save what is listed\u2026");
    const drop = make("option", { value: "drop" }, "Remove this view");
    drop.disabled = !state.views.some(({ id }) => id === state.view?.id);
    views.replaceChildren(make("option", { value: "" }, "Views\u2026"), ...fixed, ...all, save, drop);
  }
  views.value = state.view?.id ?? "";
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

async function drop() {
  const view = state.view;
  if (!view) return;
  try {
    await del(`/views/${view.id}`);
    sync.look(null);
    await read();
  } catch (problem) {
    sync.complainOf(problem);
  }
}
