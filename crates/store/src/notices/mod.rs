//! What people are told of by e-mail (ADR 0023).
//!
//! - [`happened`]: what there is to tell, kept by router in the transaction in which it happened.
//! - [`items`]: what each person is to be told. - [`mailboxes`]: what they want, and how mailing
//!   them goes. - [`defaults`]: what a workspace has chosen. - [`mails`]: what was given to the mail
//!   server, and what became of it.

mod choices;
pub mod defaults;
pub mod happened;
pub mod items;
pub mod mailboxes;
pub mod mails;

use diesel::prelude::*;
use switchboard_domain::ids::ConversationId;

use crate::{
    Db, StoreError,
    db::on,
    schema::{notice_items, notices},
};

/// Erases what was to be told of a conversation. For router, when a person is erased.
///
/// # Errors
/// As any write.
pub fn erase(db: &mut Db, conversation: ConversationId) -> Result<(), StoreError> {
    let id = conversation.to_string();
    let items = notice_items::table.filter(notice_items::conversation_id.eq(&id));
    on!(db, conn => diesel::delete(items).execute(conn))?;
    let happened = notices::table.filter(notices::conversation_id.eq(&id));
    on!(db, conn => diesel::delete(happened).execute(conn))?;
    Ok(())
}
