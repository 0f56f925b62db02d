//! The form of a `messenger_profile`.
//!
//! Sources: Messenger Platform "Messenger profile", and its reference of each property; Instagram
//! "Ice breakers", "Persistent menu".

use serde_json::{Map, Value};

use super::error::{GraphError, GraphResult};
use super::shape::Shape;
use crate::state::Channel;

const PAYLOAD: usize = 1_000;
const GREETING: usize = 160;
const MENU_ITEMS: usize = 20;
const MENU_TITLE: usize = 30;
const ICE_BREAKERS: usize = 4;
const COMMANDS: usize = 100;
const COMMAND_NAME: usize = 32;
const COMMAND_DESCRIPTION: usize = 64;
const DOMAINS: usize = 50;

/// The properties that an account can set.
pub(crate) fn properties(channel: Channel) -> &'static [&'static str] {
    match channel {
        Channel::Instagram => &["ice_breakers", "persistent_menu"],
        _ => &[
            "account_linking_url",
            "commands",
            "get_started",
            "greeting",
            "ice_breakers",
            "persistent_menu",
            "whitelisted_domains",
        ],
    }
}

/// Checks the properties of a call, each by itself.
pub(crate) fn check(channel: Channel, shape: &Shape<'_>) -> GraphResult<()> {
    let known = properties(channel);
    if !known.iter().any(|name| shape.has(name)) {
        let known = known.join(",");
        return Err(GraphError::parameter(&format!("Requires one of the params: {known}")));
    }
    shape.only(known)?;
    if let Some(button) = shape.object("get_started")? {
        button.only(&["payload"])?;
        button.need_text_max("payload", PAYLOAD)?;
    }
    greeting(shape)?;
    menu(shape)?;
    ice_breakers(channel, shape)?;
    commands(shape)?;
    domains(shape)?;
    match shape.text("account_linking_url")? {
        Some(url) => https(shape, "account_linking_url", url),
        None => Ok(()),
    }
}

/// Checks what the properties need of each other.
pub(crate) fn check_whole(channel: Channel, profile: &Map<String, Value>) -> GraphResult<()> {
    let lacks_button = channel == Channel::Messenger && !profile.contains_key("get_started");
    if lacks_button && profile.contains_key("persistent_menu") {
        return Err(GraphError::new(
            100,
            Some(2_018_145),
            "You must set a Get Started button if you also wish to use persistent menu",
        ));
    }
    Ok(())
}

fn https(shape: &Shape<'_>, key: &str, url: &str) -> GraphResult<()> {
    match url::Url::parse(url) {
        Ok(url) if url.scheme() == "https" => Ok(()),
        _ => Err(shape.bad(key, "must be a valid HTTPS URL")),
    }
}

/// Entries for locales: each at most once, and `default` among them.
fn locales(shape: &Shape<'_>, key: &str, entries: &[Shape<'_>]) -> GraphResult<()> {
    let mut seen = Vec::new();
    for entry in entries {
        let locale = entry.need_text("locale")?;
        if seen.contains(&locale) {
            return Err(entry.bad("locale", "must be unique"));
        }
        seen.push(locale);
    }
    if seen.contains(&"default") {
        return Ok(());
    }
    Err(shape.bad(key, "must contain an entry for the locale \"default\""))
}

fn greeting(shape: &Shape<'_>) -> GraphResult<()> {
    let Some(entries) = shape.objects("greeting", 1, 100)? else {
        return Ok(());
    };
    for entry in &entries {
        entry.only(&["locale", "text"])?;
        entry.need_text_max("text", GREETING)?;
    }
    locales(shape, "greeting", &entries)
}

fn menu(shape: &Shape<'_>) -> GraphResult<()> {
    let Some(entries) = shape.objects("persistent_menu", 1, 100)? else {
        return Ok(());
    };
    for entry in &entries {
        entry.only(&[
            "locale",
            "composer_input_disabled",
            "disabled_surfaces",
            "call_to_actions",
        ])?;
        let closed = entry.boolean("composer_input_disabled")? == Some(true);
        let items = entry.objects("call_to_actions", 1, MENU_ITEMS)?;
        if items.is_none() && !closed {
            return Err(entry.missing("call_to_actions"));
        }
        items.unwrap_or_default().iter().try_for_each(menu_item)?;
    }
    locales(shape, "persistent_menu", &entries)
}

fn menu_item(item: &Shape<'_>) -> GraphResult<()> {
    item.need_text_max("title", MENU_TITLE)?;
    if item.need_one_of("type", &["web_url", "postback"])? == "postback" {
        item.only(&["type", "title", "payload"])?;
        return item.need_text_max("payload", PAYLOAD).map(|_| ());
    }
    item.only(&[
        "type",
        "title",
        "url",
        "webview_height_ratio",
        "messenger_extensions",
        "fallback_url",
        "webview_share_button",
    ])?;
    if item.has("webview_height_ratio") {
        item.need_one_of("webview_height_ratio", &["compact", "tall", "full"])?;
    }
    match url::Url::parse(item.need_text("url")?) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(()),
        _ => Err(item.bad("url", "should represent a valid URL")),
    }
}

/// Two forms: questions by themselves, or questions for locales.
fn ice_breakers(channel: Channel, shape: &Shape<'_>) -> GraphResult<()> {
    let Some(entries) = shape.objects("ice_breakers", 1, 100)? else {
        return Ok(());
    };
    let localised = entries.iter().any(|entry| entry.has("call_to_actions"));
    if !localised && channel == Channel::Messenger {
        return questions(shape, "ice_breakers");
    }
    for entry in &entries {
        entry.only(&["locale", "call_to_actions"])?;
        questions(entry, "call_to_actions")?;
    }
    locales(shape, "ice_breakers", &entries)
}

fn questions(shape: &Shape<'_>, key: &str) -> GraphResult<()> {
    for question in shape.need_objects(key, 1, ICE_BREAKERS)? {
        question.only(&["question", "payload"])?;
        question.need_text("question")?;
        question.need_text_max("payload", PAYLOAD)?;
    }
    Ok(())
}

fn commands(shape: &Shape<'_>) -> GraphResult<()> {
    let Some(entries) = shape.objects("commands", 1, 100)? else {
        return Ok(());
    };
    for entry in &entries {
        entry.only(&["locale", "commands"])?;
        for command in entry.need_objects("commands", 1, COMMANDS)? {
            command.only(&["name", "description"])?;
            command.need_text_max("name", COMMAND_NAME)?;
            command.need_text_max("description", COMMAND_DESCRIPTION)?;
        }
    }
    locales(shape, "commands", &entries)
}

fn domains(shape: &Shape<'_>) -> GraphResult<()> {
    if !shape.has("whitelisted_domains") {
        return Ok(());
    }
    let domains = shape.texts("whitelisted_domains", 1, DOMAINS)?;
    domains.iter().try_for_each(|domain| https(shape, "whitelisted_domains", domain))
}
