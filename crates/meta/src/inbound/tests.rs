//! Meanings that the fixtures do not spell out; each shape of body has a snapshot there.

use serde_json::{Value, json};
use switchboard_domain::{
    content::{Media, MediaKind},
    conversation::MessageStatus,
};

use super::*;
use crate::webhook;

fn meanings(object: &str, entry: &Value) -> Vec<Normalised> {
    let body = json!({ "object": object, "entry": [entry] });
    let events = webhook::split(body.to_string().as_bytes()).unwrap();
    events.iter().flat_map(|event| normalise(&event.raw).unwrap()).collect()
}

/// The parts of a customer's message on Messenger, with their ids.
fn parts(message: &Value) -> Vec<(Option<String>, Content)> {
    let item = json!({ "sender": { "id": "9" }, "timestamp": 1, "message": message });
    meanings("page", &json!({ "id": "7", "messaging": [item] }))
        .into_iter()
        .map(|meaning| match meaning {
            Normalised::Message { message, .. } => (message.external_id, message.content),
            other => panic!("{other:?}"),
        })
        .collect()
}

fn image(url: &str, caption: Option<&str>) -> Content {
    Content::Media(Media {
        url: Some(url.into()),
        caption: caption.map(str::to_owned),
        ..Media::of(MediaKind::Image)
    })
}

fn attached(url: &str) -> Value {
    json!({ "type": "image", "payload": { "url": url } })
}

#[test]
fn a_text_with_one_medium_is_its_caption() {
    let found = parts(&json!({ "mid": "m", "text": "look", "attachments": [attached("u")] }));
    assert_eq!(found, [(Some("m".into()), image("u", Some("look")))]);
}

#[test]
fn of_several_parts_each_is_a_message_and_the_first_has_the_id() {
    let attachments = [attached("u"), attached("v")];
    let found = parts(&json!({ "mid": "m", "text": "look", "attachments": attachments }));
    assert_eq!(
        found,
        [
            (Some("m".into()), Content::text("look")),
            (Some("m#2".into()), image("u", None)),
            (Some("m#3".into()), image("v", None)),
        ]
    );
}

#[test]
fn all_parts_but_the_last_say_that_more_follows() {
    let message = json!({"mid": "m", "text": "Look",
        "attachments": [attached("https://a.example/1"), attached("https://a.example/2")]});
    let item = json!({ "sender": { "id": "9" }, "timestamp": 1, "message": message });
    let parts = meanings("page", &json!({ "id": "7", "messaging": [item] })).into_iter();
    let continues = parts.map(|part| match part {
        Normalised::Message { message, .. } => message.continues,
        other => panic!("{other:?}"),
    });
    assert_eq!(continues.collect::<Vec<_>>(), [true, true, false]);
}

#[test]
fn a_quick_reply_with_an_attachment_loses_neither() {
    let message = json!({
        "mid": "m", "text": "Yes", "quick_reply": { "payload": "Y" }, "attachments": [attached("u")]
    });
    let choice = Content::Choice { title: "Yes".into(), payload: "Y".into() };
    assert_eq!(
        parts(&message),
        [(Some("m".into()), choice), (Some("m#2".into()), image("u", None))]
    );
}

#[test]
fn a_message_with_nothing_in_it_is_still_seen() {
    for message in [json!({ "mid": "m" }), json!({ "mid": "m", "text": "", "attachments": null })] {
        assert_eq!(parts(&message), [(Some("m".into()), unsupported("empty"))]);
    }
}

#[test]
fn a_failed_status_has_a_sentence_for_the_agent() {
    let status = json!({
        "id": "wamid.1", "status": "failed", "timestamp": "1790000000", "recipient_id": "1555",
        "errors": [{ "code": 131047, "title": "Re-engagement message" }]
    });
    let value = json!({ "metadata": { "phone_number_id": "5" }, "statuses": [status] });
    let change = json!({ "field": "messages", "value": value });
    let found = meanings("whatsapp_business_account", &json!({ "id": "6", "changes": [change] }));
    let [Normalised::Receipt { status, error: Some(error), .. }] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(*status, MessageStatus::Failed);
    let advice = error.advice(switchboard_domain::Channel::WhatsApp);
    assert!(advice.contains("template"), "{advice}");
}

#[test]
fn what_was_not_split_is_not_understood() {
    for text in ["", "{}", "[]", r#"{"place":"nowhere","item":{}}"#] {
        assert!(normalise(text).is_err(), "{text}");
    }
}
