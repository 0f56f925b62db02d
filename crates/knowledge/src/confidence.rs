//! How sure it is that a passage answers a question, as a number from 0 to 1: **the share of what the
//! question says that the passage has**, each part weighed by how rare it is among all passages.
//!
//! A score of BM25 orders passages and has no bound, so it cannot say whether even the best is good
//! enough. This can: 1 means that a pair asks the very same, 0 that nothing of the question is there.
//! A part that no passage has weighs most, so a question about something else stays low. Words that
//! say nothing by themselves do not count. In detail:
//!
//! - Of a piece of text: the share that it and its headings have, times [`TEXT`].
//! - Of a pair: the same for its question and answer together; or, if that is more, the share that its
//!   question alone has, times a factor for how much of that was asked, from [`HALF_ASKED`] to 1.
//! - In a question of nothing but such words ("who are you?") they count, and only a pair answers it,
//!   which must ask the same.

use std::collections::HashSet;

use crate::words::Unit;

/// A text that has all of a question may still not answer it; a pair was written to.
const TEXT: f64 = 0.9;

/// A pair of whose question hardly anything was asked.
const HALF_ASKED: f64 = 0.7;

/// A unit and what it weighs.
pub(crate) type Weighed = (Unit, f64);

/// What a passage has.
pub(crate) struct Having {
    /// The terms of all of its words, of its headings, and of the ways to ask for it.
    pub(crate) terms: HashSet<String>,
    /// Of a pair: each way to ask, its terms and its units.
    pub(crate) asked: Vec<(HashSet<String>, Vec<Weighed>)>,
}

/// How sure it is that a passage answers a question.
pub(crate) fn confidence(question: &[Weighed], passage: &Having) -> f64 {
    let content = question.iter().any(|(unit, _)| unit.has_content);
    let share = |units: &[Weighed], terms: &HashSet<String>| share(units, content, terms);
    let as_text = if content { TEXT * share(question, &passage.terms) } else { 0.0 };
    let said: HashSet<String> =
        question.iter().flat_map(|(unit, _)| unit.terms.iter().cloned()).collect();
    let least = if content { HALF_ASKED } else { 0.0 };
    let of_way = |(terms, units): &(HashSet<String>, Vec<Weighed>)| {
        share(question, terms) * (least + (1.0 - least) * share(units, &said))
    };
    passage.asked.iter().map(of_way).fold(as_text, f64::max)
}

/// The part of the whole weight that is among these terms.
fn share(units: &[Weighed], content: bool, terms: &HashSet<String>) -> f64 {
    let (mut whole, mut there) = (0.0, 0.0);
    for (unit, weight) in units.iter().filter(|(unit, _)| unit.has_content || !content) {
        whole += weight;
        if unit.terms.iter().any(|term| terms.contains(term)) {
            there += weight;
        }
    }
    if whole > 0.0 { there / whole } else { 0.0 }
}
