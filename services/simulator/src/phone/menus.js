// The menu of a message, the menu of things to send, and the message that is answered.

import { act, channel, sample, say, upload } from "./conversation.js";
import { button, byId, element, reason } from "./dom.js";
import { reaction } from "./message.js";
import { choice, close, form, open, place } from "./sheet.js";

/** @typedef {import("./types.js").Message} Message */

/** @type {[emoji: string, name: string][]} Meta's names. */
const reactions = [
  ["\u2764\ufe0f", "love"],
  ["\ud83d\ude06", "smile"],
  ["\ud83d\ude2e", "wow"],
  ["\ud83d\ude22", "sad"],
  ["\ud83d\ude20", "angry"],
  ["\ud83d\udc4d", "like"],
];

const answering = byId("answering", HTMLElement);
const answered = byId("answered", HTMLElement);
const file = byId("file", HTMLInputElement);
const text = byId("text", HTMLInputElement);

/** @type {string | undefined} */
let replyTo;

/**
 * What an act carries when a message is being answered; then it is no longer.
 * @returns {{reply_to?: string}}
 */
export function takeReply() {
  const id = replyTo;
  forget();
  return id === undefined ? {} : { reply_to: id };
}

/** Answers no message any more. */
export function forget() {
  replyTo = undefined;
  answering.hidden = true;
}

/** @param {Message} message */
function answer(message) {
  replyTo = message.id;
  answered.textContent = message.text ?? message.kind;
  answering.hidden = false;
  text.focus();
}

/** @param {Message} message */
function edit(message) {
  const fields = [{ name: "text", label: "Message", value: message.text ?? "" }];
  const body = form("Save", fields, ({ text: changed }) => {
    const id = channel() === "whatsapp" ? { message_id: message.id } : { mid: message.id };
    act({ edit: { ...id, text: changed } });
  });
  open("Edit the message", body);
}

/** @param {Message} message */
export function more(message) {
  const row = element("div", "reactions");
  for (const [emoji, name] of reactions) {
    const node = button("plain", emoji, () => {
      close();
      act(reaction(message, emoji, name));
    });
    node.setAttribute("aria-label", `React with ${name}`);
    row.append(node);
  }
  const choices = [choice("Reply", () => answer(message))];
  if (message.reaction) {
    choices.push(choice("Take the reaction away", () => act(reaction(message, "", ""))));
  }
  if (message.from === "customer") {
    if (message.kind === "text") choices.push(choice("Edit", () => edit(message)));
    choices.push(choice("Remove for everyone", () => act({ unsend: message.id })));
  }
  open("Message", row, ...choices);
}

/** What a phone can send beside text. */
function attach() {
  /** @param {string} kind */
  const sends = (kind) => async () => act({ [kind]: { url: await sample() }, ...takeReply() });
  const choices = [
    choice("Picture", sends("image")),
    choice("File from this device", () => file.click()),
    choice("Location", () => open("Location", place())),
  ];
  if (channel() === "messenger") choices.push(choice("Thumbs up", sends("sticker")));
  if (channel() === "instagram") {
    choices.push(choice("Heart", () => act({ like_heart: true })));
    choices.push(choice("Mention in a story", sends("story_mention")));
  }
  if (channel() === "whatsapp") {
    choices.push(choice("Sticker", sends("sticker")));
    const contact = { name: { formatted_name: "Al Smith", first_name: "Al" }, phones: [{ phone: "+15550100", type: "CELL" }] };
    choices.push(choice("Contact", () => act({ contacts: [contact] })));
  }
  choices.push(choice("Something that cannot be shown", () => act({ unsupported: { type: "poll" } })));
  open("Send", ...choices);
}

/** @param {string} type */
function kindOf(type) {
  const kind = type.split("/")[0] ?? "";
  if (["image", "video", "audio"].includes(kind)) return kind;
  return channel() === "whatsapp" ? "document" : "file";
}

file.addEventListener("change", async () => {
  const chosen = file.files?.[0];
  file.value = "";
  if (!chosen) return;
  try {
    const url = await upload(chosen);
    const body = { url, mime_type: chosen.type, filename: chosen.name };
    const kind = kindOf(chosen.type);
    await act({ [kind]: channel() === "whatsapp" ? body : { url }, ...takeReply() });
  } catch (error) {
    say(reason(error));
  }
});
byId("attach", HTMLButtonElement).addEventListener("click", attach);
byId("no-answer", HTMLButtonElement).addEventListener("click", forget);
