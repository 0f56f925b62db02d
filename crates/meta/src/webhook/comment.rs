//! Comments on posts, and posts of visitors.
//!
//! Sources: Pages "Webhooks for Pages" (field `feed`), Instagram "Webhooks" (fields `comments` and
//! `live_comments`).

use super::envelope::Envelope;

/// The kinds of events that tell of them.
pub const KINDS: [&str; 3] = ["change:feed", "change:comments", "change:live_comments"];

/// Who wrote the comment or the post of that id, as the platform's API names them; `None` if the event
/// is about another.
#[must_use]
pub fn author(raw: &str, id: &str) -> Option<String> {
    let envelope = Envelope::parse(raw).ok()?;
    let value = envelope.object()?.object("value")?;
    // A comment's post is named beside it.
    let names = ["comment_id", "id", "post_id"].into_iter().find_map(|key| value.word(key));
    let from = value.object("from")?.word("id")?;
    (names.as_deref() == Some(id)).then_some(from)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::webhook::split;

    fn event(object: &str, field: &str, value: &Value) -> String {
        let change = json!({"field": field, "value": value});
        let body = json!({"object": object, "entry": [{"id": "2", "changes": [change]}]});
        split(body.to_string().as_bytes()).unwrap().remove(0).raw
    }

    #[test]
    fn whoever_wrote_it_is_named() {
        let comment =
            json!({"item": "comment", "post_id": "2_1", "comment_id": "1_7", "from": {"id": "51"}});
        let comment = event("page", "feed", &comment);
        assert_eq!(author(&comment, "1_7").as_deref(), Some("51"));
        assert_eq!(author(&comment, "2_1"), None, "the post is somebody else's");
        let post = event("page", "feed", &json!({"post_id": "2_1", "from": {"id": "52"}}));
        assert_eq!(author(&post, "2_1").as_deref(), Some("52"));
        let on_instagram = json!({"id": "17", "text": "x", "from": {"id": "9", "username": "ann"}});
        let on_instagram = event("instagram", "comments", &on_instagram);
        assert_eq!(author(&on_instagram, "17").as_deref(), Some("9"));
    }
}
