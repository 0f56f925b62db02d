//! The task that keeps the connection which all subscriptions share.

use std::sync::Arc;

use futures_util::StreamExt;
use lapin::{Connection, Event};
use switchboard_queue::Interrupted;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use crate::{backoff::Backoff, names::Names, session, settings::RabbitSettings};

/// What subscriptions need; [`Consuming::run`] keeps it up.
pub(crate) struct Consuming {
    pub(crate) settings: Arc<RabbitSettings>,
    pub(crate) names: Arc<Names>,
    pub(crate) closing: CancellationToken,
    connection: watch::Sender<Option<Arc<Connection>>>,
    suspect: Notify,
}

impl Consuming {
    pub(crate) fn new(
        settings: Arc<RabbitSettings>,
        names: Arc<Names>,
        closing: CancellationToken,
    ) -> Self {
        let connection = watch::Sender::new(None);
        Self { settings, names, closing, connection, suspect: Notify::new() }
    }

    /// The connection, as soon as there is one.
    ///
    /// # Errors
    /// [`Interrupted::Closed`].
    pub(crate) async fn connection(&self) -> Result<Arc<Connection>, Interrupted> {
        let mut receiver = self.connection.subscribe();
        tokio::select! {
            biased;
            () = self.closing.cancelled() => Err(Interrupted::Closed),
            found = receiver.wait_for(Option::is_some) => {
                found.ok().and_then(|found| found.clone()).ok_or(Interrupted::Closed)
            }
        }
    }

    /// The connection, if there is one.
    pub(crate) fn connection_now(&self) -> Option<Arc<Connection>> {
        self.connection.borrow().clone()
    }

    /// The connection does not answer: replace it.
    pub(crate) fn suspect(&self) {
        self.suspect.notify_one();
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
        let connection = Arc::new(connection);
        self.connection.send_replace(Some(Arc::clone(&connection)));
        if connection.status().connected() {
            loop {
                tokio::select! {
                    () = self.closing.cancelled() => break,
                    () = self.suspect.notified() => break,
                    event = events.next() => match event {
                        Some(Event::Error(error)) => {
                            let broker = &self.settings.url;
                            tracing::warn!(%broker, %error, "the consuming connection is lost");
                            break;
                        }
                        Some(_) => {}
                        None => break,
                    },
                }
            }
        }
        self.connection.send_replace(None);
        session::disconnect(&connection).await;
    }
}
