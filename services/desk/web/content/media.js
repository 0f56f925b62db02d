// Pictures, films, sounds and files: our copy where we have one, else where they are on the web.

/**
 * @typedef {import("../types.js").FileInfo} FileInfo
 * @typedef {import("../types.js").Media} Media
 */

import { make } from "../dom.js";
import { size } from "../format.js";
import { aside, link, picture, showable, text } from "./words.js";

/** @type {Record<Media["kind"], string>} */
const NOUNS = { image: "Image", video: "Video", audio: "Voice message", file: "File", sticker: "Sticker" };

/**
 * @param {Media} media
 * @param {FileInfo | null} file
 * @returns {Node[]}
 */
export function media(media, file) {
  const parts = [file ? ours(media, file) : shown(media, showable(media.url))];
  if (media.caption) parts.push(text(media.caption));
  return parts;
}

/**
 * @param {Media} media
 * @param {FileInfo} file
 */
function ours(media, file) {
  const noun = NOUNS[media.kind];
  switch (file.state) {
    case "wanted":
      return aside(`${noun}: it is being fetched from Meta\u2026`);
    case "failed":
      return aside(`${noun}: it could not be had. ${file.reason ?? ""}`.trim());
    case "stored":
      return stored(media, file);
  }
}

/**
 * @param {Media} media
 * @param {FileInfo} file
 */
function stored(media, file) {
  const src = `/api/v1/media/${file.id}`;
  if (media.kind !== "file") return shown(media, src);
  const name = file.filename || media.filename || "File";
  const words = file.size === null ? name : `${name} (${size(file.size)})`;
  return make("a", { href: src, download: name, class: "file" }, words);
}

/**
 * @param {Media} media
 * @param {string | null} src
 */
function shown(media, src) {
  const noun = NOUNS[media.kind];
  if (!src) return aside(`${noun}: it cannot be shown here. Open the conversation in Meta's inbox to see it.`);
  const gone = `${noun}: it is no longer available.`;
  switch (media.kind) {
    case "image":
    case "sticker": {
      const image = picture(src, media.caption || media.filename || noun, gone);
      image.className = media.kind;
      return image;
    }
    case "video":
    case "audio":
      return player(media, src, gone);
    case "file":
      return link(src, media.filename || "Open the file");
  }
}

/**
 * @param {Media} media
 * @param {string} src
 * @param {string} gone
 */
function player(media, src, gone) {
  const tag = media.kind === "video" ? "video" : "audio";
  const player = make(tag, { src, controls: "", preload: "metadata", "aria-label": NOUNS[media.kind] });
  player.addEventListener("error", () => player.replaceWith(aside(gone)));
  return player;
}
