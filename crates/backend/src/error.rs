//! Why a service has nothing to work on.

use std::{io, path::PathBuf};

use switchboard_media::MediaError;
use switchboard_queue::QueueError;
use switchboard_queue_rabbitmq::InvalidUrl;
use switchboard_store::StoreError;

use crate::keys::KeysError;

/// The queue, the store or the keys cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum BackendError {
    /// A folder of an embedded installation cannot be made.
    #[error("the folder {} cannot be made: {cause}; set data_dir to one that can", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
    /// `queue.url` is no address of a broker.
    #[error("queue.url: {0}")]
    BrokerUrl(#[from] InvalidUrl),
    /// The queue cannot be opened.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// The store cannot be opened, or its schema is behind.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The keys cannot be read or made.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// Files cannot be kept.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// The thread that opened it came to an end.
    #[error("opening was interrupted: {0}; start again")]
    Interrupted(#[from] tokio::task::JoinError),
}

impl BackendError {
    /// Whether the same may succeed later without anyone doing anything: the broker or the database
    /// is away.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Queue(error) => matches!(error, QueueError::Away(_)),
            Self::Store(error) => error.is_transient(),
            _ => false,
        }
    }
}
