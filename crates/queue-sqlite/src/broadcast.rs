//! Broadcast topics: in memory only, to whoever listens now.

use std::collections::BTreeMap;

use async_trait::async_trait;
use bytes::Bytes;
use switchboard_queue::{Delivery, Interrupted, Message, Subscription, Tag, Topic, topology::Kind};
use tokio::sync::{broadcast, watch};

/// How many messages a listener may lag behind before it misses some and is told so.
const LAG: usize = 1_024;

#[derive(Debug, Clone)]
struct Cry {
    id: String,
    payload: Bytes,
}

/// The broadcast topics of a queue.
#[derive(Debug)]
pub(crate) struct Criers(BTreeMap<Topic, broadcast::Sender<Cry>>);

impl Criers {
    pub(crate) fn new() -> Self {
        let topics = Topic::all().filter(|topic| topic.kind() == Kind::Broadcast);
        Self(topics.map(|topic| (topic, broadcast::Sender::new(LAG))).collect())
    }

    /// Reaches whoever listens; no one is no error.
    pub(crate) fn cry(&self, message: Message) {
        if let Some(sender) = self.0.get(&message.topic) {
            let _ = sender.send(Cry { id: message.id, payload: message.payload });
        }
    }

    /// Listens to a topic from now on. None if it is no broadcast topic.
    pub(crate) fn listen(&self, topic: Topic, closed: watch::Receiver<bool>) -> Option<Listener> {
        let cries = self.0.get(&topic)?.subscribe();
        Some(Listener { cries, closed, session: 1, number: 0 })
    }
}

/// A subscription to a broadcast: nothing to ack, nothing comes again.
pub(crate) struct Listener {
    cries: broadcast::Receiver<Cry>,
    closed: watch::Receiver<bool>,
    session: u64,
    number: u64,
}

impl Listener {
    fn delivery(&mut self, cry: Cry) -> Delivery {
        self.number = self.number.saturating_add(1);
        let tag = Tag { session: self.session, number: self.number };
        Delivery { tag, id: cry.id, payload: cry.payload, redelivered: false }
    }

    fn renew(&mut self) {
        self.session = self.session.saturating_add(1);
        self.number = 0;
    }
}

#[async_trait]
impl Subscription for Listener {
    async fn next(&mut self, max: usize) -> Result<Vec<Delivery>, Interrupted> {
        let first = tokio::select! {
            biased;
            _ = self.closed.wait_for(|closed| *closed) => return Err(Interrupted::Closed),
            first = self.cries.recv() => first,
        };
        let first = match first {
            Ok(cry) => cry,
            Err(broadcast::error::RecvError::Closed) => return Err(Interrupted::Closed),
            Err(broadcast::error::RecvError::Lagged(missed)) => {
                self.renew();
                return Err(Interrupted::Session(format!("too slow: missed {missed} broadcasts")));
            }
        };
        let mut deliveries = vec![self.delivery(first)];
        while deliveries.len() < max {
            // A lag is told by the next call.
            let Ok(cry) = self.cries.try_recv() else { break };
            deliveries.push(self.delivery(cry));
        }
        Ok(deliveries)
    }

    async fn ack(&mut self, _tags: &[Tag]) -> Result<(), Interrupted> {
        Ok(())
    }

    async fn reset(&mut self) {
        self.cries = self.cries.resubscribe();
        self.renew();
    }
}
