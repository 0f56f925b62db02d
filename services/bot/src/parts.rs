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

/// What a sentence ends with where a space follows: in a number or an address there is none. At the
/// end of the text nobody knows what follows, and a digit before it makes it a number.
const ENDS_BEFORE_SPACE: [char; 3] = ['.', '!', '?'];

/// The whole sentences of a text that was cut off.
pub(crate) fn whole_sentences(text: &str) -> &str {
    let is_whole = |head: &str, rest: &str| {
        let in_number = || head.trim_end_matches(ENDS_BEFORE_SPACE).ends_with(char::is_numeric);
        let spaced = || rest.chars().next().map_or_else(|| !in_number(), char::is_whitespace);
        head.ends_with(ENDS) || head.ends_with(ENDS_BEFORE_SPACE) && spaced()
    };
    let ends = text.char_indices().map(|(at, letter)| at + letter.len_utf8());
    let mut splits = ends.rev().filter_map(|at| text.split_at_checked(at));
    splits.find(|(head, rest)| is_whole(head, rest)).map_or("", |(head, _)| head).trim()
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
            ("It is red. It is in stock.", "It is red. It is in stock."),
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
