//! What the API shows of conversations: its own types, made from the store's.

use serde::Serialize;
use serde_json::{Value, json};
use switchboard_domain::{
    Channel, Timestamp,
    conversation::{Brief, HandOff},
    ids::{AccountId, ConversationId, LabelId, TeamId, UserId},
};
use switchboard_store::{inbox::Summary, ledgers};
use utoipa::ToSchema;

use super::{threads::ThreadView, window::Window};
use crate::{
    api::{
        contacts::view::{BlockView, ContactView},
        words::{ChannelWord, PriorityWord},
    },
    desk::Desk,
};

/// What the description shows as one.
pub(super) fn example() -> Value {
    json!({
        "id": "e867bd60-f230-5b05-8559-59b56862e224",
        "account_id": "b5f58ed1-fa49-58a6-b82f-87cfe924b574",
        "account_name": "Corner Shop +1 555 010 0001", "channel": "whatsapp",
        "contact": {
            "id": "d7ee60fb-b2af-5c86-b178-d58696163a23", "given_name": "Mrs. Tanaka",
            "name": "Aiko Tanaka", "username": null, "phone": "15550102001",
            "platform_id": "US.915550102001", "customer_number": null, "customer_name": null,
            "linked_at": null, "person_id": null
        },
        "blocked": null, "status": "waiting", "snoozed_until": null, "agent_id": null,
        "team_id": "6f45fac3-5295-5c49-8f92-77ae535ebbaf", "revision": 8, "unread": 2,
        "preview": "One moment, a person will be with you.", "last_message_at": 1795788829120_i64,
        "priority": "normal", "waiting": {"since": 1795788829120_i64, "place": 2},
        "hand_off": {"reason": "asked", "summary": null, "by": null},
        "window": {
            "open": true, "closes_at": 1795875229120_i64, "standard_closes_at": 1795875229120_i64,
            "label": "response", "only_template": false, "reason": null, "next_step": null
        },
        "thread": {"is": "ours", "app": null, "app_name": null, "since": null},
        "label_ids": ["01a21d5b-6816-732d-8767-dbbb15824a90"], "sla": null
    })
}

/// A conversation, as in the list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!(example()))]
pub(crate) struct Conversation {
    #[schema(value_type = String, format = "uuid")]
    id: ConversationId,
    #[schema(value_type = String, format = "uuid")]
    account_id: AccountId,
    account_name: String,
    /// messenger, instagram, whatsapp
    #[schema(value_type = ChannelWord)]
    channel: Channel,
    contact: ContactView,
    /// That the customer is blocked; null when they are not.
    blocked: Option<BlockView>,
    /// bot, waiting, agent, snoozed, resolved
    status: String,
    /// When it comes back, if it was put aside.
    snoozed_until: Option<i64>,
    /// Who has it, or put it aside.
    #[schema(value_type = Option<String>, format = "uuid")]
    agent_id: Option<UserId>,
    #[schema(value_type = Option<String>, format = "uuid")]
    team_id: Option<TeamId>,
    /// Grows with each change.
    revision: u64,
    /// Customer messages that no agent has seen.
    unread: u32,
    /// A line of the last message.
    preview: String,
    last_message_at: i64,
    #[schema(value_type = PriorityWord)]
    priority: &'static str,
    /// Null unless it is in a waiting line.
    waiting: Option<Waiting>,
    /// Why a person is wanted; null in lists, and where none is.
    hand_off: Option<HandOffView>,
    window: Window,
    thread: ThreadView,
    #[schema(value_type = Vec<uuid::Uuid>)]
    label_ids: Vec<LabelId>,
    /// Of what the team promised, what is broken first; null: nothing runs.
    sla: Option<Promise>,
}

/// A promise whose time runs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Promise {
    /// first_response, next_response, resolution
    target: &'static str,
    /// When it is broken, or was.
    due_at: i64,
    /// When a quarter of its time is left.
    soon_at: i64,
}

/// How it waits.
#[derive(Debug, Serialize, ToSchema)]
struct Waiting {
    since: i64,
    /// In the line of its team, from 1.
    place: u32,
}

/// What whoever answers is to know.
#[derive(Debug, Serialize, ToSchema)]
struct HandOffView {
    /// asked, bot_unsure, bot_failed, bot_silent, no_bot, returned, transferred
    #[schema(value_type = String)]
    reason: HandOff,
    /// What the bot found out, or the note of who sent it on.
    summary: Option<String>,
    /// Who sent it on.
    #[schema(value_type = Option<String>, format = "uuid")]
    by: Option<UserId>,
}

impl Promise {
    fn new(of: ledgers::Promise) -> Self {
        let (due_at, soon_at) = (of.due_at.as_millis(), of.soon_at.as_millis());
        Self { target: of.target.as_str(), due_at, soon_at }
    }
}

impl Conversation {
    /// As someone sees it now.
    pub(crate) fn new(desk: &Desk, of: Summary, now: Timestamp) -> Self {
        let window = Window::new(of.channel, of.customer_wrote_at, now);
        let thread = ThreadView::new(&desk.settings, &of);
        let contact = ContactView::new(&of);
        Self {
            id: of.id,
            account_id: of.account,
            account_name: of.account_name,
            channel: of.channel,
            contact,
            blocked: of.blocked.map(BlockView::new),
            status: of.status,
            snoozed_until: of.snoozed_until.map(Timestamp::as_millis),
            agent_id: of.agent,
            team_id: of.team,
            revision: of.revision,
            unread: of.unread,
            preview: of.preview,
            last_message_at: of.last_message_at.as_millis(),
            priority: of.priority.as_str(),
            waiting: None,
            hand_off: None,
            window,
            thread,
            label_ids: Vec::new(),
            sla: of.promise.map(Promise::new),
        }
    }

    /// Says since when it waits, and where.
    pub(crate) fn with_wait(mut self, wait: Option<(Timestamp, u32)>) -> Self {
        let known = wait.filter(|_| self.status == "waiting");
        self.waiting = known.map(|(since, place)| Waiting { since: since.as_millis(), place });
        self
    }

    /// Says what whoever answers is to know.
    pub(crate) fn with_brief(mut self, brief: Option<Brief>) -> Self {
        let view = |Brief { reason, summary, by }| HandOffView { reason, summary, by };
        self.hand_off = brief.map(view);
        self
    }

    /// Says which labels it has.
    pub(crate) fn with_labels(mut self, labels: Vec<LabelId>) -> Self {
        self.label_ids = labels;
        self
    }

    /// Says since when another app has control.
    pub(crate) fn with_thread_since(mut self, since: Option<Timestamp>) -> Self {
        self.thread.since = since.map(Timestamp::as_millis);
        self
    }
}
