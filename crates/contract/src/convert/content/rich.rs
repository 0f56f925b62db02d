//! Lists, cards, quick replies and buttons on the wire.

use switchboard_domain::content::{Button, Card, List, QuickReply, Row, Section};

use crate::{
    convert::{Invalid, all},
    wire::{self, button, quick_reply::Asks},
};

impl From<Button> for wire::Button {
    fn from(button: Button) -> Self {
        use button::Action;
        let (title, action) = match button {
            Button::Reply { title, payload } => (title, Action::ReplyPayload(payload)),
            Button::Link { title, url } => (title, Action::LinkUrl(url)),
            Button::Call { title, phone } => (title, Action::CallPhone(phone)),
            Button::LogIn { url } => (String::new(), Action::LogIn(button::LogIn { url })),
            Button::LogOut => (String::new(), Action::LogOut(button::LogOut {})),
        };
        wire::Button { title, action: Some(action) }
    }
}

impl TryFrom<wire::Button> for Button {
    type Error = Invalid;

    fn try_from(button: wire::Button) -> Result<Self, Invalid> {
        use button::Action;
        let title = button.title;
        Ok(match button.action.ok_or_else(|| Invalid::missing("content.button.action"))? {
            Action::ReplyPayload(payload) => Button::Reply { title, payload },
            Action::LinkUrl(url) => Button::Link { title, url },
            Action::CallPhone(phone) => Button::Call { title, phone },
            Action::LogIn(log_in) => Button::LogIn { url: log_in.url },
            Action::LogOut(_) => Button::LogOut,
        })
    }
}

impl From<QuickReply> for wire::QuickReply {
    fn from(reply: QuickReply) -> Self {
        let (asks, image_url) = match reply {
            QuickReply::Choice { title, payload, image_url } => {
                (Asks::Choice(wire::Choice { title, payload }), image_url)
            }
            QuickReply::Phone => (Asks::Phone(wire::quick_reply::Phone {}), None),
            QuickReply::Email => (Asks::Email(wire::quick_reply::Email {}), None),
        };
        wire::QuickReply { asks: Some(asks), image_url }
    }
}

impl TryFrom<wire::QuickReply> for QuickReply {
    type Error = Invalid;

    fn try_from(reply: wire::QuickReply) -> Result<Self, Invalid> {
        Ok(match reply.asks.ok_or_else(|| Invalid::missing("content.quick_replies.asks"))? {
            Asks::Choice(wire::Choice { title, payload }) => {
                QuickReply::Choice { title, payload, image_url: reply.image_url }
            }
            Asks::Phone(_) => QuickReply::Phone,
            Asks::Email(_) => QuickReply::Email,
        })
    }
}

impl From<List> for wire::List {
    fn from(list: List) -> Self {
        let row = |row: Row| {
            let Row { title, description, payload } = row;
            wire::list::Row { title, description, payload }
        };
        let section = |section: Section| wire::list::Section {
            title: section.title,
            rows: section.rows.into_iter().map(row).collect(),
        };
        let sections = list.sections.into_iter().map(section).collect();
        Self { text: list.text, open: list.open, sections }
    }
}

impl From<wire::List> for List {
    fn from(list: wire::List) -> Self {
        let row = |row: wire::list::Row| {
            let wire::list::Row { title, description, payload } = row;
            Row { title, description, payload }
        };
        let section = |section: wire::list::Section| Section {
            title: section.title,
            rows: section.rows.into_iter().map(row).collect(),
        };
        let sections = list.sections.into_iter().map(section).collect();
        Self { text: list.text, open: list.open, sections }
    }
}

impl From<Card> for wire::cards::Card {
    fn from(card: Card) -> Self {
        let Card { title, subtitle, image_url, link, buttons } = card;
        Self { title, subtitle, image_url, link, buttons: all(buttons) }
    }
}

impl TryFrom<wire::cards::Card> for Card {
    type Error = Invalid;

    fn try_from(card: wire::cards::Card) -> Result<Self, Invalid> {
        let wire::cards::Card { title, subtitle, image_url, link, buttons } = card;
        let buttons = buttons.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?;
        Ok(Self { title, subtitle, image_url, link, buttons })
    }
}
