//! [`Content`] on the wire.

use switchboard_domain::content::{Button, Content, Media, MediaKind};

use super::Invalid;
use crate::wire::{self, button::Action, content::Kind, media::Kind as WireMedia};

impl From<Content> for wire::Content {
    fn from(content: Content) -> Self {
        let kind = match content {
            Content::Text { text } => Kind::Text(text),
            Content::Media(media) => Kind::Media(media.into()),
            Content::Prompt { text, buttons } => {
                let buttons = buttons.into_iter().map(Into::into).collect();
                Kind::Prompt(wire::Prompt { text, buttons })
            }
            Content::Choice { title, payload } => Kind::Choice(wire::Choice { title, payload }),
            Content::Location { latitude, longitude, name, address } => {
                Kind::Location(wire::Location { latitude, longitude, name, address })
            }
            Content::Reaction { target, emoji } => Kind::Reaction(wire::Reaction { target, emoji }),
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
                let buttons: Result<_, _> = buttons.into_iter().map(TryInto::try_into).collect();
                Content::Prompt { text, buttons: buttons? }
            }
            Kind::Choice(wire::Choice { title, payload }) => Content::Choice { title, payload },
            Kind::Location(wire::Location { latitude, longitude, name, address }) => {
                Content::Location { latitude, longitude, name, address }
            }
            Kind::Reaction(wire::Reaction { target, emoji }) => Content::Reaction { target, emoji },
            Kind::Unsupported(wire::Unsupported { kind }) => Content::Unsupported { kind },
        })
    }
}

impl From<Media> for wire::Media {
    fn from(media: Media) -> Self {
        let kind = match media.kind {
            MediaKind::Image => WireMedia::Image,
            MediaKind::Video => WireMedia::Video,
            MediaKind::Audio => WireMedia::Audio,
            MediaKind::File => WireMedia::File,
            MediaKind::Sticker => WireMedia::Sticker,
        };
        wire::Media {
            kind: kind.into(),
            url: media.url,
            platform_id: media.platform_id,
            mime_type: media.mime_type,
            caption: media.caption,
            filename: media.filename,
        }
    }
}

impl TryFrom<wire::Media> for Media {
    type Error = Invalid;

    fn try_from(media: wire::Media) -> Result<Self, Invalid> {
        let kind = match media.kind() {
            WireMedia::Image => MediaKind::Image,
            WireMedia::Video => MediaKind::Video,
            WireMedia::Audio => MediaKind::Audio,
            WireMedia::File => MediaKind::File,
            WireMedia::Sticker => MediaKind::Sticker,
            WireMedia::Unspecified => return Err(Invalid::missing("content.media.kind")),
        };
        Ok(Media {
            kind,
            url: media.url,
            platform_id: media.platform_id,
            mime_type: media.mime_type,
            caption: media.caption,
            filename: media.filename,
        })
    }
}

impl From<Button> for wire::Button {
    fn from(button: Button) -> Self {
        match button {
            Button::Reply { title, payload } => {
                wire::Button { title, action: Some(Action::ReplyPayload(payload)) }
            }
            Button::Link { title, url } => {
                wire::Button { title, action: Some(Action::LinkUrl(url)) }
            }
        }
    }
}

impl TryFrom<wire::Button> for Button {
    type Error = Invalid;

    fn try_from(button: wire::Button) -> Result<Self, Invalid> {
        let title = button.title;
        match button.action.ok_or_else(|| Invalid::missing("content.button.action"))? {
            Action::ReplyPayload(payload) => Ok(Button::Reply { title, payload }),
            Action::LinkUrl(url) => Ok(Button::Link { title, url }),
        }
    }
}
