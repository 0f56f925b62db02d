//! What stands beside the product, for scenarios that want it, and what holds for all its processes.

use switchboard_testkit::smtp::Smtp;

use super::run::{Environment, Setting, environment, pair};
use crate::collector::Collector;

/// What stands beside the product, and with what settings of its own.
#[derive(Debug, Default)]
pub(super) struct Beside {
    pub(super) collector: Option<Collector>,
    pub(super) mail: Option<Smtp>,
    pub(super) settings: Vec<Setting>,
}

impl Beside {
    /// Nothing, and these settings.
    pub(super) fn with(settings: &[Setting]) -> Self {
        Self { settings: settings.to_vec(), ..Self::default() }
    }

    /// What holds for every process of a test.
    pub(super) fn environment(&self) -> Environment {
        let mut pairs = environment(self.collector.as_ref(), &self.settings);
        if let Some(mail) = &self.mail {
            pairs.extend([
                pair("MAIL__URL", mail.url()),
                pair("MAIL__FROM", "Corner Shop <desk@demo.example>"),
                pair("MAIL__CA_FILE", mail.ca_file().display().to_string()),
                pair("MAIL__GATHER_SECONDS", "0"),
            ]);
        }
        pairs
    }
}
