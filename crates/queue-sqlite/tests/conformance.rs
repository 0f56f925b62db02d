//! The suite that every queue must pass, on files of their own.

use std::sync::Arc;

use async_trait::async_trait;
use switchboard_queue::{
    Queue, SharedQueue,
    conformance::{Failure, Rig, bounds},
    conformance_suite,
};
use switchboard_queue_sqlite::{SqliteOptions, SqliteQueue};
use tempfile::TempDir;

struct FileRig {
    folder: TempDir,
    queue: Arc<SqliteQueue>,
}

fn open(folder: &TempDir) -> Result<Arc<SqliteQueue>, Failure> {
    let path = folder.path().join("queue.db");
    Ok(Arc::new(SqliteQueue::open_with(&path, SqliteOptions { bounds })?))
}

#[async_trait]
impl Rig for FileRig {
    fn queue(&self) -> SharedQueue {
        self.queue.clone()
    }

    // The rougher end, kill -9, is in `kill.rs`.
    async fn restart(&mut self) -> Result<(), Failure> {
        self.queue.close().await;
        self.queue = open(&self.folder)?;
        Ok(())
    }
}

async fn rig() -> Result<FileRig, Failure> {
    let folder = tempfile::tempdir()?;
    let queue = open(&folder)?;
    Ok(FileRig { folder, queue })
}

conformance_suite! { rig: rig, restartable: rig }
