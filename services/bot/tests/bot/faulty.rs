//! Something around the real queue that does what networks do.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use switchboard_queue::{
    Health, Message, PublishError, Queue, QueueError, SharedQueue, SubscribeOptions, Subscription,
    Topic,
};
use tokio::sync::watch;

/// What becomes of a publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing unusual.
    None,
    /// It waits until the fault is another.
    Held,
    /// It fails before the queue has it.
    Lost,
    /// The queue has it, and nobody ever hears so.
    Unheard,
}

pub(crate) struct Faulty {
    inner: SharedQueue,
    fault: watch::Sender<Fault>,
    arrived: AtomicUsize,
    published: AtomicUsize,
}

impl Faulty {
    pub(crate) fn new(inner: &SharedQueue, fault: Fault) -> Arc<Self> {
        Arc::new(Self {
            inner: Arc::clone(inner),
            fault: watch::Sender::new(fault),
            arrived: AtomicUsize::new(0),
            published: AtomicUsize::new(0),
        })
    }

    pub(crate) fn become_(&self, fault: Fault) {
        self.fault.send_replace(fault);
    }

    /// How many publishes went through.
    pub(crate) fn published(&self) -> usize {
        self.published.load(Ordering::SeqCst)
    }

    /// Waits until so many publishes were tried.
    pub(crate) async fn arrived(&self, count: usize) {
        while self.arrived.load(Ordering::SeqCst) < count {
            tokio::task::yield_now().await;
        }
    }
}

#[async_trait]
impl Queue for Faulty {
    async fn publish(&self, messages: Vec<Message>) -> Result<(), PublishError> {
        self.arrived.fetch_add(1, Ordering::SeqCst);
        let mut fault = self.fault.subscribe();
        let fault = *fault.wait_for(|fault| *fault != Fault::Held).await.unwrap();
        if fault == Fault::Lost {
            return Err(PublishError::Away { reason: "on purpose".into() });
        }
        self.inner.publish(messages).await?;
        self.published.fetch_add(1, Ordering::SeqCst);
        if fault == Fault::Unheard {
            std::future::pending::<()>().await;
        }
        Ok(())
    }

    async fn subscribe(
        &self,
        topic: Topic,
        options: SubscribeOptions,
    ) -> Result<Box<dyn Subscription>, QueueError> {
        self.inner.subscribe(topic, options).await
    }

    async fn depth(&self, topic: Topic) -> Result<u64, QueueError> {
        self.inner.depth(topic).await
    }

    fn health(&self) -> watch::Receiver<Health> {
        self.inner.health()
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}
