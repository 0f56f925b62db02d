//! Customers as one account knows them, and the ids that lead to their conversation. Written by
//! router.

use diesel::prelude::*;
use switchboard_domain::{
    Timestamp,
    ids::{AccountId, ContactId, ConversationId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    convert::parse,
    db::on,
    schema::{contacts, identities},
};

/// A customer. Every id and name may be absent, and may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Names them here.
    pub id: ContactId,
    /// Whose customer.
    pub workspace: WorkspaceId,
    /// Which account's.
    pub account: AccountId,
    /// As they call themselves.
    pub name: Option<String>,
    /// Instagram or WhatsApp user name.
    pub username: Option<String>,
    /// PSID or IGSID.
    pub scoped_id: Option<String>,
    /// WhatsApp business-scoped user id.
    pub user_id: Option<String>,
    /// WhatsApp phone number, digits.
    pub phone: Option<String>,
}

/// One of the ids that a customer is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// `scoped_id`, `user_id` or `phone`.
    pub kind: &'static str,
    /// The id.
    pub value: String,
}

impl Contact {
    /// The id of a customer of an account who becomes known by this id of theirs; always the same.
    #[must_use]
    pub fn id_of(account: AccountId, surest: &str) -> ContactId {
        ContactId::derive(&format!("{account}/{surest}"))
    }

    /// The id of the conversation that begins with them; always the same.
    #[must_use]
    pub fn conversation_of(id: ContactId) -> ConversationId {
        ConversationId::derive(&id.to_string())
    }

    /// The ids that lead to them, the surest first.
    #[must_use]
    pub fn identities(&self) -> Vec<Identity> {
        let all =
            [("scoped_id", &self.scoped_id), ("user_id", &self.user_id), ("phone", &self.phone)];
        all.into_iter()
            .filter_map(|(kind, value)| value.clone().map(|value| Identity { kind, value }))
            .collect()
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = contacts)]
struct Row {
    id: String,
    workspace_id: String,
    account_id: String,
    name: Option<String>,
    username: Option<String>,
    scoped_id: Option<String>,
    user_id: Option<String>,
    phone: Option<String>,
    created_at: i64,
}

impl TryFrom<Row> for Contact {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse("contacts.id", &row.id)?,
            workspace: parse("contacts.workspace_id", &row.workspace_id)?,
            account: parse("contacts.account_id", &row.account_id)?,
            name: row.name,
            username: row.username,
            scoped_id: row.scoped_id,
            user_id: row.user_id,
            phone: row.phone,
        })
    }
}

/// The conversation that any of the ids leads to, the first that does.
///
/// # Errors
/// As any read.
pub fn find_conversation(
    db: &mut Db,
    account: AccountId,
    ids: &[Identity],
) -> Result<Option<ConversationId>, StoreError> {
    for id in ids {
        let query = identities::table
            .filter(identities::account_id.eq(account.to_string()))
            .filter(identities::kind.eq(id.kind))
            .filter(identities::value.eq(&id.value))
            .select(identities::conversation_id);
        let found: Option<String> = on!(db, conn => query.first(conn).optional())?;
        if let Some(found) = found {
            return parse("identities.conversation_id", &found).map(Some);
        }
    }
    Ok(None)
}

/// Makes the ids lead to the conversation; tells which others they led to.
///
/// # Errors
/// As any write.
pub fn lead(
    db: &mut Db,
    account: AccountId,
    ids: &[Identity],
    conversation: ConversationId,
) -> Result<Vec<ConversationId>, StoreError> {
    let mut others = Vec::new();
    for id in ids {
        let led = find_conversation(db, account, std::slice::from_ref(id))?;
        if led == Some(conversation) {
            continue;
        }
        others.extend(led.filter(|led| !others.contains(led)));
        let to = || identities::conversation_id.eq(conversation.to_string());
        let row = (
            identities::account_id.eq(account.to_string()),
            identities::kind.eq(id.kind),
            identities::value.eq(&id.value),
            to(),
        );
        on!(db, conn => diesel::insert_into(identities::table)
            .values(row)
            .on_conflict((identities::account_id, identities::kind, identities::value))
            .do_update()
            .set(to())
            .execute(conn))?;
    }
    Ok(others)
}

/// Makes the ids lead nowhere, as far as they led to this conversation.
///
/// # Errors
/// As any write.
pub fn forget_ids(
    db: &mut Db,
    account: AccountId,
    ids: &[Identity],
    conversation: ConversationId,
) -> Result<(), StoreError> {
    for id in ids {
        let row = identities::table
            .filter(identities::account_id.eq(account.to_string()))
            .filter(identities::kind.eq(id.kind))
            .filter(identities::value.eq(&id.value))
            .filter(identities::conversation_id.eq(conversation.to_string()));
        on!(db, conn => diesel::delete(row).execute(conn))?;
    }
    Ok(())
}

/// Writes a contact, new or changed.
///
/// # Errors
/// As any write.
pub fn save(db: &mut Db, contact: &Contact, now: Timestamp) -> Result<(), StoreError> {
    let row = || Row {
        id: contact.id.to_string(),
        workspace_id: contact.workspace.to_string(),
        account_id: contact.account.to_string(),
        name: contact.name.clone(),
        username: contact.username.clone(),
        scoped_id: contact.scoped_id.clone(),
        user_id: contact.user_id.clone(),
        phone: contact.phone.clone(),
        created_at: now.as_micros(),
    };
    let set = (
        contacts::name.eq(&contact.name),
        contacts::username.eq(&contact.username),
        contacts::scoped_id.eq(&contact.scoped_id),
        contacts::user_id.eq(&contact.user_id),
        contacts::phone.eq(&contact.phone),
    );
    on!(db, conn => diesel::insert_into(contacts::table)
        .values(row())
        .on_conflict(contacts::id)
        .do_update()
        .set(set)
        .execute(conn))?;
    Ok(())
}

/// The contact of that id.
///
/// # Errors
/// As any read.
pub fn by_id(
    db: &mut Db,
    workspace: WorkspaceId,
    id: ContactId,
) -> Result<Option<Contact>, StoreError> {
    let query = contacts::table
        .filter(contacts::workspace_id.eq(workspace.to_string()))
        .filter(contacts::id.eq(id.to_string()));
    let row: Option<Row> = on!(db, conn => query.select(Row::as_select()).first(conn).optional())?;
    row.map(Contact::try_from).transpose()
}
