//! In which form buttons are shown: as buttons, as quick replies or a list, or, where neither
//! fits, as numbered lines below the text. Nothing is ever cut: Meta would cut a title silently
//! (Instagram) or refuse the message.

use std::collections::HashSet;

use switchboard_domain::{Channel, content::Button};

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
pub(super) fn form<'a>(channel: Channel, text: &str, buttons: &'a [Button]) -> Form<'a> {
    let limits = limits::of(channel);
    let only_replies = buttons.iter().all(|button| matches!(button, Button::Reply { .. }));
    let buttons_may_link = channel != Channel::WhatsApp;
    match buttons {
        [] => Form::Text(text.to_owned()),
        [Button::Link { title, url }]
            if !buttons_may_link && fits(&limits.buttons, text, buttons) =>
        {
            Form::Link { title, url }
        }
        _ if (only_replies || buttons_may_link) && fits(&limits.buttons, text, buttons) => {
            Form::Buttons(buttons)
        }
        _ if only_replies && fits(&limits.more, text, buttons) => Form::More(buttons),
        _ => Form::Text(numbered(text, buttons)),
    }
}

/// The payload that comes back; the title where the maker gave none, for Meta wants one.
pub(super) fn payload(button: &Button) -> &str {
    match button {
        Button::Reply { title, payload } if payload.is_empty() => title,
        Button::Reply { payload, .. } => payload,
        Button::Link { url, .. } => url,
        Button::Call { phone, .. } => phone,
        Button::LogIn { .. } | Button::LogOut => "",
    }
}

fn fits(choices: &Choices, text: &str, buttons: &[Button]) -> bool {
    let mut titles = HashSet::new();
    let mut payloads = HashSet::new();
    let all_fit = buttons.iter().all(|button| {
        let is_link = matches!(button, Button::Link { .. });
        !button.title().trim().is_empty()
            && choices.title.fits(button.title())
            && (is_link || choices.payload.fits(payload(button)))
            // WhatsApp refuses two alike; elsewhere the customer could not tell them apart.
            && titles.insert(button.title())
            && payloads.insert(payload(button))
    });
    !text.trim().is_empty() && choices.text.fits(text) && buttons.len() <= choices.count && all_fit
}

fn numbered(text: &str, buttons: &[Button]) -> String {
    let lines = buttons.iter().enumerate().map(|(index, button)| {
        let number = index + 1;
        match button {
            Button::Reply { title, .. } => format!("{number}. {title}"),
            Button::Link { title, url } => format!("{number}. {title}: {url}"),
            Button::Call { title, phone } => format!("{number}. {title}: {phone}"),
            Button::LogIn { .. } | Button::LogOut => format!("{number}. {}", button.title()),
        }
    });
    let lines = lines.collect::<Vec<_>>().join("\n");
    if text.trim().is_empty() { lines } else { format!("{text}\n\n{lines}") }
}
