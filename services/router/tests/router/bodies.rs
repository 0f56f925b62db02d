//! Bodies as Meta posts them.

use serde_json::{Value, json};

use crate::rig::{NUMBER, PAGE, WABA};

/// A Messenger customer's message.
pub(crate) fn says(customer: &str, mid: &str, text: &str) -> Value {
    messaging(json!({
        "sender": {"id": customer}, "recipient": {"id": PAGE}, "timestamp": 1_790_000_000_100_i64,
        "message": {"mid": mid, "text": text}
    }))
}

/// An echo of what the Page said.
pub(crate) fn echo(
    customer: &str,
    mid: &str,
    text: &str,
    app: u64,
    metadata: Option<&str>,
) -> Value {
    let mut message = json!({"mid": mid, "text": text, "is_echo": true, "app_id": app});
    if let Some(metadata) = metadata {
        message["metadata"] = metadata.into();
    }
    messaging(json!({
        "sender": {"id": PAGE}, "recipient": {"id": customer},
        "timestamp": 1_790_000_000_200_i64, "message": message
    }))
}

pub(crate) fn messaging(event: Value) -> Value {
    json!({"object": "page", "entry": [{"id": PAGE, "time": 1, "messaging": [event]}]})
}

/// A WhatsApp customer's message, known by phone, by user id, or by both.
pub(crate) fn whatsapp(id: &str, text: &str, phone: Option<&str>, user: Option<&str>) -> Value {
    let mut message = json!({
        "id": id, "timestamp": "1790000000", "type": "text", "text": {"body": text}
    });
    let mut contact = json!({"profile": {"name": "Ann"}});
    if let Some(phone) = phone {
        message["from"] = phone.into();
        contact["wa_id"] = phone.into();
    }
    if let Some(user) = user {
        message["from_user_id"] = user.into();
        contact["user_id"] = user.into();
    }
    whatsapp_change(
        "messages",
        json!({
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "1555", "phone_number_id": NUMBER},
            "contacts": [contact],
            "messages": [message]
        }),
    )
}

/// A change that concerns the number or its business account.
pub(crate) fn whatsapp_change(field: &str, value: Value) -> Value {
    json!({"object": "whatsapp_business_account", "entry": [{
        "id": WABA, "time": 1_790_000_000, "changes": [{"field": field, "value": value}]
    }]})
}
