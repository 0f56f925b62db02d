// What the API gives, for the type checker; nothing of this is loaded by the page.

/**
 * @typedef {"online" | "busy" | "away" | "offline"} Presence
 * @typedef {"low" | "normal" | "high" | "urgent"} Priority
 * @typedef {"bot" | "waiting" | "agent" | "snoozed" | "resolved"} Status
 * @typedef {"messenger" | "instagram" | "whatsapp"} Channel
 * @typedef {"mine" | "snoozed" | "waiting" | "bot" | "all" | "resolved"} TabName
 */

/**
 * @typedef {object} Me
 * @property {string} id
 * @property {string} name
 * @property {string} email
 * @property {"agent" | "supervisor" | "admin"} role
 * @property {string[]} team_ids
 * @property {Presence} chosen_presence
 * @property {string} csrf
 */

/**
 * @typedef {object} Contact
 * @property {string} id
 * @property {string | null} given_name as agents call them
 * @property {string | null} name as they call themselves
 * @property {string | null} username
 * @property {string | null} phone
 * @property {string | null} platform_id
 * @property {string | null} customer_number
 * @property {string | null} customer_name
 * @property {number | null} linked_at
 * @property {string | null} person_id contacts with the same are one person
 */

/**
 * @typedef {{by: string, at: number, reason: string}} Block
 * @typedef {Contact & {account_id: string, account_name: string, channel: Channel,
 *   conversation_id: string, blocked: Block | null, last_message_at: number}} ListedContact
 * @typedef {ListedContact & {identities: {kind: string, value: string}[],
 *   attributes: Record<string, string>, conversations: Conversation[],
 *   overruled: {contact_id: string, name: string, value: string}[]}} PersonPage
 */

/**
 * @typedef {object} Thread
 * @property {"ours" | "elsewhere"} is
 * @property {string | null} app
 * @property {string | null} app_name
 * @property {number | null} since
 */

/**
 * @typedef {object} Window
 * @property {boolean} open
 * @property {number | null} closes_at
 * @property {number | null} standard_closes_at
 * @property {"response" | "human_agent" | "template" | null} label
 * @property {boolean} only_template
 * @property {string | null} reason
 * @property {string | null} next_step
 */

/**
 * @typedef {object} Conversation
 * @property {string} id
 * @property {string} account_id
 * @property {string} account_name
 * @property {Channel} channel
 * @property {Contact} contact
 * @property {Block | null} blocked
 * @property {Status} status
 * @property {number | null} snoozed_until
 * @property {string | null} agent_id
 * @property {string | null} team_id
 * @property {number} revision
 * @property {number} unread
 * @property {string} preview
 * @property {number} last_message_at
 * @property {string[]} label_ids
 * @property {Priority} priority
 * @property {{since: number, place: number} | null} waiting
 * @property {{reason: "asked" | "bot_unsure" | "bot_failed" | "bot_silent" | "no_bot" | "returned" | "transferred",
 *   summary: string | null, by: string | null} | null} [hand_off] not in lists
 * @property {Window} window
 * @property {Thread} thread
 * @property {{target: "first_response" | "next_response" | "resolution", due_at: number,
 *   soon_at: number} | null} sla
 */

/**
 * @typedef {object} ConversationPage
 * @property {Conversation[]} conversations
 * @property {string | null} next
 */

/**
 * @typedef {{kind: "customer" | "bot" | "system" | "agent" | "elsewhere", id?: string}} Author
 * @typedef {"received" | "pending" | "uncertain" | "sent" | "delivered" | "read" | "failed"} Fate
 */

