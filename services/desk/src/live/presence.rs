//! Presence follows the pages: with a page open at any desk an agent is what they chose last, or away
//! by themselves when nothing was done in any for a while; without one they are offline (ADR 20).
//! Each desk says in the store whose pages are open here. What is true is what dispatch wrote to the
//! store; here it is only told.

use std::{collections::HashMap, sync::Arc, time::Duration};

use switchboard_domain::{
    Timestamp,
    dispatch::Presence,
    ids::{UserId, WorkspaceId},
};
use switchboard_store::{
    Db, dispatch,
    pages::{self, Known, Page},
    teams, teamwork, users,
};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval};

use super::hub::{Owner, Seat};
use crate::{desk::Desk, enqueue, fault::Fault};

/// How long to wait before dispatch is told again what it could not be told.
const AGAIN: Duration = Duration::from_secs(2);

/// How long dispatch may take before it is told the same again.
const HEARS: Duration = Duration::from_secs(30);

/// What was told of whom last, and when.
type Told = HashMap<UserId, (Presence, Instant)>;

/// A page of the user opened.
pub(crate) fn arrived(desk: &Arc<Desk>, workspace: WorkspaceId, user: UserId) {
    desk.tasks.spawn(tell(Arc::clone(desk), workspace, user));
}

/// A page of the user closed. If it was the last here and stays so for a while, they may be gone.
pub(crate) fn left(desk: &Arc<Desk>, workspace: WorkspaceId, user: UserId) {
    let desk = Arc::clone(desk);
    desk.tasks.clone().spawn(async move {
        let gone = || !desk.hub.has(user);
        if gone() && sleeps(&desk, desk.tuning.offline_after).await && gone() {
            let replica = desk.replica.clone();
            let go = desk.store.write(move |db| pages::let_go(db, &replica, user)).await;
            if let Err(error) = go {
                tracing::warn!(%error, "a page that closed counts as open until that lapses");
            }
            tell(desk, workspace, user).await;
        }
    });
}

/// The user does something in a page. Who did nothing for long is told of at once: they may be away
/// by themselves, or about to be for a desk that does not see this page.
pub(crate) fn acted(desk: &Arc<Desk>, owner: &Owner, seat: &Seat) {
    let now = (desk.tuning.clock)();
    let before = desk.hub.touch(seat, owner.user, now);
    let long = desk.settings.away_after / 2;
    if !long.is_zero() && before.is_some_and(|before| now.since(before) >= long) {
        arrived(desk, owner.workspace, owner.user);
    }
}

/// Why someone is not what they chose.
pub(crate) fn reason(desk: &Desk, chosen: Presence, presence: Presence) -> Option<String> {
    if presence != Presence::Away || !chosen.is_present() {
        return None;
    }
    let (count, unit) = match desk.settings.away_after.as_secs() {
        seconds if seconds % 60 == 0 => (seconds / 60, "minute"),
        seconds => (seconds, "second"),
    };
    let plural = if count == 1 { "" } else { "s" };
    Some(format!("Nothing was done in any of your pages for {count} {unit}{plural}."))
}

/// Tells dispatch how the user is now, until it is told or the desk ends.
async fn tell(desk: Arc<Desk>, workspace: WorkspaceId, user: UserId) {
    while let Err(error) = tell_once(&desk, workspace, user).await {
        tracing::warn!(%error, "dispatch could not be told of an agent's presence yet");
        if !sleeps(&desk, AGAIN).await {
            return;
        }
    }
}

/// Says in the store that the user has a page here, if they do, and tells dispatch how they are.
///
/// # Errors
/// When the store or the queue is away.
pub(crate) async fn tell_once(
    desk: &Desk,
    workspace: WorkspaceId,
    user: UserId,
) -> Result<(), Fault> {
    let (replica, now) = (desk.replica.clone(), (desk.tuning.clock)());
    let until = now.plus(desk.tuning.hold);
    let here = desk.hub.active_at(user).map(|active_at| Page { workspace, user, active_at });
    let write = desk.store.write(move |db| {
        if let Some(page) = here {
            pages::hold(db, &replica, &page, until)?;
        }
        let known = (teams::of_user(db, workspace, user)?, teamwork::talents(db, workspace, user)?);
        let active_at = pages::active_at(db, workspace, user, now)?;
        Ok(users::by_id(db, workspace, user)?.map(|user| (user, known, active_at)))
    });
    let Some((user, known, active_at)) = write.await? else { return Ok(()) };
    // Who is locked out is not here, whatever page is still open somewhere.
    let active_at = active_at.filter(|_| user.active);
    let presence = user.chosen_presence.by_the_pages(active_at, idle_before(desk, now));
    Ok(enqueue::presence(desk, &user, known, presence).await?)
}

