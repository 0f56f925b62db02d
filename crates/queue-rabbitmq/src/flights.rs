//! Which publishes wait, which are unconfirmed, and whose they are. No I/O.

use std::collections::{BTreeMap, VecDeque};

use switchboard_queue::{Message, PublishError, Topic, topology::MAX_IN_FLIGHT};
use tokio::{sync::oneshot, time::Instant};

/// One call of `publish`.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) messages: Vec<Message>,
    pub(crate) done: oneshot::Sender<Result<(), PublishError>>,
}

/// A message on its way to the broker.
#[derive(Debug)]
struct Flight {
    job: u64,
    topic: Topic,
    since: Instant,
}

#[derive(Debug)]
struct Open {
    unconfirmed: usize,
    done: oneshot::Sender<Result<(), PublishError>>,
}

/// The books of the publisher. A job is answered once: at its first failure, or when all of it is
/// confirmed.
#[derive(Debug, Default)]
pub(crate) struct Flights {
    jobs: BTreeMap<u64, Open>,
    waiting: VecDeque<(u64, Message)>,
    flying: BTreeMap<u64, Flight>,
    last_job: u64,
    last_flight: u64,
}

impl Flights {
    /// Takes a job whose messages may then be [`Flights::depart`]ed.
    pub(crate) fn accept(&mut self, job: Job) {
        if job.done.is_closed() {
            // Its caller gave up while it waited.
            return;
        }
        if job.messages.is_empty() {
            let _ = job.done.send(Ok(()));
            return;
        }
        self.last_job = self.last_job.saturating_add(1);
        let open = Open { unconfirmed: job.messages.len(), done: job.done };
        self.jobs.insert(self.last_job, open);
        self.waiting.extend(job.messages.into_iter().map(|message| (self.last_job, message)));
    }

    /// Whether another job should be taken.
    pub(crate) fn has_room(&self) -> bool {
        self.waiting.is_empty() && self.flying.len() < MAX_IN_FLIGHT
    }

    /// Nothing waits, nothing flies.
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.flying.is_empty()
    }

    /// The next message to send and the number of its flight, if one may be sent.
    pub(crate) fn depart(&mut self) -> Option<(u64, Message)> {
        if self.flying.len() >= MAX_IN_FLIGHT {
            return None;
        }
        let (job, message) = self.waiting.pop_front()?;
        self.last_flight = self.last_flight.saturating_add(1);
        let flight = Flight { job, topic: message.topic, since: Instant::now() };
        self.flying.insert(self.last_flight, flight);
        Some((self.last_flight, message))
    }

    /// When the oldest unconfirmed message was sent.
    pub(crate) fn oldest(&self) -> Option<Instant> {
        self.flying.values().next().map(|flight| flight.since)
    }

    /// Begins all waits anew: the broker held everything up and goes on now.
    pub(crate) fn restart_clocks(&mut self) {
        let now = Instant::now();
        self.flying.values_mut().for_each(|flight| flight.since = now);
    }

    /// A message is durable. The topic it went to.
    pub(crate) fn landed(&mut self, flight: u64) -> Option<Topic> {
        let Flight { job, topic, .. } = self.flying.remove(&flight)?;
        if let Some(open) = self.jobs.get_mut(&job) {
            open.unconfirmed = open.unconfirmed.saturating_sub(1);
            if open.unconfirmed == 0
                && let Some(open) = self.jobs.remove(&job)
            {
                let _ = open.done.send(Ok(()));
            }
        }
        Some(topic)
    }

    /// The broker refused a message. The topic it should have gone to.
    pub(crate) fn refused(&mut self, flight: u64) -> Option<Topic> {
        let Flight { job, topic, .. } = self.flying.remove(&flight)?;
        self.fail(job, PublishError::Full { topic });
        Some(topic)
    }

    /// The broker gave a message back: no queue is bound for its topic.
    pub(crate) fn returned(&mut self, flight: u64) {
        if let Some(Flight { job, topic, .. }) = self.flying.remove(&flight) {
            self.fail(job, PublishError::Unroutable { topic });
        }
    }

    /// Answers everything open: its fate is unknown.
    pub(crate) fn give_up(&mut self, reason: &str) {
        self.waiting.clear();
        self.flying.clear();
        self.answer_all(reason);
    }

    /// Answers everything open, but keeps counting what is on its way.
    pub(crate) fn answer_all(&mut self, reason: &str) {
        self.waiting.clear();
        for (_, open) in std::mem::take(&mut self.jobs) {
            let _ = open.done.send(Err(PublishError::Away { reason: reason.into() }));
        }
    }

    fn fail(&mut self, job: u64, error: PublishError) {
        if let Some(open) = self.jobs.remove(&job) {
            // What follows in the same call stays behind: sent, it would overtake the refused one.
            self.waiting.retain(|(waiting, _)| *waiting != job);
            let _ = open.done.send(Err(error));
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    type Answer = oneshot::Receiver<Result<(), PublishError>>;

    fn job(messages: usize) -> (Job, Answer) {
        let (done, answer) = oneshot::channel();
        let topic = Topic::BotTurns;
        let message = Message { id: "id".into(), topic, payload: Bytes::new() };
        (Job { messages: vec![message; messages], done }, answer)
    }

    #[tokio::test]
    async fn a_call_is_confirmed_when_its_last_message_is() {
        let mut flights = Flights::default();
        let (first, mut answer) = job(2);
        flights.accept(first);
        let (one, _) = flights.depart().unwrap();
        let (two, _) = flights.depart().unwrap();
        flights.landed(two);
        assert!(answer.try_recv().is_err());
        flights.landed(one);
        assert!(answer.try_recv().unwrap().is_ok());
        assert!(flights.is_empty());
    }

    #[tokio::test]
    async fn after_a_refusal_the_rest_of_the_call_stays_behind() {
        let mut flights = Flights::default();
        let (refused, mut refusal) = job(MAX_IN_FLIGHT + 5);
        let (other, mut answer) = job(1);
        flights.accept(refused);
        flights.accept(other);
        let (first, _) = flights.depart().unwrap();
        flights.refused(first);
        assert!(matches!(refusal.try_recv().unwrap(), Err(PublishError::Full { .. })));
        let (of_the_other, _) = flights.depart().unwrap();
        assert!(flights.depart().is_none(), "only the other call was left");
        flights.landed(of_the_other);
        assert!(answer.try_recv().unwrap().is_ok());
    }

    #[tokio::test]
    async fn no_more_fly_than_allowed() {
        let mut flights = Flights::default();
        let (given_up, answer) = job(1);
        drop(answer);
        flights.accept(given_up);
        assert!(flights.is_empty(), "no one waits for it: it is not begun");
        let (large, _answer) = job(MAX_IN_FLIGHT + 1);
        flights.accept(large);
        let sent = std::iter::from_fn(|| flights.depart()).count();
        assert_eq!(sent, MAX_IN_FLIGHT);
        assert!(!flights.has_room());
    }
}
