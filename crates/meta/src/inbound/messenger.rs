//! Messenger's and Instagram's messaging items.

use switchboard_domain::{
    Channel, Content, Timestamp,
    content::Context,
    conversation::{CustomerMessage, ForeignMessage, MessageStatus},
};

use super::{Identity, Normalised, Target, attachment, part_id, unsupported};
use crate::{
    json::{self, Object},
    webhook::{envelope::Envelope, facts},
};

/// An item under its envelope.
struct Item<'a> {
    object: Object<'a>,
    identity: Identity,
    at: Timestamp,
}

pub(super) fn normalise(envelope: &Envelope<'_>, channel: Channel, kind: &str) -> Vec<Normalised> {
    let (Some(object), Some(customer)) = (envelope.object(), facts::customer(envelope)) else {
        return notice(kind);
    };
    let identity = Identity { customer: Some(customer), ..Identity::default() };
    let item = Item { object, identity, at: facts::at(envelope) };
    match kind {
        "message" => item.message(),
        "echo" => item.echo(),
        "delivery" => item.delivery(),
        "read" => item.read(),
        "postback" => item.postback(),
        "reaction" => item.reaction(),
        "message_edit" | "message_deleted" => item.changed(kind),
        "policy_enforcement" | "app_roles" => notice(kind),
        "referral" => vec![item.customer_did(None, unsupported(kind), None, true)],
        "optin" => item.optin(),
        "account_linking" if channel == Channel::Messenger => item.seen_only(kind),
        "order"
        | "messaging_feedback"
        | "response_feedback"
        | "form"
        | "template"
        | "game_play"
        | "messaging_customer_information" => item.seen_only(kind),
        _ => Vec::new(),
    }
}

/// What concerns the account has no sender.
fn notice(kind: &str) -> Vec<Normalised> {
    match kind {
        "policy_enforcement" | "app_roles" => {
            vec![Normalised::AccountNotice { kind: kind.to_owned() }]
        }
        _ => Vec::new(),
    }
}

