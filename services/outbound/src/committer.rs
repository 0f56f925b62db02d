//! Group commit: what many conversations have to write goes into one transaction.
//!
//! While one transaction runs the next ones gather, so that the cost of a durable write is shared
//! by all that wait for it. Every write proves that the shard is still owned.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use switchboard_domain::ids::{AccountId, WorkspaceId};
use switchboard_lane::{Moment, Out, Tenure};
use switchboard_store::{
    Db, StoreError,
    accounts::{self, Health},
    sends::{self, Change},
};
use tokio::sync::{mpsc, oneshot};
use tracing::{error, warn};

use crate::report::{self, Report};

/// So much goes into one transaction at most.
const BATCH: usize = 256;

/// How long to wait before a result is written again that the store did not take.
const PAUSE: Duration = Duration::from_millis(250);

/// One thing to write.
#[derive(Debug, Clone)]
pub(crate) struct Note {
    pub(crate) change: Change,
    /// What the conversation is told, if the change took place.
    pub(crate) report: Option<Report>,
    /// What became of the account.
    pub(crate) health: Option<(WorkspaceId, AccountId, Health)>,
    /// Worth waiting for the store: it says what has already happened.
    pub(crate) is_result: bool,
}

/// Why a note was not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unwritten {
    /// Another owns the shard.
    #[error("another process owns the shard")]
    Lost,
    /// The store is away.
    #[error("the database is away")]
    Away,
    /// The store will never take it.
    #[error("the database refuses it")]
    Refused,
}

type Reply = oneshot::Sender<Result<bool, Unwritten>>;

/// Takes notes; cheap to clone.
#[derive(Clone)]
pub(crate) struct Committer(mpsc::Sender<(Note, Reply)>);

impl Committer {
    /// Starts to write for this tenure, until the last clone is gone or the shard is lost.
    pub(crate) fn start(tenure: Arc<Tenure>) -> Self {
        let (sender, receiver) = mpsc::channel(4 * BATCH);
        tokio::spawn(write_all(tenure, receiver));
        Self(sender)
    }

    /// Whether nothing will be written any more: another owns the shard.
    pub(crate) fn is_over(&self) -> bool {
        self.0.is_closed()
    }

    /// Writes a note; durable when this returns. Gives whether the send was still open.
    pub(crate) async fn write(&self, note: Note) -> Result<bool, Unwritten> {
        let (reply, written) = oneshot::channel();
        self.0.send((note, reply)).await.map_err(|_| Unwritten::Lost)?;
        written.await.map_err(|_| Unwritten::Lost)?
    }
}

async fn write_all(tenure: Arc<Tenure>, mut notes: mpsc::Receiver<(Note, Reply)>) {
    let mut batch = Vec::with_capacity(BATCH);
    while notes.recv_many(&mut batch, BATCH).await > 0 {
        let mut open = VecDeque::from([std::mem::take(&mut batch)]);
        while let Some(part) = open.pop_front() {
            match write_batch(&tenure, part).await {
                Ok(rest) => open.extend(rest),
                Err(Unwritten::Lost) => return,
                Err(_) => {}
            }
        }
    }
}

/// Writes a batch and answers; gives back what is to be tried again.
async fn write_batch(
    tenure: &Tenure,
    batch: Vec<(Note, Reply)>,
) -> Result<Vec<Vec<(Note, Reply)>>, Unwritten> {
    let notes: Vec<Note> = batch.iter().map(|(note, _)| note.clone()).collect();
    match tenure.write(move |db, moment, out| apply(db, &notes, moment, out)).await {
        Ok(changed) => {
            for ((_, reply), changed) in batch.into_iter().zip(changed) {
                let _ = reply.send(Ok(changed));
            }
            Ok(Vec::new())
        }
        Err(StoreError::Stale { .. }) => {
            answer(batch, Unwritten::Lost);
            Err(Unwritten::Lost)
        }
        Err(error) if error.is_transient() => {
            warn!(%error, notes = batch.len(), "cannot write what became of sends; will try again");
            let (results, marks): (Vec<_>, Vec<_>) =
                batch.into_iter().partition(|(note, _)| note.is_result);
            answer(marks, Unwritten::Away);
            tokio::time::sleep(PAUSE).await;
            Ok(if results.is_empty() { Vec::new() } else { vec![results] })
        }
        Err(error) => {
            if batch.len() > 1 {
                return Ok(batch.into_iter().map(|entry| vec![entry]).collect());
            }
            error!(%error, "the database refuses to take what became of a send");
            answer(batch, Unwritten::Refused);
            Ok(Vec::new())
        }
    }
}

fn answer(batch: Vec<(Note, Reply)>, why: Unwritten) {
    for (_, reply) in batch {
        let _ = reply.send(Err(why));
    }
}

fn apply(
    db: &mut Db,
    notes: &[Note],
    moment: Moment,
    out: &mut Out,
) -> Result<Vec<bool>, StoreError> {
    let mut changed = Vec::with_capacity(notes.len());
    for note in notes {
        let open = sends::change(db, &note.change, moment.now)?;
        if let Some(report) = note.report.clone().filter(|_| open) {
            report.put(out);
        }
        if let Some((workspace, account, health)) = &note.health {
            accounts::set_health(db, *workspace, *account, health)?;
            report::tell_desk(*workspace, *account, moment.now, out);
        }
        changed.push(open);
    }
    Ok(changed)
}
