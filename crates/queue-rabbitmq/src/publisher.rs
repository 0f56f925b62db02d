//! The task that owns the publishing connection and its one channel.
//!
//! Three properties of lapin shape it: tasks that share a channel get each other's confirms, so one
//! task owns it; a returned message is attached to whichever confirm comes next, so a return is
//! matched by our own number in its properties, and ends the session because those around it cannot
//! be told apart; and a confirm may never come, so each has a deadline.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use futures_util::{
    FutureExt, StreamExt,
    future::BoxFuture,
    stream::{BoxStream, FuturesUnordered},
};
use lapin::{
    BasicProperties, Channel, Confirmation, Connection, Event, options::BasicPublishOptions,
};
use switchboard_queue::{
    Health, Message, Topic,
    topology::{Kind, PUBLISH_DEADLINE},
};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

use crate::{
    backoff::Backoff,
    fault::Fault,
    flights::{Flights, Job},
    names::{Names, short},
    session,
    settings::RabbitSettings,
};

/// A channel whose first publish came just after the leader of a queue died may be refused for
/// ever (RabbitMQ 3.10); a new channel works. So nothing but refusals for this long means: renew.
const NACKED_TOO_LONG: Duration = Duration::from_secs(1);

/// A session that lasted so long was a good one: the next failure waits little.
const GOOD_SESSION: Duration = Duration::from_secs(5);

/// The delivery mode of AMQP for messages that survive a restart.
const PERSISTENT: u8 = 2;
const TRANSIENT: u8 = 1;

/// Keeps a publishing session open and serves the jobs.
pub(crate) struct Publisher {
    pub(crate) settings: Arc<RabbitSettings>,
    pub(crate) names: Arc<Names>,
    pub(crate) jobs: mpsc::Receiver<Job>,
    pub(crate) health: watch::Sender<Health>,
    pub(crate) closing: CancellationToken,
}

type Confirm = BoxFuture<'static, (u64, lapin::Result<Confirmation>)>;

/// One connection's life.
struct Session {
    connection: Connection,
    channel: Channel,
    events: BoxStream<'static, Event>,
    flights: Flights,
    confirms: FuturesUnordered<Confirm>,
    blocked: bool,
    /// Since when a topic's messages meet nothing but refusals.
    nacked: BTreeMap<Topic, Instant>,
}

/// Why a session ended.
enum End {
    Closing,
    Broken(String),
}

impl Publisher {
    /// Works until closed. `first` hears how the first attempt went.
    pub(crate) async fn run(mut self, first: oneshot::Sender<Result<(), Fault>>) {
        let mut first = Some(first);
        let mut backoff = Backoff::new();
        let closing = self.closing.clone();
        loop {
            let opened = tokio::select! {
                () = closing.cancelled() => break,
                opened = Session::open(&self.settings, &self.names) => opened,
            };
            let (outcome, reason) = match opened {
                Ok(mut session) => {
                    self.report(Health::Up);
                    if let Some(first) = first.take() {
                        let _ = first.send(Ok(()));
                    }
                    let began = Instant::now();
                    let end = self.serve(&mut session).await;
                    if began.elapsed() > GOOD_SESSION {
                        backoff.reset();
                    }
                    match end {
                        End::Closing => {
                            session::disconnect(&session.connection).await;
                            break;
                        }
                        End::Broken(reason) => {
                            session.flights.give_up(&reason);
                            (Ok(()), reason)
                        }
                    }
                }
                Err(fault) => {
                    let reason = fault.text();
                    (Err(fault), reason)
                }
            };
            self.report(Health::Down(reason));
            if let (Err(fault), Some(first)) = (outcome, first.take()) {
                let _ = first.send(Err(fault));
            }
            tokio::select! {
                () = closing.cancelled() => break,
                () = tokio::time::sleep(backoff.next()) => {}
            }
        }
        self.health.send_replace(Health::Down("the queue is shut down".into()));
    }

    fn report(&self, health: Health) {
        let broker = &self.settings.url;
        let changed = self.health.send_if_modified(|known| {
            let changed = *known != health;
            known.clone_from(&health);
            changed
        });
        match health {
            _ if !changed => {}
            Health::Up => tracing::info!(%broker, "the queue is up"),
            Health::Down(reason) => tracing::warn!(%broker, reason, "the queue is down"),
        }
    }

    async fn serve(&mut self, session: &mut Session) -> End {
        let mut closing = false;
        loop {
            if closing && (session.flights.is_empty() || session.blocked) {
                return End::Closing;
            }
            if !session.blocked
                && let Err(fault) = session.depart(&self.names)
            {
                return End::Broken(fault.text());
            }
            let deadline = session.deadline();
            let room = !closing && !session.blocked && session.flights.has_room();
            let step = tokio::select! {
                biased;
                () = self.closing.cancelled(), if !closing => {
                    closing = true;
                    Ok(())
                }
                Some(event) = session.events.next() => self.heed(session, event),
                Some(confirm) = session.confirms.next() => session.settle(confirm).await,
                job = self.jobs.recv(), if room => {
                    match job {
                        Some(job) => session.flights.accept(job),
                        None => closing = true,
                    }
                    Ok(())
                }
                () = sleep_until(deadline), if deadline.is_some() => {
                    Err(format!("a publish was not confirmed within {PUBLISH_DEADLINE:?}"))
                }
            };
            if let Err(reason) = step {
                return End::Broken(reason);
            }
        }
    }

