//! The gate at the login: how many passwords are checked at once, and how soon one may try again.
//! In memory: an attacker who finds several replicas gains a factor, not a way in.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::Semaphore;

use super::password::{self, HashError};

/// Hashes at once: each takes 46 MiB and a core.
const AT_ONCE: usize = 2;

/// Wrong passwords that cost nothing.
const FREE_TRIES: u32 = 3;

/// The longest wait between tries.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// When failures are forgotten.
const MEMORY: Duration = Duration::from_secs(15 * 60);

/// How many addresses are remembered at most; the oldest go first.
const MOST_REMEMBERED: usize = 10_000;

type Key = (String, Option<IpAddr>);

#[derive(Debug, Clone, Copy)]
struct Tries {
    count: u32,
    last: Instant,
}

/// Checks passwords, a few at once, and slows down who guesses.
pub(crate) struct Gate {
    hashing: Semaphore,
    tries: Mutex<HashMap<Key, Tries>>,
    decoy: Arc<str>,
}

impl Gate {
    /// Makes the decoy, which takes as long as one check. Blocks.
    pub(crate) fn new() -> Result<Self, HashError> {
        Ok(Self {
            hashing: Semaphore::new(AT_ONCE),
            tries: Mutex::default(),
            decoy: password::decoy()?.into(),
        })
    }

    /// Counts a try, before it is made so that many at once count as well.
    ///
    /// # Errors
    /// How long to wait before the next.
    pub(crate) fn try_again(&self, email: &str, from: Option<IpAddr>) -> Result<(), Duration> {
        let now = Instant::now();
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() >= MOST_REMEMBERED {
            forget(&mut tries, now);
        }
        let known = tries.entry((email.to_owned(), from)).or_insert(Tries { count: 0, last: now });
        if now.duration_since(known.last) > MEMORY {
            known.count = 0;
        }
        let waited = now.duration_since(known.last);
        let wait = wait_after(known.count);
        if waited < wait {
            return Err(wait.saturating_sub(waited));
        }
        *known = Tries { count: known.count.saturating_add(1), last: now };
        Ok(())
    }

    /// Forgets the failures of who has logged in.
    pub(crate) fn passed(&self, email: &str, from: Option<IpAddr>) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        tries.remove(&(email.to_owned(), from));
    }

    /// Whether the password fits the hash; without a hash the answer is no, after the same time.
    pub(crate) async fn verify(
        &self,
        password: String,
        hash: Option<String>,
    ) -> Result<bool, HashError> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.to_string());
        let fits = self.blocking(move || password::verify(&password, &hash)).await?;
        Ok(fits && known)
    }

    /// Hashes a new password.
    pub(crate) async fn hash(&self, password: String) -> Result<String, HashError> {
        self.blocking(move || password::hash_password(&password)).await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, HashError> {
        let failed = |what: String| HashError::Failed(what);
        let _turn = self.hashing.acquire().await.map_err(|error| failed(error.to_string()))?;
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|error| failed(error.to_string()))?
    }
}

/// 1 s, 2 s, 4 s... after the free tries.
fn wait_after(count: u32) -> Duration {
    match count.checked_sub(FREE_TRIES) {
        None => Duration::ZERO,
        Some(over) => Duration::from_secs(1 << over.min(6)).min(LONGEST_WAIT),
    }
}

/// Drops what is old; if nothing is, the older half.
fn forget(tries: &mut HashMap<Key, Tries>, now: Instant) {
    tries.retain(|_, tried| now.duration_since(tried.last) < MEMORY);
    if tries.len() >= MOST_REMEMBERED {
        let mut times: Vec<Instant> = tries.values().map(|tried| tried.last).collect();
        times.sort_unstable();
        if let Some(middle) = times.get(times.len() / 2).copied() {
            tries.retain(|_, tried| tried.last > middle);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let waits: Vec<u64> = (0..12).map(|count| wait_after(count).as_secs()).collect();
        assert_eq!(waits, [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
    }

    #[test]
    fn guessing_is_slowed_and_success_forgets() {
        let gate = Gate::new().unwrap();
        for _ in 0..FREE_TRIES {
            gate.try_again("a@example.com", None).unwrap();
        }
        assert!(gate.try_again("a@example.com", None).is_err());
        gate.try_again("b@example.com", None).unwrap();
        gate.passed("a@example.com", None);
        gate.try_again("a@example.com", None).unwrap();
    }
}
