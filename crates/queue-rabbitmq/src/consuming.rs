//! The task that keeps the connection which all subscriptions share.

use std::sync::Arc;

use futures_util::StreamExt;
use lapin::{Connection, Event};
use switchboard_queue::Interrupted;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{backoff::Backoff, names::Names, session, settings::RabbitSettings};

/// One connection, shared by channels that may find it dead.
pub(crate) struct Link {
    pub(crate) connection: Connection,
    suspect: CancellationToken,
}

impl Link {
    /// It does not answer: replace it.
    pub(crate) fn suspect(&self) {
        self.suspect.cancel();
    }
}

/// What subscriptions need; [`Consuming::run`] keeps it up.
pub(crate) struct Consuming {
    pub(crate) settings: Arc<RabbitSettings>,
    pub(crate) names: Arc<Names>,
    pub(crate) closing: CancellationToken,
    link: watch::Sender<Option<Arc<Link>>>,
}

impl Consuming {
    pub(crate) fn new(
        settings: Arc<RabbitSettings>,
        names: Arc<Names>,
        closing: CancellationToken,
    ) -> Self {
        Self { settings, names, closing, link: watch::Sender::new(None) }
    }

    /// The connection, as soon as there is one.
    ///
    /// # Errors
    /// [`Interrupted::Closed`].
    pub(crate) async fn link(&self) -> Result<Arc<Link>, Interrupted> {
        let mut receiver = self.link.subscribe();
        tokio::select! {
            biased;
            () = self.closing.cancelled() => Err(Interrupted::Closed),
            found = receiver.wait_for(Option::is_some) => {
                found.ok().and_then(|found| found.clone()).ok_or(Interrupted::Closed)
            }
        }
    }

    /// The connection, if there is one.
    pub(crate) fn link_now(&self) -> Option<Arc<Link>> {
        self.link.borrow().clone()
    }

    /// Works until closed.
    pub(crate) async fn run(self: Arc<Self>) {
        let mut backoff = Backoff::new();
        loop {
            let connected = tokio::select! {
                () = self.closing.cancelled() => break,
                connected = session::connect(&self.settings, "consume") => connected,
            };
            match connected {
                Ok(connection) => {
                    backoff.reset();
                    self.hold(connection).await;
                }
                Err(fault) => {
                    let (broker, reason) = (&self.settings.url, fault.text());
                    tracing::warn!(%broker, reason, "cannot connect to consume");
                }
            }
            tokio::select! {
                () = self.closing.cancelled() => break,
                () = tokio::time::sleep(backoff.next()) => {}
            }
        }
    }

    /// Offers the connection until it breaks.
    async fn hold(&self, connection: Connection) {
        let mut events = connection.events_listener().boxed();
        let link = Arc::new(Link { connection, suspect: CancellationToken::new() });
        self.link.send_replace(Some(Arc::clone(&link)));
        // An error of one channel is told here too; that channel's subscription deals with it.
        while link.connection.status().connected() {
            tokio::select! {
                () = self.closing.cancelled() => break,
                () = link.suspect.cancelled() => break,
                Some(event) = events.next() => {
                    if let Event::Error(error) = event {
                        tracing::warn!(broker = %self.settings.url, %error, "consuming failed");
                    }
                }
            }
        }
        self.link.send_replace(None);
        session::disconnect(&link.connection).await;
    }
}
