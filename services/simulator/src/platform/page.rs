//! Events of Pages and Instagram accounts: policy, roles, templates, comments.

use serde_json::{Map, Value, json};

use super::comments::POSTS;
use super::{Refusal, filled, of};
use crate::ids;
use crate::state::Channel;
use crate::state::directory::Account;
use crate::webhooks::Event;

const EVENTS: &str = "policy_enforcement, app_roles, comment, message_template_status_update";

/// The event that a body names.
pub(super) fn event(
    account: &Account,
    body: &Map<String, Value>,
    now_ms: i64,
) -> Result<Event, Refusal> {
    let is_page = account.channel == Channel::Messenger;
    // Nobody sent these: they have no sender.
    for (key, field) in [
        ("policy_enforcement", "messaging_policy_enforcement"),
        ("app_roles", "messaging_handovers"),
    ] {
        if let Some(item) = body.get(key).filter(|_| is_page) {
            let value = json!({"recipient": {"id": account.id}, "timestamp": now_ms, key: item});
            return Ok(of(account, field.to_owned(), value));
        }
    }
    let field = "message_template_status_update";
    if let Some(value) = body.get(field).filter(|_| is_page) {
        return Ok(of(account, field.to_owned(), value.clone()));
    }
    let Some(comment) = body.get("comment") else {
        return Err(Refusal::Unknown(EVENTS));
    };
    if comment.get("from").is_none() {
        return Err(Refusal::Lacks("comment".to_owned(), "from: {id, name or username}"));
    }
    if is_page {
        return Ok(of(account, "feed".to_owned(), page_comment(account, comment, now_ms)));
    }
    Ok(of(account, "comments".to_owned(), instagram_comment(comment)))
}

/// A comment, or with an `item` that says so a visitor's post.
fn page_comment(account: &Account, given: &Value, now_ms: i64) -> Value {
    let post = format!("{}_{}", account.id, ids::numeric());
    let post = given.get("post_id").cloned().unwrap_or_else(|| post.into());
    let item = given.get("item").and_then(Value::as_str).unwrap_or_default();
    if POSTS.contains(&item) {
        let created = now_ms.div_euclid(1000);
        let defaults =
            json!({"verb": "add", "post_id": post, "created_time": created, "message": ""});
        return filled(given, defaults);
    }
    let comment = format!("{}_{}", ids::numeric(), ids::numeric());
    let defaults = json!({
        "item": "comment",
        "verb": "add",
        "post_id": post,
        "parent_id": post,
        "comment_id": comment,
        "created_time": now_ms.div_euclid(1000),
        "message": "",
    });
    filled(given, defaults)
}

fn instagram_comment(given: &Value) -> Value {
    let media = json!({"id": ids::numeric(), "media_product_type": "FEED"});
    filled(given, json!({"id": ids::numeric(), "media": media, "text": ""}))
}
