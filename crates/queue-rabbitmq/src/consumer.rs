//! A subscription: a channel of its own, opened again whenever it is lost.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use futures_util::{FutureExt, StreamExt};
use lapin::{
    Channel,
    options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions},
    types::{AMQPValue, FieldTable, ShortString},
};
use switchboard_queue::{
    Delivery, Interrupted, SubscribeOptions, Subscription, Tag, Topic, topology::Kind,
};
use tokio::task::JoinHandle;

use crate::{
    backoff::Backoff,
    consuming::{Consuming, Link},
    declare,
    fault::Fault,
    session,
    session::in_time,
};

/// A subscriber of one topic.
pub(crate) struct Consumer {
    opener: Arc<Opener>,
    session: u64,
    live: Option<Live>,
    /// Runs by itself, so that a user who gives up waiting does not undo it.
    opening: Option<JoinHandle<Result<Live, Interrupted>>>,
    /// Why the last session ended, until the user was told.
    lost: Option<String>,
}

/// A channel that consumes.
struct Live {
    link: Arc<Link>,
    channel: Channel,
    stream: lapin::Consumer,
    /// Delivery tags given to the user and not acked.
    unacked: BTreeSet<u64>,
}

/// What it takes to begin to consume.
struct Opener {
    topic: Topic,
    options: SubscribeOptions,
    shared: Arc<Consuming>,
}

impl Opener {
    /// One try. None when the queue is closed.
    async fn open(&self) -> Result<Option<Live>, Fault> {
        let Ok(link) = self.shared.link().await else { return Ok(None) };
        let opened = self.open_on(&link).await;
        if matches!(opened, Err(Fault::Silent)) {
            link.suspect();
        }
        opened.map(Some)
    }

    async fn open_on(&self, link: &Arc<Link>) -> Result<Live, Fault> {
        let channel = in_time(link.connection.create_channel()).await?;
        let declared = tokio::time::timeout(session::SET_UP, self.declare(&channel)).await;
        let queue = declared.map_err(|_| Fault::Silent)??;
        let qos = BasicQosOptions::default();
        in_time(channel.basic_qos(self.options.prefetch, qos)).await?;
        let mut arguments = FieldTable::default();
        arguments.insert("x-priority".into(), AMQPValue::LongInt(self.options.priority));
        // What operators see; the broker wants it unique within a channel only.
        let tag = format!("{} {}", self.options.consumer, self.topic);
        let tag = ShortString::try_new(tag).unwrap_or_default();
        let options = BasicConsumeOptions::default();
        let stream = in_time(channel.basic_consume(queue, tag, options, arguments)).await?;
        Ok(Live { link: Arc::clone(link), channel, stream, unacked: BTreeSet::new() })
    }

    async fn declare(&self, channel: &Channel) -> Result<ShortString, Fault> {
        let Consuming { names, settings, .. } = &*self.shared;
        declare::exchanges(channel, names).await?;
        match self.topic.kind() {
            Kind::Broadcast => declare::listener(channel, names, settings, self.topic).await,
            Kind::Lane | Kind::Work | Kind::Dead => {
                declare::queue(channel, names, settings, self.topic).await
            }
        }
    }

    /// Opens until it works.
    async fn persist(self: Arc<Self>) -> Result<Live, Interrupted> {
        let mut backoff = Backoff::new();
        loop {
            let fault = match self.open().await {
                Ok(Some(live)) => return Ok(live),
                Ok(None) => return Err(Interrupted::Closed),
                Err(fault) => fault,
            };
            let (topic, reason) = (self.topic, fault.text());
            tracing::warn!(%topic, reason, "cannot consume");
            tokio::time::sleep(backoff.next()).await;
        }
    }
}

impl Consumer {
    pub(crate) fn new(topic: Topic, options: SubscribeOptions, shared: Arc<Consuming>) -> Self {
        let opener = Arc::new(Opener { topic, options, shared });
        Self { opener, session: 1, live: None, opening: None, lost: None }
    }

    /// Begins to consume, in one try.
    ///
    /// # Errors
    /// [`Fault`]; [`Subscription::next`] tries again.
    pub(crate) async fn open(&mut self) -> Result<(), Fault> {
        self.live = self.opener.open().await?;
        Ok(())
    }

