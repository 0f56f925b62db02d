//! The fields of accounts, numbers, business accounts and apps. What the control interface has set
//! about a node stands in place of the usual values.

use serde_json::{Value, json};

use super::threads;
use crate::state::directory::{Account, App};
use crate::state::{Channel, World};

/// Lays what the control interface has set over the fields of a node.
pub(crate) fn with_facts(world: &World, id: &str, mut all: Value) -> Value {
    let set = world.facts.get(id).map(|facts| facts.fields.clone()).unwrap_or_default();
    if let Some(fields) = all.as_object_mut() {
        fields.extend(set);
    }
    all
}

/// What Meta calls the kind of an account in its errors.
pub(crate) fn kind(channel: Channel) -> &'static str {
    match channel {
        Channel::Messenger => "Page",
        Channel::Instagram => "IGUser",
        Channel::WhatsApp => "WhatsAppBusinessPhoneNumber",
    }
}

/// Every field of an account. Null: such a node has it, and here it has no value.
pub(crate) fn of_account(world: &World, account: &Account, app: &str) -> Value {
    let all = match account.channel {
        Channel::WhatsApp => number(world, account, app),
        Channel::Instagram => instagram(account),
        Channel::Messenger => page(world, account),
    };
    with_facts(world, &account.id, all)
}

fn instagram(account: &Account) -> Value {
    json!({
        "id": account.id,
        "user_id": account.id,
        "name": account.name,
        "username": account.name,
        "account_type": "BUSINESS",
        "profile_picture_url": null,
        "biography": null,
        "website": null,
        "followers_count": 12,
        "follows_count": 3,
        "media_count": 0,
    })
}

fn page(world: &World, account: &Account) -> Value {
    let instagram = world.directory.instagram_of(&account.id);
    let linked = instagram.map(|ig| {
        json!({"id": ig.id, "name": ig.name, "username": ig.name, "profile_picture_url": null})
    });
    json!({
        "id": account.id,
        "name": account.name,
        "category": "Business",
        "link": format!("https://www.facebook.com/{}", account.id),
        "username": null,
        "about": null,
        "picture": null,
        "is_published": true,
        "has_whatsapp_number": false,
        "tasks": ["MESSAGING", "MODERATE", "MANAGE"],
        "instagram_business_account": linked,
        "connected_instagram_account": linked,
        "messaging_feature_status": threads::feature_status(world, account),
    })
}

fn number(world: &World, account: &Account, app: &str) -> Value {
    let registration = world.facts.registration(&account.id);
    let status = match (registration.verified, registration.registered) {
        (false, _) => "UNVERIFIED",
        (true, false) => "DISCONNECTED",
        (true, true) => "CONNECTED",
    };
    json!({
        "id": account.id,
        "verified_name": account.name,
        "display_phone_number": account.display_phone_number,
        "status": status,
        "quality_rating": "GREEN",
        "quality_score": {"score": "GREEN"},
        "code_verification_status": if registration.verified { "VERIFIED" } else { "NOT_VERIFIED" },
        "name_status": "APPROVED",
        "new_name_status": null,
        "platform_type": if registration.registered { "CLOUD_API" } else { "NOT_APPLICABLE" },
        "throughput": {"level": "STANDARD"},
        "account_mode": "LIVE",
        "is_official_business_account": false,
        "is_pin_enabled": registration.pin.is_some(),
        "is_on_biz_app": false,
        "is_preverified_number": false,
        "last_onboarded_time": null,
        "certificate": null,
        "new_certificate": null,
        "conversational_automation": null,
        "search_visibility": null,
        "eligibility_for_api_business_global_search": null,
        "country_code": null,
        "country_dial_code": null,
        "username": null,
        "messaging_limit_tier": "TIER_250",
        "whatsapp_business_manager_messaging_limit": "TIER_250",
        "webhook_configuration": callbacks(world, account, app),
        "health_status": health(world, account, app),
    })
}

/// Where an app's webhooks of a number go: by default, by its business account, by itself.
fn callbacks(world: &World, account: &Account, app: &str) -> Value {
    let waba = account.parent.as_ref().and_then(|id| world.directory.wabas.get(id));
    let of_waba = waba.and_then(|waba| waba.subscribers.get(app)?.override_url.clone());
    let default = world.directory.apps.get(app);
    let default = default.and_then(|app| app.callback("whatsapp_business_account", "messages"));
    let mut all = json!({
        "application": default,
        "whatsapp_business_account": of_waba,
        "phone_number": account.callbacks.get(app),
    });
    if let Some(map) = all.as_object_mut() {
        map.retain(|_, url| !url.is_null());
    }
    all
}

/// A number's health: the worst of its own, its business account's, its business's and the app's.
fn health(world: &World, account: &Account, app: &str) -> Value {
    let mut own = entity("PHONE_NUMBER", &account.id);
    let registered = world.facts.registration(&account.id).registered;
    if let (false, Some(map)) = (registered, own.as_object_mut()) {
        map.insert("can_send_message".into(), "BLOCKED".into());
        map.insert(
            "errors".into(),
            json!([{
                "error_code": 141_000,
                "error_description": "The phone number is not registered on the Cloud API.",
                "possible_solution": "Register the phone number with POST /{phone}/register.",
            }]),
        );
    }
    let waba = account.parent.clone().unwrap_or_default();
    let others = [("WABA", waba.as_str()), ("BUSINESS", &business(&waba)), ("APP", app)]
        .map(|(kind, id)| entity(kind, id));
    json!({
        "can_send_message": if registered { "AVAILABLE" } else { "BLOCKED" },
        "entities": std::iter::once(own).chain(others).collect::<Vec<_>>(),
    })
}

fn entity(kind: &str, id: &str) -> Value {
    json!({"entity_type": kind, "id": id, "can_send_message": "AVAILABLE"})
}

/// The id of the business that owns a WhatsApp business account.
fn business(waba: &str) -> String {
    format!("9{waba}")
}

/// Every field of a WhatsApp business account.
pub(crate) fn of_waba(world: &World, id: &str, app: &str) -> Value {
    let waba = world.directory.wabas.get(id);
    let entities = [("WABA", id), ("BUSINESS", &business(id)), ("APP", app)]
        .map(|(kind, id)| entity(kind, id));
    let all = json!({
        "id": id,
        "name": waba.map(|waba| waba.name.clone()),
        "currency": "USD",
        "timezone_id": "1",
        "country": "US",
        "message_template_namespace": format!("ns_{id}"),
        "account_review_status": "APPROVED",
        "business_verification_status": "verified",
        "ownership_type": "SELF",
        "status": "ACTIVE",
        "is_enabled_for_insights": true,
        "marketing_messages_lite_api_status": null,
        "marketing_messages_onboarding_status": null,
        "owner_business_info": {"id": business(id), "name": waba.map(|waba| waba.name.clone())},
        "on_behalf_of_business_info": null,
        "primary_funding_id": null,
        "whatsapp_business_manager_messaging_limit": "TIER_250",
        "health_status": {"can_send_message": "AVAILABLE", "entities": entities},
    });
    with_facts(world, id, all)
}

/// Every field of an app.
pub(crate) fn of_app(world: &World, app: &App) -> Value {
    let all = json!({
        "id": app.id,
        "name": app.name,
        "link": format!("https://www.facebook.com/games/?app_id={}", app.id),
        "category": "Messenger Bots",
        "namespace": null,
        "icon_url": null,
    });
    with_facts(world, &app.id, all)
}