/**
 * @typedef {{action: "reply", title: string, payload: string}
 *   | {action: "link", title: string, url: string}
 *   | {action: "call", title: string, phone: string}
 *   | {action: "log_in", url: string | null} | {action: "log_out"}} Button
 * @typedef {{asks: "choice", title: string, payload: string, image_url: string | null}
 *   | {asks: "phone"} | {asks: "email"}} QuickReply
 * @typedef {{title: string, description: string | null, payload: string}} Row
 * @typedef {{title: string | null, rows: Row[]}} Section
 * @typedef {{title: string, subtitle: string | null, image_url: string | null, link: string | null,
 *   buttons: Button[]}} Card
 * @typedef {{name: string, value: string}} Field
 * @typedef {{number: string, kind: string | null, wa_id: string | null}} Phone
 * @typedef {{name: string, first_name: string | null, last_name: string | null,
 *   organisation: string | null, birthday: string | null, phones: Phone[], emails: string[],
 *   urls: string[], addresses: string[]}} Person
 * @typedef {{product: string, name: string | null, quantity: string, price: string | null,
 *   currency: string | null}} OrderItem
 * @typedef {{name: string | null, text: string}} Parameter
 */

/**
 * @typedef {object} Media
 * @property {"image" | "video" | "audio" | "file" | "sticker"} kind
 * @property {string | null} url
 * @property {string | null} platform_id
 * @property {string | null} mime_type
 * @property {string | null} caption
 * @property {string | null} filename
 */

/**
 * @typedef {object} FileInfo
 * @property {string} id
 * @property {"wanted" | "stored" | "failed"} state
 * @property {string | null} reason
 * @property {Media["kind"]} kind
 * @property {string | null} mime_type
 * @property {string | null} filename
 * @property {number | null} size
 */

/**
 * @typedef {object} Referral
 * @property {string | null} source
 * @property {string | null} reference
 * @property {string | null} ad_id
 * @property {string | null} title
 * @property {string | null} body
 * @property {string | null} url
 * @property {string | null} image_url
 * @property {string | null} product_id
 * @property {string | null} click_id
 */

/**
 * @typedef {{is: "text", parameter: Parameter} | {is: "media", media: Media}
 *   | {is: "location", latitude: number, longitude: number, name: string, address: string}
 *   } TemplateHeader
 * @typedef {{name: string, language: string, header: TemplateHeader | null, body: Parameter[],
 *   buttons: {index: number, fill: object}[], text: string}} Template
 */

/**
 * @typedef {{type: "text", text: string}
 *   | ({type: "media"} & Media)
 *   | {type: "prompt", text: string, buttons: Button[]}
 *   | {type: "quick_replies", text: string, replies: QuickReply[]}
 *   | {type: "list", text: string, open: string, sections: Section[]}
 *   | {type: "cards", cards: Card[]}
 *   | ({type: "template"} & Template)
 *   | {type: "flow", text: string, open: string, flow_id: string}
 *   | {type: "location_request", text: string}
 *   | {type: "choice", title: string, payload: string}
 *   | {type: "location", latitude: number, longitude: number, name: string | null,
 *      address: string | null}
 *   | {type: "contacts", people: Person[]}
 *   | {type: "reaction", target: string, emoji: string | null}
 *   | {type: "order", catalog_id: string | null, note: string | null, items: OrderItem[]}
 *   | {type: "form", kind: string, name: string | null, token: string | null, answers: Field[]}
 *   | {type: "share", kind: "post" | "reel" | "story_mention" | "product" | "link",
 *      title: string | null, url: string | null, id: string | null}
 *   | ({type: "referral"} & Referral)
 *   | {type: "notice", kind: string, text: string, details: Field[]}
 *   | {type: "note", text: string, mentions: string[]}
 *   | {type: "unsent"}
 *   | {type: "unsupported", kind: string}} Content
 */

/**
 * @typedef {object} Context
 * @property {{id: string | null, url: string | null}} [story]
 * @property {string} [product]
 * @property {Referral} [referral]
 * @property {"once" | "often"} [forwarded]
 * @property {boolean} [standby]
 * @property {{name: string, percent: number}[]} [sources] what a bot's answer rests on
 * @property {boolean} [blocked]
 * @property {string} [app]
 */

