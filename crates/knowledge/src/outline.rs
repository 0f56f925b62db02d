//! Headings and blocks become passages: a heading that asks is a pair with what stands below it,
//! other text is cut into pieces of a bounded size, where paragraphs or sentences end.

use crate::Passage;

/// The longest piece of text, in characters: what a customer still reads in a messenger.
pub(crate) const LONGEST_PIECE: usize = 800;

/// The longest answer of a pair, in characters.
pub(crate) const LONGEST_ANSWER: usize = 4_000;

/// The longest question of a pair, and the longest heading, in characters.
pub(crate) const LONGEST_QUESTION: usize = 300;

/// Collects a document from its beginning to its end.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    /// Those that hold here, each with its level.
    headings: Vec<(u8, String)>,
    page: Option<u32>,
    /// What was not yet made a passage of.
    blocks: Vec<Block>,
    /// The page that they begin on.
    begun: Option<u32>,
    passages: Vec<Passage>,
}

#[derive(Debug)]
struct Block {
    text: String,
    /// Follows its neighbour without an empty line.
    is_item: bool,
}

impl Outline {
    /// A heading; what follows stands below it until one of its level or above.
    pub(crate) fn heading(&mut self, level: u8, text: &str) {
        self.leave(level);
        let text = tidy(text);
        if text.chars().count() > LONGEST_QUESTION {
            self.block(&text, false);
        } else if !text.is_empty() {
            self.headings.push((level, text));
        }
    }

    /// What follows stands below no heading of that level.
    pub(crate) fn leave(&mut self, level: u8) {
        self.flush();
        self.headings.retain(|(known, _)| *known < level);
    }

    /// A page begins.
    pub(crate) fn page(&mut self, number: u32) {
        self.page = Some(number);
    }

    /// A paragraph, or an item of a list.
    pub(crate) fn block(&mut self, text: &str, is_item: bool) {
        let text = text.trim_matches(['\n', '\r', '\t']).trim_end();
        if text.trim().is_empty() {
            return;
        }
        if self.blocks.is_empty() {
            self.begun = self.page;
        }
        self.blocks.push(Block { text: text.to_owned(), is_item });
    }

    /// A pair that is written as one.
    pub(crate) fn pair(&mut self, questions: Vec<String>, answer: &str) {
        self.flush();
        self.begun = self.page;
        self.add(questions, answer.trim().to_owned());
    }

    pub(crate) fn finish(mut self) -> Vec<Passage> {
        self.flush();
        self.passages
    }

    fn flush(&mut self) {
        let blocks = std::mem::take(&mut self.blocks);
        if blocks.is_empty() {
            return;
        }
        let asks = self.headings.last().filter(|(_, text)| is_question(text));
        if let Some((_, question)) = asks {
            let answer = joined(&blocks);
            if answer.chars().count() <= LONGEST_ANSWER {
                let question = question.clone();
                return self.add(vec![question], answer);
            }
        }
        for piece in pieces(blocks) {
            self.add(Vec::new(), piece);
        }
    }

    fn add(&mut self, questions: Vec<String>, text: String) {
        if text.is_empty() {
            return;
        }
        let above = self.headings.iter().map(|(_, text)| text.clone());
        let headings = above.filter(|heading| !questions.contains(heading)).collect();
        self.passages.push(Passage { questions, headings, page: self.begun, text });
    }
}

/// Whether a text asks, by its last mark. (Latin, full-width, Arabic, Greek, Armenian)
pub(crate) fn is_question(text: &str) -> bool {
    let text = text.trim_end_matches(|c: char| c.is_whitespace() || "*_\"'”’」』）)".contains(c));
    text.ends_with(['?', '？', '؟', '\u{37e}', '՞'])
}

/// On one line, with one space where there were several.
pub(crate) fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn joined(blocks: &[Block]) -> String {
    let mut text = String::new();
    let mut after_item = false;
    for block in blocks {
        if !text.is_empty() {
            text.push_str(if block.is_item && after_item { "\n" } else { "\n\n" });
        }
        text.push_str(&block.text);
        after_item = block.is_item;
    }
    text.trim().to_owned()
}

