// A message in one line, where it is quoted.

/**
 * @typedef {import("../types.js").Content} Content
 */

/** @param {Content} content */
export function lineOf(content) {
  switch (content.type) {
    case "text":
    case "prompt":
    case "quick_replies":
    case "list":
    case "flow":
    case "location_request":
    case "notice":
    case "note":
      return content.text;
    case "template":
      return content.text || content.name;
    case "choice":
      return content.title;
    case "media":
      return content.caption || content.filename || content.kind;
    case "cards":
      return content.cards[0]?.title ?? "Cards";
    case "location":
      return content.name ?? "Location";
    case "contacts":
      return content.people[0]?.name ?? "Contact";
    case "order":
      return content.note || "Order";
    default:
      return "This message";
  }
}
