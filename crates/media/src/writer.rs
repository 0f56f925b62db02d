//! Writing a file piece by piece.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use object_store::{ObjectStore, buffered::BufWriter, path::Path};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;

use crate::MediaError;

/// So many bytes are held in memory; larger files go to the store in parts.
const HELD: usize = 8 * 1024 * 1024;

/// A file in the making. Dropped before [`Writer::finish`], it leaves nothing that can be read.
pub struct Writer {
    out: BufWriter,
    limit: u64,
    size: u64,
    hash: Sha256,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("size", &self.size).finish_non_exhaustive()
    }
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its size, in bytes.
    pub size: u64,
    /// Its SHA-256, in lower-case hexadecimal digits.
    pub sha256: String,
}

impl Writer {
    pub(crate) fn new(objects: Arc<dyn ObjectStore>, path: Path, limit: u64) -> Self {
        let out = BufWriter::with_capacity(objects, path, HELD);
        Self { out, limit, size: 0, hash: Sha256::new() }
    }

    /// Takes the next piece.
    ///
    /// # Errors
    /// [`MediaError::TooLarge`] or [`MediaError::Unusable`]; [`Writer::abort`] it then.
    pub async fn put(&mut self, piece: Bytes) -> Result<(), MediaError> {
        let more = u64::try_from(piece.len()).unwrap_or(u64::MAX);
        self.size = self.size.saturating_add(more);
        if self.size > self.limit {
            return Err(MediaError::TooLarge { limit: self.limit });
        }
        self.hash.update(&piece);
        Ok(self.out.put(piece).await?)
    }

    /// Makes the file readable, whole and durable.
    ///
    /// # Errors
    /// [`MediaError::Unusable`].
    pub async fn finish(mut self) -> Result<Written, MediaError> {
        let closed = self.out.shutdown().await;
        closed.map_err(|error| MediaError::Unusable(error.to_string()))?;
        Ok(Written { size: self.size, sha256: hex::encode(self.hash.finalize()) })
    }

    /// Gives the file up; what was sent to the store already is taken back, as far as it answers.
    pub async fn abort(mut self) {
        let _ = self.out.abort().await;
    }
}
