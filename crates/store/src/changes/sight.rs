//! Who sees a conversation, told from its row alone: as [`inbox`](crate::inbox) lists it, for whoever
//! is told of many at once.

use std::collections::BTreeSet;

use diesel::prelude::*;
use switchboard_domain::ids::{AccountId, UserId, WorkspaceId};

use crate::{Db, StoreError, convert::parse, db::on, inbox::Sight, schema::accounts};

/// What of a conversation says who sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenBy {
    /// Who has it.
    pub agent: Option<UserId>,
    /// The account it is with.
    pub account: AccountId,
    /// Whom notes in it are for.
    pub told: Vec<UserId>,
}

/// Somebody's [`Sight`], with the accounts of their teams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Eyes {
    /// All conversations of the workspace.
    All,
    /// Those that [`Sight::Own`] says.
    Own {
        /// The agent.
        agent: UserId,
        /// The accounts that their teams answer for.
        accounts: BTreeSet<AccountId>,
    },
}

impl Eyes {
    /// Whether they see it.
    #[must_use]
    pub fn see(&self, it: &SeenBy) -> bool {
        let Eyes::Own { agent, accounts } = self else { return true };
        match it.agent {
            Some(other) if other == *agent => true,
            None if accounts.contains(&it.account) => true,
            _ => it.told.contains(agent),
        }
    }
}

/// What somebody sees as teams are now.
///
/// # Errors
/// As any read.
pub fn eyes(db: &mut Db, workspace: WorkspaceId, sight: &Sight) -> Result<Eyes, StoreError> {
    let Sight::Own { agent, teams } = sight else { return Ok(Eyes::All) };
    let teams: Vec<String> = teams.iter().map(ToString::to_string).collect();
    let query = accounts::table
        .filter(accounts::workspace_id.eq(workspace.to_string()))
        .filter(accounts::team_id.eq_any(teams))
        .select(accounts::id);
    let ids: Vec<String> = on!(db, conn => query.load(conn))?;
    let accounts: Result<BTreeSet<AccountId>, _> =
        ids.iter().map(|id| parse("accounts.id", id)).collect();
    Ok(Eyes::Own { agent: *agent, accounts: accounts? })
}
