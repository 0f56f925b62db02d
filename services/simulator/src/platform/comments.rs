//! Keeps the comments and visitors' posts that webhooks tell of, for private replies.
//!
//! Sources: Pages "Webhooks reference: feed"; Instagram "Webhooks: comments".

use serde_json::Value;

use crate::ids;
use crate::state::comments::{Comment, Kind};
use crate::state::{Channel, World};
use crate::webhooks::Event;

/// What a visitor's post is called in `feed`.
pub(super) const POSTS: [&str; 4] = ["post", "status", "photo", "video"];

/// Keeps what an event tells of a comment or a post, and answers its id. None for other events.
pub(crate) fn keep(world: &mut World, event: &Event, now_ms: i64) -> Option<String> {
    let account = world.directory.accounts.get(&event.key.account)?;
    let value = &event.value;
    let item = text(value, "/item").unwrap_or_default();
    let (kind, id, post) = match (account.channel, &*event.field) {
        (Channel::Messenger, "feed") if item == "comment" => {
            (Kind::Comment, text(value, "/comment_id")?, text(value, "/post_id"))
        }
        (Channel::Messenger, "feed") if POSTS.contains(&item.as_str()) => {
            (Kind::Post, text(value, "/post_id")?, text(value, "/post_id"))
        }
        (Channel::Instagram, "comments" | "live_comments") => {
            (Kind::Comment, text(value, "/id")?, text(value, "/media/id"))
        }
        _ => return None,
    };
    match text(value, "/verb").as_deref() {
        None | Some("add") => {}
        Some("remove") => {
            world.comments.change(&id)?.removed = true;
            return Some(id);
        }
        Some(_) => return None,
    }
    // Told twice, it is still the same.
    if world.comments.get(&id).is_none() {
        let created = value.get("created_time").and_then(Value::as_i64);
        let username = text(value, "/from/username");
        world.comments.put(Comment {
            id: id.clone(),
            kind,
            account: event.key.account.clone(),
            post: post.unwrap_or_default(),
            // Meta leaves out who it was when the Page may not know.
            author: text(value, "/from/id").unwrap_or_else(ids::numeric),
            name: text(value, "/from/name").or_else(|| username.clone()).unwrap_or_default(),
            username,
            at: created.map_or(now_ms, |seconds| seconds.saturating_mul(1_000)),
            replied: false,
            removed: false,
        });
    }
    Some(id)
}

/// A text, or a number as text.
fn text(value: &Value, pointer: &str) -> Option<String> {
    match value.pointer(pointer)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
