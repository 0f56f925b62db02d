//! JSON read lazily and leniently: each level is parsed when asked for, what is not asked for stays
//! the text it was, and a value of another type than expected counts as absent.
//!
//! Meta writes one id as a string here and as a number there, numbers above 2^53, timestamps as
//! strings, `null` for a missing object. Nothing here fails for that.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// How deep a body may nest. serde_json stops at 128; an event travels inside two more levels.
const MAX_DEPTH: usize = 100;

/// One JSON object, a level deep. Of a key that is there twice, the last counts.
pub(crate) struct Object<'a>(BTreeMap<String, &'a RawValue>);

impl<'a> Object<'a> {
    /// The object that the value is.
    pub(crate) fn of(value: &'a RawValue) -> Option<Self> {
        Self::parse(value.get())
    }

    /// The object that the text is.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok().map(Self)
    }

    /// The keys and values, in the order of the keys.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.0.iter().map(|(key, value)| (key.as_str(), *value))
    }

    /// The value under the key; `null` counts as absent.
    pub(crate) fn raw(&self, key: &str) -> Option<&'a RawValue> {
        self.0.get(key).copied().filter(|value| value.get() != "null")
    }

    /// Whether there is something under the key.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.raw(key).is_some()
    }

    /// A string, or a number or truth value as its text.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        self.raw(key).and_then(scalar)
    }

    /// A text with something in it.
    pub(crate) fn word(&self, key: &str) -> Option<String> {
        self.text(key).filter(|text| !text.trim().is_empty())
    }

    /// The object under the key.
    pub(crate) fn object(&self, key: &str) -> Option<Object<'a>> {
        self.raw(key).and_then(Object::of)
    }

    /// The elements of the list under the key.
    pub(crate) fn list(&self, key: &str) -> Option<Vec<&'a RawValue>> {
        self.raw(key).and_then(list)
    }

    /// The objects in the list under the key, and nothing else that is in it; or the one object
    /// there if it is no list.
    pub(crate) fn objects(&self, key: &str) -> Vec<Object<'a>> {
        let items = self.list(key).or_else(|| self.raw(key).map(|one| vec![one]));
        items.unwrap_or_default().into_iter().filter_map(Object::of).collect()
    }

    /// The first of the objects under the key.
    pub(crate) fn first(&self, key: &str) -> Option<Object<'a>> {
        self.objects(key).into_iter().next()
    }

    /// A number, also one in quotes.
    pub(crate) fn number(&self, key: &str) -> Option<f64> {
        self.text(key)?.trim().parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// A whole number, also one in quotes.
    pub(crate) fn integer(&self, key: &str) -> Option<i64> {
        self.text(key)?.trim().parse().ok()
    }

    /// Whether the value is `true`, also in quotes.
    pub(crate) fn flag(&self, key: &str) -> bool {
        self.text(key).is_some_and(|text| text == "true")
    }

    /// Whether there are keys besides these.
    pub(crate) fn keys_beyond(&self, known: &[&str]) -> bool {
        self.0.keys().any(|key| !known.contains(&key.as_str()))
    }
}

/// A string, or a number or truth value as its text. Zero bytes become U+FFFD: databases refuse
/// them in text.
pub(crate) fn scalar(value: &RawValue) -> Option<String> {
    let text = value.get();
    match text.as_bytes().first()? {
        b'"' => {
            let text = serde_json::from_str::<String>(text).or_else(|_| repaired(text)).ok()?;
            Some(if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text })
        }
        b'{' | b'[' | b'n' => None,
        _ => Some(text.to_owned()),
    }
}

/// The elements of a list.
pub(crate) fn list(value: &RawValue) -> Option<Vec<&RawValue>> {
    serde_json::from_str(value.get()).ok()
}

