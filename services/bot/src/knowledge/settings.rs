//! The settings of a bot that answers from documents.

use serde::Deserialize;

use crate::SettingsError;

/// How it answers.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How sure it must be, from 0 to 1.
    #[serde(default = "usual_confidence")]
    pub answer_from: f64,
    /// What it says to a customer who only greets.
    #[serde(default)]
    pub greeting: Option<String>,
    /// What it says before it hands off.
    #[serde(default)]
    pub unsure: Option<String>,
    /// Whether it says where an answer is from.
    #[serde(default)]
    pub cite: bool,
}

/// The longest text, in characters: what one message takes on every channel.
const LONGEST: usize = 1_000;

fn usual_confidence() -> f64 {
    0.6
}

/// Reads settings and checks them.
///
/// # Errors
/// [`SettingsError`] with the line and the remedy.
pub fn check(yaml: &str) -> Result<Settings, SettingsError> {
    let settings: Option<Settings> = serde_yaml_ng::from_str(yaml)?;
    let whole = |message: &str| SettingsError::whole(message);
    let settings = settings.ok_or_else(|| whole("write `answer_from:` at least, such as 0.6"))?;
    if !(0.05..=1.0).contains(&settings.answer_from) {
        return Err(whole("`answer_from` is from 0.05 to 1; 0.6 suits most"));
    }
    for (name, text) in [("greeting", &settings.greeting), ("unsure", &settings.unsure)] {
        let fits = |text: &String| (1..=LONGEST).contains(&text.trim().chars().count());
        if !text.as_ref().is_none_or(fits) {
            let wrong =
                format!("`{name}` has 1 to {LONGEST} characters; leave it out to say nothing");
            return Err(whole(&wrong));
        }
    }
    Ok(settings)
}
