// Reports: a range of time, its numbers, and how they differ. What each means: docs/REPORTS.md.

/**
 * @typedef {import("../types.js").ReportLine} Line
 * @typedef {import("../types.js").ReportTimes} Times
 * @typedef {{lines: Line[]}} Report
 * @typedef {{reasons: {reason: string, count: number, share: number}[]}} HandOffs
 */

import { get } from "../api.js";
import { labelled } from "../dialog.js";
import { make } from "../dom.js";
import { bars } from "./chart.js";
import { outcome, section, soft, table } from "./parts.js";

const DAY = 24 * 60 * 60_000;

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** @type {Record<string, string>} */
const REASONS = {
  asked: "The customer asked for a person",
  bot_unsure: "The bot did not know what to answer",
  bot_failed: "The bot failed",
  bot_silent: "The bot did not answer in time",
  no_bot: "The account has no bot",
  transferred: "An agent sent it to a team",
};

/** @type {[string, string][]} of the tables below: what the lines differ by */
const TABLES = [["agents", "Agents"], ["teams", "Teams"], ["accounts", "Accounts"], ["channels", "Channels"], ["labels", "Labels"]];

/** Counts what was asked: an answer that comes late is dropped. */
let asked = 0;

/** @param {HTMLElement} place */
export async function show(place) {
  const [teams, labels] = await Promise.all([get("/teams"), get("/labels")]);
  const from = dateField(new Date(Date.now() - 29 * DAY));
  const until = dateField(new Date());
  const team = choice("All teams", teams);
  const label = choice("All labels", labels);
  const { line, say, complain } = outcome();
  const results = make("div");
  const submit = make("button", { type: "submit", class: "primary" }, "Show");
  const fields = [labelled("From", from), labelled("Until", until), labelled("Team", team), labelled("Label", label), submit];
  const form = make("form", { class: "report-form" }, ...fields);
  const read = async () => {
    const number = ++asked;
    say("Reading\u2026");
    try {
      const parts = await sections(query(from, until, team, label));
      if (number !== asked) return;
      results.replaceChildren(...parts);
      say("");
    } catch (error) {
      if (number === asked) complain(error);
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    read();
  });
  const about = soft(`Whole days in your time zone, ${ZONE}. Times are of people: what the bot does by itself is not in them.`);
  place.replaceChildren(section("Reports", about, form, line), results);
  await read();
}

/** @param {Date} date */
function dateField(date) {
  const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
  const value = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return make("input", { type: "date", required: "", value });
}

/**
 * @param {string} all
 * @param {{id: string, name: string}[]} known
 */
function choice(all, known) {
  const options = known.map(({ id, name }) => make("option", { value: id }, name));
  return make("select", {}, make("option", { value: "" }, all), ...options);
}

/**
 * The days that were chosen, both of them whole.
 * @param {HTMLInputElement} from
 * @param {HTMLInputElement} until
 * @param {HTMLSelectElement} team
 * @param {HTMLSelectElement} label
 */
function query(from, until, team, label) {
  const end = new Date(`${until.value}T00:00`);
  end.setDate(end.getDate() + 1);
  const wanted = new URLSearchParams({ from: String(new Date(`${from.value}T00:00`).getTime()), until: String(end.getTime()), zone: ZONE });
  if (team.value) wanted.set("team", team.value);
  if (label.value) wanted.set("label", label.value);
  return wanted.toString();
}

/** @param {string} query */
async function sections(query) {
  /** @param {string} name */
  const report = (name) => get(`/reports/${name}?${query}`);
  const names = ["overview", "days", "hours", "handoffs", ...TABLES.map(([name]) => name)];
  const [overview, days, hours, handoffs, ...tables] = await Promise.all(names.map(report));
  /** @param {string} name */
  const csv = (name) => make("a", { href: `/api/v1/reports/${name}?${query}&format=csv`, download: "" }, "Export as CSV");
  return [
    section("Overview", summary(overview.lines[0]), csv("overview")),
    section("Days", ...over(days, "day"), csv("days")),
    section("Hours of the day", ...over(hours, "hour"), csv("hours")),
    section("Why people were asked", ...reasons(handoffs), csv("handoffs")),
    ...tables.map((one, at) => section(TABLES[at]?.[1] ?? "", ...compared(one, TABLES[at]?.[1] ?? ""), csv(TABLES[at]?.[0] ?? ""))),
  ];
}