/// Blocks that fit together; a block that is too long by itself is cut.
fn pieces(blocks: Vec<Block>) -> Vec<String> {
    let mut pieces = Vec::new();
    let (mut open, mut length) = (Vec::new(), 0_usize);
    for block in blocks.into_iter().flat_map(cut) {
        let more = block.text.chars().count().saturating_add(2);
        if length > 0 && length.saturating_add(more) > LONGEST_PIECE {
            pieces.push(joined(&std::mem::take(&mut open)));
            length = 0;
        }
        length = length.saturating_add(more);
        open.push(block);
    }
    pieces.push(joined(&open));
    pieces
}

fn cut(block: Block) -> Vec<Block> {
    let is_item = block.is_item;
    let parts = sentences(&block.text, LONGEST_PIECE - 2);
    parts.into_iter().map(|text| Block { text: text.to_owned(), is_item }).collect()
}

/// A text in parts of at most so many characters, parted where a sentence ends, else a word, else
/// anywhere.
fn sentences(text: &str, most: usize) -> Vec<&str> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some((at, _)) = rest.char_indices().nth(most) {
        let head = rest.get(..at).unwrap_or(rest);
        let end = ends_of_sentences(head).last().or_else(|| head.rfind(char::is_whitespace));
        let (part, after) =
            rest.split_at_checked(end.filter(|end| *end > 0).unwrap_or(at)).unwrap_or((rest, ""));
        parts.push(part.trim());
        rest = after.trim_start();
    }
    if !rest.trim().is_empty() {
        parts.push(rest);
    }
    parts
}

/// Where sentences end: after their mark, and before what comes next.
pub(crate) fn ends_of_sentences(text: &str) -> impl Iterator<Item = usize> + '_ {
    let next = text.chars().skip(1).map(Some).chain([None]);
    text.char_indices().zip(next).filter_map(|((at, c), next)| {
        let ends = match c {
            '。' | '！' | '？' | '\n' | '؟' | '।' | '\u{37e}' => true,
            // A dot inside a number or an address ends nothing.
            '.' | '!' | '?' | '…' => next.is_none_or(char::is_whitespace),
            _ => false,
        };
        ends.then(|| at.saturating_add(c.len_utf8()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_where_it_may_be_and_nothing_is_lost() {
        let sentence = "We send on the next working day, at 9.30 sharp. ";
        let long = sentence.repeat(60);
        let mut outline = Outline::default();
        outline.heading(1, "Sending");
        outline.block(&long, false);
        outline.block("And that is all.", false);
        let passages = outline.finish();
        assert!(passages.len() > 2);
        for passage in &passages {
            assert!(passage.text.chars().count() <= LONGEST_PIECE);
            assert!(passage.text.ends_with('.') && passage.headings == ["Sending"]);
        }
        let words: Vec<&str> =
            passages.iter().flat_map(|passage| passage.text.split_whitespace()).collect();
        assert_eq!(words.join(" "), format!("{}And that is all.", long));
        let unbroken = "好".repeat(2_000);
        assert_eq!(sentences(&unbroken, 798).concat(), unbroken);
    }

    #[test]
    fn a_heading_that_asks_is_answered_by_what_is_below_it() {
        let mut outline = Outline::default();
        outline.heading(1, "Questions");
        outline.heading(2, "When are you open?");
        outline.block("From 9 to 18.", false);
        outline.block("- Saturdays too", true);
        outline.block("- never on Sundays", true);
        outline.heading(3, "Holidays");
        outline.block("Closed.", false);
        outline.heading(2, "何時に開きますか？");
        outline.block("九時です。", false);
        let passages = outline.finish();
        assert_eq!(passages[0].questions, ["When are you open?"]);
        assert_eq!(passages[0].text, "From 9 to 18.\n\n- Saturdays too\n- never on Sundays");
        assert_eq!(passages[0].headings, ["Questions"]);
        assert!(passages[1].questions.is_empty());
        assert_eq!(passages[1].headings, ["Questions", "When are you open?", "Holidays"]);
        assert_eq!(passages[2].questions, ["何時に開きますか？"]);
    }
}
