//! An event as a body of its own again, for those who expect Meta's webhooks.
//!
//! Those may know messages by other ids than Meta's: [`named`] tells which messages an event names,
//! and [`restore`] puts other names in their place. All else is the exact text that arrived.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use switchboard_domain::Channel;

use super::envelope::{Envelope, Place};
use crate::json;

/// Other names for what an event names, by Meta's.
pub type Names = BTreeMap<String, String>;

/// The ids of messages that an event names beside its own: those that it answers, reacts to, or is a
/// receipt of; of an echo its own, which the business wrote.
#[must_use]
pub fn named(raw: &str) -> Vec<String> {
    let Ok(envelope) = Envelope::parse(raw) else { return Vec::new() };
    let Some(item) = envelope.object() else { return Vec::new() };
    let within = |key: &str, id: &str| item.object(key).and_then(|object| object.word(id));
    let mut found = Vec::new();
    match envelope.place {
        Place::Messaging | Place::Standby => {
            let message = item.object("message");
            let echo = message.as_ref().filter(|message| message.flag("is_echo"));
            found.extend(echo.and_then(|message| message.word("mid")));
            let answered = message.and_then(|message| message.object("reply_to"));
            found.extend(answered.and_then(|answered| answered.word("mid")));
            found.extend(within("reaction", "mid"));
            found.extend(within("read", "mid"));
            let mids = item.object("delivery").and_then(|delivery| delivery.list("mids"));
            found.extend(mids.into_iter().flatten().filter_map(json::scalar));
        }
        Place::Messages => {
            found.extend(within("context", "id"));
            found.extend(within("reaction", "message_id"));
        }
        Place::Statuses | Place::MessageEchoes => found.extend(item.word("id")),
        _ => {}
    }
    found
}

/// What the sender of the message that an event is about attached for itself.
#[must_use]
pub fn attached(raw: &str) -> Option<String> {
    let envelope = Envelope::parse(raw).ok()?;
    let item = envelope.object()?;
    match envelope.place {
        Place::Statuses => item.word("biz_opaque_callback_data"),
        _ => item.object("message").and_then(|message| message.word("metadata")),
    }
}