/**
 * @typedef {{id: string | null, external_id: string, preview: string | null}} Quote
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
 * @property {string | null} external_id
 * @property {Quote | null} reply_to
 * @property {Context} context
 * @property {number | null} revised_at
 * @property {FileInfo | null} file
 */

/**
 * @typedef {{most: number, unit: "characters" | "bytes"}} Limit
 * @typedef {{count: number, text: Limit, title: Limit, payload: Limit}} Choices
 */

/**
 * @typedef {object} ChannelInfo
 * @property {Channel} channel
 * @property {Record<string, "native" | "degraded" | "never">} shows
 * @property {Limit} text
 * @property {Limit | null} caption
 * @property {Choices} buttons
 * @property {Choices} quick_replies
 */

/**
 * @typedef {{is: "nothing" | "image" | "video" | "document" | "location"}
 *   | {is: "text", of: string}} HeaderPlace
 * @typedef {{is: "quick_reply" | "postback" | "url_suffix" | "flow", index: number, title: string}
 *   | {is: "copy_code", index: number}} ButtonPlace
 */

/**
 * @typedef {object} TemplateInfo
 * @property {string} name
 * @property {string} language
 * @property {string} status
 * @property {string} category
 * @property {{header: HeaderPlace, body: string[], buttons: ButtonPlace[]}} places
 * @property {{type: string, text?: string}[]} components
 * @property {number} synced_at
 */

/**
 * @typedef {{message_id: string, conversation_id: string, by: string | null, text: string,
 *   at: number, fresh: boolean}} Mention
 * @typedef {{id: string, name: string, colour: string}} Label
 * @typedef {{id: string, name: string, steps: ({do: string} & Record<string, any>)[]}} Macro
 * @typedef {{id: string, user_id: string, shared: boolean, name: string, query: string}} SavedView
 * @typedef {{id: string, team_id: string | null, shortcut: string, text: string, updated_at: number}} CannedReply
 */

/**
 * @typedef {object} Agent
 * @property {string} id
 * @property {string} name
 * @property {boolean} active
 * @property {Presence} presence
 * @property {number} load
 * @property {number} capacity
 */

/**
 * @typedef {{id: string, name: string, member_ids: string[]}} Team
 */

/**
 * @typedef {object} Account
 * @property {string} id
 * @property {Channel} channel
 * @property {string} name
 * @property {string} external_id
 * @property {string | null} bot_id
 * @property {boolean} links_customers whether its customers can log in
 * @property {{sending: boolean, reason: string | null, since: number | null}} health
 * @property {number | null} disconnected_at
 * @property {number | null} last_heard_at
 */

/**
 * @typedef {{type: "conversation", id: string, revision: number, cursor: string}
 *   | {type: "unseen", cursor: string} | {type: "resync", cursor: string}
 *   | {type: "ready", cursor: string} | {type: "agents"} | {type: "accounts"}
 *   | {type: "typing", id: string, agent_id: string}} Hint
 */

/**
 * @typedef {{median: number, p90: number, mean: number}} Spread
 */

/**
 * @typedef {object} ReportTimes
 * @property {number} count
 * @property {Spread | null} wall
 * @property {Spread | null} open
 * @property {number} met
 * @property {number} missed
 * @property {number | null} attainment
 */

/**
 * @typedef {object} ReportLine
 * @property {string} key
 * @property {string} name
 * @property {number} begun
 * @property {number} begun_again
 * @property {number} handed_off
 * @property {number} resolved_by_people
 * @property {number} resolved_by_bot
 * @property {number} resolved_otherwise
 * @property {number | null} containment
 * @property {{customers: number, bots: number, agents: number, system: number, elsewhere: number}} messages
 * @property {ReportTimes} first_response
 * @property {ReportTimes} next_response
 * @property {ReportTimes} resolution
 * @property {ReportTimes} line
 * @property {number} breaches
 * @property {{asked: number, not_asked: number, answered: number, mean: number | null,
 *   satisfied: number | null, scores: number[]}} satisfaction
 */

export {};
