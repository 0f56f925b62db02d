//! Takes up what is due with files. Any replica may: a row is claimed for a minute, and again and
//! again while someone is at it, so what a crash cut short goes on a minute later.

use std::{collections::HashMap, sync::Arc, time::Duration};

use switchboard_chassis::clock;
use switchboard_domain::ids::AccountId;
use switchboard_store::{
    StoreError,
    media::{
        MediaState,
        work::{self, Job},
    },
};
use tokio::{task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, debug, info, info_span, warn};

use super::{
    fetch::{self, Trouble},
    tell,
};
use crate::context::Context;

/// Others leave a claimed file alone for so long.
const CLAIM: Duration = Duration::from_secs(60);

/// A claim is renewed this often.
const RENEW: Duration = Duration::from_secs(20);

/// Looks at least this often.
const PAUSE: Duration = Duration::from_secs(2);

/// After the first failure; three times as long after each further one.
const FIRST_WAIT: Duration = Duration::from_secs(5);

/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_secs(3_600);

/// Meta keeps what customers send for seven days on WhatsApp, and does not say for how long links
/// of the others work; what was not to be had for so long is given up.
const PATIENCE: Duration = Duration::from_secs(7 * 24 * 3_600);

/// Works until stopped.
pub(crate) async fn run(context: Arc<Context>, stop: CancellationToken) {
    let mut worker =
        Worker { context, tasks: JoinSet::new(), busy: HashMap::new(), stop: stop.clone() };
    while !stop.is_cancelled() {
        worker.take().await;
        tokio::select! {
            Some(done) = worker.tasks.join_next() => worker.done(done.ok()),
            () = worker.context.files_wanted.notified() => {}
            () = sleep(PAUSE) => {}
            () = stop.cancelled() => {}
        }
    }
    while let Some(done) = worker.tasks.join_next().await {
        worker.done(done.ok());
    }
}

struct Worker {
    context: Arc<Context>,
    tasks: JoinSet<AccountId>,
    /// How many files of each account are at work.
    busy: HashMap<AccountId, usize>,
    stop: CancellationToken,
}

impl Worker {
    /// Begins as much as there is room for.
    async fn take(&mut self) {
        let room = self.context.media.concurrency.saturating_sub(self.tasks.len());
        let Ok(limit) = i64::try_from(room) else { return };
        if limit == 0 {
            return;
        }
        // One with slow files leaves half the room to others.
        let most = self.context.media.concurrency.div_ceil(2);
        let busy: Vec<AccountId> =
            self.busy.iter().filter(|(_, count)| **count >= most).map(|(id, _)| *id).collect();
        let now = clock::now();
        let claim = move |db: &mut _| work::claim(db, &busy, (now, now.plus(CLAIM)), limit);
        match self.context.store.write(claim).await {
            Ok(jobs) => jobs.into_iter().for_each(|job| self.begin(job)),
            Err(error) => warn!(%error, "cannot look for files to fetch; will try again"),
        }
    }

    fn begin(&mut self, job: Job) {
        let account = job.media.account;
        *self.busy.entry(account).or_default() += 1;
        let (context, stop) = (Arc::clone(&self.context), self.stop.clone());
        let span = info_span!("media", id = %job.media.id, account = %account);
        let task = async move {
            if stop.run_until_cancelled(at_it(&context, &job)).await.is_none() {
                // Whoever is next need not wait for the claim to end.
                note(&context, move |db| work::later(db, &job, "interrupted", clock::now())).await;
            }
            account
        };
        self.tasks.spawn(task.instrument(span));
    }

    fn done(&mut self, account: Option<AccountId>) {
        let Some(account) = account else {
            // A task that panicked does not say whose it was; better too much room than too little.
            self.busy.clear();
            return;
        };
        if let Some(count) = self.busy.get_mut(&account) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.busy.remove(&account);
            }
        }
    }
}

/// Does what is due with a file, and keeps the claim meanwhile.
async fn at_it(context: &Context, job: &Job) {
    let keep = async {
        loop {
            sleep(RENEW).await;
            let renewed = job.clone();
            let until = clock::now().plus(CLAIM);
            note(context, move |db| work::keep_claim(db, &renewed, until)).await;
        }
    };
    tokio::select! {
        () = proceed(context, job) => {}
        () = keep => {}
    }
}

async fn proceed(context: &Context, job: &Job) {
    match job.media.state {
        MediaState::Wanted => fetch_it(context, job).await,
        MediaState::Stored | MediaState::Failed => tell::tell(context, job).await,
        MediaState::Erasing => erase(context, job).await,
    }
}

async fn fetch_it(context: &Context, job: &Job) {
    let (id, now) = (job.media.id, clock::now());
    match fetch::fetch(context, job).await {
        Ok(kept) => {
            debug!(size = kept.size, "a file is stored");
            let stored = move |db: &mut _| work::stored(db, id, &kept, clock::now());
            if note(context, stored).await == Some(false) {
                // Taken back meanwhile; whoever erased it found nothing to delete yet.
                delete(context, job).await;
            }
            context.files_wanted.notify_one();
        }
        Err(Trouble::Later(why)) if now.since(job.since) < PATIENCE => {
            debug!(why, attempts = job.attempts, "a file cannot be had yet");
            let (job, at) = (job.clone(), now.plus(wait(job.attempts)));
            note(context, move |db| work::later(db, &job, &why, at)).await;
        }
        Err(Trouble::Later(why) | Trouble::Never(why)) => {
            info!(why, "a file cannot be had");
            note(context, move |db| work::failed(db, id, &why, clock::now())).await;
            context.files_wanted.notify_one();
        }
    }
}

async fn erase(context: &Context, job: &Job) {
    let id = job.media.id;
    if delete(context, job).await {
        note(context, move |db| work::erased(db, id)).await;
    } else {
        let (job, at) = (job.clone(), clock::now().plus(wait(job.attempts)));
        note(context, move |db| work::later(db, &job, "cannot be deleted", at)).await;
    }
}

async fn delete(context: &Context, job: &Job) -> bool {
    let deleted = context.files.delete(job.media.workspace, job.media.id).await;
    if let Err(error) = &deleted {
        warn!(%error, "a file that is to be forgotten cannot be deleted; will try again");
    }
    deleted.is_ok()
}

/// Writes; what cannot be written is done again when the claim has ended.
pub(super) async fn note<T: Send + 'static>(
    context: &Context,
    write: impl FnMut(&mut switchboard_store::Db) -> Result<T, StoreError> + Send + 'static,
) -> Option<T> {
    let written = context.store.write(write).await;
    let failed = |error| warn!(%error, "what became of a file cannot be written; it is done again");
    written.map_err(failed).ok()
}

fn wait(attempts: u32) -> Duration {
    let factor = 3_u32.saturating_pow(attempts.saturating_sub(1).min(8));
    FIRST_WAIT.saturating_mul(factor).min(LONGEST_WAIT)
}
