//! What is wrong with a configuration: the key, the value's shape, the remedy. Never the value,
//! which may be a secret.

use std::path::PathBuf;

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("the configuration file {} cannot be read: {cause}; name one that can", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        cause: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{}, line {line}: this is no TOML: {message}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Where, counted from 1.
        line: usize,
        /// What the parser says.
        message: String,
    },
    /// A key is unknown, or its value has the wrong shape.
    #[error("{origin}: {key}: {message}")]
    Shape {
        /// `the environment`, or the file.
        origin: String,
        /// The key, sections and all; the section when the key itself is unknown.
        key: String,
        /// What it should look like.
        message: String,
    },
    /// A value has the right shape and makes no sense, by itself or with others.
    #[error("{key}: {message}")]
    Impossible {
        /// The key.
        key: &'static str,
        /// Why it makes no sense, and what does.
        message: String,
    },
}

impl SettingsError {
    /// The process's exit status for a bad configuration: `EX_CONFIG` of sysexits.h.
    pub const EXIT_CODE: u8 = 78;
}
