//! Messages, echoes, edits, and messages that were taken back.

use switchboard_domain::{
    Content,
    content::{Context, Story},
    conversation::{ForeignMessage, Revision},
};

use super::{Item, attachment, template, unsupported};
use crate::{
    inbound::{Normalised, part_id, referral},
    json::Object,
};

impl Item<'_> {
    pub(super) fn message(self) -> Vec<Normalised> {
        let Some(message) = self.object.object("message") else { return Vec::new() };
        let mid = message.word("mid");
        let answered = message.object("reply_to");
        let reply_to = answered.as_ref().and_then(|to| to.word("mid"));
        let context = Context {
            story: answered
                .and_then(|to| to.object("story"))
                .map(|story| Story { id: story.word("id"), url: story.word("url") }),
            referral: referral::under("referral", &message),
            ..self.context()
        };
        let parts = contents(&message);
        let last = parts.len().saturating_sub(1);
        parts
            .into_iter()
            .enumerate()
            .map(|(index, content)| {
                let id = part_id(mid.as_ref(), index);
                let mut part = self.wrote(id, content, context.clone());
                if let Normalised::Message { message, .. } = &mut part {
                    message.reply_to.clone_from(&reply_to);
                    message.continues = index < last;
                }
                part
            })
            .collect()
    }

    pub(super) fn echo(self) -> Vec<Normalised> {
        let Some(message) = self.object.object("message") else { return Vec::new() };
        let mid = message.word("mid");
        let (app_id, marker) = (message.word("app_id"), message.word("metadata"));
        let context = Context { app: app_id.clone(), ..self.context() };
        let parts = contents(&message).into_iter().enumerate();
        parts
            .map(|(index, content)| Normalised::Echo {
                identity: self.identity.clone(),
                message: ForeignMessage {
                    external_id: part_id(mid.as_ref(), index),
                    sent_at: self.at,
                    content,
                    context: context.clone(),
                },
                app_id: app_id.clone(),
                marker: marker.clone(),
            })
            .collect()
    }

    /// "message_edits": the whole new text. An unsending has the message's id and `is_deleted`.
    pub(super) fn revised(self, kind: &str) -> Vec<Normalised> {
        let key = if kind == "message_edit" { kind } else { "message" };
        let Some(changed) = self.object.object(key) else { return Vec::new() };
        let Some(target) = changed.word("mid") else { return self.deed(kind) };
        let revision = match kind {
            "message_edit" => {
                let text = changed.text("text").unwrap_or_default();
                Revision::Edited(Box::new(Content::Text { text }))
            }
            _ => Revision::Unsent,
        };
        let (identity, at) = (self.identity, self.at);
        vec![Normalised::Revised { identity, target, revision, at }]
    }
}

/// What a message says, in parts: the pressed quick reply or the text, then each attachment. The
/// text of a single medium is its caption, and the preview of a link in the text adds nothing to
/// the text. Never empty.
fn contents(message: &Object<'_>) -> Vec<Content> {
    let text = message.word("text");
    let payload = message.object("quick_reply").and_then(|reply| reply.text("payload"));
    let attachments = message.objects("attachments");
    let mut parts = Vec::new();
    for one in &attachments {
        if text.is_some() && attachment::is_preview(one) {
            continue;
        }
        match template::content(one) {
            Some(content) => parts.push(content),
            None => parts.extend(attachment::contents(one)),
        }
    }
    match (text, payload, parts.as_mut_slice()) {
        (title, Some(payload), _) => {
            let title = title.unwrap_or_else(|| payload.clone());
            parts.insert(0, Content::Choice { title, payload });
        }
        (Some(text), None, [Content::Media(media)]) => media.caption = Some(text),
        (Some(text), None, _) => parts.insert(0, Content::Text { text }),
        (None, None, []) => parts.push(without_words(message)),
        (None, None, _) => {}
    }
    parts
}

/// A message with neither text nor attachments.
fn without_words(message: &Object<'_>) -> Content {
    if let Some(command) = message.first("commands").and_then(|command| command.word("name")) {
        let title = format!("/{}", command.trim_start_matches('/'));
        return Content::Choice { title, payload: command };
    }
    if let Some(referral) = referral::under("referral", message) {
        return Content::Referral(referral);
    }
    unsupported(if message.flag("is_unsupported") { "unsupported" } else { "empty" })
}
