//! The simulated world, all in memory, behind one lock.
//!
//! A Graph call is checked and accepted under one hold of the lock, so limits
//! count exactly. Nothing here does I/O.

pub(crate) mod comments;
pub(crate) mod control;
pub(crate) mod directory;
pub(crate) mod facts;
pub(crate) mod free_entry;
pub(crate) mod ledger;
pub(crate) mod linking;
pub(crate) mod media;
pub(crate) mod seed;
pub(crate) mod templates;
pub(crate) mod thread;
pub(crate) mod tokens;

use serde::{Deserialize, Serialize};

use crate::faults::Faults;
use crate::limits::Limiter;
use crate::settings::Settings;
use crate::webhooks::alerts::Alert;
use crate::webhooks::log::{Delivery, DeliveryLog};

/// The three messaging products.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Channel {
    /// Messenger: accounts are Pages.
    Messenger,
    /// Instagram messaging: accounts are professional accounts.
    Instagram,
    /// WhatsApp Cloud API: accounts are phone numbers.
    WhatsApp,
}

/// A conversation: one customer with one account.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
pub(crate) struct ThreadKey {
    /// Page, Instagram or phone number id.
    pub(crate) account: String,
    /// PSID, IGSID or `wa_id`.
    pub(crate) customer: String,
}

impl ThreadKey {
    /// The key of a customer of an account.
    pub(crate) fn new(account: &str, customer: &str) -> Self {
        Self { account: account.to_owned(), customer: customer.to_owned() }
    }
}

/// All state of a simulator.
#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) settings: Settings,
    /// See [`crate::SimulatorConfig::adopt_strangers`].
    pub(crate) adopt_strangers: bool,
    pub(crate) directory: directory::Directory,
    pub(crate) facts: facts::FactBook,
    pub(crate) threads: thread::Threads,
    pub(crate) comments: comments::Comments,
    pub(crate) controls: control::Controls,
    pub(crate) linking: linking::Linking,
    pub(crate) media: media::MediaStore,
    pub(crate) ledger: ledger::Ledger,
    pub(crate) limiter: Limiter,
    pub(crate) faults: Faults,
    pub(crate) deliveries: DeliveryLog,
    /// What Meta would mail to the developer.
    pub(crate) alerts: Vec<Alert>,
    /// Webhooks of an earlier run that no app has taken yet. They wait here until
    /// their app has a callback URL again.
    pub(crate) owed: Vec<Delivery>,
    /// How far the clock was moved, not yet in the journal.
    pub(crate) unsaved_clock_ms: i64,
}

impl World {
    /// Gives a customer another id; what was said goes along.
    pub(crate) fn move_customer(&mut self, from: &ThreadKey, to: &ThreadKey) {
        self.threads.rename(from, to);
        self.controls.rename(from, to);
        if let Some(customer) = self.directory.customers.remove(from) {
            let id = to.customer.clone();
            self.directory.put_customer(directory::Customer { id, ..customer });
        }
    }
}
