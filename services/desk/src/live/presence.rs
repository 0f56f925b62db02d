//! Presence follows the pages: with a page open an agent is what they chose last, without one they
//! are offline. What is true is what dispatch wrote to the store; here it is only told.

use std::{sync::Arc, time::Duration};

use switchboard_domain::{
    dispatch::Presence,
    ids::{UserId, WorkspaceId},
};
use switchboard_store::{StoreError, dispatch, teams, teamwork, users, workspaces};

use crate::{desk::Desk, enqueue, fault::Fault};

/// How long to wait before dispatch is told again.
const AGAIN: Duration = Duration::from_secs(2);

/// A page of the user opened.
pub(crate) fn arrived(desk: &Arc<Desk>, workspace: WorkspaceId, user: UserId) {
    desk.tasks.spawn(tell(Arc::clone(desk), workspace, user));
}

/// A page of the user closed. If it was the last and stays so for a while, the user is gone.
pub(crate) fn left(desk: &Arc<Desk>, workspace: WorkspaceId, user: UserId) {
    let desk = Arc::clone(desk);
    desk.tasks.clone().spawn(async move {
        let gone = || !desk.hub.has(user);
        if gone() && sleeps(&desk, desk.tuning.offline_after).await && gone() {
            tell(desk, workspace, user).await;
        }
    });
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

async fn tell_once(desk: &Desk, workspace: WorkspaceId, user: UserId) -> Result<(), Fault> {
    let read = desk.store.read(move |db| {
        let known = (teams::of_user(db, workspace, user)?, teamwork::talents(db, workspace, user)?);
        Ok(users::by_id(db, workspace, user)?.map(|user| (user, known)))
    });
    let Some((user, known)) = read.await? else { return Ok(()) };
    let presence = if desk.hub.has(user.id) { user.chosen_presence } else { Presence::Offline };
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

/// Tells dispatch of those who have a page open here and whom it takes for gone, because a page of
/// theirs closed at another replica.
pub(crate) async fn correct(desk: Arc<Desk>, workspace: WorkspaceId) {
    let here = desk.hub.users(workspace);
    let read = desk.store.read(move |db| {
        let agents = dispatch::agents(db, workspace)?;
        let gone = agents.into_iter().map(|(agent, _)| agent);
        let gone = gone.filter(|agent| agent.presence == Presence::Offline);
        let mistaken = gone.filter(|agent| here.contains(&agent.id)).map(|agent| agent.id);
        mistaken
            .filter_map(|id| match users::by_id(db, workspace, id) {
                Ok(user) => user
                    .filter(|user| user.chosen_presence != Presence::Offline)
                    .map(|user| Ok(user.id)),
                Err(error) => Some(Err(error)),
            })
            .collect::<Result<Vec<UserId>, StoreError>>()
    });
    for user in read.await.unwrap_or_default() {
        tell(Arc::clone(&desk), workspace, user).await;
    }
}

/// Once after the start: who was at the desk when a process before this one ended, and has not
/// come back, is gone. Other replicas correct it for those who are with them.
pub(crate) async fn sweep(desk: Arc<Desk>) {
    if !sleeps(&desk, desk.tuning.return_within).await {
        return;
    }
    let read = desk.store.read(|db| {
        let mut present = Vec::new();
        for workspace in workspaces::list(db)? {
            let agents = dispatch::agents(db, workspace.id)?.into_iter().map(|(agent, _)| agent);
            let here = agents.filter(|agent| agent.presence != Presence::Offline);
            present.extend(here.map(|agent| (workspace.id, agent.id)));
        }
        Ok(present)
    });
    for (workspace, user) in read.await.unwrap_or_default() {
        if !desk.hub.has(user) {
            tell(Arc::clone(&desk), workspace, user).await;
        }
    }
}

/// Waits; false when the desk ends first.
async fn sleeps(desk: &Desk, time: Duration) -> bool {
    tokio::select! {
        () = desk.shutdown.wait() => false,
        () = tokio::time::sleep(time) => true,
    }
}
