// Times and names as people read them.

/**
 * @typedef {import("./types.js").Contact} Contact
 * @typedef {import("./types.js").Conversation} Conversation
 * @typedef {import("./types.js").Channel} Channel
 * @typedef {import("./types.js").Presence} Presence
 * @typedef {import("./types.js").Priority} Priority
 * @typedef {import("./types.js").Status} Status
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** @type {Record<Channel, string>} */
export const CHANNELS = { messenger: "Messenger", instagram: "Instagram", whatsapp: "WhatsApp" };

/** @type {Record<Status, string>} */
export const STATUSES = {
  bot: "With the bot",
  waiting: "Waiting for an agent",
  agent: "With an agent",
  snoozed: "Put aside",
  resolved: "Resolved",
};

/** @type {Record<Presence, string>} */
export const PRESENCES = { online: "online", busy: "busy", away: "away", offline: "offline" };

/** @type {Record<Priority, string>} */
export const PRIORITIES = { low: "Low", normal: "Normal", high: "High", urgent: "Urgent" };

/**
 * Who the customer is, as far as known.
 * @param {{contact: Contact}} of
 */
export function nameOf({ contact }) {
  if (contact.given_name) return contact.given_name;
  if (contact.name) return contact.name;
  if (contact.username) return `@${contact.username}`;
  if (contact.phone) return `+${contact.phone}`;
  return contact.platform_id ? `Customer \u2026${contact.platform_id.slice(-4)}` : "Customer";
}

/**
 * How long ago, short: "now", "5 min", "3 h", "Tue", "4 Mar".
 * @param {number} at
 * @param {number} [now]
 */
export function ago(at, now = Date.now()) {
  const age = now - at;
  if (age < MINUTE) return "now";
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min`;
  if (age < DAY) return `${Math.floor(age / HOUR)} h`;
  const date = new Date(at);
  if (age < 6 * DAY) return date.toLocaleDateString(undefined, { weekday: "short" });
  return date.toLocaleDateString(undefined, { day: "numeric", month: "short" });
}

/**
 * A length of time: "5 d 3 h", "3 h 20 min", "12 min", "less than a minute".
 * @param {number} time
 */
export function span(time) {
  const days = Math.floor(time / DAY);
  const hours = Math.floor((time % DAY) / HOUR);
  const minutes = Math.floor((time % HOUR) / MINUTE);
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min` : "less than a minute";
}

/**
 * How a conversation waits: "12 min, place 3"; empty where it does not.
 * @param {Conversation} conversation
 * @param {number} [now]
 */
export function wait({ waiting }, now = Date.now()) {
  return waiting ? `${span(Math.max(0, now - waiting.since))}, place ${waiting.place}` : "";
}

/** @param {number} at */
export function clock(at) {
  return new Date(at).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
}

/** @param {number} at */
export function day(at) {
  return new Date(at).toLocaleDateString(undefined, { weekday: "long", day: "numeric", month: "long" });
}

/** @param {number} at */
export function shortDay(at) {
  return new Date(at).toLocaleDateString(undefined, { weekday: "short", day: "numeric", month: "short" });
}

/** @param {number} at */
export function moment(at) {
  return new Date(at).toLocaleString();
}

/**
 * The size of a file: "312 KB", "4.2 MB".
 * @param {number} bytes
 */
export function size(bytes) {
  const kilobytes = Math.max(1, Math.round(bytes / 1024));
  return kilobytes < 1024 ? `${kilobytes} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
