//! What stands beside the product, for scenarios that want it, and what holds for all its processes.

use switchboard_testkit::smtp::Smtp;

use super::{Environment, pair};
use crate::collector::Collector;

/// What stands beside the product.
#[derive(Debug, Default)]
pub(super) struct Beside {
    pub(super) collector: Option<Collector>,
    pub(super) mail: Option<Smtp>,
}

impl Beside {
    /// What holds for every process of a test.
    pub(super) fn environment(&self) -> Environment {
        let mut pairs = vec![
            // The least: what is in doubt after a crash is shown to agents that soon.
            pair("OUTBOUND__UNCERTAIN_SECONDS__MESSENGER", "5"),
            pair("OUTBOUND__UNCERTAIN_SECONDS__INSTAGRAM", "5"),
            pair("OUTBOUND__UNCERTAIN_SECONDS__WHATSAPP", "5"),
            // The simulator stands for facebook.com, and the business's log-in service is a double.
            pair("LINKING__REDIRECT_HOSTS", "facebook.com,messenger.com,127.0.0.1"),
            pair("LINKING__TRUSTED_HOSTS", "127.0.0.1"),
            // So are receivers of webhooks, and bots outside.
            pair("DESK__WEBHOOK_TRUSTED_HOSTS", "127.0.0.1"),
            pair("BOT__TRUSTED_HOSTS", "127.0.0.1"),
            pair("TELEMETRY__LOG", "info"),
        ];
        let collector = self.collector.as_ref();
        pairs.extend(collector.map(|collector| pair("TELEMETRY__OTLP_ENDPOINT", collector.url())));
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
