//! Gives mails to the server, each once: one desk at a time mails somebody, by a lease, and writes
//! down that a mail's text leaves before it does. A mail of which nobody knows whether it was taken
//! is not sent again.

use std::{sync::Arc, time::Duration};

use switchboard_domain::{
    Timestamp,
    ids::{UserId, WorkspaceId},
};
use switchboard_mail::{Fault, Given, Mailer};
use switchboard_store::{
    Db, StoreError,
    notices::{
        happened, items, mailboxes,
        mails::{self, MailState},
    },
};
use tokio::{
    task::JoinSet,
    time::{self, Instant},
};
use tracing::{info, warn};
use uuid::Uuid;

use super::{
    compose, give,
    plan::{self, Batch},
};
use crate::desk::Desk;

/// Things that are given out in one transaction.
const GIVEN: i64 = 50;

/// People who are mailed at once, each over a connection of their own.
const AT_ONCE: usize = 4;

/// How often to look without a hint.
const LOOK: Duration = Duration::from_secs(1);

/// How long a desk has somebody without a sign of life.
const LEASE: Duration = Duration::from_secs(20);

/// The wait after the first failure; twice as long after each, up to [`LONGEST_WAIT`].
const FIRST_WAIT: Duration = Duration::from_secs(30);

const LONGEST_WAIT: Duration = Duration::from_secs(30 * 60);

/// How long the server may take for its verdict when the desk ends.
const LAST_MOMENT: Duration = Duration::from_secs(8);

/// How often what is old is forgotten.
const TIDY: Duration = Duration::from_secs(60 * 60);

/// How long mails are kept, for administrators to look at.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Mails people until the desk ends.
pub(crate) async fn run(desk: Arc<Desk>) {
    if desk.notices.mailer.is_none() {
        info!("nobody is told anything by e-mail: mail.url is not set");
    }
    let mut mailing = JoinSet::new();
    let mut tidied: Option<Instant> = None;
    loop {
        if tidied.is_none_or(|then| then.elapsed() > TIDY) {
            tidied = Some(Instant::now());
            forget(&desk).await;
        }
        if let Some(mailer) = &desk.notices.mailer
            && let Err(error) = round(&desk, mailer, &mut mailing).await
        {
            warn!(%error, "mails to agents wait for the store");
        }
        tokio::select! {
            () = desk.shutdown.wait() => break,
            () = desk.notices.news.notified() => {}
            Some(_) = mailing.join_next() => {}
            () = time::sleep(LOOK) => {}
        }
    }
    while mailing.join_next().await.is_some() {}
}

/// Gives out what happened, and begins to mail those who have something due.
async fn round(
    desk: &Arc<Desk>,
    mailer: &Mailer,
    mailing: &mut JoinSet<()>,
) -> Result<(), StoreError> {
    let gather = desk.notices.gather;
    while desk.store.read(happened::any).await? {
        if desk.store.write(move |db| give::out(db, GIVEN, gather)).await? == 0 {
            break;
        }
    }
    let room = i64::try_from(AT_ONCE.saturating_sub(mailing.len())).unwrap_or_default();
    let now = desk.now();
    let due = desk.store.read(move |db| mailboxes::due(db, now, room)).await?;
    for whose in due {
        // A name that nobody else has: whoever is not quick enough has lost the lease, even to
        // another task of the same desk.
        let turn = Turn { whose, owner: Uuid::now_v7().to_string() };
        if lease(desk, &turn).await? {
            mailing.spawn(serve(Arc::clone(desk), mailer.clone(), turn));
        }
    }
    Ok(())
}

/// A lease of somebody's mailbox.
struct Turn {
    whose: (WorkspaceId, UserId),
    owner: String,
}

async fn lease(desk: &Desk, turn: &Turn) -> Result<bool, StoreError> {
    let (user, owner, now) = (turn.whose.1, turn.owner.clone(), desk.now());
    desk.store.write(move |db| mailboxes::lease(db, user, (&owner, now), LEASE)).await
}

/// Mails somebody, and keeps their lease meanwhile.
async fn serve(desk: Arc<Desk>, mailer: Mailer, turn: Turn) {
    let keep_lease = async {
        loop {
            time::sleep(LEASE / 4).await;
            if let Err(error) = lease(&desk, &turn).await {
                warn!(%error, "a lease could not be kept; another desk may go on");
            }
        }
    };
    let done = tokio::select! {
        done = mail(&desk, &mailer, &turn) => done,
        never = keep_lease => never,
    };
    let Turn { whose, owner } = turn;
    let release = move |db: &mut Db| mailboxes::release(db, whose.1, &owner);
    let released = desk.store.write(release).await;
    if let Err(error) = done.and(released) {
        warn!(%error, "a mail to an agent waits for the store");
    }
}

