// What the control interface answers, for the type checker; the page loads nothing of this.

/**
 * @typedef {"messenger" | "instagram" | "whatsapp"} Channel
 * @typedef {Record<string, unknown>} Act the body of a customer's act
 */

/**
 * @typedef {object} Customer
 * @property {string} id
 * @property {string} name
 */

/**
 * @typedef {object} Account
 * @property {string} id
 * @property {Channel} channel
 * @property {string} name
 * @property {string} phone
 * @property {Customer[]} customers
 */

/**
 * @typedef {object} Attachment
 * @property {string} kind
 * @property {string} [url]
 * @property {string} [title]
 */

/**
 * @typedef {object} Button
 * @property {string} title
 * @property {Act} [tap] what a tap posts
 * @property {string} [url] what a tap opens
 * @property {string} [login] the URL of a Log In button
 */

/**
 * @typedef {object} Card
 * @property {string} title
 * @property {string} [subtitle]
 * @property {string} [image]
 * @property {Button[]} [buttons]
 */

/**
 * @typedef {object} Row
 * @property {string} title
 * @property {string} [description]
 * @property {Act} tap
 */

/**
 * What opens over the conversation.
 * @typedef {object} Sheet
 * @property {"list" | "flow" | "location"} kind
 * @property {string} title
 * @property {{title: string, rows: Row[]}[]} [sections] of a list
 * @property {string | null} [token] of a flow
 * @property {string} [reply_to] of a flow
 */

/**
 * @typedef {object} Message
 * @property {string} id
 * @property {"customer" | "business"} from
 * @property {number} at milliseconds since 1970
 * @property {"sent" | "delivered" | "read" | "failed"} status
 * @property {string} kind
 * @property {string} [persona] the name that the business wrote as
 * @property {string} [text]
 * @property {Attachment[]} [attachments]
 * @property {Button[]} [buttons]
 * @property {Card[]} [cards]
 * @property {Sheet} [sheet]
 * @property {Button[]} [quick_replies]
 * @property {string} [reply_to]
 * @property {string} [reaction]
 * @property {boolean} [deleted]
 * @property {{num_edit?: number} | null} content the message as it was posted
 */

export {};
