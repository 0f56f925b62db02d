//! Which apps get an event, and in which form: control of the conversation
//! decides between `messaging` and `standby`.

use serde_json::Value;

use super::{Event, envelope};
use crate::state::World;
use crate::state::control::Place;
use crate::state::directory::{Account, Route};

/// The field of what apps that do not control a conversation hear.
pub(crate) const STANDBY: &str = "standby";

/// Fields of a conversation that standby delivers.
const HEARD: [&str; 6] = [
    "messages",
    "message_echoes",
    "message_deliveries",
    "message_reads",
    "messaging_seen",
    "messaging_postbacks",
];

/// Fields of a conversation that only its holder gets.
const HOLDERS: [&str; 4] =
    ["message_reactions", "message_edits", "messaging_referral", "messaging_referrals"];

/// Every app that gets an event, with the event as that app gets it.
pub(crate) fn of(
    world: &World,
    account: &Account,
    event: &Event,
    now_ms: i64,
) -> Vec<(Route, Event)> {
    let object = envelope::object(account.channel);
    let routes = |field: &str| {
        let mut routes = world.directory.routes(account, object, field);
        routes.retain(|route| may_hear(world, route, event));
        routes
    };
    let place = |route: &Route| world.controls.place(&event.key, &route.app_id, now_ms);
    let is_heard = HEARD.contains(&&*event.field) && !event.key.customer.is_empty();
    let is_held = is_heard || HOLDERS.contains(&&*event.field);
    let mut audience: Vec<(Route, Event)> = routes(&event.field)
        .into_iter()
        .filter(|route| !is_held || place(route) == Place::Own)
        .map(|route| {
            let event = without_referral(world, account, &route, event);
            (route, event)
        })
        .collect();
    if is_heard {
        let others = routes(STANDBY).into_iter().filter(|route| place(route) == Place::Standby);
        audience.extend(others.map(|route| (route, overheard(event))));
    }
    audience
}

/// An app in development hears only of people with a role on it.
fn may_hear(world: &World, route: &Route, event: &Event) -> bool {
    let app = world.directory.apps.get(&route.app_id);
    let is_live = app.is_none_or(|app| !app.development);
    let customer = world.directory.customers.get(&event.key);
    is_live || event.key.customer.is_empty() || customer.is_some_and(|own| own.has_role)
}

/// An event as standby shows it: postbacks lose their payload.
fn overheard(event: &Event) -> Event {
    let mut event = Event { field: STANDBY.into(), ..event.clone() };
    if let Some(Value::Object(postback)) = event.value.get_mut("postback") {
        postback.remove("payload");
    }
    event
}

/// Where a message came from is only told to apps that subscribed to referrals.
fn without_referral(world: &World, account: &Account, route: &Route, event: &Event) -> Event {
    let mut event = event.clone();
    let object = envelope::object(account.channel);
    if let Some(Value::Object(message)) = event.value.get_mut("message")
        && message.contains_key("referral")
    {
        let field = envelope::referrals(account.channel);
        let subscribed = world.directory.routes(account, object, field);
        if subscribed.iter().all(|other| other.app_id != route.app_id) {
            message.remove("referral");
        }
    }
    event
}
