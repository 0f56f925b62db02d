//! Long texts, which no channel takes in one message.

/// What a message to a customer holds at most, in characters. (Instagram's 1,000 bytes are less; such
/// texts are sent in parts.)
const PART: usize = 900;

/// A long text in parts that every channel takes, parted where a sentence or a word ends.
pub(crate) fn parts(text: &str) -> impl Iterator<Item = String> {
    let mut rest = text.trim();
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.char_indices().nth(PART).map_or(rest.len(), |(at, _)| at);
        let head = rest.get(..end).unwrap_or(rest);
        let whole = end == rest.len();
        let at =
            ["\n", ". ", " "].iter().find_map(|mark| head.rfind(mark).map(|at| at + mark.len()));
        let end = if whole { end } else { at.unwrap_or(end) };
        let (part, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        rest = after.trim_start();
        Some(part.trim_end().to_owned())
    })
}

/// What a sentence ends with, in the scripts that have such marks.
const ENDS: [char; 9] =
    ['.', '!', '?', '\n', '\u{3002}', '\u{ff01}', '\u{ff1f}', '\u{61f}', '\u{964}'];

/// The whole sentences of a text that was cut off.
pub(crate) fn whole_sentences(text: &str) -> &str {
    let end = text.char_indices().rfind(|(_, letter)| ENDS.contains(letter));
    let end = end.map_or(0, |(at, letter)| at + letter.len_utf8());
    text.get(..end).unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_text_that_was_cut_the_sentences_stay() {
        for (cut, whole) in [
            ("We open at 9. On Sundays we", "We open at 9."),
            ("营业时间是九点。星期天", "营业时间是九点。"),
            ("- tea\n- cof", "- tea"),
            ("We are open fr", ""),
        ] {
            assert_eq!(whole_sentences(cut), whole);
        }
    }

    #[test]
    fn long_texts_are_parted_between_words_and_nothing_is_lost() {
        let text = "Eine Antwort, die nicht endet. ".repeat(80);
        let parts: Vec<String> = parts(&text).collect();
        assert!(parts.len() > 1 && parts.iter().all(|part| part.chars().count() <= PART));
        assert_eq!(parts.join(" "), text.trim());
        let unbroken = "好".repeat(2_000);
        assert_eq!(super::parts(&unbroken).collect::<String>(), unbroken);
        assert_eq!(super::parts("short").collect::<Vec<_>>(), ["short"]);
    }
}
