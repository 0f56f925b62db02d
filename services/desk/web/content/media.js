// Pictures, films, sounds and files.

/**
 * @typedef {import("../types.js").Media} Media
 */

import { make } from "../dom.js";
import { aside, link, picture, showable, text } from "./words.js";

/** @type {Record<Media["kind"], string>} */
const NOUNS = { image: "Image", video: "Video", audio: "Voice message", file: "File", sticker: "Sticker" };

/**
 * @param {Media} media
 * @returns {Node[]}
 */
export function media(media) {
  const parts = [shown(media)];
  if (media.caption) parts.push(text(media.caption));
  return parts;
}

/** @param {Media} media */
function shown(media) {
  const src = showable(media.url);
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
