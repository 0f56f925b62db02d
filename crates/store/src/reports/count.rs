//! Facts and messages as they happen.

use std::time::Duration;

use diesel::prelude::*;
use switchboard_domain::{
    Timestamp,
    conversation::Author,
    ids::{AccountId, ConversationId, FactId, TeamId, WorkspaceId},
    ledger::Fact,
};

use crate::{
    Db, StoreError,
    convert::small,
    db::on,
    messages::author_words,
    schema::{report_facts, report_messages},
};

/// How long messages are counted together, in microseconds: every time zone's hours begin with one.
const SLOT: i64 = 15 * 60 * 1_000_000;

/// Where something happened.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// The account.
    pub account: AccountId,
    /// The conversation.
    pub conversation: ConversationId,
}

fn seconds(time: Duration) -> i32 {
    small(time.as_secs())
}

/// Keeps a fact.
///
/// # Errors
/// As any write.
pub fn add(db: &mut Db, place: Place, id: FactId, fact: &Fact) -> Result<(), StoreError> {
    let row = (
        report_facts::workspace_id.eq(place.workspace.to_string()),
        report_facts::kind.eq(fact.kind.as_str()),
        report_facts::at.eq(fact.at.as_micros()),
        report_facts::id.eq(id.to_string()),
        report_facts::word.eq(fact.word),
        report_facts::conversation_id.eq(place.conversation.to_string()),
        report_facts::account_id.eq(place.account.to_string()),
        report_facts::team_id.eq(fact.team.to_string()),
        report_facts::agent_id.eq(fact.agent.map(|id| id.to_string()).unwrap_or_default()),
        report_facts::wall.eq(seconds(fact.spent.wall)),
        report_facts::open.eq(seconds(fact.spent.open)),
        report_facts::met.eq(fact.met),
    );
    on!(db, conn => diesel::insert_into(report_facts::table).values(row).execute(conn))?;
    Ok(())
}

/// Counts a message.
///
/// # Errors
/// As any write.
pub fn count(
    db: &mut Db,
    place: Place,
    team: TeamId,
    author: Author,
    at: Timestamp,
) -> Result<(), StoreError> {
    let (author, agent) = author_words(author);
    let slot = at.as_micros().div_euclid(SLOT).saturating_mul(SLOT);
    let row = (
        report_messages::workspace_id.eq(place.workspace.to_string()),
        report_messages::slot.eq(slot),
        report_messages::conversation_id.eq(place.conversation.to_string()),
        report_messages::account_id.eq(place.account.to_string()),
        report_messages::team_id.eq(team.to_string()),
        report_messages::author.eq(author),
        report_messages::agent_id.eq(agent.unwrap_or_default()),
        report_messages::many.eq(1),
    );
    let same = (
        report_messages::conversation_id,
        report_messages::slot,
        report_messages::author,
        report_messages::agent_id,
        report_messages::team_id,
    );
    on!(db, conn => diesel::insert_into(report_messages::table)
        .values(row)
        .on_conflict(same)
        .do_update()
        .set(report_messages::many.eq(report_messages::many + 1))
        .execute(conn))?;
    Ok(())
}

/// Forgets whose conversation it was that was counted.
///
/// # Errors
/// As any write.
pub fn forget(db: &mut Db, conversation: ConversationId) -> Result<(), StoreError> {
    let id = conversation.to_string();
    let facts = report_facts::table.filter(report_facts::conversation_id.eq(&id));
    let nobodys = report_facts::conversation_id.eq(None::<String>);
    on!(db, conn => diesel::update(facts).set(nobodys).execute(conn))?;
    let messages = report_messages::table.filter(report_messages::conversation_id.eq(&id));
    let nobodys = report_messages::conversation_id.eq(None::<String>);
    on!(db, conn => diesel::update(messages).set(nobodys).execute(conn))?;
    Ok(())
}
