//! What the parts of the desk share.

use std::{sync::Arc, time::Duration};

use switchboard_chassis::{clock, settings::DeskSettings, shutdown::Shutdown};
use switchboard_domain::Timestamp;
use switchboard_media::MediaStore;
use switchboard_queue::SharedQueue;
use switchboard_store::{Store, seal::Keyring};
use switchboard_verifier::Client;
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;
use url::Url;

use crate::{
    auth::gate::Gate, bots::Bots, integrators::Integrators, live::hub::Hub, measures::Measures,
    notices::Notices,
};

/// Times that tests shorten or tell.
#[derive(Debug, Clone, Copy)]
pub struct Tuning {
    /// How long after their last page closed an agent counts as gone; long enough for a reload.
    pub offline_after: Duration,
    /// How often it is looked whether something changed of which no hint came.
    pub look: Duration,
    /// How often a page is asked for a sign of life; two missed signs close its socket.
    pub heartbeat: Duration,
    /// How long it holds that somebody's page is open here, if this process dies; it is said again in
    /// a third of the time.
    pub hold: Duration,
    /// How long after the start agents who are said to be at the desk must have connected again.
    pub return_within: Duration,
    /// The clock that mails to agents go by, and who does something when.
    pub clock: fn() -> Timestamp,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            offline_after: Duration::from_secs(10),
            look: Duration::from_secs(5),
            heartbeat: Duration::from_secs(20),
            hold: Duration::from_secs(30),
            return_within: Duration::from_secs(60),
            clock: clock::now,
        }
    }
}

/// What settings of account linking are checked and sealed with.
pub(crate) struct Linking {
    /// `None`: account linking is off.
    pub(crate) keys: Option<Arc<Keyring>>,
    /// Knows which log-in services may be asked.
    pub(crate) client: Client,
    /// The address by which customers reach the ingress.
    pub(crate) public_url: Url,
}

/// What the parts of the desk share.
pub(crate) struct Desk {
    pub(crate) store: Store,
    pub(crate) queue: SharedQueue,
    pub(crate) settings: DeskSettings,
    pub(crate) linking: Linking,
    /// Where files are kept.
    pub(crate) files: MediaStore,
    /// The largest file that is kept, in bytes.
    pub(crate) largest_file: u64,
    /// Seals tokens; opens none here. `None`: this desk takes no tokens.
    pub(crate) tokens: Option<Arc<Keyring>>,
    /// Seals app secrets; opens none here. `None`: this desk connects no accounts.
    pub(crate) apps: Option<Arc<Keyring>>,
    pub(crate) bots: Bots,
    /// What tells other software what happens.
    pub(crate) integrators: Integrators,
    /// What tells people by e-mail what happens.
    pub(crate) notices: Notices,
    pub(crate) tuning: Tuning,
    /// Names this process to the queue.
    pub(crate) name: String,
    /// Names this desk among all that ever were, where it says whose pages are open here.
    pub(crate) replica: String,
    pub(crate) gate: Gate,
    pub(crate) hub: Hub,
    /// Dispatch may take somebody for gone whose page is open here.
    pub(crate) doubt: Notify,
    pub(crate) measures: Measures,
    /// Work that goes on beside requests.
    pub(crate) tasks: TaskTracker,
    pub(crate) shutdown: Shutdown,
}

impl Desk {
    /// The time that mails to agents go by.
    pub(crate) fn now(&self) -> Timestamp {
        (self.tuning.clock)()
    }
}