/// Tells dispatch that a user is in other teams, takes more or less or can do something else now,
/// and is as present as before.
///
/// # Errors
/// When the store or the queue is away: dispatch learns it when the user next connects.
pub(crate) async fn agent_changed(
    desk: &Desk,
    workspace: WorkspaceId,
    user: UserId,
) -> Result<(), Fault> {
    let read = desk.store.read(move |db| {
        let known = dispatch::agents(db, workspace)?.into_iter().map(|(agent, _)| agent);
        let now = (teams::of_user(db, workspace, user)?, teamwork::talents(db, workspace, user)?);
        let agent = known.into_iter().find(|agent| agent.id == user);
        Ok((users::by_id(db, workspace, user)?, agent, now))
    });
    let (Some(user), Some(agent), now) = read.await? else { return Ok(()) };
    Ok(enqueue::presence(desk, &user, now, agent.presence).await?)
}

/// Says whose pages are open here, and again in time, until the desk ends.
pub(crate) async fn hold(desk: Arc<Desk>) {
    let mut ticks = ticks(&desk);
    loop {
        tokio::select! {
            () = desk.shutdown.wait() => return,
            _ = ticks.tick() => {}
        }
        let (here, replica, now) = (desk.hub.pages(), desk.replica.clone(), (desk.tuning.clock)());
        let until = now.plus(desk.tuning.hold);
        let write = move |db: &mut Db| {
            here.iter().try_for_each(|page| pages::hold(db, &replica, page, until))?;
            pages::forget(db, now)
        };
        if let Err(error) = desk.store.write(write).await {
            tracing::warn!(%error, "whose pages are open here is not written, will try again");
        }
    }
}

/// Tells dispatch of everybody of whom it knows something else than the pages say, until the desk
/// ends: because a page of theirs closed at another desk, because the desk with their page died, or
/// because they do nothing. Who was at the desk when all desks ended has a while to come back.
pub(crate) async fn keep(desk: Arc<Desk>) {
    let begun = Instant::now();
    let mut ticks = ticks(&desk);
    let mut told = Told::new();
    loop {
        let looked = tokio::select! {
            () = desk.shutdown.wait() => return,
            _ = ticks.tick() => {
                let everybody = begun.elapsed() >= desk.tuning.return_within;
                look(&desk, everybody, &mut told).await
            }
            // Dispatch is at work: what it was told before it has heard.
            () = desk.doubt.notified() => look(&desk, false, &mut Told::new()).await,
        };
        if let Err(error) = looked {
            tracing::warn!(%error, "who is at the desk is not looked after, will try again");
        }
    }
}

fn ticks(desk: &Desk) -> Interval {
    let mut ticks = interval(desk.tuning.hold / 3);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// Looks at those who have a page here, or at everybody, and tells what dispatch does not know.
/// While it stands still it is not told the same over and over.
async fn look(desk: &Desk, everybody: bool, told: &mut Told) -> Result<(), Fault> {
    let now = (desk.tuning.clock)();
    let known = desk.store.read(move |db| pages::known(db, now)).await?;
    let astray = known.into_iter().filter_map(|known| astray(desk, everybody, now, known));
    let before = std::mem::take(told);
    for (known, presence) in astray {
        let last = before.get(&known.user).copied();
        let last = last.filter(|(what, at)| *what == presence && at.elapsed() < HEARS);
        if last.is_none() {
            tell_once(desk, known.workspace, known.user).await?;
        }
        told.insert(known.user, last.unwrap_or((presence, Instant::now())));
    }
    Ok(())
}

/// How they are, if dispatch knows something else. Whether someone does nothing is judged where they
/// have a page, which hears of it first.
fn astray(desk: &Desk, everybody: bool, now: Timestamp, known: Known) -> Option<(Known, Presence)> {
    let here = desk.hub.active_at(known.user);
    let active_at = known.active_at.max(here);
    let presence = known.chosen.by_the_pages(active_at, idle_before(desk, now));
    let judged = here.is_some() || (everybody && active_at.is_none());
    (judged && presence != known.presence).then_some((known, presence))
}

/// Whoever did nothing since then is away by themselves; `None`: nobody ever is.
fn idle_before(desk: &Desk, now: Timestamp) -> Option<Timestamp> {
    let long = i64::try_from(desk.settings.away_after.as_micros()).unwrap_or(i64::MAX);
    (long > 0).then(|| Timestamp::from_micros(now.as_micros().saturating_sub(long)))
}

/// Waits; false when the desk ends first.
async fn sleeps(desk: &Desk, time: Duration) -> bool {
    tokio::select! {
        () = desk.shutdown.wait() => false,
        () = tokio::time::sleep(time) => true,
    }
}
