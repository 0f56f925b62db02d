//! Keeps a second process off the file: SQLite would let it in, and both would deal the same
//! messages.

use std::{
    ffi::OsString,
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};

use switchboard_queue::QueueError;

/// Held as long as the queue is open; the system releases it when the process dies.
#[derive(Debug)]
pub(crate) struct Lock(#[expect(dead_code, reason = "held for its lock, never read")] File);

impl Lock {
    /// Takes the lock beside the queue's file.
    ///
    /// # Errors
    /// [`QueueError::Refused`] when another process (or another handle) holds it.
    pub(crate) fn take(queue: &Path) -> Result<Self, QueueError> {
        let path = beside(queue);
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|cause| unusable(&path, &cause.to_string()))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(QueueError::Refused {
                what: format!("{} is in use by another process", queue.display()),
                remedy: "stop the other process, or give this one a data folder of its own".into(),
            }),
            Err(TryLockError::Error(cause)) => Err(unusable(&path, &cause.to_string())),
        }
    }
}

fn beside(queue: &Path) -> PathBuf {
    let mut name = OsString::from(queue);
    name.push(".lock");
    PathBuf::from(name)
}

fn unusable(path: &Path, cause: &str) -> QueueError {
    QueueError::Refused {
        what: format!("{} cannot be locked: {cause}", path.display()),
        remedy: "give a path on a local disk, in a folder that this user may write".into(),
    }
}