    /// # Errors
    /// Why the session is over.
    fn heed(&self, session: &mut Session, event: Event) -> Result<(), String> {
        match event {
            Event::ConnectionBlocked(reason) => {
                let reason = format!("the broker blocks publishers: {reason}");
                session.blocked = true;
                session.flights.answer_all(&reason);
                self.report(Health::Down(reason));
            }
            Event::ConnectionUnblocked => {
                session.blocked = false;
                session.flights.restart_clocks();
                self.report(Health::Up);
            }
            Event::Error(error) => return Err(error.to_string()),
            _ => {}
        }
        Ok(())
    }
}

async fn sleep_until(deadline: Option<Instant>) {
    if let Some(deadline) = deadline {
        tokio::time::sleep_until(deadline).await;
    }
}

impl Session {
    async fn open(settings: &RabbitSettings, names: &Names) -> Result<Self, Fault> {
        let connection = session::connect_publisher(settings, names).await?;
        let events = connection.events_listener().boxed();
        let channel = session::publishing_channel(&connection).await?;
        Ok(Self {
            blocked: connection.status().blocked(),
            connection,
            channel,
            events,
            flights: Flights::default(),
            confirms: FuturesUnordered::new(),
            nacked: BTreeMap::new(),
        })
    }

    /// When the session must be given up for want of a confirm.
    fn deadline(&self) -> Option<Instant> {
        let oldest = self.flights.oldest().filter(|_| !self.blocked)?;
        oldest.checked_add(PUBLISH_DEADLINE)
    }

    /// Sends what may be sent.
    fn depart(&mut self, names: &Names) -> Result<(), Fault> {
        while let Some((flight, message)) = self.flights.depart() {
            let mut confirm = publish(&self.channel, names, flight, message)?.boxed();
            // The first poll hands the frames over: here, so that the order is ours.
            match (&mut confirm).now_or_never() {
                Some(done) => self.confirms.push(std::future::ready(done).boxed()),
                None => self.confirms.push(confirm),
            }
        }
        Ok(())
    }

    /// Books a confirm, and all others that are there.
    ///
    /// # Errors
    /// Why the session is over.
    async fn settle(&mut self, first: (u64, lapin::Result<Confirmation>)) -> Result<(), String> {
        // A return comes with an earlier confirm than its own, or with a later one when confirms
        // come in bulk. All that have come are looked through before anyone is told.
        let mut confirms = vec![first];
        while let Some(Some(confirm)) = self.confirms.next().now_or_never() {
            confirms.push(confirm);
        }
        let mut astray = false;
        for (_, confirm) in &confirms {
            if let Ok(Confirmation::Ack(Some(back)) | Confirmation::Nack(Some(back))) = confirm {
                astray = true;
                let number = back.properties.correlation_id().as_ref().map(ToString::to_string);
                if let Some(flight) = number.and_then(|number| number.parse().ok()) {
                    self.flights.returned(flight);
                }
            }
        }
        if astray {
            return Err("the broker has no queue for a message; declaring anew".into());
        }
        let mut renew = false;
        for (flight, confirm) in confirms {
            match confirm {
                Ok(Confirmation::Nack(_)) => renew |= self.nacked(flight),
                Ok(_) => {
                    if let Some(topic) = self.flights.landed(flight) {
                        self.nacked.remove(&topic);
                    }
                }
                Err(error) => return Err(error.to_string()),
            }
        }
        if renew { self.renew().await } else { Ok(()) }
    }

    /// True when the channel should be renewed.
    fn nacked(&mut self, flight: u64) -> bool {
        let Some(topic) = self.flights.refused(flight) else { return false };
        let since = self.nacked.entry(topic).or_insert_with(Instant::now);
        since.elapsed() > NACKED_TOO_LONG
    }

    async fn renew(&mut self) -> Result<(), String> {
        self.flights.give_up("the publishing channel was refused for long and is renewed");
        self.confirms = FuturesUnordered::new();
        self.nacked.clear();
        session::close(&self.channel).await;
        let channel = session::publishing_channel(&self.connection).await;
        self.channel = channel.map_err(|fault| fault.text())?;
        Ok(())
    }
}

/// One message, confirmed.
fn publish(
    channel: &Channel,
    names: &Names,
    flight: u64,
    message: Message,
) -> Result<impl Future<Output = (u64, lapin::Result<Confirmation>)> + use<>, Fault> {
    let kept = message.topic.kind() != Kind::Broadcast;
    let options = BasicPublishOptions { mandatory: kept, immediate: false };
    let properties = BasicProperties::default()
        .with_delivery_mode(if kept { PERSISTENT } else { TRANSIENT })
        .with_message_id(short(&message.id)?)
        .with_correlation_id(short(&flight.to_string())?);
    let exchange = names.exchange(message.topic);
    let key = short(&message.topic.to_string())?;
    let channel = channel.clone();
    Ok(async move {
        let sent = channel.basic_publish(exchange, key, options, &message.payload, properties);
        let confirmed = match sent.await {
            Ok(confirm) => confirm.await,
            Err(error) => Err(error),
        };
        (flight, confirmed)
    })
}
