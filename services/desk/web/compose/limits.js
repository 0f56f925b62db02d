// What each channel takes, as the API says.

/**
 * @typedef {import("../types.js").Channel} Channel
 * @typedef {import("../types.js").ChannelInfo} ChannelInfo
 * @typedef {import("../types.js").Limit} Limit
 */

import { get } from "../api.js";

/** @type {Map<Channel, ChannelInfo>} */
let channels = new Map();

/** Reads them; they change only with the desk itself. */
export async function read() {
  /** @type {ChannelInfo[]} */
  const all = await get("/channels");
  channels = new Map(all.map((one) => [one.channel, one]));
}

/** @param {Channel} channel */
export function of(channel) {
  return channels.get(channel) ?? null;
}

/**
 * Whether people can send such content there.
 * @param {Channel} channel
 * @param {string} kind as content is tagged
 */
export function shows(channel, kind) {
  return of(channel)?.shows[kind] === "native";
}

/**
 * How long a text is, in the limit's unit.
 * @param {string} text
 * @param {Limit} limit
 */
export function lengthOf(text, limit) {
  return limit.unit === "bytes" ? new TextEncoder().encode(text).length : [...text].length;
}

/**
 * What to show beside a text: nothing while there is much room.
 * @param {string} text
 * @param {Limit | undefined} limit
 * @returns {{words: string, over: boolean}}
 */
export function counter(text, limit) {
  if (!limit) return { words: "", over: false };
  const length = lengthOf(text, limit);
  const over = length > limit.most;
  return { words: length > limit.most * 0.8 ? `${length} of ${limit.most}` : "", over };
}
