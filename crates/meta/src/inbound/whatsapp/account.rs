//! What WhatsApp says about business accounts and numbers, and control of conversations.

use super::account_update;
use crate::{
    error::GraphError,
    inbound::{AccountNotice, Identity, Moved, Normalised, Severity},
    json::Object,
    webhook::{
        envelope::{Envelope, Place},
        facts,
    },
};

/// What a value as a whole, or an error beside the messages, is about.
pub(in crate::inbound) fn about_the_account(
    envelope: &Envelope<'_>,
    kind: &str,
) -> Vec<Normalised> {
    let Some(item) = envelope.object() else { return Vec::new() };
    let at = facts::at(envelope);
    if envelope.place == Place::Errors {
        let advice = GraphError::of(&item).advice(switchboard_domain::Channel::WhatsApp);
        let notice = AccountNotice::new(kind, (Severity::Warning, advice), at);
        return vec![Normalised::Account(notice)];
    }
    let field = kind.trim_start_matches("whatsapp:");
    if field == "messaging_handovers" {
        return handover(&item).into_iter().collect();
    }
    let Some(what) = what(field, &item) else { return Vec::new() };
    let notice = AccountNotice {
        templates_changed: field.starts_with("message_template") || field.starts_with("template_"),
        ..AccountNotice::new(kind, what, at)
    };
    vec![Normalised::Account(notice)]
}

/// Whoever hears of it has control now: the value names no app.
fn handover(value: &Object<'_>) -> Option<Normalised> {
    let phone = value.object("sender")?.word("phone_number")?;
    let phone = facts::digits(&phone);
    let metadata = value.object("control_passed").and_then(|passed| passed.word("metadata"));
    let identity = Identity { customer: phone.clone(), phone, ..Identity::default() };
    Some(Normalised::Thread { identity, moved: Moved::ToUs { metadata } })
}

/// How much it matters and what it means; `None` for fields that say nothing to people.
fn what(field: &str, value: &Object<'_>) -> Option<(Severity, String)> {
    let word = |key: &str| value.word(key).unwrap_or_default();
    let lower = |key: &str| word(key).to_lowercase().replace('_', " ");
    Some(match field {
        "account_alerts" => alert(value),
        "account_update" => account_update::what(value),
        "account_review_update" => match word("decision").as_str() {
            "APPROVED" => (Severity::Info, "Meta approved the WhatsApp business account.".into()),
            _ => {
                let decision = lower("decision");
                (Severity::Critical, format!("Meta reviewed the business account: {decision}."))
            }
        },
        "account_settings_update" => {
            (Severity::Info, "Settings of the WhatsApp number changed at Meta.".into())
        }
        "business_capability_update" => capability(value),
        "phone_number_quality_update" => quality(value),
        "phone_number_name_update" => name(value),
        "message_template_status_update" => template_status(value),
        "message_template_quality_update" => template_quality(value),
        "message_template_components_update" => {
            let name = word("message_template_name");
            (Severity::Info, format!("The text of the template {name} changed."))
        }
        "template_category_update" => {
            let (name, category) = (word("message_template_name"), lower("new_category"));
            (Severity::Info, format!("The template {name} now counts as {category}."))
        }
        "template_correct_category_detection" => {
            let (name, category) = (word("message_template_name"), lower("correct_category"));
            (Severity::Warning, format!("The template {name} should have the category {category}."))
        }
        "security" => {
            (Severity::Warning, format!("The number's two-step PIN: {}.", lower("event")))
        }
        "flows" => (Severity::Warning, format!("A flow changed: {}", word("message"))),
        "business_username_update" => {
            let (username, status) = (word("username"), lower("status"));
            (Severity::Info, format!("The business's username {username} is {status}."))
        }
        "payment_configuration_update" => {
            (Severity::Info, format!("The payment configuration changed: {}.", lower("status")))
        }
        "partner_solutions" => {
            (Severity::Info, format!("A partner solution changed: {}.", lower("event")))
        }
        _ => return None,
    })
}

fn alert(value: &Object<'_>) -> (Severity, String) {
    let info = value.object("alert_info");
    let find = |key: &str| {
        let inside = info.as_ref().and_then(|info| info.word(key));
        inside.or_else(|| value.word(key)).unwrap_or_default()
    };
    let severity = match find("alert_severity").as_str() {
        "CRITICAL" => Severity::Critical,
        "WARNING" => Severity::Warning,
        _ => Severity::Info,
    };
    let kind = find("alert_type").to_lowercase().replace('_', " ");
    match find("alert_description") {
        text if text.is_empty() => (severity, format!("Meta alerts: {kind}.")),
        text => (severity, format!("Meta alerts: {kind}. {text}")),
    }
}

fn capability(value: &Object<'_>) -> (Severity, String) {
    let limit = value
        .word("max_daily_conversations_per_business")
        .or_else(|| value.word("max_daily_conversation_per_phone"));
    let limit = limit.unwrap_or_else(|| "unknown".into());
    (Severity::Info, format!("The business may now begin this many conversations a day: {limit}."))
}

fn quality(value: &Object<'_>) -> (Severity, String) {
    let number = value.word("display_phone_number").unwrap_or_default();
    let limit = value
        .word("max_daily_conversations_per_business")
        .or_else(|| value.word("current_limit"))
        .map(|limit| format!(" Its messaging limit is {limit}."))
        .unwrap_or_default();
    match value.text("event").as_deref() {
        Some("FLAGGED") => {
            let text = format!("The quality of the number {number} is low; it may be limited.");
            (Severity::Warning, text + &limit)
        }
        Some("DOWNGRADE") => {
            (Severity::Warning, format!("The number {number} may write to fewer people.{limit}"))
        }
        Some("THROUGHPUT_UPGRADE") => (
            Severity::Info,
            format!("The number {number} may now send up to 1000 a second.{limit}"),
        ),
        _ => (Severity::Info, format!("The limits of the number {number} changed.{limit}")),
    }
}

fn name(value: &Object<'_>) -> (Severity, String) {
    let name = value.word("requested_verified_name").unwrap_or_default();
    match value.text("decision").as_deref() {
        Some("APPROVED") => (Severity::Info, format!("Meta approved the display name {name}.")),
        _ => {
            let reason = value.word("rejection_reason").unwrap_or_default();
            (Severity::Warning, format!("Meta did not approve the display name {name}: {reason}"))
        }
    }
}

fn template_status(value: &Object<'_>) -> (Severity, String) {
    let name = value.word("message_template_name").unwrap_or_default();
    let language = value.word("message_template_language").unwrap_or_default();
    let event = value.word("event").unwrap_or_default();
    let severity = match event.as_str() {
        "REJECTED" | "PAUSED" | "DISABLED" | "FLAGGED" | "LOCKED" | "LIMIT_EXCEEDED" => {
            Severity::Warning
        }
        _ => Severity::Info,
    };
    let reason = value.word("reason").filter(|reason| reason != "NONE");
    let reason = reason.map(|reason| format!(" Meta says: {reason}")).unwrap_or_default();
    let state = event.to_lowercase().replace('_', " ");
    (severity, format!("The template {name} ({language}) is {state}.{reason}"))
}

fn template_quality(value: &Object<'_>) -> (Severity, String) {
    let name = value.word("message_template_name").unwrap_or_default();
    let score = value.word("new_quality_score").unwrap_or_default();
    let severity = if score == "RED" { Severity::Warning } else { Severity::Info };
    (severity, format!("The quality of the template {name} is now {}.", score.to_lowercase()))
}
