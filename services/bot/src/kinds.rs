//! The kinds of bots, by the words that the store and people have for them.

use secrecy::SecretString;

use crate::{SettingsError, http, knowledge, llm, meta_bot, rules};

/// All kinds.
pub const KINDS: [&str; 5] = [rules::KIND, knowledge::KIND, http::KIND, llm::KIND, meta_bot::KIND];

/// Settings of that kind to begin with, which explain themselves.
#[must_use]
pub fn example(kind: &str) -> Option<&'static str> {
    match kind {
        rules::KIND => Some(rules::EXAMPLE),
        knowledge::KIND => Some(knowledge::EXAMPLE),
        http::KIND => Some(http::EXAMPLE),
        llm::KIND => Some(llm::EXAMPLE),
        meta_bot::KIND => Some(meta_bot::EXAMPLE),
        _ => None,
    }
}

/// Checks the settings of a bot of that kind; with `Some`, its secret too, or that it has none.
///
/// # Errors
/// [`SettingsError`] with the place and the remedy.
pub fn check(
    kind: &str,
    settings: &str,
    secret: Option<Option<&SecretString>>,
) -> Result<(), SettingsError> {
    match kind {
        rules::KIND => rules::check(settings).map(drop),
        knowledge::KIND => knowledge::check(settings).map(drop),
        http::KIND => {
            let settings = http::check(settings)?;
            secret.map_or(Ok(()), |secret| http::check_secret(&settings, secret))
        }
        // A model of one's own may need no key.
        llm::KIND => llm::check(settings).map(drop),
        meta_bot::KIND => {
            meta_bot::check(settings)?;
            secret.map_or(Ok(()), meta_bot::check_secret)
        }
        _ => {
            let kinds = KINDS.join(", ");
            Err(SettingsError::whole(format!("there is no kind of bot {kind:?}; use {kinds}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_an_example_that_can_be_used() {
        for kind in KINDS {
            let example = example(kind).unwrap_or_else(|| panic!("{kind} has no example"));
            check(kind, example, None).unwrap_or_else(|error| panic!("{kind}: {error}"));
        }
    }
}
