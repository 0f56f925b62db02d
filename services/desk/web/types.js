// What the API gives, for the type checker; nothing of this is loaded by the page.

/**
 * @typedef {"online" | "busy" | "away" | "offline"} Presence
 * @typedef {"bot" | "waiting" | "agent" | "resolved"} Status
 * @typedef {"messenger" | "instagram" | "whatsapp"} Channel
 * @typedef {"mine" | "waiting" | "bot" | "all" | "resolved"} TabName
 */

/**
 * @typedef {object} Me
 * @property {string} id
 * @property {string} name
 * @property {string} email
 * @property {"agent" | "supervisor" | "admin"} role
 * @property {Presence} chosen_presence
 * @property {string} csrf
 */

/**
 * @typedef {object} Contact
 * @property {string | null} name
 * @property {string | null} username
 * @property {string | null} phone
 * @property {string | null} platform_id
 */

/**
 * @typedef {object} Conversation
 * @property {string} id
 * @property {string} account_id
 * @property {string} account_name
 * @property {Channel} channel
 * @property {Contact} contact
 * @property {Status} status
 * @property {string | null} agent_id
 * @property {string | null} team_id
 * @property {number} revision
 * @property {number} unread
 * @property {string} preview
 * @property {number} last_message_at
 * @property {{open: boolean, closes_at: number | null, reason: string | null}} window
 */

/**
 * @typedef {object} ConversationPage
 * @property {Conversation[]} conversations
 * @property {string | null} next
 */

/**
 * @typedef {{kind: "customer" | "bot" | "system" | "agent" | "elsewhere", id?: string}} Author
 * @typedef {"received" | "pending" | "uncertain" | "sent" | "delivered" | "read" | "failed"} Fate
 * @typedef {{action: "reply" | "link", title: string, payload?: string, url?: string}} Button
 */

/**
 * @typedef {{type: "text", text: string}
 *   | {type: "media", kind: "image" | "video" | "audio" | "file" | "sticker", url: string | null,
 *      caption: string | null, filename: string | null}
 *   | {type: "prompt", text: string, buttons: Button[]}
 *   | {type: "choice", title: string, payload: string}
 *   | {type: "location", latitude: number, longitude: number, name: string | null,
 *      address: string | null}
 *   | {type: "reaction", target: string, emoji: string | null}
 *   | {type: "unsupported", kind: string}} Content
 */

/**
 * @typedef {object} Message
 * @property {string} id
 * @property {number} seq
 * @property {Author} author
 * @property {Content} content
 * @property {Fate} status
 * @property {string | null} reason
 * @property {number} at
 */

/**
 * @typedef {object} Agent
 * @property {string} id
 * @property {string} name
 * @property {Presence} presence
 * @property {number} load
 * @property {number} capacity
 */

/**
 * @typedef {object} Account
 * @property {string} id
 * @property {string} name
 * @property {string | null} bot_id
 * @property {{sending: boolean, reason: string | null}} health
 */

/**
 * @typedef {{type: "conversation", id: string, revision: number} | {type: "agents"}
 *   | {type: "resync"}} Hint
 */

export {};
