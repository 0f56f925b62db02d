//! What administration works on: the store and the keys, without the queue, so that commands run
//! beside a running installation.

use switchboard_chassis::settings::{Mode, Settings};
use switchboard_store::Store;

use crate::{BackendError, Keys, backend::make_folder, migrate};

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
