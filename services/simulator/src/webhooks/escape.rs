//! JSON as Meta writes it: `\/` for slashes and lowercase `\uXXXX` for all that
//! is not ASCII, with surrogate pairs. The signature is made over this form.

use std::fmt::Write as _;

/// Rewrites a JSON text into Meta's escaped form. White space between tokens is
/// dropped; the order of keys and all existing escapes stay.
pub(crate) fn meta_form(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + json.len() / 8);
    let mut in_string = false;
    let mut escaped = false;
    for c in json.chars() {
        if !in_string {
            in_string = c == '"';
            if !c.is_ascii_whitespace() {
                out.push(c);
            }
            continue;
        }
        if escaped {
            escaped = false;
            out.push(c);
            continue;
        }
        match c {
            '\\' => {
                escaped = true;
                out.push(c);
            }
            '"' => {
                in_string = false;
                out.push(c);
            }
            '/' => out.push_str("\\/"),
            c if c.is_ascii() => out.push(c),
            c => push_unicode(&mut out, c),
        }
    }
    out
}

fn push_unicode(out: &mut String, c: char) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        // Writing to a String cannot fail.
        let _ = write!(out, "\\u{unit:04x}");
    }
}

#[cfg(test)]
mod tests {
    use super::meta_form;

    #[test]
    fn escapes_unicode_and_slashes_in_strings_only() {
        assert_eq!(
            meta_form("{ \"a\" : \"\u{e4}\u{f6}/\u{1f600}\", \"b\": [1, 2] }"),
            "{\"a\":\"\\u00e4\\u00f6\\/\\ud83d\\ude00\",\"b\":[1,2]}"
        );
    }

    #[test]
    fn keeps_escapes_that_are_already_there() {
        assert_eq!(meta_form(r#"{"a":"q\"\\ \n \/ \u00e4"}"#), r#"{"a":"q\"\\ \n \/ \u00e4"}"#);
    }

    #[test]
    fn reads_back_as_the_same_value() {
        let value = serde_json::json!({"k/ey": "\u{65e5}\u{672c} https://x/y \t \u{1f389}"});
        let text = meta_form(&value.to_string());
        assert!(text.is_ascii());
        let back: serde_json::Value = serde_json::from_str(&text).expect("valid JSON");
        assert_eq!(back, value);
    }
}
