//! Ending well: one signal asks everything to stop, a second one ends the process at once.

use std::io;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// The exit status after a second signal: 128 and SIGTERM, as shells show it.
const IMPATIENT: i32 = 143;

/// Whether this process should end; cheap to clone, all clones speak of the same end.
#[derive(Debug, Clone, Default)]
pub struct Shutdown(CancellationToken);

impl Shutdown {
    /// One that only [`Shutdown::trigger`] triggers; for tests and for parts of a process.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One that SIGTERM or SIGINT triggers. A second signal exits the process with status 143.
    /// Needs a tokio runtime.
    ///
    /// # Errors
    /// When the system does not let us listen for signals.
    pub fn on_signals() -> io::Result<Self> {
        let mut term = signal(SignalKind::terminate())?;
        let mut int = signal(SignalKind::interrupt())?;
        let shutdown = Self::new();
        let triggered = shutdown.clone();
        tokio::spawn(async move {
            let mut next = async || tokio::select! { _ = term.recv() => {}, _ = int.recv() => {} };
            next().await;
            tracing::info!("stopping; another signal ends the process at once");
            triggered.trigger();
            next().await;
            std::process::exit(IMPATIENT);
        });
        Ok(shutdown)
    }

    /// Waits until it is time to end; returns at once ever after. Cancel safe.
    pub async fn wait(&self) {
        self.0.cancelled().await;
    }

    /// Asks everything that waits to end.
    pub fn trigger(&self) {
        self.0.cancel();
    }

    /// Whether it is time to end.
    #[must_use]
    pub fn is_triggered(&self) -> bool {
        self.0.is_cancelled()
    }

    /// The same as a token, for what speaks tokens.
    #[must_use]
    pub fn token(&self) -> CancellationToken {
        self.0.clone()
    }

    /// One that ends when this one does, and may end earlier by itself.
    #[must_use]
    pub fn child(&self) -> Self {
        Self(self.0.child_token())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_clones_end_and_a_child_ends_alone() {
        let shutdown = Shutdown::new();
        let child = shutdown.child();
        child.trigger();
        child.wait().await;
        assert!(!shutdown.is_triggered());
        let waiting = tokio::spawn({
            let clone = shutdown.clone();
            async move { clone.wait().await }
        });
        shutdown.trigger();
        waiting.await.unwrap();
        assert!(shutdown.token().is_cancelled());
    }
}
