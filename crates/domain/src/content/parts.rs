//! A message of a bot as several, where the channel takes it only so.

use super::{Content, Media, MediaKind};
use crate::Channel;

/// As many cards become a message each; more would only be a flood. (WhatsApp has ten in a carousel)
const CARDS: usize = 10;

impl Content {
    /// The messages that this is on the channel: where media have no text below them, the text is
    /// a message of its own, and where only one card fits into a message, so is each card.
    /// (Messenger and Instagram "attachment"; WhatsApp "audio", "sticker", "interactive")
    #[must_use]
    pub fn parts(self, channel: Channel) -> Vec<Content> {
        match self {
            Content::Media(media) if !takes_caption(channel, &media) => captioned(media),
            Content::Cards { cards }
                if channel == Channel::WhatsApp && (2..=CARDS).contains(&cards.len()) =>
            {
                let one = |card| Content::Cards { cards: vec![card] };
                cards.into_iter().map(one).collect()
            }
            whole => vec![whole],
        }
    }
}

fn captioned(mut media: Media) -> Vec<Content> {
    let caption = media.caption.take().filter(|caption| !caption.trim().is_empty());
    let text = caption.map(|text| Content::Text { text });
    [Content::Media(media)].into_iter().chain(text).collect()
}

fn takes_caption(channel: Channel, media: &Media) -> bool {
    channel == Channel::WhatsApp && !matches!(media.kind, MediaKind::Audio | MediaKind::Sticker)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Card;

    fn cards(count: usize) -> Content {
        let card = |number| Card {
            title: format!("Chair {number}"),
            subtitle: None,
            image_url: None,
            link: None,
            buttons: Vec::new(),
        };
        Content::Cards { cards: (0..count).map(card).collect() }
    }

    #[test]
    fn each_card_is_a_message_where_only_one_fits() {
        let alone = cards(2).parts(Channel::WhatsApp);
        assert_eq!(alone.len(), 2);
        assert_eq!(alone.first(), Some(&cards(1)));
        assert_eq!(cards(2).parts(Channel::Messenger), [cards(2)]);
        // Neither nothing nor a flood.
        assert_eq!(cards(0).parts(Channel::WhatsApp), [cards(0)]);
        assert_eq!(cards(CARDS + 1).parts(Channel::WhatsApp), [cards(CARDS + 1)]);
    }
}
