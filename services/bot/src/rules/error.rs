//! What is wrong with the settings of a bot: a file of rules, or any other in YAML.

use super::file::MAX_BYTES;

/// Settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The text is longer than any list of rules.
    #[error("the rules are {bytes} bytes long, {MAX_BYTES} is the limit; use fewer rules")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// There is nothing in it.
    #[error("there are no rules here; begin with a line `rules:` and a list below it")]
    Empty,
    /// Something is wrong at one place.
    #[error("{}{message}", place(*line, *column))]
    Invalid {
        /// Where, counted from 1; none when it is the text as a whole.
        line: Option<usize>,
        /// Where in the line, counted from 1.
        column: Option<usize>,
        /// What is wrong, and how it should be.
        message: String,
    },
}

impl SettingsError {
    /// Something is wrong with the text as a whole.
    pub(crate) fn whole(message: impl Into<String>) -> Self {
        Self::Invalid { line: None, column: None, message: message.into() }
    }

    /// The line that is wrong, counted from 1.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        match self {
            SettingsError::Invalid { line, .. } => *line,
            SettingsError::TooLong { .. } | SettingsError::Empty => None,
        }
    }

    /// Where in the line, counted from 1.
    #[must_use]
    pub fn column(&self) -> Option<usize> {
        match self {
            SettingsError::Invalid { column, .. } => *column,
            SettingsError::TooLong { .. } | SettingsError::Empty => None,
        }
    }
}

impl From<serde_yaml_ng::Error> for SettingsError {
    fn from(error: serde_yaml_ng::Error) -> Self {
        let place = error.location();
        let (line, column) = (place.as_ref().map(|at| at.line()), place.map(|at| at.column()));
        let text = error.to_string();
        // The parser puts the place into its message; we say it at the beginning.
        let message = match (line, column) {
            (Some(line), Some(column)) => {
                text.replacen(&format!(" at line {line} column {column}"), "", 1)
            }
            _ => text,
        };
        SettingsError::Invalid { line, column, message }
    }
}

fn place(line: Option<usize>, column: Option<usize>) -> String {
    match (line, column) {
        (Some(line), Some(column)) => format!("line {line}, column {column}: "),
        (Some(line), None) => format!("line {line}: "),
        _ => String::new(),
    }
}
