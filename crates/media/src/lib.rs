//! Files of conversations: what customers sent and agents uploaded, on disk or in S3.
//!
//! [`MediaStore`] is the only place that knows where they are. Each is written once, under the ids
//! of its workspace and of itself; what is known about it is a row of the table `media`
//! (`switchboard-store`), written when the file is whole.
//!
//! - [`Writer`]: takes a file piece by piece, within a limit, and tells its size and its hash.
//! - [`Location`]: where files are kept, from the settings.
//! - [`kind()`]: what a file is that somebody uploads.

mod error;
mod kind;
mod location;
mod writer;

use std::{fmt, ops::Range, sync::Arc};

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt, path::Path};
use switchboard_domain::ids::{MediaId, WorkspaceId};

pub use error::MediaError;
pub use kind::{LOOKED_AT, Mislabelled, kind};
pub use location::{Location, S3};
pub use writer::{Writer, Written};

/// Where the files are. Cheap to clone.
#[derive(Clone)]
pub struct MediaStore {
    objects: Arc<dyn ObjectStore>,
    /// Before the path of each file.
    prefix: Path,
    /// For people.
    place: Arc<str>,
}

impl fmt::Debug for MediaStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MediaStore").field("place", &self.place).finish_non_exhaustive()
    }
}

/// A file that is read.
pub struct Reader {
    /// The size of the whole file, in bytes.
    pub size: u64,
    /// Which bytes of it these are.
    pub range: Range<u64>,
    /// The bytes.
    pub bytes: BoxStream<'static, Result<Bytes, MediaError>>,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("range", &self.range).finish_non_exhaustive()
    }
}

impl MediaStore {
    /// Opens the place. A folder is made when it is not there; S3 is not called yet.
    ///
    /// # Errors
    /// [`MediaError::Settings`], or [`MediaError::Unusable`] when the folder cannot be made.
    pub fn open(location: &Location) -> Result<Self, MediaError> {
        let (objects, prefix) = location::open(location)?;
        Ok(Self { objects, prefix, place: location.to_string().into() })
    }

    /// Where it is, for people.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Begins to write a file of at most `limit` bytes. Nothing can be read before
    /// [`Writer::finish`]; one that is dropped leaves nothing behind.
    #[must_use]
    pub fn write(&self, workspace: WorkspaceId, id: MediaId, limit: u64) -> Writer {
        Writer::new(Arc::clone(&self.objects), self.path(workspace, id), limit)
    }

    /// Reads a file, or a part of it; parts beyond its end are left out.
    ///
    /// # Errors
    /// [`MediaError::Absent`] when there is none, [`MediaError::Unusable`].
    pub async fn read(
        &self,
        workspace: WorkspaceId,
        id: MediaId,
        range: Option<Range<u64>>,
    ) -> Result<Reader, MediaError> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        let found = self.objects.get_opts(&self.path(workspace, id), options).await?;
        let (size, range) = (found.meta.size, found.range.clone());
        Ok(Reader { size, range, bytes: found.into_stream().map_err(MediaError::from).boxed() })
    }

    /// Deletes a file; one that is not there is deleted.
    ///
    /// # Errors
    /// [`MediaError::Unusable`].
    pub async fn delete(&self, workspace: WorkspaceId, id: MediaId) -> Result<(), MediaError> {
        match self.objects.delete(&self.path(workspace, id)).await.map_err(MediaError::from) {
            Ok(()) | Err(MediaError::Absent) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Writes a small file, reads it, and deletes it: whether the place can be used.
    ///
    /// # Errors
    /// [`MediaError`], in words for operators.
    pub async fn try_out(&self) -> Result<(), MediaError> {
        const WORDS: &[u8] = b"switchboard";
        let path = self.prefix.clone().join("try-out");
        self.objects.put(&path, Bytes::from_static(WORDS).into()).await?;
        let read = self.objects.get(&path).await?.bytes().await?;
        self.objects.delete(&path).await?;
        if read == WORDS {
            return Ok(());
        }
        Err(MediaError::Unusable("what was written is not what is read".into()))
    }

    fn path(&self, workspace: WorkspaceId, id: MediaId) -> Path {
        self.prefix.clone().join(workspace.to_string()).join(id.to_string())
    }
}
