//! Who sees a conversation, told from its row alone: as [`inbox`](crate::inbox) lists it, for whoever
//! is told of many at once.

use std::collections::BTreeSet;

use diesel::prelude::*;
use switchboard_domain::ids::{AccountId, TeamId, UserId, WorkspaceId};

use crate::{Db, StoreError, convert::parse, db::on, inbox::Sight, schema::accounts};

/// What of a conversation says who sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenBy {
    /// Who has it.
    pub agent: Option<UserId>,
    /// The account it is with.
    pub account: AccountId,
    /// The team that it waits for; `None`: the account's.
    pub team: Option<TeamId>,
    /// Whom notes in it are for.
    pub told: Vec<UserId>,
}

/// Somebody's [`Sight`], with the accounts that their teams answer for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Eyes {
    /// All conversations of the workspace.
    All,
    /// Those that [`Sight::Own`] says.
    Own {
        /// The agent.
        agent: UserId,
        /// The teams they are in.
        teams: BTreeSet<TeamId>,
        /// The accounts that these answer for.
        accounts: BTreeSet<AccountId>,
    },
}

impl Eyes {
    /// Whether they see it.
    #[must_use]
    pub fn see(&self, it: &SeenBy) -> bool {
        let Eyes::Own { agent, teams, accounts } = self else { return true };
        let theirs = || match it.team {
            Some(team) => teams.contains(&team),
            None => accounts.contains(&it.account),
        };
        it.agent.map_or_else(theirs, |other| other == *agent) || it.told.contains(agent)
    }
}

/// What somebody sees as teams are now.
///
/// # Errors
/// As any read.
pub fn eyes(db: &mut Db, workspace: WorkspaceId, sight: &Sight) -> Result<Eyes, StoreError> {
    let Sight::Own { agent, teams } = sight else { return Ok(Eyes::All) };
    let names: Vec<String> = teams.iter().map(ToString::to_string).collect();
    let query = accounts::table
        .filter(accounts::workspace_id.eq(workspace.to_string()))
        .filter(accounts::team_id.eq_any(names))
        .select(accounts::id);
    let ids: Vec<String> = on!(db, conn => query.load(conn))?;
    let accounts: Result<BTreeSet<AccountId>, _> =
        ids.iter().map(|id| parse("accounts.id", id)).collect();
    Ok(Eyes::Own { agent: *agent, teams: teams.iter().copied().collect(), accounts: accounts? })
}
