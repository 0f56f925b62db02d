//! From the parser's errors to the operator's: which key, where it was set, what it should be. What
//! was found there is left out: it may be a secret.

use config::ConfigError;

use super::SettingsError;

/// Where keys can be set.
pub(super) struct Origins<'a> {
    /// Name of the file, if there is one.
    pub(super) file: Option<String>,
    /// The keys that the environment sets, dotted.
    pub(super) environment: &'a [String],
}

impl Origins<'_> {
    fn of(&self, key: &str) -> String {
        let within = |set: &String| {
            set.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        if self.environment.iter().any(within) {
            return "the environment".into();
        }
        self.file.clone().unwrap_or_else(|| "the built-in configuration".into())
    }

    /// Says what is wrong.
    pub(super) fn explain(&self, error: ConfigError) -> SettingsError {
        let (path, message) = parts(error);
        let (key, message) = match unknown_key(&message) {
            Some((name, known)) => {
                let key = path.map_or_else(|| name.to_owned(), |path| format!("{path}.{name}"));
                (key, format!("is no key; known are {known}"))
            }
            None => (path.unwrap_or_else(|| "(top level)".into()), without_value(message)),
        };
        // An element of a list is set where the list is.
        let list = key.split('[').next().unwrap_or_default();
        SettingsError::Shape { origin: self.of(list), key, message }
    }
}

fn parts(error: ConfigError) -> (Option<String>, String) {
    match error {
        ConfigError::NotFound(key) => (Some(key), "is missing".into()),
        ConfigError::Type { expected, key, .. } => (key, format!("must be {expected}")),
        ConfigError::At { error, key, .. } => {
            let (inner, message) = parts(*error);
            (inner.or(key), message)
        }
        ConfigError::Message(message) => (None, message),
        _ => (None, "cannot be read".into()),
    }
}

/// The name and the known names out of serde's sentence.
fn unknown_key(message: &str) -> Option<(&str, &str)> {
    message
        .strip_prefix("unknown field `")?
        .split_once("`, expected ")
        .map(|(name, known)| (name, known.trim_start_matches("one of ")))
}

/// serde's other sentences quote what they found before they say what they expected.
fn without_value(message: String) -> String {
    if !message.starts_with("invalid ") {
        return message;
    }
    match message.rsplit_once(", expected ") {
        Some((_, shape)) if shape.starts_with("struct ") => "must be a section of its own".into(),
        Some((_, shape)) => format!("must be {shape}"),
        None => "has the wrong shape".into(),
    }
}
