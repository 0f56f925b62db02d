//! Why a test's surroundings could not be set up.

use std::path::{Path, PathBuf};

/// Why a server could not be run.
#[derive(Debug, thiserror::Error)]
pub enum TestkitError {
    /// The machine lacks a program.
    #[error("{program} is missing; {remedy}")]
    Missing {
        /// What was looked for.
        program: String,
        /// How to get it.
        remedy: &'static str,
    },
    /// A program ended with an error.
    #[error("{program} failed: {output}")]
    Failed {
        /// The program.
        program: String,
        /// What it said at last.
        output: String,
    },
    /// A server did not become ready.
    #[error("{program} is not ready after {seconds} s; its log ends: {output}")]
    NotReady {
        /// The program.
        program: String,
        /// How long it was waited for.
        seconds: u64,
        /// The end of its log.
        output: String,
    },
    /// A file or a socket.
    #[error("{what}: {cause}")]
    Io {
        /// What was tried.
        what: String,
        /// Why it failed.
        #[source]
        cause: std::io::Error,
    },
}

/// For `map_err`: names what was tried.
pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> TestkitError {
    let what = what.into();
    move |cause| TestkitError::Io { what, cause }
}

/// The end of a log file.
pub(crate) fn tail(log: &Path) -> String {
    const LINES: usize = 15;
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines.get(lines.len().saturating_sub(LINES)..).unwrap_or_default().join("\n")
}

/// The first of some paths that exists.
pub(crate) fn find(
    candidates: &[PathBuf],
    program: &str,
    remedy: &'static str,
) -> Result<PathBuf, TestkitError> {
    let found = candidates.iter().find(|path| path.exists());
    found.cloned().ok_or_else(|| TestkitError::Missing { program: program.into(), remedy })
}
