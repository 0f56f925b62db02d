//! Pages of a list: `limit`, `after`, `before`, and the cursors of the answer.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::error::{GraphError, GraphResult};
use super::request::Call;

const DEFAULT: usize = 25;

/// One page of a list. Each item comes with what its cursor is made of. `base` is what the URL of
/// the next page begins with.
///
/// # Errors
/// 100 for a cursor that this list did not give.
pub(crate) fn page(call: &Call, base: &str, items: Vec<(String, Value)>) -> GraphResult<Value> {
    let limit = call.text("limit").and_then(|limit| limit.parse().ok()).unwrap_or(DEFAULT).max(1);
    let place = |key: &str| {
        let cursor = call.text(key).filter(|cursor| !cursor.is_empty());
        let found = cursor.map(|cursor| items.iter().position(|(id, _)| encoded(id) == cursor));
        match found {
            Some(None) => Err(GraphError::parameter("Invalid cursors values")),
            Some(place) => Ok(place),
            None => Ok(None),
        }
    };
    let (after, before) = (place("after")?, place("before")?);
    let end = before.unwrap_or(items.len());
    let start = match (after, before) {
        (Some(after), _) => after + 1,
        (None, Some(before)) => before.saturating_sub(limit),
        (None, None) => 0,
    };
    let shown = items.get(start..end).unwrap_or_default();
    let shown = shown.get(..limit).unwrap_or(shown);
    let mut paging = Map::new();
    if let (Some((first, _)), Some((last, _))) = (shown.first(), shown.last()) {
        let (first, last) = (encoded(first), encoded(last));
        if start + shown.len() < items.len() {
            paging.insert("next".into(), link(call, base, limit, ("after", &last)).into());
        }
        if start > 0 {
            paging.insert("previous".into(), link(call, base, limit, ("before", &first)).into());
        }
        paging.insert("cursors".into(), json!({"before": first, "after": last}));
    }
    let data: Vec<&Value> = shown.iter().map(|(_, item)| item).collect();
    Ok(json!({ "data": data, "paging": paging }))
}

fn encoded(id: &str) -> String {
    URL_SAFE_NO_PAD.encode(id)
}

/// The URL of another page, with the token in it, as Meta's have.
fn link(call: &Call, base: &str, limit: usize, (key, cursor): (&str, &str)) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let token = call.token.iter().map(|token| ("access_token", token.as_str()));
    let kept = call.params.iter().filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)));
    let kept = kept.filter(|(key, _)| !["limit", "after", "before"].contains(key));
    query.extend_pairs(token.chain(kept));
    query.append_pair("limit", &limit.to_string()).append_pair(key, cursor);
    format!("{base}/v25.0/{}?{}", call.path.join("/"), query.finish())
}
