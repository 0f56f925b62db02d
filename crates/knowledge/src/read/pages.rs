//! Paragraphs without marks of what they are, as plain text and PDF have them: only a line that asks
//! tells that an answer follows.

use crate::{
    Passage,
    outline::{LONGEST_ANSWER, LONGEST_QUESTION, Outline, is_question, tidy},
};

/// Some lines.
#[derive(Debug)]
pub(super) struct Paragraph {
    pub(super) page: Option<u32>,
    pub(super) text: String,
}

/// What stands before questions and answers in lists of them.
const MARKS: [&str; 12] =
    ["q:", "a:", "f:", "p:", "r:", "q.", "a.", "问：", "答：", "問：", "q：", "a："];

pub(super) fn outline(paragraphs: impl Iterator<Item = Paragraph>) -> Vec<Passage> {
    let mut outline = Outline::default();
    // A question that stands alone: the next paragraph answers it.
    let mut open: Option<String> = None;
    for Paragraph { page, text } in paragraphs.filter(|it| !it.text.trim().is_empty()) {
        if let Some(page) = page {
            outline.page(page);
        }
        let (question, rest) = asked(&text);
        match (question, open.take()) {
            (Some(question), before) => {
                if let Some(unanswered) = before {
                    outline.block(&unanswered, false);
                }
                match rest.is_empty() {
                    true => open = Some(question),
                    false => pair(&mut outline, question, rest),
                }
            }
            (None, Some(question)) => pair(&mut outline, question, &text),
            (None, None) => outline.block(&text, false),
        }
    }
    if let Some(unanswered) = open {
        outline.block(&unanswered, false);
    }
    outline.finish()
}

fn pair(outline: &mut Outline, question: String, answer: &str) {
    let answer = unmarked(answer);
    if answer.chars().count() <= LONGEST_ANSWER {
        outline.pair(vec![question], answer);
    } else {
        outline.block(&question, false);
        outline.block(answer, false);
    }
}

/// The question on the first line, if it is one, and what follows.
fn asked(text: &str) -> (Option<String>, &str) {
    let text = text.trim();
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let question = tidy(unmarked(first));
    let asks = is_question(&question) && question.chars().count() <= LONGEST_QUESTION;
    if asks { (Some(question), rest.trim()) } else { (None, text) }
}

fn unmarked(text: &str) -> &str {
    let text = text.trim();
    let marked = MARKS.iter().find_map(|mark| {
        let (head, rest) = text.split_at_checked(mark.len())?;
        (head.to_lowercase() == *mark).then_some(rest)
    });
    marked.unwrap_or(text).trim()
}