/** @param {Line} line */
function summary(line) {
  const { messages, satisfaction } = line;
  const counts = [
    ["Conversations begun for the first time", line.begun],
    ["Begun again", line.begun_again],
    ["Handed to people", line.handed_off],
    ["Resolved by people", line.resolved_by_people],
    ["Resolved by the bot with no person", line.resolved_by_bot],
    ["The bot's share of what was resolved", percent(line.containment)],
    ["Messages from customers", messages.customers],
    ["Messages from bots", messages.bots],
    ["Messages from agents", messages.agents],
    ["Promises broken", line.breaches],
    ["Customers who said how it went", `${satisfaction.answered} of ${satisfaction.asked} asked`],
    ["What they said, of 1 to 5", satisfaction.mean === null ? "\u2013" : satisfaction.mean.toFixed(2)],
    ["Of them satisfied: 4 or 5", percent(satisfaction.satisfied)],
  ];
  const numbers = table("Counts", ["What", "How many"], counts.map(([name, count]) => [String(name), String(count)]));
  /** @type {[string, Times][]} */
  const times = [["First response", line.first_response], ["Next response", line.next_response], ["Resolution", line.resolution], ["In the line", line.line]];
  const columns = ["Time", "How many", "Median", "9 in 10 within", "Mean", "Median in hours", "Promise kept"];
  const rows = times.map(([name, { count, wall, open, attainment }]) => {
    const spread = [time(wall?.median), time(wall?.p90), time(wall?.mean), time(open?.median)];
    return [name, String(count), ...spread, percent(attainment)];
  });
  return make("div", { class: "sideways" }, numbers, table("Times", columns, rows));
}

/**
 * @param {Report} report
 * @param {string} unit
 */
function over({ lines }, unit) {
  const places = lines.map(({ name }) => (unit === "day" ? name.slice(5) : name));
  const series = [
    { name: "begun", values: lines.map(({ begun, begun_again }) => begun + begun_again) },
    { name: "handed to people", values: lines.map(({ handed_off }) => handed_off) },
    { name: "resolved", values: lines.map(({ resolved_by_people, resolved_by_bot }) => resolved_by_people + resolved_by_bot) },
  ];
  const title = `Conversations by ${unit}: begun, handed to people, resolved. The table below has the numbers.`;
  const legend = series.map(({ name }, at) => make("span", { class: `legend series-${at}` }, name));
  const numbers = table(`By ${unit}`, [unit === "day" ? "Day" : "Hour", "Begun", "Handed to people", "Resolved", "Messages from customers", "First response, median"], lines.map(row));
  const details = make("details", { class: "sideways" }, make("summary", {}, "The numbers as a table"), numbers);
  return [bars(title, places, series), make("p", { class: "legends", "aria-hidden": "true" }, ...legend), details];
}

/** @param {Line} line */
function row(line) {
  const resolved = line.resolved_by_people + line.resolved_by_bot;
  const counts = [line.begun + line.begun_again, line.handed_off, resolved, line.messages.customers];
  return [line.name, ...counts.map(String), time(line.first_response.wall?.median)];
}

/** @param {HandOffs} handoffs */
function reasons({ reasons }) {
  if (reasons.length === 0) return [soft("Nobody was asked in this time.")];
  const rows = reasons.map(({ reason, count, share }) => [REASONS[reason] ?? reason, String(count), percent(share)]);
  return [table("Why people were asked", ["Why", "How many", "Share"], rows)];
}

/**
 * @param {Report} report
 * @param {string} title
 */
function compared({ lines }, title) {
  if (lines.length === 0) return [soft("Nothing in this time.")];
  const columns = ["", "Begun", "Handed to people", "Resolved", "Answers", "First response, median", "9 in 10 within", "Promise kept", "Messages by agents", "Satisfied"];
  const rows = lines.map((line) => {
    const { wall, attainment, count } = line.first_response;
    const resolved = line.resolved_by_people + line.resolved_by_bot;
    const counts = [line.begun + line.begun_again, line.handed_off, resolved, count + line.next_response.count];
    return [line.name, ...counts.map(String), time(wall?.median), time(wall?.p90), percent(attainment), String(line.messages.agents), percent(line.satisfaction.satisfied)];
  });
  return [table(title, columns, rows)];
}

/** @param {number | null | undefined} share */
function percent(share) {
  return share === null || share === undefined ? "\u2013" : `${Math.round(share * 100)} %`;
}

/** @param {number | undefined} seconds */
function time(seconds) {
  if (seconds === undefined) return "\u2013";
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
}
