//! What can be set for a channel account beside its bot and its team: a JSON column. Written by desk,
//! with the account.

use std::collections::BTreeSet;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use switchboard_domain::{
    conversation::Commands,
    dispatch::Priority,
    ids::{AccountId, TeamId, WorkspaceId},
};

use crate::{Db, StoreError, accounts::by_id, convert::to_json, db::on, schema::accounts, teams};

/// What else can be set for an account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountSettings {
    /// What customers can command.
    pub commands: Commands,
    /// How long a bot may take, in seconds; `None`: the service's default.
    pub turn_timeout_seconds: Option<u64>,
    /// Whether the customer is shown that the bot has read and is writing.
    pub bot_signals: bool,
    /// What connecting set of the messenger profile at Meta, as Meta shows it: disconnecting takes it
    /// away.
    pub messenger_profile: Map<String, Value>,
    /// How urgent its conversations are, unless people say otherwise.
    pub priority: Priority,
    /// What its customers speak, such as `de`; `None`: anything.
    pub language: Option<String>,
    /// What whoever answers its customers must know.
    pub skills: BTreeSet<String>,
    /// Whether WhatsApp is to block whom we block (ADR 29).
    pub block_at_meta: bool,
}

/// Who answers an account's customers, and what they want of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answering {
    /// The team.
    pub team: TeamId,
    /// How urgent its conversations are, unless people say otherwise.
    pub priority: Priority,
    /// What its customers speak, such as `de`; `None`: anything.
    pub language: Option<String>,
    /// What whoever answers its customers must know.
    pub skills: BTreeSet<String>,
    /// Whether WhatsApp is to block whom we block; `None`: as before.
    pub block_at_meta: Option<bool>,
}

/// Says who answers an account's customers.
///
/// # Errors
/// [`StoreError::NotFound`] when the workspace has no such account or no such team.
pub fn set_answering(
    db: &mut Db,
    workspace: WorkspaceId,
    id: AccountId,
    answering: &Answering,
) -> Result<(), StoreError> {
    let known = by_id(db, workspace, id)?.ok_or(StoreError::NotFound("account"))?;
    teams::by_id(db, workspace, answering.team)?.ok_or(StoreError::NotFound("team"))?;
    let settings = AccountSettings {
        priority: answering.priority,
        language: answering.language.clone(),
        skills: answering.skills.clone(),
        block_at_meta: answering.block_at_meta.unwrap_or(known.settings.block_at_meta),
        ..known.settings
    };
    let row = accounts::table
        .filter(accounts::workspace_id.eq(workspace.to_string()))
        .filter(accounts::id.eq(id.to_string()));
    let set = (
        accounts::team_id.eq(answering.team.to_string()),
        accounts::settings.eq(to_json("accounts.settings", &settings)?),
    );
    on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    Ok(())
}
