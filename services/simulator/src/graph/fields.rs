//! The `fields` parameter: `id,name,instagram_business_account{id,username}`.

use serde_json::{Map, Value};

use super::error::{GraphError, GraphResult};
use super::request::Call;

/// One asked field, with what is asked of its value.
#[derive(Debug, PartialEq, Eq)]
struct Field<'a> {
    name: &'a str,
    inner: Vec<Field<'a>>,
}

/// The asked fields of a node, or the default ones; `id` always. `all` holds every field that the
/// node has; one that is null is known, and not shown.
///
/// # Errors
/// 100 for a field that such a node does not have.
pub(crate) fn pick(call: &Call, kind: &str, all: &Value, default: &[&str]) -> GraphResult<Value> {
    let asked = parse(call.text("fields").unwrap_or_default());
    if asked.is_empty() {
        let has = default.iter().filter(|name| all.get(**name).is_some());
        let default: Vec<Field<'_>> = has.map(|name| Field { name, inner: Vec::new() }).collect();
        return chosen(&default, kind, all);
    }
    chosen(&asked, kind, all)
}

fn chosen(asked: &[Field<'_>], kind: &str, all: &Value) -> GraphResult<Value> {
    let mut picked = Map::new();
    for field in asked {
        let Some(value) = all.get(field.name) else {
            return Err(GraphError::parameter(&format!(
                "Tried accessing nonexisting field ({}) on node type ({kind})",
                field.name
            )));
        };
        if !value.is_null() {
            picked.insert(field.name.to_owned(), inside(field, value)?);
        }
    }
    if let Some(id) = all.get("id") {
        picked.insert("id".to_owned(), id.clone());
    }
    Ok(Value::Object(picked))
}

fn inside(field: &Field<'_>, value: &Value) -> GraphResult<Value> {
    if field.inner.is_empty() || !value.is_object() {
        return Ok(value.clone());
    }
    chosen(&field.inner, field.name, value)
}

/// Reads a `fields` parameter. Modifiers, as in `accounts.limit(5)`, are passed over.
fn parse(text: &str) -> Vec<Field<'_>> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '{' | '(' => depth += 1,
            '}' | ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.extend(text.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(text.get(start..));
    parts.into_iter().filter_map(field).collect()
}

fn field(part: &str) -> Option<Field<'_>> {
    let part = part.trim();
    let (head, inner) = match part.split_once('{') {
        Some((head, rest)) => (head, parse(rest.strip_suffix('}').unwrap_or(rest))),
        None => (part, Vec::new()),
    };
    let name = head.split(['.', '(']).next().unwrap_or(head).trim();
    (!name.is_empty()).then_some(Field { name, inner })
}

#[cfg(test)]
mod tests {
    use super::{Field, parse};

    fn plain(name: &str) -> Field<'_> {
        Field { name, inner: Vec::new() }
    }

    #[test]
    fn fields_may_have_fields_of_their_own() {
        let read = parse("id, instagram{id,user.limit(2){x}} ,accounts.limit(5),");
        let user = Field { name: "user", inner: vec![plain("x")] };
        let instagram = Field { name: "instagram", inner: vec![plain("id"), user] };
        assert_eq!(read, [plain("id"), instagram, plain("accounts")]);
        assert_eq!(parse(""), []);
    }
}
