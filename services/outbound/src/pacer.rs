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

/// How long a place is worth waiting for that may be left out.
const MOMENT: Duration = Duration::from_millis(50);

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

    /// Takes a place if there is one now or in a moment, without standing in line for it: for what
    /// may be left out.
    pub(crate) async fn has_room(&self, class: Class, clock: Clock) -> bool {
        match self.take(class, clock.mono()) {
            Ok(()) => true,
            Err(wait) if wait <= MOMENT => {
                tokio::time::sleep(wait).await;
                self.take(class, clock.mono()).is_ok()
            }
            Err(_) => false,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_may_be_left_out_is_when_the_next_place_is_far() {
        let clock = Clock::start();
        let gate = |text| Pacer::new(Rates { text, media: None, pair: None }, clock.mono());
        assert!(gate(300).has_room(Class::Text, clock).await);
        // Nobody knows what was sent before, so a new gate begins without a place.
        assert!(!gate(1).has_room(Class::Text, clock).await);
    }
}
