//! WhatsApp customers whose number or business-scoped id changes.

use serde_json::{Value, json};

use super::{Act, shown};
use crate::state::thread::View;
use crate::state::{ThreadKey, World};
use crate::webhooks::events::whatsapp_value;
use crate::webhooks::{Event, EventKind};

/// The system message of a customer who got another number or another id, if the
/// act is one. From then on the customer has that id here, too.
pub(super) fn act(world: &mut World, act: &Act<'_>) -> Option<(Event, Option<View>)> {
    let number = act.text("changed_number");
    let previous = act.customer.user_id.clone();
    // Whoever changes the number gets another business-scoped id as well.
    let user_id = match &number {
        Some(number) => format!("US.9{number}"),
        None => act.text("changed_user_id")?,
    };
    let name = &act.customer.name;
    let (system, from) = match &number {
        Some(number) => {
            let old = &act.customer.id;
            let system = json!({
                "type": "user_changed_number",
                "body": format!("User {name} changed from {old} to {number}"),
                "wa_id": number,
                "user_id": user_id,
                "previous_user_id": previous,
            });
            (system, Some(old.clone()))
        }
        None => {
            let system = json!({
                "type": "user_changed_user_id",
                "body": format!("User {name} changed their user id"),
                "user_id": user_id,
                "previous_user_id": previous,
            });
            (system, None)
        }
    };
    let mut item = json!({
        "from_user_id": previous,
        "id": act.id,
        "timestamp": act.now_ms.div_euclid(1000).to_string(),
        "type": "system",
        "system": system,
    });
    if let (Some(map), Some(from)) = (item.as_object_mut(), from) {
        map.insert("from".into(), from.into());
    }
    let text = system_text(&item);
    change(world, act, number.as_deref(), user_id);
    let event = Event {
        key: act.key.clone(),
        kind: EventKind::Customer,
        field: "messages".into(),
        value: whatsapp_value(act.account, None, "messages", item),
    };
    Some((event, shown("system", text)))
}

fn system_text(item: &Value) -> Option<String> {
    item.pointer("/system/body").and_then(Value::as_str).map(str::to_owned)
}

fn change(world: &mut World, act: &Act<'_>, number: Option<&str>, user_id: String) {
    let mut key = act.key.clone();
    if let Some(number) = number {
        key = ThreadKey::new(&act.account.id, number);
        world.move_customer(&act.key, &key);
    }
    if let Some(mut customer) = world.directory.customers.get(&key).cloned() {
        customer.user_id = Some(user_id);
        world.directory.put_customer(customer);
    }
}
