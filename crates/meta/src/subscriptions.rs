//! What an app has to subscribe to, and what a token has to allow.
//!
//! Sources: Messenger Platform "Webhooks reference" (Page fields), Instagram "Webhooks", WhatsApp
//! "Webhooks"; "Permissions reference".

use switchboard_domain::Channel;

/// The `object` of a channel's webhooks.
#[must_use]
pub fn object(channel: Channel) -> &'static str {
    match channel {
        Channel::Messenger => "page",
        Channel::Instagram => "instagram",
        Channel::WhatsApp => "whatsapp_business_account",
    }
}

/// The fields that conversations need; without them messages are lost or sends stay in doubt.
#[must_use]
pub fn needed_fields(channel: Channel) -> &'static [&'static str] {
    match channel {
        Channel::Messenger => &[
            "messages",
            "messaging_postbacks",
            "message_echoes",
            "message_deliveries",
            "message_reads",
        ],
        Channel::Instagram => &["messages", "messaging_postbacks"],
        Channel::WhatsApp => &["messages"],
    }
}

/// All fields that we understand, those that are needed first.
#[must_use]
pub fn all_fields(channel: Channel) -> &'static [&'static str] {
    match channel {
        Channel::Messenger => &[
            "messages",
            "messaging_postbacks",
            "message_echoes",
            "message_deliveries",
            "message_reads",
            "message_edits",
            "message_reactions",
            "messaging_account_linking",
            "messaging_feedback",
            "messaging_handovers",
            "messaging_optins",
            "messaging_policy_enforcement",
            "messaging_referrals",
            "response_feedback",
            "send_cart",
            "standby",
        ],
        Channel::Instagram => &[
            "messages",
            "messaging_postbacks",
            "messaging_seen",
            "message_reactions",
            "messaging_handover",
            "messaging_optins",
            "messaging_referral",
            "standby",
        ],
        Channel::WhatsApp => &[
            "messages",
            "smb_message_echoes",
            "standby",
            "messaging_handovers",
            "account_alerts",
            "account_review_update",
            "account_update",
            "business_capability_update",
            "message_template_quality_update",
            "message_template_status_update",
            "phone_number_name_update",
            "phone_number_quality_update",
            "security",
            "template_category_update",
            "user_preferences",
        ],
    }
}

/// Fields that help and whose spelling Meta's pages do not agree on: subscribed to where Meta takes
/// them. ("Send a utility message" names this one, the reference of webhooks another.)
#[must_use]
pub fn optional_fields(channel: Channel) -> &'static [&'static str] {
    match channel {
        Channel::Messenger => &["message_template_status_update"],
        Channel::Instagram | Channel::WhatsApp => &[],
    }
}

/// What people read when a Page may not send utility messages; source: "Send a utility message",
/// before you start.
pub const NO_UTILITY: &str = "The Page's token has no permission to send utility templates \
                              (pages_utility_messaging). Ask for it in the App Dashboard, App Review, then \
                              make a new token with it.";

/// The permissions that a token needs: one of each line.
#[must_use]
pub fn needed_scopes(channel: Channel) -> &'static [&'static [&'static str]] {
    match channel {
        Channel::Messenger => &[&["pages_messaging"], &["pages_manage_metadata"]],
        Channel::Instagram => {
            &[&["instagram_manage_messages", "instagram_business_manage_messages"]]
        }
        Channel::WhatsApp => &[&["whatsapp_business_messaging"], &["whatsapp_business_management"]],
    }
}
