//! The field `account_update`: bans, restrictions, violations, partners.

use crate::{inbound::Severity, json::Object};

pub(super) fn what(value: &Object<'_>) -> (Severity, String) {
    let event = value.word("event").unwrap_or_else(|| "CHANGED".to_owned());
    match event.as_str() {
        "DISABLED_UPDATE" => ban(value),
        "ACCOUNT_RESTRICTION" => restriction(value),
        "ACCOUNT_VIOLATION" => {
            let kind = value.object("violation_info").and_then(|info| info.word("violation_type"));
            let kind = plain(&kind.unwrap_or_default());
            (Severity::Warning, format!("Meta found a violation of its policies: {kind}."))
        }
        "ACCOUNT_DELETED" => {
            (Severity::Critical, "The WhatsApp business account was deleted.".into())
        }
        "PARTNER_REMOVED" | "PARTNER_APP_UNINSTALLED" => {
            (Severity::Critical, "The business took our access to its account away.".into())
        }
        "ACCOUNT_OFFBOARDED" => {
            (Severity::Critical, "The number was disconnected in the WhatsApp Business app.".into())
        }
        "ACCOUNT_RECONNECTED" => {
            (Severity::Info, "The number is connected to the WhatsApp Business app again.".into())
        }
        "VERIFIED_ACCOUNT" => (Severity::Info, "Meta verified the business.".into()),
        other => (Severity::Info, format!("The business account changed: {}.", plain(other))),
    }
}

fn ban(value: &Object<'_>) -> (Severity, String) {
    let info = value.object("ban_info");
    let word = |key: &str| {
        let inside = info.as_ref().and_then(|info| info.text(key));
        inside.unwrap_or_default()
    };
    let date = word("waba_ban_date");
    match word("waba_ban_state").as_str() {
        "SCHEDULE_FOR_DISABLE" => {
            let text = format!("Meta will disable the business account on {date}; appeal at Meta.");
            (Severity::Critical, text)
        }
        "REINSTATE" => (Severity::Info, "Meta reinstated the business account.".into()),
        _ => (Severity::Critical, "Meta disabled the business account; appeal at Meta.".into()),
    }
}

fn restriction(value: &Object<'_>) -> (Severity, String) {
    let restrictions = value.objects("restriction_info");
    let kinds = restrictions.iter().filter_map(|one| one.word("restriction_type"));
    let kinds: Vec<&str> = kinds.map(|kind| sentence(&kind)).collect();
    (Severity::Critical, format!("Meta restricted the account: {}.", kinds.join("; ")))
}

fn sentence(restriction: &str) -> &'static str {
    match restriction {
        "RESTRICTED_BIZ_INITIATED_MESSAGING" => "it may only answer, not begin conversations",
        "RESTRICTED_CUSTOMER_INITIATED_MESSAGING" => "it may not answer customers",
        "RESTRICTED_ADD_PHONE_NUMBER_ACTION" => "it may not add numbers",
        _ => "see the notice at Meta",
    }
}

fn plain(word: &str) -> String {
    word.to_lowercase().replace('_', " ")
}
