//! What administration works on: the store and the keys, and the queue where it can be shared, so that
//! commands run beside a running installation.

use switchboard_chassis::settings::{Mode, Settings};
use switchboard_queue::SharedQueue;
use switchboard_store::Store;

use crate::{
    BackendError, Keys,
    backend::{make_folder, open_queue},
    migrate, replica_name,
};

/// The store and the keys of an installation; an embedded one is made when it is not there.
///
/// # Errors
/// [`BackendError`].
pub async fn open_for_administration(settings: &Settings) -> Result<(Store, Keys), BackendError> {
    switchboard_chassis::install_crypto();
    if settings.mode() == Mode::Embedded {
        make_folder(&settings.data_dir)?;
    }
    let store = migrate::open(settings).await?;
    let keys = Keys::load(&settings.keys, settings.mode())?;
    Ok((store, keys))
}

/// The queue of an installation, for a command called `name`; none of an embedded one, whose running
/// process owns it. A broker that is away is no error: the queue's health says so. Close it at the end.
///
/// # Errors
/// [`BackendError`] when the broker refuses us, or the address is wrong.
pub async fn queue_for_administration(
    settings: &Settings,
    name: &str,
) -> Result<Option<SharedQueue>, BackendError> {
    switchboard_chassis::install_crypto();
    if settings.mode() == Mode::Embedded {
        return Ok(None);
    }
    open_queue(settings, &replica_name(name)).await.map(Some)
}
