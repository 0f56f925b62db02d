//! Which of Meta's subscriptions an event belongs to.
//!
//! Sources: Messenger Platform "Webhooks" (fields of Page), Instagram "Webhooks", WhatsApp "Webhooks";
//! WhatsApp tells statuses, reactions, edits and what else customers do under `messages`.

use std::collections::BTreeSet;

/// An event's kind ([`super::RawEvent::kind`]) and the field that it is told under.
const FIELDS: &[(&str, &str)] = &[
    ("delivery", "message_deliveries"),
    ("read", "message_reads"),
    ("echo", "message_echoes"),
    ("reaction", "message_reactions"),
    ("message_edit", "message_edits"),
    ("message", "messages"),
    ("message_deleted", "messages"),
    ("status", "messages"),
    ("referral", "messaging_referrals"),
    ("optin", "messaging_optins"),
    ("account_linking", "messaging_account_linking"),
    ("messaging_feedback", "messaging_feedback"),
    ("response_feedback", "response_feedback"),
    ("policy_enforcement", "messaging_policy_enforcement"),
    // What concerns no single customer.
    ("change:feed", "feed"),
    ("change:mention", "mention"),
    ("change:comments", "comments"),
    ("change:live_comments", "live_comments"),
    ("change:mentions", "mentions"),
    ("change:leadgen", "leadgen"),
    ("change:ratings", "ratings"),
    ("change:message_template_status_update", "message_template_status_update"),
    ("whatsapp:message_template_status_update", "message_template_status_update"),
    ("whatsapp:message_template_quality_update", "message_template_quality_update"),
    ("whatsapp:template_category_update", "template_category_update"),
    ("whatsapp:account_update", "account_update"),
    ("whatsapp:phone_number_quality_update", "phone_number_quality_update"),
];

/// What customers write and press: told to whoever is told anything.
const ALWAYS: [&str; 2] = ["messages", "messaging_postbacks"];

/// What is told when nobody says what: what Meta's own samples subscribe to.
const USUAL: [&str; 3] = ["message_deliveries", "messaging_optins", "messaging_referrals"];

/// What Instagram calls some of them.
const INSTAGRAMS: [(&str, &str); 3] = [
    ("messaging_seen", "message_reads"),
    ("messaging_referral", "messaging_referrals"),
    ("messaging_handover", HANDOVERS),
];

/// Who has the conversation: told by us, for Meta tells the apps of the account, not their bots.
pub const HANDOVERS: &str = "messaging_handovers";

/// The field of an event of that kind; `None` for what is not told.
/// What another app answers (`standby:`) is told under the same field.
#[must_use]
pub fn of(kind: &str) -> Option<&'static str> {
    let kind = kind.strip_prefix("standby:").unwrap_or(kind);
    FIELDS.iter().find(|(known, _)| *known == kind).map(|(_, field)| *field)
}

/// Every field that there is.
pub fn all() -> impl Iterator<Item = &'static str> {
    let more = FIELDS.iter().map(|(_, field)| *field).filter(|field| !ALWAYS.contains(field));
    let more = more.collect::<BTreeSet<_>>();
    let others = INSTAGRAMS.iter().map(|(name, _)| *name);
    ALWAYS.into_iter().chain(more).chain([HANDOVERS]).chain(others)
}

/// The fields that are told to those who chose these, or nothing.
#[must_use]
pub fn told(chosen: Option<&[String]>) -> Vec<String> {
    let chosen: Vec<&str> = match chosen {
        Some(chosen) => chosen.iter().map(String::as_str).collect(),
        None => USUAL.to_vec(),
    };
    let named = |field: &str| INSTAGRAMS.iter().find(|(name, _)| *name == field);
    let chosen = chosen.into_iter().map(|field| named(field).map_or(field, |(_, known)| known));
    let more = chosen.filter(|field| !ALWAYS.contains(field));
    ALWAYS.into_iter().chain(more).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_by_itself_is_among_all() {
        assert!(told(None).iter().all(|field| all().any(|known| known == field)));
        assert_eq!(told(Some(&["message_reads".to_owned()])).len(), 3);
        assert_eq!(told(Some(&["messaging_seen".to_owned()]))[2], "message_reads");
        assert_eq!(of("standby:echo"), Some("message_echoes"));
        assert_eq!(of("message"), Some("messages"));
        assert_eq!(of("anything"), None);
    }
}
