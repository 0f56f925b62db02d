//! The webhook fields that can be subscribed to, by object.
//!
//! Sources: "Webhooks reference" of Pages, of Instagram, of WhatsApp business accounts. Where
//! documents spell a field in two ways, both are taken.

use super::error::{GraphError, GraphResult};
use crate::state::Channel;

const PAGE: [&str; 49] = [
    "messages",
    "messaging_postbacks",
    "message_echoes",
    "message_deliveries",
    "message_reads",
    "message_edits",
    "message_reactions",
    "messaging_reactions",
    "message_context",
    "messaging_account_linking",
    "messaging_customer_information",
    "messaging_feedback",
    "messaging_game_plays",
    "messaging_handovers",
    "messaging_in_thread_lead_form_submit",
    "messaging_optins",
    "messaging_optouts",
    "messaging_payments",
    "messaging_policy_enforcement",
    "messaging_referrals",
    "message_template_status_update",
    "messenger_template_status_update",
    "marketing_message_delivery_failed",
    "response_feedback",
    "send_cart",
    "standby",
    "calls",
    "inbox_labels",
    "feed",
    "mention",
    "conversations",
    "leadgen",
    "leadgen_fat",
    "live_videos",
    "ratings",
    "videos",
    "name",
    "picture",
    "category",
    "description",
    "about",
    "email",
    "hours",
    "location",
    "phone",
    "website",
    "page_about_story",
    "page_change_proposal",
    "page_upcoming_change",
];
const INSTAGRAM: [&str; 20] = [
    "messages",
    "messaging_postbacks",
    "messaging_seen",
    "message_edit",
    "message_edits",
    "message_reactions",
    "messaging_reactions",
    "messaging_handover",
    "messaging_handovers",
    "messaging_optins",
    "messaging_referral",
    "messaging_referrals",
    "standby",
    "comments",
    "live_comments",
    "mentions",
    "story_insights",
    "creator_marketplace_projects",
    "creator_marketplace_invited_creator_onboarding",
    "onsite_conversion",
];
const WHATSAPP: [&str; 36] = [
    "messages",
    "standby",
    "messaging_handovers",
    "smb_message_echoes",
    "smb_app_state_sync",
    "history",
    "account_alerts",
    "account_review_update",
    "account_settings_update",
    "account_update",
    "automatic_events",
    "business_capability_update",
    "business_status_update",
    "business_username_update",
    "calls",
    "flows",
    "group_lifecycle_update",
    "group_participants_update",
    "group_settings_update",
    "group_status_update",
    "message_echoes",
    "message_template_components_update",
    "message_template_quality_update",
    "message_template_status_update",
    "template_category_update",
    "template_correct_category_detection",
    "partner_solutions",
    "payment_configuration_update",
    "phone_number_name_update",
    "phone_number_quality_update",
    "security",
    "tracking_events",
    "user_preferences",
    "user_id_update",
    "consumer_profile",
    "web_app_data",
];

/// The fields of a webhook object; none for an object that is no messaging product's.
pub(crate) fn of_object(object: &str) -> Option<&'static [&'static str]> {
    match object {
        "page" => Some(&PAGE),
        "instagram" => Some(&INSTAGRAM),
        "whatsapp_business_account" => Some(&WHATSAPP),
        _ => None,
    }
}

/// The fields of an account's subscriptions.
pub(crate) fn of_channel(channel: Channel) -> &'static [&'static str] {
    match channel {
        Channel::Messenger => &PAGE,
        Channel::Instagram => &INSTAGRAM,
        Channel::WhatsApp => &WHATSAPP,
    }
}

/// Refuses fields outside the list.
pub(crate) fn check(param: &str, given: &[String], known: &[&str]) -> GraphResult<()> {
    let wrong = given.iter().enumerate().find(|(_, field)| !known.contains(&field.as_str()));
    let Some((index, field)) = wrong else {
        return Ok(());
    };
    Err(GraphError::parameter(&format!(
        "Param {param}[{index}] must be one of {{{}}} - got \"{field}\".",
        known.join(", ")
    )))
}
