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

#[cfg(test)]
mod tests {
    use super::*;

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
