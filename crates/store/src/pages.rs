//! Whose pages are open at which desk, and when something was last done there. Written by desk: each
//! says for itself what is open, until when that holds, and says it again in time. What a desk that
//! died said lapses.

use std::collections::HashMap;

use diesel::prelude::*;
use switchboard_domain::{
    Timestamp,
    dispatch::Presence,
    ids::{UserId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    convert::{parse, time},
    db::on,
    schema::{desk_pages, dispatch_agents, users},
};

/// An open page of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Where they work.
    pub workspace: WorkspaceId,
    /// Whose it is.
    pub user: UserId,
    /// When they last did something in it.
    pub active_at: Timestamp,
}

/// An agent as dispatch knows them, beside what the pages say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Where they work.
    pub workspace: WorkspaceId,
    /// Who.
    pub user: UserId,
    /// What dispatch was told last.
    pub presence: Presence,
    /// What they chose.
    pub chosen: Presence,
    /// When they last did something in a page, if one is open anywhere.
    pub active_at: Option<Timestamp>,
}

/// Says that a page is open at a desk, and holds until then.
///
/// # Errors
/// As any write.
pub fn hold(db: &mut Db, desk: &str, page: &Page, until: Timestamp) -> Result<(), StoreError> {
    let set = (
        desk_pages::holds_until.eq(until.as_micros()),
        desk_pages::active_at.eq(page.active_at.as_micros()),
    );
    let row = (
        desk_pages::user_id.eq(page.user.to_string()),
        desk_pages::desk.eq(desk),
        desk_pages::workspace_id.eq(page.workspace.to_string()),
        set,
    );
    on!(db, conn => diesel::insert_into(desk_pages::table)
        .values(row)
        .on_conflict((desk_pages::user_id, desk_pages::desk))
        .do_update()
        .set(set)
        .execute(conn))?;
    Ok(())
}

/// Says that the last page of somebody at a desk is closed.
///
/// # Errors
/// As any write.
pub fn let_go(db: &mut Db, desk: &str, user: UserId) -> Result<(), StoreError> {
    let row = desk_pages::table
        .filter(desk_pages::user_id.eq(user.to_string()))
        .filter(desk_pages::desk.eq(desk));
    on!(db, conn => diesel::delete(row).execute(conn))?;
    Ok(())
}

/// When somebody last did something in a page; `None` when none is open at any desk.
///
/// # Errors
/// As any read.
pub fn active_at(
    db: &mut Db,
    workspace: WorkspaceId,
    user: UserId,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let open = desk_pages::table
        .filter(desk_pages::workspace_id.eq(workspace.to_string()))
        .filter(desk_pages::user_id.eq(user.to_string()))
        .filter(desk_pages::holds_until.gt(now.as_micros()))
        .select(diesel::dsl::max(desk_pages::active_at));
    let latest: Option<i64> = on!(db, conn => open.first(conn))?;
    Ok(latest.map(time))
}

/// Everybody whom dispatch knows, in all workspaces, beside what the pages say.
///
/// # Errors
/// As any read.
pub fn known(db: &mut Db, now: Timestamp) -> Result<Vec<Known>, StoreError> {
    let open = desk_pages::table
        .filter(desk_pages::holds_until.gt(now.as_micros()))
        .select((desk_pages::user_id, desk_pages::active_at));
    let open: Vec<(String, i64)> = on!(db, conn => open.load(conn))?;
    let mut active: HashMap<String, i64> = HashMap::new();
    for (user, at) in open {
        let latest = active.entry(user).or_insert(at);
        *latest = at.max(*latest);
    }
    let all = dispatch_agents::table
        .inner_join(users::table.on(users::id.eq(dispatch_agents::user_id)))
        .select((
            dispatch_agents::workspace_id,
            dispatch_agents::user_id,
            dispatch_agents::presence,
            users::chosen_presence,
            users::active,
        ));
    let all: Vec<(String, String, String, String, bool)> = on!(db, conn => all.load(conn))?;
    let known = all.iter().map(|(workspace, user, presence, chosen, may_come_in)| {
        Ok(Known {
            workspace: parse("dispatch_agents.workspace_id", workspace)?,
            user: parse("dispatch_agents.user_id", user)?,
            presence: parse("dispatch_agents.presence", presence)?,
            chosen: parse("users.chosen_presence", chosen)?,
            active_at: active.get(user).filter(|_| *may_come_in).copied().map(time),
        })
    });
    known.collect()
}

/// Forgets what has lapsed.
///
/// # Errors
/// As any write.
pub fn forget(db: &mut Db, now: Timestamp) -> Result<usize, StoreError> {
    let lapsed = desk_pages::table.filter(desk_pages::holds_until.le(now.as_micros()));
    Ok(on!(db, conn => diesel::delete(lapsed).execute(conn))?)
}