async fn mail(desk: &Desk, mailer: &Mailer, turn: &Turn) -> Result<(), StoreError> {
    let (whose, now) = (turn.whose, desk.now());
    let plan = desk.store.write(move |db| plan::next(db, whose, now)).await?;
    for _ in 0..plan.lost {
        desk.measures.mail("uncertain");
        warn!(user = %whose.1, "a mail may not have arrived: its desk ended while it was sent");
    }
    let Some(batch) = plan.batch else { return Ok(()) };
    let unsubscribe = desk.notices.unsubscribe(whose);
    let letter = match compose::letter(&batch, &desk.notices.desk, unsubscribe.as_ref()) {
        Ok(letter) => letter,
        Err(error) => {
            warn!(%error, "a mail cannot be written");
            return put_off(desk, &batch).await;
        }
    };
    let offered = tokio::select! {
        biased;
        () = desk.shutdown.wait() => return Ok(()),
        offered = mailer.offer(&letter) => offered,
    };
    let offered = match offered {
        Ok(offered) => offered,
        Err(fault) => return not_offered(desk, &batch, &fault).await,
    };
    // From here on it may arrive. Whoever lost the lease finds out now, and sends nothing.
    let (owner, now) = (turn.owner.clone(), desk.now());
    let (id, items, entries) = (batch.id, batch.items.clone(), batch.entries.len());
    let begin = move |db: &mut Db| mails::begin(db, (id, &owner), (&items, entries), now);
    if !desk.store.write(begin).await? {
        return Ok(());
    }
    let given = tokio::select! {
        given = offered.give() => given,
        () = last_moment(desk) => Given::Unknown("the desk ended first".into()),
    };
    ended(desk, &batch, given).await
}

async fn last_moment(desk: &Desk) {
    desk.shutdown.wait().await;
    time::sleep(LAST_MOMENT).await;
}

/// The server surely has no mail.
async fn not_offered(desk: &Desk, batch: &Batch, fault: &Fault) -> Result<(), StoreError> {
    // What the server says may name the address: administrators read it, the log does not have it.
    warn!(user = %batch.user.id, stage = ?fault.stage, code = ?fault.code, "a mail was not taken");
    if !fault.is_wrong_address() {
        return put_off(desk, batch).await;
    }
    desk.measures.mail("refused");
    let (user, address, because) = (batch.user.id, batch.user.email.clone(), fault.to_string());
    let items = batch.items.clone();
    let refuse = move |db: &mut Db| {
        mailboxes::refuse(db, user, (&address, &because))?;
        items.iter().try_for_each(|item| items::drop(db, item))
    };
    desk.store.write(refuse).await
}

/// Tries again later, with what is still worth telling by then.
async fn put_off(desk: &Desk, batch: &Batch) -> Result<(), StoreError> {
    desk.measures.mail("again");
    let (user, attempts) = (batch.user.id, batch.attempts.saturating_add(1));
    let until = desk.now().plus(jittered(wait_after(attempts)));
    desk.store.write(move |db| mailboxes::postpone(db, user, (until, attempts))).await
}

/// Notes what became of a mail whose text left.
async fn ended(desk: &Desk, batch: &Batch, given: Given) -> Result<(), StoreError> {
    let (id, user, now) = (batch.id, batch.user.id, desk.now());
    let (state, answer) = match given {
        Given::Taken(answer) => (MailState::Sent, answer),
        Given::Unknown(why) => (MailState::Uncertain, why),
        Given::Refused(fault) if fault.is_final() => (MailState::Refused, fault.to_string()),
        Given::Refused(fault) => {
            warn!(%user, stage = ?fault.stage, code = ?fault.code, "a mail was not taken");
            desk.store.write(move |db| mails::undo(db, id)).await?;
            return put_off(desk, batch).await;
        }
    };
    desk.measures.mail(state.as_str());
    if state != MailState::Sent {
        warn!(%user, state = state.as_str(), "a mail may not have arrived");
    }
    let next = batch.choice.next(Some(now), now);
    let end = move |db: &mut Db| {
        mails::end(db, id, (state, &answer))?;
        mailboxes::told(db, user, (now, next))
    };
    desk.store.write(end).await
}

/// 30 s, 1 min, 2 min... up to half an hour.
fn wait_after(attempts: u32) -> Duration {
    let times = 2_u32.saturating_pow(attempts.saturating_sub(1));
    FIRST_WAIT.saturating_mul(times).min(LONGEST_WAIT)
}

/// Up to a fifth longer, so that what failed together does not come back together.
fn jittered(wait: Duration) -> Duration {
    let extra: f64 = rand::random();
    wait.saturating_add(wait.mul_f64(extra / 5.0))
}

/// Forgets old mails, and without a mail server what nobody will be told of.
async fn forget(desk: &Desk) {
    let (now, mails) = (desk.now(), desk.notices.mailer.is_some());
    let work = move |db: &mut Db| {
        if !mails {
            happened::forget(db, before(now, TIDY))?;
        }
        mails::forget(db, before(now, KEPT))
    };
    if let Err(error) = desk.store.write(work).await {
        warn!(%error, "cannot forget old mails, will try again");
    }
}

fn before(now: Timestamp, age: Duration) -> Timestamp {
    let age = i64::try_from(age.as_micros()).unwrap_or(i64::MAX);
    Timestamp::from_micros(now.as_micros().saturating_sub(age))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let waits: Vec<u64> = (1..9).map(|attempts| wait_after(attempts).as_secs()).collect();
        assert_eq!(waits, [30, 60, 120, 240, 480, 960, 1800, 1800]);
        assert!(jittered(FIRST_WAIT) >= FIRST_WAIT && jittered(FIRST_WAIT) <= FIRST_WAIT * 6 / 5);
    }
}