/// The body that Meta would post with this event alone, given its [`super::RawEvent::raw`], with
/// other words in place of some. `None` for what no webhook of its own tells.
#[must_use]
pub fn restore(raw: &str, names: &Names) -> Option<String> {
    let envelope = Envelope::parse(raw).ok()?;
    let item = renamed(envelope.item.get(), names);
    let in_value = |list: &str| {
        let field = envelope.field.map_or("\"messages\"", RawValue::get);
        let value = value(&envelope, list, &item);
        format!(r#""changes":[{{"field":{field},"value":{{{value}}}}}]"#)
    };
    let inner = match envelope.place {
        Place::Messaging => format!(r#""messaging":[{item}]"#),
        Place::Standby => format!(r#""standby":[{item}]"#),
        Place::Messages => in_value("messages"),
        Place::Statuses => in_value("statuses"),
        Place::MessageEchoes => in_value("message_echoes"),
        Place::Changes => format!(r#""changes":[{item}]"#),
        Place::Value => {
            let field = envelope.field?.get();
            format!(r#""changes":[{{"field":{field},"value":{item}}}]"#)
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

/// The item with other words, where they stand alone as texts; Meta writes slashes in two ways.
fn renamed(item: &str, names: &Names) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    names.iter().fold(item.to_owned(), |item, (from, to)| {
        let (from, to) = (quoted(from), quoted(to));
        item.replace(&from, &to).replace(&from.replace('/', "\\/"), &to)
    })
}

/// What stands in a WhatsApp value.
fn value(envelope: &Envelope<'_>, list: &str, item: &str) -> String {
    let metadata = member(("metadata", envelope.metadata)).unwrap_or_default();
    let contacts: Vec<&str> = envelope.contacts.iter().map(|contact| contact.get()).collect();
    let contacts = match contacts.as_slice() {
        [] => String::new(),
        all => format!(r#""contacts":[{}],"#, all.join(",")),
    };
    format!(r#""messaging_product":"whatsapp",{metadata}{contacts}"{list}":[{item}]"#)
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
        let restored = restore(&events[0].raw, &Names::new()).unwrap();
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
            let body: Value =
                serde_json::from_str(&restore(&event.raw, &Names::new()).unwrap()).unwrap();
            body["entry"][0]["messaging"][0]["message"]["mid"].clone()
        });
        assert_eq!(mids.collect::<Vec<_>>(), [json!("m_1"), json!("m_2")]);
    }

    #[test]
    fn what_concerns_no_customer_is_told_as_it_came() {
        let change = json!({"field": "feed", "value": {"item": "comment", "comment_id": "2_7"}});
        let page =
            json!({"object": "page", "entry": [{"id": "2", "time": 7, "changes": [change]}]});
        assert_eq!(again(&page), page);
        let change = json!({"field": "message_template_status_update",
            "value": {"event": "APPROVED", "message_template_name": "hello"}});
        let object = "whatsapp_business_account";
        let waba =
            json!({"object": object, "entry": [{"id": "3", "time": 7, "changes": [change]}]});
        assert_eq!(again(&waba), waba);
    }

    #[test]
    fn what_is_no_webhook_is_none() {
        assert_eq!(restore("{}", &Names::new()), None);
    }

    /// The body of the first event, with each message that it names called `ours-`.
    fn with_our_names(body: &Value) -> Value {
        let raw = split(body.to_string().as_bytes()).unwrap().remove(0).raw;
        let names = named(&raw).into_iter().map(|id| (id.clone(), format!("ours-{id}"))).collect();
        serde_json::from_str(&restore(&raw, &names).unwrap()).unwrap()
    }

    #[test]
    fn messages_of_the_business_are_called_as_the_bot_knows_them() {
        let on_page = |item: Value| {
            let page = json!({"object": "page", "entry": [{"id": "2", "messaging": [item]}]});
            with_our_names(&page)["entry"][0]["messaging"][0].clone()
        };
        let delivery = on_page(json!({"sender": {"id": "51"},
            "delivery": {"mids": ["m_1", "m_2"], "watermark": 7}}));
        assert_eq!(delivery["delivery"]["mids"], json!(["ours-m_1", "ours-m_2"]));
        let reply = on_page(json!({"sender": {"id": "51"},
            "message": {"mid": "m_3", "text": "that m_1", "reply_to": {"mid": "m_1"}}}));
        assert_eq!(
            reply["message"],
            json!({"mid": "m_3", "text": "that m_1",
            "reply_to": {"mid": "ours-m_1"}})
        );
        let echo = json!({"mid": "m_4", "is_echo": true, "metadata": "x"});
        let echo = on_page(json!({"recipient": {"id": "51"}, "message": echo}));
        assert_eq!(echo["message"]["mid"], "ours-m_4");

        let status = json!({"id": "wamid.A/B=", "status": "read", "recipient_id": "1555"});
        let value = json!({"messaging_product": "whatsapp", "statuses": [status]});
        let change = json!({"field": "messages", "value": value});
        let number = json!({"object": "whatsapp_business_account",
            "entry": [{"id": "3", "changes": [change]}]});
        let told = with_our_names(&number);
        let told = &told["entry"][0]["changes"][0]["value"]["statuses"][0];
        assert_eq!((&told["id"], &told["status"]), (&json!("ours-wamid.A/B="), &json!("read")));
    }

    #[test]
    fn escaped_slashes_are_slashes() {
        let names = Names::from([("a/b".to_owned(), "c".to_owned())]);
        assert_eq!(renamed(r#"{"id":"a\/b","x":"a/b"}"#, &names), r#"{"id":"c","x":"c"}"#);
    }
}