/// Writes the value so that the same content always gives the same text: keys in order, no white
/// space, strings escaped alike.
pub(crate) fn canonical(value: &RawValue, out: &mut String) {
    if let Some(object) = Object::of(value) {
        out.push('{');
        for (key, value) in object.iter() {
            out.push_str(&serde_json::Value::from(key).to_string());
            out.push(':');
            canonical(value, out);
            out.push(',');
        }
        out.push('}');
    } else if let Some(list) = list(value) {
        out.push('[');
        for value in list {
            canonical(value, out);
            out.push(',');
        }
        out.push(']');
    } else if value.get().starts_with('"') {
        out.push_str(&serde_json::Value::from(scalar(value)).to_string());
    } else {
        out.push_str(value.get());
    }
}

/// Whether brackets nest deeper than [`MAX_DEPTH`]. Reading lazily needs no stack, so no parser
/// would stop a body that a later, eager one chokes on.
pub(crate) fn too_deep(text: &str) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return true;
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// Decodes a string with half a surrogate pair in it, which Meta produces when it cuts a text in
/// the middle of an emoji; the half becomes U+FFFD.
fn repaired(text: &str) -> serde_json::Result<String> {
    serde_json::from_str(&without_lone_surrogates(text))
}

/// The text with every escaped half of a surrogate pair replaced.
fn without_lone_surrogates(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let unit = surrogate(escape);
        let (taken, replacement) = match unit {
            Some(high) if high < 0xdc00 => {
                let low = escape.get(6..).and_then(surrogate).is_some_and(|low| low >= 0xdc00);
                if low { (12, None) } else { (6, Some("\\ufffd")) }
            }
            Some(_) => (6, Some("\\ufffd")),
            None => (2, None),
        };
        let (escape, after) = escape.split_at_checked(taken).unwrap_or((escape, ""));
        out.push_str(replacement.unwrap_or(escape));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The surrogate code unit that the text begins with, escaped.
fn surrogate(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u16::from_str_radix(digits, 16).ok().filter(|unit| (0xd800..0xe000).contains(unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(text: &str) -> Box<RawValue> {
        RawValue::from_string(text.into()).unwrap()
    }

    #[test]
    fn scalars_are_read_as_they_come() {
        let object = raw(r#"{"a":90071992547409931,"b":"7","c":null,"d":{},"e":true,"f":" "}"#);
        let object = Object::of(&object).unwrap();
        assert_eq!(object.text("a").as_deref(), Some("90071992547409931"));
        assert_eq!(object.integer("b"), Some(7));
        assert_eq!(object.text("c"), None);
        assert_eq!(object.text("d"), None);
        assert!(object.flag("e"));
        assert_eq!(object.word("f"), None);
    }

    #[test]
    fn half_a_surrogate_pair_is_replaced_and_a_whole_one_kept() {
        let read = |text| scalar(&raw(text)).unwrap();
        assert_eq!(read(r#""cut \ud83d""#), "cut \u{fffd}");
        assert_eq!(read(r#""\ude00 \\ud83d \ud83d\ude00""#), "\u{fffd} \\ud83d \u{1f600}");
        assert_eq!(read(r#""nul \u0000""#), "nul \u{fffd}");
    }

    #[test]
    fn canonical_text_does_not_depend_on_order_space_or_escapes() {
        let text = |text| {
            let mut out = String::new();
            canonical(&raw(text), &mut out);
            out
        };
        assert_eq!(text(r#"{"b":[1,"\u0041"],"a":{}}"#), text(r#"{ "a": {}, "b": [ 1, "A" ] }"#));
        assert_ne!(text(r#"{"a":1}"#), text(r#"{"a":"1"}"#));
    }

    #[test]
    fn depth_counts_brackets_outside_strings() {
        assert!(!too_deep(&format!("\"{}\"", "[".repeat(500))));
        assert!(!too_deep(&format!("{}{}", "[".repeat(100), "]".repeat(100))));
        assert!(too_deep(&"[".repeat(101)));
    }
}
