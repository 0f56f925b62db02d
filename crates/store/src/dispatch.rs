//! The waiting line and the agents' load as the router's dispatch lane keeps them.

use std::collections::HashMap;

use diesel::prelude::*;
use switchboard_domain::{
    Timestamp,
    dispatch::{Agent, Entry, Floor, Place, Presence},
    ids::{ConversationId, TeamId, UserId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    convert::{from_json, parse, parse_some, signed, small, time, to_json, unsigned},
    db::on,
    schema::{dispatch_agents, dispatch_entries},
    teamwork,
};

type AgentRow = (String, String, i32, String, i64, String, i64);
/// What a row of the line holds.
const ENTRY: (
    dispatch_entries::conversation_id,
    dispatch_entries::team_id,
    dispatch_entries::since,
    dispatch_entries::ticket,
    dispatch_entries::agent_id,
    dispatch_entries::want,
    dispatch_entries::told,
) = (
    dispatch_entries::conversation_id,
    dispatch_entries::team_id,
    dispatch_entries::since,
    dispatch_entries::ticket,
    dispatch_entries::agent_id,
    dispatch_entries::want,
    dispatch_entries::told,
);

type EntryRow = (String, String, i64, i64, Option<String>, String, String);

/// Everything that dispatch knows about a workspace.
///
/// # Errors
/// As any read.
pub fn load(db: &mut Db, workspace: WorkspaceId) -> Result<Floor, StoreError> {
    let agents = dispatch_agents::table
        .filter(dispatch_agents::workspace_id.eq(workspace.to_string()))
        .select((
            dispatch_agents::user_id,
            dispatch_agents::presence,
            dispatch_agents::capacity,
            dispatch_agents::teams,
            dispatch_agents::absences,
            dispatch_agents::talents,
            dispatch_agents::turn,
        ));
    let agents: Vec<AgentRow> = on!(db, conn => agents.load(conn))?;
    let entries = dispatch_entries::table
        .filter(dispatch_entries::workspace_id.eq(workspace.to_string()))
        .select(ENTRY);
    let entries: Vec<EntryRow> = on!(db, conn => entries.load(conn))?;
    let mut floor = Floor::restore(
        agents.into_iter().map(agent).collect::<Result<_, _>>()?,
        entries.into_iter().map(entry).collect::<Result<_, _>>()?,
    );
    floor.set_teams(teamwork::settings(db, workspace)?);
    Ok(floor)
}

/// The agents of a workspace as dispatch knows them, each with how many conversations they have.
///
/// # Errors
/// As any read.
pub fn agents(db: &mut Db, workspace: WorkspaceId) -> Result<Vec<(Agent, u32)>, StoreError> {
    let floor = load(db, workspace)?;
    Ok(floor.agents().map(|agent| (agent.clone(), floor.load(agent.id))).collect())
}

/// How present the agents of a workspace are; who is not in it was never at the desk.
///
/// # Errors
/// As any read.
pub fn presences(
    db: &mut Db,
    workspace: WorkspaceId,
) -> Result<HashMap<UserId, Presence>, StoreError> {
    let query = dispatch_agents::table
        .filter(dispatch_agents::workspace_id.eq(workspace.to_string()))
        .select((dispatch_agents::user_id, dispatch_agents::presence));
    let rows: Vec<(String, String)> = on!(db, conn => query.load(conn))?;
    let known = rows.iter().map(|(user, presence)| {
        let presence = parse("dispatch_agents.presence", presence)?;
        Ok((parse("dispatch_agents.user_id", user)?, presence))
    });
    known.collect()
}

/// How an agent is as dispatch knows it; offline when it does not know them.
///
/// # Errors
/// As any read.
pub fn presence(
    db: &mut Db,
    workspace: WorkspaceId,
    agent: UserId,
) -> Result<Presence, StoreError> {
    let row = dispatch_agents::table
        .filter(dispatch_agents::workspace_id.eq(workspace.to_string()))
        .filter(dispatch_agents::user_id.eq(agent.to_string()))
        .select(dispatch_agents::presence);
    let known: Option<String> = on!(db, conn => row.first(conn).optional())?;
    let known = parse_some("dispatch_agents.presence", known.as_deref())?;
    Ok(known.unwrap_or(Presence::Offline))
}

/// Since when each waits, and its place in the line of its team, from 1.
///
/// # Errors
/// As any read.
pub fn waits(
    db: &mut Db,
    workspace: WorkspaceId,
) -> Result<HashMap<ConversationId, (Timestamp, u32)>, StoreError> {
    let line = dispatch_entries::table
        .filter(dispatch_entries::workspace_id.eq(workspace.to_string()))
        .filter(dispatch_entries::agent_id.is_null())
        .select(ENTRY);
    let line: Vec<EntryRow> = on!(db, conn => line.load(conn))?;
    let line = line.into_iter().map(entry).collect::<Result<_, _>>()?;
    let floor = Floor::restore(Vec::new(), line);
    let mut places: HashMap<TeamId, u32> = HashMap::new();
    let mut place = |entry: &Entry| {
        let place = places.entry(entry.team).or_default();
        *place += 1;
        (entry.conversation, (entry.since, *place))
    };
    Ok(floor.line().into_iter().map(&mut place).collect())
}

fn agent(row: AgentRow) -> Result<Agent, StoreError> {
    let (id, presence, capacity, teams, absences, talents, turn) = row;
    Ok(Agent {
        id: parse("dispatch_agents.user_id", &id)?,
        presence: parse("dispatch_agents.presence", &presence)?,
        capacity: unsigned("dispatch_agents.capacity", i64::from(capacity))?,
        teams: from_json("dispatch_agents.teams", &teams)?,
        talents: from_json("dispatch_agents.talents", &talents)?,
        absences: unsigned("dispatch_agents.absences", absences)?,
        turn: unsigned("dispatch_agents.turn", turn)?,
    })
}

fn entry(row: EntryRow) -> Result<Entry, StoreError> {
    let (id, team, since, ticket, agent, want, told) = row;
    let agent = parse_some("dispatch_entries.agent_id", agent.as_deref())?;
    Ok(Entry {
        conversation: parse("dispatch_entries.conversation_id", &id)?,
        team: parse("dispatch_entries.team_id", &team)?,
        since: time(since),
        ticket: unsigned("dispatch_entries.ticket", ticket)?,
        want: from_json("dispatch_entries.want", &want)?,
        place: agent.map_or(Place::Line, Place::With),
        told: from_json("dispatch_entries.told", &told)?,
    })
}

/// Writes an agent, new or changed.
///
/// # Errors
/// As any write.
pub fn save_agent(db: &mut Db, workspace: WorkspaceId, agent: &Agent) -> Result<(), StoreError> {
    let set = (
        dispatch_agents::presence.eq(agent.presence.as_str()),
        dispatch_agents::capacity.eq(small(agent.capacity)),
        dispatch_agents::teams.eq(to_json("dispatch_agents.teams", &agent.teams)?),
        dispatch_agents::absences.eq(signed(agent.absences)),
        dispatch_agents::talents.eq(to_json("dispatch_agents.talents", &agent.talents)?),
        dispatch_agents::turn.eq(signed(agent.turn)),
    );
    let row = (
        dispatch_agents::user_id.eq(agent.id.to_string()),
        dispatch_agents::workspace_id.eq(workspace.to_string()),
        set.clone(),
    );
    on!(db, conn => diesel::insert_into(dispatch_agents::table)
        .values(row)
        .on_conflict(dispatch_agents::user_id)
        .do_update()
        .set(set)
        .execute(conn))?;
    Ok(())
}

/// Writes an entry, new or changed.
///
/// # Errors
/// As any write.
pub fn save_entry(db: &mut Db, workspace: WorkspaceId, entry: &Entry) -> Result<(), StoreError> {
    let agent = match entry.place {
        Place::Line => None,
        Place::With(agent) => Some(agent.to_string()),
    };
    let set = (
        dispatch_entries::team_id.eq(entry.team.to_string()),
        dispatch_entries::since.eq(entry.since.as_micros()),
        dispatch_entries::ticket.eq(signed(entry.ticket)),
        dispatch_entries::agent_id.eq(agent),
        dispatch_entries::want.eq(to_json("dispatch_entries.want", &entry.want)?),
        dispatch_entries::told.eq(to_json("dispatch_entries.told", &entry.told)?),
    );
    let row = (
        dispatch_entries::conversation_id.eq(entry.conversation.to_string()),
        dispatch_entries::workspace_id.eq(workspace.to_string()),
        set.clone(),
    );
    on!(db, conn => diesel::insert_into(dispatch_entries::table)
        .values(row)
        .on_conflict(dispatch_entries::conversation_id)
        .do_update()
        .set(set)
        .execute(conn))?;
    Ok(())
}

/// Deletes an entry.
///
/// # Errors
/// As any write.
pub fn delete_entry(db: &mut Db, conversation: ConversationId) -> Result<(), StoreError> {
    let entry = dispatch_entries::table
        .filter(dispatch_entries::conversation_id.eq(conversation.to_string()));
    on!(db, conn => diesel::delete(entry).execute(conn))?;
    Ok(())
}
