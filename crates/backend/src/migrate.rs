//! Opening the store, and bringing its schema up to date.

use std::path::Path;

use switchboard_chassis::settings::{Mode, Settings};
use switchboard_store::{Store, StoreSettings};
use tokio::task::spawn_blocking;

use crate::{BackendError, backend::make_folder};

/// Runs the migrations that this build has and the database has not; tells how many. For the
/// command line; an embedded installation does it by itself when it is opened.
///
/// # Errors
/// [`BackendError::Store`], or [`BackendError::Folder`].
pub async fn migrate(settings: &Settings) -> Result<usize, BackendError> {
    let settings = settings.clone();
    spawn_blocking(move || Ok(connect(&settings)?.migrate()?)).await?
}

/// Opens the store with a schema that this build can use.
pub(crate) async fn open(settings: &Settings) -> Result<Store, BackendError> {
    let settings = settings.clone();
    let opening = spawn_blocking(move || {
        let store = connect(&settings)?;
        match settings.mode() {
            Mode::Embedded => {
                let count = store.migrate()?;
                if count > 0 {
                    tracing::info!(count, "brought the database schema up to date");
                }
            }
            // Replicas of two versions run side by side during a roll-out: somebody must say when.
            Mode::Distributed => store.require_migrated()?,
        }
        Ok(store)
    });
    opening.await?
}

fn connect(settings: &Settings) -> Result<Store, BackendError> {
    let store = &settings.store;
    if let Some(folder) = store.url.sqlite_path().and_then(|path| Path::new(path).parent()) {
        make_folder(folder)?;
    }
    Ok(Store::open(&StoreSettings {
        url: store.url.secret(),
        pool_size: store.pool_size,
        acquire_timeout: store.acquire_timeout,
    })?)
}
