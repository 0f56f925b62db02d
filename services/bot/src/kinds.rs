//! The kinds of bots, by the words that the store and people have for them.

use secrecy::SecretString;

use crate::{SettingsError, http, knowledge, llm, rules};

/// All kinds.
pub const KINDS: [&str; 4] = [rules::KIND, knowledge::KIND, http::KIND, llm::KIND];

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
        _ => {
            let kinds = KINDS.join(", ");
            Err(SettingsError::whole(format!("there is no kind of bot {kind:?}; use {kinds}")))
        }
    }
}
