//! The thread that owns the file: gathers what tasks ask, writes it in one transaction, answers,
//! deals messages.

use std::{
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::Duration,
};

use switchboard_queue::{Health, PublishError};
use tokio::sync::{oneshot, watch};

use crate::{
    board::Board,
    command::{Ack, Command, Publish},
    storage::{Row, Storage},
};

/// How many requests one transaction serves at most.
const BATCH: usize = 1_024;

/// How often a file that refused a write or a read is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// The engine's state; [`Engine::run`] is the thread.
pub(crate) struct Engine {
    pub(crate) storage: Storage,
    pub(crate) board: Board,
    pub(crate) commands: Receiver<Command>,
    pub(crate) health: watch::Sender<Health>,
    /// The last sequence number given.
    pub(crate) seq: i64,
}

/// What one transaction is to write, and who waits for it.
#[derive(Default)]
struct Batch {
    rows: Vec<Row>,
    acked: Vec<i64>,
    publishes: Vec<Publish>,
    acks: Vec<Ack>,
    /// What needs no write, to be done after it.
    rest: Vec<Command>,
}

impl Engine {
    /// Works until closed or until no one can ask any more.
    pub(crate) fn run(mut self) {
        let closed = loop {
            let Some(commands) = self.gather() else { break None };
            let mut batch = self.plan(commands);
            let rest = std::mem::take(&mut batch.rest);
            self.commit(batch);
            if let Some(done) = self.apply(rest) {
                break Some(done);
            }
            self.serve();
        };
        self.board.disband();
        self.health.send_replace(Health::Down("the queue is shut down".into()));
        // Whoever waits for the end may open the file again.
        drop(self);
        if let Some(done) = closed {
            let _ = done.send(());
        }
    }

    /// Waits for a request and takes all that have come. None when there can be no more.
    fn gather(&mut self) -> Option<Vec<Command>> {
        let first = self.first()?;
        let mut commands = vec![first];
        commands.extend(self.commands.try_iter().take(BATCH));
        Some(commands)
    }

    fn first(&mut self) -> Option<Command> {
        loop {
            if *self.health.borrow() == Health::Up {
                return self.commands.recv().ok();
            }
            match self.commands.recv_timeout(RETRY) {
                Ok(command) => return Some(command),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => {
                    let probed = self.storage.probe(self.seq.saturating_add(1));
                    self.report(&probed);
                    self.serve();
                }
            }
        }
    }

    fn plan(&mut self, commands: Vec<Command>) -> Batch {
        let mut batch = Batch::default();
        for command in commands {
            match command {
                Command::Publish(publish) => self.plan_publish(&mut batch, publish),
                Command::Ack(ack) => {
                    if let Some(line) = self.board.line(ack.topic) {
                        batch.acked.extend(line.held(ack.member, &ack.tags));
                    }
                    batch.acks.push(ack);
                }
                other => batch.rest.push(other),
            }
        }
        batch
    }

    fn plan_publish(&mut self, batch: &mut Batch, publish: Publish) {
        if let Err(full) = self.board.reserve(&publish.messages) {
            let _ = publish.done.send(Err(full));
            return;
        }
        for message in &publish.messages {
            self.seq = self.seq.saturating_add(1);
            batch.rows.push(Row {
                seq: self.seq,
                topic: message.topic.to_string(),
                id: message.id.clone(),
                payload: message.payload.to_vec(),
            });
        }
        batch.publishes.push(publish);
    }

    fn commit(&mut self, batch: Batch) {
        if batch.rows.is_empty() && batch.acked.is_empty() {
            return self.settle_acks(batch.acks, &Ok(()));
        }
        let written = self.storage.write(&batch.rows, &batch.acked);
        self.report(&written);
        let published = written.map_err(|error| error.to_string());
        let acked = if published.is_err() && !batch.rows.is_empty() && !batch.acked.is_empty() {
            // Where there is no room to publish, acks make some.
            self.storage.write(&[], &batch.acked).map_err(|error| error.to_string())
        } else {
            published.clone()
        };
        self.settle_publishes(batch.publishes, &batch.rows, &published);
        self.settle_acks(batch.acks, &acked);
    }

    fn settle_publishes(
        &mut self,
        publishes: Vec<Publish>,
        rows: &[Row],
        result: &Result<(), String>,
    ) {
        let mut rows = rows.iter();
        for publish in publishes {
            let own = rows.by_ref().take(publish.messages.len());
            if result.is_ok() {
                for (message, row) in publish.messages.iter().zip(own) {
                    if let Some(line) = self.board.stir(message.topic) {
                        line.added(row.seq);
                    }
                }
            } else {
                self.board.release(&publish.messages);
            }
            let answer = result.clone().map_err(|reason| PublishError::Away { reason });
            let _ = publish.done.send(answer);
        }
    }

    fn settle_acks(&mut self, acks: Vec<Ack>, result: &Result<(), String>) {
        for ack in acks {
            if result.is_ok()
                && let Some(line) = self.board.stir(ack.topic)
            {
                line.settle(ack.member, &ack.tags);
            }
            let _ = ack.done.send(result.clone());
        }
    }

    /// Does what needs no write. Some when the queue was told to close.
    fn apply(&mut self, commands: Vec<Command>) -> Option<oneshot::Sender<()>> {
        let mut closed = None;
        for command in commands {
            match command {
                Command::Join(join) => {
                    if let Some(line) = self.board.stir(join.topic) {
                        line.join(join);
                    }
                }
                Command::Restart { topic, member, session } => {
                    if let Some(line) = self.board.stir(topic) {
                        line.restart(member, session);
                    }
                }
                Command::Leave { topic, member } => {
                    if let Some(line) = self.board.stir(topic) {
                        line.leave(member);
                    }
                }
                Command::Depth { topic, answer } => {
                    let stored = self.board.line(topic).map(|line| line.stored);
                    let _ = answer.send(stored.unwrap_or_default().messages);
                }
                Command::Close { done } => closed = Some(done),
                // Planned and committed before.
                Command::Publish(_) | Command::Ack(_) => {}
            }
        }
        closed
    }

    fn serve(&mut self) {
        if let Err(error) = self.board.serve(&mut self.storage) {
            self.report(&Err(error));
        }
    }

    fn report(&self, outcome: &diesel::QueryResult<()>) {
        let health = match outcome {
            Ok(()) => Health::Up,
            Err(error) => Health::Down(format!("the queue's file cannot be used: {error}")),
        };
        self.health.send_if_modified(|known| {
            if *known == health {
                return false;
            }
            match &health {
                Health::Up => tracing::info!("the queue's file can be written again"),
                Health::Down(reason) => tracing::error!(reason, "the queue is down"),
            }
            *known = health;
            true
        });
    }
}
