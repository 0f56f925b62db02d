//! Languages and skills as people write them: two that mean the same are the same word.

use std::collections::BTreeSet;

use switchboard_chassis::problem::Problem;

use crate::fault;

/// The longest skill, in characters.
const LONGEST_SKILL: usize = 60;

/// The most skills or languages of anybody.
const MOST: usize = 100;

/// A language, such as `de` or `zh-hant`, in lower case.
///
/// # Errors
/// 422 at the field when it is none.
pub(crate) fn language(field: &str, text: &str) -> Result<String, Problem> {
    let word = text.trim().to_ascii_lowercase();
    let parts = || word.split('-');
    let is_part = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    if word.len() >= 2 && word.len() <= 35 && parts().all(is_part) {
        return Ok(word);
    }
    let text = format!("{text:?} is no language; write it like de or pt-br.");
    Err(fault::invalid(text).field(field))
}

/// Languages, each once.
///
/// # Errors
/// As [`language`].
pub(crate) fn languages(field: &str, all: &BTreeSet<String>) -> Result<BTreeSet<String>, Problem> {
    few(field, all)?;
    all.iter().map(|one| language(field, one)).collect()
}

/// Skills, each once.
///
/// # Errors
/// 422 at the field when one is empty or too long, or there are too many.
pub(crate) fn skills(field: &str, all: &BTreeSet<String>) -> Result<BTreeSet<String>, Problem> {
    few(field, all)?;
    let skill = |one: &String| {
        let word = one.trim();
        let fits = (1..=LONGEST_SKILL).contains(&word.chars().count());
        let wrong = || {
            let text = format!("A skill has 1 to {LONGEST_SKILL} characters.");
            fault::invalid(text).field(field)
        };
        fits.then(|| word.to_owned()).ok_or_else(wrong)
    };
    all.iter().map(skill).collect()
}

fn few(field: &str, all: &BTreeSet<String>) -> Result<(), Problem> {
    if all.len() <= MOST {
        return Ok(());
    }
    Err(fault::invalid(format!("There are {MOST} at most.")).field(field))
}
