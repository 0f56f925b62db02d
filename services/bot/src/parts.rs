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

/// What a sentence ends with, whatever follows.
const ENDS: [char; 6] = ['\n', '\u{3002}', '\u{ff01}', '\u{ff1f}', '\u{61f}', '\u{964}'];

/// What a sentence ends with where a space follows: in a number or an address there is none.
const ENDS_BEFORE_SPACE: [char; 3] = ['.', '!', '?'];

/// The whole sentences of a text that was cut off.
pub(crate) fn whole_sentences(text: &str) -> &str {
    let after = |at: usize| text.get(at..).and_then(|rest| rest.chars().next());
    let ends = text.char_indices().map(|(at, letter)| (letter, at + letter.len_utf8()));
    let is_end = |&(letter, end): &(char, usize)| {
        let has_space = || after(end).is_some_and(char::is_whitespace);
        ENDS.contains(&letter) || ENDS_BEFORE_SPACE.contains(&letter) && has_space()
    };
    let end = ends.rev().find(is_end).map_or(0, |(_, end)| end);
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
            ("It is red. It costs 3.", "It is red."),
            ("It is red. It costs 3.5", "It is red."),
            ("Look at https://shop.exam", ""),
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