impl Item<'_> {
    fn message(self) -> Vec<Normalised> {
        let Some(message) = self.object.object("message") else { return Vec::new() };
        let mid = message.word("mid");
        let reply_to = message.object("reply_to").and_then(|to| to.word("mid"));
        let parts = contents(&message).into_iter().enumerate();
        parts
            .map(|(index, content)| {
                let id = part_id(mid.as_ref(), index);
                self.customer_did(id, content, reply_to.clone(), true)
            })
            .collect()
    }

    fn echo(self) -> Vec<Normalised> {
        let Some(message) = self.object.object("message") else { return Vec::new() };
        let mid = message.word("mid");
        let (app_id, marker) = (message.word("app_id"), message.word("metadata"));
        let parts = contents(&message).into_iter().enumerate();
        parts
            .map(|(index, content)| Normalised::Echo {
                identity: self.identity.clone(),
                message: ForeignMessage {
                    external_id: part_id(mid.as_ref(), index),
                    sent_at: self.at,
                    content,
                    context: Context::default(),
                },
                app_id: app_id.clone(),
                marker: marker.clone(),
            })
            .collect()
    }

    /// `mids` may be missing; the watermark then says it all.
    fn delivery(self) -> Vec<Normalised> {
        let Some(delivery) = self.object.object("delivery") else { return Vec::new() };
        let mids = delivery.list("mids").unwrap_or_default();
        let named = mids.into_iter().filter_map(json::scalar).map(Target::Message);
        let watermark = delivery.raw("watermark").and_then(facts::instant).map(Target::UpTo);
        let receipt = |target| self.receipt(target, MessageStatus::Delivered);
        named.chain(watermark).map(receipt).collect()
    }

    /// A watermark on Messenger, one message on Instagram.
    fn read(self) -> Vec<Normalised> {
        let Some(read) = self.object.object("read") else { return Vec::new() };
        let watermark = read.raw("watermark").and_then(facts::instant).map(Target::UpTo);
        let named = read.word("mid").map(Target::Message);
        let receipt = |target| self.receipt(target, MessageStatus::Read);
        named.into_iter().chain(watermark).map(receipt).collect()
    }

    /// A postback's payload is missing in standby and when another app made the button.
    fn postback(self) -> Vec<Normalised> {
        let Some(postback) = self.object.object("postback") else { return Vec::new() };
        let payload = postback.text("payload").unwrap_or_default();
        let title = postback.word("title").unwrap_or_else(|| payload.clone());
        let content = Content::Choice { title, payload };
        vec![self.customer_did(postback.word("mid"), content, None, true)]
    }

    fn reaction(self) -> Vec<Normalised> {
        let Some(reaction) = self.object.object("reaction") else { return Vec::new() };
        let Some(target) = reaction.word("mid") else { return self.seen_only("reaction") };
        let taken_back = reaction.text("action").is_some_and(|action| action == "unreact");
        let emoji = reaction.word("emoji").or_else(|| reaction.word("reaction"));
        let emoji = emoji.filter(|_| !taken_back);
        vec![self.customer_did(None, Content::Reaction { target, emoji }, None, !taken_back)]
    }

    /// An edit or an unsending: about the message, so shown as an answer to it; no new message, so
    /// without an id.
    fn changed(self, kind: &str) -> Vec<Normalised> {
        let key = if kind == "message_edit" { kind } else { "message" };
        let mid = self.object.object(key).and_then(|changed| changed.word("mid"));
        vec![self.customer_did(None, unsupported(kind), mid, false)]
    }

    /// The plugins' opt-in opens the window; a marketing opt-in does not.
    fn optin(self) -> Vec<Normalised> {
        let kind = self.object.object("optin").and_then(|optin| optin.word("type"));
        vec![self.customer_did(None, unsupported("optin"), None, kind.is_none())]
    }

    /// The agent is to see that the customer did this.
    fn seen_only(self, kind: &str) -> Vec<Normalised> {
        vec![self.customer_did(None, unsupported(kind), None, false)]
    }

    fn customer_did(
        &self,
        external_id: Option<String>,
        content: Content,
        reply_to: Option<String>,
        opens_window: bool,
    ) -> Normalised {
        let sent_at = self.at;
        let context = Context::default();
        let message =
            CustomerMessage { external_id, sent_at, content, reply_to, opens_window, context };
        Normalised::Message { identity: self.identity.clone(), message }
    }

    fn receipt(&self, target: Target, status: MessageStatus) -> Normalised {
        Normalised::Receipt {
            identity: self.identity.clone(),
            target,
            status,
            error: None,
            marker: None,
            at: self.at,
        }
    }
}

/// What a message says, in parts: the pressed quick reply or the text, then each attachment. The
/// text of a single medium is its caption, and the preview of a link in the text adds nothing to
/// the text. Never empty.
fn contents(message: &Object<'_>) -> Vec<Content> {
    let text = message.word("text");
    let payload = message.object("quick_reply").and_then(|reply| reply.text("payload"));
    let attachments = message.objects("attachments");
    let shown = attachments.iter().filter(|one| text.is_none() || !attachment::is_preview(one));
    let mut parts: Vec<Content> = shown.map(attachment::content).collect();
    match (text, payload, parts.as_mut_slice()) {
        (title, Some(payload), _) => {
            let title = title.unwrap_or_else(|| payload.clone());
            parts.insert(0, Content::Choice { title, payload });
        }
        (Some(text), None, [Content::Media(media)]) => media.caption = Some(text),
        (Some(text), None, _) => parts.insert(0, Content::Text { text }),
        (None, None, []) => parts.push(unsupported(unsupported_kind(message))),
        (None, None, _) => {}
    }
    parts
}

/// A name for a message with neither text nor attachments.
fn unsupported_kind(message: &Object<'_>) -> &'static str {
    const KINDS: &[(&str, &str)] =
        &[("is_unsupported", "unsupported"), ("commands", "commands"), ("referral", "referral")];
    let found = KINDS.iter().find(|(key, _)| message.has(key));
    found.map_or("empty", |(_, kind)| kind)
}
