//! Events of WhatsApp business accounts and numbers.

use serde_json::{Map, Value, json};

use super::{Refusal, filled, of};
use crate::ids;
use crate::state::directory::Account;
use crate::state::{ThreadKey, World};
use crate::webhooks::Event;
use crate::webhooks::events::{digits, whatsapp_value};

const EVENTS: &str = "account_alerts, account_review_update, account_update, \
     business_capability_update, phone_number_quality_update, phone_number_name_update, \
     message_template_status_update, message_template_quality_update, template_category_update, \
     security, user_preferences, errors";

/// The keys that Meta always sends, of the events that have such.
const NEEDS: [(&str, &[&str]); 10] = [
    ("account_alerts", &["alert_info"]),
    ("account_review_update", &["decision"]),
    ("account_update", &["event"]),
    ("business_capability_update", &[]),
    ("phone_number_quality_update", &["event"]),
    ("phone_number_name_update", &["decision", "requested_verified_name"]),
    ("message_template_status_update", &["event", "message_template_name"]),
    ("message_template_quality_update", &["new_quality_score", "message_template_name"]),
    ("template_category_update", &["new_category", "message_template_name"]),
    ("security", &["event"]),
];

/// The event that a body names.
pub(super) fn event(
    world: &World,
    account: &Account,
    body: &Map<String, Value>,
    now_ms: i64,
) -> Result<Event, Refusal> {
    if let Some(errors) = body.get("errors").and_then(Value::as_array) {
        return Ok(of(account, "messages".to_owned(), system_errors(account, errors)));
    }
    if let Some(given) = body.get("user_preferences") {
        return preferences(world, account, given, now_ms);
    }
    let found = NEEDS.iter().find_map(|(field, needs)| Some((field, needs, body.get(*field)?)));
    let Some((field, needs, given)) = found else {
        return Err(Refusal::Unknown(EVENTS));
    };
    if let Some(key) = needs.iter().find(|key| given.get(**key).is_none()) {
        return Err(Refusal::Lacks((*field).to_owned(), key));
    }
    let value = filled(given, defaults(world, account, field, given, now_ms));
    Ok(of(account, (*field).to_owned(), value))
}

fn defaults(world: &World, account: &Account, field: &str, given: &Value, now_ms: i64) -> Value {
    let phone = digits(&account.display_phone_number);
    match field {
        "account_alerts" => json!({"entity_type": "PHONE_NUMBER", "entity_id": account.id}),
        "phone_number_quality_update" => json!({
            "display_phone_number": phone,
            "max_daily_conversations_per_business": "TIER_1K",
        }),
        "phone_number_name_update" => {
            json!({"display_phone_number": phone, "rejection_reason": "NONE"})
        }
        "security" => json!({"display_phone_number": phone, "requester": ids::numeric()}),
        "message_template_status_update" => {
            let mut value = template(world, account, given);
            value.extend([
                ("reason".to_owned(), "NONE".into()),
                ("message_template_category".to_owned(), "UTILITY".into()),
            ]);
            Value::Object(value)
        }
        "message_template_quality_update" => {
            let mut value = template(world, account, given);
            value.insert("previous_quality_score".to_owned(), "UNKNOWN".into());
            Value::Object(value)
        }
        "template_category_update" => {
            let mut value = template(world, account, given);
            value.extend([
                ("previous_category".to_owned(), "UTILITY".into()),
                ("category_update_timestamp".to_owned(), now_ms.div_euclid(1000).into()),
            ]);
            Value::Object(value)
        }
        _ => json!({}),
    }
}

/// How events name a template: with the language that it has here.
fn template(world: &World, account: &Account, given: &Value) -> Map<String, Value> {
    let name = given.get("message_template_name").and_then(Value::as_str);
    let templates = account.parent.as_ref().and_then(|id| world.directory.templates.get(id));
    let known = templates.and_then(|all| all.list.iter().find(|own| Some(&*own.name) == name));
    let language = known.map_or("en_US", |template| &template.language);
    let id = known.and_then(|template| template.id.parse().ok()).unwrap_or_else(ids::number);
    Map::from_iter([
        ("message_template_id".to_owned(), id.into()),
        ("message_template_language".to_owned(), language.into()),
    ])
}

/// Errors of the system, the app or the account, without a message.
fn system_errors(account: &Account, errors: &[Value]) -> Value {
    let mut value = whatsapp_value(account, None, "errors", Value::Null);
    if let Some(map) = value.as_object_mut() {
        map.insert("errors".into(), errors.into());
    }
    value
}

/// A customer stops or resumes marketing messages.
fn preferences(
    world: &World,
    account: &Account,
    given: &Value,
    now_ms: i64,
) -> Result<Event, Refusal> {
    let named = given.get("customer").and_then(Value::as_str).unwrap_or_default();
    let key = ThreadKey::new(&account.id, named);
    let Some(customer) = world.directory.customers.get(&key) else {
        let needs = "customer: somebody who the number knows, and value: stop or resume";
        return Err(Refusal::Lacks("user_preferences".to_owned(), needs));
    };
    let value = given.get("value").and_then(Value::as_str).unwrap_or("stop");
    let mut item = json!({
        "user_id": customer.user_id,
        "category": "marketing_messages",
        "value": value,
        "detail": format!("User requested to {value} marketing messages"),
        "timestamp": now_ms.div_euclid(1000),
    });
    if let (Some(map), false) = (item.as_object_mut(), customer.hide_phone) {
        map.insert("wa_id".into(), customer.id.clone().into());
    }
    let value = whatsapp_value(account, Some(customer), "user_preferences", item);
    Ok(of(account, "user_preferences".to_owned(), value))
}
