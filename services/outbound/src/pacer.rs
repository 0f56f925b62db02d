//! The last gate before the first byte. The scheduler says when a send may start; writing it down
//! takes now longer and now shorter, and several that were written down together would leave
//! together. Here they are spread again, so that Meta sees the rate that was meant.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use switchboard_domain::limits::Gcra;

use crate::{
    clock::Clock,
    limits::{Class, Rates, bucket},
};

/// The gate of one account.
#[derive(Debug)]
pub(crate) struct Pacer {
    text: Mutex<Gcra>,
    media: Option<Mutex<Gcra>>,
}

impl Pacer {
    pub(crate) fn new(rates: Rates, now: Duration) -> Self {
        let gate = |rate| Mutex::new(bucket(rate, now));
        Self { text: gate(rates.text), media: rates.media.map(gate) }
    }

    /// Waits for its place.
    pub(crate) async fn pass(&self, class: Class, clock: Clock) {
        while let Err(wait) = self.take(class, clock.mono()) {
            tokio::time::sleep(wait).await;
        }
    }

    fn take(&self, class: Class, now: Duration) -> Result<(), Duration> {
        let gate = match (&self.media, class) {
            (Some(media), Class::Media) => media,
            _ => &self.text,
        };
        gate.lock().unwrap_or_else(PoisonError::into_inner).take(now)
    }
}
