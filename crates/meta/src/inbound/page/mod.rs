//! Messenger's and Instagram's messaging items.
//!
//! Sources: Messenger Platform "Webhooks reference", Instagram messaging "Webhooks". Which key is
//! present says what an item is; keys that are not known are left to the raw event.

mod attachment;
mod deeds;
mod form;
mod message;
mod receipt;
mod template;
mod thread;

use switchboard_domain::{
    Channel, Content, Timestamp,
    content::{Context, Notice},
    conversation::{CustomerMessage, Happening},
};

use super::{AccountNotice, Identity, Normalised, Severity, unsupported};
use crate::{
    json::Object,
    webhook::{
        envelope::{Envelope, Place},
        facts,
    },
};

/// An item under its envelope.
struct Item<'a> {
    object: Object<'a>,
    identity: Identity,
    at: Timestamp,
    /// It came while another app had control.
    standby: bool,
}

pub(super) fn normalise(envelope: &Envelope<'_>, channel: Channel, kind: &str) -> Vec<Normalised> {
    let Some(object) = envelope.object() else { return Vec::new() };
    let kind = kind.trim_start_matches("standby:");
    if let Some(notice) = notice(&object, kind, facts::at(envelope)) {
        return vec![Normalised::Account(notice)];
    }
    let Some(customer) = facts::customer(envelope) else { return Vec::new() };
    let identity = Identity { customer: Some(customer), ..Identity::default() };
    let standby = envelope.place == Place::Standby;
    let item = Item { object, identity, at: facts::at(envelope), standby };
    match kind {
        "message" => item.message(),
        "echo" => item.echo(),
        "message_edit" | "message_deleted" => item.revised(kind),
        "delivery" => item.delivery(),
        "read" => item.read(),
        "pass_thread_control" | "take_thread_control" | "request_thread_control" => {
            item.moved(kind)
        }
        "account_linking" if channel == Channel::Messenger => item.linking(),
        _ => item.deed(kind),
    }
}

/// What concerns the account has no sender, or one that is no customer yet.
fn notice(object: &Object<'_>, kind: &str, at: Timestamp) -> Option<AccountNotice> {
    let what = match kind {
        "policy_enforcement" => policy(object),
        "app_roles" => {
            (Severity::Info, "The roles of the apps that share the Page changed.".into())
        }
        "optin" if object.object("sender").is_some_and(|sender| sender.has("user_ref")) => (
            Severity::Info,
            "A visitor ticked the checkbox plugin; Meta gives no id to answer to until they write."
                .into(),
        ),
        _ => return None,
    };
    Some(AccountNotice::new(kind, what, at))
}

/// "policy_enforcement": `action` is `warning`, `block` or `unblock`.
fn policy(object: &Object<'_>) -> (Severity, String) {
    let policy =
        object.object("policy_enforcement").or_else(|| object.object("policy-enforcement"));
    let word = |key: &str| policy.as_ref().and_then(|policy| policy.word(key));
    let reason = word("reason").map(|reason| format!(" Meta says: {reason}")).unwrap_or_default();
    match word("action").as_deref() {
        Some("block") => {
            (Severity::Critical, format!("Meta blocked the Page from sending messages.{reason}"))
        }
        Some("unblock") => (Severity::Info, format!("Meta lifted the Page's block.{reason}")),
        _ => (Severity::Warning, format!("Meta warns the Page about its messages.{reason}")),
    }
}

impl Item<'_> {
    fn context(&self) -> Context {
        Context { standby: self.standby, ..Context::default() }
    }

    /// Something that the customer wrote, pressed or sent, and that wants an answer.
    fn wrote(&self, external_id: Option<String>, content: Content, context: Context) -> Normalised {
        let message = CustomerMessage {
            continues: false,
            external_id,
            sent_at: self.at,
            content,
            reply_to: None,
            opens_window: true,
            context,
        };
        Normalised::Message { identity: self.identity.clone(), message }
    }

    /// Something that the agent is to see, and that wants no answer.
    fn happened(&self, content: Content, opens_window: bool) -> Normalised {
        let happening = Happening { content, at: self.at, opens_window };
        Normalised::Happened { identity: self.identity.clone(), happening }
    }

    fn noted(&self, notice: Notice, opens_window: bool) -> Vec<Normalised> {
        vec![self.happened(Content::Notice(notice), opens_window)]
    }
}
