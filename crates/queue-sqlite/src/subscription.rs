//! A subscription to a durable topic.

use std::sync::mpsc::Sender;

use async_trait::async_trait;
use switchboard_queue::{Delivery, Interrupted, Subscription, Tag, Topic};
use tokio::sync::{mpsc, oneshot};

use crate::command::{Ack, Command, Join, MemberId};

/// One subscriber of a line. What it was dealt waits in `deliveries`, at most its prefetch.
pub(crate) struct Subscriber {
    topic: Topic,
    member: MemberId,
    session: u64,
    deliveries: mpsc::UnboundedReceiver<Delivery>,
    engine: Sender<Command>,
}

impl Subscriber {
    /// Joins a line. None when the queue is closed.
    pub(crate) fn join(
        engine: Sender<Command>,
        topic: Topic,
        member: MemberId,
        prefetch: usize,
    ) -> Option<Self> {
        let (sender, deliveries) = mpsc::unbounded_channel();
        engine.send(Command::Join(Join { topic, member, prefetch, deliveries: sender })).ok()?;
        Some(Self { topic, member, session: 1, deliveries, engine })
    }

    fn restart(&mut self) {
        // What the old session dealt is told from the new by its tags.
        self.session = self.session.saturating_add(1);
        let session = self.session;
        let _ =
            self.engine.send(Command::Restart { topic: self.topic, member: self.member, session });
    }

    fn of_this_session(&self, delivery: &Delivery) -> bool {
        delivery.tag.session == self.session
    }
}

#[async_trait]
impl Subscription for Subscriber {
    async fn next(&mut self, max: usize) -> Result<Vec<Delivery>, Interrupted> {
        let first = loop {
            let delivery = self.deliveries.recv().await.ok_or(Interrupted::Closed)?;
            if self.of_this_session(&delivery) {
                break delivery;
            }
        };
        let mut deliveries = vec![first];
        while deliveries.len() < max {
            let Ok(delivery) = self.deliveries.try_recv() else { break };
            if self.of_this_session(&delivery) {
                deliveries.push(delivery);
            }
        }
        Ok(deliveries)
    }

    async fn ack(&mut self, tags: &[Tag]) -> Result<(), Interrupted> {
        let tags: Vec<Tag> =
            tags.iter().copied().filter(|tag| tag.session == self.session).collect();
        if tags.is_empty() {
            return Ok(());
        }
        let (done, answer) = oneshot::channel();
        let ack = Ack { topic: self.topic, member: self.member, tags, done };
        self.engine.send(Command::Ack(ack)).map_err(|_| Interrupted::Closed)?;
        match answer.await.map_err(|_| Interrupted::Closed)? {
            Ok(()) => Ok(()),
            Err(reason) => {
                self.restart();
                Err(Interrupted::Session(reason))
            }
        }
    }

    async fn reset(&mut self) {
        self.restart();
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        let _ = self.engine.send(Command::Leave { topic: self.topic, member: self.member });
    }
}
