//! In which form choices are shown: as buttons, as quick replies or a list, or, where none of
//! these fits, as numbered lines below the text. Nothing is ever cut: Meta would cut a title
//! silently (Instagram) or refuse the message.

use std::collections::HashSet;

use switchboard_domain::{
    Channel,
    content::{Button, QuickReply, Row},
};

use super::limits::{self, Choices};

/// The form that fits.
pub(super) enum Form<'a> {
    /// Buttons under the text.
    Buttons(&'a [Button]),
    /// WhatsApp's single button that opens a page.
    Link { title: &'a str, url: &'a str },
    /// Quick replies on Messenger and Instagram, a list on WhatsApp.
    More(&'a [Button]),
    /// Text alone.
    Text(String),
}

/// The best form for these buttons.
pub(super) fn of<'a>(channel: Channel, text: &str, buttons: &'a [Button]) -> Form<'a> {
    let limits = limits::of(channel);
    let only_replies = buttons.iter().all(|button| matches!(button, Button::Reply { .. }));
    let native = buttons.iter().all(|button| is_native(channel, button));
    match buttons {
        [] => Form::Text(text.to_owned()),
        [Button::Link { title, url }]
            if channel == Channel::WhatsApp && fits(&limits.buttons, text, buttons) =>
        {
            Form::Link { title, url }
        }
        _ if native && fits(&limits.buttons, text, buttons) => Form::Buttons(buttons),
        _ if only_replies && fits(&limits.more, text, buttons) => Form::More(buttons),
        _ => Form::Text(numbered(text, buttons.iter().map(line))),
    }
}

/// Whether the channel has such a button under a text.
pub(super) fn is_native(channel: Channel, button: &Button) -> bool {
    match button {
        Button::Reply { .. } => true,
        Button::Link { .. } => channel != Channel::WhatsApp,
        Button::Call { .. } | Button::LogIn { .. } | Button::LogOut => {
            channel == Channel::Messenger
        }
    }
}

/// The payload that comes back; the title where the maker gave none, for Meta wants one.
pub(super) fn payload(button: &Button) -> &str {
    match button {
        Button::Reply { title, payload } if payload.is_empty() => title,
        Button::Reply { payload, .. } => payload,
        Button::Link { url, .. } => url,
        Button::Call { phone, .. } => phone,
        Button::LogIn { .. } => "log in",
        Button::LogOut => "log out",
    }
}

/// The payload of a row that comes back; the title where the maker gave none.
pub(super) fn row_payload(row: &Row) -> &str {
    if row.payload.is_empty() { &row.title } else { &row.payload }
}

fn fits(choices: &Choices, text: &str, buttons: &[Button]) -> bool {
    let mut titles = HashSet::new();
    let mut payloads = HashSet::new();
    let all_fit = buttons.iter().all(|button| {
        let comes_back = matches!(button, Button::Reply { .. });
        !button.title().trim().is_empty()
            && choices.title.fits(button.title())
            && (!comes_back || choices.payload.fits(payload(button)))
            // WhatsApp refuses two alike; elsewhere the customer could not tell them apart.
            && titles.insert(button.title())
            && payloads.insert(payload(button))
    });
    !text.trim().is_empty() && choices.text.fits(text) && buttons.len() <= choices.count && all_fit
}

/// Whether quick replies can be shown as they are.
pub(super) fn quick_fit(channel: Channel, text: &str, replies: &[QuickReply]) -> bool {
    let more = &limits::of(channel).more;
    let mut titles = HashSet::new();
    let all_fit = replies.iter().all(|reply| {
        let payload = match reply {
            QuickReply::Choice { payload, .. } => more.payload.fits(payload),
            QuickReply::Phone | QuickReply::Email => true,
        };
        let title = reply.title();
        payload && !title.trim().is_empty() && more.title.fits(title) && titles.insert(title)
    });
    !text.trim().is_empty()
        && more.text.fits(text)
        && (1..=more.count).contains(&replies.len())
        && all_fit
}

/// The same choices as buttons, where all come back.
pub(super) fn as_buttons(replies: &[QuickReply]) -> Option<Vec<Button>> {
    let button = |reply: &QuickReply| match reply {
        QuickReply::Choice { title, payload, .. } => {
            Some(Button::Reply { title: title.clone(), payload: payload.clone() })
        }
        QuickReply::Phone | QuickReply::Email => None,
    };
    replies.iter().map(button).collect()
}

/// A button as a line of text.
pub(super) fn line(button: &Button) -> String {
    match button {
        Button::Reply { title, .. } => title.clone(),
        Button::Link { title, url } => format!("{title}: {url}"),
        Button::Call { title, phone } => format!("{title}: {phone}"),
        Button::LogIn { url } => {
            let url = url.as_deref().unwrap_or_default();
            format!("{}: {url}", button.title())
        }
        Button::LogOut => button.title().to_owned(),
    }
}

/// The lines below the text, with numbers to answer with.
pub(super) fn numbered(text: &str, lines: impl Iterator<Item = String>) -> String {
    let lines = lines.enumerate().map(|(index, line)| format!("{}. {line}", index + 1));
    let lines = lines.collect::<Vec<_>>().join("\n");
    match (text.trim().is_empty(), lines.is_empty()) {
        (true, _) => lines,
        (false, true) => text.to_owned(),
        (false, false) => format!("{text}\n\n{lines}"),
    }
}
