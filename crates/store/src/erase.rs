//! Erasing a person: all that a conversation holds about its customer. Written by router; the
//! sends, which outbound writes, by [`sends`].
//!
//! The conversation and the contact stay as empty shells: what is on its way to them then finds
//! nothing, instead of failing; and when the person writes again, they begin anew.

use diesel::prelude::*;
use switchboard_domain::ids::{ContactId, ConversationId, WorkspaceId};

use crate::{
    Db, StoreError, attributes,
    contacts::Identity,
    db::on,
    labels, mentions, notices, people,
    schema::{
        contacts, conversations, identities, message_revisions, messages, sends as send_rows,
        unrouted_events,
    },
    surveys, webhooks,
};

/// Whose data is to be erased.
#[derive(Debug, Clone, Copy)]
pub struct Whose<'a> {
    /// Whose customer.
    pub workspace: WorkspaceId,
    /// The customer.
    pub contact: ContactId,
    /// Their conversation.
    pub conversation: ConversationId,
    /// The account's external id.
    pub account: &'a str,
    /// The ids that they are known by.
    pub identities: &'a [Identity],
}

/// Erases messages, what they said before they were changed, raw events, names and ids, and what the
/// desk keeps about them. Tells how many messages there were.
///
/// # Errors
/// As any write.
pub fn person(db: &mut Db, whose: Whose<'_>) -> Result<usize, StoreError> {
    let conversation = whose.conversation.to_string();
    let theirs = || messages::table.filter(messages::conversation_id.eq(&conversation));
    let old = message_revisions::table
        .filter(message_revisions::message_id.eq_any(theirs().select(messages::id)));
    on!(db, conn => diesel::delete(old).execute(conn))?;
    let erased = on!(db, conn => diesel::delete(theirs()).execute(conn))?;
    let known = identities::table.filter(identities::conversation_id.eq(&conversation));
    on!(db, conn => diesel::delete(known).execute(conn))?;
    let shell = conversations::table.filter(conversations::id.eq(&conversation));
    on!(db, conn => diesel::update(shell).set(conversations::preview.eq("")).execute(conn))?;
    contact(db, whose)?;
    labels::clear(db, whose.workspace, whose.conversation)?;
    mentions::clear(db, whose.conversation)?;
    surveys::answers::forget(db, whose.conversation)?;
    attributes::clear(db, whose.workspace, whose.contact)?;
    people::clear(db, whose.workspace, whose.contact)?;
    webhooks::events::erase(db, whose.conversation)?;
    notices::erase(db, whose.conversation)?;
    unrouted(db, whose)?;
    Ok(erased)
}

fn contact(db: &mut Db, whose: Whose<'_>) -> Result<(), StoreError> {
    let nothing = None::<String>;
    let row = contacts::table
        .filter(contacts::workspace_id.eq(whose.workspace.to_string()))
        .filter(contacts::id.eq(whose.contact.to_string()));
    let set = (
        contacts::name.eq(&nothing),
        contacts::username.eq(&nothing),
        contacts::scoped_id.eq(&nothing),
        contacts::user_id.eq(&nothing),
        contacts::phone.eq(&nothing),
        contacts::customer_number.eq(&nothing),
        contacts::customer_name.eq(&nothing),
        contacts::linked_at.eq(None::<i64>),
    );
    on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    Ok(())
}

/// Events that no conversation took may still name the person.
fn unrouted(db: &mut Db, whose: Whose<'_>) -> Result<(), StoreError> {
    for id in whose.identities {
        // Ids are digits, letters and dots: nothing in them is a wildcard but an underscore, and
        // erasing an event too many of the same account does no harm.
        let named = format!("%\"{}\"%", id.value);
        let rows = unrouted_events::table
            .filter(unrouted_events::account.eq(whose.account))
            .filter(unrouted_events::raw.like(named));
        on!(db, conn => diesel::delete(rows).execute(conn))?;
    }
    Ok(())
}

/// Erases what the conversation's sends said that are over. For outbound.
///
/// # Errors
/// As any write.
pub fn sends(
    db: &mut Db,
    workspace: WorkspaceId,
    conversation: ConversationId,
) -> Result<usize, StoreError> {
    let over = send_rows::table
        .filter(send_rows::workspace_id.eq(workspace.to_string()))
        .filter(send_rows::conversation_id.eq(conversation.to_string()))
        .filter(send_rows::state.ne_all(["queued", "sending", "uncertain"]));
    let set = (send_rows::request.eq(Vec::<u8>::new()), send_rows::error.eq(None::<String>));
    Ok(on!(db, conn => diesel::update(over).set(set).execute(conn))?)
}
