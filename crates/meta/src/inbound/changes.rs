//! What Pages and Instagram accounts tell beside messages: comments, posts, leads, labels. They
//! belong to no conversation; administrators see a line, the rest stays in the event.

use super::{AccountNotice, Normalised, Severity};
use crate::{
    json::Object,
    webhook::{envelope::Envelope, facts},
};

pub(super) fn normalise(envelope: &Envelope<'_>, kind: &str) -> Vec<Normalised> {
    let value = envelope.object().and_then(|change| change.object("value"));
    let Some(sentence) = sentence(kind, value.as_ref()) else { return Vec::new() };
    let state = value.as_ref().and_then(|value| value.word("event"));
    let what = (severity(kind, state.as_deref()), sentence);
    let notice = AccountNotice {
        templates_changed: is_template(kind),
        ..AccountNotice::new(kind, what, facts::at(envelope))
    };
    vec![Normalised::Account(notice)]
}

/// Meta's pages name the field in two ways.
fn is_template(kind: &str) -> bool {
    kind.ends_with("_template_status_update")
}

fn severity(kind: &str, state: Option<&str>) -> Severity {
    if is_template(kind) && state != Some("APPROVED") { Severity::Warning } else { Severity::Info }
}

/// The comment's id is told, so that it can be found at Meta; its text is not.
fn sentence(kind: &str, value: Option<&Object<'_>>) -> Option<String> {
    let word = |key: &str| value.and_then(|value| value.word(key));
    let verb = || word("verb").unwrap_or_else(|| "add".to_owned());
    Some(match kind {
        "change:feed" => {
            let item = word("item").unwrap_or_else(|| "post".to_owned());
            let id = word("comment_id").or_else(|| word("post_id")).unwrap_or_default();
            format!("On the Page's wall: {} {} {id}", verb(), item.replace('_', " "))
        }
        "change:comments" | "change:live_comments" => {
            let id = word("id").or_else(|| word("comment_id")).unwrap_or_default();
            format!("Somebody commented on Instagram: comment {id}")
        }
        "change:mention" | "change:mentions" => {
            let id = word("comment_id").or_else(|| word("media_id")).or_else(|| word("post_id"));
            format!("Somebody mentioned the business: {}", id.unwrap_or_default())
        }
        "change:ratings" => format!("Somebody rated the Page: {}", verb()),
        "change:leadgen" => {
            format!(
                "Somebody filled in a lead form: lead {}",
                word("leadgen_id").unwrap_or_default()
            )
        }
        "change:inbox_labels" => "A label of the Page's inbox changed.".to_owned(),
        "change:story_insights" => "A story ended; Meta sent its figures.".to_owned(),
        "change:messenger_template_status_update" | "change:message_template_status_update" => {
            let name = word("message_template_name").unwrap_or_default();
            let state = word("event").unwrap_or_default().to_lowercase();
            format!("The utility message template {name} is {state}.")
        }
        _ => return None,
    })
}
