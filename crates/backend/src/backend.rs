//! Opening everything a service works on.

use std::{fs, path::Path, sync::Arc};

use switchboard_chassis::{
    health::Health,
    settings::{Mode, Settings},
};
use switchboard_media::MediaStore;
use switchboard_queue::{Health as QueueHealth, SharedQueue};
use switchboard_queue_rabbitmq::{RabbitQueue, RabbitSettings};
use switchboard_queue_sqlite::SqliteQueue;
use switchboard_store::Store;
use tokio::task::spawn_blocking;

use crate::{BackendError, Keys, media, migrate};

/// What every service works on; cheap to clone. [`Backend::close`] it when the process ends.
#[derive(Clone)]
pub struct Backend {
    /// The queue.
    pub queue: SharedQueue,
    /// The store.
    pub store: Store,
    /// The keys.
    pub keys: Keys,
    /// The configuration.
    pub settings: Arc<Settings>,
    /// Checks of the queue and the store; services add theirs and serve it.
    pub health: Health,
    /// What this process is called among its likes; see [`crate::replica_name`].
    pub name: String,
}

impl Backend {
    /// Opens the queue, the store and the keys. An embedded installation is made when it is not
    /// there: folder, files, schema, keys. A distributed one must be there, except that the broker
    /// may be away: then the queue's health is down until it comes.
    ///
    /// # Errors
    /// [`BackendError`].
    pub async fn open(
        settings: impl Into<Arc<Settings>>,
        name: impl Into<String>,
    ) -> Result<Self, BackendError> {
        switchboard_chassis::install_crypto();
        let (settings, name) = (settings.into(), name.into());
        if settings.mode() == Mode::Embedded {
            make_folder(&settings.data_dir)?;
        }
        // The queue first: its lock keeps a second service off everything else.
        let queue = open_queue(&settings, &name).await?;
        let rest = match migrate::open(&settings).await {
            Ok(store) => Keys::load(&settings.keys, settings.mode())
                .map(|keys| (store, keys))
                .map_err(BackendError::from),
            Err(error) => Err(error),
        };
        let (store, keys) = match rest {
            Ok(rest) => rest,
            Err(error) => {
                queue.close().await;
                return Err(error);
            }
        };
        let health = Health::new();
        watch(&health, &queue, &store);
        Ok(Self { queue, store, keys, settings, health, name })
    }

    /// Opens the place where files are kept; a folder is made when it is not there.
    ///
    /// # Errors
    /// [`BackendError::Media`].
    pub fn media(&self) -> Result<MediaStore, BackendError> {
        media::open(&self.settings.media)
    }

    /// Ends all subscriptions and waits until the queue has written what it accepted.
    pub async fn close(&self) {
        self.queue.close().await;
    }
}

pub(crate) async fn open_queue(
    settings: &Settings,
    name: &str,
) -> Result<SharedQueue, BackendError> {
    let queue = &settings.queue;
    if let Some(path) = queue.url.sqlite_path() {
        let path = Path::new(path).to_owned();
        if let Some(folder) = path.parent() {
            make_folder(folder)?;
        }
        return Ok(Arc::new(spawn_blocking(move || SqliteQueue::open(&path)).await??));
    }
    let mut rabbit = RabbitSettings::new(queue.url.expose().parse()?, name);
    rabbit.namespace.clone_from(&queue.namespace);
    Ok(Arc::new(RabbitQueue::connect(rabbit).await?))
}

fn watch(health: &Health, queue: &SharedQueue, store: &Store) {
    health.watch("queue", queue.health(), |state| match state {
        QueueHealth::Up => Ok(()),
        QueueHealth::Down(why) => Err(why.clone()),
    });
    let store = store.clone();
    health.check("store", move || {
        let store = store.clone();
        async move { store.ping().await.map_err(|error| error.to_string()) }
    });
}

/// Makes a folder that is only for the user we run as, with those above it.
pub(crate) fn make_folder(path: &Path) -> Result<(), BackendError> {
    use std::os::unix::fs::DirBuilderExt;
    if path.as_os_str().is_empty() {
        return Ok(());
    }
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|cause| BackendError::Folder { path: path.into(), cause })
}
