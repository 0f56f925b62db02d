//! A message of a bot as several, where the channel takes it only so.

use super::{Content, Media, MediaKind};
use crate::Channel;

impl Content {
    /// The messages that this is on the channel: where media have no text below them, the text is
    /// a message of its own. (Messenger and Instagram "attachment"; WhatsApp "audio", "sticker")
    #[must_use]
    pub fn parts(self, channel: Channel) -> Vec<Content> {
        let Content::Media(mut media) = self else { return vec![self] };
        if takes_caption(channel, &media) {
            return vec![Content::Media(media)];
        }
        let caption = media.caption.take().filter(|caption| !caption.trim().is_empty());
        let text = caption.map(|text| Content::Text { text });
        [Content::Media(media)].into_iter().chain(text).collect()
    }
}

fn takes_caption(channel: Channel, media: &Media) -> bool {
    channel == Channel::WhatsApp && !matches!(media.kind, MediaKind::Audio | MediaKind::Sticker)
}