    async fn live(&mut self) -> Result<&mut Live, Interrupted> {
        if self.live.is_none() {
            let persist = || tokio::spawn(Arc::clone(&self.opener).persist());
            let opened = self.opening.get_or_insert_with(persist).await;
            self.opening = None;
            // A task that ended otherwise was aborted with its runtime.
            self.live = Some(opened.unwrap_or(Err(Interrupted::Closed))?);
        }
        self.live.as_mut().ok_or(Interrupted::Closed)
    }

    /// The session is over; the user is still to be told.
    fn lose(&mut self, reason: String) {
        self.lost = Some(reason);
        self.session = self.session.saturating_add(1);
        self.part();
    }

    /// Closes the channel, which gives back what is unacked. (A cancelled consumer would keep it.)
    fn part(&mut self) {
        if let Some(Live { channel, stream, .. }) = self.live.take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(async move {
                session::close(&channel).await;
                drop(stream);
            });
        }
    }

    fn told(&mut self) -> Result<(), Interrupted> {
        self.lost.take().map_or(Ok(()), |reason| Err(Interrupted::Session(reason)))
    }

    /// Books what the stream gave. False at its end.
    fn take(
        &mut self,
        item: Option<lapin::Result<lapin::message::Delivery>>,
        deliveries: &mut Vec<Delivery>,
    ) -> bool {
        match item {
            Some(Ok(delivery)) => {
                let tag = Tag { session: self.session, number: delivery.delivery_tag };
                if let Some(live) = &mut self.live {
                    live.unacked.insert(tag.number);
                }
                let id = delivery.properties.message_id().as_ref().map(ToString::to_string);
                deliveries.push(Delivery {
                    tag,
                    id: id.unwrap_or_default(),
                    payload: delivery.data.into(),
                    redelivered: delivery.redelivered,
                });
                true
            }
            Some(Err(error)) => {
                self.lose(error.to_string());
                false
            }
            None => {
                self.lose("the broker cancelled the consumer".into());
                false
            }
        }
    }
}

#[async_trait]
impl Subscription for Consumer {
    async fn next(&mut self, max: usize) -> Result<Vec<Delivery>, Interrupted> {
        self.told()?;
        let closing = self.opener.shared.closing.clone();
        let first = tokio::select! {
            biased;
            () = closing.cancelled() => return Err(Interrupted::Closed),
            first = async { Ok(self.live().await?.stream.next().await) } => first?,
        };
        let mut deliveries = Vec::new();
        let mut more = self.take(first, &mut deliveries);
        while more && deliveries.len() < max {
            let ready = self.live.as_mut().and_then(|live| live.stream.next().now_or_never());
            let Some(item) = ready else { break };
            more = self.take(item, &mut deliveries);
        }
        if deliveries.is_empty() {
            self.told()?;
        }
        Ok(deliveries)
    }

    async fn ack(&mut self, tags: &[Tag]) -> Result<(), Interrupted> {
        self.told()?;
        let Some(live) = &mut self.live else { return Ok(()) };
        let own = tags.iter().filter(|tag| tag.session == self.session).map(|tag| tag.number);
        let named: BTreeSet<u64> = own.filter(|number| live.unacked.contains(number)).collect();
        match live.ack(named).await {
            Ok(()) => Ok(()),
            Err(error) => {
                self.lose(error.to_string());
                self.told()
            }
        }
    }

    async fn reset(&mut self) {
        self.lost = None;
        self.session = self.session.saturating_add(1);
        if let Some(Live { link, channel, stream, .. }) = self.live.take() {
            if !session::close(&channel).await {
                link.suspect();
            }
            drop(stream);
        }
    }
}

impl Live {
    /// Acks with one frame whatever is not above a tag still unacked, and the rest one by one.
    async fn ack(&mut self, mut named: BTreeSet<u64>) -> lapin::Result<()> {
        let keep = self.unacked.iter().find(|number| !named.contains(number)).copied();
        let single = keep.map_or_else(BTreeSet::new, |keep| named.split_off(&keep));
        if let Some(last) = named.last() {
            let multiple = named.len() > 1;
            self.unacked.retain(|number| number > last);
            self.channel.basic_ack(*last, BasicAckOptions { multiple }).await?;
        }
        for number in single {
            self.unacked.remove(&number);
            self.channel.basic_ack(number, BasicAckOptions { multiple: false }).await?;
        }
        Ok(())
    }
}

impl Drop for Consumer {
    fn drop(&mut self) {
        if let Some(opening) = self.opening.take() {
            opening.abort();
        }
        self.part();
    }
}
