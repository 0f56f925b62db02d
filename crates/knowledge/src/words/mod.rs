//! How languages are written: a text becomes terms, which an index finds, and a question becomes
//! units, each with the terms that are evidence of it.
//!
//! Where words have spaces between, a unit is a word, and its terms are its forms: as it is written,
//! without accents, and its stem where the language is known. Where they have none, a unit is a
//! letter, and its terms are the short sequences that it is part of: a word that both texts have makes
//! all its letters known, and needs no dictionary.

mod function;
mod script;
mod tongue;

use std::collections::HashSet;

use function::{endings, is_function, within};
pub(crate) use script::glue;
use script::{Run, Script, fold, normal, runs};
pub(crate) use tongue::Tongue;

/// What letters count in Japanese that mostly are endings and particles.
const HIRAGANA: f64 = 0.3;

/// The smallest part of a question that can be known or not.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Unit {
    /// Any of them in a text is evidence of it.
    pub(crate) terms: Vec<String>,
    /// What it counts beside others, from 0 to 1.
    pub(crate) role: f64,
    /// Whether it says something by itself, as articles, particles and courtesies do not.
    pub(crate) has_content: bool,
}

/// The terms of a text in that language, with repetitions.
pub(crate) fn terms(text: &str, tongue: Option<Tongue>) -> Vec<String> {
    let mut terms = Vec::new();
    for run in runs(&normal(text)) {
        match run.script {
            Script::Spaced => terms.extend(forms(&run, tongue.as_slice())),
            script => {
                terms.extend(run.sequences(script.reach()));
                if script.has_letters_that_are_words() && run.letters.len() > 1 {
                    terms.extend(run.sequences(1));
                }
            }
        }
    }
    terms
}

/// The units of a question that may be in any of those languages; what is said twice counts once.
pub(crate) fn units(text: &str, tongues: &[Tongue]) -> Vec<Unit> {
    let mut known = HashSet::new();
    let mut units: Vec<Unit> = Vec::new();
    let normal = normal(text);
    let functions = within(&normal);
    for run in runs(&normal) {
        if !known.insert(run.letters.clone()) {
            continue;
        }
        match run.script {
            Script::Spaced => {
                let has_content = !is_stop(&run, tongues);
                units.push(Unit { terms: forms(&run, tongues), role: 1.0, has_content });
            }
            _ => units.extend(letters(&run, &functions)),
        }
    }
    units
}

/// The forms of a word, each once.
fn forms(run: &Run, tongues: &[Tongue]) -> Vec<String> {
    let word = run.word();
    let plain = fold(&word);
    let mut forms = vec![plain.clone()];
    for tongue in tongues {
        forms.extend([fold(&tongue.stem(&word)), tongue.stem(&plain)]);
    }
    let mut known = HashSet::new();
    forms.retain(|form| !form.is_empty() && known.insert(form.clone()));
    forms
}

fn is_stop(run: &Run, tongues: &[Tongue]) -> bool {
    let word = fold(&run.word());
    let single = word.chars().nth(1).is_none() && !word.chars().all(char::is_numeric);
    let of = |tongue: &Tongue| tongue.is_stop(&word);
    single
        || is_function(&word)
        || tongues.iter().any(of)
        || (tongues.is_empty() && Tongue::ENGLISH.is_stop(&word))
}

/// A letter is known by the sequences that it is part of.
fn letters(run: &Run, functions: &[bool]) -> Vec<Unit> {
    let functions: Vec<bool> = match run.script {
        Script::Hangul => endings(&run.letters),
        _ => functions.iter().skip(run.at).take(run.letters.len()).copied().collect(),
    };
    let sequences = run.sequences(run.script.reach());
    let reach = run.script.reach().min(run.letters.len().max(1));
    let of_letter = |(at, is_function): (usize, bool)| {
        let first = at.saturating_add(1).saturating_sub(reach);
        let terms = sequences.iter().take(at.saturating_add(1)).skip(first).cloned().collect();
        let role = if run.script == Script::Hiragana { HIRAGANA } else { 1.0 };
        Unit { terms, role, has_content: !is_function }
    };
    functions.into_iter().enumerate().map(of_letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(text: &str, tongues: &[Tongue]) -> Vec<String> {
        let units = units(text, tongues).into_iter().filter(|unit| unit.has_content);
        units.filter_map(|unit| unit.terms.into_iter().next()).collect()
    }

    #[test]
    fn words_are_found_in_any_form() {
        let english = Tongue::ENGLISH;
        assert!(terms("deliveries", Some(english)).contains(&"deliveri".to_owned()));
        assert!(terms("Devolución", None).contains(&"devolucion".to_owned()));
        assert!(terms("ＡＢＣ café", None).contains(&"cafe".to_owned()));
        assert_eq!(
            content("Hello, what is the price of 2 shoes please?", &[english]),
            ["price", "2", "shoes"]
        );
    }

    #[test]
    fn letters_are_known_by_the_words_around_them() {
        assert_eq!(terms("营业时间", None), ["营业", "业时", "时间", "营", "业", "时", "间"]);
        assert_eq!(terms("スニーカー", None), ["スニー", "ニーカ", "ーカー"]);
        assert_eq!(
            terms("배송은 무료", None),
            ["배송", "송은", "배", "송", "은", "무료", "무", "료"]
        );
        let units = units("靴を", &[]);
        assert_eq!(units[0], Unit { terms: vec!["靴".into()], role: 1.0, has_content: true });
        assert!(!units[1].has_content);
        assert!(content("请问你们", &[]).is_empty());
    }
}
