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

use crate::{
    backoff::Backoff, consuming::Consuming, declare, fault::Fault, session, session::in_time,
};

/// A subscriber of one topic.
pub(crate) struct Consumer {
    topic: Topic,
    options: SubscribeOptions,
    shared: Arc<Consuming>,
    session: u64,
    live: Option<Live>,
    /// Why the last session ended, until the user was told.
    lost: Option<String>,
    backoff: Backoff,
}

struct Live {
    channel: Channel,
    stream: lapin::Consumer,
    /// Delivery tags given to the user and not acked.
    unacked: BTreeSet<u64>,
}

impl Consumer {
    pub(crate) fn new(topic: Topic, options: SubscribeOptions, shared: Arc<Consuming>) -> Self {
        let backoff = Backoff::new();
        Self { topic, options, shared, session: 1, live: None, lost: None, backoff }
    }

    /// Begins to consume, once.
    ///
    /// # Errors
    /// [`Fault`]; the caller may try again.
    pub(crate) async fn open(&mut self) -> Result<(), Fault> {
        let Ok(connection) = self.shared.connection().await else { return Ok(()) };
        let channel = in_time(connection.create_channel()).await?;
        let queue = match self.topic.kind() {
            Kind::Broadcast => self.declare_listener(&channel).await?,
            Kind::Lane | Kind::Work | Kind::Dead => self.declare_queue(&channel).await?,
        };
        let qos = BasicQosOptions::default();
        in_time(channel.basic_qos(self.options.prefetch, qos)).await?;
        let mut arguments = FieldTable::default();
        arguments.insert("x-priority".into(), AMQPValue::LongInt(self.options.priority));
        let tag = self.consumer_tag();
        let options = BasicConsumeOptions::default();
        let stream = in_time(channel.basic_consume(queue, tag, options, arguments)).await?;
        self.live = Some(Live { channel, stream, unacked: BTreeSet::new() });
        Ok(())
    }

    async fn declare_queue(&self, channel: &Channel) -> Result<ShortString, Fault> {
        let Consuming { names, settings, .. } = &*self.shared;
        declare::exchanges(channel, names).await?;
        declare::queue(channel, names, settings, self.topic).await
    }

    async fn declare_listener(&self, channel: &Channel) -> Result<ShortString, Fault> {
        let Consuming { names, settings, .. } = &*self.shared;
        declare::exchanges(channel, names).await?;
        declare::listener(channel, names, settings, self.topic).await
    }

    /// What operators see; the broker wants it unique within a channel only.
    fn consumer_tag(&self) -> ShortString {
        let wanted = format!("{} {}", self.options.consumer, self.topic);
        ShortString::try_new(wanted).unwrap_or_default()
    }

    /// Opens until it works.
    async fn live(&mut self) -> Result<(), Interrupted> {
        while self.live.is_none() {
            if self.shared.closing.is_cancelled() {
                return Err(Interrupted::Closed);
            }
            let Err(fault) = self.open().await else { continue };
            let (topic, reason) = (self.topic, fault.text());
            tracing::warn!(%topic, reason, "cannot consume");
            if matches!(fault, Fault::Silent) {
                self.shared.suspect();
            }
            tokio::time::sleep(self.backoff.next()).await;
        }
        self.backoff.reset();
        Ok(())
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
        let closing = self.shared.closing.clone();
        let first = tokio::select! {
            biased;
            () = closing.cancelled() => return Err(Interrupted::Closed),
            first = async {
                self.live().await?;
                match &mut self.live {
                    Some(live) => Ok(live.stream.next().await),
                    None => Ok(None),
                }
            } => first?,
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
        if let Some(Live { channel, stream, .. }) = self.live.take() {
            if !session::close(&channel).await {
                self.shared.suspect();
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
        self.part();
    }
}
