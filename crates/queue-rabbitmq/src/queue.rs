//! The queue as its users see it.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use lapin::{options::QueueDeclareOptions, types::FieldTable};
use switchboard_queue::{
    Health, Message, PublishError, Queue, QueueError, SubscribeOptions, Subscription, Topic,
    topology::{Kind, PUBLISH_DEADLINE},
};
use tokio::{
    sync::{mpsc, oneshot, watch},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use crate::{
    consumer::Consumer,
    consuming::Consuming,
    fault::Fault,
    flights::Job,
    names::Names,
    publisher::Publisher,
    session::{self, in_time},
    settings::RabbitSettings,
};

/// How long [`RabbitQueue::connect`] and `subscribe` wait for a broker that may be away.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many calls of `publish` may wait for their turn; those beyond wait in line for the wait.
const JOBS: usize = 64;

/// The most unacked deliveries that a quorum queue allows a channel.
const MAX_PREFETCH: u16 = 2_000;

/// A queue on RabbitMQ.
pub struct RabbitQueue {
    jobs: mpsc::Sender<Job>,
    health: watch::Receiver<Health>,
    consuming: Arc<Consuming>,
    closing: CancellationToken,
    tasks: tokio::sync::Mutex<Vec<JoinHandle<()>>>,
}

impl RabbitQueue {
    /// Begins to connect, declares the topology, and keeps connected from then on. A broker that is
    /// away is no error: [`Queue::health`] is down until it is there.
    ///
    /// # Errors
    /// [`QueueError::Refused`] when the broker rejects the user or the vhost, or when a queue exists
    /// with other arguments.
    pub async fn connect(settings: RabbitSettings) -> Result<Self, QueueError> {
        let names = Arc::new(Names::new(&settings.namespace)?);
        let settings = Arc::new(settings);
        let closing = CancellationToken::new();
        let (jobs, receiver) = mpsc::channel(JOBS);
        let (health_sender, health) = watch::channel(Health::Down("connecting".into()));
        let publisher = Publisher {
            settings: Arc::clone(&settings),
            names: Arc::clone(&names),
            jobs: receiver,
            health: health_sender,
            closing: closing.clone(),
        };
        let consuming = Arc::new(Consuming::new(settings, names, closing.clone()));
        let (told, first) = oneshot::channel();
        let tasks =
            vec![tokio::spawn(publisher.run(told)), tokio::spawn(Arc::clone(&consuming).run())];
        let tasks = tokio::sync::Mutex::new(tasks);
        let queue = Self { jobs, health, consuming, closing, tasks };
        match tokio::time::timeout(PATIENCE, first).await {
            Ok(Ok(Err(refused @ Fault::Refused { .. }))) => Err(refused.into()),
            _ => Ok(queue),
        }
    }
}

#[async_trait]
impl Queue for RabbitQueue {
    async fn publish(&self, messages: Vec<Message>) -> Result<(), PublishError> {
        if self.closing.is_cancelled() {
            return Err(PublishError::Closed);
        }
        messages.iter().try_for_each(Message::check)?;
        if let Health::Down(reason) = &*self.health.borrow() {
            return Err(PublishError::Away { reason: reason.clone() });
        }
        let (done, answer) = oneshot::channel();
        let attempt = async {
            let job = Job { messages, done };
            self.jobs.send(job).await.map_err(|_| PublishError::Closed)?;
            answer.await.map_err(|_| PublishError::Closed)?
        };
        let in_time = tokio::time::timeout(PUBLISH_DEADLINE, attempt).await;
        in_time.unwrap_or_else(|_| {
            Err(PublishError::Away { reason: format!("no confirm within {PUBLISH_DEADLINE:?}") })
        })
    }

    async fn subscribe(
        &self,
        topic: Topic,
        options: SubscribeOptions,
    ) -> Result<Box<dyn Subscription>, QueueError> {
        if self.closing.is_cancelled() {
            return Err(QueueError::Closed);
        }
        if !(1..=MAX_PREFETCH).contains(&options.prefetch) {
            return Err(QueueError::Refused {
                what: format!("a prefetch of {}", options.prefetch),
                remedy: format!("choose one of 1 to {MAX_PREFETCH}"),
            });
        }
        let mut consumer = Consumer::new(topic, options, Arc::clone(&self.consuming));
        if self.consuming.link_now().is_some()
            && let Ok(Err(refused @ Fault::Refused { .. })) =
                tokio::time::timeout(PATIENCE, consumer.open()).await
        {
            return Err(refused.into());
        }
        Ok(Box::new(consumer))
    }

    async fn depth(&self, topic: Topic) -> Result<u64, QueueError> {
        if self.closing.is_cancelled() {
            return Err(QueueError::Closed);
        }
        if topic.kind() == Kind::Broadcast {
            return Ok(0);
        }
        // Two connections are made side by side, and this one may be the later.
        let link = tokio::time::timeout(PATIENCE, self.consuming.link()).await;
        let link = link.map_err(|_| QueueError::Away("not connected".into()))?;
        let link = link.map_err(|_| QueueError::Closed)?;
        let channel = in_time(link.connection.create_channel()).await?;
        let name = self.consuming.names.queue(topic)?;
        let options = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::durable() };
        let asked = in_time(channel.queue_declare(name, options, FieldTable::default())).await;
        let depth = u64::from(asked?.message_count());
        session::close(&channel).await;
        Ok(depth)
    }

    fn health(&self) -> watch::Receiver<Health> {
        self.health.clone()
    }

    async fn close(&self) {
        self.closing.cancel();
        for task in self.tasks.lock().await.drain(..) {
            // A task that panicked has nothing more to write.
            let _ = task.await;
        }
    }
}

impl Drop for RabbitQueue {
    fn drop(&mut self) {
        self.closing.cancel();
    }
}
