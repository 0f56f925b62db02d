//! What must survive a `kill -9`: an append-only file of JSON lines.
//!
//! One line holds everything that changed under one hold of the world's lock, so
//! a call is in the file whole or not at all. It is written before the lock is
//! let go, thus before the answer of the call leaves. There is no fsync: the
//! journal outlives the process, not the machine.
//!
//! Not kept: apps, accounts and tokens (the configuration has them), settings,
//! faults, and what the limits have counted.

mod entry;
mod kept;
mod restore;

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use entry::Entry;

pub(crate) use kept::{Held, Kept};
pub(crate) use restore::replay;

/// A journal that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file cannot be read or written.
    #[error("cannot use the state file {path}: {source}; choose another place for it")]
    File {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// A line in the middle is not what the simulator writes.
    #[error(
        "line {line} of the state file {path} cannot be read: {source}; delete the file to begin anew"
    )]
    Line {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// The cause.
        source: serde_json::Error,
    },
}

/// The open file, at its end.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    path: PathBuf,
}

impl Journal {
    /// Opens a journal, creates it if need be, and reads what it holds. A last
    /// line without an end was torn by a crash and is cut off.
    fn open(path: &Path) -> Result<(Self, Vec<Entry>), JournalError> {
        let failed = |source| JournalError::File { path: path.to_owned(), source };
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        let file = OpenOptions::new().append(true).create(true).open(path).map_err(failed)?;
        let text = std::fs::read(path).map_err(failed)?;
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let mut entries = Vec::new();
        for (index, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
            if line.ends_with(b"\n") {
                let read: Vec<Entry> = serde_json::from_slice(line).map_err(|source| {
                    JournalError::Line { path: path.to_owned(), line: index + 1, source }
                })?;
                entries.extend(read);
            }
        }
        if whole < text.len() {
            tracing::warn!(path = %path.display(), "the state file's last line is torn; ignored");
            let length = u64::try_from(whole).unwrap_or(u64::MAX);
            file.set_len(length).map_err(failed)?;
        }
        Ok((Self { file, path: path.to_owned() }, entries))
    }

    /// Appends one line. False when that failed: the journal is then of no use.
    fn append(&mut self, entries: &[Entry]) -> bool {
        let written =
            serde_json::to_vec(entries).map_err(std::io::Error::from).and_then(|mut line| {
                line.push(b'\n');
                self.file.write_all(&line)
            });
        if let Err(error) = &written {
            tracing::error!(path = %self.path.display(), %error, "cannot write the state file; from here on nothing is kept");
        }
        written.is_ok()
    }
}
