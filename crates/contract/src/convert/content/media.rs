//! Files on the wire.

use switchboard_domain::content::{Media, MediaKind};

use crate::{
    convert::{Invalid, parse},
    wire::{self, media::Kind},
};

impl From<Media> for wire::Media {
    fn from(media: Media) -> Self {
        let kind = match media.kind {
            MediaKind::Image => Kind::Image,
            MediaKind::Video => Kind::Video,
            MediaKind::Audio => Kind::Audio,
            MediaKind::File => Kind::File,
            MediaKind::Sticker => Kind::Sticker,
        };
        wire::Media {
            kind: kind.into(),
            url: media.url,
            platform_id: media.platform_id,
            mime_type: media.mime_type,
            caption: media.caption,
            filename: media.filename,
            media_id: media.media_id.map(|id| id.to_string()),
        }
    }
}

impl TryFrom<wire::Media> for Media {
    type Error = Invalid;

    fn try_from(media: wire::Media) -> Result<Self, Invalid> {
        let kind = match media.kind() {
            Kind::Image => MediaKind::Image,
            Kind::Video => MediaKind::Video,
            Kind::Audio => MediaKind::Audio,
            Kind::File => MediaKind::File,
            Kind::Sticker => MediaKind::Sticker,
            Kind::Unspecified => return Err(Invalid::missing("content.media.kind")),
        };
        Ok(Media {
            kind,
            url: media.url,
            platform_id: media.platform_id,
            mime_type: media.mime_type,
            caption: media.caption,
            filename: media.filename,
            media_id: media.media_id.map(|id| parse("content.media.media_id", &id)).transpose()?,
        })
    }
}
