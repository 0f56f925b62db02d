//! An event as a body of its own again, for those who expect Meta's webhooks.

use serde_json::value::RawValue;
use switchboard_domain::Channel;

use super::envelope::{Envelope, Place};

/// The body that Meta would post with this event alone, given its [`super::RawEvent::raw`]: each
/// part the exact text that arrived. `None` for what is no message of a customer.
#[must_use]
pub fn restore(raw: &str) -> Option<String> {
    let envelope = Envelope::parse(raw).ok()?;
    let item = envelope.item.get();
    let inner = match envelope.place {
        Place::Messaging => format!(r#""messaging":[{item}]"#),
        Place::Standby => format!(r#""standby":[{item}]"#),
        Place::Messages => {
            let field = envelope.field.map_or("\"messages\"", RawValue::get);
            let value = value(&envelope);
            format!(r#""changes":[{{"field":{field},"value":{{{value}}}}}]"#)
        }
        _ => return None,
    };
    let object = match (envelope.object, envelope.channel()?) {
        (Some(object), _) => object.get(),
        (None, Channel::Messenger) => "\"page\"",
        (None, Channel::Instagram) => "\"instagram\"",
        (None, Channel::WhatsApp) => "\"whatsapp_business_account\"",
    };
    let around = [("id", envelope.entry_id), ("time", envelope.time)];
    let around: String = around.into_iter().filter_map(member).collect();
    Some(format!(r#"{{"object":{object},"entry":[{{{around}{inner}}}]}}"#))
}

/// What stands in a WhatsApp value.
fn value(envelope: &Envelope<'_>) -> String {
    let metadata = member(("metadata", envelope.metadata)).unwrap_or_default();
    let contacts: Vec<&str> = envelope.contacts.iter().map(|contact| contact.get()).collect();
    let contacts = match contacts.as_slice() {
        [] => String::new(),
        all => format!(r#""contacts":[{}],"#, all.join(",")),
    };
    let item = envelope.item.get();
    format!(r#""messaging_product":"whatsapp",{metadata}{contacts}"messages":[{item}]"#)
}

fn member((key, value): (&str, Option<&RawValue>)) -> Option<String> {
    value.map(|value| format!(r#""{key}":{},"#, value.get()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::webhook::split;

    fn again(body: &Value) -> Value {
        let events = split(body.to_string().as_bytes()).unwrap();
        let restored = restore(&events[0].raw).unwrap();
        let (before, after) = (&events[0], &split(restored.as_bytes()).unwrap()[0]);
        assert_eq!((&before.dedupe_key, &before.raw), (&after.dedupe_key, &after.raw));
        serde_json::from_str(&restored).unwrap()
    }

    #[test]
    fn a_message_is_the_body_that_it_came_in() {
        let message = json!({"mid": "m_1", "text": "hi", "x": 1.50});
        let item = json!({"sender": {"id": "51"}, "recipient": {"id": "2"}, "message": message});
        let page =
            json!({"object": "page", "entry": [{"id": "2", "time": 7, "messaging": [item]}]});
        assert_eq!(again(&page), page);
        let value = json!({
            "messaging_product": "whatsapp",
            "metadata": {"phone_number_id": "4"},
            "contacts": [{"wa_id": "1555"}],
            "messages": [{"from": "1555", "id": "wamid.1", "type": "text", "text": {"body": "hi"}}]
        });
        let change = json!({"field": "messages", "value": value});
        let number = json!({
            "object": "whatsapp_business_account", "entry": [{"id": "3", "changes": [change]}]
        });
        assert_eq!(again(&number), number);
    }

    #[test]
    fn of_several_messages_each_is_a_body_of_its_own() {
        let item = |mid: &str| json!({"sender": {"id": "51"}, "message": {"mid": mid}});
        let both = json!([item("m_1"), item("m_2")]);
        let body = json!({"object": "instagram", "entry": [{"id": "3", "messaging": both}]});
        let events = split(body.to_string().as_bytes()).unwrap();
        let mids = events.iter().map(|event| {
            let body: Value = serde_json::from_str(&restore(&event.raw).unwrap()).unwrap();
            body["entry"][0]["messaging"][0]["message"]["mid"].clone()
        });
        assert_eq!(mids.collect::<Vec<_>>(), [json!("m_1"), json!("m_2")]);
    }

    #[test]
    fn what_no_customer_wrote_is_none() {
        let body =
            json!({"object": "page", "entry": [{"id": "2", "changes": [{"field": "feed"}]}]});
        assert_eq!(restore(&split(body.to_string().as_bytes()).unwrap()[0].raw), None);
        assert_eq!(restore("{}"), None);
    }
}
