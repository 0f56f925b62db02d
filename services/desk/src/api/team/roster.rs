//! Colleagues: who is there, how busy, in which teams.

use std::collections::HashMap;

use actix_web::web::{Data, Json};
use serde::Serialize;
use switchboard_domain::{
    dispatch::Presence,
    ids::{TeamId, UserId},
};
use switchboard_store::{dispatch, teams, users};
use utoipa::ToSchema;

use crate::{
    auth::{caller::Caller, permissions::role_word},
    desk::Desk,
    fault::Fault,
};

/// A colleague.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "d56c5a42-cc14-57ee-8702-a10042f42842", "name": "Ann", "role": "agent",
    "presence": "online", "load": 3, "capacity": 8, "active": true,
    "team_ids": ["6f45fac3-5295-5c49-8f92-77ae535ebbaf"]
}))]
pub(crate) struct AgentView {
    #[schema(value_type = String, format = "uuid")]
    id: UserId,
    name: String,
    /// agent, supervisor, admin
    role: &'static str,
    /// online, busy, away, offline
    presence: &'static str,
    /// Conversations they have.
    load: u32,
    /// Conversations they take at once.
    capacity: u32,
    /// false: they were locked out, or have left; what they wrote stays under their name.
    active: bool,
    #[schema(value_type = Vec<uuid::Uuid>)]
    team_ids: Vec<TeamId>,
}

/// A team.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "6f45fac3-5295-5c49-8f92-77ae535ebbaf", "name": "Service",
    "member_ids": [
        "d56c5a42-cc14-57ee-8702-a10042f42842", "f18306f1-074b-5822-bcdd-619cc13f40a7",
        "f25fed47-5add-5dae-b27c-c4893406aaf7"
    ]
}))]
pub(crate) struct TeamView {
    #[schema(value_type = String, format = "uuid")]
    id: TeamId,
    name: String,
    #[schema(value_type = Vec<uuid::Uuid>)]
    member_ids: Vec<UserId>,
}

/// Everybody who works here or did, with presence and load.
#[utoipa::path(
    get, path = "/agents", tag = "team",
    responses((status = 200, body = Vec<AgentView>), (status = 401)),
)]
pub(crate) async fn agents(
    desk: Data<Desk>,
    caller: Caller,
) -> Result<Json<Vec<AgentView>>, Fault> {
    let workspace = caller.workspace();
    let (people, floor, members) = desk
        .store
        .read(move |db| {
            let people = users::list(db, workspace)?;
            Ok((people, dispatch::agents(db, workspace)?, teams::members(db, workspace)?))
        })
        .await?;
    let floor: HashMap<UserId, (Presence, u32)> =
        floor.into_iter().map(|(agent, load)| (agent.id, (agent.presence, load))).collect();
    let mut teams: HashMap<UserId, Vec<TeamId>> = HashMap::new();
    for (team, user) in members {
        teams.entry(user).or_default().push(team);
    }
    let agents = people.into_iter().map(|user| {
        let (presence, load) = floor.get(&user.id).copied().unwrap_or((Presence::Offline, 0));
        AgentView {
            id: user.id,
            name: user.name,
            role: role_word(user.role),
            presence: presence.as_str(),
            load,
            capacity: user.capacity,
            active: user.active,
            team_ids: teams.remove(&user.id).unwrap_or_default(),
        }
    });
    Ok(Json(agents.collect()))
}

/// The teams and who is in them.
#[utoipa::path(
    get, path = "/teams", tag = "team",
    responses((status = 200, body = Vec<TeamView>), (status = 401)),
)]
pub(crate) async fn teams(desk: Data<Desk>, caller: Caller) -> Result<Json<Vec<TeamView>>, Fault> {
    let workspace = caller.workspace();
    let (all, members) = desk
        .store
        .read(move |db| Ok((teams::list(db, workspace)?, teams::members(db, workspace)?)))
        .await?;
    let view = |team: teams::Team| {
        let of_team = members.iter().filter(|(id, _)| *id == team.id);
        let member_ids = of_team.map(|(_, user)| *user).collect();
        TeamView { id: team.id, name: team.name, member_ids }
    };
    Ok(Json(all.into_iter().map(view).collect()))
}
