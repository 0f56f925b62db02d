//! [`Content`] on the wire.

mod media;
mod rich;
mod template;
mod told;

use switchboard_domain::Content;

use super::{Invalid, all, parse};
use crate::wire::{self, content::Kind};

impl From<Content> for wire::Content {
    fn from(content: Content) -> Self {
        let kind = match content {
            Content::Text { text } => Kind::Text(text),
            Content::Media(media) => Kind::Media(media.into()),
            Content::Prompt { text, buttons } => {
                Kind::Prompt(wire::Prompt { text, buttons: all(buttons) })
            }
            Content::QuickReplies { text, replies } => {
                Kind::QuickReplies(wire::QuickReplies { text, replies: all(replies) })
            }
            Content::List(list) => Kind::List(list.into()),
            Content::Cards { cards } => Kind::Cards(wire::Cards { cards: all(cards) }),
            Content::Template(template) => Kind::Template((*template).into()),
            Content::Flow(flow) => Kind::Flow(flow.into()),
            Content::LocationRequest { text } => {
                Kind::LocationRequest(wire::LocationRequest { text })
            }
            Content::Choice { title, payload } => Kind::Choice(wire::Choice { title, payload }),
            Content::Location { latitude, longitude, name, address } => {
                Kind::Location(wire::Location { latitude, longitude, name, address })
            }
            Content::Contacts { people } => Kind::Contacts(wire::Contacts { people: all(people) }),
            Content::Reaction { target, emoji } => Kind::Reaction(wire::Reaction { target, emoji }),
            Content::Order(order) => Kind::Order(order.into()),
            Content::Form(form) => Kind::Form(form.into()),
            Content::Share(share) => Kind::Share(share.into()),
            Content::Referral(referral) => Kind::Referral((*referral).into()),
            Content::Notice(notice) => Kind::Notice(notice.into()),
            Content::Note { text, mentions } => {
                let mention_ids = mentions.iter().map(ToString::to_string).collect();
                Kind::Note(wire::Note { text, mention_ids })
            }
            Content::Unsent => Kind::Unsent(wire::Unsent {}),
            Content::Unsupported { kind } => Kind::Unsupported(wire::Unsupported { kind }),
        };
        wire::Content { kind: Some(kind) }
    }
}

impl TryFrom<wire::Content> for Content {
    type Error = Invalid;

    fn try_from(content: wire::Content) -> Result<Self, Invalid> {
        let kind = content.kind.ok_or_else(|| Invalid::missing("content.kind"))?;
        Ok(match kind {
            Kind::Text(text) => Content::Text { text },
            Kind::Media(media) => Content::Media(media.try_into()?),
            Kind::Prompt(wire::Prompt { text, buttons }) => {
                Content::Prompt { text, buttons: every(buttons)? }
            }
            Kind::QuickReplies(wire::QuickReplies { text, replies }) => {
                Content::QuickReplies { text, replies: every(replies)? }
            }
            Kind::List(list) => Content::List(list.into()),
            Kind::Cards(wire::Cards { cards }) => Content::Cards { cards: every(cards)? },
            Kind::Template(template) => Content::Template(Box::new(template.try_into()?)),
            Kind::Flow(flow) => Content::Flow(flow.into()),
            Kind::LocationRequest(wire::LocationRequest { text }) => {
                Content::LocationRequest { text }
            }
            Kind::Choice(wire::Choice { title, payload }) => Content::Choice { title, payload },
            Kind::Location(wire::Location { latitude, longitude, name, address }) => {
                Content::Location { latitude, longitude, name, address }
            }
            Kind::Contacts(wire::Contacts { people }) => Content::Contacts { people: all(people) },
            Kind::Reaction(wire::Reaction { target, emoji }) => Content::Reaction { target, emoji },
            Kind::Order(order) => Content::Order(order.into()),
            Kind::Form(form) => Content::Form(form.into()),
            Kind::Share(share) => Content::Share(share.try_into()?),
            Kind::Referral(referral) => Content::Referral(Box::new(referral.into())),
            Kind::Notice(notice) => Content::Notice(notice.into()),
            Kind::Note(wire::Note { text, mention_ids }) => {
                let mentions = mention_ids.iter().map(|id| parse("note.mention_ids", id));
                Content::Note { text, mentions: mentions.collect::<Result<_, _>>()? }
            }
            Kind::Unsent(wire::Unsent {}) => Content::Unsent,
            Kind::Unsupported(wire::Unsupported { kind }) => Content::Unsupported { kind },
        })
    }
}

fn every<A, B: TryFrom<A, Error = Invalid>>(items: Vec<A>) -> Result<Vec<B>, Invalid> {
    items.into_iter().map(TryInto::try_into).collect()
}
